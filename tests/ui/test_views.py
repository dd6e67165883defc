from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import citations
from assistant.conversations import Conversation, ConversationInfo, Request, StoredTurn, TurnState
from assistant.phrases import phrases
from assistant.types import (
    Answer,
    Answered,
    Reading,
    Said,
    SearchedSection,
    Searching,
    Statement,
    Trace,
    Usage,
    Verdict,
)
from assistant.ui.markdown import conversation_markdown, escape
from assistant.ui.texts import Words, grouped
from assistant.ui.views.answer import live_view, turn_view
from assistant.ui.views.segments import WINDOW, segments, window
from assistant.ui.views.source import citation_view, first_with_text, reach, stretch_view
from assistant.ui.views.tables import laid_out
from assistant.ui.views.trace import trace_view
from knowledge.messages import Message
from knowledge.types import Document, Section

EN = Words("en")
FAILURE = Message("assistant.no_conversation", "This conversation is no longer stored. Start a new one.")
TEXT = "Harbours\n\nThe port of Ghent opened a new lock in 2026. Ships of 55 metres wide pass it.\n"
LOCK = "The port of Ghent opened a new lock in 2026."
DOCUMENT = Document(
    id="h",
    name="harbours.txt",
    title="Harbours",
    text=TEXT,
    content_hash="one",
    file_hash="f",
    media_type="text/plain",
    sections=(Section("Harbours", 1, ("Harbours",), 10, len(TEXT) - 1),),
)
START = TEXT.index(LOCK)
YEAR = TEXT.index("2026")
CITATION = citations.make(1, DOCUMENT, START, START + len(LOCK), [(YEAR, YEAR + 4)])
ANSWER = Answer(
    question="When did the lock open?",
    standalone_question="When did the lock open?",
    statements=(
        Statement("Under “Harbours”:", Verdict.SUPPORTED, lead=True),
        Statement(LOCK, Verdict.SUPPORTED, (1,)),
    ),
    citations=(CITATION,),
    abstained=False,
    confidence=0.9,
)
TURN = StoredTurn(7, Request("When did the lock open?"), TurnState.ANSWERED, ANSWER)
ABSTENTION = replace(
    ANSWER,
    statements=(Statement("The documents do not say.", Verdict.SUPPORTED, lead=True),),
    citations=(),
    abstained=True,
    nearest=(CITATION,),
    trace=Trace(
        searched=tuple(
            SearchedSection("harbours.txt", f"S{number}", (f"S{number}",), 0.1, number / 10)
            for number in range(10)
        )
    ),
)


def find(document: Document | None = DOCUMENT):
    return lambda _id: document


def test_a_quote_is_sliced_from_the_stored_text_with_the_answer_bold() -> None:
    view = turn_view(TURN, find(), EN)
    lead, quote = view["blocks"]
    assert (lead["kind"], quote["kind"], quote["original"]) == ("lead", "quote", "")
    item = quote["items"][0]
    assert "".join(text for text, _ in item["pieces"]) == LOCK
    assert [text for text, kind in item["pieces"] if kind] == ["2026"]
    assert item["chips"] == [0]
    assert view["citations"][0]["where"] == "Harbours"


def test_a_changed_document_is_said_to_have_changed() -> None:
    changed = replace(DOCUMENT, content_hash="two", text="x" * 200)
    view = turn_view(TURN, find(changed), EN)
    assert view["citations"][0]["stale"]
    assert view["blocks"][1]["items"][0]["pieces"][0][0] in LOCK
    panel = citation_view([CITATION], 0, find(changed), EN)
    assert "has changed" in panel["message"]
    assert panel["segments"] == [(LOCK, "quote")]
    assert "cannot be found" in citation_view([CITATION], 0, find(None), EN)["message"]


def test_a_quote_in_another_language_is_marked() -> None:
    turn = replace(TURN, answer=replace(ANSWER, language="fr"))
    quote = turn_view(turn, find(), Words("fr"))["blocks"][1]
    assert quote["lang"] == "en"
    assert "anglais" in quote["original"]


def test_a_worded_statement_shows_its_verdict() -> None:
    said = Statement("The lock opened in 2026.", Verdict.PARTLY, (1,), "the source bears it out in part")
    block = turn_view(replace(TURN, answer=replace(ANSWER, statements=(said,))), find(), EN)["blocks"][0]
    assert block["kind"] == "text"
    assert block["items"][0]["verdict"] == "supported in part"
    assert block["items"][0]["pieces"] == [("The lock opened in 2026.", "")]


