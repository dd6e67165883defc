"""What the trained reader is compared with: the words in common; similarity, each vector made once."""

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from assistant.reader import PassageText, Reading
from assistant.reader.training.corpus import Corpus
from evals.metrics.text import words


class LexicalReader:
    """BM25 as a reader: what the question's words alone say. Frequencies are those of the corpus."""

    def __init__(self, corpus: Corpus) -> None:
        texts = [set(words(c.passage.text)) for chunks in corpus.by_source.values() for c in chunks]
        counts = Counter(word for held in texts for word in held)
        total = len(texts)
        self._weight = {w: math.log(1 + (total - n + 0.5) / (n + 0.5)) for w, n in counts.items()}
        self._unseen = math.log(1 + (total + 0.5) / 0.5)

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        asked = set(words(question))
        return [
            Reading(
                self._score(asked, passage.text, 100),
                tuple(self._score(asked, passage.text[a:b], 25) for a, b in passage.sentences),
                None,
                -math.inf,
            )
            for passage in passages
        ]

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [
            len(set(words(claim)) & set(words(text))) / len(set(words(claim)) or {""})
            for claim, text in pairs
        ]

    def _score(self, asked: set[str], text: str, usual: int) -> float:
        held = Counter(words(text))
        length = 0.25 + 0.75 * held.total() / usual
        return sum(
            self._weight.get(word, self._unseen) * held[word] * 2.2 / (held[word] + 1.2 * length)
            for word in asked
            if held[word]
        )


class Remembering:
    """An embedding function that makes each text's vector once."""

    def __init__(self, embed: Callable[[Sequence[str]], np.ndarray]) -> None:
        self._embed = embed
        self._known: dict[str, np.ndarray] = {}

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known |= dict(zip(missing, self._embed(missing), strict=True))
        return np.stack([self._known[text] for text in texts])
