import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language import detect
from assistant.wording import mismatches, numbers

NATO = "In 2016, NATO recognised cyberspace as an operational domain, just like land, sea, and air."
TREATY = (
    "Whereas several countries believe that a new international treaty is necessary for this purpose, our "
    "country believes that we should focus first and foremost on implementing already agreed standards."
)
ALLIES = (
    "The Allies are committed to strengthen and improve the cyber defence capabilities of national networks."
)
TOOLBOX = (
    "The EU has in recent years developed a diplomatic toolbox to discourage other states from perpetrating "
    "cyber-attacks."
)
CRISIS = "The digitisation of our society, further accelerated by the recent COVID-19 crisis, confronts us."
COMPANIES = "Technology companies have a central role to play in the management of cyberspace."
INSTRUMENTS = (
    "By using restrictive (e.g., sanctions) or positive (e.g., training) instruments, the EU reminds states."
)
STRATEGY = "They act to implement the European Cyber Security Strategy approved in March 2021."
TRAM = (
    "Terwijl de stad een tramlijn wil aanleggen, vindt de provincie dat eerst de bussen beter moeten rijden."
)
MINISTER = "La ministre s'est engagée à réduire les émissions, alors que des entreprises demandent du temps."
WIND = "Während die Regierung den Ausbau der Windkraft fordert, lehnt die Opposition neue Anlagen ab."
PLAIN = (
    "The committee, which does not meet in August, may publish 1,200 reports for some of its twelve members."
)