@pytest.mark.parametrize("break_", ["\n", "\r\n", "  ", "\u00a0"])
def test_a_quote_that_is_broken_over_lines_is_a_quote(break_: str) -> None:
    broken = LOCK.replace(" ", break_)
    document = replace(DOCUMENT, text=TEXT.replace(LOCK, broken))
    year = document.text.index(f"in{break_}2026")
    end = START + len(broken)
    citation = citations.make(1, document, START, end, [(year, end - 1)])
    turn = replace(TURN, answer=replace(ANSWER, citations=(citation,)))
    for found in (document, None):
        quote = turn_view(turn, find(found), EN)["blocks"][1]
        assert quote["kind"] == "quote"
        assert quote["items"][0]["pieces"] == [
            ("The port of Ghent opened a new lock ", ""),
            ("in 2026", "key"),
            (".", ""),
        ]


def test_a_translation_is_marked_and_stands_beside_the_original() -> None:
    said = Statement("L’écluse a ouvert en 2026.", Verdict.SUPPORTED, (1,), translated_to="fr")
    answer = replace(ANSWER, language="fr", statements=(said,))
    (item,) = turn_view(replace(TURN, answer=answer), find(), EN)["blocks"][0]["items"]
    assert item["translated"] == "traduction non officielle"
    assert item["originals"] == [{"text": LOCK, "lang": "en", "original": "Original words, in English"}]
    (same,) = turn_view(TURN, find(), EN)["blocks"][1]["items"]
    assert (same["translated"], same["originals"]) == ("", [])


def test_what_is_not_covered_is_said_once() -> None:
    lead = Statement("The documents do not say anything about: bread.", Verdict.SUPPORTED, lead=True)
    answer = replace(ANSWER, statements=(*ANSWER.statements, lead), uncovered=("bread",))
    assert str(turn_view(replace(TURN, answer=answer), find(), EN)).count("bread") == 1


def test_sections_that_were_read_come_first_and_no_other_has_a_belief() -> None:
    searched = (
        SearchedSection("a.txt", "Found", ("Found",), 0.9),
        SearchedSection("a.txt", "Doubted", ("Doubted",), 0.8, 0.1),
        SearchedSection("a.txt", "Believed", ("Believed",), 0.2, 0.7),
        *(SearchedSection("a.txt", f"S{number}", (f"S{number}",), 0.0) for number in range(7)),
    )
    abstention = replace(ABSTENTION, trace=Trace(searched=searched, unlisted=1200))
    view = turn_view(replace(TURN, answer=abstention), find(), EN)
    assert [(row["name"], row["figure"], row["width"]) for row in view["searched"][:4]] == [
        ("Believed", "0.70", 70.0),
        ("Doubted", "0.10", 10.0),
        ("Found", "not read", 0.0),
        ("S0", "not read", 0.0),
    ]
    assert view["more"] == "and 1\u202f202 more"


def test_of_several_documents_a_section_is_named_with_its_own() -> None:
    one = SearchedSection("a.txt", "Fares", ("A", "Fares"), 0.9, 0.1)
    other = SearchedSection("b.txt", "Fares", ("B", "Fares"), 0.8, 0.05)
    for searched, expected in (((one, other), ["a.txt", "b.txt"]), ((one,), [""])):
        turn = replace(TURN, answer=replace(ABSTENTION, trace=Trace(searched=searched)))
        assert [row["of"] for row in turn_view(turn, find(), EN)["searched"]] == expected


def test_an_abstention_shows_the_nearest_and_what_was_searched() -> None:
    view = turn_view(replace(TURN, answer=ABSTENTION), find(), EN)
    assert view["none"] == "The documents do not say."
    assert view["blocks"] == []
    assert view["nearest"][0]["quote"] == LOCK
    assert len(view["searched"]) == 8
    assert view["more"] == "and 2 more"
    assert all(0 <= row["width"] <= 100 for row in view["searched"])


@pytest.mark.parametrize(
    ("state", "error", "told"),
    [
        (TurnState.FAILED, "The disk is full.", "The disk is full."),
        (TurnState.STOPPED, "", EN("stopped")),
        (TurnState.ASKED, "", EN("interrupted")),
    ],
)
def test_a_turn_without_an_answer_says_why(state: TurnState, error: str, told: str) -> None:
    turn = StoredTurn(1, Request("q"), state, error=error)
    assert turn_view(turn, find(), EN)["problem"] == told


