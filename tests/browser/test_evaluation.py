"""The Evaluation page in a real browser: run a set, open a failure, compare two runs, save from the chat."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from evals.library import load_known
from tests.browser.chromium import WAIT, ask, open_chat

QUOTE = "The OSCE focuses on the development of confidence-building measures"
CASES = [
    {
        "id": "good",
        "question": "Which body develops confidence-building measures for cyberspace?",
        "kind": "who",
        "answerable": True,
        "gold_sections": ["Organisation for Security and Cooperation in Europe (OSCE)"],
        "gold_quotes": [QUOTE],
    },
    {
        "id": "bad",
        "question": "Which body develops confidence-building measures?",
        "kind": "<b>odd</b>",
        "answerable": True,
        "facts": [["the Moon landing"]],
        "gold_quotes": [QUOTE],
    },
]


@pytest.fixture
def small(data_dir: Path, tmp_path: Path) -> Path:
    path = tmp_path / "small.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case in CASES))
    return path


def evaluation(page: Page, url: str) -> None:
    page.goto(f"{url}/evaluation")
    page.get_by_role("button", name="Start", exact=True).wait_for()


def finished(page: Page) -> None:
    """Starts the chosen set and waits for its end."""
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("The run is finished.")).to_be_visible(timeout=4 * WAIT)


def view(page: Page, name: str) -> None:
    """Goes to another part of the page."""
    page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()


def case_named(page: Page, question: str) -> Locator:
    return page.locator('[class*="st-key-case-"]').filter(has_text=question)


def test_a_small_set_is_run_read_and_compared(page: Page, url: str, small: Path) -> None:
    evaluation(page, url)
    page.locator('input[type="file"]').set_input_files(small)
    expect(page.get_by_text("Cases: 2. Nothing is wrong with them.")).to_be_visible()
    finished(page)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_text("Download the report")).to_be_visible()

    failure = case_named(page, CASES[1]["question"]).first
    expect(failure).to_contain_text(re.compile("wrongly refused|not picked|not said"))
    failure.locator("summary").click()
    expect(failure.get_by_text("the Moon landing")).to_be_visible()
    expect(failure.locator("blockquote.gold")).to_have_text(QUOTE)
    expect(failure.locator("b", has_text="odd")).to_have_count(0)

    view(page, "Run a set")
    finished(page)
    view(page, "Compare")
    expect(page.get_by_text("No difference that chance would not explain.").first).to_be_visible()


def test_a_second_tab_is_answered_while_a_set_runs(page: Page, url: str, tmp_path: Path) -> None:
    long = tmp_path / "long.jsonl"
    many = [
        CASES[0] | {"id": str(i), "question": f"{CASES[0]['question'][:-1]} no. {i}?"} for i in range(400)
    ]
    long.write_text("".join(json.dumps(case) + "\n" for case in many))
    evaluation(page, url)
    page.locator('input[type="file"]').set_input_files(long)
    expect(page.get_by_text("Cases: 400. Nothing is wrong with them.")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text(re.compile(r"[1-9]\d* of 400 answered"))).to_be_visible()

    other = page.context.new_page()
    open_chat(other, url)
    turn = ask(other, "What does the OSCE focus on?")
    expect(turn).to_contain_text("confidence-building")
    expect(page.get_by_text(re.compile(r"\d+ of 400 answered"))).to_be_visible()  # it goes on meanwhile

    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("The run was stopped; what was answered is kept.")).to_be_visible()
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()


def test_a_broken_set_is_told_line_by_line(page: Page, url: str, tmp_path: Path) -> None:
    evaluation(page, url)
    broken = tmp_path / "broken.jsonl"
    broken.write_text(json.dumps(CASES[0] | {"gold_sections": ["<i>Mars</i>"]}) + '\n{"id": \n')
    page.locator('input[type="file"]').set_input_files(broken)
    expect(page.get_by_text("Cases that can be run: 1. Remarks: 2")).to_be_visible()
    expect(page.get_by_text("line 2: not JSON")).to_be_visible()
    expect(page.get_by_text("<i>Mars</i>")).to_be_visible()


def test_an_answer_is_saved_as_a_test_case_and_taken_back(page: Page, data_dir: Path) -> None:
    turn = ask(page, "Is cyberspace a matter for NATO?")
    turn.get_by_text("Save as test case").click()
    turn.get_by_role("button", name="Save", exact=True).click()
    expect(turn.get_by_text("in My questions.")).to_be_visible()
    (case,) = load_known("My questions", data_dir).cases
    assert case.question == "Is cyberspace a matter for NATO?"
    turn.get_by_role("button", name="Undo").click()
    expect(turn.get_by_text("in My questions.")).to_be_hidden()
    assert not (data_dir / "sets" / "My questions.jsonl").exists()
