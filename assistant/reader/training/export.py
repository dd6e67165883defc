"""Write a trained reader as int8 ONNX: `python -m assistant.reader.training.export CHECKPOINT`."""

import argparse
from pathlib import Path

import numpy as np
import torch

from assistant.reader.training import graph
from assistant.reader.training.trunk import EPSILON, HEADS, HIDDEN, ReaderModel, encoder_names

WEIGHTS = Path(__file__).parents[1] / "weights"


def export(checkpoint: Path, weights: Path = WEIGHTS) -> Path:
    """`reader.onnx` in the weights folder: embeddings and mask in; `tokens` [B,T,3] and `pair` [B,2] out."""
    model = ReaderModel()
    model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    built = graph.Graph()
    states = graph.trunk(built, encoder_names(model), len(model.layers), HEADS, EPSILON)
    _heads(built, states, {name: value.numpy() for name, value in model.state_dict().items()})
    outputs: dict[str, list[str | int]] = {"tokens": ["B", "T", 3], "pair": ["B", 2]}
    made = graph.finished(built, "reader", HIDDEN, outputs)
    weights.mkdir(parents=True, exist_ok=True)
    path = weights / "reader.onnx"
    path.with_suffix(".tmp").write_bytes(made.SerializeToString())
    return path.with_suffix(".tmp").replace(path)


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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder to write to")
    given = parser.parse_args()
    print(export(given.checkpoint, given.weights))
