"""Where the documents mention something: the first sentence of each document or section with its words."""

from collections.abc import Collection
from dataclasses import dataclass

from assistant.coverage import Terms, coverage, holds, stems, terms
from assistant.evidence import EvidenceSentence
from assistant.intents import IN_SECTIONS
from assistant.library import Library
from assistant.outline import Outline, called
from assistant.overview import spread
from assistant.selection import Section
from assistant.types import Query

MOST = 12  # mentions quoted


def mentions(query: Query, library: Library) -> tuple[list[EvidenceSentence], int]:
    """The first mention in each document, or in each section where that is asked, and how many have one.

    All documents are looked through word by word: what is not listed does not have the words. Of many, MOST
    are quoted, at even distances.
    """
    sought = _sought(query.topics[0], query.language, library.outline)
    found: list[EvidenceSentence] = []
    for document in library.chosen(query.documents):
        language = library.languages[document.name]
        if sought.held(library.stems(language, (document.name,)), language):
            sections = (library.sentences(document, number) for number in range(len(document.sections)))
            inside = [first for one in sections if (first := _first(one, sought, language))]
            found += inside if query.expects == IN_SECTIONS else inside[:1]
    return spread(found, MOST), len(found)


@dataclass(frozen=True, slots=True)
class _Sought:
    """What is looked for: names, each in all its spellings, and other words."""

    names: tuple[frozenset[str], ...]
    words: Terms

    def held(self, stemmed: Collection[str], language: str) -> bool:
        """Whether a text of these stems has all of it."""
        return all(any(holds(stemmed, spelling, language) for spelling in name) for name in self.names) and (
            not self.words.weights or coverage(self.words, stemmed, language) == 1.0
        )


def _sought(topic: str, language: str, outline: Outline) -> _Sought:
    named = outline.mentions(topic)
    rest = topic
    for one in reversed(named):
        rest = f"{rest[: one.start]} {rest[one.end :]}"
    words = terms(rest if rest.strip() else "", language)
    return _Sought(tuple(frozenset(called(one.topic)) for one in named), words)


def _first(sentences: Section, sought: _Sought, language: str) -> EvidenceSentence | None:
    """The first sentence that holds what is looked for, with the headings that it stands under."""
    for one in sentences:
        if sought.held(stems("\n".join((*one.heading_path[1:], one.text)), language), language):
            return one
    return None
