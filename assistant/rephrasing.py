"""The last question asked anew: with another question word, of another topic, with something added."""

import re

from assistant.context import Case, Resolved, span_with_article
from assistant.grammar import Grammar, first_match
from assistant.intents import bare
from assistant.outline import Mention, Topic
from assistant.syntax import BRACKETS, capital, uncapital


def asked_again(wh: str, case: Case) -> str:
    """The last question with this question word: 'In which city …?' after 'Where …?'."""
    rules, last = case.rules, bare(case.past.question)
    if not case.same_language:
        return f"{wh} ({case.subject})"
    told = first_match(rules.about, last)
    if told:
        return f"{wh} ({told['topic']})"
    number = bool(rules.expects["number"].match(wh))
    placed = wh.split()[0].lower() in rules.prepositions
    adjunct = placed or (rules.adjunct.match(wh) and not number)
    carried = "".join(match.group() for match in BRACKETS.finditer(last))
    joined = f"{BRACKETS.sub('', last)}, {rules.templates['and']} {uncapital(wh)}{carried}"
    # The answer to the last question would be believed to hold the number too.
    joined = f"{wh} ({case.gist})" if number else joined
    if rules.yes_no.match(last):
        return _of_noun(wh, last, rules) or (f"{wh} {uncapital(last)}" if adjunct else joined)
    old = rules.wh_phrase.match(last)
    if not old or not adjunct:
        return joined
    rest = last[old.end() :].strip()
    if rules.adjunct.match(old.group()) and not rules.expects["number"].match(last):
        return f"{wh} {rest}"
    noun = _noun_asked(old.group(), rest, rules)
    if noun:
        auxiliary, *others = rest.split()
        return " ".join([wh, auxiliary, noun, *others])
    # 'Who has …' asks for the subject: no 'that' is left out of it.
    if rules.expects["person"].match(old.group()) and rest.split(" ")[0].lower() not in rules.support:
        return joined
    return f"{wh} {_with_object(rest, rules)}" if _asks_object(rest, case) else joined


def of_another_topic(meant: str, case: Case) -> Resolved:
    """The last question asked of another topic; a topic that has no counterpart there is asked about."""
    topics, question, rules = case.mentioned(meant), case.past.question, case.rules
    old = _replaceable(topics, case) if topics and case.same_language else None
    first = meant.split()[0].lower()
    placed = first in rules.prepositions
    if old:
        start, end = span_with_article(question, old, rules)
        if len(topics) > 1:  # 'And the EU and the UN?' after a comparison
            end = max(mention.end for mention in case.outline.mentions(question))
        words = meant.split()
        meant = " ".join(words[:-1]) if rules.else_word.fullmatch(words[-1]) else meant
        new = _in_place(meant[len(first) :].strip() if placed else meant, topics[0], rules)
        replaced = question[:start] + (capital(new) if start == 0 else new) + question[end:]
        inside = any(match.start() < start < match.end() for match in BRACKETS.finditer(question))
        if inside and topics[0].path and first_match(rules.about, bare(question)):
            return case.resolved(about(topics[0].name(rules.language), rules), topics)
        replaced = replaced if inside else BRACKETS.sub("", replaced)
        return case.resolved(replaced, topics, instead=_instead(topics, rules))
    if placed and case.same_language:
        placed_too = f"{bare(question)} {meant}"
        return case.resolved(placed_too, (*topics, *case.past.topics[:1]), instead=_instead(topics, rules))
    if topics and topics[0].path:
        return case.resolved(about(meant, rules), topics)
    topics = (*topics, *case.past.topics[:1])
    return case.resolved(about(f"{meant} ({case.leant_on(meant)})", rules), topics)


def _instead(topics: tuple[Topic, ...], rules: Grammar) -> str:
    """What to ask about the only topic of a question that nothing answers."""
    sections = [topic for topic in topics if topic.path]
    return about(sections[0].name(rules.language), rules) if len(topics) == len(sections) == 1 else ""


def _in_place(meant: str, topic: Topic, rules: Grammar) -> str:
    """The name as it stands in the question: 'die UN' for 'der UNO' of 'Wie steht es mit der UNO?'."""
    shown = topic.shown.get(rules.language, meant)
    written, usual = meant.split()[0].lower(), shown.split()[0].lower()
    return shown if written in rules.articles and usual in rules.articles and written != usual else meant


def counterpart(meant: str, case: Case) -> Resolved | None:
    """'positive ones' after 'What restrictive instruments does the EU use?'."""
    words, question = meant.split(), case.past.question
    if len(words) < 2 or not case.rules.else_word.fullmatch(words[-1]) or not case.same_language:
        return None
    wh = case.rules.wh_phrase.match(question)
    asked = wh.group().split() if wh else []
    if not wh or len(asked) < 3:
        return None
    return case.resolved(" ".join([*asked[:-2], *words[:-1], asked[-1]]) + question[wh.end() :])


def about(topic: str, rules: Grammar) -> str:
    """What the document says about a topic, as a question."""
    text = rules.templates["about"].format(topic=topic)
    for apart, together in rules.contractions.items():
        text = re.sub(rf"\b{apart}\b", together, text)
    return text


def _of_noun(wh: str, last: str, rules: Grammar) -> str:
    """'Which technologies?' after 'Do new technologies have …?': the noun's phrase is replaced."""
    words, auxiliary = wh.split(), last.split()[0].lower()
    found = re.search(rf"\b{re.escape(words[-1])}\b", last, re.IGNORECASE) if len(words) > 1 else None
    if not found:
        return ""
    support = "" if auxiliary in rules.support else f" {auxiliary}"
    return f"{wh}{support}{last[found.end() :]}"


def _noun_asked(wh: str, rest: str, rules: Grammar) -> str:
    """The noun of 'Which strategy was approved?', which 'By whom was the strategy approved?' is about."""
    words = wh.lower().split()
    article = next((rules.asked_articles[word] for word in words if word in rules.asked_articles), "")
    nouns = [word for word in wh.split() if word.lower() not in rules.function_words]
    subject = bool(rest) and rest.split(" ")[0].lower() in rules.be
    return " ".join([article, *nouns]) if article and nouns and subject else ""


def _asks_object(rest: str, case: Case) -> bool:
    """Whether 'does Belgium want …' follows an object's question word, so that 'that' can take its place."""
    words = rest.lower().split()
    if len(words) < 2 or "(" in rest or "that" not in case.rules.templates:
        return False
    if words[0] in case.rules.support:
        return True
    named = any(mention.start <= len(words[0]) + 1 for mention in case.outline.mentions(rest))
    subject = named or words[1] in case.rules.articles
    return subject and words[0] in case.rules.auxiliaries - case.rules.be


def _with_object(rest: str, rules: Grammar) -> str:
    """'does NATO say that about …', 'does NATO do that': 'that' behind the verb as far as it shows."""
    words = rest.split()
    for place in range(3, len(words) - 1):
        if words[place].lower() in rules.prepositions - {"to"} and words[place + 1].lower() != "to":
            return " ".join([*words[:place], rules.templates["that"], *words[place:]])
    return f"{rest} {rules.templates['that']}"


def _replaceable(topics: tuple[Topic, ...], case: Case) -> Mention | None:
    """The mention in the last question that another topic can take the place of: section for section."""
    mentions = case.outline.mentions(case.past.question)
    alike = [mention for mention in mentions if bool(mention.topic.path) == bool(topics[0].path)]
    written = [mention for mention in alike if case.past.question[mention.start].isupper()]
    several = len(topics) > 1 and len(alike) > 1
    return next((mention for mention in written or alike if several or mention.topic not in topics), None)
