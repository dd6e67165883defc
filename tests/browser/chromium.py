"""A real page for tests and pictures: the server in a process of its own, a Chromium that calls nobody."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.servers import free_port

ROOT = Path(__file__).parents[2]
STARTED_WITHIN = 240.0  # seconds, indexing the shipped document included; a loaded machine is slow
WAIT = 90_000  # milliseconds that a page may take to show what is expected of it
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def page_server(data_dir: Path, port: int | None = None) -> Iterator[str]:
    """The URL of the page over a data folder of its own, served as ``make run`` does."""
    port = port or free_port()
    command = [sys.executable, "-m", "assistant", "serve", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    environment |= {"KNOWLEDGE_DATA_DIR": str(data_dir), "OMP_NUM_THREADS": "2"}
    log = data_dir.with_name(f"{data_dir.name}.log").open("w")
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + STARTED_WITHIN
        while not _answers(f"{url}/_stcore/health"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the page did not start: {Path(log.name).read_text()}")
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()
        log.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The installed Chromium with an empty profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), headless=True, args=list(FLAGS)
        )
        yield browser
        browser.close()


def open_chat(page: Page, url: str) -> None:
    """Opens the page and waits for its question box."""
    page.goto(url, wait_until="commit")
    question_box(page).wait_for(timeout=WAIT)


def question_box(page: Page) -> Locator:
    """The box that questions are typed into."""
    return page.get_by_test_id("stChatInputTextArea")


def ask(page: Page, question: str, complete: str = "How this was answered") -> Locator:
    """Asks, waits for the answer to be ``complete``, as the page says it, and gives its turn."""
    before = turns(page).count()
    box = question_box(page)
    box.fill(question)
    box.press("Enter")
    turn = turns(page).nth(before)
    turn.get_by_text(complete).wait_for(timeout=WAIT)
    return turn


def turns(page: Page) -> Locator:
    """The turns of the conversation that is shown."""
    return page.locator('[class*="st-key-turn-"]')


def panel(page: Page) -> Locator:
    """The source panel."""
    return page.locator(".st-key-source")


def _answers(url: str) -> bool:
    with suppress(OSError), urlopen(url, timeout=5):
        return True
    return False
