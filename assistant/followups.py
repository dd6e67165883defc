"""A question in its conversation: what it refers to is filled in from the turns before, without a model."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.grammar import Grammar, first_match, grammar
from assistant.intents import bare, core, is_keywords
from assistant.outline import Mention, Outline, Topic
from assistant.syntax import (
    BRACKETS,
    TOKEN,
    anaphors,
    asked_noun,
    capital,
    content_words,
    gist,
    is_question,
    noun_phrase,
    sentence,
    substitute,
    uncapital,
    without,
)
from assistant.types import Intent, Turn
from knowledge.types import RetrievedPassage

Search = Callable[[Sequence[str], int], Sequence[RetrievedPassage]]
_CANDIDATES = 3  # readings of a pronoun that are searched for
_PHRASE_WORDS = 8  # more are a sentence
_FRAGMENT_WORDS = 3  # words with a meaning of their own that may still need a context
_ENOUGH_WORDS = 6  # such words that say enough even beside a 'that'
_NOUN_LETTERS = 4
_HITS = 20
# Share of the best BM25 score from which a fragment is about the last answer's source.
_SAME_SOURCE = 0.5
_PERSON = re.compile(r"(?:[A-ZÀ-Ý][\w’-]+\s?){2,4}")


@dataclass(frozen=True, slots=True)
class Context:
    """What a conversation is about: its last question to the documents, the topics and earlier questions,
    latest first, and the headings and documents that the last answer cited.
    """

    question: str
    language: str
    topics: tuple[Topic, ...] = ()
    sections: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone, and a ``wider`` text to search with.

    ``carried``: something of the conversation was filled in; ``unclear``: it refers to what is not there.
    """

    standalone: str
    topics: tuple[Topic, ...] = ()
    unclear: bool = False
    carried: bool = False
    wider: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """What each way of understanding a follow-up needs besides its words."""

    past: Context
    outline: Outline
    rules: Grammar
    search: Search

    @property
    def same_language(self) -> bool:
        return self.past.language == self.rules.language

    @property
    def gist(self) -> str:
        """What the last question was about, in the words of it when its language is this one's."""
        own = gist(self.past.question, self.past.language) if self.same_language else ""
        return own or self.subject

    @property
    def noun(self) -> str:
        return noun_phrase(self.past.question, self.rules) if self.same_language else ""

    @property
    def names(self) -> list[str]:
        """The names in the last question, in its order, with their articles."""
        if not self.same_language:
            return []
        mentions = self.outline.mentions(self.past.question)
        return [_with_article(self.past.question, mention, self.rules) for mention in mentions]

    @property
    def subject(self) -> str:
        """The first name in the last question, else its noun or words, else the topic in this language."""
        named = next(iter(self.names), "")
        known = next((topic.name(self.rules.language) for topic in self.past.topics), "")
        own = self.noun or gist(self.past.question, self.past.language) if self.same_language else ""
        return named or own or known

    def mentioned(self, text: str) -> tuple[Topic, ...]:
        return tuple(dict.fromkeys(mention.topic for mention in self.outline.mentions(text)))

    def resolved(self, text: str, topics: tuple[Topic, ...] | None = None, wider: str = "") -> Resolved:
        """A question with something carried over; of the last topic unless others are given."""
        about = self.past.topics[:1] if topics is None else topics
        standalone = sentence(text, self.rules)
        wider = sentence(wider, self.rules) if wider else ""
        return Resolved(standalone, about, carried=True, wider=wider if wider != standalone else "")


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
        documents=tuple(dict.fromkeys(citation.document for citation in last.citations)),
        earlier=tuple(questions[1:]),
    )


def resolve(text: str, past: Context | None, outline: Outline, language: str, search: Search) -> Resolved:
    """The question that stands alone; a question that already does is returned as it is."""
    rules = grammar(language)
    plain = bare(text)
    changed = without(rules.new_topic, plain)
    if past is None or changed != plain:
        return _without_past(text if changed == plain else sentence(changed, rules), changed, rules)
    case = _Case(past, outline, rules, search)
    for step in (_back, _correction, _ellipsis, _bare_question, _anaphor, _definite, _fragment):
        found = step(plain, case)
        if found:
            return found
    return Resolved(text)


