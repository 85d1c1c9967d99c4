"""Warnings about cards that are valid but probably not what their author meant.

Each rule of the linter is a function, listed in `RULES`; related ones share a file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from leadcard.compiler import bound
from leadcard.compiler.lint import impossible, names, points, repeats, stages, texts, worthless
from leadcard.compiler.plan import Plan
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic

LintRule: TypeAlias = Callable[[ast.Scorecard, bound.Card, Plan], tuple[Diagnostic, ...]]

RULES: Final[tuple[LintRule, ...]] = (
    repeats.repeated_rules,
    repeats.stacking_rules,
    impossible.impossible_conditions,
    points.capped_away,
    worthless.worthless_rules,
    points.zero_points,
    points.weak_key_conversion,
    points.best_of_penalties,
    points.fewer_events_worth_more,
    stages.unreachable_stages,
    stages.shadowed_stages,
    stages.gaps_and_overlaps,
    names.needless_must_haves,
    names.unused_lists,
    names.unknown_countries,
    names.quantified_accounts,
    texts.months_beside_days,
    texts.odd_characters,
    texts.hidden_conditions,
)


def lint(card: ast.Scorecard, bound_card: bound.Card, plan: Plan | None) -> tuple[Diagnostic, ...]:
    """All warnings about a card without errors; nothing for a card with errors."""
    if plan is None:
        return ()
    return tuple(d for rule in RULES for d in rule(card, bound_card, plan))
