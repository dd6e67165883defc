from collections.abc import Sequence

from assistant.evidence import Evidence, read, weigh
from assistant.logistic import Logistic
from assistant.reader.types import PassageText, Reading
from assistant.second_look import read_alone
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
