"""Where a question names documents by title, file name or distinctive words, and their parts by number."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from assistant.grammar import Grammar
from assistant.labels import ANY, TOKEN, Part, Word, parts_in, table, words_of
from assistant.outline import Outline, Topic

_ENOUGH = 2  # words that name a document without its kind: 'lake Merin'
_LAST = re.compile(r"(?<![^\W_])[^\W_]+(?:’|\s+)$")
_MELTED = {"de": frozenset(("im", "zum", "zur", "vom", "beim", "am", "ins"))}


@dataclass(frozen=True, slots=True)
class Reference:
    """The half-open range of a text that names documents or numbered parts of them.

    ``topics`` are the parts, of all ``documents`` that have them. ``certain``: said so that only a document
    can be meant ('the minutes', a whole title); else it is one only where a document is asked for.
    """

    start: int
    end: int
    documents: tuple[str, ...]
    topics: tuple[Topic, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class _Forms:
    """How a language puts 'the document' for a named one, and says by which document to answer."""

    document: str
    noun: str
    before: re.Pattern[str]
    after: re.Pattern[str]
    listing: re.Pattern[str]


@cache
def forms(language: str) -> _Forms:
    """The forms of one of the four languages."""
    data = table()[language]
    patterns = {name: re.compile(data[name], re.IGNORECASE) for name in ("before", "after", "listing")}
    return _Forms(data["document"], data.get("noun", ""), **patterns)


def reference(text: str, rules: Grammar, outline: Outline, within: Collection[str] = ()) -> Reference | None:
    """Where the text names a document of these (none: any), a numbered part, or a part of a document."""
    named = _document(text, rules, outline, within)
    documents = named.documents if named else tuple(within)
    for part in parts_in(text):
        topics = _numbered(part, outline, documents)
        if topics:
            whole: list[Part | Reference] = [part]
            whole += [named] if named and _joined(text, part, named, rules) else []
            found = tuple(dict.fromkeys(topic.document for topic in topics))
            return Reference(min(one.start for one in whole), max(one.end for one in whole), found, topics)
    return named


def replaced(text: str, found: Reference, rules: Grammar) -> str:
    """The text with 'the document' in place of what it names."""
    own = forms(rules.language)
    before = _article(text, found.start, rules)
    if before and own.noun:
        return text[: found.start] + own.noun + text[found.end :]
    start = found.start - len(before)
    return text[:start] + own.document + text[found.end :]


def without_frame(text: str, found: Reference, rules: Grammar) -> str:
    """The question without 'according to …' before or behind it; "" when it has none of what was found."""
    own = forms(rules.language)
    start = found.start - len(_article(text, found.start, rules))
    rest = text[found.end :].lstrip()
    first = TOKEN.match(rest)
    before = own.before.match(text)
    opens = rest[:1] == "," or (first is not None and first[0].lower() in rules.question_words)
    if before and before.end() == start and opens:
        return rest.lstrip(", ")
    closing = next((match for match in own.after.finditer(text) if match.end() == start), None)
    return text[: closing.start()] + rest if closing and not rest.strip(" ?!.") else ""


def _before(text: str, start: int) -> str:
    """The word that stands before a place of the text, with the blank after it."""
    before = _LAST.search(text[:start].replace("'", "’"))
    return before[0] if before else ""


def _article(text: str, start: int, rules: Grammar) -> str:
    """The article that stands before a place of the text, with the blank after it."""
    before = _before(text, start)
    return before if before.strip().lower() in rules.articles else ""


def _continued(text: str, start: int, rules: Grammar) -> bool:
    """Whether a longer name goes on here: 'Yard Waste' in 'Residential Yard Waste', not in German."""
    word = _before(text, start).strip()
    opens = not text[:start].removesuffix(" ").removesuffix(word).strip()
    return word[:1].isupper() and rules.language != "de" and not opens and "’" not in word


def _pointed(text: str, start: int, rules: Grammar) -> bool:
    """Whether 'the' or 'this' stands before a place of the text; German melts it into 'im' and 'zur'."""
    word = _before(text, start).strip().lower()
    return word in rules.definite_articles | rules.demonstratives | _MELTED.get(rules.language, frozenset())


def _document(text: str, rules: Grammar, outline: Outline, within: Collection[str]) -> Reference | None:
    """The best run of words that fit one document better than the others."""
    best: tuple[int, Reference] | None = None
    for words, candidates in _runs(words_of(text), text, rules, outline, within):
        name = _fitting(words, candidates, outline)
        kind = any(word.kinds for word in words)
        whole = bool(name) and _whole(words, name, outline)
        inside = not kind and _continued(text, words[0].start, rules)
        if not name or inside or not (kind or whole or len(words) >= _ENOUGH):
            continue
        certain = whole or (kind and (len(words) >= _ENOUGH or _pointed(text, words[0].start, rules)))
        rank = 2 * certain + kind
        if best is None or rank > best[0]:
            best = rank, Reference(words[0].start, words[-1].end, (name,), certain=certain)
    return best[1] if best else None


def _runs(
    words: list[Word], text: str, rules: Grammar, outline: Outline, within: Collection[str]
) -> Iterator[tuple[list[Word], frozenset[str]]]:
    """The longest runs of words that all stand in the labels of a document, with the documents they fit."""
    small = rules.function_words | rules.articles | rules.prepositions
    position = 0
    while position < len(words):
        run: list[Word] = []
        candidates: frozenset[str] = frozenset(within) or frozenset(outline.documents)
        after = position
        for number in range(position, len(words)):
            word = words[number]
            if text[word.start : word.end].lower() in small:
                if not run:
                    break
                continue
            fitting = candidates & _labelled(word, outline)
            if not fitting and not (run and ANY in word.keys):
                break
            run, candidates, after = [*run, word], fitting or candidates, number + 1
        if run:
            yield run, candidates
        position = max(after, position + 1)


def _labelled(word: Word, outline: Outline) -> frozenset[str]:
    return frozenset().union(*(outline.labels.get(key, frozenset()) for key in word.keys))


def _fitting(words: list[Word], candidates: frozenset[str], outline: Outline) -> str:
    """The document that the words fit best: the only one, or the one of which they are the whole name."""
    whole = [name for name in candidates if len(candidates) == 1 or _whole(words, name, outline)]
    return whole[0] if len(whole) == 1 else ""


def _whole(words: list[Word], name: str, outline: Outline) -> bool:
    """Whether the words are all that the document's title or file name holds."""
    held = frozenset().union(*(word.keys for word in words))
    names = (outline.titles[outline.documents.index(name)], name.rpartition(".")[0])
    telling = ([word for word in words_of(text) if _labelled(word, outline)] for text in names)
    return any(bool(own) and all(word.keys & held for word in own) for own in telling)


def _numbered(part: Part, outline: Outline, documents: Collection[str]) -> tuple[Topic, ...]:
    """The sections that the part names; those of its own kind before those of no kind."""
    named = [
        (own, topic)
        for own, topic in outline.numbered
        if part.names(own) and (not documents or topic.document in documents)
    ]
    of_kind = [topic for own, topic in named if own.kind == part.kind]
    return tuple(of_kind or (topic for _, topic in named))


def _joined(text: str, part: Part, named: Reference, rules: Grammar) -> bool:
    """Whether part and document are one name: 'Article 4 of the convention'."""
    between = text[part.end : named.start] if part.end <= named.start else text[named.end : part.start]
    small = rules.function_words | rules.articles | rules.prepositions
    return all(word.lower() in small for word in TOKEN.findall(between))
