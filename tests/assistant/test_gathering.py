from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from assistant import gathering
from assistant.assistant import Assistant
from assistant.gathering import FIRST, SAID_ALL, Gatherer, passages_to_find
from assistant.library import Library
from assistant.reader.types import PassageText, Reading
from assistant.types import Intent, Query
from knowledge.types import RetrievedPassage

NATO = "North Atlantic Treaty Organization (NATO)"
OSCE = "Organisation for Security and Cooperation in Europe (OSCE)"


@dataclass
class Counting:
    """Finds the answer in every passage, or in none, and counts the passages that it was given.

    ``alone`` are the sentences that it was given by themselves.
    """

    logit: float
    batches: list[int] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        if all(len(one.sentences) == 1 for one in passages):
            self.alone += [one.text for one in passages]
        else:
            self.batches.append(len(passages))
        return [Reading(self.logit, (self.logit,) * len(one.sentences), None, self.logit) for one in passages]

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [0.0 for _ in pairs]


@pytest.fixture(scope="module")
def library(assistant: Assistant) -> Library:
    return assistant.librarian.current()


def query(text: str, intent: Intent = Intent.FACT, topics: tuple[str, ...] = ()) -> Query:
    return Query(text, text, intent=intent, topics=topics)


def found(assistant: Assistant, text: str) -> list[RetrievedPassage]:
    return assistant.knowledge.search([text], 20)


@pytest.mark.parametrize(
    ("enough", "intent"), [(0.0, Intent.FACT), (2.0, Intent.FACT), (0.0, Intent.KEYWORDS)]
)
def test_reads_on_until_there_is_little_doubt(
    assistant: Assistant, library: Library, monkeypatch: pytest.MonkeyPatch, enough: float, intent: Intent
) -> None:
    monkeypatch.setattr(gathering, "ENOUGH", enough)
    reader = Counting(0.0)
    text = "When did NATO recognise cyberspace?"
    items = found(assistant, text)
    evidence = Gatherer(reader, assistant.gatherer.calibration).gather(query(text, intent), items, library)
    if intent is Intent.KEYWORDS:
        assert reader.batches == [len(items)]
    else:
        assert reader.batches == ([FIRST] if enough == 0.0 else [FIRST, len(items) - FIRST])
    assert len(evidence.reads) == sum(reader.batches)
    assert 0 < len(reader.alone) == len(set(reader.alone))
    assert len({one.passage.id for one in evidence.reads}) == len(evidence.reads)


@pytest.mark.parametrize(
    ("little", "enough", "reads_on"), [(0.0, 2.0, True), (1.5, 2.0, False), (0.0, 0.0, False)]
)
def test_of_a_large_collection_more_is_read_in_doubt_alone(
    assistant: Assistant,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    little: float,
    enough: float,
    reads_on: bool,
) -> None:
    monkeypatch.setattr(gathering, "LITTLE", little)
    monkeypatch.setattr(gathering, "ENOUGH", enough)
    large = replace(library, infos=(replace(library.infos[0], passages=5000),))
    reader = Counting(0.0)
    items = found(assistant, "When did NATO recognise cyberspace?")
    Gatherer(reader, assistant.gatherer.calibration).gather(
        query("When did NATO recognise cyberspace?"), items, large
    )
    assert reader.batches == ([FIRST, min(gathering.READ, len(items)) - FIRST] if reads_on else [FIRST])


@pytest.mark.parametrize(
    ("text", "believed"),
    [
        ("Which threats are frequent, complex and destructive?", True),
        ("Which threats are frequent, complex and harmless?", False),
    ],
)
def test_a_sentence_with_all_words_is_believed_though_the_reader_does_not(
    assistant: Assistant, library: Library, text: str, believed: bool
) -> None:
    gatherer = Gatherer(Naming("frequent, complex"), assistant.gatherer.calibration)
    evidence = gatherer.gather(query(text), found(assistant, text), library)
    assert "frequent, complex" in evidence.sentences[0].text
    assert (evidence.confidence == SAID_ALL) is believed


@dataclass
class Naming:
    """Believes sentences with certain words least little, and none much."""

    words: str

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        return [
            Reading(
                -6.0,
                tuple(-2.0 if self.words in one.text[a:b] else -9.0 for a, b in one.sentences),
                None,
                -6.0,
            )
            for one in passages
        ]

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [0.0 for _ in pairs]


@dataclass
class Understanding:
    """Answers one wording of a question from every passage, and no other."""

    wording: str
    asked: list[str] = field(default_factory=list)

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        self.asked.append(question)
        logit = 6.0 if question == self.wording else -6.0
        return [Reading(logit, (logit,) * len(one.sentences), None, logit) for one in passages]

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [0.0 for _ in pairs]


