"""The assistant: a message in, events out; the last event is the answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering import Answerer, QuoteAnswerer
from assistant.composing import Check, Composer
from assistant.gathering import Gatherer
from assistant.library import Librarian, Library
from assistant.questions import Outline, clean, suggestions, understand
from assistant.rewriting import Rewriter, Understood, leans_on_history, rewritten
from assistant.run import Clock, Run
from assistant.settings import AssistantSettings
from assistant.types import (
    Answer,
    Answered,
    Event,
    Query,
    Turn,
)
from knowledge.base import KnowledgeBase


def never() -> bool:
    """Nobody cancels."""
    return False


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions from the documents of a knowledge base.

    ``check`` is asked about every sentence that is not a quote; ``rewriter``, where there is one, words the
    standalone question of a follow-up. Safe to use from several threads.
    """

    knowledge: KnowledgeBase
    gatherer: Gatherer
    answerer: Answerer
    check: Check
    settings: AssistantSettings
    librarian: Librarian
    rewriter: Rewriter | None = None

    @property
    def model_name(self) -> str:
        """Who words the answers: ``quotes`` or ``provider:model``."""
        return self.answerer.name

    def outline(self) -> Outline:
        """What the documents hold: titles, headings, names. Raises KnowledgeError."""
        return self.librarian.current().outline

    def suggestions(self, language: str) -> tuple[str, ...]:
        """Questions that the documents answer, to begin with. Raises KnowledgeError."""
        return suggestions(self.outline(), language)

    def warm_up(self) -> None:
        """Loads the encoder and the reader, so that the first question does not wait for them."""
        self.knowledge.warm_up()
        replace(self, answerer=QuoteAnswerer(), rewriter=None).answer("What is this about, and who wrote it?")

    def answer(
        self,
        message: str,
        history: Sequence[Turn] = (),
        *,
        documents: Sequence[str] = (),
        language: str | None = None,
        standalone: str | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> Answer:
        """The answer at the end of ``ask``."""
        for event in self.ask(
            message,
            history,
            documents=documents,
            language=language,
            standalone=standalone,
            cancelled=cancelled,
        ):
            if isinstance(event, Answered):
                return event.answer
        raise RuntimeError("an answer was cut off")

    def ask(
        self,
        message: str,
        history: Sequence[Turn] = (),
        *,
        documents: Sequence[str] = (),
        language: str | None = None,
        standalone: str | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> Iterator[Event]:
        """Answers a message, event by event; Answered is the last.

        ``documents`` limits it to documents of these names, ``standalone`` replaces the rewritten question by
        the user's own. When ``cancelled`` turns true, the answer ends with what has been said.
        Raises InvalidQuestion, DocumentNotFound or another KnowledgeError.
        """
        clock = Clock()
        library = self.librarian.current()
        for name in documents:
            if name not in library.documents:
                self.knowledge.document(name)  # raises, and names what there is
        understood = self._understand(message, history, library, documents, language, standalone, cancelled)
        clock.lap("understand")
        queries = understood.queries
        composer = Composer(library, self.check, self.gatherer.calibration.span.value, queries[0].language)
        run = Run(self, message, queries, library, tuple(documents), history, cancelled, clock, composer)
        run.usage, run.slow = understood.usage, understood.slow
        yield from run.events()

    def _understand(
        self,
        message: str,
        history: Sequence[Turn],
        library: Library,
        documents: Sequence[str],
        language: str | None,
        standalone: str | None,
        cancelled: Callable[[], bool],
    ) -> Understood:
        raw = clean(message, self.settings.max_question_chars)
        asked = clean(standalone, self.settings.max_question_chars) if standalone else raw
        turns = tuple(history)[-self.settings.history_turns :] if self.settings.history_turns else ()
        turns = () if standalone else turns

        def understood(text: str, turns: Sequence[Turn]) -> tuple[Query, ...]:
            return understand(
                text,
                turns,
                library.outline,
                vocabulary=library.vocabulary,
                search=lambda texts, limit: self.knowledge.search(texts, limit, documents),
                language=language or self.settings.language,
                documents=tuple(documents),
            )

        queries = understood(asked, turns)
        if standalone:
            return Understood(tuple(replace(query, raw=raw) for query in queries))
        if self.rewriter is None or not turns or len(queries) > 1:
            return Understood(queries)
        if not leans_on_history(queries[0], bool(library.outline.mentions(raw))):
            return Understood(queries)
        return rewritten(queries[0], turns, self.rewriter, cancelled, lambda text: understood(text, ()))
