import pytest

from assistant.types import Intent
from knowledge.base import KnowledgeBase
from tests.assistant.conversing import converse

NATO = "What does NATO do?"
TOOLBOX = "What is the EU's diplomatic toolbox?"

# The messages of a conversation, and the last one as it stands alone.
ENGLISH = [
    # ellipsis
    ((NATO, "And the EU?"), "What does the EU do?"),
    ((NATO, "and what about the OSCE"), "What does the OSCE do?"),
    ((NATO, "And the OSCE?", "And the UN?"), "What does the UN do?"),
    (
        ("What is Belgium's position in the UN?", "And in the OSCE?"),
        "What is Belgium's position in the OSCE?",
    ),
    (
        ("What restrictive instruments does the EU use?", "And positive ones?"),
        "What positive instruments does the EU use?",
    ),
    (
        ("How does the EU respond to cyber-attacks?", "What about sanctions?"),
        "What does the document say about sanctions (the EU)?",
    ),
    (
        ("Is a new treaty necessary?", "and according to Belgium?"),
        "Is a new treaty necessary according to Belgium?",
    ),
    ((NATO, "Great, thank you. What about the EU?"), "What does the EU do?"),
    # corrections
    ((NATO, "No, I meant the OSCE."), "What does the OSCE do?"),
    ((NATO, "no, the UN"), "What does the UN do?"),
    ((NATO, "not NATO, the EU"), "What does the EU do?"),
    # an earlier topic
    ((NATO, TOOLBOX, "back to NATO"), "What does NATO do?"),
    ((NATO, TOOLBOX, "Back to NATO: what must it defend?"), "What must NATO defend?"),
    ((NATO, TOOLBOX, "Back to NATO. What is its key priority?"), "What is NATO's key priority?"),
    # bare question words
    ((NATO, "Why?"), "Why does NATO do that?"),
    (
        ("What does Belgium want the UN to focus on?", "Why?"),
        "Why does Belgium want the UN to focus on that?",
    ),
    (
        ("Who recognised cyberspace as a domain?", "When was that?"),
        "Who recognised cyberspace as a domain, and when?",
    ),
    (("Where are negotiations conducted?", "In which city?"), "In which city are negotiations conducted?"),
    (("Is a new treaty necessary?", "according to whom?"), "According to whom is a new treaty necessary?"),
    (
        ("Do new technologies have an impact on power relations?", "Which technologies?"),
        "Which technologies have an impact on power relations?",
    ),
    (
        ("What does the EU do against cyber-attacks?", "Under which policy?"),
        "Under which policy does the EU do that against cyber-attacks?",
    ),
    # what was asked, where a name of it would say too little
    (
        ("When was the strategy approved?", "By how many votes?"),
        "By how many votes was the strategy approved?",
    ),
    (("Who wants a new treaty?", "How many?"), "How many (wants a new treaty)?"),
    (
        ("How many countries want a new treaty?", "Why?"),
        "How many countries want a new treaty, and why?",
    ),
    (
        ("How can the EU react to cyber-attacks?", "Are sanctions the only option?"),
        "Are sanctions the only option (the EU react to cyber-attacks)?",
    ),
    (
        ("What does Belgium prefer to a new treaty?", "Who shares that view?"),
        "Who shares that view (Belgium prefer to a new treaty)?",
    ),
    (
        ("Which countries want a new treaty?", "And our country?"),
        "What does the document say about our country (countries want a new treaty)?",
    ),
    (
        ("Tell me about the EU's toolbox", "Under which policy was it made?"),
        "Under which policy was the EU’s toolbox made?",
    ),
    (("What are NATO's priorities?", "Who leads it?"), "Who leads NATO?"),
    (("What does Belgium do?", "And the forum?", "Who takes part in it?"), "Who takes part in the forum?"),
    (("Tell me about the OSCE.", "In which city does it meet?"), "In which city does the OSCE meet?"),
    (
        ("Who adopted the strategy?", "I mean, when?"),
        "Who adopted the strategy, and when?",
    ),
    # pronouns
    ((NATO, "What else do they do?"), "What else does NATO do?"),
    (("What threatens the Alliance?", "What must it defend?"), "What must the Alliance defend?"),
    ((TOOLBOX, "What is it for?"), "What is the EU’s diplomatic toolbox for?"),
    (("Tell me about the OSCE.", "What does it focus on?"), "What does the OSCE focus on?"),
    (
        ("What are confidence-building measures?", "Who develops them?"),
        "Who develops confidence-building measures?",
    ),
    (
        ("Are new initiatives being launched?", "How must they be evaluated?"),
        "How must new initiatives be evaluated?",
    ),
    (("Who are non-state actors?", "What is their role?"), "What is non-state actors' role?"),
    (
        ("Which strategy do the Member States implement?", "When was it approved?"),
        "When was the strategy that the Member States implement approved?",
    ),
    (
        ("What role do technology companies play?", "Why are they important?"),
        "Why are technology companies important?",
    ),
    (
        ("What are restrictive instruments?", "Give me an example of those."),
        "Give me an example of restrictive instruments.",
    ),
    (("What does the EU do against cyber-attacks?", "Compare that with NATO."), "Compare the EU with NATO."),
    # what is left open
    (("How must new initiatives be evaluated?", "Who decides that?"), "Who decides that (new initiatives)?"),
    ((NATO, "Is that the only one?"), "Is that the only one (NATO)?"),
    (("What does the OSCE focus on?", "Is Belgium involved?"), "Is Belgium involved (the OSCE)?"),
    (("What threatens the Alliance?", "Tell me more"), "What does the document say about the Alliance?"),
    # more
    (
        ("What does the OSCE focus on?", "How many measures?"),
        "How many measures (the OSCE focus on)?",
    ),
    (("Does Belgium support a treaty?", "Why not?"), "Does Belgium support a treaty, and why not?"),
    (("Summarise the OSCE section", "And the NATO one?"), "Summarise the NATO section."),
    (("Compare the EU and NATO", "And the EU and the UN?"), "Compare the EU and the UN."),
    (("Compare the EU and NATO", "what about the UN?"), "Compare the UN and NATO."),
    # small talk between
    ((NATO, "thanks!", "And the EU?"), "What does the EU do?"),
    # the last 'and why' is replaced, what stands in brackets stays there
    (
        ("What does the OSCE focus on?", "How many measures?", "Between whom?"),
        "Between whom does the OSCE focus on that?",
    ),
    ((NATO, "Why?", "And the EU?"), "What does the EU do?"),
    (
        ("What does the OSCE focus on?", "Is Belgium involved?", "And in NATO?"),
        "Is Belgium involved (NATO)?",
    ),
    # a question word that asks for no noun, a participle that is none
    (
        ("When was the strategy approved?", "By whom?", "Who carries it out?"),
        "Who carries the strategy out?",
    ),
    (
        ("Who is involved in cyberspace besides states?", "What do they do?"),
        "What do they do (involved in cyberspace besides states)?",
    ),
    (("Why is cyberspace a topic?", "Was it one before?"), "Was cyberspace one before?"),
    # several, and things compared
    (
        ("What foreign policy instruments does the EU have?", "Who are they aimed at?"),
        "Who are the foreign policy instruments aimed at?",
    ),
    (
        ("What foreign policy instruments does the EU have?", "Which ones are restrictive?"),
        "Which instruments are restrictive (the EU)?",
    ),
    (
        ("Compare NATO and the OSCE", "Which of them is Belgium active in?"),
        "Which of NATO and the OSCE is Belgium active in?",
    ),
    (
        ("Compare NATO and the OSCE", "When did the first one recognise cyberspace?"),
        "When did NATO recognise cyberspace?",
    ),
    # a topic and a question
    (
        (NATO, "sorry I meant the EU strategy, what year is that from"),
        "What year is the EU strategy from?",
    ),
    ((NATO, "and the EU, what do they do?"), "What does the EU do?"),
    (
        (NATO, "OK back to the technologies, which of these does the European Commission work on?"),
        "Which of the technologies does the European Commission work on?",
    ),
    # hardly a question
    ((NATO, "Why not a treaty?"), "Why not a treaty (NATO)?"),
    ((NATO, "hmm and the OSCE then?"), "What does the OSCE do?"),
    (("Who wants a new treaty?", "Does Belgium?"), "Does Belgium (wants a new treaty)?"),
    (
        ("Who wants a new treaty?", "And us?"),
        "What does the document say about our country (wants a new treaty)?",
    ),
    # a word at the end that adds nothing
    ((NATO, "And what does the EU do then?"), "What does the EU do?"),
    ((NATO, "When exactly?"), "When does NATO do that?"),
    ((NATO, "What has changed since then?"), "What has changed since then?"),
    # 'which' asked anew, what is there, what a verb's particle hides
    (
        ("Which strategy was approved in March 2021?", "By whom?"),
        "By whom was the strategy approved in March 2021?",
    ),
    (("Is there a new treaty?", "Who wants it?"), "Who wants a new treaty?"),
    (
        ("What confronts us with major issues?", "What sped that up?"),
        "What sped that up (confronts us with major issues)?",
    ),
    # about the matter, not the assistant
    ((TOOLBOX, "How does it work?"), "How does the EU’s diplomatic toolbox work?"),
    # corrections and returns as people type them
    ((NATO, "Sorry, the OSCE I mean"), "What does the OSCE do?"),
    ((NATO, TOOLBOX, "ok so NATO again, what must it defend"), "What must NATO defend?"),
]
OTHERS = [
    (("Wat doet de NAVO?", "En wat doet de EU dan?"), "Wat doet de EU?"),
    (("Wat doet de NAVO?", "Nee, de EU bedoel ik"), "Wat doet de EU?"),
    (("Welk verdrag is nodig?", "Waarom?"), "Waarom is het verdrag nodig?"),
    (
        ("Is een nieuw verdrag nodig?", "Waarom is dat belangrijker?"),
        "Waarom is dat belangrijker (een nieuw verdrag)?",
    ),
    (
        ("Wie wil een nieuw verdrag?", "Wie denkt er ook zo over?"),
        "Wie denkt er ook zo over (een nieuw verdrag)?",
    ),
    (("Que fait l'OTAN ?", "Et l'OSCE alors ?"), "Que fait l’OSCE ?"),
    (("Que fait l'OTAN ?", "Non, pas l'OTAN, l'UE"), "Que fait l’UE ?"),
    (("Was macht die NATO?", "Wozu dient das?"), "Wozu dient das (die NATO)?"),
    (("Was macht die NATO?", "Nein, die EU meine ich"), "Was macht die EU?"),
    (("Welche Strategie wurde beschlossen?", "Von wem?"), "Von wem wurde die Strategie beschlossen?"),
    (
        ("Wann wurde das Verfahren beschlossen?", "Warum wirkt es nicht?"),
        "Warum wirkt es nicht (das Verfahren beschlossen)?",
    ),
    (("Wat zegt de NAVO over cyberspace?", "En de OVSE?"), "Wat zegt de OVSE over cyberspace?"),
    (("Wat doet de NAVO?", "Wat doen ze nog?"), "Wat doet de NAVO nog?"),
    (("Wat doet de NAVO?", "Wat moet ze verdedigen?"), "Wat moet de NAVO verdedigen?"),
    (("Wat doet de NAVO?", "Nee, ik bedoelde de OVSE."), "Wat doet de OVSE?"),
    (("Wat doet de NAVO?", "Waarom?"), "Wat doet de NAVO, en waarom?"),
    (("Is een nieuw verdrag nodig?", "Waarom?"), "Waarom is een nieuw verdrag nodig?"),
    (("Is een nieuw verdrag nodig?", "Volgens wie?"), "Volgens wie is een nieuw verdrag nodig?"),
    (
        ("Waar legt de OVSE de nadruk op?", "Is België daarbij betrokken?"),
        "Is België daarbij betrokken (de OVSE)?",
    ),
    (
        ("Hoe reageert de EU op cyberaanvallen?", "hoe zit het met de NAVO?"),
        "Hoe reageert de NAVO op cyberaanvallen?",
    ),
    (("Que fait l'OTAN ?", "Et l'UE ?"), "Que fait l’UE ?"),
    (("Que fait l'OTAN ?", "Non, je voulais dire l'OSCE."), "Que fait l’OSCE ?"),
    (("Que fait l'OTAN ?", "Que doit-elle défendre ?"), "Que doit-elle défendre (l’OTAN) ?"),
    (("Que fait l'OTAN ?", "Qui en décide ?"), "Qui en décide (l'OTAN) ?"),
    (
        ("Un nouveau traité est-il nécessaire ?", "Pourquoi ?"),
        "Pourquoi un nouveau traité est-il nécessaire ?",
    ),
    (
        ("Comment l'UE réagit-elle ?", "Et les sanctions ?"),
        "Que dit le document au sujet des sanctions (l'UE) ?",
    ),
    (("Qui a reconnu le cyberespace ?", "Quand était-ce ?"), "Qui a reconnu le cyberespace, et quand ?"),
    (("Was macht die NATO?", "Und die EU?"), "Was macht die EU?"),
    (("Was macht die NATO?", "Was machen sie noch?"), "Was macht die NATO noch?"),
    (("Was macht die NATO?", "Was muss sie verteidigen?"), "Was muss die NATO verteidigen?"),
    (("Was macht die NATO?", "Nein, ich meinte die OSZE."), "Was macht die OSZE?"),
    (("Was macht die NATO?", "Wie sieht es mit der UNO aus?"), "Was macht die UN?"),
    (("Ist ein neuer Vertrag nötig?", "Warum?"), "Warum ist ein neuer Vertrag nötig?"),
    (("Ist ein neuer Vertrag nötig?", "Und wer ist dafür?"), "Wer ist dafür (ein neuer Vertrag)?"),
    (("Wann wurde die Strategie verabschiedet?", "Wer setzt sie um?"), "Wer setzt die Strategie um?"),
    (("Wat doet de NAVO?", "Wat is daar de prioriteit?"), "Wat is daar de prioriteit (de NAVO)?"),
    (
        ("Welke maatregelen ontwikkelt de OVSE?", "Doet België daaraan mee?", "En de NAVO?"),
        "Doet België daaraan mee (de NAVO)?",
    ),
    (("Wie wil een nieuw verdrag?", "En wie niet?"), "Wie niet (een nieuw verdrag)?"),
    (
        ("Que fait la Belgique à l'OSCE ?", "Quelles mesures y développe-t-on ?"),
        "Quelles mesures y développe-t-on (l'OSCE) ?",
    ),
    (
        ("Quelle est la stratégie de l'UE ?", "Quand a-t-elle été adoptée ?", "Qui la met en œuvre ?"),
        "Qui la met en œuvre (la stratégie de l’UE) ?",
    ),
    (("Was macht die OSZE?", "Ist Belgien da auch dabei?"), "Ist Belgien da auch dabei (die OSZE)?"),
    (("Was macht die OSZE?", "Zwischen wem?"), "Was macht die OSZE, und zwischen wem?"),
]
# Said after a question about NATO; each stands alone and stays as it is.
SELF_CONTAINED = [
    "Must the Allies improve their networks?",
    "Is quantum computing mentioned?",
    "What is at stake in cyberspace?",
    "How does the EU use its toolbox?",
    "Does the OSCE say that it will develop measures?",
    "Which strategy was approved in 2021?",
    "Why do technology companies matter?",
    "Is it true that Belgium wants a treaty?",
    "Are there non-state actors in cyberspace?",
    "What does this document say about human rights?",
    "blockchain impact",
    "sanctions",
    "5G",
    "Moeten de bondgenoten hun netwerken verbeteren?",
    "Wat is de rol van technologiebedrijven?",
    "Les Alliés doivent-ils améliorer leurs réseaux ?",
    "Comment l'UE réagit-elle aux cyberattaques ?",
    "Quelle stratégie a été approuvée en 2021 ?",
    "Müssen die Verbündeten ihre Netze verbessern?",
    "Welche Rolle spielen Technologieunternehmen?",
]
NOTHING_MEANT = {
    "en": ["And them?", "Why?", "What about that?", "and?"],
    "nl": ["En zij?", "Waarom?", "En dat?"],
    "fr": ["Et eux ?", "Pourquoi ?", "Et ça ?"],
    "de": ["Und sie?", "Warum?", "Und das?"],
}


