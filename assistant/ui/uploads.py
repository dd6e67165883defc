"""Files given on the Sources page: added one after the other, each with its own report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Gauge:
    """How far one file is, 0..1: written by the thread that reads it, looked at by the page."""

    part: float = 0.0

    def __call__(self, _what: str, done: int, total: int) -> None:
        """Takes a report of progress as KnowledgeBase gives them."""
        self.part = done / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the files are: ``reports`` of those that are done, ``name`` of the one being read."""

    total: int
    name: str = ""
    reports: tuple[FileReport, ...] = ()
    gauge: Gauge = field(default_factory=Gauge)

    @property
    def share(self) -> float:
        """The share of the work that is done, 0..1."""
        return min((len(self.reports) + self.gauge.part) / self.total, 1.0)


def add_all(
    knowledge: Callable[[], "KnowledgeBase"], files: Sequence[Upload], cancelled: Callable[[], bool]
) -> Iterator[Progress]:
    """Adds the files; a file that cannot be read gets a report that says why, and the others go on."""
    reports: list[FileReport] = []
    for file in files:
        if cancelled():
            return
        progress = Progress(len(files), file.name, tuple(reports))
        yield progress
        reports.append(_add(knowledge, file, progress.gauge))
    yield Progress(len(files), reports=tuple(reports))


def _add(knowledge: Callable[[], "KnowledgeBase"], file: Upload, gauge: Gauge) -> FileReport:
    try:
        return knowledge().add_bytes(file.name, file.data, gauge)
    except KnowledgeError as error:
        return FileReport(file.name, "failed", error=str(error))
