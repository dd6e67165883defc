"""Importers, limits, judges, calibration, provenance."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from assistant import abstention
from assistant.abstention import Threshold
from assistant.settings import AssistantSettings
from evals import provenance
from evals.calibrate import (
    LEAST,
    calibration_path,
    current,
    made_otherwise,
    overruling,
    refit,
    refusals,
    set_threshold,
    store,
    threshold_for,
)
from evals.cases import check_gold, load
from evals.errors import CannotWrite, InvalidGate, InvalidRun, InvalidSet, JudgeFailed
from evals.gate import load_limits, missed, parse_limits
from evals.importers import IMPORTERS, import_set
from evals.judges import ChatJudge, ReaderJudge, _reached, chat_judge
from evals.types import PastTurn
from knowledge.readers import read
from knowledge.settings import KnowledgeSettings

PLAIN = AssistantSettings()
PASSAGES = [
    {"id": "p1", "title": "Cats", "section": "Sleep", "text": "Cats sleep 15 hours.\nThey <b>dream</b>.",
     "heldout": False},
    {"id": "p2", "title": "Dogs", "section": "", "text": "Dogs bark at night. Dogs dig.", "heldout": True},
    {"id": "9-1-5", "title": "", "section": "", "text": "Fish swim.", "heldout": False},
]  # fmt: skip
QUESTIONS = [
    {"id": 1, "question": "How long do cats sleep?", "lang": "en", "answerable": True,
     "gold_passage_ids": ["p1"], "gold_answers": ["15 hours"], "gold_sentences": ["Cats sleep 15 hours."],
     "is_paraphrase": True},
    {"id": 2, "question": "And dogs?", "lang": "en", "answerable": True, "gold_passage_ids": ["p2"],
     "gold_answers": ["at night"], "gold_sentences": ["Dogs bark at night."],
     "history": [{"role": "user", "text": "Do they bark?"}, {"role": "assistant", "text": "Yes."}]},
    {"id": 3, "question": "Do cats fly?", "lang": "en", "answerable": False, "gold_passage_ids": [],
     "gold_answers": [], "gold_sentences": [], "context_passage_ids": ["p1"]},
]  # fmt: skip


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    folder.mkdir()
    for name, rows in (("passages", PASSAGES), ("questions", QUESTIONS)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


@pytest.mark.parametrize("name", IMPORTERS)
def test_a_public_set_becomes_a_set_with_documents_that_hold_its_gold(
    name: str, public: Path, tmp_path: Path
) -> None:
    made = import_set(name, public, tmp_path / "out")
    evalset = load(made.path)
    assert (made.cases, made.documents) == (3, 3)
    assert not evalset.problems
    assert evalset.documents == tmp_path / "out" / "documents"
    documents = [read(path) for path in sorted(evalset.documents.iterdir())]
    assert check_gold(evalset.cases, documents) == []
    first, second, third = evalset.cases
    assert first.gold_sections == ("Cats: Sleep > Sleep" if name == "squad2" else "Cats > Sleep",)
    if IMPORTERS[name].is_given:
        assert first.documents == third.documents != ()
    else:
        assert first.documents == third.documents == ()
    assert second.history == (PastTurn("Do they bark?", "Yes."),)
    assert (third.answerable, third.kind) == (False, "unanswerable")
    assert any("They <b>dream</b>." in document.text for document in documents)


def test_answers_that_are_spans_give_facts_and_their_sentence(public: Path, tmp_path: Path) -> None:
    case = load(import_set("squad2", public, tmp_path / "out").path).cases[0]
    assert (case.facts, case.gold_quotes) == ((("15 hours",),), ("Cats sleep 15 hours.",))


def test_held_out_articles_make_questions_unanswerable(public: Path, tmp_path: Path) -> None:
    made = import_set("selqa", public, tmp_path / "out", hold_out=True)
    assert made.path.name == "selqa-held-out.jsonl"
    assert [case.answerable for case in load(made.path).cases] == [True, False, False]


def test_an_import_goes_into_a_folder_without_other_documents(public: Path, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "own.txt").write_text("mine")
    with pytest.raises(InvalidSet, match=r"other documents \(own\.txt"):
        import_set("xquad", public, tmp_path)


def test_folders_of_another_shape_are_named(public: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidSet, match=r"passages\.jsonl cannot be read"):
        import_set("squad2", tmp_path, tmp_path / "out")
    (public / "questions.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(InvalidSet, match="does not have the shape of squad2"):
        import_set("squad2", public, tmp_path / "out")
    (public / "questions.jsonl").write_text("{")
    with pytest.raises(InvalidSet, match="not JSON lines"):
        import_set("squad2", public, tmp_path / "out")


def test_limits(tmp_path: Path) -> None:
    figures = {"answered_correctly": {"value": 0.8}, "false_refusal": {"value": 0.1}}
    assert missed(figures, parse_limits(["answered_correctly=0.8", "false_refusal=.1"])) == []
    found = missed(figures, parse_limits(["answered_correctly=0.9", "false_refusal=0.05", "auroc=0.5"]))
    assert found == [
        "answered_correctly is 0.800, below 0.9",
        "false_refusal is 0.100, above 0.05",
        "auroc applied to no case (wanted at least 0.5)",
    ]
    path = tmp_path / "limits.json"
    path.write_text('{"auroc": 0.9}')
    assert load_limits(path) == {"auroc": 0.9}
    for text in ("[]", "{", '{"auroc": "high"}', '{"auroc": true}', '{"charm": 1}'):
        path.write_text(text)
        with pytest.raises(InvalidGate):
            load_limits(path)
    with pytest.raises(InvalidGate, match="not METRIC=NUMBER"):
        parse_limits(["auroc"])
    with pytest.raises(InvalidGate, match="cannot be read"):
        load_limits(tmp_path / "gone.json")


class Halves:
    """A reader that believes everything half."""

    asked = 0

    def support(self, pairs):
        self.asked += len(pairs)
        return [0.5 for _ in pairs]


def test_the_reader_is_not_asked_about_sentences_that_stand_in_the_evidence() -> None:
    reader = Halves()
    judge = ReaderJudge(reader, "halves")  # type: ignore[arg-type]
    evidence = "Nobody says that it works. NATO said so. The EU agreed."
    pairs = [
        ("NATO said so", evidence),
        ("NATO said so. The EU agreed.", evidence),
        ("it works.", evidence),  # a part of a sentence may say the opposite of it
        ("so", ""),
    ]
    assert judge.support(pairs) == [1.0, 1.0, 0.5, 0.0]
    assert reader.asked == 1


def test_a_chat_model_judges_with_one_word_and_is_asked_once() -> None:
    judge = ChatJudge(FakeListChatModel(responses=["Yes.", "no", "perhaps"]), "fake:judge")
    assert judge.support([("a", "b"), ("a", "b"), ("c", "d"), ("c", "")]) == [1.0, 1.0, 0.0, 0.0]
    with pytest.raises(JudgeFailed, match="'perhaps' instead of yes or no"):
        judge.support([("e", "f")])


def test_a_judge_that_cannot_be_had_is_named() -> None:
    with pytest.raises(JudgeFailed, match="nobody:nothing cannot be set up"):
        chat_judge("nobody:nothing", PLAIN)
    with pytest.raises(JudgeFailed, match=r"no judge 'raeder': choose reader, none, or a model"):
        chat_judge("raeder", PLAIN)


def lines(count: int) -> list[dict[str, object]]:
    """Results whose first feature tells answerable questions, but for every tenth, from others."""
    found = []
    for i in range(count):
        answerable = i % 2 == 0
        features = dict.fromkeys(abstention.NAMES, 0.0)
        features["answerable"] = (1.0 if answerable else -1.0) * (-1 if i % 10 == 0 else 1) + (i % 7) / 10
        found.append(
            {"id": f"c{i:03}", "repeat": 0, "features": features, "case": {"answerable": answerable}}
        )
    return found


def test_calibration_is_fitted_on_what_a_run_recorded() -> None:
    before = abstention.load()
    fitted = refit(lines(100), before, "own", false_refusals=0.3)
    assert fitted.cases == 100
    assert fitted.after.answerable <= 0.3
    assert fitted.after.unanswerable >= 0.9
    assert fitted.calibration.answer.weights["answerable"] > 0
    assert "own" in fitted.calibration.threshold.reason
    assert fitted.calibration.sentence == before.sentence
    assert refit(list(reversed(lines(100))), before, "own", 0.3) == fitted


def test_calibration_needs_enough_cases_of_both_kinds() -> None:
    with pytest.raises(InvalidSet, match=f"at least {LEAST} answerable and {LEAST} unanswerable"):
        refit(lines(2 * LEAST - 2), abstention.load(), "own")


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30), st.floats(0, 0.5))
def test_a_threshold_refuses_at_most_that_share_of_answerable_questions(
    rows: list[tuple[float, bool]], share: float
) -> None:
    beliefs, labels = [b for b, _ in rows] + [0.0, 1.0], [a for _, a in rows] + [False, True]
    threshold = threshold_for(beliefs, labels, share)
    assert refusals(beliefs, labels, threshold).answerable <= share + 1e-9


def test_a_calibration_is_kept_beside_the_index(tmp_path: Path) -> None:
    where = KnowledgeSettings(data_dir=tmp_path / "data")
    assert current(PLAIN, where) == abstention.load()
    set_threshold(0.7, "by hand", PLAIN, where)
    assert current(PLAIN, where).threshold.value == 0.7
    store(replace(current(PLAIN, where), fitted_on="own"), where)
    assert current(PLAIN, where).fitted_on == "own"
    assert calibration_path(where) == tmp_path / "data" / "calibration.json"
    with pytest.raises(CannotWrite):
        set_threshold(1.5, "too much", PLAIN, where)
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        set_threshold(0.5, "nowhere", PLAIN, KnowledgeSettings(data_dir=tmp_path / "file"))


def test_secrets_stay_out_of_the_config() -> None:
    hidden = provenance._without_secrets(
        {"database_url": "postgresql://me:secret@host:5432/base?password=x", "chat_api_key": "secret", "n": 1}
    )
    assert hidden == {"database_url": "postgresql://host:5432/base", "n": 1}


def test_how_careful_follows_the_settings_that_overrule_it(tmp_path: Path) -> None:
    where = KnowledgeSettings(data_dir=tmp_path / "data")
    set_threshold(0.7, "by hand", PLAIN, where)
    careful = AssistantSettings(carefulness=0.9)
    assert current(careful, where).threshold == Threshold(0.9, "ASSISTANT_CAREFULNESS")
    other = tmp_path / "other.json"
    abstention.save(replace(abstention.load(), fitted_on="another"), other)
    named = AssistantSettings(calibration=other)
    assert current(named, where).fitted_on == "another"
    assert overruling(PLAIN) == ()
    assert overruling(careful) == ("ASSISTANT_CAREFULNESS",)
    for overruled in (careful, named):
        with pytest.raises(CannotWrite, match="would overrule it: take it out of the settings"):
            set_threshold(0.5, "no use", overruled, where)
    assert current(PLAIN, where).threshold.value == 0.7


def test_a_fit_is_for_the_reader_that_the_run_read_with() -> None:
    fitted = refit(lines(100), abstention.load(), "own", reader="SimilarityReader")
    assert fitted.calibration.reader == "SimilarityReader"
    assert provenance.reader_kind({"models": {"reader": {"name": "OnnxReader (a (b))"}}}) == "OnnxReader"


def test_a_run_of_another_version_s_features_is_not_fitted_to() -> None:
    old = [line | {"features": {"answerable": 1.0}} for line in lines(100)]
    with pytest.raises(InvalidRun, match="another version"):
        refit(old, abstention.load(), "own")


def test_a_run_under_another_calibration_or_reader_is_told() -> None:
    used = abstention.load()
    config = {
        "calibration": {"fitted_on": used.fitted_on},
        "models": {"reader": {"name": "OnnxReader", "hash": provenance.reader_hash(None)}},
    }
    assert not made_otherwise(config, PLAIN, used)
    assert made_otherwise(config, PLAIN, replace(used, fitted_on="own: 100 cases"))
    assert made_otherwise(config | {"models": {"reader": {"name": "x", "hash": "y"}}}, PLAIN, used)


def test_a_chat_judge_is_reached_as_the_assistant_s_chat_model() -> None:
    settings = AssistantSettings(
        chat_model="openai:small", chat_base_url="http://127.0.0.1:9/v1", chat_api_key="secret"
    )
    judge = chat_judge("openai:large", settings)
    assert judge.name == "openai:large"
    model = judge.model.bound
    assert (model.model_name, model.openai_api_base) == ("large", "http://127.0.0.1:9/v1")
    assert model.openai_api_key.get_secret_value() == "secret"
    elsewhere = _reached("ollama:large", settings)
    assert (elsewhere.chat_base_url, elsewhere.chat_api_key) == (None, None)
