"""Sentences as ranges of the text: sentencex, with the breaks mended that it cannot know to be false.

sentencex goes by one language's abbreviations; documents here mix four, and their language is not known when
they are read. So the breaks it finds after Dutch, French and German abbreviations are taken back, and lines
that stand for themselves (list items, table rows) are given to it one by one.
"""

import re
from collections.abc import Iterator, Sequence

import sentencex

from knowledge.types import Sentence

TABLE = 3  # rows from which on a first one without figures heads a table

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_BULLET = re.compile(r"[^\S\n]*[-*•‣◦▪●○■□➢➤✓·][^\S\n]+\S")
_NUMBER = re.compile(r"[^\S\n]*(?:–|—|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])[^\S\n]+\S")
_CELLS = re.compile(r"\S[^\S\n]*(?:\t|[^\S\n]\|[^\S\n])[^\S\n]*\S")
_YEAR_OR_CODE = re.compile(r"\b(?:(?:19|20)\d\d|[A-Z]{1,2}\d{1,2})\b")  # 2024, Q3: may name a column
_ENDS_LINE = re.compile(r"[.:;,!?][\"'”’»)\]]*\s*$")

# Lower case, without the last point; English, Dutch, French and German. No sentence ends with these …
_ABBREVIATIONS = frozenset(
    """
    bijv bspw bv bzgl bzw c.-à-d ca cf d.h d.i d.m.v d.w.z dhr dir dr drs e.g evtl excl exkl fa frs g.w geb
    gem ggf h.l hon hr hrsg i.a i.c.m i.d.r i.e i.h.b i.s.m i.v.m incl inkl insb ir jhr jr l.c m.a.w m.b.t m.e
    m.i m.i.v m.m m.n m.u.v mej messrs mevr mgr mlle mme mmes mr mrs ms mt mw n.a.v n.b num o.a o.b.v o.g.v
    o.l.v o.m op.cit p.a p.ex prof r.d resp s.a sog t.a.v t.b.v t.e.m t.g.v t.n.v t.o.v u.a u.ä urt v.a
    vgl viz vs w.o z.b z.o.z z.t zgn zzgl
    """.split()
)
# … and none with these where a number follows.
_BEFORE_NUMBER = frozenset(
    """
    abs al anh anm art arts artt aufl bd begr blz ch chap col doc eq eqs ff fig figs fn fol kap lit mio n nl
    no nos nr nrs p pag par para paras pp pt ref rev rn rz s sec sect st tab tel tit v vol vols ziff
    """.split()
)
_LAST_WORD = re.compile(r"([^\s(\[“\"'’«„]+)\.\s*$")
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.\s*$")
_AFTER_ORDINAL = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    r"|Jahrhundert|Jahrtausend|Auflage|Kapitel|Absatz|Sitzung|Tagung|Legislatur|Wahlperiode)"
)
_LABEL = re.compile(
    r"\s*(?:tab(?:le|el|elle|leau)?|fig(?:ure|uur)?|abb(?:ildung)?|box|kader|grafiek|graph(?:ique|ik)?|chart)"
    r"\.?\s\d{1,3}(?:\.\d{1,3})*[.:]\s*",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(r":[\"'”’»)\]*_\s]*$")
_AFTER_MAY = re.compile(r"(?<=\bMay\.\s)(?=[A-Z“\"])")
_MARKER = re.compile(r"\s*[\W\d_]*(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])?\s*")


def split(text: str, start: int = 0, end: int | None = None) -> tuple[Sentence, ...]:
    """The sentences of ``text[start:end]``, in order, without white space at their ends.

    Together they cover everything but white space. A blank line, a list item and a table row end a sentence;
    a line break within a paragraph does not.
    """
    end = len(text) if end is None else end
    return tuple(
        sentence
        for block_start, block_end in _blocks(text, start, end)
        for sentence in _sentences(text, block_start, block_end)
    )


def is_row(text: str) -> bool:
    """Whether a sentence is a row of a table."""
    return bool(_CELLS.search(text))


def names_columns(rows: Sequence[str]) -> bool:
    """Whether the first of a table's rows heads it: enough others follow, and it holds no figures."""
    return len(rows) >= TABLE and not re.search(r"\d", _YEAR_OR_CODE.sub("", rows[0]))


def is_item(text: str) -> bool:
    """Whether a sentence begins as a list item does."""
    return bool(_BULLET.match(text) or _NUMBER.match(text))


def leads_in(text: str) -> bool:
    """Whether a sentence ends with the colon that leads to a list."""
    return bool(_LEADS_IN.search(text))


def is_label(text: str) -> bool:
    """Whether a sentence begins with a table's or a figure's number."""
    return bool(_LABEL.match(text))


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Paragraphs, and within them list items and table rows: what no sentence reaches beyond."""
    position = start
    for gap in _BLANK_LINE.finditer(text, start, end):
        yield from _lines(text, position, gap.start())
        position = gap.end()
    yield from _lines(text, position, end)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if text.find("\n", start, end) < 0:
        yield start, end
        return
    begin = position = start
    was_item, line = True, ""
    while position < end:
        stop = text.find("\n", position, end) + 1 or end
        after_close = was_item or bool(_ENDS_LINE.search(line))
        line = text[position:stop]
        row = is_row(line)
        item = row or bool(_BULLET.match(line)) or (after_close and bool(_NUMBER.match(line)))
        if item and begin < position:
            yield begin, position
            begin = position
        if row:
            yield position, stop
            begin = stop
        was_item, position = item, stop
    yield begin, end


def _sentences(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentences of one paragraph."""
    begin = position = start
    for piece in _segments(text[start:end]):
        position += len(piece)
        if position < end and _is_false_end(text[begin:position], text[position : position + 20]):
            continue
        sentence = _trimmed(text, begin, position)
        begin = position
        if sentence:
            yield sentence


def _segments(text: str) -> Iterator[str]:
    """What sentencex makes of a text, and the break after a month that it takes for an abbreviation."""
    for piece in sentencex.segment("en", text):
        yield from _AFTER_MAY.split(piece)


def _is_false_end(before: str, after: str) -> bool:
    """Whether a break between these two is none: an abbreviation, an ordinal, a list number, 'Table 1.'."""
    if _MARKER.fullmatch(before) or _LABEL.fullmatch(before):
        return True
    following = after.lstrip()
    if not following:
        return False
    if not before.rstrip().endswith("."):
        return False
    if following[0].islower():
        return True
    word = _LAST_WORD.search(before[-40:])
    name = word[1].lower() if word else ""
    if name in _ABBREVIATIONS or (following[0].isdigit() and name in _BEFORE_NUMBER):
        return True
    return bool(_ORDINAL.search(before[-6:]) and _AFTER_ORDINAL.match(following))


def _trimmed(text: str, start: int, end: int) -> Sentence | None:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return Sentence(start, end) if start < end else None
