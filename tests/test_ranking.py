"""AUC, its interval and the other figures of prediction, by hand and by their definition."""

from __future__ import annotations

import random
from itertools import product
from math import sqrt

import pytest

from leadcard.runtime.impact.ranking import Counted, auc, by_stage, lift


def groups(won: list[int], lost: list[int]) -> list[tuple[int, Counted]]:
    return [
        (score, Counted(leads=won.count(score) + lost.count(score), won=won.count(score)))
        for score in {*won, *lost}
    ]


def beats(a: int, b: int) -> float:
    return 1.0 if a > b else 0.5 if a == b else 0.0


def test_auc_by_hand() -> None:
    """Of 2 x 3 pairs: 3 beats 1 and 2 and ties 3; 2 beats 1, ties 2 and loses to 3."""
    found = auc(groups([3, 2], [1, 2, 3]))
    assert found is not None
    assert found.value == (1 + 1 + 0.5 + 1 + 0.5 + 0) / 6


def test_interval_by_the_definition_of_delong() -> None:
    """Placements one by one, their sample variances, and the normal quantile."""
    chance = random.Random(7)
    won = [chance.randrange(4, 12) for _ in range(23)]
    lost = [chance.randrange(0, 9) for _ in range(41)]
    found = auc(groups(won, lost))
    value = sum(beats(a, b) for a, b in product(won, lost)) / (len(won) * len(lost))
    tens = [sum(beats(a, b) for b in lost) / len(lost) for a in won]
    ones = [sum(beats(a, b) for a in won) / len(won) for b in lost]
    among = [sum((x - value) ** 2 for x in part) / (len(part) - 1) for part in (tens, ones)]
    half = 1.959963984540054 * sqrt(among[0] / len(won) + among[1] / len(lost))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx(
        (value, value - half, value + half)
    )


def test_auc_of_one_kind_alone_cannot_be_told() -> None:
    assert auc(groups([1, 2], [])) is None
    assert auc(groups([], [1, 2])) is None
    single = auc(groups([2], [1, 3]))
    assert single is not None
    assert (single.value, single.low, single.high) == (0.5, None, None)


def test_a_perfect_score_has_an_interval_within_its_range() -> None:
    found = auc(groups([5, 6], [1, 2]))
    assert found is not None
    assert (found.value, found.low, found.high) == (1, 1, 1)


def test_lift_precision_and_recall_by_hand() -> None:
    inside = {"hot": Counted(leads=4, won=2), "cold": Counted(leads=16, won=2)}
    hot, cold = by_stage(("hot", "cold"), inside)
    assert lift(inside["hot"], Counted(leads=20, won=4)) == 2.5
    assert (hot.precision, hot.recall) == (0.5, 0.5)
    assert (cold.precision, cold.recall) == (0.2, 1)
    assert lift(Counted(leads=0, won=0), Counted(leads=20, won=4)) is None
