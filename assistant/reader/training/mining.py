"""Hard negatives by the project's own encoder: the passages most like a question that do not answer it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.reader.training.corpus import Chunk, Corpus, Labelled, find_answer
from knowledge.encoder import Encoder

Floats = NDArray[np.float32]


class Neighbours:
    """Similarities of questions to chunks; vectors are kept in a file of the cache folder."""

    def __init__(self, corpus: Corpus, cache: Path) -> None:
        self._corpus = corpus
        asked = {(q.dataset, self._article(q)) for q in corpus.questions}
        chunks = [chunk for key in sorted(asked) for chunk in corpus.by_article[key]]
        texts = ["passage: " + passage_text(chunk) for chunk in chunks]
        texts += ["query: " + q.question for q in corpus.questions]
        texts = list(dict.fromkeys(texts))
        self._row = {text: row for row, text in enumerate(texts)}
        self._vectors = cached_vectors(texts, cache)
        self._by_dataset: dict[str, list[Chunk]] = {}
        for chunk in chunks:
            self._by_dataset.setdefault(chunk.dataset, []).append(chunk)

    def _article(self, question: Labelled) -> str:
        return self._corpus.chunks(question)[0].article

    def similarities(self, question: Labelled, chunks: Sequence[Chunk]) -> Floats:
        """Cosine of a question with each chunk."""
        rows = [self._row["passage: " + passage_text(chunk)] for chunk in chunks]
        found: Floats = self._vectors[rows] @ self._vectors[self._row["query: " + question.question]]
        return found

    def same_article(self, question: Labelled, most: int = 3) -> list[Chunk]:
        """Chunks of the article, of other passages, without the answer's words, the most similar first."""
        chunks = self._corpus.by_article[question.dataset, self._article(question)]
        return self._closest(question, [c for c in chunks if c.source != question.source], most)

    def far_in_article(self, question: Labelled) -> list[Chunk]:
        """The half of the article's other passages that is least like a question."""
        chunks = self._corpus.by_article[question.dataset, self._article(question)]
        fit = [chunk for chunk in chunks if chunk.source != question.source]
        if not fit:
            return []
        order = np.argsort(self.similarities(question, fit))
        return [fit[n] for n in order[: len(fit) // 2]]

    def other_articles(self, question: Labelled, most: int = 5) -> list[Chunk]:
        """Chunks of other articles of the set on the same side of the split, the most similar first."""
        article, held_out = self._article(question), self._corpus.chunks(question)[0].held_out
        chunks = self._by_dataset[question.dataset]
        fit = [c for c in chunks if c.article != article and c.held_out == held_out]
        return self._closest(question, fit, most)

    def _closest(self, question: Labelled, chunks: list[Chunk], most: int) -> list[Chunk]:
        if not chunks:
            return []
        order = np.argsort(-self.similarities(question, chunks))[: most * 2]
        found = (chunks[n] for n in order)
        fit = [c for c in found if find_answer(c.passage, question.answers, question.question) is None]
        return fit[:most]


def passage_text(chunk: Chunk) -> str:
    """What the encoder reads of a chunk."""
    return f"{' > '.join(chunk.passage.heading_path)}\n{chunk.passage.text}"


def cached_vectors(texts: list[str], cache: Path) -> Floats:
    """Vectors of the texts; those that the cache folder's file has are not made again."""
    path = cache / "vectors.npz"
    names = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts]
    known: dict[str, Floats] = {}
    if path.exists():
        with np.load(path) as saved:
            known = dict(zip(saved["names"].tolist(), saved["vectors"].astype(np.float32), strict=True))
    missing = [place for place, name in enumerate(names) if name not in known]
    if missing:
        made = Encoder().encode([texts[place] for place in missing])
        known |= dict(zip((names[place] for place in missing), made, strict=True))
        cache.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".tmp").open("wb") as file:
            np.savez(
                file, names=np.array(list(known)), vectors=np.stack([*known.values()]).astype(np.float16)
            )
        path.with_suffix(".tmp").replace(path)
    return np.stack([known[name] for name in names])
