"""Readers: a question read against passages, a claim read against its evidence."""

from assistant.reader.errors import ReaderError, ReaderMissing, ReaderUnfit
from assistant.reader.loading import load_reader
from assistant.reader.types import PassageText, Reader, Reading

__all__ = [
    "PassageText",
    "Reader",
    "ReaderError",
    "ReaderMissing",
    "ReaderUnfit",
    "Reading",
    "load_reader",
]
