"""PDF: the lines that PDFium finds, with their places and sizes; layout.py makes paragraphs of them."""

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from knowledge.errors import UnreadableFile
from knowledge.messages import Message
from knowledge.readers.columns import Cell, Line, cells, with_rows
from knowledge.readers.content import Content, assemble, clean, hidden_warning, one_line
from knowledge.readers.layout import (
    blocks,
    levels_by_outline,
    levels_by_size,
    without_running_lines,
)

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

_PDFIUM = Lock()  # PDFium may be used by one thread at a time
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_BOLD = 600  # font weight
_MAX_PAGES_NAMED = 8
_NO_TITLES = ("untitled", "microsoft word", "powerpoint")  # what programs write there by themselves
_FILE_ENDINGS = (".doc", ".docx", ".indd", ".pdf", ".tex", ".rtf", ".odt")
_MAX_BROKEN = 0.05
_END_OF_LINE = "\r\n"
_HYPHEN = "\x02"  # PDFium's mark for a hyphen at a line's end; it joins the two lines


def read(data: bytes, name: str) -> Content:
    """Reads a PDF; ``name`` is the title of one without. Raises UnreadableFile (locked, damaged, scanned)."""
    with _PDFIUM:
        lines, heights, outline, own_title, unread = _extract(data)
    pages = len(heights)
    if not lines:
        raise UnreadableFile(
            Message(
                "knowledge.pdf_scanned",
                "0 characters on {pages}: the PDF is scanned or holds pictures of text; "
                "run text recognition (OCR) on it first",
                pages=_page_count(pages),
            )
        )
    cleaned = [(line, *clean(line.text.replace(_HYPHEN, "-"))) for line in with_rows(lines)]
    hidden = sum(removed for _, _, removed in cleaned)
    empty = sorted(set(range(1, pages + 1)) - {line.page for line in lines} - set(unread))
    text_lines = [replace(line, text=text) for line, text, _ in cleaned if text.strip()]
    kept = without_running_lines(text_lines, heights)
    by_outline = levels_by_outline(kept, outline)
    level_of = by_outline or levels_by_size(kept)
    if not kept:
        kept = text_lines  # nothing but what looks like running lines: then they are the text
    own = _own_title(own_title)
    found = list(blocks(kept, level_of, own if by_outline is None else None))
    # The largest at the front of the first page is the title; by an outline it may be a chapter.
    stands_first = by_outline is None and found[0].level == 1 and kept[0].page == 1
    title = one_line(found[0].text) if stands_first else own
    warnings = (*_warnings(text_lines, empty, unread), *hidden_warning(hidden))
    return assemble(found, title or name, warnings)


def _own_title(title: str) -> str:
    """The title in the metadata, unless a program wrote it there by itself."""
    own = one_line(clean(title)[0])
    return "" if own.lower().endswith(_FILE_ENDINGS) or own.lower().startswith(_NO_TITLES) else own


def _warnings(lines: Sequence[Line], empty: Sequence[int], unread: Sequence[int]) -> Iterator[str]:
    if unread:
        yield Message("knowledge.pdf_pages_damaged", "Damaged and left out: {pages}.", pages=_pages(unread))
    if empty:
        told = "Without text (scanned or pictures): {pages}."
        yield Message("knowledge.pdf_pages_empty", told, pages=_pages(empty))
    total = sum(len(line.text) for line in lines)
    broken = sum(line.text.count("\ufffd") for line in lines)
    if broken > _MAX_BROKEN * total:
        told = "{broken} of {total} characters have no meaning in this PDF's fonts; check the text."
        yield Message("knowledge.pdf_fonts", told, broken=broken, total=total)


def _page_count(number: int) -> Message:
    if number == 1:
        return Message("knowledge.page_count_one", "1 page")
    return Message("knowledge.page_count_many", "{number} pages", number=number)


def _pages(numbers: Sequence[int]) -> Message:
    named = ", ".join(map(str, numbers[:_MAX_PAGES_NAMED]))
    if len(numbers) == 1:
        return Message("knowledge.page_named", "page {named}", named=named)
    if len(numbers) <= _MAX_PAGES_NAMED:
        return Message("knowledge.pages_named", "pages {named}", named=named)
    more = len(numbers) - _MAX_PAGES_NAMED
    return Message("knowledge.pages_and_more", "pages {named} and {more} more", named=named, more=more)


