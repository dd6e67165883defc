"""Sets in and out: one bad line never hides the others, and nothing is lost."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.cases import MAX_CASES, case_from, check_gold, load, parse, select, to_json, unknown_sections
from evals.errors import InvalidSet
from evals.types import EvalCase, PastTurn
from knowledge.readers import read

SETS = Path("evals/sets")
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
names = st.lists(texts, max_size=3).map(tuple)
cases = st.builds(
    EvalCase,
    id=texts.filter(bool),
    question=texts.filter(str.strip),
    history=st.lists(st.builds(PastTurn, texts, st.none() | texts), max_size=2).map(tuple),
    lang=st.sampled_from(["en", "nl"]),
    kind=texts,
    answerable=st.sampled_from([True, False, None]),
    documents=names,
    gold_sections=names,
    gold_quotes=names,
    facts=st.lists(st.lists(texts, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    reference=st.none() | texts.filter(bool),
    nuggets=names,
    tags=names,
    extra=st.dictionaries(st.just("note"), st.integers()),
)


def line(**values: object) -> str:
    return json.dumps({"id": "a", "question": "Who?", "answerable": True, **values})


@settings(deadline=None)
@given(cases)
def test_a_case_survives_its_line(case: EvalCase) -> None:
    found, problems = parse(to_json(case))
    assert found == [case]
    assert not any(problem.error for problem in problems)


def test_bad_lines_are_named_and_the_others_kept() -> None:
    text = "\n".join(
        [
            line(id="1"),
            '{"id": "2", "question": ',
            line(id="1"),
            line(id="3", question=7),
            line(id="4", answerable="maybe"),
            line(id="5", gold_quotes="one"),
            line(id="6", facts=[[]]),
            "[1]",
            "",
            line(id=None),
            line(id="7", mood="odd"),
            "[" * 100_000,
        ]
    )
    found, problems = parse(text)
    assert [case.id for case in found] == ["1", "7"]
    assert found[1].extra == {"mood": "odd"}
    messages = {problem.line: problem.message for problem in problems}
    assert sorted(messages) == [2, 3, 4, 5, 6, 7, 8, 10, 11, 12]
    assert messages[2].startswith("not JSON")
    assert "used before" in messages[3]
    assert "'gold_quotes'" in messages[6]
    assert [p.line for p in problems if not p.error] == [11]
    assert found[1].line == 11


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "id,question,answerable,gold_sections,facts,history,lang\n"
        "1,Who?,yes,A | B,NATO/the Alliance|2016,Before?,nl\n"
        "2,Why?,no,,,,\n"
        "3,What?,,,,,,,too,many\n",
        encoding="utf-8-sig",
    )
    found = load(path)
    assert found.cases[0] == EvalCase(
        "1",
        "Who?",
        (PastTurn("Before?"),),
        "nl",
        "",
        True,
        gold_sections=("A", "B"),
        facts=(("NATO", "the Alliance"), ("2016",)),
    )
    assert found.cases[1].answerable is False
    assert [problem.line for problem in found.problems] == [4]


def test_sets_that_cannot_be_used_say_why(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    with pytest.raises(InvalidSet, match=r"cannot be read: No such file"):
        load(path)
    path.write_text("")
    with pytest.raises(InvalidSet, match="no case that can be run"):
        load(path)
    path.write_text("nonsense")
    with pytest.raises(InvalidSet, match="line 1: not JSON"):
        load(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidSet, match="not UTF-8"):
        load(path)


def test_fifty_thousand_cases_are_read_but_not_all_run_at_once(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    path.write_text("".join(line(id=i) + "\n" for i in range(50_000)))
    found = load(path)
    assert len(found.cases) == 50_000
    with pytest.raises(InvalidSet, match=rf"50,000 cases; at most {MAX_CASES:,}"):
        select(found.cases)
    assert len(select(found.cases, limit=10)) == 10


def test_selecting_cases() -> None:
    some = [
        EvalCase("who-1", "?", kind="who", lang="en", answerable=True, tags=("law", "eu")),
        EvalCase("who-2", "?", kind="who", lang="nl", answerable=False),
        EvalCase("why-1", "?", kind="why", lang="nl"),
    ]
    assert [c.id for c in select(some, ["kind=who", "lang=nl"])] == ["who-2"]
    assert [c.id for c in select(some, ["who-*"], 1)] == ["who-1"]
    assert [c.id for c in select(some, ["tag=eu"])] == ["who-1"]
    assert [c.id for c in select(some, ["answerable=false"])] == ["who-2"]
    with pytest.raises(InvalidSet, match="No case matches kind=when"):
        select(some, ["kind=when"])
    with pytest.raises(InvalidSet, match="Cannot filter by 'colour'"):
        select(some, ["colour=red"])


def test_documents_beside_a_set_are_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(line())
    assert load(path).documents is None
    (tmp_path / "documents").mkdir()
    assert load(path).documents == tmp_path / "documents"
    assert load(path, tmp_path).documents == tmp_path


def test_gold_that_the_documents_do_not_hold_is_named() -> None:
    document = read(Path("knowledge/sources/cyber-diplomacy.txt"))
    good = "The OSCE focuses on the development of confidence-building measures"
    asked = [
        case_from({"id": "1", "question": "?", "gold_quotes": [good], "gold_sections": ["Cyber diplomacy"]}),
        case_from({"id": "2", "question": "?", "gold_sections": ["The African Union"]}),
        case_from({"id": "3", "question": "?", "gold_quotes": ["states' behaviour", "not there at all"]}),
        case_from({"id": "4", "question": "?", "documents": ["gone.pdf"]}),
    ]
    found = check_gold(asked, [document])
    assert [identity for identity, _ in found] == ["2", "3", "3", "4"]
    assert "other spacing or quotation marks" in found[1][1]
    assert found[2][1].endswith("is not in the documents word for word")


def test_gold_is_looked_for_in_the_documents_of_the_case(tmp_path: Path) -> None:
    for name in ("cats", "dogs"):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\n## Of {name}\n\nThe {name} sleep.\n")
    documents = [read(path) for path in sorted(tmp_path.iterdir())]
    asked = [
        EvalCase(name, "?", documents=("cats.md",), gold_sections=(f"Of {name}",))
        for name in ("cats", "dogs")
    ]
    assert check_gold(asked, documents) == [("dogs", "no section is called 'Of dogs'")]
    whole = replace(asked[1], documents=(), gold_sections=("Dogs > of DOGS",))
    assert unknown_sections([whole], documents) == []


def test_the_shipped_set_is_sound() -> None:
    found = load(SETS / "cyber-diplomacy.jsonl")
    assert not found.problems
    assert check_gold(found.cases, [read(Path("knowledge/sources/cyber-diplomacy.txt"))]) == []
    languages = [case.lang for case in found.cases]
    assert len(found.cases) >= 200
    assert min(languages.count(lang) for lang in ("nl", "fr", "de")) >= 15
    assert sum(bool(case.history) for case in found.cases) >= 30


def test_cells_of_a_csv_that_are_json_keep_answers_and_slashes(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "id,question,history,facts\n"
        '1,Why?,"[{""question"": ""Who?"", ""answer"": ""NATO | EU.""}, ""When?""]",'
        '"[[""24/7"", ""always""]]"\n'
        "2,Why?,[Who?,\n"
        '3," ",,\n'
    )
    found = load(path)
    (case,) = found.cases
    assert case.history == (PastTurn("Who?", "NATO | EU."), PastTurn("When?"))
    assert case.facts == (("24/7", "always"),)
    assert [problem.line for problem in found.problems] == [3, 4]
    assert "the cell 'history' begins with '[' but is not JSON" in found.problems[0].message
    assert found.problems[1].message == "the field 'question' is missing, empty or not a text"
    assert parse(line(question=" "))[0] == []
