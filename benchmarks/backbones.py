"""Which trunk learns to read faster: `python -m benchmarks.backbones [--passes 0.4]`.

all-MiniLM-L6-v2 against as many layers of multilingual-e5-small: each is trained on the same English examples
by the same short schedule, then measured on held-out articles as `benchmarks.reader` does, in float.
"""

import argparse
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch

from assistant.reader.onnx_reader import OnnxReader
from assistant.reader.training.backbones import Backbone, english, multilingual
from assistant.reader.training.train import Plan, spoken, train
from assistant.reader.training.trunk import ReaderModel
from benchmarks.reader import Figures, Measurer, table
from knowledge.encoder.runtime import Floats


class TorchReader(OnnxReader):
    """The reader's way of reading with a model that is still in torch."""

    def __init__(self, model: ReaderModel, backbone: Backbone) -> None:
        super().__init__(words=lambda: backbone.words)
        self._model = model.eval()

    @cached_property
    def _session(self) -> Any:
        return self

    @torch.inference_mode()
    def run(self, _names: Sequence[str], inputs: Mapping[str, Any]) -> list[Floats]:
        """As onnxruntime's session: `tokens` and `pair`."""
        given = (torch.from_numpy(inputs[name]) for name in ("embeddings", "mask"))
        return [each.float().numpy() for each in self._model(*given)]


def figures(reader: TorchReader, measurer: Measurer) -> Figures:
    """The measures that are English only."""
    found: Figures = {}
    for measure in (measurer.squad2, measurer.selqa, measurer.clapnq, measurer.rules, measurer.supported):
        found |= {name: value for name, value in measure(reader).items() if not math.isnan(value[0])}
    return found


def main(data: Path, cache: Path, plan: Plan, most: int) -> None:
    torch.set_num_threads(2)
    measurer = Measurer(data, cache, most)
    corpus = spoken(measurer.corpus, ("en",))
    columns: dict[str, Figures] = {}
    for name, backbone in {"minilm-6": english(), "e5-6": multilingual(6)}.items():
        torch.manual_seed(plan.seed)
        start = time.perf_counter()
        path = train(replace(plan, name=f"backbone-{name}"), backbone, corpus, cache)
        minutes = (time.perf_counter() - start) / 60
        model = ReaderModel(backbone.layers)
        model.load_state_dict(torch.load(path, weights_only=True)["model"])
        columns[name] = {"minutes of training": (minutes, 1)}
        columns[name] |= figures(TorchReader(model, backbone), measurer)
        print(table(columns), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path(".cache/reader"))
    parser.add_argument("--passes", type=float, default=0.4, help="of the English examples")
    parser.add_argument("--rate", type=float, default=1e-4, help="highest learning rate")
    parser.add_argument("--most", type=int, default=250, help="questions a measure")
    given = parser.parse_args()
    main(given.data, given.cache, Plan("", "", given.passes, given.rate, 2304, 1, "", 0), given.most)
