"""What a run was made of: settings without secrets, models, documents, versions, the state of the code."""

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import assistant
import knowledge
from assistant.settings import AssistantSettings
from evals.runs import FORMAT
from evals.types import EvalSet
from knowledge.settings import KnowledgeSettings
from knowledge.types import DocumentInfo

PACKAGES = (
    "quotable", "chromadb", "bm25s", "langchain", "langchain-chroma", "numpy", "onnxruntime",
    "sentence-transformers", "sentencex", "streamlit", "tokenizers", "torch",
)  # fmt: skip
WEIGHTS = (".onnx", ".safetensors", ".npy", ".bin", ".json")
SHIPPED_READER = Path(assistant.__file__).parent / "reader" / "weights"
SHIPPED_ENCODER = Path(knowledge.__file__).parent / "encoder" / "weights"


def now() -> str:
    """The time, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def describe(
    evalset: EvalSet,
    documents: Iterable[DocumentInfo],
    assistant_settings: AssistantSettings,
    knowledge_settings: KnowledgeSettings,
) -> dict[str, Any]:
    """The part of ``config.json`` that two runs must share to be compared, and what explains a difference."""
    corpus = sorted((info.name, info.content_hash) for info in documents)
    return {
        "format": FORMAT,
        "set": {
            "name": evalset.name,
            "path": str(evalset.path),
            "hash": evalset.content_hash,
            "documents": str(evalset.documents) if evalset.documents else None,
        },
        "settings": {
            "assistant": assistant_settings.model_dump(mode="json", exclude={"chat_api_key"}),
            "knowledge": _without_passwords(knowledge_settings.model_dump(mode="json")),
        },
        "models": {
            "embedding": _model(knowledge_settings.embedding_model, SHIPPED_ENCODER),
            "reader": _model(assistant_settings.reader or "shipped", SHIPPED_READER),
            "chat": assistant_settings.chat_model or "none: quotes",
        },
        "corpus": {
            "hash": hashlib.sha256(repr(corpus).encode()).hexdigest(),
            "documents": [{"name": name, "content_hash": digest} for name, digest in corpus],
        },
        "versions": {"python": platform.python_version(), **_versions()},
        "machine": {"platform": platform.platform(), "cpus": os.cpu_count()},
        **_commit(),
    }


def _without_passwords(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: _masked(value) if name.endswith("_url") else value for name, value in settings.items()}


def _masked(url: str | None) -> str | None:
    """A URL without its user, password and query, where secrets stand."""
    if url is None:
        return None
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _model(name: str, shipped: Path) -> dict[str, str | None]:
    """A model's name and the hash of its files, where they are a folder here."""
    folder = Path(name) if Path(name).is_dir() else shipped
    known = folder.is_dir() and (folder != shipped or name in ("shipped", "multilingual-e5-small"))
    return {"name": name, "hash": _folder_hash(folder) if known else None}


def _folder_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in WEIGHTS:
            with path.open("rb") as file:
                digest.update(f"{path.name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _commit() -> dict[str, Any]:
    """The commit of the code and whether it was changed since; None outside a git checkout."""
    root = Path(__file__).parent.parent
    try:
        head = _git(root, "rev-parse", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return {"commit": None, "dirty": None}
    return {"commit": head, "dirty": bool(changed)}


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=10
    )
    return done.stdout.strip()


def command_line() -> str:
    """The command that started the run, for whoever wants to repeat it."""
    return " ".join(["python -m evals", *sys.argv[1:]])
