"""Asks the cases of a set, one after the other, and writes a line a case; the numbers come from the lines."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.assistant import Assistant
from assistant.citations import section_at
from assistant.errors import AssistantError
from assistant.types import Answer, Citation, Statement, Turn, Verdict
from evals.cases import Outline
from evals.failures import first_failure
from evals.metrics import score_case
from evals.metrics.text import in_section, overlaps
from evals.records import answered_line, case_of, failed_line, record_of
from evals.runs import Line, RunFolder
from evals.types import EvalCase, Judge, Located, PastTurn
from knowledge.base import KnowledgeBase
from knowledge.chunking import heading_path
from knowledge.errors import DocumentNotFound, KnowledgeError
from knowledge.types import Document

RAW_LIMIT = 10
"""Passages to retrieve with a follow-up's raw question: as deep as the deepest retrieval metric looks."""


@dataclass(frozen=True, slots=True)
class Step:
    """A case is done: its line, and how far the run is. Times are seconds."""

    line: Line
    done: int
    total: int
    elapsed: float
    skipped: int = 0

    @property
    def seconds_left(self) -> float:
        """The time left at the pace so far, cases that an earlier start answered left aside."""
        return self.elapsed / max(1, self.done - self.skipped) * (self.total - self.done)


@dataclass(slots=True)
class Runner:
    """Asks cases of an assistant. Earlier turns that several cases share are asked once."""

    assistant: Assistant
    judge: Judge | None = None
    seed: int = 0
    _turns: dict[tuple[object, ...], Turn] = field(default_factory=dict)

    def run(
        self,
        cases: Sequence[EvalCase],
        folder: RunFolder,
        repeat: int = 1,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Step]:
        """Answers what the folder does not hold yet, ``repeat`` times a case, and yields after each.

        Raises KnowledgeError when the documents cannot be searched, CannotWrite when results cannot be kept;
        whatever was answered before stays in the folder.
        """
        done = {(line["id"], line["repeat"]) for line in folder.lines()}
        todo = [(c, i) for i in range(repeat) for c in cases if (c.id, i) not in done]
        skipped, total, start = repeat * len(cases) - len(todo), repeat * len(cases), time.monotonic()
        places = Places(self.assistant.knowledge)
        with folder.appending() as results:
            for number, (case, i) in enumerate(todo, skipped + 1):
                if cancelled():
                    return
                random.seed(f"{self.seed} {case.id} {i}")  # for chat models and tools that draw from it
                line = scored_line(self._line(case, i, places), self.judge)
                results.append(line)
                yield Step(line, number, total, time.monotonic() - start, skipped)

    def _line(self, case: EvalCase, repeat: int, places: "Places") -> Line:
        try:
            answer = self._answer(case)
            limit = max(RAW_LIMIT, len(answer.trace.retrieved))
            alone = [case.question, answer.standalone_question] if case.history else []
            searched = [self.assistant.knowledge.search([text], limit, case.documents) for text in alone]
            raw, standalone = searched or (None, None)
            return answered_line(
                case,
                repeat,
                answer,
                exact=[places.exact(citation) for citation in answer.citations],
                gold=places.gold(case),
                unknown_sections=places.unknown_sections(case),
                raw_retrieved=raw,
                standalone_retrieved=standalone,
            )
        except (AssistantError, DocumentNotFound) as error:
            return failed_line(case, repeat, str(error))
        except KnowledgeError:
            raise  # no case can be answered without its documents: the run stops and can be resumed
        except Exception as error:  # noqa: BLE001 - a fault on one case is that case's failure, and shown as it
            return failed_line(case, repeat, f"{type(error).__name__}: {error}")

    def _answer(self, case: EvalCase) -> Answer:
        return self.assistant.answer(
            case.question, self._history(case.history, case.documents), documents=case.documents
        )

    def _history(self, past: Sequence[PastTurn], documents: tuple[str, ...]) -> tuple[Turn, ...]:
        """Earlier turns as the assistant had them: with the answer that the set gives, else its own."""
        turns: tuple[Turn, ...] = ()
        for i, earlier in enumerate(past):
            key = (tuple(past[: i + 1]), documents)
            if key not in self._turns:
                self._turns[key] = Turn(earlier.question, self._past_answer(earlier, turns, documents))
            turns = (*turns, self._turns[key])
        return turns

    def _past_answer(self, earlier: PastTurn, turns: tuple[Turn, ...], documents: tuple[str, ...]) -> Answer:
        if earlier.answer is None:
            return self.assistant.answer(earlier.question, turns, documents=documents)
        said = Statement(earlier.answer, Verdict.SUPPORTED)
        return Answer(earlier.question, earlier.question, (said,), (), abstained=False, confidence=1.0)


def scored_line(line: Line, judge: Judge | None = None) -> Line:
    """The line with its scores and the stage that failed it. Raises InvalidRun for a damaged line."""
    case, record = case_of(line), record_of(line)
    scores = score_case(case, record, judge)
    return {**line, "scores": scores, "failure": first_failure(case, record, scores)}


class Places:
    """Where quotes stand in the stored documents."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._names = tuple(info.name for info in knowledge.list())
        self._outline: Outline | None = None
        self._document = lru_cache(maxsize=256)(self._load)
        self._indexed = lru_cache(maxsize=256)(self._load_passages)

    def _load(self, name: str) -> Document | None:
        try:
            return self._knowledge.document(name)
        except DocumentNotFound:
            return None

    def _load_passages(self, name: str) -> tuple[Located, ...]:
        return tuple(
            Located(p.document_name, p.document_id, p.heading_path, p.start, p.end)
            for p in self._knowledge.passages(name)
        )

    def exact(self, citation: Citation) -> bool:
        """Whether the quote is, character for character, the stored text at the citation's range."""
        document = self._document(citation.document)
        return (
            document is not None
            and document.content_hash == citation.content_hash
            and document.text[citation.start : citation.end] == citation.quote
        )

    def gold(self, case: EvalCase) -> tuple[Located, ...]:
        """The places of the case's gold quotes, each once, in a gold section before others.

        Quotes that no indexed passage holds are left out.
        """
        names = case.documents or self._names
        found: list[Located] = []
        for quote in case.gold_quotes:
            places = [place for name in names for place in self._places(name, quote)]
            places.sort(key=lambda p: not any(in_section(p.path, gold) for gold in case.gold_sections))
            found += places[:1]
        return tuple(dict.fromkeys(found))

    def unknown_sections(self, case: EvalCase) -> tuple[str, ...]:
        """The gold sections that the documents of the case do not have."""
        if not case.gold_sections:
            return ()
        if self._outline is None:
            self._outline = Outline.of(d for name in self._names if (d := self._load(name)))
        return self._outline.lacks(case)

    def _places(self, name: str, quote: str) -> Iterator[Located]:
        document = self._document(name)
        if document is None or not quote:
            return
        at = document.text.find(quote)
        while at >= 0:
            path = heading_path(document.title, section_at(document, at))
            place = Located(name, document.id, path, at, at + len(quote))
            if any(overlaps(passage, place) or overlaps(place, passage) for passage in self._indexed(name)):
                yield place
            at = document.text.find(quote, at + 1)
