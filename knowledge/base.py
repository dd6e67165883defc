"""The collection of documents: the only door to knowledge for the rest of the program."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.catalogue import Catalogue
from knowledge.embedding import load_embedder
from knowledge.ingest import Ingest, Progress
from knowledge.search import Searcher
from knowledge.settings import KnowledgeSettings
from knowledge.store import VectorStore
from knowledge.types import Document, DocumentInfo, FileReport, Passage, RetrievedPassage

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.retrievers import BaseRetriever
    from numpy.typing import NDArray


class KnowledgeBase:
    """Documents that can be added, removed, listed and searched.

    Opens nothing until it is used. Safe to use from several threads, and beside other processes that use the
    same collection. All methods may raise StoreUnavailable; those that embed may raise ModelUnavailable and,
    when the collection was indexed with another model, IndexMismatch.
    """

    def __init__(self, settings: KnowledgeSettings | None = None) -> None:
        self.settings = settings or KnowledgeSettings()
        self._catalogue = Catalogue(self.settings.sql_url, self.settings.collection)
        store = VectorStore(self.settings)
        self._ingest = Ingest(self.settings, self._catalogue, store)
        self._searcher = Searcher(self.settings, self._catalogue, store)

    # -- changing ------------------------------------------------------------------------------------------

    def sync(self, progress: Progress | None = None) -> list[FileReport]:
        """Brings in what is new or changed in the shipped and the own folder, takes out what is gone.

        Returns a report for every file, in the order of their names.
        """
        reports = self._ingest.sync(progress or _silent)
        self._searcher.index()
        return reports

    def add(self, path: Path, progress: Progress | None = None, *, may_replace: bool = True) -> FileReport:
        """Copies a file into the own folder and indexes it, in place of a document of the same name.

        Unless it ``may_replace`` another file of its name, which then stays: the file fails.
        """
        return self._added(self._ingest.add(path.name, path, progress or _silent, may_replace))

    def add_bytes(
        self,
        name: str,
        data: bytes,
        progress: Progress | None = None,
        *,
        may_replace: bool = True,
        folder: str = "",
    ) -> FileReport:
        """As ``add``, for an upload; a new file comes to lie in ``folder`` below the own folder."""
        return self._added(self._ingest.add(name, data, progress or _silent, may_replace, folder))

    def remove(self, name: str) -> FileReport:
        """Removes a document and every trace of it. Raises DocumentNotFound.

        Its file goes too when it was added; one that ships, or lies in a folder of the user's, is left alone
        and passed over until ``restore``.
        """
        report = self._ingest.remove(name)
        self._searcher.index()
        return report

    def original(self, name: str) -> bytes | None:
        """The file of a document in the own folder, to bring it back after it was removed or replaced.

        None: there is none, such as for a document that ships.
        """
        file = self._ingest.original(name)
        return file.read_bytes() if file else None

    def folder_of(self, name: str) -> str:
        """Where below the own folder the document's file lies, to bring it back there; "" for its top."""
        file = self._ingest.original(name)
        inner = file.parent.relative_to(self.settings.own_documents_dir).as_posix() if file else "."
        return "" if inner == "." else inner

    def restore(self, name: str, progress: Progress | None = None) -> FileReport:
        """Undoes ``remove`` where the file is still there. Raises DocumentNotFound."""
        return self._added(self._ingest.restore(name, progress or _silent))

    def rebuild(self, progress: Progress | None = None) -> list[FileReport]:
        """Embeds everything anew with the model of the settings, then syncs."""
        self._ingest.rebuild(progress or _silent)
        return self.sync(progress)

    # -- looking -------------------------------------------------------------------------------------------

    def document(self, name_or_id: str) -> Document:
        """The document as it was read. Raises DocumentNotFound."""
        return self._catalogue.document(name_or_id)

    def passages(self, name_or_id: str) -> list[Passage]:
        """The document's passages in reading order. Raises DocumentNotFound."""
        return self._catalogue.passages(name_or_id)

    def search(
        self, texts: Sequence[str], limit: int = 10, documents: Collection[str] = ()
    ) -> list[RetrievedPassage]:
        """The passages that answer to the texts together, best first, by meaning and by words.

        ``documents`` are names to search within; default all. Raises DocumentNotFound.
        """
        return self._searcher.search(texts, limit, documents)

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Unit vectors of texts to search with: n×d."""
        return load_embedder(self.settings.embedding_model).queries(texts)

    def vocabulary(self) -> frozenset[str]:
        """The words, lower case, of all documents."""
        index = self._searcher.index()
        return index.lexical.vocabulary if index else frozenset()

    def failures(self) -> list[FileReport]:
        """The files of the folders that the last ``sync`` could not read, by name."""
        failures = self._catalogue.failures()
        return [FileReport(name, "failed", error=each.error) for name, each in failures.items()]

    def version(self) -> str:
        """Changes with every change of the collection; empty before the first."""
        return self._catalogue.version()

    def warm_up(self) -> None:
        """Loads the model and the index, so that the first search is as fast as the others."""
        load_embedder(self.settings.embedding_model).queries(["warm"])
        self._searcher.index()

    def as_retriever(self, **kwargs: Any) -> "BaseRetriever":
        """The collection as a LangChain retriever; ``limit`` and ``documents`` as in ``search``."""
        from knowledge.langchain import KnowledgeRetriever

        return KnowledgeRetriever(knowledge=self, **kwargs)

    def close(self) -> None:
        """Closes the database; the next use opens it again."""
        self._catalogue.database.close()

    def list(self) -> list[DocumentInfo]:
        """The documents by name."""
        return self._catalogue.documents()

    def _added(self, report: FileReport) -> FileReport:
        if report.status in ("added", "updated", "replaced"):
            self._searcher.index()
        return report


def _silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
