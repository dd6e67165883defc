"""The reader that ships: a small multilingual cross-encoder in int8 ONNX; onnxruntime only, no torch."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.reader.errors import ReaderMissing, ReaderUnfit
from assistant.reader.pairs import MAX_QUESTION, Pair, PairReader, window
from assistant.reader.types import PassageText, Reading
from assistant.reader.words import Loading, Words, multilingual
from knowledge.encoder.runtime import batches, open_session, pad

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "weights"
# Trained on pairs of up to 320 tokens; a longer passage is read in windows of whole sentences.
MAX_PAIR = 320
_LONGEST_SPAN = 30  # tokens; the shortest answer is a few words
_AROUND = ' .,;:!?"“”«»\n'
# Below this margin over 'no span' nothing is marked. 'No span' is nearly 'not answered', which the caller
# judges by `answerable`, so the bar is low (docs/reader.md has the figures).
_SURE_SPAN = -6.0


@dataclass(frozen=True, slots=True)
class _Part:
    """A pair that fits, of the passage numbered `passage`."""

    passage: int
    pair: Pair


class OnnxReader:
    """Reads with the weights in a folder and the words that they were trained on.

    Loads on first use; thread-safe. Raises ReaderMissing without the weights.
    """

    def __init__(
        self, weights: Path = WEIGHTS, words: Loading = multilingual, threads: int | None = None
    ) -> None:
        self._path = weights / "reader.onnx"
        self._load_words = words
        self._threads = threads
        self._loading = threading.Lock()
        if not self._path.is_file():
            raise ReaderMissing(f"{self._path} is not there: reinstall, or train it with `make train`.")

    @cached_property
    def _session(self) -> "InferenceSession":
        from onnxruntime.capi.onnxruntime_pybind11_state import InvalidProtobuf

        try:
            session = open_session(self._path, self._threads)
        except InvalidProtobuf as error:
            raise ReaderUnfit(f"{self._path} is no ONNX model: reinstall, or train it anew.") from error
        if {output.name for output in session.get_outputs()} != {"tokens", "pair"}:
            raise ReaderUnfit(f"{self._path} is another model: reinstall, or train it with `make train`.")
        return session

    @cached_property
    def _words(self) -> Words:
        return self._load_words()

    @cached_property
    def _pairs(self) -> PairReader:
        return PairReader(self._words)

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        """One Reading a passage, in the order given."""
        (asked,) = self._load()._pairs.questions([question])
        parts = [
            _Part(number, self._pairs.join(asked, piece))
            for number, (passage, whole) in enumerate(
                zip(passages, self._pairs.passages(passages), strict=True)
            )
            for piece in _windows(whole, passage, MAX_PAIR - len(asked) - 4)
        ]
        tokens, pair = self._run([part.pair for part in parts])
        of_passage: list[list[int]] = [[] for _ in passages]
        for row, part in enumerate(parts):
            of_passage[part.passage].append(row)
        return [
            _reading(passage, [(parts[row].pair, tokens[row], float(pair[row][0])) for row in own])
            for passage, own in zip(passages, of_passage, strict=True)
        ]

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The probability, 0 to 1, that each (claim, evidence) pair's evidence supports its claim.

        A claim that is too long to be read whole has 0; of long evidence the best window counts.
        """
        evidence = [PassageText((), text, ((0, len(text)),)) for _, text in pairs]
        claims = self._load()._pairs.claims([claim for claim, _ in pairs])
        parts = [
            _Part(number, self._pairs.join(claim, piece))
            for number, (claim, passage, whole) in enumerate(
                zip(claims, evidence, self._pairs.passages(evidence), strict=True)
            )
            if len(claim) <= MAX_QUESTION
            for piece in _windows(whole, passage, MAX_PAIR - len(claim) - 4)
        ]
        _, found = self._run([part.pair for part in parts])
        best = [0.0] * len(pairs)
        for part, logits in zip(parts, found, strict=True):
            best[part.passage] = max(best[part.passage], float(1 / (1 + np.exp(-logits[1]))))
        return best

    def _load(self) -> "OnnxReader":
        """Everything opened once. Raises ReaderMissing without the words."""
        with self._loading:
            _ = self._session, self._pairs
        return self

    def _run(self, pairs: Sequence[Pair]) -> tuple[list[Floats], list[Floats]]:
        """Token logits [T,3] and pair logits [2] of each, in order."""
        tokens: list[Floats] = [np.empty((0, 3), np.float32)] * len(pairs)
        pair: list[Floats] = [np.empty(2, np.float32)] * len(pairs)
        for places in batches([len(each.ids) for each in pairs]):
            padded, mask = pad([pairs[place].ids for place in places], self._words.padding)
            inputs = {"embeddings": self._words.table.rows(padded), "mask": mask}
            by_token, by_pair = self._session.run(["tokens", "pair"], inputs)
            for row, place in enumerate(places):
                tokens[place] = by_token[row, : len(pairs[place].ids)]
                pair[place] = by_pair[row]
        return tokens, pair


