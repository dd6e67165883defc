"""Teach a shallower encoder what the whole one says: `python -m assistant.reader.training.distil`.

Half the layers, so twice the speed (DistilBERT, Sanh et al. 2019). The student sees passages and queries of
the public sets and the written questions, as the product embeds them, and learns the teacher's states
(TinyBERT, Jiao et al. 2020), its vectors and its order of the passages for each query. Seeded and resumable:
run it again after an interruption. What it made is written as int8 ONNX by
`python -m assistant.reader.training.encoder --student .cache/encoder/6.pt`.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from assistant.reader.training import corpus as corpora
from assistant.reader.training.backbones import multilingual
from assistant.reader.training.corpus import Chunk, Corpus
from assistant.reader.training.encoder import whole
from assistant.reader.training.trunk import HIDDEN, Trunk, keep, load_backbone, mean_of
from assistant.reader.words import Words
from knowledge.encoder.runtime import MAX_TOKENS, Floats, Ids, batches, open_session, pad

LAYERS = {6: (0, 2, 4, 6, 9, 11), 8: (0, 1, 3, 4, 6, 8, 9, 11)}  # of the teacher, to start from
OF_AN_ARTICLE = 4  # passages of one article in a step: its others are what a query is confused with
QUERIES = 3  # of a passage in a step
GOLD = 0.2  # how much a query's own passage counts beside the teacher's order
GROUP_TOKENS = 4096  # of texts of like length, each padded to its longest
SHARPNESS = 50.0  # of similarities; E5 was trained with 100
_SAVE_EVERY = 200
_SAY_EVERY = 20


Teacher = Callable[[Floats, Ids], list[Floats]]  # embeddings and mask to vectors and states


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one step shows: `gold[row]` is the number of the passage that query `row` was asked about."""

    passages: list[str]
    queries: list[str]
    gold: list[int]


def lessons(corpus: Corpus, passages: int, seed: int, first: int = 0) -> Iterator[Lesson]:
    """Endless steps of so many passages, drawn anew each; nothing of a held-out article."""
    asked: Mapping[tuple[str, str], list[str]] = _asked(corpus)
    articles = [chunks for chunks in corpus.by_article.values() if not chunks[0].held_out]
    weights = [min(len(chunks), 40) for chunks in articles]
    step = first
    while True:
        draw = random.Random(f"{seed}:{step}")
        shown: list[Chunk] = []
        while len(shown) < passages:
            chunks = draw.choices(articles, weights)[0]
            shown += draw.sample(chunks, min(OF_AN_ARTICLE, len(chunks), passages - len(shown)))
        queries = [
            (text, number)
            for number, chunk in enumerate(shown)
            for text in _queries(chunk, asked[chunk.dataset, chunk.source], draw)
        ]
        yield Lesson(
            [_text(chunk, draw) for chunk in shown],
            [text for text, _ in queries],
            [number for _, number in queries],
        )
        step += 1


def _asked(corpus: Corpus) -> defaultdict[tuple[str, str], list[str]]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for question in corpus.questions:
        found[question.dataset, question.source].append(question.question)
    return found


def _text(chunk: Chunk, draw: random.Random) -> str:
    """A passage or some of its sentences, mostly below its headings."""
    passage = chunk.passage
    first, last = 0, len(passage.sentences) - 1
    if draw.random() < 0.5:
        first = draw.randint(0, last)
        last = draw.randint(first, last)
    text = passage.text[passage.sentences[first][0] : passage.sentences[last][1]]
    below = " › ".join(passage.heading_path) + "\n" if draw.random() < 0.8 else ""
    return f"passage: {below}{text}"


def _queries(chunk: Chunk, asked: Sequence[str], draw: random.Random) -> list[str]:
    """Questions that people asked about the passage, and words out of it."""
    start, end = draw.choice(chunk.passage.sentences)
    words = chunk.passage.text[start:end].split()
    length = draw.randint(2, 12)
    place = draw.randint(0, max(0, len(words) - length))
    found = [*draw.sample(asked, min(QUERIES - 1, len(asked))), " ".join(words[place : place + length])]
    return [f"query: {text}" for text in found]


def shown_by(layers: int) -> range:
    """Numbers of the layers whose states are compared: every second, the last among them."""
    return range(1, layers, 2)


