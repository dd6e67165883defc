import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

import assistant.conversations as module
from assistant.conversations import Conversations, Feedback, Request, TurnState
from assistant.errors import ConversationNotFound, StorageUnavailable
from assistant.types import Answer, Citation, Query, Statement, Trace, Verdict

CITATION = Citation(1, "d", "d.txt", "D", "S", ("D", "S"), 3, 10, 20, "hash", "ten chars!", ((12, 14),))
ANSWER = Answer(
    question="Why?",
    standalone_question="Why is the sky blue?",
    statements=(
        Statement("In S:", Verdict.SUPPORTED, lead=True),
        Statement("ten chars!", Verdict.SUPPORTED, (1,)),
    ),
    citations=(CITATION,),
    abstained=False,
    confidence=0.9,
    trace=Trace(queries=(Query("Why?", "Why is the sky blue?"),), timings_ms={"search": 1.5}),
)
REQUEST = Request("Why? é 漢 \u200b", ("d.txt",), "nl", "Why is the sky blue?", 0.7)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/deep/er/chat.db"
        return
    server = request.getfixturevalue("postgres_url")
    yield server
    engine = sa.create_engine(server)
    with engine.begin() as db:
        for table in ("feedback", "turns", "conversations"):
            db.execute(sa.text(f"DROP TABLE IF EXISTS {table}"))
    engine.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Conversations]:
    store = Conversations(url)
    yield store
    store.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "chat.db"


def test_what_was_asked_answered_and_rated_comes_back(store: Conversations, url: str) -> None:
    identity = store.start("Why is the sky blue?")
    first, second = store.ask(identity, REQUEST), store.ask(identity, Request("And at night?"))
    store.answer(first, ANSWER)
    store.rate(first, Feedback(1, "good"))
    store.rate(first, Feedback(-1))
    conversation = Conversations(url).get(identity)
    assert [turn.request for turn in conversation.turns] == [REQUEST, Request("And at night?")]
    assert conversation.turns[0].answer == ANSWER
    assert conversation.turns[0].feedback == Feedback(-1)
    assert conversation.turns[1].state is TurnState.ASKED
    assert [turn.question for turn in conversation.history(before=second)] == [REQUEST.question]
    assert conversation.history(before=first) == ()


def test_how_a_turn_ended_is_kept_and_it_can_be_asked_again(store: Conversations) -> None:
    identity = store.start("q")
    stopped, failed = store.ask(identity, Request("a")), store.ask(identity, Request("b"))
    store.stop(stopped)
    store.fail(failed, "The disk is full.")
    turns = store.get(identity).turns
    assert [(turn.state, turn.error) for turn in turns] == [
        (TurnState.STOPPED, ""),
        (TurnState.FAILED, "The disk is full."),
    ]
    store.ask_again(failed)
    again = store.get(identity).turns[1]
    assert (again.state, again.error) == (TurnState.ASKED, "")


def test_the_list_is_by_last_use_and_deleting_can_be_undone(store: Conversations) -> None:
    old, new = store.start("  old\n one "), store.start("new " * 40)
    store.ask(old, Request("again"))
    titles = [info.title for info in store.list()]
    assert titles[0] == "old one"
    assert len(titles[1]) <= 80
    assert titles[1].endswith("…")
    store.delete(old)
    assert [info.id for info in store.list()] == [new]
    for act in (store.get, lambda identity: store.ask(identity, Request("x"))):
        with pytest.raises(ConversationNotFound):
            act(old)
    store.restore(old)
    store.rename(old, "Other")
    assert store.get(old).info.title == "Other"
    assert len(store.get(old).turns) == 1


def test_what_was_deleted_is_gone_after_a_day(store: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNDO_FOR", -module.UNDO_FOR)
    identity = store.start("q")
    store.answer(store.ask(identity, Request("a")), ANSWER)
    store.delete(identity)
    with pytest.raises(ConversationNotFound):
        store.restore(identity)


def test_an_id_that_is_not_stored_is_named_so(store: Conversations) -> None:
    for act in (store.get, store.delete, store.restore, lambda identity: store.rename(identity, "t")):
        with pytest.raises(ConversationNotFound):
            act("'; DROP TABLE turns; --")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=300))
def test_a_title_is_one_short_line(text: str) -> None:
    title = module._title(text)
    assert 0 < len(title) <= 81
    assert "\n" not in title


def _ask_many(url: str, identity: str, count: int) -> None:
    store = Conversations(url)
    for number in range(count):
        store.answer(store.ask(identity, Request(f"{os.getpid()} {number}")), ANSWER)


def test_two_processes_write_at_once(file: Path) -> None:
    url = f"sqlite:///{file}"
    identity = Conversations(url).start("q")
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_ask_many, args=(url, identity, 15)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(Conversations(url).get(identity).turns) == 30


def test_a_killed_process_loses_nothing_that_was_stored(file: Path) -> None:
    url = f"sqlite:///{file}"
    identity = Conversations(url).start("q")
    context = multiprocessing.get_context("spawn")
    writer = context.Process(target=_ask_many, args=(url, identity, 100_000))
    writer.start()
    deadline = time.monotonic() + 60
    while not Conversations(url).get(identity).turns and time.monotonic() < deadline:
        time.sleep(0.02)
    before = len(Conversations(url).get(identity).turns)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    turns = Conversations(url).get(identity).turns
    assert len(turns) >= before > 0
    assert all(turn.answer == ANSWER for turn in turns[:-1])


def test_a_deleted_folder_is_made_anew(file: Path) -> None:
    store = Conversations(f"sqlite:///{file}")
    identity = store.start("q")
    for path in file.parent.iterdir():
        path.unlink()
    file.parent.rmdir()
    with pytest.raises(ConversationNotFound):
        store.get(identity)
    assert store.get(store.start("new")).info.title == "new"


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "rubbish.db").write_bytes(b"rubbish " * 1000)
    for place in (tmp_path / "file" / "chat.db", tmp_path / "rubbish.db"):
        with pytest.raises(StorageUnavailable, match=r"chat\.db|rubbish\.db"):
            Conversations(f"sqlite:///{place}").start("q")


def test_a_locked_database_is_named_and_served_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    store = Conversations(f"sqlite:///{file}")
    identity = store.start("q")
    other = sqlite3.connect(file)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageUnavailable, match="locked"):
        store.ask(identity, Request("a"))
    other.rollback()
    other.close()
    store.ask(identity, Request("a"))
    assert len(store.get(identity).turns) == 1


def test_a_password_is_not_shown() -> None:
    store = Conversations("postgresql+psycopg://user:secret@127.0.0.1:1/chat")
    with pytest.raises(StorageUnavailable) as caught:
        store.list()
    assert "secret" not in str(caught.value)
