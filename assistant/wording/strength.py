"""Negation and strength: what a statement may neither add to its source nor lose of it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from assistant.wording.terms import (
    ADVISED,
    ALL,
    ONLY,
    PART,
    POSSIBLE,
    PREFIX_NEGATIONS,
    REQUIRED,
    SOME,
    STRENGTH,
)
from assistant.wording.texts import WORD, clauses, content, is_month, is_negation

_SAID_NEAR = 2  # words of a statement that a negation or a modal bears on, one of which …
_MEANT_NEAR = 4  # … must be among so many words after one in the source
_PASSIVE = re.compile(r"^\s+be\b|\b(?:worden|werden|être)\b")
_LEAST_BASE = 5  # letters; 'form' is no opposite of 'inform'


def changed_negations(text: str, sources: Sequence[str], same_language: bool) -> Iterator[str]:
    """The first negation that the text has and its sources have not, or the other way round."""
    said = _negating(text)
    if not same_language:
        negated = [_negating(source) for source in sources]
        if said and not any(negated):
            yield said[0]
        elif not said and negated and all(negated):
            yield negated[0][0]
        return
    changed = _added(text, sources, is_negation) or _lost(text, sources, is_negation)
    if changed := changed or _opposite(text, sources):
        yield changed


def changed_strength(text: str, sources: Sequence[str], same_language: bool) -> Iterator[str]:
    """The words by which a text says more, or less, than its sources: may, must, all, only, several."""
    said = _classes(text)
    known = _classes(" ".join(sources))
    for kind in (POSSIBLE, ADVISED, REQUIRED, ALL, ONLY):
        if kind in said and (kind not in known or (same_language and _moved(text, sources, kind))):
            yield said[kind]
    if SOME in said and SOME not in known and ALL in known:
        yield said[SOME]
    if same_language:
        modals = STRENGTH[POSSIBLE] | STRENGTH[ADVISED] | STRENGTH[REQUIRED]
        for words in (modals, STRENGTH[ONLY], PART | STRENGTH[ALL]):
            if lost := _lost(text, sources, words.__contains__):
                yield lost


def _negating(text: str) -> list[str]:
    return [word for word in _words(text) if is_negation(word)]


def _moved(text: str, sources: Sequence[str], kind: str) -> bool:
    """Whether a word of that strength bears on something else than in the sources."""
    return _added(text, sources, STRENGTH[kind].__contains__, clause_by_clause=False) is not None


def _added(
    text: str, sources: Sequence[str], is_kind: Callable[[str], bool], clause_by_clause: bool = True
) -> str | None:
    """A word of that kind of the text that bears on nothing that one of the sources bears on."""
    meant = [
        set(after[:_MEANT_NEAR])
        for source in sources
        for clause in (clauses(source) if clause_by_clause else [source])
        for _, after in _bearing(clause, is_kind)
    ]
    for clause in clauses(text):
        for word, after in _bearing(clause, is_kind):
            near = set(after[:_SAID_NEAR])
            if not meant or (near and not any(near & words for words in meant)):
                return word
    return None


def _lost(text: str, sources: Iterable[str], is_kind: Callable[[str], bool]) -> str | None:
    """A word of that kind of the sources that the text leaves out before what it bears on there.

    What the sources also say without such a word may be said without it.
    """
    parts = [clause for source in sources for clause in clauses(source)]
    said = _without(clauses(text), is_kind)
    lost = said - _without(parts, is_kind)
    for clause in parts:
        for word, after in _bearing(clause, is_kind):
            if after and after[0] in said and lost.intersection(after[:2]):
                return word
    return None


def _without(parts: Iterable[str], is_kind: Callable[[str], bool]) -> set[str]:
    """The content words of the clauses that have no word of that kind."""
    return set(content("\n".join(part for part in parts if not any(map(is_kind, _words(part))))))


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _bearing(clause: str, is_kind: Callable[[str], bool]) -> Iterator[tuple[str, list[str]]]:
    """The words of that kind, each with the content words after it."""
    for match in WORD.finditer(clause):
        if is_kind(match[0].lower()) and not is_month(clause, match):
            after = content(clause[match.end() :])
            passive = _PASSIVE.search(clause[match.end() :]) is not None
            # 'Buses must be improved', 'bussen moeten verbeterd worden': it bears on what stands before, too.
            yield (
                match[0],
                [*after[:1], *content(clause[: match.start()])[-2:], *after[1:]] if passive else after,
            )


def _opposite(text: str, sources: Sequence[str]) -> str | None:
    """A word of the text whose opposite by a prefix stands in the sources, and itself does not."""
    said = set(_words(text))
    known = set(WORD.findall(" ".join(sources).lower()))
    for word in sorted(said - known):
        base = next((word[len(p) :].lstrip("-") for p in PREFIX_NEGATIONS if word.startswith(p)), "")
        negated = {prefix + dash + word for prefix in PREFIX_NEGATIONS for dash in ("", "-")}
        if (len(base) >= _LEAST_BASE and base in known) or (len(word) >= _LEAST_BASE and negated & known):
            return word
    return None


def _classes(text: str) -> dict[str, str]:
    """Strength class → the first word of the text that has it; capitalised 'May' within a text is a month."""
    found: dict[str, str] = {}
    for match in WORD.finditer(text):
        word = match[0].lower()
        if match[0][0].isupper() and is_month(text, match):
            continue
        for kind, words in STRENGTH.items():
            if word in words:
                found.setdefault(kind, match[0])
    return found
