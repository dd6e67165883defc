"""Calibration on one's own questions: the belief fitted to what a run recorded, and how careful to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant import abstention
from assistant.abstention import Calibration, Threshold
from assistant.build import CALIBRATION, build_calibration
from assistant.logistic import Logistic
from assistant.settings import AssistantSettings
from evals.errors import CannotWrite, InvalidRun, InvalidSet
from evals.metrics.abstention import auroc, calibration_error
from evals.provenance import reader_hash, reader_kind
from evals.runs import Line, RunFolder, cannot_write
from evals.types import EvalSet
from knowledge.messages import Message
from knowledge.settings import KnowledgeSettings

FALSE_REFUSALS = 0.08
"""Share of answerable questions that may be refused, unless the user says otherwise."""
CALIBRATION_FILE, CAREFULNESS = "ASSISTANT_CALIBRATION", "ASSISTANT_CAREFULNESS"
FOLDS = 5
LEAST = 20
"""Cases of each kind that a fit needs: with fewer, the weights follow single questions."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """How a threshold on the belief does: shares of unanswerable and of answerable questions refused."""

    threshold: float
    unanswerable: float
    answerable: float
    auroc: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration, and how it does on cases that its folds did not see, beside the one before."""

    calibration: Calibration
    before: Refusals
    after: Refusals
    cases: int


def calibration_path(settings: KnowledgeSettings) -> Path:
    """Where a user's own calibration lies: beside the index."""
    return settings.data_dir / CALIBRATION


def current(settings: AssistantSettings, knowledge: KnowledgeSettings) -> Calibration:
    """The calibration that the assistant decides by, with the threshold that it refuses below.

    Raises InvalidSetting.
    """
    used = build_calibration(settings, knowledge)
    if settings.carefulness is None:
        return used
    return replace(used, threshold=Threshold(settings.carefulness, CAREFULNESS))


def overruling(settings: AssistantSettings) -> tuple[str, ...]:
    """The settings that are given, and used instead of what is kept beside the index."""
    given = {CALIBRATION_FILE: settings.calibration, CAREFULNESS: settings.carefulness}
    return tuple(name for name, value in given.items() if value is not None)


def made_otherwise(config: Mapping[str, Any], settings: AssistantSettings, used: Calibration) -> bool:
    """Whether a run has its confidences from another calibration or reader than those of now."""
    fitted_on = (config.get("calibration") or {}).get("fitted_on")
    read_by = config["models"]["reader"].get("hash")
    return fitted_on != used.fitted_on or read_by != reader_hash(settings.reader)


def recorded(folder: RunFolder, evalset: EvalSet) -> tuple[list[Line], str]:
    """What a run of the set recorded, and the kind of reader that it read with.

    Raises InvalidRun, also when it is a run of another set.
    """
    config = folder.config()
    if config["set"]["hash"] != evalset.content_hash:
        raise InvalidRun(
            f"{folder.path.name} is a run of {config['set']['name']}, or {evalset.name} was changed since:"
            " choose a run of this set, or leave --run out and it is asked now."
        )
    return list(folder.lines()), reader_kind(config)


