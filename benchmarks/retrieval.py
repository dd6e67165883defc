"""How well search finds the section that answers: ``python -m benchmarks.retrieval [--set NAME]…``.

Prints, a set and language: nDCG@10 of sections (a section ranks where its first passage does), recall@1 and
recall@5, over the questions that have an answer. The sets are folders of passages.jsonl and questions.jsonl.
"""

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Annotated

import typer

from benchmarks.articles import SETS, Question, questions, write_articles
from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings
from knowledge.types import RetrievedPassage

DEPTH = 40  # passages asked for, so that ten sections are among them

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    data: Annotated[Path, typer.Argument(help="Folder of the question sets.")] = Path("../shared/data"),
    chosen: Annotated[list[str] | None, typer.Option("--set", help="Set to measure; repeatable.")] = None,
    model: Annotated[str, typer.Option(help="Embedding model.")] = "multilingual-e5-small",
    keep: Annotated[Path | None, typer.Option(help="Folder to keep the indexes in.")] = None,
) -> None:
    """Index the sets and measure."""
    print(f"{'set':10} {'lang':4} {'questions':>9} {'nDCG@10':>8} {'R@1':>6} {'R@5':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen or SETS[:4]:
            knowledge = indexed(data, name, (keep or Path(folder)) / name, model)
            asked = list(questions(data, name))
            ranks = [rank_of_gold(question, knowledge) for question in asked]
            for language in sorted({question.language for question in asked}):
                found = [rank for rank, each in zip(ranks, asked, strict=True) if each.language == language]
                print(f"{name:10} {language:4} {len(found):9} {_figures(found)}", flush=True)


def indexed(data: Path, name: str, folder: Path, model: str) -> KnowledgeBase:
    """A collection of the set's articles."""
    write_articles(data, name, folder / "articles")
    settings = KnowledgeSettings(
        data_dir=folder / "data", documents_dir=folder / "articles", embedding_model=model
    )
    knowledge = KnowledgeBase(settings)
    failed = [report.error for report in knowledge.sync() if report.status == "failed"]
    if failed:
        raise SystemExit("\n".join(filter(None, failed)))
    return knowledge


def rank_of_gold(question: Question, knowledge: KnowledgeBase) -> int | None:
    """The 1-based rank of the first gold section; None when it is not among those found."""
    sections = ranked_sections(knowledge.search([question.text], DEPTH))
    return next((rank for rank, section in enumerate(sections, start=1) if section in question.gold), None)


def ranked_sections(found: Sequence[RetrievedPassage]) -> list[tuple[str, str]]:
    """(document name, heading) in the order of their best passages."""
    return list(dict.fromkeys((each.passage.document_name, each.passage.heading_path[-1]) for each in found))


def _figures(ranks: Sequence[int | None]) -> str:
    gains = [1 / math.log2(1 + rank) if rank and rank <= 10 else 0.0 for rank in ranks]
    recalls = [fmean(rank is not None and rank <= depth for rank in ranks) for depth in (1, 5)]
    return f"{fmean(gains):8.3f} {recalls[0]:6.3f} {recalls[1]:6.3f}"


if __name__ == "__main__":
    app()
