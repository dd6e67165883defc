"""Every sentence of the frame, in four languages: ``<table>.<language>.toml``, one file for each table."""

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
DEFAULT = "en"


def phrase(key: str, language: str = DEFAULT, **values: object) -> str:
    """The phrase ``table.name`` with ``{placeholders}`` filled; English for any other language.

    Raises KeyError for an unknown key or a missing value.
    """
    table, _, name = key.partition(".")
    code = language if (FOLDER / f"{table}.{language}.toml").is_file() else DEFAULT
    return _Strict().vformat(phrases(table, code)[name], (), values)


@cache
def phrases(table: str, language: str) -> Mapping[str, str]:
    """All phrases of a table in a language, as they are written. Raises KeyError for an unknown table."""
    path = FOLDER / f"{table}.{language}.toml"
    if not path.is_file():
        raise KeyError(f"There is no table of phrases {path.name}.")
    return tomllib.loads(path.read_text("utf-8"))


class _Strict(string.Formatter):
    """Fills ``{name}`` only: a value can reach no attribute or index of another."""

    def get_field(self, field_name: str, args: object, kwargs: Mapping[str, object]) -> tuple[object, str]:  # type: ignore[override]
        return kwargs[field_name], field_name
