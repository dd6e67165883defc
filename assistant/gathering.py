"""From a query to the evidence for its answer, by what it asks: an answer, an overview, a comparison."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.abstention import Calibration, features
from assistant.coverage import coverage, stems, terms
from assistant.evidence import (
    Evidence,
    EvidenceSentence,
    PassageRead,
    asked_with,
    literal,
    on_topic,
    read,
    weigh,
)
from assistant.fitting import fits, says_all
from assistant.grammar import grammar
from assistant.intents import read_intent
from assistant.library import Library
from assistant.lists import head_of, with_lists
from assistant.logistic import sigmoid
from assistant.mentions import mentions
from assistant.outline import Mention, Outline
from assistant.overview import opening_of, overview
from assistant.reader.types import Reader
from assistant.reasons import with_reasons
from assistant.second_look import read_alone
from assistant.selection import fewest, readable, same
from assistant.types import Intent, Query
from knowledge.types import Document, RetrievedPassage

READ_ALL = 24  # passages; a collection up to this size is read whole, so that nothing hangs on the search
FOUND = 12  # passages looked for in a larger one
# Reading is what takes the time, so the first passages are read by themselves, and more only in doubt: when
# the first are neither believed enough nor hardly at all. (docs/decisions.md has what each choice brings.)
FIRST = 4
READ = 8
ENOUGH = 0.7
LITTLE = 0.05
# A question among sentences that do not ask is read without them when it would be refused; that wording takes
# its place when it is believed by so much more.
MARGIN = 0.15
# That a document has a section is no matter of belief; the rest allows for a question misunderstood.
# That a sentence holds all the words of a keyword search is none either.
STRUCTURE = 0.97
# A sentence with all words of a question answers it more often than not: of the questions of squad2 with one,
# .65 are answerable, of those of evals/sets that the reader would refuse, all.
SAID_ALL = 0.5
HALF = 0.5  # of a keyword search's words, by their weight
HOLDING = 3  # sentences quoted that hold the words of a keyword search

Place = tuple[Document, int]  # a section by its number


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Reads and weighs what a search found; holds no state of its own."""

    reader: Reader
    calibration: Calibration

    def gather(self, query: Query, found: Sequence[RetrievedPassage], library: Library) -> Evidence:
        """The evidence for a query from the passages that a search found for it."""
        if query.intent in (Intent.SUMMARY, Intent.SECTIONS):
            structural = self._overview(query, library)
        elif query.intent is Intent.COMPARE:
            structural = self._comparison(query, found, library)
        elif query.intent is Intent.MENTIONS:
            structural = _mentioned(query, library)
            query = replace(query, intent=Intent.FACT, expects="")
        else:
            structural = None
        evidence = structural or self._answer(query, found, library)
        return replace(evidence, documents=len(library.documents))

    def _answer(self, query: Query, found: Sequence[RetrievedPassage], library: Library) -> Evidence:
        """The fewest sentences that answer, and whether to believe them."""
        evidence = self._weighed(query, found, library)
        if not fits(evidence, library.languages):
            refused = min(evidence.confidence, self.calibration.threshold.value / 2)
            return replace(evidence, confidence=refused)
        above = "".join(head_of(best, library.around) for best in evidence.sentences[:1])
        if says_all(evidence, library.languages, above):
            evidence = replace(evidence, confidence=max(evidence.confidence, SAID_ALL))
        if evidence.confidence < self.calibration.threshold.value:
            evidence = self._better(evidence, found, library)
        query = evidence.query
        holding = literal(evidence) if query.intent is Intent.KEYWORDS else []
        best = holding[:HOLDING] or fewest(evidence.sentences, self.calibration.mass.value)
        chosen = with_lists(readable(best, library.around), library.around)
        if query.expects == "reason":
            chosen = with_reasons(chosen, library.around, library.languages)
        return replace(evidence, chosen=tuple(chosen))

    def _weighed(
        self, query: Query, found: Sequence[RetrievedPassage], library: Library, *, most: int | None = None
    ) -> Evidence:
        """What the passages hold on a query, the first alone when they leave no doubt, or ``most``.

        A small collection is read whole before it is said that nothing in it answers.
        """
        relevant = on_topic(query, found, library.outline, library.languages)
        ordered = [*relevant, *(item for item in found if item not in relevant)]
        first = len(ordered) if query.intent is Intent.KEYWORDS and most is None else FIRST
        reads = self._read(query, ordered[:first], library)
        alone: dict[tuple[str, int], float] = {}
        evidence = self._believed(query, reads, relevant, library, alone)
        small = _passages(library, query.documents) <= READ_ALL
        further = ordered[first : most or (len(ordered) if small else READ)]
        if further and (0.0 if small else LITTLE) <= evidence.confidence < ENOUGH:
            reads += self._read(query, further, library)
            evidence = self._believed(query, reads, relevant, library, alone)
        if query.intent is Intent.KEYWORDS:
            evidence = replace(evidence, confidence=_belief_in_words(evidence, bool(literal(evidence))))
        return evidence

    def _better(self, evidence: Evidence, found: Sequence[RetrievedPassage], library: Library) -> Evidence:
        """The evidence, or that of another wording of the question that is believed clearly more."""
        for text in evidence.query.readings:
            query = worded(evidence.query, text, library.outline)
            other = self._weighed(query, found, library, most=FIRST)
            if other.confidence >= evidence.confidence + MARGIN and fits(other, library.languages):
                return other
        return evidence

    def _read(
        self, query: Query, found: Sequence[RetrievedPassage], library: Library
    ) -> tuple[PassageRead, ...]:
        return read(query, found, self.reader, library.languages, library.homes, library.head_above)

    def _believed(
        self,
        query: Query,
        reads: tuple[PassageRead, ...],
        relevant: Sequence[RetrievedPassage],
        library: Library,
        alone: dict[tuple[str, int], float],
    ) -> Evidence:
        """What the relevant passages hold, with the belief that they answer; all that was read is kept.

        ``alone`` are the sentences that were read by themselves so far.
        """
        counted = tuple(one for one in reads if one.found in relevant)
        evidence = weigh(query, counted, self.calibration.sentence, library.outline)
        if not counted:
            return replace(evidence, reads=reads)
        evidence = read_alone(evidence, self.reader, library.homes, alone)
        values = features(evidence, lambda language: library.stems(language, query.documents))
        belief = self.calibration.confidence(values)
        return replace(evidence, reads=reads, confidence=belief, features=values)

    def _overview(self, query: Query, library: Library) -> Evidence | None:
        """Sentences for a summary or a list of sections; None when the topics are no sections."""
        chosen, sections = overview(query, library)
        return replace(_structural(query, chosen, library), sections=sections) if chosen else None

    def _comparison(
        self, query: Query, found: Sequence[RetrievedPassage], library: Library
    ) -> Evidence | None:
        """For each thing compared its section's opening and the sentence that answers best.

        None when one is no section but is spoken of, so that the answer lies in sentences, or none is known.
        """
        nowhere = _nowhere(query, library)
        known = library.stems(query.language, query.documents)
        elsewhere = [t for t in query.topics if not library.sections_on(t, query.documents)]
        if not nowhere and any(
            coverage(terms(t, query.language), known, query.language) == 1.0 for t in elsewhere
        ):
            return None
        reads = self._read(query, found, library)
        evidence = weigh(query, reads, self.calibration.sentence, library.outline)
        if nowhere:
            return evidence
        chosen: list[EvidenceSentence] = []
        missing = []
        for topic in query.topics:
            places = library.sections_on(topic, query.documents)
            opening = opening_of(library, places)
            best = [one for one in evidence.sentences if _in(one, places)][:1]
            if not opening:
                missing.append(topic)
            chosen += [one for one in opening[:1] + best if not any(same(one, other) for other in chosen)]
        if len(query.topics) < 2 or len(missing) == len(query.topics):
            return None
        structural = _structural(query, chosen, library)
        return replace(structural, reads=evidence.reads, sentences=evidence.sentences, missing=tuple(missing))