def refit(
    lines: Sequence[Line],
    calibration: Calibration,
    set_name: str,
    false_refusals: float = FALSE_REFUSALS,
    reader: str | None = None,
) -> Fitted:
    """Fits the belief to the labelled results of a run, and picks the threshold on held-out folds.

    ``reader`` is the kind of reader that the run read with (default: that of ``calibration``). Raises
    InvalidSet with fewer than LEAST answerable or unanswerable cases that were read, InvalidRun when another
    version of the assistant recorded them.
    """
    known = sorted(
        (line for line in lines if line.get("features") and line["case"].get("answerable") is not None),
        key=lambda line: (line["id"], line["repeat"]),
    )
    if any(set(line["features"]) != set(abstention.NAMES) for line in known):
        raise InvalidRun(
            "The run was made by another version, which looked at other features: run the set again."
        )
    rows: list[Mapping[str, float]] = [line["features"] for line in known]
    labels = [bool(line["case"]["answerable"]) for line in known]
    fewest = min(sum(labels), len(labels) - sum(labels))
    if fewest < LEAST:
        raise InvalidSet(
            f"A calibration needs at least {LEAST} answerable and {LEAST} unanswerable cases that were read;"
            f" this set has {sum(labels)} and {len(labels) - sum(labels)}. Add cases and run it again."
        )
    beliefs = _held_out(rows, labels)
    threshold = threshold_for(beliefs, labels, false_refusals)
    reason = f"refuses {false_refusals:.0%} of the answerable cases of {set_name}, on held-out folds"
    fitted = replace(
        calibration,
        reader=reader or calibration.reader,
        answer=abstention.fit(rows, labels),
        threshold=Threshold(threshold, reason),
        fitted_on=f"{set_name}: {len(known)} cases",
    )
    old = [calibration.confidence(row) for row in rows]
    return Fitted(
        fitted,
        before=refusals(old, labels, calibration.threshold.value),
        after=refusals(beliefs, labels, threshold),
        cases=len(known),
    )


def _held_out(rows: Sequence[Mapping[str, float]], labels: Sequence[bool]) -> list[float]:
    """The belief of each row by a model fitted without its fold; each fold has its share of both labels."""
    order = sorted(range(len(rows)), key=lambda i: labels[i])
    fold = {i: place % FOLDS for place, i in enumerate(order)}
    models: list[Logistic] = []
    for number in range(FOLDS):
        seen = [i for i in range(len(rows)) if fold[i] != number]
        models.append(abstention.fit([rows[i] for i in seen], [labels[i] for i in seen]))
    return [models[fold[i]].probability(row) for i, row in enumerate(rows)]


def threshold_for(beliefs: Sequence[float], labels: Sequence[bool], false_refusals: float) -> float:
    """The highest threshold below which at most that share of the answerable questions lies."""
    answerable = sorted(belief for belief, label in zip(beliefs, labels, strict=True) if label)
    return answerable[min(int(false_refusals * len(answerable)), len(answerable) - 1)]


def refusals(beliefs: Sequence[float], labels: Sequence[bool], threshold: float) -> Refusals:
    """How the threshold does on those beliefs."""
    pairs = list(zip(beliefs, labels, strict=True))

    def refused(kind: bool) -> float:
        of_kind = [belief < threshold for belief, label in pairs if label is kind]
        return sum(of_kind) / len(of_kind)

    return Refusals(
        threshold, refused(False), refused(True), auroc(pairs) or 0.0, calibration_error(pairs) or 0.0
    )


def store(calibration: Calibration, settings: KnowledgeSettings) -> Path:
    """Keeps the calibration beside the user's index. Raises CannotWrite."""
    path = calibration_path(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        abstention.save(calibration, path)
    except OSError as error:
        raise cannot_write(path, error) from error
    return path


def forget(settings: KnowledgeSettings) -> None:
    """Goes back to the shipped calibration. Raises CannotWrite."""
    path = calibration_path(settings)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


def set_threshold(
    value: float, reason: str, settings: AssistantSettings, knowledge: KnowledgeSettings
) -> Path:
    """Sets how careful the assistant is, all else of the calibration unchanged.

    Raises CannotWrite, also where a setting would overrule it.
    """
    if not 0 <= value <= 1:
        told = "How careful must lie between 0 and 1, not {value}."
        raise CannotWrite(Message("evals.no_carefulness", told, value=value))
    if names := overruling(settings):
        told = "{names} is set and would overrule it: take it out of the settings."
        raise CannotWrite(Message("evals.overruled", told, names=", ".join(names)))
    return store(replace(current(settings, knowledge), threshold=Threshold(value, reason)), knowledge)
