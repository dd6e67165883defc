"""From evidence to drafts of an answer: quotes, or a chat model's sentences where there is one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from assistant.coverage import stems, terms
from assistant.evidence import Evidence, EvidenceSentence
from assistant.phrases import phrase
from assistant.types import Intent, Query, Turn, Usage


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence that an answer may hold, before it is checked, with the sentences that it rests on.

    ``lead`` marks a line of the frame, which states nothing and rests on nothing.
    """

    text: str
    sentences: tuple[EvidenceSentence, ...] = ()
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A part of the question that the evidence does not cover, in the answerer's words."""

    text: str

    def is_asked(self, query: Query) -> bool:
        """Whether the question holds all that it names: else the answerer says something of its own."""
        named = terms(self.text, query.language)
        asked = stems(f"{query.raw} {query.standalone}", query.language)
        own = stems(" ".join((*named.weights, *named.numbers)), query.language)
        return bool(own) and own <= asked


class Answerer(Protocol):
    """Anything that words an answer from evidence; ``name`` is shown with the answer."""

    @property
    def name(self) -> str:
        """What is shown as the author: ``quotes`` or ``provider:model``."""
        ...

    def drafts(
        self, query: Query, evidence: Evidence, history: Sequence[Turn]
    ) -> Iterator[Draft | Uncovered | Usage]:
        """The answer's sentences as they are ready; Usage so far, where there is one, at any time.

        Closing the iterator ends the work. Raises ChatModelFailed when no (further) draft will come.
        """
        ...


class QuoteAnswerer:
    """Answers with the chosen sentences word for word, each section's introduced by a line that names it."""

    name = "quotes"

    def drafts(self, query: Query, evidence: Evidence, history: Sequence[Turn]) -> Iterator[Draft]:  # noqa: ARG002
        """A lead a section, then its sentences in reading order."""
        sections = [
            (path, list(group)) for path, group in groupby(evidence.chosen, lambda one: one.heading_path)
        ]
        if query.intent in _OPENINGS and len(sections) > 1:
            yield Draft(phrase(_OPENINGS[query.intent], query.language, number=len(sections)), lead=True)
        for path, sentences in sections:
            yield Draft(phrase("answer.lead", query.language, section=path[-1]), lead=True)
            for sentence in sentences:
                yield Draft(one_line(sentence.text), (sentence,))


_OPENINGS = {Intent.SUMMARY: "answer.summary", Intent.SECTIONS: "answer.sections"}


def one_line(text: str) -> str:
    """The text with each run of white space as one blank: how a quote reads in an answer."""
    return " ".join(text.split())
