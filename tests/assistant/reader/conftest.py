import pytest

from assistant.reader.onnx_reader import OnnxReader


@pytest.fixture(scope="session")
def reader() -> OnnxReader:
    return OnnxReader()