def worded(query: Query, text: str, outline: Outline) -> Query:
    """The query in other words; it expects what it did when the words do not show what."""
    reading = read_intent(text, query.language, outline)
    intent = reading.intent if reading.intent in (Intent.YES_NO, Intent.FACT) else Intent.FACT
    return replace(
        query, standalone=text, as_written="", intent=intent, expects=reading.expects or query.expects
    )


def passages_to_find(library: Library, documents: Sequence[str]) -> int:
    """How many passages a search should find: all of a small collection, else FOUND."""
    total = _passages(library, documents)
    return total if total <= READ_ALL else FOUND


def _passages(library: Library, documents: Sequence[str]) -> int:
    return sum(info.passages for info in library.infos if not documents or info.name in documents)


def _belief_in_words(evidence: Evidence, holding: bool) -> float:
    """The belief that the documents hold what a keyword search is for.

    A sentence with all its words is as good as proof; when the documents do not have half of them, only the
    reader, who knows other words for it, can vouch.
    """
    if holding:
        return max(evidence.confidence, STRUCTURE)
    found = evidence.features
    if not evidence.reads or found["crosses"] or found["coverage_of_collection"] >= HALF:
        return evidence.confidence
    return min(evidence.confidence, sigmoid(max(read.reading.answerable for read in evidence.reads)))


def _structural(query: Query, chosen: Sequence[EvidenceSentence], library: Library) -> Evidence:
    """Evidence that stands on the documents' sections instead of on the reader's belief."""
    return Evidence(
        query,
        asked_with(query, library.outline),
        sentences=tuple(chosen),
        chosen=tuple(readable(chosen, library.around, most=len(chosen) + 2)),
        confidence=STRUCTURE,
    )


def _mentioned(query: Query, library: Library) -> Evidence | None:
    """The first mention in each document or section; None where no document has the words."""
    chosen, places = mentions(query, library)
    return replace(_structural(query, chosen, library), sections=places) if chosen else None


def _nowhere(query: Query, library: Library) -> bool:
    """Whether no document that speaks of the things compared has a word of what they are compared in.

    'The nuclear policy of Astria and Belmark', where both are spoken of and their policy is not. Documents in
    another language may have other words for it.
    """
    language = query.language
    sides = {topic: library.outline.mentions(topic) for topic in query.topics}
    names = " ".join(topic[one.start : one.end] for topic, found in sides.items() for one in found)
    of_names = [topic for topic, found in sides.items() if any(_is_of(topic, one, language) for one in found)]
    asked = terms(" ".join(of_names), language)
    named = stems(names, language)
    quality = stems(" ".join(asked.weights), language) - named
    speaking = [
        one for one in library.chosen(query.documents) if named <= library.stems(language, (one.name,))
    ]
    own = bool(speaking) and all(library.languages[one.name] == language for one in speaking)
    held = library.stems(language, [one.name for one in speaking])
    return bool(named and quality) and own and not quality & held


def _is_of(side: str, name: Mention, language: str) -> bool:
    """Whether a side of a comparison is something of a name: 'the policy of Astria', not 'African Union'."""
    before = side[: name.start].lower().replace("'", "’").split()
    return not name.topic.path and bool(before) and before[-1] in grammar(language).function_words


def _in(sentence: EvidenceSentence, places: Iterable[Place]) -> bool:
    return any(
        (sentence.document, sentence.section) == (document.name, number) for document, number in places
    )
