"""Sets in and out: JSON lines or CSV, checked line by line, so that one bad line never hides the others."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import cast

from evals.errors import InvalidSet
from evals.metrics.text import SectionName, contains, gold_name, section_names
from evals.types import EvalCase, EvalSet, PastTurn, Problem
from knowledge.messages import Message, message_of
from knowledge.types import Document

MAX_CASES = 20_000
"""A run of more is refused: figures and report are made of all its results at once, in memory."""

KNOWN = frozenset(f.name for f in fields(EvalCase)) - {"extra", "line"}
_LISTS = ("documents", "gold_sections", "gold_quotes", "nuggets", "tags")
_TRUTH: Mapping[str, bool | None] = {
    "true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": None, "null": None,
}  # fmt: skip


def load(path: Path, documents: Path | None = None) -> EvalSet:
    """Read a set; the folder ``documents`` beside it becomes its documents unless another is given.

    Bad lines are left out and named in ``problems``. Raises InvalidSet when the file cannot be read or holds
    no good case.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        told = "The set {name} cannot be read: {reason}."
        raise InvalidSet(
            Message("evals.set_unreadable", told, name=path.name, reason=error.strerror or error)
        ) from error
    except UnicodeDecodeError as error:
        raise not_utf8(path.name) from error
    cases, problems = parse(text, csv_format=path.suffix.lower() == ".csv")
    if not cases:
        raise no_case(path.name, problems)
    beside = path.parent / "documents"
    folder = documents or (beside if beside.is_dir() else None)
    return EvalSet(path.stem, path, hashlib.sha256(data).hexdigest(), tuple(cases), tuple(problems), folder)


def not_utf8(name: str) -> InvalidSet:
    """The error for a set that is written in another encoding."""
    told = "The set {name} is not UTF-8 text; save it as UTF-8 and try again."
    return InvalidSet(Message("evals.set_not_utf8", told, name=name))


def no_case(name: str, problems: Sequence[Problem]) -> InvalidSet:
    """The error for a set without a case that can be run, with the first reason."""
    if not problems:
        return InvalidSet(
            Message("evals.set_empty", "The set {name} holds no case that can be run.", name=name)
        )
    return InvalidSet(
        Message(
            "evals.set_broken",
            "The set {name} holds no case that can be run. First problem: line {line}: {problem}.",
            name=name,
            line=problems[0].line,
            problem=problems[0].message,
        )
    )


def parse(text: str, *, csv_format: bool = False) -> tuple[list[EvalCase], list[Problem]]:
    """The cases of a file's text, and what is wrong with its lines."""
    rows = _csv_rows(text) if csv_format else _json_rows(text)
    cases: list[EvalCase] = []
    problems: list[Problem] = []
    ids: Counter[str] = Counter()
    for line, row in rows:
        if isinstance(row, str):
            problems.append(Problem(line, row))
            continue
        try:
            case = replace(case_from(row), line=line)
        except ValueError as error:
            problems.append(Problem(line, message_of(error)))
            continue
        ids[case.id] += 1
        if ids[case.id] > 1:
            told = "the id {id!r} was used before; give each case its own"
            problems.append(Problem(line, Message("evals.id_used", told, id=case.id)))
            continue
        if case.extra:
            names = ", ".join(sorted(case.extra))
            told = Message("evals.unknown_fields", "unknown fields, kept but not used: {names}", names=names)
            problems.append(Problem(line, told, error=False))
        cases.append(case)
    return cases, problems


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            told = "not JSON: {reason} at column {column}"
            yield number, Message("evals.row_not_json", told, reason=error.msg, column=error.colno)
            continue
        except RecursionError:
            yield number, Message("evals.row_endless", "not a case: lists within lists without end")
            continue
        yield number, row if isinstance(row, dict) else Message("evals.row_no_object", "not a JSON object")


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    """Rows of a CSV: lists are split at '|', the spellings of a fact at '/', history at '|'.

    A cell of history or facts that begins with '[' is JSON, as a line of JSON would have it.
    """
    reader = csv.DictReader(io.StringIO(text))
    try:
        for row in reader:
            if None in row:
                told = "more cells than the header has columns"
                yield reader.line_num, Message("evals.row_too_long", told)
                continue
            yield reader.line_num, _row(row)
    except csv.Error as error:
        yield reader.line_num, Message("evals.row_not_csv", "not CSV from here on: {reason}", reason=error)


