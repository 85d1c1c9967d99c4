"""How well scores tell leads that convert from those that do not: AUC, lift, precision, recall.

The AUC is the share of pairs of a lead that converted and one that did not in which the first has
the higher score; equal scores count half. It is counted exactly, in whole numbers, from how often
each score occurs. Its interval is DeLong's (1988): the variance of the share of others that a lead
beats, among the leads that converted and among the rest, which is right for equal scores too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Final

_Z95: Final = 1.959963984540054  # of the normal distribution, for 95 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Auc:
    """The AUC with its 95 % interval, whose ends are None with fewer than two leads a side."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many leads there are, and how many of them converted."""

    leads: int
    won: int

    @property
    def rate(self) -> float | None:
        """The share that converted; None without leads."""
        return self.won / self.leads if self.leads else None

    def __add__(self, other: Counted) -> Counted:
        return Counted(leads=self.leads + other.leads, won=self.won + other.won)


NOBODY: Final = Counted(leads=0, won=0)


def counted(parts: Iterable[Counted]) -> Counted:
    """All parts together."""
    return sum(parts, NOBODY)


def lift(part: Counted, whole: Counted) -> float | None:
    """How many times as often leads of `part` convert as those of `whole` do."""
    if not part.leads or not whole.won:
        return None
    return float(Fraction(part.won, part.leads) / Fraction(whole.won, whole.leads))


def auc(groups: Sequence[tuple[int, Counted]]) -> Auc | None:
    """The AUC of leads grouped by score; None where all or none converted."""
    ordered = sorted(groups, key=lambda group: group[0])
    whole = counted(part for _, part in ordered)
    won, lost = whole.won, whole.leads - whole.won
    if not won or not lost:
        return None
    # Twice the number of others that a lead of the group beats, so that halves stay whole.
    beaten = won_squares = lost_squares = 0
    lost_below = won_below = 0
    for _, part in ordered:
        lost_here = part.leads - part.won
        beats = 2 * lost_below + lost_here
        beaten_by = 2 * (won - won_below) - part.won
        beaten += part.won * beats
        won_squares += part.won * beats * beats
        lost_squares += lost_here * beaten_by * beaten_by
        lost_below += lost_here
        won_below += part.won
    value = Fraction(beaten, 2 * won * lost)
    if won < 2 or lost < 2:
        return Auc(value=float(value), low=None, high=None)
    among_won = (Fraction(won_squares, 4 * lost * lost) - won * value * value) / (won - 1)
    among_lost = (Fraction(lost_squares, 4 * won * won) - lost * value * value) / (lost - 1)
    half = _Z95 * sqrt(among_won / won + among_lost / lost)
    return Auc(
        value=float(value), low=max(0.0, float(value) - half), high=min(1.0, float(value) + half)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFigures:
    """A stage, and all leads in it or in one before it in the card (`reached`)."""

    name: str
    inside: Counted
    reached: Counted
    won: int  # of all leads

    @property
    def precision(self) -> float | None:
        """The share of leads in this stage or a better one that converted."""
        return self.reached.rate

    @property
    def recall(self) -> float | None:
        """The share of all conversions that this stage and the better ones hold."""
        return self.reached.won / self.won if self.won else None


def by_stage(order: Sequence[str], inside: dict[str, Counted]) -> tuple[StageFigures, ...]:
    """The figures of each stage that holds leads, in the card's order."""
    won = sum(part.won for part in inside.values())
    reached, figures = NOBODY, []
    for name in order:
        part = inside.get(name, NOBODY)
        reached += part
        figures.append(StageFigures(name=name, inside=part, reached=reached, won=won))
    return tuple(figures)
