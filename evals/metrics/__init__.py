"""The metrics by name: a metric is a module here and its line in this table.

A case metric gives a score or None where it does not apply; unscored is not zero. A set metric needs all
cases at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from evals.metrics import abstention, answer, citation, retrieval
from evals.metrics.interval import estimate, mean_estimate
from evals.types import Estimate, EvalCase, Judge, Record, Scored

CaseScore = Callable[[EvalCase, Record], float | None]
SetScore = Callable[[Sequence[Scored]], float | None]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of single cases: what it is called, whether more is better and whether it is yes or no."""

    name: str
    title: str
    score: CaseScore
    higher_is_better: bool = True
    yes_no: bool = False


@dataclass(frozen=True, slots=True)
class SetMetric:
    """A metric of a whole run."""

    name: str
    title: str
    score: SetScore
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class JudgedMetric:
    """A metric of single cases that asks a judge; more is better."""

    name: str
    title: str
    score: Callable[[EvalCase, Record, Judge], float | None]
    higher_is_better: bool = True
    yes_no: bool = False


def _retrieval_metrics() -> list[Metric]:
    levels = {
        "section": retrieval.section_level,
        "passage": retrieval.passage_level,
        "sentence": retrieval.sentence_level,
    }
    found: list[Metric] = []
    for name, level in levels.items():
        for k in (1, 3, 5, 10):
            measure = partial(retrieval.recall_at, k=k)
            found.append(
                Metric(f"{name}_recall@{k}", f"{name} recall@{k}", retrieval.per_case(level, measure))
            )
        found.append(
            Metric(
                f"{name}_mrr",
                f"{name} MRR",
                retrieval.per_case(level, lambda hits, _gold: retrieval.reciprocal_rank(hits)),
            )
        )
        found.append(
            Metric(f"{name}_ndcg@10", f"{name} nDCG@10", retrieval.per_case(level, retrieval.ndcg_at))
        )
    return found


CASE_METRICS: tuple[Metric, ...] = (
    Metric("answered_correctly", "answered correctly", answer.answered_correctly, yes_no=True),
    Metric("fact_recall", "fact recall", answer.fact_recall),
    Metric("nugget_recall", "nugget recall", answer.nugget_recall),
    Metric("correctness", "correctness (word F1)", answer.correctness),
    Metric("faithfulness", "faithfulness", answer.faithfulness),
    Metric("exact_quotes", "exact quotes", citation.exact_quotes),
    Metric("section_hit", "gold section cited", citation.section_hit, yes_no=True),
    Metric("section_precision", "section precision", citation.section_precision),
    Metric("section_recall", "section recall", citation.section_recall),
    Metric("gold_quote_recall", "gold quotes cited", citation.gold_quote_recall),
    Metric("abstention_recall", "unanswerable refused", abstention.refused_unanswerable, yes_no=True),
    Metric("abstention_precision", "refusals that were right", abstention.right_to_refuse, yes_no=True),
    Metric(
        "false_refusal", "answerable refused", abstention.wrongly_refused, higher_is_better=False, yes_no=True
    ),
    Metric(
        "standalone_gain", "nDCG gain of the standalone question over the raw one", retrieval.standalone_gain
    ),
    *_retrieval_metrics(),
)

JUDGED_METRICS: tuple[JudgedMetric, ...] = (
    JudgedMetric("alce_recall", "citation recall (ALCE)", citation.alce_recall),
    JudgedMetric("alce_precision", "citation precision (ALCE)", citation.alce_precision),
    JudgedMetric("nuggets_supported", "nugget recall, judged", answer.nuggets_supported),
    JudgedMetric(
        "reference_supported", "reference borne out, judged", answer.reference_supported, yes_no=True
    ),
)

SET_METRICS: tuple[SetMetric, ...] = (
    SetMetric(
        "auroc", "answerable against unanswerable, AUROC", lambda s: abstention.auroc(abstention.labelled(s))
    ),
    SetMetric(
        "aurc",
        "area under risk–coverage",
        lambda s: abstention.area_under_risk_coverage(abstention.risk_coverage(s)),
        higher_is_better=False,
    ),
    SetMetric(
        "calibration_error",
        "expected calibration error",
        lambda s: abstention.calibration_error(abstention.labelled(s)),
        higher_is_better=False,
    ),
)


def score_case(case: EvalCase, record: Record, judge: Judge | None = None) -> dict[str, float]:
    """Every metric that applies to the case; none does to an error, which is counted as a failure instead."""
    if record.error:
        return {}
    scores = {metric.name: metric.score(case, record) for metric in CASE_METRICS}
    if judge is not None:
        scores |= {metric.name: metric.score(case, record, judge) for metric in JUDGED_METRICS}
    return {name: value for name, value in scores.items() if value is not None}


def case_estimates(scored: Sequence[Scored]) -> dict[str, Estimate]:
    """The mean of every case metric over the cases that it applied to, with intervals."""
    names = sorted({name for s in scored for name in s.scores})
    means = {name: mean_estimate([s.scores[name] for s in scored if name in s.scores]) for name in names}
    return {name: value for name, value in means.items() if value is not None}


def summarise(scored: Sequence[Scored]) -> dict[str, Estimate]:
    """Every metric, those of whole runs included, with intervals."""
    known = abstention.decided(scored)
    wholes = {metric.name: estimate(known, metric.score) for metric in SET_METRICS} if known else {}
    return case_estimates(scored) | {name: value for name, value in wholes.items() if value is not None}


TITLES: Mapping[str, str] = {
    **{metric.name: metric.title for metric in CASE_METRICS},
    **{metric.name: metric.title for metric in JUDGED_METRICS},
    **{metric.name: metric.title for metric in SET_METRICS},
}
LOWER_IS_BETTER: frozenset[str] = frozenset(
    {metric.name for metric in CASE_METRICS if not metric.higher_is_better}
    | {metric.name for metric in SET_METRICS if not metric.higher_is_better}
)
