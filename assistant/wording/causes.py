"""Causes: a statement may not add one that its source does not tell, nor turn cause and effect around."""

import re
from collections.abc import Iterator, Sequence

from assistant.wording.terms import CAUSE_FOLLOWS, EFFECT_FOLLOWS
from assistant.wording.vocabulary import content_parts, same_stem

_CAUSE = re.compile(rf"\b(?:{CAUSE_FOLLOWS})\b", re.IGNORECASE)
_EFFECT = re.compile(rf"\b(?:{EFFECT_FOLLOWS})\b", re.IGNORECASE)
# What may stand for a cause in a source, where a statement says 'because'.
_ANY = re.compile(
    r":|\b(?:as|since|for|by|given|reasons?|in order|therefore|to|too|om|pour|um|par|door|durch|zo|si)\b",
    re.IGNORECASE,
)


def changed_causes(text: str, sources: Sequence[str], language: str, same_language: bool) -> Iterator[str]:
    """The word by which a text gives a cause that is none in its sources, or is the effect there."""
    said = _sides(text)
    if said is None:
        return
    told = [sides for source in sources if (sides := _sides(source))]
    word = said[2]
    if not told:
        if not any(_ANY.search(source) for source in sources):
            yield word
        return
    if not same_language:
        return
    cause, effect = (_stems(side, language) for side in said[:2])
    for other_cause, other_effect, _ in told:
        causes, effects = _stems(other_cause, language), _stems(other_effect, language)
        if cause & (effects - causes) and not cause & (causes - effects) and effect & (causes - effects):
            yield word


def _sides(text: str) -> tuple[str, str, str] | None:
    """(cause, effect, the word that says so) of a text that gives a cause."""
    for pattern, cause_follows in ((_CAUSE, True), (_EFFECT, False)):
        if match := pattern.search(text):
            before, after = text[: match.start()], text[match.end() :]
            if not before.strip():  # 'Because A, B'
                after, _, before = after.partition(",")
            return (after, before, match[0]) if cause_follows else (before, after, match[0])
    return None


def _stems(text: str, language: str) -> set[str]:
    return {same_stem(word, language) for word in content_parts(text, language)}
