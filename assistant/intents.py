"""What a question asks for, and what kind of answer it expects."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from assistant.grammar import Grammar, first_match, grammar
from assistant.naming import Reference, forms, reference, replaced, without_frame
from assistant.outline import Outline, Topic
from assistant.types import Intent

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_CLOSING = " \t\n?!.…;:,"
LISTED = "all"  # what a list expects of a section
IN_DOCUMENTS, IN_SECTIONS = "documents", "sections"  # what a question where something is mentioned expects
KEYWORDS_AT_MOST = 8  # words; a longer line without a verb is a sentence that somebody pasted


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question is read: its intent, the answer type it expects, and the topics it is about.

    ``documents`` are those that it is to be answered by, where it says so. ``text`` is the question without
    their names ("": as it is).
    """

    intent: Intent
    expects: str = ""
    topics: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    text: str = ""


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


def read_intent(text: str, language: str, outline: Outline, within: Collection[str] = ()) -> Reading:
    """How a standalone question that is no small talk is read, of the documents ``within`` (none: all)."""
    rules, plain = grammar(language), text.replace("'", "’")
    named = None if compares(text, language) else reference(plain, rules, outline, within)
    if not named:
        return _read(text, language, outline)
    asked = without_frame(plain, named, rules)
    if asked:
        inner = _read(asked, language, outline)
        return replace(inner, documents=named.documents, text=asked)
    return _of_named(plain, named, rules, outline) or _read(text, language, outline)


def _read(text: str, language: str, outline: Outline) -> Reading:
    rules, question = grammar(language), core(text, language)
    for read in (_compare, _mentions, _sections, _listing, _summary):
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


def _of_named(text: str, named: Reference, rules: Grammar, outline: Outline) -> Reading | None:
    """A question for what a named document or part says, as a whole or on something; None for another."""
    question = core(replaced(text, named, rules), rules.language)
    topics = tuple(dict.fromkeys(topic.heading for topic in named.topics))
    if rules.document_nouns.fullmatch(question):
        found: Reading | None = Reading(Intent.SUMMARY)
    else:
        found = _sections(question, rules, outline) or _summary(question, rules, outline)
    about = first_match(rules.about, question)
    if not found or (about and found.topics and not named.certain):
        return None
    asked = ""
    if about and found.intent is Intent.KEYWORDS:
        asked = rules.templates["about"].format(topic=about["topic"])
    return replace(found, topics=found.topics or topics, documents=named.documents, text=asked)


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
        headed = [mention.topic.heading for mention in mentions if mention.topic.path]
        sides.append(headed[-1] if headed else _without_article(side, rules))
    return Reading(Intent.COMPARE, "", tuple(dict.fromkeys(sides)))


def _mentions(question: str, rules: Grammar, _outline: Outline) -> Reading | None:
    match = first_match(rules.mentions, question)
    if not match:
        return None
    expects = IN_SECTIONS if match["sections"] else IN_DOCUMENTS
    return Reading(Intent.MENTIONS, expects, (_without_article(match["topic"], rules),))


def _sections(question: str, rules: Grammar, _outline: Outline) -> Reading | None:
    return Reading(Intent.SECTIONS) if first_match(rules.sections, question) else None


def _listing(question: str, rules: Grammar, outline: Outline) -> Reading | None:
    """'List the action points', where a section is about them: all that it holds."""
    match = forms(rules.language).listing.fullmatch(question)
    topic = section_named(match["topic"], rules, outline) if match else None
    return Reading(Intent.SUMMARY, LISTED, (topic.heading,)) if topic else None


def _summary(question: str, rules: Grammar, outline: Outline) -> Reading | None:
    if first_match(rules.about_document, question):
        return Reading(Intent.SUMMARY)
    match = first_match(rules.summary, question)
    if match:
        asked = (match["topic"] or "").strip()
        if not asked or rules.document_nouns.fullmatch(asked):
            return Reading(Intent.SUMMARY)
    about = None if match else first_match(rules.about, question)
    if about and rules.document_nouns.fullmatch(about["topic"].strip()):
        return Reading(Intent.SUMMARY)
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
