"""Plain text: the file's own characters, and the headings that stand alone between blank lines."""

import re
from collections.abc import Iterator
from itertools import pairwise

from knowledge.readers.content import Content, Heading, clean, hidden_warning, one_line, sections
from knowledge.readers.decoding import decode

_MAX_CHARACTERS = 100  # a heading fits on one line
_MAX_WORDS = 15
_CANDIDATE = re.compile(
    rf"(?:\A|(?<=\n))[^\S\n]*(?P<line>[^\s][^\n]{{0,{_MAX_CHARACTERS}}}?)[^\S\n]*\n"
    r"(?:(?P<rule>=+|-{3,}|~{3,})[^\S\n]*(?:\n|\Z)|(?=[^\S\n]*\n))"
)
_BLANK_BEFORE = re.compile(r"\n[^\S\n]*\n[^\S\n]*\Z|\A\s*\Z")
_CLOSED = re.compile(r"[.,;:!?…。！？][\"'”’»)\]]*$")
_NO_HEADING = re.compile(r"[-*•‣◦▪·–—|>\"'“‘«„(\[{<=#+_~]|\w+://|www\.|[^\W\d_]*@")


def read(data: bytes, name: str) -> Content:
    """Reads plain text; ``name`` is the title of a text that has none. Raises UnreadableFile (binary)."""
    raw, warnings = decode(data)
    text, hidden = clean(raw)
    title, headings = find_headings(text)
    title = title or name
    return Content(
        title, text, sections(text, headings, title), warnings=(*warnings, *hidden_warning(hidden))
    )


def find_headings(text: str) -> tuple[str | None, list[Heading]]:
    """The title, if the text begins with one, and all headings in order (the title is the first, level 1)."""
    headings: list[Heading] = []
    title: str | None = None
    begin = len(text) - len(text.lstrip())
    body_end = len(text.rstrip())
    for run in _runs(text):
        if run[-1].end >= body_end:
            continue  # a line at the very end heads nothing: a signature, say
        if run[0].start == begin:
            title = run[0].text
            headings.append(run[0])
            run = run[1:]
        headings.extend(_nested(run, 2 if title else 1))
    return title, headings


def _nested(run: list[Heading], level: int) -> list[Heading]:
    """Of lines that follow each other: a part and its chapter, or (more than two) a list and a heading."""
    kept = run if len(run) <= 2 else run[-1:]
    return [Heading(line.text, level + depth, line.start, line.end) for depth, line in enumerate(kept)]


def _runs(text: str) -> Iterator[list[Heading]]:
    """Groups candidates with nothing but white space between them."""
    run: list[Heading] = []
    for before, candidate in pairwise([None, *_candidates(text)]):
        if candidate is None:
            break
        if before is not None and text[before.end : candidate.start].strip():
            yield run
            run = []
        run.append(candidate)
    if run:
        yield run


def _candidates(text: str) -> Iterator[Heading]:
    for match in _CANDIDATE.finditer(text):
        line, start = match["line"], match.start("line")
        before = text[max(0, start - 200) : start]
        if reads_as_heading(line) and _BLANK_BEFORE.search(before):
            yield Heading(one_line(line), 1, start, match.end("rule") if match["rule"] else match.end("line"))


def reads_as_heading(line: str) -> bool:
    """Whether a line reads as one: a capital or number first, no list item, no point at its end."""
    if _CLOSED.search(line) or _NO_HEADING.match(line) or "\t" in line.strip():
        return False
    first = next((character for character in line if character.isalpha()), "")
    return bool(first) and not first.islower() and len(line.split()) <= _MAX_WORDS
