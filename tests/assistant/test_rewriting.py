from collections.abc import Sequence

import pytest

from assistant.errors import ChatModelFailed
from assistant.rewriting import LONGEST, rewritten
from assistant.types import Answer, Query, Statement, Turn, Verdict

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


class Rewriting:
    def __init__(self, text: str | None) -> None:
        self.text = text

    def standalone(self, question: str, history: Sequence[Turn]) -> str | None:
        if self.text is None:
            raise ChatModelFailed("down")
        return self.text


def test_a_faithful_rewrite_leads_and_the_offline_one_is_searched_too() -> None:
    text = "Why did NATO recognise cyberspace as a domain in 2016?"
    query = rewritten(OFFLINE, HISTORY, Rewriting(text))
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
    assert rewritten(OFFLINE, HISTORY, Rewriting(text)) == OFFLINE
