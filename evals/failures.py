"""Which stage lost a case: the first on the way of the data after which the answer could not be right."""

from evals.metrics.retrieval import place_hits
from evals.metrics.text import contains, in_section
from evals.types import EvalCase, Record

STAGES = (
    "error",
    "not indexed",
    "wrongly answered",
    "not retrieved",
    "wrongly refused",
    "not picked",
    "not said",
    "wrong citation",
)


def first_failure(case: EvalCase, record: Record, scores: dict[str, float]) -> str | None:
    """The stage of STAGES that failed the case; None when it passed or nothing can be said of it."""
    if record.error:
        return "error"
    if case.answerable is False:
        return None if record.abstained else "wrongly answered"
    if not case.has_gold:
        return "wrongly refused" if case.answerable and record.abstained else None
    right = scores.get("answered_correctly", 1.0) == 1.0
    cited = scores.get("section_hit", scores.get("gold_quote_recall", 1.0)) > 0
    if right and cited:
        return None
    if _not_indexed(case, record):
        return "not indexed"
    if not _retrieved(case, record):
        return "not retrieved"
    if record.abstained:
        return "wrongly refused"
    if right:
        return "wrong citation"
    if scores.get("gold_quote_recall", 0.0) == 0.0 and not _facts_quoted(case, record):
        return "not picked"
    return "not said"


def _not_indexed(case: EvalCase, record: Record) -> bool:
    """Whether the documents hold none of the gold quotes or, where there are none, none of the sections."""
    if case.gold_quotes:
        return not record.gold
    return bool(case.gold_sections) and set(case.gold_sections) <= set(record.unknown_sections)


def _retrieved(case: EvalCase, record: Record) -> bool:
    """Whether a passage holds a gold quote; where no place is known, whether one is of a gold section."""
    if record.gold:
        return any(place_hits(record.gold, record.retrieved))
    if not case.gold_sections:
        return bool(record.retrieved)
    return any(in_section(place.path, gold) for place in record.retrieved for gold in case.gold_sections)


def _facts_quoted(case: EvalCase, record: Record) -> bool:
    quoted = " ".join(citation.quote for citation in record.citations)
    return bool(case.facts) and all(any(contains(quoted, s) for s in fact) for fact in case.facts)
