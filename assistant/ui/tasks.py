"""Work that goes on while pages are redrawn: a thread consumes an iterable, anyone may look at its items."""

import threading
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")

KEPT = 50  # ended tasks that nobody forgot; older ones are dropped, so that memory does not grow


class Task(Generic[Item]):
    """One iterable consumed in a thread of its own.

    ``work`` gets a function that says whether the task was cancelled, and yields what the page may show.
    It outlives the page that started it: a click, a reload or a closed browser does not end it.
    """

    def __init__(self, work: Callable[[Callable[[], bool]], Iterable[Item]]) -> None:
        self._items: list[Item] = []
        self._cancelled = threading.Event()
        self._done = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Callable[[], bool]], Iterable[Item]]) -> None:
        try:
            for item in work(self._cancelled.is_set):
                self._items.append(item)
        except BaseException as error:  # noqa: BLE001 - kept, and raised again by whoever asks for the result
            self._error = error
        finally:
            self._done.set()

    @property
    def items(self) -> tuple[Item, ...]:
        """What the work has yielded so far."""
        return tuple(self._items)

    @property
    def done(self) -> bool:
        """Whether the work has ended: finished, failed or cancelled."""
        return self._done.is_set()

    @property
    def error(self) -> BaseException | None:
        """What the work raised, if it did."""
        return self._error

    @property
    def cancelled(self) -> bool:
        """Whether someone asked the work to stop."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Asks the work to stop at its next opportunity."""
        self._cancelled.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Waits for the end, at most so many seconds; says whether the work has ended."""
        return self._done.wait(seconds)


class Tasks(Generic[Item]):
    """The running tasks of this process by name; the last that ended stay until they are forgotten."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task[Item]] = {}
        self._lock = threading.Lock()

    def start(self, name: str, work: Callable[[Callable[[], bool]], Iterable[Item]]) -> Task[Item]:
        """Starts work under a name; the same name, while running, gives the task that runs already."""
        with self._lock:
            running = self._tasks.get(name)
            if running is not None and not running.done:
                return running
            self._drop_oldest()
            task = Task(work)
            self._tasks[name] = task
            return task

    def _drop_oldest(self) -> None:
        ended = [name for name, task in self._tasks.items() if task.done]
        for name in ended[:-KEPT]:
            del self._tasks[name]

    def get(self, name: str) -> Task[Item] | None:
        """The task of that name, running or ended."""
        return self._tasks.get(name)

    def running(self) -> frozenset[str]:
        """The names of the tasks that have not ended. What such a task stores may not be stored yet."""
        with self._lock:
            return frozenset(name for name, task in self._tasks.items() if not task.done)

    def forget(self, name: str) -> None:
        """Drops an ended task; a running one is kept."""
        with self._lock:
            task = self._tasks.get(name)
            if task is not None and task.done:
                del self._tasks[name]
