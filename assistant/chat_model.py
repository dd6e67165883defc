"""A chat model as the author of answers: it words them from numbered sentences, and is held to those."""

import os
import queue
import random
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from assistant.answering import Draft, Uncovered, one_line
from assistant.errors import ChatModelFailed, ChatModelSlow, InvalidSetting, ModelMissing
from assistant.evidence import Evidence, EvidenceSentence
from assistant.markers import MarkerParser, Written, statements_in, uncovered_in
from assistant.prompts import answer_prompt, standalone_prompt
from assistant.selection import same
from assistant.settings import AssistantSettings
from assistant.types import Query, Turn, Usage
from knowledge.chunking import estimate_tokens
from knowledge.messages import Message

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Provider as a user writes it → (LangChain's name, its package, our extra).
PROVIDERS = {
    "anthropic": ("anthropic", "langchain_anthropic", "anthropic"),
    "openai": ("openai", "langchain_openai", "openai"),
    "mistral": ("mistralai", "langchain_mistralai", "mistral"),
    "mistralai": ("mistralai", "langchain_mistralai", "mistral"),
    "google": ("google_genai", "langchain_google_genai", "google"),
    "google_genai": ("google_genai", "langchain_google_genai", "google"),
    "ollama": ("ollama", "langchain_ollama", "ollama"),
}
ANSWER_CHARS = 500  # of an earlier answer, told to the model when it words a standalone question
EVIDENCE = 12  # sentences given to the model; more distract a small one and cost a large one
HEARTBEAT = 0.2  # seconds between two looks at whether the user has stopped the answer
BACKOFF = 0.5  # seconds before the first retry, doubled for each further one
# What another try cannot mend: a wrong request, key, permission, model name.
_FINAL_STATUS = frozenset((400, 401, 403, 404, 422))
_REPLY = {
    "title": "Reply",
    "description": "An answer in statements that rest on numbered evidence sentences.",
    "type": "object",
    "properties": {
        "statements": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "description": "One sentence of the answer."},
                    "sources": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        },
        "uncovered": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["statements", "uncovered"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class _Call:
    """One use of the model, all its tries together: the meter of what it uses, and when it has to end."""

    meter: Any
    ends: float


@dataclass(frozen=True, slots=True)
class ChatAnswerer:
    """Words answers with a chat model; implements ``Answerer``."""

    name: str
    model: "BaseChatModel"
    settings: AssistantSettings

    def drafts(
        self, query: Query, evidence: Evidence, history: Sequence[Turn]
    ) -> Iterator[Draft | Usage | Uncovered]:
        """The model's statements as they are complete, and Usage so far now and then.

        Raises ChatModelFailed when it is down, too slow, out of quota or writes nothing that can be read.
        """
        numbered = within_budget(evidence, self.settings.chat_token_budget)
        said = False
        for written in self._written(query, numbered, _asked(history, self.settings)):
            if isinstance(written, Usage):
                yield written
            elif written.uncovered:
                yield Uncovered(written.text)
            else:
                said = True
                yield Draft(written.text, _cited(written.sources, numbered))
        if not said:
            raise ChatModelFailed("The chat model wrote nothing that could be read as an answer.")

    def standalone(self, question: str, history: Sequence[Turn]) -> Iterator[Usage | str]:
        """Usage so far now and then; at the end the question as it reads without its conversation, if any."""
        call, text = self._call(), ""
        prompt = standalone_prompt(question, _told(question, history, self.settings))
        for piece in self._pieces(lambda: self._stream(prompt, call), call):
            text += _text(piece) if piece is not None else ""
            yield self._usage(call)
        yield self._usage(call)
        lines = [one_line(line) for line in text.splitlines() if line.strip()]
        if lines:
            yield lines[-1].strip("\"“”'")

    def _written(
        self, query: Query, numbered: Sequence[EvidenceSentence], asked: Sequence[str]
    ) -> Iterator[Written | Usage]:
        schema = self._uses_schema()
        given = [(one.heading_path[-1], one_line(one.text)) for one in numbered]
        prompt = answer_prompt(query.standalone, given, query.language, asked, marks=not schema)
        call = self._call()
        if not schema:
            yield from self._by_marks(prompt, call)
            return
        said = False
        try:
            for written in self._by_schema(prompt, call):
                said = said or isinstance(written, Written)
                yield written
        except ChatModelFailed as error:
            if said or self.settings.chat_structured == "schema" or isinstance(error, ChatModelSlow):
                raise
            marked = answer_prompt(query.standalone, given, query.language, asked, marks=True)
            yield from self._by_marks(marked, call)

    def _call(self) -> _Call:
        from langchain_core.callbacks import UsageMetadataCallbackHandler

        return _Call(UsageMetadataCallbackHandler(), time.monotonic() + self.settings.chat_deadline)

    def _stream(self, prompt: list[tuple[str, str]], call: _Call) -> Iterator[Any]:
        return self.model.stream(prompt, config={"callbacks": [call.meter]})

    def _uses_schema(self) -> bool:
        if self.settings.chat_structured == "auto":
            return bool((getattr(self.model, "profile", None) or {}).get("structured_output"))
        return self.settings.chat_structured == "schema"

    def _by_marks(self, prompt: list[tuple[str, str]], call: _Call) -> Iterator[Written | Usage]:
        parser = MarkerParser()
        for piece in self._pieces(lambda: self._stream(prompt, call), call):
            yield self._usage(call)
            if piece is not None:
                yield from parser.feed(_text(piece))
        yield from parser.finish()
        yield self._usage(call)

    def _by_schema(self, prompt: list[tuple[str, str]], call: _Call) -> Iterator[Written | Usage]:
        """Statements of a reply that grows: each is complete when the next has begun."""
        given, reply = 0, {}

        def start() -> Iterator[Any]:
            structured = self.model.with_structured_output(_REPLY)
            return structured.stream(prompt, config={"callbacks": [call.meter]})

        for piece in self._pieces(start, call):
            yield self._usage(call)
            if isinstance(piece, dict):
                reply = piece
                complete = statements_in(reply)[:-1]
                yield from complete[given:]
                given = max(given, len(complete))
        yield from statements_in(reply)[given:]
        yield from uncovered_in(reply)
        yield self._usage(call)

    def _pieces(self, start: Any, call: _Call) -> Iterator[Any]:
        """What the model sends, and None while it is silent; retried as long as nothing has come.

        Raises ChatModelFailed after the last try, ChatModelSlow when the model is silent or writes for too
        long.
        """
        for attempt in range(self.settings.chat_retries + 1):
            received = False
            try:
                for piece in _in_background(start, self.settings.chat_timeout, call.ends):
                    received = received or piece is not None
                    yield piece
                return
            except Exception as error:
                until = time.monotonic() + BACKOFF * 2**attempt * (1 + random.random())
                last = attempt == self.settings.chat_retries or until >= call.ends
                if received or last or _is_final(error):
                    failed = ChatModelSlow if isinstance(error, TimeoutError) else ChatModelFailed
                    raise failed(f"{self.name}: {_reason(error, self.settings)}") from error
            while time.monotonic() < until:
                yield None
                time.sleep(HEARTBEAT)

    def _usage(self, call: _Call) -> Usage:
        used = list(call.meter.usage_metadata.values())
        tokens_in = sum(each.get("input_tokens", 0) for each in used)
        tokens_out = sum(each.get("output_tokens", 0) for each in used)
        return Usage(self.name, tokens_in, tokens_out, _cost(tokens_in, tokens_out, self.settings))


def load_chat_model(settings: AssistantSettings) -> ChatAnswerer:
    """The chat model that the settings name.

    Raises InvalidSetting for a name that is none, ModelMissing when its provider's package is not installed.
    """
    name = settings.chat_model or ""
    provider, _, model = name.partition(":")
    if not model:
        raise InvalidSetting(
            Message(
                "assistant.no_chat_model",
                "ASSISTANT_CHAT_MODEL is '{name}': write `provider:model`, "
                "for instance `ollama:llama3.2` or `openai:gpt-4o-mini`.",
                name=name,
            )
        )
    known, package, extra = PROVIDERS.get(provider, (provider, f"langchain_{provider}", ""))
    if extra and find_spec(package) is None:
        raise ModelMissing(
            Message(
                "assistant.no_provider",
                "The chat model '{name}' needs the extra '{extra}': "
                'run `.venv/bin/pip install -e ".[{extra}]"`.',
                name=name,
                extra=extra,
            )
        )
    return ChatAnswerer(name, _connect(known, model, settings), settings)


def _connect(provider: str, model: str, settings: AssistantSettings) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0, "max_tokens": settings.chat_max_tokens, "max_retries": 0}
    if provider == "ollama":
        options = {"temperature": 0, "num_predict": settings.chat_max_tokens}
    if provider == "openai":
        options["stream_usage"] = True
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    key = settings.api_key()
    if key:
        options["api_key"] = key
    try:
        connected: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        told = "The chat model '{name}' needs a package: {reason}"
        raise ModelMissing(
            Message("assistant.no_package", told, name=settings.chat_model, reason=error)
        ) from error
    except Exception as error:  # a missing key, an unknown provider: each provider has errors of its own
        told = "The chat model '{name}' cannot be set up ({reason}): check its key."
        reason = _reason(error, settings)
        raise InvalidSetting(
            Message("assistant.chat_model_refused", told, name=settings.chat_model, reason=reason)
        ) from error
    return connected


def within_budget(evidence: Evidence, tokens: int) -> list[EvidenceSentence]:
    """The sentences that the model gets: the chosen, then the best believed, in reading order.

    At most EVIDENCE of them (more only if more are chosen), and not more tokens than given.
    """
    taken: list[EvidenceSentence] = []
    left = tokens
    for sentence in (*evidence.chosen, *evidence.sentences):
        cost = estimate_tokens(sentence.text) + estimate_tokens(sentence.heading_path[-1])
        full = len(taken) >= max(EVIDENCE, len(evidence.chosen))
        if full or (taken and cost > left) or any(same(sentence, other) for other in taken):
            continue
        taken.append(sentence)
        left -= cost
    order = {name: place for place, name in enumerate(dict.fromkeys(one.document for one in taken))}
    return sorted(taken, key=lambda one: (order[one.document], one.start))


def _asked(history: Sequence[Turn], settings: AssistantSettings) -> list[str]:
    """The questions before, the latest last, within a quarter of the budget."""
    asked = [turn.answer.standalone_question or turn.question for turn in history]
    return asked[len(asked) - _latest(asked, settings.chat_token_budget // 4) :]


def _told(question: str, history: Sequence[Turn], settings: AssistantSettings) -> list[tuple[str, str]]:
    """The questions before and how their answers begin, the latest last, within the budget."""
    told = [(turn.question, turn.answer.text[:ANSWER_CHARS]) for turn in history]
    left = settings.chat_token_budget - estimate_tokens(question)
    return told[len(told) - _latest([" ".join(pair) for pair in told], left) :]


def _latest(texts: Sequence[str], tokens: int) -> int:
    """How many of the texts, the last ones first, have no more tokens than given."""
    totals = accumulate(estimate_tokens(text) for text in reversed(texts))
    return sum(total <= tokens for total in totals)


def _cited(sources: Iterable[int], numbered: Sequence[EvidenceSentence]) -> tuple[EvidenceSentence, ...]:
    return tuple(numbered[n - 1] for n in dict.fromkeys(sources) if 1 <= n <= len(numbered))


def _in_background(start: Any, timeout: float, ends: float) -> Iterator[Any]:
    """The items of ``start()``, taken in a thread; None every HEARTBEAT seconds without one.

    Raises what the thread raised, or TimeoutError after ``timeout`` seconds of silence or when the monotonic
    clock reads ``ends``. Closing it ends the thread at its next item.
    """
    items: queue.Queue[tuple[str, Any]] = queue.Queue()
    stopped = threading.Event()

    def work() -> None:
        try:
            for item in start():
                if stopped.is_set():
                    return
                items.put(("item", item))
            items.put(("end", None))
        except Exception as error:  # noqa: BLE001 - raised again where it can be handled
            items.put(("error", error))

    threading.Thread(target=work, daemon=True).start()
    silent_since = time.monotonic()
    try:
        while True:
            if time.monotonic() > ends:
                raise TimeoutError("it was not finished in time")
            try:
                kind, item = items.get(timeout=HEARTBEAT)
            except queue.Empty:
                if time.monotonic() - silent_since > timeout:
                    raise TimeoutError(f"no word for {timeout:g} seconds") from None
                yield None
                continue
            silent_since = time.monotonic()
            if kind == "end":
                return
            if kind == "error":
                raise item
            yield item
    finally:
        stopped.set()


def _text(piece: Any) -> str:
    text = piece.text
    return str(text() if callable(text) and not isinstance(text, str) else text)


def _cost(tokens_in: int, tokens_out: int, settings: AssistantSettings) -> float | None:
    if settings.chat_price_in is None or settings.chat_price_out is None:
        return None
    return (tokens_in * settings.chat_price_in + tokens_out * settings.chat_price_out) / 1e6


def _is_final(error: Exception) -> bool:
    """Whether another try would not help, or would make a user wait who has waited long enough."""
    if isinstance(error, TimeoutError):
        return True
    status = getattr(error, "status_code", None) or getattr(
        getattr(error, "response", None), "status_code", 0
    )
    return status in _FINAL_STATUS


def _reason(error: Exception, settings: AssistantSettings) -> str:
    """One line of the provider's own words, with no key in use and nothing that looks like one."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    for key in _keys(settings):
        line = line.replace(key, "…")
    return re.sub(r"\b(?:sk|key|pk|AIza)[-_A-Za-z0-9*]{8,}", "…", line)[:200]


def _keys(settings: AssistantSettings) -> set[str]:
    """The key of the settings and those of the providers' own variables."""
    named = {key for name, key in os.environ.items() if name.endswith("_API_KEY")}
    with suppress(InvalidSetting):  # its file is gone, and with it the key
        named.add(settings.api_key() or "")
    return named - {""}
