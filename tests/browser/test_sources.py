from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.chromium import WAIT, ask, panel

FACT = "The Zuiderzee archive holds 4,711 sealed letters of the painter Adriaan Vermeulen."
DOCUMENT = f"Archive\n\nThe archive opened in 1931.\n\nLetters\n\n{FACT} They may be read on Tuesdays.\n"


def _open_sources(page: Page) -> None:
    page.get_by_role("link", name="Sources").click()
    page.get_by_role("heading", name="Sources").wait_for(timeout=WAIT)


def _upload(page: Page, *files: Path) -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(list(files))


def test_the_text_is_shown_by_section_and_searched(page: Page) -> None:
    _open_sources(page)
    tree = page.get_by_role("tree", name="Sections")
    expect(tree.get_by_role("treeitem")).to_have_count(6)
    tree.get_by_role("treeitem", name="Multi-Stakeholder Forum").click()
    text = page.locator(".st-key-text")
    expect(text.locator(".body")).to_contain_text("Non-state actors such as technology companies")
    page.get_by_role("textbox", name="Search in this document").fill("Belgium is actively")
    expect(text.locator("mark strong")).to_have_text("Belgium is actively")
    expect(text.locator("mark strong")).to_be_in_viewport()
    page.get_by_role("textbox", name="Search in this document").fill("cyberspace")
    expect(text.locator(".count")).to_contain_text("Match 1 of")
    text.get_by_role("button", name="Next").click()
    expect(text.locator(".count")).to_contain_text("Match 2 of")


def test_a_document_is_added_asked_removed_and_brought_back(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "archive.txt"
    file.write_text(DOCUMENT)
    _open_sources(page)
    _upload(page, file)
    expect(page.get_by_text("archive.txt — added")).to_be_visible(timeout=WAIT)
    page.get_by_role("link", name="Chat").click()
    turn = ask(page, "How many sealed letters of Adriaan Vermeulen does the Zuiderzee archive hold?")
    expect(turn.locator("blockquote").first).to_contain_text("4,711")
    _open_sources(page)
    page.get_by_role("tree", name="Sources").get_by_role("treeitem", name="archive.txt").click()
    expect(page.locator(".st-key-text .body")).to_contain_text("opened in 1931")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("link", name="Chat").click()
    turn.locator(".chip").first.click()
    expect(panel(page).locator(".message")).to_contain_text("archive.txt cannot be found among the documents")
    _open_sources(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".st-key-text .body")).to_contain_text("opened in 1931")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


PRICES = """# Line 7

## Fares

Valid from March.

| Ticket | Price |
| --- | --- |
| Day pass | 7 euros and `<b>20</b>` cents |
| Monthly pass | 54 euros |

## Chapter

### Article 1

Dogs travel free of charge.
"""


def test_a_document_opens_at_its_text_with_tables_and_its_messages_leave_with_it(
    page: Page, tmp_path: Path
) -> None:
    file, bad = tmp_path / "line-7.md", tmp_path / "bad.pdf"
    file.write_text(PRICES)
    bad.write_bytes(b"%PDF-1.4 nothing")
    _open_sources(page)
    _upload(page, file, bad)
    expect(page.get_by_text("line-7.md — added")).to_be_visible(timeout=WAIT)
    expect(page.get_by_test_id("stAlert").filter(has_text="bad.pdf — the PDF is damaged")).to_be_visible()
    page.get_by_role("tree", name="Sources").get_by_role("treeitem", name="line-7.md").click()
    text, tree = page.locator(".st-key-text"), page.get_by_role("tree", name="Sections")
    expect(text.locator(".body")).to_contain_text("Valid from March.")
    expect(tree.get_by_role("treeitem", name="Fares")).to_have_attribute("aria-selected", "true")
    expect(tree.locator(".detail")).to_have_count(0)
    expect(text.locator("td")).to_have_text(
        [
            "Ticket | ",
            "Price\n",
            "Day pass | ",
            "7 euros and <b>20</b> cents\n",
            "Monthly pass | ",
            "54 euros",
        ],
        use_inner_text=False,
    )
    page.get_by_role("textbox", name="Search in this document").fill("54 euros")
    expect(text.locator("td mark strong")).to_have_text("54 euros")
    page.get_by_role("textbox", name="Search in this document").fill("")
    tree.get_by_role("treeitem", name="Chapter").click()
    expect(text.locator(".body")).to_contain_text("Dogs travel free of charge.")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Removed: Line 7")).to_be_visible()
    expect(page.get_by_text("line-7.md — added")).to_have_count(0)
    expect(page.get_by_test_id("stAlert").filter(has_text="bad.pdf")).to_be_visible()


def test_on_a_phone_what_is_chosen_is_brought_into_view(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.url.split("?")[0].rstrip("/") + "/sources")
    tree = page.get_by_role("tree", name="Sections")
    tree.get_by_role("treeitem", name="Multi-Stakeholder Forum").click()
    text = page.locator(".st-key-text")
    expect(text.get_by_role("heading")).to_have_text("Multi-Stakeholder Forum")
    expect(text.get_by_role("heading")).to_be_in_viewport()
    expect(text.get_by_text("Non-state actors such as technology companies")).to_be_in_viewport()
    tree.get_by_role("treeitem", name="Multi-Stakeholder Forum").click()
    expect(text.get_by_role("heading")).to_be_in_viewport()


def test_files_that_cannot_be_read_are_named_with_the_reason(page: Page, tmp_path: Path) -> None:
    empty, unknown = tmp_path / "empty.txt", tmp_path / "picture.xyz"
    empty.write_bytes(b"")
    unknown.write_bytes(b"\x00\x01\x02")
    _open_sources(page)
    _upload(page, empty, unknown)
    alerts = page.get_by_test_id("stAlert")
    expect(alerts).to_have_count(2, timeout=WAIT)
    expect(alerts.filter(has_text="empty.txt")).to_have_count(1)
    expect(alerts.filter(has_text="picture.xyz")).to_have_count(1)


def test_markup_in_a_document_a_file_name_and_a_question_never_runs(page: Page, tmp_path: Path) -> None:
    evil = "<img src=x onerror=\"window.ran='yes'\"><script>window.ran='yes'</script>"
    file = tmp_path / "<img src=x onerror=window.ran=1> [x](javascript:alert(1)) $a$.txt"
    file.write_text(f"Gardens {evil}\n\nThe Hortus Quibus garden grows 93 kinds of fern. {evil}\n")
    _open_sources(page)
    _upload(page, file)
    expect(page.get_by_text("— added")).to_be_visible(timeout=WAIT)
    page.get_by_role("tree", name="Sources").get_by_role("treeitem", name="Gardens").click()
    expect(page.locator(".st-key-text .body")).to_contain_text("<script>window.ran='yes'</script>")
    page.get_by_role("link", name="Chat").click()
    turn = ask(page, f"How many kinds of fern does the Hortus Quibus garden grow? {evil}")
    expect(turn.locator(".asked")).to_contain_text("<script>")
    turn.get_by_text("How this was answered").click()
    page.wait_for_timeout(500)
    sources = turn.locator(".chip, .near")
    sources.first.click()
    expect(panel(page).locator("mark")).to_be_visible()
    assert page.evaluate("window.ran") is None
    assert page.locator("a[href^='javascript']").count() == 0
    _open_sources(page)
    page.get_by_role("tree", name="Sources").get_by_role("treeitem", name="Gardens").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
