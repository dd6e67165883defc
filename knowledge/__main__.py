"""The command line: ``python -m knowledge add|list|show|remove|restore|sync|rebuild|search``.

Exit codes: 0 done; 1 it could not be done, the message says why and what to do; 2 the command cannot be used
as it stands; 3 done, but some files could not be read; 130 interrupted.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knowledge import files
from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError
from knowledge.settings import read_settings
from knowledge.types import Document, DocumentInfo, FileReport, RetrievedPassage

if TYPE_CHECKING:
    from rich.console import Console

FAILED, INCOMPLETE, INTERRUPTED = 1, 3, 130

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The documents that the assistant answers from.",
    epilog="Exit codes: 0 done, 1 it could not be done, 2 wrong use, 3 some files could not be read, "
    "130 interrupted.",
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Names = Annotated[list[str], typer.Argument(help="Names (or ids) of documents, as `list` shows them.")]


@app.callback(no_args_is_help=True)
def main(
    context: typer.Context,
    data_dir: Annotated[
        Path | None, typer.Option(help="The data folder; default: .data or KNOWLEDGE_DATA_DIR.")
    ] = None,
) -> None:
    """Remembers the data folder for the command that follows."""
    context.obj = data_dir


@app.command()
def add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of files.")],
    as_json: Json = False,
) -> None:
    """Copy files into the collection and index them."""
    with _knowledge(context) as knowledge, _progress() as progress:
        reports: list[FileReport] = []
        for path in _expanded(paths):
            added = {report.name for report in reports if report.status != "failed"}
            reports.append(knowledge.add(path, progress, may_replace=path.name not in added))
    _report(reports, as_json)


@app.command("list")
def list_documents(context: typer.Context, as_json: Json = False) -> None:
    """List the documents."""
    with _knowledge(context) as knowledge:
        documents = knowledge.list()
    if as_json:
        _print_json([asdict(info) for info in documents])
        return
    columns = ("Document", "Title", "Sections", "Passages", "Characters", "Pages", "Warnings")
    _table(columns, [_row(info) for info in documents])


@app.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name (or id) of a document.")],
    text: Annotated[bool, typer.Option("--text", help="Print the text as it was read.")] = False,
    passages: Annotated[bool, typer.Option("--passages", help="Print the passages.")] = False,
    as_json: Json = False,
) -> None:
    """Show a document: its sections, warnings and, if asked for, text or passages."""
    with _knowledge(context) as knowledge:
        document = knowledge.document(name)
        found = knowledge.passages(name) if passages else []
    if as_json:
        parts = {"passages": [asdict(passage) for passage in found]} if passages else {}
        _print_json(asdict(document) | parts)
    elif text:
        typer.echo(_plain(document.text))
    elif passages:
        for passage in found:
            typer.echo(f"[{passage.start}:{passage.end}] {_plain(' › '.join(passage.heading_path))}")
            typer.echo(f"{_plain(passage.text)}\n")
    else:
        _outline(document)


@app.command()
def remove(context: typer.Context, names: Names, as_json: Json = False) -> None:
    """Remove documents, and the files that `add` copied, with every trace of them."""
    with _knowledge(context) as knowledge:
        documents = [knowledge.document(name).name for name in names]  # all are there, or none is removed
        reports = [knowledge.remove(name) for name in dict.fromkeys(documents)]
    _report(reports, as_json)


@app.command()
def restore(context: typer.Context, names: Names, as_json: Json = False) -> None:
    """Bring back removed documents whose file is still there, such as those that ship."""
    with _knowledge(context) as knowledge, _progress() as progress:
        reports = [knowledge.restore(name, progress) for name in names]
    _report(reports, as_json)


@app.command()
def sync(context: typer.Context, as_json: Json = False) -> None:
    """Index what is new or changed in the folders, and take out what is gone."""
    with _knowledge(context) as knowledge, _progress() as progress:
        reports = knowledge.sync(progress)
    _report(reports, as_json)


@app.command()
def rebuild(context: typer.Context, as_json: Json = False) -> None:
    """Embed everything again: after a change of the embedding model, or of a lost vector store."""
    with _knowledge(context) as knowledge, _progress() as progress:
        reports = knowledge.rebuild(progress)
    _report(reports, as_json)


@app.command()
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What to look for, in quotation marks.")],
    limit: Annotated[int, typer.Option(min=1, help="Most passages to print.")] = 5,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", "-d", metavar="NAME", help="Within this document; repeatable."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Find the passages nearest to a text, by meaning and by words."""
    with _knowledge(context) as knowledge:
        found = knowledge.search([text], limit, tuple(document or ()))
    if as_json:
        _print_json([asdict(each) for each in found])
        return
    for each in found:
        typer.echo(_found(each))


