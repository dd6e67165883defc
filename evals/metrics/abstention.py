"""Does it refuse what the documents do not say, and only that? Over cases labelled answerable or not.

Recall, precision and false refusals are defined here, as those of a class 'no answer'; its questions are like
the unanswerable ones of SQuAD 2.0 (Rajpurkar et al. 2018). A case that ended in an error was neither answered
nor refused and counts in none of the figures.
"""

from collections.abc import Sequence
from itertools import pairwise

from evals.metrics.retrieval import place_hits
from evals.metrics.text import in_section
from evals.types import EvalCase, Record, Scored


def refused_unanswerable(case: EvalCase, record: Record) -> float | None:
    """Abstention recall, a case: 1 when an unanswerable question is refused."""
    return float(record.abstained) if case.answerable is False else None


def wrongly_refused(case: EvalCase, record: Record) -> float | None:
    """False-refusal rate, a case: 1 when an answerable question is refused."""
    return float(record.abstained) if case.answerable is True else None


def right_to_refuse(case: EvalCase, record: Record) -> float | None:
    """Abstention precision, a case: among refusals, 1 when the question is unanswerable."""
    return float(not case.answerable) if record.abstained and case.answerable is not None else None


def decided(scored: Sequence[Scored]) -> list[Scored]:
    """The cases that are labelled either way and were answered or refused."""
    return [s for s in scored if s.case.answerable is not None and not s.record.error]


def labelled(scored: Sequence[Scored]) -> list[tuple[float, bool]]:
    """(confidence, answerable) of the cases that were decided."""
    return [(s.record.confidence, bool(s.case.answerable)) for s in decided(scored)]


def auroc(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Chance that an answerable question gets more confidence than an unanswerable one; ties count half.

    The area under the ROC curve, by its meaning (Hanley & McNeil 1982).
    """
    yes = [belief for belief, answerable in pairs if answerable]
    no = [belief for belief, answerable in pairs if not answerable]
    if not yes or not no:
        return None
    ordered = sorted({*yes, *no})
    rank = {value: i for i, value in enumerate(ordered)}
    below, at = [0] * len(ordered), [0] * len(ordered)
    for value in no:
        at[rank[value]] += 1
    total = 0
    for i, count in enumerate(at):
        below[i], total = total, total + count
    wins = sum(below[rank[value]] + at[rank[value]] / 2 for value in yes)
    return wins / (len(yes) * len(no))


def risk_coverage(scored: Sequence[Scored]) -> list[tuple[float, float, float]]:
    """(coverage, risk, confidence) as the threshold falls (El-Yaniv & Wiener 2010).

    Coverage is the share of decided cases answered, risk the share of those answered wrongly: an unanswerable
    one, or an answerable one not answered correctly. An answerable one that was refused has no answer to
    judge: it is right when the sentence that the reader believed most holds a gold quote, or without known
    quotes lies in a gold section, else wrong (defined here). Without any gold the label alone says that
    answering is right. Cases that tie enter together.
    """
    cases = sorted(
        ((s.record.confidence, _wrong_if_answered(s)) for s in decided(scored)), key=lambda pair: -pair[0]
    )
    curve, wrong = [], 0.0
    for i, (belief, error) in enumerate(cases, 1):
        wrong += error
        if i == len(cases) or cases[i][0] != belief:
            curve.append((i / len(cases), wrong / i, belief))
    return curve


def _wrong_if_answered(scored: Scored) -> float:
    case, record = scored.case, scored.record
    if case.answerable is False:
        return 1.0
    if record.abstained and case.has_gold:
        return float(not _believed_gold(case, record))
    return 1.0 - float(scored.scores.get("answered_correctly", 1.0))


def _believed_gold(case: EvalCase, record: Record) -> bool:
    """Whether the sentence that would have been quoted first is gold."""
    best = record.read[:1]
    if record.gold:
        return any(place_hits(record.gold, best))
    return any(in_section(place.path, gold) for place in best for gold in case.gold_sections)


def area_under_risk_coverage(curve: Sequence[tuple[float, float, float]]) -> float | None:
    """Mean risk over coverage, lower is better (AURC, Geifman et al. 2019); None without cases.

    By the trapezoid rule, from coverage 0 at the risk of the first point.
    """
    if not curve:
        return None
    points = [(0.0, curve[0][1]), *((coverage, risk) for coverage, risk, _ in curve)]
    return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(points))


def reliability(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean confidence, share answerable, cases) of each non-empty bin of equal width (Guo et al. 2017)."""
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for belief, answerable in pairs:
        rows[min(bins - 1, int(belief * bins))].append((belief, answerable))
    return [
        (sum(b for b, _ in row) / len(row), sum(a for _, a in row) / len(row), len(row))
        for row in rows
        if row
    ]


def calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float | None:
    """Expected calibration error: mean gap of confidence and truth, by bin (Naeini et al. 2015)."""
    if not pairs:
        return None
    return sum(abs(mean - share) * n for mean, share, n in reliability(pairs, bins)) / len(pairs)


def confusion(scored: Sequence[Scored]) -> dict[str, int]:
    """How many answerable and unanswerable cases were answered and refused."""
    table = {
        "answerable answered": 0,
        "answerable refused": 0,
        "unanswerable answered": 0,
        "unanswerable refused": 0,
    }
    for s in decided(scored):
        kind = "answerable" if s.case.answerable else "unanswerable"
        table[f"{kind} {'refused' if s.record.abstained else 'answered'}"] += 1
    return table
