"""The wording guard: what a paraphrase may not change, compared word by word with the text that it cites.

Numbers, dates, names and acronyms, negation and strength ('may', 'should', 'must', 'several' → 'all') are
compared deterministically; whatever a model thinks of the statement, a mismatch makes it unsupported.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.wording_terms import (
    ADVISED,
    ALL,
    DAYS,
    MONTHS,
    NEGATIONS,
    ONLY,
    POSSIBLE,
    REQUIRED,
    SAME_NAMES,
    SCALES,
    SOME,
    STRENGTH,
    UNITS,
)

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3}(?!\d))+(?:[.,]\d+)?|\d+(?:[.,]\d+)?")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ACRONYM = re.compile(r"\b(?=[\w-]*[A-ZÀ-Þ][\w-]*[A-ZÀ-Þ0-9]|[0-9]+[A-Z]\b)[A-ZÀ-Þ0-9][\w-]*")
_CAPITALISED = re.compile(r"[A-ZÀ-Þ][^\W\d_]+(?:[-'’][^\W\d_]+)*")
_QUOTED = re.compile(r"“([^”]+)”|«\s*([^»]+?)\s*»|„([^“”]+)[“”]|\"([^\"]+)\"")
_CLAUSE = re.compile(
    r"[;:,.!?()–—]|\s(?:and|but|while|whereas|en|maar|terwijl|et|mais|tandis|und|aber|während)\s"
)
_MONTH_CONTEXT = re.compile(
    r"(?:\d\W{0,2}\s*(?:de\s+)?|\b(?:in|of|since|until|en|van|im|seit)\s+)$", re.IGNORECASE
)
# 'may', 'mars' and 'march' are months where a number or a preposition stands beside them, else other words.
_AMBIGUOUS_MONTHS = frozenset(("may", "mars", "march", "mei", "mai"))
_PREFIX = 4  # letters: Belgian ~ Belgium, Commission ~ Commissie


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a statement changed: ``kind`` is number, date, name, negation, strength or quote."""

    kind: str
    what: str


def mismatches(
    statement: str, evidence: Sequence[str], *, same_language: bool = True
) -> tuple[Mismatch, ...]:
    """All that the statement says otherwise than the evidence (sentences and headings), in reading order.

    ``same_language`` is False for a translation: then clauses cannot be aligned, and names are compared
    through their known equivalents.
    """
    text = _plain(statement)
    sources = [_plain(source) for source in evidence]
    whole = "\n".join(sources)
    return (
        *_quotes(text, whole),
        *_numbers(text, whole),
        *_dates(text, whole),
        *_names(text, whole, same_language),
        *_negation(text, sources, same_language),
        *_strength(text, sources, same_language),
    )


def numbers(text: str) -> frozenset[float]:
    """The numbers of a text, in digits or words: '1,000' and '1.000' are 1000, 'two million' is 2000000."""
    found = {_value(match[0]) for match in _NUMBER.finditer(text)}
    return frozenset(found | set(_worded(_WORD.findall(text.lower()))))


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("\u00ad", "").replace("\u00a0", " ").replace("\u202f", " ")


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


# -- quotes, numbers, dates -----------------------------------------------------------------------------


def _quotes(text: str, source: str) -> Iterator[Mismatch]:
    folded = _fold(source)
    for match in _QUOTED.finditer(text):
        quoted = next(group for group in match.groups() if group is not None)
        if _fold(quoted).rstrip(".,;") not in folded:
            yield Mismatch("quote", quoted)


def _numbers(text: str, source: str) -> Iterator[Mismatch]:
    for number in sorted(numbers(text) - numbers(source)):
        yield Mismatch("number", f"{number:g}")


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


def _dates(text: str, source: str) -> Iterator[Mismatch]:
    known = set(_moments(source).values())
    for word, moment in _moments(text).items():
        if moment not in known:
            yield Mismatch("date", word)


def _moments(text: str) -> dict[str, tuple[str, int]]:
    """Months and week days by the word that names them."""
    found: dict[str, tuple[str, int]] = {}
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if word in DAYS:
            found[match[0]] = ("day", DAYS[word])
        elif word in MONTHS and (word not in _AMBIGUOUS_MONTHS or _is_month(text, match)):
            found[match[0]] = ("month", MONTHS[word])
    return found


def _is_month(text: str, match: re.Match[str]) -> bool:
    followed = bool(re.match(r"\W{1,2}\d", text[match.end() :]))
    return followed or (bool(_MONTH_CONTEXT.search(text[: match.start()])) and match[0][0].isupper())


# -- names ----------------------------------------------------------------------------------------------


def _names(text: str, source: str, same_language: bool) -> Iterator[Mismatch]:
    folded = _fold(source)
    words = set(_WORD.findall(folded))
    for name, is_plain in _named(text, german=not same_language and _looks_german(text)):
        if not _is_named(name, folded, words, same_language, is_plain):
            yield Mismatch("name", name)


