from pathlib import Path

import pytest

from assistant.reader import ReaderMissing, load_reader
from assistant.reader.onnx_reader import OnnxReader


def test_missing_weights_are_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReaderMissing, match=r"reader\.onnx is not there: .*make train"):
        OnnxReader(tmp_path)


def test_a_missing_cross_encoder_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReaderMissing, match="No folder"):
        load_reader(str(tmp_path / "nowhere"))


def test_a_folder_that_is_no_cross_encoder_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReaderMissing, match="cannot be loaded"):
        load_reader(str(tmp_path))
