"""Headings of texts that mark none: lines that stand alone between blank lines, numbered ones above text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile

from knowledge.readers.content import Heading, one_line

_MAX_CHARACTERS = 100  # a heading fits on one line
_MAX_WORDS = 15
_MAX_TITLE_LINES = 2  # of a numbered heading, below its number
_MAX_CAPITAL_LINES = 3  # of a heading without a number
_MAX_FRONT = 500  # characters of dates and addresses above a title
_SHORT = 0.7  # of the longest line that follows: what is longer may be a line that was wrapped
_PARAGRAPH = re.compile(r"^[^\S\n]*\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*", re.MULTILINE)
_RULE = re.compile(r"[^\S\n]*(?:=+|-{3,}|~{3,})[^\S\n]*")
_CLOSED = re.compile(r"[.,;:!?…。！？][\"'”’»)\]]*$")
_LEADER = re.compile(r"(?:\.[^\S\n]?){4,}|(?:…[^\S\n]?){2,}|_{4,}")
_NO_HEADING = re.compile(r"[-*•‣◦▪·–—|>\"'“‘«„(\[{<=#+_~]|\w+://|www\.|[^\W\d_]*@")

# Words that a number follows in a heading, in English, Dutch, French and German.
_WORDS = (
    "articles?|artikel(?:en)?|art|chapter|hoofdstuk|chapitre|kapitel|sections?|sectie|afdeling|abschnitt|"
    "part|partie|deel|teil|book|boek|livre|buch|title|titel|titre|rule|annex|annexe|bijlage|anhang|anlage|"
    "appendix|appendice|schedule"
)
_SUPPLEMENTS = frozenset(
    {"annex", "annexe", "bijlage", "anhang", "anlage", "appendix", "appendice", "schedule"}
)
_KINDS = {"art": "article", "artikel": "article"}  # as a text may write the same kind in two ways
_NUMBERED = re.compile(
    rf"(?:(?P<word>{_WORDS})\b\.?[^\S\n]*|(?P<sign>§)[^\S\n]*)"
    r"(?P<number>\d{1,4}(?:[.-]\d{1,3})*(?:[a-z]|er|bis|ter|quater)?|(?-i:[IVXLC]{1,7}(?:er)?|[A-Z])"
    r"|premi[eè]re?)"
    r"(?![\w/(])(?P<stop>[^\S\n]*[.:–—-])?(?:[^\S\n]+(?P<title>\S[^\n]*))?"
    r"|(?P<decimal>\d{1,3}(?:\.\d{1,3}){1,4})\.?[^\S\n]+(?P<subtitle>[^\W\d_][^\n]*)",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[-*•–—]|§|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]\s|\(\w{1,4}\)")

# Lines of a letter's or a treaty's frame: where and when it was made, who signed it, where they live.
_MONTHS = (
    "jan(?:uary|uari|vier|uar)|feb(?:ruary|ruari|ruar)|février|mar(?:ch|s)|maart|märz|apr(?:il)|avril|ma[iy]|mei|"
    "jun[ei]|juin|jul[iy]|juillet|aug(?:ust|ustus)|août|sept(?:ember|embre)|o[ck]to(?:ber|bre)|"
    "nov(?:ember|embre)|de[cz](?:ember)|décembre"
)
_DATE = (
    rf"\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: of| de)? (?:{_MONTHS}),? \d{{4}}|(?:{_MONTHS}) \d{{1,2}},? \d{{4}}"
)
_PLACE = r"[^\W\d_][\w '’.-]{0,40}"
_FRAME = re.compile(
    rf"(?:{_PLACE}, )?(?:the |le |den |am )?(?:{_DATE}|\d{{4}}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{{4}})"
    r"|(?:done (?:at|in)|gedaan te|fait à|geschehen zu) .*"
    rf"|(?:signed|adopted|ondertekend|aangenomen|signé|adopté|unterzeichnet) .*\b(?:{_DATE}).*"
    r"|\(?(?:signed|get\.|getekend|signé|gez\.|gezeichnet)\)? .*"
    rf"|(?:.+, (?:[A-Z]{{1,2}}-)?|[A-Z]{{1,2}}-)\d{{4,5}}(?: [A-Z]{{2}})? {_PLACE}"
    r"|\d{1,4}[a-z]?,? .{2,40}(?-i:Street|Road|Lane|Avenue|Square)(?:, .*)?"
    r"|(?-i:Rue|Avenue|Boulevard|Chaussée) .{2,40} \d{1,4}"
    r"|[^\W\d_].{1,40}(?:straat|laan|weg|plein|straße|strasse|platz) \d{1,3}\w?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may be a heading: its range, and of which kind its number is, if it has one."""

    start: int
    end: int
    text: str
    kind: str = ""


