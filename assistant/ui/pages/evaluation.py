"""The evaluation: run sets, read and compare runs, and set how careful the assistant is by them."""

from functools import partial

import streamlit as st

from assistant.ui.evaluation import running
from assistant.ui.evaluation.careful import choose_threshold
from assistant.ui.evaluation.choosing import chosen_set
from assistant.ui.evaluation.comparing import compare_chosen
from assistant.ui.evaluation.reading import RUN, chosen_run, read_run
from assistant.ui.evaluation.running import Choices, settings_of
from assistant.ui.evaluation.words import EvaluationWords, duration, words
from assistant.ui.markdown import escape
from assistant.ui.services import Services, services
from evals.cases import select
from evals.errors import EvalsError
from evals.runs import RunFolder, RunInfo
from evals.session import Plan, known_runs, new_folder
from evals.types import EvalSet

LOOK_EVERY = 0.5  # seconds between two looks at a run that is going
VIEW = "evaluation-view"
VIEWS = ("run", "read", "compare", "careful")


def page() -> None:
    """Draws the evaluation."""
    shared, say = services(), words()
    with st.container(key="page"):
        st.title(say("title"), anchor=False)
        st.markdown(say("intro"))
        view = st.segmented_control(
            say("view"),
            VIEWS,
            default="run",
            key=VIEW,
            format_func=lambda name: say(f"view_{name}"),
            label_visibility="collapsed",
        )
        try:
            _progress_of_run(say)
            _draw(view or "run", shared, say)
        except EvalsError as error:
            st.error(escape(say.told(error)), icon=":material/error:")


def _draw(view: str, shared: Services, say: EvaluationWords) -> None:
    if view == "run":
        _run(shared, say)
        return
    runs = known_runs(settings_of(shared))
    if not runs:
        st.info(say("no_runs"))
    elif view == "compare":
        compare_chosen([run for run in runs if run.summary], say)
    else:
        run = chosen_run(runs, RUN, say("run"), say)
        if view == "careful":
            choose_threshold(shared, run, say)
            return
        _resume(shared, run, say)
        read_run(run, say)


def _run(shared: Services, say: EvaluationWords) -> None:
    evalset = chosen_set(shared, say)
    if evalset is None:
        return
    with st.expander(say("settings")):
        limit = st.number_input(say("limit"), 0, len(evalset.cases), 0, key="evaluation-limit")
        kinds = st.multiselect(say("kinds"), sorted({c.kind for c in evalset.cases}), key="evaluation-kinds")
        langs = st.multiselect(
            say("languages"), sorted({c.lang for c in evalset.cases}), key="evaluation-langs"
        )
        repeat = st.number_input(say("repeat"), 1, 20, 1, key="evaluation-repeat")
        choices = _choices(shared, say)
    going = running.tasks().get(running.NAME)
    busy = going is not None and not going.done
    if st.button(say("start"), type="primary", key="evaluation-start", disabled=busy):
        chosen = {"kind": kinds, "lang": langs}
        filters = tuple(f"{field}={','.join(names)}" for field, names in chosen.items() if names)
        _start(shared, evalset, filters, int(limit) or None, int(repeat), choices, say)


def _choices(shared: Services, say: EvaluationWords) -> Choices:
    careful = None
    if st.checkbox(say("own_carefulness"), key="evaluation-own"):
        careful = st.slider(say("carefulness"), 0.0, 1.0, 0.5, 0.05, key="evaluation-careful")
    model = shared.settings.chat_model
    chat = bool(model) and st.checkbox(say("with_chat", model=escape(str(model))), key="evaluation-chat")
    return Choices(careful, chat, st.checkbox(say("judged"), value=True, key="evaluation-judged"))


def _start(
    shared: Services,
    evalset: EvalSet,
    filters: tuple[str, ...],
    limit: int | None,
    repeat: int,
    choices: Choices,
    say: EvaluationWords,
) -> None:
    cases = select(evalset.cases, filters, limit)
    folder = new_folder(settings_of(shared), evalset)
    plan = Plan(evalset, cases, folder, filters, limit, repeat)
    running.start(shared, plan, choices, say("unexpected"))
    st.rerun()


def _resume(shared: Services, run: RunInfo, say: EvaluationWords) -> None:
    if run.state != "stopped":
        return
    going = running.tasks().get(running.NAME)
    if (going is None or going.done) and st.button(say("resume"), key="evaluation-resume"):
        folder = RunFolder(run.path)
        plan, choices = running.resumed(folder.config(), folder)
        running.start(shared, plan, choices, say("unexpected"))
        st.rerun()


def _progress_of_run(say: EvaluationWords) -> None:
    task = running.tasks().get(running.NAME)
    if task is not None:
        live = not task.done
        st.fragment(_progress, run_every=LOOK_EVERY if live else None)(say, live)


def _progress(say: EvaluationWords, live: bool) -> None:
    task = running.tasks().get(running.NAME)
    if task is None:  # the outcome was read: the whole page is drawn again, not this part alone
        st.rerun()
    if live and task.done:
        st.rerun()
    last = task.items[-1] if task.items else None
    if task.done:
        _outcome(last, say)
        return
    if last is None or not last.done:
        st.progress(0.0, say("preparing"))
    else:
        left = duration(last.seconds_left)
        text = say("progress", done=last.done, total=last.total, failed=last.failed, left=left)
        st.progress(last.done / last.total, text)
    st.button(
        say("stopping") if task.cancelled else say("stop"),
        key="evaluation-stop",
        icon=":material/stop_circle:",
        disabled=task.cancelled,
        on_click=task.cancel,
    )


def _outcome(last: running.Progress | None, say: EvaluationWords) -> None:
    if last is None or last.problem:
        st.error(say("run_failed", reason=escape(say.told(last.problem) if last else say("unexpected"))))
    elif last.done < last.total:
        st.info(say("run_stopped"))
    else:
        st.success(say("run_done"))
    if last is not None and st.session_state.get(VIEW) != "read":
        st.button(say("open_run"), key="evaluation-open", on_click=partial(_open, last.run))


def _open(run: str) -> None:
    st.session_state[VIEW] = "read"
    st.session_state[RUN] = run
    running.tasks().forget(running.NAME)