def _row(row: Mapping[str, str | None]) -> Mapping[str, object] | str:
    try:
        return {key: _cell(key, value or "") for key, value in row.items()}
    except ValueError as error:
        return message_of(error)


def _cell(key: str, value: str) -> object:
    if key in ("history", "facts") and value.lstrip().startswith("["):
        return _json_cell(key, value)
    if key in _LISTS or key == "history":
        return [part.strip() for part in value.split("|") if part.strip()]
    if key == "facts":
        return [[s.strip() for s in fact.split("/")] for fact in value.split("|") if fact.strip()]
    if key == "answerable":
        return _TRUTH.get(value.strip().lower(), value)
    return value.strip() or None


def _json_cell(key: str, value: str) -> object:
    try:
        return json.loads(value)
    except (json.JSONDecodeError, RecursionError) as error:
        told = 'the cell {name!r} begins with \'[\' but is not JSON, as [["5G", "fifth generation"]] is'
        raise ValueError(Message("evals.cell_not_json", told, name=key)) from error


def case_from(row: Mapping[str, object]) -> EvalCase:
    """A case from a parsed line. Raises ValueError that says which field is wrong."""
    question = row.get("question")
    if not isinstance(question, str) or not question.strip():
        told = "the field {name!r} is missing, empty or not a text"
        raise ValueError(Message("evals.field_without_text", told, name="question"))
    answerable = row.get("answerable")
    if answerable is not None and not isinstance(answerable, bool):
        told = "the field {name!r} must be true, false or null"
        raise ValueError(Message("evals.field_no_truth", told, name="answerable"))
    identity = row.get("id")
    if identity in (None, ""):
        raise ValueError(Message("evals.field_missing", "the field {name!r} is missing", name="id"))
    return EvalCase(
        id=str(identity),
        question=question,
        history=tuple(_past(item) for item in _list(row, "history")),
        lang=_text(row, "lang") or "en",
        kind=_text(row, "kind") or "",
        answerable=answerable,
        documents=_strings(row, "documents"),
        gold_sections=_strings(row, "gold_sections"),
        gold_quotes=_strings(row, "gold_quotes"),
        facts=tuple(_fact(item) for item in _list(row, "facts")),
        reference=_text(row, "reference"),
        nuggets=_strings(row, "nuggets"),
        tags=_strings(row, "tags"),
        extra={key: value for key, value in row.items() if key not in KNOWN},
    )


