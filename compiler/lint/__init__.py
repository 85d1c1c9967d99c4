"""Warnings about cards that are valid but probably not what their author meant.

Each rule of the linter is a function in a file of its own, listed in `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from leadcard.compiler import bound
from leadcard.compiler.plan import Plan
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic

LintRule: TypeAlias = Callable[[ast.Scorecard, bound.Card, Plan], tuple[Diagnostic, ...]]

RULES: Final[tuple[LintRule, ...]] = ()


def lint(card: ast.Scorecard, bound_card: bound.Card, plan: Plan | None) -> tuple[Diagnostic, ...]:
    """All warnings about a card without errors; nothing for a card with errors."""
    if plan is None:
        return ()
    return tuple(d for rule in RULES for d in rule(card, bound_card, plan))
