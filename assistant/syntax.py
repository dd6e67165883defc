"""A question's wording as far as patterns show it: what it points to, what it is about, how it is put."""

import re

from assistant.grammar import Grammar, first_match, grammar
from assistant.intents import core

BRACKETS = re.compile(r"\s*\(([^()]*)\)")
TOKEN = re.compile(r"[^\W_]+(?:[-’][^\W_]+)*")
_WORD = re.compile(r"[^\W_]+")
_INVERTED = re.compile(r".+-(?:t-)?(?:ils?|elles?)", re.IGNORECASE)  # the French verb behind its subject
_BREAK = re.compile(r"[,.;:!?]\s")
_GIST_WORDS = 14  # of an earlier question that are carried over
_NOUN_WORDS = 5  # a longer run of words is no single noun


def anaphors(text: str, rules: Grammar) -> list[re.Match[str]]:
    """The words of a question that point outside of it: 'it' in 'What must it defend?'."""
    spared = [match.span() for match in rules.not_anaphoric.finditer(text)]
    tokens = list(_WORD.finditer(text))
    wh = rules.wh_phrase.match(text)  # the 'which' of 'In which city' begins no clause
    opening = max(1, len(_WORD.findall(wh.group())) if wh else 0)
    found = []
    for position, token in enumerate(tokens):
        if any(start <= token.start() < end for start, end in spared):
            continue
        before = [other.group().lower() for other in tokens[:position]]
        after = tokens[position + 1].group().lower() if position + 1 < len(tokens) else ""
        ends = not after or text[token.end() : token.end() + 1] in (",", ";")
        attached = text[: token.start()].endswith("-")  # 'réagit-elle': the verb is no noun before it
        nouns = [word for word in before if len(word) > 1][: -1 if attached else None]
        content = any(word not in rules.function_words for word in nouns)
        clause = attached or bool(_BREAK.search(text[: token.start()]))
        clause = clause or any(word in rules.clause_words for word in before[opening:])
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
        return not (content and clause) and (
            governed or ends or after in rules.auxiliaries | rules.prepositions | rules.particles
        )
    return False


def substitute(text: str, name: str, rules: Grammar) -> str:
    """The text with its first outward pronoun replaced; "" when the language has no simple way to."""
    for token in anaphors(text, rules):
        word = token.group().lower()
        pattern = rules.possessives.get(word) or ("{}" if word in rules.pronouns else "")
        if not pattern or text[: token.start()].endswith(("-", "’")):
            continue
        ends = not text[token.end() :].strip(" ?.!")
        new = name if ends else pattern.format(name).replace("s's", "s'")
        before = text[: token.start()]
        if word in rules.plural_pronouns and not is_plural(name):
            before = _singular(before, rules)
        return before + (capital(new) if token.start() == 0 else new) + text[token.end() :]
    return ""


def put_in(text: str, name: str, rules: Grammar) -> str:
    """The text with its first outward word replaced, be it a pronoun or a 'that'; "" when that cannot be."""
    replaced = substitute(text, name, rules)
    if replaced or "that" not in rules.templates:
        return replaced
    for token in anaphors(text, rules):
        if token.group().lower() in rules.demonstratives:
            return text[: token.start()] + name + text[token.end() :]
    return ""


def is_plural(name: str) -> bool:
    """Whether a name looks like several: 'the Allies', not 'the OSCE'."""
    last = name.split()[-1]
    return (last.islower() and last.endswith("s")) or last.endswith(("ies", "States"))


def _singular(before: str, rules: Grammar) -> str:
    """What stands before the subject, its verb in the singular: 'What else do '."""
    words = before.split(" ")
    for place in range(len(words) - 1, -1, -1):
        if words[place].lower() in rules.agreement:
            single = rules.agreement[words[place].lower()]
            words[place] = capital(single) if words[place][0].isupper() else single
            break
    return " ".join(words)


