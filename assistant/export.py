"""An answer as plain JSON values, and back without loss.

``answer_json`` is what ``ask --json`` prints and what conversations keep; ``answer_from_json`` makes an equal
Answer of it. Names follow the issue's format; whatever that leaves out is added beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.types import (
    Answer,
    Citation,
    Intent,
    Query,
    ReadSentence,
    SearchedSection,
    Statement,
    Trace,
    Usage,
    Verdict,
)
from knowledge.types import Passage, RetrievedPassage, Sentence

Json = dict[str, Any]


def answer_json(answer: Answer) -> Json:
    """The answer as values that ``json.dumps`` takes; lists for tuples, strings for enums."""
    trace = answer.trace
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "short_answer": answer.short_answer,
        "statements": [_statement_json(statement) for statement in answer.statements],
        "citations": [_citation_json(citation) for citation in answer.citations],
        "retrieved": [_retrieved_json(found) for found in trace.retrieved],
        "searched": [_searched_json(section) for section in trace.searched],
        "unlisted": trace.unlisted,
        "timings_ms": dict(trace.timings_ms),
        "language": answer.language,
        "intent": str(trace.queries[0].intent) if trace.queries else "",
        "note": answer.note,
        "uncovered": list(answer.uncovered),
        "suggestions": list(answer.suggestions),
        "nearest": [_citation_json(citation) for citation in answer.nearest],
        "withheld": [_statement_json(statement) for statement in trace.withheld],
        "usage": asdict(trace.usage) if trace.usage else None,
        "answered_by": trace.answered_by,
        "features": dict(trace.features),
        "read": [_read_json(sentence) for sentence in trace.read],
        "queries": [_query_json(query) for query in trace.queries],
    }


def answer_from_json(data: Mapping[str, Any]) -> Answer:
    """The answer given to ``answer_json``. Raises KeyError, TypeError or ValueError on anything else."""
    return Answer(
        question=data["question"],
        standalone_question=data["standalone_question"],
        statements=tuple(_statement(item) for item in data["statements"]),
        citations=tuple(_citation(item) for item in data["citations"]),
        abstained=data["abstained"],
        confidence=data["confidence"],
        language=data["language"],
        short_answer=data["short_answer"],
        note=data["note"],
        nearest=tuple(_citation(item) for item in data["nearest"]),
        uncovered=tuple(data["uncovered"]),
        suggestions=tuple(data["suggestions"]),
        trace=Trace(
            queries=tuple(_query(item) for item in data["queries"]),
            retrieved=tuple(_retrieved(item) for item in data["retrieved"]),
            searched=tuple(_searched(item) for item in data["searched"]),
            read=tuple(_read(item) for item in data["read"]),
            withheld=tuple(_statement(item) for item in data["withheld"]),
            timings_ms=dict(data["timings_ms"]),
            features=dict(data["features"]),
            usage=Usage(**data["usage"]) if data["usage"] else None,
            answered_by=data["answered_by"],
            unlisted=data.get("unlisted", 0),  # answers kept by earlier versions have none
        ),
    )


def _statement_json(statement: Statement) -> Json:
    return asdict(statement) | {
        "verdict": str(statement.verdict),
        "citations": list(statement.citations),
    }


def _statement(data: Mapping[str, Any]) -> Statement:
    fields = {"verdict": Verdict(data["verdict"]), "citations": tuple(data["citations"])}
    return Statement(**{**data, **fields})


def _citation_json(citation: Citation) -> Json:
    return asdict(citation) | {
        "section_path": list(citation.section_path),
        "highlights": _lists(citation.highlights),
    }


def _citation(data: Mapping[str, Any]) -> Citation:
    fields = {"section_path": tuple(data["section_path"]), "highlights": _ranges(data["highlights"])}
    return Citation(**{**data, **fields})


def _retrieved_json(found: RetrievedPassage) -> Json:
    passage = found.passage
    return {
        "document": passage.document_name,
        "document_id": passage.document_id,
        "section": passage.heading_path[-1] if passage.heading_path else "",
        "section_path": list(passage.heading_path),
        "passage_id": passage.id,
        "score": found.score,
        "rank": found.rank,
        "similarity": found.similarity,
        "lexical": found.lexical,
        "ranks": dict(found.ranks),
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "section_number": passage.section,
        "content_hash": passage.content_hash,
        "text": passage.text,
        "sentences": [[sentence.start, sentence.end] for sentence in passage.sentences],
    }


def _retrieved(data: Mapping[str, Any]) -> RetrievedPassage:
    passage = Passage(
        id=data["passage_id"],
        document_id=data["document_id"],
        document_name=data["document"],
        content_hash=data["content_hash"],
        section=data["section_number"],
        heading_path=tuple(data["section_path"]),
        start=data["start"],
        end=data["end"],
        text=data["text"],
        sentences=tuple(Sentence(start, end) for start, end in data["sentences"]),
        page=data["page"],
    )
    return RetrievedPassage(
        passage=passage,
        score=data["score"],
        rank=data["rank"],
        similarity=data["similarity"],
        lexical=data["lexical"],
        ranks=dict(data["ranks"]),
    )


def _searched_json(section: SearchedSection) -> Json:
    return asdict(section) | {"section_path": list(section.section_path)}


def _searched(data: Mapping[str, Any]) -> SearchedSection:
    return SearchedSection(**{**data, "section_path": tuple(data["section_path"])})


def _read_json(sentence: ReadSentence) -> Json:
    return asdict(sentence) | {"section_path": list(sentence.section_path)}


def _read(data: Mapping[str, Any]) -> ReadSentence:
    return ReadSentence(**{**data, "section_path": tuple(data["section_path"])})


_QUERY_TUPLES = ("topics", "searches", "choices", "documents", "readings")


def _query_json(query: Query) -> Json:
    tuples = {name: list(getattr(query, name)) for name in _QUERY_TUPLES}
    return asdict(query) | {"intent": str(query.intent)} | tuples


def _query(data: Mapping[str, Any]) -> Query:
    tuples = {name: tuple(data.get(name, ())) for name in _QUERY_TUPLES}
    return Query(**{**data, "intent": Intent(data["intent"]), **tuples})


def _lists(ranges: Sequence[tuple[int, int]]) -> list[list[int]]:
    return [[start, end] for start, end in ranges]


def _ranges(lists: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in lists)
