"""HTML: what a reader of the page sees, as headings, paragraphs, list items and table rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.errors import UnreadableFile
from knowledge.messages import Message
from knowledge.readers.content import Block, Content, assemble, clean, hidden_warning, one_line
from knowledge.readers.decoding import decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_UNSEEN_TAGS = frozenset(
    """
    head script style template noscript svg math iframe frame object embed applet canvas audio video map nav
    button select datalist input textarea dialog rp
    """.split()
)
_UNSEEN_ROLES = frozenset("navigation search menu menubar toolbar banner contentinfo complementary".split())
_UNSEEN_CLASSES = frozenset("mw-editsection headerlink anchor-link reference-ref noprint".split())
_UNSEEN_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0*\.?0*(?:;|!|$)|font-size:0*\.?0*(?:px|pt|em|rem|%)?(?:;|!|$)"
)
# Around an article these hold the site's furniture, within it a part of what it says.
_FURNITURE = frozenset({"footer", "aside"})
_ARTICLE = frozenset({"article", "main", "blockquote"})
_BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure
    footer form header hr legend main menu ol p pre section summary table tbody tfoot thead ul
    """.split()
)
_SUPERSCRIPTS = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_SUPERSCRIPT = re.compile(r"[0-9+−n-]{1,8}")
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_PERMALINK = re.compile(r"\s*[¶#§🔗]\s*$")
_MAX_REPEATED = 80  # characters of a cell that reaches down that each of its rows is read with: a name
_MAX_REACHING = 4  # such cells at a time: a hostile page must not unpack to many times its size
_MAX_SPAN = 1000  # as HTML has it for columns
_MAX_DEPTH = 8  # levels of lists that are shown by indentation
_START = re.compile(r"\d{1,9}")  # the first number of a list
# Elements that only their end tag closes. Parsing is quadratic in how deep they nest: a second for 20,000.
_NESTING_TAG = re.compile(
    r"<(/?)(?:div|span|section|article|blockquote|main|ul|ol|dl|table|a|b|i|u|em|strong|font|center|small|big)\b",
    re.IGNORECASE,
)
_MAX_NESTING = 20_000


def read(data: bytes, name: str) -> Content:
    """Reads an HTML page; ``name`` is the title of a page that has none. Raises UnreadableFile (binary)."""
    declared = _CHARSET.search(data[:4096])
    raw, warnings = decode(data, declared[1].decode("ascii", "replace") if declared else None)
    return content(raw, name, warnings)


def content(markup: str, name: str, warnings: tuple[str, ...] = (), title: str = "") -> Content:
    """The content of HTML markup; titled ``title``, else by its only h1, its own title or ``name``.

    Raises UnreadableFile for markup that nests beyond reason.
    """
    from selectolax.lexbor import LexborHTMLParser

    markup, hidden = clean(markup)
    if _nesting(markup) > _MAX_NESTING:
        raise UnreadableFile(
            Message(
                "knowledge.html_nested",
                "its elements nest more than {most:,} deep; open it in a browser and save its text",
                most=_MAX_NESTING,
            )
        )
    tree = LexborHTMLParser(markup)
    found: list[Block] = []
    for block in _Page().blocks(tree):
        text, removed = clean(block.text)  # again: an entity can write an invisible character too
        hidden += removed
        found.append(Block(text, block.level))
    title = title or _title(tree, found) or name
    return assemble(found, title, (*warnings, *hidden_warning(hidden)))


def _nesting(markup: str) -> int:
    """How deep elements nest at most, by their tags."""
    depth = deepest = 0
    for tag in _NESTING_TAG.finditer(markup):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _title(tree: "LexborHTMLParser", blocks: list[Block]) -> str:
    top = [one_line(block.text) for block in blocks if block.level == 1]
    node = tree.css_first("head > title")
    own = one_line(clean(node.text())[0]) if node is not None else ""
    return top[0] if top and (len(top) == 1 or not own) else own


