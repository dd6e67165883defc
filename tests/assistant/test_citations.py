from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citations import Resolved, Stale, make, reference, resolve
from knowledge.readers import read
from knowledge.settings import SHIPPED_SOURCES

DOCUMENT = read(SHIPPED_SOURCES / "cyber-diplomacy.txt")
SIZE = len(DOCUMENT.text)


def place(words: str) -> tuple[int, int]:
    start = DOCUMENT.text.index(words)
    return start, start + len(words)


@given(st.integers(0, SIZE - 1), st.integers(1, 300))
def test_quote_is_the_stored_text_and_resolves_to_itself(start: int, length: int) -> None:
    end = min(start + length, SIZE)
    citation = make(1, DOCUMENT, start, end)
    found = resolve(citation, DOCUMENT)
    assert isinstance(found, Resolved)
    assert citation.quote == found.quote == DOCUMENT.text[start:end]
    assert citation.section_path[-1] == found.section.heading


def test_names_section_path_with_the_title_first() -> None:
    citation = make(3, DOCUMENT, *place("In 2016, NATO recognised"))
    assert citation.section == "North Atlantic Treaty Organization (NATO)"
    assert citation.section_path == ("Cyber diplomacy", "North Atlantic Treaty Organization (NATO)")
    assert (citation.n, citation.page, citation.content_hash) == (3, None, DOCUMENT.content_hash)


def test_keeps_the_highlights_within_the_quote() -> None:
    start, end = place("In 2016, NATO recognised")
    citation = make(1, DOCUMENT, start, end, [(start + 3, start + 7), (end, end + 4), (start + 5, start + 5)])
    assert citation.highlights == ((start + 3, start + 7),)


@pytest.mark.parametrize("span", [(-1, 4), (5, 5), (9, 3), (0, SIZE + 1)])
def test_refuses_a_range_that_is_not_there(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no such range"):
        make(1, DOCUMENT, *span)


def test_a_changed_or_missing_document_is_stale() -> None:
    citation = make(1, DOCUMENT, 20, 40)
    changed = replace(DOCUMENT, content_hash="0" * 64)
    assert resolve(citation, changed) == Stale(citation, changed)
    assert resolve(citation, None) == Stale(citation, None)


def test_reference_names_quote_title_section_and_place() -> None:
    start, end = place("In 2016, NATO recognised cyberspace")
    written = reference(make(1, DOCUMENT, start, end))
    assert written == (
        "“In 2016, NATO recognised cyberspace” — Cyber diplomacy, North Atlantic Treaty Organization (NATO)"
        f" (cyber-diplomacy.txt, characters {start}–{end})"
    )


def test_reference_gives_the_page_and_one_line() -> None:
    citation = replace(make(1, DOCUMENT, 20, 40), page=7, quote="two\n lines")
    assert reference(citation).startswith("“two lines” — Cyber diplomacy, p. 7 (")
    assert "S. 7" in reference(citation, "de")
    assert "Zeichen" in reference(citation, "de")
