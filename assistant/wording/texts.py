"""Texts as the wording guard compares them."""

import re
from collections.abc import Iterator

from assistant.wording.terms import FRAME, MONTHS, NEGATIONS

PREFIX = 4  # letters by which two forms of a word are one: report ~ reported
WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_CLAUSE = re.compile(
    r"[;:,.!?()–—]|\s(?:and|but|while|whereas|en|maar|terwijl|et|mais|tandis|und|aber|während)\s"
)
_MONTH_CONTEXT = re.compile(
    r"(?:\d\W{0,2}\s*(?:de\s+)?|\b(?:in|of|since|until|en|van|im|seit)\s+)$", re.IGNORECASE
)
# 'may', 'mars' and 'march' are months where a number or a preposition stands beside them, else other words.
_AMBIGUOUS_MONTHS = frozenset(("may", "mars", "march", "mei", "mai"))


def plain(text: str) -> str:
    """The text with plain apostrophes and spaces, and without soft hyphens."""
    return text.replace("’", "'").replace("\u00ad", "").replace("\u00a0", " ").replace("\u202f", " ")


def fold(text: str) -> str:
    """The text in lower case, white space made one."""
    return " ".join(text.casefold().split())


def clauses(text: str) -> list[str]:
    """What stands between punctuation and conjunctions."""
    return _CLAUSE.split(text)


def content(text: str) -> list[str]:
    """The beginnings of the words, in order, that could be what a negation or a modal bears on."""
    return [
        word[:PREFIX]
        for word in WORD.findall(text.lower())
        if len(word) >= PREFIX and not is_negation(word) and word not in FRAME
    ]


def is_negation(word: str) -> bool:
    """Whether a word in lower case negates."""
    return word in NEGATIONS or word.endswith("n't")


def negates(text: str) -> bool:
    """Whether the text negates anything."""
    return any(map(is_negation, WORD.findall(text.lower())))


def months(text: str) -> Iterator[tuple[str, int]]:
    """The words that name months, with their numbers."""
    for match in WORD.finditer(text):
        if is_month(text, match):
            yield match[0], MONTHS[match[0].lower()]


def is_month(text: str, match: re.Match[str]) -> bool:
    """Whether the word found in the text names a month."""
    word = match[0].lower()
    if word not in MONTHS or word not in _AMBIGUOUS_MONTHS:
        return word in MONTHS
    followed = bool(re.match(r"\W{1,2}\d", text[match.end() :]))
    return followed or (bool(_MONTH_CONTEXT.search(text[: match.start()])) and match[0][0].isupper())
