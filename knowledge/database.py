"""One SQL database, SQLite or PostgreSQL: engine, transactions, the writers' lock, errors as sentences."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

import sqlalchemy as sa

from knowledge.errors import InvalidSetting, StoreUnavailable
from knowledge.messages import Message

BUSY_SECONDS = 30  # other writers hold SQLite for milliseconds; longer than this is a fault
LOCK_SECONDS = 120.0  # a group of passages is embedded before, and written within, the lock


class Database:
    """Opens lazily, thread-safe; an SQLite file that vanishes is noticed instead of written into the void."""

    def __init__(self, url: str, lock_name: str) -> None:
        try:
            self._url = sa.make_url(url)
        except sa.exc.ArgumentError as error:
            told = "'{url}' is not a database URL (sqlite:///file or postgresql://…)."
            raise InvalidSetting(Message("knowledge.no_database_url", told, url=url)) from error
        self._lock_name = lock_name
        self._engine: sa.Engine | None = None
        self._inode: int | None = None
        self._guard = threading.Lock()
        self._writers = threading.RLock()
        self._depth = 0  # of ``exclusive`` in the thread that holds ``_writers``

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for a database server."""
        if self._url.get_backend_name() != "sqlite" or not self._url.database:
            return None
        return Path(self._url.database)

    @property
    def where(self) -> str:
        """The database's place for messages, without its password."""
        return str(self.file or self._url.render_as_string(hide_password=True))

    def exists(self) -> bool:
        """Whether an SQLite database is there to be read; a server is assumed to be."""
        return self.file is None or self.file.exists()

    def vanished(self) -> bool:
        """Whether the SQLite file that is open was deleted since."""
        return self._inode is not None and not self.exists()

    def replaced(self) -> bool:
        """Whether another SQLite file lies where the one that is open was."""
        if self.file is None or self._inode is None or not self.file.exists():
            return False
        return self.file.stat().st_ino != self._inode

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one consistent state. Raises StoreUnavailable."""
        with self._sentences(), self._connect().connect() as connection:
            if self.file is None:  # SQLite's transactions see one state anyway
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes: all of it happens, or nothing. Raises StoreUnavailable."""
        with self._sentences(), self._connect().connect() as connection:
            writer = connection.execution_options(writing=True)
            with writer.begin():
                yield writer

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Holds off every other writer, of this and any other process; freed when its process dies.

        May be nested. Raises StoreUnavailable when another holds it for too long.
        """
        with self._writers, contextlib.ExitStack() as held:
            if self._depth == 0:
                held.enter_context(self._server_lock() if self.file is None else self._file_lock(self.file))
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1

    def close(self) -> None:
        """Closes the connections; the next use opens them again."""
        with self._guard:
            if self._engine is not None:
                self._engine.dispose()
            self._engine, self._inode = None, None

    def _connect(self) -> sa.Engine:
        with self._guard:
            if self._engine is None:
                self._engine = self._create()
            return self._engine

    def _create(self) -> sa.Engine:
        if self.file is None:
            return sa.create_engine(self._url, pool_pre_ping=True)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            if not self.file.exists():
                os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreUnavailable(
                Message(
                    "knowledge.database_closed",
                    "The database {place} cannot be opened for writing ({reason}). Make the data folder "
                    "writable or name another with KNOWLEDGE_DATA_DIR.",
                    place=self.where,
                    reason=error.strerror,
                )
            ) from error
        self._inode = self.file.stat().st_ino
        engine = sa.create_engine(self._url, creator=partial(_connection, self.file.absolute()))
        sa.event.listen(engine, "connect", _configure)
        sa.event.listen(engine, "begin", _begin)
        return engine

    @contextlib.contextmanager
    def _file_lock(self, file: Path) -> Iterator[None]:
        from filelock import FileLock, Timeout

        lock = FileLock(file.with_name(file.name + ".lock"), timeout=LOCK_SECONDS)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise StoreUnavailable(
                Message(
                    "knowledge.collection_busy",
                    "Another process is still writing to the collection; try again.",
                )
            ) from error
        except OSError as error:
            raise StoreUnavailable(
                Message(
                    "knowledge.data_folder_unwritable",
                    "The data folder {folder} cannot be written ({reason}). Make it writable, or name "
                    "another with KNOWLEDGE_DATA_DIR.",
                    folder=file.parent,
                    reason=error.strerror,
                )
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def _server_lock(self) -> Iterator[None]:
        number = crc32(self._lock_name.encode())
        with self._sentences():
            connection = self._connect().connect()
        with connection:
            with self._sentences():
                connection.execute(sa.text(f"SET lock_timeout = '{int(LOCK_SECONDS)}s'"))
                connection.execute(sa.select(sa.func.pg_advisory_lock(number)))
                connection.commit()
            try:
                yield
            finally:
                with self._sentences():
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
                    connection.commit()

    @contextlib.contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise StoreUnavailable(_sentence(self.where, str(error.orig))) from error
        except sa.exc.NoSuchModuleError as error:
            told = "No driver for the database {place}: {reason}."
            raise InvalidSetting(
                Message("knowledge.no_driver", told, place=self.where, reason=error)
            ) from error
        except ModuleNotFoundError as error:
            raise InvalidSetting(
                Message(
                    "knowledge.no_postgres",
                    "The database {place} needs the package '{package}': install the extra 'postgres'.",
                    place=self.where,
                    package=error.name,
                )
            ) from error


def _connection(file: Path) -> sqlite3.Connection:
    """A connection for reading and writing, for reading alone where file or folder cannot be written."""
    is_writable = os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)
    # A reader, too, writes beside the file, unless another process has or the file is said not to change.
    is_open = file.with_name(file.name + "-wal").exists()
    options = "mode=rw" if is_writable else "mode=ro" if is_open else "immutable=1"
    uri = f"{file.as_uri()}?{options}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)


def _configure(connection: Any, record: object) -> None:  # noqa: ARG001 - SQLAlchemy passes both
    connection.isolation_level = None  # SQLAlchemy begins the transactions, see _begin
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    # A deferred transaction that turns into a writer fails at once when another writes; an immediate waits.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _sentence(where: str, reason: str) -> Message:
    reason = reason.strip().splitlines()[0] if reason.strip() else "no reason given"
    lowered = reason.lower()
    if "full" in lowered or "no space" in lowered:
        told = "The disk of {place} is full ({reason}). Free some space and try again; nothing was lost."
        return Message("knowledge.database_full", told, place=where, reason=reason)
    if "readonly" in lowered or "read-only" in lowered or "unable to open" in lowered:
        told = "The database {place} cannot be written ({reason}). Make its folder writable and try again."
        return Message("knowledge.database_unwritable", told, place=where, reason=reason)
    if "locked" in lowered:
        told = "The database {place} is in use by another program ({reason}). Try again in a moment."
        return Message("knowledge.database_locked", told, place=where, reason=reason)
    if "malformed" in lowered or "not a database" in lowered:
        told = "The database {place} is damaged ({reason}). Move it away and run `python -m knowledge sync`."
        return Message("knowledge.database_damaged", told, place=where, reason=reason)
    told = "The database {place} cannot be used ({reason}). Check that it is there and try again."
    return Message("knowledge.database_unusable", told, place=where, reason=reason)
