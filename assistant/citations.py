"""Citations: made from a range of a document, resolved against the stored text whenever they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.phrases import phrase
from assistant.types import Citation, Statement
from knowledge.chunking import heading_path
from knowledge.readers.content import page_at
from knowledge.types import Document, Section

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A citation found again: its section, and the words sliced from the stored text just now."""

    citation: Citation
    document: Document
    section: Section
    quote: str
    highlights: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """A citation whose words cannot be shown: its document is gone (``document`` None) or has changed."""

    citation: Citation
    document: Document | None


def make(n: int, document: Document, start: int, end: int, highlights: Sequence[Range] = ()) -> Citation:
    """Citation ``n`` of ``document.text[start:end]``; highlights outside that range are left out.

    Raises ValueError when the range is empty or not within the text.
    """
    if not 0 <= start < end <= len(document.text):
        raise ValueError(f"no such range in {document.name}: {start}-{end}")
    section = section_at(document, start)
    path = heading_path(document.title, section)
    return Citation(
        n=n,
        document_id=document.id,
        document=document.name,
        title=document.title,
        section=section.heading or path[-1],
        section_path=path,
        page=page_at(document.pages, start),
        start=start,
        end=end,
        content_hash=document.content_hash,
        quote=document.text[start:end],
        highlights=tuple(sorted((a, b) for a, b in highlights if start <= a < b <= end)),
    )


def resolve(citation: Citation, document: Document | None) -> Resolved | Stale:
    """The citation's words as they stand in the document, or Stale when that has changed or gone."""
    if document is None or document.content_hash != citation.content_hash:
        return Stale(citation, document)
    return Resolved(
        citation=citation,
        document=document,
        section=section_at(document, citation.start),
        quote=document.text[citation.start : citation.end],
        highlights=citation.highlights,
    )


def reference(citation: Citation, language: str = "en") -> str:
    """The citation as it is written under a text: “quote” — title, section, p. 3 (file, characters 10–50)."""
    quote = " ".join(citation.quote.split())
    where = [citation.title, *(heading for heading in citation.section_path if heading != citation.title)]
    page = [phrase("page.page_number", language, number=citation.page)] if citation.page else []
    reach = phrase("answer.characters", language, start=citation.start, end=citation.end)
    place = f"{citation.document}, {reach}"
    return f"“{quote}” — {', '.join([*where, *page])} ({place})"


def unofficial(statement: Statement) -> str:
    """The mark of a statement that translates what it cites, in its own language; "" for any other."""
    return phrase("answer.translated", statement.translated_to) if statement.translated_to else ""


def section_at(document: Document, position: int) -> Section:
    """The section that holds the character, else the last that begins before it; the whole text if none."""
    before = [section for section in document.sections if section.start <= position]
    if not before:
        return Section(document.title, 1, (document.title,), 0, len(document.text))
    return before[-1]
