"""A line of results: the answer as ``ask --json`` gives it, its case, their places in the texts, scores."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.export import answer_json
from assistant.types import Answer
from evals.cases import as_row, case_from
from evals.types import Cited, EvalCase, Located, Record, Said, Scored
from knowledge.types import RetrievedPassage

Json = dict[str, Any]


def answered_line(
    case: EvalCase,
    repeat: int,
    answer: Answer,
    *,
    exact: Sequence[bool],
    gold: Sequence[Located],
    raw_retrieved: Sequence[RetrievedPassage] | None = None,
) -> Json:
    """The line of a case that was answered; ``exact`` says of each citation whether its quote is the text."""
    return {
        "id": case.id,
        "repeat": repeat,
        **answer_json(answer),
        "exact": list(exact),
        "gold": [place_json(place) for place in gold],
        "raw_retrieved": None if raw_retrieved is None else [place_json(_found(p)) for p in raw_retrieved],
        "error": None,
        "case": as_row(case),
    }


def failed_line(case: EvalCase, repeat: int, error: str) -> Json:
    """The line of a case that ended in an error."""
    return {"id": case.id, "repeat": repeat, "question": case.question, "error": error, "case": as_row(case)}


def case_of(line: Mapping[str, Any]) -> EvalCase:
    """The case of a line."""
    return case_from(line["case"])


def record_of(line: Mapping[str, Any]) -> Record:
    """What metrics look at of a line. Raises KeyError or TypeError for a line that is not of this format."""
    if line["error"]:
        return Record(error=line["error"])
    raw, usage = line["raw_retrieved"], line["usage"]
    return Record(
        standalone_question=line["standalone_question"],
        abstained=line["abstained"],
        confidence=line["confidence"],
        statements=tuple(
            Said(s["text"], s["verdict"], tuple(s["citations"]), s["lead"]) for s in line["statements"]
        ),
        citations=tuple(
            Cited(c["n"], _place(c), c["quote"], exact)
            for c, exact in zip(line["citations"], line["exact"], strict=True)
        ),
        retrieved=tuple(_place(found) for found in line["retrieved"]),
        raw_retrieved=None if raw is None else tuple(_place(found) for found in raw),
        read=tuple(_place(s) for s in sorted(line["read"], key=lambda s: -s["score"])),
        gold=tuple(_place(place) for place in line["gold"]),
        withheld=len(line["withheld"]),
        tokens=usage["input_tokens"] + usage["output_tokens"] if usage else None,
        timings_ms=line["timings_ms"],
    )


def scored_of(line: Mapping[str, Any]) -> Scored:
    """A line as it was scored."""
    return Scored(case_of(line), record_of(line), line.get("scores", {}), line.get("failure"))


def _found(found: RetrievedPassage) -> Located:
    passage = found.passage
    return Located(
        passage.document_name, passage.document_id, passage.heading_path, passage.start, passage.end
    )


def place_json(place: Located) -> Json:
    """A place as a line keeps it."""
    values = asdict(place)
    return {**values, "section_path": list(values.pop("path"))}


def _place(values: Mapping[str, Any]) -> Located:
    path = tuple(values["section_path"])
    return Located(values["document"], values["document_id"], path, values["start"], values["end"])
