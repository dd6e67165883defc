"""Files to documents: one module a format, and the table of file endings that names them."""

import hashlib
import logging
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import UnreadableFile
from knowledge.files import cannot_open, too_large
from knowledge.messages import Message, message_of
from knowledge.readers import docx, html, markdown, pdf, text
from knowledge.readers.content import Content
from knowledge.types import Document


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its media type and its reader, which takes the bytes and a title to fall back on."""

    media_type: str
    read: Callable[[bytes, str], Content]


FORMATS = {
    ".txt": Format("text/plain", text.read),
    ".md": Format("text/markdown", markdown.read),
    ".markdown": Format("text/markdown", markdown.read),
    ".html": Format("text/html", html.read),
    ".htm": Format("text/html", html.read),
    ".pdf": Format("application/pdf", pdf.read),
    ".docx": Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx.read),
}
SUFFIXES = tuple(FORMATS)
logger = logging.getLogger(__name__)


def read(path: Path, max_mb: int = 200) -> Document:
    """Reads a file of a known format.

    Raises UnreadableFile, with a sentence for the user, for a file that is missing, of an unknown format,
    larger than ``max_mb`` MB, empty, damaged, encrypted or without text.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise UnreadableFile(_unknown(path))
    data = _bytes_of(path, max_mb)
    try:
        content = form.read(data, path.stem.replace("_", " ").strip() or path.name)
    except UnreadableFile as error:
        told = Message("knowledge.file_reason", "{name}: {reason}.", name=path.name, reason=message_of(error))
        raise UnreadableFile(told) from error
    except Exception as error:
        # No warning: where no log is set up, Python prints those on the terminal, stack trace and all.
        logger.debug("%s could not be parsed", path, exc_info=True)
        raise UnreadableFile(
            Message(
                "knowledge.file_malformed",
                "{name}: the file cannot be read, something in it is not as its format wants it "
                "({reason}); open it in its program, save it again and try once more.",
                name=path.name,
                reason=type(error).__name__,
            )
        ) from error
    if not content.text.strip():
        raise UnreadableFile(
            Message("knowledge.file_without_text", "{name}: the file holds no text.", name=path.name)
        )
    return Document(
        id=document_id(path.name),
        name=path.name,
        title=content.title,
        text=content.text,
        content_hash=hashlib.sha256(content.text.encode()).hexdigest(),
        file_hash=hashlib.sha256(data).hexdigest(),
        media_type=form.media_type,
        sections=content.sections,
        pages=content.pages,
        warnings=content.warnings,
    )


def document_id(name: str) -> str:
    """The id of the document with this file name: a readable part and a hash, the same on every machine."""
    name = unicodedata.normalize("NFC", name)  # file systems differ in how they spell é
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]
    return f"{slug or 'document'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _unknown(path: Path) -> Message:
    known = ", ".join(SUFFIXES)
    if not path.suffix:
        return Message(
            "knowledge.no_suffix",
            "{name}: files without an ending cannot be read; known are {known}.",
            name=path.name,
            known=known,
        )
    return Message(
        "knowledge.unknown_suffix",
        "{name}: files ending in “{suffix}” cannot be read; known are {known}.",
        name=path.name,
        suffix=path.suffix,
        known=known,
    )


def _bytes_of(path: Path, max_mb: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > max_mb * 1_000_000:
            raise UnreadableFile(too_large(path.name, size, max_mb))
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(cannot_open(path.name, error)) from error
    if not data:
        raise UnreadableFile(
            Message("knowledge.file_empty", "{name}: the file is empty (0 bytes).", name=path.name)
        )
    return data
