"""A row deep in a table is found, read and quoted with the names of its columns."""

from pathlib import Path

import pytest

from assistant.build import build_assistant
from assistant.citations import resolve
from assistant.settings import AssistantSettings
from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings
from tests.files import TABLE_MAKERS

TOWNS = [
    a + b for a in ("Ald", "Bern", "Cor", "Dun", "Elm", "Fern") for b in "by dale ford ham ley mere".split()
]
TOWNS += [a + b for a in ("Gor", "Hal", "Ing", "Kel") for b in "wick ton stead brook mouth gate".split()]
HEAD = ("Town", "Overnight stays", "Municipal budget", "Employees")
ROWS = [
    HEAD,
    *(
        (town, f"{4000 + 37 * n:,}", f"{12 + (n * 7) % 31}.{n % 10} million euros", f"{100 + (n * 13) % 89}")
        for n, town in enumerate(TOWNS, start=1)
    ),
]


@pytest.mark.parametrize("suffix", TABLE_MAKERS)
def test_a_question_about_a_row_deep_in_a_table(suffix: str, tmp_path: Path) -> None:
    assert len(ROWS) == 61
    base = KnowledgeBase(KnowledgeSettings(data_dir=tmp_path))
    base.add_bytes(f"towns{suffix}", TABLE_MAKERS[suffix]("Towns of the province", ROWS))
    assistant = build_assistant(AssistantSettings(chat_model=None), base.settings, knowledge=base)
    row = ROWS[50]
    for question in (
        f"What is the municipal budget of {row[0]}?",
        f"How many employees does {row[0]} have?",
        f"How many overnight stays did {row[0]} have?",
    ):
        answer = assistant.answer(question, documents=[f"towns{suffix}"])
        document = base.document(f"towns{suffix}")
        quoted = [document.text[each.start : each.end] for each in answer.citations]
        assert " | ".join(row) in quoted, (question, answer.confidence)
        assert " | ".join(HEAD) in quoted
        assert all(resolve(each, document).quote in document.text for each in answer.citations)
    base.close()
