"""Small cases and records, spelled out so that every figure can be computed by hand."""

from collections.abc import Sequence

from evals.types import Cited, EvalCase, Located, Record, Said, Scored

DOC = "d-1"


def place(section: str, start: int, end: int, document_id: str = DOC) -> Located:
    return Located(f"{document_id}.txt", document_id, ("Title", section), start, end)


def cited(n: int, where: Located, quote: str, exact: bool = True) -> Cited:
    return Cited(n, where, quote, exact)


def said(text: str, *citations: int, verdict: str = "supported", lead: bool = False) -> Said:
    return Said(text, verdict, citations, lead)


def case(identity: str = "c1", answerable: bool | None = True, **values: object) -> EvalCase:
    return EvalCase(id=identity, question="Who?", answerable=answerable, **values)  # type: ignore[arg-type]


def record(confidence: float = 0.9, abstained: bool = False, **values: object) -> Record:
    return Record(confidence=confidence, abstained=abstained, **values)  # type: ignore[arg-type]


def scored(
    identity: str,
    answerable: bool | None,
    confidence: float,
    abstained: bool,
    correct: float | None = None,
    **values: object,
) -> Scored:
    scores = {} if correct is None else {"answered_correctly": correct}
    failure = "not picked" if correct == 0 else None
    return Scored(
        case(identity, answerable, **values), record(confidence, abstained), scores, failure
    )  # fmt: skip


def perfect() -> tuple[EvalCase, Record]:
    """A case that is answered as well as can be, on every metric that applies."""
    quote = "NATO recognised cyberspace in 2016."
    where = place("NATO", 100, 100 + len(quote))
    asked = case(
        gold_sections=("NATO",),
        gold_quotes=(quote,),
        facts=(("2016",), ("NATO",)),
        reference=quote,
        nuggets=("cyberspace recognised by NATO in 2016",),
    )
    answered = record(
        confidence=1.0,
        statements=(said(quote, 1),),
        citations=(cited(1, where, quote),),
        retrieved=(where,),
        read=(where,),
        gold=(where,),
    )
    return asked, answered


def ranked(sections: Sequence[str]) -> tuple[Located, ...]:
    """Passages of these sections, in this order, each 10 characters long."""
    return tuple(place(section, i * 10, i * 10 + 10) for i, section in enumerate(sections))
