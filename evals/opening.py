"""What a command needs before it can begin: settings, a judge, a run that is kept, the set of a run.

Imports are made when first needed: `--help` and a mistyped name should cost nothing.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from evals.errors import InvalidRun

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.reader.types import Reader
    from evals.runs import RunFolder
    from evals.session import Settings
    from evals.types import EvalSet, Judge


def read_settings() -> "Settings":
    """The settings of the assistant and of its documents. Raises InvalidSetting."""
    from assistant.build import read_settings as read
    from assistant.settings import AssistantSettings
    from evals.session import Settings
    from knowledge.settings import KnowledgeSettings

    return Settings(read(AssistantSettings), read(KnowledgeSettings))


def judge_named(name: str, settings: "Settings", assistant: "Assistant | None" = None) -> "Judge | None":
    """The judge of that name; the reader is the assistant's, or loaded alone where there is none."""
    from evals.judges import chat_judge, reader_judge

    if name == "none":
        return None
    if name == "reader":
        reader = assistant.gatherer.reader if assistant else _reader(settings)
        return reader_judge(reader, settings.assistant.reader)
    return chat_judge(name, settings.assistant)


def _reader(settings: "Settings") -> "Reader":
    from assistant.build import build_reader
    from knowledge.base import KnowledgeBase

    return build_reader(settings.assistant, KnowledgeBase(settings.knowledge))  # opens no documents


def find_run(path: Path, settings: "Settings") -> "RunFolder":
    """The run in that folder, or of that name in the list. Raises InvalidRun."""
    from evals.runs import RunFolder
    from evals.session import known_runs

    if RunFolder(path).exists():
        return RunFolder(path)
    for info in known_runs(settings):
        if info.name == str(path):
            return RunFolder(info.path)
    raise InvalidRun(f"There is no run {path}; python -m evals list shows those that are kept.")


def set_of(config: dict[str, str | None], path: Path, documents: Path | None) -> "EvalSet":
    """The set of a run, for its documents alone."""
    from evals.types import EvalSet

    folder = documents or (Path(config["documents"]) if config["documents"] else None)
    return EvalSet(str(config["name"]), path, str(config["hash"]), (), (), folder)
