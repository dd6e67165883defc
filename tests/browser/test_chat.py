from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import WAIT, ask, open_chat, panel, question_box, turns

OSCE = "What does the OSCE focus on?"
QUOTE = (
    "The OSCE focuses on the development of confidence-building measures between participating states in the"
    " field of cyberspace and cyber security."
)
SECTION = "Organisation for Security and Cooperation in Europe (OSCE)"


def test_a_quick_answer_is_never_shown_as_lost(page: Page) -> None:
    for _ in range(8):
        turn = ask(page, "thanks")
        expect(turn.get_by_role("button", name="Ask again")).to_have_count(0)
        expect(turn.locator(".reply")).to_contain_text("welcome")


def test_a_citation_opens_the_source_at_the_exact_words(page: Page) -> None:
    turn = ask(page, OSCE)
    chip = turn.get_by_role("button", name="Citation 1").first
    chip.hover()
    expect(turn.locator(".card .words")).to_have_text(QUOTE)
    expect(turn.locator(".card .where")).to_contain_text(SECTION)
    chip.click()
    source = panel(page)
    expect(source.locator("mark")).to_have_text(QUOTE)
    expect(source.locator("mark")).to_be_in_viewport()
    expect(source.get_by_role("heading")).to_have_text(SECTION)
    expect(source).to_contain_text("cyber-diplomacy.txt")
    source.get_by_role("button", name="Copy as reference").click()
    expect(source.get_by_role("status")).to_have_text("Copied")
    page.keyboard.press("Escape")
    expect(source).to_have_count(0)
    expect(turns(page)).to_have_count(1)
    expect(chip).to_be_focused()


