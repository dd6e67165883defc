"""Files given on the Sources page: added one after the other, each with its own report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.errors import KnowledgeError
from knowledge.types import FileReport

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the browser gave it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the files are: ``reports`` of those that are done, ``name`` of the one being read."""

    done: int
    total: int
    name: str
    reports: tuple[FileReport, ...] = ()


def add_all(
    knowledge: Callable[[], "KnowledgeBase"], files: Sequence[Upload], cancelled: Callable[[], bool]
) -> Iterator[Progress]:
    """Adds the files; a file that cannot be read gets a report that says why, and the others go on."""
    reports: list[FileReport] = []
    for number, file in enumerate(files):
        if cancelled():
            return
        yield Progress(number, len(files), file.name, tuple(reports))
        reports.append(_add(knowledge, file))
    yield Progress(len(files), len(files), "", tuple(reports))


def _add(knowledge: Callable[[], "KnowledgeBase"], file: Upload) -> FileReport:
    try:
        return knowledge().add_bytes(file.name, file.data)
    except KnowledgeError as error:
        return FileReport(file.name, "failed", error=str(error))