@pytest.mark.parametrize(("messages", "standalone"), ENGLISH + OTHERS)
def test_stands_alone(messages: tuple[str, ...], standalone: str, knowledge: KnowledgeBase) -> None:
    query = converse(knowledge).ask(*messages)
    assert query.standalone == standalone
    assert standalone in query.searches
    assert query.intent not in (Intent.SMALL_TALK, Intent.UNCLEAR)


@pytest.mark.parametrize("text", SELF_CONTAINED)
def test_leaves_a_question_that_stands_alone(text: str, knowledge: KnowledgeBase) -> None:
    query = converse(knowledge).ask(NATO, text)
    assert query.standalone == text[:1].upper() + text[1:]
    assert query.searches[0] == text
    assert "North Atlantic Treaty Organization (NATO)" not in query.topics


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in NOTHING_MEANT.items() for text in texts]
)
def test_asks_back_when_nothing_is_meant(language: str, text: str, knowledge: KnowledgeBase) -> None:
    query = converse(knowledge, language).ask(text)
    assert query.intent is Intent.UNCLEAR
    assert 2 <= len(query.choices) <= 3
    for choice in query.choices:
        assert converse(knowledge).ask(choice).language == language


def test_offers_what_was_talked_about_first(knowledge: KnowledgeBase) -> None:
    query = converse(knowledge).ask("What does the OSCE focus on?", "And them?")
    assert query.intent is Intent.UNCLEAR
    assert query.choices[0] == "What does the document say about the OSCE?"


