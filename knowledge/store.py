"""Where the vectors are kept: Chroma through langchain-chroma, in a folder or on a server.

A Chroma folder belongs to one process at a time: what another has written is not seen, and may be
overwritten, by a client that is open meanwhile. So a client lives no longer than a ``session``, which its
caller opens only while no other process can write. Searches read the search index and never come here.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from knowledge.errors import InvalidSetting, StoreUnavailable
from knowledge.messages import Message
from knowledge.settings import KnowledgeSettings
from knowledge.types import Passage

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api import ClientAPI
    from langchain_chroma import Chroma
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

BATCH = 1000  # passages a request: Chroma takes 5,461 at most, and a smaller request is quicker to fail
SEPARATOR = "."  # between a collection's name and its build; a setting's name cannot hold it
DELETED = 3  # Chroma's number for the operation, in its log


class Session:
    """An open client; see ``VectorStore.session``. Collections are builds of one named collection."""

    def __init__(self, client: ClientAPI, prefix: str, owner: str, shared: bool) -> None:
        self._client = client
        self._prefix = prefix
        self._owner = owner
        self._shared = shared
        self._opened: dict[str, tuple[Chroma, _Given]] = {}

    def has(self, collection: str) -> bool:
        """Whether the collection is there."""
        return any(found.name == collection for found in self._client.list_collections())

    def create(self) -> str:
        """Makes an empty collection and returns its name."""
        name = self._prefix + secrets.token_hex(6)
        self._client.create_collection(
            name, metadata={"owner": self._owner}, configuration={"hnsw": {"space": "cosine"}}
        )
        return name

    def add(self, collection: str, added: Sequence[tuple[str, Sequence[Passage], Vectors]]) -> None:
        """Writes the passages of revisions, each with its vectors (n×d); in few requests, for each syncs."""
        import numpy as np

        added = [each for each in added if each[1]]  # a document may be headings alone
        if not added:
            return
        chroma, given = self._open(collection)
        rows = [
            (_key(revision, place), passage.text, _metadata(passage, revision))
            for revision, passages, _ in added
            for place, passage in enumerate(passages)
        ]
        vectors = np.concatenate([found for _, _, found in added])
        for start in range(0, len(rows), BATCH):
            given.vectors = vectors[start : start + BATCH]
            keys, texts, metadata = map(list, zip(*rows[start : start + BATCH], strict=True))
            chroma.add_texts(texts, metadata, keys)

    def vectors(self, collection: str, revision: str, count: int) -> Vectors | None:
        """The ``count`` vectors of a revision in order (n×d); None when some are not there."""
        import numpy as np

        found: dict[str, Any] = {}
        for start in range(0, count, BATCH):
            keys = [_key(revision, place) for place in range(start, min(start + BATCH, count))]
            got = self._open(collection)[0].get(keys, include=["embeddings"])
            found.update(zip(got["ids"], got["embeddings"], strict=True))
        if len(found) < count:
            return None
        return np.asarray([found[_key(revision, place)] for place in range(count)], dtype=np.float32)

    def delete(self, collection: str, revisions: Sequence[str]) -> None:
        """Deletes the vectors and texts of these revisions."""
        self._open(collection)[0].delete(where={"revision": {"$in": list(revisions)}})

    def keep_only(self, collection: str | None) -> None:
        """Deletes the other builds: a rebuild's predecessor, and what a killed process left behind."""
        for found in self._client.list_collections():
            mine = not self._shared or (found.metadata or {}).get("owner") == self._owner
            if found.name.startswith(self._prefix) and found.name != collection and mine:
                self._client.delete_collection(found.name)

    def _open(self, collection: str) -> tuple[Chroma, _Given]:
        """The collection and its stand-in for a model; made once, for it takes langchain-chroma 60 ms."""
        from langchain_chroma import Chroma

        if collection not in self._opened:
            given = _Given()
            chroma = Chroma(
                collection_name=collection,
                client=self._client,
                embedding_function=given,  # type: ignore[arg-type]
                create_collection_if_not_exists=False,
            )
            self._opened[collection] = (chroma, given)
        return self._opened[collection]


