"""The Evaluation page as Streamlit runs it, over the real assistant: stopping, going on, how careful."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant import abstention
from assistant.abstention import Threshold
from assistant.phrases import phrase
from assistant.ui.evaluation import running
from assistant.ui.services import services
from evals.cases import to_json
from evals.runs import CONFIG, SUMMARY, RunFolder, RunInfo, list_runs
from evals.types import EvalCase

OSCE = "Organisation for Security and Cooperation in Europe (OSCE)"
CASES = [
    EvalCase("yes", "What does the OSCE focus on?", answerable=True, gold_sections=(OSCE,)),
    EvalCase("no", "Who won the football world cup of 1998?", answerable=False),
]
WITHIN = 100  # seconds; a loaded machine is slow


def shown() -> None:
    """The page alone, as a script of its own."""
    from assistant.ui.pages.evaluation import page

    page()


@pytest.fixture(scope="module")
def data_dir(data_dir: Path) -> Path:
    (data_dir / "sets").mkdir()
    (data_dir / "sets" / "small.jsonl").write_text("".join(to_json(case) + "\n" for case in CASES))
    running.tasks.clear()
    return data_dir


@pytest.fixture
def app(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("KNOWLEDGE_DATA_DIR", str(data_dir))
    return AppTest.from_function(shown, default_timeout=WITHIN)


def said(key: str, **values: object) -> str:
    return phrase(f"evaluation.{key}", "en", **values)


def texts(app: AppTest) -> str:
    """What the page tells, without the marks that keep it from being Markdown."""
    told = (*app.info, *app.success, *app.warning, *app.error, *app.caption)
    return "\n".join(element.value for element in told).replace("\\", "")


def view(app: AppTest, name: str) -> AppTest:
    app.session_state["evaluation-view"] = name
    app.run()
    assert not app.exception
    return app


def ended(app: AppTest) -> AppTest:
    """The page when the run has ended."""
    task = running.tasks().get(running.NAME)
    assert task is not None
    assert task.wait(WITHIN)
    return app.run()


def newest(data_dir: Path) -> RunInfo:
    return max(list_runs(data_dir / "runs"), key=lambda run: run.path.stat().st_mtime)


def test_a_run_is_stopped_and_gone_on_with(
    app: AppTest, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped_here = running._steps

    def until_stopped(shared, plan, choices, first, cancelled):  # type: ignore[no-untyped-def]
        for step in stopped_here(shared, plan, choices, first, cancelled):
            yield step
            deadline = time.monotonic() + WITHIN
            while not cancelled() and time.monotonic() < deadline:
                time.sleep(0.01)

    monkeypatch.setattr(running, "_steps", until_stopped)
    app.run()
    app.selectbox(key="evaluation-set").set_value("small").run()
    app.button(key="evaluation-start").click().run()
    assert not app.exception
    task = running.tasks().get(running.NAME)
    assert task is not None
    deadline = time.monotonic() + WITHIN
    while not (task.items and task.items[-1].done) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert newest(data_dir).state == "running"
    view(app, "read")
    assert said("still_running") in texts(app)
    assert "evaluation-resume" not in [button.key for button in app.button]
    app.button(key="evaluation-stop").click().run()
    ended(app)
    assert said("run_stopped") in texts(app)
    assert newest(data_dir).state == "stopped"

    monkeypatch.undo()
    monkeypatch.setenv("KNOWLEDGE_DATA_DIR", str(data_dir))
    app.run()
    app.button(key="evaluation-resume").click().run()
    ended(app)
    assert said("run_done") in texts(app)
    run = newest(data_dir)
    assert run.state == "finished"
    assert sorted(line["id"] for line in RunFolder(run.path).lines()) == ["no", "yes"]


@pytest.fixture
def finished(app: AppTest, data_dir: Path) -> RunFolder:
    """A run of the set that has ended, made once."""
    done = [run for run in list_runs(data_dir / "runs") if run.state == "finished"]
    if not done:
        app.run()
        app.selectbox(key="evaluation-set").set_value("small").run()
        app.button(key="evaluation-start").click().run()
        ended(app)
        done = list_runs(data_dir / "runs")
    return RunFolder(done[0].path)


def test_how_careful_is_chosen_on_the_curve_and_taken_back(
    app: AppTest, data_dir: Path, finished: RunFolder
) -> None:
    own = data_dir / "calibration.json"
    view(app, "careful")
    assert said("made_otherwise") not in texts(app)
    app.slider(key="evaluation-threshold").set_value(0.42).run()
    app.button(key="evaluation-use").click().run()
    assert abstention.load(own).threshold.value == 0.42
    assert said("threshold_reason", run=finished.path.name) in texts(app)
    assert services().assistant().gatherer.calibration.threshold.value == 0.42
    abstention.save(replace(abstention.load(own), fitted_on="another"), own)
    assert said("made_otherwise") in texts(app.run())
    app.button(key="evaluation-forget").click().run()
    assert not own.exists()
    assert not app.exception


@pytest.mark.parametrize("name", ["ASSISTANT_CAREFULNESS", "ASSISTANT_CALIBRATION"])
def test_a_setting_that_overrules_the_choice_is_told(
    app: AppTest,
    finished: RunFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    path = tmp_path / "calibration.json"
    abstention.save(replace(abstention.load(), threshold=Threshold(0.33, "by hand")), path)
    monkeypatch.setenv(name, {"ASSISTANT_CAREFULNESS": "0.33", "ASSISTANT_CALIBRATION": str(path)}[name])
    services.clear()
    try:
        view(app, "careful")
        assert said("overruled", setting=name) in texts(app)
        assert "Now it refuses below 0.33" in texts(app)
        assert app.button(key="evaluation-use").disabled
    finally:
        services.clear()


def test_tokens_and_unstable_cases_are_shown(app: AppTest, finished: RunFolder) -> None:
    figures = finished.summary() or {}
    told = figures | {
        "tokens": {"total": 2468, "mean": 1234, "p95": 1300, "n": 2},
        "repeats": {"most": 3, "unstable": ["yes"]},
    }
    finished.write_json(SUMMARY, told)
    try:
        view(app, "read")
        assert said("tokens", total="2,468", mean="1,234", most="1,300") in texts(app)
        assert said("unstable", times=3, number=1, cases="yes") in texts(app)
    finally:
        finished.write_json(SUMMARY, figures)


def test_a_damaged_run_is_named_and_the_page_stands(app: AppTest, finished: RunFolder) -> None:
    config, lines = finished.config(), list(finished.lines())
    try:
        finished.write_json(CONFIG, config | {"set": None})
        for name in ("read", "careful"):
            assert "is damaged at 'set.name'" in texts(view(app, name))
        view(app, "compare")
        finished.write_json(CONFIG, config)
        finished.write_lines([{k: v for k, v in lines[0].items() if k != "raw_retrieved"}, *lines[1:]])
        for name in ("read", "careful"):
            assert f"The result of the case '{lines[0]['id']}' is damaged" in texts(view(app, name))
    finally:
        finished.write_json(CONFIG, config)
        finished.write_lines(lines)
