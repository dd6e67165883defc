"""Running a set on the real assistant: results, resuming, stopping, errors, conversations, provenance."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Answer, Turn
from evals.calibrate import recorded
from evals.cases import case_from
from evals.errors import InvalidRun, InvalidSet, NotComparable, RunInProgress
from evals.records import record_of, scored_of
from evals.runner import Places, Runner, Step
from evals.runs import CONFIG, JUNIT, REPORT, SUMMARY, RunFolder
from evals.session import (
    ELSEWHERE,
    code_changed,
    compare_runs,
    elsewhere,
    execute,
    finish,
    known_runs,
    new_folder,
    opened,
    rescore,
)
from evals.summary import summary
from evals.types import EvalCase, PastTurn
from knowledge.errors import DocumentNotFound, StoreUnavailable
from knowledge.types import Document, DocumentInfo, Passage, Section, Sentence
from tests.evals.conftest import CHOSEN, Ran

FIELDS = (
    "id question standalone_question answer abstained confidence statements citations retrieved searched"
    " timings_ms scores failure"
)
TEXT = "Cats sleep. Dogs bark at night. Cats sleep."


class Shelf:
    """A knowledge base of one document."""

    document_value = Document(
        "pets-1", "pets.txt", "Pets", TEXT, "hash", "file", "text/plain",
        (Section("Cats", 1, ("Cats",), 0, 12), Section("Dogs", 1, ("Dogs",), 12, len(TEXT))),
    )  # fmt: skip

    def list(self) -> list[DocumentInfo]:
        return [DocumentInfo("pets-1", "pets.txt", "Pets", "hash", "text/plain", 1, 2, 2, 0, (), "")]

    def document(self, name: str) -> Document:
        if name != "pets.txt":
            raise DocumentNotFound(f"There is no {name}.")
        return self.document_value

    def passages(self, name: str) -> list[Passage]:
        return [
            Passage(
                "p",
                "pets-1",
                name,
                "hash",
                1,
                ("Pets", "Dogs"),
                12,
                len(TEXT),
                TEXT[12:],
                (Sentence(12, 31),),
            )
        ]

    def search(self, texts: Sequence[str], limit: int, documents: Sequence[str] = ()) -> list[Any]:
        return []


@dataclass
class Talker:
    """An assistant that keeps what it was asked and answers or fails as it is told."""

    says: Any = "Dogs bark."
    knowledge: Shelf = field(default_factory=Shelf)
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)

    def answer(self, message: str, history: Sequence[Turn] = (), documents: Sequence[str] = ()) -> Answer:
        self.asked.append((message, tuple(history)))
        if isinstance(self.says, Exception):
            raise self.says
        return Answer(message, message, (), (), abstained=True, confidence=0.1)


def asked_of(talker: Talker, folder: Path, *cases: EvalCase, repeat: int = 1, **values: Any) -> list[Step]:
    folder.mkdir(exist_ok=True)
    return list(Runner(talker, **values).run(cases, RunFolder(folder), repeat))  # type: ignore[arg-type]


def test_a_run_writes_every_file_and_finds_the_gold_places(ran: Ran) -> None:
    lines = list(ran.folder.lines())
    assert [line["case"]["id"] for line in lines] == [case.id for case in ran.evalset.cases]
    assert set(FIELDS.split()) <= set(lines[0])
    assert len(lines[0]["gold"]) == len(lines[0]["case"]["gold_quotes"])
    assert all(line["scores"].get("exact_quotes", 1) == 1 for line in lines)
    assert lines[0]["scores"]["passage_recall@10"] == 1
    config = ran.folder.config()
    assert config["finished"]
    assert config["judge"].endswith("(default)")
    assert config["corpus"]["documents"][0]["name"] == "cyber-diplomacy.txt"
    assert len(config["corpus"]["documents"]) == 1
    assert config["models"]["embedding"]["hash"]
    assert len(config["commit"]) == 40
    assert isinstance(config["dirty"], bool)
    assert not any("key" in name for name in config["settings"]["assistant"])
    assert ran.folder.summary() == summary([scored_of(line) for line in lines], config["judge"])
    for name in (SUMMARY, REPORT, JUNIT, CONFIG):
        assert (ran.folder.path / name).stat().st_size > 100
    assert "first" in [info.name for info in known_runs(ran.settings)]


def test_a_follow_up_is_run_in_its_conversation(ran: Ran) -> None:
    (line,) = [line for line in ran.folder.lines() if line["case"]["history"]]
    assert line["standalone_question"] != line["question"]
    assert line["raw_retrieved"]
    assert line["standalone_retrieved"]
    assert "standalone_gain" in line["scores"]


def test_the_same_run_gives_the_same_figures(ran: Ran, tmp_path: Path) -> None:
    plan = ran.plan(tmp_path / "again", cases=2)
    list(execute(plan, ran.assistant, ran.settings))
    again, first = list(plan.folder.lines()), list(ran.folder.lines())[:2]
    kept = ("answer", "confidence", "citations", "failure", "features")
    assert [[line[name] for name in kept] for line in again] == [
        [line[name] for name in kept] for line in first
    ]
    assert plan.folder.path in [info.path for info in known_runs(ran.settings)]


def test_a_stopped_run_is_resumed_where_it_stopped(ran: Ran, tmp_path: Path) -> None:
    plan = ran.plan(tmp_path / "stopped", cases=3)
    steps: list[Step] = []
    for step in execute(plan, ran.assistant, ran.settings, cancelled=lambda: len(steps) == 1):
        steps.append(step)
    assert [line["id"] for line in plan.folder.lines()] == [CHOSEN[0]]
    assert plan.folder.config()["finished"] is None
    assert (plan.folder.summary() or {})["cases"] == 1
    with pytest.raises(InvalidRun, match=r"holds a run already.*--resume"):
        list(execute(plan, ran.assistant, ran.settings))
    with pytest.raises(InvalidRun, match="changed since are its selection"):
        list(execute(replace(plan, resume=True, limit=1), ran.assistant, ran.settings))
    steps = list(execute(replace(plan, resume=True), ran.assistant, ran.settings))
    assert [(step.done, step.total) for step in steps] == [(2, 3), (3, 3)]
    assert steps[-1].seconds_left == 0
    assert plan.folder.config()["finished"]
    assert len(list(plan.folder.lines())) == 3
    assert list(execute(replace(plan, resume=True), ran.assistant, ran.settings)) == []


def test_two_processes_do_not_write_one_run(ran: Ran, tmp_path: Path) -> None:
    plan = ran.plan(tmp_path / "busy", cases=1)
    with RunFolder(plan.folder.path).locked(), pytest.raises(RunInProgress):
        list(execute(plan, ran.assistant, ran.settings))


def test_scoring_again_needs_no_answer(ran: Ran, tmp_path: Path) -> None:
    plan = ran.plan(tmp_path / "scored", cases=2)
    list(execute(plan, ran.assistant, ran.settings))
    before = list(plan.folder.lines())
    assert rescore(plan.folder) == summary([scored_of(line) for line in before])
    first = replace(ran.evalset.cases[0], answerable=False)
    mended = replace(ran.evalset, cases=(first,), content_hash="mended")
    rescore(plan.folder, mended=mended, places=Places(ran.assistant.knowledge))
    line = next(plan.folder.lines())
    assert line["case"]["answerable"] is False
    assert line["answer"] == before[0]["answer"]
    with pytest.raises(NotComparable, match="or the set was changed"):
        compare_runs(ran.folder, plan.folder)


@pytest.mark.parametrize(
    "mend",
    [
        {"question": "Who else?"},
        {"history": (PastTurn("Who?"),)},
        {"documents": ("other.txt",)},
        {"id": "other"},
    ],
)
def test_an_answer_to_another_question_is_not_scored_again(
    ran: Ran, tmp_path: Path, mend: dict[str, Any]
) -> None:
    shutil.copytree(ran.folder.path, tmp_path / "run")
    folder, (first, *others) = RunFolder(tmp_path / "run"), ran.evalset.cases
    mended = replace(ran.evalset, cases=(replace(first, **mend), *others))
    figures = rescore(folder, mended=mended, places=Places(ran.assistant.knowledge))
    assert [line["id"] for line in folder.lines()] == [case.id for case in others]
    assert figures["cases"] == folder.config()["cases"] == len(others)
    assert folder.config()["left_out"] == [first.id]


def test_a_mended_set_of_other_questions_leaves_the_run_as_it_is(ran: Ran, tmp_path: Path) -> None:
    shutil.copytree(ran.folder.path, tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    mended = replace(ran.evalset, cases=(EvalCase("other", "Who?"),))
    with pytest.raises(InvalidSet, match="no question of the run as it was asked"):
        rescore(folder, mended=mended, places=Places(ran.assistant.knowledge))
    assert list(folder.lines()) == list(ran.folder.lines())


def test_answers_that_a_mended_set_leaves_out_come_back_with_a_set_that_asks_them(
    ran: Ran, tmp_path: Path
) -> None:
    shutil.copytree(ran.folder.path, tmp_path / "run")
    folder, before = RunFolder(tmp_path / "run"), list(ran.folder.lines())
    places = Places(ran.assistant.knowledge)
    smaller = replace(ran.evalset, cases=ran.evalset.cases[:2])
    rescore(folder, mended=smaller, places=places)
    assert [line["answer"] for line in folder.left_out()] == [line["answer"] for line in before[2:]]
    rescore(folder, mended=replace(smaller, cases=smaller.cases[1:]), places=places)
    rescore(folder)
    assert len(list(folder.left_out())) == len(before) - 1
    rescore(folder, mended=ran.evalset, places=places)
    assert {line["id"]: line["answer"] for line in folder.lines()} == {
        one["id"]: one["answer"] for one in before
    }
    assert list(folder.left_out()) == []
    assert (folder.config()["cases"], folder.config()["left_out"]) == (len(before), [])


def test_rescoring_that_is_killed_at_any_write_loses_no_answer(
    ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places, write, smaller = Places(ran.assistant.knowledge), RunFolder.write_lines, ran.evalset.cases[:2]
    for last in range(4):
        shutil.copytree(ran.folder.path, tmp_path / str(last))
        folder, written = RunFolder(tmp_path / str(last)), []

        def killed(self: RunFolder, *arguments: Any, last: int = last, written: list[int] = written) -> None:
            if len(written) == last:
                raise KeyboardInterrupt
            written.append(1)
            write(self, *arguments)

        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            patch.setattr(RunFolder, "write_lines", killed)
            rescore(folder, mended=replace(ran.evalset, cases=smaller), places=places)
            rescore(folder, mended=ran.evalset, places=places)
        kept = {line["id"] for line in (*folder.lines(), *folder.left_out())}
        assert kept == {case.id for case in ran.evalset.cases}


@pytest.mark.parametrize(
    "damage",
    [
        {"raw_retrieved": ...},
        {"confidence": None},
        {"case": {"id": "a", "question": ""}},
        {"scores": {"auroc": "high"}},
        {"failure": "nowhere"},
        {"citations": [{}], "exact": [True]},
        {"timings_ms": {"search": []}},
    ],
)
def test_a_damaged_result_is_named_wherever_it_is_read(
    ran: Ran, tmp_path: Path, damage: dict[str, Any]
) -> None:
    shutil.copytree(ran.folder.path, tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    first, *others = folder.lines()
    damaged = {key: value for key, value in (first | damage).items() if value is not ...}
    folder.write_lines([damaged, *others])
    named = f"The result of the case {first['id']!r} is damaged .*: run the set again"
    with pytest.raises(InvalidRun, match=named):
        finish(folder, folder.config())
    with pytest.raises(InvalidRun, match=named):
        compare_runs(ran.folder, folder)
    if not {"scores", "failure"} & damage.keys():  # these are made anew
        with pytest.raises(InvalidRun, match=named):
            rescore(folder)


def test_a_list_of_runs_kept_elsewhere_that_is_none_is_named(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / ELSEWHERE).write_text("[1]")
    with pytest.raises(InvalidRun, match="is not a list of folders; delete it"):
        elsewhere(tmp_path)


def test_gold_sections_that_the_documents_lack_are_recorded(tmp_path: Path) -> None:
    (step,) = asked_of(
        Talker(), tmp_path, EvalCase("a", "?", answerable=True, gold_sections=("Dogs", "Fish"))
    )
    assert step.line["unknown_sections"] == ["Fish"]
    assert record_of(step.line).unknown_sections == ("Fish",)
    (step,) = asked_of(Talker(), tmp_path, EvalCase("b", "?", answerable=True, gold_sections=("Fish",)))
    assert step.line["failure"] == "not indexed"


def test_documents_that_are_gone_are_named(ran: Ran, tmp_path: Path) -> None:
    gone = replace(ran.evalset, documents=tmp_path / "gone")
    with (
        pytest.raises(InvalidSet, match=r"There is no folder .*gone: name the set's documents"),
        opened(gone, ran.settings),
    ):
        pass


def test_a_calibration_is_not_fitted_to_a_run_of_another_set(ran: Ran) -> None:
    lines, reader = recorded(ran.folder, ran.evalset)
    assert len(lines) == len(ran.evalset.cases)
    assert reader == type(ran.assistant.gatherer.reader).__name__
    with pytest.raises(InvalidRun, match=r"is a run of cyber-diplomacy, or .* was changed since"):
        recorded(ran.folder, replace(ran.evalset, content_hash="another"))


def test_a_resumed_run_on_other_code_is_told(ran: Ran, tmp_path: Path) -> None:
    shutil.copytree(ran.folder.path, tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    assert code_changed(RunFolder(tmp_path / "new")) is None
    assert code_changed(folder) is None
    folder.write_json(CONFIG, folder.config() | {"commit": "0123456789abcdef"})
    assert "commit 0123456789" in (code_changed(folder) or "")


def test_runs_on_other_documents_are_compared_with_a_warning(ran: Ran, tmp_path: Path) -> None:
    plan = ran.plan(tmp_path / "other", cases=2)
    list(execute(plan, ran.assistant, ran.settings))
    config = plan.folder.config()
    config["corpus"]["hash"] = "another"
    finish(plan.folder, config)
    found = compare_runs(ran.folder, plan.folder)
    assert "different documents" in found.warnings[0]
    assert found.broken == found.fixed == ()


def test_new_folders_differ(ran: Ran) -> None:
    with ThreadPoolExecutor(8) as pool:  # two runs of a set that are begun in the same second
        found = list(pool.map(lambda _: new_folder(ran.settings, ran.evalset).path, range(8)))
    assert len(set(found)) == len(found)
    for path in found:
        path.rmdir()


def test_history_is_asked_once_or_taken_from_the_set(tmp_path: Path) -> None:
    past = (PastTurn("Which pets?"), PastTurn("Do they bark?", "Dogs bark."))
    talker = Talker()
    cases = [EvalCase(str(i), f"Why {i}?", past) for i in range(2)]
    asked_of(talker, tmp_path, *cases)
    assert [message for message, _ in talker.asked] == ["Which pets?", "Why 0?", "Why 1?"]
    turns = talker.asked[-1][1]
    assert [turn.question for turn in turns] == ["Which pets?", "Do they bark?"]
    assert turns[1].answer.text == "Dogs bark."


def test_repeats(tmp_path: Path) -> None:
    steps = asked_of(Talker(), tmp_path, EvalCase("a", "?"), EvalCase("b", "?"), repeat=2)
    assert [(s.line["id"], s.line["repeat"]) for s in steps] == [("a", 0), ("b", 0), ("a", 1), ("b", 1)]


def test_a_fault_on_one_case_is_that_case_s_failure(tmp_path: Path) -> None:
    (step,) = asked_of(Talker(ZeroDivisionError("oops")), tmp_path, EvalCase("a", "?", answerable=True))
    assert step.line["failure"] == "error"
    assert step.line["error"] == "ZeroDivisionError: oops"
    assert record_of(step.line).error
    (step,) = asked_of(Talker(DocumentNotFound("There is no x.")), tmp_path, EvalCase("b", "?"))
    assert step.line["error"] == "There is no x."


def test_a_store_that_is_gone_stops_the_run_and_loses_nothing(tmp_path: Path) -> None:
    asked_of(Talker(), tmp_path, EvalCase("a", "?"))
    with pytest.raises(StoreUnavailable):
        asked_of(Talker(StoreUnavailable("It is down.")), tmp_path, EvalCase("a", "?"), EvalCase("b", "?"))
    assert [line["id"] for line in RunFolder(tmp_path).lines()] == ["a"]


def test_gold_quotes_are_found_in_their_section_and_only_where_indexed() -> None:
    places = Places(Shelf())  # type: ignore[arg-type]
    found = places.gold(EvalCase("a", "?", gold_quotes=("Cats sleep.",), gold_sections=("Dogs",)))
    assert [(p.start, p.path) for p in found] == [(32, ("Pets", "Dogs"))]
    assert places.gold(EvalCase("a", "?", gold_quotes=("Cats sleep. Dogs",))) == ()  # half is not indexed
    assert places.gold(EvalCase("a", "?", gold_quotes=("Fish swim.",), documents=("gone.txt",))) == ()


def test_a_line_is_valid_json_with_the_whole_case(ran: Ran) -> None:
    raw = ran.folder.results.read_text(encoding="utf-8").splitlines()[0]
    line = json.loads(raw)
    assert case_from(line["case"]) == ran.evalset.cases[0]
