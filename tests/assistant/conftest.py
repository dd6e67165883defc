from collections.abc import Iterator

import pytest

from assistant.assistant import Assistant
from assistant.build import build_assistant
from assistant.settings import AssistantSettings
from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The real collection: the shipped document, indexed."""
    base = KnowledgeBase(KnowledgeSettings(data_dir=tmp_path_factory.mktemp("data")))
    base.sync()
    yield base
    base.close()


@pytest.fixture(scope="session")
def assistant(knowledge: KnowledgeBase) -> Assistant:
    """The real assistant over it, answering with quotes."""
    return build_assistant(AssistantSettings(chat_model=None), knowledge.settings, knowledge=knowledge)
