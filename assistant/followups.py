"""A question in its conversation: what it refers to is filled in from the turns before, without a model."""

import re
from itertools import takewhile

from assistant.context import Case, Context, Resolved, Search
from assistant.grammar import Grammar, first_match, grammar
from assistant.intents import bare, core, is_keywords
from assistant.outline import Outline, Topic
from assistant.rephrasing import about, asked_again, counterpart, of_another_topic
from assistant.syntax import (
    TOKEN,
    anaphors,
    asked_noun,
    content_words,
    is_plural,
    is_question,
    plural_noun,
    put_in,
    sentence,
    substitute,
    without,
    without_closing,
)
from knowledge.types import RetrievedPassage

_CANDIDATES = 3  # readings of a pronoun that are searched for
_PHRASE_WORDS = 8  # more are a sentence
_FRAGMENT_WORDS = 3  # words with a meaning of their own that may still need a context
_ENOUGH_WORDS = 6  # such words that say enough even beside a 'that'
_NOUN_LETTERS = 4
_HITS = 20
# Share of the best BM25 score from which a fragment is about the last answer's source.
_SAME_SOURCE = 0.5
_CLAUSE = re.compile(r"\s*[,;:.–—]\s+")
_PERSON = re.compile(r"(?:[A-ZÀ-Ý][\w’-]+\s?){2,4}")
_SELF = frozenset({"i", "ik", "ich", "je"})


def resolve(text: str, past: Context | None, outline: Outline, language: str, search: Search) -> Resolved:
    """The question that stands alone; a question that already does is returned as it is."""
    rules = grammar(language)
    plain = without_closing(bare(text), rules)
    changed = without(rules.new_topic, plain)
    if past is None or changed != plain:
        return _without_past(text if changed == plain else sentence(changed, rules), changed, rules)
    case = Case(past, outline, rules, search)
    found = next((found for step in _STEPS if (found := step(plain, case))), None)
    return found or Resolved(_plainly(text, plain, rules))


def _plainly(text: str, plain: str, rules: Grammar) -> str:
    """A question that stands alone, without the 'and' and the 'then' that tie it to the one before."""
    asked = without(rules.connective, plain)
    asked = asked if is_question(asked, rules) else plain
    return text if asked == bare(text) else sentence(asked, rules)


def points_back(text: str, language: str) -> bool:
    """Whether a word of the text means something outside of it: 'it' in 'How does it work?'."""
    rules = grammar(language)
    return bool(anaphors(text, rules) or rules.pointing.search(text))


def _without_past(text: str, plain: str, rules: Grammar) -> Resolved:
    """A question without a conversation: unclear when nothing in it says what it is about."""
    match = first_match(rules.ellipsis, plain)
    asked = match["topic"] if match else without(rules.connective, plain)
    empty = bool(TOKEN.search(asked)) and not content_words(asked, rules)
    unclear = empty or bool(rules.wh_phrase.fullmatch(asked) and len(asked.split()) == 1)
    if not match or unclear:
        return Resolved(text, unclear=unclear)
    return Resolved(sentence(asked, rules) if is_question(asked, rules) else about(asked, rules))


def _more(plain: str, case: Case) -> Resolved | None:
    """'Tell me more', 'Go on'."""
    if not case.rules.more.fullmatch(core(plain, case.rules.language)) or not case.subject:
        return None
    return case.resolved(about(case.subject, case.rules))


def _back(plain: str, case: Case) -> Resolved | None:
    """'Back to NATO', 'Back to NATO: what must it defend?'."""
    match = first_match(case.rules.back, plain)
    if not match:
        return None
    topics = case.mentioned(match["topic"])
    rest = without(case.rules.connective, (match["rest"] or "").strip())
    if rest:
        return _asked_of(rest, match["topic"], topics, case)
    if not topics:
        return None
    for question in (case.past.question, *case.past.earlier):
        if topics[0] in case.mentioned(question):
            return case.resolved(question, topics)
    return case.resolved(about(match["topic"], case.rules), topics)


