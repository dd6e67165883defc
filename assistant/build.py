"""Settings in, a working assistant out: the one place where the parts are put together."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from assistant import abstention
from assistant.abstention import Calibration
from assistant.answering import QuoteAnswerer
from assistant.assistant import Assistant
from assistant.composing import Check
from assistant.errors import InvalidSetting, ModelMissing
from assistant.evidence import EvidenceSentence
from assistant.gathering import Gatherer
from assistant.library import Librarian
from assistant.reader import Reader, ReaderError, ReaderMissing, load_reader
from assistant.settings import AssistantSettings
from assistant.types import Verdict
from knowledge.base import KnowledgeBase
from knowledge.messages import Message, message_of
from knowledge.settings import KnowledgeSettings

if TYPE_CHECKING:
    from assistant.chat_model import ChatAnswerer

CALIBRATION = "calibration.json"  # the user's own, in the data folder
log = logging.getLogger(__name__)


def build_assistant(
    settings: AssistantSettings | None = None,
    knowledge_settings: KnowledgeSettings | None = None,
    *,
    knowledge: KnowledgeBase | None = None,
) -> Assistant:
    """An assistant over a knowledge base (its own, unless one is given), by the settings or the environment.

    Raises InvalidSetting, ModelMissing, or a KnowledgeError.
    """
    settings = settings or read_settings(AssistantSettings)
    knowledge = knowledge or KnowledgeBase(knowledge_settings or read_settings(KnowledgeSettings))
    reader = build_reader(settings, knowledge)
    calibration = build_calibration(settings, knowledge.settings)
    if calibration.reader != type(reader).__name__:
        log.warning(
            "The confidence was fitted to another reader (%s): run `python -m evals calibrate SET`.",
            calibration.reader,
        )
    chat = _chat(settings)
    return Assistant(
        knowledge=knowledge,
        gatherer=Gatherer(reader, calibration),
        answerer=chat or QuoteAnswerer(),
        check=_check(reader),
        settings=settings,
        librarian=Librarian(knowledge),
        rewriter=chat,
    )


Settings = TypeVar("Settings", AssistantSettings, KnowledgeSettings)


def read_settings(kind: type[Settings], **values: Any) -> Settings:
    """Settings from the environment and the values given. Raises InvalidSetting, naming what is wrong."""
    try:
        return kind(**values)
    except ValidationError as error:
        prefix = kind.model_config["env_prefix"]
        wrong = (f"{prefix}{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors())
        told = "A setting cannot be used. {wrong}"
        raise InvalidSetting(Message("assistant.unusable_setting", told, wrong="; ".join(wrong))) from error


def build_reader(settings: AssistantSettings, knowledge: KnowledgeBase) -> Reader:
    """The reader that the settings name; similarity alone, with a warning, if the shipped one is missing."""
    try:
        return load_reader(settings.reader)
    except ReaderError as error:
        if settings.reader or not isinstance(error, ReaderMissing):
            raise ModelMissing(message_of(error)) from error
        from assistant.reader.similarity import SimilarityReader

        log.warning("The reader's weights are missing: answers go by similarity alone and are less reliable.")
        return SimilarityReader(knowledge.embed)


def build_calibration(settings: AssistantSettings, knowledge_settings: KnowledgeSettings) -> Calibration:
    """The calibration that the settings name, else the user's own beside the index, else the shipped one."""
    own = knowledge_settings.data_dir / CALIBRATION
    return abstention.load(settings.calibration or (own if own.exists() else None))


def _chat(settings: AssistantSettings) -> "ChatAnswerer | None":
    if not settings.chat_model:
        return None
    from assistant.chat_model import load_chat_model

    return load_chat_model(settings)


def _check(reader: Reader) -> Check:
    from assistant.verification import check

    def by_reader(text: str, sentences: Sequence[EvidenceSentence], language: str) -> tuple[Verdict, str]:
        headings = tuple({heading for sentence in sentences for heading in sentence.heading_path})
        return check(
            text, [sentence.text for sentence in sentences], reader, language=language, headings=headings
        )

    return by_reader
