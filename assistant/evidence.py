"""From a query to evidence: passages found and read, and every sentence with the belief that it answers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.coverage import Terms, coverage, holds, satisfies, stems, terms
from assistant.logistic import Logistic, sigmoid
from assistant.outline import Outline, Topic, called
from assistant.reader.types import PassageText, Reader, Reading
from assistant.types import Query, ReadSentence, SearchedSection
from assistant.voice import in_its_voice
from knowledge.chunking import heading_path
from knowledge.lexical import stem
from knowledge.retrieval import Ranking, fuse
from knowledge.types import Document, Passage, RetrievedPassage

Range = tuple[int, int]
NOTHING_KNOWN = Outline()
MOST_MARKED = 0.6  # of a sentence; what is longer than that and FEW_WORDS is no short answer
FEW_WORDS = 6
MARKED_FROM = 0.5  # of the best sentence's belief: a quote that only adds to the answer does not hold it
SECTIONS_LISTED = 300  # most sections that an answer carries as searched; beyond, the lowest are left out


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence of a document that may be quoted: ``document.text[start:end]``.

    ``score`` is the belief (0..1) that it answers, ``highlight`` the range within the document of the words
    that do, ``span_margin`` how sure the reader is of them (a logit).
    """

    document_id: str
    document: str
    heading_path: tuple[str, ...]
    section: int
    start: int
    end: int
    text: str
    score: float = 0.0
    highlight: Range | None = None
    span_margin: float = 0.0


@dataclass(frozen=True, slots=True)
class PassageRead:
    """A passage that was found and what the reader says of it; ``language`` is its document's.

    ``head`` is the head row of the table that the passage begins within, read above it.
    """

    found: RetrievedPassage
    reading: Reading
    language: str
    head: str = ""

    @property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.found.passage

    @property
    def whole(self) -> str:
        """The headings, a table's head and the text, as the reader saw them."""
        return "\n".join((*self.headings, self.passage.text))

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands above the text: its headings, and the head of the table that it begins within."""
        return (*self.passage.heading_path, *filter(None, [self.head]))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the documents hold on a query.

    ``reads`` are the passages read, best retrieved first, ``sentences`` theirs, best believed first.
    ``chosen`` are the sentences that answer, in reading order; ``confidence`` (0..1) is the belief that the
    documents answer, from ``features``. ``missing`` names topics of the query that no document covers.
    ``documents`` is how many there are to quote from, ``sections`` how many an overview was chosen from.
    """

    query: Query
    terms: Terms
    reads: tuple[PassageRead, ...] = ()
    sentences: tuple[EvidenceSentence, ...] = ()
    chosen: tuple[EvidenceSentence, ...] = ()
    confidence: float = 0.0
    alone: float = 0.0
    features: Mapping[str, float] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    documents: int = 1
    sections: int = 0


def _no_head(_passage: Passage) -> str:
    return ""


def read(
    query: Query,
    found: Sequence[RetrievedPassage],
    reader: Reader,
    languages: Mapping[str, str],
    homes: Mapping[str, frozenset[str]] | None = None,
    head_above: Callable[[Passage], str] = _no_head,
) -> tuple[PassageRead, ...]:
    """Reads the passages, those that the question is put to in the same words in one batch.

    ``languages`` maps a document's name to its language, ``homes`` to the names of its own country;
    ``head_above`` gives the head row of the table that a passage begins within.
    """
    heads = {item.passage.id: head_above(item.passage) for item in found}
    questions = [put_to(query, item.passage, languages, homes or {}) for item in found]
    readings: dict[str, Reading] = {}
    for question in dict.fromkeys(questions):
        asked = [item.passage for item, own in zip(found, questions, strict=True) if own == question]
        answers = reader.read(question, [passage_text(passage, heads[passage.id]) for passage in asked])
        readings |= {
            passage.id: _without_head(answer, heads[passage.id])
            for passage, answer in zip(asked, answers, strict=True)
        }
    return tuple(
        PassageRead(item, readings[key], languages[item.passage.document_name], heads[key])
        for item in found
        for key in [item.passage.id]
    )


def _without_head(reading: Reading, head: str) -> Reading:
    """What was read of a passage below a table's head, with the offsets that it has without it."""
    if not head:
        return reading
    shift = len(head) + 1
    span = reading.span and (reading.span[0] - shift, reading.span[1] - shift)
    return replace(reading, sentences=reading.sentences[1:], span=span if span and span[0] >= 0 else None)


