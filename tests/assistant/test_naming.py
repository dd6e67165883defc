import pytest

from assistant.intents import LISTED, Reading, read_intent
from assistant.labels import Part, part_of, parts_in
from assistant.outline import Outline, outline
from assistant.types import Intent
from knowledge.types import Document, Section

MINUTES, RULES, TREATY, REPORT, NEWS, HELP = (
    "council-minutes.docx",
    "exam-rules.pdf",
    "lake.txt",
    "verslag-2023.pdf",
    "bridge.html",
    "rooms-faq.md",
)
TITLES = {
    MINUTES: "Minutes of the Town Council",
    RULES: "Academic Regulations on Examinations",
    TREATY: "Convention on Lake Merin",
    REPORT: "Jaarverslag 2023",
    NEWS: "Press release: a new bridge",
    HELP: "Questions on rooms",
}
HEADINGS = {
    MINUTES: ("Parking policy", "3.2 Market square", "Action points"),
    RULES: ("Chapter 4. Irregularities", "Article 9. Honours", "Article 12. Appeal"),
    TREATY: ("Article 9", "Part II"),
}


@pytest.fixture(scope="module")
def known() -> Outline:
    return outline([_document(name) for name in TITLES])


def _document(name: str) -> Document:
    text, sections = f"{TITLES[name]}\n", []
    for heading in HEADINGS.get(name, ("Body",)):
        start = len(text) + len(heading) + 1
        text += f"{heading}\nSomething is said here.\n"
        sections.append(Section(heading, 1, (heading,), start, len(text)))
    return Document(name, name, TITLES[name], text, "", "", "text/plain", tuple(sections))


@pytest.mark.parametrize(
    ("language", "text", "intent", "name"),
    [
        ("en", "Summarise the council minutes", Intent.SUMMARY, MINUTES),
        ("en", "Summarise council-minutes.docx", Intent.SUMMARY, MINUTES),
        ("en", "What is the press release about?", Intent.SUMMARY, NEWS),
        ("en", "Which sections does the exam regulation have?", Intent.SECTIONS, RULES),
        ("en", "Give me a summary of the lake document", Intent.SUMMARY, TREATY),
        ("en", "What does the FAQ say about pets?", Intent.KEYWORDS, HELP),
        ("en", "What do the minutes say about dogs?", Intent.KEYWORDS, MINUTES),
        ("nl", "Waarover gaat het jaarverslag?", Intent.SUMMARY, REPORT),
        ("nl", "Vat de notulen samen", Intent.SUMMARY, MINUTES),
        ("nl", "Welke hoofdstukken heeft het examenreglement?", Intent.SECTIONS, RULES),
        ("fr", "De quoi parle le communiqué de presse ?", Intent.SUMMARY, NEWS),
        ("fr", "Résumez le procès-verbal", Intent.SUMMARY, MINUTES),
        ("de", "Worum geht es in der Pressemitteilung?", Intent.SUMMARY, NEWS),
        ("de", "Fassen Sie das Protokoll zusammen", Intent.SUMMARY, MINUTES),
    ],
)
def test_a_document_is_called_by_its_name(
    language: str, text: str, intent: Intent, name: str, known: Outline
) -> None:
    reading = read_intent(text, language, known)
    assert (reading.intent, reading.documents) == (intent, (name,))


@pytest.mark.parametrize(
    ("language", "text", "asked"),
    [
        ("en", "According to the annual report, how many people work there?", "how many people work there?"),
        ("en", "How many people work there according to the annual report?", "How many people work there?"),
        ("nl", "Hoeveel mensen werken er volgens het jaarverslag?", "Hoeveel mensen werken er?"),
        ("fr", "Selon le rapport annuel, combien y travaillent ?", "combien y travaillent ?"),
        ("de", "Wie viele arbeiten dort laut dem Jahresbericht?", "Wie viele arbeiten dort?"),
    ],
)  # fmt: skip
def test_a_question_is_put_to_the_document_that_it_names(
    language: str, text: str, asked: str, known: Outline
) -> None:
    reading = read_intent(text, language, known)
    assert (reading.documents, reading.text) == ((REPORT,), asked)


def test_any_document_may_answer_where_one_is_only_spoken_of(known: Outline) -> None:
    assert read_intent("Who wrote the minutes?", "en", known).documents == ()


@pytest.mark.parametrize(
    "text",
    [
        "How many minutes late may I be?",
        "Summarise the document",
        "What did the council decide?",
        "What is in the letter?",
        "Which exam is the hardest?",
        "What does the North Lake Merin club do?",  # a longer name than the convention's
    ],
)
def test_what_names_no_document(text: str, known: Outline) -> None:
    assert read_intent(text, "en", known).documents == ()


@pytest.mark.parametrize(
    ("language", "text", "topics"),
    [
        ("en", "What does Article 12 of the regulations say?", ("Article 12. Appeal",)),
        ("en", "Summarise § 12", ("Article 12. Appeal",)),
        ("en", "art. 12", ("Article 12. Appeal",)),
        ("en", "What is section 3.2 about?", ("3.2 Market square",)),
        ("en", "Summarise chapter IV", ("Chapter 4. Irregularities",)),
        ("en", "Summarise Article 9 of the convention", ("Article 9",)),
        ("en", "Summarise Article 9", ("Article 9. Honours", "Article 9")),
        ("nl", "Wat zegt artikel 12 van het reglement?", ("Article 12. Appeal",)),
        ("fr", "Que dit l'article 12 du règlement ?", ("Article 12. Appeal",)),
        ("de", "Was sagt Artikel 12 der Prüfungsordnung?", ("Article 12. Appeal",)),
    ],
)
def test_a_part_is_called_by_its_number(
    language: str, text: str, topics: tuple[str, ...], known: Outline
) -> None:
    reading = read_intent(text, language, known)
    assert (reading.intent, reading.topics) == (Intent.SUMMARY, topics)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "List the action points"),
        ("nl", "Som de action points op"),
        ("fr", "Énumérez les action points"),
        ("de", "Zähle die action points auf"),
    ],
)
def test_a_list_of_what_a_section_holds(language: str, text: str, known: Outline) -> None:
    assert read_intent(text, language, known) == Reading(Intent.SUMMARY, LISTED, ("Action points",))


def test_numbers_of_headings_and_of_questions() -> None:
    assert part_of("Article 9. Honours") == Part("article", "9")
    assert part_of("CHAPTER IV") == Part("chapter", "4")
    assert part_of("3.2 Market square") == Part("", "3.2")
    assert part_of("Honours") is None
    assert [(one.kind, one.number) for one in parts_in("Annex C and bijlage 2")] == [
        ("annex", "C"),
        ("annex", "2"),
    ]
    assert list(parts_in("the articles of 2019")) == []
