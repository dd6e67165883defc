"""What the source only intends, requires or takes part in, told as done or as the subject's own deed."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from assistant.wording.terms import (
    ADVISED,
    ALREADY,
    BE,
    DONE,
    INFINITIVE,
    INTENDED,
    PARTLY_DONE,
    POSSIBLE,
    REQUIRED,
    STRENGTH,
)
from assistant.wording.texts import WORD
from assistant.wording.vocabulary import content_parts, same_root

_MODALS = STRENGTH[POSSIBLE] | STRENGTH[ADVISED] | STRENGTH[REQUIRED]
_UNREAL = INTENDED | PARTLY_DONE | _MODALS
_NEAR = 4  # words between an auxiliary or a modal and its verb: 'have not yet been fully implemented'
_FAR = 7  # words between 'a role to play in …' and what it is played in
_DETERMINERS = frozenset(
    "a an the this these those their its our his her of for with by already newly".split()
)
_INFINITIVE_ENDS = {"nl": ("en", "an"), "de": ("en", "ern", "eln"), "fr": ("er", "ir", "re")}
_PARTICIPLE_ENDS = ("ed", "en", "d", "t", "n", "é", "ée", "és", "ées", "i", "is", "it", "ite", "u", "ue")
_ZU = re.compile(r"^(?:ab|an|auf|aus|bei|durch|ein|fort|her|hin|mit|nach|um|vor|weg|zurück|zusammen)zu\w{4}")


def unreal_told_as_done(
    text: str, sources: Sequence[str], language: str, same_language: bool
) -> Iterator[str]:
    """The verbs of a text that say done, or do, what its sources only mean, have or help to do."""
    words = _words(text)
    if not same_language:
        unreal = all(_UNREAL.intersection(_words(source)) for source in sources)
        if unreal and not _UNREAL.intersection(words) and (done := _done_at_all(words)):
            yield done
        return
    held = [_words(source) for source in sources]
    for place, word in enumerate(words):
        others = [
            (told, at) for told in held for at, other in enumerate(told) if _akin(word, other, language)
        ]
        if language != "en":  # there a participle has a form of its own
            others = [] if any(told[at] == word for told, at in others) else others
        if not others or any(_is_real(told, at, language) for told, at in others):
            continue
        if _is_done(words, place, language) or (
            not _UNREAL.intersection(words) and _is_deed(words, place, others)
        ):
            yield word


def _words(text: str) -> list[str]:
    """Words and marks that end a clause."""
    return re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*|[,;:.!?()]", text.lower())


def _akin(word: str, other: str, language: str) -> bool:
    return (
        len(word) > 3
        and len(other) > 3
        and bool(content_parts(word, language))
        and same_root(word, other, language)
    )


def _before(words: Sequence[str], place: int, most: int) -> list[str]:
    """The words before a place in its clause, the nearest first."""
    near = words[max(0, place - most) : place][::-1]
    return list(takewhile(lambda word: WORD.match(word) is not None, near))


def _is_done(words: Sequence[str], place: int, language: str) -> bool:
    """Whether the word at a place is told as over: 'has strengthened', 'heeft … versterkt'."""
    word = words[place]
    if not word.endswith(("ed", "en") if language == "en" else _PARTICIPLE_ENDS):
        return False
    if language in ("nl", "de"):
        return not word.endswith(_INFINITIVE_ENDS[language]) and bool(DONE.intersection(words[:place]))
    before = _before(words, place, _NEAR)
    if _MODALS.intersection(before):
        return False
    if DONE.intersection(before[:3]):
        return "to" not in before[:1]
    return (
        language == "en"
        and word.endswith("ed")
        and not BE.intersection(before[:3])
        and not _DETERMINERS.intersection(before[:1])
    )


def _done_at_all(words: Sequence[str]) -> str | None:
    """A word that says of the whole statement that it is over, where any does."""
    for place, word in enumerate(words):
        # French 'a' is an auxiliary only where a participle is near.
        after = words[place + 1 : place + 4] if word in ("a", "ont") else words[place + 1 :]
        if word in DONE and any(one.endswith(_PARTICIPLE_ENDS) and len(one) > 4 for one in after):
            return word
        if word in ALREADY:
            return word
    return None


def _is_deed(words: Sequence[str], place: int, others: Sequence[tuple[Sequence[str], int]]) -> bool:
    """Whether the word at a place says that its subject does what is only meant or shared in."""
    word = words[place]
    before = _before(words, place, 2)
    if word.endswith("ing") and not BE.intersection(before):
        return False
    if INFINITIVE.intersection(before[:1]) or _DETERMINERS.intersection(before[:1]):
        return False
    return all(
        _is_governed(told, at) and (told[at] != word or _is_infinitive(told, at)) for told, at in others
    )


def _is_governed(told: Sequence[str], at: int) -> bool:
    """Whether the word is what is meant, or shared in: 'plans to …', 'involved in the …'."""
    before = _before(told, at, _FAR)
    meant = INTENDED.intersection(before[:2]) or (
        _is_infinitive(told, at) and INTENDED.intersection(before[:5])
    )
    return bool(
        meant or (PARTLY_DONE.intersection(before) and {"in", "to", "with", "by"}.intersection(before))
    )


def _is_infinitive(told: Sequence[str], at: int) -> bool:
    """Whether 'to' stands before the word: 'to strengthen', 'to strengthen and improve'."""
    before = _before(told, at, 3)
    return "to" in before[:1] or ("to" in before and before[0] in ("and", "or"))


def _is_real(told: Sequence[str], at: int, language: str) -> bool:
    """Whether the source tells the word at a place as a fact, not as meant, required or possible."""
    before = _before(told, at, _NEAR)
    if language == "en":
        direct = [word for word in before if word not in ("and", "or", "also", "not", "be")]
        return not (_is_infinitive(told, at) or _MODALS.intersection(direct[:2]) or _is_governed(told, at))
    clause = _clause(told, at)
    if _ZU.match(told[at]) or INFINITIVE.intersection(before[:1]):
        return False
    return not (INTENDED | _MODALS).intersection(clause)


def _clause(told: Sequence[str], at: int) -> list[str]:
    """The words between the marks around a place."""
    after = takewhile(lambda word: WORD.match(word) is not None, told[at:])
    return [*_before(told, at, at), *after]