def stands_in(sentence: EvidenceSentence, passage: Passage) -> bool:
    """Whether the sentence is of the passage."""
    return passage.document_id == sentence.document_id and passage.start <= sentence.start < passage.end


def put_to(
    query: Query, passage: Passage, languages: Mapping[str, str], homes: Mapping[str, frozenset[str]]
) -> str:
    """The question in the words of the passage's document: its names, its 'our country'."""
    name = passage.document_name
    home = homes.get(name, frozenset())
    return in_its_voice(
        query.as_written or query.standalone, query.language, passage.text, languages[name], home
    )


def weigh(
    query: Query,
    reads: tuple[PassageRead, ...],
    sentence_model: Logistic,
    outline: Outline = NOTHING_KNOWN,
) -> Evidence:
    """The sentences of what was read, each with the belief that it answers."""
    asked = asked_with(query, outline)
    sentences = [
        _telling(
            sentence_of(one.passage, number, sentence_model.probability(row), one.reading),
            asked,
            one.language,
        )
        for one in reads
        for number, row in enumerate(sentence_features(query, asked, one))
    ]
    ordered = sorted(sentences, key=lambda sentence: -sentence.score)
    least = MARKED_FROM * ordered[0].score if ordered else 0.0
    return Evidence(
        query, asked, reads, tuple(one if one.score >= least else _unmarked(one) for one in ordered)
    )


def _telling(sentence: EvidenceSentence, asked: Terms, language: str) -> EvidenceSentence:
    """The sentence, its words that answer unmarked when they are no short answer.

    That are words of the question, most of the sentence, or a range that opens a bracket and leaves it open.
    """
    if sentence.highlight is None:
        return sentence
    start, end = sentence.highlight
    marked = sentence.text[start - sentence.start : end - sentence.start]
    own = {stem(word, language) for word in asked.weights}
    said = {stem(word, language) for word in terms(marked, language).weights}
    echoed = bool(said) and said <= own
    most = len(marked) > MOST_MARKED * len(sentence.text) and len(marked.split()) > FEW_WORDS
    if echoed or most or marked.count("(") != marked.count(")"):
        return _unmarked(sentence)
    return sentence


def _unmarked(sentence: EvidenceSentence) -> EvidenceSentence:
    return replace(sentence, highlight=None, span_margin=0.0)


def on_topic(
    query: Query, found: Sequence[RetrievedPassage], outline: Outline, languages: Mapping[str, str]
) -> list[RetrievedPassage]:
    """The passages that may answer: of a question on a section's topic, those that name it; else all.

    What one body does is no answer to what another does, however alike the words are.
    """
    topics = [mention.topic for mention in outline.mentions(query.standalone) if mention.topic.path]
    naming = [
        frozenset(topic for topic in topics if _names(item.passage, topic, languages)) for item in found
    ]
    telling = {topic for topic in topics if not all(topic in named for named in naming)}
    chosen = [item for item, named in zip(found, naming, strict=True) if named & telling]
    return chosen or list(found)


def _names(passage: Passage, topic: Topic, languages: Mapping[str, str]) -> bool:
    language = languages[passage.document_name]
    held = stems("\n".join((*passage.heading_path, passage.text)), language)
    return any(holds(held, spelling, language) for spelling in called(topic))


def literal(evidence: Evidence) -> list[EvidenceSentence]:
    """The sentences, best believed first, that hold every content word of the question."""
    languages = {one.passage.document_name: one.language for one in evidence.reads}
    return [
        sentence
        for sentence in evidence.sentences
        if (language := languages[sentence.document]) == evidence.query.language
        and evidence.terms.weights
        and coverage(evidence.terms, stems(sentence.text, language), language) == 1.0
    ]


def asked_with(query: Query, outline: Outline) -> Terms:
    """What a query asks with, its names in all spellings that the outline knows."""
    known = tuple(frozenset(called(mention.topic)) for mention in outline.mentions(query.standalone))
    return terms(query.standalone, query.language, known)


def passage_text(passage: Passage, head: str = "") -> PassageText:
    """The passage as a reader takes it: offsets within its own text, or below the head of its table."""
    shift = (len(head) + 1 if head else 0) - passage.start
    ranges = [(sentence.start + shift, sentence.end + shift) for sentence in passage.sentences]
    if not head:
        return PassageText(passage.heading_path, passage.text, tuple(ranges))
    text = f"{head}\n{passage.text}"
    return PassageText(passage.heading_path, text, ((0, len(head)), *ranges))


