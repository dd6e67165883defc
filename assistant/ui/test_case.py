"""From chat to test: a short form under an answer, filled from the turn, that adds a case to a set."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from assistant.conversations import StoredTurn
from assistant.types import Answer, Turn
from assistant.ui import state
from assistant.ui.evaluation.words import EvaluationWords, words
from assistant.ui.markdown import escape
from assistant.ui.services import Services, services
from evals.errors import EvalsError
from evals.library import append_case, growing_sets, remove_case
from evals.types import EvalCase, PastTurn
from knowledge.types import Passage

KINDS = (
    "who", "what", "when", "where", "why", "how", "yes_no", "keywords", "summary", "sections", "compare",
    "follow_up", "near_miss", "false_premise", "off_topic",
)  # fmt: skip
"""Kinds that are offered; any other word may be typed."""
SAVED = "_test_case_saved"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document that a right answer cites, and the section that holds them."""

    text: str
    section: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A case that was just added, so that it can be taken out again."""

    turn: int
    set_name: str
    identity: str


def save_as_test_case(turn: StoredTurn) -> None:
    """Draws the form that saves an answered turn as a test case; folded until it is opened."""
    if turn.answer is None:
        return
    shared, say = services(), words()
    box = st.expander(say("save_case"), key=f"case-{turn.id}", type="compact", on_change="rerun")
    if box.open:
        with box:
            _form(shared, turn, turn.answer, say)


def case_of(
    turn: StoredTurn,
    question: str,
    kind: str,
    answerable: bool | None,
    quotes: Sequence[Quote],
    facts: str,
    history: Sequence[Turn] = (),
) -> EvalCase:
    """The case of a turn as the form describes it; facts stand one a line, their spellings around '/'.

    Earlier turns keep what was answered; a refusal is no answer to keep.
    """
    spelled = ([s.strip() for s in line.split("/") if s.strip()] for line in facts.splitlines())
    return EvalCase(
        id="",
        question=question.strip(),
        history=tuple(PastTurn(t.question, None if t.answer.abstained else t.answer.text) for t in history),
        lang=turn.answer.language if turn.answer else "en",
        kind=kind.strip(),
        answerable=answerable,
        documents=turn.request.documents,
        gold_sections=tuple(dict.fromkeys(quote.section for quote in quotes)),
        gold_quotes=tuple(dict.fromkeys(quote.text for quote in quotes)),
        facts=tuple(tuple(spellings) for spellings in spelled if spellings),
    )


def _form(shared: Services, turn: StoredTurn, answer: Answer, say: EvaluationWords) -> None:
    key = f"case-{turn.id}"
    data_dir = shared.knowledge_settings.data_dir
    left, right = st.columns(2)
    with left:
        set_name = st.selectbox(
            say("case_set"), _own_sets(data_dir, say), key=f"{key}-set", accept_new_options=True
        )
    with right:
        kinds = list(dict.fromkeys([_likely_kind(turn, answer), *KINDS]))
        kind = st.selectbox(say("case_kind"), kinds, key=f"{key}-kind", accept_new_options=True)
    question = st.text_input(say("case_question"), turn.request.question, key=f"{key}-question")
    truths = {"truth_yes": True, "truth_no": False, "truth_open": None}
    truth = st.radio(
        say("case_truth"),
        list(truths),
        index=int(answer.abstained),
        key=f"{key}-truth",
        format_func=say,
        horizontal=True,
    )
    quotes = _quotes(shared, answer, key, say) if truths[truth] is not False else []
    facts = st.text_area(say("case_facts"), key=f"{key}-facts", height=68) if quotes else ""
    if st.button(say("save"), key=f"{key}-save", type="primary", disabled=not question.strip()):
        case = case_of(turn, question, kind or "", truths[truth], quotes, facts, _earlier(turn))
        _save(turn, set_name or say("default_set"), case, data_dir, say)
    _saved(turn, data_dir, say)


def _own_sets(data_dir: Path, say: EvaluationWords) -> list[str]:
    """One's own sets that cases can be added to, the usual one first."""
    return list(dict.fromkeys([say("default_set"), *growing_sets(data_dir)]))


