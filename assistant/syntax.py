"""A question's wording as far as patterns show it: what it points to, what it is about, how it is put."""

import re

from assistant.grammar import Grammar, first_match, grammar
from assistant.intents import core

BRACKETS = re.compile(r"\s*\(([^()]*)\)")
TOKEN = re.compile(r"[^\W_]+(?:[-’][^\W_]+)*")
_BREAK = re.compile(r"[,.;:!?]\s")
_GIST_WORDS = 14  # of an earlier question that are carried over
_NOUN_WORDS = 5  # a longer run of words is no single noun


def anaphors(text: str, rules: Grammar) -> list[re.Match[str]]:
    """The words of a question that point outside of it: 'it' in 'What must it defend?'."""
    spared = [match.span() for match in rules.not_anaphoric.finditer(text)]
    tokens = list(TOKEN.finditer(text))
    found = []
    for position, token in enumerate(tokens):
        if any(start <= token.start() < end for start, end in spared):
            continue
        before = [other.group().lower() for other in tokens[:position]]
        after = tokens[position + 1].group().lower() if position + 1 < len(tokens) else ""
        ends = not after or text[token.end() : token.end() + 1] in (",", ";")
        content = any(other not in rules.function_words for other in before)
        clause = bool(_BREAK.search(text[: token.start()])) or any(
            o in rules.clause_words for o in before[1:]
        )
        if _points_out(token.group(), before, after, ends, content, clause, rules):
            found.append(token)
    return found


def _points_out(
    word: str, before: list[str], after: str, ends: bool, content: bool, clause: bool, rules: Grammar
) -> bool:
    """Whether a word points outside; ``content`` and ``clause`` say what stands before it."""
    if word.lower() in rules.possessives:
        return not content  # 'Must the Allies improve their networks?' points to the Allies
    # A capital within the question is the German 'Sie', which is the assistant.
    lower = word if word[:1].isupper() and before else word.lower()
    if lower in rules.pronouns:
        return not (content and clause)
    if lower in rules.demonstratives:
        governed = not before or before[-1] in rules.auxiliaries or before[-1] in rules.prepositions
        return not (content and clause) and (governed or ends or after in rules.auxiliaries)
    return False


def substitute(text: str, name: str, rules: Grammar) -> str:
    """The text with its first outward pronoun replaced; "" when the language has no simple way to."""
    for token in anaphors(text, rules):
        word = token.group().lower()
        pattern = rules.possessives.get(word) or ("{}" if word in rules.pronouns else "")
        if pattern:
            ends = not text[token.end() :].strip(" ?.!")
            new = name if ends else pattern.format(name)
            return text[: token.start()] + (capital(new) if token.start() == 0 else new) + text[token.end() :]
    return ""


def gist(question: str, language: str) -> str:
    """A question's words without its question word and auxiliary: what it was about."""
    rules = grammar(language)
    brackets = BRACKETS.findall(question)
    text = core(BRACKETS.sub("", question), language)
    about = first_match(rules.about, text)
    text = about["topic"] if about else text
    command = rules.command.match(text)
    start = rules.wh_phrase.match(text) or command
    words = text[start.end() if start else 0 :].split()
    while words and words[0].lower() in rules.function_words - rules.articles:
        words = words[1:]
    kept = " ".join(words[:_GIST_WORDS]).strip(" ,;:")
    if not brackets:
        return kept
    pointing = not kept or anaphors(kept, rules)
    return brackets[-1] if pointing or len(brackets[-1].split()) > 3 else f"{kept}, {brackets[-1]}"


def noun_phrase(question: str, rules: Grammar) -> str:
    """The noun that a question is about, as far as its verbs show: 'new initiatives', else ""."""
    text = core(BRACKETS.sub("", question), rules.language)
    wh = rules.wh_phrase.match(text)
    words = text[wh.end() if wh else 0 :].split()
    first = words[0].lower() if words else ""
    inverted = first in rules.auxiliaries
    if not words or not (inverted or (wh and wh.group().lower() in rules.subject_words)):
        return ""
    words = words[1:]  # the auxiliary, or the verb of 'Who launches new initiatives?'
    stop = next((n for n, word in enumerate(words) if word.lower() in rules.auxiliaries), len(words))
    kept = words[:stop]
    if inverted and stop == len(words):
        if first not in rules.be:
            return ""  # nothing shows where the noun of 'What does Belgium think about …' ends
        if not wh or rules.adjunct.match(wh.group()):
            kept = kept[:-1]  # 'Where are negotiations conducted?'
    phrase = " ".join(kept).strip(" ,")
    empty = all(word.lower() in rules.function_words for word in kept)
    return "" if empty or len(kept) > _NOUN_WORDS or anaphors(phrase, rules) else phrase


def asked_noun(question: str, plural: bool, rules: Grammar) -> str:
    """What 'Which strategy do they implement?' asks for, 'the strategy', when it agrees in number."""
    wh = rules.wh_phrase.match(core(question, rules.language))
    words = wh.group().split() if wh else []
    definite = rules.templates.get("definite")
    if not definite or len(words) != 2 or rules.adjunct.match(words[0]) or words[1].endswith("s") != plural:
        return ""
    return definite.format(noun=words[1])


def is_question(text: str, rules: Grammar) -> bool:
    """Whether a text asks or tells: it begins with a question word, a verb or a command."""
    plain = core(text, rules.language)
    return any(pattern.match(plain) for pattern in (rules.yes_no, rules.wh_phrase, rules.command))


def content_words(text: str, rules: Grammar) -> list[str]:
    """The words that have a meaning of their own, lower case."""
    words = (word.lower() for word in TOKEN.findall(text))
    return [word for word in words if word not in rules.function_words]


def without(prefix: re.Pattern[str], text: str) -> str:
    """The text without what the pattern matches at its start, unless nothing would be left."""
    match = prefix.match(text)
    return text[match.end() :] if match and match.end() < len(text) else text


def sentence(text: str, rules: Grammar) -> str:
    """The text as a question: a capital first and the language's question mark."""
    text = text.strip()
    return capital(text) + ("" if text.endswith(("?", ".", "!")) else rules.templates["mark"])


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """The text with a small first letter, unless its first word is written in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
