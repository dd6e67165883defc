import logging
from pathlib import Path

import pytest

from assistant import abstention
from assistant.abstention import Threshold
from assistant.build import build_assistant, build_calibration, read_settings
from assistant.errors import InvalidSetting, ModelMissing
from assistant.settings import AssistantSettings
from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings


def test_puts_an_assistant_together(knowledge: KnowledgeBase) -> None:
    assistant = build_assistant(AssistantSettings(), knowledge=knowledge)
    assert assistant.knowledge is knowledge
    assert assistant.model_name == "quotes"
    assert "cyber-diplomacy.txt" in assistant.outline().documents
    assert assistant.suggestions("nl") != assistant.suggestions("en")


def test_warms_up_without_a_word(knowledge: KnowledgeBase, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        build_assistant(AssistantSettings(), knowledge=knowledge).warm_up()
    assert not caplog.records


def test_the_users_own_calibration_goes_before_the_shipped_one(tmp_path: Path) -> None:
    from dataclasses import replace

    own = replace(abstention.load(), threshold=Threshold(0.91, "mine"))
    settings = KnowledgeSettings(data_dir=tmp_path)
    assert build_calibration(AssistantSettings(), settings) == abstention.load()
    abstention.save(own, tmp_path / "calibration.json")
    assert build_calibration(AssistantSettings(), settings) == own
    named = tmp_path / "named.json"
    abstention.save(abstention.load(), named)
    assert build_calibration(AssistantSettings(calibration=named), settings) == abstention.load()


def test_a_reader_that_is_not_there_is_named(knowledge: KnowledgeBase) -> None:
    with pytest.raises(ModelMissing, match="no-such-folder"):
        build_assistant(AssistantSettings(reader="./no-such-folder"), knowledge=knowledge)


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CAREFULNESS", "7")
    with pytest.raises(InvalidSetting, match="ASSISTANT_CAREFULNESS"):
        read_settings(AssistantSettings)