def gist(question: str, language: str) -> str:
    """A question's words without its question word and auxiliary: what it was about."""
    rules = grammar(language)
    brackets = BRACKETS.findall(question)
    text = core(BRACKETS.sub("", question), language)
    about = first_match(rules.about, text)
    text = about["topic"] if about else text
    command = rules.command.match(text)
    start = rules.wh_phrase.match(text) or command
    spoken = TOKEN.findall(start.group()) if start and not command else []
    asked = [word for word in spoken if word.lower() not in rules.function_words]
    words = text[start.end() if start else 0 :].split()
    while words and (words[0].lower() in rules.function_words - rules.articles or words[0][0] == "’"):
        words = words[1:]
    while len(words) > 1 and words[-1].lower() in rules.support:
        words = words[:-1]  # 'NATO' of 'What does NATO do?'
    kept = " ".join([*asked, *words][:_GIST_WORDS]).strip(" ,;:")
    if not brackets:
        return kept
    pointing = not kept or anaphors(kept, rules)
    return brackets[-1] if pointing or len(brackets[-1].split()) > 3 else f"{kept}, {brackets[-1]}"


def noun_phrase(question: str, rules: Grammar) -> str:
    """The noun that a question is about, as far as its verbs show: 'new initiatives', else ""."""
    text = core(BRACKETS.sub("", question), rules.language)
    told = first_match(rules.about, text)
    if told:
        topic = told["topic"]
        return "" if len(topic.split()) > _NOUN_WORDS or anaphors(topic, rules) else topic
    wh = rules.wh_phrase.match(text)
    there = rules.existential.match(text[wh.end() :].lstrip() if wh else text)
    if there:
        return _which_is_there(
            wh.group() if wh else "", text[text.index(there.group()) + there.end() :], rules
        )
    words = text[wh.end() if wh else 0 :].split()
    behind = next((n for n, word in enumerate(words) if _INVERTED.fullmatch(word)), 0)
    if 0 < behind <= _NOUN_WORDS:
        return uncapital(" ".join(words[:behind]))
    first = words[0].lower() if words else ""
    inverted = first in rules.auxiliaries
    if not words or not (inverted or (wh and wh.group().lower() in rules.subject_words)):
        return ""
    if wh and first in rules.be and len(wh.group().split()) > 1 and not rules.adjunct.match(wh.group()):
        return ""  # 'Which ones are restrictive?'
    words = words[1:]  # the auxiliary, or the verb of 'Who launches new initiatives?'
    if rules.participle.match(" ".join(words)):
        return ""  # 'Who is involved in cyberspace?'
    while words and words[-1].lower() in rules.prepositions | rules.articles:
        words = words[:-1]  # 'What is the toolbox for?'
    said = (n for n in range(1, len(words)) if rules.participle.match(" ".join(words[n:])))
    cut = next((n for n in said if words[n - 1].lower() not in rules.function_words), len(words))
    words, cut_off = words[:cut], cut < len(words)  # 'Where are negotiations conducted?'
    stop = next((n for n, word in enumerate(words) if word.lower() in rules.auxiliaries), len(words))
    # 'Why is cyberspace a diplomatic topic?': what follows the article is said of the noun.
    new = next((n for n, word in enumerate(words[1:], 1) if _says_of(words, n, rules)), len(words))
    if inverted and first in rules.be and new < stop:
        return " ".join(words[:new])
    kept = words[:stop]
    if inverted and stop == len(words):
        if first not in rules.be:
            # Nothing but a plural shows where the noun of 'do technology companies play' ends.
            plural = next((n for n, word in enumerate(kept) if word.islower() and word.endswith("s")), -1)
            kept = kept[: plural + 1] if first in rules.support else []
            return " ".join(kept) if len(kept) <= _NOUN_WORDS else ""
        if not cut_off and (not wh or rules.adjunct.match(wh.group())):
            kept = kept[:-1]  # 'Is a new treaty necessary?'
    if inverted and words and words[-1].lower() in rules.demonstratives | rules.pronouns:
        return ""  # 'Was cyberspace always like that?'
    if first in rules.be and len(kept) > _NOUN_WORDS:  # 'the new initiatives in the forum': the noun alone
        within = (n for n, word in enumerate(kept) if n and word.lower() in rules.prepositions)
        kept = kept[: next(within, len(kept))]
    phrase = " ".join(kept).strip(" ,")
    empty = all(word.lower() in rules.function_words for word in kept)
    # 'What confronts us with …?' tells its noun no more than nothing but words of the frame do.
    empty = empty or (not inverted and kept[0].lower() in rules.function_words - rules.articles)
    return "" if empty or len(kept) > _NOUN_WORDS or anaphors(phrase, rules) else phrase