def _asked_of(rest: str, name: str, topics: tuple[Topic, ...], case: Case) -> Resolved:
    """The rest of 'NATO: what must it defend?', its pronoun replaced by the name."""
    points = anaphors(rest, case.rules) or case.rules.pointing.search(rest)
    if case.mentioned(rest) and not points:
        return case.resolved(rest, topics)
    shown = topics[0].name(case.rules.language) if topics and _names_only(name, topics, case) else name
    return case.resolved(put_in(rest, shown, case.rules) or f"{rest} ({shown})", topics)


def _names_only(name: str, topics: tuple[Topic, ...], case: Case) -> bool:
    """Whether 'the EU' is nothing but the topic's name, as 'the EU strategy' is not."""
    mentions = case.outline.mentions(name)
    rest = name[: mentions[0].start] + name[mentions[0].end :] if mentions else name
    return bool(topics) and not content_words(rest, case.rules)


def _topic_and_question(text: str, case: Case) -> Resolved | None:
    """'the EU strategy, what year is that from': a topic, and what is asked of it."""
    cut = _CLAUSE.search(text)
    name, rest = (text[: cut.start()], text[cut.end() :]) if cut else (text, "")
    if not rest or not name.strip() or not is_question(rest, case.rules) or not _is_phrase(name, case.rules):
        return None
    topics = case.mentioned(name)
    if name.split()[0].lower() in case.rules.prepositions:  # 'in the UN, what does it want?'
        whole = f"{bare(rest)} {name}"
        return _anaphor(whole, case) or case.resolved(whole, topics)
    return _asked_of(rest, name, topics, case) if topics or content_words(name, case.rules) else None


def _correction(plain: str, case: Case) -> Resolved | None:
    """'No, I meant NATO.'."""
    match = first_match(case.rules.correction, plain)
    if not match:
        return None
    meant = without(case.rules.connective, match["topic"])
    both = _topic_and_question(meant, case)
    if both:
        return both
    if is_question(meant, case.rules):
        steps = (step(meant, case) for step in (_bare_question, _anaphor))
        return next((found for found in steps if found), None) or Resolved(sentence(meant, case.rules))
    return of_another_topic(meant, case) if _is_phrase(meant, case.rules) else None


def _ellipsis(plain: str, case: Case) -> Resolved | None:
    """'And the UN?', 'What about sanctions?', 'And positive ones?'."""
    plain = plain if first_match(case.rules.ellipsis, plain) else without(case.rules.connective, plain)
    match = first_match(case.rules.ellipsis, plain)
    meant = match["topic"] if match else _placed(plain, case.rules)
    both = _topic_and_question(match["topic"], case) if match else None
    if both:
        return both
    if not meant or is_question(meant, case.rules) or not _is_phrase(meant, case.rules):
        return None
    if match and case.rules.ourselves.fullmatch(meant):
        return case.resolved(about(f"{case.rules.templates['ours']} ({case.gist})", case.rules))
    if not content_words(meant, case.rules):
        if match and case.rules.else_word.search(meant) and case.gist:
            return case.resolved(f"{meant} ({case.gist})")
        return Resolved(plain, unclear=True) if match else None
    return counterpart(meant, case) or of_another_topic(_ones_named(meant, case), case)


def _ones_named(text: str, case: Case) -> str:
    """'the positive instruments' for 'the positive ones', where the last question tells."""
    ones = case.rules.templates.get("ones")
    noun = plural_noun(case.past.question, case.rules) if ones and case.same_language else ""
    return re.sub(rf"\b{ones}\b", noun.split()[-1], text) if noun else text


def _placed(plain: str, rules: Grammar) -> str:
    """'according to Belgium', 'in 2021': a preposition's phrase that stands for itself."""
    first = plain.split()[0].lower() if plain else ""
    return plain if first in rules.prepositions and is_keywords(plain, rules.language) else ""


