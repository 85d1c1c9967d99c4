"""Conditions that no lead can meet."""

from __future__ import annotations

from collections.abc import Iterator

from leadcard.compiler import bound, plan
from leadcard.compiler.lint.walk import rules
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic, warning


def impossible_conditions(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A rule whose parts exclude each other: `employees under 50 and employees over 100`."""
    del card
    spans = {rule.line: rule.node.condition.span for _, rule in rules(bound_card)}
    found = []
    for rule in made.rules:
        if never(rule.when):
            found.append(
                warning(
                    "L104",
                    "no lead can meet this condition",
                    source=bound_card.source,
                    span=spans[rule.line],
                    hint="its parts exclude each other",
                )
            )
    return tuple(found)


def never(predicate: plan.Predicate) -> bool:
    """Whether a predicate is surely false for every lead (False: it may hold)."""
    match predicate:
        case plan.Constant():
            return not predicate.value
        case plan.Or():
            return all(never(p) for p in predicate.parts)
        case plan.And():
            return any(never(p) for p in predicate.parts) or _exclusive(predicate.parts)
        case plan.InRange():
            return _empty(predicate.bounds)
        case plan.EventCount():
            return predicate.high is not None and predicate.low > predicate.high
        case _:
            return False


def _exclusive(parts: tuple[plan.Predicate, ...]) -> bool:
    opposites = {p.part for p in parts if isinstance(p, plan.Not)}
    if any(p in opposites for p in parts):
        return True
    return any(_ranges_apart(parts)) or any(_values_apart(parts))


def _ranges_apart(parts: tuple[plan.Predicate, ...]) -> Iterator[bool]:
    """Ranges of one number that have no number in common."""
    by_field: dict[str, plan.Bounds] = {}
    for part in parts:
        if isinstance(part, plan.InRange):
            before = by_field.get(part.field, plan.Bounds())
            both = _both(before, part.bounds)
            by_field[part.field] = both
            yield _empty(both)


def _both(a: plan.Bounds, b: plan.Bounds) -> plan.Bounds:
    low, low_open = a.low, a.low_open
    if b.low is not None and (low is None or (b.low, b.low_open) > (low, low_open)):
        low, low_open = b.low, b.low_open
    high, high_open = a.high, a.high_open
    if b.high is not None and (high is None or (b.high, not b.high_open) < (high, not high_open)):
        high, high_open = b.high, b.high_open
    return plan.Bounds(low=low, high=high, low_open=low_open, high_open=high_open)


def _empty(b: plan.Bounds) -> bool:
    if b.low is None or b.high is None:
        return False
    return b.low > b.high or (b.low == b.high and (b.low_open or b.high_open))


def _values_apart(parts: tuple[plan.Predicate, ...]) -> Iterator[bool]:
    """One text cannot equal two different values."""
    by_field: dict[str, frozenset[str]] = {}
    for part in parts:
        if isinstance(part, plan.Equals):
            values = frozenset(part.values)
            both = by_field.get(part.field, values) & values
            by_field[part.field] = both
            yield not both
