"""What a reader is given and what it says. Pure values; scores are logits unless said otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PassageText:
    """A run of whole sentences of one section, as the reader sees it.

    Offsets of `sentences` are half-open character ranges in `text`, in order, without overlap.
    """

    heading_path: tuple[str, ...]
    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one passage says to one question.

    answerable: logit that the passage answers the question.
    sentences: one logit a sentence of the passage that it is (part of) the answer.
    span: half-open character range in the passage's text of the shortest answer; None where none is marked.
    span_margin: score of that span over 'no span' (both sums of two logits); larger is surer.
    """

    answerable: float
    sentences: tuple[float, ...]
    span: tuple[int, int] | None
    span_margin: float


class Reader(Protocol):
    """Anything that reads a question against passages, and a claim against its evidence."""

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        """One Reading a passage, in the order given."""
        ...

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The probability, 0 to 1, that each (claim, evidence) pair's evidence supports its claim."""
        ...
