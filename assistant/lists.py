"""Lists and tables in an answer: their head brings what stands below it, an item or a row its head."""

from collections.abc import Sequence

from assistant.evidence import EvidenceSentence
from assistant.selection import Around, Section, place_of, same
from knowledge.readers.content import BLOCK_GAP
from knowledge.sentences import TABLE, is_item, is_row, leads_in, names_columns

MOST_ITEMS = 8  # of a list; beyond, the citation shows the rest
ABOVE = 12  # items that are looked back over for what leads to one; a table's head is found however far up


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


def head_of(sentence: EvidenceSentence, around: Around) -> str:
    """What leads to an item or names the columns of a row, "" of any other sentence."""
    section = around(sentence)
    return "\n".join(one.text for one in _above(section, place_of(sentence, section)))


def heads_table(section: Section, place: int) -> bool:
    """Whether a sentence is the first of some rows and names their columns: it holds no figures but years."""
    if place > 0 and _goes_on(section, place):
        return False
    rows = [one.text for one in section[place : place + TABLE]]
    return all(map(is_row, rows)) and names_columns(rows)


def _goes_on(section: Section, place: int) -> bool:
    """Whether a sentence is a row of the same table as the one before it: no blank line parts them."""
    before, own = section[place - 1], section[place]
    return is_row(before.text) and is_row(own.text) and own.start - before.end != len(BLOCK_GAP)


def _above(section: Section, place: int) -> list[EvidenceSentence]:
    """The lead-in of the list that a sentence is an item of, or the head of the table that it is a row of."""
    at = place
    if is_row(section[place].text):
        while at > 0 and _goes_on(section, at):
            at -= 1
        if at < place and heads_table(section, at):
            return [section[at]]
        return [section[at - 1]] if at > 0 and leads_in(section[at - 1].text) else []
    while at > max(0, place - ABOVE) and is_item(section[at].text):
        at -= 1
        if leads_in(section[at].text):
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
