"""End to end with a real, weak chat model: whatever it invents, only what the documents bear out is shown."""

from collections.abc import Iterator

import pytest

from assistant.assistant import Assistant
from assistant.build import build_assistant
from assistant.settings import AssistantSettings
from assistant.types import Intent, Turn, Verdict
from knowledge.settings import KnowledgeSettings
from tests.model_server import model_server

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data = tmp_path_factory.mktemp("small-model")
    with model_server() as url:
        settings = AssistantSettings(
            chat_model="openai:smollm2",
            chat_base_url=url,
            chat_api_key="none needed",
            chat_max_tokens=60,
            chat_timeout=120,
            chat_deadline=500,
        )
        made = build_assistant(settings, KnowledgeSettings(data_dir=data, documents_dir=data / "documents"))
        made.knowledge.sync()
        yield made
        made.knowledge.close()


def test_the_model_is_asked_and_held_to_the_quotes(assistant: Assistant) -> None:
    answer = assistant.answer("What does the OSCE focus on?")
    assert answer.trace.usage is not None
    assert answer.trace.usage.output_tokens > 0
    shown = [statement for statement in answer.statements if not statement.lead]
    assert shown
    assert all(statement.citations for statement in shown)
    assert all(statement.verdict is not Verdict.UNSUPPORTED for statement in shown)
    assert answer.trace.answered_by == "openai:smollm2" or answer.note


def test_a_follow_up_finds_what_the_question_alone_would(assistant: Assistant) -> None:
    first = assistant.answer("What is asked of small talk?")
    history = [Turn("What did NATO do in 2016?", first)]
    answer = assistant.answer("Which domain did NATO recognise in 2016?", history)
    assert not answer.abstained
    assert any("operational domain" in citation.quote for citation in answer.citations)


def test_small_talk_costs_nothing(assistant: Assistant) -> None:
    answer = assistant.answer("Hello!")
    assert answer.trace.queries[0].intent is Intent.SMALL_TALK
    assert answer.trace.usage is None
