"""Train a reader that ships: `python -m assistant.reader.training.train [--backbone english]`.

Seeded and resumable: run the same command again after an interruption and it goes on from its last checkpoint
in `.cache/reader`. Two processor cores are enough: a pass takes them a quarter of an hour. What it made is
written as int8 ONNX by `python -m assistant.reader.training.export .cache/reader/multilingual.pt`.
"""

import argparse
import json
import math
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from torch import Tensor

from assistant.reader.pairs import PairReader
from assistant.reader.training import corpus as corpora
from assistant.reader.training.backbones import BACKBONES, Backbone
from assistant.reader.training.corpus import Claimed, Corpus, Labelled
from assistant.reader.training.examples import Recipe, epoch
from assistant.reader.training.export import load_state
from assistant.reader.training.features import Batch, Features, batches, collate, features, losses
from assistant.reader.training.mining import Neighbours
from assistant.reader.training.trunk import ReaderModel, keep, load_backbone
from knowledge.lexical import language_of

_WEIGHTS = {"answerable": 1.0, "support": 0.7, "evidence": 0.7, "start": 0.2, "end": 0.2}
_HEADS = ("tokens", "gather", "pair")
_SAVE_EVERY = 100
_SAY_EVERY = 20

Step = tuple[list[Features], list[Features]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What one training run is; a checkpoint holds it, so that a run is only resumed as itself."""

    name: str
    backbone: str
    passes: float
    rate: float
    tokens: int
    seed: int
    start: str
    frozen: int
    fresh: str = ""
    replay: float = 1.0


def main(plan: Plan, data: Path, cache: Path, threads: int) -> Path:
    """Train, or go on training; the folder's file `<name>.pt` at the end."""
    torch.set_num_threads(threads)
    torch.manual_seed(plan.seed)
    return train(plan, BACKBONES[plan.backbone](), corpora.load(data), cache)


def train(plan: Plan, backbone: Backbone, corpus: Corpus, cache: Path) -> Path:
    """Train a backbone through all steps, from the run's checkpoint if there is one; returns its path."""
    work = prepare(plan, spoken(corpus, backbone.languages), PairReader(backbone.words), cache)
    model = ReaderModel(backbone.layers)
    load_backbone(model, backbone.weights)
    if plan.start:
        model.load_state_dict(load_state(Path(plan.start)))
    model.norm.requires_grad_(not plan.frozen)
    for layer in model.layers[: plan.frozen]:
        layer.requires_grad_(False)
    optimizer = _optimizer(model, plan.rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, _schedule(len(work)))
    path = cache / f"{plan.name}.pt"
    done = _resume(path, plan, model, optimizer, scheduler)
    running: dict[str, float] = {}
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[losses]}"),
    ) as progress:
        task = progress.add_task(plan.name, total=len(work), completed=done, losses="")
        for step in range(done, len(work)):
            found = _step(model, optimizer, [collate(each, backbone.words) for each in work[step] if each])
            scheduler.step()
            for name, value in found.items():
                running[name] = 0.97 * running.get(name, value) + 0.03 * value
            text = " ".join(f"{name} {value:.3f}" for name, value in running.items())
            progress.update(task, advance=1, losses=text)
            if (step + 1) % _SAY_EVERY == 0 and not progress.console.is_terminal:
                left = progress.tasks[0].time_remaining
                progress.console.print(f"{step + 1}/{len(work)} left {left or 0:.0f}s {text}", soft_wrap=True)
            if (step + 1) % _SAVE_EVERY == 0 or step + 1 == len(work):
                _save(path, plan, step + 1, model, optimizer, scheduler)
    return path


def spoken(corpus: Corpus, languages: Collection[str]) -> Corpus:
    """The corpus with only those questions and claims that are, like their passages, in the languages."""

    def fits(asked: Labelled | Claimed) -> bool:
        return asked.lang in languages and language_of(corpus.chunks(asked)[0].passage.text) in languages

    return replace(
        corpus,
        questions=[each for each in corpus.questions if fits(each)],
        claims=[each for each in corpus.claims if fits(each)],
    )


