"""What is particular to a format."""

import io
import zipfile

import pytest

from knowledge.errors import UnreadableFile
from knowledge.readers import docx, html, markdown, pdf, text
from tests.files import changed_docx, docx_file, pdf_file

LONG = "The council agreed on cooperation between the member states in this field. " * 6


def test_html_drops_what_is_not_seen() -> None:
    page = b"""<title>T</title><nav>Menu</nav><h1>Law &amp; order</h1><p>Seen 10<sup>6</sup>.</p>
    <p hidden>One</p><p style="display: none">Two</p>
    <script>Three</script><template>Four</template><footer>Five</footer>"""
    content = html.read(page, "name")
    assert content.title == "Law & order"
    assert content.text == "Law & order\n\nSeen 10⁶."


def test_html_nested_beyond_reason_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="deep"):
        html.read(b"<div>" * 200_000 + b"Hello.", "name")
    wide = b"<div><p>Hello.</div>" * 30_000
    assert html.read(wide, "name").text.count("Hello.") == 30_000


def test_html_lists_and_tables() -> None:
    page = b"<ul><li>a<li>b</ul><table><tr><th>x<th>y<tr><td>1<td>2</table>"
    assert html.read(page, "name").text == "- a\n- b\n\nx | y\n1 | 2"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (b"<div>a<sup><div>1</div></sup></div>", "a\n\n1"),
        (b"<div>a<sup>b<sup><p>1</p></sup>2</sup></div>", "ab\n\n1\n\n2"),
        (b"<ol start='" + b"9" * 5_000 + b"'><li>a</ol>", "1. a"),
        (b"<ol start='7'><li>a</ol>", "7. a"),
    ],
)
def test_html_that_nobody_should_write_is_read(page: bytes, text: str) -> None:
    assert html.read(page, "name").text == text


def test_html_cells_that_reach_down_stand_in_each_of_their_rows() -> None:
    page = b"""<table><tr><th rowspan=2>Port<th colspan=2>Ships<tr><th>2023<th>2024
    <tr><td rowspan=2>Alby<td>12<td rowspan=0>14<tr><td>13<tr><td>Berby<td>1<td rowspan=9>2</table>
    <table><tr><td colspan=2 rowspan=2>a<td>b<tr><td>c</table>"""
    rows = ["Port | Ships", "Port | 2023 | 2024", "Alby | 12 | 14", "Alby | 13", "Berby | 1 | 2"]
    assert html.read(page, "name").text == "\n".join(rows) + "\n\na | b\na | c"
    bomb = b"<table><tr>" + b"<td rowspan=1000>" * 500 + b"<td>x<tr>" * 500
    full = bomb.replace(b"<td rowspan=1000>", b"<td rowspan=1000>" + b"y" * 80)
    assert len(html.read(full, "name").text) < 5 * len(full)


def test_markdown_headings_fences_and_front_matter() -> None:
    source = b"---\ntitle: Mine\n---\nSetext\n======\n\nA *b* `c`.\n\n## Atx ##\n\n```\n# none\n```\n"
    content = markdown.read(source, "name")
    assert content.title == "Mine"
    assert [section.path for section in content.sections] == [("Setext",), ("Setext", "Atx")]
    assert content.text == "Setext\n\nA b c.\n\nAtx\n\n# none"


def test_pdf_running_lines_are_removed_and_pages_told() -> None:
    content = pdf.read(pdf_file("Report", [("Part", [LONG] * 12)], running="Yearly 2021"), "name")
    assert "Yearly" not in content.text
    assert "Page" not in content.text
    assert [page.number for page in content.pages] == list(range(1, len(content.pages) + 1))
    assert len(content.pages) > 1


