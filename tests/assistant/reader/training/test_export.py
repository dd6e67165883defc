from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from assistant.reader.onnx_reader import WEIGHTS, OnnxReader
from assistant.reader.training.export import export, load_state, mixed, reread
from assistant.reader.training.trunk import ReaderModel
from assistant.reader.types import PassageText

TEXT = "In 2016, NATO recognised cyberspace as an operational domain."
PASSAGE = PassageText(("Cyber diplomacy", "NATO"), TEXT, ((0, len(TEXT)),))
QUESTION = "When did NATO recognise cyberspace as a domain?"


@pytest.fixture(scope="module")
def shipped() -> ReaderModel:
    model = ReaderModel(8)
    model.load_state_dict(reread(WEIGHTS / "reader.onnx"))
    return model.eval()


def test_a_reader_that_was_exported_can_be_read_back_and_exported_the_same(
    shipped: ReaderModel, tmp_path: Path
) -> None:
    path = export(shipped.state_dict(), tmp_path / "weights")
    again, before = reread(path), shipped.state_dict()
    assert again.keys() == before.keys()
    for name, value in before.items():
        step = value.abs().max() / 63  # a matrix is rounded to 63 steps a channel
        assert torch.allclose(again[name], value, atol=float(step) * 0.51), name
    ours, theirs = (
        OnnxReader(folder).read(QUESTION, [PASSAGE])[0] for folder in (tmp_path / "weights", WEIGHTS)
    )
    assert ours.answerable == pytest.approx(theirs.answerable, abs=0.2)
    assert ours.span == theirs.span


def test_a_mean_of_two_readers_lies_between_them(shipped: ReaderModel, tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    torch.save({"model": {name: value + 1 for name, value in shipped.state_dict().items()}}, checkpoint)
    found = mixed(load_state(checkpoint), load_state(WEIGHTS / "reader.onnx"), 0.7)
    for name, value in shipped.state_dict().items():
        assert torch.allclose(found[name], value + 0.7, atol=1e-5), name


def test_the_graph_says_what_the_model_in_torch_says(shipped: ReaderModel) -> None:
    draw = np.random.default_rng(1)
    embeddings = draw.normal(scale=0.05, size=(3, 40, 384)).astype(np.float32)
    mask = np.ones((3, 40), np.int64)
    mask[1, 25:] = mask[2, 7:] = 0
    session = onnxruntime.InferenceSession(str(WEIGHTS / "reader.onnx"), providers=["CPUExecutionProvider"])
    tokens, pair = session.run(["tokens", "pair"], {"embeddings": embeddings, "mask": mask})
    with torch.inference_mode():
        found, both = shipped(torch.from_numpy(embeddings), torch.from_numpy(mask))
    real = mask > 0
    assert np.corrcoef(tokens[real].ravel(), found.numpy()[real].ravel())[0, 1] > 0.98
    assert np.abs(pair - both.numpy()).max() < 1
