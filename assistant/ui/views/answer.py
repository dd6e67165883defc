"""One turn as the answer component draws it: the question, then statements with chips, or what was sought."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from assistant.citations import Range, Resolved, Stale, resolve, unofficial
from assistant.conversations import StoredTurn, TurnState
from assistant.language import detect
from assistant.types import (
    Answer,
    Answered,
    Citation,
    Event,
    Reading,
    Said,
    SearchedSection,
    Searching,
    Statement,
    Verdict,
)
from assistant.ui.texts import Words, grouped
from assistant.ui.views.segments import Segment, segments
from knowledge.types import Document

Data = dict[str, Any]
Find = Callable[[str], Document | None]
Found = Resolved | Stale

SECTIONS_SHOWN = 8  # under an abstention; all of them stand in 'How this was answered'
LANGUAGE_SAMPLE = 1500  # characters of the section that its language is told from
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Shown:
    """What of an answer may be shown, complete or still growing."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    language: str


def turn_view(turn: StoredTurn, find: Find, words: Words) -> Data:
    """A turn that has ended: answered, stopped, failed, or never answered because the program ended."""
    if turn.answer is not None:
        return _frame(turn, words) | _answered(turn.answer, find, words)
    told = {
        TurnState.STOPPED: words("stopped"),
        TurnState.FAILED: words.told(turn.error),
        TurnState.ASKED: words("interrupted"),
    }
    return _frame(turn, words) | {"problem": told.get(turn.state, "")}


def live_view(turn: StoredTurn, events: Sequence[Event], ready: bool, find: Find, words: Words) -> Data:
    """A turn that is being answered: what has been said so far, and what is being done."""
    for event in events:
        if isinstance(event, Answered):
            return _frame(turn, words) | {"fresh": True} | _answered(event.answer, find, words)
    said = [event for event in events if isinstance(event, Said)]
    citations = {citation.n: citation for event in said for citation in event.citations}
    shown = Shown(tuple(event.statement for event in said), tuple(citations.values()), words.language)
    return (
        _frame(turn, words)
        | {"fresh": True, "status": _status(events, ready, words)}
        | _said(shown, find, words)
    )


def with_answer_of(turn: StoredTurn, events: Sequence[Event]) -> StoredTurn:
    """The turn with the answer that has come but could not be stored, if one came."""
    for event in events:
        if isinstance(event, Answered):
            return replace(turn, state=TurnState.ANSWERED, answer=event.answer)
    return turn


def _status(events: Sequence[Event], ready: bool, words: Words) -> str:
    last = events[-1] if events else None
    match last:
        case Searching(documents):
            return words.count("searching", documents)
        case Reading(passages):
            return words.count("reading", passages)
        case Said():
            return words("checking")
        case _:
            return words("understanding") if ready else words("loading_models")


def _frame(turn: StoredTurn, words: Words) -> Data:
    return {
        "turn": turn.id,
        "open": None,
        "question": turn.request.question,
        "lang": words.language,
        "fresh": False,
        "problem": "",
        "status": "",
        "none": "",
        "note": "",
        "blocks": [],
        "citations": [],
        "nearest": [],
        "searched": [],
        "more": "",
        "labels": {
            "question": words("you_asked"),
            "answer": words("answer"),
            "nearest": words("nearest"),
            "searched": words("searched"),
            "stop": words("stop"),
        },
    }


def _answered(answer: Answer, find: Find, words: Words) -> Data:
    view = _said(Shown(answer.statements, answer.citations, answer.language), find, words)
    view |= {"lang": answer.language, "note": answer.note}
    if not answer.abstained:
        return view
    if all(statement.lead for statement in answer.statements):
        view |= {"none": answer.text or words("not_said"), "blocks": []}
    sections = answer.trace.by_belief[:SECTIONS_SHOWN]
    several = len({section.document for section in answer.trace.searched}) > 1
    more = len(answer.trace.searched) + answer.trace.unlisted - len(sections)
    return view | {
        "nearest": [_citation_view(citation, find, words) for citation in answer.nearest],
        "searched": [_section_view(section, several, words) for section in sections],
        "more": words("more_sections", number=grouped(more)) if more else "",
    }


def _section_view(section: SearchedSection, several: bool, words: Words) -> Data:
    """A section with the reader's belief that it answers; no bar for one that was not read.

    ``several``: sections of several documents were searched, so that each is named with its document.
    """
    return {
        "name": section.section,
        "of": section.document if several else "",
        "title": " › ".join((section.document, *section.section_path)),
        "width": round(100 * (section.reader or 0.0), 1),
        "figure": words("not_read") if section.reader is None else f"{section.reader:.2f}",
    }


