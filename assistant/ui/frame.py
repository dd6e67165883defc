"""The frame around every page: style, navigation, and one clear sentence when a page cannot be drawn."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.errors import AssistantError
from assistant.ui.markdown import escape
from assistant.ui.services import services, warm_up
from assistant.ui.state import words
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_STYLE = Path(__file__).with_name("frame.css")
_ICON = str(Path(__file__).with_name("icon.svg"))  # an icon by name would be fetched from the internet
log = logging.getLogger(__name__)


def framed(pages: "Sequence[StreamlitPage]") -> None:
    """Draws the chosen page within the frame, then begins to load the models."""
    say = words()
    st.set_page_config(page_title=say("title"), page_icon=_ICON, layout="wide")
    st.html(_STYLE)
    page = st.navigation(list(pages), position="sidebar")
    try:
        page.run()
        warm_up(services())
    except (AssistantError, KnowledgeError) as error:
        st.error(escape(str(error)), icon=":material/error:")
    except Exception:
        log.exception("the page could not be drawn")
        st.error(say("unexpected"))
