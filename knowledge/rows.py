"""Documents and passages as rows of the catalogue's tables, and back."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from knowledge.messages import dumped, loaded
from knowledge.types import Document, DocumentInfo, Passage, Sentence


@dataclass(frozen=True, slots=True)
class Version:
    """A document ready to go live: ``revision`` names its vectors, ``source`` the folder it came from."""

    document: Document
    passages: tuple[Passage, ...]
    revision: str
    recipe: str
    stamp: str
    source: str


def document_row(version: Version) -> dict[str, object]:
    """The row of a document that goes live."""
    document = version.document
    return {
        "id": document.id,
        "name": document.name,
        "title": document.title,
        "content_hash": document.content_hash,
        "file_hash": document.file_hash,
        "media_type": document.media_type,
        "characters": len(document.text),
        "section_count": len(document.sections),
        "passage_count": len(version.passages),
        "pages": [[page.number, page.start] for page in document.pages],
        "warnings": [dumped(warning) for warning in document.warnings],
        "added": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": version.revision,
        "recipe": version.recipe,
        "stamp": version.stamp,
        "source": version.source,
    }


def section_rows(document: Document) -> list[dict[str, object]]:
    """The rows of a document's sections, in reading order."""
    return [
        asdict(section) | {"path": list(section.path), "document_id": document.id, "ordinal": number}
        for number, section in enumerate(document.sections)
    ]


def passage_rows(version: Version) -> list[dict[str, object]]:
    """The rows of a version's passages, in reading order."""
    return [
        {
            "revision": version.revision,
            "ordinal": number,
            "id": passage.id,
            "document_id": passage.document_id,
            "section": passage.section,
            "heading_path": list(passage.heading_path),
            "start": passage.start,
            "end": passage.end,
            "text": passage.text,
            "sentences": [[sentence.start, sentence.end] for sentence in passage.sentences],
            "page": passage.page,
        }
        for number, passage in enumerate(version.passages)
    ]


def to_info(row: Any) -> DocumentInfo:
    """A document's row as its entry in the collection."""
    return DocumentInfo(
        id=row.id,
        name=row.name,
        title=row.title,
        content_hash=row.content_hash,
        media_type=row.media_type,
        characters=row.characters,
        sections=row.section_count,
        passages=row.passage_count,
        pages=len(row.pages),
        warnings=tuple(map(loaded, row.warnings)),
        added=row.added,
    )


def to_passage(row: Any, name: str, content_hash: str) -> Passage:
    """A passage's row, with the name and hash of its document."""
    return Passage(
        id=row.id,
        document_id=row.document_id,
        document_name=name,
        content_hash=content_hash,
        section=row.section,
        heading_path=tuple(row.heading_path),
        start=row.start,
        end=row.end,
        text=row.text,
        sentences=tuple(Sentence(start, end) for start, end in row.sentences),
        page=row.page,
    )
