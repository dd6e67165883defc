"""One small run over the shipped document, made once and read by many tests."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.settings import AssistantSettings
from evals.cases import load
from evals.judges import reader_judge
from evals.runs import RunFolder
from evals.session import Plan, Settings, execute, opened
from evals.types import EvalSet
from knowledge.settings import KnowledgeSettings

SET = Path("evals/sets/cyber-diplomacy.jsonl")
SOURCES = Path("knowledge/sources")
CHOSEN = ("who-en-01", "who-en-04", "near_miss", "follow_up", "talk")


@dataclass(frozen=True)
class Ran:
    """A finished run, and what it was made with."""

    assistant: Assistant
    settings: Settings
    evalset: EvalSet
    folder: RunFolder

    def plan(self, folder: Path, cases: int | None = None, **values: object) -> Plan:
        """The same run in another folder, of the first cases alone if a number is given."""
        chosen = self.evalset.cases[:cases]
        return replace(Plan(self.evalset, chosen, RunFolder(folder)), **values)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    root = tmp_path_factory.mktemp("evals")
    settings = Settings(AssistantSettings(), KnowledgeSettings(data_dir=root / "data"))
    whole = load(SET, SOURCES)
    firsts = [next(c for c in whole.cases if name in (c.id, c.kind)) for name in CHOSEN]
    evalset = replace(whole, cases=tuple(firsts))
    with opened(evalset, settings) as found:
        folder = RunFolder(settings.runs / "first")
        plan = Plan(evalset, evalset.cases, folder)
        list(execute(plan, found.assistant, settings, reader_judge(found.assistant.gatherer.reader, None)))
        yield Ran(found.assistant, settings, evalset, folder)
