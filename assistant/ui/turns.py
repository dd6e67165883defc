"""What can be done with an answer: rate it, see how it came about, choose a reading, ask again."""

from functools import partial

import streamlit as st

from assistant.conversations import Feedback, StoredTurn
from assistant.errors import AssistantError
from assistant.types import Answer, Intent
from assistant.ui import asking, components, composer, state
from assistant.ui.markdown import escape
from assistant.ui.services import Services
from assistant.ui.test_case import save_as_test_case
from assistant.ui.texts import Words
from assistant.ui.views.trace import trace_view


def actions(shared: Services, turn: StoredTurn, words: Words, last: bool) -> None:
    """Draws what can be done with a turn that has ended; ``last``: it is the conversation's last."""
    if turn.answer is None:
        st.button(
            words("ask_again"),
            key=f"again-{turn.id}",
            icon=":material/refresh:",
            on_click=partial(asking.ask_again, shared, turn),
        )
        return
    if last:
        _choices(shared, turn.answer)
    with st.container(key=f"actions-{turn.id}"):
        _rating(shared, turn)
        _details(shared, turn, turn.answer, words)
        save_as_test_case(turn)


def _choices(shared: Services, answer: Answer) -> None:
    """The readings of an unclear question, or questions that the documents do answer, as buttons."""
    unclear = [query for query in answer.trace.queries if query.intent is Intent.UNCLEAR]
    offered = [choice for query in unclear for choice in query.choices] or list(answer.suggestions)
    for number, question in enumerate(dict.fromkeys(offered)):
        st.button(
            escape(question),
            key=f"choice-{number}",
            on_click=partial(_ask, shared, question),
        )


def _ask(shared: Services, question: str) -> None:
    asking.ask(shared, composer.request(question))


def _rating(shared: Services, turn: StoredTurn) -> None:
    key = f"rating-{turn.id}"
    if key not in st.session_state and turn.feedback is not None:
        st.session_state[key] = int(turn.feedback.rating > 0)
    st.feedback("thumbs", key=key, on_change=partial(_rate, shared, turn.id, key))


def _rate(shared: Services, turn: int, key: str) -> None:
    thumb = st.session_state.get(key)
    try:
        shared.conversations.rate(turn, None if thumb is None else Feedback(1 if thumb else -1))
    except AssistantError as error:
        state.report_problem(error)


def _details(shared: Services, turn: StoredTurn, answer: Answer, words: Words) -> None:
    details = st.expander(words("how_answered"), key=f"details-{turn.id}", type="compact", on_change="rerun")
    if not details.open:
        return
    with details:
        key = f"standalone-{turn.id}"
        with st.form(f"reword-{turn.id}", border=False):
            st.text_input(words("standalone"), answer.standalone_question, key=key)
            st.form_submit_button(words("ask_reworded"), on_click=partial(_reword, shared, turn, key))
        components.tables(trace_view(answer, words), f"trace-{turn.id}")


def _reword(shared: Services, turn: StoredTurn, key: str) -> None:
    standalone = str(st.session_state[key]).strip()
    asking.ask(shared, composer.request(turn.request.question, standalone or None))