@pytest.mark.parametrize("footer", ["Page {} of 4", "File 2023/47 Page {} of 4", "Pagina {} van 4 - 12 mei"])
def test_pdf_footers_with_other_numbers_are_removed(footer: str) -> None:
    content = pdf.read(pdf_file("Report", [("Part", [LONG] * 30)], running="IAL", footer=footer), "name")
    assert content.pages[-1].number == 4
    assert content.text.count("4") == 0


def test_pdf_footer_of_a_single_page() -> None:
    content = pdf.read(
        pdf_file("Report", [("Part", [LONG])], running="IAL", footer="A/47 page {} of 1"), "name"
    )
    assert "47" not in content.text


def test_pdf_tables_are_read_row_by_row() -> None:
    rows = [
        ("Fraction", "2022", "2023"),
        ("Paper and board", "17.100", "16.200"),
        ("Glass", "9.800", "9.900"),
    ]
    content = pdf.read(pdf_file("Report", [("Part", [LONG, rows, LONG])]), "name")
    table = "Fraction | 2022 | 2023\nPaper and board | 17.100 | 16.200\nGlass | 9.800 | 9.900"
    assert table in content.text.split("\n\n")


def test_pdf_lists_and_justified_lines_are_no_tables() -> None:
    items = [f"{number}.      Item of a list" for number in range(1, 4)]
    content = pdf.read(pdf_file("Report", [("Part", [LONG, *items, LONG])]), "name")
    assert "|" not in content.text


def test_pdf_headings_from_the_outline() -> None:
    content = pdf.read(pdf_file("Report", [("Aims", [LONG]), ("Means", [LONG])], outline=True), "name")
    assert [section.heading for section in content.sections][-2:] == ["Aims", "Means"]


def test_pdf_hyphens_at_line_ends() -> None:
    words = "We speak of confi-\ndence and of confidence-building and of confidence-\nbuilding here."
    content = pdf.read(pdf_file("Report", [("Part", [words])]), "name")
    assert "speak of confidence and of confidence-building and of confidence-building here." in content.text


def test_pdf_with_a_password_or_without_text() -> None:
    with pytest.raises(UnreadableFile, match="password"):
        pdf.read(pdf_file("Report", [], password="secret"), "name")
    with pytest.raises(UnreadableFile, match="0 characters on 1 page:"):
        pdf.read(pdf_file("", []), "name")


def test_docx_bomb_and_password() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("word/document.xml", bytes(160_000_000))
    with pytest.raises(UnreadableFile, match="unpacks to 160 MB"):
        docx.read(stream.getvalue(), "name")
    with pytest.raises(UnreadableFile, match="password"):
        docx.read(b"\xd0\xcf\x11\xe0" + bytes(600), "name")


@pytest.mark.parametrize("name", ["document.dat", "media/image1.png"])
def test_docx_bomb_whatever_its_main_part_is_named(name: str) -> None:
    renamed = {
        part: lambda data: data.replace(b"document.xml", name.encode())
        for part in ("[Content_Types].xml", "_rels/.rels")
    }
    whole = docx_file("Title", [("Part", ["Body."])])
    names = {"word/document.xml": f"word/{name}"}
    assert docx.read(changed_docx(whole, renamed, names), "name").title == "Title"
    bomb = {"word/document.xml": lambda data: data + b" " * 151_000_000}
    with pytest.raises(UnreadableFile, match=r"unpacks to 15\d MB"):
        docx.read(changed_docx(whole, renamed | bomb, names), "name")


def test_docx_styles_of_unknown_kinds_are_passed_over() -> None:
    whole = docx_file("Title", [("Part", ["Body."])])
    levels = b'<w:outlineLvl w:val="' + b"9" * 5_000 + b'"/>'
    for changes in (
        {"word/styles.xml": lambda part: part.replace(b'w:type="table"', b'w:type="foo"')},
        {"word/document.xml": lambda part: part.replace(b"</w:pPr>", levels + b"</w:pPr>")},
    ):
        content = docx.read(changed_docx(whole, changes), "name")
        assert [section.heading for section in content.sections] == ["Title", "Part"]
    content = docx.read(changed_docx(whole, {"word/styles.xml": lambda _: b"<foreign/>"}), "name")
    assert content.text == "Title\n\nPart\n\nBody."


