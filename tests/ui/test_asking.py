"""Questions answered in the background, over the real assistant: how each ends in the conversation."""

from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.build import build_assistant
from assistant.conversations import Conversations, Request, StoredTurn, TurnState
from assistant.errors import StorageUnavailable
from assistant.phrases import told
from assistant.types import Answered, Searching
from assistant.ui.asking import answering
from assistant.ui.tasks import Task, Tasks
from assistant.ui.uploads import Upload, add_all
from assistant.ui.views.answer import with_answer_of
from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings

OSCE = "What does the OSCE focus on?"


@pytest.fixture(scope="module")
def assistant(shipped: KnowledgeBase) -> Assistant:
    return build_assistant(knowledge=shipped)


@pytest.fixture
def store(tmp_path: Path) -> Conversations:
    return Conversations(f"sqlite:///{tmp_path}/chat.db")


def _run(store: Conversations, assistant: object, request: Request, cancel: bool = False) -> StoredTurn:
    identity = store.start(request.question)
    turn = store.ask(identity, request)
    work = answering(turn, request, (), lambda: assistant, store, "unexpected")  # type: ignore[arg-type,return-value]
    list(work(lambda: cancel))
    return store.get(identity).turns[0]


def test_an_answer_is_stored(store: Conversations, assistant: Assistant) -> None:
    turn = _run(store, assistant, Request(OSCE))
    assert turn.state is TurnState.ANSWERED
    assert turn.answer is not None
    assert "confidence-building" in turn.answer.text


def test_how_careful_travels_with_the_question(store: Conversations, assistant: Assistant) -> None:
    answers = [_run(store, assistant, Request(OSCE, carefulness=value)).answer for value in (0.0, 1.0)]
    assert [answer.abstained for answer in answers if answer] == [False, True]


def test_a_stopped_answer_is_kept_as_stopped(store: Conversations, assistant: Assistant) -> None:
    assert _run(store, assistant, Request(OSCE), cancel=True).state is TurnState.STOPPED


def test_what_the_user_can_mend_is_told_in_the_turn(store: Conversations, assistant: Assistant) -> None:
    turn = _run(store, assistant, Request(OSCE, documents=("gone.txt",)))
    assert turn.state is TurnState.FAILED
    assert "gone.txt" in turn.error
    assert told(turn.error, "de").startswith("In der Sammlung ist kein Dokument „gone.txt“")


def test_what_nobody_foresaw_is_told_without_its_details(store: Conversations) -> None:
    turn = _run(store, object(), Request(OSCE))
    assert (turn.state, turn.error) == (TurnState.FAILED, "unexpected")


def test_an_answer_that_cannot_be_stored_is_still_there(
    store: Conversations, assistant: Assistant, tmp_path: Path
) -> None:
    rubbish = tmp_path / "rubbish.db"
    rubbish.write_bytes(b"rubbish " * 1000)
    broken = Conversations(f"sqlite:///{rubbish}")
    task = Task(answering(1, Request(OSCE), (), lambda: assistant, broken, "unexpected"))
    assert task.wait(60)
    assert isinstance(task.error, StorageUnavailable)
    kept = with_answer_of(StoredTurn(1, Request(OSCE), TurnState.ASKED), task.items)
    assert isinstance(task.items[-1], Answered)
    assert kept.answer == task.items[-1].answer


def test_a_task_of_one_name_runs_once() -> None:
    tasks: Tasks[Searching] = Tasks()
    first = tasks.start("a", lambda cancelled: iter(lambda: cancelled(), True))  # type: ignore[arg-type]
    assert tasks.start("a", lambda cancelled: ()) is first
    tasks.forget("a")
    assert tasks.get("a") is first
    first.cancel()
    assert first.wait(30)
    tasks.forget("a")
    assert tasks.get("a") is None


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    knowledge = KnowledgeBase(KnowledgeSettings(data_dir=tmp_path / "data"))
    files = [Upload("empty.txt", b""), Upload("../../etc/x.txt", b"Ships\n\nThe lock is 55 metres wide.\n")]
    steps = list(add_all(lambda: knowledge, files, lambda: False))
    assert [len(step.reports) for step in steps] == [0, 1, 2]
    assert [step.share for step in steps] == sorted(step.share for step in steps)
    assert steps[-1].share == 1
    empty, good = steps[-1].reports
    assert empty.status == "failed"
    assert empty.error
    assert "empty.txt" in empty.error
    assert good.status in ("added", "failed")
    assert not (tmp_path / "etc").exists()
    assert list(add_all(lambda: knowledge, files, lambda: True)) == []


def test_of_two_files_of_one_name_the_first_is_kept_and_an_earlier_one_can_come_back(tmp_path: Path) -> None:
    knowledge = KnowledgeBase(KnowledgeSettings(data_dir=tmp_path / "data"))
    earlier, first, second = (Upload("minutes.txt", f"{year}\n\nWe met.\n".encode()) for year in (1, 2, 3))
    knowledge.add_bytes(earlier.name, earlier.data)
    *_, last = add_all(lambda: knowledge, [first, second], lambda: False)
    assert [report.status for report in last.reports] == ["replaced", "failed"]
    assert last.replaced == (earlier,)
    assert knowledge.original("minutes.txt") == first.data
    *_, undone = add_all(lambda: knowledge, last.replaced, lambda: False)
    assert undone.replaced == (first,), "undoing can be undone"
    assert knowledge.original("minutes.txt") == earlier.data
