"""BM25 over stemmed words: built by bm25s, kept in memory-mapped arrays, scored with numpy alone.

A query's score is the sum of a few columns of the matrix that bm25s fills when it builds, so that searching
imports neither bm25s nor scipy.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Passages are short and even in length, so term frequency saturates early and length matters less than in
# the usual 1.5/0.75 (benchmarks/retrieval.py).
K1, B = 0.9, 0.4
LANGUAGES = {"en": "english", "nl": "dutch", "fr": "french", "de": "german"}
GUESS_FROM = 20_000  # characters of a document that its language is guessed from
_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words of a text, lower case, in order."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def language_of(text: str) -> str:
    """The language (of LANGUAGES) whose stop words the text uses most; English when it uses none."""
    seen = Counter(words(text[:GUESS_FROM]))
    hits = {language: sum(seen[word] for word in _stop_words(language)) for language in LANGUAGES}
    return max(LANGUAGES, key=lambda language: hits[language])


def stem(word: str, language: str) -> str:
    """The word's stem in that language, without accents."""
    folded = unicodedata.normalize("NFKD", _stemmer(language).stemWord(word))
    return "".join(character for character in folded if not unicodedata.combining(character))


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """BM25 scores of n passages: ``terms`` maps a stem to its column of a compressed sparse matrix.

    ``weights`` holds one inverse document frequency a term; ``vocabulary`` the words as they were written.
    """

    size: int
    languages: tuple[str, ...]
    terms: dict[str, int]
    data: "NDArray[np.float32]"
    rows: "NDArray[np.int32]"
    starts: "NDArray[np.int64]"
    vocabulary: frozenset[str] = field(default=frozenset(), repr=False)

    def scores(self, text: str) -> "NDArray[np.float32]":
        """The BM25 score of every passage for the text's words; stop words are not in the index."""
        import numpy as np

        scores = np.zeros(self.size, dtype=np.float32)
        for term in self._query_terms(text):
            span = slice(self.starts[term], self.starts[term + 1])
            scores[self.rows[span]] += self.data[span]
        return scores

    def coverage(self, text: str) -> float:
        """The share (0..1) of the text's words that are, in some form, in the collection."""
        asked = set(words(text))
        known = sum(any(self._knows(word, code) for code in self.languages) for word in asked)
        return known / len(asked) if asked else 0.0

    def _knows(self, word: str, language: str) -> bool:
        return word in self.vocabulary or stem(word, language) in self.terms

    def _query_terms(self, text: str) -> set[int]:
        stems = {stem(word, language) for word in words(text) for language in self.languages}
        return {self.terms[term] for term in stems if term in self.terms}

    def save(self, folder: Path) -> None:
        """Writes the arrays and words into the folder."""
        import numpy as np

        for name in ("data", "rows", "starts"):
            np.save(folder / f"{name}.npy", getattr(self, name))
        texts = {"size": self.size, "languages": self.languages, "terms": list(self.terms)}
        (folder / "terms.json").write_text(json.dumps(texts), "utf-8")
        (folder / "vocabulary.txt").write_text("\n".join(sorted(self.vocabulary)), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Maps what ``save`` wrote into memory. Raises OSError or ValueError when it is not whole."""
        import numpy as np

        texts = json.loads((folder / "terms.json").read_text("utf-8"))
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("data", "rows", "starts")}
        return cls(
            size=texts["size"],
            languages=tuple(texts["languages"]),
            terms={term: number for number, term in enumerate(texts["terms"])},
            vocabulary=frozenset((folder / "vocabulary.txt").read_text("utf-8").split("\n")) - {""},
            **arrays,
        )


def build(texts: Sequence[str], languages: Sequence[str]) -> LexicalIndex:
    """Indexes the texts, each in its language (of LANGUAGES)."""
    import numpy as np

    terms: dict[str, int] = {}
    numbers: dict[tuple[str, str], int] = {}  # (word, language) → its term, -1 for a stop word

    def number(word: str, language: str) -> int:
        found = numbers.get((word, language))
        if found is None:
            stop = word in _stop_words(language)
            found = -1 if stop else terms.setdefault(stem(word, language), len(terms))
            numbers[word, language] = found
        return found

    ids = [
        [term for word in words(text) if (term := number(word, language)) >= 0]
        for text, language in zip(texts, languages, strict=True)
    ]
    used = tuple(code for code in LANGUAGES if code in set(languages)) or ("en",)
    vocabulary = frozenset(word for word, _ in numbers)
    if not terms:
        return LexicalIndex(
            len(ids), used, {}, np.zeros(0, "f4"), np.zeros(0, "i4"), np.zeros(1, "i8"), vocabulary
        )
    matrix = _bm25(ids, terms)
    return LexicalIndex(
        size=len(ids),
        languages=used,
        terms=terms,
        data=np.asarray(matrix["data"], dtype=np.float32),
        rows=np.asarray(matrix["indices"], dtype=np.int32),
        starts=np.asarray(matrix["indptr"], dtype=np.int64),
        vocabulary=vocabulary,
    )


def _bm25(ids: list[list[int]], terms: dict[str, int]) -> dict[str, Any]:
    import bm25s

    index = bm25s.BM25(k1=K1, b=B, method="lucene")
    index.index((ids, dict(terms)), create_empty_token=False, show_progress=False)
    return dict(index.scores)


@cache
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(LANGUAGES[language])


@cache
def _stop_words(language: str) -> frozenset[str]:
    from bm25s import stopwords

    lists = {
        "en": stopwords.STOPWORDS_EN_PLUS,
        "nl": stopwords.STOPWORDS_DUTCH,
        "fr": stopwords.STOPWORDS_FRENCH,
        "de": stopwords.STOPWORDS_GERMAN,
    }
    return frozenset(lists[language])
