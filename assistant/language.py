"""Which of the four languages a text is in, also when the text is one word."""

import re
from functools import cache
from typing import TYPE_CHECKING

from assistant.lexicon import LANGUAGES, RAREST, frequencies

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Another language than the expected one must be this much likelier (log10): one rare word is no change of
# language, one function word ('waarom', 'et') is.
_MARGIN = 1.0
_ELISION = 2.0  # log10 that "l'", "qu'" weigh for French: the lists hold no single letters
_SPACE = 1.0  # and the space before a closing mark
_LETTERS_FOR_TRIGRAMS = 12  # below this, character statistics guess
_ACRONYM = 5  # letters at most; a text in capitals with a longer word is shouted, not spelt
_ELIDED = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu)['’](?=[^\W\d_]{3})", re.IGNORECASE)
_SPACED = re.compile(r"\w\s[?!;:»]")
_WORD = re.compile(r"[^\W\d_]{2,}")


def detect(text: str, default: str = "en") -> str:
    """The text's language among en, nl, fr and de; ``default`` when the words do not tell.

    Names and acronyms are neutral, so that a bare 'NATO' keeps a conversation's language.
    """
    words = [word for word in _WORD.findall(text) if not _is_name(word, text)]
    scores = {language: _likelihood(words, language) for language in LANGUAGES}
    if words:
        scores["fr"] += _ELISION * len(_ELIDED.findall(text)) + _SPACE * bool(_SPACED.search(text))
    best = max(LANGUAGES, key=lambda language: scores[language])
    if scores[best] - scores[default] >= _MARGIN:
        return best
    known = any(scores.values()) or sum(map(len, words)) < _LETTERS_FOR_TRIGRAMS
    return default if known else _by_trigrams(text)


def _likelihood(words: list[str], language: str) -> float:
    """Log10 likelihood of the words, each over that of a word too rare for the list."""
    known = frequencies()[language]
    return sum(known.get(word.lower(), RAREST) - RAREST for word in words)


def _is_name(word: str, text: str) -> bool:
    """Whether the word is an acronym, or capitalised within the text and no German noun."""
    if word.isupper():
        return not (text.isupper() and any(len(other) > _ACRONYM for other in _WORD.findall(text)))
    within = not text.lstrip("\"'«“„‘ ").startswith(word)
    return within and word[0].isupper() and word.lower() not in frequencies()["de"]


def _by_trigrams(text: str) -> str:
    return str(_identifier().classify(text)[0])


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier
