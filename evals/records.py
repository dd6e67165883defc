"""A line of results: the answer as ``ask --json`` gives it, its case, their places in the texts, scores."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from assistant.export import answer_json
from assistant.types import Answer
from evals.cases import as_row, case_from
from evals.errors import InvalidRun
from evals.failures import STAGES
from evals.types import Cited, EvalCase, Located, Record, Said, Scored
from knowledge.messages import Message
from knowledge.types import RetrievedPassage

Json = dict[str, Any]
_WRITTEN = as_row(EvalCase("", "")).keys()
"""What every line has of its case."""


def answered_line(
    case: EvalCase,
    repeat: int,
    answer: Answer,
    *,
    exact: Sequence[bool],
    gold: Sequence[Located],
    unknown_sections: Sequence[str] = (),
    raw_retrieved: Sequence[RetrievedPassage] | None = None,
    standalone_retrieved: Sequence[RetrievedPassage] | None = None,
) -> Json:
    """The line of a case that was answered; ``exact`` says of each citation whether its quote is the text.

    ``unknown_sections`` are the gold sections that the documents do not have.
    """
    return {
        "id": case.id,
        "repeat": repeat,
        **answer_json(answer),
        "exact": list(exact),
        "gold": [place_json(place) for place in gold],
        "unknown_sections": list(unknown_sections),
        "raw_retrieved": _places_json(raw_retrieved),
        "standalone_retrieved": _places_json(standalone_retrieved),
        "error": None,
        "case": as_row(case),
    }


def _places_json(found: Sequence[RetrievedPassage] | None) -> list[Json] | None:
    return None if found is None else [place_json(_found(passage)) for passage in found]


def failed_line(case: EvalCase, repeat: int, error: str) -> Json:
    """The line of a case that ended in an error."""
    return {"id": case.id, "repeat": repeat, "question": case.question, "error": error, "case": as_row(case)}


@contextmanager
def reading(line: Mapping[str, Any]) -> Iterator[None]:
    """Raises InvalidRun, naming the case, where a line does not hold what a run writes."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        told = "The result of the case {id!r} is damaged ({reason}): run the set again."
        reason = f"{type(error).__name__}: {error}"
        raise InvalidRun(
            Message("evals.result_damaged", told, id=str(line.get("id")), reason=reason)
        ) from error


def case_of(line: Mapping[str, Any]) -> EvalCase:
    """The case of a line. Raises InvalidRun."""
    with reading(line):
        if missing := _WRITTEN - line["case"].keys():
            raise KeyError(", ".join(sorted(missing)))
        return case_from(line["case"])


def record_of(line: Mapping[str, Any]) -> Record:
    """What metrics look at of a line. Raises InvalidRun for a line that is not of this format."""
    with reading(line):
        return _record(line)


def _places(found: Sequence[Mapping[str, Any]] | None) -> tuple[Located, ...] | None:
    return None if found is None else tuple(map(_place, found))


def _record(line: Mapping[str, Any]) -> Record:
    if line["error"]:
        return Record(error=str(line["error"]))
    usage = line["usage"]
    return Record(
        standalone_question=line["standalone_question"],
        abstained=bool(line["abstained"]),
        confidence=float(line["confidence"]),
        statements=tuple(
            Said(s["text"], s["verdict"], tuple(s["citations"]), s["lead"]) for s in line["statements"]
        ),
        citations=tuple(
            Cited(c["n"], _place(c), c["quote"], exact)
            for c, exact in zip(line["citations"], line["exact"], strict=True)
        ),
        retrieved=tuple(_place(found) for found in line["retrieved"]),
        raw_retrieved=_places(line["raw_retrieved"]),
        standalone_retrieved=_places(line.get("standalone_retrieved")),  # runs before it was kept have none
        read=tuple(_place(s) for s in sorted(line["read"], key=lambda s: -s["score"])),
        gold=tuple(_place(place) for place in line["gold"]),
        unknown_sections=tuple(line.get("unknown_sections", ())),
        withheld=len(line["withheld"]),
        tokens=usage["input_tokens"] + usage["output_tokens"] if usage else None,
        timings_ms={stage: float(milliseconds) for stage, milliseconds in line["timings_ms"].items()},
    )


def scored_of(line: Mapping[str, Any]) -> Scored:
    """A line as it was scored. Raises InvalidRun."""
    case, record = case_of(line), record_of(line)
    with reading(line):
        scores = {name: float(value) for name, value in line.get("scores", {}).items()}
        return Scored(case, record, scores, _stage(line.get("failure")))


def _stage(failure: str | None) -> str | None:
    if failure is not None and failure not in STAGES:
        raise ValueError(f"{failure!r} is no stage")
    return failure


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
    return Located(values["document"], values["document_id"], path, int(values["start"]), int(values["end"]))
