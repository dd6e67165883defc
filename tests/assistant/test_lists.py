from assistant.evidence import EvidenceSentence
from assistant.lists import MOST_ITEMS, heads_table, with_lists
from assistant.selection import sentences_of
from knowledge.types import Passage, Sentence
from tests.assistant import samples

LIST = (
    "Rooms are let by the year.",
    "Priority is given to:",
    "- first-year students who live far away,",
    "- students with a disability,",
    "- exchange students.",
    "All others draw lots.",
)
FARES = (
    "Fares on line 7",
    "Ticket | 2024 | 2025",
    "Single | €2.60 | €2.80",
    "Day pass | €7.20 | €7.40",
)
PLAIN = (
    "Rent a month:",
    "Studio | €615 | 24 m²",
    "Standard | €385 | 12 m²",
    "Large room | €470 | 16 m²",
)


def passage(texts: tuple[str, ...]) -> Passage:
    """The texts as one passage, a line each."""
    text = "\n".join(texts)
    starts = [text.index(one) for one in texts]
    sentences = tuple(Sentence(at, at + len(one)) for at, one in zip(starts, texts, strict=True))
    return Passage("p", "a.txt", "a.txt", "hash", 0, ("T", "S"), 0, len(text), text, sentences)


def chosen(texts: tuple[str, ...], *numbers: int) -> list[EvidenceSentence]:
    found = passage(texts)
    ranges = [found.sentences[number] for number in numbers]
    return [
        EvidenceSentence("a.txt", "a.txt", ("T", "S"), 0, one.start, one.end, texts[number], 0.9)
        for number, one in zip(numbers, ranges, strict=True)
    ]


def quoted(texts: tuple[str, ...], *numbers: int) -> list[int]:
    """Which of the texts an answer quotes that has chosen some of them."""
    found = with_lists(chosen(texts, *numbers), lambda _: sentences_of(passage(texts)))
    return [texts.index(one.text) for one in found]


def test_words_that_lead_to_a_list_bring_its_items() -> None:
    assert quoted(LIST, 1) == [1, 2, 3, 4]


def test_an_item_brings_the_words_that_lead_to_it() -> None:
    assert quoted(LIST, 3) == [1, 3]
    assert quoted(LIST, 3, 4) == [1, 3, 4]


def test_other_sentences_come_alone() -> None:
    assert quoted(LIST, 0) == [0]
    assert quoted(LIST, 5) == [5]


def test_a_caption_or_a_head_brings_rows_and_a_row_its_head() -> None:
    assert quoted(FARES, 0) == [0, 1, 2, 3]
    assert quoted(FARES, 1) == [1, 2, 3]
    assert quoted(FARES, 3) == [1, 3]


def test_rows_without_a_head_bring_the_line_that_leads_to_them() -> None:
    assert quoted(PLAIN, 2) == [0, 2]
    assert quoted(PLAIN, 1) == [0, 1]


def test_figures_head_no_table_but_years_may() -> None:
    assert heads_table(chosen(FARES, 1, 2, 3), 0)
    assert not heads_table(chosen(PLAIN, 1, 2, 3), 0)


def test_a_row_finds_its_head_however_far_up_but_not_that_of_another_table() -> None:
    rows = [f"Pass {number} | €{number}.50" for number in range(30)]
    assert quoted(("Ticket | Price", *rows), 30) == [0, 30]
    two = samples.passage(
        "\n".join(["Town | Mayor", "Alby | Jo", "Berby | Al\n", "Ticket | Price", *rows]), "S"
    )
    section = sentences_of(two)
    assert [one.text for one in with_lists(section[-1:], lambda _: section)] == ["Ticket | Price", rows[-1]]
    assert heads_table(section, 3)


def test_a_long_list_is_cut() -> None:
    long = ("It has these parts:", *(f"- part {number}" for number in range(20)))
    assert quoted(long, 0) == list(range(MOST_ITEMS + 1))
