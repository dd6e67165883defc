"""From a set to a finished run: its documents, its assistant, its folder, and the files made of results."""

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.build import build_assistant
from assistant.library import Librarian
from assistant.settings import AssistantSettings
from evals import provenance
from evals.cases import as_row
from evals.compare import Comparison, compare, differences
from evals.errors import InvalidRun, InvalidSet, NotComparable
from evals.metrics import JUDGED_METRICS
from evals.records import case_of, place_json, scored_of
from evals.report import junit_xml, report_html
from evals.runner import Places, Runner, Step, scored_line
from evals.runs import (
    CONFIG,
    JUNIT,
    LEFT_OUT,
    REPORT,
    SUMMARY,
    Line,
    RunFolder,
    RunInfo,
    cannot_write,
    list_runs,
    write_atomically,
)
from evals.summary import merge_repeats, summary
from evals.types import EvalCase, EvalSet, Judge, Scored
from knowledge.base import KnowledgeBase
from knowledge.embedding import fingerprint
from knowledge.errors import UnreadableFile
from knowledge.messages import Message, message_of
from knowledge.readers import read
from knowledge.settings import KnowledgeSettings
from knowledge.types import Document

Progress = Callable[[str, int, int], None]
ELSEWHERE = "elsewhere.json"
_SAME = ("set", "selection", "models", "calibration", "corpus", "judge")
"""What of the config must be the same for a run to be resumed; other code is only warned of."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the assistant and of its documents."""

    assistant: AssistantSettings
    knowledge: KnowledgeSettings

    @property
    def runs(self) -> Path:
        """Where runs are kept."""
        return self.knowledge.data_dir / "runs"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: some cases of a set, each ``repeat`` times, into a folder."""

    evalset: EvalSet
    cases: tuple[EvalCase, ...]
    folder: RunFolder
    filters: tuple[str, ...] = ()
    limit: int | None = None
    repeat: int = 1
    seed: int = 0
    resume: bool = False

    @property
    def selection(self) -> dict[str, Any]:
        """Which cases are asked and how often, as the config keeps it."""
        return {"filters": list(self.filters), "limit": self.limit, "repeat": self.repeat, "seed": self.seed}


def new_folder(settings: Settings, evalset: EvalSet) -> RunFolder:
    """A new folder among the runs, named after the set and the time; no other run gets it.

    Raises CannotWrite.
    """
    time = re.sub(r"\D", "", provenance.now())[:14]
    name = f"{_slug(evalset.name)}-{time[:8]}-{time[8:]}"
    for number in count(1):
        folder = settings.runs / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise cannot_write(folder, error) from error
        return RunFolder(folder)
    raise AssertionError  # count() does not end


def documents_settings(evalset: EvalSet, settings: KnowledgeSettings) -> KnowledgeSettings:
    """The user's collection, or one of the set's own, kept for the next run, when it brings documents.

    With another embedding model, or another version of it, a set has another collection.
    """
    if evalset.documents is None:
        return settings
    key = f"{evalset.documents.resolve()}\n{fingerprint(settings.embedding_model)}"
    place = hashlib.sha256(key.encode()).hexdigest()[:12]
    return settings.model_copy(
        update={
            "data_dir": settings.data_dir / "set-documents" / f"{_slug(evalset.name)}-{place}",
            "documents_dir": evalset.documents,
            "chroma_url": None,
            "database_url": None,
        }
    )


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60] or "set"


@dataclass(frozen=True, slots=True)
class Opened:
    """The assistant over the documents of a set, and what is wrong with those that could not be read."""

    assistant: Assistant
    problems: tuple[str, ...] = ()


@contextlib.contextmanager
def opened(
    evalset: EvalSet,
    settings: Settings,
    progress: Progress | None = None,
    like: Assistant | None = None,
) -> Iterator[Opened]:
    """Opens the documents that the set is about, indexed as far as they are new.

    ``like`` is an assistant whose models are used again instead of being loaded twice.
    """
    if like is not None and evalset.documents is None:
        yield Opened(like)
        return
    own = _files(evalset.documents) if evalset.documents is not None else None
    knowledge = KnowledgeBase(documents_settings(evalset, settings.knowledge))
    try:
        reports = knowledge.sync(progress)
        if own is not None:
            _keep_only(knowledge, {path.name for path in own})
        if like is None:
            assistant = build_assistant(settings.assistant, settings.knowledge, knowledge=knowledge)
        else:
            assistant = replace(like, knowledge=knowledge, librarian=Librarian(knowledge))
        yield Opened(assistant, tuple(report.error for report in reports if report.error))
    finally:
        knowledge.close()


def _keep_only(knowledge: KnowledgeBase, names: Collection[str]) -> None:
    """Takes what is not of the set, as the shipped documents, out of its collection; it stays out."""
    for info in knowledge.list():
        if info.name not in names:
            knowledge.remove(info.name)


def execute(
    plan: Plan,
    assistant: Assistant,
    settings: Settings,
    judge: Judge | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """Runs a plan, yielding after each case; at the end, or when stopped, the folder's files are made.

    Raises InvalidRun when the folder holds another run, RunInProgress when another process writes it,
    CannotWrite, KnowledgeError and JudgeFailed; whatever was answered before is kept.
    """
    with plan.folder.locked():
        config = _begin(plan, assistant, settings, judge)
        remember(settings.runs, plan.folder.path)
        runner = Runner(assistant, judge, plan.seed)
        yield from runner.run(plan.cases, plan.folder, plan.repeat, cancelled)
        done = sum(1 for _ in plan.folder.lines()) >= len(plan.cases) * plan.repeat
        finish(plan.folder, config | ({"finished": provenance.now()} if done else {}))


def _begin(plan: Plan, assistant: Assistant, settings: Settings, judge: Judge | None) -> dict[str, Any]:
    config = provenance.describe(plan.evalset, assistant, settings.knowledge) | {
        "selection": plan.selection,
        "cases": len(plan.cases),
        "judge": judge.name if judge else None,
        "command": provenance.command_line(),
        "started": provenance.now(),
        "finished": None,
    }
    if plan.folder.exists():
        earlier = plan.folder.config()
        if not plan.resume:
            told = "{path} holds a run already: go on with it with --resume, or choose another folder."
            raise InvalidRun(Message("evals.run_exists", told, path=plan.folder.path))
        changed = [name for name in _SAME if earlier.get(name) != config[name]]
        if changed:
            told = "The run in {path} cannot be resumed: changed since are its {changed}. Start a new run."
            raise InvalidRun(
                Message("evals.run_changed", told, path=plan.folder.path, changed=", ".join(changed))
            )
        return earlier
    plan.folder.write_json(CONFIG, config)
    return config


def code_changed(folder: RunFolder) -> str | None:
    """A warning for whoever goes on with a run that another commit of the code began; None without one."""
    begun, here = (folder.config()["commit"] if folder.exists() else None), provenance.commit()["commit"]
    if begun is None or begun == here:
        return None
    return f"The code has changed since this run was begun (commit {begun[:10]}): its figures mix both."


def finish(folder: RunFolder, config: Mapping[str, Any]) -> dict[str, Any]:
    """Makes the summary, the report and the JUnit file of the results; the config is written last."""
    lines = list(folder.lines())
    figures = summary([scored_of(line) for line in lines], config["judge"])
    folder.write_json(SUMMARY, figures)
    folder.write_text(REPORT, report_html(config, figures, lines))
    folder.write_text(JUNIT, junit_xml(config["set"]["name"], lines))
    folder.write_json(CONFIG, config)
    return figures


def rescore(
    folder: RunFolder,
    judge: Judge | None = None,
    mended: EvalSet | None = None,
    places: Places | None = None,
) -> dict[str, Any]:
    """Scores a run again without answering again.

    Cases of a ``mended`` set replace those of the run; ``places`` finds their gold quotes. Answers to what it
    does not ask any more are kept aside, for a set that asks it again, and the config names their cases in
    ``left_out``. Raises InvalidSet when these are all, InvalidRun.
    """
    with folder.locked():
        config, lines, aside = folder.config(), list(folder.lines()), list(folder.left_out())
        if mended and places:
            lines, aside = _mended(_each_once([*lines, *aside]), mended, places)
            if not lines:
                raise InvalidSet(
                    f"{mended.path} asks no question of the run as it was asked; run it instead."
                )
            config = _mended_config(config, mended, lines, aside)
        _replace(folder, [scored_line(line, judge) for line in lines], aside)
        return finish(folder, config | {"judge": judge.name if judge else None, "rescored": provenance.now()})


def _replace(folder: RunFolder, lines: Sequence[Line], aside: Sequence[Line]) -> None:
    """Replaces the results and what is kept aside; killed at any moment, one of both holds each answer."""
    before = list(folder.left_out())
    if aside or before:
        folder.write_lines([*aside, *before], LEFT_OUT)
    folder.write_lines(lines)
    if before:
        folder.write_lines(aside, LEFT_OUT)


def _each_once(lines: Iterable[Line]) -> list[Line]:
    """The first line of each question that was asked, and of each repeat of it."""
    found: dict[tuple[object, ...], Line] = {}
    for line in lines:
        found.setdefault((line["id"], line["repeat"], *_asked(case_of(line))), line)
    return list(found.values())


def _mended(lines: Iterable[Line], mended: EvalSet, places: Places) -> tuple[list[Line], list[Line]]:
    """The lines by the cases of a mended set, and as they are those that answer something else."""
    cases = {case.id: case for case in mended.cases}
    kept: list[Line] = []
    aside: list[Line] = []
    for line in lines:
        case = cases.get(line["id"])
        if case is None or _asked(case) != _asked(case_of(line)):
            aside.append(line)
            continue
        gold = [place_json(place) for place in places.gold(case)]
        unknown = list(places.unknown_sections(case))
        kept.append({**line, "case": as_row(case), "gold": gold, "unknown_sections": unknown})
    return kept, aside


def _asked(case: EvalCase) -> tuple[object, ...]:
    """What an answer depends on: while this is the same, it answers the case."""
    return case.question, case.history, case.documents


def _mended_config(
    config: Mapping[str, Any], mended: EvalSet, kept: Iterable[Line], aside: Iterable[Line]
) -> dict[str, Any]:
    """The config of a run that is scored by a mended set: how many cases it has, and which it leaves out."""
    before = set(config.get("left_out") or ())
    now = (before | {line["id"] for line in aside}) - {line["id"] for line in kept}
    return {
        **config,
        "set": config["set"] | {"path": str(mended.path), "hash": mended.content_hash},
        "cases": config["cases"] + len(before) - len(now),
        "left_out": sorted(now),
    }


def compare_runs(before: RunFolder, after: RunFolder) -> Comparison:
    """Compares two runs. Raises NotComparable when they are of different sets; warns of other differences."""
    old, new = before.config(), after.config()
    if old["set"]["hash"] != new["set"]["hash"]:
        raise NotComparable(
            Message(
                "evals.other_set",
                "{before} is a run of {set} and {after} of {other}, or the set was changed between them. Run"
                " the same set twice, or score the older run by the mended set: python -m evals score RUN"
                " --set SET.",
                before=before.path.name,
                set=old["set"]["name"],
                after=after.path.name,
                other=new["set"]["name"],
            )
        )
    judged = JUDGED_METRICS if old["judge"] == new["judge"] else ()
    return compare(_merged(before), _merged(after), differences(old, new), judged)


def _merged(folder: RunFolder) -> list[Scored]:
    return merge_repeats(scored_of(line) for line in folder.lines())


def known_runs(settings: Settings) -> list[RunInfo]:
    """The runs of the list, those that are kept elsewhere included."""
    return list_runs(settings.runs, elsewhere(settings.runs))


def folder_documents(folder: Path) -> list[Document]:
    """The documents of a folder, read but not indexed. Raises InvalidSet."""
    documents = []
    for path in _files(folder):
        try:
            documents.append(read(path))
        except UnreadableFile as error:
            told = "A document of the set cannot be read: {reason}"
            raise InvalidSet(Message("evals.document_unreadable", told, reason=message_of(error))) from error
    return documents


def _files(folder: Path) -> list[Path]:
    """The files of a set's folder, without hidden ones. Raises InvalidSet when there is no folder or none."""
    if not folder.is_dir():
        told = "There is no folder {folder}: name the set's documents with --documents FOLDER."
        raise InvalidSet(Message("evals.no_folder", told, folder=folder))
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    if not files:
        told = "The folder {folder} holds no documents; put the set's documents there."
        raise InvalidSet(Message("evals.folder_empty", told, folder=folder))
    return files


def remember(runs: Path, folder: Path) -> None:
    """Adds a run that is kept elsewhere to the list of runs."""
    if folder.resolve().parent == runs.resolve():
        return
    known = elsewhere(runs)
    if folder.resolve() not in known:
        paths = [str(path) for path in (*known, folder.resolve())]
        write_atomically(runs / ELSEWHERE, json.dumps(paths, indent=1) + "\n")


def elsewhere(runs: Path) -> list[Path]:
    """The folders of runs that are kept outside the list's own folder."""
    try:
        found = json.loads((runs / ELSEWHERE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        told = "{path} cannot be read ({reason}); delete it and go on."
        raise InvalidRun(
            Message("evals.list_unreadable", told, path=runs / ELSEWHERE, reason=error)
        ) from error
    if not isinstance(found, list) or not all(isinstance(path, str) for path in found):
        told = "{path} is not a list of folders; delete it and go on."
        raise InvalidRun(Message("evals.no_list", told, path=runs / ELSEWHERE))
    return [Path(path) for path in found]
