import re

import pytest

from assistant.errors import ConversationNotFound
from assistant.phrases import phrases, told
from knowledge.messages import Message
from tests.assistant.messages import made, without_code

PLACEHOLDER = re.compile(r"\{(\w+)\}")
TRANSLATED = ("nl", "fr", "de")


def test_every_error_that_a_page_can_show_has_a_code() -> None:
    assert without_code() == []


def test_a_code_names_one_message_with_its_details() -> None:
    templates: dict[str, str] = {}
    for message in made():
        assert message.placeholders == message.details, message
        assert templates.setdefault(message.code, message.template) == message.template
        assert message.code.partition(".")[0] == message.where.partition("/")[0], message


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_told_in_the_language_with_the_same_details(language: str) -> None:
    tables = {table: dict(phrases(table, language)) for table in ("assistant", "evals", "knowledge")}
    for message in made():
        table, _, name = message.code.partition(".")
        translated = tables[table][name]
        assert translated.strip()
        assert set(PLACEHOLDER.findall(translated)) == message.placeholders, (language, message)
        assert translated != message.template or len(translated.split()) < 5
        # A page that has named the file already takes this off.
        assert translated.startswith("{name}: ") is message.template.startswith("{name}: "), (language, name)
    coded = {message.code for message in made()}
    kept = {f"{table}.{name}" for table, names in tables.items() for name in names}
    assert kept - coded == set(), "phrases that no message uses"


def test_a_message_is_told_with_those_within_it_and_its_numbers_as_the_language_writes_them() -> None:
    pages = Message("knowledge.page_count_many", "{number} pages", number=1200)
    inner = Message("knowledge.pdf_scanned", "0 characters on {pages}: …", pages=pages)
    outer = Message("knowledge.file_reason", "{name}: {reason}.", name="{a}.pdf", reason=inner)
    assert told(outer, "nl").startswith("{a}.pdf: 0 tekens op 1.200 bladzijden: de pdf is gescand")
    assert told(outer) == outer


def test_english_stands_where_there_is_no_phrase() -> None:
    message = Message("knowledge.of_tomorrow", "The {what} is missing.", what="key")
    assert told(message, "nl") == "The key is missing."
    assert told("Some words", "fr") == "Some words"
    assert told(ValueError("gone"), "de") == "gone"


def test_an_error_is_told_by_the_message_that_it_carries() -> None:
    error = ConversationNotFound(Message("assistant.no_conversation", "This conversation is gone."))
    assert told(error, "fr") == "Cette conversation n’est plus enregistrée. Commencez-en une nouvelle."