def test_a_follow_up_is_read_in_the_words_that_are_believed(assistant: Assistant, library: Library) -> None:
    built, typed, with_gist = (
        "Who carries the by whom out?",
        "Who carries it out?",
        "Who carries it out (it)?",
    )
    follow_up = replace(query(built), readings=(with_gist, typed))
    reader = Understanding(typed)
    evidence = Gatherer(reader, assistant.gatherer.calibration).gather(
        follow_up, found(assistant, built), library
    )
    assert evidence.query.standalone == typed
    reader = Understanding(built)
    evidence = Gatherer(reader, assistant.gatherer.calibration).gather(
        follow_up, found(assistant, built), library
    )
    assert evidence.query == follow_up
    assert set(reader.asked) == {built}


def test_a_reason_is_quoted_with_what_it_is_said_of(assistant: Assistant, library: Library) -> None:
    text = "Why does Belgium want the UN to focus on agreed standards?"
    evidence = assistant.gatherer.gather(
        replace(query(text), expects="reason"), found(assistant, text), library
    )
    assert any(one.text.startswith("This represents the highest") for one in evidence.chosen)


def test_nothing_found_is_not_believed(assistant: Assistant, library: Library) -> None:
    evidence = assistant.gatherer.gather(query("When did NATO recognise cyberspace?"), [], library)
    assert (evidence.confidence, evidence.chosen) == (0.0, ())


def test_small_collections_are_read_whole(library: Library) -> None:
    (info,) = library.infos
    assert passages_to_find(library, ()) == info.passages
    large = replace(library, infos=(replace(info, passages=5000),))
    assert passages_to_find(large, ()) == gathering.FOUND


def test_sections_are_found_by_heading_and_by_acronym(library: Library) -> None:
    for topic in (NATO, "NATO", "nato"):
        assert [library.documents[d.name].sections[n].heading for d, n in library.sections_on(topic, ())] == [
            NATO
        ]
    assert library.sections_on("African Union", ()) == []


def test_a_topic_without_a_section_is_named_beside_those_with_one(
    assistant: Assistant, library: Library
) -> None:
    asked = query("Compare NATO and the African Union", Intent.COMPARE, (NATO, "African Union"))
    evidence = assistant.gatherer.gather(asked, found(assistant, asked.raw), library)
    assert evidence.missing == ("African Union",)
    assert {one.heading_path[-1] for one in evidence.chosen} == {NATO}


def test_what_has_no_section_but_is_spoken_of_is_compared_by_the_sentences_that_speak_of_it(
    assistant: Assistant,
) -> None:
    answer = assistant.answer("What is the difference between restrictive and positive instruments?")
    assert any("By using restrictive" in citation.quote for citation in answer.citations)
    assert answer.uncovered == ()


def test_a_list_of_organisations_leaves_out_what_stands_under_the_title(assistant: Assistant) -> None:
    answer = assistant.answer("Which organisations are mentioned?")
    assert [citation.section for citation in answer.citations][:2] == [
        "The European Union (EU)", "United Nations Organization (UNO)",
    ]  # fmt: skip


def test_an_overview_of_chosen_topics_keeps_to_them(assistant: Assistant, library: Library) -> None:
    asked = query("Summarise NATO and the OSCE", Intent.SUMMARY, (NATO, OSCE))
    evidence = assistant.gatherer.gather(asked, found(assistant, asked.raw), library)
    assert [one.heading_path[-1] for one in evidence.chosen] == [NATO, OSCE]


def test_what_one_body_does_is_no_answer_to_what_another_does(assistant: Assistant) -> None:
    answer = assistant.answer("How does NATO try to deter other states from carrying out cyber-attacks?")
    assert {citation.section for citation in answer.citations} <= {NATO}


@pytest.mark.parametrize(
    "text",
    [
        "What does the document say about artificial intelligence?",
        "Does the document mention human rights?",
        "human rights",
    ],
)
def test_what_stands_in_the_document_word_for_word_is_found(assistant: Assistant, text: str) -> None:
    answer = assistant.answer(text)
    assert not answer.abstained
    words = "human rights" if "human" in text else "artificial intelligence"
    assert all(words in citation.quote for citation in answer.citations if citation.n == 1)


def test_what_does_not_stand_in_the_document_is_not_found(assistant: Assistant) -> None:
    assert assistant.answer("Does the document mention cryptocurrency?").abstained


def test_the_document_s_own_country_is_asked_for_by_its_name(assistant: Assistant) -> None:
    answer = assistant.answer("What is Belgium's opinion on a new treaty?")
    assert any("our country" in citation.quote for citation in answer.citations)
