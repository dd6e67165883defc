"""The values that travel through the assistant: plain and frozen; identity is a storage concern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.types import RetrievedPassage


class Verdict(StrEnum):
    """Whether a statement is borne out by what it cites."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"


class Intent(StrEnum):
    """What a question asks for; it decides how the evidence is chosen."""

    FACT = "fact"
    YES_NO = "yes_no"
    KEYWORDS = "keywords"
    SUMMARY = "summary"
    SECTIONS = "sections"
    COMPARE = "compare"
    MENTIONS = "mentions"
    SMALL_TALK = "small_talk"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Query:
    """A question ready for search.

    ``raw`` is what the user typed (of this part, when a message holds several questions), ``standalone``
    the question that stands without its conversation, ``as_written`` the same with names as the documents
    write them ('OVSE' → 'OSCE'; "": no other), ``searches`` the texts to retrieve with (the raw and
    the standalone question, without duplicates). ``language`` is an ISO 639-1 code.
    ``expects`` names the answer type: person, date, number, place, reason, manner or "".
    ``topics`` are headings or names that the question is about; ``choices`` are the readings offered back
    when the intent is UNCLEAR; ``documents`` limits the search to documents of these names (empty: all).
    ``readings`` are other wordings to read with when the standalone question is little believed: of a
    question among sentences that do not ask. Of a follow-up, ``base`` is what a next
    follow-up builds on ("": the standalone question), ``instead`` the question to answer when nothing answers
    this one ("": none), and ``answered`` the words that answered the question before it ("": none were
    marked).
    """

    raw: str
    standalone: str
    language: str = "en"
    intent: Intent = Intent.FACT
    expects: str = ""
    topics: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    as_written: str = ""
    readings: tuple[str, ...] = ()
    base: str = ""
    instead: str = ""
    answered: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that a statement rests on: a range of a document of a certain content.

    ``quote`` is sliced from the stored text when the answer is made; whoever shows it slices again and
    compares ``content_hash``. ``highlights`` are ranges within the document of the words that answer.
    """

    n: int
    document_id: str
    document: str
    title: str
    section: str
    section_path: tuple[str, ...]
    page: int | None
    start: int
    end: int
    content_hash: str
    quote: str
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer. ``citations`` are numbers of ``Answer.citations``.

    ``reason`` says why a verdict is not SUPPORTED ('number 30 is not in the quote'). ``lead`` marks a line
    of the frame ('NATO says:') that states nothing itself and cites nothing. ``translated_to`` is the
    language that it is worded in when what it cites is in another ("" when it is not).
    """

    text: str
    verdict: Verdict
    citations: tuple[int, ...] = ()
    reason: str = ""
    lead: bool = False
    translated_to: str = ""


@dataclass(frozen=True, slots=True)
class SearchedSection:
    """A section that was searched: its best retrieval score and the reader's belief (0..1, None: unread)."""

    document: str
    section: str
    section_path: tuple[str, ...]
    score: float
    reader: float | None = None


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence that was read, with the reader's belief (0..1) that it answers; a range of its document."""

    document_id: str
    document: str
    section_path: tuple[str, ...]
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Usage:
    """What a chat model used: tokens, and their cost in the currency of the prices set (None: none set)."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        """Both together."""
        priced = self.cost is not None and other.cost is not None
        return Usage(
            self.model,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            (self.cost or 0.0) + (other.cost or 0.0) if priced else None,
        )


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came about: all of it can be opened under the answer. Times are milliseconds.

    ``searched`` lists the sections best found first, ``unlisted`` is how many more were searched.
    """

    queries: tuple[Query, ...] = ()
    retrieved: tuple[RetrievedPassage, ...] = ()
    searched: tuple[SearchedSection, ...] = ()
    read: tuple[ReadSentence, ...] = ()
    withheld: tuple[Statement, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    features: Mapping[str, float] = field(default_factory=dict)
    usage: Usage | None = None
    answered_by: str = "quotes"
    unlisted: int = 0

    @property
    def by_belief(self) -> tuple[SearchedSection, ...]:
        """The sections that were read, best believed first; then the others, best found first."""
        read = [section for section in self.searched if section.reader is not None]
        unread = [section for section in self.searched if section.reader is None]
        best_read = sorted(read, key=lambda section: -(section.reader or 0.0))
        return (*best_read, *sorted(unread, key=lambda section: -section.score))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says to a question.

    ``confidence`` is its belief, 0..1, that the documents answer the question, also when it abstains.
    ``note`` is one plain line about how the answer was made ('the chat model did not answer in time').
    ``nearest`` are citations of the nearest passages, shown with an abstention. ``uncovered`` names parts
    of the question that the documents do not cover. ``suggestions`` are questions the user may ask next.
    """

    question: str
    standalone_question: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    abstained: bool
    confidence: float
    language: str = "en"
    short_answer: str | None = None
    note: str = ""
    nearest: tuple[Citation, ...] = ()
    uncovered: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    trace: Trace = field(default_factory=Trace)

    @property
    def text(self) -> str:
        """The statements as one text, without citation numbers."""
        return " ".join(statement.text for statement in self.statements)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer within a conversation."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Searching:
    """Event: the search began over so many documents."""

    documents: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Event: so many passages are being read."""

    passages: int


@dataclass(frozen=True, slots=True)
class Said:
    """Event: a statement has been checked and may be shown, with the citations that it brings."""

    statement: Statement
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """Event: the answer is complete; always the last event."""

    answer: Answer


Event = Searching | Reading | Said | Answered
History = Sequence[Turn]