def find_headings(text: str) -> tuple[str | None, list[Heading]]:
    """The title, if the text begins with one, and all headings in order (the title is the first, level 1)."""
    body_end = len(text.rstrip())
    # A line at the very end heads nothing: a signature, say.
    runs = list(_without_frame([run for run in _runs(text) if run[-1].end < body_end]))
    title: str | None = None
    headings: list[Heading] = []
    if runs and not runs[0][0].kind and _is_front(text[: runs[0][0].start]):
        first = runs[0].pop(0)
        title = first.text
        headings.append(Heading(title, 1, first.start, first.end))
    base = 2 if title else 1
    levels = _levels([one.kind for run in runs for one in run if one.kind], base)
    for run in runs:
        headings.extend(_nested(run, levels, base))
    return title, headings


def _is_front(before: str) -> bool:
    """Whether nothing, or only a date or an address, stands before a text's title."""
    lines = filter(None, map(str.strip, before[:_MAX_FRONT].split("\n")))
    return len(before.strip()) < _MAX_FRONT and all(map(_FRAME.fullmatch, lines))


def has_leader(line: str) -> bool:
    """Whether dots lead from a title to its page, in a table of contents."""
    return bool(_LEADER.search(line))


def reads_as_heading(line: str) -> bool:
    """Whether a line reads as one: a capital or number first, no list item, no point at its end."""
    if _CLOSED.search(line) or _NO_HEADING.match(line) or "\t" in line.strip() or has_leader(line):
        return False
    first = next((character for character in line if character.isalpha()), "")
    return bool(first) and not first.islower() and len(line.split()) <= _MAX_WORDS


def is_numbered(line: str) -> bool:
    """Whether a line begins as a numbered heading does: 'Article 3', '2.1 Scope'."""
    return bool(_kind(line))


def _candidates(text: str) -> Iterator[_Candidate]:
    """The first lines of paragraphs that are headings: whole paragraphs, underlined or numbered lines."""
    for number, paragraph in enumerate(_PARAGRAPH.finditer(text)):
        lines = _first_lines(paragraph[0])
        kind = _kind(lines[0])
        count = _title_lines(lines, kind) or (number == 0 and _wrapped_title(lines))
        if not count:
            continue
        shown = lines[:count]
        start = paragraph.start() + len(paragraph[0]) - len(paragraph[0].lstrip())
        end = paragraph.start() + sum(map(len, shown)) + count - 1
        if count < len(lines) and _RULE.fullmatch(lines[count]):
            yield _Candidate(start, end + 1 + len(lines[count]), one_line(" ".join(shown)), kind)
        else:
            end -= len(shown[-1]) - len(shown[-1].rstrip())
            yield _Candidate(start, end, one_line(" ".join(shown)), kind)


def _first_lines(paragraph: str) -> Sequence[str]:
    """As many lines as it takes to tell; a book may be one paragraph."""
    return paragraph.split("\n", 12)[:12]


def _title_lines(lines: Sequence[str], kind: str) -> int:
    """How many lines from the first on are a heading: 0, or 1, or a number's line with its title below."""
    if not kind:
        alone = len(lines) == 1 or _RULE.fullmatch(lines[1]) is not None
        return int(alone and _is_line(lines[0])) or _capital_lines(lines)
    if len(lines) > 1 and _kind(lines[1]) == kind:
        return 0  # a table of contents
    if not _bare(lines[0]):
        return int(_is_line(lines[0]) and _is_above(lines[0], lines[1:]))
    if len(lines) == 1:
        return 1
    for count in range(_MAX_TITLE_LINES, 0, -1):
        shown, rest = lines[1 : count + 1], lines[count + 1 :]
        if (
            len(shown) == count
            and all(map(_is_title, shown))
            and all(_is_above(line, rest) for line in shown)
        ):
            return count + 1
    return int(not _begins_small(lines[1]))


def _capital_lines(lines: Sequence[str]) -> int:
    """How many lines in capitals are a heading: all of a paragraph's, or those above a date or an address."""
    count = len(list(takewhile(_is_capital, lines)))
    rest = lines[count:]
    framed = all(_FRAME.fullmatch(line.strip()) or _RULE.fullmatch(line) for line in rest)
    return count if framed and count <= _MAX_CAPITAL_LINES else 0


