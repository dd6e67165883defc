"""Bad input and bad days: each a sentence that says what to do, and nothing lost."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from knowledge.base import KnowledgeBase
from knowledge.embedding import MINILM
from knowledge.errors import DocumentNotFound, IndexMismatch, ModelUnavailable, StoreUnavailable
from tests.knowledge.collections import BEES, OTTERS, collection, expected, stored

NOWHERE = Path("/proc/nowhere")  # no one, root included, can write there


@pytest.fixture
def knowledge(tmp_path: Path) -> KnowledgeBase:
    found = collection(tmp_path / "data")
    found.add_bytes("otters.txt", OTTERS.encode())
    return found


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "no text"),
        ("film.xyz", b"x", "cannot be read; known are"),
        ("noending", b"x", "without an ending"),
        ("../outside.txt", b"Some text.", "not a file name"),
        ("/etc/passwd.txt", b"Some text.", "not a file name"),
        ("a\\b.txt", b"Some text.", "not a file name"),
        (".hidden.txt", b"Some text.", "not a file name"),
        ("", b"Some text.", "not a file name"),
        ("x" * 300 + ".txt", b"Some text.", "too long"),
        ("bell\x07.txt", b"Some text.", "printable"),
        ("large.txt", b"Words. " * 200_000, "MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_reported_and_left_out(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    knowledge = collection(tmp_path / "data", max_file_mb=1)
    report = knowledge.add_bytes(name, data)
    assert report.status == "failed"
    assert message in (report.error or "")
    assert knowledge.list() == []
    assert [path for path in tmp_path.rglob("*") if path.suffix in (".txt", ".xyz")] == []


def test_a_document_of_headings_alone_spoils_nothing(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "otters.txt").write_text(OTTERS, "utf-8")
    (own / "plan.md").write_text("# Only a title\n", "utf-8")
    knowledge = collection(tmp_path / "data", documents_dir=own)
    assert {report.name: report.status for report in knowledge.sync()}["plan.md"] == "added"
    assert knowledge.passages("plan.md") == []
    assert knowledge.search(["otters"])[0].passage.document_name == "otters.txt"
    assert knowledge.add_bytes("agenda.md", b"# Nothing yet\n").status == "added"


def test_adding_what_is_not_a_file_is_reported(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    for path in (tmp_path / "gone.txt", tmp_path):
        report = knowledge.add(path)
        assert report.status == "failed"
        assert "cannot be opened" in (report.error or "")


def test_bad_files_in_the_folder_do_not_stop_the_good_ones(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    (folder / "sub").mkdir(parents=True)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "bees.txt").write_text(BEES)
    (folder / "sub" / "bees.txt").write_text(OTTERS)
    (tmp_path / "secret.txt").write_text("A secret.")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    knowledge = collection(tmp_path / "data", documents_dir=folder)
    reports = knowledge.sync()
    assert {(report.name, report.status) for report in reports} == {
        ("bees.txt", "added"),
        ("bees.txt", "failed"),
        ("cyber-diplomacy.txt", "added"),
        ("empty.txt", "failed"),
        ("link.txt", "failed"),
    }
    errors = [report.error for report in reports if report.error]
    assert all(any(word in error for error in errors) for word in ("same name", "leads out", "0 bytes"))
    assert [(each.name, each.status, each.error) for each in knowledge.sync() if each.error] == [
        (each.name, each.status, each.error) for each in reports if each.error
    ]
    assert knowledge.failures() == [report for report in reports if report.error]
    (folder / "empty.txt").write_text("Not empty any more. Wolves howl.")
    assert ("empty.txt", "added") in {(each.name, each.status) for each in knowledge.sync()}
    assert [report.name for report in knowledge.failures()] == ["bees.txt", "link.txt"]


def test_the_same_text_under_another_name_is_pointed_out(knowledge: KnowledgeBase) -> None:
    report = knowledge.add_bytes("copy.txt", OTTERS.encode())
    assert report.info is not None
    assert report.info.warnings == ("The same text is in the collection as “otters.txt”.",)


def test_the_same_text_twice_in_one_sync_is_pointed_out_once(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / "documents" / name).write_text(OTTERS if name != "c.txt" else BEES)
    knowledge = collection(tmp_path)
    knowledge.sync()
    warnings = {info.name: info.warnings for info in knowledge.list() if info.warnings}
    assert warnings == {"b.txt": ("The same text is in the collection as “a.txt”.",)}


def test_unknown_documents_are_named(knowledge: KnowledgeBase) -> None:
    for act in (knowledge.remove, knowledge.document, knowledge.passages):
        with pytest.raises(DocumentNotFound, match=r"nothing\.txt"):
            act("nothing.txt")


def test_another_model_is_refused_until_a_rebuild(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    other = collection(tmp_path / "data", embedding_model=MINILM)
    calls: list[Any] = [lambda: other.search(["otters"]), other.sync, lambda: other.add_bytes("b.txt", b"B")]
    for call in calls:
        with pytest.raises(IndexMismatch, match="python -m knowledge rebuild"):
            call()
    assert other.document("otters.txt").title == "Otters", "looking needs no model"
    assert knowledge.search(["otters"], 1), "a refusal changes nothing"

    other.rebuild()
    assert other.search(["What do otters eat?"], 1)[0].passage.document_name == "otters.txt"
    assert stored(other.settings) == expected(other.settings)
    with pytest.raises(IndexMismatch, match=MINILM):
        knowledge.search(["otters"])


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    knowledge = collection(tmp_path, embedding_model=str(tmp_path / "no-model"))
    with pytest.raises(ModelUnavailable, match="no-model"):
        knowledge.sync()
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnavailable, match="no model weights"):
        collection(tmp_path, embedding_model=str(tmp_path / "empty")).sync()


def test_a_data_folder_deleted_while_open_is_noticed_and_made_again(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    assert knowledge.search(["otters"])
    shutil.rmtree(tmp_path / "data")
    with pytest.raises(StoreUnavailable, match="python -m knowledge sync"):
        knowledge.search(["otters"])
    assert [report.status for report in knowledge.sync()] == ["added"]
    assert knowledge.search(["NATO"], 1)


def test_a_data_folder_that_another_process_made_anew_is_followed(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    assert knowledge.search(["otters"])
    shutil.rmtree(tmp_path / "data")
    for read in (knowledge.list, knowledge.version):
        with pytest.raises(StoreUnavailable, match="python -m knowledge sync"):
            read()
    other = collection(tmp_path / "data")
    other.sync()
    assert [info.name for info in knowledge.list()] == ["cyber-diplomacy.txt"]
    assert knowledge.version() == other.version()
    assert knowledge.search(["otters"], 1)[0].passage.document_name == "cyber-diplomacy.txt"
    assert knowledge.add_bytes("bees.txt", BEES.encode()).status == "added"
    assert [info.name for info in other.list()] == ["bees.txt", "cyber-diplomacy.txt"]


def test_a_lost_vector_store_is_made_again(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "data" / "chroma")
    assert knowledge.search(["otters"], 1), "the search index is still there"
    knowledge.sync()
    assert stored(knowledge.settings) == expected(knowledge.settings)
    assert len(stored(knowledge.settings)) > 2


def test_a_lost_search_index_is_made_again(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    before = knowledge.search(["What do otters eat?"])
    shutil.rmtree(tmp_path / "data" / "index")
    after = collection(tmp_path / "data").search(["What do otters eat?"])
    assert [each.passage for each in after] == [each.passage for each in before]
    assert after[0].similarity == pytest.approx(before[0].similarity, abs=1e-5)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="writable"):
        collection(NOWHERE).sync()
    with pytest.raises(StoreUnavailable, match=f"{NOWHERE}.*nothing was lost"):
        collection(tmp_path, documents_dir=NOWHERE).add_bytes("bees.txt", BEES.encode())


def test_a_data_folder_that_cannot_be_written_is_still_searched(
    knowledge: KnowledgeBase, tmp_path: Path
) -> None:
    knowledge.close()
    for path in (tmp_path / "data", *(tmp_path / "data").rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    as_others = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    command = [*as_others, sys.executable, "-m", "knowledge", "--data-dir", str(tmp_path / "data")]
    found = subprocess.run([*command, "search", "What do otters eat?"], capture_output=True, text=True)
    assert found.stdout.startswith("1. otters.txt"), found.stderr
    removed = subprocess.run([*command, "remove", "otters.txt"], capture_output=True, text=True)
    assert removed.returncode == 1
    assert "cannot be written" in removed.stderr
    assert "Traceback" not in removed.stderr


def test_a_full_disk_is_named_and_loses_nothing(knowledge: KnowledgeBase) -> None:
    engine = knowledge._catalogue.database._connect()
    engine.dispose()

    def full(connection: Any, record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    sa.event.listen(engine, "connect", full)
    with pytest.raises(StoreUnavailable, match=r"full.*Free some space"):
        knowledge.add_bytes("bees.txt", (BEES * 100).encode())
    sa.event.remove(engine, "connect", full)
    engine.dispose()
    assert knowledge.search(["otters"], 1)[0].passage.document_name == "otters.txt"
    assert ("bees.txt", "added") in {(report.name, report.status) for report in knowledge.sync()}
    assert stored(knowledge.settings) == expected(knowledge.settings)


def test_a_database_of_a_newer_program_is_left_alone(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    engine = sa.create_engine(knowledge.settings.sql_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE documents_state SET value = '999' WHERE key = 'schema'"))
    engine.dispose()
    with pytest.raises(StoreUnavailable, match="newer version"):
        collection(tmp_path / "data").list()


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "assistant.db").write_bytes(b"This is no database." * 500)
    with pytest.raises(StoreUnavailable, match="damaged"):
        collection(tmp_path).list()
