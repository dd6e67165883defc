"""Two runs of one set: which cases flipped, which metrics moved, and whether chance explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from evals.errors import NotComparable
from evals.metrics import CASE_METRICS, JUDGED_METRICS, SET_METRICS, TITLES, JudgedMetric, Metric, SetMetric
from evals.metrics.abstention import decided
from evals.metrics.interval import SEED
from evals.types import Scored
from knowledge.messages import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALPHA = 0.05
WHOLE_RESAMPLES = 400
"""Of a metric of whole runs, which is computed anew each time: p is known to a half percent."""
BOOTSTRAP = "paired bootstrap"
HEADLINE = (
    "answered_correctly", "section_hit", "exact_quotes", "gold_quote_recall", "abstention_recall",
    "false_refusal", "faithfulness",
)  # fmt: skip
"""The metrics that the comparison's sentence speaks of; their p values are corrected together."""


@dataclass(frozen=True, slots=True)
class Change:
    """A metric in two runs, over the cases scored in both; ``p`` is of the paired test named in ``test``."""

    name: str
    before: float
    after: float
    n: int
    p: float
    test: str
    higher_is_better: bool

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def better(self) -> bool:
        """Whether the change goes the right way."""
        return (self.difference > 0) == self.higher_is_better


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two runs: case ids that broke and that were fixed, metrics, warnings."""

    broken: tuple[str, ...]
    fixed: tuple[str, ...]
    changes: tuple[Change, ...]
    sentence: str
    warnings: tuple[str, ...] = ()


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """Exact McNemar test (McNemar 1947): two-sided binomial p over the pairs that differ."""
    lost = sum(b and not a for b, a in zip(before, after, strict=True))
    won = sum(a and not b for b, a in zip(before, after, strict=True))
    if not lost + won:
        return 1.0
    tail = sum(comb(lost + won, k) for k in range(min(lost, won) + 1)) / 2 ** (lost + won)
    return float(min(1.0, 2 * tail))


def paired_bootstrap(before: Sequence[float], after: Sequence[float], resamples: int = 2000) -> float:
    """Two-sided p of the mean difference being zero, by resampling cases (Efron & Tibshirani 1993)."""
    differences = np.sort(np.asarray(after) - np.asarray(before))
    if not differences.any():
        return 1.0
    picks = np.random.default_rng(SEED).integers(0, len(differences), size=(resamples, len(differences)))
    return _two_sided(differences[picks].mean(axis=1))


def paired_bootstrap_of(
    metric: SetMetric, before: Sequence[Scored], after: Sequence[Scored], resamples: int = WHOLE_RESAMPLES
) -> float:
    """``paired_bootstrap`` of a metric of whole runs: both are measured on the same drawn cases.

    Draws that the metric does not apply to are left out.
    """
    rng = np.random.default_rng(SEED)
    drawn = (rng.integers(0, len(before), len(before)) for _ in range(resamples))
    pairs = ((metric.score([before[i] for i in d]), metric.score([after[i] for i in d])) for d in drawn)
    return _two_sided(np.array([b - a for a, b in pairs if a is not None and b is not None]))


def _two_sided(differences: "NDArray[np.float64]") -> float:
    side = min((differences <= 0).sum(), (differences >= 0).sum())
    return min(1.0, 2 * (int(side) + 1) / (len(differences) + 1))


def holm(values: Mapping[str, float]) -> dict[str, float]:
    """Holm's step-down correction of several p values (Holm 1979)."""
    corrected: dict[str, float] = {}
    worst = 0.0
    for i, (name, p) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        worst = max(worst, min(1.0, p * (len(values) - i)))
        corrected[name] = worst
    return corrected


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Message]:
    """Warnings of what else differs between two runs, by their configs."""
    found = []
    if old["corpus"]["hash"] != new["corpus"]["hash"]:
        told = "The runs were made on different documents: differences may come from these."
        found.append(Message("evals.other_documents", told))
    if old["judge"] != new["judge"]:
        told = "The judges differ: {before} before, {after} after."
        none = Message("evals.no_judge", "none")
        found.append(
            Message("evals.other_judge", told, before=old["judge"] or none, after=new["judge"] or none)
        )
    if old["selection"] != new["selection"]:
        told = "The runs asked different parts of the set: cases of both are compared."
        found.append(Message("evals.other_part", told))
    return found


