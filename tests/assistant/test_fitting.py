import pytest

from assistant.coverage import terms
from assistant.evidence import Evidence, EvidenceSentence
from assistant.fitting import fits
from assistant.types import Intent, Query

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