def _without_past(text: str, plain: str, rules: Grammar) -> Resolved:
    """A question without a conversation: unclear when nothing in it says what it is about."""
    match = first_match(rules.ellipsis, plain)
    asked = match["topic"] if match else without(rules.connective, plain)
    words = [word.lower() for word in TOKEN.findall(asked)]
    empty = all(word in rules.function_words for word in words)
    unclear = bool(words) and (empty or bool(len(words) == 1 and rules.wh_phrase.fullmatch(asked)))
    return Resolved(sentence(asked, rules) if match and not unclear else text, unclear=unclear)


def _back(plain: str, case: _Case) -> Resolved | None:
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
    return case.resolved(_about(match["topic"], case.rules), topics)


def _asked_of(rest: str, name: str, topics: tuple[Topic, ...], case: _Case) -> Resolved:
    """The rest of 'NATO: what must it defend?', its pronoun replaced by the name."""
    if case.mentioned(rest):
        return case.resolved(rest, topics)
    shown = topics[0].name(case.rules.language) if topics else name
    return case.resolved(substitute(rest, shown, case.rules) or f"{rest} ({shown})", topics)


def _correction(plain: str, case: _Case) -> Resolved | None:
    """'No, I meant NATO.'."""
    match = first_match(case.rules.correction, plain)
    if not match:
        return None
    meant = without(case.rules.connective, match["topic"])
    if is_question(meant, case.rules):
        steps = (step(meant, case) for step in (_bare_question, _anaphor))
        return next((found for found in steps if found), None) or Resolved(sentence(meant, case.rules))
    return _of_another_topic(meant, case) if _is_phrase(meant, case.rules) else None


def _ellipsis(plain: str, case: _Case) -> Resolved | None:
    """'And the UN?', 'What about sanctions?', 'And positive ones?'."""
    match = first_match(case.rules.ellipsis, plain)
    if not match or is_question(match["topic"], case.rules) or not _is_phrase(match["topic"], case.rules):
        return None
    meant = match["topic"]
    if all(word.lower() in case.rules.function_words for word in TOKEN.findall(meant)):
        return Resolved(plain, unclear=True)
    return _counterpart(meant, case) or _of_another_topic(meant, case)


def _of_another_topic(meant: str, case: _Case) -> Resolved:
    """The last question asked of another topic; a topic that has no counterpart there is asked about."""
    topics, question = case.mentioned(meant), case.past.question
    old = _replaceable(topics, case) if topics and case.same_language else None
    if old:
        start, end = _span_with_article(question, old, case.rules)
        replaced = question[:start] + (capital(meant) if start == 0 else meant) + question[end:]
        return case.resolved(BRACKETS.sub("", replaced), topics)
    if topics and topics[0].path:
        return case.resolved(_about(meant, case.rules), topics)
    topics = (*topics, *case.past.topics[:1])
    return case.resolved(_about(f"{meant} ({case.subject})", case.rules), topics)


def _replaceable(topics: tuple[Topic, ...], case: _Case) -> Mention | None:
    """The mention in the last question that another topic can take the place of: section for section."""
    mentions = case.outline.mentions(case.past.question)
    alike = [mention for mention in mentions if bool(mention.topic.path) == bool(topics[0].path)]
    written = [mention for mention in alike if case.past.question[mention.start].isupper()]
    return next((mention for mention in written or alike if mention.topic not in topics), None)


def _is_phrase(text: str, rules: Grammar) -> bool:
    """Whether a text is a few words without a verb: something to ask about."""
    words = [word.lower() for word in TOKEN.findall(text)]
    return len(words) <= _PHRASE_WORDS and not (rules.auxiliaries | {"i", "ich", "ik", "je"}).intersection(
        words
    )