def compare(
    before: Sequence[Scored],
    after: Sequence[Scored],
    warnings: Sequence[str] = (),
    judged: Sequence[JudgedMetric] = JUDGED_METRICS,
) -> Comparison:
    """Compare two runs case by case; ``judged`` are the metrics whose judge is the same in both.

    Raises NotComparable when they share no case.
    """
    old, new = {s.case.id: s for s in before}, {s.case.id: s for s in after}
    shared = [identity for identity in old if identity in new]
    if not shared:
        told = "The two runs have no case in common: compare runs of the same set."
        raise NotComparable(Message("evals.no_common_case", told))
    of_cases: Sequence[Metric | JudgedMetric] = (*CASE_METRICS, *judged)
    changes = [c for metric in of_cases if (c := _change(metric, old, new, shared))]
    changes += [c for metric in SET_METRICS if (c := _whole_change(metric, old, new, shared))]
    return Comparison(
        broken=tuple(i for i in shared if _passed(old[i]) and not _passed(new[i])),
        fixed=tuple(i for i in shared if _passed(new[i]) and not _passed(old[i])),
        changes=tuple(changes),
        sentence=sentence(changes),
        warnings=tuple(warnings),
    )


def _passed(scored: Scored) -> bool:
    return scored.failure is None


def _change(
    metric: Metric | JudgedMetric,
    old: Mapping[str, Scored],
    new: Mapping[str, Scored],
    shared: Sequence[str],
) -> Change | None:
    name = metric.name
    both = [i for i in shared if name in old[i].scores and name in new[i].scores]
    if not both:
        return None
    a, b = [old[i].scores[name] for i in both], [new[i].scores[name] for i in both]
    p = mcnemar([v == 1 for v in a], [v == 1 for v in b]) if metric.yes_no else paired_bootstrap(a, b)
    test = "McNemar" if metric.yes_no else BOOTSTRAP
    return Change(name, sum(a) / len(a), sum(b) / len(b), len(both), p, test, metric.higher_is_better)


def _whole_change(
    metric: SetMetric, old: Mapping[str, Scored], new: Mapping[str, Scored], shared: Sequence[str]
) -> Change | None:
    """The change of a metric of whole runs, over the shared cases that were decided in both."""
    both = [i for i in shared if decided([old[i]]) and decided([new[i]])]
    a, b = [old[i] for i in both], [new[i] for i in both]
    before, after = metric.score(a), metric.score(b)
    if before is None or after is None:
        return None
    p = paired_bootstrap_of(metric, a, b)
    return Change(metric.name, before, after, len(both), p, BOOTSTRAP, metric.higher_is_better)


def sure(changes: Sequence[Change]) -> list[tuple[Change, float]]:
    """Headline changes that chance does not explain, with p corrected for testing several metrics."""
    headline = {c.name: c for c in changes if c.name in HEADLINE}
    corrected = holm({name: c.p for name, c in headline.items()})
    return [(headline[name], p) for name, p in corrected.items() if p < ALPHA]


def sentence(changes: Sequence[Change]) -> str:
    """The comparison in a sentence: what is surely better or worse."""
    found = sure(changes)
    if not found:
        return "No difference that chance would not explain."
    parts = []
    for good, word in ((True, "better"), (False, "worse")):
        named = [(c, p) for c, p in found if c.better is good]
        if named:
            listed = ", ".join(f"{TITLES[c.name]} {c.difference:+.2f} (p = {p:.3f})" for c, p in named)
            parts.append(f"{word} on {listed}")
    rest = sum(c.name in HEADLINE for c in changes) - len(found)
    text = "; ".join(parts) + ("; no sure difference elsewhere." if rest else ".")
    return text[0].upper() + text[1:]
