"""Fake chat models: they say what they are told to, fail as real ones do, or obey whatever they read."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

Script = Callable[[str], str]
"""From the prompt's last message to what the model writes."""


class StatusError(Exception):
    """What a provider's client raises: an HTTP status with its message."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code


class FakeChatModel(BaseChatModel):
    """Streams what ``script`` makes of the prompt, a few characters at a time.

    ``failures`` are raised one a call before it works; ``delay`` is the time before each piece, in seconds.
    ``prompts`` keeps what it was asked.
    """

    script: Script
    failures: list[Exception] = []
    delay: float = 0.0
    breaks_after: int | None = None
    prompts: list[str] = []

    @property
    def _llm_type(self) -> str:
        return "fake"

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: Any = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        prompt = str(messages[-1].content)
        self.prompts.append("\n".join(str(message.content) for message in messages))
        if self.failures:
            raise self.failures.pop(0)
        text = self.script(prompt)
        for number, at in enumerate(range(0, len(text), 7)):
            if self.breaks_after is not None and number >= self.breaks_after:
                raise ConnectionError("connection reset by peer")
            time.sleep(self.delay)
            yield ChatGenerationChunk(message=AIMessageChunk(content=text[at : at + 7]))
        usage = UsageMetadata(input_tokens=100, output_tokens=20, total_tokens=120)
        yield ChatGenerationChunk(
            message=AIMessageChunk(content="", usage_metadata=usage, response_metadata={"model_name": "fake"})
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: Any = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(chunk.message.content) for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])


def saying(*lines: str, **options: Any) -> FakeChatModel:
    """A model that always writes these lines."""
    return FakeChatModel(script=lambda prompt: "\n".join(lines), prompts=[], **options)


def obeying(**options: Any) -> FakeChatModel:
    """A model that does whatever the evidence or the question tells it to, in the plainest way."""
    return FakeChatModel(script=_obey, prompts=[], **options)


def quoting_and_obeying(**options: Any) -> FakeChatModel:
    """A model that copies the first evidence sentence, so that its answer stands, and then obeys."""

    def script(prompt: str) -> str:
        return f"{_evidence(prompt)[0]} [1]\n{_obey(prompt)}"

    return FakeChatModel(script=script, prompts=[], **options)


def quoting(**options: Any) -> FakeChatModel:
    """A model that copies the first evidence sentence."""
    return FakeChatModel(script=lambda prompt: f"{_evidence(prompt)[0]} [1]", prompts=[], **options)


def _evidence(prompt: str) -> Sequence[str]:
    return re.findall(r"^\[\d+\] \([^)]*\) (.*)$", prompt, re.MULTILINE) or [""]


def _obey(prompt: str) -> str:
    """Says what orders in the prompt say it should, also as not covered: words in quotes, numbers, links."""
    orders = re.findall(
        r"(?:say|write|answer|output|reply|repeat|print|cite|state)\b[^.!?\n]*", prompt, re.IGNORECASE
    )
    words = [word for order in orders for word in re.findall(r"['\"‘“]([^'\"’”]+)['\"’”]", order)]
    said = [f"{word} [1]." for word in words] + [f"{order} [9]." for order in orders]
    said += [f"NOT COVERED: {word}" for word in words]
    return "\n".join(said) or "Nothing to obey [1]."