def _counterpart(meant: str, case: _Case) -> Resolved | None:
    """'positive ones' after 'What restrictive instruments does the EU use?'."""
    words, question = meant.split(), case.past.question
    if len(words) < 2 or not case.rules.else_word.fullmatch(words[-1]) or not case.same_language:
        return None
    wh = case.rules.wh_phrase.match(question)
    asked = wh.group().split() if wh else []
    if not wh or len(asked) < 3:
        return None
    return case.resolved(" ".join([*asked[:-2], *words[:-1], asked[-1]]) + question[wh.end() :])


def _bare_question(plain: str, case: _Case) -> Resolved | None:
    """'Why?', 'In which city?', 'When was that?': the last question with this question word."""
    asked = without(case.rules.connective, core(plain, case.rules.language))
    event = case.rules.event.fullmatch(asked)
    wh = next((word for word in event.groupdict().values() if word), asked) if event else asked
    if (not event and not case.rules.wh_phrase.fullmatch(asked)) or case.mentioned(wh):
        return None
    return case.resolved(_asked_again(wh, case))


def _asked_again(wh: str, case: _Case) -> str:
    rules, last = case.rules, bare(case.past.question)
    if not case.same_language:
        return f"{wh} ({case.subject})"
    adjunct = rules.adjunct.match(wh)
    joined = f"{last}, {rules.templates['and']} {uncapital(wh)}"
    if rules.yes_no.match(last):
        return _of_noun(wh, last, rules) or (f"{wh} {uncapital(last)}" if adjunct else joined)
    old = rules.wh_phrase.match(last)
    if not old or not adjunct:
        return joined
    rest = last[old.end() :].strip()
    if rules.adjunct.match(old.group()):
        return f"{wh} {rest}"
    that = rules.templates.get("that")
    return f"{wh} {rest} {that}" if that and _asks_object(rest, case) else joined


def _of_noun(wh: str, last: str, rules: Grammar) -> str:
    """'Which technologies?' after 'Do new technologies have …?': the noun's phrase is replaced."""
    words, auxiliary = wh.split(), last.split()[0].lower()
    found = re.search(rf"\b{re.escape(words[-1])}\b", last, re.IGNORECASE) if len(words) > 1 else None
    if not found:
        return ""
    support = "" if auxiliary in rules.support else f" {auxiliary}"
    return f"{wh}{support}{last[found.end() :]}"


def _asks_object(rest: str, case: _Case) -> bool:
    """Whether 'does Belgium want …' follows an object's question word, so that 'that' can take its place."""
    words = rest.lower().split()
    if len(words) < 2 or "(" in rest:
        return False
    if words[0] in case.rules.support:
        return True
    named = any(mention.start <= len(words[0]) + 1 for mention in case.outline.mentions(rest))
    subject = named or words[1] in case.rules.articles
    return subject and words[0] in case.rules.auxiliaries - case.rules.be


def _anaphor(plain: str, case: _Case) -> Resolved | None:
    """'What must it defend?', 'Who decides that?': the pronoun replaced, else its context in brackets."""
    asked = without(case.rules.connective, plain)
    tokens = anaphors(asked, case.rules)
    if not tokens:
        return None
    replaced = [
        text for name in _antecedents(tokens[0], case) if (text := substitute(asked, name, case.rules))
    ]
    best = _best(replaced[:_CANDIDATES], case.search)
    if not best and len(content_words(asked, case.rules)) > _ENOUGH_WORDS:
        return None
    about = case.noun or case.gist
    return case.resolved(best or (f"{asked} ({about})" if about else asked), wider=f"{asked} ({case.gist})")


def _antecedents(pronoun: re.Match[str], case: _Case) -> list[str]:
    """What 'it' or 'they' may stand for: what was asked for, the names, the noun, else a topic."""
    plural = pronoun.group().lower() in case.rules.plural_pronouns
    asked_for = asked_noun(case.past.question, plural, case.rules) if case.same_language else ""
    found = [asked_for] if asked_for else case.names or [case.noun]
    shown = [topic.name(case.rules.language) for topic in case.past.topics[:1] if topic.shown]
    if pronoun.group().lower() in case.rules.personal_pronouns:
        found, shown = [name for name in found if _PERSON.fullmatch(name)], []
    return [name for name in found if name] or shown


