"""What every reader gives back, and the two ways to build it: from the file's own text, or from blocks."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from knowledge.messages import Message
from knowledge.types import Page, Section

BLOCK_GAP = "\n\n"  # a blank line: ends a paragraph for people and for the sentence splitter alike
_LINE_END = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]")
# Characters that nobody sees: hidden instructions ride on them, and they break the search for a word.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True)
class Content:
    """A file's text with its title, sections and pages, before it has a name and an id."""

    title: str
    text: str
    sections: tuple[Section, ...]
    pages: tuple[Page, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and the character range that it takes in the text; ``level`` 1 is the top."""

    text: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (``level`` 1 or more) or a paragraph (0); ``pages`` says at which offset a page begins."""

    text: str
    level: int = 0
    pages: tuple[Page, ...] = field(default=())


def clean(text: str) -> tuple[str, int]:
    """Line ends as ``\\n``, no control characters; with the number of invisible characters taken out."""
    if "\r" in text or not text.isascii() or "\v" in text or "\f" in text:
        text = _LINE_END.sub("\n", text)
    text = _CONTROL.sub("", text)
    return (text, 0) if text.isascii() else _HIDDEN.subn("", text)


def hidden_warning(count: int) -> tuple[str, ...]:
    """The warning for ``count`` invisible characters taken out, if there were any."""
    told = "{count} invisible characters (zero-width, text direction) were removed."
    return (Message("knowledge.hidden_characters", told, count=count),) if count else ()


def one_line(text: str) -> str:
    """The text with every run of white space as one blank."""
    return " ".join(text.split())


def page_at(pages: Sequence[Page], position: int) -> int | None:
    """The number of the page that a position of the text stands on; None in a document without pages."""
    index = bisect_right(pages, position, key=lambda page: page.start) - 1
    return pages[max(index, 0)].number if pages else None


def sections(
    text: str, headings: Sequence[Heading], title: str, pages: Sequence[Page] = ()
) -> tuple[Section, ...]:
    """One section a heading, in reading order; text above the first heading goes under the title."""
    found: list[Section] = []
    start, end = _trimmed(text, 0, headings[0].start if headings else len(text))
    if start < end:
        found.append(Section(title, 1, (title,), start, end, page_at(pages, start)))
    parents: list[Heading] = []
    # Without headings there is one stop too many, and nothing to do.
    stops = [heading.start for heading in headings[1:]] + [len(text)]
    for heading, stop in zip(headings, stops, strict=False):
        parents = [parent for parent in parents if parent.level < heading.level] + [heading]
        path = tuple(parent.text for parent in parents)
        start, end = _trimmed(text, heading.end, stop)
        page = page_at(pages, heading.start)
        found.append(Section(heading.text, heading.level, path, start, end, page))
    return tuple(found)


def assemble(blocks: Iterable[Block], title: str, warnings: tuple[str, ...] = ()) -> Content:
    """Joins blocks to a text, a blank line between them, and finds sections and pages in it."""
    parts: list[str] = []
    headings: list[Heading] = []
    pages: list[Page] = []
    position = 0
    for block in blocks:
        pages.extend(Page(page.number, position + page.start) for page in block.pages)
        if not block.text:
            continue
        end = position + len(block.text)
        if block.level:
            headings.append(Heading(one_line(block.text), block.level, position, end))
        parts.append(block.text)
        position = end + len(BLOCK_GAP)
    text = BLOCK_GAP.join(parts)
    starts = tuple(Page(page.number, min(page.start, len(text))) for page in pages)
    return Content(title, text, sections(text, headings, title, starts), starts, warnings)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without white space at its ends; an empty range stands at ``start``."""
    while end > start and text[end - 1].isspace():
        end -= 1
    begin = start
    while begin < end and text[begin].isspace():
        begin += 1
    return (begin, end) if begin < end else (start, start)