def test_a_failure_is_told_in_the_language_of_the_page() -> None:
    turn = StoredTurn(1, Request("q"), TurnState.FAILED, error=FAILURE)
    assert turn_view(turn, find(), Words("nl"))["problem"].startswith("Dit gesprek wordt niet meer bewaard")


def test_an_answer_in_the_making_says_what_is_being_done() -> None:
    turn = StoredTurn(1, Request("q"), TurnState.ASKED)
    said = Said(ANSWER.statements[1], (CITATION,))

    def status(*events: object, ready: bool = True) -> str:
        return str(live_view(turn, events, ready, find(), EN)["status"])  # type: ignore[arg-type]

    assert status(ready=False) == EN("loading_models")
    assert status(Searching(1)) == "Searching 1 document…"
    assert status(Searching(1), Reading(12)) == "Reading 12 passages…"
    assert status(Searching(1), Reading(12), said) == EN("checking")
    assert status(Searching(1), said, Answered(ANSWER)) == ""
    assert live_view(turn, [said], True, find(), EN)["blocks"][0]["items"][0]["chips"] == [0]


def test_the_panel_shows_the_whole_section_with_the_quote_marked() -> None:
    view = citation_view([CITATION, CITATION], 0, find(), EN)
    assert "".join(text for text, _ in view["segments"]) == TEXT[10 : len(TEXT) - 1]
    assert "".join(text for text, kind in view["segments"] if kind) == LOCK
    assert [text for text, kind in view["segments"] if kind == "key"] == ["2026"]
    assert (view["previous"], view["next"], view["count"]) == (False, True, "Citation 1 of 2")
    assert LOCK in view["reference"]


def test_a_long_text_is_cut_around_the_current_match() -> None:
    long = replace(DOCUMENT, text="a" * 100_000 + "needle" + "b" * 100_000, sections=())
    view = stretch_view(long, 0, len(long.text), [(100_000, 100_006)], 0, EN)
    shown = "".join(text for text, _ in view["segments"])
    assert len(shown) == WINDOW
    assert view["cut_before"]
    assert view["cut_after"]
    assert ("needle", "key") in view["segments"]


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, int, int, list[tuple[int, int]]]:
    text = draw(st.text("ab \n", max_size=60))
    places = st.integers(0, len(text))
    start, end = sorted((draw(places), draw(places)))
    ranges = draw(st.lists(st.tuples(places, places).map(lambda pair: (min(pair), max(pair))), max_size=5))
    return text, start, end, ranges


@given(marked_texts())
def test_segments_together_are_the_text(case: tuple[str, int, int, list[tuple[int, int]]]) -> None:
    text, start, end, ranges = case
    pieces = segments(text, start, end, ranges, ())
    assert "".join(piece for piece, _ in pieces) == text[start:end]
    marked = sum(len(piece) for piece, kind in pieces if kind)
    covered = {place for a, b in ranges for place in range(max(a, start), min(b, end))}
    assert marked == len(covered)


ROWS = "Fares\n\nTicket | Price\nDay | €7\n\nA | B is no table.\n"


def test_a_table_is_set_apart_cell_by_cell_with_the_marks_on_their_words() -> None:
    start = ROWS.index("Day")
    marked = segments(ROWS, 0, len(ROWS), [(start, start + len("Day | €7"))], [(start + 6, start + 8)])
    assert laid_out(marked) == [
        ("Fares\n\n", ""),
        ("", "table"),
        ("Ticket", ""),
        (" | ", "cell"),
        ("Price", ""),
        ("\n", "row"),
        ("Day", "quote"),
        (" | ", "cell"),
        ("€7", "key"),
        ("\n", "end"),
        ("\nA | B is no table.\n", ""),
    ]


@given(
    st.text("ab|\n ", max_size=60) | st.lists(st.sampled_from(["a", " | ", "\n", "b "])).map("".join),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4),
)
def test_a_text_with_tables_is_the_same_text_with_the_same_marks(
    text: str, ranges: list[tuple[int, int]]
) -> None:
    pieces = segments(text, 0, len(text), [(min(pair), max(pair)) for pair in ranges], ())
    kinds = [kind for piece, kind in pieces for _ in piece]
    laid = laid_out(pieces)
    assert "".join(piece for piece, _ in laid) == text
    shown = [kind for piece, kind in laid for _ in piece]
    assert all(new in (old, "cell", "row", "end") for old, new in zip(kinds, shown, strict=True))


