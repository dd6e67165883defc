import json
from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export import answer_from_json, answer_json
from assistant.types import (
    Answer,
    Citation,
    Intent,
    Query,
    ReadSentence,
    SearchedSection,
    Statement,
    Trace,
    Usage,
    Verdict,
)
from knowledge.types import Passage, RetrievedPassage, Sentence

ISSUE_FIELDS = {
    "question", "standalone_question", "answer", "abstained", "confidence", "statements", "citations",
    "retrieved", "searched", "timings_ms",
}  # fmt: skip


def full_answer(text: str, number: float, place: int, verdict: Verdict, intent: Intent) -> Answer:
    """An answer with something in every field."""
    citation = Citation(1, "id", "a.txt", text, "S", ("A", text), place, 2, 5, "hash", text, ((2, 3), (4, 5)))
    passage = Passage("p", "id", "a.txt", "hash", 1, ("A", text), 2, 5, text, (Sentence(2, 5),), None)
    statements = (
        Statement(text, verdict, (1, 2), "reason", translated_to="nl"),
        Statement("lead", verdict, lead=True),
    )
    return Answer(
        question=text,
        standalone_question=text + "?",
        statements=statements,
        citations=(citation,),
        abstained=place % 2 == 0,
        confidence=number,
        language="nl",
        short_answer=text or None,
        note="note",
        nearest=(citation, citation),
        uncovered=(text,),
        suggestions=("a", "b"),
        trace=Trace(
            queries=(Query(text, text, "fr", intent, "date", ("t",), ("s", text), ("c",), ("a.txt",)),),
            retrieved=(RetrievedPassage(passage, number, 1, 0.5, number, {"dense": 1, "bm25": place}),),
            searched=(
                SearchedSection("a.txt", text, ("A", text), number),
                SearchedSection("a", "", (), 0, 1),
            ),
            read=(ReadSentence("id", "a.txt", ("A",), 2, 5, number),),
            withheld=statements,
            timings_ms={"search": number},
            features={text: number},
            usage=Usage("model", 3, place),
            answered_by="fake:model",
            unlisted=place,
        ),
    )


ANSWERS = st.builds(
    full_answer,
    st.text(max_size=12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(1, 9),
    st.sampled_from(Verdict),
    st.sampled_from(Intent),
)


@settings(max_examples=50)
@given(ANSWERS)
def test_comes_back_exactly_through_json(answer: Answer) -> None:
    assert answer_from_json(json.loads(json.dumps(answer_json(answer)))) == answer


def test_an_empty_answer_comes_back_too() -> None:
    answer = Answer("q", "q", (), (), True, 0.0)
    assert answer_from_json(json.loads(json.dumps(answer_json(answer)))) == answer


def test_an_answer_of_an_earlier_version_comes_back() -> None:
    data = answer_json(full_answer("abc", 0.5, 2, Verdict.SUPPORTED, Intent.FACT))
    del data["unlisted"]
    for statement in data["statements"]:
        del statement["translated_to"]
    assert answer_from_json(data).trace.unlisted == 0


@settings(max_examples=5)
@given(ANSWERS)
def test_has_every_field_of_the_issue_and_of_the_answer(answer: Answer) -> None:
    names = set(answer_json(answer))
    assert names >= ISSUE_FIELDS
    assert names >= {field.name for field in fields(Answer)} - {"trace"}
    assert names >= {field.name for field in fields(Trace)}


def test_writes_citations_and_statements_as_the_issue_names_them() -> None:
    data = answer_json(full_answer("abc", 0.5, 2, Verdict.SUPPORTED, Intent.FACT))
    assert data["answer"] == "abc lead"
    assert data["intent"] == "fact"
    assert data["statements"][0] == {
        "text": "abc", "verdict": "supported", "citations": [1, 2], "reason": "reason", "lead": False,
        "translated_to": "nl",
    }  # fmt: skip
    assert data["citations"][0]["section_path"] == ["A", "abc"]
    assert {"n", "document", "title", "section", "page", "quote", "start", "end", "content_hash"} <= set(
        data["citations"][0]
    )
    assert {"document", "section", "passage_id", "score", "rank"} <= set(data["retrieved"][0])
    assert {"document", "section", "score"} <= set(data["searched"][0])
