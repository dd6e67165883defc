"""The folders that documents come from: which files are there, and putting one there in one step."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import StoreUnavailable, UnreadableFile
from knowledge.messages import Message

_LONGEST_NAME = 200  # bytes; file systems take 255, and a temporary name is a little longer
_INCOMING = ".new-"
_ABANDONED = 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class File:
    """A file to index; ``stamp`` changes when it is written, ``problem`` says why it cannot be used."""

    name: str
    path: Path
    source: str
    stamp: str = ""
    problem: str | None = None


def found(folder: Path, source: str, name: str | None = None) -> Iterator[File]:
    """The files below a folder, all or of one name, in the order of their paths, hidden ones left out.

    Documents are known by their file's name, so the second of the same name has a problem, as has a link
    that leads out of the folder. Raises StoreUnavailable.
    """
    seen: dict[str, Path] = {}
    try:
        paths = sorted(path for path in folder.rglob("*") if not _hidden(path.relative_to(folder)))
        for path in paths:
            if name not in (None, path.name) or not path.is_file():
                continue
            problem = None
            if not path.resolve().is_relative_to(folder.resolve()):
                told = "{name}: the link leads out of the folder {folder}."
                problem = Message("knowledge.link_outside", told, name=path.name, folder=folder)
            elif path.name in seen:
                told = "{path}: {other} has the same name; rename one of the two."
                problem = Message("knowledge.same_name", told, path=path, other=seen[path.name])
            seen.setdefault(path.name, path)
            yield File(path.name, path, source, stamp(path), problem)
    except OSError as error:
        told = "The folder {folder} cannot be read ({reason})."
        raise StoreUnavailable(
            Message("knowledge.folder_unreadable", told, folder=folder, reason=error.strerror)
        ) from error


def below(folder: Path, inner: str) -> Path:
    """The folder of that path below another; that one itself where the path leads out or is hidden."""
    place = folder / inner
    within = place.resolve().is_relative_to(folder.resolve())
    return place if within and not _hidden(Path(inner)) else folder


def find(folder: Path, name: str) -> Path | None:
    """The file below a folder that is the document of that name; None: there is none."""
    return next((file.path for file in found(folder, "", name) if file.problem is None), None)


def stamp(path: Path) -> str:
    """Size and time of last change of a file: the same stamp, the same content."""
    status = path.stat()
    return f"{status.st_size}:{status.st_mtime_ns}"


def checked_name(name: str) -> str:
    """The name, if a file in a folder can have it. Raises UnreadableFile: paths, hidden and endless names."""
    plain = name.strip()
    if not plain or plain != Path(plain).name or "\\" in plain or plain.startswith("."):
        told = "“{name}” is not a file name: give a name without a folder or a leading point."
        raise UnreadableFile(Message("knowledge.no_file_name", told, name=name))
    if not plain.isprintable() or len(plain.encode(errors="replace")) > _LONGEST_NAME:
        told = "“{name}…” cannot be a file name: it is too long or not printable."
        raise UnreadableFile(Message("knowledge.odd_file_name", told, name=plain[:60]))
    return plain


@contextmanager
def incoming(folder: Path, name: str, content: Path | bytes, max_mb: int) -> Iterator[Path]:
    """A copy under its own name in a hidden folder beside its destination, gone at the end.

    Raises UnreadableFile when the content cannot be read or is too large, StoreUnavailable when the copy
    cannot be written.
    """
    size = len(content) if isinstance(content, bytes) else _size(content)
    if size > max_mb * 1_000_000:
        raise UnreadableFile(too_large(name, size, max_mb))
    with _writes(folder):
        folder.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=folder))
    try:
        copy = hidden / name
        with _writes(folder):
            if isinstance(content, bytes):
                copy.write_bytes(content)
            else:
                shutil.copyfile(content, copy)
        yield copy
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def clear_incoming(folder: Path) -> None:
    """Deletes the copies that a killed process left an hour ago or earlier."""
    for hidden in folder.rglob(f"{_INCOMING}*"):
        if time.time() - hidden.stat().st_mtime > _ABANDONED:
            shutil.rmtree(hidden, ignore_errors=True)


def _size(path: Path) -> int:
    try:
        with path.open("rb"):
            return path.stat().st_size
    except OSError as error:
        raise UnreadableFile(cannot_open(path, error)) from error


def too_large(name: str, size: int, max_mb: int) -> Message:
    """That a file of so many bytes is not read."""
    told = "{name}: the file has {size} MB; files up to {most} MB are read."
    return Message("knowledge.file_large", told, name=name, size=round(size / 1e6), most=max_mb)


def cannot_open(name: str | Path, error: OSError) -> Message:
    """That a file cannot be opened, and the system's reason."""
    told = "{name}: the file cannot be opened ({reason})."
    return Message("knowledge.file_closed", told, name=name, reason=error.strerror or error)


def put(copy: Path, folder: Path) -> Path:
    """Moves an incoming copy to its place, over an older one. Raises StoreUnavailable."""
    with _writes(folder):
        return copy.replace(folder / copy.name)


def delete(path: Path) -> None:
    """Deletes a file that may be gone already. Raises StoreUnavailable."""
    with _writes(path.parent):
        path.unlink(missing_ok=True)


@contextmanager
def _writes(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            Message(
                "knowledge.folder_unwritable",
                "The folder {folder} cannot be written ({reason}). Free some space or make it writable, "
                "and try again; nothing was lost.",
                folder=folder,
                reason=error.strerror or error,
            )
        ) from error


def _hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)