def _outlined() -> Document:
    """A title without text, a section with some, a chapter whose text is all below its articles."""
    text = "Rules\n\nScope\n\nAll.\n\nMarks\n\nArticle 1\n\nTen.\n\nArticle 2\n\nSix.\n\nEnd\n"
    levels = {"Rules": 1, "Scope": 2, "Marks": 2, "Article 1": 3, "Article 2": 3, "End": 2}
    places = [text.index(f"{heading}\n") for heading in levels]
    sections = tuple(
        Section(heading, level, (heading,), min(place + len(heading) + 2, end), end)
        for (heading, level), place, end in zip(levels.items(), places, [*places[1:], len(text)], strict=True)
    )
    return replace(DOCUMENT, title="Rules", text=text, sections=sections)


def test_a_document_opens_at_its_first_text_and_a_chapter_shows_its_articles() -> None:
    document = _outlined()
    assert document.sections[first_with_text(document)].heading == "Scope"
    start, end = reach(document, 2)
    assert document.text[start:end] == "Article 1\n\nTen.\n\nArticle 2\n\nSix.\n\n"
    start, end = reach(document, 3)
    assert document.text[start:end] == "Ten.\n\n"
    start, end = reach(document, 5)
    assert document.text[start:end].strip() == ""
    bare = replace(document, sections=())
    assert (first_with_text(bare), reach(bare, 0)) == (0, (0, len(bare.text)))


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0, 1), st.integers(1, 500))
def test_a_window_holds_its_focus(start: int, length: int, part: float, size: int) -> None:
    end = start + length
    focus = start + int(part * length)
    first, last = window(start, end, focus, size)
    assert start <= first <= last <= end
    assert last - first <= size
    assert first <= focus <= last


def test_how_it_was_answered_tells_all() -> None:
    trace = Trace(
        searched=ABSTENTION.trace.searched,
        withheld=(Statement("It opened in 2027.", Verdict.UNSUPPORTED, (1,), "the number 2027"),),
        timings_ms={"understand": 1.0, "search": 2.0, "read": 3.0, "answer": 4.0, "total": 10.0},
        usage=Usage("fake:model", 1200, 30),
        answered_by="fake:model",
    )
    for language in ("en", "nl", "fr", "de"):
        tables = trace_view(replace(ANSWER, trace=trace), Words(language))["tables"]
        cells = [cell for table in tables for row in table["rows"] for cell in row]
        assert "(1)" in tables[1]["title"]
        assert {"fake:model", "0.90", "It opened in 2027.", "the number 2027", "2.0 ms"} <= set(cells)
        assert any("1\u202f200" in cell for cell in cells)


def test_the_page_speaks_the_same_phrases_in_every_language() -> None:
    import string

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english = phrases("page", "en")
    for language in ("nl", "fr", "de"):
        other = phrases("page", language)
        assert other.keys() == english.keys()
        assert all(fields(other[key]) == fields(english[key]) for key in english)


def test_a_conversation_can_be_taken_along() -> None:
    failed = StoredTurn(8, Request("And *then*?"), TurnState.FAILED, error=FAILURE)
    conversation = Conversation(ConversationInfo("c", "Locks <b>", "", ""), (TURN, failed))
    text = conversation_markdown(conversation, EN)
    assert "traduction" not in text
    assert text.startswith("# Locks \\<b\\>")
    assert "> The port of Ghent opened a new lock in 2026\\. \\[1\\]" in text
    assert "harbours\\.txt" in text
    assert "## And \\*then\\*?" in text.replace("\\?", "?")
    assert "no longer stored" in text
    assert "Dit gesprek" in conversation_markdown(conversation, Words("nl"))
    translated = replace(ANSWER.statements[1], text="Elle a ouvert.", translated_to="fr")
    turn = replace(TURN, answer=replace(ANSWER, statements=(translated,)))
    text = conversation_markdown(replace(conversation, turns=(turn,)), EN)
    assert "> Elle a ouvert\\. \\[1\\] (traduction non officielle)" in text
    assert "The port of Ghent" in text


@given(st.text(max_size=80))
def test_escaped_text_has_no_markup_left(text: str) -> None:
    escaped = escape(text)
    assert "\n" not in escaped
    for place, character in enumerate(escaped):
        if character in "*_`[]<>$:#~":
            assert escaped[place - 1] == "\\"


@given(st.integers(0, 10**12))
def test_grouped_digits_are_the_number(number: int) -> None:
    assert int(grouped(number).replace("\u202f", "").replace("\xa0", "").replace(" ", "")) == number