def prepare(plan: Plan, corpus: Corpus, reader: PairReader, cache: Path) -> list[Step]:
    """All batches of all passes, in the order of training."""
    neighbours = Neighbours(corpus, cache)
    work: list[Step] = []
    for number in range(math.ceil(plan.passes)):
        draw = random.Random(plan.seed * 1000 + number)
        recipe = Recipe(fresh=frozenset(plan.fresh.split()), replay=plan.replay)
        examples = epoch(corpus, neighbours, recipe, draw)
        found = features(examples[: round(len(examples) * (plan.passes - number))], reader)
        asked = list(batches([each for each in found if each.supported < 0], plan.tokens, draw))
        claimed = [each for each in found if each.supported >= 0]
        # Claims are short: batched by length with the questions they would come all at once and pull the
        # trunk back and forth. Every step has some.
        work += [(batch, claimed[place :: len(asked)]) for place, batch in enumerate(asked)]
        tokens = sum(len(batch) * len(batch[0].ids) for batch in asked)
        print(f"pass {number + 1}: {len(found)} examples, {len(asked)} steps, {tokens} tokens", flush=True)
    return work


def _step(model: ReaderModel, optimizer: torch.optim.Optimizer, parts: Sequence[Batch]) -> dict[str, float]:
    """One update from the sum of the batches' losses; the loss of each head."""
    model.train()
    found: dict[str, Tensor] = {}
    for batch in parts:
        with torch.autocast("cpu", torch.bfloat16):
            tokens, pair = model(batch.embeddings, batch.mask)
        own = losses(tokens, pair, batch)
        total = torch.stack([_WEIGHTS[name] * loss for name, loss in own.items()]).sum()
        torch.autograd.backward(total)
        found |= own
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return {name: loss.item() for name, loss in found.items()}


def _optimizer(model: ReaderModel, rate: float) -> torch.optim.Optimizer:
    """AdamW; the new heads learn twice as fast, norms and biases do not decay."""
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((name.startswith(_HEADS), parameter.dim() > 1), []).append(parameter)
    return torch.optim.AdamW(
        [
            {"params": found, "lr": rate * (2 if head else 1), "weight_decay": 0.01 if matrix else 0.0}
            for (head, matrix), found in groups.items()
        ],
        fused=True,
    )


def _schedule(steps: int) -> Any:
    """Up over the first twentieth, then down to nothing."""
    warm = max(1, steps // 20)
    return lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))


def _resume(path: Path, plan: Plan, model: ReaderModel, optimizer: Any, scheduler: Any) -> int:
    if not path.exists():
        return 0
    saved = torch.load(path, weights_only=True)
    if saved["plan"] != _described(plan):
        raise SystemExit(f"{path} is of another run ({saved['plan']}): remove it, or give --name.")
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    scheduler.load_state_dict(saved["scheduler"])
    torch.manual_seed(plan.seed + saved["step"])
    return int(saved["step"])


def _save(path: Path, plan: Plan, step: int, model: ReaderModel, optimizer: Any, scheduler: Any) -> None:
    keep(path, step, model, optimizer, scheduler, plan=_described(plan))


def _described(plan: Plan) -> str:
    return json.dumps({name: getattr(plan, name) for name in Plan.__slots__})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the public sets")
    parser.add_argument("--cache", type=Path, default=Path(".cache/reader"), help="folder of checkpoints")
    parser.add_argument("--backbone", choices=sorted(BACKBONES), default="multilingual")
    parser.add_argument("--name", default="", help="name of the checkpoint; by default the backbone's")
    parser.add_argument("--passes", type=float, default=3, help="may end in a part of one")
    parser.add_argument("--rate", type=float, default=1e-4, help="highest learning rate")
    parser.add_argument("--tokens", type=int, default=3072, help="tokens a batch, padding included")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--start", default="", help="checkpoint or reader.onnx to start from instead of the encoder"
    )
    parser.add_argument(
        "--frozen", type=int, default=2, help="lowest layers that stay the encoder's: a sixth faster"
    )
    parser.add_argument("--fresh", default="", help="parts of what was written that are new: 'part-i part-j'")
    parser.add_argument("--replay", type=float, default=0.35, help="share of all else, beside fresh parts")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    main(
        Plan(
            given.name or given.backbone,
            given.backbone,
            given.passes,
            given.rate,
            given.tokens,
            given.seed,
            given.start,
            given.frozen,
            given.fresh,
            given.replay,
        ),
        given.data,
        given.cache,
        given.threads,
    )
