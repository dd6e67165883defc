"""Whether to answer: what speaks for the documents' holding an answer, and the calibrated belief in it.

Every number of the decision lies in one JSON file, ``assistant/calibration.json`` or the user's own beside
the index: two logistic models (a sentence answers; the documents answer) and the thresholds with reasons.
"""

import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from assistant import logistic
from assistant.coverage import coverage, name_coverage, number_coverage, satisfies, stems
from assistant.errors import InvalidSetting
from assistant.evidence import Evidence
from assistant.logistic import Logistic, logit, sigmoid
from assistant.types import Intent
from knowledge.messages import Message

PENALTY = (
    3.0  # of the squared weights: at 1 the confidence is less honest on folds left out, at 10 less sharp
)
SHIPPED = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number to compare with, and why it has its value."""

    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted numbers of the decision, for readings of the reader of that name.

    ``answer`` is the belief that the documents answer, below ``threshold`` the assistant abstains;
    ``sentence`` that a sentence answers; ``mass`` the share of that belief that the chosen sentences must
    hold; ``span`` the least margin (a logit) of a short answer.
    """

    reader: str
    answer: Logistic
    sentence: Logistic
    threshold: Threshold
    mass: Threshold
    span: Threshold
    fitted_on: str = ""

    def confidence(self, values: Mapping[str, float]) -> float:
        """The belief, 0 to 1, that the documents answer, from ``features``."""
        return self.answer.probability(values)


def load(path: Path | None = None) -> Calibration:
    """The calibration in a file, by default the shipped one.

    Raises InvalidSetting when it is not there or is none.
    """
    path = path or SHIPPED
    try:
        data = json.loads(path.read_text("utf-8"))
        return Calibration(
            reader=data["reader"],
            answer=Logistic(**data["answer"]),
            sentence=Logistic(**data["sentence"]),
            threshold=Threshold(**data["threshold"]),
            mass=Threshold(**data["mass"]),
            span=Threshold(**data["span"]),
            fitted_on=data["fitted_on"],
        )
    except OSError as error:
        told = "The calibration file {path} cannot be read: name another one."
        raise InvalidSetting(Message("assistant.calibration_unreadable", told, path=path)) from error
    except (ValueError, KeyError, TypeError) as error:
        told = "{path} is no calibration: make one with `python -m evals calibrate SET`."
        raise InvalidSetting(Message("assistant.no_calibration", told, path=path)) from error


def save(calibration: Calibration, path: Path) -> None:
    """Writes the calibration as readable JSON, in one step. Raises OSError."""
    rounded = json.loads(json.dumps(asdict(calibration)), parse_float=lambda text: round(float(text), 6))
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(rounded, indent=2, ensure_ascii=False) + "\n", "utf-8")
    part.replace(path)


def features(evidence: Evidence, collection: Callable[[str], Collection[str]]) -> dict[str, float]:
    """What speaks for and against the documents' holding an answer; finite numbers under fixed names.

    ``collection`` gives the stems of all words of the documents, as of a language. Features that compare
    words are 0 when question and document differ in language (``crosses``); all, when nothing was found.
    """
    if not evidence.reads:
        return dict.fromkeys(NAMES, 0.0)
    query, asked = evidence.query, evidence.terms
    best = max(evidence.reads, key=lambda read: read.reading.answerable)
    others = [read.reading.answerable for read in evidence.reads if read is not best]
    first = evidence.sentences[0]
    crosses = query.language != best.language
    held = stems(best.whole, best.language)
    said = stems(first.text, best.language)
    near = " ".join(sentence.text for sentence in evidence.sentences[:2])
    typed = query.expects in ("date", "number", "person", "place")
    met = satisfies(query.expects, near, asked, best.language)
    words = {
        "coverage": coverage(asked, held, best.language),
        "coverage_of_sentence": coverage(asked, said, best.language),
        "coverage_of_collection": coverage(asked, collection(best.language), best.language),
    }
    return {
        "answerable": best.reading.answerable,
        "sentence": max(max(read.reading.sentences) for read in evidence.reads),
        "belief": logit(first.score),
        "alone": evidence.alone,
        "margin": best.reading.answerable - max(others, default=best.reading.answerable),
        "span": sigmoid(max(read.reading.span_margin for read in evidence.reads)),
        "similarity": max(read.found.similarity for read in evidence.reads),
        "lexical": 0.0 if crosses else math.log1p(max(read.found.lexical for read in evidence.reads)),
        **{name: 0.0 if crosses else value for name, value in words.items()},
        "names": name_coverage(asked, held, best.language, crosses=crosses),
        "numbers": number_coverage(asked, best.whole),
        "type_met": float(typed and met),
        "type_missed": float(typed and not met),
        "crosses": float(crosses),
        "keywords": float(query.intent is Intent.KEYWORDS),
    }


NAMES = (
    "answerable", "sentence", "belief", "alone", "margin", "span", "similarity", "lexical", "coverage",
    "coverage_of_sentence", "coverage_of_collection", "names", "numbers", "type_met", "type_missed",
    "crosses", "keywords",
)  # fmt: skip
# What can only speak for an answer, and what only against: where a fit finds the contrary, it has found an
# accident of its sample (a number that no document holds made an answer likelier).
FOR = frozenset(NAMES) - {"margin", "type_missed", "crosses", "keywords"}
AGAINST = frozenset({"type_missed"})


def fit(
    rows: Sequence[Mapping[str, float]], labels: Sequence[bool], weights: Sequence[float] | None = None
) -> Logistic:
    """The model of ``confidence`` fitted to the features of questions that are answerable (True) or not.

    A feature whose weight has the wrong sign (FOR, AGAINST) is left out, and its weight is 0.
    """
    whole = model = logistic.fit(rows, labels, weights, PENALTY)
    while wrong := {name for name, weight in model.weights.items() if weight * _sign(name) < 0}:
        worst = min(wrong, key=lambda name: model.weights[name] * _sign(name))
        left = model.weights.keys() - {worst}
        kept = [{name: value for name, value in row.items() if name in left} for row in rows]
        model = logistic.fit(kept, labels, weights, PENALTY)
    return replace(
        whole,
        intercept=model.intercept,
        weights={name: model.weights.get(name, 0.0) for name in whole.weights},
    )


def _sign(name: str) -> int:
    return (name in FOR) - (name in AGAINST)
