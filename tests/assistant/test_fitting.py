from dataclasses import replace

import pytest

from assistant.coverage import terms
from assistant.evidence import Evidence, EvidenceSentence, PassageRead
from assistant.fitting import fits
from assistant.reader.types import Reading
from assistant.types import Intent, Query
from knowledge.types import Passage, RetrievedPassage, Sentence

PASS = "The annual pass of the museum costs 45 euros."
BOARD = "The board raised the price in March 2021."
STRATEGY = "The European strategy was approved by vote."


def evidence(
    question: str,
    text: str,
    marked: str = "",
    *,
    answered: str = "",
    expects: str = "",
    intent: Intent = Intent.FACT,
    language: str = "en",
) -> Evidence:
    query = Query(question, question, language, intent, expects, answered=answered)
    start = text.find(marked)
    highlight = (start, start + len(marked)) if marked else None
    sentence = EvidenceSentence("a", "a.txt", ("A",), 0, 0, len(text), text, 0.9, highlight)
    return Evidence(query, terms(question, language), sentences=(sentence,))


def judged(one: Evidence) -> bool:
    return fits(one, {"a.txt": "en"})


@pytest.mark.parametrize(
    ("question", "expects", "text", "marked", "answered", "fit"),
    [
        ("When was that decided?", "date", PASS, "45 euros", "45 euros", False),
        ("When was that decided?", "date", PASS, "", "", False),
        ("When was that decided?", "date", BOARD, "", "", True),
        # a date in words that no table holds, marked by the reader
        ("When does it open?", "date", "It opens in autumn.", "in autumn", "", True),
        ("How many members does it have?", "number", "The club is large.", "", "", False),
        ("How much is the pass?", "number", PASS, "45 euros", "", True),
        ("By whom?", "person", STRATEGY, "European strategy", "the European strategy", False),
        ("By whom?", "person", STRATEGY, "European strategy", "", True),
        ("By whom?", "person", BOARD, "The board", "the price", True),
        ("Which other countries?", "", STRATEGY, "European strategy", "European strategy", False),
        # 'what' may well be answered by what has just been named, and a reason by the same words
        ("What is it for?", "", STRATEGY, "European strategy", "European strategy", True),
        ("Why?", "reason", STRATEGY, "European strategy", "European strategy", True),
    ],
)
def test_an_answer_is_of_the_type_asked_for_and_not_the_last_one_again(
    question: str, expects: str, text: str, marked: str, answered: str, fit: bool
) -> None:
    assert judged(evidence(question, text, marked, answered=answered, expects=expects)) is fit


WASTE = "Waste fell from 131 to 112 kilograms between 2022 and 2023."


@pytest.mark.parametrize(
    ("question", "intent", "name", "fit"),
    [
        ("How much waste was there in 2021?", Intent.FACT, "a.txt", False),
        ("How much waste was there in 2021?", Intent.FACT, "report-2021.txt", True),
        ("How much waste was there in 2023?", Intent.FACT, "a.txt", True),
        ("How much waste was there in the 2020s?", Intent.FACT, "a.txt", False),
        ("How much waste was there?", Intent.FACT, "a.txt", True),
        ("Did waste fall in 2021?", Intent.YES_NO, "a.txt", True),
    ],
)
def test_what_is_said_of_another_year_is_no_answer(
    question: str, intent: Intent, name: str, fit: bool
) -> None:
    sentences = (Sentence(0, len(WASTE)),)
    passage = Passage("p", "a", name, "h", 0, ("Waste",), 0, len(WASTE), WASTE, sentences)
    found = RetrievedPassage(passage, 1.0, 1, 0.9, 1.0)
    read = PassageRead(found, Reading(3.0, (3.0,), None, -5.0), "en")
    one = replace(evidence(question, WASTE, intent=intent), reads=(read,))
    assert fits(one, {"a.txt": "en"}) is fit


@pytest.mark.parametrize(
    ("question", "language", "fit"),
    [
        ("Does it work?", "en", False),
        ("Was it approved?", "en", True),  # the sentence says so
        ("Werkt dat?", "nl", False),
        ("Funktioniert es?", "de", False),
        ("Zijn de lidstaten het daarmee eens?", "nl", True),  # other words, another language: who knows
    ],
)
def test_what_has_just_been_named_does_not_say_whether_it_works(
    question: str, language: str, fit: bool
) -> None:
    one = evidence(
        question,
        STRATEGY,
        "European strategy",
        answered="the European strategy",
        intent=Intent.YES_NO,
        language=language,
    )
    assert judged(one) is fit


def test_an_overview_and_nothing_found_fit_anything() -> None:
    assert judged(evidence("Summarise it", STRATEGY, expects="date", intent=Intent.SUMMARY))
    assert judged(Evidence(Query("When?", "When?", expects="date"), terms("When?", "en")))
