from itertools import islice

import torch

from assistant.reader import words
from assistant.reader.training.corpus import Chunk, Corpus, Labelled, is_held_out
from assistant.reader.training.distil import Lesson, lessons, loss_of, vectors
from assistant.reader.training.trunk import Trunk
from assistant.reader.types import PassageText
from knowledge.encoder.runtime import Encoder

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


def test_vectors_are_of_length_one_and_in_the_order_of_the_texts() -> None:
    torch.manual_seed(1)
    model, known = Trunk(1, 0.0), words.multilingual()
    found = vectors(model, TEXTS, known)
    turned = vectors(model, TEXTS[::-1], known)
    assert torch.allclose(found.norm(dim=-1), torch.ones(3), atol=1e-3)
    assert torch.allclose(found, turned.flip(0), atol=0.02)


def test_a_step_brings_the_student_nearer_to_its_teacher() -> None:
    torch.manual_seed(1)
    student, known = Trunk(1, 0.0), words.multilingual()
    lesson = Lesson(TEXTS[1:], TEXTS[:1], [0])
    optimizer = torch.optim.AdamW(student.parameters(), lr=1e-3)
    before = loss_of(student, Encoder(), lesson, known)["vector"].item()
    for _ in range(5):
        torch.autograd.backward(loss_of(student, Encoder(), lesson, known)["vector"])
        optimizer.step()
        optimizer.zero_grad()
    assert loss_of(student, Encoder(), lesson, known)["vector"].item() < before / 2