def _is_phrase(text: str, rules: Grammar) -> bool:
    """Whether a text is a few words without a verb: something to ask about."""
    words = [word.lower() for word in TOKEN.findall(text)]
    return len(words) <= _PHRASE_WORDS and not (rules.auxiliaries | _SELF).intersection(words)


def _bare_question(plain: str, case: Case) -> Resolved | None:
    """'Why?', 'In which city?', 'When was that?': the last question with this question word."""
    asked = without(case.rules.connective, core(plain, case.rules.language))
    event = case.rules.event.fullmatch(asked)
    wh = next((word for word in event.groupdict().values() if word), asked) if event else asked
    if (not event and not case.rules.wh_phrase.fullmatch(asked)) or case.mentioned(wh):
        return None
    return case.resolved(asked_again(wh, case), base=case.past.question)


def _leftover(plain: str, case: Case) -> Resolved | None:
    """'Why not a treaty?', 'And who does not?': words that only the last question makes a question."""
    asked = without(case.rules.connective, core(plain, case.rules.language))
    if not case.rules.leftover.fullmatch(asked) or len(content_words(asked, case.rules)) > _FRAGMENT_WORDS:
        return None
    return case.resolved(f"{asked} ({case.gist})") if case.gist else None


def _ordinal(plain: str, case: Case) -> Resolved | None:
    """'When did the first one say so?' after a comparison: the one that was named first."""
    if len(case.past.compared) < 2:
        return None
    for pattern, topic in zip(
        (case.rules.former, case.rules.latter), (case.past.compared[0], case.past.compared[-1]), strict=True
    ):
        if pattern.search(plain):
            asked = without(case.rules.connective, plain)
            return case.resolved(pattern.sub(topic.name(case.rules.language), asked), (topic,))
    return None


def _anaphor(plain: str, case: Case) -> Resolved | None:
    """'What must it defend?', 'Who decides that?': the pronoun replaced, else its context in brackets."""
    asked = without(case.rules.connective, plain)
    tokens = anaphors(asked, case.rules)
    if not tokens:
        return None
    names = _antecedents(tokens[0], case)
    replaced = [text for name in names if (text := substitute(asked, name, case.rules))]
    best = _best(replaced[:_CANDIDATES], case.search) or _command_on(asked, tokens[0], case)
    if not best and len(content_words(asked, case.rules)) > _ENOUGH_WORDS:
        return None
    context = case.noun or case.gist
    return case.resolved(
        best or (f"{asked} ({context})" if context else asked), wider=f"{asked} ({case.gist})"
    )


def _command_on(asked: str, pointing: re.Match[str], case: Case) -> str:
    """'Give an example of those', 'Compare that with NATO': a thing is meant, and takes the word's place."""
    after = asked[pointing.end() :].split()
    thing = case.noun or case.subject
    free = not after or after[0].lower() in case.rules.prepositions
    if not thing or not free or not case.rules.command.match(core(asked, case.rules.language)):
        return ""
    return f"{asked[: pointing.start()]}{thing}{asked[pointing.end() :]}"


def _antecedents(pronoun: re.Match[str], case: Case) -> list[str]:
    """What 'it' or 'they' may stand for: what was asked for or defined, the names, the noun, else a topic."""
    word, rules = pronoun.group().lower(), case.rules
    plural = word in rules.plural_pronouns
    if (
        plural
        and len(case.past.compared) > 1
        and set(case.past.compared) <= set(case.mentioned(case.past.question))
    ):
        names = (topic.name(rules.language) for topic in case.past.compared)
        return [f" {rules.templates['and']} ".join(names)]
    asked_for = ""
    if case.same_language:
        several = plural_noun(case.past.question, rules) if plural else ""
        asked_for = several or asked_noun(case.past.question, plural, rules)
    asked_for = asked_for or _owned(case, plural)
    found = [asked_for] if asked_for else case.names or [case.noun]
    # What was only cited is not what a pronoun means.
    shown = [topic.name(rules.language) for topic in case.past.asked[:1] if topic.shown]
    if word in rules.personal_pronouns:
        found, shown = [name for name in found if _PERSON.fullmatch(name)], []
    return [name for name in found if name] or shown


