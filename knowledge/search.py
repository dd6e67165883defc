"""Searching: texts in, passages out, by meaning and by words, from the index of the collection's version."""

import logging
import threading
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from knowledge import index as indexes
from knowledge.catalogue import Catalogue
from knowledge.embedding import check_model, load_embedder
from knowledge.errors import StoreUnavailable, no_document
from knowledge.index import SearchIndex, best
from knowledge.messages import Message
from knowledge.retrieval import Ranking, fuse_texts
from knowledge.settings import KnowledgeSettings
from knowledge.store import Session, VectorStore
from knowledge.types import RetrievedPassage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

DEPTH = 100  # rows of each ranking that are fused: beyond it a reciprocal rank adds next to nothing
# Ranks forget by how far a passage is ahead; a third ranking, by the sum of standardised scores, remembers:
# nDCG@10 is .02 higher on squad2 and .006 on selqa (benchmarks/retrieval.py).
WEIGHT_OF_BOTH = 2.0
WORDS_IN_BOTH = 0.5
KEPT = 3  # best passages of each text that no other text pushes out
logger = logging.getLogger(__name__)


class Searcher:
    """Searches one collection; follows its changes, whichever process makes them. Thread-safe."""

    def __init__(self, settings: KnowledgeSettings, catalogue: Catalogue, store: VectorStore) -> None:
        self._model = settings.embedding_model
        self._root = settings.data_dir / "index" / settings.collection
        self._catalogue = catalogue
        self._store = store
        self._index: SearchIndex | None = None
        self._building = threading.Lock()

    def index(self) -> SearchIndex | None:
        """The index of the collection as it is now; None while the collection is empty.

        Raises IndexMismatch, StoreUnavailable.
        """
        version = self._catalogue.version()
        if not version:
            return None
        index = self._index
        if index is None or index.version != version:
            with self._building:
                index = self._index = self._current(version)
        return index

    def search(self, texts: Sequence[str], limit: int, documents: Collection[str]) -> list[RetrievedPassage]:
        """The best passages for all texts together, best first. Raises DocumentNotFound."""
        index = self.index()
        texts = [text for text in texts if text.strip()]
        if index is None or not index.size or not texts or limit < 1:
            return []
        similarity = _similarity(index.vectors, load_embedder(self._model).queries(texts))
        lexical = [index.lexical.scores(text) for text in texts]
        coverage = [index.lexical.coverage(text) for text in texts]
        allowed = index.allowed(self._ids(documents)) if documents else None
        depth = max(limit, DEPTH)
        rankings = [
            list(_rankings(meaning, words, known, allowed, depth))
            for meaning, words, known in zip(similarity.T, lexical, coverage, strict=True)
        ]
        fused = fuse_texts(rankings, limit, KEPT)
        keys = index.keys([each.row for each in fused])
        passages = self._catalogue.fetch(keys) if keys else {}
        found = [(each, passages[key]) for each, key in zip(fused, keys, strict=True) if key in passages]
        return [
            RetrievedPassage(
                passage=passage,
                score=each.score,
                rank=rank,
                similarity=float(similarity[each.row].max()),
                lexical=float(max(scores[each.row] for scores in lexical)),
                ranks=each.ranks,
            )
            for rank, (each, passage) in enumerate(found, start=1)
        ]

    def _ids(self, documents: Collection[str]) -> set[str]:
        known = {name: document for document, name, _ in self._catalogue.live_revisions().values()}
        missing = [name for name in documents if name not in known]
        if missing:
            raise no_document(missing[0])
        return {known[name] for name in documents}

    def _current(self, version: str) -> SearchIndex:
        index = self._index
        if index is None or index.version != version:
            index = indexes.load(version, self._root) or self._build()
        current = self._catalogue.index()
        check_model(index.fingerprint, current.model if current else "", self._model)
        return index

    def _build(self) -> SearchIndex:
        """Indexes what is live, with vectors from an earlier index where it has them, else from the store."""
        with self._catalogue.database.exclusive():
            version, current = self._catalogue.version(), self._catalogue.index()
            live = self._catalogue.live_revisions()
            earlier = self._index or indexes.load_any(self._root)
            known = earlier if earlier and current and earlier.fingerprint == current.fingerprint else None
            vectors = {revision: known.vectors_of(revision) if known else None for revision in live}
            missing = [revision for revision, found in vectors.items() if found is None]
            if current is not None and missing:
                with self._store.session(self._catalogue.owner()) as session:
                    for revision in missing:
                        vectors[revision] = _stored(session, current.collection, revision, live[revision][2])
            index = indexes.build(
                version,
                current.fingerprint if current else "",
                self._catalogue.live(),
                {revision: found for revision, found in vectors.items() if found is not None},
            )
        try:
            indexes.save(index, self._root)
        except OSError as error:
            logger.warning("The search index could not be kept (%s); it is made anew at each start.", error)
        return index


def _rankings(
    meaning: "Vectors",
    words: "Vectors",
    known: float,
    allowed: "NDArray[np.bool_] | None",
    depth: int,
) -> Iterator[Ranking]:
    """Three rankings of a text: by meaning, by words, by both; rows that are not allowed are in none.

    Words weigh as much as meaning where the collection knows all words of the text (``known`` is 1), and next
    to nothing for a text in a language that the collection is not in.
    """
    import numpy as np

    def ranked(name: str, scores: "Vectors", weight: float, above: float = -float("inf")) -> Ranking:
        if allowed is not None:
            scores = np.where(allowed, scores, -np.inf).astype(np.float32)
        return Ranking(name, best(scores, depth, above), weight)

    both = _standardised(meaning) + WORDS_IN_BOTH * known**2 * _standardised(words)
    yield ranked("dense", meaning, 1.0)
    yield ranked("lexical", words, known**2, above=0.0)
    yield ranked("both", both, WEIGHT_OF_BOTH)


def _similarity(vectors: "Vectors", asked: "Vectors") -> "Vectors":
    """Inner products: [passages, texts]."""
    import numpy as np

    # Not `@`: the threads of its library go on spinning for a tenth of a second and slow the reader by half.
    found: Vectors = np.einsum("pd,td->pt", vectors, asked)
    return found


def _standardised(scores: "Vectors") -> "Vectors":
    """The scores with mean 0 and standard deviation 1: by how far a passage stands out."""
    found: Vectors = (scores - scores.mean()) / (scores.std() + 1e-9)
    return found


def _stored(session: Session, collection: str, revision: str, count: int) -> "Vectors":
    found = session.vectors(collection, revision, count) if session.has(collection) else None
    if found is None:
        raise StoreUnavailable(
            Message(
                "knowledge.vectors_lost",
                "The vector store has lost some vectors. Run `python -m knowledge rebuild` to make them "
                "anew.",
            )
        )
    return found
