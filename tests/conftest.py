"""What all tests share: real servers, started when first asked for, and the shipped document indexed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings
from tests.servers import POSTGRES, chroma_server, postgres_server

# A loaded machine is no failure: no example is held to a time.
settings.register_profile(
    "tests", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The SQLAlchemy URL of a PostgreSQL server; name your tables apart from other tests'."""
    if not POSTGRES:
        pytest.skip("PostgreSQL is not installed (.ci/run installs it)")
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def chroma_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Chroma server; name your collections apart from other tests'."""
    with chroma_server(tmp_path_factory.mktemp("chroma-server")) as url:
        yield url


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A collection of the shipped document alone, for tests that do not change it."""
    knowledge = KnowledgeBase(KnowledgeSettings(data_dir=tmp_path_factory.mktemp("shipped")))
    knowledge.sync()
    return knowledge


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer's machine, and no data folder but the test's."""
    import os

    for name in os.environ:
        if name.startswith(("KNOWLEDGE_", "ASSISTANT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KNOWLEDGE_DATA_DIR", str(tmp_path / "data"))
