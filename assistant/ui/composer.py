"""The foot of the chat: the question box and the choices that go with a question."""

from functools import partial

import streamlit as st

from assistant.conversations import Request
from assistant.ui import asking, state
from assistant.ui.markdown import escape
from assistant.ui.services import Services
from assistant.ui.state import LANGUAGES
from assistant.ui.texts import Words
from assistant.ui.views.trace import answered_by
from knowledge.errors import KnowledgeError


def draw(shared: Services, words: Words) -> None:
    """Draws the question box and its choices at the foot of the page."""
    with st.bottom, st.container(key="composer"):
        st.chat_input(words("ask_placeholder"), key="question", on_submit=partial(_submit, shared))
        with st.container(key="options", horizontal=True, vertical_alignment="center"):
            _documents(shared, words)
            _options(shared, words)
            model = answered_by(shared.settings.chat_model or "quotes", words)
            st.caption(words("answers_with", model=escape(model)))


def request(question: str, standalone: str | None = None) -> Request:
    """The question with the choices made in this tab."""
    return Request(
        question, state.chosen_documents(), state.language_choice(), standalone, state.carefulness()
    )


def _submit(shared: Services) -> None:
    question = str(st.session_state["question"] or "")
    if not asking.ask(shared, request(question)):
        st.session_state["question"] = question


def _documents(shared: Services, words: Words) -> None:
    chosen = state.chosen_documents()
    label = words.count("documents", len(chosen)) if chosen else words("all_documents")
    picker = st.popover(
        label, key="picker", type="tertiary", icon=":material/description:", on_change="rerun"
    )
    if not picker.open:
        return
    with picker:
        try:
            names = [info.name for info in shared.knowledge().list()]
        except KnowledgeError as error:
            st.warning(escape(words.told(error)))
            return
        st.multiselect(
            words("ask_within"),
            sorted({*names, *chosen}),
            key="documents",
            placeholder=words("all_documents"),
            persist_state="session",
        )


def _options(shared: Services, words: Words) -> None:
    options = st.popover(
        words("options"), key="choices", type="tertiary", icon=":material/tune:", on_change="rerun"
    )
    if not options.open:
        return
    with options:
        st.selectbox(
            words("language"),
            ["auto", *LANGUAGES],
            key="language",
            format_func=lambda code: LANGUAGES.get(code) or words("language_auto"),
            persist_state="session",
        )
        _carefulness(shared, words)


def _carefulness(shared: Services, words: Words) -> None:
    if not shared.assistant.ready:
        st.caption(words("loading_models"))
        return
    own = st.toggle(
        words("own_carefulness"), key="careful", help=words("carefulness_help"), persist_state="session"
    )
    if not own:
        st.session_state.pop("carefulness", None)
        return
    st.session_state.setdefault("carefulness", round(100 * asking.usual_carefulness(shared.assistant())))
    st.slider(words("carefulness"), 0, 100, key="carefulness", format="%d %%", persist_state="session")
