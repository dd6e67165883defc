"""Plain text: the file's own characters, and the headings that its lines show."""

from knowledge.readers.content import Content, clean, hidden_warning, sections
from knowledge.readers.decoding import decode
from knowledge.readers.headings import find_headings


def read(data: bytes, name: str) -> Content:
    """Reads plain text; ``name`` is the title of a text that has none. Raises UnreadableFile (binary)."""
    raw, warnings = decode(data)
    text, hidden = clean(raw)
    return content(text, name, (*warnings, *hidden_warning(hidden)))


def content(text: str, name: str, warnings: tuple[str, ...] = ()) -> Content:
    """A text that marks no headings, with those found; ``name`` is its title if it begins with none."""
    title, headings = find_headings(text)
    title = title or name
    return Content(title, text, sections(text, headings, title), warnings=warnings)