class VectorStore:
    """A Chroma folder in the data folder, or a Chroma server when the settings name one."""

    def __init__(self, settings: KnowledgeSettings) -> None:
        self._url = settings.chroma_url
        self._timeout = settings.chroma_timeout
        self._folder = settings.data_dir / "chroma"
        self._prefix = settings.collection + SEPARATOR

    def lost(self) -> bool:
        """Whether the folder is not there (any more); a server is only known when it is asked."""
        return self._url is None and not (self._folder / "chroma.sqlite3").exists()

    @contextlib.contextmanager
    def session(self, owner: str) -> Iterator[Session]:
        """An open client, closed at the end; ``owner`` marks collections on a server that others use too.

        Call it within ``Database.exclusive``. Raises StoreUnavailable, InvalidSetting.
        """
        client = self._connect()
        try:
            with self._sentences():
                yield Session(client, self._prefix, owner, shared=self._url is not None)
        finally:
            client.close()  # type: ignore[attr-defined]  # the interface leaves it out
            if self._url is None:
                self._tidy()
                give_memory_back()

    def _tidy(self) -> None:
        """Deletes what Chroma leaves of the deleted: the files of collections, texts in its log."""
        with contextlib.closing(sqlite3.connect(self._folder / "chroma.sqlite3")) as connection:
            used = {row[0] for row in connection.execute("SELECT id FROM segments")}
            connection.execute("PRAGMA secure_delete = ON")
            # Keys are never used again, so that what was deleted once need not be written anew from the log.
            connection.execute(
                "DELETE FROM embeddings_queue WHERE operation != ? AND id IN "
                "(SELECT id FROM embeddings_queue WHERE operation = ?)",
                (DELETED, DELETED),
            )
            connection.commit()
        for folder in self._folder.glob("*-*-*-*-*/"):
            if folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)

    def _connect(self) -> ClientAPI:
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        with self._sentences():
            return self._connect_folder() if self._url is None else self._connect_server(self._url)

    def _connect_folder(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / ".writable").touch()  # Chroma's own message for a read-only folder says nothing
        return chromadb.PersistentClient(self._folder, settings=Settings(anonymized_telemetry=False))

    def _connect_server(self, url: str) -> ClientAPI:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            told = "'{url}' is not the URL of a Chroma server (http://host:port)."
            raise InvalidSetting(Message("knowledge.no_chroma_url", told, url=url))
        # Chroma's client waits without end when it is made, and for every answer, unless told otherwise.
        with urlopen(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=self._timeout):
            pass
        import chromadb
        from chromadb.config import Settings

        client = chromadb.HttpClient(
            host=parts.hostname,
            port=parts.port or (443 if parts.scheme == "https" else 80),
            ssl=parts.scheme == "https",
            settings=Settings(anonymized_telemetry=False),
        )
        client._server._session.timeout = self._timeout  # type: ignore[attr-defined]  # no setting for it
        return client

    @contextlib.contextmanager
    def _sentences(self) -> Iterator[None]:
        from chromadb.errors import ChromaError
        from httpx import HTTPError

        try:
            yield
        except (ChromaError, HTTPError, OSError, ValueError, RuntimeError) as error:
            raise StoreUnavailable(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> Message:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        if self._url is not None:
            told = (
                "The Chroma server at {url} does not answer as it should ({reason}). Check that it runs and "
                "try again; nothing was lost."
            )
            return Message("knowledge.chroma_silent", told, url=self._url, reason=reason)
        lowered = reason.lower()
        if "full" in lowered or "no space" in lowered:
            told = "The disk of {folder} is full ({reason}). Free some space and try again."
            return Message("knowledge.store_full", told, folder=self._folder, reason=reason)
        if isinstance(error, PermissionError) or "readonly" in lowered or "read-only" in lowered:
            told = "The folder {folder} cannot be written ({reason}). Make it writable and try again."
            return Message("knowledge.store_unwritable", told, folder=self._folder, reason=reason)
        told = (
            "The vector store in {folder} cannot be used ({reason}). "
            "Run `python -m knowledge rebuild` to build it again."
        )
        return Message("knowledge.store_unusable", told, folder=self._folder, reason=reason)


def give_memory_back() -> None:
    """Returns freed memory to the system, where the C library can (glibc).

    Chroma's threads each keep what they freed: 100 MB and more after 9,000 passages.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _key(revision: str, ordinal: int) -> str:
    return f"{revision}:{ordinal}"


def _metadata(passage: Passage, revision: str) -> dict[str, str | int]:
    """Where a passage stands. No names and no words: Chroma's log keeps what was deleted for a while."""
    return {"revision": revision, "start": passage.start, "end": passage.end}


@dataclass(slots=True)
class _Given:
    """Stands where langchain-chroma wants a model, and hands out vectors that were made before."""

    vectors: Vectors | None = None

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        assert self.vectors is not None, "vectors come with every text that is added"
        made: list[list[float]] = self.vectors[: len(texts)].tolist()
        return made
