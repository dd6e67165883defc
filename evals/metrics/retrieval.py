"""Did the search find it? Binary relevance, at three grains: section, passage, sentence.

Recall@k: share of the gold items among the first k (van Rijsbergen 1979). MRR: one over the rank of the first
gold item, 0 when there is none (Voorhees 1999). nDCG@10: logarithmic discount (Järvelin & Kekäläinen 2002); a
rank gains the gold items that no earlier one covers (α-nDCG with α = 1, Clarke et al. 2008).
"""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from math import log2
from operator import or_

from evals.metrics.text import in_section, overlaps
from evals.types import EvalCase, Located, Record

Hits = Sequence[frozenset[int]]
"""For each rank, which gold items the item at that rank covers."""


def recall_at(hits: Hits, gold: int, k: int) -> float:
    """Share of ``gold`` items that the first ``k`` ranks cover."""
    return len(frozenset().union(*hits[:k])) / gold


def reciprocal_rank(hits: Hits) -> float:
    """One over the first rank that covers a gold item; 0 when none does."""
    return next((1 / rank for rank, hit in enumerate(hits, 1) if hit), 0.0)


def ndcg_at(hits: Hits, gold: int, k: int = 10) -> float:
    """Discounted gain of the gold items newly covered at each rank, over that of the ideal order.

    The ideal order has the same gains, the largest first; an item that no rank covers is one more, of gain 1.
    """
    gains = _new_items(hits)
    ideal = sorted([*gains, *[1] * (gold - sum(gains))], reverse=True)
    return _discounted(gains[:k]) / _discounted(ideal[:k])


def _new_items(hits: Hits) -> list[int]:
    """How many gold items each rank covers that no earlier rank does."""
    covered = accumulate(hits, or_, initial=frozenset[int]())
    return [len(after) - len(before) for before, after in pairwise(covered)]


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))


def section_hits(case: EvalCase, retrieved: Sequence[Located]) -> list[frozenset[int]]:
    """Gold sections that each distinct section, in order of its best passage, stands for."""
    paths = dict.fromkeys((place.document_id, place.path) for place in retrieved)
    return [
        frozenset(i for i, gold in enumerate(case.gold_sections) if in_section(path, gold))
        for _, path in paths
    ]


def place_hits(gold: Sequence[Located], places: Sequence[Located]) -> list[frozenset[int]]:
    """Gold ranges that each place holds at least half of."""
    return [frozenset(i for i, item in enumerate(gold) if overlaps(place, item)) for place in places]


def section_level(case: EvalCase, record: Record) -> tuple[Hits, int]:
    """Hits and gold count over sections."""
    return section_hits(case, record.retrieved), len(case.gold_sections)


def passage_level(case: EvalCase, record: Record) -> tuple[Hits, int]:
    """Hits and gold count over passages."""
    return place_hits(record.gold, record.retrieved), len(record.gold)


def sentence_level(case: EvalCase, record: Record) -> tuple[Hits, int]:
    """Hits and gold count over the sentences that were read, in the reader's order."""
    return place_hits(record.gold, record.read), len(record.gold)


Level = Callable[[EvalCase, Record], tuple[Hits, int]]


def per_case(
    level: Level, measure: Callable[[Hits, int], float]
) -> Callable[[EvalCase, Record], float | None]:
    """A measure at a level; it applies to answerable cases that have gold items at that level."""

    def score(case: EvalCase, record: Record) -> float | None:
        hits, gold = level(case, record)
        return measure(hits, gold) if gold and case.answerable is not False else None

    return score


def standalone_gain(case: EvalCase, record: Record) -> float | None:
    """Section nDCG@10 of searching with the standalone question alone minus that with the raw one alone.

    Defined here; follow-ups only. (The assistant itself fuses both searches.)
    """
    raw, standalone = record.raw_retrieved, record.standalone_retrieved
    if not case.history or raw is None or standalone is None:
        return None
    if not case.gold_sections or case.answerable is False:
        return None
    gold = len(case.gold_sections)
    return ndcg_at(section_hits(case, standalone), gold) - ndcg_at(section_hits(case, raw), gold)
