import re
from pathlib import Path

import pytest

from assistant.lexicon import LANGUAGES
from assistant.phrases import FOLDER, phrase, phrases

MESSAGES = ("assistant", "evals", "knowledge")  # their English stands in the code
TABLES = sorted({path.name.split(".")[0] for path in FOLDER.glob("*.toml")} - set(MESSAGES))
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("table", TABLES)
def test_every_language_has_the_same_phrases_and_placeholders(table: str) -> None:
    def shape(language: str) -> dict[str, list[str]]:
        return {key: sorted(PLACEHOLDER.findall(text)) for key, text in phrases(table, language).items()}

    shapes = {language: shape(language) for language in LANGUAGES}
    assert all(shape == shapes["en"] for shape in shapes.values())


@pytest.mark.parametrize("table", TABLES)
def test_no_phrase_is_empty_or_left_in_english(table: str) -> None:
    english = phrases(table, "en")
    for language in ("nl", "fr", "de"):
        translated = phrases(table, language)
        assert all(text.strip() for text in translated.values())
        sentences = {key for key, text in english.items() if len(text.split()) > 4}
        assert not [key for key in sentences if translated[key] == english[key]]


def test_every_table_has_a_file_of_each_language() -> None:
    assert {path.name for path in Path(FOLDER).glob("*.toml")} == {
        f"{table}.{language}.toml"
        for table in (*TABLES, *MESSAGES)
        for language in LANGUAGES
        if table not in MESSAGES or language != "en"
    }


def test_fills_in_values_as_they_are() -> None:
    assert (
        phrase("answer.lead_section", "en", section="{number} <b>")
        == "Under “{number} <b>”, the document says:"
    )


def test_another_language_reads_english() -> None:
    assert phrase("answer.abstain", "es") == phrase("answer.abstain", "en")


def test_unknown_keys_and_missing_values_are_errors() -> None:
    for key in ("answer.nothing", "nothing.answer", "answer"):
        with pytest.raises(KeyError):
            phrase(key)
    with pytest.raises(KeyError):
        phrase("answer.lead_section", "en")
