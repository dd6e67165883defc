"""A question in its conversation: what it refers to is filled in from the turns before, without a model."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.grammar import Grammar, grammar
from assistant.intents import bare, core, is_keywords
from assistant.outline import Mention, Outline, Topic
from assistant.types import Intent, Turn
from knowledge.types import RetrievedPassage

Search = Callable[[Sequence[str], int], Sequence[RetrievedPassage]]
_TOKEN = re.compile(r"[^\W_]+(?:[-’][^\W_]+)*")
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_GIST_WORDS = 14  # of an earlier question that are carried over
_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Context:
    """What a conversation is about: its last question to the documents and the topics, latest first.

    ``subject`` is what is shown in brackets behind a question that names nothing itself.
    """

    question: str
    language: str
    topics: tuple[Topic, ...] = ()
    sections: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()

    def subject(self, language: str, outline: Outline) -> str:
        """The names in the last question, else its words, else the section that answered it."""
        mentions = outline.mentions(self.question)
        if mentions and language == self.language:
            return _with_article(self.question, mentions[0], language)
        if self.topics:
            return self.topics[0].name(language)
        return gist(self.question, self.language)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone. ``unclear``: it refers to something, and nothing fits."""

    standalone: str
    topics: tuple[Topic, ...] = ()
    unclear: bool = False
    carried: bool = False


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
        earlier=tuple(questions[1:]),
    )


def resolve(text: str, past: Context | None, outline: Outline, language: str, search: Search) -> Resolved:
    """The question that stands alone; a question that already does is returned as it is."""
    rules = grammar(language)
    plain = bare(text)
    if past is None:
        return _alone(text, plain, rules)
    for step in (_back, _correction, _ellipsis, _bare_question, _anaphor, _incomplete):
        found = step(plain, past, outline, rules, search)
        if found:
            return found
    return Resolved(text)


def _alone(text: str, plain: str, rules: Grammar) -> Resolved:
    """A question without a conversation: unclear when nothing in it says what it is about."""
    match = _first(rules.ellipsis, plain)
    asked = match["topic"] if match else _less(plain, rules.connective)
    words = [word.lower() for word in _TOKEN.findall(asked)]
    empty = all(word in rules.function_words for word in words)
    wh = rules.wh_phrase.fullmatch(asked)
    unclear = bool(words) and (empty or bool(wh and len(words) == 1))
    return Resolved(text if not match or unclear else _sentence(asked), unclear=unclear)


def _back(plain: str, past: Context, outline: Outline, rules: Grammar, search: Search) -> Resolved | None:
    match = _first(rules.back, plain)
    if not match:
        return None
    topics = _mentioned(match["topic"], outline)
    rest = _less((match["rest"] or "").strip(), rules.connective)
    if not topics and not rest:
        return None
    if rest:
        return _about(rest, match["topic"], topics, outline, rules)
    for question in (past.question, *past.earlier):
        if topics and topics[0] in _mentioned(question, outline):
            return Resolved(question, topics, carried=True)
    return Resolved(_about_question(match["topic"], rules), topics, carried=True)


def _about(rest: str, name: str, topics: tuple[Topic, ...], outline: Outline, rules: Grammar) -> Resolved:
    """The rest of 'NATO: what must it defend?', its pronoun replaced by the name."""
    shown = topics[0].name(rules.language) if topics else name
    if _mentioned(rest, outline):
        return Resolved(_sentence(rest), topics)
    replaced = _substitute(rest, shown, rules)
    return Resolved(_sentence(replaced or f"{rest} ({shown})"), topics, carried=True)


def _correction(plain: str, past: Context, outline: Outline, rules: Grammar, search: Search) -> Resolved | None:
    match = _first(rules.correction, plain)
    if not match:
        return None
    meant = _less(match["topic"], rules.connective)
    if is_question(meant, rules):
        return _nested(meant, past, outline, rules, search)
    return _replace_topic(meant, past, outline, rules)


