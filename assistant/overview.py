"""An overview of documents: which sections stand for them, and the sentences that sum each of them up."""

from collections.abc import Sequence
from typing import TypeVar

from assistant.evidence import EvidenceSentence
from assistant.intents import LISTED
from assistant.library import Library
from assistant.lists import heads_table
from assistant.selection import digest
from assistant.types import Intent, Query
from knowledge.sentences import is_row
from knowledge.types import Document

OF_A_SECTION = 3  # sentences that sum up one section
OF_A_LIST = 12  # sentences or rows of a section that is asked for as a list
MOST_SECTIONS = 12  # sections that a summary quotes
MOST_LISTED = 24  # sections that a list of sections quotes
WHOLE = 6  # words from which on a line with a full stop says something

Place = tuple[str, int]  # a section by its document's name and its number
Item = TypeVar("Item")


def overview(query: Query, library: Library) -> tuple[list[EvidenceSentence], int]:
    """The sentences of a summary or a list of sections, and how many sections they were chosen from.

    Without any when the topics are no sections.
    """
    found = [place for topic in query.topics for place in library.sections_on(topic, query.documents)]
    on_topic = dict.fromkeys((document.name, number) for document, number in found)
    most = MOST_LISTED if query.intent is Intent.SECTIONS else MOST_SECTIONS
    if query.topics:
        every = [place for place in on_topic if _told(library, place)]
        places = spread(every, most)
    else:
        documents = library.chosen(query.documents)
        every = [(one.name, number) for one in documents for number in _telling(library, one, query.intent)]
        places = outstanding(library, documents, query.intent, most)
    each = _of_each(query, len(places))
    return [one for place in places for one in _summed_up(library, place, each)], len(every)


def outstanding(library: Library, documents: Sequence[Document], intent: Intent, most: int) -> list[Place]:
    """The sections that stand for the documents: something of each, in one document a fair spread."""
    chosen = spread(documents, most)
    telling = [_telling(library, document, intent) for document in chosen]
    shares = fair([len(numbers) for numbers in telling], most)
    return [
        (document.name, number)
        for document, numbers, share in zip(chosen, telling, shares, strict=True)
        for number in _upper(document, numbers, share)
    ]


def fair(counts: Sequence[int], most: int) -> list[int]:
    """``most`` dealt out to the counts one by one, none given more than it has."""
    shares = [0] * len(counts)
    while sum(shares) < min(most, sum(counts)):
        for row, count in enumerate(counts):
            shares[row] += int(shares[row] < count and sum(shares) < most)
    return shares


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many of the items, at even distances from the first on."""
    if len(items) <= most:
        return list(items)
    return [items[row * len(items) // most] for row in range(most)]


def _upper(document: Document, numbers: Sequence[int], most: int) -> list[int]:
    """All sections; of many those of the upper levels, or a spread where these are few."""
    levels = {number: document.sections[number].level for number in numbers}
    kept = list(numbers)
    for deepest in sorted(set(levels.values()), reverse=True):
        upper = [number for number in numbers if levels[number] <= deepest]
        if 2 * len(upper) <= most < len(kept):
            break
        kept = upper
        if len(upper) <= most:
            break
    return spread(kept, most)


def _telling(library: Library, document: Document, intent: Intent) -> list[int]:
    """The sections that say something; of a list of sections not what stands under the document's title."""
    numbers = [number for number in range(len(document.sections)) if _told(library, (document.name, number))]
    if intent is not Intent.SECTIONS:
        whole = [number for number in numbers if any(map(_whole, library.sentences(document, number)))]
        return whole or numbers
    return [number for number in numbers if not _is_preface(document, number)] or numbers


def _told(library: Library, place: Place) -> bool:
    document = library.documents[place[0]]
    return bool(document.text[document.sections[place[1]].start : document.sections[place[1]].end].strip())


def _is_preface(document: Document, number: int) -> bool:
    """Whether a section is the document's own title with what stands under it."""
    return len(document.sections) > 1 and document.sections[number].heading in ("", document.title)


def _of_each(query: Query, sections: int) -> int:
    if query.expects == LISTED:
        return OF_A_LIST
    return OF_A_SECTION if query.intent is Intent.SUMMARY and sections == 1 else 1


def _summed_up(library: Library, place: Place, most: int) -> list[EvidenceSentence]:
    """The sentences that sum up a section; of a list that is no longer than asked for, all."""
    name, number = place
    sentences = without_heads(library.sentences(library.documents[name], number))
    if most == OF_A_LIST:
        return sentences[:most]
    prose = [one for one in sentences if not is_row(one.text)]
    whole = [one for one in prose if _whole(one)]
    return digest(whole or prose or sentences, most, library.languages[name])


def _whole(sentence: EvidenceSentence) -> bool:
    """Whether it is a sentence or a row of a table, not a date under a title or a page's footer."""
    text = sentence.text.rstrip('"”’»)')
    return is_row(text) or (text.endswith((".", "!", "?", ";", ":")) and len(text.split()) >= WHOLE)


def without_heads(sentences: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """The sentences without the rows that head a table, which say nothing."""
    return [one for row, one in enumerate(sentences) if not heads_table(sentences, row)]


def opening_of(library: Library, places: Sequence[tuple[Document, int]]) -> list[EvidenceSentence]:
    """The first of these sections' sentences that stand alone."""
    return [one for document, number in places for one in _summed_up(library, (document.name, number), 1)]
