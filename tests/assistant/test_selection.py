from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import EvidenceSentence
from assistant.selection import depends, digest, fewest, readable, same, sentences_of
from knowledge.types import Passage, Sentence

TEXTS = (
    "Complex negotiations are conducted within the UN.",
    "This represents the highest added value.",
    "It will allow us to identify deficiencies.",
    "The Allies are committed to improve their defence.",
)


def passage(texts: tuple[str, ...] = TEXTS, name: str = "a.txt", section: int = 0) -> Passage:
    """The texts as one passage of a document."""
    text = " ".join(texts)
    starts = [text.index(one) for one in texts]
    sentences = tuple(Sentence(at, at + len(one)) for at, one in zip(starts, texts, strict=True))
    return Passage("p", name, name, "hash", section, ("T", "S"), 0, len(text), text, sentences)


def sentence(number: int, score: float = 0.5, of: Passage | None = None) -> EvidenceSentence:
    found = of or passage()
    start, end = found.sentences[number].start, found.sentences[number].end
    return EvidenceSentence(
        found.document_id,
        found.document_name,
        ("T", "S"),
        found.section,
        start,
        end,
        found.text[start:end],
        score,
    )


@pytest.mark.parametrize(
    "text",
    [
        "This process takes years and involves all member states of the organisation and many others.",
        "They agreed.",
        "It decided to act.",
        "Such measures help.",
        "However, these were not enough for the participating states to go on.",
        "For example, how can non-state actors be involved?",
        "Belgium is actively involved in this process.",
        "Deze landen zijn het eens.",
        "Die landen zijn het daarover eens.",
        "Zij stemden voor.",
        "Er unterzeichnete den Vertrag.",
        "Ces mesures sont utiles.",
        "Elle a été approuvée en 2021.",
        "Diese Maßnahmen helfen.",
        "Es wurde 2021 verabschiedet.",
        "“They agreed,” she said.",
        "It is therefore not surprising that numerous initiatives are launched.",
    ],
)
def test_dependent_sentences_are_known(text: str) -> None:
    assert depends(text)


@pytest.mark.parametrize(
    "text",
    [
        "NATO recognised cyberspace in 2016.",
        "It is clear that states must cooperate.",
        "In this context, the Commission approved the strategy.",
        "However, countries have no choice but to cooperate.",
        "De landen zijn het eens.",
        "Er werden vorig jaar 214 boetes uitgeschreven.",
        "Er zijn twee vergunningen per huishouden mogelijk.",
        "Die Vereinten Nationen tagen im Herbst.",
        "Both NATO and the EU hold exercises.",
        "Il faut agir.",
        "Es gibt neue Regeln.",
        "Italy agreed.",
        "Whereas several countries believe that a new treaty is necessary for this purpose, our country"
        " believes that we should focus first and foremost on the standards that were agreed.",
    ],
)
def test_independent_sentences_are_left_alone(text: str) -> None:
    assert not depends(text)


def test_the_fewest_hold_the_mass() -> None:
    sure = [sentence(0, 0.95), sentence(1, 0.3), sentence(3, 0.2)]
    assert [one.score for one in fewest(sure, 0.8)] == [0.95]
    unsure = [sentence(0, 0.5), sentence(1, 0.45), sentence(3, 0.1)]
    assert [one.score for one in fewest(unsure, 0.8)] == [0.5, 0.45]


def test_what_is_believed_far_less_than_the_best_does_not_fill_up() -> None:
    doubtful = [sentence(0, 0.07), sentence(1, 0.005), sentence(3, 0.004)]
    assert [one.score for one in fewest(doubtful, 0.99)] == [0.07]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4), st.floats(0.1, 1))
def test_chooses_at_least_one_never_too_many_and_the_best_first(scores: list[float], mass: float) -> None:
    chosen = fewest([sentence(number, score) for number, score in enumerate(scores)], mass, most=3)
    assert 1 <= len(chosen) <= 3
    assert chosen[0].score == max(scores)


def test_does_not_repeat_itself() -> None:
    twice = passage((TEXTS[0], TEXTS[0].replace("conducted", "Conducted"), TEXTS[3]))
    chosen = fewest([sentence(number, 0.5, twice) for number in range(3)], 1.0)
    assert [one.text for one in chosen] == [TEXTS[0], TEXTS[3]]


def test_a_dependent_sentence_brings_what_it_refers_to() -> None:
    found = readable([sentence(2)], lambda _: sentences_of(passage()))
    assert [one.text for one in found] == list(TEXTS[:3])


@pytest.mark.parametrize(
    "asked",
    [
        "Councillor Tran asked whether Eastmere had agreed to pay.",
        "Mevrouw Tran vroeg of Eastmere wilde betalen.",
        "Mme Tran demande à nouveau si Eastmere paiera.",
        "Frau Tran fragte, ob Eastmere zahlen wird.",
    ],
)
def test_a_question_that_was_asked_brings_its_reply(asked: str) -> None:
    found = passage((asked, "Eastmere had declined.", "The meeting was closed."))
    texts = [one.text for one in readable([sentence(0, of=found)], lambda _: sentences_of(found))]
    assert texts == [asked, "Eastmere had declined."]


def test_a_request_brings_no_reply() -> None:
    texts = ("The Council asked the members of the Union to act.", "It met in May.")
    found = passage(texts)
    assert [one.text for one in readable([sentence(0, of=found)], lambda _: sentences_of(found))] == [
        texts[0]
    ]


def test_a_bare_yes_brings_what_it_means() -> None:
    found = passage(("Yes.", "You pay two months' rent.", "It is paid back."))
    texts = [one.text for one in readable([sentence(0, of=found)], lambda _: sentences_of(found))]
    assert texts == ["Yes.", "You pay two months' rent."]


def test_the_first_sentence_of_a_section_has_no_antecedent() -> None:
    other = passage(TEXTS[1:3], section=1)
    found = readable([sentence(0, of=other)], lambda _: sentences_of(other))
    assert [one.text for one in found] == [TEXTS[1]]


def test_reads_in_order_and_says_nothing_twice() -> None:
    found = readable([sentence(3), sentence(1), sentence(0)], lambda _: sentences_of(passage()))
    assert [one.text for one in found] == [TEXTS[0], TEXTS[1], TEXTS[3]]
    assert not any(same(one, other) for one, other in pairwise(found))


def test_never_more_than_the_most() -> None:
    found = readable([sentence(0), sentence(3), sentence(2)], lambda _: sentences_of(passage()), most=3)
    assert [one.text for one in found] == [TEXTS[0], TEXTS[3]]


def test_keeps_documents_apart_the_best_first() -> None:
    other = passage(name="b.txt")
    found = readable(
        [sentence(3, of=other), sentence(0), sentence(0, of=other)],
        lambda one: sentences_of(passage(name=one.document)),
    )
    assert [(one.document, one.start > 0) for one in found] == [
        ("b.txt", False), ("b.txt", True), ("a.txt", False),
    ]  # fmt: skip


def test_a_digest_begins_with_what_stands_alone() -> None:
    texts = (
        "Is it so?",
        "This is dependent.",
        "NATO adopted a cyber strategy.",
        "The cyber strategy binds NATO.",
    )
    of = passage(texts)
    assert [one.text for one in digest([sentence(n, of=of) for n in range(4)], 2, "en")] == list(texts[2:])
    assert digest([], 2, "en") == []
