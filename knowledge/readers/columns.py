"""Rows of tables among the lines of a page: wide gaps in them, at places where their neighbours have them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_GAP = 0.9  # times the font's size: wider than a blank, also in most justified lines
_ALIGNED = 3.0  # points that the edges of a column may be apart
_MAX_DISTANCE = 4.0  # times the font's size, between two rows
_MARKER = re.compile(r"[-–—*•‣◦▪●○■□➢➤✓·o]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxIVX]{1,5})[.)]?|§+ ?\d+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a line without a wide gap in it, with its edges in points."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its text, page number, edges in points (y grows upwards) and look."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool
    cells: tuple[Cell, ...] = ()
    is_row: bool = False


def cells(words: Sequence[Cell], size: float) -> tuple[Cell, ...]:
    """The words of a line put together where no wide gap is between them."""
    found: list[Cell] = []
    for word in words:
        if found and word.left - found[-1].right < _GAP * size:
            last = found[-1]
            found[-1] = Cell(f"{last.text} {word.text}", last.left, word.right)
        else:
            found.append(word)
    return tuple(found)


def with_rows(lines: Sequence[Line]) -> list[Line]:
    """The lines, with those that are rows of tables marked as such, and their cells divided."""
    shown: list[Line] = []
    for before, line, after in _neighbours(lines):
        if _has_columns(line) and (_same_columns(line, before) or _same_columns(line, after)):
            line = replace(line, text=" | ".join(cell.text for cell in line.cells), is_row=True)
        shown.append(line)
    return shown


def _neighbours(lines: Sequence[Line]) -> Iterator[tuple[Line | None, Line, Line | None]]:
    return zip([None, *lines[:-1]], lines, [*lines[1:], None], strict=True)


def _has_columns(line: Line) -> bool:
    """Whether a line has cells, other than a list item's or a heading's number and its text."""
    return len(line.cells) > 1 and not (len(line.cells) == 2 and _MARKER.fullmatch(line.cells[0].text))


def _same_columns(line: Line, other: Line | None) -> bool:
    """Whether the other line stands right above or below and has a column at the same place."""
    if other is None or other.page != line.page or not _has_columns(other):
        return False
    if not 0 < abs(line.bottom - other.bottom) <= _MAX_DISTANCE * line.size:
        return False
    return any(
        abs(place(one) - place(another)) <= _ALIGNED
        for place in (_left, _right, _middle)
        for one in line.cells[1:]
        for another in other.cells[1:]
    )


def _left(cell: Cell) -> float:
    return cell.left


def _right(cell: Cell) -> float:
    return cell.right


def _middle(cell: Cell) -> float:
    return (cell.left + cell.right) / 2
