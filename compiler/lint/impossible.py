"""Conditions that no lead can meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from leadcard.compiler import bound, plan, reach
from leadcard.compiler.lint.walk import rules
from leadcard.compiler.simplify import simpler
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic, warning


def impossible_conditions(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A rule whose parts exclude each other: `employees under 50 and employees over 100`."""
    del card
    spans = {rule.line: rule.node.condition.span for _, rule in rules(bound_card)}
    can = reach.Reach(made)
    found = []
    empty = any(not word_list.load() for word_list in bound_card.lists)
    for rule in made.rules:
        if rule.when == plan.FALSE and empty:
            continue  # said of the empty list
        alone, whole = never(can, rule.when), can.whole(rule)
        if alone or (whole is not rule.when and never(can, simpler(whole))):
            found.append(
                warning(
                    "L104",
                    "no lead can meet this condition",
                    source=bound_card.source,
                    span=spans[rule.line],
                    hint="its parts exclude each other"
                    if alone
                    else f"it excludes what `{rule.section}` asks for after `when`",
                )
            )
    return tuple(found)


def never(can: reach.Reach, predicate: plan.Predicate) -> bool:
    """Whether a predicate is surely false for every lead (False: it may hold)."""
    match predicate:
        case plan.Constant():
            return not predicate.value
        case plan.Or():
            return all(never(can, part) for part in predicate.parts)
        case plan.And():
            return any(never(can, part) for part in predicate.parts) or _exclusive(can, predicate)
        case plan.EventCount():
            return _no_count([predicate])
        case plan.InRange() | plan.MoneyInRange() | plan.InTime() | plan.Not():
            return reach.never(can, predicate)
        case _:
            return False  # a test alone holds for the value that it names


def _exclusive(can: reach.Reach, predicate: plan.And) -> bool:
    """Whether parts about one field, or about the same events, leave nothing together."""
    parts = predicate.parts
    opposites = {p.part for p in parts if isinstance(p, plan.Not)}
    if any(part in opposites for part in parts) or _no_count(parts):
        return True
    by_field: dict[str, list[plan.Predicate]] = defaultdict(list)
    for part in parts:
        key = can.field_of(part)
        if key is not None:
            by_field[key].append(part)
    groups = (tuple(group) for group in by_field.values() if len(group) > 1)
    return any(reach.never(can, plan.And(parts=group)) for group in groups)


def _no_count(parts: Iterable[plan.Predicate]) -> bool:
    """Whether no number of the same events meets all parts that count them."""
    least: dict[plan.EventSet, int] = {}
    most: dict[plan.EventSet, int] = {}
    for part in parts:
        match part:
            case plan.EventCount(events=events, low=low, high=high):
                least[events] = max(low, least.get(events, 0))
                if high is not None:
                    most[events] = min(high, most.get(events, high))
            case plan.Not(part=plan.EventCount(events=events, low=low, high=None)):
                most[events] = min(low - 1, most.get(events, low - 1))
            case _:
                continue
    return any(least.get(events, 0) > high for events, high in most.items())
