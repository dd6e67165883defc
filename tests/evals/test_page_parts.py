"""Parts of the page that need no browser: cases from turns; words, comparisons, tables in four languages."""

import re

import pytest

from assistant.conversations import Request, StoredTurn, TurnState
from assistant.types import Answer, Statement, Turn, Verdict
from assistant.ui.evaluation.comparing import sentence
from assistant.ui.evaluation.words import EvaluationWords, duration, figures_table
from assistant.ui.test_case import Quote, case_of
from evals.compare import Change
from evals.failures import STAGES
from evals.report import HEADLINE, LABELS, drawn, figure_rows
from evals.summary import summary
from evals.types import PastTurn
from evals.views import stage_key
from tests.evals.examples import scored

LANGUAGES = ("en", "nl", "fr", "de")


def answer(*said: str, abstained: bool = False) -> Answer:
    statements = tuple(Statement(text, Verdict.SUPPORTED) for text in said)
    return Answer("Wie?", "Wie?", statements, (), abstained, confidence=0.9, language="nl")


def turn() -> StoredTurn:
    return StoredTurn(1, Request("Wie?", ("a.txt",)), TurnState.ANSWERED, answer())


def test_a_case_is_filled_from_a_turn_and_its_form() -> None:
    quotes = [Quote("One.", "A"), Quote("Two.", "A"), Quote("One.", "A")]
    past = [Turn("Wat?", answer("Een.", "Twee.")), Turn("Waar?", answer("Geen idee.", abstained=True))]
    case = case_of(turn(), " Wie zegt dat? ", "who", True, quotes, "NATO / the Alliance\n\n2016\n", past)
    assert case.question == "Wie zegt dat?"
    assert (case.lang, case.kind, case.answerable, case.documents) == ("nl", "who", True, ("a.txt",))
    assert case.gold_sections == ("A",)
    assert case.gold_quotes == ("One.", "Two.")
    assert case.facts == (("NATO", "the Alliance"), ("2016",))
    assert case.history == (PastTurn("Wat?", "Een. Twee."), PastTurn("Waar?"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_and_headline_has_words_in_every_language(language: str) -> None:
    say = EvaluationWords(language)
    page_only = {"commit", "title", "started"}  # of the report, which is in English
    assert set(LABELS) - page_only <= set(say.labels)
    assert {stage_key(stage) for stage in (*STAGES, None)} <= set(say.labels)
    own = {name for name in HEADLINE if "@" not in name}
    assert {f"metric_{name}" for name in own} <= set(say.labels)
    english = EvaluationWords("en").labels
    for key, text in say.labels.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_comparison_is_worded_in_every_language(language: str) -> None:
    say = EvaluationWords(language)
    changes = [
        Change("answered_correctly", 0.5, 0.9, 40, 0.0001, "McNemar", True),
        Change("false_refusal", 0.1, 0.3, 40, 0.001, "McNemar", False),
        Change("section_hit", 0.9, 0.9, 40, 1.0, "McNemar", True),
    ]
    text = sentence(changes, say)
    assert say.titles["answered_correctly"] in text
    assert "+0.40 (p = 0.000)" in text
    assert "+0.20 (p = 0.002)" in text
    assert text.endswith(say("no_difference_elsewhere"))
    assert sentence(changes[2:], say) == say("no_difference")


def test_charts_and_tables_take_the_page_s_words() -> None:
    say = EvaluationWords("de")
    run = [scored("a", True, 0.9, False, 1.0, kind="who"), scored("b", False, 0.1, True, 1.0)]
    figures = summary(run)
    captions = [caption for caption, _ in drawn(figures, say.labels, threshold=0.5)]
    assert captions[:2] == [say("by_kind"), say("by_lang")]
    assert say("risk_coverage") in captions
    rows = figure_rows(figures["metrics"], HEADLINE, say.titles)
    table = figures_table(rows, "Zahlen", say)
    assert table["rows"][0] == ["richtig beantwortet", "1.000", "1.00–1.00", "2"]
    assert any("weniger ist besser" in row[0] for row in table["rows"])


def test_durations() -> None:
    assert [duration(s) for s in (-1, 0, 59.6, 65, 3600)] == ["0:00", "0:00", "1:00", "1:05", "60:00"]
