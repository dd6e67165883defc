"""Whether what was found can answer a follow-up: it is of the type asked for, and not the last answer again."""

from collections.abc import Mapping

from assistant.coverage import coverage, satisfies, stems, terms
from assistant.evidence import Evidence, EvidenceSentence
from assistant.grammar import grammar
from assistant.syntax import content_words
from assistant.types import Intent, Query
from knowledge.lexical import words

# Share of the words of two marked answers that they have in common from which they are one: the reader marks
# a few words more or less.
_ALIKE = 0.35


def fits(evidence: Evidence, languages: Mapping[str, str]) -> bool:
    """Whether the best believed sentence can answer the follow-up; of another question always True.

    A reader that is asked 'Since when?' of what it has just answered with 'Who?' likes to answer that again.
    """
    query = evidence.query
    if not evidence.sentences or query.intent not in (Intent.FACT, Intent.YES_NO):
        return True
    best = evidence.sentences[0]
    language = languages[best.document]
    again = _alike(_marked(best), query.answered)
    if query.expects in ("date", "number"):
        formless = bool(_marked(best)) and not again  # 'in the autumn'
        return formless or satisfies(query.expects, best.text, evidence.terms, language)
    return not (again and _asks_anew(query, best, language))


def _asks_anew(query: Query, best: EvidenceSentence, language: str) -> bool:
    """Whether the follow-up asks for something that the words of the last answer cannot be.

    'By whom?' and 'Which countries?' do, and so does a 'Does it work?' of which the sentence says nothing.
    """
    rules = grammar(query.language)
    if query.intent is Intent.YES_NO:
        own = content_words(query.raw, rules)
        if query.language != language:
            return len(own) <= 1
        return coverage(terms(query.raw, query.language), stems(best.text, language), language) == 0.0
    asked = rules.wh_phrase.match(query.standalone)
    return query.expects in ("person", "place") or bool(asked and content_words(asked.group(), rules))


def _marked(sentence: EvidenceSentence) -> str:
    """The words of the sentence that the reader takes for the answer."""
    if sentence.highlight is None:
        return ""
    start, end = sentence.highlight
    return sentence.text[start - sentence.start : end - sentence.start]


def _alike(marked: str, answered: str) -> bool:
    """Whether two answers are the same words, but for a few."""
    one, other = set(words(marked)), set(words(answered))
    return bool(one & other) and len(one & other) >= _ALIKE * len(one | other)