def _said(said: Shown, find: Find, words: Words) -> Data:
    found = {citation.n: resolve(citation, find(citation.document_id)) for citation in said.citations}
    index = {citation.n: place for place, citation in enumerate(said.citations)}
    blocks: list[Data] = []
    for statement in said.statements:
        own = [found[number] for number in statement.citations if number in found]
        kind = _kind(statement, own)
        foreign = _foreign(own, said.language) if kind == "quote" else ""
        if kind == "lead":
            blocks.append({"kind": "lead", "text": statement.text})
            continue
        last = blocks[-1] if blocks else {}
        if last.get("kind") != kind or last.get("lang") != foreign:
            original = _original(foreign, words)
            blocks.append({"kind": kind, "lang": foreign, "original": original, "items": []})
        blocks[-1]["items"].append(
            {
                "pieces": _pieces(statement, own),
                "chips": [index[number] for number in statement.citations if number in index],
                "verdict": "" if statement.verdict is Verdict.SUPPORTED else words(f"{statement.verdict}"),
                "reason": statement.reason,
                "translated": unofficial(statement),
                "originals": _originals(own, statement.translated_to, words),
            }
        )
    citations = [_citation_view(citation, find, words) for citation in said.citations]
    return {"blocks": blocks, "citations": citations}


def _kind(statement: Statement, cited: Sequence[Found]) -> str:
    if statement.lead or not cited:
        return "lead" if statement.lead else "text"
    return "quote" if _verbatim(statement, cited) is not None else "text"


def _verbatim(statement: Statement, cited: Sequence[Found]) -> Found | None:
    """The citation whose quote the statement is, word for word; a statement has no line breaks."""
    return next((found for found in cited if _one_line(found.citation.quote) == statement.text), None)


def _quote(found: Found) -> str:
    """The words as they stand in the stored text now; those of the answer when the text has changed."""
    return found.quote if isinstance(found, Resolved) else found.citation.quote


def _originals(cited: Sequence[Found], language: str, words: Words) -> list[Data]:
    """The quotes that a statement translated into ``language`` rests on; [] for ""."""
    if not language:
        return []
    spoken = [_foreign([found], language) for found in cited]
    return [
        {"text": _one_line(_quote(found)), "lang": foreign, "original": _original(foreign, words)}
        for found, foreign in zip(cited, spoken, strict=True)
    ]


def _original(language: str, words: Words) -> str:
    """That words are the original ones, in which language; "" for none."""
    return words("original", name=words(f"language_{language}")) if language else ""


def _pieces(statement: Statement, cited: Sequence[Found]) -> list[Segment]:
    """The statement on one line, the words that answer set apart where it is a quote."""
    verbatim = _verbatim(statement, cited)
    if verbatim is None:
        return [(statement.text, "")]
    quote = _quote(verbatim)
    return [
        (_SPACE.sub(" ", text), kind) for text, kind in segments(quote, 0, len(quote), (), _bold(verbatim))
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _bold(found: Found) -> list[Range]:
    """Ranges within the quote of the words that answer."""
    start = found.citation.start
    return [(first - start, last - start) for first, last in found.citation.highlights]


def _foreign(cited: Sequence[Found], language: str) -> str:
    """The language of the quoted section when it is not the answer's; else empty."""
    found = next((one for one in cited if isinstance(one, Resolved)), None)
    if found is None:
        return ""
    section = found.section
    sample = found.document.text[section.start : min(section.end, section.start + LANGUAGE_SAMPLE)]
    spoken = _spoken(sample or found.quote, language)
    return "" if spoken == language else spoken


@lru_cache(maxsize=512)
def _spoken(text: str, default: str) -> str:
    return detect(text, default=default)


def _citation_view(citation: Citation, find: Find, words: Words) -> Data:
    found = resolve(citation, find(citation.document_id))
    stale = isinstance(found, Stale)
    where = place(citation, words)
    return {
        "n": citation.n,
        "where": words("stale_source", where=where) if stale else where,
        "quote": citation.quote if isinstance(found, Stale) else found.quote,
        "stale": stale,
        "label": words("citation_label", number=citation.n, where=where),
    }


def place(citation: Citation, words: Words) -> str:
    """Where a citation stands, on one line: section, title, page."""
    parts = [citation.section, *([citation.title] if citation.title != citation.section else [])]
    if citation.page is not None:
        parts.append(words("page_number", number=citation.page))
    return " · ".join(parts)
