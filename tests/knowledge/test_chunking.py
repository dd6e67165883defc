from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.chunking import estimate_tokens, headed, passages
from knowledge.types import Document, Passage, Section, Sentence


def document(text: str) -> Document:
    section = Section("Part", 1, ("Part",), 0, len(text))
    return Document("id", "a.txt", "Title", text, "0" * 64, "0" * 64, "text/plain", (section,))


@settings(deadline=None, max_examples=50)
@given(st.text("abc. A\n", max_size=3000))
def test_passages_keep_to_the_limit_and_cover_every_word_once(text: str) -> None:
    found = passages(document(text.strip()), max_tokens=60, target=120)
    assert "".join("".join(passage.text.split()) for passage in found) == "".join(text.split())
    assert all(estimate_tokens(passage.text) <= 60 for passage in found)


def test_heading_path_begins_with_the_title() -> None:
    assert passages(document("One sentence."))[0].heading_path == ("Title", "Part")


def test_a_passage_is_embedded_below_its_headings_as_far_as_they_fit() -> None:
    def below(text: str, *headings: str) -> str:
        sentences = (Sentence(0, len(text)),)
        passage = Passage("p", "d", "d.txt", "h", 0, headings, 0, len(text), text, sentences)
        return headed(passage, lambda each: len(each.split()), 450)

    assert below("Otters eat fish.", "Otters", "Diet") == "Otters › Diet\nOtters eat fish."
    long = "word " * 400
    assert below(long, "title " * 200, "Diet") == f"Diet\n{long}"
    assert below(long, "title " * 200) == long
