"""What holds for every format: ranges are exact, sections cover the body, bad files are refused in words."""

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.chunking import passages
from knowledge.errors import UnreadableFile
from knowledge.readers import SUFFIXES, read
from knowledge.types import Document
from tests.files import MAKERS, changed_docx, pdf_file

SHIPPED = Path(__file__).parents[3] / "knowledge" / "sources" / "cyber-diplomacy.txt"
SHIPPED_HASH = (
    "d13b1d6f1276bbf2b90653cbb8d688d30abaf804bdb2c29223afe1b032b15f95"  # of the source as it was published
)
PARTS = [
    ("First part", ["States meet in Geneva every year. They adopt norms, e.g. on trade, by consensus."]),
    ("Second part", ["The U.S. joined under Art. 5(1) of Decision No. 12/2021. Belgium followed."]),
]
WORDS = st.text("abcdefghij éü", min_size=3, max_size=30).map(lambda text: "X" + text.strip() + " y.")
PARAGRAPHS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
SECTIONS = st.lists(st.tuples(st.sampled_from(["Alpha", "Beta", "Gamma"]), st.lists(PARAGRAPHS, min_size=1)))


def read_bytes(name: str, data: bytes, folder: Path) -> Document:
    path = folder / name
    path.write_bytes(data)
    return read(path)


def check_ranges(document: Document) -> None:
    end = 0
    for section in document.sections:
        assert end <= section.start <= section.end <= len(document.text)
        assert (
            document.text[section.start : section.end].strip() == document.text[section.start : section.end]
        )
        end = section.end
    found = passages(document)
    covered = [0] * len(document.text)
    for passage in found:
        section = document.sections[passage.section]
        assert section.start <= passage.start < passage.end <= section.end
        assert document.text[passage.start : passage.end] == passage.text
        for sentence in passage.sentences:
            for position in range(sentence.start, sentence.end):
                covered[position] += 1
    for section in document.sections:
        for position in range(section.start, section.end):
            assert covered[position] == (1 if not document.text[position].isspace() else covered[position])
    assert max(covered, default=0) <= 1


@pytest.mark.parametrize("suffix", MAKERS)
def test_title_and_sections_of_every_format(suffix: str, tmp_path: Path) -> None:
    document = read_bytes(f"report{suffix}", MAKERS[suffix]("Yearly report", PARTS), tmp_path)
    check_ranges(document)
    assert document.title == "Yearly report"
    assert [section.heading for section in document.sections][-2:] == ["First part", "Second part"]
    assert document.text[document.sections[-1].start : document.sections[-1].end] == PARTS[1][1][0]


@pytest.mark.parametrize("suffix", MAKERS)
@settings(max_examples=8, deadline=None)
@given(parts=SECTIONS)
def test_ranges_are_exact(suffix: str, parts: list[tuple[str, list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_ranges(read_bytes(f"a{suffix}", MAKERS[suffix]("Yearly report", parts), Path(folder)))


def test_the_shipped_document_is_the_source_byte_for_byte() -> None:
    assert hashlib.sha256(SHIPPED.read_bytes()).hexdigest() == SHIPPED_HASH


def test_the_shipped_document_has_six_sections() -> None:
    document = read(SHIPPED)
    check_ranges(document)
    assert document.title == "Cyber diplomacy"
    assert [section.heading for section in document.sections] == [
        "Cyber diplomacy",
        "The European Union (EU)",
        "United Nations Organization (UNO)",
        "North Atlantic Treaty Organization (NATO)",
        "Organisation for Security and Cooperation in Europe (OSCE)",
        "Multi-Stakeholder Forum",
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_is_refused(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        read_bytes(f"a{suffix}", b"", tmp_path)


@pytest.mark.parametrize("suffix", [".pdf", ".docx"])
def test_a_truncated_or_false_file_is_refused(suffix: str, tmp_path: Path) -> None:
    whole = MAKERS[suffix]("Yearly report", PARTS)
    for data in (whole[:200], b"not this format"):
        with pytest.raises(UnreadableFile, match="damaged"):
            read_bytes(f"a{suffix}", data, tmp_path)


def test_what_a_parser_stumbles_over_is_a_sentence_and_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = MAKERS[".docx"]("Report", PARTS)
    data = changed_docx(whole, {"docProps/core.xml": lambda _: b"<foreign/>"})
    with caplog.at_level("DEBUG"), pytest.raises(UnreadableFile, match=r"a\.docx: the file cannot be read"):
        read_bytes("a.docx", data, tmp_path)
    (record,) = [record for record in caplog.records if record.exc_info]
    assert record.levelname == "DEBUG", "without a log set up, Python prints warnings on the terminal"


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_a_binary_file_with_a_false_ending_is_refused(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="PDF"):
        read_bytes(f"a{suffix}", pdf_file("A", PARTS), tmp_path)


def test_a_text_without_headings_is_one_section(tmp_path: Path) -> None:
    document = read_bytes("note.txt", b"just one sentence in lower case.", tmp_path)
    assert [section.heading for section in document.sections] == ["note"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig", "utf-16-le"])
def test_encodings_and_line_ends(encoding: str, tmp_path: Path) -> None:
    text = "Café\r\n\r\nLe café est à côté de la mairie, où l’été est très long.\r\n"
    document = read_bytes("a.txt", text.encode(encoding), tmp_path)
    assert document.text == text.replace("\r\n", "\n")
    assert document.title == "Café"


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".docx"])
def test_invisible_characters_are_removed_and_told(suffix: str, tmp_path: Path) -> None:
    parts = [("Part", ["One wo\u200brd and \u202ean order."])]
    document = read_bytes(f"a{suffix}", MAKERS[suffix]("Title", parts), tmp_path)
    assert "One word and an order." in document.text
    assert "invisible" in document.warnings[0]
