"""What a chat model wrote, as statements with the numbers of the sentences that each rests on.

Real models cite as they like: '[1]', '[1, 2]', '(1)', '【1】', '[^1]', '[source 1]', before or after the full
stop, once a sentence or once a paragraph; they think aloud, write lists, bold words or JSON. All of that is
read here, while it streams.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.sentences import split

_LIST = r"\d{1,3}(?:\s*(?:,|;|and|&|-|–)\s*\[?\d{1,3}\]?)*"
_LABEL = r"(?:(?:sources?|sentences?|evidence|ref(?:erence)?s?|bron|quelle)\s*:?\s*)?"
_MARKER = re.compile(
    rf"\[\^?\s*{_LABEL}{_LIST}\s*\]|【\s*{_LABEL}\d{{1,3}}[^】]*】|\(\s*{_LABEL}{_LIST}\s*\)(?=\s*(?:[.!?;,]|$|\n|\[))",
    re.IGNORECASE,
)
_AFTER_STOP = re.compile(rf"([.!?…][\"”’»)]*)((?:\s*(?:{_MARKER.pattern}))+)", re.IGNORECASE)
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL)
_FENCE = re.compile(r"^\s*```\w*\s*$", re.MULTILINE)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_DECORATION = re.compile(r"\*\*|__|`|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)|^#+\s*")
_SOURCE_LIST = re.compile(
    r"^\s*(?:sources?|references?|citations?|bronnen|quellen)\s*:?\s*(?:\[|$)", re.IGNORECASE
)
_JSON = re.compile(r'(?:\[\s*)?\{[ \t]*(?:"|$)', re.MULTILINE)
_UNCOVERED = re.compile(r"^\s*(?:NOT\s+COVERED|NOT_COVERED)\s*:?\s*(.*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """One statement as the model wrote it; ``sources`` are numbers of the evidence, from 1; () for none.

    ``uncovered`` marks a line that names what the evidence does not cover.
    """

    text: str
    sources: tuple[int, ...] = ()
    uncovered: bool = False


class MarkerParser:
    """Takes the text piece by piece and gives each statement once it is complete."""

    def __init__(self) -> None:
        self._raw = ""
        self._taken = 0
        self._waiting: list[str] = []

    def feed(self, piece: str) -> Iterator[Written]:
        """The statements that this piece completes."""
        self._raw += piece
        yield from self._complete(final=False)

    def finish(self) -> Iterator[Written]:
        """The statements that the end of the text completes."""
        yield from self._complete(final=True)

    def _complete(self, final: bool) -> Iterator[Written]:
        text, reply = _parted(_FENCE.sub("", _THOUGHT.sub("", self._raw)))
        ended = len(text) if final else text.rfind("\n") + 1
        # a line that is still growing may hold complete sentences; its last one is kept back
        while (line_end := text.find("\n", self._taken, ended)) >= 0 or (final and self._taken < ended):
            stop = line_end if line_end >= 0 else ended
            yield from self._line(text[self._taken : stop], whole=True)
            self._taken = stop + 1
        if not final and self._taken < len(text):
            grown = text[self._taken :]
            ready = _ready(grown)
            if ready:
                yield from self._line(grown[:ready], whole=False)
                self._taken += ready
        if final:
            yield from self._release(())
            yield from _json_statements(reply)

    def _line(self, line: str, whole: bool) -> Iterator[Written]:
        uncovered = _UNCOVERED.match(_clean(line))
        if uncovered and whole:
            yield from self._release(())
            if uncovered[1].strip():
                yield Written(_MARKER.sub("", uncovered[1]).strip(), uncovered=True)
            return
        if _SOURCE_LIST.match(line):
            return
        joined = _AFTER_STOP.sub(lambda found: f"{found[2]}{found[1]}", _BULLET.sub("", line))
        for sentence in split(joined):
            piece = joined[sentence.start : sentence.end]
            sources = marked(piece)
            text = _clean(_MARKER.sub("", piece))
            if text:
                self._waiting.append(text)
            if sources:
                yield from self._release(sources)
        if whole:
            yield from self._release(())

    def _release(self, sources: tuple[int, ...]) -> Iterator[Written]:
        """Sentences without a number of their own rest on the next number of their paragraph."""
        waiting, self._waiting = self._waiting, []
        for text in waiting:
            if sources or not text.endswith(":"):  # 'Here is the answer:' states nothing
                yield Written(text, sources)


def marked(text: str) -> tuple[int, ...]:
    """The numbers in a text's citation marks, each once, in order; '[2-4]' is 2, 3 and 4."""
    found: list[int] = []
    for mark in _MARKER.finditer(text):
        body = mark[0].split("†")[0]
        for low, high in re.findall(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?", body):
            last = int(high) if high and int(low) < int(high) < int(low) + 20 else int(low)
            found.extend(range(int(low), last + 1))
    return tuple(dict.fromkeys(found))


def _ready(line: str) -> int:
    """How much of a growing line is certainly complete: up to the last sentence end before more words."""
    sentences = split(line)
    if len(sentences) < 2:
        return 0
    tail = line[sentences[-1].start :]
    words_after_marks = _MARKER.sub("", tail).strip()
    return sentences[-1].start if words_after_marks[:1].isalnum() and not _MARKER.match(tail.lstrip()) else 0


def _clean(text: str) -> str:
    text = _DECORATION.sub("", text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    return text.strip(" -•*").strip()


def _parted(text: str) -> tuple[str, str]:
    """The prose of a text, and the JSON that follows it, which some models write when asked for marks."""
    found = _JSON.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _json_statements(text: str) -> list[Written]:
    """What a text in JSON says; [] for broken JSON."""
    try:
        reply, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return []
    return [*statements_in(reply), *uncovered_in(reply)]


def statements_in(reply: object) -> list[Written]:
    """The statements of a reply in JSON; what is no statement is left out, whatever its shape."""
    told = reply.get("statements", reply) if isinstance(reply, dict) else reply
    read = (_statement(item) for item in _listed(told))
    return [written for written in read if written.text]


def uncovered_in(reply: object) -> list[Written]:
    """The parts that a reply in JSON says are not covered."""
    told = reply.get("uncovered") if isinstance(reply, dict) else None
    parts = (_one_line(part) for part in _listed(told))
    return [Written(part, uncovered=True) for part in parts if part]


def _statement(item: object) -> Written:
    """An object with text and sources, or a text with marks; anything else is a statement without text."""
    if not isinstance(item, dict):
        text = _one_line(item)
        return Written(_clean(_MARKER.sub("", text)), marked(text))
    numbers = (number for source in _listed(item.get("sources")) for number in _numbers(source))
    return Written(_one_line(item.get("text")), tuple(dict.fromkeys(numbers)))


def _numbers(source: object) -> tuple[int, ...]:
    """The numbers that a source names: 2, 2.0, '2', '[2]', '2-4'; () for anything else."""
    if isinstance(source, str):
        return marked(f"[{source}]")
    if isinstance(source, bool) or not isinstance(source, int | float) or source not in range(1000):
        return ()
    return (int(source),)


def _listed(value: object) -> list[object]:
    """A list as it is, null as an empty one, anything else as the one item of a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _one_line(text: object) -> str:
    return " ".join(text.split()) if isinstance(text, str) else ""
