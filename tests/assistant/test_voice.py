import pytest

from assistant.voice import home_names, in_its_voice, speaks_of_its_country

TEXT = "Our country takes part. Belgium helps Belgium's partners. France was asked as well."
OURS = "Our country believes that agreed rules come first."


def test_the_own_country_is_the_one_named_most_in_all_its_names() -> None:
    assert {"belgium", "belgië", "belgique", "belgien"} <= home_names(TEXT, "en")
    assert "france" not in home_names(TEXT, "en")


@pytest.mark.parametrize("text", ["Belgium takes part in Belgium.", "Our country takes part."])
def test_a_text_without_our_country_or_a_name_has_none(text: str) -> None:
    assert home_names(text, "en") == frozenset()


@pytest.mark.parametrize(
    ("question", "language", "put"),
    [
        ("What does Belgium believe?", "en", "What does our country believe?"),
        ("Wat gelooft België?", "nl", "Wat gelooft ons land?"),
        ("What does Russia believe?", "en", "What does Russia believe?"),
    ],
)
def test_a_question_is_put_in_the_words_of_the_passage(question: str, language: str, put: str) -> None:
    assert in_its_voice(question, language, OURS, "en", home_names(TEXT, "en")) == put


@pytest.mark.parametrize("passage", ["The rules are agreed.", f"{OURS} Belgium says so."])
def test_a_passage_that_names_the_country_or_not_itself_is_asked_by_name(passage: str) -> None:
    asked = "What does Belgium believe?"
    assert in_its_voice(asked, "en", passage, "en", home_names(TEXT, "en")) == asked


def test_line_breaks_do_not_hide_the_phrase() -> None:
    assert speaks_of_its_country("and our\ncountry", "en")
