import numpy as np
import pytest
from safetensors.numpy import load_file

from assistant.reader import ReaderMissing, words
from assistant.reader.pairs import PairReader
from assistant.reader.types import PassageText


def test_english_words_are_those_of_the_packaged_model() -> None:
    found = words.english()
    state = load_file(words.minilm_folder() / "model.safetensors")
    ids = np.array([[found.start, 2023], [found.end, found.padding]])
    rows = found.table.rows(ids)
    assert rows.shape == (2, 2, 384)
    assert np.array_equal(rows, state["embeddings.word_embeddings.weight"][ids])
    assert len(found.tokenizer.encode("word " * 600, add_special_tokens=False).ids) == 600  # nothing is cut


def test_a_pair_is_as_long_as_its_parts() -> None:
    reader = PairReader(words.english())
    (asked,), (read,) = reader.questions(["Why?"]), reader.passages([PassageText((), "So.", ((0, 3),))])
    pair = reader.join(asked, read)
    assert len(pair.ids) == len(pair.places) == len(asked) + len(read.ids) + 4
    assert [pair.ids[0], pair.ids[-1]] == [101, 102]


def test_a_missing_package_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "find_spec", lambda name: None)
    with pytest.raises(ReaderMissing, match="make install"):
        words.english()
