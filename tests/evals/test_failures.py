"""Each failure is attributed to the first stage that lost the case."""

from dataclasses import replace

import pytest

from evals.failures import STAGES, first_failure
from evals.metrics import score_case
from evals.types import EvalCase, Record
from tests.evals.examples import case, cited, perfect, place, record, said

QUOTE = "NATO recognised cyberspace in 2016."
ASKED = case(gold_sections=("NATO",), gold_quotes=(QUOTE,), facts=(("2016",),))
GOLD = (place("NATO", 100, 135),)
ELSEWHERE = place("EU", 0, 20)
QUOTED = (said("Something else.", 1),)


def stage(asked: EvalCase, answered: Record) -> str | None:
    return first_failure(asked, answered, score_case(asked, answered))


@pytest.mark.parametrize(
    ("expected", "answered"),
    [
        ("error", record(error="The model is gone.")),
        ("not indexed", record(statements=QUOTED, retrieved=GOLD)),
        ("not retrieved", record(gold=GOLD, retrieved=(ELSEWHERE,), abstained=True)),
        ("wrongly refused", record(gold=GOLD, retrieved=GOLD, abstained=True)),
        (
            "not picked",
            record(gold=GOLD, retrieved=GOLD, statements=QUOTED, citations=(cited(1, ELSEWHERE, "EU"),)),
        ),
        (
            "not said",
            record(gold=GOLD, retrieved=GOLD, statements=QUOTED, citations=(cited(1, GOLD[0], "In May."),)),
        ),
        (
            "wrong citation",
            record(
                gold=GOLD,
                retrieved=GOLD,
                statements=(said("It was in 2016.", 1),),
                citations=(cited(1, ELSEWHERE, "EU"),),
            ),
        ),
    ],
)
def test_an_answerable_case_fails_at(expected: str, answered: Record) -> None:
    assert stage(ASKED, answered) == expected
    assert expected in STAGES


def test_unanswerable_cases() -> None:
    assert stage(case(answerable=False), record(statements=QUOTED)) == "wrongly answered"
    assert stage(case(answerable=False), record(abstained=True)) is None


def test_cases_that_pass() -> None:
    assert stage(*perfect()) is None
    assert stage(case(answerable=None), record(abstained=True)) is None
    assert stage(case(answerable=True), record(abstained=True)) == "wrongly refused"


def test_a_case_with_gold_quotes_alone_passes_by_citing_one() -> None:
    asked = case(gold_quotes=(QUOTE, "Another."))
    found = record(gold=GOLD, retrieved=GOLD, statements=QUOTED, citations=(cited(1, GOLD[0], QUOTE),))
    assert stage(asked, found) is None
    assert stage(asked, replace(found, citations=(cited(1, ELSEWHERE, "EU"),))) == "not picked"
    assert stage(asked, record(gold=GOLD, retrieved=GOLD, abstained=True)) == "wrongly refused"


def test_what_was_retrieved_is_told_by_the_gold_places_or_else_the_sections() -> None:
    near = place("NATO", 0, 20)  # the right section, but not the passage that answers
    refused = record(gold=GOLD, retrieved=(near,), abstained=True)
    assert stage(ASKED, refused) == "not retrieved"
    assert stage(case(gold_sections=("NATO",)), replace(refused, gold=())) == "wrongly refused"
    assert stage(case(facts=(("2016",),)), record(statements=QUOTED)) == "not retrieved"


def test_a_gold_section_that_the_documents_lack_is_not_indexed() -> None:
    asked = case(gold_sections=("NATO", "The Moon"))
    found = record(retrieved=(ELSEWHERE,), statements=QUOTED, unknown_sections=("NATO", "The Moon"))
    assert stage(asked, found) == "not indexed"
    assert stage(asked, replace(found, unknown_sections=("The Moon",))) == "not retrieved"
