"""Limits that a run must keep: metrics and their least (or, where less is better, most) value."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.errors import InvalidGate
from evals.metrics import LOWER_IS_BETTER, TITLES


def parse_limits(limits: Sequence[str]) -> dict[str, float]:
    """Limits given as ``METRIC=X``. Raises InvalidGate."""
    found = {}
    for limit in limits:
        name, _, value = limit.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError as error:
            raise InvalidGate(f"{limit!r} is not METRIC=NUMBER, as in answered_correctly=0.9.") from error
    return _known(found)


def load_limits(path: Path) -> dict[str, float]:
    """Limits of a JSON file {metric: value}. Raises InvalidGate."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidGate(f"The thresholds {path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise InvalidGate(f"The thresholds {path} are not JSON: {error}.") from error
    numbers = isinstance(found, dict) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in found.values()
    )
    if not numbers:
        raise InvalidGate(f'{path} must hold metrics and numbers, as in {{"answered_correctly": 0.9}}.')
    return _known(found)


def _known(limits: Mapping[str, float]) -> dict[str, float]:
    for name in limits:
        if name not in TITLES:
            raise InvalidGate(f"There is no metric {name!r}; there are {', '.join(sorted(TITLES))}.")
    return dict(limits)


def missed(figures: Mapping[str, Mapping[str, Any]], limits: Mapping[str, float]) -> list[str]:
    """A sentence for each limit that the figures miss; a metric that applied to no case misses its limit."""
    found = []
    for name, limit in limits.items():
        lower = name in LOWER_IS_BETTER
        if name not in figures:
            found.append(f"{name} applied to no case (wanted {'at most' if lower else 'at least'} {limit:g})")
            continue
        value = figures[name]["value"]
        if value > limit if lower else value < limit:
            found.append(f"{name} is {value:.3f}, {'above' if lower else 'below'} {limit:g}")
    return found
