"""Whether two large lines are one heading: by distance, edges, look, and what would have fitted."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.readers.columns import Line
from knowledge.readers.headings import is_numbered

_LEADING = 1.3  # times the font's size: what lines of a heading are apart at most, or as far as the text's
_SLACK = 1.05
_WIDER = 1.2  # times the distance of the lines before
_HANGING = 4.0  # times the font's size: how far a line may stand to the right of the one it goes on from


@dataclass(frozen=True, slots=True)
class TextArea:
    """Where a document's text stands: its edges in points, and the distance of its lines in font sizes."""

    left: float
    right: float
    leading: float


def text_area(body: Sequence[Line], distance: float) -> TextArea:
    """The area of the lines of the body, whose usual distance is given."""
    size = body[0].size if body else 1.0
    left, right = (
        min((line.left for line in body), default=0.0),
        max((line.right for line in body), default=0.0),
    )
    return TextArea(left, right, distance / size)


def is_one_heading(group: Sequence[Line], line: Line, area: TextArea) -> bool:
    """Whether a line of a heading's level goes on with the heading whose lines are given.

    A line that was full is gone on with below it, any line by small letters. One that had room for more was
    ended by its writer: what follows belongs to it only if it stands close and looks the same.
    """
    above = group[-1]
    distance = above.bottom - line.bottom
    if is_numbered(line.text) or not _in_line(above, line):
        return False
    if len(group) > 1 and distance > _WIDER * (group[-2].bottom - above.bottom):
        return False
    if line.text[:1].islower() or _was_full(above, line, area):
        return True
    close = distance <= line.size * max(_LEADING, area.leading) * _SLACK
    return close and above.bold == line.bold and _case(above) == _case(line)


def _in_line(above: Line, line: Line) -> bool:
    """Whether two lines share their left edge, middle or right edge, or the second is indented."""
    near = max(3.0, line.size / 2)
    indent = line.left - above.left
    return (
        -near <= indent <= _HANGING * line.size
        or _is_centred(above, line, near)
        or _ends_alike(above, line, near)
    )


def _is_centred(above: Line, line: Line, near: float) -> bool:
    return abs(above.left + above.right - line.left - line.right) <= 2 * near


def _ends_alike(above: Line, line: Line, near: float) -> bool:
    return abs(above.right - line.right) <= near


def _was_full(above: Line, line: Line, area: TextArea) -> bool:
    """Whether the first word of the line would not have fitted behind the one above."""
    word = (line.right - line.left) * (len(line.text.split(" ", 1)[0]) + 1) / max(len(line.text), 1)
    starts = above.left if abs(above.left - line.left) <= max(3.0, line.size / 2) else area.left
    return above.right - above.left + word > (area.right - starts) / _SLACK


def _case(line: Line) -> bool | None:
    """Whether a line is in capitals; None for one without letters."""
    return line.text.isupper() if any(map(str.isalpha, line.text)) else None
