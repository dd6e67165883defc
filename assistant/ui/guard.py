"""No failure reaches the user as a stack trace: one clear sentence in its place, the rest in the log."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from assistant.errors import AssistantError
from assistant.ui.markdown import escape
from assistant.ui.state import words
from knowledge.errors import KnowledgeError

Given = ParamSpec("Given")
log = logging.getLogger(__name__)


def guarded(draw: Callable[Given, None]) -> Callable[Given, None]:
    """The same drawing; when it fails, the sentence that says why stands where it would go on."""

    @wraps(draw)
    def drawn(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except (AssistantError, KnowledgeError) as error:
            st.error(escape(words().told(error)), icon=":material/error:")
        except Exception:
            log.exception("a page could not be drawn")
            st.error(words()("unexpected"), icon=":material/error:")

    return drawn
