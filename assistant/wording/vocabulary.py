"""Words that a statement has and its source has in no form, and words that say the opposite."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from assistant.wording.terms import DAYS, MONTHS, NEGATIONS, ORDINALS, SCALES, SOME, STRENGTH, UNITS
from assistant.wording.texts import PREFIX
from knowledge.lexical import LANGUAGES, stem

_PARTS = re.compile(r"[^\W\d_]{2,}")
_REPORTED = re.compile(
    r"\b(?:stat|report)(?:e?s|ed|ing)? that\b", re.IGNORECASE
)  # 'states' are countries too
_LONG = 5  # letters by which two words begin alike or a compound ends in one; 'form' is no part of 'inform'
_LEFT = 2  # letters after a short beginning: neu(en), not neu(tral)
_PARTICIPLE = re.compile(
    r"^(aan|af|in|op|uit|voor|toe|goed|over|aus|an|auf|ein|vor|zu|ab|um)?(?:ge|zu)(?=\w{3})"
)
# What words of one root end in, beyond what a stemmer removes: decide ~ decision, strategy ~ strategic.
_ENDINGS = frozenset(
    """
    a al ally an ance ant ar ary ate ation ational ations be ce cy d de dly e ed en ence ent er ers es
    ful fully g gen ging heid i ial ible ic ical ie ied ier ies ig ige il in ing ings ion ional ions is
    ise ised ising isation ism ist ities ition ity ive ively ize ized izing ization keit l lich liche ly
    m ment mental ments n nd nt or ors ous ption r re rt ry s sch sche schen se sion sions ssion st t te
    ted ten ter tes ting tion tional tions tive tor ts ung ungen ure y ys é ée ées és ement ant ants ent
    eur eurs euse ité que iques ique ante aux elle elles
    """.split()
)
# These are compared by other rules, each in its own way.
_COMPARED = frozenset(
    {*NEGATIONS, *UNITS, *SCALES, *ORDINALS, *MONTHS, *DAYS}.union(
        *(words for kind, words in STRENGTH.items() if kind != SOME)
    )
)


def parts(text: str) -> list[str]:
    """The words of a text in lower case, in order, cut at hyphens and apostrophes."""
    return _PARTS.findall(text.casefold())


def content_parts(text: str, language: str) -> list[str]:
    """Those that state something: neither grammar nor what other rules compare."""
    return [
        word
        for word in parts(_REPORTED.sub(" ", text))
        if word not in _COMPARED
        and word not in _frame(language)
        and _stem(word, language) not in _frame(language)
    ]


def changed_words(text: str, source: str, language: str, names: Collection[str] = ()) -> Iterator[str]:
    """The content words of a text that its source has in no form; ``names`` are compared elsewhere."""
    held = list(dict.fromkeys(parts(source)))
    known = {part for name in names for part in parts(name)}
    for word in dict.fromkeys(content_parts(text, language)):
        stands = word in known or any(_may_stand_for(word, other, language) for other in held)
        if not stands and not _is_compound(word, held, language):
            yield word


def opposites(text: str, source: str) -> Iterator[str]:
    """The words of a text that say the opposite of what its source says, in any of the languages."""
    said = {word: _sides(word) for word in parts(text)}
    held = frozenset().union(*map(_sides, parts(source)))
    mine = frozenset().union(*said.values())
    for word, sides in said.items():
        if any((row, 1 - side) in held - mine and (row, side) not in held for row, side in sides):
            yield word


def same_stem(word: str, language: str) -> str:
    """What a word has in common with its other forms, not with what is derived from it."""
    return _stem(word, language)


@lru_cache(maxsize=50_000)
def same_root(one: str, other: str, language: str) -> bool:
    """Whether two words in lower case are forms of one, or derived from one."""
    if one == other or _stem(one, language) == _stem(other, language):
        return True
    one, other = _bare(one, language), _bare(other, language)
    shared = next((n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    shared = min(len(one), len(other)) if shared is None else shared
    ends = one[shared:], other[shared:]
    return shared >= PREFIX and all(not end or end in _ENDINGS for end in ends)


@lru_cache(maxsize=50_000)
def _may_stand_for(word: str, other: str, language: str) -> bool:
    return same_root(word, other, language) or not _meanings(word, language).isdisjoint(
        _meanings(other, language)
    )


def _is_compound(word: str, held: Sequence[str], language: str) -> bool:
    """Whether the word is made of words that are held, or is the beginning or the end of one that is."""
    if language != "en" and any(
        len(word) >= PREFIX and (other.startswith(word) or other.endswith(word)) for other in held
    ):
        return True
    return any(
        len(first) >= PREFIX
        and word.startswith(first)
        and any(
            same_root(word[len(first) :].lstrip("s"), last, language) for last in held if len(last) >= PREFIX
        )
        for first in held
    ) or any(len(word) >= _LONG and other.endswith(word) and other[: -len(word)] in held for other in held)


@lru_cache(maxsize=50_000)
def _sides(word: str) -> frozenset[tuple[int, int]]:
    """(row, side) of the opposites whose beginning the word has; a short one must be nearly all of it."""
    return frozenset(
        (row, side)
        for row, sides in enumerate(_tables()["opposites"]["rows"])
        for side, beginnings in enumerate(sides)
        for start in beginnings.split()
        if word.startswith(start) and (len(start) > PREFIX or len(word) - len(start) <= _LEFT)
    )


@lru_cache(maxsize=50_000)
def _bare(word: str, language: str) -> str:
    """The word without accents, and in Dutch and German without the 'ge' of a participle."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if language in ("nl", "de"):
        folded = _PARTICIPLE.sub(r"\1", folded)
    return folded


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@cache
def _frame(language: str) -> frozenset[str]:
    words = str(_tables()["frame"][language]).split()
    return frozenset((*words, *(_stem(word, language) for word in words)))


@cache
def _rows(language: str) -> Mapping[str, frozenset[int]]:
    """The rows of synonyms by the stems of their words."""
    found: dict[str, set[int]] = {}
    for number, row in enumerate(_tables()["synonyms"][language]):
        for word in row.split():
            found.setdefault(_stem(word, language), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def _meanings(word: str, language: str) -> frozenset[int]:
    return _rows(language).get(_stem(word, language), frozenset())


@lru_cache(maxsize=50_000)
def _stem(word: str, language: str) -> str:
    return stem(word, language if language in LANGUAGES else "en")
