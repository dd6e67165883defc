from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.ui.services import services
from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder in which the shipped document is indexed; the process's services are made anew."""
    folder = tmp_path_factory.mktemp("pages") / "data"
    knowledge = KnowledgeBase(KnowledgeSettings(data_dir=folder))
    knowledge.sync()
    knowledge.close()
    services.clear()
    yield folder
    services.clear()
