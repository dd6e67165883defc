"""Word documents: paragraphs by styles, lists as items, tables as rows, notes below their references."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from knowledge.errors import UnreadableFile
from knowledge.messages import Message
from knowledge.readers import numbering
from knowledge.readers import text as plain_text
from knowledge.readers.content import BLOCK_GAP, Block, Content, assemble, clean, hidden_warning, one_line
from knowledge.readers.headings import reads_as_heading

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_OLE = b"\xd0\xcf\x11\xe0"  # old Word files, and new ones behind a password
# What a file of 200 MB may honestly unpack to; XML takes some ten times its size in memory.
_MAX_XML = 150_000_000
_MAX_UNPACKED = 1_000_000_000
_MAX_PARTS = 20_000
_MAX_REPEATED = 80  # characters of a merged cell that each of its rows is read with: a name, not a text
_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says the same again
_SKIPPED = frozenset({_FALLBACK, *(_W + tag for tag in ("del", "moveFrom", "pPr", "sectPr", "tblPr", "rt"))})
_NOTES = {"footnotes": "footnoteReference", "endnotes": "endnoteReference"}
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read(data: bytes, name: str) -> Content:
    """Reads a .docx file; ``name`` is the title of one without. Raises UnreadableFile (damaged, a bomb)."""
    word = _open(data)
    elements = _style_elements(word)
    reading = _Reading(_styles(elements), _notes(word), numbering.read(_numbering(word), elements))
    paragraphs = list(reading.paragraphs(word.element.body))
    hidden = sum(removed for _, removed in paragraphs)
    blocks = list(_merged(_with_bold_headings([paragraph for paragraph, _ in paragraphs])))
    top = [block.text for block in blocks if block.level == 1]
    own = one_line(clean(word.core_properties.title or "")[0])
    title = one_line(top[0]) if len(top) == 1 or (top and blocks[0].level == 1) else own or name
    warnings = hidden_warning(hidden)
    if any(block.level for block in blocks):
        return assemble(blocks, title, warnings)
    # Not one heading is marked: its lines are read as those of a plain text.
    return plain_text.content(BLOCK_GAP.join(block.text for block in blocks), title, warnings)


def _open(data: bytes) -> "WordDocument":
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    if data.startswith(_OLE):
        raise UnreadableFile(
            Message(
                "knowledge.docx_protected",
                "the file is protected with a password or an old Word file; save it as .docx without a "
                "password",
            )
        )
    try:
        _refuse_bomb(data)
        word = docx.Document(io.BytesIO(data))
        if word.element.body is None:
            raise KeyError("body")
    except (zipfile.BadZipFile, OpcError, LxmlError, KeyError, ValueError, EOFError, OSError) as error:
        raise _damaged() from error
    except (NotImplementedError, RuntimeError, AttributeError, TypeError) as error:
        raise _damaged() from error  # unknown compression, an encrypted part, parts of the wrong kind
    return word


def _damaged() -> UnreadableFile:
    return UnreadableFile(
        Message("knowledge.docx_damaged", "the Word file is damaged; open it in Word and save it again")
    )


def _refuse_bomb(data: bytes) -> None:
    """zipfile stops at the size that an entry declares, so the declared sizes bound what is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        _bound(parts, {"xml", "rels"})  # the list of types is among them
        _bound(parts, {"xml", "rels"} | _xml_names(archive.read("[Content_Types].xml")))


def _bound(parts: list[zipfile.ZipInfo], xml_names: set[str]) -> None:
    """Refuses too many parts and too large ones, most of all XML: by these endings or names it is known."""
    unpacked = sum(part.file_size for part in parts)
    names = [part.filename.lower() for part in parts]
    is_xml = ["/" + name in xml_names or name.rpartition(".")[2] in xml_names for name in names]
    xml = sum(part.file_size for part, parsed in zip(parts, is_xml, strict=True) if parsed)
    if len(parts) > _MAX_PARTS or xml > _MAX_XML or unpacked > _MAX_UNPACKED:
        raise UnreadableFile(
            Message(
                "knowledge.docx_large",
                "the Word file unpacks to {size:,} MB; split it into smaller files",
                size=round(unpacked / 1e6),
            )
        )