def test_docx_lists_tables_hidden_runs_and_bold_headings() -> None:
    import docx as word_files

    word = word_files.Document()
    word.add_paragraph().add_run("Aims").bold = True
    word.add_paragraph("Seen").add_run(" hidden").font.hidden = True
    word.add_paragraph("item", style="List Bullet")
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "x", "y"
    stream = io.BytesIO()
    word.save(stream)
    content = docx.read(stream.getvalue(), "name")
    assert [section.heading for section in content.sections] == ["Aims"]
    assert content.text == "Aims\n\nSeen\n\n- item\nx | y"


def test_docx_footnotes_follow_what_refers_to_them() -> None:
    import docx as word_files
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import OxmlElement
    from docx.oxml.ns import nsdecls, qn

    word = word_files.Document()
    run = word.add_paragraph("A claim.").add_run()
    for identity in ("0", "2", "2"):  # the separator, and a note that is referred to twice
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), identity)
        run._r.append(reference)
    word.add_paragraph("Another claim.")
    notes = f"""<w:footnotes {nsdecls("w")}>
      <w:footnote w:id="0" w:type="separator"><w:p><w:r><w:t>Line</w:t></w:r></w:p></w:footnote>
      <w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> Its source.</w:t></w:r></w:p>
      </w:footnote></w:footnotes>"""
    part = Part(PackURI("/word/footnotes.xml"), "application/xml", notes.encode(), word.part.package)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    word.part.relate_to(part, kind)
    stream = io.BytesIO()
    word.save(stream)
    assert docx.read(stream.getvalue(), "name").text == "A claim.\n\nIts source.\n\nAnother claim."


def test_docx_levels_follow_styles() -> None:
    content = docx.read(docx_file("Report", [("Part", ["Body."])]), "name")
    assert [(section.heading, section.level) for section in content.sections] == [("Report", 1), ("Part", 1)]


def test_a_large_plain_text_keeps_every_part() -> None:
    copies = 4_000  # 4 MB; in time quadratic in its size this would not come to an end
    content = text.read((f"Part\n\n{LONG * 4}\n\n" * copies).encode(), "name")
    assert [section.heading for section in content.sections] == ["Part"] * copies


def test_docx_cells_merged_downwards_stand_in_each_of_their_rows() -> None:
    import docx as word_files

    word = word_files.Document()
    word.add_heading("Staff", 1)
    table = word.add_table(4, 3)
    rows = [("Region", "2023", "2024"), ("North", "1", "2"), ("", "3", "4"), ("L" * 200, "5", "6")]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, texts, strict=True):
            cell.text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    table.add_row().cells[2].text = "8"
    table.cell(3, 0).merge(table.cell(4, 0))
    word.add_paragraph()
    word.add_table(1, 2).cell(0, 0).text = "Another table"
    stream = io.BytesIO()
    word.save(stream)
    lines = ["Region | 2023 | 2024", "North | 1 | 2", "North | 3 | 4", f"{'L' * 200} | 5 | 6", " | 8"]
    assert (
        docx.read(stream.getvalue(), "name").text == "Staff\n\n" + "\n".join(lines) + "\n\nAnother table | "
    )


def test_docx_lists_within_lists_are_indented() -> None:
    import docx as word_files

    word = word_files.Document()
    word.add_heading("Duties", 1)
    for style, words in (("List Number", "keep:"), ("List Bullet 2", "ships,"), ("List Number", "collect.")):
        word.add_paragraph(words, style=style)
    stream = io.BytesIO()
    word.save(stream)
    assert docx.read(stream.getvalue(), "name").text == "Duties\n\n1. keep:\n  - ships,\n2. collect."
