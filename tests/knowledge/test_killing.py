"""Real indexing processes, killed at random moments or run two at once."""

import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from tests.knowledge.collections import collection, expected, stored
from tests.knowledge.indexer import Indexer, indexer

KILLS = 6
NAMES = ("first.txt", "second.txt", "third.txt")


@pytest.fixture(scope="module")
def process() -> Iterator[Indexer]:
    with indexer() as found:
        yield found


def write(folder: Path, version: int) -> None:
    """Every document in a version, told apart by one word that is in every sentence."""
    for name in NAMES:
        sentence = f"This sentence of {name} belongs to version{version} and to no other version of it. "
        (folder / name).write_text(f"Title\n\nPart\n\n{sentence * 12}\n\nOther part\n\n{sentence * 4}\n")


def versions(knowledge: KnowledgeBase) -> dict[str, int]:
    """The version that each document is in; fails for a document that is not whole."""
    found = {}
    for info in knowledge.list():
        if info.name not in NAMES:
            continue
        passages = knowledge.passages(info.name)
        text = " ".join(passage.text for passage in passages)
        (number,) = {word for word in text.split() if word.startswith("version") and word != "version"}
        assert text.count(number) == 16, "every sentence, once"
        assert number in knowledge.document(info.name).text
        assert len(passages) == info.passages
        found[info.name] = int(number.removeprefix("version"))
    return found


def test_a_kill_leaves_the_old_or_the_new_version_whole(process: Indexer, tmp_path: Path) -> None:
    documents, data = tmp_path / "documents", tmp_path / "data"
    documents.mkdir()
    write(documents, 0)
    process.start(data, documents)
    assert process.wait() == 0
    write(documents, 1)
    started = time.monotonic()
    process.start(data, documents)
    assert process.wait() == 0
    whole_run = time.monotonic() - started

    chance, killed = random.Random(20160708), 0
    for version in range(2, KILLS + 2):
        write(documents, version)
        started = time.monotonic()
        process.start(data, documents, kill_after=chance.uniform(0.1, 0.8) * whole_run)
        if process.wait() == -signal.SIGKILL:
            killed += 1
        else:  # it was quicker than the run that was timed
            whole_run = min(whole_run, time.monotonic() - started) / 2
        survivor = collection(data, documents_dir=documents)
        assert set(versions(survivor).values()) <= {version - 1, version}
        assert set(versions(survivor)) == set(NAMES)
        for found in survivor.search(["Which version does this sentence belong to?"], 20):
            assert found.passage in survivor.passages(found.passage.document_name)
        survivor.sync()  # what was left undone is done, and what was half done is gone
        assert versions(survivor) == dict.fromkeys(NAMES, version)
        assert stored(survivor.settings) == expected(survivor.settings)
        assert not list((data / "index" / "documents").glob(".new-*")), "no half-written index stays"
        survivor.close()
    assert killed >= KILLS // 3, "some were killed at work"


def test_two_processes_at_once_index_everything_once(process: Indexer, tmp_path: Path) -> None:
    documents, data = tmp_path / "documents", tmp_path / "data"
    documents.mkdir()
    write(documents, 0)
    with indexer() as other:
        for version in (1, 2):
            process.start(data, documents)
            other.start(data, documents)
            assert (process.wait(), other.wait()) == (0, 0)
            knowledge = collection(data, documents_dir=documents)
            assert versions(knowledge) == dict.fromkeys(NAMES, version - 1)
            assert stored(knowledge.settings) == expected(knowledge.settings)
            assert len(knowledge.search(["version"], 50)) == sum(info.passages for info in knowledge.list())
            write(documents, version)


def test_what_another_process_does_is_seen(process: Indexer, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    knowledge = collection(tmp_path / "data", documents_dir=documents)
    knowledge.sync()
    write(documents, 7)
    process.start(tmp_path / "data", documents)
    assert process.wait() == 0
    assert "version7" in knowledge.search(["version7"], 1)[0].passage.text
    shutil.rmtree(documents)
    documents.mkdir()
    process.start(tmp_path / "data", documents)
    assert process.wait() == 0
    assert {found.passage.document_name for found in knowledge.search(["version7"])} == {
        "cyber-diplomacy.txt"
    }
