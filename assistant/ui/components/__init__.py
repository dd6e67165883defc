"""What Streamlit's widgets cannot do: a turn with citation chips, the source panel, tables of plain text.

Each is a Streamlit component (v2). Its script sets every text from outside as text, never as markup.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent
Data = dict[str, Any]


def answer(data: Data, key: str, opened: Callable[[], None], stopped: Callable[[], None]) -> None:
    """Draws a turn; ``opened`` and ``stopped`` are called when a source is opened, the answer stopped.

    What was opened, ``{"kind", "index"}``, is then in ``st.session_state[key].open``.
    """
    _component("answer")(data=data, key=key, on_open_change=opened, on_stop_change=stopped)


def source(data: Data, key: str, moved: Callable[[], None], closed: Callable[[], None]) -> None:
    """Draws a source; the step to another citation is in ``st.session_state[key].go`` when ``moved``."""
    _component("source")(data=data, key=key, height="stretch", on_go_change=moved, on_close_change=closed)


def tables(data: Data, key: str) -> None:
    """Draws tables of plain text."""
    _component("tables")(data=data, key=key)


def tree(data: Data, key: str, chosen: Callable[[], None]) -> None:
    """Draws documents or sections as a tree; the number chosen is in ``st.session_state[key].choose``."""
    _component("tree")(data=data, key=key, on_choose_change=chosen)


@cache
def _component(name: str) -> "ComponentRenderer":
    from streamlit.components.v2 import component

    css = (_FOLDER / "base.css").read_text("utf-8") + (_FOLDER / f"{name}.css").read_text("utf-8")
    script = (_FOLDER / f"{name}.js").read_text("utf-8")
    return component(f"quotable_{name}", html='<div class="root"></div>', css=css, js=script)
