"""Tables within a text: a reader writes a row on a line of its own, its cells between upright strokes."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from assistant.ui.views.segments import Segment

_TABLE = re.compile(r"(?:^(?=[^\n]*\S \| )[^\n]*(?:\n|\Z)){2,}", re.MULTILINE)
_BETWEEN = re.compile(r" \| |\n")


def laid_out(pieces: Sequence[Segment]) -> list[Segment]:
    """The pieces, with those that hold no words of a table set apart: "table", "cell", "row" and "end".

    "table" begins a table and holds no characters; "cell" and "row" stand between two cells and two rows,
    "end" after the last. Together the pieces are the same text, and marks stay on the same characters.
    """
    text = "".join(piece for piece, _ in pieces)
    starts = list(accumulate((len(piece) for piece, _ in pieces), initial=0))
    laid: list[Segment] = []
    done = 0
    for start, end, kind in _structure(text):
        laid += _cut(pieces, starts, done, start)
        laid.append((text[start:end], kind))
        done = end
    return [*laid, *_cut(pieces, starts, done, len(text))]


def _structure(text: str) -> Iterator[tuple[int, int, str]]:
    """Ranges of the text that hold no words of a table, in order, and what they stand for."""
    for table in _TABLE.finditer(text):
        yield table.start(), table.start(), "table"
        last = table.end() - table.group().endswith("\n")
        for between in _BETWEEN.finditer(text, table.start(), last):
            yield *between.span(), "row" if between.group() == "\n" else "cell"
        yield last, table.end(), "end"


def _cut(pieces: Sequence[Segment], starts: Sequence[int], first: int, last: int) -> Iterator[Segment]:
    """The pieces between two places of their joined text."""
    for place in range(max(bisect_right(starts, first) - 1, 0), len(pieces)):
        if starts[place] >= last:
            return
        text, kind = pieces[place]
        part = text[max(first - starts[place], 0) : last - starts[place]]
        if part:
            yield part, kind
