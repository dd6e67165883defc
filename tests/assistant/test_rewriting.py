from collections.abc import Iterator, Sequence

import pytest

from assistant.assistant import never
from assistant.errors import ChatModelFailed, ChatModelSlow
from assistant.rewriting import LONGEST, Understood, leans_on_history, rewritten
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


def test_a_faithful_rewrite_leads_and_the_offline_one_is_searched_too() -> None:
    text = "Why did NATO recognise cyberspace as a domain in 2016?"
    (query,) = rewritten(OFFLINE, HISTORY, Rewriting(text), never).queries
    assert query.standalone == text
    assert query.searches == ("Why?", text, OFFLINE.standalone)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "The answer is: NATO recognised cyberspace as an operational domain.",
        "Why did Russia recognise cyberspace?",
        "Why did NATO recognise cyberspace in 2017?",
        "NATO did so because " + "it was important " * (LONGEST // 10),
    ],
)
def test_a_rewrite_that_fails_or_adds_leaves_the_offline_one(text: str | None) -> None:
    assert rewritten(OFFLINE, HISTORY, Rewriting(text), never) == Understood((OFFLINE,), USED)


def test_a_rewrite_that_takes_too_long_says_so() -> None:
    assert rewritten(OFFLINE, HISTORY, Slow(), never) == Understood((OFFLINE,), USED, slow=True)


def test_a_rewrite_can_be_cancelled() -> None:
    assert rewritten(OFFLINE, HISTORY, Slow(), lambda: True) == Understood((OFFLINE,))


@pytest.mark.parametrize(
    ("query", "leans"),
    [
        (OFFLINE, True),
        (Query("what does nato do?", "What does NATO  do?"), False),
        (Query("Them?", "Them?", intent=Intent.UNCLEAR), True),
    ],
)
def test_capitals_alone_are_no_leaning_on_history(query: Query, leans: bool) -> None:
    assert leans_on_history(query) is leans