def _named(text: str, german: bool) -> Iterator[tuple[str, bool]]:
    """(name, whether it is a plain capitalised word) in reading order."""
    acronyms = {match.span(): match[0] for match in _ACRONYM.finditer(text)}
    known = countries()
    capitals = list(_CAPITALISED.finditer(text))
    starts = {match.start() for match in capitals}
    for match in capitals:
        if any(start <= match.start() < end for start, end in acronyms):
            continue
        begins = not text[: match.start()].strip(" \"'«“„(*") or bool(
            re.search(r"[.!?:]\W*$", text[: match.start()])
        )
        pair = match.end() + 1 in starts
        is_country = _stem(match[0]) in known
        if is_country or (not german and (not begins or (pair and not _is_article(match[0])))):
            yield match[0], True
    for name in acronyms.values():
        yield name, False


def _is_named(name: str, folded: str, words: set[str], same_language: bool, is_plain: bool) -> bool:
    key = _fold(name).removesuffix("'s")
    if (
        key in words
        or key in folded
        or any(part in words for part in key.split("-") if len(part) > 2 and is_plain)
    ):
        return True
    if any(key in row and any(_has(folded, other) for other in row) for row in SAME_NAMES):
        return True
    if not is_plain:
        return False
    stem = _stem(key)
    if any(
        word.startswith(stem[:_PREFIX]) and abs(len(word) - len(key)) <= 4
        for word in words
        if len(stem) >= _PREFIX
    ):
        return True
    territories = countries().get(stem, frozenset())
    if any(territories & countries().get(_stem(word), frozenset()) for word in words):
        return True
    return not same_language and _is_part_of_known_name(key, folded)


def _is_part_of_known_name(key: str, folded: str) -> bool:
    return any(
        any(key in name.split() for name in row) and any(_has(folded, other) for other in row)
        for row in SAME_NAMES
    )


def _has(folded: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", folded))


def _stem(word: str) -> str:
    return word.casefold().removesuffix("'s").removesuffix("'")


def _is_article(word: str) -> bool:
    return word.lower() in frozenset(
        "the a an de het een le la les l' un une der die das ein eine in on at".split()
    )


def _looks_german(text: str) -> bool:
    return bool(re.search(r"\b(?:der|die|das|und|ist|nicht|wird|dem|den|ein|eine)\b", text))


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


# -- negation and strength ------------------------------------------------------------------------------


def _negation(text: str, sources: Sequence[str], same_language: bool) -> Iterator[Mismatch]:
    said = _negating(text)
    if said and not any(_negating(source) for source in sources):
        yield Mismatch("negation", min(said))
    if said:
        return
    lost = _lost(text, sources, _is_negation) if same_language else None
    if not same_language and sources and all(_negating(source) for source in sources):
        lost = min(_negating(sources[0]))
    if lost:
        yield Mismatch("negation", lost)


def _negating(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if _is_negation(word)}


def _is_negation(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def _strength(text: str, sources: Sequence[str], same_language: bool) -> Iterator[Mismatch]:
    said = _classes(text)
    known = _classes(" ".join(sources))
    for kind in (POSSIBLE, ADVISED, REQUIRED, ALL, ONLY):
        if kind in said and kind not in known:
            yield Mismatch("strength", said[kind])
    if SOME in said and SOME not in known and ALL in known:
        yield Mismatch("strength", said[SOME])
    if same_language and not {POSSIBLE, ADVISED, REQUIRED} & said.keys():
        lost = _lost(text, sources, lambda word: word in STRENGTH[POSSIBLE] or word in STRENGTH[ADVISED])
        if lost:
            yield Mismatch("strength", lost)


def _lost(text: str, sources: Iterable[str], is_kind: Callable[[str], bool]) -> str | None:
    """A word of that kind whose object, the next content word of its clause, the statement has without it."""
    said = {word[:_PREFIX] for word in _content(text)}
    for source in sources:
        for clause in _CLAUSE.split(source):
            words = list(_WORD.finditer(clause))
            for match in words:
                if is_kind(match[0].lower()) and not (match[0] == "May" and _is_month(clause, match)):
                    bears_on = _content(clause[match.end() :])[:1]
                    if bears_on and bears_on[0][:_PREFIX] in said:
                        return match[0]
    return None


def _classes(text: str) -> dict[str, str]:
    """Strength class → the first word of the text that has it; capitalised 'May' within a text is a month."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if word in MONTHS and match[0][0].isupper() and _is_month(text, match):
            continue
        for kind, words in STRENGTH.items():
            if word in words:
                found.setdefault(kind, match[0])
    return found


def _content(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if len(word) > 3 and not _is_negation(word)]
