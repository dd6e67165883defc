"""How well a follow-up finds its passage: ``python -m benchmarks.followups [--rewrites FILE]``.

Searches mtrag's passages with BM25 alone, so that nothing but the question's wording differs: with the
question as typed ('raw'), with our standalone question, with the texts that we really search with, fused, and
with the rewrite that a person made, where FILE has them (mtrag-human/retrieval_tasks/*_rewrite.jsonl of
IBM/mt-rag-benchmark joined: {"_id": …, "text": …} a line). Prints recall@5 and nDCG@5 over the answerable
questions that follow another, and 'half', how far ours comes from raw to the rewrite.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import typer

from assistant.outline import Outline, outline
from assistant.questions import understand
from assistant.types import Answer, Citation, Query, Trace, Turn
from knowledge import lexical
from knowledge.retrieval import Ranking, fuse
from knowledge.types import Document, Passage, RetrievedPassage, Section

CUT = 5
DEPTH = 100
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Bench:
    """The passages as a collection that BM25 searches."""

    passages: list[Passage]
    index: lexical.LexicalIndex
    outline: Outline

    def search(self, texts: Sequence[str], limit: int) -> list[RetrievedPassage]:
        rankings = [Ranking(text, self.order(text)[:DEPTH]) for text in texts]
        scores = [self.index.scores(text) for text in texts]
        found = fuse(rankings)[:limit]
        best = [max(float(each[one.row]) for each in scores) for one in found]
        return [
            RetrievedPassage(self.passages[one.row], one.score, rank, similarity=score, lexical=score)
            for rank, (one, score) in enumerate(zip(found, best, strict=True), start=1)
        ]

    def order(self, text: str) -> list[int]:
        scores = self.index.scores(text)
        return [int(row) for row in (-scores).argsort(kind="stable") if scores[row] > 0]


def read_bench(folder: Path) -> Bench:
    rows = _lines(folder / "passages.jsonl")
    documents = [_document(row) for row in rows]
    passages = [
        Passage(
            row["id"], row["id"], row["title"], "", 0, (row["title"],), 0, len(row["text"]), row["text"], ()
        )
        for row in rows
    ]
    index = lexical.build([f"{row['title']} {row['text']}" for row in rows], ["en"] * len(rows))
    return Bench(passages, index, outline(documents))


def understood(conversation: Sequence[Mapping[str, Any]], bench: Bench) -> dict[str, tuple[Query, ...]]:
    """The queries of each message of a conversation, asked in turn with only what we found ourselves."""
    history: list[Turn] = []
    queries: dict[str, tuple[Query, ...]] = {}
    for row in sorted(conversation, key=lambda row: row["turn"]):
        asked = understand(
            row["question"],
            history[-6:],
            bench.outline,
            vocabulary=bench.index.vocabulary,
            search=bench.search,
            language="en",
        )
        queries[row["id"]] = asked
        history.append(_turn(asked, bench.search(_texts(asked), 1)))
    return queries


def _texts(queries: Sequence[Query]) -> list[str]:
    return [text for query in queries for text in query.searches or (query.raw,)]


def _standalone(queries: Sequence[Query]) -> str:
    return " ".join(query.standalone for query in queries)


def _turn(queries: tuple[Query, ...], found: Sequence[RetrievedPassage]) -> Turn:
    citations = tuple(
        Citation(
            n,
            "",
            hit.passage.document_name,
            "",
            hit.passage.heading_path[-1],
            hit.passage.heading_path,
            None,
            0,
            1,
            "",
            "",
        )
        for n, hit in enumerate(found, start=1)
    )
    raw = " ".join(query.raw for query in queries)
    answer = Answer(raw, _standalone(queries), (), citations, False, 1.0, trace=Trace(queries=queries))
    return Turn(raw, answer)


def figures(
    ranked: Callable[[str], Sequence[str]], questions: Sequence[Mapping[str, Any]]
) -> tuple[float, float]:
    """Mean recall@5 and nDCG@5 of the gold passages; ``ranked`` gives a question id's passage ids."""
    recalls, gains = [], []
    for row in questions:
        gold, found = set(row["gold_passage_ids"]), list(ranked(row["id"]))[:CUT]
        recalls.append(len(gold.intersection(found)) / len(gold))
        gain = sum(1 / math.log2(place + 1) for place, one in enumerate(found, start=1) if one in gold)
        gains.append(gain / sum(1 / math.log2(place + 1) for place in range(1, min(len(gold), CUT) + 1)))
    return fmean(recalls), fmean(gains)


@app.command()
def main(
    folder: Annotated[Path, typer.Argument(help="The question set.")] = Path("../shared/data/mtrag"),
    rewrites: Annotated[Path | None, typer.Option(help="Rewrites by people, a JSON line each.")] = None,
    show: Annotated[bool, typer.Option(help="Print every question as it was understood.")] = False,
) -> None:
    """Measure on mtrag."""
    bench = read_bench(folder)
    rows = _lines(folder / "questions.jsonl")
    human = {row.get("_id") or row["id"]: row["text"] for row in _lines(rewrites)} if rewrites else {}
    conversations: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        conversations.setdefault(row["conversation_id"], []).append(row)
    queries: dict[str, tuple[Query, ...]] = {}
    for conversation in conversations.values():
        queries.update(understood(conversation, bench))
    asked = [
        row
        for row in rows
        if row["turn"] > 1 and row["gold_passage_ids"] and (not human or row["id"] in human)
    ]
    if show:
        for row in asked:
            ours, theirs = _standalone(queries[row["id"]]), human.get(row["id"], "")
            print(f"{row['question'].strip()}\n  → {ours}\n  ≈ {theirs}")
    raw = {row["id"]: row["question"] for row in rows}
    ways: dict[str, Callable[[str], Sequence[str]]] = {
        "raw": lambda one: (raw[one],),
        "standalone": lambda one: (_standalone(queries[one]),),
        "searches": lambda one: _texts(queries[one]),
    }
    if human:
        ways["rewrite"] = lambda one: (human[one],)
    measured = {name: figures(_finder(bench, texts), asked) for name, texts in ways.items()}
    print(f"{len(asked)} questions   recall@{CUT}   nDCG@{CUT}")
    for name, (recall, gain) in measured.items():
        print(f"{name:12} {recall:10.3f} {gain:8.3f}{_way(name, measured)}")


def _finder(bench: Bench, texts: Callable[[str], Sequence[str]]) -> Callable[[str], list[str]]:
    return lambda one: [hit.passage.id for hit in bench.search(texts(one), CUT)]


def _way(name: str, measured: Mapping[str, tuple[float, float]]) -> str:
    """How far from raw (0) to the rewrite (1) a way comes, in both figures."""
    if "rewrite" not in measured or name in ("raw", "rewrite"):
        return ""
    shares = [
        (own - raw) / (best - raw)
        for own, raw, best in zip(measured[name], measured["raw"], measured["rewrite"], strict=True)
    ]
    return "   of the way: " + " ".join(f"{share:.2f}" for share in shares)


def _document(row: Mapping[str, Any]) -> Document:
    section = Section(row["title"], 1, (row["title"],), 0, len(row["text"]))
    return Document(row["id"], row["id"], row["title"], row["text"], "", "", "text/plain", (section,))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    app()