def _extract(
    data: bytes,
) -> tuple[list[Line], list[float], list[tuple[str, int, int]], str, list[int]]:
    """The lines, the pages' heights, the outline, the title in the metadata and the pages that fail."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD:
            raise UnreadableFile(
                Message(
                    "knowledge.pdf_protected",
                    "the PDF is protected with a password; save a copy without one and add that",
                )
            ) from error
        raise UnreadableFile(
            Message("knowledge.pdf_damaged", "the PDF is damaged or not whole; fetch or export it again")
        ) from error
    lines: list[Line] = []
    heights: list[float] = []
    unread: list[int] = []
    try:
        for number in range(1, len(document) + 1):
            try:
                page = document[number - 1]
                heights.append(page.get_height())
                text_page = page.get_textpage()
            except pypdfium2.PdfiumError:
                unread.append(number)
                heights[number - 1 :] = [0.0]
                continue
            lines.extend(_lines(text_page, number))
            text_page.close()
            page.close()
        if len(unread) == len(heights):
            raise UnreadableFile(
                Message(
                    "knowledge.pdf_without_pages",
                    "the PDF is damaged: no page of it can be opened; fetch or export it again",
                )
            )
        return lines, heights, _outline(document), document.get_metadata_value("Title"), unread
    finally:
        document.close()


def _outline(document: "PdfDocument") -> list[tuple[str, int, int]]:
    found = []
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        if index is not None:
            found.append((bookmark.get_title(), bookmark.level + 1, index + 1))
    return found


def _lines(text_page: "PdfTextPage", number: int) -> Iterator[Line]:
    from pypdfium2 import raw

    codes = [raw.FPDFText_GetUnicode(text_page, index) for index in range(text_page.count_chars())]
    characters = [
        chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes
    ]
    start = 0
    for index, character in enumerate([*characters, "\n"]):
        if character in _END_OF_LINE or character == _HYPHEN:
            stop = index + (character == _HYPHEN)
            line = _line(text_page, characters, start, stop, number)
            if line:
                yield line
            start = index + 1


def _line(
    text_page: "PdfTextPage", characters: Sequence[str], start: int, stop: int, number: int
) -> Line | None:
    seen = [index for index in range(start, stop) if not characters[index].isspace()]
    if not seen:
        return None
    samples = sorted({seen[0], seen[len(seen) // 2], seen[-1]})
    boxes = [text_page.get_charbox(index, loose=True) for index in samples]
    size = sorted(_size(text_page, index) for index in samples)[len(samples) // 2]
    return Line(
        text=one_line("".join(characters[start:stop])),
        page=number,
        left=boxes[0][0],
        right=max(box[2] for box in boxes),
        bottom=min(box[1] for box in boxes),
        top=max(box[3] for box in boxes),
        size=size,
        bold=all(_is_bold(text_page, index) for index in samples),
        cells=cells(list(_words(text_page, characters, seen)), size),
    )


def _words(text_page: "PdfTextPage", characters: Sequence[str], seen: Sequence[int]) -> Iterator[Cell]:
    """The words of a line, of whose characters ``seen`` are the places, with their left and right edges."""
    first = seen[0]
    for last, following in zip(seen, [*seen[1:], seen[-1] + 2], strict=True):
        if following > last + 1:
            left, right = (text_page.get_charbox(index, loose=True) for index in (first, last))
            yield Cell("".join(characters[first : last + 1]), left[0], right[2])
            first = following


def _size(text_page: "PdfTextPage", index: int) -> float:
    """The font size in points as it is drawn, to the half point: many files set size 1 and scale it."""
    from pypdfium2 import raw

    size, matrix = float(raw.FPDFText_GetFontSize(text_page, index)), raw.FS_MATRIX()
    if raw.FPDFText_GetMatrix(text_page, index, ctypes.byref(matrix)):
        size *= math.hypot(matrix.c, matrix.d)
    return round(size * 2) / 2


def _is_bold(text_page: "PdfTextPage", index: int) -> bool:
    """By the font's weight, or its name, which the standard fonts alone tell by."""
    from pypdfium2 import raw

    if raw.FPDFText_GetFontWeight(text_page, index) >= _BOLD:
        return True
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page, index, name, len(name), ctypes.byref(flags))
    return b"bold" in name.value.lower() or b"black" in name.value.lower()
