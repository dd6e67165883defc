"""Errors of knowledge, named by what the caller can do about them.

KnowledgeError
├── UnreadableFile        give another file: unknown type, empty, encrypted, damaged, too large
├── DocumentNotFound      name a document that is listed
├── IndexMismatch         run ``python -m knowledge rebuild``: the store was built with another model
├── StoreUnavailable      try again later, or mend the place: server down, folder read-only, disk full
├── ModelUnavailable      name a model that is there
└── InvalidSetting        mend the setting that the message names
"""

from knowledge.messages import Message


class KnowledgeError(Exception):
    """Base of all errors of knowledge, made with a ``Message`` for the user."""


class UnreadableFile(KnowledgeError):
    """The file cannot become a document; the message says why and what to do."""


class DocumentNotFound(KnowledgeError):
    """No document of that name or id is in the collection."""


def no_document(name: str) -> DocumentNotFound:
    """The error for a name or id that no document has."""
    told = "No document '{name}' is in the collection; `python -m knowledge list` shows what is."
    return DocumentNotFound(Message("knowledge.no_document", told, name=name))


class IndexMismatch(KnowledgeError):
    """The store was built with another embedding model and must be rebuilt before it is searched."""


class StoreUnavailable(KnowledgeError):
    """The vector store or the database cannot be reached or written."""


class ModelUnavailable(KnowledgeError):
    """A named model cannot be loaded."""


class InvalidSetting(KnowledgeError):
    """A setting has a value that cannot be used."""
