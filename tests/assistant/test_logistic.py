import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.logistic import Logistic, fit, logit, sigmoid


@given(st.floats(-800, 800))
def test_sigmoid_is_a_probability_and_symmetric(value: float) -> None:
    assert 0 <= sigmoid(value) <= 1
    assert sigmoid(value) + sigmoid(-value) == pytest.approx(1)


def test_finds_the_model_that_drew_the_labels() -> None:
    draw = np.random.default_rng(3)
    values = draw.normal([5, -2], [3, 0.5], size=(4000, 2))
    truth = 1 / (1 + np.exp(-(0.5 + 0.8 * (values[:, 0] - 5) - 1.5 * (values[:, 1] + 2))))
    labels = [bool(label) for label in draw.random(4000) < truth]
    rows = [{"a": a, "b": b} for a, b in values.tolist()]
    model = fit(rows, labels)
    beliefs = [model.probability(row) for row in rows]
    assert np.abs(np.array(beliefs) - truth).mean() < 0.02


def test_weights_count_as_repetitions() -> None:
    rows = [{"a": float(value)} for value in (0, 1, 2, 3, 4)]
    labels = [False, False, True, False, True]
    repeated = fit([rows[0], *rows, rows[4]], [labels[0], *labels, labels[4]])
    weighted = fit(rows, labels, [2, 1, 1, 1, 2])
    assert weighted.probability({"a": 2.5}) == pytest.approx(repeated.probability({"a": 2.5}))


def test_separable_and_constant_features_stay_finite() -> None:
    model = fit([{"a": 0.0, "same": 1.0}, {"a": 1.0, "same": 1.0}], [False, True])
    assert all(math.isfinite(weight) for weight in model.weights.values())
    assert model.probability({"a": 1.0, "same": 1.0}) > 0.5


def test_needs_both_labels() -> None:
    with pytest.raises(ValueError, match="both labels"):
        fit([{"a": 1.0}, {"a": 2.0}], [True, True])


def test_names_a_missing_feature() -> None:
    with pytest.raises(KeyError, match="a"):
        Logistic(0.0, {"a": 1.0}, {"a": 0.0}, {"a": 1.0}).probability({"b": 1.0})


@pytest.mark.parametrize("probability", [0.001, 0.5, 0.97])
def test_logit_undoes_sigmoid(probability: float) -> None:
    assert sigmoid(logit(probability)) == pytest.approx(probability)
