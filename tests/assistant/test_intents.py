import pytest

from assistant.intents import read_intent
from assistant.outline import Outline
from assistant.types import Intent
from knowledge.base import KnowledgeBase
from tests.assistant.conversing import converse

EU = "The European Union (EU)"
UN = "United Nations Organization (UNO)"
NATO = "North Atlantic Treaty Organization (NATO)"
OSCE = "Organisation for Security and Cooperation in Europe (OSCE)"
FORUM = "Multi-Stakeholder Forum"

SUMMARIES = {
    "en": [
        ("Summarise the document.", ()),
        ("Please give me a short summary", ()),
        ("What is this document about?", ()),
        ("What are the main points?", ()),
        ("TL;DR", ()),
        ("Summarise the NATO section", (NATO,)),
        ("Give me a summary of the NATO section.", (NATO,)),
        ("Can you sum up the part on the UN?", (UN,)),
        ("Give me a summary of this document in a few sentences", ()),
        ("Summarise the NATO section briefly, please", (NATO,)),
        ("Tell me about the OSCE", (OSCE,)),
        ("What does NATO do?", (NATO,)),
        ("What is the UN doing exactly?", (UN,)),
        ("What does the document say about the multi-stakeholder forum?", (FORUM,)),
    ],
    "nl": [
        ("Vat het document samen.", ()),
        ("Geef een korte samenvatting", ()),
        ("Geef een samenvatting in drie zinnen", ()),
        ("Waarover gaat dit document?", ()),
        ("Wat zegt het document over de NAVO?", (NATO,)),
        ("Vertel me iets over de OVSE", (OSCE,)),
        ("Wat doet de NAVO eigenlijk?", (NATO,)),
    ],
    "fr": [
        ("Résumez le document.", ()),
        ("Donnez-moi un résumé", ()),
        ("De quoi parle ce document ?", ()),
        ("Que dit le document sur l'OTAN ?", (NATO,)),
        ("Parlez-moi de l'ONU", (UN,)),
        ("Que fait l'OTAN ?", (NATO,)),
        ("Qu'est-ce que l'ONU fait ?", (UN,)),
    ],
    "de": [
        ("Fassen Sie das Dokument zusammen.", ()),
        ("Geben Sie mir eine Zusammenfassung", ()),
        ("Worum geht es in diesem Dokument?", ()),
        ("Was sagt das Dokument über die NATO?", (NATO,)),
        ("Erzählen Sie mir etwas über die OSZE", (OSCE,)),
        ("Was macht die NATO?", (NATO,)),
    ],
}
SECTIONS = {
    "en": [
        "Which organisations are discussed?",
        "Which organisations and fora does the text deal with?",
        "Which sections does the document have?",
        "Which bodies does Belgium work through on cyber issues?",
        "In which international organisations is our country active?",
        "What topics does the document cover?",
        "List the international organisations in the document.",
        "table of contents",
    ],
    "nl": ["Welke organisaties worden besproken?", "Welke onderwerpen behandelt het document?"],
    "fr": ["Quelles organisations sont mentionnées ?", "Quels sujets le document aborde-t-il ?"],
    "de": ["Welche Organisationen werden erwähnt?", "Welche Themen behandelt das Dokument?"],
}
COMPARISONS = {
    "en": [
        ("Compare the EU and NATO on cyber matters.", (EU, NATO)),
        ("What is the difference between the UN and the OSCE?", (UN, OSCE)),
        ("How do the approaches of NATO and the OSCE differ?", (NATO, OSCE)),
        ("Compare what the EU does with what the UN does.", (EU, UN)),
        ("EU vs NATO", (EU, NATO)),
        ("How do NATO and the OSCE differ in their approach to cyberspace?", (NATO, OSCE)),
        ("Compare 5G and blockchains", ("5G", "blockchains")),
    ],
    "nl": [
        ("Vergelijk de EU met de NAVO", (EU, NATO)),
        ("Wat is het verschil tussen de VN en de OVSE?", (UN, OSCE)),
    ],
    "fr": [
        ("Comparez l'UE et l'OTAN", (EU, NATO)),
        ("Quelle est la différence entre l'ONU et l'OSCE ?", (UN, OSCE)),
    ],
    "de": [
        ("Vergleichen Sie die EU mit der NATO", (EU, NATO)),
        ("Was ist der Unterschied zwischen der UNO und der OSZE?", (UN, OSCE)),
    ],
}
YES_NO = {
    "en": ["Is cyberspace a matter for NATO?", "Does Belgium want a treaty?", "Can the EU use sanctions?"],
    "nl": ["Is cyberspace een zaak voor de NAVO?", "Wil België een verdrag?"],
    "fr": ["La Belgique souhaite-t-elle un traité ?", "Est-ce que l'UE utilise des sanctions ?"],
    "de": ["Ist der Cyberraum ein Thema der NATO?", "Will Belgien einen Vertrag?"],
}
KEYWORDS = {
    "en": [
        "diplomatic toolbox",
        "5G",
        "national networks and infrastructure",
        "demilitarisation of cyberspace",
    ],
    "nl": ["diplomatieke toolbox", "sancties tegen staten"],
    "fr": ["boîte à outils diplomatique", "sanctions contre les cyberattaques"],
    "de": ["diplomatischer Werkzeugkasten", "Sanktionen gegen Staaten"],
}
EXPECTED = {
    "en": [
        ("Who wants a treaty?", "person"),
        ("Which countries want it?", "person"),
        ("When did NATO recognise cyberspace?", "date"),
        ("In what year was it?", "date"),
        ("Can you tell me when it was approved?", "date"),
        ("How many Allies are there?", "number"),
        ("How much does it cost?", "number"),
        ("Where are they held?", "place"),
        ("In which city do they meet?", "place"),
        ("Why must Allies adapt?", "reason"),
        ("How does the EU respond?", "manner"),
        ("What does the OSCE focus on?", ""),
    ],
    "nl": [
        ("Wie erkende cyberspace?", "person"),
        ("Wanneer werd ze goedgekeurd?", "date"),
        ("Hoeveel geld kost het?", "number"),
        ("In welke stad komt de OVSE bijeen?", "place"),
        ("Waarom moeten landen samenwerken?", "reason"),
        ("Hoe reageert de EU?", "manner"),
        ("Waar legt de OVSE de nadruk op?", ""),
    ],
    "fr": [
        ("Qui préside le forum ?", "person"),
        ("Quand a-t-elle été approuvée ?", "date"),
        ("Combien coûte la stratégie ?", "number"),
        ("Dans quelle ville ont-elles lieu ?", "place"),
        ("Pourquoi les pays coopèrent-ils ?", "reason"),
        ("Comment l'UE réagit-elle ?", "manner"),
    ],
    "de": [
        ("Wer leitet die Verhandlungen?", "person"),
        ("Wann wurde sie verabschiedet?", "date"),
        ("Wie viele Mitarbeiter hat sie?", "number"),
        ("In welcher Stadt tagt sie?", "place"),
        ("Warum müssen Staaten zusammenarbeiten?", "reason"),
        ("Wie reagiert die EU?", "manner"),
    ],
}


