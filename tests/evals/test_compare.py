"""Comparing runs: paired tests against values computed by hand, flips, and the sentence."""

from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from evals.compare import compare, holm, mcnemar, paired_bootstrap
from evals.errors import NotComparable
from evals.terminal import print_comparison
from evals.types import Scored
from tests.evals.examples import record, scored

outcomes = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


def run(*correct: float, start: int = 0) -> list[Scored]:
    return [scored(f"c{i}", True, 0.9, False, value) for i, value in enumerate(correct, start)]


def test_mcnemar_by_hand() -> None:
    # 6 pairs differ, all the same way: p = 2 / 2^6
    before, after = [False] * 6 + [True] * 4, [True] * 6 + [True] * 4
    assert mcnemar(before, after) == pytest.approx(2 / 64)
    # 3 differ, 1 lost and 2 won: tail = (1 + 3) / 8, p = 1
    assert mcnemar([True, False, False], [False, True, True]) == 1
    assert mcnemar([True], [True]) == 1


@settings(deadline=None, max_examples=50)
@given(outcomes)
def test_mcnemar_is_a_probability_and_knows_no_direction(pairs: list[tuple[bool, bool]]) -> None:
    before, after = [b for b, _ in pairs], [a for _, a in pairs]
    p = mcnemar(before, after)
    assert 0 < p <= 1
    assert p == mcnemar(after, before)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_the_bootstrap_tells_equal_runs_from_shifted_ones(
    values: list[float],
) -> None:
    assert paired_bootstrap(values, values) == 1
    assert paired_bootstrap(values, [v + 1 for v in values]) < 0.01


def test_holm_by_hand() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})


def test_flips_and_the_sentence() -> None:
    before, after = run(*[0.0] * 12, 1.0), run(*[1.0] * 12, 0.0)
    found = compare(before, after)
    assert found.broken == ("c12",)
    assert found.fixed == tuple(f"c{i}" for i in range(12))
    change = found.changes[0]
    assert change.name == "answered_correctly"
    assert (change.test, change.n, change.better) == ("McNemar", 13, True)
    assert found.sentence.startswith("Better on answered correctly +0.85 (p = 0.003)")


def test_a_difference_that_chance_explains_is_called_that() -> None:
    assert compare(run(0.0, 1.0), run(1.0, 1.0)).sentence == "No difference that chance would not explain."


def test_less_is_better_for_false_refusals() -> None:
    before = [Scored(s.case, s.record, {"false_refusal": 1.0}) for s in run(*[1.0] * 10)]
    after = [Scored(s.case, s.record, {"false_refusal": 0.0}) for s in run(*[1.0] * 10)]
    found = compare(before, after)
    assert found.changes[0].better
    assert found.sentence.startswith("Better on answerable refused -1.00")


def test_runs_without_a_common_case_cannot_be_compared() -> None:
    with pytest.raises(NotComparable, match="no case in common"):
        compare(run(1.0), run(1.0, start=5))


def believed(*beliefs: float) -> list[Scored]:
    """Cases that are answerable and not by turns, with these confidences."""
    return [scored(f"c{i}", i % 2 == 0, belief, False) for i, belief in enumerate(beliefs)]


def test_metrics_of_whole_runs_are_compared_on_the_same_cases() -> None:
    # Before, every answerable case is believed less than every other one, after more: AUROC 0 → 1. Every
    # confidence is .8 from the truth, then .2: the calibration error.
    before, after = believed(*[0.2, 0.8] * 10), believed(*[0.8, 0.2] * 10)
    found = {change.name: change for change in compare(before, after).changes}
    assert (found["auroc"].before, found["auroc"].after, found["auroc"].n) == (0, 1, 20)
    assert (found["auroc"].test, found["auroc"].better) == ("paired bootstrap", True)
    assert found["auroc"].p < 0.01
    assert found["calibration_error"].difference == pytest.approx(-0.6)
    assert found["calibration_error"].better
    # AURC: first the ten unanswerable ones (risk 1), then half are wrong (.5); after, the right ones first
    assert found["aurc"].before == pytest.approx(1 * 0.5 + (1 + 0.5) / 2 * 0.5)
    assert found["aurc"].after == pytest.approx(0.5 / 2 * 0.5)
    same = {change.name: change for change in compare(after, after).changes}
    assert same["auroc"].p == same["aurc"].p == same["calibration_error"].p == 1


def test_an_error_in_one_run_takes_its_case_out_of_both() -> None:
    before, after = believed(*[0.8, 0.2] * 3), believed(*[0.8, 0.2] * 3)
    after[0] = Scored(after[0].case, record(error="It is down."), {}, "error")
    found = {change.name: change for change in compare(before, after).changes}
    assert found["auroc"].n == 5


def test_judged_metrics_are_compared_when_the_judge_is_the_same() -> None:
    def judged(value: float) -> list[Scored]:
        return [
            Scored(s.case, s.record, {"alce_recall": value, "reference_supported": value}) for s in run(1.0)
        ]

    found = {change.name: change.test for change in compare(judged(0.0), judged(1.0)).changes}
    assert found["alce_recall"] == "paired bootstrap"
    assert found["reference_supported"] == "McNemar"
    assert "alce_recall" not in {change.name for change in compare(judged(0.0), judged(1.0), (), ()).changes}


def test_a_terminal_shows_flips_before_the_sentence() -> None:
    console = Console(record=True, width=200, file=StringIO())
    print_comparison(console, compare(run(1.0, 0.0), run(0.0, 1.0), ["Other documents."]))
    text = console.export_text()
    places = [
        text.index(part)
        for part in ("Other documents.", "newly broken (1): c0", "newly fixed (1): c1", "No diff")
    ]
    assert places == sorted(places)
