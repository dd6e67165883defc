"""Labelled questions with the passages that the product finds for them: what the calibration is fitted to.

From the shipped set, and from those articles of the public sets, and of the policy passages written for the
reader's training, that it was not trained on. A question is asked twice where its article can be left out and
its set has no unanswerable ones: with the article, and (unanswerable) without it.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.library import Library
from assistant.questions import understand
from assistant.reader.training.corpus import WRITTEN, is_held_out, rows
from assistant.types import Intent, Query, Turn
from knowledge.base import KnowledgeBase
from knowledge.types import RetrievedPassage

STRUCTURAL = (
    Intent.SUMMARY,
    Intent.SECTIONS,
    Intent.COMPARE,
    Intent.MENTIONS,
    Intent.SMALL_TALK,
    Intent.UNCLEAR,
)
POLICY = "policy"
# Questions of a set, so that none outweighs the others by its size alone; what was written is about documents
# of every kind and has the most.
SAMPLED = {POLICY: 400}
OTHERS_SAMPLED = 150
SETS = ("squad2", "selqa", "clapnq", "xquad", POLICY)
SHIPPED_SET = Path("evals/sets/cyber-diplomacy.jsonl")


@dataclass(frozen=True, slots=True)
class Sample:
    """A query with what was found for it; ``gold`` are texts that the sentences that answer contain or are.

    ``group`` holds together what must not be split between fitting and testing.
    """

    set_name: str
    group: str
    query: Query
    found: list[RetrievedPassage]
    library: Library
    answerable: bool
    gold: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    answers: tuple[str, ...] = ()
    case: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def shipped(assistant: Assistant, path: Path = SHIPPED_SET) -> Iterator[Sample]:
    """The shipped set, as far as its questions are read sentence by sentence."""
    library = assistant.librarian.current()
    for row in rows(path):
        if row["answerable"] is None:
            continue
        turns: list[Turn] = []
        for earlier in row["history"]:
            turns.append(Turn(earlier, assistant.answer(earlier, turns)))
        queries = _queries(assistant.knowledge, library, row["question"], turns)
        if len(queries) == 1 and queries[0].intent not in STRUCTURAL:
            found = _found(assistant.knowledge, library, queries[0])
            yield Sample(
                "shipped",
                row["id"],
                queries[0],
                found,
                library,
                row["answerable"],
                tuple(row["gold_quotes"]),
                tuple(map(tuple, row["facts"])),
                case=row["id"],
            )


def public(knowledge: KnowledgeBase, library: Library, data: Path, seed: int = 7) -> Iterator[Sample]:
    """Questions on held-out articles of the public sets; ``knowledge`` holds what ``documents`` gives."""
    draw = random.Random(seed)
    for name in SETS:
        passages = {row["id"]: row for row in _passages(name, data)}
        questions = [row for row in _questions(name, data) if _usable(name, row, passages)]
        draw.shuffle(questions)
        everything = _names(name, passages)
        for row in questions[: SAMPLED.get(name, OTHERS_SAMPLED)]:
            own = {_document(name, passages[source]) for source in _sources(row)}
            if name == "squad2":
                yield from _asked(knowledge, library, name, row, sorted(own), row["answerable"])
            else:
                yield from _asked(knowledge, library, name, row, everything, row["answerable"])
                if name in ("selqa", "xquad"):
                    others = [each for each in everything if each not in own]
                    yield from _asked(knowledge, library, name, row, others, False)


def documents(data: Path) -> dict[str, str]:
    """The articles as plain text by file name: of squad2 the held-out paragraphs, each by itself."""
    texts: dict[str, list[str]] = {}
    for name in SETS:
        for row in _passages(name, data):
            if name == "squad2" and not is_held_out(name, _article(row)):
                continue
            parts = texts.setdefault(_document(name, row), [_article(row)])
            section = row.get("section") or ""
            if section and not re.fullmatch(r"(?:paragraph|segment) \d+", section):
                parts.append(section)
            parts.append(row["text"])
    return {name: "\n\n".join(parts) for name, parts in texts.items()}


def _passages(name: str, data: Path) -> Iterator[dict[str, Any]]:
    """The passages of a set, as the public ones are written."""
    if name != POLICY:
        yield from rows(data / name / "passages.jsonl")
        return
    seen = set()
    for row in _written():
        if "text" in row and row["passage_id"] not in seen:
            seen.add(row["passage_id"])
            path = row["heading_path"]
            path = path.split(" > ") if isinstance(path, str) else path
            yield {"id": row["passage_id"], "title": path[0], "section": path[-1], "text": row["text"]}


def _questions(name: str, data: Path) -> Iterator[dict[str, Any]]:
    """The questions of a set, as the public ones are written."""
    if name != POLICY:
        yield from rows(data / name / "questions.jsonl")
        return
    for number, row in enumerate(_written()):
        if "question" in row:
            yield {
                "id": f"{POLICY}-{number}",
                "question": row["question"],
                "lang": row["lang"],
                "answerable": row["answerable"],
                "gold_passage_ids": [row["passage_id"]],
                "gold_answers": [row["answer"]] if row.get("answer") else [],
                "gold_sentences": [row["answer_sentence"]] if row["answerable"] else [],
            }


def _written() -> Iterator[dict[str, Any]]:
    for part in sorted(WRITTEN.glob("*.jsonl")):
        yield from (row for row in rows(part) if row["dataset"] == POLICY)


def _asked(
    knowledge: KnowledgeBase,
    library: Library,
    name: str,
    row: dict[str, Any],
    within: Sequence[str],
    answerable: bool,
) -> Iterator[Sample]:
    (query, *more) = _queries(knowledge, library, row["question"], (), within)
    if more or query.intent in STRUCTURAL:
        return
    answers = tuple(row["gold_answers"]) if answerable else ()
    gold = tuple(row.get("gold_sentences") or answers) if answerable else ()
    group = row.get("group") or json.dumps(_sources(row))
    found = _found(knowledge, library, query)
    extra = {"lang": row["lang"]}
    yield Sample(
        name, f"{name}:{group}", query, found, library, answerable, gold, (), answers, row["id"], extra
    )


def _queries(
    knowledge: KnowledgeBase,
    library: Library,
    question: str,
    turns: Sequence[Turn],
    within: Sequence[str] = (),
) -> tuple[Query, ...]:
    return understand(
        question,
        turns,
        library.outline,
        vocabulary=library.vocabulary,
        search=lambda texts, limit: knowledge.search(texts, limit, within),
        documents=tuple(within),
    )


def _found(knowledge: KnowledgeBase, library: Library, query: Query) -> list[RetrievedPassage]:
    from assistant.gathering import passages_to_find

    limit = passages_to_find(library, query.documents)
    return knowledge.search(query.searches or (query.standalone,), limit, query.documents)


def _usable(name: str, row: dict[str, Any], passages: dict[str, dict[str, Any]]) -> bool:
    sources = _sources(row)
    return (
        not row.get("history")
        and row["answerable"] is not None
        and bool(sources)
        and all(source in passages and is_held_out(name, _article(passages[source])) for source in sources)
    )


def _sources(row: dict[str, Any]) -> list[str]:
    return list(row["gold_passage_ids"] or row.get("context_passage_ids") or ())


def _article(row: dict[str, Any]) -> str:
    title: str = row.get("title") or row["id"].split("-")[0]
    return title.replace("_", " ")


def _document(name: str, row: dict[str, Any]) -> str:
    own = row["id"] if name == "squad2" else _article(row)
    return f"{name}-{re.sub(r'[^A-Za-z0-9]+', '-', own).strip('-')}.txt"


def _names(name: str, passages: dict[str, dict[str, Any]]) -> list[str]:
    return sorted({_document(name, row) for row in passages.values()})
