"""(question, passage) and (claim, evidence) pairs as token ids, and where each token is in the passage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.reader.types import PassageText

if TYPE_CHECKING:
    from tokenizers import Encoding

    from assistant.reader.words import Words

MAX_QUESTION = 160
_MAX_HEADING = 48


@dataclass(frozen=True, slots=True)
class Pair:
    """Token ids; for each, the half-open range it covers in the passage's text (None outside the text)."""

    ids: list[int]
    places: list[tuple[int, int] | None]


def heading(path: Sequence[str]) -> str:
    """What is read before a passage."""
    return " > ".join(path) + ":"


class PairReader:
    """Texts to pairs: <s> question </s></s> heading: passage </s>, as the tokenizer joins two texts."""

    def __init__(self, words: "Words") -> None:
        self._words = words

    def questions(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each; of a longer question than MAX_QUESTION the beginning and the end."""
        return [_middle_cut(found.ids, MAX_QUESTION) for found in self._encode(texts)]

    def claims(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each, whole."""
        return [found.ids for found in self._encode(texts)]

    def passages(self, passages: Sequence[PassageText]) -> list[Pair]:
        """Heading and text of each, without the tokens that join them to a question."""
        headings = self._encode([heading(p.heading_path) if p.heading_path else "" for p in passages])
        texts = self._encode([p.text for p in passages])
        return [
            _joined(_middle_cut(above.ids, _MAX_HEADING), found, passage.text)
            for above, found, passage in zip(headings, texts, passages, strict=True)
        ]

    def join(self, question: Sequence[int], passage: Pair) -> Pair:
        """The pair that the model reads."""
        start, end = self._words.start, self._words.end
        ids = [start, *question, end, end, *passage.ids, end]
        return Pair(ids, [None] * (len(question) + 3) + passage.places + [None])

    def _encode(self, texts: Sequence[str]) -> "list[Encoding]":
        return self._words.tokenizer.encode_batch(list(texts), add_special_tokens=False)


def window(passage: Pair, start: int, end: int) -> Pair:
    """The passage's heading with only those tokens that lie in a range of the text."""
    kept = [
        n
        for n, place in enumerate(passage.places)
        if place is None or (start <= place[0] and place[1] <= end)
    ]
    return Pair([passage.ids[n] for n in kept], [passage.places[n] for n in kept])


def _joined(above: list[int], found: "Encoding", text: str) -> Pair:
    places: list[tuple[int, int] | None] = [None] * len(above)
    places += [_trimmed(text, start, end) for start, end in found.offsets]
    return Pair([*above, *found.ids], places)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The range without the space that a word piece begins with; None if nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    return (start, end) if start < end else None


def _middle_cut(ids: list[int], most: int) -> list[int]:
    half = most // 2
    return ids if len(ids) <= most else [*ids[:half], *ids[-half:]]