@dataclass(slots=True)
class _Columns:
    """Where in a table's row the walk is, and the cells of rows above that reach down into it."""

    column: int = 0
    begin: int = 0  # of the open cell, among the parts of its row
    above: dict[int, tuple[int, int, str]] = field(default_factory=dict)  # by column: rows left, width, text

    def reaching(self) -> Iterator[str]:
        """The texts of the cells that stand here by reaching down; goes on behind them."""
        while found := self.above.pop(self.column, None):
            rows, width, text = found
            if rows > 1:
                self.above[self.column] = (rows - 1, width, text)
            self.column += width
            yield text

    def leave(self, node: "LexborNode", text: str) -> None:
        """Goes on behind a cell, and keeps it for the rows that it reaches down into."""
        rows, width = _span(node, "rowspan"), _span(node, "colspan")
        if rows > 1 and 0 < len(text) <= _MAX_REPEATED and len(self.above) < _MAX_REACHING:
            self.above[self.column] = (rows - 1, width, text)
        self.column += width


@dataclass(slots=True)
class _Page:
    """A walk over the tree that gathers the text of the block it is in."""

    parts: list[str] = field(default_factory=list)
    level: int = 0
    preformatted: int = 0
    lists: list[int | None] = field(default_factory=list)  # the next number of each open list; None: bullets
    items: list[str] = field(default_factory=list)  # lines of the list or table that is open
    tables: int = 0
    columns: _Columns = field(default_factory=_Columns)  # of the outermost table
    articles: int = 0

    def blocks(self, tree: "LexborHTMLParser") -> Iterator[Block]:
        """The blocks of a page. The walk keeps its own stack: pages nest deeper than Python recurses."""
        main = tree.css("main, [role=main]")
        root = tree.body
        if len(main) == 1 and main[0].text(strip=True) and not _unseen_within(main[0]):
            root, self.articles = main[0], 1
            heading = None if main[0].css_first("h1") else tree.css_first("h1")
            if heading is not None and not _unseen_within(heading):
                yield Block(one_line(heading.text(separator="")), 1)
        todo: list[tuple[LexborNode, bool]] = [(root, False)] if root is not None else []
        while todo:
            node, leaving = todo.pop()
            if leaving:
                yield from self._leave(node)
            elif node.is_text_node:
                self._text(node.text_content or "")
            elif node.is_element_node and not self._is_unseen(node):
                yield from self._enter(node)
                todo.append((node, True))
                todo.extend((child, False) for child in reversed(list(node.iter(include_text=True))))
        yield from self._flush()
        yield from self._flush_items()

    def _is_unseen(self, node: "LexborNode") -> bool:
        if node.tag == "header" and not self.articles:
            return node.css_first("h1, h2") is None
        return _unseen(node) or (node.tag in _FURNITURE and not self.articles)

    def _text(self, text: str) -> None:
        self.parts.append(text if self.preformatted else _BLANKS.sub(" ", text))

    def _enter(self, node: "LexborNode") -> Iterator[Block]:
        tag = node.tag or ""
        level = _heading_level(node)
        if tag == "br":
            self.parts.append("\n")
        elif tag == "img":
            self.parts.append(" ")
        elif tag in ("td", "th"):
            self._reach_down()
            self._next_cell()
            if self.tables == 1:
                self.columns.begin = len(self.parts)
        elif tag in ("li", "tr"):
            self._close_line()
        elif level and not self.tables:
            yield from self._flush()
            yield from self._flush_items()
            self.level = level
        elif tag in _BLOCKS:
            yield from self._open_block(tag)
        if tag in ("ul", "ol", "menu"):
            start = node.attributes.get("start") or ""
            self.lists.append((int(start) if _START.fullmatch(start) else 1) if tag == "ol" else None)
        if tag == "table" and not self.tables:
            self.columns = _Columns()
        self.tables += tag == "table"
        self.preformatted += tag == "pre"
        self.articles += tag in _ARTICLE
        if tag == "sup":
            self.parts.append("\0")

    def _next_cell(self) -> None:
        if any(part.strip() for part in self.parts):
            self.parts.append(" | ")

    def _reach_down(self) -> None:
        """Writes the cells of rows above that reach down to this place of the row."""
        if self.tables == 1:
            for text in self.columns.reaching():
                self._next_cell()
                self.parts.append(text)

    def _open_block(self, tag: str) -> Iterator[Block]:
        if self.tables:
            self.parts.append(" ")
        elif self.lists:
            if tag in ("ul", "ol", "menu", "pre", "table"):
                self._close_line()
            else:
                self.parts.append("\n")
        else:
            yield from self._flush()
            if tag in ("table", "ul", "ol", "menu"):
                yield from self._flush_items()

    def _leave(self, node: "LexborNode") -> Iterator[Block]:
        tag = node.tag or ""
        if tag == "sup":
            self._raise()
        elif tag == "li":
            self._close_line()
            if self.lists and (number := self.lists[-1]) is not None:
                self.lists[-1] = number + 1
        elif tag in ("td", "th") and self.tables == 1:
            self.columns.leave(node, one_line("".join(self.parts[self.columns.begin :])))
        elif tag == "tr":
            if self.tables == 1:
                if self.columns.column:  # a row without a cell of its own is none
                    self._reach_down()
                self.columns.column = 0
            self._close_line()
        elif _heading_level(node) and not self.tables:
            yield from self._flush()
        elif tag in _BLOCKS:
            yield from self._open_block(tag)
        if tag in ("ul", "ol", "menu") and self.lists:
            self._close_line()
            self.lists.pop()
        self.preformatted -= tag == "pre"
        self.articles -= tag in _ARTICLE
        self.tables -= tag == "table"
        if tag in ("table", "ul", "ol", "menu") and not self.lists and not self.tables:
            self._close_line()
            yield from self._flush_items()

    def _raise(self) -> None:
        """Writes the text since the last ``<sup>`` as superscript digits: 10⁶ must not become 106."""
        if "\0" not in self.parts:
            return  # a block within the superscript has ended what stood before it
        start = len(self.parts) - 1 - self.parts[::-1].index("\0")
        text = "".join(self.parts[start + 1 :])
        raised = text.translate(_SUPERSCRIPTS) if _SUPERSCRIPT.fullmatch(text.strip()) else text
        self.parts[start:] = [raised]

    def _close_line(self) -> None:
        """Ends a list item or a table row."""
        text = self._gathered()
        if not text:
            return
        if self.lists and not self.tables:
            number = self.lists[-1]
            marker = "- " if number is None else f"{number}. "
            indent = "  " * min(len(self.lists) - 1, _MAX_DEPTH)
            text = indent + marker + text.replace("\n", f"\n{indent}  ")
        elif self.tables:
            text = one_line(text)
        self.items.append(text)

    def _flush(self) -> Iterator[Block]:
        level, self.level = self.level, 0
        if level:
            text = _PERMALINK.sub("", one_line(self._gathered()))
        elif self.lists or self.tables:
            return self._close_line()
        else:
            text = self._gathered()
        if text:
            yield from self._flush_items()
            yield Block(text, level)

    def _flush_items(self) -> Iterator[Block]:
        if self.items:
            text, self.items = "\n".join(self.items), []
            yield Block(text)

    def _gathered(self) -> str:
        text = "".join(self.parts).replace("\0", "")
        self.parts = []
        if self.preformatted:
            return text.strip("\n").rstrip()
        return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def _span(node: "LexborNode", name: str) -> int:
    """Over how many rows or columns a cell reaches."""
    value = node.attributes.get(name) or ""
    return min(max(int(value), 1), _MAX_SPAN) if _START.fullmatch(value) else 1


def _heading_level(node: "LexborNode") -> int:
    tag = node.tag or ""
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return int(tag[1])
    if node.attributes.get("role") == "heading":
        level = node.attributes.get("aria-level") or "2"
        return int(level) if level in tuple("123456") else 2
    return 0


def _unseen(node: "LexborNode") -> bool:
    """Whether a person who looks at the page does not see this element, or sees it as furniture."""
    if node.tag in _UNSEEN_TAGS:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or (attributes.get("aria-hidden") or "").lower() == "true":
        return True
    if (attributes.get("role") or "").lower() in _UNSEEN_ROLES and node.tag != "header":
        return True
    style = attributes.get("style")
    if style and _UNSEEN_STYLE.search(_BLANKS.sub("", style).lower()):
        return True
    classes = attributes.get("class")
    return bool(classes) and not _UNSEEN_CLASSES.isdisjoint((classes or "").split())


def _unseen_within(node: "LexborNode | None") -> bool:
    while node is not None and node.is_element_node:
        if _unseen(node):
            return True
        node = node.parent
    return False
