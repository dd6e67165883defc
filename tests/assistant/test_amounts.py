import pytest

from assistant.amounts import has_amount

SEEDS = "Between 2018 and 2020 volunteers collected 2.3 million seeds and sowed them on 34 plots."


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("How many volunteers collected the seeds?", SEEDS, False),
        ("How many seeds were collected?", SEEDS, True),
        ("How many plots were sown?", SEEDS, True),
        # a year and a share count nothing, whatever the text speaks of
        ("How many people work in the mines?", "In 2023 coal supplied 38% of the power.", False),
        ("How many people came?", "In 2023 it was 412.", True),
        ("How many visitors came?", "On 3 May the visitors paid 40 euros.", False),
        ("How many euros did they pay?", "On 3 May the visitors paid 40 euros.", True),
        # the number stands behind its noun, or in the sum
        ("How many visitors came?", "The visitors were 40.", True),
        ("How many visitors came?", "The number of visitors reached 40 thousand souls.", True),
        ("How many casualties were there?", "Approximately 1,000 soldiers were killed.", True),
        ("How many exams may I take?", "A student may sit three examinations.", True),
        ("How many valves does it use?", "It was a four-valve engine.", True),
        ("How many hotspots are there?", "There are 23,000 free wi-fi internet hotspots.", True),
        # no number at all: the reader may know a word for one
        ("How many members are there?", "All of the members came.", True),
        ("How many members are there?", "Members | 12", True),
        ("What do members do?", "In 2019 they met.", True),
    ],
)
def test_a_number_counts_what_is_asked_for(question: str, text: str, held: bool) -> None:
    assert has_amount(question, "en", text, "en") is held


@pytest.mark.parametrize(
    ("question", "language", "text", "held"),
    [
        ("How much did the pumps cost the company?", "en", "It pays 85% of the claimants' costs.", False),
        (
            "How much did the pumps cost the company?",
            "en",
            "The pumps were bought for 3 million pounds.",
            True,
        ),
        ("What is the price of a pass?", "en", "Day pass | 7.20", True),
        ("How much does the tour cost?", "en", "The tour is free.", True),
        ("Hoeveel kost een groene container?", "nl", "Een groene container van 40 liter.", False),
        ("Hoeveel kost een groene container?", "nl", "Die kost 12 euro.", True),
        ("Combien coûte une copie ?", "fr", "Une copie a 2 pages.", False),
        ("Wie viel kostet eine Karte?", "de", "Die Karte gilt 24 Stunden.", False),
        ("Wie viel kostet eine Karte?", "de", "Kinder fahren kostenlos.", True),
        # a follow-up with what it is about in brackets
        ("What did it cost (the toolbox)?", "en", "The EU developed a toolbox.", False),
        ("Wat heeft dat gekost (de EU ontwikkeld)?", "nl", "The EU developed a toolbox.", False),
        ("Was hat das gekostet (die Strategie)?", "de", "The EU approved it in 2021.", False),
        ("Qu’a-t-elle coûté (la stratégie) ?", "fr", "The EU approved it in 2021.", False),
    ],
)
def test_a_price_is_an_amount_of_money(question: str, language: str, text: str, held: bool) -> None:
    assert has_amount(question, language, text, language) is held


@pytest.mark.parametrize(
    ("question", "language", "text", "text_language", "held"),
    [
        ("Hoeveel leden telt de raad?", "nl", "De leden keurden 12 voorstellen goed.", "nl", False),
        ("Hoeveel leden telt de raad?", "nl", "De raad heeft veertien leden.", "nl", True),
        ("Combien de camions y a-t-il ?", "fr", "Er reden er veertien van zulke wagens.", "nl", True),
        ("Wie viele Mitglieder gibt es?", "de", "In 2019 it had 38% of the votes.", "en", False),
        ("Wie viele Mitglieder gibt es?", "de", "Seit 2019 sind es neun Mitglieder.", "de", True),
    ],
)
def test_a_number_counts_in_every_language(
    question: str, language: str, text: str, text_language: str, held: bool
) -> None:
    assert has_amount(question, language, text, text_language) is held
