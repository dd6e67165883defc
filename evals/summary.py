"""The figures of a run, as the plain values of ``summary.json``: overall, by group, curves, times, tokens."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from statistics import fmean
from typing import Any

import numpy as np

from evals.failures import STAGES
from evals.metrics import case_estimates, summarise
from evals.metrics.abstention import confusion, labelled, reliability, risk_coverage
from evals.types import Estimate, Scored

Json = dict[str, Any]
LATENCY_PERCENTILES = (50, 95)


def summary(lines: Sequence[Scored], judge: str | None = None) -> Json:
    """Every figure of a run; the same results give the same figures, whatever their order."""
    scored = merge_repeats(sorted(lines, key=lambda s: s.case.id))
    by_language = _groups(scored, lambda s: (s.case.lang,))
    return {
        "cases": len(scored),
        "failed": sum(s.failure is not None for s in scored),
        "metrics": _figures(summarise(scored)),
        "judge": judge,
        "failures": _failures(scored),
        "confusion": confusion(scored),
        "by_kind": _by(scored, lambda s: (s.case.kind or "none",)),
        "by_tag": _by(scored, lambda s: s.case.tags),
        "by_lang": {name: _figures(summarise(group)) for name, group in by_language.items()},
        "gap_to_english": _gaps({name: case_estimates(group) for name, group in by_language.items()}),
        "by_turn": {
            name: _figures(summarise(group))
            for name, group in _groups(
                scored, lambda s: ("follow-up" if s.case.history else "first",)
            ).items()
        },
        "risk_coverage": [list(point) for point in risk_coverage(scored)],
        "reliability": [list(row) for row in reliability(labelled(scored))],
        "latency_ms": latency(lines),
        "tokens": _tokens(lines),
        "repeats": _repeats(lines),
    }


def merge_repeats(lines: Iterable[Scored]) -> list[Scored]:
    """One entry a case: means of the scores over its repeats, the first answer, and any failure."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for scored in lines:
        groups[scored.case.id].append(scored)
    return [_merged(group) for group in groups.values()]


def _merged(group: Sequence[Scored]) -> Scored:
    if len(group) == 1:
        return group[0]
    names = dict.fromkeys(name for s in group for name in s.scores)
    scores = {name: fmean(s.scores[name] for s in group if name in s.scores) for name in names}
    failure = next((s.failure for s in group if s.failure), None)
    shown = next((s for s in group if s.failure), group[0])
    return Scored(shown.case, shown.record, scores, failure)


def _figures(estimates: Mapping[str, Estimate]) -> Json:
    return {name: asdict(value) for name, value in estimates.items()}


def _groups(scored: Sequence[Scored], names: Callable[[Scored], Sequence[str]]) -> dict[str, list[Scored]]:
    groups: dict[str, list[Scored]] = defaultdict(list)
    for s in scored:
        for name in names(s):
            groups[name].append(s)
    return dict(sorted(groups.items()))


def _by(scored: Sequence[Scored], names: Callable[[Scored], Sequence[str]]) -> Json:
    return {name: _figures(case_estimates(group)) for name, group in _groups(scored, names).items()}


def _failures(scored: Sequence[Scored]) -> dict[str, int]:
    counts = Counter(s.failure for s in scored if s.failure)
    return {stage: counts[stage] for stage in STAGES if counts[stage]}


def _gaps(by_language: Mapping[str, Mapping[str, Estimate]]) -> dict[str, dict[str, float]]:
    """For each other language, its figure minus the English one, where both have one."""
    english = by_language.get("en", {})
    return {
        lang: {name: found[name].value - english[name].value for name in found if name in english}
        for lang, found in by_language.items()
        if lang != "en" and english
    }


def latency(lines: Sequence[Scored]) -> dict[str, dict[str, float]]:
    """Median and 95th percentile (linear interpolation) of each stage's milliseconds."""
    times: dict[str, list[float]] = defaultdict(list)
    for s in lines:
        for stage, milliseconds in s.record.timings_ms.items():
            times[stage].append(milliseconds)
    return {
        stage: {f"p{p}": float(np.percentile(values, p)) for p in LATENCY_PERCENTILES} | {"n": len(values)}
        for stage, values in times.items()
    }


def _tokens(lines: Sequence[Scored]) -> Json | None:
    used = [s.record.tokens for s in lines if s.record.tokens is not None]
    if not used:
        return None
    return {"total": sum(used), "mean": fmean(used), "p95": float(np.percentile(used, 95)), "n": len(used)}


def _repeats(lines: Sequence[Scored]) -> Json:
    """How often each case was asked, and the cases that passed once and failed once."""
    outcomes: dict[str, list[bool]] = defaultdict(list)
    for s in lines:
        outcomes[s.case.id].append(s.failure is None)
    unstable = sorted(identity for identity, passed in outcomes.items() if len(set(passed)) > 1)
    return {"most": max((len(passed) for passed in outcomes.values()), default=0), "unstable": unstable}
