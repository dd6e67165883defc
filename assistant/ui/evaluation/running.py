"""A set that is run in the background, one at a time in this process; the chat of others goes on."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from assistant.answering import QuoteAnswerer
from assistant.errors import AssistantError
from assistant.ui.services import Services
from assistant.ui.tasks import Tasks
from evals.cases import load, select
from evals.errors import EvalsError
from evals.judges import ReaderJudge, reader_judge
from evals.runs import RunFolder
from evals.session import Plan, Settings, execute, opened
from knowledge.errors import KnowledgeError
from knowledge.messages import message_of

if TYPE_CHECKING:
    from assistant.assistant import Assistant

NAME = "run"
"""The one running set; who starts another meanwhile is shown this one."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choices:
    """How to answer: how careful (None: as calibrated), with the chat model or quotes, judged or not."""

    carefulness: float | None = None
    with_chat: bool = False
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; ``problem`` says why it ended early (empty: by its end or by the stop button)."""

    run: str
    done: int = 0
    total: int = 0
    failed: int = 0
    seconds_left: float = 0.0
    problem: str = ""


@st.cache_resource(show_spinner=False)
def tasks() -> Tasks[Progress]:
    """The running work of this process."""
    return Tasks()


def settings_of(shared: Services) -> Settings:
    """The settings that runs are made with and kept by."""
    return Settings(shared.settings, shared.knowledge_settings)


def resumed(config: Mapping[str, Any], folder: RunFolder) -> tuple[Plan, Choices]:
    """The plan and the choices of a run that was stopped. Raises InvalidSet when its set is gone."""
    documents, chosen = config["set"]["documents"], config["selection"]
    evalset = load(Path(config["set"]["path"]), Path(documents) if documents else None)
    cases = select(evalset.cases, chosen["filters"], chosen["limit"])
    plan = Plan(
        evalset,
        cases,
        folder,
        tuple(chosen["filters"]),
        chosen["limit"],
        chosen["repeat"],
        chosen["seed"],
        True,
    )
    asked = config["settings"]["assistant"]
    choices = Choices(asked["carefulness"], asked["chat_model"] is not None, config["judge"] is not None)
    return plan, choices


def start(shared: Services, plan: Plan, choices: Choices, unexpected: str) -> None:
    """Begins a run, unless one is going."""
    tasks().start(NAME, lambda cancelled: _work(shared, plan, choices, unexpected, cancelled))


def _work(
    shared: Services, plan: Plan, choices: Choices, unexpected: str, cancelled: Callable[[], bool]
) -> Iterator[Progress]:
    last = Progress(plan.folder.path.name, total=len(plan.cases) * plan.repeat)
    yield last
    try:
        for step in _steps(shared, plan, choices, last, cancelled):
            yield step
            last = step
    except (EvalsError, AssistantError, KnowledgeError) as error:
        yield replace(last, problem=message_of(error))
    except Exception:
        log.exception("the run %s ended", plan.folder.path)
        yield replace(last, problem=unexpected)


def _steps(
    shared: Services, plan: Plan, choices: Choices, first: Progress, cancelled: Callable[[], bool]
) -> Iterator[Progress]:
    settings = settings_of(shared)
    like = _chosen(shared.assistant(), choices)
    failed = 0
    with opened(plan.evalset, settings, like=like) as found:
        judge = _judge(found.assistant) if choices.judged else None
        for step in execute(plan, found.assistant, settings, judge, cancelled):
            failed += step.line["failure"] is not None
            yield replace(
                first, done=step.done, total=step.total, failed=failed, seconds_left=step.seconds_left
            )


def _judge(assistant: "Assistant") -> ReaderJudge:
    return reader_judge(assistant.gatherer.reader, assistant.settings.reader)


def _chosen(assistant: "Assistant", choices: Choices) -> "Assistant":
    """The page's assistant with the choices made for a run; its models are the same."""
    chosen = {"carefulness": choices.carefulness} if choices.carefulness is not None else {}
    if choices.with_chat:
        return replace(assistant, settings=assistant.settings.model_copy(update=chosen))
    settings = assistant.settings.model_copy(update={**chosen, "chat_model": None})
    return replace(assistant, settings=settings, answerer=QuoteAnswerer())
