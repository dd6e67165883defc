"""From a setting to a reader."""

from assistant.reader.types import Reader


def load_reader(name: str | None = None) -> Reader:
    """The project's own reader, or any sentence-transformers CrossEncoder by name or folder.

    Raises ReaderMissing when the model's files cannot be found.
    """
    if name:
        from assistant.reader.cross_encoder import CrossEncoderReader

        return CrossEncoderReader(name)
    from assistant.reader.onnx_reader import OnnxReader

    return OnnxReader()