FAITHFUL = [
    (NATO, "NATO recognised cyberspace as an operational domain in 2016."),
    (NATO, "NATO called cyberspace “an operational domain” in 2016."),
    (TREATY, "Several countries believe that a new treaty is necessary."),
    (TREATY, "Our country should focus first on implementing agreed standards."),
    (PLAIN, "It may publish 1200 reports for some of its 12 members."),
    (PLAIN, "The committee does not meet in August."),
    ("Belgium chairs the group in its first year.", "The Belgian chair led the group in the first year."),
    ("There is no international agreement on norms.", "No agreement on norms exists."),
    ("NGOs and one expert objected.", "An NGO objected, and so did one expert."),
    ("All Member States of the UN must respect the Charter.", "All UN member states must respect it."),
    (
        TREATY,
        "Several countries want a new treaty, whereas our country wants to implement agreed standards first.",
    ),
    (ALLIES, "The Allies are committed to improving the cyber defence of national networks."),
    (TOOLBOX, "The EU's diplomatic toolbox is meant to discourage cyberattacks."),
    (CRISIS, "The COVID-19 crisis accelerated the digitisation of our society."),
    (
        COMPANIES,
        "According to the document, technology companies play a central role in managing cyberspace.",
    ),
    (INSTRUMENTS, "The EU uses sanctions and training as instruments."),
    (STRATEGY, "The European Cyber Security Strategy was approved in March 2021."),
    (
        "It was rejected, but the board kept it because it was cheap.",
        "The board kept it because it was cheap.",
    ),
    (
        "Countries must cooperate: after all, it is a common problem.",
        "Because it is common, countries must cooperate.",
    ),
]
CHANGED = [
    (NATO, "NATO recognised cyberspace in 2017.", "number"),
    (NATO, "NATO recognised two domains.", "number"),
    (NATO, "In March 2016, NATO recognised cyberspace.", "date"),
    (NATO, "The OSCE recognised cyberspace in 2016.", "name"),
    (NATO, "Russia recognised cyberspace in 2016.", "name"),
    (NATO, "Angela Merkel recognised cyberspace in 2016.", "name"),
    (NATO, "NATO did not recognise cyberspace as an operational domain.", "negation"),
    (NATO, "NATO must recognise cyberspace as an operational domain.", "strength"),
    (NATO, "NATO called it “a domain of operations”.", "quote"),
    (TREATY, "All countries believe that a new treaty is necessary.", "strength"),
    (TREATY, "We focus first and foremost on implementing already agreed standards.", "strength"),
    (PLAIN, "The committee meets in August.", "negation"),
    (PLAIN, "It will publish 12,000 reports.", "number"),
    (PLAIN, "The committee must publish reports.", "strength"),
    ("The EU adopted the strategy under Belgian lead.", "The UN adopted the strategy.", "name"),
    ("They discussed the treaty with us.", "They discussed the treaty with the US.", "name"),
    ("Austria signed the treaty.", "Australia signed the treaty.", "name"),
    ("Austria signed the treaty.", "An Australian envoy signed the treaty.", "name"),
    ("Slovenia signed the treaty.", "Slovakia signed the treaty.", "name"),
    ("Iran signed the treaty.", "Iraqi diplomats signed the treaty.", "name"),
    ("It was the Committee that decided.", "It was the Commission that decided.", "name"),
    ("The EU does not use sanctions. NATO supports Ukraine.", "NATO does not support Ukraine.", "negation"),
    ("Attribution is possible today.", "Attribution is impossible today.", "negation"),
    ("The norms are non-binding rules.", "The norms are binding rules.", "negation"),
    ("Two states objected.", "One state objected.", "number"),
    ("It is the first report.", "It is the second report.", "number"),
    ("Several states object to all treaties.", "All states object to treaties.", "strength"),
    ("States must report incidents.", "States report incidents.", "strength"),
    ("States must report incidents.", "States can report incidents.", "strength"),
    ("Several countries objected.", "Countries objected.", "strength"),
    ("Only Belgium objected.", "Belgium objected.", "strength"),
    (NATO, "NATO recognised space as an operational domain.", "word"),
    (NATO, "NATO treats cyberspace as its most important domain.", "word"),
    (NATO, "Land recognised NATO as an operational domain.", "role"),
    (NATO, "NATO was recognised as an operational domain in 2016.", "role"),
    (TREATY, "Our country believes that a new international treaty is necessary.", "role"),
    (TREATY, "Several countries believe in implementing agreed standards first.", "role"),
    (ALLIES, "The Allies have strengthened the cyber defence capabilities of national networks.", "done"),
    (ALLIES, "The Allies are committed to strengthen offensive cyber capabilities.", "word"),
    (TOOLBOX, "Other states have developed a toolbox to discourage the EU from cyber-attacks.", "role"),
    (TOOLBOX, "The EU has discouraged other states from cyber-attacks.", "done"),
    (CRISIS, "The COVID-19 crisis slowed the digitisation of our society.", "opposite"),
    (CRISIS, "The digitisation of our society accelerated the COVID-19 crisis.", "role"),
    (CRISIS, "Digitisation caused the COVID-19 crisis.", "word"),
    (COMPANIES, "Technology companies manage cyberspace.", "done"),
    (COMPANIES, "Technology companies play a minor role in the management of cyberspace.", "opposite"),
    (INSTRUMENTS, "Sanctions are a positive instrument of the EU.", "role"),
    (STRATEGY, "The strategy was implemented in March 2021.", "done"),
    ("Belgium is involved in this process.", "Belgium leads this process.", "word"),
    ("It failed because it was late.", "It was late because it failed.", "cause"),
    ("It failed. It was late.", "It failed because it was late.", "cause"),
    ("It does not meet in May. It may vote.", "It may not vote in May. It may meet.", "negation"),
]
ELSEWHERE = [
    (TRAM, "De stad wil een tramlijn aanleggen.", ""),
    (TRAM, "De provincie wil een tramlijn aanleggen.", "role"),
    (TRAM, "De stad heeft een tramlijn aangelegd.", "done"),
    (TRAM, "De stad wil een school bouwen.", "word"),
    (MINISTER, "La ministre s'est engagée à réduire les émissions.", ""),
    (MINISTER, "Des entreprises se sont engagées à réduire les émissions.", "role"),
    (MINISTER, "La ministre a réduit les émissions.", "done"),
    (MINISTER, "La ministre s'est engagée à augmenter les émissions.", "opposite"),
    (WIND, "Die Regierung fordert den Ausbau der Windkraft.", ""),
    (WIND, "Die Opposition fordert den Ausbau der Windkraft.", "role"),
    (WIND, "Die Regierung hat die Windkraft ausgebaut.", "done"),
    (WIND, "Die Regierung fordert den Ausbau der Atomkraft.", "word"),
]
ACROSS = [
    (TREATY, "Verschillende landen vinden een nieuw internationaal verdrag nodig.", ""),
    (TREATY, "Ons land vindt een nieuw internationaal verdrag noodzakelijk.", "role"),
    (ALLIES, "De bondgenoten verbinden zich ertoe hun cyberdefensie te versterken.", ""),
    (ALLIES, "De bondgenoten hebben hun cyberdefensie al versterkt.", "done"),
    (CRISIS, "La crise du COVID-19 a accéléré la numérisation de la société.", ""),
    (CRISIS, "La crise du COVID-19 a ralenti la numérisation de la société.", "opposite"),
    ("The OSCE works with participating states.", "L'OSCE travaille avec les États participants.", ""),
    (COMPANIES, "Technologieunternehmen spielen eine zentrale Rolle bei der Verwaltung des Cyberraums.", ""),
    (NATO, "2016 erkannte die NATO den Cyberraum als Einsatzgebiet an, wie Land, See und Luft.", ""),
]
TRANSLATED = [
    "In 2016 erkende de NAVO cyberspace als een operationeel domein.",
    "En 2016, l'OTAN a reconnu le cyberespace comme un domaine opérationnel.",
    "2016 erkannte die NATO den Cyberraum als Einsatzgebiet an.",
]
MISTRANSLATED = [
    ("In 2018 erkende de NAVO cyberspace als een operationeel domein.", "number"),
    ("En 2016, l'OSCE a reconnu le cyberespace.", "name"),
    ("2016 erkannte Russland den Cyberraum an.", "name"),
    ("2016 erkannte die NATO den Cyberraum nicht an.", "negation"),
    ("In 2016 moet de NAVO cyberspace erkennen.", "strength"),
]


