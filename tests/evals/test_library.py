"""One's own sets: uploads are checked, cases from the chat are added and taken back, nothing is lost."""

import json
import threading
from pathlib import Path

import pytest

from evals.errors import InvalidSet
from evals.library import (
    append_case,
    growing_sets,
    keep_upload,
    known_sets,
    load_known,
    own_folder,
    read_upload,
    remove_case,
)
from evals.types import EvalCase

GOOD = json.dumps({"id": "a", "question": "Who?"}).encode()
CASE = EvalCase("", "Wer?", kind="who", lang="de")


def test_an_upload_is_checked_and_kept(tmp_path: Path) -> None:
    assert keep_upload("mine.jsonl", GOOD, tmp_path) == own_folder(tmp_path) / "mine.jsonl"
    assert load_known("mine", tmp_path).cases[0].id == "a"
    keep_upload("mine.jsonl", GOOD, tmp_path)  # the same again is no other set
    with pytest.raises(InvalidSet, match="another set called mine"):
        keep_upload("mine.jsonl", GOOD + b"\n" + GOOD.replace(b'"a"', b'"b"'), tmp_path)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("mine.txt", GOOD, "is not a set"),
        ("mine.jsonl", b"", "no case that can be run"),
        ("mine.jsonl", b"{", "line 1: not JSON"),
        ("mine.jsonl", b"\xff\xfe", "not UTF-8"),
        ("mine.csv", b"id,question\n", "no case"),
    ],
)
def test_uploads_that_are_no_sets_say_why(name: str, data: bytes, message: str) -> None:
    with pytest.raises(InvalidSet, match=message):
        read_upload(name, data)


@pytest.mark.parametrize("name", ["../x", "", ".hidden", "a/b", "x" * 100])
def test_a_set_s_name_cannot_lead_elsewhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidSet, match="cannot be the name"):
        append_case(name, CASE, tmp_path)


def test_cases_are_added_under_ids_of_their_own_and_taken_back(tmp_path: Path) -> None:
    first, second = (append_case("mine", CASE, tmp_path) for _ in range(2))
    assert (first.id, second.id) == ("who-1", "who-2")
    assert load_known("mine", tmp_path).cases == (first, second)
    assert remove_case("mine", "who-1", tmp_path)
    assert not remove_case("mine", "who-1", tmp_path)
    assert load_known("mine", tmp_path).cases == (second,)
    assert append_case("mine", CASE, tmp_path).id == "who-1"


def test_a_set_whose_last_case_is_taken_back_is_gone(tmp_path: Path) -> None:
    added = append_case("mine", CASE, tmp_path)
    assert remove_case("mine", added.id, tmp_path)
    assert "mine" not in known_sets(tmp_path)
    assert list(own_folder(tmp_path).glob("*.jsonl")) == []


@pytest.mark.parametrize("path", ["mine.csv", "mine/mine.jsonl"])
def test_cases_are_added_to_plain_sets_of_json_lines_alone(path: str, tmp_path: Path) -> None:
    append_case("plain", CASE, tmp_path)
    other = own_folder(tmp_path) / path
    other.parent.mkdir(exist_ok=True)
    other.write_bytes(b"id,question\na,Who?\n" if other.suffix == ".csv" else GOOD)
    assert list(growing_sets(tmp_path)) == ["plain"]
    with pytest.raises(InvalidSet, match="another set called mine"):
        append_case("mine", CASE, tmp_path)
    with pytest.raises(InvalidSet, match="another set called mine"):
        keep_upload("mine.jsonl", GOOD, tmp_path)
    assert load_known("mine", tmp_path).path == other


def test_an_imported_set_can_be_chosen_with_its_documents(tmp_path: Path) -> None:
    folder = own_folder(tmp_path) / "selqa"
    (folder / "documents").mkdir(parents=True)
    (folder / "selqa.jsonl").write_bytes(GOOD)
    (folder / "notes.jsonl").write_bytes(GOOD)
    assert known_sets(tmp_path)["selqa"] == folder / "selqa.jsonl"
    assert "notes" not in known_sets(tmp_path)
    assert load_known("selqa", tmp_path).documents == folder / "documents"


def test_a_broken_line_of_the_user_s_survives(tmp_path: Path) -> None:
    own_folder(tmp_path).mkdir()
    path = own_folder(tmp_path) / "mine.jsonl"
    path.write_text("half a li\n")
    added = append_case("mine", CASE, tmp_path)
    remove_case("mine", added.id, tmp_path)
    assert path.read_text() == "half a li\n"


def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    threads = [threading.Thread(target=append_case, args=("mine", CASE, tmp_path)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({case.id for case in load_known("mine", tmp_path).cases}) == 8


def test_the_shipped_set_can_be_chosen(tmp_path: Path) -> None:
    assert "cyber-diplomacy" in known_sets(tmp_path)
    with pytest.raises(InvalidSet, match="no set called gone"):
        load_known("gone", tmp_path)
