"""Logistic regression small enough to be read: named, standardised features, one weight each, numpy alone."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STEPS = 100  # Newton steps; a handful suffice, the bound only guards against data that cannot be fitted
PRECISE = 1e-8  # largest change of a weight at which the fit has ended


@dataclass(frozen=True, slots=True)
class Logistic:
    """``probability`` is sigmoid(intercept + Σ weight · (value − mean) / scale)."""

    intercept: float
    weights: Mapping[str, float]
    mean: Mapping[str, float]
    scale: Mapping[str, float]

    def logit(self, features: Mapping[str, float]) -> float:
        """The log odds. Raises KeyError when a feature is missing."""
        return self.intercept + sum(
            weight * (features[name] - self.mean[name]) / self.scale[name]
            for name, weight in self.weights.items()
        )

    def probability(self, features: Mapping[str, float]) -> float:
        """The belief, 0 to 1. Raises KeyError when a feature is missing."""
        return sigmoid(self.logit(features))


def sigmoid(value: float) -> float:
    """1 / (1 + e^−value), without overflow."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    return math.exp(value) / (1.0 + math.exp(value))


def logit(probability: float) -> float:
    """The log odds of a probability, kept within ±12."""
    inside = min(max(probability, 6e-6), 1 - 6e-6)
    return math.log(inside / (1 - inside))


def fit(
    rows: Sequence[Mapping[str, float]],
    labels: Sequence[bool],
    weights: Sequence[float] | None = None,
    penalty: float = 1.0,
) -> Logistic:
    """The weights of most likelihood under a ridge ``penalty`` (the intercept goes free), by Newton's method.

    Every row has the features of the first; ``weights`` say how much each row counts (default: 1).
    Raises ValueError unless both labels occur.
    """
    import numpy as np

    if len(rows) != len(labels) or len(set(labels)) < 2:
        raise ValueError("a fit needs a label a row, and both labels")
    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    share = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=float)
    mean = np.average(values, axis=0, weights=share)
    spread = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=share))
    scale = np.where(spread > 1e-9, spread, 1.0)
    standard = np.hstack([np.ones((len(rows), 1)), (values - mean) / scale])
    solution = _newton(standard, np.asarray(labels, dtype=float), share, penalty)
    return Logistic(
        intercept=float(solution[0]),
        weights=dict(zip(names, solution[1:].tolist(), strict=True)),
        mean=dict(zip(names, mean.tolist(), strict=True)),
        scale=dict(zip(names, scale.tolist(), strict=True)),
    )


def _newton(
    values: "NDArray[np.float64]",
    labels: "NDArray[np.float64]",
    share: "NDArray[np.float64]",
    penalty: float,
) -> "NDArray[np.float64]":
    import numpy as np

    ridge = penalty * np.eye(values.shape[1])
    ridge[0, 0] = 1e-6  # keeps the step solvable, bends nothing
    solution = np.zeros(values.shape[1])
    for _ in range(STEPS):
        belief = 1 / (1 + np.exp(-np.clip(values @ solution, -30, 30)))
        gradient = values.T @ (share * (belief - labels)) + ridge @ solution
        curvature = (values * (share * belief * (1 - belief))[:, None]).T @ values + ridge
        step = np.linalg.solve(curvature, gradient)
        solution -= step
        if np.abs(step).max() < PRECISE:
            break
    return solution
