"""Charts on the page: a component, for Streamlit's own HTML shows no SVG."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from evals.report import TEMPLATES

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent


def draw_charts(charts: Sequence[tuple[str, str]], key: str) -> None:
    """Draws charts, each a caption and an SVG of ``evals.charts``."""
    _component()(data={"charts": [list(chart) for chart in charts]}, key=key)


@cache
def _component() -> "ComponentRenderer":
    from streamlit.components.v2 import component

    css = [(_FOLDER / "charts.css").read_text("utf-8"), (TEMPLATES / "case.css").read_text("utf-8")]
    script = (_FOLDER / "charts.js").read_text("utf-8")
    return component("quotable_charts", html='<div class="root"></div>', css="".join(css), js=script)
