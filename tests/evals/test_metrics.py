"""Metrics of single cases, against values computed by hand."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics import CASE_METRICS, JUDGED_METRICS, SET_METRICS, TITLES, retrieval, score_case, summarise
from evals.metrics import answer as answers
from evals.metrics import citation as citations
from evals.metrics.retrieval import Hits
from evals.metrics.text import contains, in_section, normal, overlaps, token_f1, token_recall
from evals.types import Scored
from tests.evals.examples import case, cited, perfect, place, ranked, record, said


class Judge:
    """Says what it was told about each pair."""

    name = "table"

    def __init__(self, beliefs: dict[tuple[str, str], float]) -> None:
        self.beliefs = beliefs

    def support(self, pairs):
        return [self.beliefs[pair] for pair in pairs]


def test_text_is_compared_apart_from_case_spacing_and_kinds_of_quotes() -> None:
    assert normal("  States’  “Rules” – NOW\n") == 'states\' "rules" - now'
    assert contains("The states’ behaviour", "STATES' behaviour")
    assert not contains("statesman", "states")
    assert not contains("anything", "")


def test_word_f1() -> None:
    # 2 of 3 said words are among the 4 wanted: precision 2/3, recall 2/4, F1 = 2·2/(3+4)
    assert token_f1("NATO recognised it", "NATO recognised cyberspace early") == pytest.approx(4 / 7)
    assert token_recall("NATO recognised it", "NATO recognised cyberspace early") == 0.5
    assert token_f1("", "NATO") == 0


def test_sections_match_by_heading_or_by_path() -> None:
    path = ("Guide", "Part One", "Rules")
    assert in_section(path, "rules")
    assert in_section(path, "Part One > Rules")
    assert not in_section(path, "Part One")
    assert not in_section(path, "Part Two > Rules")


def test_a_place_holds_a_gold_range_from_half_of_it() -> None:
    gold = place("A", 10, 20)
    assert overlaps(place("A", 0, 15), gold)
    assert not overlaps(place("A", 0, 14), gold)
    assert not overlaps(place("A", 10, 20, "other"), gold)


def test_retrieval_of_one_gold_section_at_rank_two() -> None:
    asked = case(gold_sections=("B",))
    found = record(retrieved=ranked(["A", "B", "C"]))
    scores = score_case(asked, found)
    assert scores["section_recall@1"] == 0
    assert scores["section_recall@3"] == 1
    assert scores["section_mrr"] == 0.5
    assert scores["section_ndcg@10"] == pytest.approx(1 / log2(3))


def test_retrieval_of_two_gold_sections_at_ranks_one_and_three() -> None:
    asked = case(gold_sections=("A", "C"))
    scores = score_case(asked, record(retrieved=ranked(["A", "B", "C"])))
    assert scores["section_recall@1"] == 0.5
    assert scores["section_recall@3"] == 1
    assert scores["section_ndcg@10"] == pytest.approx((1 + 1 / 2) / (1 + 1 / log2(3)))


def test_two_gold_quotes_in_the_first_passage_are_found_as_well_as_can_be() -> None:
    assert retrieval.ndcg_at([frozenset({0, 1})], 2) == 1
    # Gains 1, 0, 2 and one item that was not found; the best order has gains 2, 1, 1.
    hits = [frozenset({0}), frozenset({0}), frozenset({0, 1, 2})]
    assert retrieval.ndcg_at(hits, 4) == pytest.approx((1 + 2 / 2) / (2 + 1 / log2(3) + 1 / 2))


@given(st.lists(st.frozensets(st.integers(0, 5)), max_size=12), st.integers(1, 12))
def test_ndcg_is_bounded_and_no_worse_for_finding_everything_earlier(hits: Hits, k: int) -> None:
    value = retrieval.ndcg_at(hits, 6, k)
    assert 0 <= value <= 1 + 1e-9
    assert retrieval.ndcg_at([frozenset(), *hits], 6, k) <= value + 1e-9
    assert retrieval.ndcg_at([frozenset(range(6)), *hits], 6, k) == pytest.approx(1)


def test_passages_of_one_section_count_as_one_section() -> None:
    asked = case(gold_sections=("B",))
    assert score_case(asked, record(retrieved=ranked(["A", "A", "A", "B"])))["section_mrr"] == 0.5


def test_passage_and_sentence_levels_go_by_the_places_of_gold_quotes() -> None:
    gold = (place("A", 100, 120),)
    asked = case(gold_quotes=("x" * 20,))
    found = record(
        gold=gold,
        retrieved=(place("A", 0, 50), place("A", 90, 140)),
        read=(place("A", 100, 110), place("A", 100, 120)),
    )
    scores = score_case(asked, found)
    assert scores["passage_recall@1"] == 0
    assert scores["passage_mrr"] == 0.5
    assert scores["sentence_recall@1"] == 1  # half of the quote counts
    assert "section_mrr" not in scores  # no gold section was given: unscored, not zero


def test_gain_of_the_standalone_question_is_scored_on_follow_ups_alone() -> None:
    past = case(gold_sections=("B",), history=("earlier",))
    found = record(standalone_retrieved=ranked(["B", "A"]), raw_retrieved=ranked(["A", "B"]))
    assert retrieval.standalone_gain(past, found) == pytest.approx(1 - 1 / log2(3))
    assert retrieval.standalone_gain(past, record(raw_retrieved=ranked(["A", "B"]))) is None
    assert retrieval.standalone_gain(case(gold_sections=("B",)), found) is None


def test_section_precision_and_recall() -> None:
    asked = case(gold_sections=("A", "B"))
    places = [place("A", 0, 5), place("A", 5, 9), place("C", 20, 25)]
    answered = record(citations=tuple(cited(n, p, "q") for n, p in enumerate(places, 1)))
    assert citations.section_precision(asked, answered) == pytest.approx(2 / 3)
    assert citations.section_recall(asked, answered) == 0.5
    assert citations.section_hit(asked, answered) == 1
    assert citations.section_precision(asked, record(abstained=True)) is None
    assert citations.section_hit(asked, record(abstained=True)) == 0


def test_exact_quotes() -> None:
    where = place("A", 0, 5)
    answered = record(citations=(cited(1, where, "q"), cited(2, where, "q", exact=False)))
    assert citations.exact_quotes(case(), answered) == 0.5
    assert citations.exact_quotes(case(), record()) is None


def test_gold_quote_recall() -> None:
    asked = case(gold_quotes=("first", "second"))
    gold = (place("A", 0, 10), place("A", 20, 30))
    answered = record(gold=gold, citations=(cited(1, place("A", 0, 9), "x"),))
    assert citations.gold_quote_recall(asked, answered) == 0.5


def test_alce_precision_and_recall() -> None:
    # The first citation supports the statement alone, the second adds nothing: one of two is right.
    where = place("A", 0, 5)
    answered = record(
        statements=(said("S", 1, 2), said("T", 3), said("In short:", lead=True)),
        citations=(cited(1, where, "a"), cited(2, where, "b"), cited(3, where, "c")),
    )
    judge = Judge(
        {("S", "a b"): 0.9, ("S", "a"): 0.8, ("S", "b"): 0.1, ("T", "c"): 0.2},
    )
    assert citations.alce_recall(case(), answered, judge) == 0.5
    assert citations.alce_precision(case(), answered, judge) == pytest.approx(1 / 3)


def test_a_citation_that_only_helps_together_is_needed() -> None:
    where = place("A", 0, 5)
    answered = record(statements=(said("S", 1, 2),), citations=(cited(1, where, "a"), cited(2, where, "b")))
    judge = Judge({("S", "a b"): 0.9, ("S", "a"): 0.1, ("S", "b"): 0.1})
    assert citations.alce_precision(case(), answered, judge) == 1


def test_fact_recall_takes_any_spelling() -> None:
    asked = case(facts=(("5G", "fifth generation"), ("2021",), ("Paris",)))
    answered = record(statements=(said("The fifth generation came in March 2021.", 1),))
    assert answers.fact_recall(asked, answered) == pytest.approx(2 / 3)
    assert answers.fact_recall(asked, record(abstained=True)) == 0
    assert answers.fact_recall(case(answerable=False, facts=(("5G",),)), answered) is None


def test_answered_correctly() -> None:
    good = record(statements=(said("In 2016.", 1),))
    assert answers.answered_correctly(case(facts=(("2016",),)), good) == 1
    assert answers.answered_correctly(case(facts=(("2016",), ("May",))), good) == 0
    assert answers.answered_correctly(case(answerable=False), record(abstained=True)) == 1
    assert answers.answered_correctly(case(answerable=False), good) == 0
    assert answers.answered_correctly(case(answerable=None), good) is None
    quoted = record(citations=(cited(1, place("A", 0, 5), "In 2016."),))
    assert answers.answered_correctly(case(gold_quotes=("In 2016.", "In May.")), quoted) == 1
    assert answers.answered_correctly(case(gold_quotes=("In 2016.",)), record(abstained=True)) == 0


def test_nuggets_by_words_and_by_a_judge() -> None:
    asked = case(nuggets=("NATO recognised cyberspace", "the OSCE builds confidence"))
    answered = record(statements=(said("NATO recognised cyberspace in 2016.", 1),))
    assert answers.nugget_recall(asked, answered) == 0.5
    text = answered.text
    judge = Judge({(asked.nuggets[0], text): 0.9, (asked.nuggets[1], text): 0.8})
    assert answers.nuggets_supported(asked, answered, judge) == 1


def test_whether_the_answer_bears_out_the_reference() -> None:
    asked = case(reference="NATO recognised cyberspace")
    answered = record(statements=(said("NATO recognised cyberspace in 2016.", 1),))
    for belief, value in ((0.5, 1), (0.49, 0)):
        judge = Judge({(asked.reference or "", answered.text): belief})
        assert answers.reference_supported(asked, answered, judge) == value
    nobody = Judge({})
    assert answers.reference_supported(asked, record(abstained=True), nobody) == 0
    assert answers.reference_supported(asked, record(), nobody) == 0
    assert answers.reference_supported(case(), answered, nobody) is None
    assert answers.reference_supported(case(answerable=False, reference="x"), answered, nobody) is None


def test_abstention_precision_recall_and_false_refusals_by_hand() -> None:
    # Unanswerable: 2 of 3 refused. Answerable: 1 of 4 refused. Refusals: 3, of which 2 were right.
    outcomes = [
        (False, True),
        (False, True),
        (False, False),
        *[(True, False)] * 3,
        (True, True),
        (None, True),
    ]
    run = [
        Scored(asked, found, score_case(asked, found))
        for asked, found in (
            (case(f"c{i}", answerable), record(abstained=refused))
            for i, (answerable, refused) in enumerate(outcomes)
        )
    ]
    figures = summarise(run)
    values = {name: (figures[name].value, figures[name].n) for name in figures}
    assert values["abstention_recall"] == (pytest.approx(2 / 3), 3)
    assert values["abstention_precision"] == (pytest.approx(2 / 3), 3)
    assert values["false_refusal"] == (1 / 4, 4)


def test_correctness_leaves_leads_out() -> None:
    asked = case(reference="NATO recognised cyberspace")
    answered = record(statements=(said("NATO says:", lead=True), said("NATO recognised cyberspace", 1)))
    assert answers.correctness(asked, answered) == 1


def test_faithfulness_counts_cited_statements() -> None:
    answered = record(statements=(said("a", 1), said("b", 1, verdict="partly"), said("c", lead=True)))
    assert answers.faithfulness(case(), answered) == 0.5
    assert answers.faithfulness(case(), record(abstained=True)) is None
    # a is supported, b and the uncited c are not: one of three; small talk cites nothing
    said_more = record(statements=(*answered.statements[:2], said("c", verdict="unsupported")))
    assert answers.faithfulness(case(), said_more) == pytest.approx(1 / 3)
    assert answers.faithfulness(case(), record(statements=(said("Hello."),))) is None


def test_a_perfect_answer_scores_best_on_every_metric() -> None:
    asked, answered = perfect()
    scores = score_case(asked, answered)
    higher = {metric.name: metric.higher_is_better for metric in CASE_METRICS}
    assert all(value == (1 if higher[name] else 0) for name, value in scores.items()), scores
    assert len(scores) >= 25


def test_an_empty_answer_scores_worst_where_a_metric_applies() -> None:
    asked, _ = perfect()
    scores = score_case(asked, record(confidence=0.0, gold=perfect()[1].gold))
    assert scores.pop("false_refusal") == 0  # it did not refuse
    assert set(scores.values()) == {0}


def test_an_error_is_unscored() -> None:
    asked, _ = perfect()
    assert score_case(asked, record(error="The model is gone.")) == {}
    assert score_case(case(answerable=False), record(error="The model is gone.")) == {}


def test_every_metric_has_a_title_and_a_definition() -> None:
    every = [*CASE_METRICS, *JUDGED_METRICS, *SET_METRICS]
    assert len(TITLES) == len(every)
    defined = [m.score for m in (*CASE_METRICS, *JUDGED_METRICS) if "@" not in m.name and "mrr" not in m.name]
    assert all(score.__doc__ for score in defined)
