"""Passages and a reader with a fixed table of beliefs, for tests of single stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.reader.types import PassageText, Reading
from knowledge.sentences import split
from knowledge.types import Passage, RetrievedPassage, Sentence

NATO = "In 2016, NATO recognised cyberspace as an operational domain. The Allies must adapt to new threats."


def passage(text: str, heading: str, start: int = 0, name: str = "a.txt") -> Passage:
    """The text as a passage of section ``start // 100``, its sentences split as the product does."""
    sentences = tuple(Sentence(start + one.start, start + one.end) for one in split(text))
    return Passage(
        id=f"{name}:{start}",
        document_id=name,
        document_name=name,
        content_hash="hash",
        section=start // 100,
        heading_path=("Title", heading),
        start=start,
        end=start + len(text),
        text=text,
        sentences=sentences,
    )


def found(item: Passage, rank: int) -> RetrievedPassage:
    """The passage as found at a rank."""
    return RetrievedPassage(item, 1 / rank, rank, similarity=0.9 - 0.1 * rank, lexical=3.0 / rank)


@dataclass(frozen=True)
class TableReader:
    """Believes a sentence by the words that it holds; marks the first of them as the answer."""

    logits: Mapping[str, float]
    other: float

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        return [self._read(passage) for passage in passages]

    def _read(self, passage: PassageText) -> Reading:
        texts = [passage.text[start:end] for start, end in passage.sentences]
        scores = tuple(
            max((logit for words, logit in self.logits.items() if words in text), default=self.other)
            for text in texts
        )
        span = next((_place(passage.text, words) for words in self.logits if words in passage.text), None)
        return Reading(max(scores), scores, span, 5.0 if span else -5.0)

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [0.5 for _ in pairs]


def _place(text: str, words: str) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)
