"""From what a user types to queries: cleaned, split, spelt right, standing alone, read for what they ask."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant import followups, intents
from assistant.context import Context, Resolved, Search, context
from assistant.errors import InvalidQuestion
from assistant.grammar import first_match, grammar
from assistant.language import detect
from assistant.lexicon import LANGUAGES
from assistant.outline import Outline, Topic, outline, without_article
from assistant.phrases import number, phrase
from assistant.syntax import capital, content_words, is_question
from assistant.types import Intent, Query, Turn
from assistant.typos import repair

__all__ = ["Outline", "clean", "outline", "suggestions", "understand"]

MAX_QUESTIONS = 4  # in one message; what comes after is part of the last
MAX_CHOICES = 3
_TYPED = ("date", "number", "place")
_ON_USE = ("abilities", "method")  # of small talk: 'What is it for?', 'How does it work?'
_ENDS = re.compile(r"(?<=[?!])\s+(?=\S)|\n+")
_FULL_STOP = re.compile(r"\.\s+[A-ZÀ-Ý]")
_WORDS = re.compile(r"\w+")
_FORMS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_KEPT_CONTROLS = "\n\t"


def clean(message: str, max_chars: int, language: str = "en") -> str:
    """The message without control and invisible characters, spaces collapsed.

    Raises InvalidQuestion, in ``language`` where the words tell no other, when nothing is left to ask or it
    is longer than ``max_chars``.
    """
    text = unicodedata.normalize("NFC", message)
    text = "".join(
        " "
        if character in _KEPT_CONTROLS or unicodedata.category(character) in ("Zs", "Zl", "Zp")
        else character
        for character in text
        if character in _KEPT_CONTROLS
        or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs", "Cn")
    )
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    language = detect(text[:max_chars], language)
    if not text:
        raise InvalidQuestion(phrase("errors.empty_question", language))
    if len(text) > max_chars:
        raise InvalidQuestion(
            phrase(
                "errors.long_question",
                language,
                characters=number(len(text), language),
                most=number(max_chars, language),
            )
        )
    if not any(character.isalnum() for character in text):
        raise InvalidQuestion(phrase("errors.no_words", language))
    return text


def understand(
    message: str,
    history: Sequence[Turn],
    outline: Outline,
    *,
    vocabulary: Collection[str],
    search: Search,
    language: str = "auto",
    documents: Collection[str] = (),
) -> tuple[Query, ...]:
    """The queries of a message, one for each of its questions, each standing without the conversation.

    ``vocabulary`` holds the documents' words, ``search`` finds passages for texts (used to choose between
    readings of a follow-up), ``language`` is one of the four or 'auto'. Never raises, never empty.
    """
    expected = history[-1].answer.language if history else "en"
    code = language if language in LANGUAGES else detect(message, expected)
    past = context(history, outline)
    queries: list[Query] = []
    for part in split(message, code):
        query = _query(part, past, outline, vocabulary, search, code, documents)
        queries.append(query if query.documents else replace(query, documents=tuple(documents)))
        if query.intent not in (Intent.SMALL_TALK, Intent.UNCLEAR):
            past = _next_context(query, past, outline)
    real = [query for query in queries if query.intent is not Intent.SMALL_TALK]
    return tuple(real or queries[:1])


def split(message: str, language: str) -> list[str]:
    """The questions of a message: at question marks, sentence ends, and 'and' before a question word."""
    rules = grammar(language)
    parts = [part for piece in _ENDS.split(message) for part in _sentences(piece)]
    parts = [part.strip() for part in parts if any(map(str.isalnum, part))] or [message]
    parts = [
        piece
        for part in parts
        for piece in ([part] if intents.compares(part, language) else _clauses(part, rules.join))
    ]
    joined: list[str] = []
    for part in parts:
        # A sentence that asks nothing belongs to the question beside it: 'I live in Ghent. May I vote?'.
        if joined and not (_asks(joined[-1], language) and _asks(part, language)):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return (
        [*joined[: MAX_QUESTIONS - 1], " ".join(joined[MAX_QUESTIONS - 1 :])]
        if joined[MAX_QUESTIONS:]
        else joined
    )


def _sentences(text: str) -> list[str]:
    """The text cut at full stops, where it has any within."""
    if not _FULL_STOP.search(text):
        return [text]
    from knowledge import sentences  # takes time to import, and few questions need it

    return [text[sentence.start : sentence.end] for sentence in sentences.split(text)]


def suggestions(
    outline: Outline,
    language: str,
    limit: int = 4,
    near: Sequence[tuple[str, str]] = (),
) -> tuple[str, ...]:
    """Questions that the documents answer, made from their sections' headings.

    About the sections that are ``near``, nearest first, each a document's name and a heading; of all the
    documents when none is.
    """
    code = language if language in LANGUAGES else "en"
    topics = [topic for topic in outline.topics if len(topic.path) > 1] or list(outline.topics)
    if near:
        places = {(one.document, one.heading): one for one in outline.topics}
        chosen = [places[place] for place in near if place in places and place[1] not in outline.titles]
    else:
        step = max(1, len(topics) // max(1, limit))
        chosen = topics[::step]
    return tuple(dict.fromkeys(_question_about(topic, code) for topic in chosen))[:limit]


def _query(
    part: str,
    past: Context | None,
    outline: Outline,
    vocabulary: Collection[str],
    search: Search,
    language: str,
    documents: Collection[str],
) -> Query:
    kind = intents.small_talk(part, language)
    if kind and not (past and kind in _ON_USE and followups.points_back(part, language)):
        return Query(part, part, language, Intent.SMALL_TALK, topics=(kind,))
    asked = in_full(_without_greeting(part, language), language)
    spelt = repair(asked, vocabulary, language)
    resolved = followups.resolve(spelt, past, outline, language, search)
    if resolved.unclear:
        choices = _choices(past, outline, language)
        return Query(part, part, language, Intent.UNCLEAR, choices=choices, searches=(part,))
    reading = intents.read_intent(resolved.standalone, language, outline, documents)
    standalone = reading.text or resolved.standalone
    if resolved.carried and not first_match(grammar(language).ellipsis, intents.bare(spelt)):
        own = intents.read_intent(spelt, language, outline)
        reading = replace(reading, expects=own.expects or reading.expects)
    carried = tuple(topic.heading for topic in resolved.topics)
    renamed = _renamed(standalone, outline, vocabulary)
    return Query(
        raw=part,
        standalone=capital(standalone),
        language=language,
        intent=reading.intent,
        expects=reading.expects,
        as_written=renamed if renamed != standalone else "",
        topics=tuple(dict.fromkeys((*reading.topics, *carried))),
        readings=() if resolved.carried else _without_background(standalone, language),
        # What comes next is asked of the same document.
        base=resolved.base or (capital(resolved.standalone) if reading.text else ""),
        answered=past.answered if past else "",
        # Of a date or a number that is not there, a summary of the topic would be no answer.
        instead="" if reading.expects in _TYPED else resolved.instead,
        searches=_searches(asked, spelt, resolved, renamed, language),
        documents=reading.documents,
    )


def _searches(asked: str, spelt: str, resolved: Resolved, renamed: str, language: str) -> tuple[str, ...]:
    """The texts to retrieve with: as typed, standing alone, in wider context, with the documents' names."""
    # A bare 'Why?' finds nothing but noise.
    bare = resolved.carried and not content_words(spelt, grammar(language))
    typed = () if bare else (spelt, asked)
    texts = (*typed, resolved.standalone, resolved.wider, renamed)
    return tuple(dict.fromkeys(text for text in texts if text))