def _owned(case: Case, plural: bool) -> str:
    """'the EU's toolbox', which an 'it' means sooner than its owner, "" when the last question has none."""
    noun = case.noun
    owned = any(noun.startswith(f"{name}{mark}") for name in case.names for mark in ("’s ", "' ", "’ "))
    return noun if owned and is_plural(noun) == plural else ""


def _best(candidates: list[str], search: Search) -> str:
    """The candidate that the documents match best; the first when all match alike, "" of none."""
    if len(candidates) < 2:
        return "".join(candidates)
    found = [search([candidate], 1) for candidate in candidates]
    scores = [hits[0].similarity if hits else 0.0 for hits in found]
    return candidates[scores.index(max(scores))]


def _definite(plain: str, case: Case) -> Resolved | None:
    """'Who led the movement?' after a question about the Quit India Movement: the noun in full."""
    if not case.same_language:
        return None
    questions = [" ".join(TOKEN.findall(each)) for each in (case.past.question, *case.past.earlier)]
    for noun in TOKEN.finditer(plain):
        before = plain[: noun.start()].split()
        article = before[-1].lower() if before else ""
        known = noun.group().lower() in case.rules.function_words  # 'the other skills'
        if known or len(noun.group()) < _NOUN_LETTERS or article not in case.rules.definite_articles:
            continue
        named = rf"((?:[\w’-]+ ){{1,3}}){re.escape(noun.group())}\b"
        full = next((found for each in questions if (found := re.search(named, each, re.IGNORECASE))), None)
        words = full.group(1).split() if full else []
        own = list(takewhile(lambda word: word.lower() not in case.rules.function_words, reversed(words)))
        if own:
            return case.resolved(f"{plain[: noun.start()]}{' '.join(own[::-1])} {plain[noun.start() :]}")
    return None


def _fragment(plain: str, case: Case) -> Resolved | None:
    """'Is Belgium involved?', 'any awards', 'Who else did?': the subject is what was talked about."""
    rules, asked = case.rules, without(case.rules.connective, plain)
    content = content_words(asked, rules)
    if not asked or any(mention.topic.path for mention in case.outline.mentions(asked)):
        return None
    if any(
        pattern.search(asked) for pattern in (rules.incomplete, rules.else_word, rules.others, rules.pointing)
    ):
        complete = len(content) > _ENOUGH_WORDS
    else:
        few = len(content) <= _FRAGMENT_WORDS and is_keywords(asked, rules.language)
        complete = not few or _stands_alone(asked, case)
    if complete:
        return None
    verbless = asked.split()[-1].lower() in rules.auxiliaries
    subject = case.gist if verbless else case.leant_on(asked)
    if not subject or subject.lower() in asked.lower():
        return None
    return case.resolved(f"{_ones_named(asked, case)} ({subject})")


def _stands_alone(asked: str, case: Case) -> bool:
    """Whether a few words are a name, or are found in another place than what the last answer cited."""
    if any(character.isupper() or character.isdigit() for character in asked[1:]):
        return True
    hits = [hit for hit in case.search([asked], _HITS) if hit.lexical > 0]
    if not hits or not case.past.sections:
        return False
    several = len(case.outline.documents) > 1
    cited = case.past.documents if several else case.past.sections
    own = [hit.lexical for hit in hits if _source(hit, several) in cited]
    return max(own, default=0.0) < _SAME_SOURCE * max(hit.lexical for hit in hits)


def _source(hit: RetrievedPassage, several: bool) -> str:
    return hit.passage.document_name if several else hit.passage.heading_path[-1]


_STEPS = (
    _more,
    _back,
    _correction,
    _ordinal,
    _ellipsis,
    _leftover,
    _bare_question,
    _anaphor,
    _definite,
    _fragment,
)
