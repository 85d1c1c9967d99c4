"""How low and how high a section's total can get: interval arithmetic over rules and caps.

All in 1/100, None where there is no end. `reach.py` puts the sections together.
"""

from __future__ import annotations

from dataclasses import dataclass

from leadcard.compiler.plan import FALSE, TRUE, Repeat, Rule, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From `low` to `high`; None is no end."""

    low: int | None
    high: int | None


NOTHING = Interval(low=0, high=0)


def gain(rule: Rule) -> int | None:
    """The most that a rule adds where it fires (the most it takes, for negative points)."""
    if rule.repetition is not None and rule.repetition.by is not Repeat.LATEST:
        return rule.maximum if rule.points else 0
    if rule.maximum is None:
        return rule.points
    return min(rule.points, rule.maximum) if rule.points > 0 else max(rule.points, rule.maximum)


def rule_range(rule: Rule) -> Interval:
    """What one rule can add: nothing, or up to its points, as often as it may count."""
    if rule.when == FALSE or rule.points == 0:
        return NOTHING
    end = gain(rule)
    return Interval(low=0, high=end) if rule.points > 0 else Interval(low=end, high=0)


def total(ranges: list[Interval]) -> Interval:
    """The sum of parts that do not depend on each other."""
    return Interval(low=_sum([r.low for r in ranges]), high=_sum([r.high for r in ranges]))


def best(ranges: list[Interval]) -> Interval:
    """The range of the largest of the parts that count."""
    low = (
        None if any(r.low is None for r in ranges) else min((r.low or 0 for r in ranges), default=0)
    )
    high = (
        None
        if any(r.high is None for r in ranges)
        else max((r.high or 0 for r in ranges), default=0)
    )
    return Interval(low=low, high=high)


def of_section(interval: Interval, section: Section) -> Interval:
    """What is left of a sum after the section's caps; 0 where the section may not count."""
    after = capped(interval, section.minimum, section.maximum)
    if section.when == TRUE:
        return after
    low = None if after.low is None else min(after.low, 0)
    high = None if after.high is None else max(after.high, 0)
    return Interval(low=low, high=high)


def capped(interval: Interval, least: int | None, most: int | None) -> Interval:
    """The interval after `max`, then `min`."""
    low, high = interval.low, interval.high
    if most is not None:
        low = None if low is None else min(low, most)
        high = most if high is None else min(high, most)
    if least is not None:
        low = least if low is None else max(low, least)
        high = None if high is None else max(high, least)
    return Interval(low=low, high=high)


def _sum(ends: list[int | None]) -> int | None:
    return None if None in ends else sum(end or 0 for end in ends)
