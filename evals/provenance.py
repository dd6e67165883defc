"""What a run was made of: settings without secrets, models, documents, versions, the state of the code."""

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import assistant
import knowledge
from assistant.assistant import Assistant
from evals.runs import FORMAT
from evals.types import EvalSet
from knowledge.settings import KnowledgeSettings

PACKAGES = (
    "quotable", "chromadb", "bm25s", "langchain", "langchain-chroma", "numpy", "onnxruntime",
    "sentence-transformers", "sentencex", "streamlit", "tokenizers", "torch",
)  # fmt: skip
WEIGHTS = (".onnx", ".safetensors", ".npy", ".bin", ".json")
SHIPPED_READER = Path(assistant.__file__).parent / "reader" / "weights"
SHIPPED_NAME = str(KnowledgeSettings.model_fields["embedding_model"].default)
SHIPPED_ENCODER = Path(knowledge.__file__).parent / "encoder" / "weights"


def now() -> str:
    """The time, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def describe(evalset: EvalSet, assistant: Assistant, knowledge_settings: KnowledgeSettings) -> dict[str, Any]:
    """The part of ``config.json`` that two runs must share to be compared, and what explains a difference."""
    corpus = sorted((info.name, info.content_hash) for info in assistant.knowledge.list())
    return {
        "format": FORMAT,
        "set": {
            "name": evalset.name,
            "path": str(evalset.path.resolve()),
            "hash": evalset.content_hash,
            "documents": str(evalset.documents.resolve()) if evalset.documents else None,
        },
        "settings": {
            "assistant": _without_secrets(assistant.settings.model_dump(mode="json")),
            "knowledge": _without_secrets(knowledge_settings.model_dump(mode="json")),
        },
        "models": {
            "embedding": _embedding(knowledge_settings.embedding_model),
            "reader": _reader(assistant),
            "chat": assistant.settings.chat_model or "none: quotes",
        },
        "calibration": _calibration(assistant),
        "corpus": {
            "hash": hashlib.sha256(repr(corpus).encode()).hexdigest(),
            "documents": [{"name": name, "content_hash": digest} for name, digest in corpus],
        },
        "versions": {"python": platform.python_version(), **_versions()},
        "machine": {"platform": platform.platform(), "cpus": os.cpu_count()},
        **commit(),
    }


def _without_secrets(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings without keys, and URLs without the places where passwords stand."""
    return {
        name: _masked(value) if name.endswith("_url") else value
        for name, value in settings.items()
        if "key" not in name
    }


def _masked(url: str | None) -> str | None:
    """A URL without its user, password and query, where secrets stand."""
    if url is None:
        return None
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _reader(assistant: Assistant) -> dict[str, str | None]:
    chosen, kind = assistant.settings.reader, type(assistant.gatherer.reader).__name__
    return {"name": f"{kind} ({chosen or 'default'})", "hash": reader_hash(chosen)}


def reader_kind(config: Mapping[str, Any]) -> str:
    """The kind of reader that a run read with, as a calibration names it."""
    return str(config["models"]["reader"]["name"]).partition(" (")[0]


def reader_hash(chosen: str | None) -> str | None:
    """The hash of the files of the reader that a setting names, or of the shipped one."""
    return _files_hash(chosen, SHIPPED_READER)


def _embedding(name: str) -> dict[str, str | None]:
    return {"name": name, "hash": _files_hash(None if name == SHIPPED_NAME else name, SHIPPED_ENCODER)}


def _calibration(assistant: Assistant) -> dict[str, Any]:
    """What the decision to answer was fitted on, and from which confidence it answers."""
    used = assistant.gatherer.calibration
    careful = assistant.settings.carefulness
    return {"fitted_on": used.fitted_on, "threshold": used.threshold.value if careful is None else careful}


def _files_hash(chosen: str | None, shipped: Path) -> str | None:
    """The hash of a model's files: of the folder that a setting names, or of the shipped one."""
    folder = Path(chosen) if chosen else shipped
    return _folder_hash(folder) if folder.is_dir() else None


def _folder_hash(folder: Path) -> str:
    files = sorted(path for path in folder.iterdir() if path.suffix in WEIGHTS)
    return _files_digest(tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=8)
def _files_digest(files: tuple[tuple[Path, int], ...]) -> str:
    """The hash of files, made again only when one was written since."""
    digest = hashlib.sha256()
    for path, _ in files:
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


def commit() -> dict[str, Any]:
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
