"""The multilingual encoder that ships with the project."""

from knowledge.encoder.errors import EncoderError, EncoderMissing, TextTooLong
from knowledge.encoder.runtime import DIMENSIONS, MAX_TOKENS, Encoder, Tokens, WordTable

__all__ = [
    "DIMENSIONS",
    "MAX_TOKENS",
    "Encoder",
    "EncoderError",
    "EncoderMissing",
    "TextTooLong",
    "Tokens",
    "WordTable",
]
