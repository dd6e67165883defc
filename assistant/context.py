"""What a conversation is about: the last question, the topics, and what they offer to a follow-up."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.grammar import Grammar
from assistant.outline import Mention, Outline, Topic
from assistant.syntax import gist, noun_phrase, sentence, uncapital
from assistant.types import Intent, Turn
from knowledge.types import RetrievedPassage

Search = Callable[[Sequence[str], int], Sequence[RetrievedPassage]]


@dataclass(frozen=True, slots=True)
class Context:
    """What a conversation is about: its last question to the documents, the topics and earlier questions,
    latest first, and the headings and documents that the last answer cited.
    """

    question: str
    language: str
    topics: tuple[Topic, ...] = ()
    sections: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone, and a ``wider`` text to search with.

    ``carried``: something of the conversation was filled in; ``unclear``: it refers to what is not there.
    """

    standalone: str
    topics: tuple[Topic, ...] = ()
    unclear: bool = False
    carried: bool = False
    wider: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A follow-up's surroundings: the context, the documents, its language's rules, and how to search."""

    past: Context
    outline: Outline
    rules: Grammar
    search: Search

    @property
    def same_language(self) -> bool:
        """Whether the last question was asked in this language, so that its words can be used."""
        return self.past.language == self.rules.language

    @property
    def gist(self) -> str:
        """What the last question was about, in its own words where they are in this language."""
        own = gist(self.past.question, self.past.language) if self.same_language else ""
        return own or self.subject

    @property
    def noun(self) -> str:
        """The noun that the last question was about, "" when its words do not show one."""
        return noun_phrase(self.past.question, self.rules) if self.same_language else ""

    @property
    def names(self) -> list[str]:
        """The names in the last question, in its order, with their articles."""
        if not self.same_language:
            return []
        mentions = self.outline.mentions(self.past.question)
        return [with_article(self.past.question, mention, self.rules) for mention in mentions]

    @property
    def subject(self) -> str:
        """The first name in the last question, else its noun or words, else the topic in this language."""
        named = next(iter(self.names), "")
        known = next((topic.name(self.rules.language) for topic in self.past.topics), "")
        own = self.noun or gist(self.past.question, self.past.language) if self.same_language else ""
        return named or own or known

    def mentioned(self, text: str) -> tuple[Topic, ...]:
        """The topics and names in a text, each once."""
        return tuple(dict.fromkeys(mention.topic for mention in self.outline.mentions(text)))

    def resolved(self, text: str, topics: tuple[Topic, ...] | None = None, wider: str = "") -> Resolved:
        """A question with something carried over; of the last topic unless others are given."""
        about = self.past.topics[:1] if topics is None else topics
        standalone = sentence(text, self.rules)
        wider = sentence(wider, self.rules) if wider else ""
        return Resolved(standalone, about, carried=True, wider=wider if wider != standalone else "")


def context(history: Sequence[Turn], outline: Outline) -> Context | None:
    """What the turns are about; None when no question was asked to the documents yet."""
    asked = [turn for turn in history if _asks(turn)]
    if not asked:
        return None
    questions = [_standalone(turn) for turn in reversed(asked)]
    topics: list[Topic] = []
    for turn, question in zip(reversed(asked), questions, strict=True):
        topics += [mention.topic for mention in outline.mentions(question)]
        cited = {citation.section for citation in turn.answer.citations}
        topics += [topic for topic in outline.topics if topic.heading in cited and len(topic.path) > 1]
    last = asked[-1].answer
    return Context(
        question=questions[0],
        language=last.language,
        topics=tuple(dict.fromkeys(topics)),
        sections=tuple(dict.fromkeys(citation.section for citation in last.citations)),
        documents=tuple(dict.fromkeys(citation.document for citation in last.citations)),
        earlier=tuple(questions[1:]),
    )


def with_article(text: str, mention: Mention, rules: Grammar) -> str:
    """The mentioned name as it stands in the text, with the article before it."""
    start, end = span_with_article(text, mention, rules)
    return uncapital(text[start:end]) if start < mention.start else text[start:end]


def span_with_article(text: str, mention: Mention, rules: Grammar) -> tuple[int, int]:
    """The range of a mention and the article before it."""
    before = re.search(r"([^\W_]+)\s$|([ld]['’])$", text[: mention.start])
    if before and before.group().strip().lower().replace("'", "’") in rules.articles:
        return before.start(), mention.end
    return mention.start, mention.end


def _asks(turn: Turn) -> bool:
    queries = turn.answer.trace.queries
    return not queries or queries[-1].intent not in (Intent.SMALL_TALK, Intent.UNCLEAR)


def _standalone(turn: Turn) -> str:
    queries = turn.answer.trace.queries
    return (queries[-1].standalone if queries else turn.answer.standalone_question) or turn.question
