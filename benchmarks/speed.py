"""How fast and how large: ``python -m benchmarks.speed`` (``make bench``).

Every figure is a median of one run, each sample a process of its own, the LangChain tutorial pipeline and
ours in turn: compare figures of one run only. The tutorial pipeline is RecursiveCharacterTextSplitter
(1000/200), all-MiniLM-L6-v2 by sentence-transformers and a Chroma folder.
"""

import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Annotated, Any

import typer

from benchmarks.articles import SETS, write_articles
from knowledge.base import KnowledgeBase
from knowledge.readers import read
from knowledge.sentences import split
from knowledge.settings import SHIPPED_SOURCES, KnowledgeSettings

QUESTION = "Is cyberspace a matter for NATO?"
WARM = 200  # searches that a median is taken of
ANSWERED = 100  # questions; an answer takes longer
SHIPPED_SET = Path("evals/sets/cyber-diplomacy.jsonl")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    data: Annotated[Path, typer.Argument(help="Folder of the question sets.")] = Path("../shared/data"),
    passages: Annotated[int, typer.Option(help="Size of the large collection.")] = 10_000,
    rounds: Annotated[int, typer.Option(help="Samples of each figure.")] = 3,
) -> None:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large = folder / "small", folder / "large"
        KnowledgeBase(KnowledgeSettings(data_dir=small)).sync()
        _print_cold(small, rounds)
        _print_imports()
        _print("warm search, the shipped document", sample(warm, small))
        _print("warm answers, the shipped document", sample(answers, small, SHIPPED_SET))
        _print_indexing(data, folder, rounds)
        grow(data, large, passages)
        _print(f"indexing, about {passages:,} passages", sample(index, large, large / "documents"))
        _print(f"warm search, about {passages:,} passages", sample(warm, large))
        asked = write_questions(data, folder / "questions.jsonl")
        _print(f"warm answers, about {passages:,} passages", sample(answers, large, asked))


# -- what is measured, each in a process of its own --------------------------------------------------------


def warm(data_dir: Path) -> dict[str, float]:
    """Median and 95th percentile of a search, milliseconds, in a process that is warmed up."""
    knowledge = KnowledgeBase(KnowledgeSettings(data_dir=data_dir))
    knowledge.warm_up()
    words = sorted(knowledge.vocabulary())
    chance = random.Random(1)
    times = [timed(lambda: knowledge.search([" ".join(chance.sample(words, 8))])) for _ in range(WARM)]
    return {"p50 ms": 1000 * median(times), "p95 ms": 1000 * quantiles(times, n=20)[-1]}


def answers(data_dir: Path, questions: Path) -> dict[str, float]:
    """Median and 95th percentile of an answer, milliseconds, in a process that is warmed up."""
    from assistant.build import build_assistant

    assistant = build_assistant(knowledge_settings=KnowledgeSettings(data_dir=data_dir))
    assistant.warm_up()
    asked = [json.loads(line)["question"] for line in questions.read_text("utf-8").splitlines() if line]
    chosen = random.Random(1).sample(asked, min(ANSWERED, len(asked)))
    times = [timed(lambda question=question: assistant.answer(question)) for question in chosen]  # type: ignore[misc]
    return {"p50 ms": 1000 * median(times), "p95 ms": 1000 * quantiles(times, n=20)[-1]}


def index(data_dir: Path, documents: Path) -> dict[str, float]:
    """Passages and characters indexed a second, model loading included."""
    knowledge = KnowledgeBase(KnowledgeSettings(data_dir=data_dir, documents_dir=documents))
    seconds = timed(knowledge.sync)
    infos = knowledge.list()
    return {
        "passages": sum(info.passages for info in infos),
        "passages/s": sum(info.passages for info in infos) / seconds,
        "characters/s": sum(info.characters for info in infos) / seconds,
    }


def tutorial(data_dir: Path, documents: Path) -> dict[str, float]:
    """The same of the LangChain tutorial pipeline."""
    texts = [path.read_text("utf-8") for path in sorted(documents.iterdir())]
    chunks: list[str] = []

    def pipeline() -> None:
        from langchain_chroma import Chroma
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        from knowledge.embedding import MINILM, load_embedder

        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        chunks.extend(chunk for text in texts for chunk in splitter.split_text(text))
        store = Chroma("tutorial", load_embedder(MINILM), str(data_dir))  # type: ignore[arg-type]
        for start in range(0, len(chunks), 5000):
            store.add_texts(chunks[start : start + 5000])

    seconds = timed(pipeline)
    return {
        "passages": len(chunks),
        "passages/s": len(chunks) / seconds,
        "characters/s": sum(map(len, texts)) / seconds,
    }


def sample(measure: Callable[..., dict[str, float]], *arguments: Path) -> dict[str, float]:
    """One measurement in a fresh process, with its peak memory."""
    code = (
        "import json, resource, sys; from pathlib import Path; from benchmarks import speed;"
        "found = getattr(speed, sys.argv[1])(*map(Path, sys.argv[2:]));"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024;"
        "print(json.dumps(found | {'peak MB': peak}))"
    )
    command = [sys.executable, "-c", code, measure.__name__, *map(str, arguments)]
    found: dict[str, float] = json.loads(subprocess.check_output(command, text=True).splitlines()[-1])
    return found


def timed(act: Callable[[], Any]) -> float:
    """Seconds that it takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


# -- what it is measured on --------------------------------------------------------------------------------


def grow(data: Path, folder: Path, passages: int) -> None:
    """Writes articles into ``folder/documents`` until they make about so many passages."""
    documents = folder / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    written, target = 0, passages * 600  # characters a passage, about
    for number, text in enumerate(_texts(data)):
        if written >= target:
            return
        (documents / f"article-{number}.md").write_text(text, "utf-8")
        written += len(text)


def write_questions(data: Path, path: Path) -> Path:
    """The sets' questions, or the shipped set's where there are none, as JSON lines in ``path``."""
    sources = [data / name / "questions.jsonl" for name in SETS] if data.is_dir() else [SHIPPED_SET]
    path.write_text("\n".join(source.read_text("utf-8").strip() for source in sources), "utf-8")
    return path


def _texts(data: Path) -> Iterator[str]:
    """Articles of the question sets, then, without end, new ones of the sentences of all."""
    articles: list[str] = []
    if data.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            for name in SETS:
                write_articles(data, name, Path(folder) / name)
            articles = [path.read_text("utf-8") for path in sorted(Path(folder).rglob("*.md"))]
    yield from articles
    shipped = [read(path).text for path in sorted(SHIPPED_SOURCES.glob("*.txt"))]
    sentences = [text[each.start : each.end] for text in articles or shipped for each in split(text)]
    chance = random.Random(1)
    while True:
        yield "# Mixed\n\n" + " ".join(chance.choices(sentences, k=200))


# -- what is printed ---------------------------------------------------------------------------------------


def _print_cold(data_dir: Path, rounds: int) -> None:
    commands = {"cold search": ["knowledge", "--data-dir", str(data_dir), "search", QUESTION]}
    if importlib.util.find_spec("assistant.__main__"):
        commands["cold answer"] = ["assistant", "ask", QUESTION]
    environment = {"KNOWLEDGE_DATA_DIR": str(data_dir), "PATH": ""}
    for what, arguments in commands.items():
        command = [sys.executable, "-m", *arguments]
        times = [
            timed(lambda command=command: subprocess.check_output(command, env=environment))  # type: ignore[misc]
            for _ in range(rounds)
        ]
        _print(f"{what} (process start to its end)", {"median s": median(times)})


def _print_imports() -> None:
    command = [sys.executable, "-X", "importtime", "-c", "import knowledge.base"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()[1:]
    rows = [[part.strip() for part in line.split(":", 1)[1].split("|")] for line in lines]
    top = sorted(((int(total), name) for _, total, name in rows), reverse=True)[:8]
    print("imports of a search, cumulative ms: " + ", ".join(f"{name} {us / 1000:.0f}" for us, name in top))


def _print_indexing(data: Path, folder: Path, rounds: int) -> None:
    grow(data, folder / "ratio", 400)
    documents = folder / "ratio" / "documents"
    ours, theirs = [], []
    for number in range(rounds):
        ours.append(sample(index, folder / f"ours-{number}", documents))
        theirs.append(sample(tutorial, folder / f"tutorial-{number}", documents))
    for what, found in (("indexing, ours", ours), ("indexing, the tutorial pipeline", theirs)):
        _print(what, {key: median(each[key] for each in found) for key in found[0]})
    ratios = [our["characters/s"] / their["characters/s"] for our, their in zip(ours, theirs, strict=True)]
    _print("indexing, ours to the tutorial's in characters a second", {"ratio": median(ratios)})


def _print(what: str, figures: dict[str, float]) -> None:
    print(f"{what}: " + ", ".join(f"{value:,.2f} {unit}" for unit, value in figures.items()), flush=True)


if __name__ == "__main__":
    app()
