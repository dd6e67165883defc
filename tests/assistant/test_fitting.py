from dataclasses import replace

import pytest

from assistant.coverage import terms
from assistant.evidence import Evidence, EvidenceSentence, PassageRead
from assistant.fitting import fits, says_all
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


COURT = "The claimants are residents. They were represented by Ms Adeyemi. The defendant is Northmoor Water."


def passage_read(text: str, *sentences: str) -> PassageRead:
    ranges = tuple(Sentence(text.index(one), text.index(one) + len(one)) for one in sentences)
    passage = Passage("p", "a", "a.txt", "h", 0, ("Parties",), 0, len(text), text, ranges)
    return PassageRead(RetrievedPassage(passage, 1.0, 1, 0.9, 1.0), Reading(3.0, (3.0,), None, -5.0), "en")


@pytest.mark.parametrize(
    ("question", "fit"),
    [
        ("Who represented Northmoor Water?", False),  # 'they' are others, and the company comes after them
        ("Who represented the claimants?", True),
        ("Who represented the Penhallow residents?", True),  # nothing else speaks of them
    ],
)
def test_a_pronoun_stands_for_nobody_who_is_named_after_it(question: str, fit: bool) -> None:
    text = "They were represented by Ms Adeyemi."
    start = COURT.index(text)
    told = EvidenceSentence("a", "a.txt", ("A",), 0, start, start + len(text), text, 0.9)
    read = passage_read(COURT, "The claimants are residents.", text, "The defendant is Northmoor Water.")
    asked = Query(question, question, "en", Intent.FACT, "person")
    assert judged(Evidence(asked, terms(question, "en"), (read,), (told,))) is fit


def test_a_number_that_counts_something_else_fits_no_question_after_how_many() -> None:
    text = "The volunteers sowed 34 plots."
    assert not judged(evidence("How many volunteers were there?", text, expects="number"))
    assert judged(evidence("How many plots were sown?", text, expects="number"))


def test_an_amount_may_stand_in_a_sentence_believed_nearly_as_much() -> None:
    one = evidence("How much does the pass cost?", "The pass holds 10 rides.", expects="number")
    second = EvidenceSentence("a", "a.txt", ("A",), 0, 30, 60, "It costs 45 euros.", 0.5)
    assert judged(replace(one, sentences=(*one.sentences, second)))
    assert not judged(replace(one, sentences=(*one.sentences, replace(second, score=0.1))))


TOWNS = "All towns of more than 5,000 inhabitants must be connected to a treatment plant."


@pytest.mark.parametrize(
    ("question", "expects", "language", "said"),
    [
        ("Which towns must be connected to a treatment plant?", "", "en", True),
        ("Which towns of 5,000 inhabitants must be connected to a plant?", "", "en", True),
        ("Which towns of 9,000 inhabitants must be connected to a plant?", "", "en", False),
        ("Which towns must be connected to a power plant?", "", "en", False),
        ("Which towns are there?", "", "en", False),  # too few words to be of the same thing
        ("When must towns be connected to a treatment plant?", "date", "en", False),
        ("Which towns must be connected to a treatment plant?", "", "nl", False),
    ],
)
def test_a_sentence_with_all_words_of_a_question_says_what_is_asked(
    question: str, expects: str, language: str, said: bool
) -> None:
    one = evidence(question, TOWNS, expects=expects, language=language)
    assert says_all(one, {"a.txt": "en"}) is said


def test_a_heading_says_a_part_and_no_sentence_says_nothing() -> None:
    question = "Which students get priority for a room?"
    one = evidence(question, "- students with a disability")
    under = replace(one.sentences[0], heading_path=("FAQ", "Applying for a room", "Who gets priority?"))
    assert says_all(replace(one, sentences=(under,)), {"a.txt": "en"})
    assert not says_all(one, {"a.txt": "en"})
    assert not says_all(Evidence(one.query, one.terms), {"a.txt": "en"})


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


def test_a_row_says_what_its_column_names() -> None:
    one = evidence("How many overnight stays did Ington have?", "Ington | 5,850 | 127", expects="number")
    assert says_all(one, {"a.txt": "en"}, "Town | Overnight stays | Employees")
    assert not says_all(one, {"a.txt": "en"}, "Town | Guests | Employees")
    assert not says_all(one, {"a.txt": "en"})


def test_an_item_with_all_words_does_not_count_them() -> None:
    item = "- ships of 5,850 tonnes"
    one = evidence("How many ships of 5,850 tonnes must be reported?", item, expects="number")
    assert not says_all(one, {"a.txt": "en"}, "The following must be reported:")