def taught_by(layers: int, folder: Path, threads: int | None = None) -> Teacher:
    """The whole encoder, which shows its states at the depths where a student shows its own."""
    names = [f"l{LAYERS[layers][number]}.done.out" for number in shown_by(layers)]
    session = open_session(whole(folder, names), threads)
    return lambda rows, mask: session.run(["vector", *names], {"embeddings": rows, "mask": mask})


def groups(texts: Sequence[str], words: Words) -> Iterator[tuple[list[int], Floats, Ids]]:
    """Places of texts of like length, their word embeddings [B,T,H] and their mask [B,T]."""
    ids = [found.ids[:MAX_TOKENS] for found in words.tokenizer.encode_batch_fast(list(texts))]
    for places in batches([len(each) for each in ids], GROUP_TOKENS):
        padded, mask = pad([ids[place] for place in places], words.padding)
        yield places, words.table.rows(padded), mask


def loss_of(student: Trunk, teacher: Teacher, lesson: Lesson, words: Words) -> dict[str, Tensor]:
    """How far the student's states, vectors and order of the passages are from what they should be.

    `states` is the share of the teacher's variance that the student misses, `vector` 1 minus the cosine.
    """
    texts = [*lesson.passages, *lesson.queries]
    wanted, found = torch.empty(len(texts), HIDDEN), torch.empty(len(texts), HIDDEN)
    missed: list[Tensor] = []
    for places, rows, mask in groups(texts, words):
        vector, *shown = teacher(rows, mask)
        wanted[places] = torch.from_numpy(vector)
        kept = torch.from_numpy(mask)
        with torch.autocast("cpu", torch.bfloat16):
            own = student.states(torch.from_numpy(rows), kept)
        found[places] = functional.normalize(mean_of(own[-1].float(), kept), dim=-1)
        real = kept.bool()
        for number, states in zip(shown_by(len(own)), shown, strict=True):
            target = torch.from_numpy(states)[real]
            apart = (own[number][real].float() - target).square().mean()
            missed.append(apart / target.var(dim=0).mean())
    count = len(lesson.passages)
    order = functional.softmax(SHARPNESS * wanted[count:] @ wanted[:count].T, dim=-1)
    gold = functional.one_hot(torch.tensor(lesson.gold), count).float()
    scores = functional.log_softmax(SHARPNESS * found[count:] @ found[:count].T, dim=-1)
    return {
        "states": torch.stack(missed).mean(),
        "vector": 1 - (wanted * found).sum(-1).mean(),
        "order": functional.kl_div(scores, (1 - GOLD) * order + GOLD * gold, reduction="batchmean"),
    }


def train(layers: int, steps: int, passages: int, rate: float, seed: int, data: Path, cache: Path) -> Path:
    """Train, or go on training; the folder's file `<layers>.pt` at the end."""
    torch.manual_seed(seed)
    backbone = multilingual(12)
    teacher, student = taught_by(layers, cache / "whole"), Trunk(layers, 0.0)
    load_backbone(student, backbone.weights, LAYERS[layers])
    optimizer = torch.optim.AdamW(student.parameters(), lr=rate, weight_decay=0.01, fused=True)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / 100, max(0.0, (steps - step) / steps))
    )
    path = cache / f"{layers}.pt"
    done = 0
    if path.exists():
        saved = torch.load(path, weights_only=True)
        student.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        scheduler.load_state_dict(saved["scheduler"])
        done = int(saved["step"])
    running: dict[str, float] = {}
    for step, lesson in zip(
        range(done, steps), lessons(corpora.load(data), passages, seed, done), strict=False
    ):
        losses = loss_of(student, teacher, lesson, backbone.words)
        torch.autograd.backward(losses["states"] + 20 * losses["vector"] + losses["order"])
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step()
        for name, value in losses.items():
            running[name] = 0.97 * running.get(name, value.item()) + 0.03 * value.item()
        if (step + 1) % _SAY_EVERY == 0:
            print(f"{step + 1}/{steps} " + " ".join(f"{k} {v:.4f}" for k, v in running.items()), flush=True)
        if (step + 1) % _SAVE_EVERY == 0 or step + 1 == steps:
            keep(path, step + 1, student, optimizer, scheduler)
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the public sets")
    parser.add_argument("--cache", type=Path, default=Path(".cache/encoder"), help="folder of checkpoints")
    parser.add_argument("--layers", type=int, choices=sorted(LAYERS), default=6)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--passages", type=int, default=32, help="passages a step")
    parser.add_argument("--rate", type=float, default=2e-4, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    train(given.layers, given.steps, given.passages, given.rate, given.seed, given.data, given.cache)
