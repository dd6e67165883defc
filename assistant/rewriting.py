"""The standalone question by a chat model, with the offline way as its check and its fallback."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.errors import ChatModelFailed, ChatModelSlow
from assistant.types import Intent, Query, Turn, Usage
from assistant.wording import mismatches

LONGEST = 300  # characters; a model that writes more has answered instead of asking


class Rewriter(Protocol):
    """Anything that rewrites a question so that it stands without its conversation."""

    def standalone(self, question: str, history: Sequence[Turn]) -> Iterator[Usage | str]:
        """Usage so far at any time, and the rewritten question, if there is one, at the end.

        Closing the iterator ends the work. Raises ChatModelFailed.
        """
        ...


@dataclass(frozen=True, slots=True)
class Understood:
    """The queries of a message, what a rewriter used to word them, and whether that was too slow."""

    queries: tuple[Query, ...]
    usage: Usage | None = None
    slow: bool = False


def leans_on_history(query: Query) -> bool:
    """Whether the offline way found that the question does not stand alone."""
    return query.intent is Intent.UNCLEAR or not is_same(query.standalone, query.raw)


def is_same(question: str, other: str) -> bool:
    """Whether two questions are one, capitals and white space aside."""
    return question.casefold().split() == other.casefold().split()


def rewritten(
    query: Query, history: Sequence[Turn], rewriter: Rewriter, cancelled: Callable[[], bool]
) -> Understood:
    """The query with the rewriter's question as the standalone one, where that can be trusted.

    The offline question stays among the searches, so that a bad rewrite finds no less.
    """
    usage, text = None, ""
    try:
        for said in rewriter.standalone(query.raw, history):
            if cancelled():
                break
            usage, text = (said, text) if isinstance(said, Usage) else (usage, said)
    except ChatModelFailed as error:
        return Understood((query,), usage, slow=isinstance(error, ChatModelSlow))
    if not text or not is_faithful(text, query, history):
        return Understood((query,), usage)
    searches = dict.fromkeys((query.raw, text, query.standalone, *query.searches))
    return Understood((replace(query, standalone=text, as_written="", searches=tuple(searches)),), usage)


def is_faithful(text: str, query: Query, history: Sequence[Turn]) -> bool:
    """Whether a rewrite is a question, not too long, with no number, date or name that was not said."""
    said = [query.raw, query.standalone]
    for turn in history:
        headings = [heading for citation in turn.answer.citations for heading in citation.section_path]
        said += [turn.question, turn.answer.standalone_question, turn.answer.text, *headings]
    asks = text.endswith("?") or not query.standalone.endswith("?")
    added = {found.kind for found in mismatches(text, said)} & {"number", "date", "name"}
    return asks and len(text) <= LONGEST and not added
