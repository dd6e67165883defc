"""The public question sets as a collection: one Markdown file an article, its sections under headings."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETS = ("selqa", "squad2", "clapnq", "xquad", "policyqa", "mtrag")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the (document name, section heading) that answers it."""

    text: str
    language: str
    gold: frozenset[tuple[str, str]]


def write_articles(data: Path, name: str, folder: Path) -> None:
    """Writes the set's articles into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    articles: dict[str, list[str]] = {}
    for passage in _lines(data / name / "passages.jsonl"):
        heading = f"## {passage['section']}\n\n" if passage["section"] else ""
        lines = articles.setdefault(passage["title"], [f"# {passage['title']}"])
        lines.append(heading + passage["text"])
    for title, parts in articles.items():
        (folder / file_name(title)).write_text("\n\n".join(parts) + "\n", "utf-8")


def questions(data: Path, name: str) -> Iterator[Question]:
    """The set's questions that have an answer."""
    places = {
        passage["id"]: (file_name(passage["title"]), passage["section"] or passage["title"])
        for passage in _lines(data / name / "passages.jsonl")
    }
    for question in _lines(data / name / "questions.jsonl"):
        gold = frozenset(places[passage] for passage in question["gold_passage_ids"] if passage in places)
        if question["answerable"] is not False and gold:
            yield Question(question["question"], question.get("lang", "en"), gold)


def file_name(title: str) -> str:
    """A file name for an article."""
    return re.sub(r"[^\w()',-]+", "_", title).strip("_") + ".md"


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
