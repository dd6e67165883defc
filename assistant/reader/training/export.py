"""A trained reader as int8 ONNX, `python -m assistant.reader.training.export CHECKPOINT`, and back.

With `--mix READER --share S` each number is S times the checkpoint's and 1 - S times that of the reader that
its training began from: the mean forgets less of what that one knew (Wortsman et al. 2022, arXiv:2109.01903).
"""

import argparse
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch

from assistant.reader.onnx_reader import WEIGHTS
from assistant.reader.training import graph
from assistant.reader.training.trunk import EPSILON, HEADS, HIDDEN, ReaderModel, encoder_names

State = dict[str, torch.Tensor]


def load_state(path: Path) -> State:
    """The model's state in a checkpoint, or in a reader that was exported."""
    if path.suffix == ".onnx":
        return reread(path)
    found: State = torch.load(path, weights_only=True)["model"]
    return found


def mixed(one: State, other: State, share: float) -> State:
    """`share` of the one and the rest of the other, number by number."""
    return {name: share * value + (1 - share) * other[name] for name, value in one.items()}


def export(state: State, weights: Path) -> Path:
    """`reader.onnx`: embeddings and mask in; `tokens` [B,T,3] and `pair` [B,2] out."""
    model = ReaderModel(_layers(state))
    model.load_state_dict(state)
    built = graph.Graph()
    states = graph.trunk(built, encoder_names(model), len(model.layers), HEADS, EPSILON)
    _heads(built, states, {name: value.numpy() for name, value in model.state_dict().items()})
    outputs: dict[str, list[str | int]] = {"tokens": ["B", "T", 3], "pair": ["B", 2]}
    made = graph.finished(built, "reader", HIDDEN, outputs)
    weights.mkdir(parents=True, exist_ok=True)
    path = weights / "reader.onnx"
    path.with_suffix(".tmp").write_bytes(made.SerializeToString())
    path.with_suffix(".tmp").replace(path)
    return path


def reread(path: Path) -> State:
    """The state of a ReaderModel from a `reader.onnx`, to train it on; its int8 matrices as floats."""
    import onnx

    held = {each.name: onnx.numpy_helper.to_array(each) for each in onnx.load(path).graph.initializer}

    def matrix(name: str) -> graph.Floats:
        weight, scale = held[f"{name}.weight"], held.get(f"{name}.scale", np.float32(1))
        return np.ascontiguousarray((weight * scale).T.astype(np.float32))

    layers = _layers(held)
    found = {"positions": held["positions"]}
    for name, part in (("norm", "embedded"), *_norms(layers)):
        found |= {f"{name}.weight": held[f"{part}.weight"], f"{name}.bias": held[f"{part}.bias"]}
    for name, part in (
        *_matrices(layers),
        ("tokens", "token_head"),
        ("gather", "gather"),
        ("pair", "pair_head"),
    ):
        found |= {
            f"{name}.weight": matrix(part),
            f"{name}.bias": held[f"{part.removesuffix('.product')}.bias"],
        }
    return {name: torch.from_numpy(value.copy()) for name, value in found.items()}


def _layers(names: Iterable[str]) -> int:
    """How many layers a model has, by the names of its weights."""
    return sum(name.endswith(".qkv.weight") for name in names)


def _norms(layers: int) -> Iterator[tuple[str, str]]:
    """Names of the layers' norms in the model and in the graph."""
    for number in range(layers):
        yield f"layers.{number}.aln", f"l{number}.mixed"
        yield f"layers.{number}.oln", f"l{number}.done"


def _matrices(layers: int) -> Iterator[tuple[str, str]]:
    """Names of the layers' matrices in the model and in the graph."""
    parts = {"qkv": "qkv", "ao": "mix", "fi": "widen", "fo": "narrow.product"}
    for number in range(layers):
        for name, part in parts.items():
            yield f"layers.{number}.{name}", f"l{number}.{part}"


