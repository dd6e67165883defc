"""The pages as Streamlit runs them, over the real assistant; what a browser shows is in tests/browser."""

import json
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant.conversations import Conversation, Conversations, Request, TurnState
from assistant.ui.asking import answering
from assistant.ui.services import services
from assistant.ui.uploads import Upload, add_all

APP = Path(__file__).parents[2] / "app.py"
OSCE = "What does the OSCE focus on?"


@pytest.fixture
def app(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A new tab; the tests share the process's services, as tabs do."""
    monkeypatch.setenv("KNOWLEDGE_DATA_DIR", str(data_dir))
    return AppTest.from_file(str(APP), default_timeout=60)


def _ask(app: AppTest, question: str) -> AppTest:
    app.chat_input[0].set_value(question).run()
    deadline = time.monotonic() + 60
    shared = services()
    while any(not task.done for task in shared.answers._tasks.values()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return app.run()


def _turns(app: AppTest) -> list[dict[str, object]]:
    """What the answer components were given."""
    views = []
    for element in app.get("bidi_component"):
        if element.proto.component_name == "quotable_answer":
            views.append(json.loads(element.proto.json))
    return views


def _page(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    import subprocess
    import sys

    code = (
        "import sys, streamlit, assistant.ui.frame, assistant.ui.pages.chat, assistant.ui.pages.sources\n"
        "heavy = {'torch', 'chromadb', 'sentence_transformers', 'onnxruntime', 'pandas', 'langchain'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_question_is_answered_kept_and_rated(app: AppTest, data_dir: Path) -> None:
    _ask(_page(app), OSCE)
    view = _turns(app)[-1]
    assert view["question"] == OSCE
    assert "confidence-building" in json.dumps(view["blocks"])
    turn = services().conversations.get(services().conversations.list()[0].id).turns[-1]
    assert turn.state is TurnState.ANSWERED
    _ask(app, "Who won the football world cup of 1998?")
    assert _turns(app)[-1]["searched"]
    assert len(services().conversations.get(services().conversations.list()[0].id).turns) == 2


def test_an_answer_that_comes_while_the_page_is_drawn_is_shown(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conversation is read, the answer is stored, then the page looks whether it is still made."""
    _ask(_page(app), OSCE)
    read, asked = Conversations.get, []

    def read_then_wait(store: Conversations, identity: str) -> Conversation:
        conversation = read(store, identity)
        asked.append(conversation.turns[-1].state)
        for turn in conversation.turns:
            task = services().answers.get(str(turn.id))
            assert task is None or task.wait(60)
        return conversation

    monkeypatch.setattr(Conversations, "get", read_then_wait)
    app.chat_input[0].set_value("thanks").run()
    assert TurnState.ASKED in asked, "the page read it before it was answered"
    assert _turns(app)[-1]["problem"] == ""
    assert _turns(app)[-1]["blocks"]
    assert not any(button.label == "Ask again" for button in app.button)


def test_an_answer_is_shown_while_an_earlier_one_is_still_made(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    _page(app)
    shared, is_read, goes_on = services(), threading.Event(), threading.Event()
    store = shared.conversations
    identity = store.start(OSCE)
    slow, quick = (store.ask(identity, Request(question)) for question in (OSCE, "thanks"))
    work = answering(quick, Request("thanks"), (), shared.assistant, store, "unexpected")
    shared.answers.start(str(slow), lambda _cancelled: iter(goes_on.wait, True))
    task = shared.answers.start(str(quick), lambda cancelled: is_read.wait(60) and work(cancelled))
    read = Conversations.get

    def read_then_wait(self: Conversations, identity: str) -> Conversation:
        conversation = read(self, identity)
        is_read.set()
        assert task.wait(60)
        return conversation

    monkeypatch.setattr(Conversations, "get", read_then_wait)
    app.session_state["_conversation_id"] = identity
    app.session_state["_followed"] = True
    app.run()
    goes_on.set()
    assert _turns(app)[-1]["blocks"]
    assert [view["problem"] for view in _turns(app)] == ["", ""]


def test_choices_travel_with_the_question(app: AppTest) -> None:
    _page(app)
    app.session_state["language"] = "nl"
    app.session_state["documents"] = ["cyber-diplomacy.txt"]
    _ask(app, "Wat doet de OVSE?")
    request = services().conversations.get(services().conversations.list()[0].id).turns[-1].request
    assert request == Request("Wat doet de OVSE?", ("cyber-diplomacy.txt",), "nl")
    assert app.chat_input[0].placeholder == "Stel een vraag"


def test_a_turn_that_was_cut_off_can_be_asked_again(app: AppTest, data_dir: Path) -> None:
    _page(app)
    store = services().conversations
    identity = store.start(OSCE)
    store.ask(identity, Request(OSCE))
    app.query_params["c"] = identity
    app.session_state["_followed"] = False
    app.run()
    assert "program ended" in str(_turns(app)[-1]["problem"])
    again = next(button for button in app.button if button.label == "Ask again")
    again.click().run()
    deadline = time.monotonic() + 60
    while store.get(identity).turns[0].answer is None and time.monotonic() < deadline:
        time.sleep(0.05)
    app.run()
    assert "confidence-building" in json.dumps(_turns(app)[-1]["blocks"])


def test_a_database_that_fails_is_named_and_the_question_kept(
    app: AppTest, data_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _ask(_page(app), OSCE)
    shown = _turns(app)
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"rubbish " * 1000)
    working = services().conversations._url
    services().conversations.close()
    services().conversations._url = Conversations(f"sqlite:///{broken}")._url
    app.run()
    assert "broken.db" in app.error[0].value.replace("\\", "")
    assert "broken\\.db" in app.sidebar.warning[0].value
    assert _turns(app) == shown
    app.chat_input[0].set_value("Is it kept?").run()
    assert app.chat_input[0].value == "Is it kept?" or app.session_state["question"] == "Is it kept?"
    services().conversations.close()
    services().conversations._url = working
    _ask(app, "Is it kept?")
    assert not app.error
    assert len(_turns(app)) == 2


def _sources() -> None:
    from assistant.ui.pages import sources

    sources.page()


def test_a_document_is_shown_searched_removed_and_brought_back(app: AppTest) -> None:
    page = AppTest.from_function(_sources, default_timeout=60).run()
    assert not page.exception
    assert page.subheader[0].value == "Cyber diplomacy"
    page.text_input(key="search").set_value("cyberspace").run()
    shown = json.loads(page.get("bidi_component")[-1].proto.json)
    assert shown["count"].startswith("Match 1 of")
    page.button(key="remove").click().run()
    assert page.info
    page.button(key="undo-remove").click().run()
    assert page.subheader[0].value == "Cyber diplomacy"


def test_a_document_in_a_folder_below_comes_back_where_it_lay(app: AppTest, data_dir: Path) -> None:
    knowledge = services().knowledge()
    knowledge.add_bytes("minutes.txt", b"Minutes\n\nWe met.\n", folder="2024/May")
    page = AppTest.from_function(_sources, default_timeout=60)
    page.session_state["_source"] = "minutes.txt"
    page.run().button(key="remove").click().run()
    assert not list(data_dir.rglob("minutes.txt"))
    page.button(key="undo-remove").click().run()
    assert list(data_dir.rglob("minutes.txt")) == [data_dir / "documents" / "2024" / "May" / "minutes.txt"]
    knowledge.remove("minutes.txt")


def test_a_replaced_file_can_be_brought_back(app: AppTest) -> None:
    page = AppTest.from_function(_sources, default_timeout=60).run()
    knowledge = services().knowledge()
    knowledge.add_bytes("minutes.txt", b"First\n\nWe met.\n")
    given = [Upload("minutes.txt", b"Second\n\nWe met again.\n")]
    page.session_state["_upload_task"] = "given"
    assert services().uploads.start("given", partial(add_all, services().knowledge, given)).wait(60)
    page.run()
    assert "replaced the earlier file of this name" in page.success[0].value
    page.button(key="undo-replace").click().run()
    task = services().uploads.get(page.session_state["_upload_task"])
    assert task is not None
    assert task.wait(60)
    assert knowledge.original("minutes.txt") == b"First\n\nWe met.\n"
    knowledge.remove("minutes.txt")


def test_what_was_said_of_a_file_ends_when_its_document_is_removed(app: AppTest) -> None:
    page = AppTest.from_function(_sources, default_timeout=60).run()
    given = [Upload("letter.txt", b"Letter\n\nThe school opens.\n"), Upload("bad.pdf", b"%PDF-1.4 bad")]
    page.session_state["_upload_task"] = "letter"
    assert services().uploads.start("letter", partial(add_all, services().knowledge, given)).wait(60)
    page.session_state["_source"] = "letter.txt"
    page.run()
    assert "letter" in page.success[0].value
    assert page.error[0].value.startswith("**bad\\.pdf** — the PDF is damaged")
    page.session_state["language"] = "fr"
    assert page.run().error[0].value.startswith("**bad\\.pdf** — le PDF est endommagé")
    page.button(key="remove").click().run()
    assert not page.success
    assert page.error, "the other file could still not be read"
    page.button(key="close-reports").click().run()
    assert not page.error


def test_files_of_the_folder_that_cannot_be_read_are_listed(app: AppTest, data_dir: Path) -> None:
    file = data_dir / "documents" / "empty.txt"
    file.parent.mkdir(exist_ok=True)
    file.touch()
    services().knowledge().sync()
    page = AppTest.from_function(_sources, default_timeout=60).run()
    assert page.expander[0].label == "1 file in the folder could not be read"
    assert page.expander[0].caption[0].value.startswith("**empty\\.txt** — the file is empty")
    page.session_state["language"] = "nl"
    assert page.run().expander[0].caption[0].value.startswith("**empty\\.txt** — het bestand is leeg")
    file.unlink()
    services().knowledge().sync()
    assert not page.run().expander


def test_a_setting_that_cannot_be_used_is_named(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HISTORY_TURNS", "many")
    services.clear()
    app.run()
    assert not app.exception
    assert "HISTORY_TURNS" in app.error[0].value.replace("\\", "")
