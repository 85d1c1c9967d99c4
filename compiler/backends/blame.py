"""Which line of a card asks for what a database cannot say.

An operation that a dialect lacks is met deep below any rule. The line is found by trying: the first
rule, requirement or tier that cannot be said when it stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from leadcard.compiler.backends.sql_facts import AsOf, Unsupported
from leadcard.compiler.plan import MustHaves, Plan

_SOME_TIME = AsOf(literal=datetime(2026, 1, 1, tzinfo=UTC))


def blamed(plan: Plan, error: Unsupported) -> Unsupported:
    """The error with the line that is to blame, in the words of the card."""
    if error.line is not None or error.dialect is None:
        return error
    from leadcard.compiler.backends.sql import to_sql

    for line, text, alone in _alone(plan):
        try:
            to_sql(alone, dialect=error.dialect, as_of=_SOME_TIME)
        except Unsupported:
            return Unsupported(line, f"`{text}` in {error.dialect}", dialect=error.dialect)
    what = f"a condition of this scorecard in {error.dialect}"
    return Unsupported(None, what, dialect=error.dialect)


def _alone(plan: Plan) -> Iterator[tuple[int, str, Plan]]:
    """Each part of a card with its line and its words, as a plan of nothing else."""
    bare = replace(plan, rules=(), must_haves=None, tiers=(), grades=None, stages=())
    for rule in plan.rules:
        yield rule.line, rule.text, replace(bare, rules=(rule,))
    for requirement in plan.must_haves.requirements if plan.must_haves is not None else ():
        needed = MustHaves(at_least=1, requirements=(requirement,))
        yield requirement.line, requirement.text, replace(bare, must_haves=needed)
    for tier in plan.tiers:
        yield tier.line, tier.name, replace(bare, tiers=(tier,))