def _text(row: Mapping[str, object], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(Message("evals.field_no_text", "the field {name!r} must be a text", name=name))
    return value


def _list(row: Mapping[str, object], name: str) -> Sequence[object]:
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(Message("evals.field_no_list", "the field {name!r} must be a list", name=name))
    return value


def _strings(row: Mapping[str, object], name: str) -> tuple[str, ...]:
    values = _list(row, name)
    if not all(isinstance(value, str) for value in values):
        told = "the field {name!r} must be a list of texts"
        raise ValueError(Message("evals.field_no_texts", told, name=name))
    return tuple(cast(list[str], values))


def _fact(item: object) -> tuple[str, ...]:
    spellings = [item] if isinstance(item, str) else item
    if not isinstance(spellings, list) or not spellings or not all(isinstance(s, str) for s in spellings):
        told = "the field {name!r} must be a list of lists of spellings"
        raise ValueError(Message("evals.field_no_facts", told, name="facts"))
    return tuple(spellings)


def _past(item: object) -> PastTurn:
    if isinstance(item, str):
        return PastTurn(item)
    if isinstance(item, dict) and isinstance(item.get("question"), str):
        answer = item.get("answer")
        return PastTurn(item["question"], answer if isinstance(answer, str) else None)
    told = "the field {name!r} must hold questions, or objects with 'question' and 'answer'"
    raise ValueError(Message("evals.field_no_history", told, name="history"))


def select(
    cases: Sequence[EvalCase], filters: Sequence[str] = (), limit: int | None = None
) -> tuple[EvalCase, ...]:
    """The first ``limit`` cases that match every filter.

    A filter is ``kind=who,why``, ``lang=nl``, ``tag=law``, ``answerable=false``, or a pattern of ids
    (``who-*``).
    Raises InvalidSet when nothing is left, a filter names no field, or more than MAX_CASES are left.
    """
    chosen = [case for case in cases if all(_matches(case, wanted) for wanted in filters)][:limit]
    if not chosen:
        told = "No case matches {filters}; there are {cases:,} cases."
        chosen_by = ", ".join(filters) or "a limit of 0"
        raise InvalidSet(Message("evals.no_match", told, filters=chosen_by, cases=len(cases)))
    if len(chosen) > MAX_CASES:
        raise InvalidSet(
            Message(
                "evals.set_large",
                "The set holds {cases:,} cases; at most {most:,} can be run at once."
                " Split it, or choose some of them with --limit or --filter.",
                cases=len(chosen),
                most=MAX_CASES,
            )
        )
    return tuple(chosen)


def _matches(case: EvalCase, wanted: str) -> bool:
    field, found, value = wanted.partition("=")
    if not found:
        return fnmatchcase(case.id, wanted)
    known = {
        "id": (case.id,),
        "kind": (case.kind,),
        "lang": (case.lang,),
        "tag": case.tags,
        "answerable": (json.dumps(case.answerable),),
    }
    if field not in known:
        raise InvalidSet(
            f"Cannot filter by {field!r}; filter by {', '.join(known)}, or give a pattern of ids."
        )
    return any(fnmatchcase(text, pattern) for text in known[field] for pattern in value.split(","))


def to_json(case: EvalCase) -> str:
    """A case as a line of a set; what ``parse`` reads back equals the case."""
    return json.dumps(as_row(case), ensure_ascii=False)


def as_row(case: EvalCase) -> dict[str, object]:
    """A case as the values of its line; ``case_from`` makes an equal case of it."""
    history = [
        t.question if t.answer is None else {"question": t.question, "answer": t.answer} for t in case.history
    ]
    row: dict[str, object] = {
        "id": case.id,
        "question": case.question,
        "history": history,
        "lang": case.lang,
        "kind": case.kind,
        "answerable": case.answerable,
        "documents": list(case.documents),
        "gold_sections": list(case.gold_sections),
        "gold_quotes": list(case.gold_quotes),
        "facts": [list(fact) for fact in case.facts],
    }
    optional = {"reference": case.reference, "nuggets": list(case.nuggets), "tags": list(case.tags)}
    row |= {key: value for key, value in optional.items() if value}
    return row | dict(case.extra)


def check_gold(cases: Sequence[EvalCase], documents: Sequence[Document]) -> list[tuple[str, str]]:
    """(case id, problem) for gold sections and quotes that the documents of their case do not hold."""
    unknown = unknown_sections(cases, documents)
    found: list[tuple[str, str]] = [
        (identity, Message("evals.no_section", "no section is called {name!r}", name=heading))
        for identity, heading in unknown
    ]
    for case in cases:
        allowed = [d for d in documents if not case.documents or d.name in case.documents]
        for name in case.documents:
            if all(d.name != name for d in documents):
                told = Message("evals.no_document", "there is no document {name!r}", name=name)
                found.append((case.id, told))
        for quote in case.gold_quotes:
            if not any(quote in d.text for d in allowed):
                found.append(
                    (case.id, _not_verbatim(quote[:60], any(contains(d.text, quote) for d in allowed)))
                )
    return found


def _not_verbatim(quote: str, near: bool) -> Message:
    if near:
        told = "the gold quote {quote!r} is in the documents only with other spacing or quotation marks"
        return Message("evals.quote_near", told, quote=quote)
    return Message(
        "evals.no_quote", "the gold quote {quote!r} is not in the documents word for word", quote=quote
    )


def unknown_sections(cases: Iterable[EvalCase], documents: Iterable[Document]) -> list[tuple[str, str]]:
    """(case id, gold section) for gold sections that the documents of their case do not have."""
    outline = Outline.of(documents)
    return [(case.id, heading) for case in cases for heading in outline.lacks(case)]


@dataclass(frozen=True, slots=True)
class Outline:
    """What the sections of documents can be called, by the document's name and of all together."""

    names: Mapping[str, frozenset[SectionName]]
    everywhere: frozenset[SectionName]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "Outline":
        """The outline of documents, of which only one need be in memory at a time."""
        names = {
            d.name: frozenset(name for s in d.sections for name in section_names((d.title, *s.path)))
            for d in documents
        }
        return cls(names, frozenset().union(*names.values()))

    def lacks(self, case: EvalCase) -> tuple[str, ...]:
        """The gold sections that the documents of the case do not have."""
        held = [self.names.get(name, frozenset()) for name in case.documents] or [self.everywhere]
        wanted = ((heading, gold_name(heading)) for heading in case.gold_sections)
        return tuple(heading for heading, name in wanted if not any(name in sections for sections in held))
