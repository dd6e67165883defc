import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.index import best
from knowledge.retrieval import RRF_K, Ranking, fuse, fuse_texts

rankings = st.lists(
    st.builds(
        Ranking,
        name=st.sampled_from(["dense", "lexical"]),
        rows=st.lists(st.integers(0, 30), unique=True, max_size=12),
        weight=st.floats(0.1, 3),
    ),
    max_size=5,
)


@given(rankings)
def test_every_row_of_every_ranking_is_there_once_best_first(given: list[Ranking]) -> None:
    fused = fuse(given)
    assert sorted(each.row for each in fused) == sorted({row for ranking in given for row in ranking.rows})
    assert [each.score for each in fused] == sorted((each.score for each in fused), reverse=True)


@given(rankings)
def test_the_order_of_rankings_does_not_matter(given: list[Ranking]) -> None:
    forward, backward = fuse(given), fuse(given[::-1])
    scores = {each.row: each.score for each in backward}
    assert all(abs(scores[each.row] - each.score) < 1e-9 for each in forward)
    assert {each.row: each.ranks for each in forward} == {each.row: each.ranks for each in backward}


@given(rankings)
def test_ranks_are_the_best_place_in_each_retriever(given: list[Ranking]) -> None:
    for each in fuse(given):
        for name, rank in each.ranks.items():
            places = [r.rows.index(each.row) + 1 for r in given if r.name == name and each.row in r.rows]
            assert rank == min(places)


@given(rankings.filter(lambda found: any(ranking.rows for ranking in found)), st.integers(100, 120))
def test_a_row_that_leads_everywhere_leads_the_fusion(given: list[Ranking], row: int) -> None:
    led = [Ranking(each.name, [row, *each.rows], each.weight) for each in given]
    assert fuse(led)[0].row == row


def test_scores_are_those_of_the_formula() -> None:
    first, second = fuse([Ranking("dense", [3, 1]), Ranking("lexical", [1], weight=2)])
    assert (first.row, second.row) == (1, 3)
    assert first.score == 1 / (RRF_K + 2) + 2 / (RRF_K + 1)
    assert second.score == 1 / (RRF_K + 1)


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=40), st.integers(0, 45))
def test_best_is_the_head_of_a_stable_sort(scores: list[float], limit: int) -> None:
    rows = sorted((row for row in range(len(scores)) if scores[row] > 0), key=lambda row: -scores[row])
    found = best(np.asarray(scores, dtype=np.float32), limit, above=0.0)
    assert [scores[row] for row in found] == [scores[row] for row in rows[:limit]]
    assert len(set(found)) == len(found)


@given(st.lists(rankings, min_size=1, max_size=4), st.integers(0, 3), st.integers(12, 20))
def test_no_text_pushes_out_the_best_of_another(texts: list[list[Ranking]], kept: int, limit: int) -> None:
    found = fuse_texts(texts, limit, kept)
    rows = [each.row for each in found]
    assert len(rows) <= limit
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    for rankings_of_one in texts:
        assert {each.row for each in fuse(rankings_of_one)[:kept]} <= set(rows)


@given(rankings, st.integers(0, 40))
def test_one_text_alone_is_only_fused(given: list[Ranking], limit: int) -> None:
    assert fuse_texts([given], limit, 3) == fuse(given)[:limit]
