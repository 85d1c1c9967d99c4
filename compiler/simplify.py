"""The plan to a smaller plan with the same meaning: constants folded, nested joins flattened."""

from __future__ import annotations

from dataclasses import replace

from leadcard.compiler.plan import (
    FALSE,
    TRUE,
    And,
    Constant,
    Equals,
    InDomains,
    Not,
    Or,
    Plan,
    Predicate,
)


def simplify(plan: Plan) -> Plan:
    """The plan with every predicate simplified; rules that can never fire stay."""
    return replace(
        plan,
        sections=tuple(replace(s, when=simpler(s.when)) for s in plan.sections),
        rules=tuple(replace(r, when=simpler(r.when)) for r in plan.rules),
        must_haves=None
        if plan.must_haves is None
        else replace(
            plan.must_haves,
            requirements=tuple(
                replace(r, when=simpler(r.when)) for r in plan.must_haves.requirements
            ),
        ),
        tiers=tuple(replace(t, when=simpler(t.when)) for t in plan.tiers),
        stages=tuple(replace(s, when=simpler(s.when)) for s in plan.stages),
    )


def simpler(predicate: Predicate) -> Predicate:
    """An equal predicate without joins nested in their kind, repeated parts, or constants."""
    match predicate:
        case Not():
            return _negated(simpler(predicate.part))
        case And():
            return _joined(And, predicate.parts, absorbing=FALSE, neutral=TRUE)
        case Or():
            return _joined(Or, predicate.parts, absorbing=TRUE, neutral=FALSE)
        case Equals(values=()) | InDomains(domains=()):
            return FALSE
        case _:
            return predicate


def _negated(part: Predicate) -> Predicate:
    match part:
        case Constant():
            return Constant(value=not part.value)
        case Not():
            return part.part
        case _:
            return Not(part=part)


def _joined(
    kind: type[And] | type[Or],
    parts: tuple[Predicate, ...],
    *,
    absorbing: Constant,
    neutral: Constant,
) -> Predicate:
    kept: dict[Predicate, None] = {}
    for part in parts:
        small = simpler(part)
        if small == absorbing:
            return absorbing
        if small == neutral:
            continue
        inner = small.parts if isinstance(small, kind) else (small,)
        kept.update(dict.fromkeys(inner))
    if not kept:
        return neutral
    flat = tuple(kept)
    return flat[0] if len(flat) == 1 else kind(parts=flat)
