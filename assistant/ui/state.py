"""What one browser tab remembers: the chosen conversation, the open source, a message, what can be undone."""

from dataclasses import dataclass, field
from typing import Any, Literal, cast

import streamlit as st

from assistant.conversations import Conversation
from assistant.ui.texts import Words
from knowledge.messages import message_of

LANGUAGES = {"en": "English", "nl": "Nederlands", "fr": "Français", "de": "Deutsch"}
Kind = Literal["citations", "nearest"]


@dataclass(frozen=True, slots=True)
class Selected:
    """The citation whose source is open: citation ``index`` of that kind of a turn's answer."""

    turn: int
    kind: Kind
    index: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """Something taken away that can be brought back: a conversation's id or a document's name.

    ``data`` is the file of a document that was added, None of one that ships; ``folder`` is where it lay.
    """

    what: Literal["conversation", "document"]
    id: str
    title: str
    data: bytes | None = field(default=None, repr=False)
    folder: str = ""


def _get(name: str) -> Any:
    return st.session_state.get(f"_{name}")


def _set(name: str, value: object) -> None:
    st.session_state[f"_{name}"] = value


def conversation_id() -> str | None:
    """The conversation that is shown; None: a new one, not stored yet."""
    return cast("str | None", _get("conversation_id"))


def choose_conversation(identity: str | None) -> None:
    """Shows another conversation, None a new one; what was open of the former is closed."""
    _set("conversation_id", identity)
    _set("loaded", None)
    _set("selected", None)
    _set("problem", "")


def loaded() -> Conversation | None:
    """The conversation as it was last read: shown while the database cannot be read."""
    return cast("Conversation | None", _get("loaded"))


def keep_loaded(conversation: Conversation) -> None:
    """Remembers the conversation as it was read now."""
    _set("loaded", conversation)


def selected() -> Selected | None:
    """The citation whose source is open."""
    return cast("Selected | None", _get("selected"))


def select(selection: Selected | None) -> None:
    """Opens the source of a citation, or closes the panel."""
    _set("selected", selection)


def problem() -> str:
    """What went wrong with the last thing the user did, in the page's language; empty when nothing did."""
    return words().told(cast("str | None", _get("problem")) or "")


def report_problem(problem: str | BaseException) -> None:
    """Shows a message, or an error's, until the user does the next thing; an empty one takes it away."""
    _set("problem", message_of(problem) if isinstance(problem, BaseException) else problem)
    mark_stale()


def mark_stale() -> None:
    """Notes that more than a fragment of the page must be drawn anew."""
    _set("stale", True)


def take_stale() -> bool:
    """Whether more than a fragment must be drawn anew; noted no longer."""
    stale = bool(_get("stale"))
    _set("stale", False)
    return stale


def deleted(what: str) -> Deleted | None:
    """What was last taken away and can be brought back."""
    last = cast("Deleted | None", _get("deleted"))
    return last if last is not None and last.what == what else None


def keep_deleted(last: Deleted | None) -> None:
    """Remembers what can be brought back; None: nothing."""
    _set("deleted", last)


def chosen_source() -> str | None:
    """The name of the document that the Sources page shows."""
    return cast("str | None", _get("source"))


def choose_source(name: str) -> None:
    """Shows another document on the Sources page."""
    _set("source", name)


def language_choice() -> str:
    """The chosen language's code, or auto."""
    return str(st.session_state.get("language", "auto"))


def page_language() -> str:
    """The language of the page: the chosen one, else the browser's if the page speaks it, else English."""
    chosen = language_choice()
    if chosen in LANGUAGES:
        return chosen
    browser = (st.context.locale or "en").split("-")[0].lower()
    return browser if browser in LANGUAGES else "en"


def chosen_documents() -> tuple[str, ...]:
    """Names of the documents to ask within; empty: all."""
    return tuple(st.session_state.get("documents", ()))


def carefulness() -> float | None:
    """How sure the assistant must be to answer, 0..1; None: the calibrated value."""
    value = st.session_state.get("carefulness")
    return None if value is None else float(value) / 100


def words() -> Words:
    """The page's phrases in the language of this session."""
    return Words(page_language())
