"""Files given on the Sources page: added one after the other, each with its own report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from knowledge.errors import KnowledgeError
from knowledge.messages import message_of
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
    """How far the files are: ``reports`` of those that are done, ``name`` of the one being read.

    ``replaced`` are the earlier files of the same names, to be added again when it is undone.
    """

    total: int
    name: str = ""
    reports: tuple[FileReport, ...] = ()
    replaced: tuple[Upload, ...] = ()
    gauge: Gauge = field(default_factory=Gauge)

    @property
    def share(self) -> float:
        """The share of the work that is done, 0..1."""
        return min((len(self.reports) + self.gauge.part) / self.total, 1.0)


def add_all(
    knowledge: Callable[[], "KnowledgeBase"], files: Sequence[Upload], cancelled: Callable[[], bool]
) -> Iterator[Progress]:
    """Adds the files; a file that cannot be read gets a report that says why, and the others go on.

    A file may replace one that was there before, none that was given with it.
    """
    progress = Progress(len(files))
    for file in files:
        if cancelled():
            return
        progress = replace(progress, name=file.name, gauge=Gauge())
        yield progress
        progress = _with(knowledge, file, progress)
    yield replace(progress, name="", gauge=Gauge())


def _with(knowledge: Callable[[], "KnowledgeBase"], file: Upload, progress: Progress) -> Progress:
    """The progress when the file has been added, or could not be."""
    added = {report.name for report in progress.reports if report.status != "failed"}
    earlier = None
    try:
        earlier = knowledge().original(file.name)
        report = knowledge().add_bytes(
            file.name, file.data, progress.gauge, may_replace=file.name not in added
        )
    except KnowledgeError as error:
        report = FileReport(file.name, "failed", error=message_of(error))
    replaced = [Upload(file.name, earlier)] if report.status == "replaced" and earlier is not None else []
    return replace(progress, reports=(*progress.reports, report), replaced=(*progress.replaced, *replaced))
