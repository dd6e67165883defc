from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from assistant.assistant import never
from assistant.errors import ChatModelFailed, ChatModelSlow
from assistant.rewriting import LONGEST, Understood, is_faithful, leans_on_history, rewritten
from assistant.types import Answer, Intent, Query, Statement, Turn, Usage, Verdict

SAID = "In 2016, NATO recognised cyberspace as an operational domain."
HISTORY = (
    Turn(
        "What did NATO do in 2016?",
        Answer(
            question="What did NATO do in 2016?",
            standalone_question="What did NATO do in 2016?",
            statements=(Statement(SAID, Verdict.SUPPORTED, (1,)),),
            citations=(),
            abstained=False,
            confidence=0.9,
        ),
    ),
)
OFFLINE = Query(
    "Why?", "Why did NATO recognise cyberspace?", searches=("Why?", "Why did NATO recognise cyberspace?")
)


USED = Usage("fake", 7, 3)


class Rewriting:
    def __init__(self, text: str | None) -> None:
        self.text = text

    def standalone(self, question: str, history: Sequence[Turn]) -> Iterator[Usage | str]:
        yield USED
        if self.text is None:
            raise ChatModelFailed("down")
        yield self.text


class Slow:
    def standalone(self, question: str, history: Sequence[Turn]) -> Iterator[Usage | str]:
        yield USED
        raise ChatModelSlow("no word")


def read(text: str) -> tuple[Query, ...]:
    return (Query(text, text, expects="reason" if text.startswith("Why") else "date", searches=(text,)),)


def test_a_faithful_rewrite_leads_and_the_offline_one_is_searched_too() -> None:
    text = "Why did NATO recognise cyberspace as a domain in 2016?"
    (query,) = rewritten(OFFLINE, HISTORY, Rewriting(text), never, read).queries
    assert query.standalone == text
    assert query.searches == ("Why?", text, OFFLINE.standalone)
    assert (query.raw, query.expects) == ("Why?", "reason")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "The answer is: NATO recognised cyberspace as an operational domain.",
        "Why did Russia recognise cyberspace?",
        "Why did NATO recognise cyberspace in 2017?",
        "Why did NATO not recognise cyberspace?",
        "NATO did so because " + "it was important " * (LONGEST // 10),
    ],
)
def test_a_rewrite_that_fails_or_adds_leaves_the_offline_one(text: str | None) -> None:
    assert rewritten(OFFLINE, HISTORY, Rewriting(text), never, read) == Understood((OFFLINE,), USED)


def test_a_rewrite_that_takes_too_long_says_so() -> None:
    assert rewritten(OFFLINE, HISTORY, Slow(), never, read) == Understood((OFFLINE,), USED, slow=True)


def test_a_rewrite_can_be_cancelled() -> None:
    assert rewritten(OFFLINE, HISTORY, Slow(), lambda: True, read) == Understood((OFFLINE,))


def test_a_negation_may_come_from_the_question_before_but_is_not_lost() -> None:
    answer = HISTORY[0].answer
    denied = (Turn("Who does not want a treaty?", replace(answer, standalone_question="")),)
    assert is_faithful("Why does Belgium not want a treaty?", Query("And Belgium?", "And Belgium?"), denied)
    asked = Query("Why did they not?", "Why did NATO not recognise cyberspace?")
    assert not is_faithful("Why did NATO recognise cyberspace?", asked, HISTORY)


def test_a_rewrite_that_asks_two_things_becomes_two_queries() -> None:
    two = rewritten(OFFLINE, HISTORY, Rewriting("Why and when did NATO do so?"), never, lambda t: read(t) * 2)
    assert [query.raw for query in two.queries] == ["Why?", "Why?"]


LONG = "what does nato say about the defence of its own networks and infrastructure?"


@pytest.mark.parametrize(
    ("query", "names_topic", "leans"),
    [
        (OFFLINE, True, True),
        (Query(LONG, LONG.capitalize()), True, False),
        (Query(LONG, LONG.capitalize()), False, True),
        (Query(LONG.replace("nato", "it"), LONG.replace("nato", "it")), True, True),
        (Query("As what?", "As what?"), True, True),
        (Query("Them?", "Them?", intent=Intent.UNCLEAR), True, True),
    ],
)
def test_whatever_may_lean_on_history_is_asked_about(query: Query, names_topic: bool, leans: bool) -> None:
    assert leans_on_history(query, names_topic) is leans
