"""Real files of every format, made from a title and (heading, paragraphs) pairs."""

import html
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

Parts = Sequence[tuple[str, Sequence[str]]]
Rows = Sequence[Sequence[str]]


def text_file(title: str, parts: Parts) -> bytes:
    lines = [title] + [line for heading, paragraphs in parts for line in (heading, *paragraphs)]
    return ("\n\n".join(lines) + "\n").encode()


def markdown_file(title: str, parts: Parts) -> bytes:
    lines = [f"# {title}"] + [line for heading, texts in parts for line in (f"## {heading}", *texts)]
    return "\n\n".join(lines).encode()


def html_file(title: str, parts: Parts) -> bytes:
    body = "".join(
        f"<h2>{html.escape(heading)}</h2>" + "".join(f"<p>{html.escape(text)}</p>" for text in texts)
        for heading, texts in parts
    )
    return f"<!doctype html><meta charset=utf-8><h1>{html.escape(title)}</h1>{body}".encode()


def docx_file(title: str, parts: Parts) -> bytes:
    import docx

    word = docx.Document()
    word.add_heading(title, 0)
    for heading, texts in parts:
        word.add_heading(heading, 1)
        for text in texts:
            word.add_paragraph(text)
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def changed_docx(
    whole: bytes, changes: Mapping[str, Callable[[bytes], bytes]], names: Mapping[str, str] | None = None
) -> bytes:
    """A Word file with parts changed and, by ``names``, renamed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            change = changes.get(name, lambda part: part)
            new.writestr((names or {}).get(name, name), change(old.read(name)))
    return stream.getvalue()


def pdf_file(
    title: str,
    parts: Sequence[tuple[str, Sequence[str | Rows]]],
    *,
    running: str = "",
    footer: str = "Page {}",
    password: str = "",
    outline: bool = False,
) -> bytes:
    """A PDF with larger headings; ``running`` stands at the top of each page, its number at the foot.

    Where a paragraph is a list of rows, it is a table.
    """
    from fpdf import FPDF

    class Report(FPDF):
        def header(self) -> None:
            if running:
                self.set_font("Helvetica", size=9)
                self.cell(0, 5, running, align="C")
                self.ln(12)

        def footer(self) -> None:
            if running:
                self.set_y(-15)
                self.set_font("Helvetica", size=9)
                self.cell(0, 5, footer.format(self.page_no()))

    pdf = Report()
    if password:
        pdf.set_encryption(owner_password=password, user_password=password)
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 20)
    pdf.multi_cell(0, 10, title, new_x="LMARGIN", new_y="NEXT")
    for heading, texts in parts:
        pdf.set_font("Helvetica", "" if outline else "B", 11 if outline else 14)
        if outline:
            pdf.start_section(heading)
        pdf.multi_cell(0, 9, heading, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=11)
        for text in texts:
            if isinstance(text, str):
                pdf.multi_cell(0, 5.5, text, new_x="LMARGIN", new_y="NEXT")
            else:
                with pdf.table() as table:
                    for row in text:
                        table.row(row)
            pdf.ln(3)
    return bytes(pdf.output())


MAKERS = {
    ".txt": text_file,
    ".md": markdown_file,
    ".html": html_file,
    ".docx": docx_file,
    ".pdf": pdf_file,
}


def docx_table(title: str, rows: Rows) -> bytes:
    import docx

    word = docx.Document()
    word.add_heading(title, 0)
    table = word.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def html_table(title: str, rows: Rows) -> bytes:
    lines = ["<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in rows]
    return f"<!doctype html><h1>{html.escape(title)}</h1><table>{''.join(lines)}</table>".encode()


def markdown_table(title: str, rows: Rows) -> bytes:
    lines = [f"| {' | '.join(row)} |" for row in (rows[0], ["---"] * len(rows[0]), *rows[1:])]
    return "\n".join([f"# {title}", "", *lines, ""]).encode()


TABLE_MAKERS = {".docx": docx_table, ".html": html_table, ".md": markdown_table}
