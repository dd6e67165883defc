import os
import threading
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.chunking import passages
from knowledge.embedding import load_embedder
from knowledge.errors import DocumentNotFound
from knowledge.readers import read
from knowledge.settings import SHIPPED_SOURCES
from tests.knowledge.collections import BEES, OTTERS, collection, expected, stored


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The shipped document and two of the user's; left as it was found by every test."""
    found = collection(tmp_path_factory.mktemp("base"))
    found.sync()
    found.add_bytes("otters.txt", OTTERS.encode())
    found.add_bytes("bees.txt", BEES.encode())
    return found


def test_documents_come_back_exactly_as_they_were_read(knowledge: KnowledgeBase) -> None:
    document = read(SHIPPED_SOURCES / "cyber-diplomacy.txt")
    assert knowledge.document("cyber-diplomacy.txt") == document
    assert knowledge.document(document.id) == document
    counted = load_embedder(knowledge.settings.embedding_model).count_tokens
    assert knowledge.passages(document.name) == passages(document, counted)
    for passage in knowledge.passages(document.name):
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.content_hash == document.content_hash


def test_the_list_says_what_is_in(knowledge: KnowledgeBase) -> None:
    assert [info.name for info in knowledge.list()] == ["bees.txt", "cyber-diplomacy.txt", "otters.txt"]
    shipped = knowledge.list()[1]
    assert (shipped.sections, shipped.title, shipped.warnings) == (6, "Cyber diplomacy", ())
    assert shipped.passages == len(knowledge.passages(shipped.name))
    with pytest.raises(DocumentNotFound, match="knowledge list"):
        knowledge.document("nothing.txt")


def test_search_finds_by_meaning_by_words_and_by_both(knowledge: KnowledgeBase) -> None:
    found = knowledge.search(["Which animals are nocturnal?"])
    assert found[0].passage.document_name == "otters.txt"
    assert found[0].lexical == 0
    assert set(found[0].ranks) == {"dense", "both"}
    both = knowledge.search(["How many bees are in a hive?"])[0]
    assert both.ranks == {"dense": 1, "lexical": 1, "both": 1}
    assert both.lexical > 0
    assert 0.5 < both.similarity < 1
    scores = [each.score for each in found]
    assert scores == sorted(scores, reverse=True)
    assert [each.rank for each in found] == [*range(1, len(found) + 1)]


def test_headings_and_titles_are_searched_too(knowledge: KnowledgeBase) -> None:
    found = knowledge.search(["home"])[0]
    assert found.passage.heading_path == ("Otters", "Home")
    assert found.lexical > 0


def test_several_texts_are_searched_together(knowledge: KnowledgeBase) -> None:
    found = knowledge.search(["What do otters eat?", "How is honey made?"], limit=2)
    assert {each.passage.document_name for each in found} == {"otters.txt", "bees.txt"}


def test_search_keeps_to_chosen_documents(knowledge: KnowledgeBase) -> None:
    found = knowledge.search(["What do otters eat?"], documents=["bees.txt"])
    assert {each.passage.document_name for each in found} == {"bees.txt"}
    with pytest.raises(DocumentNotFound):
        knowledge.search(["otters"], documents=["gone.txt"])


@pytest.mark.parametrize("text", ["", " \n", "?!…", "\x00\x07", "otter " * 4000, "<script>alert(1)</script>"])
def test_any_text_can_be_searched(knowledge: KnowledgeBase, text: str) -> None:
    assert len(knowledge.search([text], limit=2)) == (2 if text.strip() else 0)


def test_queries_embed_to_unit_vectors_of_one_width(knowledge: KnowledgeBase) -> None:
    vectors = knowledge.embed(["NATO", "bees and honey"])
    assert vectors.shape[0] == 2
    assert abs((vectors**2).sum(axis=1) - 1).max() < 1e-5


def test_the_vocabulary_holds_the_words_of_all_documents(knowledge: KnowledgeBase) -> None:
    assert {"cyberspace", "otters", "nectar", "the"} <= knowledge.vocabulary()


def test_langchain_code_can_retrieve(knowledge: KnowledgeBase) -> None:
    (document,) = knowledge.as_retriever(limit=1).invoke("What do otters eat?")
    assert document.metadata["document"] == "otters.txt"
    text = knowledge.document("otters.txt").text
    assert text[document.metadata["start"] : document.metadata["end"]] == document.page_content


def test_nothing_changes_when_nothing_is_new(knowledge: KnowledgeBase) -> None:
    version = knowledge.version()
    assert {report.status for report in knowledge.sync()} == {"unchanged"}
    assert knowledge.add_bytes("bees.txt", BEES.encode()).status == "unchanged"
    file = knowledge.settings.own_documents_dir / "bees.txt"
    os.utime(file, (1, 1))  # touched, but the same bytes
    assert {report.status for report in knowledge.sync()} == {"unchanged"}
    assert knowledge.version() == version


