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
    ("It does not meet in May. It may vote.", "It may not vote in May. It may meet.", "negation"),
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
