"""How sure a figure is: percentile bootstrap over cases (Efron & Tibshirani 1993), seeded."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from evals.types import Estimate

Item = TypeVar("Item")
RESAMPLES = 1000
SEED = 20_260_101


def mean_estimate(values: Sequence[float], resamples: int = RESAMPLES) -> Estimate | None:
    """The mean with its 95 % interval; None without values. Order does not matter."""
    if not values:
        return None
    data = np.sort(np.asarray(values, dtype=np.float64))
    picks = np.random.default_rng(SEED).integers(0, len(data), size=(resamples, len(data)))
    low, high = np.percentile(data[picks].mean(axis=1), [2.5, 97.5])
    return Estimate(float(data.mean()), float(low), float(high), len(data))


def estimate(
    items: Sequence[Item], measure: Callable[[Sequence[Item]], float | None], resamples: int = 200
) -> Estimate | None:
    """Any measure of a list of cases with its 95 % interval; None where the measure does not apply."""
    value = measure(items)
    if value is None:
        return None
    rng = np.random.default_rng(SEED)
    drawn = (measure([items[i] for i in rng.integers(0, len(items), len(items))]) for _ in range(resamples))
    values = [v for v in drawn if v is not None]
    low, high = np.percentile(values, [2.5, 97.5]) if values else (value, value)
    return Estimate(value, float(min(low, value)), float(max(high, value)), len(items))
