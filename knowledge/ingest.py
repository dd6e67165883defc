"""Files into the collection: read, cut into passages, embedded, and put live document by document.

A kill at any moment leaves every document's old or new version whole: vectors are announced in the catalogue
before they are written, a version goes live in one SQL transaction, and what is not live is swept by whoever
writes next.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge import files
from knowledge.catalogue import Catalogue, Failure, Index, Known
from knowledge.embedding import Embedder, check_model, fingerprint, load_embedder
from knowledge.errors import DocumentNotFound, StoreUnavailable, UnreadableFile
from knowledge.files import File
from knowledge.messages import Message, message_of
from knowledge.rows import Version
from knowledge.settings import SHIPPED_SOURCES, KnowledgeSettings
from knowledge.store import Session, VectorStore
from knowledge.types import Document, FileReport, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

Progress = Callable[[str, int, int], None]

GROUP = 512  # passages that go live together: few transactions, and little to do again after a kill
EMBEDDED_AT_ONCE = 64  # passages between two reports of progress
SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that can go live; ``copy`` is its new file, not yet in its place."""

    version: Version
    vectors: "Vectors"
    status: str
    copy: Path | None = None


class Ingest:
    """Writes one collection. Safe to use from several threads and processes at once."""

    def __init__(self, settings: KnowledgeSettings, catalogue: Catalogue, store: VectorStore) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._store = store
        self._own = settings.own_documents_dir

    # -- what a caller can ask -----------------------------------------------------------------------------

    def sync(self, progress: Progress) -> list[FileReport]:
        """Makes the collection what the shipped and the own folder hold; a report for every file."""
        self._catalogue.reopen()
        self.check_model()
        if self._store.lost() and self._catalogue.live_revisions():
            self.rebuild(progress)
        files.clear_incoming(self._own)
        found = self._files()
        names = {file.name for file in found}
        reports = [self._gone(name) for name in self._catalogue.known() if name not in names]
        if self._catalogue.stale():
            with self._writing():
                pass  # opening sweeps
        failures: dict[str, Failure] = {}
        group: list[Prepared] = []
        for number, file in enumerate(found):
            progress(f"Reading {file.name}", number, len(found))
            result = self._prepare(file, progress)
            if isinstance(result, FileReport):
                reports.append(result)
                if result.error is not None:
                    failures.setdefault(file.name, Failure(file.stamp, self._recipe(), result.error))
                continue
            group.append(result)
            if sum(len(each.version.passages) for each in group) >= GROUP:
                reports += self._commit(group)
                group = []
        reports += self._commit(group)
        self._catalogue.note_failures(failures)
        progress("Documents", len(found), len(found))
        return sorted(reports, key=lambda report: report.name)

    def add(
        self, name: str, content: Path | bytes, progress: Progress, may_replace: bool = True, folder: str = ""
    ) -> FileReport:
        """Keeps a copy of a file in the own folder and indexes it; a file that cannot be read is left out."""
        self._catalogue.reopen()
        self.check_model()
        try:
            name = files.checked_name(name)
            place = files.below(self._own, folder)
            with files.incoming(place, name, content, self._settings.max_file_mb) as copy:
                file = File(name, copy, self._source, files.stamp(copy))
                report = self._take_in(file, progress, may_replace)
        except UnreadableFile as error:
            return FileReport(name, "failed", error=message_of(error))
        if report.status != "failed":
            self._catalogue.unhide(name)
        return report

    def remove(self, name: str) -> FileReport:
        """Takes a document out, and its file where the program keeps it. Raises DocumentNotFound.

        A file that ships, or that lies in the user's own folder, stays and is passed over from now on.
        """
        with self._catalogue.database.exclusive():
            known = self._known(name)
            if known.source == self._source and self._settings.documents_dir is None:
                file = self.original(known.name)
                if file is not None:
                    files.delete(file)
            else:
                self._catalogue.hide(known.name)
            return self._gone(known.name)

    def original(self, name: str) -> Path | None:
        """The file in the own folder that is the document of that name, if there is one."""
        return files.find(self._own, name)

    def restore(self, name: str, progress: Progress) -> FileReport:
        """Undoes ``remove`` of a document whose file is still there. Raises DocumentNotFound."""
        self._catalogue.unhide(name)
        for file in self._files():
            if file.name == name:
                result = self._prepare(file, progress)
                return result if isinstance(result, FileReport) else self._commit([result])[0]
        told = "'{name}' cannot be restored, its file was deleted: add the file again."
        raise DocumentNotFound(Message("knowledge.file_deleted", told, name=name))

    def rebuild(self, progress: Progress) -> None:
        """Embeds every document anew with the model of the settings, and puts the result in use at once."""
        self._catalogue.reopen()
        embedder = self._embedder()
        with self._catalogue.database.exclusive(), self._store.session(self._catalogue.owner()) as session:
            current = self._catalogue.index()
            session.keep_only(current.collection if current else None)
            collection = session.create()
            versions = []
            known = list(self._catalogue.known().values())
            for number, each in enumerate(known):
                progress(f"Embedding {each.name}", number, len(known))
                document = self._catalogue.document(each.name)
                read_by = each.recipe.partition(":")[0]
                version = self._version(document, each, embedder, self._recipe(read_by))
                vectors = _embed(version.passages, embedder, each.name, progress)
                session.add(collection, [(version.revision, version.passages, vectors)])
                versions.append(version)
            self._catalogue.switch(versions, self._index(collection))
            session.keep_only(collection)
        progress("Documents", len(known), len(known))

    def check_model(self) -> None:
        """Raises IndexMismatch when the vectors in use were made by another model than the settings name."""
        index = self._catalogue.index()
        if index is not None:
            check_model(index.fingerprint, index.model, self._settings.embedding_model)

    # -- reading -------------------------------------------------------------------------------------------

    @property
    def _source(self) -> str:
        return str(self._own.resolve())

    def _files(self) -> list[File]:
        """What should be in the collection, by name; an own file stands before a shipped one."""
        hidden = self._catalogue.hidden()
        found: dict[str, File] = {}
        own = list(files.found(self._own, self._source)) if self._own.is_dir() else []
        for file in [*files.found(SHIPPED_SOURCES, SHIPPED), *own]:
            if file.problem is None or file.name not in found or found[file.name].source == SHIPPED:
                found[file.name] = file
        problems = [file for file in own if file.problem is not None and found[file.name] is not file]
        return [file for _, file in sorted(found.items()) if file.name not in hidden] + problems

    def _prepare(self, file: File, progress: Progress) -> Prepared | FileReport:
        """Reads, cuts and embeds a file, unless it is the one that is in."""
        recipe = self._recipe()
        known = self._catalogue.known().get(file.name)
        same = known is not None and known.recipe == recipe
        if known is not None and same and (known.stamp, known.source) == (file.stamp, file.source):
            return FileReport(file.name, "unchanged", self._catalogue.info(file.name))
        try:
            document = self._read(file, recipe)
        except UnreadableFile as error:
            return FileReport(file.name, "failed", error=message_of(error))
        if known is not None and same and known.file_hash == document.file_hash:
            self._catalogue.touch(file.name, file.stamp, file.source)
            return FileReport(file.name, "unchanged", self._catalogue.info(file.name))
        embedder = self._embedder()
        version = self._version(document, file, embedder, recipe)
        vectors = _embed(version.passages, embedder, file.name, progress)
        return Prepared(version, vectors, "updated" if known else "added")

    def _read(self, file: File, recipe: str) -> Document:
        if file.problem is not None:
            raise UnreadableFile(file.problem)
        failed = self._catalogue.failures().get(file.name)
        if failed is not None and (failed.stamp, failed.recipe) == (file.stamp, recipe):
            raise UnreadableFile(failed.error)
        from knowledge.readers import read

        return read(file.path, self._settings.max_file_mb)

    def _version(self, document: Document, origin: File | Known, embedder: Embedder, recipe: str) -> Version:
        from knowledge.chunking import MAX_TOKENS, passages

        limit = min(MAX_TOKENS, embedder.max_tokens)
        return Version(
            document=document,
            passages=tuple(passages(document, embedder.count_tokens, limit)),
            revision=secrets.token_hex(8),
            recipe=recipe,
            stamp=origin.stamp,
            source=origin.source,
        )

    def _recipe(self, read_by: str | None = None) -> str:
        """What a document was made with: code and model."""
        return f"{read_by or code_hash()}:{fingerprint(self._settings.embedding_model)}"

    def _embedder(self) -> Embedder:
        return load_embedder(self._settings.embedding_model)

    # -- writing -------------------------------------------------------------------------------------------

    def _take_in(self, file: File, progress: Progress, may_replace: bool) -> FileReport:
        """Indexes an incoming copy and moves it to its place. Raises UnreadableFile when it must not."""
        earlier = self._earlier(file.name)
        result = self._prepare(file, progress)
        if isinstance(result, FileReport):
            if result.status == "unchanged" and self.original(file.name) is None:
                self._put(file.path)
            return result
        is_other = bool(earlier - {result.version.document.file_hash})
        if is_other and not may_replace:
            told = "{name}: another file of this name was added just before it; rename one of the two."
            raise UnreadableFile(Message("knowledge.just_added", told, name=file.name))
        status = "replaced" if is_other else result.status
        return self._commit([replace(result, status=status, copy=file.path)])[0]

    def _earlier(self, name: str) -> set[str]:
        """The hashes of the files that a new one of this name replaces: as indexed, and as in the folder."""
        known, file = self._catalogue.known().get(name), self.original(name)
        kept = {hashlib.sha256(file.read_bytes()).hexdigest()} if file else set()
        return kept | ({known.file_hash} if known else set())

    def _commit(self, group: Sequence[Prepared]) -> list[FileReport]:
        """Makes the documents searchable, those of them that another process was not quicker with."""
        if not group:
            return []
        with self._catalogue.database.exclusive():
            self.check_model()
            known = self._catalogue.known()
            new = [each for each in group if not _is_in(each.version, known.get(each.version.document.name))]
            if new:
                # The store is opened first: where it is down, no file is put in its place.
                with self._writing() as session:
                    self._write(session, self._told_of_twins([self._placed(each) for each in new]))
            for each in group:
                if each not in new:
                    self._placed(each)
            return [
                FileReport(name, each.status, self._catalogue.info(name))
                for each in group
                for name in [each.version.document.name]
            ]

    def _write(self, session: Session, group: Sequence[Prepared]) -> None:
        current = self._catalogue.index()
        collection = current.collection if current else session.create()
        versions = [each.version for each in group]
        self._catalogue.announce([version.revision for version in versions])
        session.add(
            collection, [(each.version.revision, each.version.passages, each.vectors) for each in group]
        )
        self._catalogue.go_live(versions, self._index(collection))
        self._sweep(session)

    def _told_of_twins(self, group: Sequence[Prepared]) -> list[Prepared]:
        """The documents, with a warning where the collection, or the group before it, has the same text."""
        names = {each.version.document.name for each in group}
        first: dict[str, str] = {}
        told = []
        for each in group:
            name, text = each.version.document.name, each.version.document.content_hash
            twin = first.setdefault(text, self._catalogue.same_text(text, names) or name)
            told.append(each if twin == name else _warned(each, twin))
        return told

    def _gone(self, name: str) -> FileReport:
        """Takes a document out of the catalogue, then its vectors and texts out of the store."""
        with self._catalogue.database.exclusive():
            self._catalogue.drop(name)
            if self._catalogue.stale():
                with self._writing():
                    pass  # opening sweeps
        return FileReport(name, "removed")

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """The store, without what killed processes left in it."""
        with self._catalogue.database.exclusive(), self._store.session(self._catalogue.owner()) as session:
            index = self._catalogue.index()
            if index is not None and not session.has(index.collection):
                raise StoreUnavailable(
                    Message(
                        "knowledge.collection_lost",
                        "The vector store has lost the collection. Run `python -m knowledge rebuild` to make "
                        "it anew.",
                    )
                )
            session.keep_only(index.collection if index else None)
            self._sweep(session)
            yield session

    def _sweep(self, session: Session) -> None:
        stale, index = self._catalogue.stale(), self._catalogue.index()
        if stale and index is not None:
            session.delete(index.collection, stale)
        if stale:
            self._catalogue.forget(stale)

    def _placed(self, prepared: Prepared) -> Prepared:
        if prepared.copy is None:
            return prepared
        stamp = files.stamp(self._put(prepared.copy))
        return replace(prepared, version=replace(prepared.version, stamp=stamp))

    def _put(self, copy: Path) -> Path:
        """Moves a copy to where the document's file lies, to the folder that it came into when it is new."""
        earlier = self.original(copy.name)
        return files.put(copy, earlier.parent if earlier else copy.parent.parent)

    def _known(self, name: str) -> Known:
        info = self._catalogue.info(name)
        return self._catalogue.known()[info.name]

    def _index(self, collection: str) -> Index:
        model = self._settings.embedding_model
        return Index(collection, fingerprint(model), model)


