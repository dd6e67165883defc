"""A source as the source component draws it: a section with the quote marked, or a stretch of a document."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from assistant.citations import Range, Resolved, reference, resolve, section_at
from assistant.types import Citation
from assistant.ui.texts import Words
from assistant.ui.views.answer import Find
from assistant.ui.views.segments import segments, window
from assistant.ui.views.tables import laid_out
from knowledge.chunking import heading_path
from knowledge.readers.content import page_at
from knowledge.types import Document

Data = dict[str, Any]


def citation_view(citations: Sequence[Citation], index: int, find: Find, words: Words) -> Data:
    """The whole section of a citation, its quote marked, and whether there is one before and after."""
    citation = citations[index]
    found = resolve(citation, find(citation.document_id))
    frame = _frame(words) | {
        "index": index,
        "count": words("citation_count", number=index + 1, total=len(citations)),
        "previous": index > 0,
        "next": index + 1 < len(citations),
        "heading": citation.section,
        "path": _path(citation.document, citation.section_path, citation.page, words),
    }
    if not isinstance(found, Resolved):
        key = "document_gone" if found.document is None else "document_changed"
        return frame | {
            "message": words(key, name=citation.document),
            "segments": [(citation.quote, "quote")],
            "reference": reference(citation, words.language),
        }
    section, document = found.section, found.document
    start = min(section.start, citation.start)
    end = max(section.end, citation.end)
    return (
        frame
        | _stretch(document, start, end, [(citation.start, citation.end)], found.highlights, citation.start)
        | {"reference": reference(citation, words.language)}
    )


def stretch_view(
    document: Document, start: int, end: int, matches: Sequence[Range], current: int, words: Words
) -> Data:
    """A stretch of a document with the places marked that a search found, ``current`` scrolled into view."""
    focus = matches[current] if matches else (start, start)
    section = section_at(document, focus[0])
    path = heading_path(document.title, section)
    return (
        _frame(words)
        | {
            "heading": section.heading or document.title,
            "path": _path(document.name, path, page_at(document.pages, focus[0]), words),
            "closes": False,
        }
        | _stretch(document, start, end, matches, [focus] if matches else (), focus[0])
    )


def first_with_text(document: Document) -> int:
    """The number of the first section that has text of its own; 0 if none has."""
    written = (number for number in range(len(document.sections)) if _has_text(document, number))
    return next(written, 0)


def reach(document: Document, number: int) -> Range:
    """The text of a section; that of the sections below it, where the heading has none of its own."""
    if not document.sections:
        return 0, len(document.text)
    section = document.sections[number]
    if _has_text(document, number):
        return section.start, section.end
    below = takewhile(lambda other: other.level > section.level, document.sections[number + 1 :])
    return section.start, max([section.end, *(other.end for other in below)])


def _has_text(document: Document, number: int) -> bool:
    section = document.sections[number]
    return bool(document.text[section.start : section.end].strip())


def _stretch(
    document: Document, start: int, end: int, marks: Sequence[Range], keys: Sequence[Range], focus: int
) -> Data:
    first, last = window(start, end, focus)
    marks = [(a, b) for a, b in marks if a < last and first < b]
    return {
        "segments": laid_out(segments(document.text, first, last, marks, keys)),
        "cut_before": first > start,
        "cut_after": last < end,
    }


def _path(name: str, path: Sequence[str], page: int | None, words: Words) -> str:
    where = " › ".join(path)
    pages = [words("page_number", number=page)] if page is not None else []
    return " · ".join([where, *pages, name])


def _frame(words: Words) -> Data:
    return {
        "turn": 0,
        "closes": True,
        "kind": "",
        "choice": 0,
        "index": 0,
        "count": "",
        "previous": False,
        "next": False,
        "message": "",
        "reference": "",
        "segments": [],
        "cut_before": False,
        "cut_after": False,
        "labels": {
            "panel": words("source"),
            "previous": words("previous"),
            "next": words("next"),
            "close": words("close"),
            "copy": words("copy_reference"),
            "copied": words("copied"),
            "cut": words("section_goes_on"),
        },
    }
