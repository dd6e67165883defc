"""The values that travel through evals: cases, what was answered, scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

SUPPORT_AT = 0.5
"""Belief from which the judge's word counts as support: the decision threshold of a calibrated belief."""


@dataclass(frozen=True, slots=True)
class PastTurn:
    """An earlier question of a conversation, with the answer that it got, when the set gives one."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class EvalCase:
    """A question and what a right answer to it must show.

    ``answerable`` None leaves the case out of the abstention metrics. ``gold_sections`` are headings, or
    paths joined by ' > '. ``facts`` lists, for each fact that the answer must contain, its spellings.
    ``extra`` keeps the fields that this version does not know, ``line`` is the line of the set's file.
    """

    id: str
    question: str
    history: tuple[PastTurn, ...] = ()
    lang: str = "en"
    kind: str = ""
    answerable: bool | None = None
    documents: tuple[str, ...] = ()
    gold_sections: tuple[str, ...] = ()
    gold_quotes: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    reference: str | None = None
    nuggets: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    line: int = field(default=0, compare=False)

    @property
    def has_gold(self) -> bool:
        """Whether it names what a right answer says or cites."""
        return bool(self.gold_sections or self.gold_quotes or self.facts)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a set; ``line`` is 1-based. An error drops its case, a warning does not."""

    line: int
    message: str
    error: bool = True


@dataclass(frozen=True, slots=True)
class EvalSet:
    """A named list of cases; ``content_hash`` is the file's sha256, ``documents`` a folder of its own."""

    name: str
    path: Path
    content_hash: str
    cases: tuple[EvalCase, ...]
    problems: tuple[Problem, ...] = ()
    documents: Path | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """A range of a document of a certain section path (the document's title first)."""

    document: str
    document_id: str
    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of an answer, and whether its quote is the stored text at its range (None: not known)."""

    n: int
    place: Located
    quote: str
    exact: bool | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of an answer: its text, verdict, and the numbers of the citations that it rests on."""

    text: str
    verdict: str
    citations: tuple[int, ...]
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """What the assistant answered to a case: the part of ``ask --json`` that metrics look at.

    ``raw_retrieved`` and ``standalone_retrieved`` are the passages that a search finds with the question as
    typed alone, and with the standalone one alone; for follow-ups only.
    ``gold`` are the places of the case's gold quotes in the documents, ``unknown_sections`` the gold sections
    that these do not have. Timings are milliseconds.
    """

    standalone_question: str = ""
    abstained: bool = False
    confidence: float = 0.0
    statements: tuple[Said, ...] = ()
    citations: tuple[Cited, ...] = ()
    retrieved: tuple[Located, ...] = ()
    raw_retrieved: tuple[Located, ...] | None = None
    standalone_retrieved: tuple[Located, ...] | None = None
    read: tuple[Located, ...] = ()
    gold: tuple[Located, ...] = ()
    unknown_sections: tuple[str, ...] = ()
    withheld: int = 0
    tokens: int | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    error: str | None = None

    @property
    def text(self) -> str:
        """All that the answer says, the words that it quotes included."""
        return " ".join([*(s.text for s in self.statements), *(c.quote for c in self.citations)])


@dataclass(frozen=True, slots=True)
class Scored:
    """A case, what was answered, its score on each metric that applied, and the stage that failed it."""

    case: EvalCase
    record: Record
    scores: Mapping[str, float] = field(default_factory=dict)
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric over cases: the value, a 95 % bootstrap interval, and how many cases it applied to."""

    value: float
    low: float
    high: float
    n: int


class Judge(Protocol):
    """Says how far evidence supports a claim, 0..1."""

    @property
    def name(self) -> str:
        """What is written beside the figures that it gave."""
        ...

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The belief, for each (claim, evidence), that the evidence supports the claim."""
        ...
