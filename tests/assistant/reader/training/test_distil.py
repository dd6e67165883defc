from itertools import islice

import torch
from torch.nn import functional

from assistant.reader import words
from assistant.reader.training.corpus import Chunk, Corpus, Labelled, is_held_out
from assistant.reader.training.distil import Lesson, Teacher, groups, lessons, loss_of, shown_by
from assistant.reader.training.trunk import Trunk, mean_of
from assistant.reader.types import PassageText
from knowledge.encoder.runtime import Floats, Ids

TEXTS = ["query: Who decides?", "passage: The council decides in May.", "passage: Tickets cost two euros."]
ARTICLES = [f"Article {number}" for number in range(40)]


def chunk(article: str) -> Chunk:
    text = f"{article} was written. It is read."
    ends = text.index(".") + 1
    passage = PassageText((article,), text, ((0, ends), (ends + 1, len(text))))
    return Chunk("selqa", article, article, passage)


def corpus() -> Corpus:
    chunks = {article: [chunk(article)] for article in ARTICLES}
    asked = [Labelled("selqa", article, f"Was {article} written?", "en", True) for article in ARTICLES]
    keyed = {("selqa", article): found for article, found in chunks.items()}
    return Corpus(keyed, keyed, asked, [])


def test_lessons_show_nothing_of_a_held_out_article() -> None:
    held = [article for article in ARTICLES if is_held_out("selqa", article)]
    assert held
    shown = "\n".join(
        text
        for lesson in islice(lessons(corpus(), 8, seed=1), 30)
        for text in lesson.passages + lesson.queries
    )
    kept = [article for article in ARTICLES if article not in held]
    assert all(f"{article} " in shown for article in kept)
    assert not any(f"{article} " in shown for article in held)


def test_each_query_is_of_the_passage_that_it_names_and_a_run_can_be_resumed() -> None:
    first, second = islice(lessons(corpus(), 8, seed=1), 2)
    assert first != second == next(lessons(corpus(), 8, seed=1, first=1))
    for query, number in zip(first.queries, first.gold, strict=True):
        if query.startswith("query: Was "):
            article = query.removeprefix("query: Was ").removesuffix(" written?")
            assert article in first.passages[number] or "It is read." in first.passages[number]


def test_groups_hold_every_text_once_and_mask_its_padding() -> None:
    found = list(groups(TEXTS, words.multilingual()))
    assert sorted(place for places, _, _ in found for place in places) == [0, 1, 2]
    for places, rows, mask in found:
        assert rows.shape[:2] == mask.shape == (len(places), mask.shape[1])
        assert mask.max(axis=0).all()


def of_its_own(trunk: Trunk) -> Teacher:
    """A trunk as the teacher of another: what is distilled from needs a package that tests go without."""

    @torch.no_grad()
    def teach(rows: Floats, mask: Ids) -> list[Floats]:
        kept = torch.from_numpy(mask)
        states = trunk.states(torch.from_numpy(rows), kept)
        vector = functional.normalize(mean_of(states[-1], kept), dim=-1)
        return [each.numpy() for each in (vector, *(states[number] for number in shown_by(len(states))))]

    return teach


def test_states_are_compared_at_every_second_layer_and_the_last() -> None:
    assert list(shown_by(6)) == [1, 3, 5]
    assert list(shown_by(8))[-1] == 7


def test_a_step_brings_the_student_nearer_to_its_teacher() -> None:
    torch.manual_seed(1)
    student, known, teacher = Trunk(6, 0.0), words.multilingual(), of_its_own(Trunk(6, 0.0))
    lesson = Lesson(TEXTS[1:], TEXTS[:1], [0])
    optimizer = torch.optim.AdamW(student.parameters(), lr=1e-3)
    before = loss_of(student, teacher, lesson, known)
    for _ in range(5):
        found = loss_of(student, teacher, lesson, known)
        torch.autograd.backward(found["vector"] + found["states"])
        optimizer.step()
        optimizer.zero_grad()
    after = loss_of(student, teacher, lesson, known)
    assert after["vector"].item() < before["vector"].item() / 2
    assert after["states"].item() < before["states"].item()