@cache
def code_hash() -> str:
    """A short hash of the code that turns files into passages: when it changes, files are read again."""
    folder = Path(__file__).parent
    sources = [
        *sorted((folder / "readers").glob("*.py")),
        folder / "sentences.py",
        folder / "chunking.py",
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def _embed(passages: Sequence[Passage], embedder: Embedder, name: str, progress: Progress) -> "Vectors":
    """Unit vectors of the passages with their headings and the heads of their tables: n×d."""
    import numpy as np

    from knowledge.chunking import headed, table_heads

    parts = []
    group = list(zip(passages, table_heads(passages), strict=True))
    for start in range(0, len(passages), EMBEDDED_AT_ONCE):
        progress(f"Embedding {name}", start, len(passages))
        texts = [
            headed(each, embedder.count_tokens, embedder.max_tokens, head)
            for each, head in group[start : start + EMBEDDED_AT_ONCE]
        ]
        parts.append(embedder.passages(texts))
    progress(f"Embedding {name}", len(passages), len(passages))
    return np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)


def _warned(prepared: Prepared, twin: str) -> Prepared:
    told = "The same text is in the collection as “{name}”."
    warning = Message("knowledge.same_text", told, name=twin)
    document = prepared.version.document
    document = replace(document, warnings=(*document.warnings, warning))
    return replace(prepared, version=replace(prepared.version, document=document))


def _is_in(version: Version, known: Known | None) -> bool:
    """Whether another process has put this very document in meanwhile."""
    return known is not None and (known.recipe, known.file_hash, known.source) == (
        version.recipe,
        version.document.file_hash,
        version.source,
    )
