"""Markdown: turned into HTML by the CommonMark rules, tables added, and read like a page."""

import re

from knowledge.readers import html
from knowledge.readers.content import Content, clean, hidden_warning, one_line
from knowledge.readers.decoding import decode

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<fields>.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"[A-Za-z_][\w -]*:")
_TITLE = re.compile(r"^title:[ \t]*(?P<quote>[\"']?)(?P<title>[^\n]+?)(?P=quote)[ \t]*$", re.M | re.I)


def read(data: bytes, name: str) -> Content:
    """Reads Markdown; ``name`` is the title of a text without one. Raises UnreadableFile (binary)."""
    from markdown_it import MarkdownIt

    raw, warnings = decode(data)
    text, hidden = clean(raw)
    title, body = _front_matter(text)
    markup = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(body)
    return html.content(markup, name, (*warnings, *hidden_warning(hidden)), title)


def _front_matter(text: str) -> tuple[str, str]:
    """The title that a block of YAML at the top names, and the text below the block."""
    found = _FRONT_MATTER.match(text)
    if found is None or not _FIELD.match(found["fields"].lstrip()):
        return "", text
    title = _TITLE.search(found["fields"])
    return one_line(title["title"]) if title else "", text[found.end() :]
