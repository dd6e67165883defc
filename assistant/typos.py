"""Misspelt words of a question, repaired to words that the documents hold or that the language often uses."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from assistant.lexicon import frequencies, is_word
from knowledge.lexical import stem

SHORTEST = 4  # letters; shorter words have too many neighbours
LONG = 8  # letters from which two slips are allowed
COMMON = 4.0  # zipf from which a word that no document holds may be what was meant
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_COMBINING = re.compile(
    r"(?:anti|auto|counter|cyber|eco|euro|geo|hyper|inter|macro|mega|micro|multi|neuro|over|post|pseudo|semi|super"
    r"|techno|tele|trans|ultra|under)(?P<rest>[^\W\d_]{4,})"
)


def repair(text: str, vocabulary: Collection[str], language: str) -> str:
    """The text with each unknown word replaced by the one word that it is nearly.

    A word of any of the four languages, an acronym and a compound ('cyberpeace') are left; a capitalised word
    within the text may be a name, and is repaired only to a word of the vocabulary one slip away.
    """
    known = vocabulary if isinstance(vocabulary, frozenset) else frozenset(vocabulary)
    return _WORD.sub(lambda match: _repaired(match.group(), match.start() == 0, known, language), text)


def _repaired(word: str, first: bool, vocabulary: frozenset[str], language: str) -> str:
    lower = word.lower()
    if len(word) < SHORTEST or not word.isalpha() or not word[1:].islower():
        return word
    compound = _COMBINING.fullmatch(lower)
    if any(part in vocabulary or is_word(part) for part in (lower, compound["rest"] if compound else lower)):
        return word
    capital = word[0].isupper()
    found = _nearest(lower, capital and not first, language, vocabulary)
    if stem(found, language) == stem(lower, language):  # 'inhabitant' is no slip of 'inhabitants'
        return word
    return found[:1].upper() + found[1:] if capital and found else found or word


@lru_cache(maxsize=256)
def _nearest(word: str, name: bool, language: str, vocabulary: frozenset[str]) -> str:
    """The nearest word; "" when none is near. The documents' words come before the language's."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    slips = 2 if len(word) >= LONG and not name else 1
    own = _by_letter(vocabulary, language).get(word[0], [])
    near = process.extract(word, own, scorer=OSA.distance, score_cutoff=slips, limit=2)
    if not name:
        common = _common(language).get(word[0], [])
        near += process.extract(word, common, scorer=OSA.distance, score_cutoff=1, limit=2)
    if not near:
        return ""
    best = min(distance for _, distance, _ in near)
    nearest = dict.fromkeys(str(found) for found, distance, _ in near if distance == best)
    held = [found for found in nearest if found in vocabulary]
    chosen = held or list(nearest)
    return chosen[0] if len(chosen) == 1 else ""


@lru_cache(maxsize=8)
def _by_letter(vocabulary: frozenset[str], language: str) -> dict[str, list[str]]:
    """The vocabulary's words of the language, or of none of the four, by the first letter: slips spare it."""
    own = frequencies()[language]
    return _grouped(word for word in vocabulary if word in own or not is_word(word))


@lru_cache(maxsize=4)
def _common(language: str) -> dict[str, list[str]]:
    return _grouped(word for word, zipf in frequencies()[language].items() if zipf >= COMMON)


def _grouped(words: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= SHORTEST and word.isalpha():
            groups.setdefault(word[0], []).append(word)
    return groups
