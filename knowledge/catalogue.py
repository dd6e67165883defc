"""What the collection holds: documents, texts, sections, passages, and which vectors are live.

The catalogue decides what a search may return. A document's new version goes live, and its old one
retires, in one SQL transaction.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from knowledge.database import Database
from knowledge.errors import StoreUnavailable, no_document
from knowledge.messages import Message, dumped, loaded
from knowledge.rows import Version, document_row, passage_rows, section_rows, to_info, to_passage
from knowledge.tables import SCHEMA_VERSION, tables
from knowledge.types import Document, DocumentInfo, Page, Passage, Section


@dataclass(frozen=True, slots=True)
class Known:
    """What indexing needs to know of a document that is in: is this file the one that was read?"""

    id: str
    name: str
    file_hash: str
    recipe: str
    stamp: str
    source: str
    revision: str


@dataclass(frozen=True, slots=True)
class Index:
    """The vectors in use: the vector store's collection and the model that made them."""

    collection: str
    fingerprint: str
    model: str


@dataclass(frozen=True, slots=True)
class LivePassage:
    """What a search index is built from."""

    revision: str
    ordinal: int
    document_id: str
    heading_path: tuple[str, ...]
    text: str
    start: int = 0
    end: int = 0


class Failure(NamedTuple):
    """Why a file could not be read: it is read again when its stamp or the recipe is another."""

    stamp: str
    recipe: str
    error: str


