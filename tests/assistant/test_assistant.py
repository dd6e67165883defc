from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from assistant.answering import Draft, Uncovered
from assistant.assistant import Assistant
from assistant.citations import Resolved, resolve
from assistant.errors import ChatModelFailed, ChatModelSlow, InvalidQuestion
from assistant.evidence import Evidence
from assistant.export import answer_from_json, answer_json
from assistant.types import (
    Answer,
    Answered,
    Query,
    Reading,
    Said,
    Searching,
    Turn,
    Usage,
    Verdict,
)
from knowledge.base import KnowledgeBase
from knowledge.errors import DocumentNotFound
from knowledge.settings import KnowledgeSettings

NATO = "North Atlantic Treaty Organization (NATO)"
OSCE = "Organisation for Security and Cooperation in Europe (OSCE)"
WHEN = "When did NATO recognise cyberspace as an operational domain?"
SECTIONS = 6


def cited(answer: Answer) -> list[str]:
    return [citation.section for citation in answer.citations]


def test_events_come_in_order_and_add_up(assistant: Assistant) -> None:
    searching, reading, *said, answered = list(assistant.ask(WHEN))
    assert searching == Searching(1)
    assert isinstance(reading, Reading)
    assert reading.passages > 0
    assert isinstance(answered, Answered)
    answer = answered.answer
    assert [event.statement for event in said if isinstance(event, Said)] == list(answer.statements)
    assert len(said) == len(answer.statements)
    shown = [citation for event in said if isinstance(event, Said) for citation in event.citations]
    assert {citation.n for citation in shown} == {citation.n for citation in answer.citations}


def test_a_transferred_question_without_an_answer_becomes_one_about_its_topic(assistant: Assistant) -> None:
    asked = "How does the EU punish attackers?"
    history = [Turn(asked, assistant.answer(asked))]
    careful = replace(assistant, settings=assistant.settings.model_copy(update={"carefulness": 0.965}))
    answer = careful.answer("And the OSCE?", history)
    assert answer.standalone_question == "What does the document say about the OSCE?"
    assert "How does the OSCE punish attackers?" in answer.note
    assert cited(answer)[:1] == [OSCE]


def test_answers_with_the_exact_words_of_the_section(assistant: Assistant) -> None:
    answer = assistant.answer(WHEN)
    assert not answer.abstained
    assert NATO in cited(answer)
    lead, first = answer.statements[0], answer.statements[1]
    assert lead.lead
    assert lead.citations == ()
    assert NATO in lead.text
    assert first.text.startswith("In 2016, NATO recognised")
    assert first.verdict is Verdict.SUPPORTED
    document = assistant.knowledge.document("cyber-diplomacy.txt")
    for citation in answer.citations:
        found = resolve(citation, document)
        assert isinstance(found, Resolved)
        assert found.quote == citation.quote
    assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))


def test_an_abstention_shows_where_it_looked(assistant: Assistant) -> None:
    answer = assistant.answer("How do I bake sourdough bread?")
    assert answer.abstained
    assert answer.citations == ()
    assert all(statement.lead for statement in answer.statements)
    assert 1 <= len(answer.nearest) <= 3
    assert len(answer.trace.searched) == SECTIONS
    scores = [section.score for section in answer.trace.searched]
    assert scores == sorted(scores, reverse=True)
    assert all(section.reader is not None for section in answer.trace.searched)
    assert 0 <= answer.confidence < 0.5
    assert answer.suggestions


def test_the_trace_holds_everything(assistant: Assistant) -> None:
    answer = assistant.answer(WHEN)
    trace = answer.trace
    assert set(trace.timings_ms) == {"understand", "search", "read", "answer", "total"}
    assert trace.timings_ms["total"] >= sum(trace.timings_ms[stage] for stage in ("search", "read"))
    assert [found.rank for found in trace.retrieved] == list(range(1, len(trace.retrieved) + 1))
    assert trace.features
    assert [sentence.score for sentence in trace.read] == sorted(
        (sentence.score for sentence in trace.read), reverse=True
    )
    assert trace.answered_by == "quotes"
    assert answer_from_json(answer_json(answer)) == answer


def test_several_questions_are_answered_one_by_one_and_the_open_one_is_named(assistant: Assistant) -> None:
    answer = assistant.answer(
        "When did NATO recognise cyberspace as a domain? How do I bake sourdough bread?"
    )
    assert not answer.abstained
    assert cited(answer) == [NATO]
    assert answer.uncovered == ("How do I bake sourdough bread?",)
    assert "sourdough" in answer.statements[-1].text
    assert answer.statements[-1].lead