def _ellipsis(plain: str, past: Context, outline: Outline, rules: Grammar, search: Search) -> Resolved | None:
    match = _first(rules.ellipsis, plain)
    if not match or is_question(match["topic"], rules):
        return None
    meant = match["topic"]
    words = [word.lower() for word in _TOKEN.findall(meant)]
    if all(word in rules.function_words for word in words):
        return Resolved(plain, unclear=True)
    return _counterpart(meant, past, rules) or _replace_topic(meant, past, outline, rules)


def _replace_topic(meant: str, past: Context, outline: Outline, rules: Grammar) -> Resolved:
    """The last question asked of another topic; a topic that has no counterpart there is asked about."""
    topics = _mentioned(meant, outline)
    old = [
        mention
        for mention in outline.mentions(past.question)
        if topics and bool(mention.topic.path) == bool(topics[0].path) and mention.topic not in topics
    ]
    if old and past.language == rules.language:
        start, end = _span_with_article(past.question, old[0], rules)
        opening = start == 0
        replaced = past.question[:start] + (_capital(meant) if opening else meant) + past.question[end:]
        return Resolved(_sentence(_BRACKETS.sub(_kept_bracket(topics), replaced)), topics, carried=True)
    if topics and topics[0].path:
        return Resolved(_about_question(meant, rules), topics, carried=True)
    subject = past.subject(rules.language, outline)
    return Resolved(_about_question(f"{meant} ({subject})", rules), (*topics, *past.topics[:1]), carried=True)


def _kept_bracket(topics: tuple[Topic, ...]) -> Callable[[re.Match[str]], str]:
    """A bracket that carried an earlier topic is dropped once another topic takes its place."""
    return lambda match: "" if topics else match.group()


def _counterpart(meant: str, past: Context, rules: Grammar) -> Resolved | None:
    """'positive ones' after 'What restrictive instruments does the EU use?'."""
    words = meant.split()
    if len(words) < 2 or not rules.else_word.fullmatch(words[-1]) or past.language != rules.language:
        return None
    wh = rules.wh_phrase.match(past.question)
    asked = wh.group().split() if wh else []
    if not wh or len(asked) < 3:
        return None
    replaced = [*asked[:-2], *words[:-1], asked[-1]]
    return Resolved(_sentence(" ".join(replaced) + past.question[wh.end() :]), past.topics[:1], carried=True)


def _bare_question(plain: str, past: Context, outline: Outline, rules: Grammar, search: Search) -> Resolved | None:
    """'Why?', 'In which city?', 'When was that?': the last question with this question word."""
    asked = _less(core(plain, rules.language), rules.connective)
    event = rules.event.fullmatch(asked)
    wh = next((word for word in event.groupdict().values() if word), asked) if event else asked
    if not event and not rules.wh_phrase.fullmatch(asked):
        return None
    if _mentioned(wh, outline):
        return None
    return Resolved(_sentence(_asked_again(wh, past, outline, rules)), past.topics[:1], carried=True)


def _asked_again(wh: str, past: Context, outline: Outline, rules: Grammar) -> str:
    last = bare(past.question)
    if past.language != rules.language:
        return f"{wh} ({past.subject(rules.language, outline)})"
    if is_yes_no(last, rules):
        noun = wh.split()[-1].lower()
        found = re.search(rf"\b{re.escape(noun)}\b", last, re.IGNORECASE) if len(wh.split()) > 1 else None
        if found:
            auxiliary = last.split()[0].lower()
            does = auxiliary in ("do", "does", "did")
            return f"{wh}{'' if does else ' ' + auxiliary}{last[found.end() :]}"
        return f"{wh} {_lower(last)}" if rules.adjunct.match(wh) else f"{last}, {_and(rules)} {_lower(wh)}"
    old = rules.wh_phrase.match(last)
    if old and rules.adjunct.match(old.group()) and rules.adjunct.match(wh):
        return wh + last[old.end() :]
    that = rules.templates.get("that")
    if old and that and rules.adjunct.match(wh):
        rest = last[old.end() :].strip()
        if _asks_object(rest, outline, rules):
            return f"{wh} {rest} {that}"
    return f"{last}, {_and(rules)} {_lower(wh)}"


