"""A run to read: one HTML file that opens from disk, and JUnit XML for continuous integration."""

import base64
import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals import charts
from evals.charts import Bar
from evals.failures import STAGES
from evals.metrics import LOWER_IS_BETTER, TITLES
from evals.runs import Line
from evals.views import case_view, stage_key

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
MAX_CASES = 1000
"""Cases in a report, failures first: a browser still opens such a file at once."""
PASSAGES = 5
UNSTABLE = 20
"""Unstable cases that are named; the summary names all."""
HEADLINE = (
    "answered_correctly", "fact_recall", "correctness", "section_hit", "gold_quote_recall", "exact_quotes",
    "faithfulness", "alce_recall", "alce_precision", "abstention_recall", "abstention_precision",
    "false_refusal", "auroc", "aurc", "calibration_error", "section_ndcg@10", "passage_recall@5",
    "standalone_gain",
)  # fmt: skip
GAPS = ("answered_correctly", "section_hit", "abstention_recall", "false_refusal", "section_ndcg@10")

LABELS: Mapping[str, str] = {
    "abstained": "Refused: the documents do not say.",
    "all": "all",
    "all_metrics": "All metrics, by kind, tag, language and turn",
    "answer": "Answer",
    "by_kind": "By kind: answered correctly",
    "by_lang": "By language: answered correctly",
    "by_tag": "By tag: answered correctly",
    "by_turn": "First questions and follow-ups",
    "cases": "Cases",
    "commit": "commit",
    "confidence": "Confidence",
    "confusion": "Answered and refused",
    "coverage": "share of questions answered",
    "expected": "Expected",
    "facts": "Facts",
    "failures": "Failures, by the first stage that lost them",
    "gap": "Gap to English",
    "headline": "Figures",
    "history": "Earlier in the conversation",
    "inexact": "not the exact words",
    "judge": "Judge:",
    "kind": "Kind",
    "language": "Language",
    "latency": "Time by stage: median, and 95th percentile",
    "metric": "Metric",
    "none_failed": "No case failed.",
    "reference": "Reference",
    "reliability": "Reliability",
    "repeated": "Each case was asked {times} times, with the same outcome each time.",
    "retrieved": "Retrieved passages",
    "risk": "share answered wrongly",
    "risk_coverage": "Risk and coverage",
    "search": "Search",
    "sections": "Sections",
    "share_answerable": "share answerable",
    "stage": "Outcome",
    "stage_error": "error",
    "stage_not_indexed": "not indexed",
    "stage_not_picked": "retrieved, not picked",
    "stage_not_retrieved": "not retrieved",
    "stage_not_said": "picked, not said",
    "stage_passed": "passed",
    "stage_wrong_citation": "wrong citation",
    "stage_wrongly_answered": "wrongly answered",
    "stage_wrongly_refused": "wrongly refused",
    "standalone": "Understood as:",
    "timings": "Time:",
    "title": "Evaluation",
    "tokens": "Tokens: {total} in all, {mean} a question, at most {most} for 95 of 100.",
    "unanswerable": "The documents do not say: refuse.",
    "unstable": "Each case was asked {times} times; {number} passed once and failed once: {cases}",
    "unfinished": "This run was stopped before its end; the figures are of the cases that were answered.",
    "value": "Value",
}


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def report_html(config: Mapping[str, Any], summary: Mapping[str, Any], lines: Iterable[Line]) -> str:
    """The report as one HTML page without outside parts; everything from sets and answers is escaped."""
    ordered = failures_first(lines)
    views = [case_view(line, LABELS, passages=PASSAGES) for line in ordered[:MAX_CASES]]
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    style = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "case.css"))
    return _environment().get_template("report.html.j2").render(
        labels=LABELS,
        language="en",
        script=script,
        script_hash=f"sha256-{digest}",
        style=style,
        title=f"{LABELS['title']}: {config['set']['name']}",
        started=config["started"],
        finished=config.get("finished"),
        commit=_commit(config),
        models=" · ".join(_model_names(config["models"])),
        judge=summary["judge"],
        remarks=remarks(summary, LABELS),
        shown=len(views),
        total=len(ordered),
        headline=figure_rows(summary["metrics"], HEADLINE),
        metrics=figure_rows(summary["metrics"], TITLES),
        groups=_groups(summary),
        failures=[(LABELS[stage_key(stage)], count) for stage, count in summary["failures"].items()],
        confusion=list(summary["confusion"].items()),
        charts=drawn(summary, LABELS),
        gap_titles=[TITLES[name] for name in GAPS],
        gaps=[(lang, [gap.get(name) for name in GAPS]) for lang, gap in summary["gap_to_english"].items()],
        stages=[(stage or "passed", LABELS[stage_key(stage)]) for stage in (*STAGES, None)],
        kinds=sorted({view["kind"] for view in views}),
        langs=sorted({view["lang"] for view in views}),
        views=views,
    )  # fmt: skip


