"""What a question asks for, and what kind of answer it expects."""

import re
from dataclasses import dataclass

from assistant.grammar import Grammar, first_match, grammar
from assistant.outline import Outline, Topic
from assistant.types import Intent

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_CLOSING = " \t\n?!.…;:,"
KEYWORDS_AT_MOST = 8  # words; a longer line without a verb is a sentence that somebody pasted


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question is read: its intent, the answer type it expects, and the topics it is about."""

    intent: Intent
    expects: str = ""
    topics: tuple[str, ...] = ()


def bare(text: str) -> str:
    """The text as patterns match it: one kind of apostrophe and space, no closing punctuation."""
    return " ".join(text.replace("'", "’").split()).strip(_CLOSING)


def core(text: str, language: str) -> str:
    """The bare text without 'please', 'can you tell me', 'and', 'in a few words'."""
    rules, plain = grammar(language), bare(text)
    short = plain[rules.polite.match(plain).end() :] or plain  # type: ignore[union-attr]
    return rules.brevity.sub("", short) or short


def small_talk(text: str, language: str) -> str:
    """The kind of talk about the assistant itself ('hello', 'abilities', …), "" for any other text."""
    plain = bare(text)
    for candidate in (plain, core(text, language), *_after_greeting(plain, language)):
        for kind, pattern in grammar(language).small_talk.items():
            if pattern.fullmatch(candidate):
                return kind
    return ""


def _after_greeting(plain: str, language: str) -> tuple[str, ...]:
    greeting = grammar(language).greeting.match(plain)
    return (plain[greeting.end() :],) if greeting else ()


def read_intent(text: str, language: str, outline: Outline) -> Reading:
    """How a standalone question that is no small talk is read."""
    rules, question = grammar(language), core(text, language)
    for read in (_compare, _sections, _summary):
        found = read(question, rules, outline)
        if found:
            return found
    topics = tuple(dict.fromkeys(mention.topic.heading for mention in outline.mentions(text)))
    expects = next((kind for kind, pattern in rules.expects.items() if pattern.match(question)), "")
    if rules.yes_no.match(question):
        return Reading(Intent.YES_NO, "", topics)
    if not expects and is_keywords(text, language):
        return Reading(Intent.KEYWORDS, "", topics)
    return Reading(Intent.FACT, expects, topics)


def is_keywords(text: str, language: str) -> bool:
    """Whether a text is a handful of words rather than a sentence."""
    rules = grammar(language)
    words = [word.lower() for word in _WORD.findall(text.replace("'", "’"))]
    sentence = rules.auxiliaries | rules.pronouns | rules.clause_words | set(rules.question_words)
    return (
        0 < len(words) <= KEYWORDS_AT_MOST
        and not sentence.intersection(words)
        and not rules.command.match(core(text, language))
    )


def compares(text: str, language: str) -> bool:
    """Whether a text asks for a comparison, whose 'and' joins its two sides."""
    return bool(first_match(grammar(language).compare, core(text, language)))


def _compare(question: str, rules: Grammar, outline: Outline) -> Reading | None:
    match = first_match(rules.compare, question)
    if not match:
        return None
    sides = []
    for side in (match["a"], match["b"]):
        mentions = outline.mentions(side)
        sides.append(mentions[-1].topic.heading if mentions else _without_article(side, rules))
    return Reading(Intent.COMPARE, "", tuple(dict.fromkeys(sides)))


def _sections(question: str, rules: Grammar, _outline: Outline) -> Reading | None:
    return Reading(Intent.SECTIONS) if first_match(rules.sections, question) else None


def _summary(question: str, rules: Grammar, outline: Outline) -> Reading | None:
    if first_match(rules.about_document, question):
        return Reading(Intent.SUMMARY)
    match = first_match(rules.summary, question)
    if match:
        asked = (match["topic"] or "").strip()
        if not asked or rules.document_nouns.fullmatch(asked):
            return Reading(Intent.SUMMARY)
    about = None if match else first_match(rules.about, question)
    match = match or about
    topic = section_named(match["topic"], rules, outline) if match else None
    if topic:
        return Reading(Intent.SUMMARY, "", (topic.heading,))
    return Reading(Intent.KEYWORDS) if about else None


def section_named(text: str, rules: Grammar, outline: Outline) -> Topic | None:
    """The section that the text names and nothing else: 'the part on NATO', 'NATO'."""
    mentions = [mention for mention in outline.mentions(text) if mention.topic.path]
    if len(mentions) != 1:
        return None
    before, after = text[: mentions[0].start], text[mentions[0].end :]
    rest = before[rules.section_word.match(before).end() :] + " " + after  # type: ignore[union-attr]
    spare = rules.function_words | rules.articles
    words = [word.lower() for word in _WORD.findall(rest)]
    names_only_it = all(word in spare or rules.document_nouns.fullmatch(word) for word in words)
    return mentions[0].topic if names_only_it else None


def _without_article(text: str, rules: Grammar) -> str:
    words = text.split()
    return " ".join(words[1:]) if len(words) > 1 and words[0].lower() in rules.articles else text
