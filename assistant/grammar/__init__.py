"""How each language asks: patterns as data, one TOML file a language; the logic knows no language."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language's words and patterns; patterns ignore case and are matched without closing punctuation.

    ``function_words`` carry no topic. ``expects`` maps an answer type to patterns at a question's start.
    ``be`` and ``support`` are auxiliaries: 'is', and 'does', which falls away with the question's order.
    ``connective`` opens a follow-up ('and'), ``closing`` ends it ('then') and neither carries a meaning.
    ``participle`` is one at the start of a text ('involved in'), ``leftover`` a few words that only another
    question makes one ('why not a treaty'). ``pointing`` adverbs mean what was talked about ('daar'),
    ``former`` and ``latter`` one of two things compared, ``others`` words for a part of all that
    was asked ('that view').
    ``how_many`` stands before the noun that is counted, ``price`` begins a question after an amount of money.
    ``asked_articles`` are what a noun takes that was asked for: 'het station' after 'welk station'.
    ``short_forms`` are question words as people type them, and in full.
    ``templates`` are the standalone questions that are built, with ``{…}`` for what is carried over.
    """

    language: str
    function_words: frozenset[str]
    auxiliaries: frozenset[str]
    be: frozenset[str]
    support: frozenset[str]
    prepositions: frozenset[str]
    particles: frozenset[str]
    clause_words: frozenset[str]
    pronouns: frozenset[str]
    plural_pronouns: frozenset[str]
    personal_pronouns: frozenset[str]
    asked_articles: Mapping[str, str]
    agreement: Mapping[str, str]
    contractions: Mapping[str, str]
    short_forms: Mapping[str, str]
    possessives: Mapping[str, str]
    demonstratives: frozenset[str]
    articles: frozenset[str]
    definite_articles: frozenset[str]
    subject_words: frozenset[str]
    question_words: tuple[str, ...]
    document_nouns: re.Pattern[str]
    polite: re.Pattern[str]
    brevity: re.Pattern[str]
    greeting: re.Pattern[str]
    connective: re.Pattern[str]
    closing: re.Pattern[str]
    more: re.Pattern[str]
    new_topic: re.Pattern[str]
    join: re.Pattern[str]
    not_anaphoric: re.Pattern[str]
    existential: re.Pattern[str]
    participle: re.Pattern[str]
    leftover: re.Pattern[str]
    pointing: re.Pattern[str]
    ourselves: re.Pattern[str]
    former: re.Pattern[str]
    latter: re.Pattern[str]
    incomplete: re.Pattern[str]
    else_word: re.Pattern[str]
    others: re.Pattern[str]
    yes_no: re.Pattern[str]
    command: re.Pattern[str]
    adjunct: re.Pattern[str]
    event: re.Pattern[str]
    how_many: re.Pattern[str]
    price: re.Pattern[str]
    wh_phrase: re.Pattern[str]
    section_word: re.Pattern[str]
    summary: Patterns
    about_document: Patterns
    mentions: Patterns
    about: Patterns
    sections: Patterns
    compare: Patterns
    ellipsis: Patterns
    correction: Patterns
    back: Patterns
    expects: Mapping[str, re.Pattern[str]]
    small_talk: Mapping[str, re.Pattern[str]]
    templates: Mapping[str, str]


@cache
def grammar(language: str) -> Grammar:
    """The grammar of one of the four languages."""
    data = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text("utf-8"))
    # Any preposition can stand before a question word: 'between whom?', 'as what?'.
    placed = "|".join(map(re.escape, data["prepositions"].split()))
    for name in ("adjunct", "wh_phrase"):
        data[name] = data[name].replace("{prepositions}", placed)
    return Grammar(language=language, **{name: _compiled(name, value) for name, value in data.items()})


def first_match(patterns: Patterns, text: str) -> re.Match[str] | None:
    """The first pattern's match of the whole text."""
    return next((match for pattern in patterns if (match := pattern.fullmatch(text))), None)


_WORDS = {
    "function_words",
    "auxiliaries",
    "be",
    "support",
    "prepositions",
    "particles",
    "clause_words",
    "pronouns",
    "plural_pronouns",
    "personal_pronouns",
    "demonstratives",
    "articles",
    "definite_articles",
    "subject_words",
}


def _compiled(name: str, value: Any) -> Any:
    if name in _WORDS:
        return frozenset(value.split())
    if name == "question_words":
        return tuple(value.split())
    if name in ("templates", "possessives", "asked_articles", "agreement", "contractions", "short_forms"):
        return value
    if isinstance(value, dict):
        return {key: _pattern(pattern) for key, pattern in value.items()}
    return _pattern(value) if isinstance(value, str) else tuple(map(_pattern, value))


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.VERBOSE)
