"""Conversations kept in a database: questions, answers, feedback, and deletions that can be undone.

A question is stored before it is answered, so that a process killed in between loses nothing:
the turn is still there, without an answer, and can be asked again.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from assistant.errors import ConversationNotFound, StorageUnavailable
from assistant.export import answer_from_json, answer_json
from assistant.types import Answer, Turn
from knowledge.messages import Message, dumped, loaded

TITLE_CHARS = 80
BUSY_SECONDS = 10  # other writers hold SQLite for milliseconds; longer than this is a fault
UNDO_FOR = timedelta(days=1)  # a deleted conversation can be brought back for a day, then it is really gone

_metadata = sa.MetaData()
_conversations = sa.Table(
    "conversations",
    _metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("created", sa.String(32), nullable=False),
    sa.Column("updated", sa.String(32), nullable=False),
    sa.Column("deleted", sa.String(32)),
)
_turns = sa.Table(
    "turns",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("options", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("created", sa.String(32), nullable=False),
    sa.Index("turns_by_conversation", "conversation", "id"),
    sqlite_autoincrement=True,
)
_feedback = sa.Table(
    "feedback",
    _metadata,
    sa.Column("turn", sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("rating", sa.Integer, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("updated", sa.String(32), nullable=False),
)


class TurnState(StrEnum):
    """How far a turn got; ASKED turns whose process died stay ASKED."""

    ASKED = "asked"
    ANSWERED = "answered"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Request:
    """A question with the choices made when it was asked.

    ``documents`` are names (empty: all), ``standalone`` is the user's own rewriting, ``carefulness`` how sure
    the assistant must be to answer, 0..1 (None: the calibrated value).
    """

    question: str
    documents: tuple[str, ...] = ()
    language: str = "auto"
    standalone: str | None = None
    carefulness: float | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the reader thought of an answer: ``rating`` is 1 (good) or -1 (bad)."""

    rating: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question as it was asked, and its answer if it came; ``error`` says why not, in the user's words."""

    id: int
    request: Request
    state: TurnState
    answer: Answer | None = None
    error: str = ""
    feedback: Feedback | None = None
    created: str = ""


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    """What the list of conversations shows of one; times are ISO 8601, UTC."""

    id: str
    title: str
    created: str
    updated: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with its turns, oldest first."""

    info: ConversationInfo
    turns: tuple[StoredTurn, ...]

    def history(self, before: int | None = None) -> tuple[Turn, ...]:
        """The answered turns, those before the turn of that id if one is given."""
        return tuple(
            Turn(turn.request.question, turn.answer)
            for turn in self.turns
            if turn.answer is not None and (before is None or turn.id < before)
        )


class Conversations:
    """The conversations of one database, SQLite (in WAL mode) or PostgreSQL; safe with several processes.

    Nothing is opened before the first use. Every method raises StorageUnavailable when the database cannot
    be read or written, and ConversationNotFound for an id that is not stored.
    """

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._engine: sa.Engine | None = None

    def start(self, question: str) -> str:
        """A new conversation named after its first question; returns its id."""
        identity, now = secrets.token_urlsafe(12), _now()
        with self._write() as db:
            db.execute(
                sa.insert(_conversations).values(
                    id=identity, title=_title(question), created=now, updated=now
                )
            )
        return identity

    def list(self, limit: int = 200) -> list[ConversationInfo]:
        """The conversations, the one last used first."""
        query = (
            sa.select(_conversations)
            .where(_conversations.c.deleted.is_(None))
            .order_by(_conversations.c.updated.desc(), _conversations.c.id)
            .limit(limit)
        )
        with self._read() as db:
            return [_info(row) for row in db.execute(query)]

    def get(self, identity: str) -> Conversation:
        """The conversation with all its turns."""
        chosen = sa.select(_conversations).where(_conversations.c.id == identity)
        turns = (
            sa.select(_turns, _feedback.c.rating, _feedback.c.comment)
            .outerjoin(_feedback, _feedback.c.turn == _turns.c.id)
            .where(_turns.c.conversation == identity)
            .order_by(_turns.c.id)
        )
        with self._read() as db:
            row = db.execute(chosen.where(_conversations.c.deleted.is_(None))).one_or_none()
            if row is None:
                raise _not_found()
            return Conversation(_info(row), tuple(_turn(turn) for turn in db.execute(turns)))

    def rename(self, identity: str, title: str) -> None:
        """Gives the conversation another title."""
        self._update(identity, title=_title(title))

    def delete(self, identity: str) -> None:
        """Takes the conversation out of the list; ``restore`` brings it back for a day."""
        self._update(identity, deleted=_now())
        self._purge()

    def restore(self, identity: str) -> None:
        """Undoes ``delete``."""
        self._update(identity, deleted=None)

    def ask(self, identity: str, request: Request) -> int:
        """Stores a question before it is answered; returns the id of its turn."""
        now = _now()
        with self._write() as db:
            _touch(db, identity, now)
            added = db.execute(
                sa.insert(_turns).values(
                    conversation=identity,
                    question=request.question,
                    options=_options(request),
                    state=TurnState.ASKED,
                    created=now,
                    error="",
                )
            )
            key = added.inserted_primary_key
            assert key is not None
            return int(key[0])

    def answer(self, turn: int, answer: Answer) -> None:
        """Stores the answer of a turn."""
        text = json.dumps(answer_json(answer), ensure_ascii=False)
        self._end_turn(turn, state=TurnState.ANSWERED, answer=text, error="")

    def stop(self, turn: int) -> None:
        """Records that the user stopped the answer."""
        self._end_turn(turn, state=TurnState.STOPPED)

    def fail(self, turn: int, message: str) -> None:
        """Records why there is no answer, in the user's words."""
        self._end_turn(turn, state=TurnState.FAILED, error=dumped(message))

    def ask_again(self, turn: int) -> None:
        """Puts a turn that got no answer back to be answered."""
        self._end_turn(turn, state=TurnState.ASKED, error="")

    def rate(self, turn: int, feedback: Feedback | None) -> None:
        """Stores what the reader thought of an answer, or takes it back."""
        with self._write() as db:
            db.execute(sa.delete(_feedback).where(_feedback.c.turn == turn))
            if feedback is not None:
                values = {"rating": feedback.rating, "comment": feedback.comment}
                db.execute(sa.insert(_feedback).values(turn=turn, updated=_now(), **values))

    def close(self) -> None:
        """Closes the connections; the next use opens them again."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _end_turn(self, turn: int, **values: object) -> None:
        with self._write() as db:
            db.execute(sa.update(_turns).where(_turns.c.id == turn).values(**values))

    def _update(self, identity: str, **values: object) -> None:
        with self._write() as db:
            found = db.execute(
                sa.update(_conversations).where(_conversations.c.id == identity).values(**values)
            )
            if not found.rowcount:
                raise _not_found()

    def _purge(self) -> None:
        limit = (datetime.now(UTC) - UNDO_FOR).isoformat()
        with self._write() as db:
            db.execute(sa.delete(_conversations).where(_conversations.c.deleted < limit))

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with self._storage(), self._open().connect() as db:
            yield db

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        with self._storage(), self._open().begin() as db:
            yield db

    @contextmanager
    def _storage(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.SQLAlchemyError, OSError) as error:
            raise StorageUnavailable(
                Message(
                    "assistant.no_storage",
                    "The conversations cannot be read or written at {place}: {reason}."
                    " Check that the place exists, is writable and has space, then try again.",
                    place=self._url.render_as_string(hide_password=True),
                    reason=_reason(error),
                )
            ) from error

    def _open(self) -> sa.Engine:
        """The engine, with its tables made; made again when someone deleted the database file meanwhile."""
        file = Path(self._url.database) if _is_file(self._url) and self._url.database else None
        if self._engine is not None and (file is None or file.exists()):
            return self._engine
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        self.close()
        self._engine = _engine(self._url)
        with self._engine.begin() as db:
            for table in _metadata.sorted_tables:
                db.execute(CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    db.execute(CreateIndex(index, if_not_exists=True))
        return self._engine


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    # a connection a use: a pooled one would go on writing into a file that someone deleted
    engine = sa.create_engine(url, poolclass=sa.NullPool if _is_file(url) else sa.StaticPool)
    sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _is_file(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")


def _touch(db: sa.Connection, identity: str, now: str) -> None:
    """Moves a conversation to the top of the list; raises ConversationNotFound if it is not stored."""
    kept = sa.and_(_conversations.c.id == identity, _conversations.c.deleted.is_(None))
    if not db.execute(sa.update(_conversations).where(kept).values(updated=now)).rowcount:
        raise _not_found()


def _not_found() -> ConversationNotFound:
    return ConversationNotFound(
        Message("assistant.no_conversation", "This conversation is no longer stored. Start a new one.")
    )


def _info(row: sa.Row[tuple[object, ...]]) -> ConversationInfo:
    return ConversationInfo(row.id, row.title, row.created, row.updated)


def _turn(row: sa.Row[tuple[object, ...]]) -> StoredTurn:
    options = json.loads(row.options)
    return StoredTurn(
        id=row.id,
        request=Request(row.question, **{**options, "documents": tuple(options["documents"])}),
        state=TurnState(row.state),
        answer=answer_from_json(json.loads(row.answer)) if row.answer else None,
        error=loaded(row.error),
        feedback=Feedback(row.rating, row.comment) if row.rating is not None else None,
        created=row.created,
    )


def _options(request: Request) -> str:
    values = asdict(request)
    del values["question"]
    return json.dumps(values, ensure_ascii=False)


def _title(text: str) -> str:
    """One line of at most TITLE_CHARS characters, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= TITLE_CHARS:
        return line or "…"
    return line[:TITLE_CHARS].rsplit(" ", 1)[0].rstrip() + "…"


def _reason(error: BaseException) -> str:
    """The database's own words without SQLAlchemy's statement and link."""
    original: Sequence[object] = getattr(getattr(error, "orig", None), "args", ()) or error.args
    return str(original[0]).splitlines()[0].rstrip(".") if original else type(error).__name__


def _now() -> str:
    return datetime.now(UTC).isoformat()
