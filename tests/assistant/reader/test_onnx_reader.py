import hashlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.logistic import sigmoid
from assistant.reader import PassageText, ReaderUnfit, Reading
from assistant.reader.onnx_reader import WEIGHTS, OnnxReader

NATO = "In 2016, NATO recognised cyberspace as an operational domain, just like land, sea, and air."
OSCE = "The OSCE focuses on the development of confidence-building measures between participating states."
BREAD = "Bread is baked in an oven at high heat."


def passage(*sentences: str, path: tuple[str, ...] = ("Cyber diplomacy",)) -> PassageText:
    places, text = [], ""
    for sentence in sentences:
        text += " " if text else ""
        places.append((len(text), len(text) + len(sentence)))
        text += sentence
    return PassageText(path, text, tuple(places))


PASSAGES = [passage(BREAD, NATO), passage(OSCE, BREAD), passage(BREAD)]
QUESTIONS = [
    "Who recognised cyberspace as an operational domain?",
    "Wie heeft cyberspace als operationeel domein erkend?",
    "Qui a reconnu le cyberespace comme domaine d'opérations ?",
    "Wer hat den Cyberraum als Einsatzgebiet anerkannt?",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_passage_and_the_sentence_that_answer_score_highest(reader: OnnxReader, question: str) -> None:
    readings = reader.read(question, PASSAGES)
    assert max(readings, key=lambda reading: reading.answerable) is readings[0]
    assert readings[0].sentences[1] > readings[0].sentences[0]


def test_the_words_that_answer_are_marked_and_nothing_where_there_are_none(reader: OnnxReader) -> None:
    with_answer, without = reader.read("When did NATO recognise cyberspace?", [PASSAGES[0], PASSAGES[2]])
    assert with_answer.span is not None
    assert "2016" in PASSAGES[0].text[slice(*with_answer.span)]
    assert without.span is None
    assert without.span_margin < with_answer.span_margin


def test_the_same_claim_is_supported_by_its_sentence_and_not_by_another(reader: OnnxReader) -> None:
    own, other = reader.support([(NATO, NATO), (NATO, BREAD)])
    assert own > 0.5 > other
    assert reader.support([]) == []


def test_a_claim_too_long_to_be_read_whole_is_not_supported(reader: OnnxReader) -> None:
    assert reader.support([(NATO * 20, NATO)]) == [0.0]


def test_order_and_company_change_little(reader: OnnxReader) -> None:
    """Activations are quantised a batch, so beliefs may differ a little."""
    together = reader.read(QUESTIONS[0], PASSAGES)
    reversed_ = reader.read(QUESTIONS[0], PASSAGES[::-1])[::-1]
    alone = [reader.read(QUESTIONS[0], [each])[0] for each in PASSAGES]
    for first, second, third in zip(together, reversed_, alone, strict=True):
        assert first.answerable == pytest.approx(second.answerable, abs=1e-4)
        assert sigmoid(first.answerable) == pytest.approx(sigmoid(third.answerable), abs=0.12)


def test_nothing_is_read_of_nothing(reader: OnnxReader) -> None:
    assert reader.read("Why?", []) == []


def test_a_long_passage_is_read_in_windows_and_its_last_sentence_found(reader: OnnxReader) -> None:
    long = passage(*[BREAD] * 60, NATO)
    (reading,) = reader.read(QUESTIONS[0], [long])
    assert len(reading.sentences) == 61
    assert reading.sentences.index(max(reading.sentences)) == 60
    assert reading.answerable == pytest.approx(
        reader.read(QUESTIONS[0], [passage(NATO)])[0].answerable, abs=3
    )


def test_a_single_sentence_longer_than_a_window_is_read(reader: OnnxReader) -> None:
    (reading,) = reader.read(QUESTIONS[0], [passage("and on it goes " * 400 + NATO)])
    assert len(reading.sentences) == 1


@given(st.lists(st.text(alphabet="ab é.\n“𝄞NATO 2016", min_size=1, max_size=40), max_size=4))
@settings(max_examples=25, deadline=None)
def test_scores_and_span_fit_any_passage(reader: OnnxReader, sentences: list[str]) -> None:
    read = passage(*sentences)
    (reading,) = reader.read("When did NATO meet?", [read])
    assert len(reading.sentences) == len(sentences)
    if reading.span:
        start, end = reading.span
        assert 0 <= start < end <= len(read.text)
        assert read.text[start:end].strip() == read.text[start:end]


def test_threads_share_a_reader() -> None:
    shared = OnnxReader()

    def read(_: int) -> list[Reading]:
        return shared.read(QUESTIONS[0], PASSAGES)

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(read, range(6)))
    assert all(each == found[0] for each in found)


def test_a_file_that_is_no_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "reader.onnx").write_bytes(b"not a model")
    with pytest.raises(ReaderUnfit, match="is no ONNX model"):
        OnnxReader(tmp_path).read("Why?", PASSAGES)


def test_another_model_says_so(tmp_path: Path) -> None:
    from knowledge.encoder.runtime import WEIGHTS as ENCODER

    (tmp_path / "reader.onnx").symlink_to(ENCODER / "body.onnx")
    with pytest.raises(ReaderUnfit, match="is another model"):
        OnnxReader(tmp_path).read("Why?", PASSAGES)


def test_it_reads_without_torch() -> None:
    code = (
        "import sys; from assistant.reader import PassageText, load_reader; "
        "load_reader().read('Why?', [PassageText((), 'Because.', ((0, 8),))]); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_card_names_the_hash_of_the_weights() -> None:
    card = (WEIGHTS / "MODEL_CARD.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| ([\w.]+) \| ([0-9a-f]{64}) \|$", card, re.MULTILINE))
    assert named == {"reader.onnx": hashlib.sha256((WEIGHTS / "reader.onnx").read_bytes()).hexdigest()}
