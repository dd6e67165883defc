"""The command line: what it prints, what it refuses, and its exit codes."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.errors import InvalidQuestion
from evals.__main__ import BAD_RUN, BAD_SET, MISSED, STOPPED, USAGE, app
from evals.cases import load, to_json
from evals.library import known_sets
from evals.runs import CONFIG, RunFolder
from tests.evals.conftest import SET, SOURCES, Ran

Command = Callable[..., Result]


@pytest.fixture
def command(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs ``python -m evals`` with the data folder of the small run."""
    monkeypatch.setenv("KNOWLEDGE_DATA_DIR", str(ran.settings.knowledge.data_dir))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


def said(result: Result) -> str:
    """What was printed, in one line."""
    return " ".join(result.output.split())


def copied(ran: Ran, path: Path) -> Path:
    """The small run in another folder, free to be changed."""
    shutil.copytree(ran.folder.path, path)
    return path


def test_run_and_its_limits(command: Command, tmp_path: Path) -> None:
    where = "--documents", SOURCES, "--filter", "kind=who", "--judge", "none"
    gate = tmp_path / "limits.json"
    gate.write_text('{"false_refusal": 1, "passage_recall@10": 1}')
    done = command("run", SET, "--out", tmp_path / "a", *where, "--limit", 1, "--gate", gate)
    assert done.exit_code == 0, done.output
    assert "section nDCG@10" in done.output
    assert (tmp_path / "a" / "report.html").exists()
    again = command("run", SET, "--out", tmp_path / "a", *where, "--limit", 1)
    assert again.exit_code == BAD_RUN
    assert "holds a run already" in said(again)
    missed = command(
        "run", SET, "--out", tmp_path / "a", *where, "--limit", 1, "--resume", "--fail-under", "auroc=1"
    )
    assert missed.exit_code == MISSED
    assert "Missed: auroc applied to no case" in said(missed)


