"""What a paraphrase may not change, compared word by word with the text that it cites.

Numbers, dates, names and acronyms, negation, strength ('may', 'should', 'must', 'several' → 'all'), words
that the source has in no form or says the opposite of, what is only planned, and who does what to whom are
compared deterministically; whatever a model thinks of the statement, a mismatch makes it unsupported.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.wording.causes import changed_causes
from assistant.wording.figures import changed_dates, changed_numbers
from assistant.wording.names import changed_names, names_in
from assistant.wording.reality import unreal_told_as_done
from assistant.wording.roles import swapped
from assistant.wording.strength import changed_negations, changed_strength
from assistant.wording.texts import fold, plain
from assistant.wording.vocabulary import changed_words, opposites

_QUOTED = re.compile(r"“([^”]+)”|«\s*([^»]+?)\s*»|„([^“”]+)[“”]|\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a statement changed.

    ``kind`` is quote, number, date, name, negation, strength, opposite, done, cause, role or word.
    """

    kind: str
    what: str


def mismatches(
    statement: str,
    evidence: Sequence[str],
    *,
    language: str = "en",
    same_language: bool = True,
    headings: Sequence[str] = (),
) -> tuple[Mismatch, ...]:
    """All that the statement, in ``language``, says otherwise than the evidence.

    ``headings`` are those of the evidence's sections: names and words may come from them, nothing else.
    ``same_language`` is False for a translation: then clauses and words cannot be aligned, and names are
    compared through their known equivalents.
    """
    text = plain(statement)
    sources = [plain(source) for source in evidence]
    if fold(text) in map(fold, sources):
        return ()
    whole = "\n".join(sources)
    titled = "\n".join((*sources, *map(plain, headings)))
    names = names_in(text, language)
    new = list(changed_words(text, titled, language, names)) if same_language else []
    found = {
        "quote": _changed_quotes(text, titled),
        "number": changed_numbers(text, titled),
        "date": changed_dates(text, titled),
        "name": changed_names(text, titled, language, same_language),
        "negation": changed_negations(text, sources, same_language),
        "strength": changed_strength(text, sources, same_language),
        "opposite": [word for word in opposites(text, whole) if word in new or not same_language],
        "done": unreal_told_as_done(text, sources, language, same_language),
        "cause": changed_causes(text, sources, language, same_language),
        "role": swapped(text, sources, language, same_language),
        "word": new,
    }
    return tuple(Mismatch(kind, what) for kind, changed in found.items() for what in changed)


def _changed_quotes(text: str, source: str) -> Iterator[str]:
    folded = fold(source)
    for match in _QUOTED.finditer(text):
        quoted = next(group for group in match.groups() if group is not None)
        if fold(quoted).rstrip(".,;") not in folded:
            yield quoted
