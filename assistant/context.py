"""What a conversation is about: the last question, the topics, and what they offer to a follow-up."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.grammar import Grammar
from assistant.outline import Mention, Outline, Topic
from assistant.syntax import BRACKETS, gist, noun_phrase, sentence, uncapital
from assistant.types import Intent, Turn
from knowledge.types import RetrievedPassage

_OWN_WORDS = 3  # fewer of a question without a noun say nothing of its topic
_BACK = 3  # turns in which 'the first one' still means the first of the things compared
Search = Callable[[Sequence[str], int], Sequence[RetrievedPassage]]


@dataclass(frozen=True, slots=True)
class Context:
    """What a conversation is about: its last question to the documents, the topics and earlier questions,
    latest first, and the headings and documents that the last answer cited.

    ``question`` is without the 'and why' of a follow-up, which the next one replaces. ``asked`` are the
    topics that were asked about and not only cited, ``compared`` those that the last question compares,
    ``answered`` the words that answered it.
    """

    question: str
    language: str
    topics: tuple[Topic, ...] = ()
    sections: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    asked: tuple[Topic, ...] = ()
    compared: tuple[Topic, ...] = ()
    answered: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone, and a ``wider`` text to search with.

    ``base`` is the question that a next follow-up builds on when it is another one; ``instead`` what to ask
    when nothing answers a question that was transferred to another topic. ``carried``: something of the
    conversation was filled in; ``unclear``: it refers to what is not there.
    """

    standalone: str
    topics: tuple[Topic, ...] = ()
    unclear: bool = False
    carried: bool = False
    wider: str = ""
    base: str = ""
    instead: str = ""


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
        """The names in the last question, in its order, with their articles; not those only carried along."""
        if not self.same_language:
            return []
        own = BRACKETS.sub("", self.past.question)
        return [with_article(own, mention, self.rules) for mention in self.outline.mentions(own)]

    @property
    def sections_named(self) -> list[str]:
        """The names in the last question that head a section."""
        if not self.same_language:
            return []
        mentions = [mention for mention in self.outline.mentions(self.past.question) if mention.topic.path]
        return [with_article(self.past.question, mention, self.rules) for mention in mentions]

    @property
    def subject(self) -> str:
        """A section or name in the last question, else its noun or words, else the topic in this language."""
        carried: list[str] = BRACKETS.findall(self.past.question) if self.same_language else []
        if carried:
            return carried[-1]
        named = next(iter(self.sections_named), next(iter(self.names), ""))
        known = next((topic.name(self.rules.language) for topic in self.past.topics), "")
        own = gist(self.past.question, self.past.language) if self.same_language else ""
        return named or self.noun or self._before(own) or own or known

    def _before(self, own: str) -> str:
        """The noun of the question before, where the last one's own words are too few to have one."""
        earlier = self.past.earlier[:1] if len(own.split()) < _OWN_WORDS else ()
        return next((noun_phrase(question, self.rules) for question in earlier), "")

    def leant_on(self, text: str) -> str:
        """What a text leaves out: with 'the others', 'that view' all that was asked, else its subject."""
        return self.gist if self.rules.others.search(text) else self.subject

    def mentioned(self, text: str) -> tuple[Topic, ...]:
        """The topics and names in a text, each once."""
        return tuple(dict.fromkeys(mention.topic for mention in self.outline.mentions(text)))

    def resolved(
        self,
        text: str,
        topics: tuple[Topic, ...] | None = None,
        wider: str = "",
        base: str = "",
        instead: str = "",
    ) -> Resolved:
        """A question with something carried over; of the last topic unless others are given."""
        about = self.past.topics[:1] if topics is None else topics
        standalone = sentence(text, self.rules)
        wider = sentence(wider, self.rules) if wider else ""
        wider = wider if wider != standalone else ""
        return Resolved(standalone, about, carried=True, wider=wider, base=base, instead=instead)


def context(history: Sequence[Turn], outline: Outline) -> Context | None:
    """What the turns are about; None when no question was asked to the documents yet."""
    asked = [turn for turn in history if _asks(turn)]
    if not asked:
        return None
    questions = [_standalone(turn) for turn in reversed(asked)]
    topics: list[Topic] = []
    mentioned = [mention.topic for question in questions for mention in outline.mentions(question)]
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
        asked=tuple(dict.fromkeys(mentioned)),
        compared=next(filter(None, (_compared(turn, outline) for turn in reversed(asked[-_BACK:]))), ()),
        answered=last.short_answer or "",
    )


def _compared(turn: Turn, outline: Outline) -> tuple[Topic, ...]:
    queries = turn.answer.trace.queries
    if not queries or queries[-1].intent is not Intent.COMPARE:
        return ()
    return tuple(dict.fromkeys(mention.topic for mention in outline.mentions(queries[-1].standalone)))


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
    if not queries:
        return turn.answer.standalone_question or turn.question
    return queries[-1].base or queries[-1].standalone or turn.question
