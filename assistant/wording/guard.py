"""What a paraphrase may not change, compared word by word with the text that it cites.

Numbers, dates, names and acronyms, negation and strength ('may', 'should', 'must', 'several' → 'all') are
compared deterministically; whatever a model thinks of the statement, a mismatch makes it unsupported.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.wording.figures import changed_dates, changed_numbers
from assistant.wording.names import changed_names
from assistant.wording.strength import changed_negations, changed_strength
from assistant.wording.texts import fold, plain

_QUOTED = re.compile(r"“([^”]+)”|«\s*([^»]+?)\s*»|„([^“”]+)[“”]|\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a statement changed: ``kind`` is number, date, name, negation, strength or quote."""

    kind: str
    what: str


def mismatches(
    statement: str, evidence: Sequence[str], *, same_language: bool = True
) -> tuple[Mismatch, ...]:
    """All that the statement says otherwise than the evidence (sentences and headings).

    ``same_language`` is False for a translation: then clauses cannot be aligned, and names are compared
    through their known equivalents.
    """
    text = plain(statement)
    sources = [plain(source) for source in evidence]
    if fold(text) in map(fold, sources):
        return ()
    whole = "\n".join(sources)
    found = {
        "quote": _changed_quotes(text, whole),
        "number": changed_numbers(text, whole),
        "date": changed_dates(text, whole),
        "name": changed_names(text, whole, same_language),
        "negation": changed_negations(text, sources, same_language),
        "strength": changed_strength(text, sources, same_language),
    }
    return tuple(Mismatch(kind, what) for kind, changed in found.items() for what in changed)


def _changed_quotes(text: str, source: str) -> Iterator[str]:
    folded = fold(source)
    for match in _QUOTED.finditer(text):
        quoted = next(group for group in match.groups() if group is not None)
        if fold(quoted).rstrip(".,;") not in folded:
            yield quoted