def _renamed(question: str, outline: Outline, vocabulary: Collection[str]) -> str:
    """The question with names that no document holds as the documents write them: 'OVSE' → 'OSCE'."""
    text = question
    for mention in reversed(outline.mentions(question)):
        written = question[mention.start : mention.end]
        names = [written, *mention.topic.shown.values(), mention.topic.heading]
        known = [without_article(name) for name in names if _held(name, vocabulary)]
        if known and known[0] != written:
            text = text[: mention.start] + known[0] + text[mention.end :]
    return text


def _held(name: str, vocabulary: Collection[str]) -> bool:
    return all(word.lower() in vocabulary for word in _WORDS.findall(without_article(name)))


def _next_context(query: Query, past: Context | None, outline: Outline) -> Context:
    topics = tuple(dict.fromkeys(mention.topic for mention in outline.mentions(query.standalone)))
    earlier = (past.question, *past.earlier) if past else ()
    older = past.topics if past else ()
    return Context(
        query.base or query.standalone,
        query.language,
        tuple(dict.fromkeys((*topics, *older))),
        earlier=earlier,
        asked=tuple(dict.fromkeys((*topics, *(past.asked if past else ())))),
    )


def _choices(past: Context | None, outline: Outline, language: str) -> tuple[str, ...]:
    """Two or three questions that may have been meant: about the topics talked about, then the sections."""
    talked = [topic for topic in past.topics if topic.path] if past else []
    questions = [_question_about(topic, language) for topic in talked]
    return tuple(dict.fromkeys((*questions, *suggestions(outline, language, MAX_CHOICES))))[:MAX_CHOICES]


def _question_about(topic: Topic, language: str) -> str:
    """A question that the topic's section answers: its heading, where that is one."""
    if topic.heading.endswith("?"):
        return topic.heading
    return grammar(language).templates["about"].format(topic=topic.name(language))


def in_full(text: str, language: str) -> str:
    """The text with its question words as they are written in full: "What's" → "What is"."""
    forms = grammar(language).short_forms

    def written(match: re.Match[str]) -> str:
        full = forms.get(match[0].replace("'", "’").lower(), match[0])
        return full[:1].upper() + full[1:] if match[0][:1].isupper() else full

    return _FORMS.sub(written, text) if forms else text


def _without_greeting(text: str, language: str) -> str:
    match = grammar(language).greeting.match(text)
    return text[match.end() :] if match and any(map(str.isalnum, text[match.end() :])) else text


def _without_background(text: str, language: str) -> tuple[str, ...]:
    """The sentences that ask, where others only tell why: 'I prepare a briefing. What …?'; else nothing."""
    sentences = _sentences(text)
    asking = [sentence for sentence in sentences if _asks(sentence, language)]
    return (" ".join(asking),) if 0 < len(asking) < len(sentences) else ()


def _clauses(part: str, join: re.Pattern[str]) -> list[str]:
    """'When …, and when …?' as two questions, when both halves are more than a question word."""
    cuts = [0, *(match.start() for match in join.finditer(part)), len(part)]
    pieces = [
        join.sub("", part[start:end], count=1) if start else part[start:end] for start, end in pairwise(cuts)
    ]
    whole = all(len(piece.split()) > 2 for piece in pieces) and len(pieces) > 1
    return [piece.strip(" ,.?") + "?" for piece in pieces] if whole else [part]


def _asks(text: str, language: str) -> bool:
    rules = grammar(language)
    return text.rstrip().endswith("?") or is_question(text, rules) or bool(intents.small_talk(text, language))