@pytest.mark.parametrize(("source", "statement"), FAITHFUL)
def test_faithful_wording_passes(source: str, statement: str) -> None:
    assert mismatches(statement, [source]) == ()


@pytest.mark.parametrize(("source", "statement", "kind"), CHANGED)
def test_changed_wording_is_named(source: str, statement: str, kind: str) -> None:
    assert kind in {found.kind for found in mismatches(statement, [source])}


@pytest.mark.parametrize(("source", "statement", "kind"), ELSEWHERE)
def test_other_languages_are_held_to_the_same(source: str, statement: str, kind: str) -> None:
    kinds = {found.kind for found in mismatches(statement, [source], language=detect(source))}
    assert kind in kinds if kind else not kinds


@pytest.mark.parametrize(("source", "statement", "kind"), ACROSS)
def test_what_can_be_compared_across_languages_is(source: str, statement: str, kind: str) -> None:
    found = mismatches(statement, [source], language=detect(statement), same_language=False)
    kinds = {each.kind for each in found}
    assert kind in kinds if kind else not kinds


def test_headings_give_names_and_words_alone() -> None:
    assert not mismatches("The OSCE decides.", ["It decides."], headings=["OSCE"])
    assert mismatches("The OSCE decides.", ["It decides."])


@pytest.mark.parametrize("statement", TRANSLATED)
def test_translation_keeps_names_by_their_other_names(statement: str) -> None:
    assert mismatches(statement, [NATO], language=detect(statement), same_language=False) == ()


@pytest.mark.parametrize(("statement", "kind"), MISTRANSLATED)
def test_translation_may_not_change_anything(statement: str, kind: str) -> None:
    found = mismatches(statement, [NATO], language=detect(statement), same_language=False)
    assert kind in {each.kind for each in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000 and 1.000 and 1 000", {1000}),
        ("2.5 or 2,5 per cent", {2.5}),
        ("twenty-five members, two hundred and three million", {25, 200, 3_000_000}),
        ("twaalf landen, deux pays, drei Länder", {12, 2, 3}),
        ("the first of May", set()),
    ],
)
def test_numbers_in_digits_and_words(text: str, expected: set[float]) -> None:
    assert numbers(text) == expected


@given(st.text(max_size=200))
def test_a_text_never_differs_from_itself(text: str) -> None:
    assert mismatches(text, [text]) == ()


@given(st.integers(min_value=2, max_value=10**9), st.integers(min_value=2, max_value=10**9))
def test_any_other_number_is_found(said: int, true: int) -> None:
    found = mismatches(f"It has {said} members.", [f"It has {true} members."])
    assert bool(found) == (said != true)
