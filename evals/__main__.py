"""The command line: ``python -m evals``.

Exit codes: 0 done; 1 a limit was missed, or `validate` found an error; 2 wrong use; 3 the set cannot be used;
4 the run, the documents or a model cannot be used; 130 stopped, and can be resumed.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from evals.errors import EvalsError, InvalidGate, InvalidSet
from evals.opening import find_run, judge_named, read_settings, set_of

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from evals.runs import RunFolder
    from evals.session import Plan, Settings
    from evals.types import EvalSet
    from knowledge.types import Document

app = typer.Typer(
    help="Run evaluation sets, read the runs, compare them.",
    epilog="Exit codes: 0 done, 1 a limit was missed or a set has errors, 2 wrong use, 3 bad set, 4 bad run,"
    " documents or model, 130 stopped (go on with --resume).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
out, err = Console(), Console(stderr=True)
MISSED, USAGE, BAD_SET, BAD_RUN, STOPPED = 1, 2, 3, 4, 130

SetName = Annotated[Path, typer.Argument(metavar="SET", help="A set: JSON lines or CSV.")]
RunName = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run, or its name in the list.")]
Documents = Annotated[
    Path | None,
    typer.Option(
        "--documents",
        help="Ask the documents of this folder alone, apart from your own (default: a folder `documents`"
        " beside the set; without one, your collection).",
    ),
]
Filters = Annotated[
    list[str] | None,
    typer.Option("--filter", help="kind=…, lang=…, tag=…, answerable=…, or a pattern of ids; repeatable."),
]
Judging = Annotated[
    str, typer.Option("--judge", help="reader, none, or a chat model as provider:model (asked by network).")
]
Limits = Annotated[
    list[str] | None,
    typer.Option("--fail-under", metavar="METRIC=X", help="Exit with 1 when a metric misses X; repeatable."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class PublicSet(StrEnum):
    """The public sets that can be imported."""

    SQUAD2 = "squad2"
    SELQA = "selqa"
    CLAPNQ = "clapnq"
    POLICYQA = "policyqa"
    XQUAD = "xquad"
    MTRAG = "mtrag"


@app.command()
def run(
    set_path: SetName,
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="The run's folder; default: a new one in the list of runs.")
    ] = None,
    documents: Documents = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many cases.")] = None,
    filters: Filters = None,
    repeat: Annotated[int, typer.Option(min=1, max=100, help="Ask each case so often.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of whatever draws at random.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    judge: Judging = "reader",
    fail_under: Limits = None,
    gate: Annotated[
        Path | None, typer.Option(help="A JSON file {metric: least value}; exit with 1 when one is missed.")
    ] = None,
) -> None:
    """Ask the questions of a set, score the answers, write the run."""
    with _messages():
        from evals.cases import load, select
        from evals.gate import load_limits, missed, parse_limits
        from evals.runs import RunFolder
        from evals.session import Plan, code_changed, execute, new_folder
        from evals.terminal import follow, print_figures

        limits = (load_limits(gate) if gate else {}) | parse_limits(fail_under or ())
        evalset = load(set_path, documents)
        _show_problems(evalset)
        cases = select(evalset.cases, filters or (), limit)
        settings = read_settings()
        if resume and out_dir is None:
            raise InvalidGate("--resume needs --out: name the folder of the run to go on with.")
        folder = RunFolder(out_dir) if out_dir else new_folder(settings, evalset)
        plan = Plan(evalset, cases, folder, tuple(filters or ()), limit, repeat, seed, resume)
        if resume and (changed := code_changed(folder)):
            _warn(changed)
        with _opened(evalset, settings) as assistant, _resumable(folder):
            _show_unknown_sections(plan, assistant)
            follow(err, execute(plan, assistant, settings, judge_named(judge, settings, assistant)))
        figures = folder.summary() or {}
        print_figures(out, figures)
        out.print(f"{folder.path}/report.html", markup=False, soft_wrap=True)
        folder.check_answered()
        _hold_to(missed(figures["metrics"], limits))


@app.command()
def score(
    run_path: RunName,
    mended: Annotated[
        Path | None, typer.Option("--set", help="Score by the cases of this mended set instead.")
    ] = None,
    documents: Documents = None,
    judge: Judging = "reader",
    fail_under: Limits = None,
) -> None:
    """Score a run again, without answering again."""
    with _messages():
        from evals.cases import load
        from evals.gate import missed, parse_limits
        from evals.runner import Places
        from evals.runs import LEFT_OUT
        from evals.session import rescore
        from evals.terminal import named, print_figures

        limits = parse_limits(fail_under or ())
        settings = read_settings()
        folder = find_run(run_path, settings)
        evalset = load(mended) if mended else None
        with ExitStack() as stack:
            assistant, places = None, None
            if evalset:  # the places of its gold quotes have to be found; else the results hold all
                asked = set_of(folder.config()["set"], evalset.path, documents)
                assistant = stack.enter_context(_opened(asked, settings))
                places = Places(assistant.knowledge)
            figures = rescore(folder, judge_named(judge, settings, assistant), evalset, places)
        if left_out := folder.config().get("left_out"):
            _warn(
                f"Left out, because the set does not ask any more what was answered: {named(left_out)}. Their"
                f" answers are kept in {LEFT_OUT}, and come back with a set that asks them."
            )
        print_figures(out, figures, times=False)
        _hold_to(missed(figures["metrics"], limits))


@app.command()
def report(run_path: RunName, as_json: AsJson = False) -> None:
    """Make the report of a run again, and print its figures."""
    with _messages():
        from evals.session import finish
        from evals.terminal import print_figures

        folder = find_run(run_path, read_settings())
        with folder.locked():
            figures = finish(folder, folder.config())
        if as_json:
            out.print_json(json.dumps(figures))
            return
        print_figures(out, figures)
        out.print(f"{folder.path}/report.html", markup=False, soft_wrap=True)


@app.command()
def diff(before: RunName, after: RunName, as_json: AsJson = False) -> None:
    """Compare two runs of one set: what flipped, what moved, and whether chance explains it."""
    with _messages():
        from dataclasses import asdict

        from evals.session import compare_runs
        from evals.terminal import print_comparison

        settings = read_settings()
        found = compare_runs(find_run(before, settings), find_run(after, settings))
        if as_json:
            out.print_json(json.dumps(asdict(found)))
        else:
            print_comparison(out, found)


@app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """List the runs that are kept, newest first."""
    with _messages():
        from evals.session import known_runs
        from evals.terminal import run_table

        runs = known_runs(read_settings())
        if as_json:
            rows = [
                {"name": r.name, "path": str(r.path), "set": r.set_name, "started": r.started,
                 "finished": r.finished, "running": r.running, "cases": r.cases, "problem": r.problem}
                for r in runs
            ]  # fmt: skip
            out.print_json(json.dumps(rows))
        elif runs:
            out.print(run_table(runs))
        else:
            out.print("There are no runs yet: python -m evals run SET", markup=False)


@app.command()
def validate(set_path: SetName, documents: Documents = None) -> None:
    """Name every bad line, unknown section, and gold quote that the documents do not hold."""
    with _messages():
        from evals.cases import check_gold, load
        from evals.terminal import problem_lines

        evalset = load(set_path, documents)
        with _documents(evalset) as held:
            gold = check_gold(evalset.cases, held)
        for line in problem_lines(evalset, gold):
            out.print(line, markup=False, highlight=False, soft_wrap=True)
        errors = len(gold) + sum(problem.error for problem in evalset.problems)
        out.print(f"{len(evalset.cases):,} cases, {errors:,} errors.", markup=False)
        if errors:
            raise typer.Exit(MISSED)


@app.command()
def calibrate(
    set_path: SetName,
    run_path: Annotated[
        Path | None, typer.Option("--run", help="Fit to what this run recorded instead of asking again.")
    ] = None,
    documents: Documents = None,
    false_refusals: Annotated[
        float, typer.Option(min=0, max=0.5, help="Share of answerable questions that may be refused.")
    ] = 0.08,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the figures, change nothing.")] = False,
) -> None:
    """Fit the assistant's confidence to a set, and keep it beside the index."""
    with _messages():
        from evals.calibrate import current, overruling, recorded, refit, store
        from evals.cases import load, select
        from evals.session import Plan, execute, new_folder
        from evals.terminal import calibration_table, follow

        evalset, settings = load(set_path, documents), read_settings()
        _show_problems(evalset)
        if run_path:
            folder = find_run(run_path, settings)
        else:
            folder = new_folder(settings, evalset)
            with _opened(evalset, settings) as assistant, _resumable(folder):
                follow(err, execute(Plan(evalset, select(evalset.cases), folder), assistant, settings))
        lines, reader = recorded(folder, evalset)
        before = current(settings.assistant, settings.knowledge)
        fitted = refit(lines, before, evalset.name, false_refusals, reader)
        out.print(calibration_table(fitted))
        if not dry_run:
            out.print(f"Kept in {store(fitted.calibration, settings.knowledge)}", markup=False)
            if names := overruling(settings.assistant):
                _warn(f"Not used while {' and '.join(names)} is set: take it out of the settings to use it.")


