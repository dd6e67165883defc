import pytest

from assistant.assistant import Assistant
from assistant.build import build_assistant
from assistant.overview import fair, spread
from assistant.settings import AssistantSettings
from assistant.types import Answer
from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings

CODE = "\n\n".join(
    ["# Code of Conduct", "Adopted by the whole assembly of members last May."]
    + [
        f"## Article {n}. Matter {n}\n\nThe members shall keep matter {n} in good order."
        for n in range(1, 21)
    ]
)
MINUTES = """# Minutes of the club

## Bicycles

The club bought eleven bicycles for its members this year.

## When is the next meeting?

The next meeting of the club takes place on 4 May at noon.

## Action points

| Action | Who |
|---|---|
| Repair the shed | Ann |
| Paint the door | Bob |
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("two")
    base = KnowledgeBase(KnowledgeSettings(data_dir=folder / "data"))
    for name, text in (("code.md", CODE), ("minutes.md", MINUTES)):
        (folder / name).write_text(text, "utf-8")
        base.add(folder / name)
    return build_assistant(AssistantSettings(chat_model=None), base.settings, knowledge=base)


def leads(answer: Answer) -> list[str]:
    return [one.text for one in answer.statements if one.lead]


def test_of_several_documents_something_of_each_is_quoted(two: Assistant) -> None:
    answer = two.answer("What are these documents about?")
    cited = [citation.document for citation in answer.citations]
    assert set(cited) == {"code.md", "minutes.md"}
    assert cited == sorted(cited)
    assert leads(answer)[0] == ("There are 24 sections; here is a selection from 12 of them, in 2 documents:")


def test_of_one_document_a_fair_spread_is_quoted(two: Assistant) -> None:
    answer = two.answer("Summarise the code")
    assert leads(answer)[0] == "“Code of Conduct” has 21 sections; here is a selection from 12 of them:"
    sections = [citation.section for citation in answer.citations]
    assert sections[-1] == "Article 19. Matter 19"
    assert len(set(sections)) == 12


def test_a_lead_says_which_of_several_documents_is_quoted(two: Assistant) -> None:
    assert leads(two.answer("How many bicycles did the club buy?")) == [
        "“Minutes of the club” says under “Bicycles”:"
    ]
    assert "To “When is the next meeting?”, “Minutes of the club” answers:" in leads(
        two.answer("When does the next meeting of the club take place?")
    )


def test_a_list_holds_all_rows_and_no_heads(two: Assistant) -> None:
    answer = two.answer("List the action points")
    assert [citation.quote for citation in answer.citations] == [
        "Repair the shed | Ann",
        "Paint the door | Bob",
    ]


def test_a_refusal_suggests_what_is_nearest(two: Assistant) -> None:
    answer = two.answer("Who repaired the bicycles of the mayor?", documents=("minutes.md",))
    assert answer.abstained
    assert "What does the document say about “Bicycles”?" in answer.suggestions
    assert not any("Article" in question for question in answer.suggestions)


def test_shares_are_fair() -> None:
    assert fair([10, 2, 1], 12) == [9, 2, 1]
    assert fair([5, 5], 4) == [2, 2]
    assert spread(list(range(9)), 3) == [0, 3, 6]
    assert spread([1, 2], 3) == [1, 2]


def test_what_is_compared_in_what_no_document_speaks_of_is_refused(two: Assistant) -> None:
    answer = two.answer("Compare the nuclear policy of Ann and Bob")
    assert answer.abstained
