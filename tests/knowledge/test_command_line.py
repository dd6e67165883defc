import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from knowledge.__main__ import app
from tests.knowledge.collections import BEES, OTTERS


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--data-dir", str(data), *arguments])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped document and one more."""
    folder = tmp_path_factory.mktemp("command-line")
    (folder / "upload").mkdir()
    (folder / "upload" / "otters.txt").write_text(OTTERS)
    assert run(folder / "data", "sync").exit_code == 0
    assert run(folder / "data", "add", str(folder / "upload")).exit_code == 0
    return folder / "data"


def test_list_for_people_and_for_programs(data: Path) -> None:
    assert "cyber-diplomacy.txt" in run(data, "list").stdout
    found = json.loads(run(data, "list", "--json").stdout)
    assert [(each["name"], each["sections"]) for each in found] == [
        ("cyber-diplomacy.txt", 6),
        ("otters.txt", 3),
    ]


def test_show_prints_the_sections_the_text_or_the_passages(data: Path) -> None:
    outline = run(data, "show", "cyber-diplomacy.txt").stdout
    assert "└── Multi-Stakeholder Forum" in outline
    assert run(data, "show", "otters.txt", "--text").stdout == OTTERS + "\n"
    assert "Otters › Home" in run(data, "show", "otters.txt", "--passages").stdout
    document = json.loads(run(data, "show", "otters.txt", "--passages", "--json").stdout)
    for passage in document["passages"]:
        assert document["text"][passage["start"] : passage["end"]] == passage["text"]


def test_search_prints_what_is_nearest(data: Path) -> None:
    assert run(data, "search", "What do otters eat?", "--limit", "1").stdout.startswith(
        "1. otters.txt, Otters › Diet"
    )
    found = json.loads(run(data, "search", "NATO", "--json", "-d", "otters.txt").stdout)
    assert {each["passage"]["document_name"] for each in found} == {"otters.txt"}


def test_adding_and_removing_report_for_programs(data: Path, tmp_path: Path) -> None:
    (tmp_path / "bees.txt").write_text(BEES)
    (tmp_path / "empty.txt").touch()
    result = run(data, "add", str(tmp_path / "bees.txt"), str(tmp_path / "empty.txt"), "--json")
    assert result.exit_code == 3, "one of two could not be read"
    assert [each["status"] for each in json.loads(result.stdout)] == ["added", "failed"]
    assert json.loads(run(data, "remove", "bees.txt", "--json").stdout)[0]["status"] == "removed"
    assert run(data, "remove", "cyber-diplomacy.txt").exit_code == 0
    assert run(data, "restore", "cyber-diplomacy.txt").exit_code == 0


def test_of_two_files_of_one_name_the_first_is_kept(tmp_path: Path) -> None:
    for folder, text in (("a", OTTERS), ("b", BEES)):
        (tmp_path / folder / ".git").mkdir(parents=True)
        (tmp_path / folder / ".git" / "description.txt").write_text("Hidden.")
        (tmp_path / folder / "minutes.txt").write_text(text)
    first, second = str(tmp_path / "a"), str(tmp_path / "b")
    result = run(tmp_path / "data", "add", first, second, str(tmp_path / "a" / "minutes.txt"), "--json")
    assert result.exit_code == 3
    assert [(each["name"], each["status"]) for each in json.loads(result.stdout)] == [
        ("minutes.txt", "added"),
        ("minutes.txt", "failed"),
        ("minutes.txt", "unchanged"),
    ]
    assert (tmp_path / "data" / "documents" / "minutes.txt").read_text() == OTTERS
    replaced = run(tmp_path / "data", "add", second, "--json")
    assert [each["status"] for each in json.loads(replaced.stdout)] == ["replaced"]


def test_removing_checks_all_names_first(data: Path) -> None:
    result = run(data, "remove", "otters.txt", "nosuch.txt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nosuch.txt" in result.stderr
    assert "otters.txt" in run(data, "list").stdout


def test_what_cannot_be_done_is_a_sentence_and_a_code(data: Path) -> None:
    missing = run(data, "show", "nothing.txt")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert (
        missing.stderr
        == "No document 'nothing.txt' is in the collection; `python -m knowledge list` shows what is.\n"
    )
    assert run(data, "dance").exit_code == 2
    assert run(data, "search", "x", "--limit", "0").exit_code == 2


def test_control_characters_do_not_reach_the_terminal(data: Path) -> None:
    result = run(data, "show", "\x1b[31mred")
    assert "\x1b" not in result.stderr
    assert "�[31mred" in result.stderr


def test_a_real_process_refuses_settings_that_cannot_be(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "knowledge", "list"],
        env={"KNOWLEDGE_MAX_FILE_MB": "many", "KNOWLEDGE_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert result.stderr.startswith("KNOWLEDGE_MAX_FILE_MB: ")
    assert "Traceback" not in result.stderr
