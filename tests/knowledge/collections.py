"""Small documents, and a look behind the knowledge base at what its stores really hold."""

import sqlite3
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.catalogue import Catalogue
from knowledge.settings import KnowledgeSettings
from knowledge.store import VectorStore

OTTERS = (
    "Otters\n\nDiet\n\nOtters eat fish and crabs. They hunt at night.\n\n"
    "Home\n\nOtters live in holts by the river.\n"
)
BEES = "Bees\n\nHoney\n\nBees make honey from nectar. A hive holds sixty thousand of them.\n"


def collection(folder: Path, **settings: object) -> KnowledgeBase:
    """A knowledge base in the folder; its own documents lie in ``folder/documents``."""
    return KnowledgeBase(KnowledgeSettings.model_validate({"data_dir": folder, **settings}))


def stored(settings: KnowledgeSettings) -> dict[str, str]:
    """What Chroma holds, in all its collections: key → text."""
    catalogue = Catalogue(settings.sql_url, settings.collection)
    prefix = settings.collection + "."
    with catalogue.database.exclusive(), VectorStore(settings).session(catalogue.owner()) as session:
        client = session._client
        found = [each.get() for each in client.list_collections() if each.name.startswith(prefix)]
    catalogue.database.close()
    return {key: text for got in found for key, text in zip(got["ids"], got["documents"] or [], strict=True)}


def expected(settings: KnowledgeSettings) -> dict[str, str]:
    """What Chroma should hold: the live passages, as the catalogue has them."""
    catalogue = Catalogue(settings.sql_url, settings.collection)
    found = {f"{each.revision}:{each.ordinal}": each.text for each in catalogue.live()}
    catalogue.database.close()
    return found


def rows_with(database: Path, text: str) -> int:
    """How many rows of any table of an SQLite file hold a text."""
    connection = sqlite3.connect(database)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = [row for table in tables for row in connection.execute(f'SELECT * FROM "{table}"')]
    connection.close()
    return sum(any(text in str(cell) for cell in row) for row in rows)
