"""A case as it is read: what was asked, expected, answered, cited and found, in marked pieces of text."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from evals.metrics import TITLES
from evals.records import reading

Segment = tuple[str, str]
"""A piece of text and how it is marked: "cited", "gold" or not at all ("")."""
Range = tuple[int, int]


def case_view(
    line: Mapping[str, Any], labels: Mapping[str, str], titles: Mapping[str, str] = TITLES, passages: int = 10
) -> dict[str, Any]:
    """What the template of a case shows of a line of results; at most so many retrieved passages.

    Raises InvalidRun for a damaged line.
    """
    with reading(line):
        return _case_view(line, labels, titles, passages)


def _case_view(
    line: Mapping[str, Any], labels: Mapping[str, str], titles: Mapping[str, str], passages: int
) -> dict[str, Any]:
    case, failure = line["case"], line.get("failure")
    shown = {
        "id": line["id"],
        "question": case["question"],
        "standalone": line.get("standalone_question"),
        "kind": case["kind"] or "–",
        "lang": case["lang"],
        "tags": case.get("tags", []),
        "failure": failure,
        "stage_title": labels[stage_key(failure)],
        "history": [{"question": t, "answer": None} if isinstance(t, str) else t for t in case["history"]],
        "answerable": case["answerable"],
        "gold_sections": case["gold_sections"],
        "gold_quotes": case["gold_quotes"],
        "facts": case["facts"],
        "reference": case.get("reference"),
        "nuggets": case.get("nuggets", []),
        "error": line["error"],
        "abstained": line.get("abstained", False),
        "confidence": line.get("confidence"),
        "statements": line.get("statements", []),
        "timings": list(line.get("timings_ms", {}).items()),
        "scores": [(titles.get(name, name), value) for name, value in line.get("scores", {}).items()],
    }
    return {
        **shown,
        "citations": [_citation(c, exact) for c, exact in zip(*_cited(line), strict=True)],
        "retrieved": [_passage(found, line) for found in line.get("retrieved", [])[:passages]],
    }


def stage_key(failure: str | None) -> str:
    """The label's key of a stage of failure."""
    return f"stage_{(failure or 'passed').replace(' ', '_')}"


def _cited(line: Mapping[str, Any]) -> tuple[Sequence[Any], Sequence[bool]]:
    return line.get("citations", []), line.get("exact", [])


def _citation(citation: Mapping[str, Any], exact: bool) -> dict[str, Any]:
    marks = [(start, end, "cited") for start, end in citation["highlights"]]
    return {
        "n": citation["n"],
        "path": citation["section_path"],
        "exact": exact,
        "segments": segments(citation["quote"], citation["start"], marks),
    }


def _passage(found: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    def here(places: Sequence[Mapping[str, Any]], mark: str) -> list[tuple[int, int, str]]:
        same = (p for p in places if p["document_id"] == found["document_id"])
        return [(p["start"], p["end"], mark) for p in same]

    marks = here(line["citations"], "cited") + here(line["gold"], "gold")
    return {
        "rank": found["rank"],
        "score": found["score"],
        "path": found["section_path"],
        "segments": segments(found["text"], found["start"], marks),
    }


def segments(text: str, start: int, marks: Sequence[tuple[int, int, str]]) -> list[Segment]:
    """The text in pieces, marked where ranges of the document cover it; the first mark given wins.

    ``start`` is where the text begins in its document. The pieces joined are the text.
    """
    inside = [(max(0, a - start), min(len(text), b - start), mark) for a, b, mark in marks]
    inside = [(a, b, mark) for a, b, mark in inside if a < b]
    cuts = sorted({0, len(text), *(a for a, _, _ in inside), *(b for _, b, _ in inside)})
    return [
        (text[a:b], next((mark for x, y, mark in inside if x <= a and b <= y), "")) for a, b in pairwise(cuts)
    ]