def _xml_names(content_types: bytes) -> set[str]:
    """The endings and the part names (``/word/document.xml``) that are declared to be XML, lower case."""
    from docx.oxml import parse_xml

    return {
        name.lower()
        for element in parse_xml(content_types).iter("*")
        if element.get("ContentType", "").endswith("xml")
        for name in (element.get("PartName"), element.get("Extension"))
        if name
    }


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    level: int  # of a heading, 0 for text


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    level: int = 0
    is_line: bool = False  # a list item or a table row: stands below the one before it
    is_bold: bool = False
    begins: bool = False  # the first row of a table


def _style_elements(word: "WordDocument") -> dict[str, Any]:
    """The XML of paragraph styles by id."""
    return {
        element.get(_W + "styleId", ""): element
        for element in word.styles.element.iterchildren(_W + "style")
        if element.get(_W + "type", "paragraph") == "paragraph"
    }


def _numbering(word: "WordDocument") -> Any:
    """The XML that tells how lists and headings are numbered, None when there is none."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    related = (each for each in word.part.rels.values() if each.reltype == RELATIONSHIP_TYPE.NUMBERING)
    part = next((each.target_part for each in related if not each.is_external), None)
    return getattr(part, "element", None)


def _styles(elements: dict[str, Any]) -> dict[str, _Style]:
    """Paragraph styles by id, each with the heading level that it or a style it is based on gives."""
    found: dict[str, _Style] = {}
    for key, element in elements.items():
        level, at, seen = 0, element, set[str]()
        while at is not None and not level:
            style_name = _value(at, "name")
            heading = _HEADING.match(style_name)
            if heading or style_name.lower() == "title":
                level = int(heading[1]) if heading else 1
            else:
                level = _outline_level(at)
            based = _value(at, "basedOn")
            at = elements.get(based) if based not in seen else None
            seen.add(based)
        found[key] = _Style(_value(element, "name").lower(), level)
    return found


def _value(element: Any, *path: str) -> str:
    for tag in path:
        element = element.find(_W + tag)
        if element is None:
            return ""
    return str(element.get(_W + "val", ""))


def _outline_level(element: Any) -> int:
    """The heading level that a paragraph or a style sets itself, 0 for none."""
    outline = _value(element, "pPr", "outlineLvl")
    return int(outline) + 1 if outline in tuple("012345678") else 0


def _notes(word: "WordDocument") -> dict[tuple[str, str], Any]:
    """Footnotes and endnotes as XML, by the tag that refers to them and their id."""
    from docx.oxml import parse_xml
    from lxml.etree import LxmlError

    found: dict[tuple[str, str], Any] = {}
    for relation in word.part.rels.values():
        kind = _NOTES.get(relation.reltype.rsplit("/", 1)[-1])
        if kind is None or relation.is_external or not relation.target_part.content_type.endswith("xml"):
            continue
        try:
            notes = parse_xml(relation.target_part.blob)
        except LxmlError as error:
            raise _damaged() from error
        for note in notes:
            if isinstance(note.tag, str) and note.get(_W + "type", "normal") == "normal":
                found[_W + kind, note.get(_W + "id", "")] = note
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """The walk over the body; it descends into content controls and insertions, unlike python-docx."""

    styles: dict[str, _Style]
    notes: dict[tuple[str, str], Any]
    numbers: numbering.Numbering

    def paragraphs(self, parent: Any) -> Iterator[tuple[_Paragraph, int]]:
        """The paragraphs below an element with the number of invisible characters taken out of each."""
        for element in parent:
            if element.tag == _W + "p":
                yield from self._paragraph(element)
            elif element.tag == _W + "tbl":
                yield from self._rows(element)
            elif isinstance(element.tag, str) and element.tag not in _SKIPPED:
                yield from self.paragraphs(element)

    def _paragraph(self, element: Any) -> Iterator[tuple[_Paragraph, int]]:
        key = _value(element, "pPr", "pStyle")
        style = self.styles.get(key, _Style("", 0))
        if style.name.startswith("toc ") or style.name in ("header", "footer"):
            return
        text, removed = clean("".join(_text(element)))
        lines = filter(None, (" ".join(line.split(" ")).strip() for line in text.split("\n")))
        text = "\n".join(lines)
        if text:
            level = _outline_level(element) or style.level
            listed = _value(element, "pPr", "numPr", "numId")
            by_style = style.name.startswith("list ") or element.find(f"{_W}pPr/{_W}numPr") is not None
            is_item = not level and by_style and listed != numbering.NO_LIST
            label = self.numbers.label(element, key)
            if is_item:
                label = label or ("" if re.match(r"[-*•–]|\(?\w{1,3}[.)]\s", text) else "-")
                label = "  " * _depth(element, style.name) + label
            text = f"{label} {text}" if label.strip() else label + text
            yield _Paragraph(one_line(text) if level else text, level, is_item, _is_bold(element)), removed
        for reference in element.iter(*{tag for tag, _ in self.notes}):
            # A note is referred to once; were it twice, or from within a note, it would still be read once.
            note = self.notes.pop((reference.tag, reference.get(_W + "id", "")), None)
            if note is not None:
                yield from self.paragraphs(note)
        for box in element.iter(_W + "txbxContent"):
            if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                yield from self.paragraphs(box)

    def _rows(self, table: Any) -> Iterator[tuple[_Paragraph, int]]:
        above: dict[int, str] = {}  # the text of each column's last cell, for the rows that it is merged over
        begins = True
        for row in table.iter(_W + "tr"):
            if next(row.iterancestors(_W + "tbl")) is not table:
                continue  # a row of a table within a cell: read with that cell
            cells, removed, column = [], 0, 0
            for cell in row.iter(_W + "tc"):
                if next(cell.iterancestors(_W + "tr")) is not row:
                    continue
                if not _continues(cell):
                    inner = list(self.paragraphs(cell))
                    above[column] = one_line(" ".join(paragraph.text for paragraph, _ in inner))
                    removed += sum(count for _, count in inner)
                if not _continues(cell) or 0 < len(above.get(column, "")) <= _MAX_REPEATED:
                    cells.append(above[column])
                column += _columns(cell)
            if any(cells):
                yield _Paragraph(" | ".join(cells), is_line=True, begins=begins), removed
                begins = False


def _continues(cell: Any) -> bool:
    """Whether the cell is the lower part of one that was merged downwards."""
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merge is not None and merge.get(_W + "val") != "restart"


def _columns(cell: Any) -> int:
    """How many columns a cell takes."""
    span = _value(cell, "tcPr", "gridSpan")
    return int(span) if re.fullmatch(r"[1-9]\d?", span) else 1


def _depth(item: Any, style: str) -> int:
    """How deep within other lists a list item stands: by its own level, or by its style ('list bullet 2')."""
    level = _value(item, "pPr", "numPr", "ilvl")
    by_style = int(style[-1]) - 1 if re.fullmatch(r"list .* [2-5]", style) else 0
    return int(level) if level in tuple("12345678") else by_style


def _text(element: Any) -> Iterator[str]:
    """The characters of a paragraph that are seen: none deleted, hidden or of a box within."""
    for child in element:
        if child.tag == _W + "t":
            yield child.text or ""
        elif not isinstance(child.tag, str) or child.tag in _SKIPPED or child.tag == _W + "txbxContent":
            continue  # a comment, what is not seen, what is read by itself
        elif (short := child.tag.removeprefix(_W)) in _BREAKS:
            yield _BREAKS[short]
        elif child.tag != _W + "r" or not _is_on(child, "vanish"):
            yield from _text(child)


def _is_on(run: Any, switch: str) -> bool:
    element = run.find(f"{_W}rPr/{_W}{switch}")
    return element is not None and element.get(_W + "val", "1") not in ("0", "false", "none")


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iter(_W + "r") if "".join(_text(run)).strip()]
    return bool(runs) and all(_is_on(run, "b") for run in runs)


def _with_bold_headings(paragraphs: list[_Paragraph]) -> Iterator[_Paragraph]:
    """Where no style marks headings, short bold paragraphs above others are the headings."""
    styled = any(paragraph.level for paragraph in paragraphs)
    following = [*paragraphs[1:], None]
    for paragraph, below in zip(paragraphs, following, strict=True):
        bold = not styled and paragraph.is_bold and not paragraph.is_line and below is not None
        if bold and len(paragraph.text) <= 150 and reads_as_heading(one_line(paragraph.text)):
            yield _Paragraph(one_line(paragraph.text), 1)
        else:
            yield paragraph


def _merged(paragraphs: Iterator[_Paragraph]) -> Iterator[Block]:
    """Blocks: list items and rows that follow each other are one; a table is none with the one before it."""
    lines: list[str] = []
    for paragraph in paragraphs:
        new_table = paragraph.begins and bool(lines) and " | " in lines[-1]
        if lines and (not paragraph.is_line or new_table):
            yield Block("\n".join(lines))
            lines = []
        if paragraph.is_line:
            lines.append(paragraph.text)
        else:
            yield Block(paragraph.text, paragraph.level)
    if lines:
        yield Block("\n".join(lines))
