"""English sentences for people that can be told in other languages: by their code, not by their words."""

import json
from typing import Any


class Message(str):
    """An English sentence, ``template`` with ``details`` filled in; ``code`` names it in every language.

    A detail may be a message itself. Errors carry one as their only argument: ``str(error)`` stays English.
    """

    code: str
    template: str
    details: dict[str, str | int]

    def __new__(cls, code: str, template: str, /, **details: object) -> "Message":
        """The sentence; details that are neither text nor whole numbers are kept as text."""
        kept = {
            name: value if isinstance(value, str | int) else str(value) for name, value in details.items()
        }
        self = super().__new__(cls, template.format(**kept))
        self.code, self.template, self.details = code, template, kept
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, str | int]]:
        return (self.code, self.template), self.details  # copies and pickles stay messages


def message_of(error: BaseException) -> str:
    """The message that an error carries; the words of any other error."""
    carried = error.args[0] if error.args else None
    return carried if isinstance(carried, Message) else str(error)


def dumped(message: str) -> str:
    """A message as a text to store, from which ``loaded`` makes it again; any other text as it is."""
    return json.dumps(_plain(message), ensure_ascii=False) if isinstance(message, Message) else message


def loaded(text: str) -> str:
    """The message that was stored; texts stored without a code stay what they are."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return _message(found) if isinstance(found, dict) and "code" in found else text


def _plain(message: Message) -> dict[str, object]:
    details = {
        name: _plain(detail) if isinstance(detail, Message) else detail
        for name, detail in message.details.items()
    }
    return {"code": message.code, "template": message.template, "details": details}


def _message(stored: dict[str, Any]) -> Message:
    details = {
        name: _message(detail) if isinstance(detail, dict) else detail
        for name, detail in stored["details"].items()
    }
    return Message(stored["code"], stored["template"], **details)