def _best(candidates: list[str], search: Search) -> str:
    """The candidate that the documents match best; the first when all match alike, "" of none."""
    if len(candidates) < 2:
        return "".join(candidates)
    found = [search([candidate], 1) for candidate in candidates]
    scores = [hits[0].similarity if hits else 0.0 for hits in found]
    return candidates[scores.index(max(scores))]


def _definite(plain: str, case: _Case) -> Resolved | None:
    """'Who led the movement?' after a question about the Quit India Movement: the noun in full."""
    if not case.same_language:
        return None
    last = " ".join(TOKEN.findall(case.past.question))
    for noun in TOKEN.finditer(plain):
        before = plain[: noun.start()].split()
        if (
            len(noun.group()) < _NOUN_LETTERS
            or not before
            or before[-1].lower() not in case.rules.definite_articles
        ):
            continue
        full = re.search(rf"((?:[\w’-]+ ){{1,3}}){re.escape(noun.group())}\b", last, re.IGNORECASE)
        words = full.group(1).split() if full else []
        while words and words[0].lower() in case.rules.function_words:
            words = words[1:]
        if words and not case.rules.function_words.intersection(word.lower() for word in words):
            return case.resolved(f"{plain[: noun.start()]}{' '.join(words)} {plain[noun.start() :]}")
    return None


def _fragment(plain: str, case: _Case) -> Resolved | None:
    """'Is Belgium involved?', 'any awards', 'What else?': the subject is what was talked about."""
    rules, asked = case.rules, without(case.rules.connective, plain)
    content = content_words(asked, rules)
    if not asked or any(mention.topic.path for mention in case.outline.mentions(asked)):
        return None
    if rules.incomplete.search(asked) or rules.else_word.search(asked):
        complete = len(content) > _ENOUGH_WORDS
    else:
        few = len(content) <= _FRAGMENT_WORDS and is_keywords(asked, rules.language)
        complete = not few or _stands_alone(asked, case)
    if complete:
        return None
    subject = case.subject
    if not subject or subject.lower() in asked.lower():
        return None
    return case.resolved(f"{asked} ({subject})")


def _stands_alone(asked: str, case: _Case) -> bool:
    """Whether a few words are a name, or are found in another place than what the last answer cited."""
    if any(character.isupper() or character.isdigit() for character in asked[1:]):
        return True
    hits = [hit for hit in case.search([asked], _HITS) if hit.lexical > 0]
    if not hits or not case.past.sections:
        return False
    several = len(case.outline.documents) > 1
    own = [
        hit.lexical
        for hit in hits
        if _source(hit, several) in (case.past.documents if several else case.past.sections)
    ]
    return max(own, default=0.0) < _SAME_SOURCE * max(hit.lexical for hit in hits)


def _source(hit: RetrievedPassage, several: bool) -> str:
    return hit.passage.document_name if several else hit.passage.heading_path[-1]


def _asks(turn: Turn) -> bool:
    queries = turn.answer.trace.queries
    return not queries or queries[-1].intent not in (Intent.SMALL_TALK, Intent.UNCLEAR)


def _standalone(turn: Turn) -> str:
    queries = turn.answer.trace.queries
    return (queries[-1].standalone if queries else turn.answer.standalone_question) or turn.question


def _with_article(text: str, mention: Mention, rules: Grammar) -> str:
    start, end = _span_with_article(text, mention, rules)
    return uncapital(text[start:end]) if start < mention.start else text[start:end]


def _span_with_article(text: str, mention: Mention, rules: Grammar) -> tuple[int, int]:
    before = re.search(r"([^\W_]+)\s$|([ld]['’])$", text[: mention.start])
    if before and before.group().strip().lower().replace("'", "’") in rules.articles:
        return before.start(), mention.end
    return mention.start, mention.end


def _about(topic: str, rules: Grammar) -> str:
    return rules.templates["about"].format(topic=topic)