@app.command("import")
def import_command(
    name: Annotated[PublicSet, typer.Argument(help="Which public set.")],
    source: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of its passages and questions.")],
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder to write; default: among your own sets.")
    ] = None,
    hold_out: Annotated[
        bool, typer.Option("--hold-out", help="Leave out articles marked as held out: unanswerable cases.")
    ] = False,
) -> None:
    """Turn a public set into a set with documents of its own."""
    with _messages():
        from evals.importers import import_set, set_name
        from evals.library import import_folder

        target = out_dir or import_folder(set_name(name, hold_out), read_settings().knowledge.data_dir)
        made = import_set(name, source, target, hold_out)
        out.print(f"{made.path}: {made.cases:,} cases on {made.documents:,} documents", markup=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line."""
    app(args=list(arguments) if arguments is not None else None, prog_name="python -m evals")


@contextmanager
def _messages() -> Iterator[None]:
    """Errors as one sentence and an exit code; Ctrl-C outside a run as what it is."""
    from assistant.errors import AssistantError
    from knowledge.errors import KnowledgeError

    try:
        yield
    except InvalidSet as error:
        _fail(str(error), BAD_SET)
    except InvalidGate as error:
        _fail(str(error), USAGE)
    except (EvalsError, AssistantError, KnowledgeError) as error:
        _fail(str(error), BAD_RUN)
    except KeyboardInterrupt:
        _fail("Stopped.", STOPPED)


@contextmanager
def _resumable(folder: "RunFolder") -> Iterator[None]:
    """Ctrl-C within a run, with how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        _fail(f"Stopped. What was answered is kept; go on with --resume --out {folder.path}", STOPPED)


def _fail(message: str, code: int) -> None:
    err.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def _warn(message: str) -> None:
    err.print(message, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _hold_to(missed: Sequence[str]) -> None:
    """Names each limit that was missed and ends with the code for it."""
    for sentence in missed:
        err.print(f"Missed: {sentence}.", style="red", markup=False)
    if missed:
        raise typer.Exit(MISSED)


def _show_problems(evalset: "EvalSet") -> None:
    from evals.terminal import MANY, problem_lines

    lines = problem_lines(evalset, ())
    for line in lines[:MANY]:
        _warn(line)
    if len(lines) > MANY:
        err.print(f"… and {len(lines) - MANY} more: python -m evals validate {evalset.path}", markup=False)


@contextmanager
def _opened(evalset: "EvalSet", settings: "Settings") -> Iterator["Assistant"]:
    from evals.session import opened
    from evals.terminal import indexing

    with ExitStack() as stack:
        with indexing(err) as show:
            found = stack.enter_context(opened(evalset, settings, show))
        for problem in found.problems:
            _warn(problem)
        yield found.assistant


def _show_unknown_sections(plan: "Plan", assistant: "Assistant") -> None:
    """Warns of gold sections that the documents do not have: no answer of these cases could be right."""
    from evals.cases import unknown_sections
    from evals.terminal import named

    unknown = unknown_sections(plan.cases, _held(assistant))
    if unknown:
        _warn(f"The documents do not have the gold sections of {named(identity for identity, _ in unknown)}.")


def _held(assistant: "Assistant") -> Iterator["Document"]:
    """The documents that the assistant answers from, one at a time."""
    for info in assistant.knowledge.list():
        yield assistant.knowledge.document(info.name)


@contextmanager
def _documents(evalset: "EvalSet") -> Iterator[list["Document"]]:
    """The documents that a set is about: read from its folder, or the collection's."""
    from evals.session import folder_documents

    if evalset.documents:
        yield folder_documents(evalset.documents)
        return
    with _opened(evalset, read_settings()) as assistant:
        yield list(_held(assistant))


if __name__ == "__main__":
    main()
