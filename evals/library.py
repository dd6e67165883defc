"""The sets that one can choose: those that ship, and one's own, which grow by a case from the chat."""

import contextlib
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from evals.cases import load, no_case, not_utf8, parse, to_json
from evals.errors import InvalidSet
from evals.runs import cannot_write, write_atomically
from evals.types import EvalCase, EvalSet
from knowledge.messages import Message

SHIPPED = Path(__file__).parent / "sets"
SUFFIXES = (".jsonl", ".csv")
MAX_BYTES = 100_000_000
"""Of an uploaded set: 50,000 cases with long quotes take about half."""
_NAME = re.compile(r"[\w][\w .()-]{0,80}")


def own_folder(data_dir: Path) -> Path:
    """Where one's own sets lie."""
    return data_dir / "sets"


def known_sets(data_dir: Path) -> dict[str, Path]:
    """Sets by name: one's own first, then those that ship."""
    found: dict[str, Path] = {}
    for folder in (own_folder(data_dir), SHIPPED):
        for path in _sets_of(folder):
            found.setdefault(path.stem, path)
    return found


def import_folder(name: str, data_dir: Path) -> Path:
    """Where an import of that name is kept. Raises InvalidSet when another set of one's own has the name."""
    return _free(own_folder(data_dir) / name / f"{name}.jsonl", data_dir).parent


def growing_sets(data_dir: Path) -> dict[str, Path]:
    """One's own sets that cases can be added to: no CSVs, and no imports, which have their own documents."""
    own = own_folder(data_dir)
    return {name: path for name, path in known_sets(data_dir).items() if path == own / f"{name}.jsonl"}


def _sets_of(folder: Path) -> Iterator[Path]:
    """The sets that lie in a folder, or in a folder of their own name within it, as imports do."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        inside = path / f"{path.name}.jsonl"
        if inside.is_file():
            yield inside
        elif path.suffix in SUFFIXES:
            yield path


def read_upload(name: str, data: bytes) -> EvalSet:
    """An uploaded set as it would be kept, checked but not written. Raises InvalidSet."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        told = "{name} is not a set: sets end in {first} or {second}."
        raise InvalidSet(Message("evals.no_set", told, name=name, first=SUFFIXES[0], second=SUFFIXES[1]))
    if len(data) > MAX_BYTES:
        told = "{name} has {size} MB; sets of up to {most} MB fit."
        size, most = len(data) // 1_000_000, MAX_BYTES // 1_000_000
        raise InvalidSet(Message("evals.set_too_many_bytes", told, name=name, size=size, most=most))
    try:
        cases, problems = parse(data.decode("utf-8-sig"), csv_format=suffix == ".csv")
    except UnicodeDecodeError as error:
        raise not_utf8(name) from error
    if not cases:
        raise no_case(name, problems)
    digest = hashlib.sha256(data).hexdigest()
    return EvalSet(Path(name).stem, Path(name), digest, tuple(cases), tuple(problems))


def keep_upload(name: str, data: bytes, data_dir: Path) -> Path:
    """Keeps an uploaded set among one's own. Raises InvalidSet, also when another set has its name."""
    evalset = read_upload(name, data)
    path = _own_path(evalset.name, Path(name).suffix.lower(), data_dir)
    if path.exists() and path.read_bytes() != data:
        raise _name_taken(evalset.name)
    write_atomically(path, data.decode("utf-8-sig"))
    return path


def append_case(name: str, case: EvalCase, data_dir: Path) -> EvalCase:
    """Adds a case to one's own set of that name, begun if it is new, under an id of its own.

    Raises InvalidSet for a name that no file can have or that another set has, CannotWrite.
    """
    path = _own_path(name, ".jsonl", data_dir)
    with _locked(path):
        lines = _lines(path)
        taken = {known.id for known in parse("\n".join(lines))[0]}
        new = _with_own_id(case, taken)
        write_atomically(path, "\n".join([*lines, to_json(new)]) + "\n")
    return new


def remove_case(name: str, identity: str, data_dir: Path) -> bool:
    """Undoes ``append_case``, which may have begun the set; False when the case was not there any more.

    Raises InvalidSet, CannotWrite.
    """
    path = _own_path(name, ".jsonl", data_dir)
    with _locked(path):
        lines = _lines(path)
        kept = [line for line in lines if not _is(line, identity)]
        if kept == lines:
            return False
        if kept:
            write_atomically(path, "".join(f"{line}\n" for line in kept))
        else:
            _delete(path)
    return True


def load_known(name: str, data_dir: Path) -> EvalSet:
    """The set of that name. Raises InvalidSet."""
    path = known_sets(data_dir).get(name)
    if path is None:
        told = "There is no set called {name} any more; choose another."
        raise InvalidSet(Message("evals.set_gone", told, name=name))
    return load(path)


def _delete(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise cannot_write(path, error) from error


def _is(line: str, identity: str) -> bool:
    cases, _ = parse(line)
    return bool(cases) and cases[0].id == identity


def _lines(path: Path) -> Sequence[str]:
    """The lines of a set as they are, broken ones included: nothing of the user's is dropped."""
    try:
        return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        told = "The set {name} cannot be read: {reason}."
        raise InvalidSet(Message("evals.set_unreadable", told, name=path.name, reason=error)) from error


def _with_own_id(case: EvalCase, taken: set[str]) -> EvalCase:
    stem = case.id or case.kind or "case"
    numbered = (f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return replace(case, id=next(identity for identity in numbered if identity not in taken))


def _own_path(name: str, suffix: str, data_dir: Path) -> Path:
    """The file of one's own set of that name. Raises InvalidSet for a name that it cannot have."""
    if not _NAME.fullmatch(name):
        told = "“{name}” cannot be the name of a set: use letters, digits, spaces and hyphens."
        raise InvalidSet(Message("evals.odd_set_name", told, name=name[:80]))
    return _free(own_folder(data_dir) / f"{name}{suffix}", data_dir)


def _free(path: Path, data_dir: Path) -> Path:
    """The path of a set, when no other of one's own has its name: one would hide the other."""
    if any(other.stem == path.stem and other != path for other in _sets_of(own_folder(data_dir))):
        raise _name_taken(path.stem)
    return path


def _name_taken(name: str) -> InvalidSet:
    told = "There is another set called {name}; choose another name."
    return InvalidSet(Message("evals.set_name_taken", told, name=name))


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=10)
        lock.acquire()
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        yield
    finally:
        lock.release()
