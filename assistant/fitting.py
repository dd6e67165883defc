"""Whether what was found can answer: it is of the type asked for, and not the last answer again."""

import re
from collections.abc import Mapping

from assistant.amounts import has_amount
from assistant.coverage import coverage, number_coverage, satisfies, stems, terms
from assistant.evidence import Evidence, EvidenceSentence, stands_in
from assistant.grammar import grammar
from assistant.intents import bare
from assistant.selection import REACH, depends
from assistant.syntax import content_words
from assistant.types import Intent, Query
from knowledge.lexical import words
from knowledge.sentences import is_row

# Share of the words of two marked answers that they have in common from which they are one: the reader marks
# a few words more or less.
_ALIKE = 0.35
NEARLY = 0.5  # of the best sentence's belief: what is believed so much answers with it
MOST_READ = 3  # sentences in which an amount is looked for
SAID = 3  # content words of a question from which a sentence with all of them speaks of the same thing
_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d]|[.,]\d)")  # '1990s' too, but not '2,023'


def fits(evidence: Evidence, languages: Mapping[str, str]) -> bool:
    """Whether the best believed sentence can answer the question, as far as its form shows.

    A date or a number must be there, or marked, and what a number counts must be what was asked for. A reader
    that is asked 'Since when?' of what it has just answered with 'Who?' likes to answer that again.
    """
    query = evidence.query
    if not evidence.sentences or query.intent not in (Intent.FACT, Intent.YES_NO):
        return True
    best = evidence.sentences[0]
    if query.intent is Intent.FACT and _of_other_years(evidence, best):
        return False
    if not any(
        has_amount(query.standalone, query.language, one.text, languages[one.document])
        for one in _believed(evidence)
    ):
        return False
    language = languages[best.document]
    if _of_another(evidence, best, language):
        return False
    again = _alike(_marked(best), query.answered)
    if query.expects in ("date", "number"):
        formless = bool(_marked(best)) and not again  # 'in the autumn'
        return formless or satisfies(query.expects, best.text, evidence.terms, language)
    return not (again and _asks_anew(query, best, language))


def says_all(evidence: Evidence, languages: Mapping[str, str], above: str = "") -> bool:
    """Whether the best believed sentence, with its headings, holds every word and number of the question.

    ``above`` is the head of the list or the table that the sentence is of.

    Only of questions whose answer has no form ('which towns', not 'when' or 'why'): of others, a sentence can
    have all the words and still not what was asked for. A number is in the column that names it.
    """
    query = evidence.query
    if not evidence.sentences or query.intent is not Intent.FACT:
        return False
    best = evidence.sentences[0]
    if query.expects and not (query.expects == "number" and above and is_row(best.text)):
        return False
    language = languages[best.document]
    held = "\n".join((*best.heading_path[1:], above, best.text))
    return (
        query.language == language
        and len(evidence.terms.weights) >= SAID
        and coverage(evidence.terms, stems(held, language), language) == 1.0
        and number_coverage(evidence.terms, held) == 1.0
    )


def _believed(evidence: Evidence) -> list[EvidenceSentence]:
    """The best sentence and those believed nearly as much."""
    least = NEARLY * evidence.sentences[0].score
    return [one for one in evidence.sentences[:MOST_READ] if one.score >= least]


def _of_other_years(evidence: Evidence, best: EvidenceSentence) -> bool:
    """Whether the question names years, and the best sentence's passage, headings and file name none of them.

    'Was it approved in 2019?' is none of these: that it was in 2020 is an answer.
    """
    asked = set(_YEAR.findall(evidence.query.standalone))
    passages = (one.passage for one in evidence.reads if stands_in(best, one.passage))
    held = (" ".join((each.document_name, *each.heading_path, each.text)) for each in passages)
    found = {year for text in held for year in _YEAR.findall(text)}
    return bool(evidence.reads and asked) and not asked & found


def _of_another(evidence: Evidence, best: EvidenceSentence, language: str) -> bool:
    """Whether the best sentence's pronoun stands for another than the question names.

    That is so when the passage names it after the sentence, and neither there nor in those before it: 'The
    claimants are residents. They were represented by Ms Adeyemi. The defendant, Northmoor, …'.
    """
    if not evidence.terms.names or not depends(best.text):
        return False
    passage = next((one.passage for one in evidence.reads if stands_in(best, one.passage)), None)
    if passage is None:
        return False
    named = stems(" ".join(evidence.terms.names), language)
    before = [one for one in passage.sentences if one.start <= best.start][-1 - REACH :]
    meant = passage.text[before[0].start - passage.start : best.end - passage.start]
    rest = passage.text[best.end - passage.start :]
    return not named & stems(meant, language) and bool(named & stems(rest, language))


def _asks_anew(query: Query, best: EvidenceSentence, language: str) -> bool:
    """Whether the follow-up asks for something that the words of the last answer cannot be.

    'By whom?' and 'Which countries?' do, and so does a 'Does it work?' of which the sentence says nothing.
    """
    rules = grammar(query.language)
    question = bare(query.standalone)
    asked = rules.wh_phrase.match(question)
    if not asked and not rules.command.match(question):
        own = content_words(query.raw, rules)
        if query.language != language:
            return len(own) <= 1
        return coverage(terms(query.raw, query.language), stems(best.text, language), language) == 0.0
    noun = " ".join(asked.group().split()[1:]) if asked else ""
    return query.expects in ("person", "place") or bool(content_words(noun, rules))


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
