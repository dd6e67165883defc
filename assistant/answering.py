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

    ``lead`` marks a line of the frame, which states nothing and rests on nothing; ``opening`` the one that
    stands before all other leads.
    """

    text: str
    sentences: tuple[EvidenceSentence, ...] = ()
    lead: bool = False
    opening: bool = False


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
        opens = query.intent in _OPENINGS and len(sections) > 1
        if opens:
            yield Draft(_opening(query, evidence), lead=True, opening=True)
        # An opening has named the one document that all is quoted from.
        several = evidence.documents > 1 and not (opens and len({path[0] for path, _ in sections}) == 1)
        for path, sentences in sections:
            yield Draft(_lead(path, query.language, several=several), lead=True)
            for sentence in sentences:
                yield Draft(one_line(sentence.text), (sentence,))


_OPENINGS = {
    Intent.SUMMARY: "answer.summary",
    Intent.SECTIONS: "answer.sections",
    Intent.MENTIONS: "answer.mentions",
}
_TITLE = 48  # characters of a title that a line of the frame shows


def _opening(query: Query, evidence: Evidence) -> str:
    """How much the overview shows of how much there is."""
    shown = len({(one.document_id, one.section, one.heading_path) for one in evidence.chosen})
    titles = {one.heading_path[0] for one in evidence.chosen}
    number, total = len({one.document_id for one in evidence.chosen}), max(evidence.sections, shown)
    values: dict[str, str | int] = {
        "shown": shown,
        "total": total,
        "number": number,
        "title": shortened(min(titles)),
    }
    extent = "all" if shown == total else "some"
    scope = "one" if number == 1 else "several"
    if query.intent is Intent.MENTIONS:
        scope, values["topic"] = query.expects, query.topics[0]
    return phrase(f"{_OPENINGS[query.intent]}_{extent}_{scope}", query.language, **values)


def _lead(path: Sequence[str], language: str, *, several: bool) -> str:
    """The line that names a section, of several documents also its own; a heading that asks is answered."""
    section = path[-1]
    kind = "title" if several and len(path) == 1 else "question" if section.endswith("?") else "section"
    scope = "_of" if several and kind != "title" else ""
    return phrase(f"answer.lead_{kind}{scope}", language, section=section, title=shortened(path[0]))


def shortened(title: str) -> str:
    """A title as a line of the frame names it: cut at a word when it is long."""
    if len(title) <= _TITLE:
        return title
    return title[:_TITLE].rsplit(" ", 1)[0].rstrip(",;:–-") + "…"


def one_line(text: str) -> str:
    """The text with each run of white space as one blank: how a quote reads in an answer."""
    return " ".join(text.split())
