"""Passages: runs of whole sentences within one section, of even size, none above the model's limit.

A section is shared out evenly over as many passages as its length asks for, so that no scrap is left at its
end. What is understood together stays together where it fits: a table with its header row and caption, a
list with the words that lead to it. Only a sentence that is too long by itself is cut, at a line, a clause
or, last, a word.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

from knowledge.readers.content import BLOCK_GAP, page_at
from knowledge.sentences import TABLE, is_item, is_label, is_row, leads_in, names_columns, split
from knowledge.types import Document, Passage, Section, Sentence

TARGET = 650  # characters: about 130 tokens, two or three sentences of context around an answer
MAX_TOKENS = 240  # of a passage's text, where the model takes as many: the rest is for its headings
_LONGEST_SENTENCE = 1200  # characters; what is longer is a list, a table or code, not a sentence
_CUTS = (re.compile(r"\n\s*"), re.compile(r"[;:。！？]\s*"), re.compile(r"[,，、–—)]\s+"), re.compile(r"\s+"))

_MAX_CAPTION = 160  # characters of a line above a table that names it
_HEAD = 3  # sentences at the top of a table or list that stay together when the rest does not fit

Run = tuple[Sentence, ...]
Unit = tuple[Sentence, ...]  # sentences that are understood together


class Part(Protocol):
    """A passage, or what is kept of it: its text and where that stands in the document."""

    @property
    def start(self) -> int: ...  # noqa: D102 - as in Passage
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


def estimate_tokens(text: str) -> int:
    """A number of tokens that no usual tokenizer exceeds on prose: one for three ASCII characters."""
    ascii_length = len(text.encode("ascii", "ignore"))
    return ascii_length // 3 + (len(text) - ascii_length) + 2


def passages(
    document: Document,
    count_tokens: Callable[[str], int] = estimate_tokens,
    max_tokens: int = MAX_TOKENS,
    target: int = TARGET,
) -> list[Passage]:
    """Cuts a document into passages of about ``target`` characters and at most ``max_tokens`` tokens.

    Every sentence of every section is in exactly one passage, in reading order; a section without text gives
    none. A single word above the limit is cut between characters.
    """
    limit = _Limit(document.text, count_tokens, max_tokens)
    return [
        _passage(document, number, section, run)
        for number, section in enumerate(document.sections)
        for run in _runs(document.text, section, target, limit)
    ]


def headed(passage: Passage, count_tokens: Callable[[str], int], max_tokens: int, head: str = "") -> str:
    """A passage as it is embedded: below its title and headings, as many (the nearest) as fit the model.

    ``head`` is the head of the table that it begins within (see ``table_heads``); it goes last.
    """
    path = passage.heading_path
    above = [[" › ".join(path[first:]), head] for first in range(len(path) + 1)]
    for lines in [*above, []]:
        text = "\n".join(filter(None, [*lines, passage.text]))
        if count_tokens(text) <= max_tokens:
            break
    return text


def table_heads(parts: Sequence[Part]) -> list[str]:
    """For each of a document's passages in order, the head row of the table that it begins within.

    "" where it begins with no row, or with the table's own head. A passage stays a slice of its document;
    the head is put above it where it is embedded, searched by words and read.
    """
    heads: list[str] = []
    table: list[str] = []  # the first rows of the table that was going on where the last passage ended
    end = 0
    for part in parts:
        lines = part.text.split("\n")
        if not is_row(lines[0]) or part.start - end == len(BLOCK_GAP):
            table = []
        heads.append(table[0] if table and names_columns([*table, *takewhile(is_row, lines)]) else "")
        for line in lines:
            table = [*table, line][:TABLE] if is_row(line) else []
        end = part.end
    return heads


@dataclass(frozen=True, slots=True)
class _Limit:
    text: str
    count_tokens: Callable[[str], int]
    max_tokens: int

    def holds(self, start: int, end: int) -> bool:
        """Whether the range fits; no tokenizer makes two tokens of an ASCII character: it saves a count."""
        part = self.text[start:end]
        if part.isascii() and len(part) + 2 <= self.max_tokens:
            return True
        return self.count_tokens(part) <= self.max_tokens


def _runs(text: str, section: Section, target: int, limit: _Limit) -> Iterator[Run]:
    sentences = [
        piece
        for sentence in split(text, section.start, section.end)
        for piece in _pieces(text, sentence, max(_LONGEST_SENTENCE, 2 * target), target)
    ]
    units = [part for unit in _units(text, sentences) for part in _bounded(unit, 2 * target, limit)]
    for run in _share_out(units, target):
        yield from _fitting(run, limit)


def _units(text: str, sentences: Sequence[Sentence]) -> Iterator[Unit]:
    """The sentences, in groups: a table with its header row and caption, a list with the words above it."""
    unit: list[Sentence] = []
    for number, sentence in enumerate(sentences):
        following = sentences[number + 1] if number + 1 < len(sentences) else None
        if unit and not _belongs(text, unit, sentence, following):
            yield tuple(unit)
            unit = []
        unit.append(sentence)
    if unit:
        yield tuple(unit)


def _belongs(text: str, unit: Sequence[Sentence], sentence: Sentence, following: Sentence | None) -> bool:
    """Whether a sentence goes on with the table or the list that the unit has begun."""
    last, own = _words(text, unit[-1]), _words(text, sentence)
    gap = text[unit[-1].end : sentence.start]
    if leads_in(last):
        return True
    if is_row(own):
        return (is_row(last) and gap.count("\n") == 1) or _is_caption(text, unit, last, gap)
    if is_row(last):
        return is_label(own) and not (following and is_row(_words(text, following)))
    if len(unit) == 1 or not leads_in(_words(text, unit[0])) or not is_item(_words(text, unit[1])):
        return False
    return is_item(own) or "\n" not in gap


def _is_caption(text: str, unit: Sequence[Sentence], last: str, gap: str) -> bool:
    """Whether a sentence right above a table is a line of its own that names it."""
    above = text[: unit[-1].start].rstrip(" ")
    return (
        len(unit) == 1
        and "\n" in gap
        and (not above or above.endswith("\n"))
        and len(last) <= _MAX_CAPTION
        and (is_label(last) or not last.endswith((".", "!", "?", ";")))
    )


def _words(text: str, sentence: Sentence) -> str:
    return text[sentence.start : sentence.end]


def _bounded(unit: Unit, longest: int, limit: _Limit) -> Iterator[Unit]:
    """The unit whole, if it fits a passage, else its head and its other sentences one by one."""
    start, end = unit[0].start, unit[-1].end
    if len(unit) == 1 or (end - start <= longest and limit.holds(start, end)):
        yield unit
        return
    head = unit[:_HEAD]
    if len(unit) > _HEAD and limit.holds(start, head[-1].end):
        yield head
        unit = unit[_HEAD:]
    for sentence in unit:
        yield (sentence,)


def _share_out(units: Sequence[Unit], target: int) -> Iterator[tuple[Unit, ...]]:
    """Runs of nearly equal length: each takes units while that brings it closer to its even share."""
    if not units:
        return
    end = units[-1][-1].end
    left = max(1, round((end - units[0][0].start) / target))
    run: list[Unit] = []
    for unit in units:
        if run and left > 1:
            begin = run[0][0].start
            share = (end - begin) / left
            without, with_it = run[-1][-1].end - begin, unit[-1].end - begin
            if with_it - share > share - without:
                yield tuple(run)
                run, left = [], left - 1
        run.append(unit)
    yield tuple(run)


def _fitting(run: Sequence[Unit], limit: _Limit) -> Iterator[Run]:
    """The run, or its halves until each keeps to the limit; a unit is cut only where it alone is too much."""
    start, end = run[0][0].start, run[-1][-1].end
    if limit.holds(start, end):
        yield tuple(sentence for unit in run for sentence in unit)
        return
    if len(run) == 1:
        run = _cut_up(run[0], limit)
        if len(run) == 1:  # one character that is too much by itself: nothing is left to cut
            yield run[0]
            return
    middle = min(range(1, len(run)), key=lambda at: abs(run[at][0].start - start - (end - run[at][0].start)))
    yield from _fitting(run[:middle], limit)
    yield from _fitting(run[middle:], limit)


def _cut_up(unit: Unit, limit: _Limit) -> list[Unit]:
    """The sentences of a unit one by one, or the pieces of its only sentence."""
    if len(unit) > 1:
        return [(sentence,) for sentence in unit]
    half = (unit[0].end - unit[0].start + 1) // 2
    return [(piece,) for piece in _pieces(limit.text, unit[0], 1, half)]


def _pieces(text: str, sentence: Sentence, longest: int, size: int) -> Iterator[Sentence]:
    """The sentence whole, if no longer than ``longest``, else cut into pieces of at most ``size``."""
    start, end = sentence.start, sentence.end
    if end - start <= longest:
        yield sentence
        return
    while end - start > size:
        stop, following = _cut(text, start, start + size, end)
        yield Sentence(start, stop)
        start = following
    yield Sentence(start, end)


def _cut(text: str, start: int, latest: int, end: int) -> tuple[int, int]:
    """Where a piece ends, at most at ``latest``, and the next begins: the best place in its last half."""
    for place in _CUTS:
        cuts = list(place.finditer(text, start + (latest - start) // 2, min(latest + 1, end)))
        if cuts:
            following = cuts[-1].end()
            stop = start + len(text[start:following].rstrip())
            if start < stop <= latest and following < end and not text[following].isspace():
                return stop, following
    return latest, latest


def _passage(document: Document, number: int, section: Section, run: Run) -> Passage:
    start, end = run[0].start, run[-1].end
    return Passage(
        id=f"{document.id}:{document.content_hash[:12]}:{start}-{end}",
        document_id=document.id,
        document_name=document.name,
        content_hash=document.content_hash,
        section=number,
        heading_path=heading_path(document.title, section),
        start=start,
        end=end,
        text=document.text[start:end],
        sentences=run,
        page=page_at(document.pages, start),
    )


def heading_path(title: str, section: Section) -> tuple[str, ...]:
    """The headings above and of a section, the document's title first and named once."""
    same = section.path and section.path[0].casefold() == title.casefold()
    return section.path if same else (title, *section.path)
