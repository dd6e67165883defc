import json
import math
from pathlib import Path

import pytest

from assistant import abstention
from assistant.abstention import NAMES, features, load, save
from assistant.assistant import Assistant
from assistant.coverage import terms
from assistant.errors import InvalidSetting
from assistant.evidence import Evidence, read, weigh
from assistant.types import Query
from tests.assistant.samples import NATO, TableReader, found, passage


def evidence(question: str, *, language: str = "en", expects: str = "", logit: float = 2.0) -> Evidence:
    query = Query(question, question, language, expects=expects)
    items = [found(passage(NATO, "NATO"), 1), found(passage("Bread is baked.", "Bread", start=500), 2)]
    reader = TableReader({"NATO recognised": logit}, other=-4.0)
    return weigh(query, read(query, items, reader, {"a.txt": "en"}), load().sentence)


def values(question: str, **how: object) -> dict[str, float]:
    return features(evidence(question, **how), lambda language: frozenset({"nato", "bread"}))  # type: ignore[arg-type]


def test_every_feature_is_named_and_finite() -> None:
    row = values("When did NATO recognise cyberspace?", expects="date")
    assert tuple(row) == NAMES
    assert all(math.isfinite(value) for value in row.values())
    assert set(load().answer.weights) == set(NAMES)


def test_what_speaks_for_an_answer() -> None:
    row = values("When did NATO recognise cyberspace in 2016?", expects="date")
    assert row["answerable"] == 2.0
    assert row["margin"] == 6.0
    assert (row["coverage"], row["names"], row["numbers"]) == (1.0, 1.0, 1.0)
    assert (row["type_met"], row["type_missed"]) == (1.0, 0.0)


def test_what_speaks_against_one() -> None:
    row = values("How many members did the OSCE have in 1999?", expects="person")
    assert row["coverage"] < 0.5
    assert (row["names"], row["numbers"]) == (0.0, 0.0)
    assert values("Where did NATO and the Allies meet?", expects="place")["type_missed"] == 1.0


def test_words_do_not_count_across_languages() -> None:
    row = values("Wanneer erkende de NAVO cyberspace?", language="nl")
    assert row["crosses"] == 1.0
    assert (row["coverage"], row["lexical"]) == (0.0, 0.0)


def test_nothing_found_is_nothing_believed() -> None:
    nothing = Evidence(Query("q", "q"), terms("q", "en"))
    assert features(nothing, lambda language: frozenset()) == dict.fromkeys(NAMES, 0.0)


def test_more_belief_of_the_reader_is_more_confidence() -> None:
    calibration = load()
    question = "When did NATO recognise cyberspace?"
    sure, unsure = (values(question, logit=logit) for logit in (4.0, -4.0))
    assert calibration.confidence(sure) > calibration.confidence(unsure)


def test_fits_what_it_is_shown() -> None:
    rows = [values("When did NATO recognise cyberspace?", logit=logit) for logit in (-5, -4, -3, 3, 4, 5)]
    model = abstention.fit(rows, [False] * 3 + [True] * 3)
    assert model.probability(rows[0]) < 0.5 < model.probability(rows[-1])


def test_what_can_only_speak_for_an_answer_never_counts_against_it() -> None:
    # The rows with the least coverage, and with the type missed, happen to be the answerable ones.
    rows = [
        {"answerable": logit, "coverage": coverage, "type_missed": missed}
        for logit, coverage, missed in ((-3, 0.9, 0), (-2, 0.8, 0), (1, 0.7, 0), (2, 0.1, 1), (3, 0.0, 1))
    ]
    model = abstention.fit(rows, [False, False, False, True, True])
    assert model.weights["answerable"] > 0
    assert model.weights["coverage"] == model.weights["type_missed"] == 0
    assert model.probability(rows[0]) < 0.5 < model.probability(rows[-1])


def test_is_kept_as_readable_json(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    save(load(), path)
    assert load(path) == load()
    data = json.loads(path.read_text("utf-8"))
    assert 0 < data["threshold"]["value"] < 1
    assert all(data[name]["reason"] for name in ("threshold", "mass", "span"))
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"reader": "x"}', "not json"])
def test_a_file_that_is_no_calibration_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidSetting, match="mine"):
        load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="mine"):
        load(tmp_path / "mine.json")


@pytest.mark.parametrize(
    "question", ["How do I bake sourdough bread?", "What is the capital of France?", "Who won the World Cup?"]
)
def test_refuses_what_is_off_topic(assistant: Assistant, question: str) -> None:
    assert assistant.answer(question).abstained
