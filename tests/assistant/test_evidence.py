import pytest

from assistant.evidence import (
    Evidence,
    passage_text,
    read,
    read_sentences,
    reranked,
    searched_sections,
    sentence_features,
    weigh,
)
from assistant.logistic import Logistic, sigmoid
from assistant.types import Query
from knowledge.readers import read as read_file
from knowledge.settings import SHIPPED_SOURCES
from knowledge.types import RetrievedPassage
from tests.assistant.samples import NATO, TableReader, found, passage

BY_READER = Logistic(0.0, {"sentence": 1.0}, {"sentence": 0.0}, {"sentence": 1.0})
WHEN = Query("When did NATO recognise cyberspace?", "When did NATO recognise cyberspace?", expects="date")


def weighed(query: Query, items: list[RetrievedPassage], reader: TableReader) -> Evidence:
    return weigh(query, read(query, items, reader, {"a.txt": "en"}), BY_READER)


def test_sentences_come_best_believed_first_with_their_places() -> None:
    items = [found(passage("Bread is baked.", "Bread", start=500), 1), found(passage(NATO, "NATO", 100), 2)]
    evidence = weighed(WHEN, items, TableReader({"In 2016": 3.0, "must adapt": 1.0}, -2.0))
    assert [sentence.text[:7] for sentence in evidence.sentences] == ["In 2016", "The All", "Bread i"]
    best = evidence.sentences[0]
    assert (best.start, best.text) == (100, NATO[: best.end - 100])
    assert best.score == pytest.approx(sigmoid(3.0))
    assert best.heading_path == ("Title", "NATO")


def test_the_readers_span_is_placed_in_the_document() -> None:
    evidence = weighed(
        WHEN,
        [found(passage(NATO, "NATO", 100), 1)],
        TableReader({"2016": 3.0}, -2.0),
    )
    first, second = sorted(evidence.sentences, key=lambda sentence: sentence.start)
    assert first.highlight == (103, 107)
    assert first.span_margin == 5.0
    assert second.highlight is None


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("2016", True),
        ("NATO", False),
        ("NATO recognised cyberspace", False),
        ("In 2016, NATO recognised cyberspace as an operational domain.", False),
        ("an operational domain", True),
    ],
)
def test_only_a_short_answer_that_the_question_does_not_hold_is_marked(marked: str, shown: bool) -> None:
    evidence = weighed(WHEN, [found(passage(NATO, "NATO"), 1)], TableReader({marked: 3.0}, -2.0))
    assert any(sentence.highlight for sentence in evidence.sentences) is shown


def test_what_is_believed_far_less_than_the_best_holds_no_short_answer() -> None:
    items = [found(passage(NATO, "NATO"), 1), found(passage("It rained in May 2020.", "Rain", 500), 2)]
    for belief, marked in ((-1.0, 1), (2.0, 2)):
        evidence = weighed(WHEN, items, TableReader({"2016": 3.0, "May 2020": belief}, -5.0))
        assert sum(sentence.highlight is not None for sentence in evidence.sentences) == marked


def test_an_open_bracket_is_not_marked() -> None:
    text = "It uses restrictive (e.g., sanctions) or positive instruments. They help."
    (item,) = [found(passage(text, "EU"), 1)]
    for marked, shown in (("sanctions) or positive", False), ("(e.g., sanctions)", True)):
        evidence = weighed(WHEN, [item], TableReader({marked: 3.0}, -2.0))
        assert any(sentence.highlight for sentence in evidence.sentences) is shown


def test_search_and_reader_rank_together_and_what_was_not_read_comes_last() -> None:
    texts = ("Bread is baked.", "Milk is poured.", NATO, "Tea is brewed.")
    items = [found(passage(text, f"Part {n}", start=1000 * n), n) for n, text in enumerate(texts, start=1)]
    evidence = weighed(WHEN, items[:3], TableReader({"In 2016": 3.0, "Bread": 1.0}, -2.0))
    ordered = reranked(items, [evidence])
    assert [one.passage.heading_path[-1] for one in ordered] == ["Part 1", "Part 3", "Part 2", "Part 4"]
    assert [one.rank for one in ordered] == [1, 2, 3, 4]
    assert [one.ranks.get("reader") for one in ordered] == [2, 1, 3, None]
    assert reranked(items, []) == tuple(items)


def test_offsets_are_given_to_the_reader_within_the_passage() -> None:
    given = passage_text(passage(NATO, "NATO", 100))
    assert [given.text[start:end] for start, end in given.sentences] == [
        "In 2016, NATO recognised cyberspace as an operational domain.",
        "The Allies must adapt to new threats.",
    ]


def test_sentence_features_tell_the_answer_from_its_neighbour() -> None:
    evidence = weighed(WHEN, [found(passage(NATO, "NATO"), 1)], TableReader({"2016": 3.0}, -2.0))
    answer, neighbour = sentence_features(WHEN, evidence.terms, evidence.reads[0])
    for name in ("sentence", "span", "coverage", "type"):
        assert answer[name] > neighbour[name], name
    assert answer["answerable"] == neighbour["answerable"]


def test_every_section_is_listed_as_searched_best_first() -> None:
    document = read_file(SHIPPED_SOURCES / "cyber-diplomacy.txt")
    section = document.sections[3]
    text = document.text[section.start : section.end]
    item = passage(text, section.heading, section.start)
    item = type(item)(
        **{name: getattr(item, name) for name in item.__slots__} | {"document_id": document.id, "section": 3}
    )
    items = [found(item, 1)]
    evidence = weighed(WHEN, items, TableReader({"2016": 3.0}, -2.0))
    listed = searched_sections([document], [items], [evidence])
    assert listed[0].section == section.heading
    assert len(listed) == len(document.sections) == 6
    assert listed[0].reader == pytest.approx(sigmoid(3.0))
    assert all((one.score, one.reader) == (0.0, None) for one in listed[1:])
    assert listed[0].section_path == (document.title, section.heading)


def test_all_that_was_read_is_listed_best_first() -> None:
    items = [found(passage(NATO, "NATO"), 1)]
    evidence = weighed(WHEN, items, TableReader({"must adapt": 3.0}, -2.0))
    listed = read_sentences([evidence, evidence])
    assert len(listed) == 4
    assert [one.score for one in listed] == sorted((one.score for one in listed), reverse=True)


def test_nothing_found_is_no_evidence() -> None:
    evidence = weighed(WHEN, [], TableReader({}, 0.0))
    assert (evidence.reads, evidence.sentences) == ((), ())
