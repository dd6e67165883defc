import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentences import split


@pytest.mark.parametrize(
    "sentences",
    [
        ["They use norms, e.g., on trade.", "It works."],
        ["The U.S. government agreed.", "Others did not."],
        ["See Art. 5(1) of the treaty.", "It binds."],
        ["Decision No. 12/2021 applies.", "It is new."],
        ["He said: “We agree.”", "Then he left."],
        ["Dit geldt bijv. voor Gent.", "Daar niet."],
        ["Selon l’art. 5 du traité, c’est vrai.", "M. Dupont le dit."],
        ["Tabel 1. Hoeveelheden in ton.", "Zij daalden."],
        ["It closes on 15 May.", "Late ones wait."],
        ["Das gilt z.B. für Bonn.", "Am 3. Oktober war es so."],
    ],
)
def test_where_sentences_end(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[each.start : each.end] for each in split(text)] == sentences


@given(st.text("ab.A !?\n-1)(", max_size=120))
def test_sentences_cover_all_but_white_space(text: str) -> None:
    found = split(text)
    position = 0
    for sentence in found:
        assert not text[position : sentence.start].strip()
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end] != ""
        position = sentence.end
    assert not text[position:].strip()
