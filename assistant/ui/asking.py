"""A question on its way to an answer: stored first, answered in the background, the outcome stored."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.conversations import Conversations, Request, StoredTurn
from assistant.errors import AssistantError
from assistant.types import Answered, Event, Turn
from assistant.ui import state
from assistant.ui.services import Services
from knowledge.errors import KnowledgeError
from knowledge.messages import message_of

if TYPE_CHECKING:
    from assistant.assistant import Assistant

log = logging.getLogger(__name__)

Work = Callable[[Callable[[], bool]], Iterator[Event]]


def ask(shared: Services, request: Request) -> bool:
    """Stores a question in the shown conversation and begins to answer it.

    False when it cannot be asked or stored: the reason is then the tab's problem.
    """
    from assistant.questions import clean

    state.report_problem("")
    store = shared.conversations
    try:
        clean(request.question, shared.settings.max_question_chars, state.page_language())
        identity = state.conversation_id() or store.start(request.question)
        turn = store.ask(identity, request)
        history = store.get(identity).history(before=turn)
    except AssistantError as error:
        state.report_problem(error)
        return False
    if identity != state.conversation_id():
        state.choose_conversation(identity)
    _begin(shared, turn, request, history)
    return True


def ask_again(shared: Services, turn: StoredTurn) -> None:
    """Begins to answer a turn that got no answer."""
    state.report_problem("")
    store, identity = shared.conversations, state.conversation_id()
    try:
        store.ask_again(turn.id)
        history = store.get(identity).history(before=turn.id) if identity else ()
    except AssistantError as error:
        state.report_problem(error)
        return
    shared.answers.forget(str(turn.id))
    _begin(shared, turn.id, turn.request, history)


def _begin(shared: Services, turn: int, request: Request, history: tuple[Turn, ...]) -> None:
    work = answering(
        turn, request, history, shared.assistant, shared.conversations, state.words()("unexpected")
    )
    shared.answers.start(str(turn), work)
    state.mark_stale()


def answering(
    turn: int,
    request: Request,
    history: tuple[Turn, ...],
    assistant: "Callable[[], Assistant]",
    conversations: Conversations,
    unexpected: str,
) -> Work:
    """Work for a task: yields the events of the answer and stores how it ended.

    ``unexpected`` is what the user reads when something fails that nobody foresaw; the log has the rest.
    Raises StorageUnavailable when the outcome cannot be stored; the events have been yielded by then.
    """

    def work(cancelled: Callable[[], bool]) -> Iterator[Event]:
        answer = None
        try:
            for event in with_carefulness(assistant(), request.carefulness).ask(
                request.question,
                history,
                documents=request.documents,
                language=None if request.language == "auto" else request.language,
                standalone=request.standalone,
                cancelled=cancelled,
            ):
                yield event
                if isinstance(event, Answered):
                    answer = event.answer
        except (AssistantError, KnowledgeError) as error:
            conversations.fail(turn, message_of(error))
        except Exception:
            log.exception("turn %s could not be answered", turn)
            conversations.fail(turn, unexpected)
        else:
            if answer is None or (cancelled() and not answer.statements):
                conversations.stop(turn)
            else:
                conversations.answer(turn, answer)

    return work


def with_carefulness(assistant: "Assistant", carefulness: float | None) -> "Assistant":
    """The assistant, as careful as the user wants it; None: as it was set."""
    if carefulness is None:
        return assistant
    settings = assistant.settings.model_copy(update={"carefulness": carefulness})
    return replace(assistant, settings=settings)


def usual_carefulness(assistant: "Assistant") -> float:
    """How sure the assistant must be to answer when the user does not say, 0..1."""
    careful = assistant.settings.carefulness
    return assistant.gatherer.calibration.threshold.value if careful is None else careful