def _heads(built: graph.Graph, states: str, state: dict[str, graph.Floats]) -> None:
    """The token head, and the pair head over the first state beside the mean of all."""
    logits = built.float_linear("token_head", states, state["tokens.weight"], state["tokens.bias"])
    built.add("Identity", [logits], "tokens")
    built.add("Cast", ["mask"], "mask_float", to=1)
    column = built.add("Unsqueeze", ["mask_float", built.constant("last", np.array([-1]))], "mask_column")
    unmasked = built.add("Mul", [states, column], "unmasked")
    axis = built.constant("tokens_axis", np.array([1]))
    total = built.add("ReduceSum", [unmasked, axis], "total", keepdims=0)
    count = built.add("ReduceSum", [column, axis], "count", keepdims=0)
    mean = built.add("Div", [total, count], "mean")
    first = built.add("Gather", [states, built.constant("zero", np.array(0))], "first_state", axis=1)
    both = built.add("Concat", [first, mean], "both", axis=1)
    gathered = built.float_linear("gather", both, state["gather.weight"], state["gather.bias"])
    active = built.add("Tanh", [gathered], "gather.active")
    pair = built.float_linear("pair_head", active, state["pair.weight"], state["pair.bias"])
    built.add("Identity", [pair], "pair")


def card(path: Path) -> str:
    """The model card, with the hash of the weights."""
    return f"""# The reader: a multilingual passage cross-encoder, int8

- **Origin**: the lower 8 layers of intfloat/multilingual-e5-small (MIT), as `knowledge/encoder` has it,
  trained further here. Word embeddings and tokenizer are the encoder's and are not in this file.
- **Licence**: MIT for the code, the written questions and claims. The weights were trained on the sets below;
  where weights are held to depend on their training data, mind SQuAD's and XQuAD's CC BY-SA 4.0.
- **Reads**: `<s> question </s></s> heading path: passage </s>`, at most 320 tokens, in English, Dutch, French
  and German. **Says**: per token whether it is evidence, begins or ends the shortest answer; per pair whether
  the passage answers, and whether it supports the claim that stands in the question's place.
- **Quantised**: 7 bits an output channel, each token brought to one size before the second feed-forward
  matrix; heads float.
- **Made by**: `python -m assistant.reader.training.train`, then `python -m assistant.reader.training.export`.
- **Figures, ablations, known weaknesses**: docs/reader.md.

## Trained on

| data | licence | used for |
|---|---|---|
| SQuAD 2.0 (part of dev) | CC BY-SA 4.0 | answerable and adversarial questions, spans |
| XQuAD (part; German professional, Dutch by machine) | CC BY-SA 4.0 | questions in other languages |
| SelQA (part) | Apache-2.0 | sentences that answer |
| CLAPnq (part) | Apache-2.0 | search-engine questions, sentences that answer |
| PolicyQA (part) | MIT | policy prose |
| mt-RAG (first turns, passages) | Apache-2.0 | passages |
| questions and claims written for this project (`training/written/`) | MIT | near misses, support |
| near misses and claims made from these by rule | as their source | both pair outputs |

15 % of the articles of every set were held out (`training/corpus.py`).

**Mind**: the reader knows the shipped document (knowledge/sources/cyber-diplomacy.txt): 1,030 questions over
it were trained on. Of the 225 labelled questions of `evals/sets/cyber-diplomacy.jsonl` 45 are among them, 27
word for word and the others nearly. docs/reader.md gives figures without those.

| file | sha256 |
|---|---|
| {path.name} | {hashlib.sha256(path.read_bytes()).hexdigest()} |
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--mix", type=Path, help="checkpoint or reader.onnx to take the mean with")
    parser.add_argument("--share", type=float, default=0.7, help="of the checkpoint in that mean")
    given = parser.parse_args()
    state = load_state(given.checkpoint)
    if given.mix:
        state = mixed(state, load_state(given.mix), given.share)
    written = export(state, WEIGHTS)
    (WEIGHTS / "MODEL_CARD.md").write_text(card(written), encoding="utf-8")
    print(written)
