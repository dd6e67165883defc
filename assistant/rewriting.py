"""The standalone question by a chat model, with the offline way as its check and its fallback."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.errors import ChatModelFailed, ChatModelSlow
from assistant.grammar import grammar
from assistant.types import Intent, Query, Turn, Usage
from assistant.wording import mismatches, negates
from assistant.wording.texts import WORD

SHORT = 8  # words; a shorter message in a conversation may lean on it in ways that no rule sees
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


def leans_on_history(query: Query, names_topic: bool) -> bool:
    """Whether the question may not stand alone: the offline way found so, or it is short, or says 'they'.

    ``names_topic`` is whether the message itself names something that the documents are about.
    """
    words = WORD.findall(query.raw.lower())
    pronouns = grammar(query.language).pronouns | grammar(query.language).demonstratives
    return (
        query.intent is Intent.UNCLEAR
        or not is_same(query.standalone, query.raw)
        or len(words) <= SHORT
        or not names_topic
        or not pronouns.isdisjoint(words)
    )


def is_same(question: str, other: str) -> bool:
    """Whether two questions are one, capitals and white space aside."""
    return question.casefold().split() == other.casefold().split()


def rewritten(
    query: Query,
    history: Sequence[Turn],
    rewriter: Rewriter,
    cancelled: Callable[[], bool],
    read: Callable[[str], Sequence[Query]],
) -> Understood:
    """The query as ``read`` understands the rewriter's question, where that can be trusted.

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
    understood = read(text)
    if any(each.intent in (Intent.UNCLEAR, Intent.SMALL_TALK) for each in understood):
        return Understood((query,), usage)
    if query.intent is Intent.UNCLEAR or len(understood) > 1:
        return Understood(tuple(replace(each, raw=query.raw) for each in understood), usage)
    (again,) = understood
    searches = dict.fromkeys((query.raw, *again.searches, query.standalone, *query.searches))
    kept = replace(again, raw=query.raw, searches=tuple(searches), documents=query.documents)
    return Understood((kept,), usage)


def is_faithful(text: str, query: Query, history: Sequence[Turn]) -> bool:
    """Whether a rewrite is a question, not too long, adds no number, date or name, and negates as before."""
    said = [query.raw, query.standalone]
    for turn in history:
        headings = [heading for citation in turn.answer.citations for heading in citation.section_path]
        said += [turn.question, turn.answer.standalone_question, turn.answer.text, *headings]
    asks = text.endswith("?") or not query.standalone.endswith("?")
    added = {found.kind for found in mismatches(text, said)} & {"number", "date", "name"}
    return asks and len(text) <= LONGEST and not added and _keeps_negation(text, query, history)


def _keeps_negation(text: str, query: Query, history: Sequence[Turn]) -> bool:
    """Whether the rewrite negates where the message does, as typed or as the offline way completed it.

    A message without a negation may carry on a question that had one.
    """
    if negates(text):
        asked = [turn.answer.standalone_question or turn.question for turn in history]
        return any(map(negates, (query.raw, query.standalone, *asked)))
    return not (negates(query.raw) and negates(query.standalone))
