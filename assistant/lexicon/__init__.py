"""Common words of the four languages with their frequency: what is no typo, and which language a word is of.

``words.xz`` holds lines ``language zipf word word …``, sorted; ``python -m assistant.lexicon`` writes it from
the wordfreq package (data CC BY-SA 4.0, Robyn Speer). A word's zipf is log10 of its uses in 10^9 words.
"""

import lzma
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "nl", "fr", "de")
# Below this, wordfreq's lists hold as many misspellings ('recieve', 2.75) as words.
RAREST = 2.8
WORDS = Path(__file__).with_name("words.xz")
_WORD = re.compile(r"[^\W\d_]+")


@cache
def frequencies() -> Mapping[str, Mapping[str, float]]:
    """The zipf of each language's common words: {'nl': {'waarom': 6.0, …}, …}."""
    found: dict[str, dict[str, float]] = {language: {} for language in LANGUAGES}
    for line in lzma.decompress(WORDS.read_bytes()).decode().splitlines():
        language, zipf, words = line.split(" ", 2)
        found[language].update(dict.fromkeys(words.split(" "), float(zipf)))
    return found


def is_word(word: str) -> bool:
    """Whether the word is common in one of the languages."""
    return any(word.lower() in words for words in frequencies().values())


def write(path: Path = WORDS) -> int:
    """Writes the list from wordfreq in bands of half a zipf; returns how many bytes it takes."""
    from wordfreq import get_frequency_dict, zipf_frequency

    lines = []
    for language in LANGUAGES:
        bands: defaultdict[float, list[str]] = defaultdict(list)
        for word in get_frequency_dict(language, "large"):
            zipf = zipf_frequency(word, language)
            if zipf >= RAREST and len(word) > 1 and _WORD.fullmatch(word):
                bands[round(zipf * 2) / 2].append(word)
        lines += [f"{language} {zipf} {' '.join(sorted(words))}" for zipf, words in sorted(bands.items())]
    path.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME))
    return path.stat().st_size
