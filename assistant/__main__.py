"""The command line: ``python -m assistant ask|chat|serve``.

Exit codes: 0 answered, or rightly not answered; 1 it could not be done, the message says why and what to do;
2 the command or the question cannot be used as it stands; 130 interrupted.
"""

import json
import os
import socket
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from assistant.build import build_assistant, read_settings
from assistant.citations import unofficial
from assistant.errors import AssistantError, InvalidQuestion, InvalidSetting
from assistant.export import answer_json
from assistant.rewriting import is_same
from assistant.settings import AssistantSettings
from assistant.types import Answer, Answered, Reading, Said, Searching, Statement, Trace, Turn
from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError, StoreUnavailable
from knowledge.settings import KnowledgeSettings
from knowledge.types import FileReport

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.assistant import Assistant

HOST = "127.0.0.1"
SECTIONS_SHOWN = 8  # under an abstention; --json has them all
APP = Path(__file__).parents[1] / "app.py"

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Answers from your documents, every sentence with its source.",
    epilog="Exit codes: 0 answered or abstained, 1 it could not be done, 2 wrong use, 130 interrupted.",
)

Documents = Annotated[
    list[str] | None,
    typer.Option("--document", "-d", metavar="NAME", help="Ask within this document only; may be repeated."),
]
Language = Annotated[str, typer.Option(help="Language of the answer's own words: auto, en, nl, fr or de.")]
Careful = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="Abstain below this confidence, 0 to 1; default: the calibrated value."),
]


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object with everything.")] = False,
    document: Documents = None,
    language: Language = "auto",
    careful: Careful = None,
) -> None:
    """Answer one question."""
    with _friendly():
        assistant = _assistant(language, careful)
        answer = assistant.answer(question, documents=tuple(document or ()))
        if as_json:
            typer.echo(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
        else:
            for statement in answer.statements:
                _print(_line(statement))
            _print_sources(answer)


@app.command()
def chat(document: Documents = None, language: Language = "auto", careful: Careful = None) -> None:
    """Ask and ask on; an empty line, Ctrl-D or Ctrl-C ends the conversation."""
    with _friendly():
        assistant = _assistant(language, careful)
        for question in assistant.suggestions("en" if language == "auto" else language):
            _print(f"  · {question}")
        turns: list[Turn] = []
        while question := _asked():
            try:
                turns.append(Turn(question, _converse(assistant, question, turns, document or ())))
            except (InvalidQuestion, KnowledgeError) as error:
                _print(str(error))


@app.command()
def serve(port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the page.")] = 8501) -> None:
    """Index what is new and open the chat page, on this machine only."""
    with _friendly():
        if _taken(port):
            _fail(f"Port {port} is taken already: end what runs there, or choose another with --port.", 1)
        knowledge = KnowledgeBase(read_settings(KnowledgeSettings))
        _index(knowledge)
        knowledge.close()
        _print(f"The chat opens on http://{HOST}:{port} (Ctrl-C ends it).")
        options = {
            "server.port": port,
            "server.address": HOST,
            "server.headless": "true",
            "browser.gatherUsageStats": "false",
        }
        flags = [f"--{name}={value}" for name, value in options.items()]
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), *flags])


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line."""
    app(args=list(arguments) if arguments is not None else None, prog_name="python -m assistant")


def _assistant(language: str, careful: float | None) -> "Assistant":
    """The assistant over the collection as it is now."""
    values: dict[str, object] = {"language": language}
    if careful is not None:
        values["carefulness"] = careful
    settings = read_settings(AssistantSettings, **values)
    knowledge = KnowledgeBase(read_settings(KnowledgeSettings))
    _index(knowledge)
    return build_assistant(settings, knowledge=knowledge)


def _index(knowledge: KnowledgeBase) -> None:
    """Indexes what is new, with a bar on the terminal while there is something to do.

    Where it cannot be written, what was indexed before is enough to answer from.
    """
    from rich.console import Console

    console = Console(stderr=True)
    try:
        reports = _synced(knowledge, console)
    except StoreUnavailable as error:
        if not _is_searchable(knowledge):
            raise
        console.print(str(error), markup=False, style="yellow")
        return
    for report in reports:
        if report.error:
            console.print(_plain(f"{report.name}: {report.error}"), markup=False, style="yellow")


def _synced(knowledge: KnowledgeBase, console: "Console") -> list[FileReport]:
    from rich.progress import Progress

    with Progress(console=console, transient=True) as bars:
        tasks: dict[str, object] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        return knowledge.sync(show)


def _is_searchable(knowledge: KnowledgeBase) -> bool:
    try:
        return bool(knowledge.vocabulary())
    except KnowledgeError:
        return False


def _asked() -> str:
    try:
        return input("\n> ").strip()
    except EOFError:
        return ""


def _converse(
    assistant: "Assistant", question: str, turns: Sequence[Turn], documents: Sequence[str]
) -> Answer:
    """Answers a question of the conversation while it is being found."""
    for event in assistant.ask(question, turns, documents=tuple(documents)):
        match event:
            case Searching(documents=number):
                _print(f"searching {number} document{'s' * (number != 1)} …", faint=True)
            case Reading(passages=number):
                _print(f"reading {number} passage{'s' * (number != 1)} …", faint=True)
            case Said(statement=statement):
                _print(_line(statement))
            case Answered(answer=answer):
                if not is_same(answer.standalone_question, question):
                    _print(f"understood as: {answer.standalone_question}", faint=True)
                _print_sources(answer)
    return answer


def _line(statement: Statement) -> str:
    """A statement with the numbers of its citations, and a mark when it translates them."""
    numbers = "".join(f"[{n}]" for n in statement.citations)
    mark = unofficial(statement)
    return " ".join(filter(None, (statement.text, numbers, f"({mark})" if mark else "")))


def _print_sources(answer: Answer) -> None:
    """What stands below an answer: its sources, or with an abstention what was nearest and searched."""
    if answer.note:
        _print(answer.note)
    if answer.citations or answer.nearest:
        _print("\nSources:" if answer.citations else "\nNearest:")
    for citation in answer.citations or answer.nearest:
        page = f", p. {citation.page}" if citation.page else ""
        _print(f"[{citation.n}] {' › '.join(citation.section_path)}{page} ({citation.document})")
        _print(f"    “{' '.join(citation.quote.split())}”")
    if answer.abstained:
        _print_searched(answer.trace)
    for choice in answer.suggestions:
        _print(f"  · {choice}")


def _print_searched(trace: Trace) -> None:
    """The sections that were searched, with the belief that each answers."""
    sections = trace.by_belief[:SECTIONS_SHOWN]
    if sections:
        _print("\nSearched, with the belief that they answer:")
    for section in sections:
        belief = "not read" if section.reader is None else f"{section.reader:.2f}"
        _print(f"{belief:>8}  {' › '.join(section.section_path)} ({section.document})")
    more = len(trace.searched) + trace.unlisted - len(sections)
    if more:
        _print(f"{'':8}  and {more:,} more")


def _print(text: str, faint: bool = False) -> None:
    typer.secho(_plain(text), dim=faint)


def _plain(text: str) -> str:
    """The text without control and invisible characters, which a terminal would obey."""
    kept = (one for one in text if one in "\n\t" or not unicodedata.category(one).startswith("C"))
    return "".join(kept)


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


@contextmanager
def _friendly() -> Iterator[None]:
    """Errors as a line on the terminal and an exit code instead of a stack trace."""
    try:
        yield
    except (InvalidQuestion, InvalidSetting) as error:
        _fail(str(error), 2)
    except (AssistantError, KnowledgeError) as error:
        _fail(str(error), 1)
    except KeyboardInterrupt:
        _fail("", 130)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(_plain(message), err=True)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
