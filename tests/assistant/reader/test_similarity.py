from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.reader import PassageText
from assistant.reader.similarity import SimilarityReader
from knowledge.encoder import Encoder

NATO = "In 2016, NATO recognised cyberspace as an operational domain."
BREAD = "Bread is baked in an oven at high heat."
PASSAGE = PassageText(
    ("Cyber",), f"{NATO} {BREAD}", ((0, len(NATO)), (len(NATO) + 1, len(NATO) + 1 + len(BREAD)))
)


@pytest.fixture(scope="module")
def reader() -> SimilarityReader:
    encoder = Encoder()

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return encoder.encode([f"query: {text}" for text in texts])

    return SimilarityReader(embed)


def test_the_sentence_on_the_topic_scores_higher(reader: SimilarityReader) -> None:
    (reading,) = reader.read("When did NATO recognise cyberspace?", [PASSAGE])
    assert reading.sentences[0] > reading.sentences[1]
    assert reading.answerable == reading.sentences[0]
    assert reading.span is None


def test_readings_come_in_the_order_of_the_passages(reader: SimilarityReader) -> None:
    other = PassageText(("Food",), BREAD, ((0, len(BREAD)),))
    both = reader.read("Wie wird Brot gebacken?", [PASSAGE, other])
    assert [len(reading.sentences) for reading in both] == [2, 1]
    assert both[1].answerable == pytest.approx(both[0].sentences[1], abs=1e-3)


def test_nothing_asked_of_nothing(reader: SimilarityReader) -> None:
    assert reader.read("Why?", []) == []
    assert reader.support([]) == []


def test_support_is_a_probability_and_prefers_the_right_evidence(reader: SimilarityReader) -> None:
    right, wrong = reader.support(
        [("NATO recognised cyberspace in 2016.", NATO), ("NATO recognised it.", BREAD)]
    )
    assert 0 <= wrong < right <= 1
