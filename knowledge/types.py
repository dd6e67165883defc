"""The values that travel through knowledge: plain, frozen, and positioned in the stored text.

Every range is half-open and counts characters of ``Document.text``:
``document.text[start:end]`` is the section, the passage, the sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, up to the next heading of any level.

    ``path`` holds the headings from the top down to and including this one. ``start`` is where the body
    begins (after the heading), ``end`` where it ends; the body may be empty. ``page`` is 1-based.
    """

    heading: str
    level: int
    path: tuple[str, ...]
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a character range of the document's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page of a paged document begins in the text; ``number`` is 1-based."""

    number: int
    start: int


@dataclass(frozen=True, slots=True)
class Document:
    """A source as it was read: its text, the tree of its sections and what the reader noticed.

    ``id`` is stable for a name, ``content_hash`` is the sha256 of ``text`` (hex), ``file_hash`` that of the
    file's bytes. ``sections`` stand in reading order and cover the text's body without overlap.
    """

    id: str
    name: str
    title: str
    text: str
    content_hash: str
    file_hash: str
    media_type: str
    sections: tuple[Section, ...]
    pages: tuple[Page, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences within one section: what is embedded, found and read.

    ``section`` indexes ``Document.sections``; ``heading_path`` starts with the document's title.
    """

    id: str
    document_id: str
    document_name: str
    content_hash: str
    section: int
    heading_path: tuple[str, ...]
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]
    page: int | None = None


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage that a search found.

    ``score`` is the fused score (higher is better), ``similarity`` the cosine with the query (-1..1),
    ``lexical`` the BM25 score (0 when no word matched), ``ranks`` the 1-based rank in each retriever.
    """

    passage: Passage
    score: float
    rank: int
    similarity: float = 0.0
    lexical: float = 0.0
    ranks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What the list of documents shows of one: sizes are counts, ``added`` is an ISO 8601 time (UTC)."""

    id: str
    name: str
    title: str
    content_hash: str
    media_type: str
    characters: int
    sections: int
    passages: int
    pages: int
    warnings: tuple[str, ...]
    added: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What happened to one file.

    ``status`` is added, updated (it was changed or is read in a new way), replaced (another file of its name
    was, by the one that was added), unchanged, removed or failed.
    """

    name: str
    status: str
    info: DocumentInfo | None = None
    error: str | None = None