def remarks(summary: Mapping[str, Any], labels: Mapping[str, str]) -> list[str]:
    """What else is to be said of a run: the tokens that it used, and whether its repeats agree."""
    found = []
    if tokens := summary.get("tokens"):
        total, mean, most = (f"{tokens[name]:,.0f}" for name in ("total", "mean", "p95"))
        found.append(labels["tokens"].format(total=total, mean=mean, most=most))
    repeats = summary.get("repeats") or {"most": 1, "unstable": []}
    if repeats["unstable"]:
        names = repeats["unstable"]
        cases = ", ".join(names[:UNSTABLE]) + (" …" if len(names) > UNSTABLE else "")
        found.append(labels["unstable"].format(times=repeats["most"], number=len(names), cases=cases))
    elif repeats["most"] > 1:
        found.append(labels["repeated"].format(times=repeats["most"]))
    return found


def case_html(line: Line, labels: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """One case for a page: its details, with the style that they need."""
    template = _environment().from_string(
        '{% from "case.html.j2" import body %}<style>{{ style|safe }}</style>{{ body(view, labels) }}'
    )
    style = (TEMPLATES / "case.css").read_text(encoding="utf-8")
    return template.render(view=case_view(line, labels, titles), labels=labels, style=style)


def failures_first(lines: Iterable[Line]) -> list[Line]:
    """The lines, failures before the others, by stage and then by case."""
    order = {stage: i for i, stage in enumerate(STAGES)}
    return sorted(lines, key=lambda line: (order.get(line.get("failure") or "", len(order)), line["id"]))


def figure_rows(
    figures: Mapping[str, Mapping[str, Any]], names: Iterable[str], titles: Mapping[str, str] = TITLES
) -> list[dict[str, Any]]:
    """The figures of those names that there are, with their titles."""
    return [
        {"name": name, "title": titles.get(name, name), "lower": name in LOWER_IS_BETTER, **figures[name]}
        for name in names
        if name in figures
    ]


def drawn(
    summary: Mapping[str, Any], labels: Mapping[str, str], threshold: float | None = None
) -> list[tuple[str, str]]:
    """The charts of a run as (caption, SVG); ``threshold`` marks its coverage in the risk–coverage curve."""
    found = []
    for key in ("by_kind", "by_lang", "by_tag", "by_turn"):
        rows = _bars(summary[key], "answered_correctly")
        if rows:
            found.append((labels[key], charts.bars(labels[key], rows)))
    curve = summary["risk_coverage"]
    if curve:
        caption = labels["risk_coverage"]
        points = [(coverage, risk) for coverage, risk, _ in curve]
        mark = None if threshold is None else coverage_at(curve, threshold)
        found.append((caption, charts.curve(caption, points, labels["coverage"], labels["risk"], mark)))
        caption = labels["reliability"]
        axes = labels["confidence"], labels["share_answerable"]
        found.append((caption, charts.reliability(caption, summary["reliability"], *axes)))
    times = [(stage, t["p50"], t["p95"]) for stage, t in summary["latency_ms"].items()]
    if times:
        found.append((labels["latency"], charts.latency_bars(labels["latency"], times)))
    return found


def coverage_at(curve: Sequence[Sequence[float]], threshold: float) -> float:
    """The share of questions answered when those below the threshold are refused."""
    return max((coverage for coverage, _, belief in curve if belief >= threshold), default=0.0)


def _bars(groups: Mapping[str, Mapping[str, Any]], metric: str) -> list[Bar]:
    return [
        Bar(name, f["value"], f["low"], f["high"], f["n"])
        for name, figures in groups.items()
        if (f := figures.get(metric))
    ]


def _groups(summary: Mapping[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (name, figure_rows(figures, TITLES))
        for key in ("by_turn", "by_lang", "by_kind", "by_tag")
        for name, figures in summary[key].items()
    ]


def _commit(config: Mapping[str, Any]) -> str:
    if not config["commit"]:
        return "–"
    return str(config["commit"])[:10] + (" + changes" if config["dirty"] else "")


def _model_names(models: Mapping[str, Any]) -> list[str]:
    return [f"{role} {model if isinstance(model, str) else model['name']}" for role, model in models.items()]


def junit_xml(name: str, lines: Iterable[Line]) -> str:
    """The run as JUnit XML: a test a case and repeat, a failure with its stage, an error with its message."""
    suite = ET.Element("testsuite", name=name)
    counts = {"tests": 0, "failures": 0, "errors": 0}
    for line in lines:
        counts["tests"] += 1
        seconds = line.get("timings_ms", {}).get("total", 0.0) / 1000
        identity = _plain(line["id"]) + (f" #{line['repeat'] + 1}" if line["repeat"] else "")
        test = ET.SubElement(
            suite,
            "testcase",
            classname=_plain(f"{name}.{line['case']['kind'] or 'case'}"),
            name=identity,
            time=f"{seconds:.3f}",
        )
        if line["error"]:
            counts["errors"] += 1
            ET.SubElement(test, "error", message=_plain(line["error"]))
        elif line.get("failure"):
            counts["failures"] += 1
            failed = ET.SubElement(test, "failure", message=line["failure"])
            failed.text = _plain(f"{line['case']['question']}\n{line.get('answer', '')}")
    for key, count in counts.items():
        suite.set(key, str(count))
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _plain(text: str) -> str:
    """The text without the characters that XML does not allow."""
    return "".join(
        c
        if c in "\t\n" or (" " <= c < "\ud800") or ("\ue000" <= c < "\ufffe") or c >= "\U00010000"
        else "\ufffd"
        for c in text
    )