def _is_capital(line: str) -> bool:
    """Whether a line is one of a title in capitals: no row with gaps between its columns."""
    line = line.strip()
    return line.isupper() and _is_title(line) and "   " not in line and not _FRAME.fullmatch(line)


def _wrapped_title(lines: Sequence[str]) -> int:
    """How many lines are a text's title that goes on in small letters: all of its first paragraph, or 0."""
    goes_on = 1 < len(lines) <= _MAX_CAPITAL_LINES and all(map(_begins_small, lines[1:]))
    whole = one_line(" ".join(lines))
    return len(lines) if goes_on and _is_title(whole) else 0


def _is_line(line: str) -> bool:
    return len(line.strip()) <= _MAX_CHARACTERS and reads_as_heading(line.strip())


def _is_title(line: str) -> bool:
    return _is_line(line) and not _ITEM.match(line.strip()) and not _kind(line)


def _is_above(line: str, rest: Sequence[str]) -> bool:
    """Whether a line is a title above the rest, not its first line: by its length and what comes after it."""
    if not rest or _RULE.fullmatch(rest[0]):
        return True
    if _ITEM.match(rest[0].strip()):
        return True
    return not _begins_small(rest[0]) and len(line.strip()) <= _SHORT * max(
        len(each.strip()) for each in rest
    )


def _begins_small(line: str) -> bool:
    return line.strip()[:1].islower()


def _kind(line: str) -> str:
    """What a line's number counts: 'article', 'chapter', points by the depth of a 2.1; '' without one."""
    found = _NUMBERED.fullmatch(line.strip()) if len(line) <= 2 * _MAX_CHARACTERS else None
    if found is None:
        return ""
    title = found["title"] or found["subtitle"] or ""
    if title[:1].islower() or (found["word"] and found["word"][0].islower()):
        return ""  # 'Article 3 of the treaty', wrapped
    if found["decimal"]:
        return "." * (found["decimal"].count(".") + 1)
    word = (found["word"] or found["sign"]).casefold()
    return _KINDS.get(word, word)


def _bare(line: str) -> bool:
    """Whether a numbered line holds nothing but its number."""
    found = _NUMBERED.fullmatch(line.strip())
    return found is not None and not (found["title"] or found["subtitle"])


def _runs(text: str) -> Iterator[list[_Candidate]]:
    """Groups candidates with nothing but white space between them."""
    run: list[_Candidate] = []
    for before, candidate in pairwise([None, *_candidates(text)]):
        if candidate is None:
            break
        if before is not None and text[before.end : candidate.start].strip():
            yield run
            run = []
        run.append(candidate)
    if run:
        yield run


def _without_frame(runs: Sequence[list[_Candidate]]) -> Iterator[list[_Candidate]]:
    """The runs without datelines and addresses, unless these are most of what there is, as in a diary."""
    every = [one for run in runs for one in run]
    frame = {one.start for one in every if not one.kind and _FRAME.fullmatch(one.text)}
    if len(frame) * 2 >= len(every):
        frame = set()
    for run in runs:
        # What is taken out parts what stood around it.
        for is_frame, group in groupby(run, lambda one: one.start in frame):
            if not is_frame:
                yield list(group)


def _levels(kinds: Sequence[str], base: int) -> dict[str, int]:
    """A level for each kind of number: in a text, the wider kind comes first; annexes stand by themselves."""
    first = dict.fromkeys(kind for kind in kinds if kind not in _SUPPLEMENTS and not kind.startswith("."))
    levels = {kind: base + depth for depth, kind in enumerate(first)}
    decimals = sorted({len(kind) for kind in kinds if kind.startswith(".")})
    levels |= {"." * depth: base + len(first) + rank for rank, depth in enumerate(decimals)}
    return levels | dict.fromkeys(_SUPPLEMENTS, base)


def _nested(run: Sequence[_Candidate], levels: dict[str, int], base: int) -> Iterator[Heading]:
    """Of lines that follow each other: a part and its chapter, or (more than two) a list and a heading."""
    level = base - 1
    for number, one in enumerate(run):
        following = run[number + 1 :]
        is_listed = any(other.kind == one.kind for other in following)
        if len(run) > 2 and following and (not one.kind or is_listed):
            continue
        level = levels[one.kind] if one.kind else level + 1
        yield Heading(one.text, level, one.start, one.end)
