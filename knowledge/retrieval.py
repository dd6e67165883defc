"""Fusing rankings: pure functions over row numbers, nothing is read or loaded here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# Cormack, Clarke and Büttcher (SIGIR 2009) use 60 over long lists; the sharper start of a smaller k serves
# short lists of a small collection better (benchmarks/retrieval.py).
RRF_K = 10


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one retriever found for one text: rows, best first, and how much its word counts."""

    name: str
    rows: Sequence[int]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fused:
    """A row with its fused score (higher is better) and its best 1-based rank in each retriever."""

    row: int
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)


def fuse_texts(texts: Sequence[Sequence[Ranking]], limit: int, kept: int, k: float = RRF_K) -> list[Fused]:
    """The best ``limit`` rows of the rankings of all texts together, best first.

    The ``kept`` best of each text alone are among them (where so many fit): what one text finds, another
    does not push out.
    """
    fused = fuse([ranking for rankings in texts for ranking in rankings], k)
    own = {each.row for rankings in texts for each in fuse(rankings, k)[:kept]}
    chosen = sorted(fused, key=lambda each: each.row not in own)[:limit]
    return sorted(chosen, key=lambda each: (-each.score, each.row))


def fuse(rankings: Sequence[Ranking], k: float = RRF_K) -> list[Fused]:
    """Reciprocal rank fusion: the sum of weight / (k + rank), best first; ties keep the lower row first."""
    scores: dict[int, float] = {}
    ranks: dict[int, dict[str, int]] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking.rows, start=1):
            scores[row] = scores.get(row, 0.0) + ranking.weight / (k + rank)
            places = ranks.setdefault(row, {})
            places[ranking.name] = min(rank, places.get(ranking.name, rank))
    ordered = sorted(scores, key=lambda row: (-scores[row], row))
    return [Fused(row, scores[row], ranks[row]) for row in ordered]