def sentence_of(
    passage: Passage, number: int, score: float = 0.0, reading: Reading | None = None
) -> EvidenceSentence:
    """Sentence ``number`` of a passage, with the reader's span where that lies in it."""
    sentence = passage.sentences[number]
    highlight = None
    if reading is not None and reading.span is not None:
        start, end = passage.start + reading.span[0], passage.start + reading.span[1]
        if sentence.start <= start < end <= sentence.end:
            highlight = (start, end)
    return EvidenceSentence(
        document_id=passage.document_id,
        document=passage.document_name,
        heading_path=passage.heading_path,
        section=passage.section,
        start=sentence.start,
        end=sentence.end,
        text=passage.text[sentence.start - passage.start : sentence.end - passage.start],
        score=score,
        highlight=highlight,
        span_margin=reading.span_margin if reading is not None and highlight else 0.0,
    )


def sentence_features(query: Query, asked: Terms, read: PassageRead) -> list[dict[str, float]]:
    """For each sentence of a passage, what speaks for its being the answer.

    Word features are 0 when question and document differ in language: ``crosses`` tells.
    """
    passage, reading = read.passage, read.reading
    crosses = query.language != read.language
    headings = stems(" ".join(read.headings), read.language)
    rows = []
    for sentence, by_reader in zip(passage.sentences, reading.sentences, strict=True):
        start, end = sentence.start - passage.start, sentence.end - passage.start
        text = passage.text[start:end]
        own = stems(text, read.language)
        in_span = reading.span is not None and start <= reading.span[0] < end
        rows.append(
            {
                "sentence": by_reader,
                "answerable": reading.answerable,
                "span": sigmoid(reading.span_margin) if in_span else 0.0,
                "similarity": read.found.similarity,
                "coverage": 0.0 if crosses else coverage(asked, own, read.language),
                "coverage_with_headings": 0.0 if crosses else coverage(asked, own | headings, read.language),
                "type": float(satisfies(query.expects, text, asked, read.language)),
                "crosses": float(crosses),
            }
        )
    return rows


def reranked(found: Sequence[RetrievedPassage], evidence: Sequence[Evidence]) -> tuple[RetrievedPassage, ...]:
    """What was found in the order of search and reader together; what was not read comes after.

    The ranks are fused as those of a search are (docs/decisions.md has what it brings); scores stay the
    search's.
    """
    beliefs = {one.passage.id: one.reading.answerable for item in evidence for one in item.reads}
    read = [one for one in found if one.passage.id in beliefs]
    believed = sorted(range(len(read)), key=lambda row: -beliefs[read[row].passage.id])
    fused = fuse([Ranking("search", range(len(read))), Ranking("reader", believed)])
    unread = [one for one in found if one.passage.id not in beliefs]
    ordered = [
        *(
            replace(read[each.row], ranks={**read[each.row].ranks, "reader": each.ranks["reader"]})
            for each in fused
        ),
        *unread,
    ]
    return tuple(replace(one, rank=rank) for rank, one in enumerate(ordered, start=1))


def searched_sections(
    documents: Collection[Document],
    found: Sequence[Sequence[RetrievedPassage]],
    evidence: Sequence[Evidence],
) -> tuple[SearchedSection, ...]:
    """Every section of the documents with its best retrieval score (0: not found) and the reader's belief.

    Best score first, then reading order; at most SECTIONS_LISTED.
    """
    scores: dict[tuple[str, int], float] = {}
    for one in (one for items in found for one in items):
        key = (one.passage.document_id, one.passage.section)
        scores[key] = max(scores.get(key, 0.0), one.score)
    beliefs: dict[tuple[str, int], float] = {}
    for read in (read for item in evidence for read in item.reads):
        key = (read.passage.document_id, read.passage.section)
        beliefs[key] = max(beliefs.get(key, 0.0), sigmoid(read.reading.answerable))
    places = [(document, number) for document in documents for number in range(len(document.sections))]
    places.sort(key=lambda place: -scores.get((place[0].id, place[1]), 0.0))
    return tuple(
        SearchedSection(
            document=document.name,
            section=document.sections[number].heading or document.title,
            section_path=heading_path(document.title, document.sections[number]),
            score=scores.get((document.id, number), 0.0),
            reader=beliefs.get((document.id, number)),
        )
        for document, number in places[:SECTIONS_LISTED]
    )


def read_sentences(evidence: Sequence[Evidence]) -> tuple[ReadSentence, ...]:
    """Every sentence that was read, best believed first."""
    found = [
        ReadSentence(s.document_id, s.document, s.heading_path, s.start, s.end, s.score)
        for item in evidence
        for s in item.sentences
    ]
    return tuple(sorted(found, key=lambda sentence: -sentence.score))
