from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.evidence import Evidence, read, weigh
from assistant.logistic import Logistic, logit, sigmoid
from assistant.reader.types import PassageText, Reading
from assistant.second_look import nearest, read_alone
from assistant.types import Query
from knowledge.types import RetrievedPassage
from tests.assistant.samples import NATO, TableReader, found, passage

BY_READER = Logistic(0.0, {"sentence": 1.0}, {"sentence": 0.0}, {"sentence": 1.0})
WHEN = Query("When did NATO recognise cyberspace?", "When did NATO recognise cyberspace?", expects="date")


def weighed(query: Query, items: list[RetrievedPassage], reader: TableReader) -> Evidence:
    return weigh(query, read(query, items, reader, {"a.txt": "en"}), BY_READER)


class CountingReader(TableReader):
    """Keeps the texts that it was given."""

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        self.seen: list[PassageText] = [*getattr(self, "seen", []), *passages]
        return super().read(question, passages)


def test_the_best_sentences_are_read_again_by_themselves_and_each_once() -> None:
    items = [found(passage("Bread is baked.", "Bread", start=500), 1), found(passage(NATO, "NATO", 100), 2)]
    reader = CountingReader({"In 2016": 3.0, "must adapt": 1.0}, -2.0)
    evidence = weighed(WHEN, items, reader)
    reader.seen.clear()
    known: dict[tuple[str, int], float] = {}
    assert read_alone(evidence, reader, known=known).alone == 3.0
    assert [one.text[:11] for one in reader.seen] == ["In 2016, NA", "The Allies "]
    assert {one.heading_path for one in reader.seen} == {("Title", "NATO")}
    reader.seen.clear()
    assert read_alone(evidence, reader, known=known).alone == 3.0
    assert reader.seen == []


def test_a_row_read_by_itself_stands_below_the_head_of_its_table() -> None:
    rows = passage("Glass | 9,900", "Waste")
    reader = CountingReader({"Glass": 2.0}, -2.0)
    reads = read(WHEN, [found(rows, 1)], reader, {"a.txt": "en"}, head_above=lambda _: "Material | Tonnes")
    read_alone(weigh(WHEN, reads, BY_READER), reader)
    assert reader.seen[-1] == PassageText(
        ("Title", "Waste", "Material | Tonnes"), "Glass | 9,900", ((0, 13),)
    )


def test_nothing_is_read_alone_where_nothing_was_found() -> None:
    reader = CountingReader({}, -2.0)
    assert read_alone(weighed(WHEN, [], reader), reader).alone == 0.0


class Directions:
    """Vectors by the first words of a text, and how many texts were embedded."""

    def __init__(self, **angles: float) -> None:
        self.angles = angles
        self.embedded: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        angles = [next((a for w, a in self.angles.items() if t.startswith(w)), 1.5) for t in texts]
        return np.array([[np.cos(a), np.sin(a)] for a in angles], np.float32)


def test_a_sentence_like_the_question_passes_one_that_is_believed_little_more() -> None:
    evidence = weighed(
        WHEN, [found(passage(NATO, "NATO"), 1)], TableReader({"In 2016": 1.0, "must": 1.2}, -2.0)
    )
    assert evidence.sentences[0].text.startswith("The Allies")
    embed = Directions(When=0.0, In=0.1, The=1.0)
    closer = nearest(evidence, embed, 10.0, {})
    assert [one.text[:3] for one in closer.sentences] == ["In ", "The"]
    likeness = [np.cos(0.1), np.cos(1.0)]
    expected = 1.0 + 10.0 * (likeness[0] - sum(likeness) / 2)
    assert logit(closer.sentences[0].score) == pytest.approx(expected, abs=1e-4)
    assert nearest(evidence, embed, 0.0, {}).sentences[0].text == evidence.sentences[0].text


def test_each_text_is_embedded_once_and_a_lone_sentence_not_at_all() -> None:
    evidence = weighed(WHEN, [found(passage(NATO, "NATO"), 1)], TableReader({"In 2016": 1.0}, -2.0))
    embed, known = Directions(When=0.0), {}  # type: ignore[var-annotated]
    nearest(evidence, embed, 5.0, known)
    nearest(evidence, embed, 5.0, known)
    assert len(embed.embedded) == len(set(embed.embedded)) == 3
    lone = weighed(WHEN, [found(passage("Bread is baked.", "Bread"), 1)], TableReader({}, 0.0))
    embed.embedded.clear()
    assert nearest(lone, embed, 5.0, {}) == lone
    assert embed.embedded == []


@pytest.mark.parametrize("probability", [0.001, 0.5, 0.97])
def test_logit_undoes_sigmoid(probability: float) -> None:
    assert sigmoid(logit(probability)) == pytest.approx(probability)