def test_adding_changing_and_removing(tmp_path: Path) -> None:
    knowledge = collection(tmp_path)
    source = tmp_path / "upload" / "otters.txt"
    source.parent.mkdir()
    source.write_text(OTTERS)
    steps: list[tuple[str, int, int]] = []
    report = knowledge.add(source, lambda *step: steps.append(step))
    assert report.status == "added"
    assert report.info is not None
    assert report.info.sections == 3
    assert steps[-1] == ("Embedding otters.txt", 2, 2)

    first = knowledge.document("otters.txt")
    source.write_text(OTTERS.replace("crabs", "eels"))
    assert knowledge.add(source).status == "replaced"
    assert knowledge.document("otters.txt").content_hash != first.content_hash
    assert knowledge.document("otters.txt").id == first.id
    assert "eels" in knowledge.search(["What do otters eat?"], 1)[0].passage.text
    assert "crabs" not in knowledge.vocabulary()
    assert stored(knowledge.settings) == expected(knowledge.settings)

    source.unlink()
    (tmp_path / "documents" / "bees.txt").write_text(BEES)
    assert [(each.name, each.status) for each in knowledge.sync()] == [
        ("bees.txt", "added"),
        ("cyber-diplomacy.txt", "added"),
        ("otters.txt", "unchanged"),
    ]
    (tmp_path / "documents" / "bees.txt").unlink()
    assert [each.status for each in knowledge.sync() if each.name == "bees.txt"] == ["removed"]
    assert stored(knowledge.settings) == expected(knowledge.settings)


def test_a_shipped_document_can_be_removed_and_restored(tmp_path: Path) -> None:
    knowledge = collection(tmp_path)
    knowledge.sync()
    assert knowledge.remove("cyber-diplomacy.txt").status == "removed"
    assert knowledge.search(["NATO"]) == []
    assert knowledge.sync() == []
    assert knowledge.list() == []
    assert knowledge.restore("cyber-diplomacy.txt").status == "added"
    assert knowledge.search(["NATO"])[0].passage.heading_path[-1].startswith("North Atlantic")
    with pytest.raises(DocumentNotFound, match="add the file again"):
        knowledge.restore("nothing.txt")


def test_removing_keeps_files_of_the_users_own_folder(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "bees.txt").write_text(BEES)
    knowledge = collection(tmp_path / "data", documents_dir=folder)
    knowledge.sync()
    knowledge.remove("bees.txt")
    assert (folder / "bees.txt").exists()
    assert "bees.txt" not in {report.name for report in knowledge.sync()}
    assert knowledge.restore("bees.txt").status == "added"


def test_a_file_in_a_folder_below_is_removed_brought_back_and_replaced_where_it_lies(tmp_path: Path) -> None:
    file = tmp_path / "documents" / "sub" / "otters.txt"
    file.parent.mkdir(parents=True)
    file.write_text(OTTERS)
    knowledge = collection(tmp_path)
    knowledge.sync()
    assert knowledge.original("cyber-diplomacy.txt") is None
    assert knowledge.original("../assistant.db") is None
    data, place = knowledge.original("otters.txt"), knowledge.folder_of("otters.txt")
    assert (data, place) == (OTTERS.encode(), "sub")

    assert knowledge.add_bytes("otters.txt", BEES.encode()).status == "replaced"
    assert file.read_text() == BEES
    assert {report.status for report in knowledge.sync()} == {"unchanged"}
    knowledge.remove("otters.txt")
    assert not file.exists()
    assert knowledge.add_bytes("otters.txt", data, folder=place).status == "added"
    assert knowledge.document("otters.txt").text == OTTERS
    assert [path for path in (tmp_path / "documents").rglob("*") if path.is_file()] == [file]


@pytest.mark.parametrize("folder", ["..", "/tmp", "sub/../../..", ".hidden"])
def test_a_file_is_put_nowhere_but_in_the_own_folder(folder: str, tmp_path: Path) -> None:
    knowledge = collection(tmp_path / "data")
    knowledge.add_bytes("bees.txt", BEES.encode(), folder=folder)
    assert list(tmp_path.rglob("bees.txt")) == [tmp_path / "data" / "documents" / "bees.txt"]
    assert knowledge.folder_of("bees.txt") == ""


def test_removing_deletes_only_the_file_that_was_read(tmp_path: Path) -> None:
    for folder, text in (("a", OTTERS), ("b", BEES)):
        (tmp_path / "documents" / folder).mkdir(parents=True)
        (tmp_path / "documents" / folder / "animals.txt").write_text(text)
    knowledge = collection(tmp_path)
    knowledge.sync()
    assert [report.name for report in knowledge.failures()] == ["animals.txt"]
    knowledge.remove("animals.txt")
    assert not (tmp_path / "documents" / "a" / "animals.txt").exists()
    assert (tmp_path / "documents" / "b" / "animals.txt").read_text() == BEES


def test_a_file_that_may_not_replace_another_is_refused(tmp_path: Path) -> None:
    knowledge = collection(tmp_path)
    knowledge.add_bytes("animals.txt", OTTERS.encode())
    report = knowledge.add_bytes("animals.txt", BEES.encode(), may_replace=False)
    assert report.status == "failed"
    assert "rename one of the two" in (report.error or "")
    assert (tmp_path / "documents" / "animals.txt").read_text() == OTTERS
    assert knowledge.add_bytes("animals.txt", OTTERS.encode(), may_replace=False).status == "unchanged"
    (tmp_path / "documents" / "not-indexed.txt").write_text(OTTERS)
    assert knowledge.add_bytes("not-indexed.txt", BEES.encode()).status == "replaced"


def test_threads_search_while_others_write(tmp_path: Path) -> None:
    knowledge = collection(tmp_path)
    knowledge.sync()
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(3):
                assert knowledge.search(["NATO"], 1)[0].passage.document_name == "cyber-diplomacy.txt"
                knowledge.add_bytes(f"bees-{number}.txt", BEES.replace("hive", f"hive{number}").encode())
                assert knowledge.search([f"hive{number}"], 1)[0].passage.document_name == f"bees-{number}.txt"
                knowledge.remove(f"bees-{number}.txt")
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(knowledge.list()) == 1
    assert stored(knowledge.settings) == expected(knowledge.settings)
