"""The standalone question by a chat model, with the offline way as its check and its fallback."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from assistant.errors import ChatModelFailed
from assistant.types import Intent, Query, Turn
from assistant.wording import mismatches

LONGEST = 300  # characters; a model that writes more has answered instead of asking


class Rewriter(Protocol):
    """Anything that rewrites a question so that it stands without its conversation."""

    def standalone(self, question: str, history: Sequence[Turn]) -> str | None:
        """The rewritten question; None for none. Raises ChatModelFailed."""
        ...


def leans_on_history(query: Query) -> bool:
    """Whether the offline way found that the question does not stand alone."""
    return query.intent is Intent.UNCLEAR or query.standalone != query.raw


def rewritten(query: Query, history: Sequence[Turn], rewriter: Rewriter) -> Query:
    """The query with the rewriter's question as the standalone one, where that can be trusted.

    The offline question stays among the searches, so that a bad rewrite finds no less.
    """
    try:
        text = rewriter.standalone(query.raw, history)
    except ChatModelFailed:
        return query
    if not text or not is_faithful(text, query, history):
        return query
    searches = dict.fromkeys((query.raw, text, query.standalone, *query.searches))
    return replace(query, standalone=text, as_written="", searches=tuple(searches))


def is_faithful(text: str, query: Query, history: Sequence[Turn]) -> bool:
    """Whether a rewrite is a question, not too long, with no number, date or name that was not said."""
    said = [query.raw, query.standalone]
    for turn in history:
        headings = [heading for citation in turn.answer.citations for heading in citation.section_path]
        said += [turn.question, turn.answer.standalone_question, turn.answer.text, *headings]
    asks = text.endswith("?") or not query.standalone.endswith("?")
    added = {found.kind for found in mismatches(text, said)} & {"number", "date", "name"}
    return asks and len(text) <= LONGEST and not added
