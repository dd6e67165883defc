"""Which sentences to quote: the fewest that answer, each readable without what is not shown."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from assistant.coverage import stems
from assistant.evidence import EvidenceSentence, sentence_of
from assistant.language import detect
from knowledge.lexical import words
from knowledge.types import Passage

Section = Sequence[EvidenceSentence]  # the sentences of one section, in reading order
Around = Callable[[EvidenceSentence], Section]  # the section that a sentence stands in

MOST = 4  # quotes to a question: what a person takes in at a glance
REACH = 2  # how many sentences back an antecedent is looked for
FLOOR = 0.2  # of the best sentence's belief: what is believed less only fills an answer up
SHORT = 14  # words; a pronoun within a longer sentence mostly refers to the sentence itself
# A sentence that begins so says nothing without the one before it …
_BEGINS = re.compile(
    r"(?:(?:and|but|so|yet|however|therefore|thus|hence|moreover|also|in addition|en|maar|dus|daarom|et|mais"
    r"|donc|und|aber|deshalb|daher)\b,?\s+)?"
    r"(?:(?:in|of|to|for|by|from|with|at|on|under|within|despite|door|van|voor|met|bij|op|dans|de|pour|par"
    r"|avec|à|sur|bei|mit|von|für|aus|durch)\s+)?"
    r"(?:this|these|that|those|such|they|them|he|she|his|her|their|its|it|both|the same|the latter|the former"
    r"|deze|dit|dat|zulke?|dergelijke|zij|ze|hij|haar|hun|het is|beide|hetzelfde"
    r"|ceci|cela|ce|cet|cette|ces|ils|elles|il|elle|leurs?|tels?|telles?|ceux-ci|celles-ci"
    r"|dies|diese[rsmn]?|jene[rsmn]?|solche[rsmn]?|sie|er|ihre?|sein|es|dasselbe"
    r"|for example|for instance|bijvoorbeeld|par exemple|zum beispiel)\b",
    re.IGNORECASE,
)
# … unless it begins with one of these, which can be read over …
_ALONE = re.compile(
    r"(?:in (?:this|that) (?:context|regard|respect|connection)|in (?:deze|die) context"
    r"|in dit (?:verband|kader)|dans ce (?:contexte|cadre)|à cet égard"
    r"|in diesem (?:zusammenhang|kontext|rahmen))\b",
    re.IGNORECASE,
)
# … and what it concludes from is the one before it.
_CONCLUDES = re.compile(
    r"(?:\w+ ){0,3}(?:therefore|thus|hence|daarom|dus|donc|par conséquent|deshalb|daher|folglich)\b",
    re.IGNORECASE,
)
# … unless the pronoun points forward ('It is clear that …', 'Il faut …').
_FORWARD = re.compile(
    r"(?:it (?:is|was|seems|has been) (?:\w+ ){1,3}(?:that|to|whether|if)\b|those who|that which|he who"
    r"|both [^.;:]{1,80}? and\b"
    r"|het is \w+ (?:dat|om)|il (?:faut|est \w+ (?:que|de)|y a)|es (?:ist \w+,? (?:dass|zu)|gibt))",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"\b(?:this|these|such|deze|dit|dergelijke|cette|ces|cet|diese[rsmn]?|dieses)\s+[^\W\d_]{3,}",
    re.IGNORECASE,
)


# Pronouns of one language that are other words in another: 'die' is an article in German, 'er' Dutch 'there'.
_PRONOUN_IN = {"die": "nl", "er": "de"}
# What was asked is no answer; what was answered stands next.
_REPORTS_QUESTION = re.compile(
    r"\b(?:(?:ask(?:s|ed)?|inquire[sd]?|wonder(?:s|ed)?) (?:\w+ ){0,3}"
    r"(?:if|whether|what|who|when|why|how|where)"
    r"|(?:vroeg(?:en)?|vra(?:agt|gen)) (?:\w+ ){0,3}(?:of|wat|wie|wanneer|waarom|hoe|waar)"
    r"|demand(?:e|a|é|ent|aient) (?:\w+ ){0,3}(?:si|ce qu\w*|qui|quand|pourquoi|comment|où)"
    r"|(?:fragte?n?|erkundigten? sich),? (?:\w+,? ){0,3}(?:ob|was|wer|wann|warum|wie|wo))\b",
    re.IGNORECASE,
)


def depends(text: str) -> bool:
    """Whether a sentence needs the one before it: it begins with a pronoun, or a short one points back."""
    start = text.lstrip("“\"'«( ")
    pronoun_in = _PRONOUN_IN.get(start.partition(" ")[0].lower())
    if pronoun_in is not None:
        return detect(text) == pronoun_in
    if _BEGINS.match(start):
        return bool(_CONCLUDES.match(start)) or not (_FORWARD.match(start) or _ALONE.match(start))
    return len(words(text)) <= SHORT and bool(_WITHIN.search(text))


def fewest(sentences: Sequence[EvidenceSentence], mass: float, most: int = 3) -> list[EvidenceSentence]:
    """The fewest sentences, best believed first, that hold ``mass`` of all odds of answering.

    Repetitions of what is chosen already are passed over, and what is believed far less than the best.
    """
    least = FLOOR * max((sentence.score for sentence in sentences), default=0.0)
    odds = [sentence.score / (1 - min(sentence.score, 1 - 1e-6)) for sentence in sentences]
    total = sum(odds)
    chosen: list[EvidenceSentence] = []
    held = 0.0
    for sentence, share in sorted(zip(sentences, odds, strict=True), key=lambda pair: -pair[1]):
        if chosen and (held >= mass * total or len(chosen) >= most or sentence.score < least):
            break
        held += share
        if not any(repeats(sentence.text, other.text) for other in chosen):
            chosen.append(sentence)
    return chosen


def repeats(one: str, other: str) -> bool:
    """Whether two sentences say the same in nearly the same words (Jaccard ≥ 0.8)."""
    first, second = set(words(one)), set(words(other))
    return len(first & second) >= 0.8 * len(first | second)


def readable(chosen: Sequence[EvidenceSentence], around: Around, most: int = MOST) -> list[EvidenceSentence]:
    """The chosen sentences in reading order, with the antecedents that they need, at most ``most``.

    The order of documents is that of the best sentence.
    """
    kept: list[EvidenceSentence] = []
    for sentence in chosen:
        section = around(sentence)
        group = [*antecedents(sentence, section), sentence, *_reply(sentence, section)]
        new = [one for one in group if not any(same(one, other) for other in kept)]
        if kept and len(kept) + len(new) > most:
            continue
        kept = [one for one in kept if not any(same(one, other) for other in group)] + group
    order = {name: number for number, name in enumerate(dict.fromkeys(one.document for one in chosen))}
    return sorted(kept, key=lambda one: (order[one.document], one.start))


def antecedents(sentence: EvidenceSentence, section: Section) -> list[EvidenceSentence]:
    """The sentences before it, in its section, that a dependent sentence needs; in reading order."""
    last = first = place_of(sentence, section)
    text = sentence.text
    while first > 0 and last - first < REACH and depends(text):
        first -= 1
        text = section[first].text
    return list(section[first:last])


def _reply(sentence: EvidenceSentence, section: Section) -> list[EvidenceSentence]:
    """The sentence after one that only reports a question or says 'Yes.', in its section; else none."""
    if len(words(sentence.text)) > 1 and not _REPORTS_QUESTION.search(sentence.text):
        return []
    return following(sentence, section)


def following(sentence: EvidenceSentence, section: Section) -> list[EvidenceSentence]:
    """The sentence after it in its section, if there is one."""
    after = bisect_left(section, sentence.end, key=lambda one: one.start)
    return list(section[after : after + 1])


def place_of(sentence: EvidenceSentence, section: Section) -> int:
    """Where a sentence stands in its section, counted from 0."""
    return bisect_left(section, sentence.start, key=lambda one: one.start)


def same(one: EvidenceSentence, other: EvidenceSentence) -> bool:
    """Whether both are the same range of the same document."""
    return (one.document_id, one.start, one.end) == (other.document_id, other.start, other.end)


def sentences_of(passage: Passage) -> list[EvidenceSentence]:
    """The sentences of a passage, in reading order."""
    return [sentence_of(passage, number) for number in range(len(passage.sentences))]


def digest(sentences: Sequence[EvidenceSentence], most: int, language: str) -> list[EvidenceSentence]:
    """A section's first sentence that stands alone and those most central to it, in reading order.

    Central is a sentence whose words the rest of the section uses most (SumBasic, Nenkova and Vanderwende
    2005); what was said by a chosen one counts no more. Questions and pointers elsewhere are passed over.
    """
    fit = [one for one in sentences if not one.text.rstrip().endswith("?")] or list(sentences)
    alone = [one for one in fit if not depends(one.text)] or fit
    if not alone:
        return []
    bags = {one.start: stems(one.text, language) for one in fit}
    uses = Counter(word for bag in bags.values() for word in bag if len(word) > 3)

    def gain(one: EvidenceSentence, said: Collection[str]) -> float:
        own = bags[one.start]
        return sum(uses[word] for word in own if word not in said) / (len(own) + 5)

    chosen = [alone[0]]
    while len(chosen) < most:
        said = set().union(*(bags[one.start] for one in chosen))
        rest = [one for one in alone if one not in chosen]
        if not rest:
            break
        chosen.append(max(rest, key=lambda one: gain(one, said)))
    return sorted((replace(one, score=1.0) for one in chosen), key=lambda one: one.start)
