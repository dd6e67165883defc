"""Comparing words: what counts as the same text, and places that match gold sections."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from evals.types import Located

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")


def normal(text: str) -> str:
    """Text as it is compared: compatibility forms, lower case, plain quotes and dashes, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = folded.translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-"})
    return _SPACE.sub(" ", folded).strip()


def contains(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text as whole words, apart from case, spacing and kinds of quotes."""
    wanted = normal(phrase)
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", normal(text)) is not None


def words(text: str) -> list[str]:
    """The words of a text in their order, lower case."""
    return _WORD.findall(normal(text))


def token_f1(answer: str, reference: str) -> float:
    """Harmonic mean of word precision and recall (Rajpurkar et al. 2016, SQuAD)."""
    said, wanted = Counter(words(answer)), Counter(words(reference))
    shared = sum((said & wanted).values())
    if not shared:
        return 0.0
    return 2 * shared / (said.total() + wanted.total())


def token_recall(answer: str, reference: str) -> float:
    """The share of the reference's words that the answer holds."""
    said, wanted = Counter(words(answer)), Counter(words(reference))
    return sum((said & wanted).values()) / max(1, wanted.total())


SectionName = tuple[str, ...]
"""A heading, or the headings of a path, as they are compared."""


def gold_name(gold: str) -> SectionName:
    """What a case calls a gold section: a heading, or a path 'A > B'."""
    return tuple(normal(part) for part in gold.split(" > "))


def section_names(path: Sequence[str]) -> list[SectionName]:
    """What a section path (document title first) can be called: each of its ends, the heading alone first."""
    whole = tuple(normal(part) for part in path)
    return [whole[i:] for i in reversed(range(len(whole)))]


def in_section(path: Sequence[str], gold: str) -> bool:
    """Whether a section path (document title first) ends in the gold heading or gold path 'A > B'."""
    return gold_name(gold) in section_names(path)


def overlaps(place: Located, gold: Located) -> bool:
    """Whether a place holds at least half of a gold range."""
    if place.document_id != gold.document_id:
        return False
    shared = min(place.end, gold.end) - max(place.start, gold.start)
    return shared * 2 >= gold.end - gold.start