def test_a_part_that_a_quote_may_well_answer_is_not_called_unsaid(assistant: Assistant) -> None:
    answer = assistant.answer("Who wants a new treaty? What does Belgium want instead?")
    assert "several countries believe" in answer.citations[0].quote
    assert answer.uncovered == ()


def test_a_summary_quotes_every_section(assistant: Assistant) -> None:
    answer = assistant.answer("Summarise the document.")
    assert len(set(cited(answer))) == SECTIONS
    assert len(answer.citations) <= SECTIONS + 2


def test_a_section_is_summed_up_from_itself(assistant: Assistant) -> None:
    answer = assistant.answer("Give me a summary of the NATO section.")
    assert set(cited(answer)) == {NATO}
    assert 2 <= len(answer.citations) <= 4


def test_a_comparison_quotes_both(assistant: Assistant) -> None:
    answer = assistant.answer("Compare NATO and the OSCE.")
    assert {NATO, OSCE} <= set(cited(answer))


def test_a_follow_up_stands_on_its_history(assistant: Assistant) -> None:
    first = Turn(
        "What does NATO say about cyberspace?", assistant.answer("What does NATO say about cyberspace?")
    )
    answer = assistant.answer("And the OSCE?", [first])
    assert OSCE in cited(answer)
    assert "OSCE" in answer.standalone_question
    assert answer.question == "And the OSCE?"


def test_the_users_own_rewriting_is_asked(assistant: Assistant) -> None:
    answer = assistant.answer("And when?", standalone=WHEN)
    assert (answer.question, answer.standalone_question) == ("And when?", WHEN)
    assert NATO in cited(answer)


def test_small_talk_cites_nothing(assistant: Assistant) -> None:
    answer = assistant.answer("Hello")
    assert not answer.abstained
    assert answer.statements
    assert answer.citations == ()
    assert all(statement.lead for statement in answer.statements)


def test_an_unclear_question_is_asked_back(assistant: Assistant) -> None:
    answer = assistant.answer("And them?")
    assert answer.abstained
    assert answer.suggestions
    assert answer.citations == ()


def test_quotes_in_another_language_are_marked(assistant: Assistant) -> None:
    answer = assistant.answer("Wanneer erkende de NAVO cyberspace als operationeel domein?")
    assert answer.language == "nl"
    assert NATO in cited(answer)
    assert "Engels" in answer.note
    assert not assistant.answer(WHEN).note


def test_more_careful_refuses_more(assistant: Assistant) -> None:
    confidence = assistant.answer(WHEN).confidence
    above = replace(assistant, settings=assistant.settings.model_copy(update={"carefulness": 1.0}))
    below = replace(assistant, settings=assistant.settings.model_copy(update={"carefulness": 0.0}))
    assert above.answer(WHEN).abstained
    assert above.answer(WHEN).confidence == confidence
    assert not below.answer("How do I bake sourdough bread?").abstained


def test_unknown_documents_and_empty_questions_are_refused(assistant: Assistant) -> None:
    with pytest.raises(DocumentNotFound):
        assistant.answer(WHEN, documents=["other.txt"])
    with pytest.raises(InvalidQuestion):
        assistant.answer(" \x00 ")


def test_nothing_indexed_is_said_plainly(
    assistant: Assistant, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from assistant.library import Librarian

    empty = KnowledgeBase(KnowledgeSettings(data_dir=tmp_path_factory.mktemp("empty")))
    answer = replace(assistant, knowledge=empty, librarian=Librarian(empty)).answer(WHEN)
    assert answer.abstained
    assert answer.statements
    empty.close()


@dataclass(frozen=True)
class Scripted:
    """A chat model's stand-in: drafts resting on the chosen sentences, then Usage, or a failure."""

    lines: tuple[str, ...]
    fails: bool = False
    slow: bool = False
    uncovered: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)
    name: str = "fake:model"

    def drafts(
        self, query: Query, evidence: Evidence, history: Sequence[Turn]
    ) -> Iterator[Draft | Uncovered | Usage]:
        self.asked.append(query.standalone)
        for line in self.lines:
            yield Draft(line, evidence.chosen[:1])
        yield from map(Uncovered, self.uncovered)
        yield Usage("fake", 1, 1)
        if self.fails or self.slow:
            raise ChatModelSlow("no word") if self.slow else ChatModelFailed("down")
        yield Usage("fake", 10, 5)

    def standalone(self, question: str, history: Sequence[Turn]) -> Iterator[Usage | str]:
        yield Usage("fake", 3, 2)
        if self.slow:
            raise ChatModelSlow("no word")
        yield "What does the OSCE focus on?"


def judge(text: str, sentences: object, language: str) -> tuple[Verdict, str]:
    return (Verdict.UNSUPPORTED, "made up") if "thirty" in text else (Verdict.SUPPORTED, "")


def with_model(assistant: Assistant, model: Scripted) -> Assistant:
    return replace(assistant, answerer=model, check=judge, rewriter=model)


def test_a_models_sentences_are_checked_before_they_are_said(assistant: Assistant) -> None:
    model = with_model(assistant, Scripted(("NATO did so in 2016.", "It has thirty members.")))
    answer = model.answer(WHEN)
    assert [statement.text for statement in answer.statements] == ["NATO did so in 2016."]
    assert [statement.text for statement in answer.trace.withheld] == ["It has thirty members."]
    assert answer.trace.withheld[0].reason == "made up"
    assert answer.trace.answered_by == model.model_name == "fake:model"
    assert answer.trace.usage == Usage("fake", 10, 5)
    assert cited(answer) == [NATO]


@pytest.mark.parametrize(
    "model", [Scripted((), fails=True), Scripted(("It has thirty members.",)), Scripted(())]
)
def test_quotes_take_the_place_of_a_model_that_says_nothing_true(
    assistant: Assistant, model: Scripted
) -> None:
    answer = with_model(assistant, model).answer(WHEN)
    assert answer.trace.answered_by == "quotes"
    assert answer.note
    assert any(statement.text.startswith("In 2016") for statement in answer.statements)


def test_a_part_that_was_not_asked_for_is_not_said_to_be_missing(assistant: Assistant) -> None:
    told = ("When cyberspace was recognised as a DOMAIN", "the secret thirty rules")
    answer = with_model(assistant, Scripted(("NATO did so in 2016.",), uncovered=told)).answer(WHEN)
    assert answer.uncovered == told[:1]
    assert answer.statements[-1].text == f"The documents do not say anything about: {told[0]}."


@pytest.mark.parametrize("lines", [("It has thirty members.",), ()])
def test_no_part_is_said_to_be_missing_where_quotes_follow(
    assistant: Assistant, lines: tuple[str, ...]
) -> None:
    model = Scripted(lines, uncovered=("NATO", "cyberspace"))
    answer = with_model(assistant, model).answer(WHEN)
    assert answer.uncovered == ()
    assert answer.trace.answered_by == "quotes"


TWO = f"{WHEN} What does the OSCE focus on?"


def test_usage_is_that_of_the_whole_message(assistant: Assistant) -> None:
    model = Scripted(("NATO did so in 2016.",))
    assert with_model(assistant, model).answer(TWO).trace.usage == Usage("fake", 20, 10)
    first = Turn(WHEN, assistant.answer(WHEN))
    answer = with_model(assistant, model).answer("And the OSCE?", [first])
    assert answer.standalone_question == "What does the OSCE focus on?"
    assert answer.trace.usage == Usage("fake", 13, 7)


def test_a_model_that_was_too_slow_is_not_waited_for_again(assistant: Assistant) -> None:
    model = Scripted((), slow=True)
    answer = with_model(assistant, model).answer(TWO)
    assert len(model.asked) == 1
    assert {NATO, OSCE} <= set(cited(answer))
    about = "What does NATO say about cyberspace?"
    first = Turn(about, assistant.answer(about))
    answer = with_model(assistant, model).answer("And the OSCE?", [first])
    assert len(model.asked) == 1
    assert answer.note.startswith("The chat model did not answer")
    assert OSCE in cited(answer)


def test_a_model_is_not_asked_what_the_documents_do_not_say(assistant: Assistant) -> None:
    answer = with_model(assistant, Scripted(("Bread is baked.",))).answer("How do I bake sourdough bread?")
    assert answer.abstained
    assert answer.trace.usage is None


def test_a_model_is_not_asked_for_an_answer_that_was_stopped_before(assistant: Assistant) -> None:
    model = Scripted(("NATO did so in 2016.",))
    about = "What does NATO say about cyberspace?"
    first = Turn(about, assistant.answer(about))
    answer = with_model(assistant, model).answer("And the OSCE?", [first], cancelled=lambda: True)
    assert model.asked == []
    assert answer.statements == ()
    assert answer.note.startswith("Stopped")
    assert answer.trace.usage is None


def test_a_cancelled_answer_keeps_what_was_said(assistant: Assistant) -> None:
    said: list[Said] = []
    answer = None
    model = with_model(assistant, Scripted(("One is said.", "Two is said.")))
    for event in model.ask(WHEN, cancelled=lambda: bool(said)):
        if isinstance(event, Said):
            said.append(event)
        answer = event.answer if isinstance(event, Answered) else answer
    assert answer is not None
    assert [statement.text for statement in answer.statements] == ["One is said."]
    assert answer.note
