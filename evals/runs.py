"""A run as a folder: results line by line while it goes, the rest whole or not at all.

``config.json`` says what was run, ``results.jsonl`` holds a line a case; ``summary.json``, ``report.html``
and ``junit.xml`` are made of it at the end. ``left-out.jsonl`` keeps the answers that a mended set does not
ask. One process writes a folder at a time; a kill leaves whole lines.
"""

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any

from filelock import FileLock, Timeout

from evals.errors import CannotWrite, InvalidRun, RunInProgress
from knowledge.messages import Message, message_of

FORMAT = 1
"""Version of the folder's format; a run of another version is named as such instead of being misread."""

RESULTS, LEFT_OUT, SUMMARY, CONFIG, REPORT, JUNIT = (
    "results.jsonl", "left-out.jsonl", "summary.json", "config.json", "report.html", "junit.xml",
)  # fmt: skip
LOCK = ".lock"
LOOKED_AT = 1.0
"""Seconds to wait for a folder: whoever only looks whether its run is going holds it for a moment."""
Line = dict[str, Any]
Shape = Mapping[str, type | UnionType]
"""Where a value stands, by the names on the way to it, and what it must be."""

_CONFIG: Shape = {
    "set.name": str, "set.path": str, "set.hash": str, "set.documents": str | None,
    "selection.filters": list, "selection.limit": int | None, "selection.repeat": int, "selection.seed": int,
    "settings.assistant.carefulness": int | float | None, "settings.assistant.chat_model": str | None,
    "models.embedding.name": str, "models.reader.name": str, "models.chat": str,
    "corpus.hash": str, "cases": int, "judge": str | None, "started": str, "finished": str | None,
    "commit": str | None, "dirty": bool | None, "left_out": list | None,
}  # fmt: skip
_SUMMARY: Shape = {
    "cases": int, "failed": int, "metrics": dict, "judge": str | None, "failures": dict, "confusion": dict,
    "by_kind": dict, "by_tag": dict, "by_lang": dict, "by_turn": dict, "gap_to_english": dict,
    "risk_coverage": list, "reliability": list, "latency_ms": dict,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What the list of runs shows of one; ``problem`` says why a folder cannot be read as a run.

    ``running`` says that a process is writing it now.
    """

    path: Path
    name: str
    set_name: str = ""
    set_hash: str = ""
    started: str = ""
    finished: str | None = None
    cases: int = 0
    summary: Mapping[str, Any] | None = None
    running: bool = False
    problem: str = ""

    @property
    def state(self) -> str:
        """``finished``, ``running`` or ``stopped``; else the problem."""
        return self.problem or ("finished" if self.finished else "running" if self.running else "stopped")


def write_atomically(path: Path, text: str) -> None:
    """Writes a file whole: readers see the old text or the new. Raises CannotWrite."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError) -> CannotWrite:
    """The error for a file that could not be written, with what to do next."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return CannotWrite(
            Message(
                "evals.disk_full",
                "The disk is full: {name} could not be written whole. What was written before is kept;"
                " free some space and go on with --resume.",
                name=path.name,
            )
        )
    told = "{path} cannot be written ({reason}); choose a folder that can be written."
    return CannotWrite(Message("evals.unwritable", told, path=path, reason=error.strerror or error))


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of a run."""

    path: Path

    @property
    def results(self) -> Path:
        """The file of results."""
        return self.path / RESULTS

    def exists(self) -> bool:
        """Whether a run was begun here."""
        return (self.path / CONFIG).exists() or self.results.exists()

    def config(self) -> dict[str, Any]:
        """What was run. Raises InvalidRun for a folder that is no run, or of another format version."""
        found = self._json(CONFIG)
        if found is None:
            told = "{path} is not the folder of a run: it has no {name}."
            raise InvalidRun(Message("evals.no_run", told, path=self.path, name=CONFIG))
        version = found.get("format")
        if version != FORMAT:
            raise InvalidRun(_other_format(self.path, version))
        return _shaped(found, _CONFIG, self.path / CONFIG)

    def summary(self) -> dict[str, Any] | None:
        """The figures, when the run has been summarised. Raises InvalidRun."""
        found = self._json(SUMMARY)
        return None if found is None else _shaped(found, _SUMMARY, self.path / SUMMARY)

    def _json(self, name: str) -> dict[str, Any] | None:
        path = self.path / name
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            told = "{path} cannot be read ({reason}); run the set again."
            raise InvalidRun(Message("evals.run_unreadable", told, path=path, reason=error)) from error
        if not isinstance(found, dict):
            told = "{path} does not hold what a run writes; run the set again."
            raise InvalidRun(Message("evals.run_strange", told, path=path))
        return found

    def check_answered(self) -> None:
        """Raises InvalidRun when every case ended in an error: its figures say nothing."""
        errors = [line["error"] for line in self.lines()]
        if errors and all(errors):
            raise InvalidRun(
                f"Every case ended in an error, the first in this: {errors[0].rstrip('.')}. Mend it, and run"
                " the set again."
            )

    def lines(self) -> Iterator[Line]:
        """The results in the order they were written; a last line that a kill cut off is left out.

        Raises InvalidRun.
        """
        return _lines(self.results)

    def left_out(self) -> Iterator[Line]:
        """The answers that a mended set did not ask, kept for one that asks them again. Raises InvalidRun."""
        return _lines(self.path / LEFT_OUT)

    def write_json(self, name: str, values: Mapping[str, Any]) -> None:
        """Writes one of the folder's JSON files whole."""
        write_atomically(self.path / name, json.dumps(values, ensure_ascii=False, indent=1) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Writes one of the folder's text files whole."""
        write_atomically(self.path / name, text)

    def write_lines(self, lines: Iterable[Line], name: str = RESULTS) -> None:
        """Replaces all results, or those left out, at once, as rescoring does."""
        write_atomically(self.path / name, "".join(_dump(line) for line in lines))

    def busy(self) -> bool:
        """Whether a process is writing the run now."""
        if not (self.path / LOCK).exists():
            return False
        try:
            with FileLock(self.path / LOCK, timeout=0):
                return False
        except Timeout:
            return True
        except OSError:  # who may not write here cannot tell, and cannot go on with the run either
            return False

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder for this process. Raises RunInProgress when another writes it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / LOCK, timeout=LOOKED_AT)
            lock.acquire()
        except Timeout as error:
            told = "Another process is writing the run in {path}; wait for it, or choose another folder."
            raise RunInProgress(Message("evals.run_busy", told, path=self.path)) from error
        except OSError as error:
            raise cannot_write(self.path, error) from error
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def appending(self) -> Iterator["Appender"]:
        """Opens the results for more lines, after the last whole one."""
        try:
            with self.results.open("ab+") as file:
                file.truncate(_whole_length(self.results))
                yield Appender(self.results, file.fileno())
        except OSError as error:
            raise cannot_write(self.results, error) from error


@dataclass(frozen=True, slots=True)
class Appender:
    """Adds lines to the results: each in one write, taken back when the disk does not hold all of it."""

    path: Path
    handle: int

    def append(self, line: Line) -> None:
        """Adds a line. Raises CannotWrite; the lines before stay whole."""
        data = _dump(line).encode("utf-8", "backslashreplace")
        before = os.fstat(self.handle).st_size
        try:
            if os.write(self.handle, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            os.ftruncate(self.handle, before)
            raise cannot_write(self.path, error) from error


def _other_format(path: Path, version: object) -> Message:
    if not isinstance(version, int) or version < FORMAT:
        return Message(
            "evals.run_older",
            "The run in {path} was written by an older version (format {format}, this one reads {read})."
            " Run the set again; the old folder is left as it is.",
            path=path,
            format=version or 0,
            read=FORMAT,
        )
    return Message(
        "evals.run_newer",
        "The run in {path} was written by a newer version (format {format}, this one reads {read})."
        " Run the set again; the old folder is left as it is.",
        path=path,
        format=version,
        read=FORMAT,
    )


def _shaped(found: dict[str, Any], shape: Shape, path: Path) -> dict[str, Any]:
    """The values of a file, when those that readers use are there. Raises InvalidRun naming the first other.

    A value that may be None may be missing too.
    """
    for place, kind in shape.items():
        value: Any = found
        for name in place.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if not isinstance(value, kind):
            told = "{path} is damaged at {place!r}: run the set again, or delete the folder."
            raise InvalidRun(Message("evals.run_damaged", told, path=path, place=place))
    return found


def _lines(path: Path) -> Iterator[Line]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if raw.endswith(b"\n"):
                    yield _line(raw, number, path)
    except FileNotFoundError:
        return
    except OSError as error:
        told = "{path} cannot be read ({reason})."
        raise InvalidRun(
            Message("evals.results_unreadable", told, path=path, reason=error.strerror or error)
        ) from error


def _line(raw: bytes, number: int, path: Path) -> Line:
    try:
        line = json.loads(raw)
    except ValueError as error:
        told = "Line {line} of {path} is damaged; run the set again."
        raise InvalidRun(Message("evals.line_damaged", told, line=number, path=path)) from error
    kinds = {"id": str, "repeat": int, "case": dict}
    if not isinstance(line, dict) or not all(isinstance(line.get(k), kind) for k, kind in kinds.items()):
        told = "Line {line} of {path} is not the result of a case; run the set again."
        raise InvalidRun(Message("evals.line_no_result", told, line=number, path=path))
    return line


def _dump(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False) + "\n"


def _whole_length(path: Path) -> int:
    """How many bytes of the file are whole lines."""
    data = path.read_bytes()
    return data.rfind(b"\n") + 1


def list_runs(folder: Path, elsewhere: Iterable[Path] = ()) -> list[RunInfo]:
    """The runs kept in a folder and ``elsewhere``, newest first; unreadable ones with the reason."""
    inside = folder.iterdir() if folder.is_dir() else ()
    # A folder that something else made, or that is gone, is not ours to list.
    found = [_info(path) for path in (*inside, *elsewhere) if path.is_dir() and RunFolder(path).exists()]
    return sorted(found, key=lambda run: (run.started, run.name), reverse=True)


def _info(path: Path) -> RunInfo:
    run = RunFolder(path)
    try:
        config = run.config()
        return RunInfo(
            path,
            path.name,
            set_name=config["set"]["name"],
            set_hash=config["set"]["hash"],
            started=config["started"],
            finished=config.get("finished"),
            cases=config["cases"],
            summary=run.summary(),
            running=not config.get("finished") and run.busy(),
        )
    except InvalidRun as error:
        return RunInfo(path, path.name, problem=message_of(error))
