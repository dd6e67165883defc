from hypothesis import given
from hypothesis import strategies as st

from assistant.reader import PassageText
from assistant.reader.pairs import MAX_QUESTION, PairReader, window
from assistant.reader.words import multilingual

WORDS = multilingual()
READER = PairReader(WORDS)
TEXT = "In 2016, NATO recognised cyberspace.  Élan — “quoted” words follow. 3,5 % more."
texts = st.text(max_size=200) | st.text(alphabet="aé \n\t.ßœ€𝄞“", max_size=80)


def passage(text: str, path: tuple[str, ...] = ("Cyber diplomacy", "NATO")) -> PassageText:
    return PassageText(path, text, ((0, len(text)),))


def test_a_pair_is_what_the_tokenizer_makes_of_two_texts() -> None:
    question = "Who recognised it?"
    (asked,) = READER.questions([question])
    (read,) = READER.passages([passage(TEXT, ())])
    assert READER.join(asked, read).ids == WORDS.tokenizer.encode(question, TEXT).ids


def test_every_token_covers_the_characters_that_it_stands_for() -> None:
    (read,) = READER.passages([passage(TEXT)])
    pieces = [TEXT[slice(*place)] for place in read.places if place]
    assert "".join(pieces) == TEXT.replace(" ", "")
    assert "NATO" in pieces


@given(texts)
def test_places_are_in_order_within_the_text_and_without_outer_space(text: str) -> None:
    (read,) = READER.passages([passage(text)])
    places = [place for place in read.places if place]
    assert len(read.ids) == len(read.places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert [start for start, _ in places] == sorted(start for start, _ in places)
    assert not any(text[start].isspace() for start, _ in places)


def test_headings_come_before_the_text_and_have_no_place() -> None:
    (with_heading,) = READER.passages([passage(TEXT)])
    (without,) = READER.passages([passage(TEXT, ())])
    above = len(with_heading.ids) - len(without.ids)
    assert above > 0
    assert with_heading.places[:above] == [None] * above
    assert with_heading.ids[above:] == without.ids


def test_of_a_long_question_beginning_and_end_are_read() -> None:
    (asked,) = READER.questions(["First. " + "filler " * 500 + "last word?"])
    (first, last) = READER.questions(["First.", "last word?"])
    assert len(asked) == MAX_QUESTION
    assert asked[: len(first)] == first
    assert asked[-len(last) :] == last


def test_a_window_keeps_the_heading_and_the_range() -> None:
    (read,) = READER.passages([passage(TEXT)])
    part = window(read, 38, len(TEXT))
    places = [place for place in part.places if place]
    assert "".join(TEXT[slice(*place)] for place in places) == TEXT[38:].replace(" ", "")
    assert part.places.count(None) == read.places.count(None)


def test_a_pair_begins_and_ends_with_the_special_tokens() -> None:
    (asked,), (read,) = READER.questions(["Why?"]), READER.passages([passage(TEXT)])
    pair = READER.join(asked, read)
    assert (pair.ids[0], pair.ids[-1]) == (WORDS.start, WORDS.end)
    assert pair.places[: len(asked) + 3] == [None] * (len(asked) + 3)
