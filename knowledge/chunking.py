"""Passages: runs of whole sentences within one section, of even size, none above the model's limit.

A section is shared out evenly over as many passages as its length asks for, so that no scrap is left at its
end. Only a sentence that is too long by itself is cut, at a line, a clause or, last, a word.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.readers.content import page_at
from knowledge.sentences import split
from knowledge.types import Document, Passage, Section, Sentence

TARGET = 650  # characters: about 130 tokens, two or three sentences of context around an answer
MAX_TOKENS = 240  # of a passage's text, where the model takes as many: the rest is for its headings
_LONGEST_SENTENCE = 1200  # characters; what is longer is a list, a table or code, not a sentence
_CUTS = (re.compile(r"\n\s*"), re.compile(r"[;:。！？]\s*"), re.compile(r"[,，、–—)]\s+"), re.compile(r"\s+"))

Run = tuple[Sentence, ...]


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


def headed(passage: Passage, count_tokens: Callable[[str], int], max_tokens: int) -> str:
    """A passage as it is embedded: below its title and headings, as many (the nearest) as fit the model."""
    for first in range(len(passage.heading_path) + 1):
        lines = [" › ".join(passage.heading_path[first:]), passage.text]
        text = "\n".join(filter(None, lines))
        if count_tokens(text) <= max_tokens:
            break
    return text


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
    for run in _share_out(sentences, target):
        yield from _fitting(run, limit)


def _share_out(sentences: Sequence[Sentence], target: int) -> Iterator[Run]:
    """Runs of nearly equal length: each takes sentences while that brings it closer to its even share."""
    if not sentences:
        return
    end = sentences[-1].end
    left = max(1, round((end - sentences[0].start) / target))
    run: list[Sentence] = []
    for sentence in sentences:
        if run and left > 1:
            share = (end - run[0].start) / left
            without, with_it = run[-1].end - run[0].start, sentence.end - run[0].start
            if with_it - share > share - without:
                yield tuple(run)
                run, left = [], left - 1
        run.append(sentence)
    yield tuple(run)


def _fitting(run: Run, limit: _Limit) -> Iterator[Run]:
    """The run, or its halves until each keeps to the limit."""
    start, end = run[0].start, run[-1].end
    if limit.holds(start, end):
        yield run
        return
    if len(run) == 1:
        run = tuple(_pieces(limit.text, run[0], 1, (end - start + 1) // 2))
        if len(run) == 1:  # one character that is too much by itself: nothing is left to cut
            yield run
            return
    middle = min(range(1, len(run)), key=lambda at: abs(run[at].start - start - (end - run[at].start)))
    yield from _fitting(run[:middle], limit)
    yield from _fitting(run[middle:], limit)


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
