import pytest

from assistant.assistant import Assistant
from assistant.build import build_assistant
from assistant.intents import IN_DOCUMENTS, IN_SECTIONS, read_intent
from assistant.outline import Outline
from assistant.settings import AssistantSettings
from assistant.types import Intent
from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings

LAKE = """# Convention on the lake

## Fishing

Vessels that fish need a licence. Fish may not be caught in May.

## Water

The water of the lake is tested every month. Fish are counted then.
"""
HOSTEL = """# Hostel rules

## Pets

Pets are not allowed, except fish in an aquarium.

## Noise

Music is turned off at ten.
"""
TRAM = """# Tram line 7

## Opening

The mayor opened the line on Monday.
"""


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("three")
    base = KnowledgeBase(KnowledgeSettings(data_dir=folder / "data"))
    for name, text in (("lake.md", LAKE), ("hostel.md", HOSTEL), ("tram.md", TRAM)):
        (folder / name).write_text(text, "utf-8")
        base.add(folder / name)
    return build_assistant(AssistantSettings(chat_model=None), base.settings, knowledge=base)


@pytest.mark.parametrize(
    ("language", "question", "expects", "topic"),
    [
        ("en", "Which documents mention fish?", IN_DOCUMENTS, "fish"),
        ("en", "please tell me which of the sections deal with the quota", IN_SECTIONS, "quota"),
        ("en", "In which chapter is the quota discussed?", IN_SECTIONS, "quota"),
        ("en", "Where is fish mentioned in these documents?", IN_SECTIONS, "fish"),
        ("nl", "Welke documenten gaan over vis?", IN_DOCUMENTS, "vis"),
        ("nl", "In welke hoofdstukken wordt de visserij genoemd?", IN_SECTIONS, "visserij"),
        ("nl", "Waar wordt vis vermeld?", IN_SECTIONS, "vis"),
        ("fr", "Quels documents parlent du poisson ?", IN_DOCUMENTS, "poisson"),
        ("fr", "Dans quelles sections est-il question de la pêche ?", IN_SECTIONS, "pêche"),
        ("fr", "Où les quotas sont-ils mentionnés ?", "", ""),
        ("fr", "Où est mentionné le quota ?", "", ""),
        ("de", "Welche Dokumente erwähnen Fisch?", IN_DOCUMENTS, "Fisch"),
        ("de", "In welchen Kapiteln wird die Quote behandelt?", IN_SECTIONS, "Quote"),
        ("de", "Wo wird Fisch erwähnt?", IN_SECTIONS, "Fisch"),
        ("en", "Where is the seat of the Commission?", "", ""),
        ("en", "Which documents do I need?", "", ""),
        ("en", "Where is it mentioned?", "", ""),
    ],
)
def test_questions_where_something_is_mentioned(
    language: str, question: str, expects: str, topic: str
) -> None:
    reading = read_intent(question, language, Outline())
    found = (reading.expects, *reading.topics) if reading.intent is Intent.MENTIONS else ("", "")
    assert found == (expects, topic)


def test_each_document_with_the_word_is_quoted_once_and_no_other(three: Assistant) -> None:
    answer = three.answer("Which documents mention fish?", [])
    assert not answer.abstained
    assert [one.document for one in answer.citations] == ["hostel.md", "lake.md"]
    assert answer.statements[0].text == "“fish” is mentioned in 2 documents; the first mention in each:"


def test_each_section_with_the_word_is_quoted_once(three: Assistant) -> None:
    answer = three.answer("Where is fish mentioned?", [])
    assert [one.section for one in answer.citations] == ["Pets", "Fishing", "Water"]
    assert answer.statements[0].text == "“fish” is mentioned in 3 sections; the first mention in each:"


def test_a_word_of_one_section_alone_is_quoted_without_a_count(three: Assistant) -> None:
    answer = three.answer("Which sections talk about music?", [])
    assert [one.quote for one in answer.citations] == ["Music is turned off at ten."]
    assert answer.statements[0].text == "“Hostel rules” says under “Noise”:"


def test_what_no_document_mentions_is_not_known(three: Assistant) -> None:
    assert three.answer("Which documents mention elephants?", []).abstained


def test_it_is_looked_for_in_the_chosen_documents_only(three: Assistant) -> None:
    answer = three.answer("Which documents mention fish?", [], documents=["hostel.md"])
    assert {one.document for one in answer.citations} == {"hostel.md"}


@pytest.mark.parametrize(
    ("question", "sections"),
    [
        ("Welke secties vermelden de NAVO?", ["North Atlantic Treaty Organization (NATO)"]),
        (
            "Wo wird die EU erwähnt?",
            ["The European Union (EU)", "United Nations Organization (UNO)"],
        ),
    ],
)
def test_a_name_is_found_in_the_spelling_of_the_document(
    assistant: Assistant, question: str, sections: list[str]
) -> None:
    answer = assistant.answer(question, [])
    assert [one.section for one in answer.citations] == sections
