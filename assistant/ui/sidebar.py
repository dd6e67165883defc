"""The list of conversations: choose, begin a new one, rename, download, delete and undo."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from assistant.conversations import ConversationInfo
from assistant.errors import AssistantError
from assistant.ui import state
from assistant.ui.markdown import conversation_markdown, escape
from assistant.ui.services import Services
from assistant.ui.state import Deleted
from assistant.ui.texts import Words

SHOWN = 30  # conversations listed at once; older ones after a click


def draw(shared: Services, words: Words) -> None:
    """Draws the list in the sidebar."""
    with st.sidebar:
        st.button(
            words("new_conversation"),
            key="new",
            icon=":material/edit_square:",
            width="stretch",
            on_click=state.choose_conversation,
            args=(None,),
        )
        _undo(shared, words)
        try:
            known = shared.conversations.list()
        except AssistantError as error:
            st.warning(escape(words.told(error)))
            return
        with st.container(key="conversations"):
            _list(shared, known, words)


def _list(shared: Services, known: list[ConversationInfo], words: Words) -> None:
    everything = len(known) <= SHOWN or st.session_state.get("all_conversations", False)
    for info in known if everything else known[:SHOWN]:
        current = info.id == state.conversation_id()
        with st.container(
            key=f"conversation-{info.id}",
            horizontal=True,
            wrap=False,
            gap="xsmall",
            vertical_alignment="center",
        ):
            st.button(
                escape(info.title),
                key=f"choose-{info.id}",
                type="secondary" if current else "tertiary",
                width="stretch",
                wrap=False,
                on_click=state.choose_conversation,
                args=(info.id,),
            )
            if current:
                _menu(shared, info, words)
    if not everything:
        st.toggle(words.count("older_conversations", len(known) - SHOWN), key="all_conversations")


def _menu(shared: Services, info: ConversationInfo, words: Words) -> None:
    menu = st.popover(
        "⋯", key=f"menu-{info.id}", type="tertiary", help=words("conversation_menu"), on_change="rerun"
    )
    if not menu.open:
        return
    with menu:
        name = f"title-{info.id}"
        st.text_input(
            words("rename"), info.title, key=name, on_change=partial(_rename, shared, info.id, name)
        )
        conversation = state.loaded()
        if conversation is not None and conversation.info.id == info.id:
            st.download_button(
                words("download"),
                lambda: conversation_markdown(conversation, words),
                file_name="conversation.md",
                mime="text/markdown",
                icon=":material/download:",
                width="stretch",
                on_click="ignore",
            )
        st.button(
            words("delete"),
            key=f"delete-{info.id}",
            icon=":material/delete:",
            width="stretch",
            on_click=partial(_delete, shared, info),
        )


def _undo(shared: Services, words: Words) -> None:
    last = state.deleted("conversation")
    if last is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo"):
        st.markdown(words("deleted", title=escape(last.title)), width="stretch")
        st.button(words("undo"), key="undo-delete", on_click=partial(_restore, shared, last))


def _rename(shared: Services, identity: str, name: str) -> None:
    title = str(st.session_state.get(name, "")).strip()
    if title:
        _try(lambda: shared.conversations.rename(identity, title))


def _delete(shared: Services, info: ConversationInfo) -> None:
    if _try(lambda: shared.conversations.delete(info.id)):
        state.keep_deleted(Deleted("conversation", info.id, info.title))
        state.choose_conversation(None)


def _restore(shared: Services, last: Deleted) -> None:
    if _try(lambda: shared.conversations.restore(last.id)):
        state.keep_deleted(None)
        state.choose_conversation(last.id)


def _try(act: Callable[[], None]) -> bool:
    try:
        act()
    except AssistantError as error:
        state.report_problem(error)
        return False
    return True
