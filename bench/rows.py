"""What a benchmark gives: a row of pairs, as a table for people and as JSON for the README."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

PAIRS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """Reader's figures beside its baseline's, in pairs of one run.

    `ratio` is Reader's median pair to its baseline's. With `more` the figures are speeds, and the target is the
    least ratio wanted; else they are costs, and it is the most. `tail` is the most for the ratio of the two p99. 0:
    there is no target.
    """

    name: str
    baseline_name: str
    unit: str
    ours: tuple[float, ...]
    baseline: tuple[float, ...]
    target: float = 0.0
    more: bool = False
    tail: float = 0.0

    @property
    def ratio(self) -> float:
        return statistics.median(self.ours) / statistics.median(self.baseline)

    @property
    def tail_ratio(self) -> float:
        return quantiles(self.ours)["p99"] / quantiles(self.baseline)["p99"]

    @property
    def met(self) -> bool:
        """Whether the targets it has are reached."""
        within = self.ratio >= self.target if self.more else self.ratio <= self.target
        return (not self.target or within) and (not self.tail or self.tail_ratio <= self.tail)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "baseline": self.baseline_name,
            "unit": self.unit,
            "reader": {name: round(value, 3) for name, value in quantiles(self.ours).items()},
            "of_baseline": {name: round(value, 3) for name, value in quantiles(self.baseline).items()},
            "ratio": round(self.ratio, 2),
            "target": self.target,
            "at_least": self.more,
            **({"tail_ratio": round(self.tail_ratio, 2), "tail_target": self.tail} if self.tail else {}),
            "met": self.met,
        }


def quantiles(values: Iterable[float]) -> dict[str, float]:
    """The median and the upper ends, by nearest rank: the least value that so many are not above."""
    found = sorted(values)
    return {
        "median": statistics.median(found),
        "p95": found[math.ceil(0.95 * len(found)) - 1],
        "p99": found[math.ceil(0.99 * len(found)) - 1],
    }


def pairs(
    ours: Callable[[], float], baseline: Callable[[], float], number: int = PAIRS
) -> tuple[list[float], list[float]]:
    """The figures of both, taken in turn, behind one turn that warms the caches."""
    ours()
    baseline()
    found = [(ours(), baseline()) for _ in range(number)]
    return [one for one, _ in found], [other for _, other in found]


def table(rows: Iterable[Row]) -> str:
    """A line a row."""
    lines = [f"{'':52} {'reader':>22} {'baseline':>22} {'ratio':>7} {'target':>8}"]
    for row in rows:
        ours, base = (_figures(quantiles(values)) for values in (row.ours, row.baseline))
        target = f"{'>=' if row.more else '<='} {row.target:g}" if row.target else ""
        missed = "" if row.met else "  missed"
        lines.append(f"{row.name:52} {ours:>22} {base:>22} {row.ratio:7.2f} {target:>8}{missed}")
        tail = f"; p99 {row.tail_ratio:.2f} of its, wanted <= {row.tail:g}" if row.tail else ""
        lines.append(f"    {row.unit}; baseline: {row.baseline_name}{tail}")
    return "\n".join(lines)


def _figures(found: dict[str, float]) -> str:
    return "/".join(f"{value:,.4g}" for value in found.values())