def _asks_object(rest: str, outline: Outline, rules: Grammar) -> bool:
    """Whether 'does Belgium want …' follows an object's question word, so that 'that' can take its place."""
    words = rest.split()
    if len(words) < 2 or "(" in rest:
        return False
    first, second = words[0].lower(), words[1].lower()
    if first in ("do", "does", "did"):
        return True
    noun = second in rules.articles or any(mention.start <= len(first) + 1 for mention in outline.mentions(rest))
    return noun and first in rules.auxiliaries and first not in ("is", "are", "was", "were")


def _anaphor(plain: str, past: Context, outline: Outline, rules: Grammar, search: Search) -> Resolved | None:
    asked = _less(plain, rules.connective)
    tokens = anaphors(asked, rules)
    if not tokens:
        return None
    word = tokens[0].group()
    personal = word in rules.pronouns or word in rules.possessives
    subject = past.subject(rules.language, outline)
    candidates = []
    if personal:
        names = _antecedents(past, outline, rules)
        candidates += [replaced for name in names if (replaced := _substitute(asked, name, rules))]
    carried = gist(past.question, past.language) if past.language == rules.language else subject
    candidates.append(f"{asked} ({carried or subject})")
    best = _best([_sentence(candidate) for candidate in candidates[:_CANDIDATES]], search)
    return Resolved(best, past.topics[:1], carried=True)


def _antecedents(past: Context, outline: Outline, rules: Grammar) -> list[str]:
    """What 'it' or 'they' may stand for: the names of the last question, in its order."""
    mentions = outline.mentions(past.question) if past.language == rules.language else ()
    names = [_with_article(past.question, mention, rules.language) for mention in mentions]
    return names or [topic.name(rules.language) for topic in past.topics[:1]]


def _best(candidates: list[str], search: Search) -> str:
    """The candidate that the documents match best; the first when all match alike."""
    if len(candidates) < 2:
        return candidates[0]

    def score(candidate: str) -> float:
        found = search([candidate], 1)
        return found[0].similarity if found else 0.0

    scores = [score(candidate) for candidate in candidates]
    return candidates[scores.index(max(scores))]


def _incomplete(plain: str, past: Context, outline: Outline, rules: Grammar, search: Search) -> Resolved | None:
    """'Is Belgium involved?', 'any awards', 'What else?': the subject is what was talked about."""
    asked = _less(plain, rules.connective)
    words = [word.lower() for word in _TOKEN.findall(asked)]
    content = [word for word in words if word not in rules.function_words]
    named = any(mention.topic.path for mention in outline.mentions(asked))
    open_end = rules.incomplete.search(asked) or rules.else_word.search(asked)
    if named or not words or not (open_end or len(content) <= 1 or asked != plain):
        return None
    if len(content) == 1 and not open_end and is_keywords(asked, rules.language) and _elsewhere(asked, past, search):
        return None
    subject = past.subject(rules.language, outline)
    if not subject or subject.lower() in asked.lower():
        return None
    return Resolved(_sentence(f"{asked} ({subject})"), past.topics[:1], carried=True)


def _elsewhere(asked: str, past: Context, search: Search) -> bool:
    """Whether a single word is found, and outside the sections that were last cited."""
    if any(character.isupper() or character.isdigit() for character in asked[1:]):
        return True
    found = [hit for hit in search([asked], 3) if hit.lexical > 0]
    return bool(found) and bool(past.sections) and found[0].passage.heading_path[-1] not in past.sections


def _nested(meant: str, past: Context, outline: Outline, rules: Grammar, search: Search) -> Resolved:
    for step in (_bare_question, _anaphor):
        found = step(meant, past, outline, rules, search)
        if found:
            return found
    return Resolved(_sentence(meant))


def anaphors(text: str, rules: Grammar) -> list[re.Match[str]]:
    """The words of a question that refer outside of it."""
    spared = [match.span() for match in rules.not_anaphoric.finditer(text)]
    tokens = list(_TOKEN.finditer(text))
    found = []
    for position, token in enumerate(tokens):
        word = token.group()
        if any(start <= token.start() < end for start, end in spared):
            continue
        before = [other.group().lower() for other in tokens[:position]]
        after = tokens[position + 1].group() if position + 1 < len(tokens) else ""
        if _refers_out(word, before, after, text[token.end() : token.end() + 1], rules):
            found.append(token)
    return found


