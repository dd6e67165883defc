"""Headings of a PDF that stand right below each other, all in the same size of letters."""

from collections.abc import Sequence

import pytest

from knowledge.readers import pdf

BODY = "The council agreed on cooperation between the member states in this field and beyond it. " * 5


def pages(
    lines: Sequence[tuple[str, str, float]], leading: float = 15, own: str = "", style: str = "B"
) -> bytes:
    """A PDF of headings in 18 points with (text, alignment, the distance in points to the next line)."""
    from fpdf import FPDF

    made = FPDF(unit="pt")
    if own:
        made.set_title(own)
    made.add_page()
    for text, align, distance in lines:
        made.set_font("Helvetica", style, 18)
        made.cell(0, 18, text, align=align)
        made.ln(distance)
    for _ in range(3):
        made.set_font("Helvetica", size=11)
        made.multi_cell(0, leading, BODY, new_x="LMARGIN", new_y="NEXT")
        made.ln(10)
    return bytes(made.output())


def headings(data: bytes) -> list[str]:
    content = pdf.read(data, "name")
    assert content.title == content.sections[0].heading
    return [section.heading for section in content.sections]


@pytest.mark.parametrize(
    ("first", "second", "options"),
    [
        (
            ("Annual Report 2023", "C", 28),
            ("Message from the Director", "L", 30),
            {},
        ),  # as reportlab sets them
        (("Annual Report 2023", "L", 30), ("Message from the Director", "L", 30), {}),
        (("Annual Report 2023", "C", 22), ("Message from the Director", "L", 30), {}),
        (
            ("Annual Report 2023", "L", 22),
            ("Message from the Director", "L", 30),
            {"own": "Annual report 2023"},
        ),
        (("ANNUAL REPORT 2023", "L", 22), ("Message from the Director", "L", 30), {}),
        (("Annual Report 2023", "L", 22), ("1.1 Message from the Director", "L", 30), {}),
    ],
)
def test_a_title_and_the_first_heading_are_two(
    first: tuple[str, str, float], second: tuple[str, str, float], options: dict[str, str]
) -> None:
    assert headings(pages([first, second], **options)) == [first[0], second[0]]


@pytest.mark.parametrize("align", ["L", "C", "R"])
@pytest.mark.parametrize(
    ("upper", "lower", "distance", "leading"),
    [
        ("Annual Report on the Bridges", "Of the Province", 22, 15),
        ("Annual Report on the Bridges", "of the Province", 28, 15),  # small letters
        ("Annual Report on the State of the Bridges, the Tunnels,", "Quays and Ferries", 28, 15),  # no room
        ("Annual Report on the Bridges", "Of the Province", 40, 25),  # as the text is set, in double spacing
    ],
)
def test_a_title_over_two_lines_is_one(
    align: str, upper: str, lower: str, distance: float, leading: float
) -> None:
    data = pages([(upper, align, distance), (lower, align, 50)], leading)
    assert headings(data) == [f"{upper} {lower}"]


def test_a_heading_further_below_than_the_lines_of_the_title() -> None:
    upper, lower = (
        "Annual Report on the State of the Bridges, Tunnels",
        "and Quays of the Province, with a Plan",
    )
    lines = [(upper, "L", 21), (f"{lower} for 2024", "L", 27), ("Message from the Director", "L", 30)]
    assert headings(pages(lines)) == [f"{upper} {lower} for 2024", "Message from the Director"]


def test_large_lines_of_a_table_of_contents_are_no_headings() -> None:
    lines = [("Annual Report 2023", "L", 30), ("Foreword . . . . . . . . . . 2", "L", 30)]
    assert headings(pages(lines)) == ["Annual Report 2023"]
