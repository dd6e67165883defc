"""What the documents are about: their headings and names, and where a text mentions one."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from assistant.grammar import grammar
from assistant.labels import ANY, Part, part_of, words_of
from assistant.lexicon import LANGUAGES
from knowledge.types import Document, Section

_NAMES = Path(__file__).parent / "grammar" / "names.toml"
_TOKEN = re.compile(r"[^\W_]+")
_NUMBERING = re.compile(
    r"^(?:(?:chapter|section|part|art(?:icle)?\.?)\s+)?(?:\d+(?:\.\d+)*|[IVXLC]+)[.):]?\s+", re.I
)
_PARENTHESIS = re.compile(r"\s*[(\[]([^)\]]*)[)\]]")
_ARTICLE = re.compile(r"^(?:the|an?|de|het|een|l[ea]s?|une?|der|die|das)\s+|^l’", re.I)
# A name inside a sentence: acronyms, and capitalised words that do not open it.
_NAME = re.compile(r"(?<=[\w,;:)] )(?:[A-Z][\w-]*[A-Z][\w-]*|[A-Z][a-zà-ÿ-]+(?: [A-Z][a-zà-ÿ-]+)*)")
_LONGEST = 10  # words of a name that is looked for in a question
_NAMES_KEPT = 2000  # of a collection, the most frequent first


@dataclass(frozen=True, slots=True)
class Topic:
    """A section's heading or a name, with everything that it is called.

    ``path`` is the section's heading path and ``document`` its document's name, both empty for a name that
    heads no section. ``shown`` maps a language to the name as it stands in a sentence ('the EU').
    """

    heading: str
    document: str = ""
    path: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict, hash=False)

    def name(self, language: str) -> str:
        """The topic as it stands in a sentence of that language; a heading is set in quotes."""
        return self.shown.get(language) or (f"“{self.heading}”" if self.path else self.heading)


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text mentions a topic: a half-open character range of the text."""

    topic: Topic
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What can be asked about: document names and titles, the sections as topics, and other names.

    ``index`` maps the words of each name, lower case without articles, to its topic; ``labels`` what stands
    in a document's title or file name to the documents; ``numbered`` holds the numbered sections.
    """

    documents: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    names: tuple[Topic, ...] = ()
    index: Mapping[tuple[str, ...], Topic] = field(default_factory=dict, hash=False, repr=False)
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False, repr=False)
    numbered: tuple[tuple[Part, Topic], ...] = field(default=(), hash=False, repr=False)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The topics and names that the text mentions, in order, the longest name first."""
        tokens = [(match.group().lower(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
        found: list[Mention] = []
        position = 0
        while position < len(tokens):
            mention = self._at(tokens, position, text)
            found += [mention] if mention else []
            position += sum(mention.start <= start < mention.end for _, start, _ in tokens) if mention else 1
        return tuple(found)

    def _at(self, tokens: list[tuple[str, int, int]], position: int, text: str) -> Mention | None:
        for size in range(min(_LONGEST, len(tokens) - position), 0, -1):
            span = tokens[position : position + size]
            topic = self.index.get(tuple(word for word, _, _ in span))
            start, end = span[0][1], span[-1][2]
            if topic and (size > 1 or _written_as_name(text[start:end], topic)):
                return Mention(topic, start, end)
        return None


def _written_as_name(word: str, topic: Topic) -> bool:
    """Whether a single word is the name it looks like: 'UN', not the French 'un'; a heading in any case."""
    if word.lower() in _function_words():
        return len(word) > 1 and word.isupper()
    return bool(topic.path) or word[0].isupper()


def outline(documents: Sequence[Document]) -> Outline:
    """The outline of the documents."""
    topics = [
        _topic(document, section)
        for document in documents
        for section in document.sections
        if section.heading and document.text[section.start : section.end].strip()
    ]
    index: dict[tuple[str, ...], Topic] = {}
    for topic in topics:
        for name in called(topic):
            index.setdefault(_key(name), topic)
    names = [topic for topic in _names(documents) if not any(_key(name) in index for name in called(topic))]
    for topic in names:
        for name in called(topic):
            index.setdefault(_key(name), topic)
    for topic in _known_names():
        for name in called(topic):
            index.setdefault(_key(name), topic)
    index.pop((), None)
    return Outline(
        documents=tuple(document.name for document in documents),
        titles=tuple(document.title for document in documents),
        topics=tuple(topics),
        names=tuple(names),
        index=index,
        labels=_labels(documents),
        numbered=tuple(
            (part, Topic(section.heading, document.name, section.path))
            for document in documents
            for section in document.sections
            if (part := part_of(section.heading))
        ),
    )


def _labels(documents: Sequence[Document]) -> Mapping[str, frozenset[str]]:
    """The documents by what stands in their titles and file names; words that carry no topic left out."""
    found: dict[str, frozenset[str]] = {}
    for document in documents:
        for word in (*words_of(document.title), *words_of(document.name)):
            for key in word.keys - _function_words() - {ANY}:
                found[key] = found.get(key, frozenset()) | {document.name}
    return found


def called(topic: Topic) -> set[str]:
    """All that a topic is called: its heading with and without numbering and brackets, known other names."""
    plain = _NUMBERING.sub("", topic.heading)
    brackets = _PARENTHESIS.findall(plain)
    names = {topic.heading, plain, _PARENTHESIS.sub("", plain).strip(), *brackets}
    return names | {name for group in map(_group, list(names)) if group for name in group.all}


def without_article(name: str) -> str:
    """A name without the article before it."""
    return _ARTICLE.sub("", name.replace("'", "’"))


@dataclass(frozen=True, slots=True)
class _Group:
    """One bearer of names: by language, the first being shown."""

    shown: Mapping[str, str]
    all: tuple[str, ...]


@cache
def _groups() -> tuple[_Group, ...]:
    entries: dict[str, dict[str, list[str]]] = tomllib.loads(_NAMES.read_text("utf-8"))
    return tuple(
        _Group(
            shown={language: names[0] for language, names in entry.items()},
            all=tuple(name for names in entry.values() for name in names),
        )
        for entry in entries.values()
    )


@cache
def _group_index() -> Mapping[tuple[str, ...], _Group]:
    return {_key(name): group for group in _groups() for name in group.all}


def _group(name: str) -> _Group | None:
    return _group_index().get(_key(name))


def _known_names() -> Iterable[Topic]:
    return (Topic(without_article(group.shown["en"]), shown=group.shown) for group in _groups())


def _topic(document: Document, section: Section) -> Topic:
    topic = Topic(section.heading, document.name, section.path)
    groups = [group for name in called(topic) if (group := _group(name))]
    return Topic(section.heading, document.name, section.path, groups[0].shown if groups else {})


def _names(documents: Sequence[Document]) -> list[Topic]:
    bodies = (
        document.text[section.start : section.end] for document in documents for section in document.sections
    )
    counts = Counter(name for body in bodies for name in _NAME.findall(body))
    for name in [name for name in counts if name.lower() in _function_words() or len(name) == 1]:
        del counts[name]
    topics = []
    for name, _ in counts.most_common(_NAMES_KEPT):
        group = _group(name)
        topics.append(Topic(name, shown=group.shown if group else {}))
    return topics


@cache
def _function_words() -> frozenset[str]:
    return frozenset().union(*(grammar(language).function_words for language in LANGUAGES))


def _key(name: str) -> tuple[str, ...]:
    """The words of a name, lower case, without its article."""
    return tuple(word.lower() for word in _TOKEN.findall(without_article(name)))