def _which_is_there(asked: str, rest: str, rules: Grammar) -> str:
    """The noun of 'How many bikes are there?', 'Is there an annual pass?'."""
    nouns = [word for word in asked.split() if word.lower() not in rules.function_words]
    words = nouns or rest.split()
    stop = next((n for n, word in enumerate(words) if word.lower() in rules.prepositions), len(words))
    return " ".join(words[: min(stop, _NOUN_WORDS)])


def _says_of(words: list[str], place: int, rules: Grammar) -> bool:
    """Whether an indefinite article behind a noun begins what is said of it: 'cyberspace a topic'."""
    indefinite = rules.articles - rules.definite_articles
    return words[place].lower() in indefinite and words[place - 1].lower() not in rules.function_words


def plural_noun(question: str, rules: Grammar) -> str:
    """The noun in the plural that a question asks for or is about: 'the instruments', else "".

    Only where the language shows a plural by its ending, which is what the template for it stands for.
    """
    definite = rules.templates.get("definite")
    if not definite:
        return ""
    text = core(BRACKETS.sub("", question), rules.language)
    about = first_match(rules.about, text)
    if about:
        return about["topic"] if _plural_word(about["topic"].split()[-1], rules) else ""
    wh = rules.wh_phrase.match(text)
    asked = wh.group().split() if wh else []
    if len(asked) > 1 and _plural_word(asked[-1], rules):
        spare = rules.prepositions.union(rules.question_words)
        nouns = [word for word in asked if word.lower() not in spare]
        return definite.format(noun=" ".join(nouns))
    words = text[wh.end() if wh else 0 :].split()
    if not words or words[0].lower() in rules.agreement.values():
        return ""  # 'does' and 'is' have no plural subject
    noun = noun_phrase(question, rules)
    return noun if noun and _plural_word(noun.split()[-1], rules) else ""


def _plural_word(word: str, rules: Grammar) -> bool:
    return (
        word.islower() and word.endswith("s") and not word.endswith("ss") and word not in rules.function_words
    )


def asked_noun(question: str, plural: bool, rules: Grammar) -> str:
    """What a question defines or asks for, when it agrees in number with the pronoun.

    'the strategy that they implement' for 'Which strategy do they implement?', 'the EU's toolbox' for 'What
    is the EU's toolbox?'; "" for any other question, and where the language gives no template.
    """
    definite, relative = rules.templates.get("definite"), rules.templates.get("relative")
    text = core(question, rules.language)
    wh = rules.wh_phrase.match(text)
    if not wh or not definite or not relative or rules.adjunct.match(wh.group()):
        return ""
    asked, rest = wh.group().split(), text[wh.end() :].split()
    first = rest[0].lower() if rest else ""
    if len(asked) > 1 and asked[-1].lower() in rules.question_words:
        return ""  # 'By whom' asks for no noun
    if len(asked) > 1 and (not rest or not content_words(" ".join(asked), rules)):
        return ""  # 'What threatens NATO', 'Which ones are'
    if asked[0].lower() in rules.subject_words and len(asked) == 1:
        noun = noun_phrase(question, rules) if first in rules.be else ""
        return noun if noun and is_plural(noun.split(" of ")[0].split(" in ")[0]) == plural else ""
    if len(asked) == 1 and rest:
        asked, rest = [asked[0], rest[0]], rest[1:]
    if asked[-1].endswith("s") != plural or len(rest) > _GIST_WORDS:
        return ""
    noun = definite.format(noun=" ".join(asked[1:]))
    if anaphors(" ".join(rest), rules):
        return noun
    if first in rules.support:
        return relative.format(noun=noun, rest=" ".join(rest[1:]))
    return noun if not rest or first in rules.auxiliaries else relative.format(noun=noun, rest=" ".join(rest))


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


def without_closing(text: str, rules: Grammar) -> str:
    """'And the OSCE' of 'And the OSCE then': the text without the words at its end that add nothing."""
    match = rules.closing.search(text)
    return text[: match.start()] if match and match.start() else text


def sentence(text: str, rules: Grammar) -> str:
    """The text as a question: a capital first and the language's question mark."""
    text = text.strip()
    mark = "." if rules.command.match(core(text, rules.language)) else rules.templates["mark"]
    return capital(text) + ("" if text.endswith(("?", ".", "!")) else mark)


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """The text with a small first letter, unless its first word is written in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
