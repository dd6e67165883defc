"""Pictures of every page, wide and on a phone, light and dark: ``python -m tests.browser.screenshots``."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.chromium import WAIT, ask, chromium, open_chat, page_server, panel

SIZES = {"desktop": (1280, 860), "phone": (390, 844)}
SETTLED = 700  # milliseconds for fonts, icons and the answer's fading in


def main(folder: Path) -> None:
    """Starts the page over a data folder of its own and takes all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        page_server(Path(data) / "data") as url,
        chromium() as browser,
    ):
        for name, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                _take(browser, url, folder, f"{name}-{scheme}", width, height, scheme)


def _take(browser: Browser, url: str, folder: Path, name: str, width: int, height: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
        device_scale_factor=1,
    )
    context.set_default_timeout(WAIT)
    page = context.new_page()

    def shoot(what: str) -> None:
        page.wait_for_timeout(SETTLED)
        page.screenshot(path=folder / f"{what}-{name}.png")

    open_chat(page, url)
    for step in (_welcome, _answer, _details, _abstention, _sources):
        step(page, shoot)
    context.close()


def _welcome(page: Page, shoot: Callable[[str], None]) -> None:
    page.get_by_role("button", name="What does").first.wait_for()
    shoot("welcome")


def _answer(page: Page, shoot: Callable[[str], None]) -> None:
    turn = ask(page, "In which year did NATO recognise cyberspace as an operational domain?")
    shoot("answer")
    turn.locator(".chip").first.click()
    panel(page).locator("mark").wait_for()
    shoot("chat")
    page.keyboard.press("Escape")
    panel(page).wait_for(state="detached")
    turn.locator(".chip").first.hover()
    shoot("hover")


def _details(page: Page, shoot: Callable[[str], None]) -> None:
    page.get_by_text("How this was answered").last.click()
    page.get_by_text("Passages found").wait_for()
    shoot("details")


def _abstention(page: Page, shoot: Callable[[str], None]) -> None:
    ask(page, "Who won the football world cup of 1998?")
    shoot("abstention")


def _sources(page: Page, shoot: Callable[[str], None]) -> None:
    page.goto(page.url.split("?")[0].rstrip("/") + "/sources")
    page.locator(".st-key-text .body").wait_for()
    shoot("sources")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
