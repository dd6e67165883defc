"""Lists and tables in an answer: their head brings what stands below it, an item or a row its head."""

import re
from collections.abc import Sequence

from assistant.evidence import EvidenceSentence
from assistant.selection import Around, Section, place_of, same
from knowledge.sentences import is_item, is_row, leads_in

MOST_ITEMS = 8  # of a list; beyond, the citation shows the rest
ABOVE = 12  # sentences that are looked back over for what leads to an item
TABLE = 3  # rows from which on a first one without figures heads a table

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def with_lists(chosen: Sequence[EvidenceSentence], around: Around) -> list[EvidenceSentence]:
    """The chosen sentences with the items that they lead to and the head of an item or a row, in order."""
    kept: list[EvidenceSentence] = []
    for sentence in chosen:
        section = around(sentence)
        place = place_of(sentence, section)
        group = [*_above(section, place), sentence, *_below(section, place)]
        kept += [one for one in group if not any(same(one, other) for other in kept)]
    documents = list(dict.fromkeys(one.document for one in kept))
    scored = [next((c for c in chosen if same(c, one)), one) for one in kept]
    return sorted(scored, key=lambda one: (documents.index(one.document), one.start))


def heads_table(section: Section, place: int) -> bool:
    """Whether a sentence is the first of some rows and names their columns: it holds no figures but years."""
    rows = [is_row(one.text) for one in section[place : place + TABLE]]
    first = place == 0 or not is_row(section[place - 1].text)
    return (
        first
        and len(rows) == TABLE
        and all(rows)
        and not re.search(r"\d", _YEAR.sub("", section[place].text))
    )


def _above(section: Section, place: int) -> list[EvidenceSentence]:
    """The lead-in of the list that a sentence is an item of, or the head of the table that it is a row of."""
    belongs = is_row if is_row(section[place].text) else is_item
    at = place
    while at > max(0, place - ABOVE) and belongs(section[at].text):
        at -= 1
        if leads_in(section[at].text):
            return [section[at]]
        if belongs is is_row and at < place and heads_table(section, at):
            return [section[at]]
    return []


def _below(section: Section, place: int) -> list[EvidenceSentence]:
    """The items or rows that a lead-in, a caption or a head of columns leads to."""
    items: list[EvidenceSentence] = []
    if leads_in(section[place].text) or _names_table(section, place) or heads_table(section, place):
        for one in section[place + 1 : place + 1 + MOST_ITEMS]:
            if not (is_item(one.text) or is_row(one.text)):
                break
            items.append(one)
    return items


def _names_table(section: Section, place: int) -> bool:
    """Whether a sentence is a line without a full stop right above rows."""
    return (
        place + 1 < len(section)
        and is_row(section[place + 1].text)
        and not is_row(section[place].text)
        and not section[place].text.rstrip().endswith((".", "!", "?", ";"))
    )
