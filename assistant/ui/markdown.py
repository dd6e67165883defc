"""Text from outside within Streamlit's markdown, and a conversation as a markdown file."""

import re
from collections.abc import Iterable

from assistant.citations import reference, unofficial
from assistant.conversations import Conversation
from assistant.types import Answer, Statement
from assistant.ui.texts import Words

_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")


def escape(text: str) -> str:
    """The text on one line, shown as it is: no markup, no links, no math, no emoji codes."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def conversation_markdown(conversation: Conversation, words: Words) -> str:
    """The conversation with its quotes and references; where a turn has no answer, why."""
    parts = [f"# {escape(conversation.info.title)}"]
    for turn in conversation.turns:
        parts.append(f"## {escape(turn.request.question)}")
        if turn.answer is None:
            parts.append(escape(words.told(turn.error) or words("no_answer")))
        else:
            parts += _answer(turn.answer, words.language)
    return "\n\n".join(parts) + "\n"


def _answer(answer: Answer, language: str) -> Iterable[str]:
    yield from (_statement(statement) for statement in answer.statements)
    notes = [f"{citation.n}. {escape(reference(citation, language))}" for citation in answer.citations]
    if notes:
        yield "\n".join(notes)


def _statement(statement: Statement) -> str:
    marks = "".join(f" \\[{number}\\]" for number in statement.citations)
    prefix = "" if statement.lead or not statement.citations else "> "
    mark = unofficial(statement)
    return prefix + escape(statement.text) + marks + (f" ({escape(mark)})" if mark else "")
