import pytest

from assistant.outline import Outline, outline
from knowledge.base import KnowledgeBase
from knowledge.types import Document, Section
from tests.assistant.conversing import converse

EU = "The European Union (EU)"
UN = "United Nations Organization (UNO)"
NATO = "North Atlantic Treaty Organization (NATO)"
OSCE = "Organisation for Security and Cooperation in Europe (OSCE)"
FORUM = "Multi-Stakeholder Forum"


@pytest.fixture(scope="session")
def shipped_outline(knowledge: KnowledgeBase) -> Outline:
    return converse(knowledge).outline


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("What does NATO do?", [NATO]),
        ("what does nato do?", [NATO]),
        ("And the North Atlantic Treaty Organization?", [NATO]),
        ("What must the Alliance defend?", [NATO]),
        ("Wat doet de NAVO?", [NATO]),
        ("Que fait l'OTAN ?", [NATO]),
        ("Was sagen die Vereinten Nationen?", [UN]),
        ("What does the UN say to the EU?", [UN, EU]),
        ("un nouveau traité", []),
        ("the multi-stakeholder forum", [FORUM]),
        ("multi stakeholder forum", [FORUM]),
        ("Is the OVSE the same as the OSZE?", [OSCE, OSCE]),
        ("who wants us to act?", []),
        ("", []),
    ],
)
def test_finds_what_a_text_mentions(text: str, headings: list[str], shipped_outline: Outline) -> None:
    found = shipped_outline.mentions(text)
    assert [mention.topic.heading for mention in found if mention.topic.path] == headings
    assert all(0 <= mention.start < mention.end <= len(text) for mention in found)


def test_names_sections_in_each_language(shipped_outline: Outline) -> None:
    names = {topic.heading: topic for topic in shipped_outline.topics}
    assert [names[NATO].name(code) for code in ("en", "nl", "fr", "de")] == [
        "NATO",
        "de NAVO",
        "l’OTAN",
        "die NATO",
    ]
    assert names[FORUM].name("nl") == f"“{FORUM}”"


def test_knows_the_names_within_the_text(shipped_outline: Outline) -> None:
    headings = {topic.heading for topic in shipped_outline.names}
    assert {"Belgium", "European Cyber Security Strategy", "COVID-19", "Allies"} <= headings
    assert not {"The", "In", "We"} & headings


def test_leaves_out_numbering_and_empty_sections() -> None:
    text = "3.2 Data retention\nKept for a year.\nAnnex\n"
    sections = (
        Section("3.2 Data retention", 1, ("3.2 Data retention",), 19, 35),
        Section("Annex", 1, ("Annex",), 41, 42),
    )
    made = outline([Document("d", "d.txt", "D", text, "", "", "text/plain", sections)])
    assert [topic.heading for topic in made.topics] == ["3.2 Data retention"]
    assert [mention.topic.heading for mention in made.mentions("How long is data retention?")] == [
        "3.2 Data retention"
    ]
