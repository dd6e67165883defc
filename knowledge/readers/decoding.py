"""Bytes to characters: byte order mark, then UTF-8, then a guess that is told; binary files are refused."""

import codecs
import re

from knowledge.errors import UnreadableFile
from knowledge.messages import Message

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_IMAGE = Message("knowledge.kind_image", "an image")
_PROGRAM = Message("knowledge.kind_program", "a program")
_SIGNATURES = (
    (b"%PDF-", Message("knowledge.kind_pdf", "a PDF")),
    (b"PK\x03\x04", Message("knowledge.kind_zip", "a ZIP or Office file")),
    (b"\xd0\xcf\x11\xe0", Message("knowledge.kind_office", "an old Office file")),
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    (b"\x7fELF", _PROGRAM),
    (b"MZ\x90", _PROGRAM),
    (b"\x1f\x8b", Message("knowledge.kind_compressed", "a compressed file")),
)
_SAMPLE = 200_000  # bytes that a guess is made on; more would not change it and costs seconds
_MAX_CONTROL = 0.01  # text holds hardly any control characters, binary data a tenth or more
_MAX_BROKEN = 0.001  # UTF-8 with a broken character in a thousand bytes is damaged UTF-8, not another code
_CONTROL_BYTES = bytes({*range(9), *range(14, 27), *range(28, 32), 127})
# In Western European text, letters beyond ASCII are rare and stand among ASCII letters.
_MAX_WESTERN_ACCENTS = 0.25
_WESTERN = re.compile(r"[À-ÖØ-öø-ÿŒœŠšŽžŸ]")
_UNLIKELY = re.compile(r"[\x80-\x9f¢¤¥¦¨¬¯³¸¹¼½¾ƒˆ˜]|[^\W\d_][¡¿±µ¶¤](?=[^\W\d_])")


def decode(data: bytes, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Gives the text of ``data`` and warnings where its encoding was guessed.

    ``declared`` is the encoding that the file itself names (HTML). Raises UnreadableFile for binary data.
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableFile(
                Message(
                    "knowledge.other_kind",
                    "the file holds {kind}, not text; give it its own ending",
                    kind=kind,
                )
            )
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_as(data[len(mark) :], encoding)
    order = _utf16_order(data[:_SAMPLE])
    if order:
        return _decode_as(data, order)
    _refuse_binary(data[:_SAMPLE])
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _decode_other(data, declared)


def _decode_as(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd")
    _refuse_binary(text[:_SAMPLE].encode("utf-8"))
    return text, _broken_warning(broken)


def _decode_other(data: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    if _is_known(declared):
        try:
            return data.decode(str(declared)), ()
        except UnicodeDecodeError:
            pass  # the file names an encoding that it is not written in; go on to guess
    repaired = data.decode("utf-8", errors="replace")
    broken = repaired.count("\ufffd")
    if broken <= _MAX_BROKEN * len(data) and len(repaired) + broken < len(data):  # real multibyte characters
        return repaired, _broken_warning(broken)
    encoding = _guess(data)
    text = data.decode(encoding, errors="replace")
    told = "The text is not UTF-8; it was read as {encoding}."
    return text, (Message("knowledge.guessed_encoding", told, encoding=encoding),)


def _guess(data: bytes) -> str:
    """The likeliest single encoding: Windows-1252 (Latin-1) where that reads well, else by detection."""
    first = next(i for i, byte in enumerate(data) if byte > 127)  # the accents may begin far into the file
    sample = data[max(0, first - _SAMPLE // 2) : first + _SAMPLE // 2]
    western = sample.decode("cp1252", errors="replace")
    letters = sum(map(str.isalpha, western))
    accents = len(_WESTERN.findall(western))
    odd = len(_UNLIKELY.findall(western)) + western.count("\ufffd")
    if accents <= _MAX_WESTERN_ACCENTS * letters and odd <= 0.02 * (accents + odd):
        return "cp1252"
    import charset_normalizer

    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best else "cp1252"


def _utf16_order(sample: bytes) -> str | None:
    """UTF-16 without a mark: in text that is mostly Latin every other byte is zero."""
    even, odd = sample[0::2], sample[1::2]
    if len(odd) < 2:
        return None
    zeros_even, zeros_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if zeros_odd > 0.5 and zeros_even < 0.05:
        return "utf-16-le"
    if zeros_even > 0.5 and zeros_odd < 0.05:
        return "utf-16-be"
    return None


def _refuse_binary(sample: bytes) -> None:
    controls = len(sample) - len(sample.translate(None, delete=_CONTROL_BYTES))
    if controls > max(_MAX_CONTROL * len(sample), 2):
        raise UnreadableFile(Message("knowledge.binary", "the file holds binary data, not text"))


def _is_known(encoding: str | None) -> bool:
    try:
        return encoding is not None and codecs.lookup(encoding)._is_text_encoding
    except LookupError:
        return False


def _broken_warning(count: int) -> tuple[str, ...]:
    told = "{count} broken characters were read as \ufffd."
    return (Message("knowledge.broken_characters", told, count=count),) if count else ()
