"""The numbers that Word writes before headings and list items: 'Article 3', '2.1', '(b)'.

A file holds how to count, not the numbers themselves (ECMA-376, part 1, 17.9).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

NO_LIST = "0"  # the list of a paragraph that is taken out of its style's
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_LETTERS = ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i")
_ROMAN = tuple(zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), _LETTERS, strict=True))
_UNNUMBERED = frozenset({"bullet", "none"})


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts; ``text`` holds '%2' where the number of level 2 stands."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    decimal: bool = False  # all numbers in figures, also those of levels above in letters


@dataclass(frozen=True, slots=True)
class Numbering:
    """The lists of a document and how far each has been counted; `label` counts on."""

    levels: Mapping[str, Mapping[int, Level]]  # of each abstract list
    lists: Mapping[str, str]  # the abstract list of each list
    starts: Mapping[tuple[str, int], int]  # where a list begins anew
    styles: Mapping[str, tuple[str, int]]  # list and level of a paragraph style
    counted: dict[str, list[int | None]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def label(self, paragraph: Any, style: str) -> str:
        """What Word writes before the paragraph, "" for a bullet or nothing; the next one gets the next."""
        number, level = self._place(paragraph, style)
        abstract = self.lists.get(number, "")
        how = self.levels.get(abstract, {}).get(level)
        if how is None:
            return ""
        counts = self.counted.setdefault(abstract, [None] * _LEVELS)
        if number not in self.begun:
            self.begun.add(number)
            for (own, at), start in self.starts.items():
                if own == number:
                    counts[at] = start - 1
        counts[level] = how.start if (so_far := counts[level]) is None else so_far + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        if how.form in _UNNUMBERED:
            return ""
        return _PLACE.sub(lambda found: self._number(abstract, int(found[1]) - 1, how), how.text).strip()

    def _place(self, paragraph: Any, style: str) -> tuple[str, int]:
        """The list and the level of a paragraph, its own before its style's; "" and 0 of one in no list."""
        by_style = self.styles.get(style, ("", 0))
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        if own is None:
            return by_style
        return _value(own, "numId") or by_style[0], _whole(_value(own, "ilvl"), by_style[1], _LEVELS - 1)

    def _number(self, abstract: str, level: int, above: Level) -> str:
        how = self.levels[abstract].get(level, Level())
        count = self.counted[abstract][level]
        return written(how.start if count is None else count, "decimal" if above.decimal else how.form)


def read(part: Any, styles: Mapping[str, Any]) -> Numbering:
    """From the XML of numbering (None: the file has none) and of the paragraph styles by id."""
    levels: dict[str, dict[int, Level]] = {}
    linked: dict[str, tuple[str, int]] = {}  # abstract list and level, by the style that a level belongs to
    lists: dict[str, str] = {}
    starts: dict[tuple[str, int], int] = {}
    for element in part.iterchildren(_W + "abstractNum") if part is not None else ():
        key = element.get(_W + "abstractNumId", "")
        levels[key] = {}
        for at, each in _by_level(element, "lvl"):
            decimal = each.find(_W + "isLgl") is not None
            form = _value(each, "numFmt") or "decimal"
            levels[key][at] = Level(_whole(_value(each, "start"), 1), form, _value(each, "lvlText"), decimal)
            linked[_value(each, "pStyle")] = key, at
    for element in part.iterchildren(_W + "num") if part is not None else ():
        number = element.get(_W + "numId", "")
        lists[number] = _value(element, "abstractNumId")
        for at, each in _by_level(element, "lvlOverride"):
            start = _value(each, "startOverride")
            if start:
                starts[number, at] = _whole(start, 1)
    found = {}
    for style in styles:
        number = _inherited_list(style, styles)
        if number:
            key, at = linked.get(style, ("", 0))
            own = styles[style].find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
            level = at if key and key == lists.get(number) else 0
            found[style] = number, level if own is None else _whole(own.get(_W + "val"), 0, _LEVELS - 1)
    return Numbering(levels, lists, starts, found)


def _by_level(element: Any, tag: str) -> Iterator[tuple[int, Any]]:
    """The children of a tag with the level that each is for; those for no level of Word's are passed over."""
    for each in element.iterchildren(_W + tag):
        at = _whole(each.get(_W + "ilvl"), -1, _LEVELS - 1)
        if at >= 0:
            yield at, each


def _inherited_list(style: str, styles: Mapping[str, Any]) -> str:
    """The list that a style, or one that it is based on, puts its paragraphs in."""
    seen: set[str] = set()
    while style in styles and style not in seen:
        seen.add(style)
        properties = styles[style].find(f"{_W}pPr/{_W}numPr")
        if properties is not None and _value(properties, "numId"):
            return _value(properties, "numId")
        style = _value(styles[style], "basedOn")
    return ""


def written(number: int, form: str) -> str:
    """The number as a list's format writes it: 'iv', 'C', '07'; in figures where the format is no other."""
    if form in ("lowerLetter", "upperLetter"):
        rounds, place = divmod(number - 1, 26)
        text = chr(ord("a") + place) * (rounds + 1)
    elif form in ("lowerRoman", "upperRoman"):
        text = _roman(number)
    elif form == "decimalZero":
        text = f"{number:02}"
    else:
        text = str(number)
    return text.upper() if form.startswith("upper") else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        text += letters * times
    return text


def _value(element: Any, tag: str) -> str:
    found = element.find(_W + tag)
    return "" if found is None else str(found.get(_W + "val", ""))


def _whole(text: str | None, otherwise: int, most: int = 32767) -> int:
    """A whole number from 0 to ``most``, as these attributes hold; ``otherwise`` for anything else."""
    return int(text) if text and re.fullmatch(r"\d{1,5}", text) and int(text) <= most else otherwise
