"""What documents and their numbered parts are called: words of titles and files, 'Article 9', 'part IV'."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.lexical import stem

FILE = Path(__file__).parent / "grammar" / "labels.toml"
ANY = "#any"  # 'the tram document': of whatever kind
TOKEN = re.compile(r"[^\W_]+")
_PHRASE = 3  # most words of a kind's name
_ENDING = 5  # least letters of a kind's name that a compound may end with: 'Prüfungsordnung'
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_NUMBER = r"(?P<number>\d+(?:\.\d+)*|[IVXLC]+|[A-Z])(?![^\W_]|[.]\d)"
_SIGN = "§"
_SIGNED = ("article", "section", "paragraph")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a kind's name in a text: its range and the keys by which labels know it; '#' marks a kind."""

    start: int
    end: int
    keys: frozenset[str]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of documents that it names."""
        return frozenset(key for key in self.keys if key.startswith("#"))


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part as a text names it; ``kind`` is "" when only a number stands there."""

    kind: str
    number: str
    start: int = 0
    end: int = 0

    def names(self, other: "Part") -> bool:
        """Whether a heading that is labelled ``other`` may be meant: of its kind, or of no kind."""
        signs = _SIGNED if self.kind == _SIGN else (_SIGN,) if self.kind in _SIGNED else ()
        return self.number == other.number and other.kind in ("", self.kind, *signs)


@cache
def table() -> Mapping[str, Any]:
    """The whole table of labels."""
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def _kinds() -> Mapping[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], frozenset[str]] = {}
    for kind, names in table()["kinds"].items():
        for name in names:
            key = tuple(TOKEN.findall(name))
            found[key] = found.get(key, frozenset()) | {f"#{kind}"}
    return found


@cache
def _kinds_of(word: str) -> frozenset[str]:
    """The kinds that a word names, by itself or as the end of a compound."""
    endings = (
        kinds
        for name, kinds in _kinds().items()
        if len(name) == 1 and (word == name[0] or (len(name[0]) >= _ENDING and word.endswith(name[0])))
    )
    return frozenset().union(*endings)


def words_of(text: str) -> list[Word]:
    """The words of a text; a kind's name of several words ('press release') counts as one."""
    tokens = list(TOKEN.finditer(text))
    found: list[Word] = []
    position = 0
    while position < len(tokens):
        sizes = (n for n in range(_PHRASE, 1, -1) if _phrase(tokens, position, n) in _kinds())
        span = tokens[position : position + next(sizes, 1)]
        phrase = _phrase(span, 0, len(span))
        kinds = _kinds().get(phrase, frozenset()).union(*(_kinds_of(word) for word in phrase))
        roots = {stem(word, "en") for word in phrase}
        found.append(Word(span[0].start(), span[-1].end(), kinds | roots))
        position += len(span)
    return found


def _phrase(tokens: list[re.Match[str]], position: int, size: int) -> tuple[str, ...]:
    return tuple(token[0].lower() for token in tokens[position : position + size])


@cache
def _part_kinds() -> Mapping[str, str]:
    return {name: kind for kind, names in table()["parts"].items() for name in names} | {_SIGN: _SIGN}


@cache
def _part() -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(name) for name in _part_kinds()), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?P<kind>(?i:{names}))\.?\s*(?i:(?:nos?|nrs?|n°)\.?\s*)?{_NUMBER}")


_BARE = re.compile(rf"{_NUMBER}[.):]?\s+(?=\S)")


def parts_in(text: str) -> Iterator[Part]:
    """The numbered parts that a text names: 'Article 9', '§ 9', 'art. 9', 'section 3.2', 'chapter IV'."""
    for match in _part().finditer(text):
        kind = _part_kinds()[match["kind"].lower()]
        yield Part(kind, _arabic(match["number"]), match.start(), match.end())


def part_of(heading: str) -> Part | None:
    """The number that a heading carries, with or without the kind of part."""
    match = _part().match(heading)
    if match:
        return Part(_part_kinds()[match["kind"].lower()], _arabic(match["number"]))
    bare = _BARE.match(heading)
    return Part("", _arabic(bare["number"])) if bare and not bare["number"].isalpha() else None


def _arabic(number: str) -> str:
    """'IV' → '4'; a single letter that is rarely a number stays one: 'Annex C'."""
    if not set(number) <= set(_ROMAN) or number in "LC":
        return number
    values = [_ROMAN[letter] for letter in number]
    following = [*values[1:], 0]
    signed = (-value if value < after else value for value, after in zip(values, following, strict=True))
    return str(sum(signed))
