from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import index as indexes
from knowledge import lexical
from knowledge.catalogue import LivePassage
from knowledge.index import SearchIndex

TEXTS = {
    "en": "The otters are eating fish and the bees are making honey in the hive.",
    "nl": "De otters eten vis en de bijen maken honing in de korf van het huis.",
    "fr": "Les loutres mangent du poisson et les abeilles font du miel dans la ruche.",
    "de": "Die Otter fressen Fisch und die Bienen machen Honig in dem Bienenstock.",
}


def built(texts: Sequence[str], version: str = "v1") -> SearchIndex:
    passages = [
        LivePassage(f"r{n // 2}", n % 2, f"d{n // 2}", ("Title",), text) for n, text in enumerate(texts)
    ]
    vectors = np.random.default_rng(0).standard_normal((len(texts), 8)).astype("float32")
    revisions = {f"r{n}": vectors[2 * n : 2 * n + 2] for n in range((len(texts) + 1) // 2)}
    return indexes.build(version, "model", passages, revisions)


def test_an_index_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    index = built([*TEXTS.values(), "One more."])
    indexes.save(index, tmp_path)
    found = indexes.load("v1", tmp_path)
    assert found is not None
    assert (found.revisions, found.fingerprint, found.size) == (index.revisions, "model", 5)
    assert (found.vectors == index.vectors).all()
    assert (found.owners == index.owners).all()
    assert found.lexical.vocabulary == index.lexical.vocabulary
    assert (found.lexical.scores("poisson honey") == index.lexical.scores("poisson honey")).all()


def test_only_the_newest_index_is_kept_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    indexes.save(built(["one"]), tmp_path)
    indexes.save(built(["two"], "v2"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["v2"]
    assert indexes.load("v1", tmp_path) is None
    (tmp_path / "v2" / "vectors.npy").write_bytes(b"short")
    assert indexes.load("v2", tmp_path) is None
    assert indexes.load_any(tmp_path) is None


def test_rows_and_keys_are_each_others_reverse() -> None:
    index = built(["a", "b", "c", "d", "e"])
    assert index.keys(range(5)) == [("r0", 0), ("r0", 1), ("r1", 0), ("r1", 1), ("r2", 0)]
    assert index.allowed(["d1"]).tolist() == [False, False, True, True, False]
    vectors = index.vectors_of("r1")
    assert vectors is not None
    assert (vectors == index.vectors[2:4]).all()
    assert index.vectors_of("gone") is None


def test_an_empty_collection_has_an_empty_index(tmp_path: Path) -> None:
    index = built([])
    indexes.save(index, tmp_path)
    found = indexes.load("v1", tmp_path)
    assert found is not None
    assert found.size == 0
    assert found.lexical.scores("anything").shape == (0,)


@pytest.mark.parametrize("language", list(TEXTS))
def test_languages_are_told_apart(language: str) -> None:
    assert lexical.language_of(TEXTS[language]) == language


@pytest.mark.parametrize(
    ("question", "row"),
    [("Who eats fishes?", 0), ("het maken van honing", 1), ("manger du poisson", 2), ("Bienenstöcke", 3)],
)
def test_words_are_found_by_their_stem_in_each_language(question: str, row: int) -> None:
    index = lexical.build(list(TEXTS.values()), list(TEXTS))
    assert int(index.scores(question).argmax()) == row


words = st.lists(
    st.sampled_from("otter bee fish honey river hive night holt".split()), min_size=1, max_size=12
)


@given(st.lists(words, min_size=1, max_size=8), words)
def test_scores_are_those_of_bm25s(texts: list[list[str]], query: list[str]) -> None:
    index = lexical.build([" ".join(text) for text in texts], ["en"] * len(texts))
    stems = [[lexical.stem(word, "en") for word in text] for text in texts]
    reference = bm25s.BM25(k1=lexical.K1, b=lexical.B, method="lucene")
    reference.index(stems, show_progress=False)
    asked = sorted({lexical.stem(word, "en") for word in query} & {stem for text in stems for stem in text})
    expected = reference.get_scores(asked) if asked else np.zeros(len(texts))
    assert index.scores(" ".join(query)) == pytest.approx(expected, abs=1e-5)
