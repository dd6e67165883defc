"""A claim and its reason: 'This represents the highest added value' stands behind what it is said of."""

from collections.abc import Mapping, Sequence

from assistant.evidence import EvidenceSentence
from assistant.grammar import grammar
from assistant.selection import Around, depends, following, same

MOST = 5  # quotes to a question: one more than without a reason


def with_reasons(
    chosen: Sequence[EvidenceSentence], around: Around, languages: Mapping[str, str]
) -> list[EvidenceSentence]:
    """The chosen sentences, each followed by the next of its section where that points back to it."""
    kept = list(chosen)
    for sentence in chosen:
        after = following(sentence, around(sentence))
        known = not after or any(same(after[0], one) for one in kept)
        if not known and len(kept) < MOST and _points_back(after[0].text, languages[sentence.document]):
            kept.insert(kept.index(sentence) + 1, after[0])
    return kept


def _points_back(text: str, language: str) -> bool:
    """Whether a sentence begins with 'This' or 'It': what it says is said of the one before."""
    rules = grammar(language)
    words = text.split(maxsplit=1)
    return bool(words) and words[0].lower() in rules.demonstratives | rules.pronouns and depends(text)
