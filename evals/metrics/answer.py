"""Does the answer say what it must, and nothing that its sources do not?"""

from evals.metrics.citation import gold_quote_recall, section_hit
from evals.metrics.text import contains, token_f1, token_recall
from evals.types import SUPPORT_AT, EvalCase, Judge, Record

NUGGET_AT = 0.8
"""Share of a nugget's words that counts as saying it: all but a function word of a five-word nugget."""


def fact_recall(case: EvalCase, record: Record) -> float | None:
    """Share of the facts of which a spelling stands in the answer; an abstention has none of them.

    Defined here; with one fact it is whether an answer stands in the output (Mallen et al. 2023).
    """
    if case.answerable is False or not case.facts:
        return None
    if record.abstained:
        return 0.0
    found = [any(contains(record.text, spelling) for spelling in fact) for fact in case.facts]
    return sum(found) / len(found)


def answered_correctly(case: EvalCase, record: Record) -> float | None:
    """1 when an answerable case is answered as it must be, or an unanswerable one refused; else 0.

    Defined here: an answer must hold every fact; without facts it must cite a gold section, without those a
    gold quote. Cases with neither gold nor label do not count.
    """
    if case.answerable is False:
        return float(record.abstained)
    if case.facts:
        return float(fact_recall(case, record) == 1.0)
    if case.gold_sections:
        return section_hit(case, record)
    recall = gold_quote_recall(case, record)
    return None if recall is None else float(recall > 0)


def nugget_recall(case: EvalCase, record: Record) -> float | None:
    """Share of the nuggets that the answer says (nuggetizer, Pradeep et al. 2024).

    There a model says which are supported; here NUGGET_AT of a nugget's words must stand in the answer.
    """
    if case.answerable is False or not case.nuggets:
        return None
    if record.abstained:
        return 0.0
    said = [token_recall(record.text, nugget) >= NUGGET_AT for nugget in case.nuggets]
    return sum(said) / len(said)


def correctness(case: EvalCase, record: Record) -> float | None:
    """Word F1 of the answer's statements against the reference answer (Rajpurkar et al. 2016, SQuAD)."""
    if case.answerable is False or not case.reference:
        return None
    if record.abstained:
        return 0.0
    return token_f1(" ".join(said.text for said in record.statements if not said.lead), case.reference)


def faithfulness(case: EvalCase, record: Record) -> float | None:
    """Supported statements over statements (Es et al. 2023, RAGAS), by the verdicts shown to the user.

    Every statement that is not a lead line counts once any of them has a citation; an answer without one, as
    small talk, claims nothing of the documents.
    """
    said = [statement for statement in record.statements if not statement.lead]
    if record.abstained or not any(statement.citations for statement in said):
        return None
    return sum(statement.verdict == "supported" for statement in said) / len(said)


def nuggets_supported(case: EvalCase, record: Record, judge: Judge) -> float | None:
    """Share of the nuggets that the answer bears out, by the judge (nuggetizer, Pradeep et al. 2024)."""
    if case.answerable is False or not case.nuggets:
        return None
    if record.abstained or not record.text:
        return 0.0
    beliefs = judge.support([(nugget, record.text) for nugget in case.nuggets])
    return sum(belief >= SUPPORT_AT for belief in beliefs) / len(beliefs)


def reference_supported(case: EvalCase, record: Record, judge: Judge) -> float | None:
    """1 when the answer bears out the reference answer, by the judge. Defined here."""
    if case.answerable is False or not case.reference:
        return None
    if record.abstained or not record.text:
        return 0.0
    return float(judge.support([(case.reference, record.text)])[0] >= SUPPORT_AT)
