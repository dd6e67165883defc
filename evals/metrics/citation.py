"""Do the citations open at the right words?

Precision and recall are those of retrieval (van Rijsbergen 1979), over what is cited; what counts as right is
defined here.
"""

from evals.metrics.text import contains, in_section, overlaps
from evals.types import SUPPORT_AT, EvalCase, Judge, Record


def exact_quotes(case: EvalCase, record: Record) -> float | None:
    """Share of citations whose quote is, character for character, the stored text at their range.

    Defined here. A document that was changed since has no stored text at the range: the quote is not exact.
    """
    known = [citation.exact for citation in record.citations if citation.exact is not None]
    return sum(known) / len(known) if known else None


def _answered(case: EvalCase, record: Record) -> bool:
    return case.answerable is not False and bool(case.gold_sections) and not record.abstained


def section_hit(case: EvalCase, record: Record) -> float | None:
    """1 when at least one gold section is cited, else 0; an abstention scores 0. Defined here."""
    if case.answerable is False or not case.gold_sections:
        return None
    return float(
        any(in_section(c.place.path, gold) for c in record.citations for gold in case.gold_sections)
        and not record.abstained
    )


def section_recall(case: EvalCase, record: Record) -> float | None:
    """Share of the gold sections that are cited; answered cases only."""
    if not _answered(case, record):
        return None
    cited = [any(in_section(c.place.path, gold) for c in record.citations) for gold in case.gold_sections]
    return sum(cited) / len(cited)


def section_precision(case: EvalCase, record: Record) -> float | None:
    """Share of the citations that point into a gold section; answered cases only."""
    if not _answered(case, record) or not record.citations:
        return None
    right = [any(in_section(c.place.path, gold) for gold in case.gold_sections) for c in record.citations]
    return sum(right) / len(right)


def gold_quote_recall(case: EvalCase, record: Record) -> float | None:
    """Share of the gold quotes that a citation covers (at least half of the range, or word for word)."""
    if case.answerable is False or not case.gold_quotes:
        return None
    if record.gold:
        found = [any(overlaps(c.place, gold) for c in record.citations) for gold in record.gold]
    else:
        found = [any(contains(c.quote, quote) for c in record.citations) for quote in case.gold_quotes]
    return 0.0 if record.abstained else sum(found) / len(found)


def alce_recall(case: EvalCase, record: Record, judge: Judge) -> float | None:
    """Citation recall of ALCE (Gao et al. 2023): share of statements that all their citations support."""
    pairs = _statement_pairs(record)
    if not pairs:
        return None
    return sum(belief >= SUPPORT_AT for belief in judge.support(pairs)) / len(pairs)


def alce_precision(case: EvalCase, record: Record, judge: Judge) -> float | None:
    """Citation precision of ALCE: citations that support their statement alone, or that it needs.

    A citation is superfluous when it does not support the statement by itself and the others support it
    without it. Citations of unsupported statements count as wrong.
    """
    quotes = {citation.n: citation.quote for citation in record.citations}
    verdicts: list[float] = []
    for said in record.statements:
        cited = [quotes[n] for n in said.citations if n in quotes]
        if said.lead or not cited:
            continue
        whole, *alone = judge.support([(said.text, " ".join(cited)), *((said.text, q) for q in cited)])
        without = (
            judge.support([(said.text, " ".join(cited[:i] + cited[i + 1 :])) for i in range(len(cited))])
            if len(cited) > 1
            else [0.0]
        )
        verdicts += [
            float(whole >= SUPPORT_AT and (own >= SUPPORT_AT or rest < SUPPORT_AT))
            for own, rest in zip(alone, without, strict=True)
        ]
    return sum(verdicts) / len(verdicts) if verdicts else None


def _statement_pairs(record: Record) -> list[tuple[str, str]]:
    quotes = {citation.n: citation.quote for citation in record.citations}
    return [
        (said.text, " ".join(quotes[n] for n in said.citations if n in quotes))
        for said in record.statements
        if not said.lead
    ]
