"""How an answer came about, as tables of text."""

from collections.abc import Iterable, Sequence
from typing import Any

from assistant.types import Answer
from assistant.ui.texts import Words, grouped

Data = dict[str, Any]
ROWS = 100  # of a table; the JSON of the command line has them all


def trace_view(answer: Answer, words: Words) -> Data:
    """The facts, the passages found, the sections searched, the timings and what was withheld."""
    tables = [
        _table(words("trace_facts"), (), _facts(answer, words)),
        _withheld(answer, words),
        _passages(answer, words),
        _sections(answer, words),
        _timings(answer, words),
    ]
    return {"tables": [table for table in tables if table["rows"]]}


def _withheld(answer: Answer, words: Words) -> Data:
    head = words("trace_statement"), words("trace_reason")
    rows = [(statement.text, statement.reason) for statement in answer.trace.withheld]
    return _table(words("trace_withheld", number=grouped(len(rows))), head, rows)


def _passages(answer: Answer, words: Words) -> Data:
    names = ("passage", "section", "similarity", "words", "score")
    one = len({found.passage.document_id for found in answer.trace.retrieved}) == 1
    rows = [
        (
            _clip(found.passage.text),
            found.passage.heading_path[-1] if one else _in_document(found.passage.heading_path),
            _two(found.similarity),
            _two(found.lexical),
            f"{found.score:.4f}",
        )
        for found in answer.trace.retrieved[:ROWS]
    ]
    return _table(words("trace_passages"), [words(f"trace_{name}") for name in names], rows, figures=3)


def _in_document(path: Sequence[str]) -> str:
    """The heading of a passage and the title of its document, which stands first in the path."""
    return " · ".join(dict.fromkeys((path[-1], path[0])))


def _sections(answer: Answer, words: Words) -> Data:
    names = ("section", "document", "reader", "score")
    rows = [
        (
            section.section,
            section.document,
            "–" if section.reader is None else _two(section.reader),
            f"{section.score:.4f}",
        )
        for section in answer.trace.searched[:ROWS]
    ]
    return _table(words("trace_sections"), [words(f"trace_{name}") for name in names], rows, figures=2)


def _timings(answer: Answer, words: Words) -> Data:
    rows = [
        (words(f"stage_{stage}"), f"{milliseconds:.1f} ms")
        for stage, milliseconds in answer.trace.timings_ms.items()
    ]
    return _table(words("trace_timings"), (), rows, figures=1)


def _facts(answer: Answer, words: Words) -> Iterable[tuple[str, str]]:
    trace = answer.trace
    yield words("trace_answered_by"), answered_by(trace.answered_by, words)
    yield words("trace_confidence"), _two(answer.confidence)
    if answer.short_answer:
        yield words("trace_short"), answer.short_answer
    for query in trace.queries:
        if len(trace.queries) > 1 or query.standalone != answer.standalone_question:
            yield words("trace_understood"), query.standalone
    if trace.usage:
        used = words(
            "trace_used", given=grouped(trace.usage.input_tokens), written=grouped(trace.usage.output_tokens)
        )
        yield words("trace_tokens"), used
        if trace.usage.cost is not None:
            yield words("trace_cost"), f"{trace.usage.cost:.4f}"


def answered_by(name: str, words: Words) -> str:
    """Which model answers, or that only quotes are given."""
    return words("quotes_only") if name == "quotes" else name


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], figures: int = 0) -> Data:
    return {"title": title, "head": list(head), "rows": [list(row) for row in rows], "figures": figures}


def _two(number: float) -> str:
    return f"{number:.2f}"


def _clip(text: str, limit: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"
