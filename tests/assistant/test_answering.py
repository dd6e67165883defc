from dataclasses import replace

from assistant.answering import Draft, QuoteAnswerer, one_line
from assistant.coverage import terms
from assistant.evidence import Evidence, EvidenceSentence
from assistant.types import Intent, Query
from tests.assistant.test_selection import sentence


def drafts(*chosen: EvidenceSentence, intent: Intent = Intent.FACT, language: str = "en") -> list[Draft]:
    query = Query("q", "q", language, intent)
    return list(QuoteAnswerer().drafts(query, Evidence(query, terms("q", "en"), chosen=chosen), ()))


def test_names_each_section_once_before_its_quotes() -> None:
    elsewhere = replace(sentence(3), heading_path=("T", "Other"))
    found = drafts(sentence(0), sentence(1), elsewhere)
    assert [draft.lead for draft in found] == [True, False, False, True, False]
    assert "S" in found[0].text
    assert "Other" in found[3].text
    assert found[1] == Draft(sentence(0).text, (sentence(0),))


def test_speaks_the_users_language() -> None:
    assert drafts(sentence(0), language="nl")[0].text != drafts(sentence(0))[0].text


def test_an_overview_of_several_sections_has_an_opening() -> None:
    elsewhere = replace(sentence(3), heading_path=("T", "Other"))
    found = drafts(sentence(0), elsewhere, intent=Intent.SUMMARY)
    assert [draft.lead for draft in found[:2]] == [True, True]
    assert "2" in found[0].text
    assert not drafts(sentence(0), intent=Intent.SUMMARY)[1].lead


def test_a_quote_over_several_lines_reads_as_one() -> None:
    broken = replace(sentence(0), text="In 2016,\n  NATO\trecognised it.")
    assert drafts(broken)[1].text == "In 2016, NATO recognised it."
    assert one_line(" a\n\nb ") == "a b"
