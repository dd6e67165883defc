"""A run to read: figures, charts, and its cases, failures first."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from assistant.ui import components
from assistant.ui.evaluation.drawing import draw_charts
from assistant.ui.evaluation.words import EvaluationWords, figures_table, table
from assistant.ui.markdown import escape
from evals.failures import STAGES
from evals.metrics import TITLES
from evals.records import scored_of
from evals.report import GAPS, HEADLINE, case_html, drawn, failures_first, figure_rows, remarks
from evals.runs import REPORT, Line, RunFolder, RunInfo
from evals.views import stage_key

RUN = "evaluation-run"
PER_PAGE = 10


def chosen_run(runs: Sequence[RunInfo], key: str, label: str, say: EvaluationWords) -> RunInfo:
    """Draws the choice of a run."""
    by_name = {run.name: run for run in runs}
    name = st.selectbox(
        label,
        list(by_name),
        key=key,
        format_func=lambda name: run_label(by_name[name], say),
    )
    return by_name[name]


def run_label(run: RunInfo, say: EvaluationWords) -> str:
    """A run as the list shows it."""
    if run.problem:
        return run.name
    time = run.started[:16].replace("T", " ")
    return say("run_label", set=run.set_name, time=time, cases=run.cases)


def lines_of(run: RunInfo) -> list[Line]:
    """The results of a run, failures first, each whole; read again only when the file has changed.

    Raises InvalidRun.
    """
    results = RunFolder(run.path).results
    status = results.stat() if results.exists() else None
    return _lines(run.path, (status.st_mtime_ns, status.st_size) if status else None)


@lru_cache(maxsize=4)
def _lines(path: Path, _stamp: tuple[int, int] | None) -> list[Line]:
    lines = list(RunFolder(path).lines())
    for line in lines:
        scored_of(line)
    return failures_first(lines)


def read_run(run: RunInfo, say: EvaluationWords) -> None:
    """Draws a run."""
    if run.problem:
        st.error(escape(say.told(run.problem)))
        return
    if run.state == "running":
        st.info(say("still_running"))
    elif run.state == "stopped":
        st.info(say("unfinished") if run.summary else say("not_summed"))
    if run.summary is None:
        return
    _figures(run.summary, say)
    draw_charts(drawn(run.summary, say.labels), "evaluation-charts")
    report = run.path / REPORT
    if report.exists():
        st.download_button(
            say("download"), report.read_bytes(), f"{run.name}.html", "text/html", icon=":material/download:"
        )
    _cases(run, say)


def _figures(summary: Mapping[str, Any], say: EvaluationWords) -> None:
    headline = figure_rows(summary["metrics"], HEADLINE, say.titles)
    failures = [(say(stage_key(stage)), str(count)) for stage, count in summary["failures"].items()]
    tables = [figures_table(headline, say("headline"), say)]
    if failures:
        tables.append(table(say("failures"), (), failures, figures=1))
    if any(summary["confusion"].values()):
        counts = summary["confusion"].items()
        cells = [(say(name.replace(" ", "_")), str(count)) for name, count in counts]
        tables.append(table(say("confusion"), (), cells, figures=1))
    if summary["gap_to_english"]:
        tables.append(_gap_table(summary["gap_to_english"], say))
    components.tables({"tables": tables}, "evaluation-figures")
    if not failures:
        st.success(say("none_failed"))
    if summary["judge"]:
        st.caption(f"{say('judge')} {escape(summary['judge'])}")
    for remark in remarks(summary, say.labels):
        st.caption(escape(remark))
    every = st.expander(say("all_metrics"), key="evaluation-all", on_change="rerun")
    if every.open:
        with every:
            rows = figure_rows(summary["metrics"], TITLES, say.titles)
            components.tables({"tables": [figures_table(rows, say("all_metrics"), say)]}, "evaluation-every")


def _gap_table(gaps: Mapping[str, Mapping[str, float]], say: EvaluationWords) -> dict[str, Any]:
    names = [name for name in GAPS if any(name in gap for gap in gaps.values())]
    rows = [
        (lang, *(f"{gap[name]:+.2f}" if name in gap else "–" for name in names)) for lang, gap in gaps.items()
    ]
    return table(say("gap"), (say("language"), *(say.titles[name] for name in names)), rows, len(names))


def _cases(run: RunInfo, say: EvaluationWords) -> None:
    st.subheader(say("cases"), anchor=False)
    lines = _filtered(lines_of(run), say)
    if not lines:
        st.info(say("no_case"))
        return
    st.caption(say("shown", number=len(lines)))
    pages = (len(lines) - 1) // PER_PAGE + 1
    number = st.number_input(say("page_number"), 1, pages, key=f"evaluation-page-{pages}") if pages > 1 else 1
    for line in lines[(int(number) - 1) * PER_PAGE : int(number) * PER_PAGE]:
        _case(run, line, say)


def _filtered(lines: Sequence[Line], say: EvaluationWords) -> list[Line]:
    stage, kind, lang, text = st.columns([2, 2, 1, 3])
    outcomes = [s for s in (*STAGES, None) if any(line.get("failure") == s for line in lines)]
    stages = {say(stage_key(s)): s for s in outcomes}
    kinds = sorted({line["case"]["kind"] for line in lines})
    langs = sorted({line["case"]["lang"] for line in lines})
    every = say("all")
    with stage:
        chosen_stage = st.selectbox(say("stage"), [every, *stages], key="evaluation-stage")
    with kind:
        chosen_kind = st.selectbox(say("kind"), [every, *kinds], key="evaluation-kind")
    with lang:
        chosen_lang = st.selectbox(say("language"), [every, *langs], key="evaluation-lang")
    with text:
        wanted = st.text_input(say("search"), key="evaluation-search").casefold()
    return [
        line
        for line in lines
        if (chosen_stage == every or line.get("failure") == stages[chosen_stage])
        and chosen_kind in (every, line["case"]["kind"])
        and chosen_lang in (every, line["case"]["lang"])
        and wanted in f"{line['id']} {line['case']['question']} {line.get('answer', '')}".casefold()
    ]


def _case(run: RunInfo, line: Line, say: EvaluationWords) -> None:
    """A case that opens: its content is made when it does."""
    label = f"**{say(stage_key(line.get('failure')))}** · {escape(line['case']['question'])}"
    key = f"case-{run.name}-{line['id']}-{line['repeat']}"
    opened = st.expander(label, key=key, on_change="rerun")
    if opened.open:
        with opened:
            st.html(case_html(line, say.labels, say.titles))
            st.caption(escape(f"{line['id']} · {line['case']['kind']} · {line['case']['lang']}"))
