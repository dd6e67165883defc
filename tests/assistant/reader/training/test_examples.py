import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reader.pairs import PairReader
from assistant.reader.training import adversarial
from assistant.reader.training.corpus import (
    WRITTEN,
    Chunk,
    Claimed,
    Corpus,
    Labelled,
    find_answer,
    is_held_out,
    rows,
    sentences_of,
)
from assistant.reader.training.examples import (
    Example,
    Recipe,
    cropped,
    epoch,
    without_evidence,
    written_claims,
)
from assistant.reader.training.features import batches, features
from assistant.reader.training.mining import Neighbours
from assistant.reader.types import PassageText
from assistant.reader.words import multilingual

SENTENCES = ("The treaty was signed in 1991.", "France, however, did not sign it.", "It may expire in 2030.")
TEXT = " ".join(SENTENCES)
PLACES = ((0, 30), (31, 64), (65, 87))
PASSAGE = PassageText(("Treaty",), TEXT, PLACES)
SIGNED = Example("When was the treaty signed?", PASSAGE, "test", True, (0,), (25, 29))


def test_sentences_stand_where_the_test_says() -> None:
    assert tuple(TEXT[a:b] for a, b in PLACES) == SENTENCES


def test_an_answer_is_found_as_whole_words_in_the_sentence_most_like_the_question() -> None:
    passage = PassageText(
        (), "A 19912 B. In 1991 it rained. The treaty is of 1991.", ((0, 10), (11, 29), (30, 52))
    )
    place = find_answer(passage, ["1991"], "Of when is the treaty?")
    assert place == (47, 51)
    assert sentences_of(passage, place) == (2,)
    assert find_answer(passage, ["199"], "?") is None


@given(st.randoms(use_true_random=False), st.sampled_from([(0,), (1,), (2,), ()]))
def test_cropping_keeps_the_evidence_and_the_span(draw: random.Random, evidence: tuple[int, ...]) -> None:
    span = PLACES[evidence[0]] if evidence else ()
    example = Example("When?", PASSAGE, "test", bool(evidence), evidence, span)
    less = cropped(example, Recipe(crop=(20, 70)), draw)
    assert less.passage.text in TEXT
    kept = [less.passage.text[a:b] for a, b in less.passage.sentences]
    assert [kept[n] for n in less.evidence or ()] == [SENTENCES[n] for n in evidence]
    if less.span:
        assert less.passage.text[slice(*less.span)] == SENTENCES[evidence[0]]


def test_fresh_parts_are_shown_whole_and_a_share_of_all_else(tmp_path: Path) -> None:
    articles = [name for name in map("Article {}".format, range(60)) if not is_held_out("policy", name)][:40]
    chunks = {("policy", name): [Chunk("policy", name, name, PASSAGE)] for name in articles}
    asked = [
        Labelled("policy", name, f"Who signed {name}?", "en", False, part="new" if number < 10 else "old")
        for number, name in enumerate(articles)
    ]
    corpus = Corpus(chunks, chunks, asked, [])
    recipe = Recipe(fresh=frozenset({"new"}), replay=0.5, plain_style=0, claims=0)
    shown = {each.left for each in epoch(corpus, Neighbours(corpus, tmp_path), recipe, random.Random(1))}
    fresh = {question.question for question in asked[:10]}
    assert fresh <= shown
    assert 5 < len(shown - fresh) < 25


def test_without_its_evidence_a_passage_does_not_answer() -> None:
    less = without_evidence(SIGNED)
    assert less is not None
    assert less.passage.text == " ".join(SENTENCES[1:])
    assert [less.passage.text[a:b] for a, b in less.passage.sentences] == list(SENTENCES[1:])
    assert (less.answerable, less.evidence, less.span) == (False, (), ())


def test_a_written_claim_is_read_with_its_sentences_alone() -> None:
    chunk = Chunk("test", "Treaty", "treaty-1", PASSAGE)
    claim = Claimed("test", "treaty-1", "France stayed out.", "en", SENTENCES[:2], True)
    corpus = Corpus({("test", "treaty-1"): [chunk]}, {("test", "Treaty"): [chunk]}, [], [claim])
    (example,) = written_claims(corpus, held_out=chunk.held_out)
    assert (example.left, example.supported, example.answerable) == ("France stayed out.", True, None)
    assert [example.passage.text[a:b] for a, b in example.passage.sentences] == list(SENTENCES[:2])
    assert not list(written_claims(corpus, held_out=not chunk.held_out))


def test_rules_change_what_they_say_they_change() -> None:
    draw = random.Random(1)
    others = {"year": ["1805"], "name": ["Spain"]}
    assert adversarial.swap_entity("Was it 1991?", others, "", draw) == "Was it 1805?"
    assert adversarial.negate("It may expire.", draw) == "It may not expire."
    assert adversarial.negate("It did not rain.", draw) == "It did rain."
    assert adversarial.strengthen("It may expire.", draw) == "It must expire."
    assert adversarial.oppose("Who came first?", draw) == "Who came last?"
    assert adversarial.declare("Who signed it?", "ann") == "Ann signed it."
    assert adversarial.declare("When did it end?", "1991") is None
    assert adversarial.shorten("In 1991, the treaty (of Rome) was signed by all.", draw)


@given(
    st.from_regex(r"[1-9][0-9]{0,3}(?:[.,][0-9]{1,3})?", fullmatch=True), st.randoms(use_true_random=False)
)
def test_another_number_differs_in_one_digit(number: str, draw: random.Random) -> None:
    other = adversarial.other_number(number, draw)
    assert len(other) == len(number)
    assert sum(a != b for a, b in zip(number, other, strict=True)) == 1


def test_labels_land_on_the_tokens_of_their_words() -> None:
    words = multilingual()
    (made,) = features([SIGNED], PairReader(words))
    assert made.span is not None
    first, last = made.span
    assert words.tokenizer.decode(made.ids[first : last + 1]) == "1991."  # the point is in the same piece
    own = [token for token, number in zip(made.ids, made.sentences, strict=True) if number == 0]
    assert words.tokenizer.decode(own) == SENTENCES[0]
    assert (made.answerable, made.supported) == (1.0, -1.0)


@given(st.integers(200, 2000))
@settings(max_examples=10)
def test_every_example_is_in_one_batch(tokens: int) -> None:
    items = features([SIGNED] * 20, PairReader(multilingual()))
    found = list(batches(items, tokens, random.Random(1)))
    assert sum(map(len, found)) == 20
    assert all(len(batch) == 1 or len(batch) * len(batch[0].ids) <= tokens for batch in found)


def test_the_split_is_by_article_and_never_holds_out_the_shipped_document() -> None:
    assert is_held_out("squad2", "Huguenot")
    assert is_held_out("xquad", "huguenot")
    assert not is_held_out("squad2", "Warsaw")
    assert not is_held_out("shipped", "Huguenot")


@pytest.mark.parametrize("part", sorted(WRITTEN.glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_written_question_and_claim_is_well_formed(part: Path) -> None:
    for row in rows(part):
        assert row["lang"] in ("en", "nl", "fr", "de"), row
        if "claim" in row:
            assert row["claim"].strip(), row
            assert all(row["evidence"]), row
            assert row["supported"] is not bool(row["kind"]), row
            continue
        assert row["question"].strip(), row
        assert row["answerable"] is bool(row["answer_sentence"]), json.dumps(row)
        if row.get("answer"):
            assert row["answer"] in row["answer_sentence"], json.dumps(row)