def rows(table: dict[str, list[object]]) -> list[tuple[str, object]]:
    return [(language, row) for language, found in table.items() for row in found]


@pytest.fixture(scope="session")
def shipped_outline(knowledge: KnowledgeBase) -> Outline:
    return converse(knowledge).outline


@pytest.mark.parametrize(("language", "row"), rows(SUMMARIES))  # type: ignore[arg-type]
def test_summaries(language: str, row: tuple[str, tuple[str, ...]], shipped_outline: Outline) -> None:
    reading = read_intent(row[0], language, shipped_outline)
    assert (reading.intent, reading.topics) == (Intent.SUMMARY, row[1])


@pytest.mark.parametrize(("language", "text"), rows(SECTIONS))  # type: ignore[arg-type]
def test_lists_of_sections(language: str, text: str, shipped_outline: Outline) -> None:
    assert read_intent(text, language, shipped_outline).intent is Intent.SECTIONS


@pytest.mark.parametrize(("language", "row"), rows(COMPARISONS))  # type: ignore[arg-type]
def test_comparisons(language: str, row: tuple[str, tuple[str, ...]], shipped_outline: Outline) -> None:
    reading = read_intent(row[0], language, shipped_outline)
    assert (reading.intent, reading.topics) == (Intent.COMPARE, row[1])


@pytest.mark.parametrize(("language", "text"), rows(YES_NO))  # type: ignore[arg-type]
def test_yes_no_questions(language: str, text: str, shipped_outline: Outline) -> None:
    assert read_intent(text, language, shipped_outline).intent is Intent.YES_NO


@pytest.mark.parametrize(("language", "text"), rows(KEYWORDS))  # type: ignore[arg-type]
def test_keywords(language: str, text: str, shipped_outline: Outline) -> None:
    assert read_intent(text, language, shipped_outline).intent is Intent.KEYWORDS


@pytest.mark.parametrize(("language", "row"), rows(EXPECTED))  # type: ignore[arg-type]
def test_expected_answer_types(language: str, row: tuple[str, str], shipped_outline: Outline) -> None:
    reading = read_intent(row[0], language, shipped_outline)
    assert (reading.intent, reading.expects) == (Intent.FACT, row[1])


@pytest.mark.parametrize(
    "text",
    [
        "Which organisation is Belgium actively involved in?",
        "What does NATO say about cyberspace?",
        "Which technology companies take part in the discussions?",
        "Which section of society is meant?",
        "What is the EU's summary judgement?",
    ],
)
def test_what_only_looks_like_a_summary_or_list(text: str, shipped_outline: Outline) -> None:
    assert read_intent(text, "en", shipped_outline).intent is Intent.FACT


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What does the document say about sanctions of the EU?", "en"),
        ("Does the document mention human rights?", "en"),
        ("Wat zegt het document over sancties?", "nl"),
        ("Vermeldt het document de mensenrechten?", "nl"),
        ("Que dit le document sur les sanctions ?", "fr"),
        ("Le document mentionne-t-il les sanctions ?", "fr"),
        ("Was sagt das Dokument über Sanktionen?", "de"),
        ("Erwähnt das Dokument die Menschenrechte?", "de"),
        ("Is quantum computing mentioned?", "en"),
        ("Is there any mention of sanctions in force?", "en"),
        ("Worden sancties vermeld?", "nl"),
        ("Les sanctions sont-elles mentionnées dans le document ?", "fr"),
        ("Werden die Menschenrechte hier erwähnt?", "de"),
    ],
)
def test_what_is_said_about_no_section_is_a_search_for_its_words(
    shipped_outline: Outline, text: str, language: str
) -> None:
    assert read_intent(text, language, shipped_outline).intent is Intent.KEYWORDS
