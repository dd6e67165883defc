"""Numbers, places in a row and dates, in digits or words."""

import re
from collections.abc import Iterator, Sequence

from assistant.wording.terms import DAYS, ORDINALS, SCALES, UNITS
from assistant.wording.texts import WORD, months

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3}(?!\d))+(?:[.,]\d+)?|\d+(?:[.,]\d+)?")
_ORDINAL = re.compile(r"(?<!\w)(\d+)(?:st|nd|rd|th|ste|de|er|re|ère|e|ème)(?!\w)")
# 'One' counts only where a thing follows that it counts: elsewhere it is a pronoun.
_ONE = re.compile(
    r"\b(?:one|single|één)\s+(?!of\b|another\b|or\b|that\b|who\b|which\b|can\b|may\b|must\b|should\b|has\b|is\b"
    r"|would\b|could\b|cannot\b|and\b|side\b|hand\b|day\b)([^\W\d_]{4})",
    re.IGNORECASE,
)


def numbers(text: str) -> frozenset[float]:
    """The numbers of a text, in digits or words: '1,000' and '1.000' are 1000, 'two million' is 2000000."""
    found = {_value(match[0]) for match in _NUMBER.finditer(text)}
    return frozenset(found | set(_worded(WORD.findall(text.lower()))))


def changed_numbers(text: str, source: str) -> Iterator[str]:
    """The numbers and places in a row of the text that its source does not have."""
    for number in sorted(numbers(text) - numbers(source)):
        yield f"{number:g}"
    known = set(_ordinals(source).values())
    for word, place in _ordinals(text).items():
        if place not in known:
            yield word
    for match in _ONE.finditer(text):
        counted = rf"\b(?:an?|one|single|één|1)\s+(?:\w+\s+){{0,2}}{re.escape(match[1])}"
        if not re.search(counted, source, re.IGNORECASE):
            yield match[0].split()[0]


def changed_dates(text: str, source: str) -> Iterator[str]:
    """The months and days of the week of the text that its source does not have."""
    known = set(_moments(source).values())
    for word, moment in _moments(text).items():
        if moment not in known:
            yield word


def _value(digits: str) -> float:
    compact = digits.replace(" ", "")
    if re.fullmatch(r"\d+(?:[.,]\d{3})+", compact):
        return float(re.sub(r"[.,]", "", compact))
    head, separator, tail = compact.rpartition("," if compact.rfind(",") > compact.rfind(".") else ".")
    return float(re.sub(r"[.,]", "", head) + "." + tail) if separator else float(compact)


def _worded(words: Sequence[str]) -> Iterator[float]:
    """Values of runs of number words: twenty-five, two hundred, three million."""
    total, run = 0.0, False
    for word in (part for each in words for part in each.split("-")):
        if word in UNITS:
            total, run = total + UNITS[word], True
        elif word in SCALES and run:
            total *= SCALES[word]
        elif run:
            yield total
            total, run = 0.0, False
    if run:
        yield total


def _ordinals(text: str) -> dict[str, int]:
    """Places in a row by the word that names them."""
    worded = {word: ORDINALS[word] for word in WORD.findall(text.lower()) if word in ORDINALS}
    return worded | {match[0]: int(match[1]) for match in _ORDINAL.finditer(text.lower())}


def _moments(text: str) -> dict[str, tuple[str, int]]:
    days = {word: ("day", DAYS[word.lower()]) for word in WORD.findall(text) if word.lower() in DAYS}
    return days | {word: ("month", number) for word, number in months(text)}
