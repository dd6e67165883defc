"""A process that indexes on demand, to be killed: ``python -m tests.knowledge.indexer``.

Each line of its input is a data folder, a documents folder and after how many seconds to kill (or nothing);
a child of its own, forked after the slow imports, syncs them, and its exit status is printed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings


class Indexer:
    """The process as its tests see it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self, data: Path, documents: Path, kill_after: float | None = None) -> None:
        """Begins to sync."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{data}\t{documents}\t{kill_after or ''}\n")
        self._process.stdin.flush()

    def wait(self) -> int:
        """The exit status of what was started last; -9 when it was killed before its end."""
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


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
        data, documents, kill_after = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            settings = KnowledgeSettings(data_dir=Path(data), documents_dir=Path(documents))
            KnowledgeBase(settings).sync()
            os._exit(0)
        if kill_after:
            time.sleep(float(kill_after))
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
