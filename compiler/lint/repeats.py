"""Rules that say a thing twice: duplicates, opposite signs, stacked counts."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from leadcard.compiler import bound, plan
from leadcard.compiler.lint.walk import rules
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Diagnostic, Related, warning


def repeated_rules(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """The same condition twice in a section, with the same or with opposite signs of points."""
    del card
    spans = {rule.line: rule.node.span for _, rule in rules(bound_card)}
    groups: dict[tuple[object, ...], list[plan.Rule]] = defaultdict(list)
    for rule in made.rules:
        groups[rule.section, rule.when, rule.repetition].append(rule)
    found = []
    for same in groups.values():
        first = same[0]
        for rule in same[1:]:
            opposite = first.points * rule.points < 0
            found.append(
                warning(
                    "L102" if opposite else "L101",
                    f"the same condition as in line {first.line}"
                    + (", with the opposite sign" if opposite else ""),
                    source=bound_card.source,
                    span=spans[rule.line],
                    hint="each rule that fires counts; leave one out if only one is meant",
                    related=(
                        Related(
                            source=bound_card.source, span=spans[first.line], label="first here"
                        ),
                    ),
                )
            )
    return tuple(found)


def stacking_rules(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """`visited pricing 2+ times` beside `3+ times`: three visits count for both."""
    del card, made
    found = []
    for section in bound_card.sections:
        if section.node is not None and section.node.best_only:
            continue
        counted = [
            (rule, rule.condition)
            for rule in section.rules
            if isinstance(rule.condition, bound.EventTest) and _open_count(rule.condition)
        ]
        for (one, a), (other, b) in combinations(counted, 2):
            if _same_events(a, b) and _low(a) != _low(b):
                found.append(_stacked(bound_card, section, one, other))
    return tuple(found)


def _open_count(test: bound.EventTest) -> bool:
    return test.count is not None and test.count.high is None


def _low(test: bound.EventTest) -> int:
    return 1 if test.count is None else test.count.low


def _same_events(a: bound.EventTest, b: bound.EventTest) -> bool:
    return (
        a.event.verbs == b.event.verbs
        and a.event.objects == b.event.objects
        and a.event.window == b.event.window
    )


def _stacked(
    card: bound.Card, section: bound.Section, one: bound.Rule, other: bound.Rule
) -> Diagnostic:
    name = section.name if section.node is not None else "visits"
    return warning(
        "L103",
        f"a lead that meets the higher count of lines {one.line} and {other.line} gets both",
        source=card.source,
        span=other.node.span,
        hint=f"if only the best is meant, put them under `{name} (best only):`",
        related=(Related(source=card.source, span=one.node.span, label="stacks with this"),),
    )
