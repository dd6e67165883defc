"""Metrics of whole runs, intervals and the summary: hand-computed values and invariants."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.metrics import abstention, score_case, summarise
from evals.metrics.interval import estimate, mean_estimate
from evals.summary import latency, merge_repeats, summary
from evals.types import Located, Scored
from tests.evals.examples import case, perfect, place, record, scored

few = settings(deadline=None, max_examples=25)
beliefs = st.floats(0, 1, allow_nan=False).map(lambda x: round(x, 3))
pairs = st.lists(st.tuples(beliefs, st.booleans()), max_size=40)


@st.composite
def runs(draw: st.DrawFn) -> list[Scored]:
    rows = draw(
        st.lists(st.tuples(beliefs, st.sampled_from([True, False, None]), st.booleans()), max_size=25)
    )
    return [
        scored(
            f"c{i}", answerable, belief, abstained, correct=float(not abstained), lang="en" if i % 3 else "nl"
        )
        for i, (belief, answerable, abstained) in enumerate(rows)
    ]


def test_auroc_by_hand() -> None:
    # Pairs (yes, no): .9>.5, .9>.3, .5=.5 (half), .5>.3 → 3.5 of 4
    assert abstention.auroc([(0.9, True), (0.5, True), (0.5, False), (0.3, False)]) == 3.5 / 4
    assert abstention.auroc([(0.9, True)]) is None


def test_risk_coverage_by_hand() -> None:
    run = [
        scored("a", True, 0.9, False, 1.0),
        scored("b", False, 0.7, False, 0.0),
        scored("c", True, 0.7, False, 1.0),
        scored("d", False, 0.2, True, 1.0),
    ]
    curve = abstention.risk_coverage(run)
    assert curve == [(0.25, 0.0, 0.9), (0.75, pytest.approx(1 / 3), 0.7), (1.0, 0.5, 0.2)]
    # Trapezoids: 0 at 0–.25, (0+1/3)/2 · .5, (1/3+1/2)/2 · .25
    assert abstention.area_under_risk_coverage(curve) == pytest.approx(1 / 12 + 5 / 48)


def test_errors_count_as_errors_and_as_nothing_else() -> None:
    gone = Scored(case("gone"), record(error="The model is gone.", confidence=0.0), {}, "error")
    run = [scored("a", True, 0.9, False, 1.0), scored("b", False, 0.2, True, 1.0)]
    with_error, without = summary([*run, gone]), summary(run)
    for name in ("metrics", "confusion", "risk_coverage", "reliability"):
        assert with_error[name] == without[name], name
    assert with_error["failures"] == {"error": 1}
    assert summary([gone])["metrics"] == {}


def test_a_refused_answerable_case_is_judged_by_the_sentence_believed_most() -> None:
    gold, other = place("A", 0, 10), place("B", 50, 60)

    def risk(read: tuple[Located, ...], found: tuple[Located, ...] = (gold,), **values: object) -> float:
        refused = Scored(case(**values), record(0.4, True, read=read, gold=found))
        return abstention.risk_coverage([refused])[-1][1]

    quoted = {"gold_quotes": ("0123456789",), "gold_sections": ("A",)}
    assert risk((gold, other), **quoted) == 0
    assert risk((other, gold), **quoted) == 1
    assert risk((place("A", 20, 30),), **quoted) == 1  # the section is right, the sentence is not
    assert risk((place("A", 20, 30),), (), gold_sections=("A",)) == 0
    assert risk((), **quoted) == 1
    assert risk((gold,), (), facts=(("2016",),)) == 1  # whether it held the fact is not known
    assert risk((), ()) == 0  # its label alone says that answering is right


def test_calibration_error_by_hand() -> None:
    # Bin .9–1: mean .95, share 1/2 → gap .45 over 2 of 4; bin .1–.2: mean .15, share 0 → gap .15 over 2 of 4
    rows = [(0.95, True), (0.95, False), (0.15, False), (0.15, False)]
    assert abstention.calibration_error(rows) == pytest.approx((0.45 * 2 + 0.15 * 2) / 4)
    assert abstention.calibration_error([]) is None
    assert abstention.reliability([(1.0, True)]) == [(1.0, 1.0, 1)]


def test_confusion() -> None:
    run = [scored("a", True, 1, False), scored("b", True, 1, True), scored("c", False, 1, True)]
    assert abstention.confusion(run) == {
        "answerable answered": 1,
        "answerable refused": 1,
        "unanswerable answered": 0,
        "unanswerable refused": 1,
    }


@few
@given(pairs)
def test_auroc_is_bounded_and_mirrors(rows: list[tuple[float, bool]]) -> None:
    value = abstention.auroc(rows)
    if value is not None:
        assert 0 <= value <= 1
        assert abstention.auroc([(b, not a) for b, a in rows]) == pytest.approx(1 - value)


@few
@given(pairs)
def test_calibration_error_is_bounded(rows: list[tuple[float, bool]]) -> None:
    value = abstention.calibration_error(rows)
    assert value is None or 0 <= value <= 1


@few
@given(runs())
def test_risk_coverage_reaches_all_cases_and_stays_within_bounds(run: list[Scored]) -> None:
    curve = abstention.risk_coverage(run)
    coverages = [coverage for coverage, _, _ in curve]
    assert coverages == sorted(coverages)
    assert not curve or coverages[-1] == 1
    assert all(0 <= risk <= 1 for _, risk, _ in curve)


@few
@given(st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=30))
def test_an_interval_holds_between_the_extremes_whatever_the_order(values: list[float]) -> None:
    found = mean_estimate(values, 200)
    shuffled = random.Random(1).sample(values, len(values))
    assert found is not None
    assert found == mean_estimate(shuffled, 200)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.n == len(values)


def test_an_interval_of_equal_values_is_a_point() -> None:
    found = mean_estimate([0.5] * 7)
    assert found is not None
    assert (found.low, found.value, found.high) == (0.5, 0.5, 0.5)
    assert mean_estimate([]) is None
    assert estimate([1.0], lambda _: None) is None


@few
@given(runs())
def test_the_summary_is_the_same_in_any_order(run: list[Scored]) -> None:
    shuffled = random.Random(0).sample(run, len(run))
    assert summary(run) == summary(shuffled)


def test_a_perfect_run_and_the_worst() -> None:
    asked, answered = perfect()
    good = [Scored(asked, answered, score_case(asked, answered)), scored("no", False, 0.0, True, 1.0)]
    best = summarise(good)
    assert best["auroc"].value == 1
    assert best["aurc"].value == pytest.approx(1 / 8)  # only the unanswerable one, last, would be wrong
    assert best["calibration_error"].value == 0
    assert best["answered_correctly"].value == 1
    bad = [scored("yes", True, 0.0, True, 0.0), scored("no", False, 1.0, False, 0.0)]
    worst = summarise(bad)
    assert worst["auroc"].value == 0
    assert worst["calibration_error"].value == 1
    assert worst["answered_correctly"].value == 0


def test_an_estimate_says_to_how_many_cases_it_applied() -> None:
    run = [scored("a", True, 0.9, False, 1.0), scored("b", True, 0.9, False)]
    assert summarise(run)["answered_correctly"].n == 1


def test_groups_and_the_gap_to_english() -> None:
    run = [
        scored("a", True, 0.9, False, 1.0, lang="en", kind="who", tags=("law",)),
        scored("b", True, 0.9, False, 0.0, lang="nl", kind="who", history=("before",)),
    ]
    found = summary(run)
    assert found["gap_to_english"] == {"nl": {"answered_correctly": -1.0}}
    assert found["by_kind"]["who"]["answered_correctly"]["value"] == 0.5
    assert found["by_tag"]["law"]["answered_correctly"]["n"] == 1
    assert set(found["by_turn"]) == {"first", "follow-up"}
    assert found["failures"] == {"not picked": 1}


def test_latency_percentiles_and_tokens() -> None:
    run = [Scored(case(f"c{i}"), record(timings_ms={"read": float(i)}, tokens=10 * i)) for i in range(5)]
    assert latency(run) == {"read": {"p50": 2.0, "p95": pytest.approx(3.8), "n": 5}}
    assert summary(run)["tokens"] == {"total": 100, "mean": 20, "p95": pytest.approx(38), "n": 5}
    assert summary([scored("a", True, 1, False)])["tokens"] is None


def test_repeats_are_one_case_and_unstable_ones_are_named() -> None:
    again = [scored("a", True, 0.9, False, 1.0), scored("a", True, 0.9, False, 0.0)]
    (merged,) = merge_repeats(again)
    assert merged.scores == {"answered_correctly": 0.5}
    assert merged.failure == "not picked"
    found = summary([*again, scored("b", True, 0.9, False, 1.0)])
    assert found["cases"] == 2
    assert found["metrics"]["answered_correctly"]["n"] == 2
    assert found["repeats"] == {"most": 2, "unstable": ["a"]}