def _refers_out(word: str, before: list[str], after: str, mark: str, rules: Grammar) -> bool:
    content = [other for other in before if other not in rules.function_words]
    clause = any(other in rules.clause_words for other in before[1:])
    if word in rules.possessives or word.lower() in rules.possessives:
        return not content
    lower = word if word[:1].isupper() and before else word.lower()
    if lower in rules.pronouns:
        return not (content and clause)
    if lower in rules.demonstratives:
        governed = not before or before[-1] in rules.auxiliaries or before[-1] in rules.prepositions
        free = not after or mark in (",", ";") or after.lower() in rules.auxiliaries
        return governed or free
    return False


def _substitute(text: str, name: str, rules: Grammar) -> str:
    """The text with its first outward pronoun replaced; "" when the language has no simple way."""
    for token in anaphors(text, rules):
        word = token.group()
        pattern = rules.possessives.get(word.lower()) or ("{}" if word.lower() in rules.pronouns else "")
        if pattern:
            new = pattern.format(name)
            return text[: token.start()] + (_capital(new) if token.start() == 0 else new) + text[token.end() :]
    return ""


def gist(question: str, language: str) -> str:
    """A question's words without its question word and auxiliary: what it was about."""
    rules = grammar(language)
    brackets = _BRACKETS.findall(question)
    text = core(_BRACKETS.sub("", question), language)
    command = rules.command.match(text)
    start = rules.wh_phrase.match(text) or command
    words = text[start.end() if start else 0 :].split()
    while words and words[0].lower() in rules.auxiliaries:
        words = words[1:]
    kept = " ".join(words[:_GIST_WORDS]).strip(" ,;:")
    pointing = bool(anaphors(kept, rules)) or not kept
    if brackets:
        return brackets[-1] if pointing or len(brackets[-1].split()) > 3 else f"{kept}, {brackets[-1]}"
    return kept


def is_question(text: str, rules: Grammar) -> bool:
    """Whether a text is a whole question: a question word with a verb, or a verb first."""
    plain = core(text, rules.language)
    wh = rules.wh_phrase.match(plain)
    return is_yes_no(plain, rules) or bool(wh) or bool(rules.command.match(plain))


def is_yes_no(text: str, rules: Grammar) -> bool:
    """Whether a question begins with its verb."""
    return bool(rules.yes_no.match(text))


def _asks(turn: Turn) -> bool:
    queries = turn.answer.trace.queries
    return not queries or queries[-1].intent not in (Intent.SMALL_TALK, Intent.UNCLEAR)


def _standalone(turn: Turn) -> str:
    queries = turn.answer.trace.queries
    return (queries[-1].standalone if queries else turn.answer.standalone_question) or turn.question


def _mentioned(text: str, outline: Outline) -> tuple[Topic, ...]:
    return tuple(dict.fromkeys(mention.topic for mention in outline.mentions(text)))


def _with_article(text: str, mention: Mention, language: str) -> str:
    start, end = _span_with_article(text, mention, grammar(language))
    name = text[start:end]
    return name[0].lower() + name[1:] if start == 0 and start < mention.start else name


def _span_with_article(text: str, mention: Mention, rules: Grammar) -> tuple[int, int]:
    before = re.search(r"([^\W_]+)\s$|([ld]’)$", text[: mention.start])
    if before and before.group().strip().lower() in rules.articles:
        return before.start(), mention.end
    return mention.start, mention.end


def _about_question(topic: str, rules: Grammar) -> str:
    return rules.templates["about"].format(topic=topic)


def _and(rules: Grammar) -> str:
    return rules.templates["and"]


def _less(text: str, prefix: re.Pattern[str]) -> str:
    match = prefix.match(text)
    return text[match.end() :] if match and match.end() < len(text) else text


def _sentence(text: str) -> str:
    """The text as a question: a capital first and a question mark."""
    text = text.strip()
    return _capital(text) + ("" if text.endswith(("?", ".", "!")) else "?")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    """The text with a small first letter, unless its first word is written in capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _first(patterns: Sequence[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.fullmatch(text))), None)
