"""The chat: questions, answers that can be quoted, and the source beside them."""

from functools import partial

import streamlit as st

from assistant.conversations import Conversation, StoredTurn, TurnState
from assistant.errors import AssistantError, ConversationNotFound
from assistant.types import Citation, Said
from assistant.ui import asking, components, composer, sidebar, state, turns
from assistant.ui.guard import guarded
from assistant.ui.markdown import escape
from assistant.ui.services import Services, services
from assistant.ui.state import Selected
from assistant.ui.texts import Words
from assistant.ui.views.answer import Data, Find, live_view, turn_view, with_answer_of
from assistant.ui.views.source import citation_view
from knowledge.errors import KnowledgeError

LOOK_EVERY = 0.2  # seconds between two looks at an answer that is being made
PARAMETER = "c"  # the conversation in the page's address: a reload shows it again


def page() -> None:
    """Draws the chat."""
    shared, words = services(), state.words()
    state.take_stale()
    _follow_address()
    running = shared.answers.running()  # before reading: a task stores its outcome, then it ends
    conversation, trouble = _load(shared, words)
    sidebar.draw(shared, words)
    composer.draw(shared, words)
    with st.container(key="chat"):
        for message in dict.fromkeys(filter(None, (trouble, state.problem()))):
            st.error(escape(message), icon=":material/error:")
        if conversation is None:
            _welcome(shared, words)
            return
        made = frozenset(turn.id for turn in conversation.turns if str(turn.id) in running)
        st.fragment(guarded(_conversation), run_every=LOOK_EVERY if made else None)(
            shared, conversation, made
        )


def _follow_address() -> None:
    """The address names the shown conversation; a tab that shows none yet takes it from there."""
    named = st.query_params.get(PARAMETER)
    if named and not st.session_state.get("_followed"):
        state.choose_conversation(named)
    st.session_state["_followed"] = True
    shown = state.conversation_id()
    if shown is None:
        st.query_params.pop(PARAMETER, None)
    elif named != shown:
        st.query_params[PARAMETER] = shown


def _load(shared: Services, words: Words) -> tuple[Conversation | None, str]:
    """The conversation as it is stored, or as it was last read, and why it could not be read now."""
    identity = state.conversation_id()
    if identity is None:
        return None, ""
    try:
        conversation = shared.conversations.get(identity)
    except AssistantError as error:
        kept = state.loaded()
        if kept is None and isinstance(error, ConversationNotFound):
            state.choose_conversation(None)
        return kept, words.told(error)
    state.keep_loaded(conversation)
    return conversation, ""


def _welcome(shared: Services, words: Words) -> None:
    with st.container(key="welcome"):
        st.title(words("welcome"), anchor=False)
        st.markdown(words("welcome_how"))
        waiting = not _warm(shared)
        st.fragment(guarded(_suggestions), run_every=0.5 if waiting else None)(shared, words, waiting)


def _warm(shared: Services) -> bool:
    warming = shared.warming.get("models")
    return warming is not None and warming.done


def _suggestions(shared: Services, words: Words, waiting: bool) -> None:
    if state.take_stale():
        st.rerun()
    if not _warm(shared):
        st.caption(words("loading_models"))
        return
    if waiting:
        st.rerun()
    with st.container(key="suggested"):
        for number, question in enumerate(shared.assistant().suggestions(words.language)):
            key = f"suggested-{number}"
            st.button(escape(question), key=key, on_click=partial(_ask, shared, question))


def _ask(shared: Services, question: str) -> None:
    asking.ask(shared, composer.request(question))


def _conversation(shared: Services, conversation: Conversation, made: frozenset[int]) -> None:
    """Draws the turns; the answers to ``made`` were being made when the conversation was read."""
    words = state.words()
    if state.take_stale() or not made <= {int(name) for name in shared.answers.running()}:
        st.rerun()
    find = _documents(shared, words)
    for turn in conversation.turns:
        with st.container(key=f"turn-{turn.id}"):
            _turn(shared, conversation, turn, turn.id in made, find, words)
    _source(shared, conversation, find, words)


def _documents(shared: Services, words: Words) -> Find:
    """Finds the documents that are quoted; none, and a sentence why, while they cannot be read."""
    try:
        return shared.documents.open()
    except KnowledgeError as error:
        st.error(escape(words.told(error)), icon=":material/error:")
        return lambda _name_or_id: None


def _turn(
    shared: Services, conversation: Conversation, turn: StoredTurn, made: bool, find: Find, words: Words
) -> None:
    key = f"answer-{turn.id}"
    view = _view(shared, turn, made, find, words)
    selected = state.selected()
    if selected is not None and selected.turn == turn.id:
        view |= {"open": {"kind": selected.kind, "index": selected.index}}
    components.answer(view, key, partial(_open, turn.id, key), partial(_stop, shared, turn.id))
    if not made:
        turns.actions(shared, turn, words, last=turn.id == conversation.turns[-1].id)


def _view(shared: Services, turn: StoredTurn, made: bool, find: Find, words: Words) -> Data:
    """The turn as stored; as far as its task has come while the answer is made, or cannot be stored."""
    task = shared.answers.get(str(turn.id))
    if task is None or turn.state is not TurnState.ASKED:
        return turn_view(turn, find, words)
    if made:
        return live_view(turn, task.items, shared.assistant.ready, find, words)
    view = turn_view(with_answer_of(turn, task.items), find, words)
    return view | {"problem": words.told(task.error)} if task.error is not None else view


def _open(turn: int, key: str) -> None:
    opened = st.session_state[key].open
    state.select(Selected(turn, opened["kind"], int(opened["index"])))


def _stop(shared: Services, turn: int) -> None:
    task = shared.answers.get(str(turn))
    if task is not None:
        task.cancel()


def _source(shared: Services, conversation: Conversation, find: Find, words: Words) -> None:
    selected = state.selected()
    if selected is None:
        return
    turn = next((turn for turn in conversation.turns if turn.id == selected.turn), None)
    citations = _citations(shared, turn, selected) if turn is not None else ()
    if not 0 <= selected.index < len(citations):
        return
    view = citation_view(citations, selected.index, find, words)
    view |= {"turn": selected.turn, "kind": selected.kind}
    with st.container(key="source"):
        components.source(view, "source-panel", partial(_go, selected), partial(state.select, None))


def _citations(shared: Services, turn: StoredTurn, selected: Selected) -> tuple[Citation, ...]:
    """The citations of an answer, complete or still being made."""
    task = shared.answers.get(str(turn.id))
    if turn.answer is None and task is not None:
        turn = with_answer_of(turn, task.items)
        if turn.answer is None:
            said = (event for event in task.items if isinstance(event, Said))
            return tuple(citation for event in said for citation in event.citations)
    if turn.answer is None:
        return ()
    return turn.answer.citations if selected.kind == "citations" else turn.answer.nearest


def _go(selected: Selected) -> None:
    step = int(st.session_state["source-panel"].go)
    state.select(Selected(selected.turn, selected.kind, selected.index + step))
