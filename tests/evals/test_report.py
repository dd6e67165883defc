"""Reports: self-contained, escaped, failures first; JUnit that parses; pieces that join to the text."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from evals import charts
from evals.records import failed_line, scored_of
from evals.report import (
    LABELS,
    MAX_CASES,
    case_html,
    coverage_at,
    failures_first,
    junit_xml,
    remarks,
    report_html,
)
from evals.runner import scored_line
from evals.summary import summary
from evals.types import EvalCase
from evals.views import segments
from tests.evals.conftest import Ran

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\x00"


class Page(HTMLParser):
    """Counts what a browser would load or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def evil_line() -> dict[str, object]:
    case = EvalCase(
        EVIL, EVIL, kind=EVIL, answerable=True, facts=((EVIL,),), gold_quotes=(EVIL,), tags=(EVIL,)
    )
    return scored_line(failed_line(case, 0, EVIL))


def report(ran: Ran, *lines: dict[str, object]) -> str:
    every = [*ran.folder.lines(), *lines]
    return report_html(ran.folder.config(), summary([scored_of(line) for line in every], "table"), every)


def test_the_report_needs_nothing_from_outside_and_runs_nothing_from_inside(ran: Ran) -> None:
    page = Page(report(ran, evil_line()))
    assert page.tags.count("script") == 1
    assert page.tags.count("details") > len(ran.evalset.cases)
    assert page.sources == page.handlers == []
    assert "img" not in page.tags


def test_the_report_shows_figures_cases_and_charts(ran: Ran) -> None:
    page = (ran.folder.path / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 5
    for wanted in ("answered correctly", "Risk and coverage", "Reliability", ran.evalset.cases[0].question):
        assert wanted in page
    assert "<mark" in page
    assert "Content-Security-Policy" in page
    assert len(re.findall(r'class="row', page)) == len(ran.evalset.cases)


def test_failures_come_first_by_stage(ran: Ran) -> None:
    lines = [
        {"id": "a", "failure": None},
        {"id": "b", "failure": "wrong citation"},
        {"id": "c", "failure": "error"},
    ]
    assert [line["id"] for line in failures_first(lines)] == ["c", "b", "a"]


def test_a_report_of_many_cases_says_what_it_leaves_out(ran: Ran) -> None:
    (line,) = list(ran.folder.lines())[:1]
    many = [{**line, "id": str(i)} for i in range(MAX_CASES + 5)]
    page = report_html(ran.folder.config(), summary([scored_of(line)], None), many)
    assert f"{MAX_CASES} / {MAX_CASES + 5}" in page
    assert page.count('class="row') == MAX_CASES


def test_a_case_for_the_page_is_escaped() -> None:
    page = Page(case_html(evil_line(), LABELS, {}))
    assert "script" not in page.tags
    assert "img" not in page.tags


def test_junit(ran: Ran) -> None:
    lines = [*ran.folder.lines(), evil_line()]
    suite = ET.fromstring(junit_xml("own", lines))
    assert (suite.get("tests"), suite.get("errors")) == (str(len(lines)), "1")
    assert len(suite.findall("testcase/failure")) == int(suite.get("failures") or 0)
    assert "<script>" in (suite.findall("testcase/error")[0].get("message") or "")


@settings(deadline=None)
@given(
    st.text(max_size=30),
    st.integers(0, 5),
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from(["cited", "gold"])), max_size=4
    ),
)
def test_pieces_join_to_the_text_and_are_marked_where_ranges_cover_them(
    text: str, start: int, marks: list[tuple[int, int, str]]
) -> None:
    pieces = segments(text, start, marks)
    assert "".join(piece for piece, _ in pieces) == text
    position = start
    for piece, mark in pieces:
        covering = [m for a, b, m in marks if a <= position and position + len(piece) <= b]
        assert bool(mark) == bool(covering and piece)
        position += len(piece)


def test_charts_escape_labels_and_keep_within_their_scale() -> None:
    drawn = charts.bars("<b>", [charts.Bar("<i>", 0.5, 0.2, 0.8, 3)])
    assert "<b>" not in drawn
    assert "<i>" not in drawn
    ET.fromstring(drawn)
    ET.fromstring(charts.curve("c", [(0.5, 0.1), (1, 0.2)], "x", "y", 0.7))
    ET.fromstring(charts.reliability("r", [(0.5, 0.4, 3)], "x", "y"))
    ET.fromstring(charts.latency_bars("l", [("read", 3.0, 9.0)]))


def test_the_coverage_of_a_threshold() -> None:
    curve = [[0.25, 0.0, 0.9], [0.75, 0.1, 0.5], [1.0, 0.2, 0.1]]
    assert coverage_at(curve, 0.5) == 0.75
    assert coverage_at(curve, 0.95) == 0


def test_a_chart_of_its_own_carries_its_colours() -> None:
    root = ET.fromstring(charts.standalone(charts.curve("Risk", [(0, 0), (1, 1)], "coverage", "risk")))
    style = root.find("{*}style")
    assert style is not None
    assert ".line" in (style.text or "")


def test_tokens_and_unstable_cases_are_told_in_the_report(ran: Ran) -> None:
    (line,) = list(ran.folder.lines())[:1]
    usage = {"model": "m", "input_tokens": 1000, "output_tokens": 234}
    told = [
        {**line, "usage": usage, "failure": None},
        {**line, "repeat": 1, "usage": usage, "failure": "not said"},
    ]
    figures = summary([scored_of(one) for one in told])
    said = remarks(figures, LABELS)
    assert said == [
        "Tokens: 2,468 in all, 1,234 a question, at most 1,234 for 95 of 100.",
        f"Each case was asked 2 times; 1 passed once and failed once: {line['id']}",
    ]
    page = report_html(ran.folder.config(), figures, told)
    assert all(remark in page for remark in said)
    steady = summary([scored_of({**one, "usage": None, "failure": None}) for one in told])
    assert remarks(steady, LABELS) == ["Each case was asked 2 times, with the same outcome each time."]
    assert remarks(summary([scored_of(line)]), LABELS) == []
    unstable = steady | {"repeats": {"most": 2, "unstable": [str(i) for i in range(50)]}}
    assert remarks(unstable, LABELS)[0].endswith("18, 19 …")
