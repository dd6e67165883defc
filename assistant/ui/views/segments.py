"""Text in pieces, plain or marked: the browser counts characters in another way, so it is given no ranges."""

from collections.abc import Sequence
from itertools import pairwise

from assistant.citations import Range

Segment = tuple[str, str]

WINDOW = 30_000  # characters sent to the browser at most; a longer section is cut around the quote


def segments(text: str, start: int, end: int, marks: Sequence[Range], keys: Sequence[Range]) -> list[Segment]:
    """``text[start:end]`` in pieces: plain (""), marked ("quote"), or key words within a mark ("key")."""
    inside = [point for pair in (*marks, *keys) for point in pair if start < point < end]
    cuts = [start, *sorted(set(inside)), end]
    return [(text[a:b], _kind(a, b, marks, keys)) for a, b in pairwise(cuts) if a < b]


def window(start: int, end: int, focus: int, size: int = WINDOW) -> Range:
    """At most ``size`` characters of ``start``–``end`` around ``focus``."""
    if end - start <= size:
        return start, end
    first = min(max(start, focus - size // 2), end - size)
    return first, first + size


def _kind(start: int, end: int, marks: Sequence[Range], keys: Sequence[Range]) -> str:
    if any(a <= start and end <= b for a, b in keys):
        return "key"
    return "quote" if any(a <= start and end <= b for a, b in marks) else ""
