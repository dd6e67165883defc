"""What a follow-up takes from its context, without documents that it could be found in."""

import pytest

from assistant.context import Context
from assistant.followups import resolve
from assistant.outline import outline


@pytest.mark.parametrize(
    ("earlier", "question", "text", "standalone"),
    [
        # A question without a noun of its own goes on about the one before it.
        (["What is the last crusade?"], "When was it?", "any awards", "Any awards (the last crusade)?"),
        ([], "Who built the small bridge?", "any opening hours", "Any opening hours (the small bridge)?"),
        # The noun in full, where the last question named it so; 'other' is no noun.
        (
            [],
            "Who led the quiet movement?",
            "When did the movement end?",
            "When did the quiet movement end?",
        ),
        (
            ["Who led the quiet movement?"],
            "Who was Patel?",
            "Was the movement violent?",
            "Was the quiet movement violent?",
        ),
        (
            [],
            "Is a skill in a language other than English allowed?",
            "Which are the other skills?",
            "Which are the other skills (a skill in a language other than English allowed)?",
        ),
    ],
)
def test_what_is_carried_over(earlier: list[str], question: str, text: str, standalone: str) -> None:
    past = Context(question, "en", earlier=tuple(earlier))
    found = resolve(text, past, outline([]), "en", lambda texts, limit: ())
    assert found.standalone == standalone