def test_a_change_of_topic_carries_nothing_over(knowledge: KnowledgeBase) -> None:
    query = converse(knowledge).ask(NATO, "By the way, what is at stake?")
    assert query.standalone == "What is at stake?"


def test_searches_with_what_was_typed_too(knowledge: KnowledgeBase) -> None:
    query = converse(knowledge).ask(NATO, "What must it defend?")
    assert query.searches[:2] == ("What must it defend?", "What must NATO defend?")


def test_a_bare_question_word_is_no_search(knowledge: KnowledgeBase) -> None:
    assert converse(knowledge).ask(NATO, "Why?").searches == ("Why does NATO do that?",)


@pytest.mark.parametrize(
    ("messages", "instead"),
    [
        ((NATO, "And the UN?"), "What does the document say about the UN?"),
        (("When did NATO recognise cyberspace?", "And the UN?"), ""),  # a summary is no date
        ((NATO, "What must it defend?"), ""),
    ],
)
def test_knows_what_to_answer_when_a_transferred_question_has_no_answer(
    messages: tuple[str, ...], instead: str, knowledge: KnowledgeBase
) -> None:
    assert converse(knowledge).ask(*messages).instead == instead


def test_searches_for_a_name_as_the_documents_write_it(knowledge: KnowledgeBase) -> None:
    query = converse(knowledge).ask("Waar legt de OVSE de nadruk op?")
    assert any("OSCE" in text for text in query.searches)


@pytest.mark.parametrize(
    ("messages", "expects"),
    [
        (("Who recognised cyberspace as a domain?", "When was that?"), "date"),
        ((NATO, "Why?"), "reason"),
        (("When did NATO recognise cyberspace?", "And the EU?"), "date"),
        (("Wann wurde die Strategie verabschiedet?", "Wer setzt sie um?"), "person"),
    ],
)
def test_expects_what_the_follow_up_asks(
    messages: tuple[str, ...], expects: str, knowledge: KnowledgeBase
) -> None:
    assert converse(knowledge).ask(*messages).expects == expects


def test_keeps_the_language_of_the_conversation(knowledge: KnowledgeBase) -> None:
    assert converse(knowledge).ask("Wat doet de NAVO?", "OSCE").language == "nl"
    assert converse(knowledge).ask("Wat doet de NAVO?", "And the EU?").language == "en"
