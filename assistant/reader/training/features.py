"""Examples as padded tensors, batched by length, and the loss over them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from assistant.reader.pairs import PairReader
from assistant.reader.training.examples import Example
from assistant.reader.words import Words

MAX_TOKENS = 320
_POOL = 40  # batches drawn together and sorted by length: little padding, still random
_NO_LABEL = -1.0


@dataclass(frozen=True, slots=True)
class Features:
    """A pair as ids, the sentence of every token (-1 outside the passage), and its labels."""

    ids: list[int]
    sentences: list[int]
    count: int
    evidence: tuple[int, ...] | None
    span: tuple[int, int] | None
    answerable: float
    supported: float


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of B pairs of T tokens with S sentences in all; labels are -1 where there is none.

    `sentence` [B,T] numbers sentences through the batch. `span` [B,2] holds token places, 0 for 'no span'.
    """

    embeddings: Tensor
    mask: Tensor
    sentence: Tensor
    evidence: Tensor
    span: Tensor
    answerable: Tensor
    supported: Tensor


def features(examples: Sequence[Example], reader: PairReader) -> list[Features]:
    """One an example, in order; the few that are longer than MAX_TOKENS are left out."""
    lefts = reader.questions([each.left for each in examples])
    passages = reader.passages([each.passage for each in examples])
    found = []
    for example, left, passage in zip(examples, lefts, passages, strict=True):
        pair = reader.join(left, passage)
        if len(pair.ids) <= MAX_TOKENS:
            sentences = _sentence_numbers(pair.places, example.passage.sentences)
            found.append(
                Features(
                    pair.ids,
                    sentences,
                    len(example.passage.sentences),
                    example.evidence,
                    _span(pair.places, example.span),
                    _label(example.answerable),
                    _label(example.supported),
                )
            )
    return found


def batches(items: Sequence[Features], tokens: int, draw: random.Random | None) -> Iterator[list[Features]]:
    """Batches of at most `tokens` tokens with padding; in random order, or, without `draw`, by length."""
    pool = len(items) if draw is None else _POOL * tokens // 128
    for first in range(0, len(items), pool):
        found: list[list[Features]] = [[]]
        for item in sorted(items[first : first + pool], key=lambda each: -len(each.ids)):
            if found[-1] and (len(found[-1]) + 1) * len(found[-1][0].ids) > tokens:
                found.append([])
            found[-1].append(item)
        if draw is not None:
            draw.shuffle(found)
        yield from found


def collate(items: Sequence[Features], words: Words) -> Batch:
    """The padded batch."""
    length = max(len(item.ids) for item in items)
    ids = np.full((len(items), length), words.padding, np.int64)
    mask = np.zeros_like(ids)
    sentence = np.full((len(items), length), -1, np.int64)
    evidence: list[float] = []
    for row, item in enumerate(items):
        ids[row, : len(item.ids)] = item.ids
        mask[row, : len(item.ids)] = 1
        numbers = np.array(item.sentences)
        sentence[row, : len(item.ids)] = np.where(numbers >= 0, numbers + len(evidence), -1)
        labels = [_NO_LABEL] * item.count
        if item.evidence is not None:
            labels = [float(number in item.evidence) for number in range(item.count)]
        evidence += labels
    return Batch(
        torch.from_numpy(words.table.rows(ids)),
        torch.from_numpy(mask),
        torch.from_numpy(sentence),
        torch.tensor(evidence),
        torch.tensor([item.span or (-1, -1) for item in items]),
        torch.tensor([item.answerable for item in items]),
        torch.tensor([item.supported for item in items]),
    )


def sentence_scores(evidence: Tensor, sentence: Tensor, count: int) -> Tensor:
    """Mean evidence logit over the tokens of each of the `count` sentences: [S]; 0 without tokens."""
    inside = sentence >= 0
    place = sentence[inside]
    zeros = torch.zeros(count)
    total = zeros.index_add(0, place, evidence[inside])
    tokens = zeros.index_add(0, place, torch.ones(len(place)))
    return total / tokens.clamp(min=1)


def losses(tokens: Tensor, pair: Tensor, batch: Batch) -> dict[str, Tensor]:
    """The mean loss of each head over the labels that the batch has; tokens [B,T,3], pair [B,2]."""
    tokens, pair = tokens.float(), pair.float()
    found = {
        "answerable": _binary(pair[:, 0], batch.answerable),
        "support": _binary(pair[:, 1], batch.supported),
        "evidence": _binary(
            sentence_scores(tokens[:, :, 0], batch.sentence, len(batch.evidence)), batch.evidence
        ),
    }
    allowed = batch.sentence >= 0
    allowed[:, 0] = True
    for number, name in ((0, "start"), (1, "end")):
        labelled = batch.span[:, number] >= 0
        logits = tokens[:, :, 1 + number].masked_fill(~allowed, -1e4)
        if labelled.any():
            found[name] = functional.cross_entropy(logits[labelled], batch.span[labelled, number])
    return {name: loss for name, loss in found.items() if loss is not None}


def _binary(logits: Tensor, labels: Tensor) -> Tensor | None:
    known = labels >= 0
    return functional.binary_cross_entropy_with_logits(logits[known], labels[known]) if known.any() else None


def _sentence_numbers(
    places: Sequence[tuple[int, int] | None], sentences: Sequence[tuple[int, int]]
) -> list[int]:
    numbers, at = [], 0
    for place in places:
        if place is None:
            numbers.append(-1)
            continue
        while at + 1 < len(sentences) and place[0] >= sentences[at][1]:
            at += 1
        start, end = sentences[at]
        numbers.append(at if start <= place[0] < end else -1)
    return numbers


def _span(
    places: Sequence[tuple[int, int] | None], span: tuple[int, int] | tuple[()] | None
) -> tuple[int, int] | None:
    if not span:
        return None if span is None else (0, 0)
    start, end = span
    inside = [n for n, place in enumerate(places) if place and place[0] < end and start < place[1]]
    return (inside[0], inside[-1]) if inside else None


def _label(value: bool | None) -> float:
    return _NO_LABEL if value is None else float(value)