# -- what is printed ---------------------------------------------------------------------------------------


def _report(reports: Sequence[FileReport], as_json: bool) -> None:
    """Prints the reports; exits with INCOMPLETE when a file failed."""
    if as_json:
        _print_json([asdict(report) for report in reports])
    else:
        columns = ("File", "Status", "Sections", "Passages", "Characters", "Pages", "Remarks")
        _table(columns, [_report_row(report) for report in reports])
    if any(report.status == "failed" for report in reports):
        raise typer.Exit(INCOMPLETE)


def _row(info: DocumentInfo) -> tuple[str, ...]:
    return (info.name, info.title, *_sizes(info))


def _report_row(report: FileReport) -> tuple[str, ...]:
    sizes = _sizes(report.info) if report.info else ("", "", "", "", report.error or "")
    return (report.name, report.status, *sizes)


def _sizes(info: DocumentInfo) -> tuple[str, ...]:
    pages = str(info.pages) if info.pages else ""
    return (str(info.sections), str(info.passages), f"{info.characters:,}", pages, "\n".join(info.warnings))


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, no_wrap=number == 0)
    for row in rows:
        table.add_row(*(Text(_plain(cell), overflow="fold") for cell in row))
    _console().print(table)


def _outline(document: Document) -> None:
    from rich.text import Text
    from rich.tree import Tree

    root = Tree(Text(_plain(f"{document.title} ({document.name}, {len(document.text):,} characters)")))
    branches = [root]
    for section in document.sections:
        label = _plain(f"{section.heading} [{section.start}:{section.end}]")
        del branches[max(1, min(section.level, len(branches))) :]
        branches.append(branches[-1].add(Text(label)))
    _console().print(root)
    for warning in document.warnings:
        typer.echo(f"Warning: {_plain(warning)}")


def _found(found: RetrievedPassage) -> str:
    passage = found.passage
    place = f"{passage.document_name}, {' › '.join(passage.heading_path)}"
    scores = f"score {found.score:.4f}, similarity {found.similarity:.3f}, words {found.lexical:.2f}"
    return _plain(f"{found.rank}. {place} [{passage.start}:{passage.end}]  {scores}\n{passage.text}\n")


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _plain(text: str) -> str:
    """The text without control characters, which a terminal would obey."""
    return "".join(character if character.isprintable() or character in "\n\t" else "�" for character in text)


# -- around a command ----------------------------------------------------------------------------------------


@contextmanager
def _knowledge(context: typer.Context) -> Iterator[KnowledgeBase]:
    """The collection; errors end the program with a sentence and FAILED."""
    try:
        knowledge = KnowledgeBase(read_settings(data_dir=context.obj))
        yield knowledge
        knowledge.close()
    except KnowledgeError as error:
        typer.echo(_plain(str(error)), err=True)
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt as error:
        typer.echo("Interrupted; nothing was lost.", err=True)
        raise typer.Exit(INTERRUPTED) from error


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on the terminal, if there is one."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=_console(err=True), transient=True, disable=not sys.stderr.isatty()
    ) as bars:
        task = bars.add_task("Starting", total=None)

        def report(what: str, done: int, total: int) -> None:
            bars.update(task, description=_plain(what), completed=done, total=total)

        yield report


def _console(err: bool = False) -> "Console":
    from rich.console import Console

    return Console(stderr=err, markup=False, highlight=False)


def _expanded(paths: Sequence[Path]) -> Iterator[Path]:
    """The files, with those of folders, hidden ones left out."""
    for path in paths:
        if path.is_dir():
            yield from (file.path for file in files.found(path, source=""))
        else:
            yield path


if __name__ == "__main__":
    app()
