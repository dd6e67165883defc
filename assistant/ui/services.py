"""What all sessions of this process share: settings, the assistant, conversations, running work."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import streamlit as st

from assistant.conversations import Conversations
from assistant.settings import AssistantSettings
from assistant.types import Event
from assistant.ui.tasks import Tasks
from assistant.ui.uploads import Progress
from knowledge.errors import DocumentNotFound
from knowledge.settings import KnowledgeSettings

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from knowledge.base import KnowledgeBase
    from knowledge.types import Document

Made = TypeVar("Made")

DOCUMENTS_KEPT = 16  # texts kept in memory for the panels; more are read from the database again


class Lazy(Generic[Made]):
    """A thing made at its first use, once for all threads; after a failure the next use tries again."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Made | None = None

    def __call__(self) -> Made:
        """The thing, made now if it is not there yet."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def renew(self) -> None:
        """Makes the thing anew at its next use: what it is made of has changed."""
        with self._lock:
            self._made = None

    @property
    def ready(self) -> bool:
        """Whether it is there already."""
        return self._made is not None


class Shelf:
    """The documents that pages show, the last used kept in memory while the collection stays the same."""

    def __init__(self, knowledge: "Lazy[KnowledgeBase]") -> None:
        self._knowledge = knowledge
        self._lock = threading.Lock()
        self._version = ""
        self._documents: OrderedDict[str, Document | None] = OrderedDict()

    def get(self, name_or_id: str) -> "Document | None":
        """The document as it is stored now; None when it is not in the collection. Raises KnowledgeError."""
        return self.open()(name_or_id)

    def open(self) -> "Callable[[str], Document | None]":
        """``get`` for one drawing of a page, which looks only once whether something has changed."""
        knowledge = self._knowledge()
        version = knowledge.version()
        return lambda name_or_id: self._find(knowledge, version, name_or_id)

    def _find(self, knowledge: "KnowledgeBase", version: str, name_or_id: str) -> "Document | None":
        with self._lock:
            if version != self._version:
                self._documents.clear()
                self._version = version
            if name_or_id not in self._documents:
                try:
                    self._documents[name_or_id] = knowledge.document(name_or_id)
                except DocumentNotFound:
                    self._documents[name_or_id] = None
            self._documents.move_to_end(name_or_id)
            if len(self._documents) > DOCUMENTS_KEPT:
                self._documents.popitem(last=False)
            return self._documents[name_or_id]


@dataclass(frozen=True, slots=True)
class Services:
    """The shared parts; ``knowledge()`` and ``assistant()`` are made when they are first called."""

    settings: AssistantSettings
    knowledge_settings: KnowledgeSettings
    knowledge: "Lazy[KnowledgeBase]"
    assistant: "Lazy[Assistant]"
    conversations: Conversations
    documents: Shelf
    answers: Tasks[Event] = field(default_factory=Tasks)
    uploads: Tasks[Progress] = field(default_factory=Tasks)
    warming: Tasks[None] = field(default_factory=Tasks)


@st.cache_resource(show_spinner=False)
def services() -> Services:
    """The shared parts of this process. Raises InvalidSetting for a setting that cannot be used."""
    from assistant.build import read_settings

    settings, knowledge_settings = read_settings(AssistantSettings), read_settings(KnowledgeSettings)
    knowledge = Lazy(lambda: _knowledge(knowledge_settings))
    return Services(
        settings=settings,
        knowledge_settings=knowledge_settings,
        knowledge=knowledge,
        assistant=Lazy(lambda: _assistant(settings, knowledge_settings, knowledge())),
        conversations=Conversations(knowledge_settings.sql_url),
        documents=Shelf(knowledge),
    )


def warm_up(shared: Services) -> None:
    """Begins to load the models in the background, once; called when the first page has been drawn."""
    if shared.warming.get("models") is None:
        shared.warming.start("models", lambda _cancelled: _load(shared))


def _load(shared: Services) -> tuple[None, ...]:
    shared.assistant().warm_up()
    return ()


def _knowledge(settings: KnowledgeSettings) -> "KnowledgeBase":
    from knowledge.base import KnowledgeBase

    return KnowledgeBase(settings)


def _assistant(
    settings: AssistantSettings, knowledge_settings: KnowledgeSettings, knowledge: "KnowledgeBase"
) -> "Assistant":
    from assistant.build import build_assistant

    return build_assistant(settings, knowledge_settings, knowledge=knowledge)