def test_the_panel_goes_from_citation_to_citation_and_scrolls(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    turn = ask(page, "What does the document say about the multi-stakeholder forum?")
    chips = turn.locator(".chip")
    assert chips.count() >= 2
    chips.first.click()
    source = panel(page)
    expect(source.get_by_role("button", name="Previous")).to_be_disabled()
    for number in range(2, chips.count() + 1):
        source.get_by_role("button", name="Next").click()
        expect(source.locator(".count")).to_have_text(f"Citation {number} of {chips.count()}")
        expect(source.locator("mark")).to_be_in_viewport()
    source.get_by_role("button", name="Previous").click()
    expect(source.locator(".count")).to_have_text(f"Citation {chips.count() - 1} of {chips.count()}")


def test_a_question_that_the_documents_do_not_answer_shows_where_was_looked(page: Page) -> None:
    turn = ask(page, "Who won the football world cup of 1998?")
    expect(turn.locator(".none")).to_contain_text("do not")
    expect(turn.locator(".near").first).to_be_visible()
    expect(turn.locator(".bars li")).to_have_count(6)
    turn.locator(".near").first.click()
    expect(panel(page).locator("mark")).to_be_in_viewport()


def test_a_follow_up_is_understood_and_can_be_reworded(page: Page) -> None:
    ask(page, OSCE)
    turn = ask(page, "Is Belgium involved in it?")
    turn.get_by_text("How this was answered").click()
    box = turn.get_by_role("textbox", name="The question as it was understood")
    expect(box).to_be_visible()
    for heading in ("Passages found", "Sections searched", "Time taken"):
        expect(turn.get_by_text(heading, exact=True)).to_be_visible()
    box.fill("What did NATO recognise as an operational domain?")
    turn.get_by_role("button", name="Ask it like this").click()
    expect(turns(page)).to_have_count(3)
    expect(turns(page).last.locator("blockquote").first).to_contain_text("operational domain", timeout=WAIT)


def test_a_reload_and_a_second_tab_keep_the_conversation(page: Page, url: str) -> None:
    ask(page, OSCE)
    page.wait_for_url("**?c=*")
    page.reload()
    expect(turns(page)).to_have_count(1)
    other = page.context.new_page()
    open_chat(other, url)
    expect(turns(other)).to_have_count(0)
    ask(other, "Which instruments are restrictive?")
    expect(turns(page)).to_have_count(1)
    expect(turns(page).first).to_contain_text("confidence-building")
    other.get_by_role("button", name="What does the OSCE focus on").first.click()
    expect(turns(other).first).to_contain_text("confidence-building")


def test_a_conversation_is_renamed_deleted_and_brought_back(page: Page) -> None:
    ask(page, "What does the EU toolbox respond to?")
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("button", name="⋯").click()
    title = page.get_by_role("textbox", name="Title")
    title.fill("The *toolbox* <b>")
    title.press("Enter")
    expect(sidebar.get_by_role("button", name="The *toolbox* <b>")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(turns(page)).to_have_count(0)
    sidebar.get_by_role("button", name="Undo").click()
    expect(turns(page)).to_have_count(1)


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    question_box(page).focus()
    page.keyboard.type(OSCE)
    page.keyboard.press("Enter")
    turn = turns(page).first
    chip = turn.locator(".chip").first
    chip.wait_for()
    turn.get_by_text("How this was answered").wait_for()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if chip.evaluate("chip => chip === chip.getRootNode().activeElement"):
            break
    expect(turn.locator(".card .words")).to_have_text(QUOTE)
    outline = chip.evaluate("chip => getComputedStyle(chip).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(panel(page).locator("mark")).to_have_text(QUOTE)
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    expect(chip).to_be_focused()


def test_a_phone_shows_the_source_below_the_chat(browser: Browser, url: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="nl-BE", has_touch=True)
    page = context.new_page()
    open_chat(page, url)
    assert question_box(page).get_attribute("placeholder") == "Stel een vraag"
    box = question_box(page)
    box.fill(OSCE)
    box.press("Enter")
    chip = turns(page).locator(".chip").first
    chip.wait_for(timeout=WAIT)
    chip.click()
    mark = panel(page).locator("mark")
    expect(mark).to_be_in_viewport(timeout=WAIT)
    place = panel(page).bounding_box()
    assert place is not None
    assert place["width"] == 390
    assert place["y"] > 250
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    turn = ask(page, "What does the document say about the multi-stakeholder forum?", "Hoe dit is beantwoord")
    for number in (0, turn.locator(".chip").count() - 1):
        opened = turn.locator(".chip").nth(number)
        opened.click()
        expect(opened).to_have_attribute("aria-expanded", "true")
        page.wait_for_timeout(600)
        _expect_above(page, opened, panel(page))
        page.keyboard.press("Escape")
        expect(panel(page)).to_have_count(0)
    context.close()


def test_an_answer_stays_above_the_question_box_when_its_source_opens(page: Page) -> None:
    ask(page, OSCE)
    turn = ask(page, "What does the document say about NATO?")
    turn.locator(".chip").first.click()
    expect(panel(page).locator("mark")).to_be_visible()
    page.wait_for_timeout(600)
    _expect_above(page, turn.locator(".reply"), page.get_by_test_id("stBottomBlockContainer"))


def _expect_above(page: Page, shown: Locator, cover: Locator) -> None:
    """What is shown stands whole between the bar above and what covers the foot of the page."""
    box, covered = shown.bounding_box(), cover.bounding_box()
    assert box is not None
    assert covered is not None
    assert box["y"] > 0
    assert box["y"] + box["height"] <= covered["y"]


def test_questions_that_cannot_be_asked_are_refused_in_a_sentence(page: Page) -> None:
    box = question_box(page)
    box.fill("???")
    box.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(turns(page)).to_have_count(0)
    box.fill("word " * 4000)
    box.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("2")
    ask(page, OSCE)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_the_choices_under_the_question_box_hold(page: Page) -> None:
    page.get_by_role("button", name="All documents").click()
    page.get_by_role("combobox", name="Ask only within these documents").click()
    page.get_by_role("option", name="cyber-diplomacy.txt").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="1 document")).to_be_visible()
    page.get_by_role("button", name="Options").click()
    page.get_by_text("Choose how careful it is").click()
    slider = page.get_by_role("slider", name="How careful")
    slider.press("End")
    expect(slider).to_have_value("100")
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="Nederlands").click()
    expect(question_box(page)).to_have_attribute("placeholder", "Stel een vraag")
    page.keyboard.press("Escape")
    question_box(page).fill(OSCE)
    question_box(page).press("Enter")
    turn = turns(page).first
    turn.get_by_text("Hoe dit is beantwoord").wait_for()
    expect(turn.locator(".none")).to_be_visible()
    expect(turn.locator(".bars li")).to_have_count(6)
