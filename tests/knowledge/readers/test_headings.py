"""Headings of texts that mark none."""

import pytest

from knowledge.readers import text
from knowledge.readers.headings import find_headings

PROSE = (
    "The Parties shall take all measures that are needed to protect the lake, and report on them each year."
)


def headings(source: str) -> list[tuple[str, int]]:
    return [(heading.text, heading.level) for heading in find_headings(source)[1]]


NUMBERS = ["Article 3", "Art. 3.", "Chapter II", "Section 2.1", "Artikel 4", "Titre III", "§ 5", "ANNEX B"]
TITLED = ["3.2 Scope", "Article 3. Scope", "Hoofdstuk 2: Middelen", "Kapitel IV – Verfahren", "§ 5 Zweck"]


@pytest.mark.parametrize("line", NUMBERS)
@pytest.mark.parametrize("title", ["", "Common aims\n", "\nCommon aims\n\n"])
def test_a_number_is_a_heading_above_text_or_title(line: str, title: str) -> None:
    found = headings(f"A report\n\n{PROSE}\n\n{line}\n{title}{PROSE}\n")
    assert found[0] == ("A report", 1)
    assert " ".join(text for text, _ in found[1:]) == f"{line} {title.strip()}".strip()


@pytest.mark.parametrize("line", TITLED)
def test_a_number_with_its_title_is_a_heading_above_text(line: str) -> None:
    assert headings(f"A report\n\n{PROSE}\n\n{line}\n{PROSE}\n") == [("A report", 1), (line, 2)]


def test_a_number_and_its_title_between_blank_lines() -> None:
    first = f"PART I\nGENERAL\n\nArticle 1\nAims\n\n{PROSE}\n\nArticle 2\nMeans\n\n{PROSE}"
    source = f"TREATY\n\n{first}\n\nPART II\n\nArticle 3\n{PROSE}"
    assert headings(source) == [
        ("TREATY", 1),
        ("PART I GENERAL", 2),
        ("Article 1 Aims", 3),
        ("Article 2 Means", 3),
        ("PART II", 2),
        ("Article 3", 3),
    ]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Article 3 of the treaty says that they\nshall take measures.",
        "Article 5\nof the treaty says that they shall take measures.",
        "Article 5 NATO allies are bound to come to each\nother's help when one of them is attacked.",
        "Part of the work is done.\nThe rest is not.",
        "3.2 million euros were spent.\nIt was too much.",
        "1. Milk\n2. Bread and butter for the whole of the week",
        "Article 1 Aims\nArticle 2 Means\nArticle 3 Ends and whatever else there is to be said",
        "Art. 5(1) applies.",
    ],
)
def test_prose_and_lists_are_not_parted(paragraph: str) -> None:
    assert headings(f"A report\n\n{PROSE}\n\n{paragraph}\n\n{PROSE}") == [("A report", 1)]


FRAME = ["Done at Tolvar on 14 June 2011", "Brussels, 3 March 2025", "12 Mill Lane", "(signed) Jan Peeters"]
ADDRESSES = ["Rue de la Loi 16, 1000 Bruxelles", "Gent, 3 maart 2025", "Wetstraat 16"]


@pytest.mark.parametrize("line", [*FRAME, *ADDRESSES])
def test_datelines_and_addresses_are_none_where_there_are_better_ones(line: str) -> None:
    source = (
        f"TREATY\n\n{line}\n\n{PROSE}\n\nArticle 1\n\n{PROSE}\n\n{line}\n\n{PROSE}\n\nArticle 2\n\n{PROSE}"
    )
    assert headings(source) == [("TREATY", 1), ("Article 1", 2), ("Article 2", 2)]


def test_a_date_above_the_title_is_not_the_title() -> None:
    content = text.read(f"3 March 2025\n\nOn fish\n\n{PROSE}\n\nAims\n\n{PROSE}".encode(), "name")
    assert content.title == "On fish"
    assert content.text[content.sections[0].start : content.sections[0].end] == "3 March 2025"


def test_a_diary_keeps_its_dates() -> None:
    assert headings(
        f"Diary\n\n3 March 2025\n\n{PROSE}\n\n4 March 2025\n\n{PROSE}\n\nAfterword\n\n{PROSE}"
    ) == [
        ("Diary", 1),
        ("3 March 2025", 2),
        ("4 March 2025", 2),
        ("Afterword", 2),
    ]


CAPITALS = "REPORT OF THE WORKING GROUP\nON CYBER RESILIENCE"
MADE = "Adopted by the City Council on 9 November 2022, in force from 1 February 2023"


@pytest.mark.parametrize(
    ("top", "title"),
    [
        (CAPITALS, "REPORT OF THE WORKING GROUP ON CYBER RESILIENCE"),
        (f"{CAPITALS}\n===================", "REPORT OF THE WORKING GROUP ON CYBER RESILIENCE"),
        (
            f"    CITY OF BRACKWATER\n HOUSING ALLOCATION RULES\n{MADE}",
            "CITY OF BRACKWATER HOUSING ALLOCATION RULES",
        ),
        (f"HOUSING RULES\n{MADE}", "HOUSING RULES"),
        (
            "Report of the Working Group\non Cyber Resilience",
            "Report of the Working Group on Cyber Resilience",
        ),
    ],
)
def test_a_title_over_several_lines(top: str, title: str) -> None:
    content = text.read(f"{top}\n\n{PROSE}\n\nAims\n\n{PROSE}".encode(), "name")
    assert content.title == title
    assert [section.heading for section in content.sections] == [title, "Aims"]
    first = content.sections[0]
    assert content.text[first.start : first.end] == f"{MADE}\n\n{PROSE}" if MADE in top else PROSE


@pytest.mark.parametrize(
    "paragraph",
    [
        "NO PART OF THIS REPORT MAY BE COPIED\nWITHOUT THE LEAVE OF ITS AUTHORS.",
        "BREAD        2.40\nMILK         1.10",
        "ANN PEETERS, CHAIR\nspoke first and at great length",
        "ONE\nTWO\nTHREE\nFOUR",
    ],
)
def test_lines_in_capitals_that_are_no_title(paragraph: str) -> None:
    assert headings(f"A report\n\n{PROSE}\n\n{paragraph}\n\n{PROSE}") == [("A report", 1)]


@pytest.mark.parametrize("line", ["3.2 Scope ........ 5", "Annexes . . . . . . 12", "Foreword …… iii"])
def test_lines_of_a_table_of_contents_are_none(line: str) -> None:
    assert headings(f"A report\n\n{PROSE}\n\n{line}\n\n{PROSE}") == [("A report", 1)]
