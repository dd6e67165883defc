"""The same collection in every place it can live in: Chroma's folder and server, SQLite and PostgreSQL."""

import secrets
import socket
from pathlib import Path

import pytest

from knowledge.errors import InvalidSetting, StoreUnavailable
from knowledge.settings import KnowledgeSettings
from tests.knowledge.collections import BEES, OTTERS, collection, expected, rows_with, stored
from tests.servers import chroma_server, free_port

PLACES = {"folder-sqlite": (False, False), "server-sqlite": (True, False), "server-postgres": (True, True)}


@pytest.fixture(params=list(PLACES))
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> KnowledgeSettings:
    on_server, in_postgres = PLACES[request.param]
    return KnowledgeSettings(
        data_dir=tmp_path / "data",
        collection=f"test-{secrets.token_hex(4)}",
        chroma_url=request.getfixturevalue("chroma_server_url") if on_server else None,
        database_url=request.getfixturevalue("postgres_url") if in_postgres else None,
    )


def test_a_collection_lives_in_any_place(settings: KnowledgeSettings) -> None:
    knowledge = collection(**settings.model_dump(), folder=settings.data_dir)
    knowledge.sync()
    knowledge.add_bytes("otters.txt", OTTERS.encode())
    knowledge.add_bytes("bees.txt", BEES.encode())
    fresh = collection(**settings.model_dump(), folder=settings.data_dir)
    assert fresh.search(["What do otters eat?"], 1)[0].passage.document_name == "otters.txt"
    assert len(stored(settings)) == sum(info.passages for info in fresh.list())

    fresh.remove("otters.txt")
    assert knowledge.search(["What do otters eat?"], 1)[0].passage.document_name != "otters.txt"
    knowledge.rebuild()
    assert stored(settings) == expected(settings)
    assert not any("otters" in text.lower() for text in stored(settings).values())
    assert fresh.search(["honey"], 1)[0].passage.document_name == "bees.txt"
    knowledge.close()
    fresh.close()


def test_a_removed_document_leaves_no_trace(tmp_path: Path) -> None:
    knowledge = collection(tmp_path)
    knowledge.sync()
    knowledge.add_bytes("otters.txt", OTTERS.encode())
    databases = [tmp_path / "assistant.db", tmp_path / "chroma" / "chroma.sqlite3"]
    assert all(rows_with(database, "fish and crabs") for database in databases)
    knowledge.remove("otters.txt")
    knowledge.close()
    assert [rows_with(database, "fish and crabs") for database in databases] == [0, 0]
    assert [rows_with(database, "otters.txt") for database in databases] == [0, 0]
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix in (".txt", ".json")]
    assert not [path for path in left if "holt" in path.read_text("utf-8").lower()]
    assert not (tmp_path / "documents" / "otters.txt").exists()


def test_a_server_that_is_down_is_named_and_what_was_read_is_still_found(tmp_path: Path) -> None:
    port = free_port()
    knowledge = collection(tmp_path / "data", chroma_url=f"http://127.0.0.1:{port}", chroma_timeout=2)
    with pytest.raises(StoreUnavailable, match=f"127.0.0.1:{port}.*try again"):
        knowledge.sync()
    with chroma_server(tmp_path / "server", port):
        knowledge.sync()
    with pytest.raises(StoreUnavailable):
        knowledge.add_bytes("bees.txt", BEES.encode())
    assert not (tmp_path / "data" / "documents" / "bees.txt").exists()
    assert knowledge.search(["NATO"], 1), "searching needs no server"
    with chroma_server(tmp_path / "server", port):
        assert knowledge.add_bytes("bees.txt", BEES.encode()).status == "added"
        assert stored(knowledge.settings) == expected(knowledge.settings)


def test_a_server_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        knowledge = collection(tmp_path, chroma_url=url, chroma_timeout=0.5)
        knowledge.warm_up()
        with pytest.raises(StoreUnavailable, match="does not answer"):
            knowledge.sync()


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://"])
def test_a_url_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidSetting, match="http://host:port"):
        collection(tmp_path, chroma_url=url).sync()


def test_a_database_url_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="database URL"):
        collection(tmp_path, database_url="not a url")
    with pytest.raises(InvalidSetting, match="driver"):
        collection(tmp_path, database_url="nosuch://host/name").list()
