"""How low and how high a score can get: interval arithmetic over rules, sections and caps.

Exact where the rules are independent of each other; else a bound that no lead can pass. All in
1/100, None where there is no end.
"""

from __future__ import annotations

from dataclasses import dataclass

from leadcard.compiler.plan import FALSE, Plan, Repeat, Rule, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From `low` to `high`; None is no end."""

    low: int | None
    high: int | None


def rule_range(rule: Rule) -> Interval:
    """What one rule can add: nothing, or up to its points, as often as it may count."""
    if rule.when == FALSE or rule.points == 0:
        return Interval(low=0, high=0)
    once = rule.repetition is None or rule.repetition.by is Repeat.LATEST
    end: int | None = rule.points if once else rule.maximum
    if once and rule.maximum is not None:
        end = min(rule.points, rule.maximum) if rule.points > 0 else max(rule.points, rule.maximum)
    if rule.points > 0:
        return Interval(low=0, high=end)
    return Interval(low=end, high=0)


def section_range(plan: Plan, section: Section) -> Interval:
    """What a section can add, after its caps."""
    ranges = [rule_range(r) for r in plan.rules if r.section == section.name]
    if section.best_only:
        low = _least([r.low for r in ranges])
        high = _greatest([r.high for r in ranges])
    else:
        low = _sum([r.low for r in ranges])
        high = _sum([r.high for r in ranges])
    return capped(Interval(low=low, high=high), section.minimum, section.maximum)


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


def raw_range(plan: Plan) -> Interval:
    """The total before the clamp. A section that does not count for a lead adds 0."""
    ranges = []
    for section in plan.sections:
        one = section_range(plan, section)
        ranges.append(one)
    return Interval(low=_sum([r.low for r in ranges]), high=_sum([r.high for r in ranges]))


def score_range(plan: Plan) -> Interval:
    """The score, after the clamp."""
    return capped(raw_range(plan), plan.score_low, plan.score_high)


def _sum(ends: list[int | None]) -> int | None:
    total = 0
    for end in ends:
        if end is None:
            return None
        total += end
    return total


def _least(ends: list[int | None]) -> int | None:
    return None if None in ends else min((e for e in ends if e is not None), default=0)


def _greatest(ends: list[int | None]) -> int | None:
    return None if None in ends else max((e for e in ends if e is not None), default=0)
