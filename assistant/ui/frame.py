"""The frame around every page: style, navigation, and the models loaded when the page has been drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.ui.guard import guarded
from assistant.ui.services import services, warm_up
from assistant.ui.state import words

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_STYLE = Path(__file__).with_name("frame.css")
_ICON = str(Path(__file__).with_name("icon.svg"))  # an icon by name would be fetched from the internet


def framed(pages: "Sequence[StreamlitPage]") -> None:
    """Draws the chosen page within the frame, then begins to load the models."""
    st.set_page_config(page_title=words()("title"), page_icon=_ICON, layout="wide")
    st.html(_STYLE)
    page = st.navigation(list(pages), position="sidebar")
    guarded(_draw)(page)


def _draw(page: "StreamlitPage") -> None:
    page.run()
    warm_up(services())
