"""Run folders: whole lines after a kill or a full disk, one writer, and versions that are told apart."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from evals.errors import CannotWrite, InvalidRun, RunInProgress
from evals.runs import CONFIG, FORMAT, SUMMARY, RunFolder, list_runs, write_atomically

LINE = {"id": "a", "repeat": 0, "case": {}}


def config(**values: object) -> dict[str, object]:
    return {
        "format": FORMAT,
        "set": {"name": "own", "path": "own.jsonl", "hash": "h", "documents": None},
        "selection": {"filters": [], "limit": None, "repeat": 1, "seed": 0},
        "settings": {"assistant": {"carefulness": None, "chat_model": None}},
        "models": {"embedding": {"name": "e"}, "reader": {"name": "r"}, "chat": "none"},
        "corpus": {"hash": "c"},
        "judge": None,
        "started": "2026-01-01",
        "finished": None,
        "commit": None,
        "dirty": None,
        "cases": 1,
        **values,
    }


def filled(path: Path, lines: int = 2) -> RunFolder:
    folder = RunFolder(path)
    folder.write_json(CONFIG, config())
    with folder.appending() as results:
        for i in range(lines):
            results.append({**LINE, "id": str(i)})
    return folder


def ids(folder: RunFolder) -> list[str]:
    return [line["id"] for line in folder.lines()]


def test_a_line_cut_off_by_a_kill_is_left_out_and_written_over(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    with folder.results.open("ab") as file:
        file.write(b'{"id": "cut')
    assert ids(folder) == ["0", "1"]
    with folder.appending() as results:
        results.append({**LINE, "id": "2"})
    assert ids(folder) == ["0", "1", "2"]


def test_killed_at_any_moment_a_run_holds_whole_lines(tmp_path: Path) -> None:
    program = textwrap.dedent(
        f"""
        from pathlib import Path
        from evals.runs import RunFolder
        with RunFolder(Path({str(tmp_path)!r})).appending() as results:
            for i in range(10**6):
                results.append({{"id": str(i), "repeat": 0, "case": {{}}, "filler": "x" * 5000}})
                if i == 50: print("going", flush=True)
        """
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=Path.cwd())
    assert child.stdout is not None
    child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    found = ids(RunFolder(tmp_path))
    assert found == [str(i) for i in range(len(found))]
    assert len(found) > 50


def test_a_full_disk_takes_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = filled(tmp_path)
    write = os.write
    with folder.appending() as results:
        monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:10]))
        with pytest.raises(CannotWrite, match=r"disk is full.*--resume"):
            results.append({**LINE, "id": "2"})
        monkeypatch.undo()
    assert ids(folder) == ["0", "1"]
    assert folder.results.read_bytes().endswith(b"\n")


def test_files_are_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "summary.json"
    write_atomically(path, "old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="disk is full"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["summary.json"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match="cannot be written"):
        write_atomically(tmp_path / "file" / "x.json", "{}")
    with pytest.raises(CannotWrite), RunFolder(tmp_path / "file").locked():
        pass


def test_one_process_writes_a_run(tmp_path: Path) -> None:
    with RunFolder(tmp_path).locked():
        program = (
            "from pathlib import Path; from evals.runs import RunFolder\n"
            f"with RunFolder(Path({str(tmp_path)!r})).locked(): pass"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "RunInProgress: Another process is writing the run" in done.stderr
    with RunFolder(tmp_path).locked(), pytest.raises(RunInProgress), RunFolder(tmp_path).locked():
        pass


@pytest.mark.parametrize(("version", "age"), [(None, "an older"), (0, "an older"), (FORMAT + 1, "a newer")])
def test_runs_of_another_version_are_named_and_left(tmp_path: Path, version: object, age: str) -> None:
    (tmp_path / CONFIG).write_text(json.dumps({"format": version}))
    with pytest.raises(InvalidRun, match=f"written by {age} version"):
        RunFolder(tmp_path).config()


def test_damaged_runs_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRun, match="is not the folder of a run"):
        RunFolder(tmp_path).config()
    (tmp_path / CONFIG).write_text("{")
    with pytest.raises(InvalidRun, match="cannot be read"):
        RunFolder(tmp_path).config()
    folder = filled(tmp_path / "run")
    folder.results.write_text('{"id": 1}\n')
    with pytest.raises(InvalidRun, match="Line 1"):
        list(folder.lines())


def test_text_that_is_no_unicode_is_kept_readable(tmp_path: Path) -> None:
    folder = filled(tmp_path, lines=0)
    with folder.appending() as results:
        results.append({**LINE, "question": "lone \ud800 surrogate, é"})
    (line,) = folder.lines()
    assert line["question"] == "lone \ud800 surrogate, é"


def test_the_list_of_runs(tmp_path: Path) -> None:
    filled(tmp_path / "runs" / "one")
    filled(tmp_path / "elsewhere").write_json(CONFIG, config(started="2027-01-01", finished="2027-01-02"))
    (tmp_path / "runs" / "old").mkdir()
    (tmp_path / "runs" / "old" / CONFIG).write_text("{}")
    (tmp_path / "runs" / "not-a-run").mkdir()
    found = list_runs(tmp_path / "runs", [tmp_path / "elsewhere", tmp_path / "gone"])
    assert [run.name for run in found] == ["elsewhere", "one", "old"]
    assert found[0].finished == "2027-01-02"
    assert "older version" in found[2].problem
    assert list_runs(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"set": None}, "set.name"),
        ({"started": 5}, "started"),
        ({"cases": "many"}, "cases"),
        ({"models": {}}, "models"),
    ],
)
def test_a_config_that_lacks_what_readers_use_is_named(
    tmp_path: Path, values: dict[str, object], place: str
) -> None:
    folder = filled(tmp_path / "runs" / "one")
    folder.write_json(CONFIG, config(**values))
    with pytest.raises(InvalidRun, match=f"is damaged at '{place}"):
        folder.config()
    (found,) = list_runs(tmp_path / "runs")
    assert f"damaged at '{place}" in found.problem
    folder.write_json(CONFIG, {name: value for name, value in config().items() if name not in values})
    assert "is damaged at" in list_runs(tmp_path / "runs")[0].problem


def test_a_summary_that_holds_no_figures_is_named(tmp_path: Path) -> None:
    folder = filled(tmp_path / "runs" / "one")
    folder.write_json(SUMMARY, {"metrics": None})
    (found,) = list_runs(tmp_path / "runs")
    assert "summary.json is damaged at 'cases'" in found.problem


def test_a_run_that_is_written_now_is_running(tmp_path: Path) -> None:
    folder = filled(tmp_path / "runs" / "one")
    assert not folder.busy()
    with folder.locked():
        assert folder.busy()
        assert [run.state for run in list_runs(tmp_path / "runs")] == ["running"]
        folder.write_json(CONFIG, config(finished="2026-01-02"))
        assert [run.state for run in list_runs(tmp_path / "runs")] == ["finished"]
    folder.write_json(CONFIG, config())
    assert [run.state for run in list_runs(tmp_path / "runs")] == ["stopped"]
