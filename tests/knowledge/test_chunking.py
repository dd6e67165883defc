import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.chunking import estimate_tokens, headed, passages, table_heads
from knowledge.types import Document, Passage, Section, Sentence


def document(text: str) -> Document:
    section = Section("Part", 1, ("Part",), 0, len(text))
    return Document("id", "a.txt", "Title", text, "0" * 64, "0" * 64, "text/plain", (section,))


@settings(deadline=None, max_examples=50)
@given(st.text("abc. A\n|:-", max_size=3000))
def test_passages_keep_to_the_limit_and_cover_every_word_once(text: str) -> None:
    found = passages(document(text.strip()), max_tokens=60, target=120)
    assert "".join("".join(passage.text.split()) for passage in found) == "".join(text.split())
    assert all(estimate_tokens(passage.text) <= 60 for passage in found)


def test_heading_path_begins_with_the_title() -> None:
    assert passages(document("One sentence."))[0].heading_path == ("Title", "Part")


def test_a_passage_is_embedded_below_its_headings_as_far_as_they_fit() -> None:
    def below(text: str, *headings: str) -> str:
        sentences = (Sentence(0, len(text)),)
        passage = Passage("p", "d", "d.txt", "h", 0, headings, 0, len(text), text, sentences)
        return headed(passage, lambda each: len(each.split()), 450)

    assert below("Otters eat fish.", "Otters", "Diet") == "Otters › Diet\nOtters eat fish."
    long = "word " * 400
    assert below(long, "title " * 200, "Diet") == f"Diet\n{long}"
    assert below(long, "title " * 200) == long


PROSE = "The council met in the town hall and spoke about the matter for quite some time. " * 4
TABLE = "Fares on line 7\n\nTicket | Price\n" + "\n".join(f"Pass {n} | {n}.50 euros" for n in range(1, 13))
ITEMS = [f"- students of group {n} who live far from the campus," for n in range(1, 7)]
LIST = "\n".join(["Priority is given to:\n", *ITEMS])


@pytest.mark.parametrize("kept", [TABLE, LIST, f"{TABLE[17:]}\n\nTable 1. Fares on line 7"])
@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("after", range(4))
def test_tables_and_lists_stay_whole(kept: str, before: int, after: int) -> None:
    text = "\n\n".join([PROSE.strip()] * before + [kept] + [PROSE.strip()] * after)
    assert any(kept in passage.text for passage in passages(document(text)))


def test_a_table_that_does_not_fit_keeps_its_head_together() -> None:
    text = TABLE + "\n" + "\n".join(f"Pass {n} | {n}.50 euros" for n in range(13, 200))
    found = passages(document(f"{PROSE}\n\n{text}"))
    assert any("Fares on line 7\n\nTicket | Price\nPass 1 |" in passage.text for passage in found)
    assert all(estimate_tokens(passage.text) <= 240 for passage in found)


ROWS = "\n".join(f"Pass {n} | {n}.50 euros" for n in range(1, 100))


def test_passages_within_a_table_go_below_its_head() -> None:
    found = passages(document(f"{PROSE}\n\nTicket | Price\n{ROWS}\n\n{PROSE}"))
    heads = table_heads(found)
    within = [one for one in found if one.text.startswith("Pass ")]
    assert len(within) > 2
    assert heads == ["Ticket | Price" if one in within else "" for one in found]
    text = headed(within[0], len, 10_000, heads[1])
    assert text.startswith("Title › Part\nTicket | Price\nPass ")
    assert headed(within[0], len, len(within[0].text) + 15, "Ticket | Price").startswith(
        "Ticket | Price\nPass"
    )
    assert headed(within[0], len, len(within[0].text), "Ticket | Price") == within[0].text


def test_rows_without_names_of_columns_and_other_tables_have_no_head() -> None:
    assert not any(table_heads(passages(document(ROWS))))
    text_only = "\n".join(f"{word} | holiday" for word in ("Ann", "Ben", "Cleo"))
    parts = [
        Passage("p", "d", "d.txt", "h", 0, (), start, start + len(text), text, ())
        for start, text in (
            (0, f"Ticket | Price\n{ROWS[:43]}"),
            (60, text_only),
            (60 + len(text_only) + 1, "Dan | ill"),
        )
    ]
    assert parts[0].end + 2 == parts[1].start
    assert table_heads(parts) == ["", "", "Ann | holiday"]
