"""What answering keeps of one version of the collection, so that no question reads the documents again."""

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.coverage import stems
from assistant.evidence import EvidenceSentence
from assistant.language import detect
from assistant.questions import Outline, outline
from assistant.selection import Section, sentences_of
from assistant.voice import home_names
from knowledge.base import KnowledgeBase
from knowledge.chunking import table_heads
from knowledge.lexical import words
from knowledge.sentences import is_row
from knowledge.types import Document, DocumentInfo, Passage

SAMPLE = 5_000  # characters of a document that its language is guessed from
KEPT = 64  # documents whose sentences are kept at hand


@dataclass(frozen=True, slots=True)
class Library:
    """The documents of one version of the collection by name, and what was worked out from them.

    ``languages`` maps a document's name to its language, ``vocabulary`` holds all words, lower case;
    ``homes`` the names of the country that it calls its own; ``sections`` gives its sentences by section,
    ``heads`` the heads of long tables by the start of the passage that goes on with one.
    """

    version: str
    infos: tuple[DocumentInfo, ...]
    documents: Mapping[str, Document]
    languages: Mapping[str, str]
    homes: Mapping[str, frozenset[str]]
    outline: Outline
    vocabulary: frozenset[str]
    sections: Callable[[str], Mapping[int, Section]]
    heads: Callable[[str], Mapping[int, str]]
    _stems: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def chosen(self, names: Collection[str]) -> tuple[Document, ...]:
        """The documents of these names, in the collection's order; all when none is named."""
        return tuple(document for name, document in self.documents.items() if not names or name in names)

    def stems(self, language: str, names: Collection[str]) -> frozenset[str]:
        """The stems of all words of the documents of these names (none: all), as of that language."""
        documents = self.chosen(names)
        key = (language, *(document.name for document in documents))
        if key not in self._stems:
            self._stems[key] = (
                stems(documents[0].text, language)
                if len(documents) == 1
                else frozenset().union(*(self.stems(language, (document.name,)) for document in documents))
            )
        return self._stems[key]

    def sentences(self, document: Document, section: int) -> Section:
        """The sentences of a document's section, in reading order."""
        return self.sections(document.name).get(section, ())

    def around(self, sentence: EvidenceSentence) -> Section:
        """The sentences of the section that a sentence stands in, in reading order."""
        return self.sections(sentence.document).get(sentence.section, ())

    def head_above(self, passage: Passage) -> str:
        """The head row of the table that a passage begins within; "" for none."""
        # Only a row can be within a table: of most documents no passage is looked up for it.
        if not is_row(passage.text.partition("\n")[0]):
            return ""
        return self.heads(passage.document_name).get(passage.start, "")

    def sections_on(self, topic: str, names: Collection[str]) -> list[tuple[Document, int]]:
        """Sections whose heading is the topic, or holds all its words; those below them included."""
        asked = words(topic)
        headings = [
            (document, number, section)
            for document in self.chosen(names)
            for number, section in enumerate(document.sections)
        ]
        exact = [entry for entry in headings if words(entry[2].heading) == asked]
        holding = exact or [
            entry for entry in headings if asked and set(asked) <= set(words(entry[2].heading))
        ]
        paths = {(document.name, section.path) for document, _, section in holding}
        return [
            (document, number)
            for document, number, section in headings
            if any(
                (document.name, section.path[:depth]) in paths for depth in range(1, len(section.path) + 1)
            )
        ]


class Librarian:
    """Keeps the library of the newest version; safe to ask from several threads."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._lock = threading.Lock()
        self._library: Library | None = None

    def current(self) -> Library:
        """The library as of now; worked out anew when the collection has changed. Raises KnowledgeError."""
        version = self._knowledge.version()
        with self._lock:
            if self._library is None or self._library.version != version:
                self._library = self._read(version)
            return self._library

    def _read(self, version: str) -> Library:
        infos = tuple(self._knowledge.list())
        documents = {info.name: self._knowledge.document(info.name) for info in infos}
        languages = {name: detect(document.text[:SAMPLE]) for name, document in documents.items()}
        return Library(
            version=version,
            infos=infos,
            documents=documents,
            languages=languages,
            homes={name: home_names(document.text, languages[name]) for name, document in documents.items()},
            outline=outline(list(documents.values())),
            vocabulary=self._knowledge.vocabulary(),
            sections=lru_cache(KEPT)(self._sections),
            heads=lru_cache(KEPT)(self._heads),
        )

    def _sections(self, name: str) -> Mapping[int, Section]:
        """The sentences of a document by section."""
        found: defaultdict[int, list[EvidenceSentence]] = defaultdict(list)
        for passage in self._knowledge.passages(name):
            found[passage.section] += sentences_of(passage)
        return found

    def _heads(self, name: str) -> Mapping[int, str]:
        """The heads of the tables that passages of a document begin within, by their start."""
        passages = self._knowledge.passages(name)
        return {one.start: head for one, head in zip(passages, table_heads(passages), strict=True) if head}
