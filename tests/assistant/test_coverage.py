import pytest

from assistant.coverage import coverage, name_coverage, number_coverage, satisfies, stems, terms

NATO = "In 2016, NATO recognised cyberspace as an operational domain, just like land, sea, and air."


def test_terms_are_the_words_that_a_text_could_hold() -> None:
    asked = terms("Who chairs the multi-stakeholder forum of NATO in 2016?", "en")
    assert set(asked.weights) == {"chairs", "multi", "stakeholder", "forum", "nato"}
    assert asked.names == {"nato"}
    assert asked.numbers == {"2016"}


def test_a_rarer_word_weighs_more() -> None:
    asked = terms("new demilitarisation", "en")
    assert asked.weights["demilitarisation"] > asked.weights["new"]


def test_a_question_of_frame_words_alone_keeps_them() -> None:
    assert terms("What is this about?", "en").weights


def test_coverage_goes_by_stem() -> None:
    held = stems(NATO, "en")
    assert coverage(terms("Is cyberspace an operational domain recognised by NATO?", "en"), held, "en") == 1.0
    assert coverage(terms("sourdough bread", "en"), held, "en") == 0.0
    assert 0 < coverage(terms("Who chairs NATO?", "en"), held, "en") < 1


def test_names_and_numbers_that_are_asked_for() -> None:
    held = stems(NATO, "en")
    assert name_coverage(terms("What did NATO do?", "en"), held, "en") == 1.0
    assert name_coverage(terms("What did the OSCE do?", "en"), held, "en") == 0.0
    assert number_coverage(terms("What happened in 2016?", "en"), NATO) == 1.0
    assert number_coverage(terms("What happened in 2018?", "en"), NATO) == 0.0
    assert number_coverage(terms("What does article 5 say?", "en"), "In 2015 NATO met.") == 0.0
    assert number_coverage(terms("What happened?", "en"), NATO) == 1.0


def test_an_acronym_is_no_word_of_the_frame() -> None:
    assert "un" in terms("What does the UN do?", "en").weights
    assert terms("What does the UN do?", "en").names == {"un"}
    assert coverage(terms("the UN", "en"), stems("Talks within the UN.", "en"), "en") == 1.0
    assert "us" not in terms("WHAT DOES IT TELL US?", "en").names


def test_german_nouns_are_no_names() -> None:
    assert terms("Wer hat den Bereich in Wien anerkannt, die NATO?", "de").names == {"nato"}


@pytest.mark.parametrize(
    ("expects", "text", "met"),
    [
        ("date", NATO, True),
        ("date", "The strategy was approved in March.", True),
        ("date", "The strategy was approved by all.", False),
        ("date", "In recent years it has grown.", False),
        ("date", "It took three years.", True),
        ("number", "Thirty Allies and two partners met.", True),
        ("number", "Several Allies met.", False),
        ("person", "It was signed by Marie Curie herself.", True),
        ("person", "It was signed by nobody.", False),
        ("place", "They met in Vienna.", True),
        ("reason", "They met.", True),
    ],
)
def test_whether_a_text_holds_the_type_asked_for(expects: str, text: str, met: bool) -> None:
    assert satisfies(expects, text, terms("What happened there?", "en"), "en") is met


def test_the_name_in_the_question_is_not_the_answer() -> None:
    assert not satisfies("person", "It was done by NATO.", terms("Who leads NATO?", "en"), "en")


def test_a_known_name_is_found_in_any_spelling_and_language() -> None:
    held = stems(NATO, "en")
    spellings = frozenset({"NATO", "de NAVO", "North Atlantic Treaty Organization"})
    asked = terms("Wat doet de NAVO in België?", "nl", (spellings,))
    assert asked.names == {"belgië"}
    assert name_coverage(asked, held, "en", crosses=True) == 1.0
    assert name_coverage(asked, held, "en") == 0.5
    other = terms("Wat doet de OVSE?", "nl", (frozenset({"the OSCE", "de OVSE"}),))
    assert name_coverage(other, held, "en", crosses=True) == 0.0
