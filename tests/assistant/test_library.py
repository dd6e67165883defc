import pytest

from assistant.coverage import stems
from assistant.library import Librarian, Library
from assistant.selection import readable
from knowledge.base import KnowledgeBase


@pytest.fixture(scope="module")
def library(knowledge: KnowledgeBase) -> Library:
    return Librarian(knowledge).current()


def test_the_sentences_of_each_section_lie_in_it_in_order(library: Library) -> None:
    for document in library.documents.values():
        for number, section in enumerate(document.sections):
            found = library.sentences(document, number)
            assert [one.start for one in found] == sorted(one.start for one in found)
            assert all(section.start <= one.start < one.end <= section.end for one in found)
            assert all(document.text[one.start : one.end] == one.text for one in found)


def test_a_sentence_finds_its_own_section(library: Library) -> None:
    (document, *_) = library.documents.values()
    for number in range(len(document.sections)):
        for sentence in library.sentences(document, number):
            assert sentence in library.around(sentence)


def test_an_antecedent_does_not_cross_sections(library: Library) -> None:
    (document, *_) = library.documents.values()
    for number in range(len(document.sections)):
        first = library.sentences(document, number)[0]
        assert all(one.section == number for one in readable([first], library.around))


def test_stems_are_those_of_the_documents_named(library: Library) -> None:
    (document, *_) = library.documents.values()
    own = stems(document.text, "en")
    assert library.stems("en", (document.name,)) == own
    assert library.stems("en", ()) >= own
    assert library.stems("en", ()) is library.stems("en", ())


def test_what_is_no_section_has_no_sentences(library: Library) -> None:
    (document, *_) = library.documents.values()
    assert not library.sentences(document, len(document.sections))
