"""Every sentence of the frame, in four languages: ``<table>.<language>.toml``, one file for each table.

The tables of messages (``knowledge``, ``assistant``, ``evals``) have no English: that stands in the code.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.messages import Message, message_of

FOLDER = Path(__file__).parent
DEFAULT = "en"
# No more of str.format than this: a value reaches no attribute of another.
_THOUSANDS = {"nl": ".", "de": ".", "fr": "\u202f"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def phrase(key: str, language: str = DEFAULT, **values: object) -> str:
    """The phrase ``table.name`` with ``{placeholders}`` filled; English for any other language.

    Raises KeyError for an unknown key or a missing value.
    """
    table, _, name = key.partition(".")
    code = language if (FOLDER / f"{table}.{language}.toml").is_file() else DEFAULT
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]), phrases(table, code)[name])


def told(message: str | BaseException, language: str = DEFAULT) -> str:
    """A message, or an error's, in a language; as it stands, in English, where there is no phrase for it."""
    if isinstance(message, BaseException):
        message = message_of(message)
    if not isinstance(message, Message):
        return message
    try:
        return phrase(message.code, language, **{k: _detail(v, language) for k, v in message.details.items()})
    except KeyError:
        return str(message)


def _detail(value: str | int, language: str) -> str:
    return number(value, language) if isinstance(value, int) else told(value, language)


def number(value: int, language: str = DEFAULT) -> str:
    """The number with its thousands set apart as the language does: 20,000 or 20.000."""
    return f"{value:,}".replace(",", _THOUSANDS.get(language, ","))


@cache
def phrases(table: str, language: str) -> Mapping[str, str]:
    """All phrases of a table in a language, as they are written. Raises KeyError for an unknown table."""
    path = FOLDER / f"{table}.{language}.toml"
    if not path.is_file():
        raise KeyError(f"There is no table of phrases {path.name}.")
    return tomllib.loads(path.read_text("utf-8"))
