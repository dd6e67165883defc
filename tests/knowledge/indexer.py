"""A process that indexes on demand, to be killed: ``python -m tests.knowledge.indexer``.

Each line of its input is a data folder and a documents folder; each is synced by a child of its own, forked
after the slow imports, whose process id is printed first and whose end is printed second.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings


class Indexer:
    """The process as its tests see it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self, data: Path, documents: Path) -> int:
        """Begins to sync; the id of the process that does."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{data}\t{documents}\n")
        self._process.stdin.flush()
        return int(self._line())

    def wait(self) -> int:
        """The exit status of the process that was started last; -9 when it was killed."""
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def indexer() -> Iterator[Indexer]:
    """An indexer, ended with the block."""
    command = [sys.executable, "-m", "tests.knowledge.indexer"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Indexer(process)
        finally:
            process.kill()


def main() -> None:
    """Serve until the input ends."""
    import bm25s  # noqa: F401 - what a child would import is imported once
    import langchain_chroma  # noqa: F401

    for line in sys.stdin:
        data, documents = map(Path, line.rstrip("\n").split("\t"))
        child = os.fork()
        if child == 0:
            KnowledgeBase(KnowledgeSettings(data_dir=data, documents_dir=documents)).sync()
            os._exit(0)
        _say(child)
        _say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
