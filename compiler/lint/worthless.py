"""Rules that never change a total, because another one has given all there is to give."""

from __future__ import annotations

from leadcard.compiler import bound, plan
from leadcard.compiler.lint.walk import rules
from leadcard.compiler.reach import scored_rules
from leadcard.dsl import ast, words
from leadcard.dsl.diagnostics import Diagnostic, Related, warning


def worthless_rules(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A rule that fires only beside another that fills its section, or beats it in `best only`."""
    del card
    spans = {rule.line: rule.node.span for _, rule in rules(bound_card)}
    found = []
    scored = scored_rules(made)
    for section in made.sections:
        here = scored[section.name]
        filling = _filling(section, here)
        for rule in here:
            better = next((r for r in filling if _leaves_nothing(section, r, rule)), None)
            if better is not None:
                found.append(
                    warning(
                        "L123",
                        f"this rule never changes the points of `{section.name}`",
                        source=bound_card.source,
                        span=spans[rule.line],
                        hint=_why(section, better),
                        related=(
                            Related(
                                source=bound_card.source,
                                span=spans[better.line],
                                label="fires whenever it does",
                            ),
                        ),
                    )
                )
    return tuple(found)


def _why(section: plan.Section, better: plan.Rule) -> str:
    if section.best_only:
        return f"whenever it fires, line {better.line} gives as much or more"
    assert section.maximum is not None
    most = words.points(section.maximum)
    return f"whenever it fires, line {better.line} has given the {most} points of `max {most}`"


def _filling(section: plan.Section, here: list[plan.Rule]) -> list[plan.Rule]:
    """The rules that may leave nothing to add: in a section with a cap, those that reach it."""
    if section.best_only:
        return here
    if section.maximum is None or any(rule.points < 0 for rule in here):
        return []
    return [rule for rule in here if rule.points >= section.maximum]


def _leaves_nothing(section: plan.Section, better: plan.Rule, rule: plan.Rule) -> bool:
    """Whether `better` fires whenever `rule` does and leaves it nothing to add."""
    says_more = rule.flag is not None or rule.key_conversion or rule.points <= 0
    if better is rule or says_more or better.repetition is not None:
        return False
    if better.maximum is not None or not implies(_fires_where(rule), better.when):
        return False
    if section.best_only:
        first = better.line < rule.line or better.points > rule.points
        return rule.repetition is None and better.points >= rule.points and first
    return True


def _fires_where(rule: plan.Rule) -> plan.Predicate:
    if rule.repetition is None:
        return rule.when
    return plan.And(parts=(rule.when, plan.EventCount(events=rule.repetition.events)))


def implies(one: plan.Predicate, other: plan.Predicate) -> bool:
    """Whether every lead that meets `one` surely meets `other` (False: perhaps not)."""
    if one == other:
        return True
    match one, other:
        case _, plan.And():
            return all(implies(one, part) for part in other.parts)
        case plan.Or(), _:
            return all(implies(part, other) for part in one.parts)
        case plan.And(), _:
            return any(implies(part, other) for part in one.parts)
        case _, plan.Or():
            return any(implies(one, part) for part in other.parts)
        case plan.EventCount(), plan.EventCount():
            fewer = set(one.events.clauses) <= set(other.events.clauses)
            least = max(other.low, 1) <= one.low if other.high is None else False
            return fewer and least
        case plan.Equals(), plan.Equals():
            return one.field == other.field and set(one.values) <= set(other.values)
        case _:
            return False
