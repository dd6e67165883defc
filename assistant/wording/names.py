"""Names and acronyms that a text has and its source has not."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import takewhile

from assistant.wording.terms import SAME_NAMES
from assistant.wording.texts import PREFIX, WORD, fold

_ACRONYM = re.compile(r"\b(?=[\w-]*[A-ZÀ-Þ][\w-]*[A-ZÀ-Þ0-9]|[0-9]+[A-Z]\b)[A-ZÀ-Þ0-9][\w-]*")
_CAPITALISED = re.compile(r"[A-ZÀ-Þ][^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NO_NAMES = frozenset("état états state states staat staaten internet web".split())  # capitals all the same
_SHORT = 3  # letters; 'US', 'UN', 'IT' and 'WHO' are words when they are not capitals
_ENDINGS = 3  # letters that forms of a name may differ in at their end: Belgium ~ Belgian


def changed_names(text: str, source: str, language: str, same_language: bool) -> Iterator[str]:
    """The names of the text that its source does not have, in reading order.

    In another language a name may have another form, and known bodies have their other names. Of German's
    capitalised words only countries and acronyms are taken for names.
    """
    folded = fold(source)
    words = set(WORD.findall(folded))
    for name, is_plain in _named(text, german=language == "de"):
        if not _is_named(name, source, folded, words, same_language, is_plain):
            yield name


def names_in(text: str, language: str) -> frozenset[str]:
    """The names and acronyms of a text."""
    return frozenset(name for name, _ in _named(text, german=language == "de"))


def _named(text: str, german: bool) -> Iterator[tuple[str, bool]]:
    """(name, whether it is a plain capitalised word) in reading order."""
    acronyms = {match.span(): match[0] for match in _ACRONYM.finditer(text)}
    capitals = list(_CAPITALISED.finditer(text))
    starts = {match.start() for match in capitals}
    for match in capitals:
        if any(start <= match.start() < end for start, end in acronyms):
            continue
        begins = not text[: match.start()].strip(" \"'«“„(*") or bool(
            re.search(r"[.!?:]\W*$", text[: match.start()])
        )
        pair = match.end() + 1 in starts
        if _stem(match[0]) in _NO_NAMES:
            continue
        is_country = bool(_territories(_stem(match[0])))
        if is_country or (not german and (not begins or (pair and not _is_article(match[0])))):
            yield match[0], True
    for name in acronyms.values():
        yield name, False


def _is_named(
    name: str, source: str, folded: str, words: set[str], same_language: bool, is_plain: bool
) -> bool:
    bare = name.removesuffix("'s")
    key = fold(bare)
    if _has(source, bare) if len(bare) <= _SHORT else _has(folded, key):
        return True
    if is_plain and any(part in words for part in key.split("-") if len(part) > 2):
        return True
    if any(key in row and any(_has(folded, other) for other in row) for row in SAME_NAMES):
        return True
    if not is_plain:
        return False
    if territories := _territories(_stem(key)):
        return any(territories & _territories(_stem(word)) for word in words)
    if any(_same_word(_stem(key), word, same_language) for word in words):
        return True
    return not same_language and _is_part_of_known_name(key, folded)


def _same_word(one: str, other: str, same_language: bool) -> bool:
    """Whether two words are forms of one: they begin alike, in one language to near their ends."""
    longer = max(len(one), len(other))
    least = max(PREFIX, longer - _ENDINGS) if same_language else PREFIX
    return _shared(one, other) >= least and abs(len(one) - len(other)) <= PREFIX


def _shared(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _is_part_of_known_name(key: str, folded: str) -> bool:
    return any(
        any(key in name.split() for name in row) and any(_has(folded, other) for other in row)
        for row in SAME_NAMES
    )


def _has(text: str, name: str) -> bool:
    """Whether a name stands in a text as a whole word, or in the plural."""
    return bool(re.search(rf"(?<!\w){re.escape(name)}s?(?!\w)", text))


def _stem(word: str) -> str:
    return word.casefold().removesuffix("'s").removesuffix("'")


def _is_article(word: str) -> bool:
    return word.lower() in frozenset(
        "the a an de het een le la les l' un une der die das ein eine in on at".split()
    )


@cache
def countries() -> Mapping[str, frozenset[str]]:
    """One-word names of countries in the four languages → their ISO 3166 codes (CLDR, by Babel)."""
    from babel import Locale

    found: dict[str, set[str]] = {}
    for language in ("en", "nl", "fr", "de"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and len(name.split()) == 1:
                found.setdefault(name.casefold(), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


@lru_cache(maxsize=20_000)
def _territories(word: str) -> frozenset[str]:
    """The countries that a word names or is derived from: Austrian from Austria, not from Australia."""
    if word in countries():
        return countries()[word]
    longest = max(PREFIX, len(word) - _ENDINGS)
    best: frozenset[str] = frozenset()
    for name, codes in countries().items():
        shared = _shared(word, name)
        if shared < max(PREFIX, len(name) - _ENDINGS) or shared < longest:
            continue
        best = codes if shared > longest or not best else best | codes
        longest = shared
    return best