def _likely_kind(turn: StoredTurn, answer: Answer) -> str:
    """The kind that the form begins with: by how the question was understood."""
    if answer.abstained:
        return "near_miss"
    if _earlier(turn):
        return "follow_up"
    intent = str(answer.trace.queries[0].intent) if answer.trace.queries else ""
    first = turn.request.question.split(maxsplit=1)[0].casefold() if turn.request.question.split() else ""
    return intent if intent in KINDS else first if first in KINDS else "what"


def _earlier(turn: StoredTurn) -> Sequence[Turn]:
    """The turns before this one in the conversation that is shown."""
    conversation = state.loaded()
    return conversation.history(before=turn.id) if conversation else ()


def _quotes(shared: Services, answer: Answer, key: str, say: EvaluationWords) -> list[Quote]:
    """Quotes ticked from the citations, and sentences picked in a section of a document."""
    cited = [Quote(c.quote, c.section) for c in answer.citations]
    st.markdown(say("case_quotes"))
    ticked = [
        quote
        for i, quote in enumerate(cited)
        if st.checkbox(escape(quote.text), value=True, key=f"{key}-quote-{i}")
    ]
    return ticked + _picked(shared, answer, key, say)


def _picked(shared: Services, answer: Answer, key: str, say: EvaluationWords) -> list[Quote]:
    names = [info.name for info in shared.knowledge().list()]
    found = [c.document for c in (*answer.citations, *answer.nearest)]
    ordered = list(dict.fromkeys([*(name for name in found if name in names), *names]))
    left, right = st.columns(2)
    with left:
        name = st.selectbox(say("pick_document"), ordered, index=None, key=f"{key}-document")
    if name is None:
        return []
    passages = shared.knowledge().passages(name)
    sections = list(dict.fromkeys(passage.section for passage in passages))
    headings = {passage.section: " › ".join(passage.heading_path) for passage in passages}
    with right:
        section = st.selectbox(
            say("pick_section"), sections, key=f"{key}-section", format_func=lambda n: headings[n]
        )
    here = [passage for passage in passages if passage.section == section]
    texts = [text for passage in here for text in _sentences(passage)]
    chosen = st.multiselect(say("pick_sentences"), texts, key=f"{key}-sentences")
    return [Quote(text, here[0].heading_path[-1]) for text in chosen]


def _sentences(passage: Passage) -> list[str]:
    start = passage.start
    return [passage.text[s.start - start : s.end - start] for s in passage.sentences]


def _save(turn: StoredTurn, set_name: str, case: EvalCase, data_dir: Path, say: EvaluationWords) -> None:
    try:
        added = append_case(set_name, case, data_dir)
    except EvalsError as error:
        st.error(escape(say.told(error)))
        return
    st.session_state[SAVED] = Saved(turn.id, set_name, added.id)


def _saved(turn: StoredTurn, data_dir: Path, say: EvaluationWords) -> None:
    """What was just saved under this turn, with its undo."""
    saved = st.session_state.get(SAVED)
    if not isinstance(saved, Saved) or saved.turn != turn.id:
        return
    told, undo = st.columns([4, 1], vertical_alignment="center")
    told.success(say("case_saved", id=saved.identity, set=escape(saved.set_name)))
    undo.button(say("undo"), key=f"case-{turn.id}-undo", on_click=partial(_undo, saved, data_dir, say))


def _undo(saved: Saved, data_dir: Path, say: EvaluationWords) -> None:
    st.session_state.pop(SAVED, None)
    try:
        remove_case(saved.set_name, saved.identity, data_dir)
    except EvalsError as error:
        state.report_problem(error)
        return
    st.toast(say("case_removed", id=saved.identity))
