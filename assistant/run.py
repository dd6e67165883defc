"""One message on its way to an answer: searched, read, drafted, checked; events as it goes."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.answering import Answerer, QuoteAnswerer, Uncovered
from assistant.composing import Composer
from assistant.errors import ChatModelFailed, ChatModelSlow
from assistant.evidence import Evidence, EvidenceSentence, read_sentences, reranked, searched_sections
from assistant.gathering import passages_to_find
from assistant.intents import read_intent
from assistant.library import Library
from assistant.phrases import phrase
from assistant.questions import suggestions
from assistant.smalltalk import small_talk_reply
from assistant.types import (
    Answer,
    Answered,
    Citation,
    Event,
    Intent,
    Query,
    Reading,
    Searching,
    Trace,
    Turn,
    Usage,
)
from knowledge.types import RetrievedPassage

if TYPE_CHECKING:
    from assistant.assistant import Assistant

NEAREST = 3  # passages shown with an abstention
SUGGESTED = 3  # questions offered with one


class Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}
        self._started = self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """Books the time since the last lap on a stage."""
        now = perf_counter()
        self.timings[stage] = self.timings.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now

    def finished(self) -> dict[str, float]:
        """All stages, and the total."""
        return {**self.timings, "total": (perf_counter() - self._started) * 1000}


@dataclass(slots=True)
class Run:
    """One message on its way to an answer; ``slow``: its chat model let it wait too long already."""

    assistant: "Assistant"
    message: str
    queries: tuple[Query, ...]
    library: Library
    documents: tuple[str, ...]
    history: Sequence[Turn]
    cancelled: Callable[[], bool]
    clock: Clock
    composer: Composer
    uncovered: list[str] = field(default_factory=list)
    usage: Usage | None = None
    slow: bool = False
    answered_by: str = QuoteAnswerer.name
    note: str = ""

    @property
    def language(self) -> str:
        """The language of the message."""
        return self.queries[0].language

    def events(self) -> Iterator[Event]:
        """All events of the message."""
        first = next((query for query in self.queries if query.intent is not Intent.UNCLEAR), self.queries[0])
        if first.intent is Intent.SMALL_TALK:
            for line in small_talk_reply(first, self.library.infos):
                yield self.composer.frame(line)
            yield Answered(self._answer(abstained=False, confidence=1.0))
        elif not self.library.chosen(self.documents):
            yield self.composer.frame(phrase("answer.no_documents", self.language))
            yield Answered(self._answer(abstained=True, confidence=0.0))
        elif first.intent is Intent.UNCLEAR:
            yield self.composer.frame(phrase("answer.unclear", self.language))
            yield Answered(self._answer(abstained=True, confidence=0.0, suggested=first.choices))
        else:
            yield from self._from_documents()

    def _from_documents(self) -> Iterator[Event]:
        yield Searching(len(self.library.chosen(self.documents)))
        queries = [query for query in self.queries if query.intent not in (Intent.SMALL_TALK, Intent.UNCLEAR)]
        found = [self._search(query) for query in queries]
        self.clock.lap("search")
        yield Reading(len({item.passage.id for items in found for item in items}))
        gather = self.assistant.gatherer.gather
        evidence = [gather(query, items, self.library) for query, items in zip(queries, found, strict=True)]
        evidence = [self._or_on_topic(item, items) for item, items in zip(evidence, found, strict=True)]
        # What is shown is the wording that was read.
        read = dict(zip(queries, (item.query for item in evidence), strict=True))
        self.queries = tuple(read.get(query, query) for query in self.queries)
        self.clock.lap("read")
        trusted = [item for item in evidence if item.chosen and item.confidence >= self._threshold()]
        for item in trusted:
            yield from self._say(item)
        unsaid = _uncovered(evidence, trusted, self._threshold() / 2)
        uncovered = tuple(dict.fromkeys((*unsaid, *self.uncovered)))
        if not trusted:
            yield self.composer.frame(phrase("answer.abstain", self.language))
        elif uncovered:
            yield self.composer.frame(
                phrase(
                    "answer.uncovered",
                    self.language,
                    parts="; ".join(part.rstrip("?!. ") for part in uncovered),
                )
            )
        self.clock.lap("answer")
        yield Answered(replace(self._conclude(evidence, trusted, found), uncovered=uncovered))

    def _or_on_topic(self, evidence: Evidence, found: Sequence[RetrievedPassage]) -> Evidence:
        """The evidence; of 'And the UN?' that nothing answers, what the documents say about the UN."""
        query = evidence.query
        if not query.instead or (evidence.chosen and evidence.confidence >= self._threshold()):
            return evidence
        reading = read_intent(query.instead, query.language, self.library.outline)
        about = replace(
            query,
            standalone=query.instead,
            intent=reading.intent,
            expects="",
            topics=reading.topics,
            as_written="",
            readings=(),
        )
        other = self.assistant.gatherer.gather(about, found, self.library)
        if not other.chosen or other.confidence < self._threshold():
            return evidence
        self.note = phrase("answer.instead", self.language, question=query.standalone)
        return other

    def _threshold(self) -> float:
        careful = self.assistant.settings.carefulness
        return self.assistant.gatherer.calibration.threshold.value if careful is None else careful

    def _search(self, query: Query) -> list[RetrievedPassage]:
        names = query.documents or self.documents
        limit = passages_to_find(self.library, names)
        found = self.assistant.knowledge.search(query.searches or (query.standalone,), limit, names)
        # A document that changed since the library was read waits for the next question.
        known = {document.name: document.content_hash for document in self.library.documents.values()}
        return [one for one in found if known.get(one.passage.document_name) == one.passage.content_hash]

    def _say(self, evidence: Evidence) -> Iterator[Event]:
        """What the answerer says of it and what of that stands; quotes when nothing does."""
        answerer = self.assistant.answerer
        if not isinstance(answerer, QuoteAnswerer):
            uncovered = len(self.uncovered)
            trouble = yield from self._worded(answerer, evidence)
            if not trouble:
                return
            self.note = phrase(trouble, self.language)
            del self.uncovered[uncovered:]
        yield from self._drafted(QuoteAnswerer(), evidence)

    def _worded(self, answerer: Answerer, evidence: Evidence) -> Generator[Event, None, str]:
        """What a chat model says and stands; returns the phrase that tells why quotes must take its place."""
        if self.slow:
            return "answer.model_failed"
        said = len(self.composer.statements)
        try:
            yield from self._drafted(answerer, evidence)
        except ChatModelFailed as error:
            self.slow = isinstance(error, ChatModelSlow)
            return "answer.model_failed"
        stands = len(self.composer.statements) > said or self.cancelled()
        return "" if stands else "answer.model_unsupported"

    def _drafted(self, answerer: Answerer, evidence: Evidence) -> Iterator[Event]:
        if self._stopped():
            return
        before = self.usage
        for draft in answerer.drafts(evidence.query, evidence, self.history):
            if self._stopped():
                return
            if isinstance(draft, Usage):
                self.usage = before + draft if before else draft
                continue
            if isinstance(draft, Uncovered):
                if draft.is_asked(evidence.query):
                    self.uncovered.append(draft.text)
                continue
            for said in self.composer.take(draft):
                self.answered_by = answerer.name
                yield said

    def _stopped(self) -> bool:
        """Whether the user has stopped the answer, which is then noted."""
        stopped = self.cancelled()
        if stopped:
            self.note = phrase("answer.cancelled", self.language)
        return stopped

    def _conclude(
        self, evidence: list[Evidence], trusted: list[Evidence], found: list[list[RetrievedPassage]]
    ) -> Answer:
        alone = len(evidence) == 1 and evidence[0].query.intent is Intent.FACT
        answer = self._answer(
            abstained=not trusted,
            confidence=max(item.confidence for item in trusted or evidence),
            evidence=evidence,
            found=found,
            suggested=() if trusted else self._suggested(evidence, found),
        )
        return replace(
            answer,
            short_answer=self.composer.short_answer() if trusted and alone else None,
            note=answer.note or self._note_on_language(),
            nearest=() if trusted else self._nearest(evidence),
        )

    def _suggested(
        self, evidence: Sequence[Evidence], found: Sequence[Sequence[RetrievedPassage]]
    ) -> tuple[str, ...]:
        """Questions about the sections nearest to what was asked: the best believed, then the best found."""
        believed = sorted((s for item in evidence for s in item.sentences), key=lambda s: -s.score)[:NEAREST]
        near = [(one.document, one.heading_path[-1]) for one in believed]
        near += [(one.passage.document_name, one.passage.heading_path[-1]) for one in _merged(found)]
        return suggestions(self.library.outline, self.language, SUGGESTED, near)

    def _note_on_language(self) -> str:
        """That the quotes are in another language than the question, where they are."""
        cited = {self.library.languages[citation.document] for citation in self.composer.citations}
        others = sorted(cited - {self.language})
        return (
            phrase("answer.quoted_in", self.language, languages=_names(others, self.language))
            if others
            else ""
        )

    def _nearest(self, evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
        """The best sentence of each of the nearest passages, as citations of their own numbering."""
        best: dict[tuple[str, int], EvidenceSentence] = {}
        for sentence in sorted((s for item in evidence for s in item.sentences), key=lambda s: -s.score):
            best.setdefault((sentence.document, sentence.section), sentence)
        nearest = list(best.values())[:NEAREST]
        return tuple(self.composer.cite(n, sentence) for n, sentence in enumerate(nearest, start=1))

    def _answer(
        self,
        *,
        abstained: bool,
        confidence: float,
        evidence: Sequence[Evidence] = (),
        found: Sequence[Sequence[RetrievedPassage]] = (),
        suggested: Sequence[str] = (),
    ) -> Answer:
        composer = self.composer
        documents = self.library.chosen(self.documents)
        searched = searched_sections(documents, found, evidence)
        return Answer(
            question=self.message,
            standalone_question=" ".join(query.standalone for query in self.queries),
            statements=tuple(composer.statements),
            citations=tuple(composer.citations),
            abstained=abstained,
            confidence=confidence,
            language=self.language,
            note=self.note,
            suggestions=tuple(suggested),
            trace=Trace(
                queries=self.queries,
                retrieved=reranked(_merged(found), evidence),
                searched=searched,
                read=read_sentences(evidence),
                withheld=tuple(composer.withheld),
                timings_ms=self.clock.finished(),
                features=evidence[0].features if evidence else {},
                usage=self.usage,
                answered_by=self.answered_by,
                unlisted=sum(len(document.sections) for document in documents) - len(searched),
            ),
        )


def _uncovered(evidence: Sequence[Evidence], trusted: Sequence[Evidence], doubt: float) -> tuple[str, ...]:
    """The parts that are not answered, when others are.

    Not those believed at ``doubt`` or more whose best sentence is quoted already: it may well answer them.
    """
    quoted = {(one.document_id, one.start) for item in trusted for one in item.chosen}
    refused = [
        item.query.raw
        for item in evidence
        if item not in trusted
        and not (
            item.confidence >= doubt
            and any((one.document_id, one.start) in quoted for one in item.sentences[:1])
        )
    ]
    missing = [topic for item in trusted for topic in item.missing]
    return (*refused, *missing) if trusted else ()


def _merged(found: Sequence[Sequence[RetrievedPassage]]) -> tuple[RetrievedPassage, ...]:
    """Each passage once, with its best score, ranked anew when several searches found it."""
    best: dict[str, RetrievedPassage] = {}
    for one in (one for items in found for one in items):
        if one.passage.id not in best or one.score > best[one.passage.id].score:
            best[one.passage.id] = one
    ordered = sorted(best.values(), key=lambda one: -one.score)
    return tuple(replace(one, rank=rank) for rank, one in enumerate(ordered, start=1))


def _names(languages: Sequence[str], language: str) -> str:
    """The languages' names, in a language."""
    return ", ".join(phrase(f"answer.language_{code}", language) for code in languages)
