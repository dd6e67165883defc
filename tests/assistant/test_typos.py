import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.typos import repair
from knowledge.base import KnowledgeBase


@pytest.fixture(scope="session")
def vocabulary(knowledge: KnowledgeBase) -> frozenset[str]:
    return knowledge.vocabulary()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Whta did NATO recgonise in 2016?", "What did NATO recognise in 2016?"),
        ("confidense building", "confidence building"),
        ("What is the diplomtic toolbox for?", "What is the diplomatic toolbox for?"),
        ("When was the Cyber Securty Strategy aproved?", "When was the Cyber Security Strategy approved?"),
        ("role of tecnology companies", "role of technology companies"),
        ("the benifits of the agreed standarts", "the benefits of the agreed standards"),
        ("capcity bulding programes", "capacity building programmes"),
        ("artifical inteligence", "artificial intelligence"),
        ("multilatral fora", "multilateral fora"),
    ],
)
def test_repairs_to_what_the_documents_say(typed: str, meant: str, vocabulary: frozenset[str]) -> None:
    assert repair(typed, vocabulary, "en") == meant


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What do the allied countries regulate?", "en"),
        ("What is the OSCE's stance on state aid and statues?", "en"),
        ("Who is Alleyne Cyberski of Statesville?", "en"),
        ("Welke strategie en welke norm gelden voor de staten?", "nl"),
        ("Quelles mesures de sécurité dans le cyberespace ?", "fr"),
        ("Welche Strategie und welche Diplomatie verfolgt der Cyberraum?", "de"),
        ("confidence-building non-state tech", "en"),
        ("What does it say about cyberpeace and multipolarity?", "en"),
        ("NAOT OSCC EUU", "en"),
    ],
)
def test_leaves_right_words_names_and_acronyms(text: str, language: str, vocabulary: frozenset[str]) -> None:
    assert repair(text, vocabulary, language) == text


def test_repairs_nothing_to_a_word_of_another_language(vocabulary: frozenset[str]) -> None:
    assert repair("cyberaanvallen strategien", vocabulary, "nl") == "cyberaanvallen strategien"


@given(st.text(max_size=80))
def test_keeps_all_that_is_no_word(text: str) -> None:
    repaired = repair(text, frozenset({"treaty", "cyberspace"}), "en")
    kept = [character for character in text if not character.isalpha()]
    assert [character for character in repaired if not character.isalpha()] == kept


def test_another_form_of_a_word_is_no_slip() -> None:
    assert repair("per inhabitant", frozenset({"inhabitants"}), "en") == "per inhabitant"
    assert repair("wenn ich mich anmelde", frozenset({"anmelden"}), "de") == "wenn ich mich anmelde"
