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
        text = _FENCE.sub("", _THOUGHT.sub("", self._raw))
        if text.lstrip().startswith(("{", "[{")):
            if final:
                yield from _json_statements(text)
            return
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


def _json_statements(text: str) -> list[Written]:
    """Statements of a text in JSON, which some models write when asked for marks; [] for broken JSON."""
    try:
        value, _ = json.JSONDecoder().raw_decode(text.strip())
    except ValueError:
        return []
    items = value.get("statements", [value]) if isinstance(value, dict) else value
    uncovered = value.get("uncovered", []) if isinstance(value, dict) else []
    return [
        Written(str(item["text"]), tuple(int(n) for n in item.get("sources", []) if str(n).isdigit()))
        for item in items
        if isinstance(item, dict) and isinstance(item.get("text"), str)
    ] + [Written(str(part), uncovered=True) for part in uncovered if isinstance(part, str) and part.strip()]
