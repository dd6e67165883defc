"""Charts as SVG: they need no script, follow the page's colours, and say their values to screen readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, PLOT, GAP = 440, 260, 44


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled value between 0 and 1 with its interval and the number of cases."""

    label: str
    value: float
    low: float
    high: float
    n: int


def bars(title: str, rows: Sequence[Bar], unit: str = "") -> str:
    """Horizontal bars with interval whiskers."""
    row, left = 22, 150
    span = WIDTH - left - 60
    parts = []
    for i, bar in enumerate(rows):
        y = i * row + 4
        value = f"{bar.value:.2f}{unit}"
        parts.append(
            f"<g><title>{escape(bar.label)}: {value} ({bar.low:.2f}–{bar.high:.2f}), n = {bar.n}</title>"
            f'<text x="{left - 6}" y="{y + 12}" text-anchor="end">{escape(_short(bar.label))}</text>'
            f'<rect class="track" x="{left}" y="{y + 2}" width="{span}" height="12"/>'
            f'<rect class="bar" x="{left}" y="{y + 2}" width="{max(0, bar.value) * span:.1f}" height="12"/>'
            f'<line class="whisker" x1="{left + bar.low * span:.1f}" x2="{left + bar.high * span:.1f}"'
            f' y1="{y + 8}" y2="{y + 8}"/>'
            f'<text x="{left + span + 6}" y="{y + 12}">{value} <tspan class="dim">{bar.n}</tspan></text></g>'
        )
    return _svg(title, WIDTH, len(rows) * row + 8, "".join(parts))


def latency_bars(title: str, rows: Sequence[tuple[str, float, float]]) -> str:
    """For each stage (name, p50, p95 in ms): a bar to p50 and a whisker to p95."""
    row, left = 22, 150
    span, most = WIDTH - left - 110, max((p95 for _, _, p95 in rows), default=1) or 1
    parts = []
    for i, (stage, p50, p95) in enumerate(rows):
        y = i * row + 4
        parts.append(
            f'<text x="{left - 6}" y="{y + 12}" text-anchor="end">{escape(_short(stage))}</text>'
            f'<rect class="bar" x="{left}" y="{y + 2}" width="{p50 / most * span:.1f}" height="12"/>'
            f'<line class="whisker" x1="{left + p50 / most * span:.1f}" x2="{left + p95 / most * span:.1f}"'
            f' y1="{y + 8}" y2="{y + 8}"/>'
            f'<text x="{left + span + 6}" y="{y + 12}">{p50:.1f} / {p95:.1f} ms</text>'
        )
    return _svg(title, WIDTH, len(rows) * row + 8, "".join(parts))


def curve(
    title: str, points: Sequence[tuple[float, float]], x_label: str, y_label: str, marked: float | None = None
) -> str:
    """A stepless line through (x, y), both 0..1; ``marked`` draws a vertical line at that x."""
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    mark = (
        ""
        if marked is None
        else f'<line class="mark" x1="{_x(marked)}" x2="{_x(marked)}" y1="0" y2="{PLOT}"/>'
    )
    return _svg(
        title,
        PLOT + GAP + 10,
        PLOT + GAP,
        f'{_axes(x_label, y_label)}{mark}<polyline class="line" points="{path}"/>',
    )


def reliability(title: str, bins: Sequence[tuple[float, float, int]], x_label: str, y_label: str) -> str:
    """Share that was answerable against mean confidence, a dot a bin, its area the number of cases."""
    most = max((n for _, _, n in bins), default=1)
    dots = "".join(
        f'<circle class="dot" cx="{_x(mean):.1f}" cy="{_y(share):.1f}" r="{3 + 9 * (n / most) ** 0.5:.1f}">'
        f"<title>{mean:.2f}: {share:.2f}, n = {n}</title></circle>"
        for mean, share, n in bins
    )
    diagonal = f'<line class="diagonal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    return _svg(title, PLOT + GAP + 10, PLOT + GAP, _axes(x_label, y_label) + diagonal + dots)


def standalone(svg: str) -> str:
    """A chart as a file of its own, dark on white, that any viewer shows."""
    css = (Path(__file__).parent / "templates" / "case.css").read_text("utf-8")
    rules = "".join(line for line in css.splitlines() if line.startswith(".chart"))
    return svg.replace(
        "<title>", f"<style>.chart {{ color: #222; background: #fff; }} {rules}</style><title>", 1
    )


def _x(value: float) -> float:
    return GAP + value * PLOT


def _y(value: float) -> float:
    return PLOT * (1 - value) + 6


def _axes(x_label: str, y_label: str) -> str:
    ticks = "".join(
        f'<line class="grid" x1="{GAP}" x2="{GAP + PLOT}" y1="{_y(v):.1f}" y2="{_y(v):.1f}"/>'
        f'<text class="dim" x="{GAP - 4}" y="{_y(v) + 4:.1f}" text-anchor="end">{v:g}</text>'
        f'<text class="dim" x="{_x(v):.1f}" y="{PLOT + 20}" text-anchor="middle">{v:g}</text>'
        for v in (0, 0.25, 0.5, 0.75, 1)
    )
    return (
        f'{ticks}<text x="{GAP + PLOT / 2}" y="{PLOT + 38}" text-anchor="middle">{escape(x_label)}</text>'
        f'<text transform="translate(10 {PLOT / 2}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_label)}</text>"
    )


def _short(label: str, most: int = 24) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _svg(title: str, width: float, height: float, body: str) -> str:
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>{body}</svg>'
    )
