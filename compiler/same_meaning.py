"""Whether a card that was written anew still means what it meant, or is wrong in the same way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic


def lost_meaning(before: Checked, after: Checked) -> tuple[Diagnostic, ...] | None:
    """None where both mean the same; else the mistakes of `before` that `after` would hide.

    The tuple is empty where the plans differ although both cards are right.
    """
    wrong, still = _errors(before), _errors(after)
    if wrong or still:
        missed = Counter(d.code for d in wrong) - Counter(d.code for d in still)
        hidden = tuple(d for d in wrong if d.code in missed)
        return hidden if hidden or len(wrong) != len(still) else None
    assert before.plan is not None
    assert after.plan is not None
    return None if _unplaced(before.plan) == _unplaced(after.plan) else ()


def _errors(checked: Checked) -> list[Diagnostic]:
    return [d for d in checked.diagnostics if d.is_error]


def _unplaced(plan: Plan) -> Plan:
    """The plan without places in the card and without its version."""
    needs = plan.must_haves
    return replace(
        plan,
        version="",
        sections=tuple(replace(s, line=None) for s in plan.sections),
        rules=tuple(replace(r, line=0) for r in plan.rules),
        must_haves=needs
        and replace(needs, requirements=tuple(replace(r, line=0) for r in needs.requirements)),
        tiers=tuple(replace(t, line=0) for t in plan.tiers),
        stages=tuple(replace(s, line=0) for s in plan.stages),
    )
