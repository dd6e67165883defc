"""Reader errors.

ReaderError
├── ReaderMissing   the model's files are not there
└── ReaderUnfit     the files are there but are no reader that this version can use
"""


class ReaderError(Exception):
    """Base of everything the reader raises on purpose; the message says what to do next."""


class ReaderMissing(ReaderError):
    """A reader's model files cannot be found."""


class ReaderUnfit(ReaderError):
    """A reader's model files were found but cannot be used."""
