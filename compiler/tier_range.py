"""Tiers show the score below the thousands, so the score must surely fit there."""

from __future__ import annotations

from leadcard.compiler import bound
from leadcard.compiler.plan import Plan
from leadcard.compiler.reach import Reach
from leadcard.dsl.diagnostics import Diagnostic

_MOST = 99_999


def tier_range(card: bound.Card, plan: Plan) -> tuple[Diagnostic, ...]:
    """An error where tiers are used and the score may leave 0 to 999.99."""
    if not card.tiers:
        return ()
    reach = Reach(plan).score()
    if reach.low is not None and reach.low >= 0 and reach.high is not None and reach.high <= _MOST:
        return ()
    low = "no end" if reach.low is None else f"{reach.low / 100:g}"
    high = "no end" if reach.high is None else f"{reach.high / 100:g}"
    return (
        Diagnostic(
            code="R129",
            message="with tiers the score must stay between 0 and 999.99",
            source=card.source,
            span=card.tiers[0].node.span,
            hint=f"it may go down to {low} and up to {high}; add the line `score: 0 to 100`",
        ),
    )
