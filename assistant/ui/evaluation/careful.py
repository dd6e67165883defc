"""How careful the assistant is: set from the risk–coverage curve of a run."""

import streamlit as st

from assistant.ui.evaluation.drawing import draw_charts
from assistant.ui.evaluation.reading import lines_of
from assistant.ui.evaluation.words import EvaluationWords
from assistant.ui.markdown import escape
from assistant.ui.services import Services
from evals import charts
from evals.calibrate import (
    calibration_path,
    current,
    forget,
    made_otherwise,
    overruling,
    refusals,
    set_threshold,
)
from evals.report import coverage_at
from evals.runs import Line, RunFolder, RunInfo

THRESHOLD = "evaluation-threshold"


def choose_threshold(shared: Services, run: RunInfo, say: EvaluationWords) -> None:
    """Draws the curve of a run and the choice. Raises CannotWrite and InvalidSetting."""
    if run.problem:
        st.error(escape(say.told(run.problem)))
        return
    st.markdown(say("careful_how"))
    settings, knowledge = shared.settings, shared.knowledge_settings
    calibration = current(settings, knowledge)
    used = calibration.threshold
    overruled = " · ".join(overruling(settings))
    own = calibration_path(knowledge).exists()
    reason = used.reason if own or overruled else say("as_shipped")
    st.caption(say("threshold_now", value=f"{used.value:.2f}", reason=escape(reason)))
    if overruled:
        st.warning(say("overruled", setting=escape(overruled)))
    if made_otherwise(RunFolder(run.path).config(), settings, calibration):
        st.warning(say("made_otherwise"))
    pairs = labelled(lines_of(run))
    if run.summary is None or len({label for _, label in pairs}) < 2:
        st.info(say("unlabelled"))
        return
    value = st.slider(say("carefulness"), 0.0, 1.0, round(used.value, 2), 0.01, key=THRESHOLD)
    curve = run.summary["risk_coverage"]
    shares = refusals([b for b, _ in pairs], [label for _, label in pairs], value)
    answered, refused, lost = st.columns(3)
    answered.metric(say("would_answer"), f"{coverage_at(curve, value):.0%}")
    refused.metric(say("would_refuse"), f"{shares.unanswerable:.0%}")
    lost.metric(say("would_lose"), f"{shares.answerable:.0%}")
    points = [(coverage, risk) for coverage, risk, _ in curve]
    mark = coverage_at(curve, value)
    caption = say("risk_coverage")
    curve_drawn = charts.curve(caption, points, say("coverage"), say("risk"), mark)
    draw_charts([(caption, curve_drawn)], "evaluation-curve")
    fixed = bool(overruled)
    if st.button(say("use_threshold"), type="primary", key="evaluation-use", disabled=fixed):
        set_threshold(value, say("threshold_reason", run=run.name), settings, knowledge)
        shared.assistant.renew()
        st.toast(say("threshold_used", value=f"{value:.2f}"))
        st.rerun()
    if own and st.button(say("back_to_shipped"), key="evaluation-forget", disabled=fixed):
        forget(knowledge)
        shared.assistant.renew()
        st.session_state.pop(THRESHOLD, None)
        st.rerun()


def labelled(lines: list[Line]) -> list[tuple[float, bool]]:
    """(confidence, answerable) of the cases that are labelled either way and were answered without error."""
    return [
        (line["confidence"], line["case"]["answerable"])
        for line in lines
        if line["case"]["answerable"] is not None and not line["error"]
    ]
