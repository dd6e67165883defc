"""Two runs side by side: what flipped, what moved, and whether chance explains it."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import streamlit as st

from assistant.ui import components
from assistant.ui.evaluation.reading import chosen_run, lines_of
from assistant.ui.evaluation.words import EvaluationWords, table
from assistant.ui.markdown import escape
from evals.compare import HEADLINE, Change, Comparison, sure
from evals.runs import CONFIG, Line, RunFolder, RunInfo
from evals.session import compare_runs
from evals.views import stage_key

FLIPS = 50
"""Flipped cases that are shown of each way."""


def compare_chosen(runs: Sequence[RunInfo], say: EvaluationWords) -> None:
    """Draws the comparison of two chosen runs. Raises NotComparable and InvalidRun."""
    if not runs:
        st.info(say("no_runs"))
        return
    left, right = st.columns(2)
    with right:
        after = chosen_run(runs, "evaluation-after", say("after"), say)
    others = [run for run in runs if run.set_hash == after.set_hash and run.path != after.path]
    if not others:
        st.info(say("no_other_run"))
        return
    with left:
        before = chosen_run(others, f"evaluation-before-{after.name}", say("before"), say)
    found = _compared(before.path, after.path, (_stamp(before.path), _stamp(after.path)))
    for warning in found.warnings:
        st.warning(escape(say.told(warning)))
    old, new = _by_id(lines_of(before)), _by_id(lines_of(after))
    flips = [
        _flips(say(key, number=len(ids)), ids, old, new, say)
        for key, ids in (("broken", found.broken), ("fixed", found.fixed))
    ]
    components.tables({"tables": flips}, "evaluation-flips")
    st.markdown(f"**{escape(sentence(found.changes, say))}**")
    components.tables({"tables": [_changes(found.changes, say)]}, "evaluation-comparison")


@lru_cache(maxsize=4)
def _compared(before: Path, after: Path, _stamps: object) -> Comparison:
    """The comparison, made again only when one of the runs has changed."""
    return compare_runs(RunFolder(before), RunFolder(after))


def _stamp(run: Path) -> tuple[int, ...]:
    """When the config, which is written last, and the results of a run were changed."""
    files = (RunFolder(run).results, run / CONFIG)
    return tuple(file.stat().st_mtime_ns for file in files if file.exists())


def sentence(changes: Sequence[Change], say: EvaluationWords) -> str:
    """What is surely better or worse, in the page's language."""
    found = sure(changes)
    if not found:
        return say("no_difference")
    parts = []
    for key, good in (("better_on", True), ("worse_on", False)):
        named = [
            f"{say.titles[c.name]} {c.difference:+.2f} (p = {p:.3f})" for c, p in found if c.better is good
        ]
        if named:
            parts.append(say(key, metrics=", ".join(named)))
    if sum(c.name in HEADLINE for c in changes) > len(found):
        parts.append(say("no_difference_elsewhere"))
    return " ".join(parts)


def _by_id(lines: Sequence[Line]) -> dict[str, Line]:
    """The worst line of each case: failures stand first."""
    found: dict[str, Line] = {}
    for line in lines:
        found.setdefault(line["id"], line)
    return found


def _flips(
    title: str, ids: Sequence[str], old: dict[str, Line], new: dict[str, Line], say: EvaluationWords
) -> dict[str, object]:
    rows: list[tuple[str, ...]] = [
        (
            old[identity]["case"]["question"],
            say(stage_key(old[identity].get("failure"))),
            say(stage_key(new[identity].get("failure"))),
        )
        for identity in ids[:FLIPS]
    ]
    head = (say("case_question"), say("before"), say("after")) if rows else ()
    return table(title, head, rows or [(say("none"),)], figures=0)


def _changes(changes: Sequence[Change], say: EvaluationWords) -> dict[str, object]:
    rows: list[tuple[str, ...]] = [
        (
            say.titles[c.name],
            c.test,
            f"{c.before:.3f}",
            f"{c.after:.3f}",
            f"{c.difference:+.3f} {say('better' if c.better else 'worse')}",
            f"{c.p:.3f}",
            str(c.n),
        )
        for c in changes
        if c.difference
    ]
    head = say("metric"), say("test"), say("before"), say("after"), say("change"), "p", say("count")
    return table(say("headline"), head, rows or [(say("no_difference"), *[""] * 6)], figures=5)
