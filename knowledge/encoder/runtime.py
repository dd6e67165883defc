"""Texts to unit vectors by a multilingual encoder that ships with the project; onnxruntime only, no torch.

Its word table and tokenizer are shared with whoever else reads with the same trunk (the assistant's reader).
"""

import os
import threading
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder.errors import EncoderMissing, TextTooLong
from knowledge.messages import Message

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

WEIGHTS = Path(__file__).parent / "weights"
DIMENSIONS = 384
MAX_TOKENS = 512
START, PAD, END = 0, 1, 2
# Beyond this many padded tokens a bigger batch is no faster (measured) and only takes memory.
_BATCH_TOKENS = 1024
# More padding than this takes longer than a batch more (measured).
_PADDING_TOKENS = 96


class Tokens:
    """The tokenizer of the four languages. Thread-safe."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._path = required(weights / "tokenizer.json")

    @property
    def tokenizer(self) -> "Tokenizer":
        """The Hugging Face tokenizer itself, one for all who read with it."""
        return _tokenizer(self._path)

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids a text, with <s> and </s>."""
        return [found.ids for found in self.tokenizer.encode_batch_fast(list(texts))]

    def count(self, text: str) -> int:
        """How many tokens a text takes, <s> and </s> included."""
        return len(self.tokenizer.encode(text).ids)


@cache
def _tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(path))


class WordTable:
    """Word embeddings, 4 bits each with a scale for every 32, read from disk as they are needed."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._nibbles: NDArray[np.uint8] = np.load(required(weights / "words.npy"), mmap_mode="r")
        self._scales: NDArray[np.float16] = np.load(required(weights / "words_scale.npy"), mmap_mode="r")

    def rows(self, ids: Ids) -> Floats:
        """Embeddings of ids of any shape: [..., 384]."""
        unique, places = np.unique(ids, return_inverse=True)
        packed = self._nibbles[unique].reshape(len(unique), -1, 16)
        values = np.concatenate([packed & 15, packed >> 4], axis=2).astype(np.float32) - 8
        values *= self._scales[unique].astype(np.float32)[:, :, None]
        found: Floats = values.reshape(len(unique), -1)[places.reshape(ids.shape)]
        return found


class Encoder:
    """multilingual-e5-small for English, Dutch, French and German. Loads on first use; thread-safe.

    E5 wants 'query: ' before a question and 'passage: ' before a passage; the caller writes them.
    """

    def __init__(self, weights: Path = WEIGHTS, threads: int | None = None) -> None:
        self._weights = weights
        self._threads = threads
        self._loading = threading.Lock()

    @cached_property
    def tokens(self) -> Tokens:
        """The tokenizer of these weights."""
        return Tokens(self._weights)

    @cached_property
    def table(self) -> WordTable:
        """The word embeddings of these weights."""
        return WordTable(self._weights)

    @cached_property
    def _session(self) -> "InferenceSession":
        return open_session(self._weights / "body.onnx", self._threads)

    @property
    def max_tokens(self) -> int:
        """The longest text that is encoded whole, in tokens, its prefix included."""
        return MAX_TOKENS

    def count_tokens(self, text: str) -> int:
        """How many of the MAX_TOKENS a text takes."""
        return self.tokens.count(text)

    def encode(self, texts: Sequence[str]) -> Floats:
        """One unit vector a text, in order: float32 [n, 384]. Raises TextTooLong; nothing is cut."""
        with self._loading:
            session, table = self._session, self.table
        ids = self.tokens.ids(texts)
        _check_lengths(texts, ids)
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for places in batches([len(each) for each in ids]):
            padded, mask = pad([ids[place] for place in places])
            (vectors[places],) = session.run(["vector"], {"embeddings": table.rows(padded), "mask": mask})
        return vectors


def batches(lengths: Sequence[int], most: int = _BATCH_TOKENS) -> Iterator[list[int]]:
    """Places of items of like length, longest first, each batch at most `most` tokens with little padding."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    batch: list[int] = []
    padding = 0
    for place in order:
        more = lengths[batch[0]] - lengths[place] if batch else 0
        if batch and ((len(batch) + 1) * lengths[batch[0]] > most or padding + more > _PADDING_TOKENS):
            yield batch
            batch, padding, more = [], 0, 0
        batch.append(place)
        padding += more
    if batch:
        yield batch


def pad(ids: Sequence[Sequence[int]], padding: int = PAD) -> tuple[Ids, Ids]:
    """Rows filled up to the longest, and the mask that says which tokens are real: int64 [n, T] both."""
    padded = np.full((len(ids), max(map(len, ids))), padding, np.int64)
    mask = np.zeros_like(padded)
    for row, each in enumerate(ids):
        padded[row, : len(each)] = each
        mask[row, : len(each)] = 1
    return padded, mask


def open_session(path: Path, threads: int | None = None) -> "InferenceSession":
    """An onnxruntime session on the processor, with as many threads as this process may use (4 at most)."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(
        4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    # Fusing further would join Add and LayerNormalization into an operator that is ten times slower here.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    # Threads that spin for their next piece of work are a quarter faster; idle, they would take the processor
    # from the rest of the application, so they stop with the run.
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return onnxruntime.InferenceSession(str(required(path)), options, providers=["CPUExecutionProvider"])


def required(path: Path) -> Path:
    """The path, if it is there. Raises EncoderMissing."""
    if not path.is_file():
        told = "{name} is not in {folder}: reinstall, or make it anew as its card says."
        raise EncoderMissing(Message("knowledge.no_encoder", told, name=path.name, folder=path.parent))
    return path


def _check_lengths(texts: Sequence[str], ids: Sequence[Sequence[int]]) -> None:
    for text, each in zip(texts, ids, strict=True):
        if len(each) > MAX_TOKENS:
            raise TextTooLong(
                f"{len(each)} tokens where {MAX_TOKENS} fit: split '{text[:60]}…' into passages."
            )