class Catalogue:
    """Reads and writes the tables of one collection; creates them when first used.

    Reads follow a database that another process put in the place of this one; all raise StoreUnavailable
    when it was deleted.
    """

    def __init__(self, url: str, collection: str) -> None:
        self.database = Database(url, lock_name=collection)
        self._tables = tables(collection)
        self._ready = False

    # -- the whole ---------------------------------------------------------------------------------------

    def version(self) -> str:
        """Changes with every change of the collection, by any process."""
        return self._state().get("version", "")

    def reopen(self) -> None:
        """Forgets a database that was deleted or replaced, so that the next use opens or creates it."""
        if self.database.vanished() or self.database.replaced():
            self.database.close()
            self._ready = False

    def index(self) -> Index | None:
        """The vectors in use; None before the first document."""
        state = self._state()
        if "collection" not in state:
            return None
        return Index(state["collection"], state["fingerprint"], state["model"])

    def owner(self) -> str:
        """Marks what this database owns in a vector store that others use too."""
        return self._state()["owner"]

    # -- reading -----------------------------------------------------------------------------------------

    def known(self) -> dict[str, Known]:
        """Every document's name with what indexing needs to know of it."""
        table = self._tables.documents
        columns = [table.c[name] for name in Known.__slots__]
        with self._reading() as connection:
            return {row.name: Known(*row) for row in connection.execute(sa.select(*columns))}

    def documents(self) -> list[DocumentInfo]:
        """The documents by name."""
        table = self._tables.documents
        with self._reading() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.name))
            return [to_info(row) for row in rows]

    def info(self, name_or_id: str) -> DocumentInfo:
        """One document's entry. Raises DocumentNotFound."""
        with self._reading() as connection:
            return to_info(self._row(connection, name_or_id))

    def same_text(self, content_hash: str, names: Collection[str]) -> str | None:
        """The name of a document with this text that is none of ``names``, if there is one."""
        table = self._tables.documents
        others = table.c.name.not_in(list(names))
        query = sa.select(table.c.name).where(table.c.content_hash == content_hash, others)
        with self._reading() as connection:
            found: str | None = connection.scalar(query.order_by(table.c.name).limit(1))
        return found

    def document(self, name_or_id: str) -> Document:
        """The document as it was read. Raises DocumentNotFound."""
        texts, sections = self._tables.texts, self._tables.sections
        with self._reading() as connection:
            row = self._row(connection, name_or_id)
            text = connection.scalar(sa.select(texts.c.text).where(texts.c.document_id == row.id))
            found = connection.execute(
                sa.select(sections).where(sections.c.document_id == row.id).order_by(sections.c.ordinal)
            ).all()
        return Document(
            id=row.id,
            name=row.name,
            title=row.title,
            text=text or "",
            content_hash=row.content_hash,
            file_hash=row.file_hash,
            media_type=row.media_type,
            sections=tuple(Section(s.heading, s.level, tuple(s.path), s.start, s.end, s.page) for s in found),
            pages=tuple(Page(number, start) for number, start in row.pages),
            warnings=tuple(map(loaded, row.warnings)),
        )

    def passages(self, name_or_id: str) -> list[Passage]:
        """The document's passages in reading order. Raises DocumentNotFound."""
        table = self._tables.passages
        with self._reading() as connection:
            row = self._row(connection, name_or_id)
            rows = connection.execute(
                sa.select(table).where(table.c.revision == row.revision).order_by(table.c.ordinal)
            )
            return [to_passage(found, row.name, row.content_hash) for found in rows]

    def live(self, revisions: Collection[str] | None = None) -> list[LivePassage]:
        """The passages that searches may return, of all documents or only those of some revisions."""
        documents, table = self._tables.documents, self._tables.passages
        columns = [table.c[name] for name in LivePassage.__slots__]
        query = (
            sa.select(*columns)
            .join(documents, documents.c.revision == table.c.revision)
            .order_by(documents.c.name, table.c.ordinal)
        )
        if revisions is not None:
            query = query.where(table.c.revision.in_(list(revisions)))
        with self._reading() as connection:
            return [
                LivePassage(r.revision, r.ordinal, r.document_id, tuple(r.heading_path), *r[4:])
                for r in connection.execute(query)
            ]

    def live_revisions(self) -> dict[str, tuple[str, str, int]]:
        """Revision → document id, name and number of passages, in the order of ``live``."""
        table = self._tables.documents
        query = sa.select(table.c.revision, table.c.id, table.c.name, table.c.passage_count)
        with self._reading() as connection:
            return {r[0]: (r[1], r[2], r[3]) for r in connection.execute(query.order_by(table.c.name))}

    def fetch(self, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Passage]:
        """The passages of these (revision, ordinal) keys that are live now."""
        documents, table = self._tables.documents, self._tables.passages
        query = (
            sa.select(table, documents.c.name.label("document_name"), documents.c.content_hash)
            .join(documents, documents.c.revision == table.c.revision)
            .where(sa.tuple_(table.c.revision, table.c.ordinal).in_(list(keys)))
        )
        with self._reading() as connection:
            return {
                (row.revision, row.ordinal): to_passage(row, row.document_name, row.content_hash)
                for row in connection.execute(query)
            }

    def stale(self) -> list[str]:
        """Revisions whose vectors may be in the store and must not be. Only true under ``exclusive``."""
        table = self._tables.revisions
        with self._reading() as connection:
            return list(connection.scalars(sa.select(table.c.revision).where(table.c.status != "live")))

    def hidden(self) -> set[str]:
        """Names of shipped documents that the user removed."""
        with self._reading() as connection:
            return set(connection.scalars(sa.select(self._tables.hidden.c.name)))

    def failures(self) -> dict[str, Failure]:
        """The files of the folders that could not be read, by name."""
        table = self._tables.failures
        with self._reading() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.name))
            return {row.name: Failure(row.stamp, row.recipe, loaded(row.error)) for row in rows}

    # -- writing (call within ``database.exclusive()``) ------------------------------------------------------

    def announce(self, revisions: Iterable[str]) -> None:
        """Notes revisions whose vectors are about to be written."""
        rows = [{"revision": revision, "status": "writing"} for revision in revisions]
        with self._writing() as connection:
            connection.execute(self._tables.revisions.insert(), rows)

    def go_live(self, versions: Sequence[Version], index: Index) -> None:
        """Makes the versions what searches see, and retires those that they replace, at once."""
        with self._writing() as connection:
            for version in versions:
                self._retire(connection, [version.document.id], name=version.document.name)
                self._insert(connection, version)
            self._put(connection, **asdict(index), version=secrets.token_hex(8))

    def switch(self, versions: Sequence[Version], index: Index) -> None:
        """Puts a rebuilt index in use: these versions of all documents, and no other vectors, at once."""
        tables = self._tables
        with self._writing() as connection:
            for table in (tables.passages, tables.revisions):
                connection.execute(table.delete())
            for version in versions:
                connection.execute(
                    tables.documents.update()
                    .where(tables.documents.c.id == version.document.id)
                    .values(
                        revision=version.revision,
                        recipe=version.recipe,
                        passage_count=len(version.passages),
                    )
                )
                connection.execute(tables.revisions.insert().values(revision=version.revision, status="live"))
                if version.passages:
                    connection.execute(tables.passages.insert(), passage_rows(version))
            self._put(connection, **asdict(index), version=secrets.token_hex(8))

    def drop(self, name: str) -> None:
        """Takes a document out; its vectors are swept by the next ``forget``."""
        table = self._tables.documents
        with self._writing() as connection:
            ids = list(connection.scalars(sa.select(table.c.id).where(table.c.name == name)))
            self._retire(connection, ids, name=name)
            self._put(connection, version=secrets.token_hex(8))

    def forget(self, revisions: Iterable[str]) -> None:
        """Drops the note of revisions whose vectors are gone from the store."""
        table = self._tables.revisions
        with self._writing() as connection:
            connection.execute(table.delete().where(table.c.revision.in_(list(revisions))))

    def touch(self, name: str, stamp: str, source: str) -> None:
        """Notes that a file with this stamp holds what is already in."""
        table = self._tables.documents
        with self._writing() as connection:
            connection.execute(table.update().where(table.c.name == name).values(stamp=stamp, source=source))

    def hide(self, name: str) -> None:
        """Keeps ``sync`` from adding a shipped document."""
        with self._writing() as connection:
            table = self._tables.hidden
            connection.execute(table.delete().where(table.c.name == name))
            connection.execute(table.insert().values(name=name))

    def unhide(self, name: str) -> None:
        """Undoes ``hide``."""
        with self._writing() as connection:
            connection.execute(self._tables.hidden.delete().where(self._tables.hidden.c.name == name))

    def note_failures(self, failures: Mapping[str, Failure]) -> None:
        """Notes which files could not be read, in place of those that were noted before."""
        if failures == self.failures():
            return
        table = self._tables.failures
        stored = {name: each._replace(error=dumped(each.error)) for name, each in failures.items()}
        rows = [{"name": name} | failure._asdict() for name, failure in stored.items()]
        with self._writing() as connection:
            connection.execute(table.delete())
            if rows:
                connection.execute(table.insert(), rows)

    # -- within ------------------------------------------------------------------------------------------

    def _reading(self) -> Any:
        self._check(self.database.vanished())
        self.reopen()
        self._prepare()
        return self.database.reading()

    def _writing(self) -> Any:
        # What began in one database must not go on in another.
        self._check(self.database.vanished() or self.database.replaced())
        self._prepare()
        return self.database.writing()

    def _check(self, is_lost: bool) -> None:
        if is_lost:
            raise StoreUnavailable(
                Message(
                    "knowledge.index_deleted",
                    "The index at {place} was deleted while in use. Run `python -m knowledge sync` or "
                    "restart to build it again; your documents are still in their folder.",
                    place=self.database.where,
                )
            )

    def _prepare(self) -> None:
        """Creates the tables unless they are there: what cannot be written can still be read."""
        if self._ready:
            return
        with self.database.reading() as connection:
            is_there = sa.inspect(connection).has_table(self._tables.state.name)
            found = self._schema(connection) if is_there else 0
        if found > SCHEMA_VERSION:
            raise StoreUnavailable(
                Message(
                    "knowledge.database_newer",
                    "The database {place} was written by a newer version of this program. "
                    "Update the program or name another data folder.",
                    place=self.database.where,
                )
            )
        if found < SCHEMA_VERSION:
            self._create()
        self._ready = True

    def _create(self) -> None:
        with self.database.exclusive(), self.database.writing() as connection:
            self._tables.metadata.create_all(connection)
            if self._schema(connection) < SCHEMA_VERSION:  # no other process was quicker
                self._put(connection, schema=str(SCHEMA_VERSION), owner=secrets.token_hex(8))

    def _schema(self, connection: sa.Connection) -> int:
        return int(self._get(connection).get("schema", "0"))

    def _state(self) -> dict[str, str]:
        with self._reading() as connection:
            return self._get(connection)

    def _get(self, connection: sa.Connection) -> dict[str, str]:
        return {row.key: row.value for row in connection.execute(sa.select(self._tables.state))}

    def _put(self, connection: sa.Connection, **values: str) -> None:
        table = self._tables.state
        connection.execute(table.delete().where(table.c.key.in_(list(values))))
        connection.execute(table.insert(), [{"key": key, "value": value} for key, value in values.items()])

    def _row(self, connection: sa.Connection, name_or_id: str) -> Any:
        table = self._tables.documents
        row = connection.execute(
            sa.select(table).where(sa.or_(table.c.name == name_or_id, table.c.id == name_or_id))
        ).first()
        if row is None:
            raise no_document(name_or_id)
        return row

    def _retire(self, connection: sa.Connection, ids: Sequence[str], name: str) -> None:
        tables = self._tables
        revisions = sa.select(tables.documents.c.revision).where(tables.documents.c.id.in_(ids))
        gone = list(connection.scalars(revisions))
        connection.execute(
            tables.revisions.update().where(tables.revisions.c.revision.in_(gone)).values(status="retired")
        )
        connection.execute(tables.passages.delete().where(tables.passages.c.revision.in_(gone)))
        for table in (tables.texts, tables.sections):
            connection.execute(table.delete().where(table.c.document_id.in_(ids)))
        connection.execute(tables.documents.delete().where(tables.documents.c.id.in_(ids)))
        connection.execute(tables.failures.delete().where(tables.failures.c.name == name))

    def _insert(self, connection: sa.Connection, version: Version) -> None:
        document, tables = version.document, self._tables
        connection.execute(tables.documents.insert().values(**document_row(version)))
        connection.execute(tables.texts.insert().values(document_id=document.id, text=document.text))
        if document.sections:
            connection.execute(tables.sections.insert(), section_rows(document))
        if version.passages:
            connection.execute(tables.passages.insert(), passage_rows(version))
        connection.execute(
            tables.revisions.update()
            .where(tables.revisions.c.revision == version.revision)
            .values(status="live")
        )