def test_a_run_names_cases_whose_sections_are_gone_and_goes_on(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    rows = [{"id": f"c{i}", "question": "Who?", "gold_sections": ["The Moon"]} for i in range(7)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = command("run", path, "--documents", SOURCES, "--judge", "none", "--out", tmp_path / "run")
    assert done.exit_code == 0, done.output
    assert said(done).count("do not have the gold sections of c0, c1, c2, c3, c4 and 2 more") == 1


def test_a_stopped_run_says_how_to_go_on(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evals.terminal.follow", stop)
    done = command("run", SET, "--documents", SOURCES, "--judge", "none", "--out", tmp_path / "run")
    assert done.exit_code == STOPPED
    assert f"go on with --resume --out {tmp_path / 'run'}" in said(done)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run", "gone.jsonl"], BAD_SET, "cannot be read"),
        (["run", SET, "--filter", "kind=nothing"], BAD_SET, "No case matches kind=nothing"),
        (["run", SET, "--fail-under", "charm=1"], USAGE, "There is no metric 'charm'"),
        (["run", SET, "--gate", "gone.json"], USAGE, "cannot be read"),
        (["run", SET, "--resume"], USAGE, "--resume needs --out"),
        (["score", "no-such-run"], BAD_RUN, "There is no run no-such-run"),
        (["import", "nothing", "."], USAGE, ""),
        (["import", "squad2", "."], BAD_SET, "passages.jsonl cannot be read"),
        (["calibrate", SET, "--run", "first"], BAD_SET, "at least 20 answerable"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    command: Command, arguments: Sequence[object], code: int, message: str
) -> None:
    done = command(*arguments)
    assert done.exit_code == code, done.output
    assert message in said(done)
    assert "Traceback" not in done.output


def test_a_setting_that_cannot_be_used_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CAREFULNESS", "very")
    done = command("list")
    assert done.exit_code == BAD_RUN
    assert "ASSISTANT_CAREFULNESS" in said(done)


def test_list_report_and_diff(command: Command, ran: Ran, tmp_path: Path) -> None:
    assert "cyber-diplomacy" in command("list").output
    assert "first" in [run["name"] for run in json.loads(command("list", "--json").output)]
    figures = json.loads(command("report", "first", "--json").output)
    assert figures["cases"] == len(ran.evalset.cases)
    other = copied(ran, tmp_path / "other")
    same = command("diff", "first", other)
    assert "No difference that chance would not explain." in said(same)
    assert json.loads(command("diff", "first", other, "--json").output)["broken"] == []
    config = json.loads((other / CONFIG).read_text())
    config["set"]["hash"] = "changed"
    (other / CONFIG).write_text(json.dumps(config))
    refused = command("diff", "first", other)
    assert refused.exit_code == BAD_RUN
    assert "the set was changed between them" in said(refused)


def test_score_and_older_runs(command: Command, ran: Ran, tmp_path: Path) -> None:
    run = copied(ran, tmp_path / "scored")
    done = command("score", run, "--judge", "none", "--fail-under", "false_refusal=1")
    assert done.exit_code == 0, done.output
    assert RunFolder(run).config()["rescored"]
    mended = tmp_path / "mended.jsonl"
    mended.write_text("".join(f"{to_json(case)}\n" for case in ran.evalset.cases[1:]))
    again = command("score", run, "--set", mended, "--documents", SOURCES, "--judge", "none")
    assert again.exit_code == 0, again.output
    assert f"not ask any more what was answered: {ran.evalset.cases[0].id}" in said(again)
    (run / CONFIG).write_text('{"format": 0}')
    old = command("score", run)
    assert old.exit_code == BAD_RUN
    assert "older version" in said(old)


def test_imports_go_to_one_s_own_sets(command: Command, ran: Ran, tmp_path: Path) -> None:
    passage = {"id": "p", "title": "Cats", "section": "Sleep", "text": "Cats sleep.", "heldout": True}
    question = {"id": 1, "question": "Who sleeps?", "lang": "en", "answerable": True}
    (tmp_path / "passages.jsonl").write_text(json.dumps(passage))
    gold = {"gold_passage_ids": ["p"], "gold_answers": ["Cats"], "gold_sentences": []}
    (tmp_path / "questions.jsonl").write_text(json.dumps(question | gold))
    done = command("import", "selqa", tmp_path)
    assert done.exit_code == 0, done.output
    assert known_sets(ran.settings.knowledge.data_dir)["selqa"].parent.name == "selqa"


def test_validate_names_lines(command: Command, tmp_path: Path) -> None:
    good = command("validate", SET, "--documents", SOURCES)
    assert (good.exit_code, good.output) == (0, f"{len(load(SET).cases)} cases, 0 errors.\n")
    path = tmp_path / "own.jsonl"
    case = {
        "id": "a",
        "question": "Who?",
        "gold_sections": ["The Moon"],
        "gold_quotes": ["Cheese"],
        "mood": 1,
    }
    path.write_text("{\n" + json.dumps(case) + "\n")
    bad = command("validate", path, "--documents", SOURCES)
    assert bad.exit_code == MISSED
    assert "line 1: error: not JSON" in bad.output
    assert "line 2: error: a: no section is called 'The Moon'" in bad.output
    assert "line 2: error: a: the gold quote 'Cheese'" in bad.output
    assert "line 2: note: unknown fields, kept but not used: mood" in bad.output
    assert "1 cases, 3 errors." in bad.output


def test_a_set_without_readable_documents_is_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = command("validate", SET, "--documents", tmp_path / "empty")
    assert done.exit_code == BAD_SET
    assert "holds no documents" in said(done)


def test_scoring_by_the_reader_needs_no_documents(command: Command, ran: Ran, tmp_path: Path) -> None:
    run = copied(ran, tmp_path / "scored")
    config = RunFolder(run).config()
    config["set"]["documents"] = str(tmp_path / "gone")
    RunFolder(run).write_json(CONFIG, config)
    done = command("score", run)
    assert done.exit_code == 0, done.output
    assert RunFolder(run).config()["judge"] == config["judge"]
    refused = command("score", run, "--set", SET)
    assert refused.exit_code == BAD_SET
    assert f"There is no folder {tmp_path / 'gone'}" in said(refused)


def test_left_out_answers_are_told_to_be_kept(command: Command, ran: Ran, tmp_path: Path) -> None:
    run = copied(ran, tmp_path / "scored")
    mended = tmp_path / "mended.jsonl"
    mended.write_text("".join(f"{to_json(case)}\n" for case in ran.evalset.cases[1:]))
    done = command("score", run, "--set", mended, "--documents", SOURCES, "--judge", "none")
    assert "Their answers are kept in left-out.jsonl" in said(done)
    assert [line["id"] for line in RunFolder(run).left_out()] == [ran.evalset.cases[0].id]


def test_damaged_runs_are_named_and_hide_no_others(command: Command, ran: Ran, tmp_path: Path) -> None:
    bad = copied(ran, ran.settings.runs / "bad")
    try:
        RunFolder(bad).write_json(CONFIG, RunFolder(bad).config() | {"set": None})
        listed = command("list")
        assert listed.exit_code == 0
        assert "is damaged at 'set.name'" in said(listed)
        assert "finished" in said(listed)
        for arguments in (["report", "bad"], ["score", "bad"], ["diff", "first", "bad"]):
            done = command(*arguments)
            assert done.exit_code == BAD_RUN, done.output
            assert "is damaged at" in said(done)
    finally:
        shutil.rmtree(bad)


def test_a_run_in_which_every_case_failed_with_an_error_ends_with_4(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise InvalidQuestion("It cannot be asked.")

    monkeypatch.setattr("assistant.assistant.Assistant.answer", broken)
    done = command(
        "run", SET, "--documents", SOURCES, "--limit", 2, "--judge", "none", "--out", tmp_path / "run",
        "--fail-under", "auroc=1",
    )  # fmt: skip
    assert done.exit_code == BAD_RUN, done.output
    assert "Every case ended in an error, the first in this: It cannot be asked. Mend it" in said(done)
    assert (tmp_path / "run" / "report.html").exists()


def test_a_calibration_that_a_setting_overrules_is_told(
    command: Command, ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KNOWLEDGE_DATA_DIR", str(tmp_path / "data"))
    folder = RunFolder(copied(ran, tmp_path / "data" / "runs" / "first"))
    labelled = [line for line in folder.lines() if line["case"]["answerable"] is not None]
    folder.write_lines([{**line, "id": f"{line['id']}-{i}"} for i in range(20) for line in labelled])
    kept = command("calibrate", SET, "--run", "first")
    assert kept.exit_code == 0, kept.output
    assert "Kept in" in said(kept)
    assert "Not used" not in said(kept)
    monkeypatch.setenv("ASSISTANT_CAREFULNESS", "0.4")
    overruled = command("calibrate", SET, "--run", "first")
    assert "Not used while ASSISTANT_CAREFULNESS is set: take it out of the settings" in said(overruled)
    other = tmp_path / "other.jsonl"
    other.write_text(to_json(ran.evalset.cases[0]) + "\n")
    refused = command("calibrate", other, "--run", "first")
    assert refused.exit_code == BAD_RUN
    assert "is a run of cyber-diplomacy, or other was changed since" in said(refused)
