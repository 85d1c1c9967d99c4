"""Points for the rules of a card, learned from leads whose outcome is known.

A logistic regression in which each rule is one feature, 1 where it fired. A coefficient is the
logarithm of what the rule multiplies the odds by; ten points are a factor of e. A slight ridge
keeps rules that fire for few leads from running away. Newton's method, on leads grouped by the set
of rules that fired; needs nothing but the standard library.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leadcard.compiler.pipeline import check_file

if TYPE_CHECKING:
    from benchmarks.real_data import Lead

POINTS_A_STEP: Final = 10
RIDGE: Final = 2.0
ROUNDS: Final = 15
Group = tuple[tuple[int, ...], int, int]


def suggest(card: Path, leads: Sequence[Lead]) -> None:
    """Print the points that `leads` suggest for each rule of `card`, beside those it has."""
    plan = check_file(card).plan
    assert plan is not None
    learned = learn(sorted({line for lead in leads for line in lead.fired}), leads)
    print(f"\n  {'rule':60}{'fired':>8}{'card':>8}{'learned':>9}")
    for rule in plan.rules:
        fired = sum(rule.line in lead.fired for lead in leads)
        points = f"{learned[rule.line]:+9.1f}" if rule.line in learned else f"{'-':>9}"
        print(f"  {rule.text:60}{fired:>8,}{rule.points / 100:>+8.0f}{points}")


def learn(lines: Sequence[int], leads: Sequence[Lead]) -> Mapping[int, float]:
    """Points by line of the card."""
    groups = _grouped(lines, leads)
    weights = [0.0] * (len(lines) + 1)  # the first is the constant
    for _ in range(ROUNDS):
        step = _solved(*_slope_and_curve(groups, weights))
        weights = [old + change for old, change in zip(weights, step, strict=True)]
    return {line: weights[at] * POINTS_A_STEP for at, line in enumerate(lines, 1)}


def _grouped(lines: Sequence[int], leads: Sequence[Lead]) -> list[Group]:
    """Leads with the same rules fired: the features that are 1, how many, how many converted."""
    counts: dict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0])
    for lead in leads:
        key = (0, *(at for at, line in enumerate(lines, 1) if line in lead.fired))
        counts[key][0] += 1
        counts[key][1] += lead.outcome.converted
    return [(key, many, good) for key, (many, good) in counts.items()]


def _slope_and_curve(
    groups: Sequence[Group], weights: Sequence[float]
) -> tuple[list[list[float]], list[float]]:
    size = len(weights)
    slope = [0.0] + [-RIDGE * weight for weight in weights[1:]]
    curve = [[RIDGE if i == j > 0 else 0.0 for j in range(size)] for i in range(size)]
    for key, many, good in groups:
        likely = 1 / (1 + math.exp(-sum(weights[at] for at in key)))
        for i in key:
            slope[i] += good - many * likely
            for j in key:
                curve[i][j] += many * likely * (1 - likely)
    return curve, slope


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of linear equations, by elimination with the largest pivot."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for at in range(size):
        best = max(range(at, size), key=lambda n: abs(rows[n][at]))
        rows[at], rows[best] = rows[best], rows[at]
        for below in range(at + 1, size):
            share = rows[below][at] / rows[at][at]
            rows[below] = [x - share * y for x, y in zip(rows[below], rows[at], strict=True)]
    result = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][n] * result[n] for n in range(at + 1, size))
        result[at] = (rows[at][size] - known) / rows[at][at]
    return result
