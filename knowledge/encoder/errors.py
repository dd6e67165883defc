"""Encoder errors.

EncoderError
├── EncoderMissing   the model's files are not there
└── TextTooLong      a text has more tokens than the model reads
"""


class EncoderError(Exception):
    """Base of everything the encoder raises on purpose."""


class EncoderMissing(EncoderError):
    """The encoder's files cannot be found."""


class TextTooLong(EncoderError):
    """A text has more tokens than the model reads; split it."""
