"""Documents in the first person: what a ministry calls 'our country', its readers call by its name."""

import re
from collections import Counter

from assistant.wording import countries

OURS = {"en": "our country", "nl": "ons land", "fr": "notre pays", "de": "unser Land"}
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def home_names(text: str, language: str) -> frozenset[str]:
    """All names, lower case, of the country that a text calls its own; none unless it says 'our country'.

    It is the country that the text names most often.
    """
    if not speaks_of_its_country(text, language):
        return frozenset()
    known = countries()
    named = Counter(code for word in _WORD.findall(text.lower()) for code in known.get(word, ()))
    if not named:
        return frozenset()
    home = named.most_common(1)[0][0]
    return frozenset(name for name, codes in known.items() if home in codes)


def in_its_voice(
    question: str, language: str, passage: str, passage_language: str, home: frozenset[str]
) -> str:
    """The question as the passage would put it: with 'our country' where the passage says so."""
    if not home or not speaks_of_its_country(passage, passage_language):
        return question
    if home.intersection(_WORD.findall(passage.lower())):
        return question
    return _WORD.sub(lambda word: OURS[language] if word[0].lower() in home else word[0], question)


def speaks_of_its_country(text: str, language: str) -> bool:
    """Whether the text says 'our country', in its language."""
    return OURS[language].lower() in " ".join(text.lower().split())
