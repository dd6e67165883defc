import pickle
from copy import deepcopy

import pytest

from knowledge.errors import UnreadableFile
from knowledge.messages import Message, dumped, loaded, message_of

EMPTY = Message("knowledge.empty", "{name} is empty ({size:,} bytes).", name="{a}.txt", size=1000)


def test_reads_as_english_and_keeps_its_code_and_details() -> None:
    assert EMPTY == "{a}.txt is empty (1,000 bytes)."
    assert (EMPTY.code, EMPTY.details) == ("knowledge.empty", {"name": "{a}.txt", "size": 1000})


def test_an_error_carries_its_message() -> None:
    error = UnreadableFile(EMPTY)
    assert str(error) == EMPTY
    assert message_of(error) is EMPTY
    assert message_of(OSError(2, "gone")) == "[Errno 2] gone"
    assert message_of(ValueError()) == ""


@pytest.mark.parametrize("again", [deepcopy, lambda message: pickle.loads(pickle.dumps(message))])
def test_a_copy_is_the_same_message(again: object) -> None:
    copy = again(EMPTY)  # type: ignore[operator]
    assert isinstance(copy, Message)
    assert (copy, copy.code, copy.details) == (EMPTY, EMPTY.code, EMPTY.details)


def test_is_stored_and_found_again_with_the_messages_within() -> None:
    outer = Message("knowledge.file", "{name}: {reason}.", name="b.txt", reason=EMPTY)
    again = loaded(dumped(outer))
    assert isinstance(again, Message)
    assert again == outer
    assert again.details == outer.details
    assert isinstance(again.details["reason"], Message)


@pytest.mark.parametrize("text", ["b.txt: the file is empty.", "", "12", '{"a": 1}', "{"])
def test_texts_without_a_code_are_stored_as_they_are(text: str) -> None:
    assert dumped(text) == text
    assert loaded(text) == text