def _windows(whole: Pair, passage: PassageText, most: int) -> Iterator[Pair]:
    """The passage, or runs of its sentences of at most `most` tokens; a longer sentence is cut in half."""
    if len(whole.ids) <= most:
        yield whole
        return
    cuts = [start for start, _ in passage.sentences[1:]]
    yield from _halves(whole, 0, len(passage.text), cuts, most)


def _halves(whole: Pair, start: int, end: int, cuts: Sequence[int], most: int) -> Iterator[Pair]:
    part = window(whole, start, end)
    inside = [place for place in part.places if place]
    if len(part.ids) <= most or len(inside) < 2:
        yield part
        return
    middle = inside[len(inside) // 2][0]
    fit = [cut for cut in cuts if inside[0][1] <= cut <= inside[-1][0]]
    cut = min(fit, key=lambda each: abs(each - middle)) if fit else middle
    yield from _halves(whole, start, cut, cuts, most)
    yield from _halves(whole, cut, end, cuts, most)


def _reading(passage: PassageText, read: Sequence[tuple[Pair, Floats, float]]) -> Reading:
    """All windows of a passage as one: the best answerability and span, every token's evidence."""
    spans = [_best_span(pair, tokens) for pair, tokens, _ in read]
    margin, span = max(spans, key=lambda each: each[0])
    return Reading(
        max(answerable for _, _, answerable in read),
        _sentence_scores(passage, read),
        _bare(passage.text, span) if span and margin > _SURE_SPAN else None,
        margin,
    )


def _sentence_scores(passage: PassageText, read: Sequence[tuple[Pair, Floats, float]]) -> tuple[float, ...]:
    """Mean evidence logit over the tokens of each sentence; the lowest of all for one without tokens."""
    ends = [end for _, end in passage.sentences]
    totals, counts = np.zeros(len(ends)), np.zeros(len(ends))
    for pair, tokens, _ in read:
        rows = [row for row, place in enumerate(pair.places) if place]
        starts = [place[0] for place in pair.places if place]
        numbers = np.searchsorted(ends, starts, side="right")
        known = numbers < len(ends)
        np.add.at(totals, numbers[known], tokens[rows, 0][known])
        np.add.at(counts, numbers[known], 1)
    means = totals / np.maximum(counts, 1)
    means[counts == 0] = means[counts > 0].min(initial=0.0)
    return tuple(means.tolist())


def _bare(text: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """The range without punctuation around it; word pieces carry some along."""
    start, end = span
    while start < end and text[start] in _AROUND:
        start += 1
    while start < end and text[end - 1] in _AROUND:
        end -= 1
    return (start, end) if start < end else None


def _best_span(pair: Pair, tokens: Floats) -> tuple[float, tuple[int, int] | None]:
    """The likeliest range of at most _LONGEST_SPAN tokens, and its score over that of 'no span'."""
    rows = [row for row, place in enumerate(pair.places) if place]
    if not rows:
        return -np.inf, None
    starts, ends = tokens[rows, 1], tokens[rows, 2]
    scores = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones_like(scores, bool)) & ~np.triu(np.ones_like(scores, bool), _LONGEST_SPAN)
    scores = np.where(allowed, scores, -np.inf)
    first, last = np.unravel_index(int(scores.argmax()), scores.shape)
    places = [place for place in pair.places if place]
    margin = float(scores[first, last] - tokens[0, 1] - tokens[0, 2])
    return margin, (places[first][0], places[last][1])
