"""Conversations over the shipped document, without an assistant: only what the questions say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.outline import Outline, outline
from assistant.questions import understand
from assistant.types import Answer, Citation, Intent, Query, Trace, Turn
from knowledge.base import KnowledgeBase
from knowledge.types import RetrievedPassage


@dataclass(slots=True)
class Conversation:
    """Asks one question after the other; each is answered with the best passage that the search finds."""

    knowledge: KnowledgeBase
    outline: Outline
    language: str = "auto"
    turns: list[Turn] = field(default_factory=list)

    def understood(self, message: str) -> tuple[Query, ...]:
        return understand(
            message,
            self.turns,
            self.outline,
            vocabulary=self.knowledge.vocabulary(),
            search=self.knowledge.search,
            language=self.language,
        )

    def ask(self, *messages: str) -> Query:
        """The last query of the last message."""
        for message in messages:
            queries = self.understood(message)
            self.turns.append(Turn(message, self._answer(queries)))
        return queries[-1]

    def _answer(self, queries: tuple[Query, ...]) -> Answer:
        asked = [query for query in queries if query.intent not in (Intent.SMALL_TALK, Intent.UNCLEAR)]
        found = self.knowledge.search(asked[-1].searches, 1) if asked else []
        return Answer(
            question=queries[0].raw,
            standalone_question=queries[-1].standalone,
            statements=(),
            citations=_cited(found),
            abstained=not found,
            confidence=1.0,
            language=queries[0].language,
            trace=Trace(queries=queries),
        )


def _cited(found: Sequence[RetrievedPassage]) -> tuple[Citation, ...]:
    passages = [hit.passage for hit in found]
    return tuple(
        Citation(
            n=n,
            document_id=passage.document_id,
            document=passage.document_name,
            title=passage.heading_path[0],
            section=passage.heading_path[-1],
            section_path=passage.heading_path,
            page=None,
            start=passage.start,
            end=passage.end,
            content_hash=passage.content_hash,
            quote=passage.text,
        )
        for n, passage in enumerate(passages, start=1)
    )


def converse(knowledge: KnowledgeBase, language: str = "auto") -> Conversation:
    names = [info.name for info in knowledge.list()]
    return Conversation(knowledge, outline([knowledge.document(name) for name in names]), language)
