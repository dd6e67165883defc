import hashlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.encoder import DIMENSIONS, MAX_TOKENS, Encoder, EncoderMissing, TextTooLong
from knowledge.encoder.runtime import WEIGHTS, WordTable, batches, pad

TEXTS = [
    "passage: NATO recognised cyberspace as an operational domain.",
    "passage: Bread is baked in an oven.",
    "query: Wann hat die NATO den Cyberraum anerkannt?",
    "query: Quand l'OTAN a-t-elle reconnu le cyberespace ?",
    "query: Wanneer erkende de NAVO cyberspace?",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_vectors_have_length_one_and_questions_find_their_passage_in_every_language(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (5, DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    scores = vectors[2:] @ vectors[:2].T
    assert (scores[:, 0] > scores[:, 1] + 0.05).all()


def test_a_text_has_the_same_vector_alone_and_in_a_batch(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert (alone * encoder.encode(TEXTS)).sum(axis=1).min() > 0.995


def test_nothing_gives_no_vectors_and_an_empty_text_one(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, DIMENSIONS)
    assert encoder.encode([""]).shape == (1, DIMENSIONS)


def test_a_text_that_is_too_long_is_refused_with_its_size(encoder: Encoder) -> None:
    assert encoder.max_tokens == MAX_TOKENS
    with pytest.raises(TextTooLong, match="603 tokens where 512 fit"):
        encoder.encode(["word " * 600])


def test_threads_share_an_encoder() -> None:
    encoder = Encoder()
    expected = Encoder().encode(TEXTS)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(encoder.encode, [TEXTS] * 8))
    assert all(np.allclose(each, expected, atol=1e-5) for each in found)


def test_missing_weights_are_named(tmp_path) -> None:
    with pytest.raises(EncoderMissing, match="is not in"):
        Encoder(tmp_path).encode(["text"])


def test_the_card_names_the_hash_of_every_file() -> None:
    card = (WEIGHTS / "MODEL_CARD.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| ([\w.]+) \| ([0-9a-f]{64}) \|$", card, re.MULTILINE))
    files = {path.name for path in WEIGHTS.iterdir()} - {"MODEL_CARD.md"}
    assert named == {name: hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest() for name in files}


def test_it_encodes_without_torch() -> None:
    code = (
        "import sys; from knowledge.encoder import Encoder; "
        "Encoder().encode(['x']); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_words_are_what_the_four_bits_say() -> None:
    nibbles, scales = np.load(WEIGHTS / "words.npy"), np.load(WEIGHTS / "words_scale.npy")
    row = WordTable().rows(np.array([[7, 7], [9, 7]]))
    assert row.shape == (2, 2, DIMENSIONS)
    first = (float(nibbles[9][0] & 15) - 8) * float(scales[9][0])
    seventeenth = (float(nibbles[9][0] >> 4) - 8) * float(scales[9][0])
    assert (row[1, 0, 0], row[1, 0, 16]) == pytest.approx((first, seventeenth))


@given(st.lists(st.integers(1, 600), max_size=60))
@settings(max_examples=50)
def test_batches_hold_every_item_once_and_keep_to_their_size(lengths: list[int]) -> None:
    found = list(batches(lengths, 1000))
    assert sorted(place for batch in found for place in batch) == list(range(len(lengths)))
    for batch in found:
        longest = max(lengths[place] for place in batch)
        assert len(batch) == 1 or len(batch) * longest <= 1000
        assert sum(longest - lengths[place] for place in batch) <= 96


def test_padding_is_masked() -> None:
    padded, mask = pad([[5, 6, 7], [8]])
    assert padded.tolist() == [[5, 6, 7], [8, 1, 1]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
