"""Figures, comparisons and progress on a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from evals.report import HEADLINE, LABELS, figure_rows, remarks
from evals.runner import Step
from evals.runs import RunInfo
from evals.types import EvalSet

if TYPE_CHECKING:
    from evals.calibrate import Fitted
    from evals.compare import Comparison

MANY = 20
"""Lines of a list on a terminal; the rest is counted."""
FEW = 5
"""Names in a sentence; the rest is counted."""


def figure_table(summary: Mapping[str, Any], names: Sequence[str] = HEADLINE) -> Table:
    """Headline figures with their intervals and the number of cases they apply to."""
    table = Table("metric", "value", "95 %", "n", box=None, header_style="dim")
    for row in figure_rows(summary["metrics"], names):
        title = row["title"] + (" [dim](less is better)[/dim]" if row["lower"] else "")
        table.add_row(title, f"{row['value']:.3f}", f"{row['low']:.2f}–{row['high']:.2f}", str(row["n"]))
    return table


def print_figures(console: Console, summary: Mapping[str, Any], *, times: bool = True) -> None:
    """The figures of a run, its failures, its times unless they are old, and what else is to be said."""
    console.print(figure_table(summary))
    lines = [failure_line(summary), *([latency_line(summary)] if times else []), *remarks(summary, LABELS)]
    console.print(*lines, sep="\n", markup=False)


def failure_line(summary: Mapping[str, Any]) -> str:
    """How many cases failed, and at which stages."""
    stages = ", ".join(f"{count} {stage}" for stage, count in summary["failures"].items())
    return f"{summary['cases']} cases, {summary['failed']} failed" + (f": {stages}." if stages else ".")


def latency_line(summary: Mapping[str, Any]) -> str:
    """Median and 95th percentile of the whole and its slowest stages."""
    times = sorted(summary["latency_ms"].items(), key=lambda item: -item[1]["p50"])
    return ", ".join(f"{stage} {t['p50']:.0f}/{t['p95']:.0f} ms" for stage, t in times[:6])


def run_table(runs: Iterable[RunInfo]) -> Table:
    """The list of runs."""
    table = Table("run", "set", "started", "cases", "correct", "state", box=None, header_style="dim")
    for run in runs:
        figures = (run.summary or {}).get("metrics", {})
        correct = figures.get("answered_correctly", {}).get("value")
        state = "stopped: --resume goes on" if run.state == "stopped" else run.state
        table.add_row(
            escape(run.name),
            escape(run.set_name),
            run.started[:16].replace("T", " "),
            str(run.cases or ""),
            "" if correct is None else f"{correct:.3f}",
            escape(state),
        )
    return table


def problem_lines(evalset: EvalSet, gold: Sequence[tuple[str, str]]) -> list[str]:
    """What is wrong with a set, a line each, by the lines of its file."""
    lines = {case.id: case.line for case in evalset.cases}
    found = [(p.line, ("error" if p.error else "note"), p.message) for p in evalset.problems]
    found += [(lines[identity], "error", f"{identity}: {message}") for identity, message in gold]
    return [f"line {line}: {kind}: {message}" for line, kind, message in sorted(found)]


def named(names: Iterable[str]) -> str:
    """The first names of a list, each once, and how many more there are."""
    each = list(dict.fromkeys(names))
    return ", ".join(each[:FEW]) + (f" and {len(each) - FEW} more" if len(each) > FEW else "")


def print_comparison(console: Console, found: "Comparison") -> None:
    """Warnings, flips, the sentence, and the metrics that moved."""
    for warning in found.warnings:
        console.print(f"[yellow]{escape(warning)}[/yellow]")
    for title, ids in (("newly broken", found.broken), ("newly fixed", found.fixed)):
        more = f" and {len(ids) - MANY} more" if len(ids) > MANY else ""
        console.print(f"{title} ({len(ids)}): {escape(', '.join(ids[:MANY]))}{more}")
    console.print(f"[bold]{escape(found.sentence)}[/bold]")
    table = Table("metric", "before", "after", "change", "p", "test", "n", box=None, header_style="dim")
    for change in found.changes:
        if change.difference:
            colour = "green" if change.better else "red"
            difference = f"[{colour}]{change.difference:+.3f}[/{colour}]"
            row = (change.name, f"{change.before:.3f}", f"{change.after:.3f}", difference)
            table.add_row(*row, f"{change.p:.3f}", change.test, str(change.n))
    if table.row_count:
        console.print(table)


def calibration_table(fitted: "Fitted") -> Table:
    """The calibration before and after, on the same cases."""
    table = Table("", "threshold", "unanswerable refused", "answerable refused", "AUROC", "ECE", box=None)
    for name, r in (("before", fitted.before), ("after, held-out folds", fitted.after)):
        shares = f"{r.unanswerable:.3f}", f"{r.answerable:.3f}"
        table.add_row(name, f"{r.threshold:.3f}", *shares, f"{r.auroc:.3f}", f"{r.calibration_error:.3f}")
    return table


def follow(console: Console, steps: Iterable[Step]) -> None:
    """Draws a run's progress with the time left until its end."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]} failed"),
        console=console,
        transient=True,
    ) as bars:
        task, failed = bars.add_task("answering", total=None, failed=0), 0
        for step in steps:
            failed += step.line["failure"] is not None
            bars.update(task, completed=step.done, total=step.total, failed=failed)


@contextmanager
def indexing(console: Console) -> Iterator[Any]:
    """A callback that draws what is indexed, while there is something to index."""
    with Progress(console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(escape(what), total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield show
