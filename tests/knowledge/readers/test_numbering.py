"""Word's automatic numbers, from real files whose numbering is changed."""

import io

import docx as word_files
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from knowledge.readers import docx
from knowledge.readers.numbering import written

LEVELS = (
    ("decimal", "Article %1.", "Heading1"),
    ("decimal", "%1.%2", "Heading2"),
    ("lowerLetter", "(%3)", ""),
    ("bullet", "x", ""),
)


def numbered(word: "word_files.document.Document", number: int = 90) -> None:
    """Gives a document a list of four levels, of which two number its headings."""
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        + (f'<w:pStyle w:val="{style}"/>' if style else "")
        + f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text, style) in enumerate(LEVELS)
    )
    part = word.part.numbering_part.element
    part.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{levels}</w:abstractNum>')
    )
    part.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
    )
    for style in ("Heading 1", "Heading 2"):
        properties = word.styles[style].element.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="{number}"/></w:numPr>'))


def listed(word: "word_files.document.Document", text: str, level: int, number: int = 90) -> None:
    """A paragraph that is in the list itself, at a level."""
    place = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
    paragraph = word.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}>{place}</w:numPr>"))


def read(word: "word_files.document.Document") -> docx.Content:
    stream = io.BytesIO()
    word.save(stream)
    return docx.read(stream.getvalue(), "name")


def test_headings_and_items_are_numbered_as_word_shows_them() -> None:
    word = word_files.Document()
    numbered(word)
    word.add_heading("Scope", 1)
    word.add_heading("Persons", 2)
    listed(word, "staff;", 2)
    listed(word, "guests.", 2)
    word.add_heading("Places", 2)
    listed(word, "ships.", 2)
    listed(word, "a point without a number", 3)
    word.add_heading("Fees", 1)
    word.add_heading("Amount", 2)
    content = read(word)
    assert [section.heading for section in content.sections] == [
        "Article 1. Scope",
        "1.1 Persons",
        "1.2 Places",
        "Article 2. Fees",
        "2.1 Amount",
    ]
    assert "(a) staff;\n    (b) guests." in content.text
    assert "(a) ships.\n      - a point without a number" in content.text


def test_a_list_that_begins_anew_counts_from_its_start() -> None:
    word = word_files.Document()
    numbered(word)
    override = '<w:lvlOverride w:ilvl="2"><w:startOverride w:val="4"/></w:lvlOverride>'
    part = word.part.numbering_part.element
    part.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/>{override}</w:num>')
    )
    listed(word, "first", 2)
    listed(word, "fourth", 2, 91)
    listed(word, "fifth", 2, 91)
    lines = [line.strip() for line in read(word).text.splitlines()]
    assert lines == ["(a) first", "(d) fourth", "(e) fifth"]


def test_a_list_that_the_file_does_not_define_has_points() -> None:
    word = word_files.Document()
    listed(word, "one", 0, 77)
    assert read(word).text == "- one"


def test_a_heading_and_a_paragraph_that_are_taken_out_of_their_list_have_no_number() -> None:
    word = word_files.Document()
    numbered(word)
    listed(word, "plain", 0, 0)  # what Word writes when numbering is turned off
    assert read(word).text == "plain"


def test_levels_that_word_does_not_have_are_passed_over() -> None:
    word = word_files.Document()
    numbered(word)
    part = word.part.numbering_part.element
    deep = '<w:lvl w:ilvl="20"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    part.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="92">{deep}</w:abstractNum>'))
    override = '<w:lvlOverride w:ilvl="20"><w:startOverride w:val="4"/></w:lvlOverride>'
    part.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="92"><w:abstractNumId w:val="92"/>{override}</w:num>')
    )
    listed(word, "deep", 20, 92)
    listed(word, "flat", 0, 92)
    assert [line.strip() for line in read(word).text.splitlines()] == ["- deep", "- flat"]


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (4, "lowerRoman", "iv"),
        (1994, "upperRoman", "MCMXCIV"),
        (28, "lowerLetter", "bb"),
        (7, "decimalZero", "07"),
    ],
)
def test_formats(number: int, form: str, text: str) -> None:
    assert written(number, form) == text


@given(st.integers(1, 3999), st.integers(1, 3999))
def test_no_two_numbers_are_written_alike(one: int, other: int) -> None:
    for form in ("upperRoman", "lowerRoman", "lowerLetter", "decimal"):
        assert (written(one, form) == written(other, form)) == (one == other)
