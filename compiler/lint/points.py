"""Points that do nothing, or look the wrong way round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

from leadcard.compiler import bound, plan
from leadcard.compiler.lint.walk import rules
from leadcard.dsl import ast, words
from leadcard.dsl.diagnostics import Diagnostic, Related, warning


def zero_points(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A rule of no points that sets no flag either."""
    del card, made
    return tuple(
        warning(
            "L114",
            "the rule adds no points",
            source=bound_card.source,
            span=rule.node.effect.span,
            hint='give it points, or a flag such as `flag "watch"`',
        )
        for _, rule in rules(bound_card)
        if isinstance(rule.node.effect, ast.Points)
        and rule.node.effect.hundredths == 0
        and not rule.node.key_conversion
        and not any(isinstance(m, ast.Flag) for m in rule.node.modifiers)
    )


def weak_key_conversion(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A key conversion worth less than an ordinary rule of its section."""
    del card
    spans = {rule.line: rule.node.span for _, rule in rules(bound_card)}
    found = []
    by_section = _by_section(made)
    for section in made.sections:
        here = by_section[section.name]
        best = max((r for r in here if not r.key_conversion), key=_worth, default=None)
        for rule in here:
            if rule.key_conversion and best is not None and 0 < rule.points < _worth(best):
                found.append(
                    warning(
                        "L115",
                        f"a key conversion worth less than line {best.line} "
                        f"({words.points(best.points)})",
                        source=bound_card.source,
                        span=spans[rule.line],
                        hint="a key conversion is usually the strongest sign in its section",
                    )
                )
    return tuple(found)


def fewer_events_worth_more(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """Few events of a short time worth more than many of a longer one that need not include it."""
    del card
    spans = {rule.line: rule.node.span for _, rule in rules(bound_card)}
    found = []
    for here in _alike(made):
        for (few, a), (many, b) in permutations(here, 2):
            dearer = few.points > many.points and a.low < b.low
            if dearer and _is_shorter(a.events.clauses[0].window, b.events.clauses[0].window):
                found.append(
                    warning(
                        "L124",
                        f"{b.low} of these events may be worth less than {a.low} in line {few.line}"
                        f" ({words.points(few.points)})",
                        source=bound_card.source,
                        span=spans[many.line],
                        hint="a lead that did more, but earlier, gets less; give this line more"
                        " points, or both lines the same window",
                        related=(
                            Related(
                                source=bound_card.source, span=spans[few.line], label="worth more"
                            ),
                        ),
                    )
                )
    return tuple(found)


def _counted(rule: plan.Rule) -> plan.EventCount | None:
    """What a rule of once given points counts, where it counts one kind of event upwards."""
    event = rule.when
    if rule.points <= 0 or rule.repetition is not None or not isinstance(event, plan.EventCount):
        return None
    return event if event.high is None and len(event.events.clauses) == 1 else None


def _alike(made: plan.Plan) -> Iterable[list[tuple[plan.Rule, plan.EventCount]]]:
    """The counting rules of each section that differ in their numbers and windows alone."""
    found: dict[tuple[str, plan.EventClause], list[tuple[plan.Rule, plan.EventCount]]] = {}
    for rule in made.rules:
        event = _counted(rule)
        if event is not None:
            clause = replace(event.events.clauses[0], window=plan.ALWAYS)
            found.setdefault((rule.section, clause), []).append((rule, event))
    return found.values()


def _is_shorter(one: plan.Window, other: plan.Window) -> bool:
    """Whether two windows differ in this alone: `one` begins later."""
    if one.until != other.until:
        return False
    later, earlier = one.after, other.after
    if later is None or later.absolute is not None or one.from_ or other.from_:
        return False
    return earlier is None or (earlier.absolute is None and later.offset > earlier.offset)


def _by_section(made: plan.Plan) -> dict[str, list[plan.Rule]]:
    found: dict[str, list[plan.Rule]] = {section.name: [] for section in made.sections}
    for rule in made.rules:
        found[rule.section].append(rule)
    return found


def _worth(rule: plan.Rule) -> int:
    return rule.points if rule.repetition is None else 0


def capped_away(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """A rule whose own maximum, or whose section's, leaves it nothing to add or to take."""
    del card
    spans = {rule.line: rule.node.span for _, rule in rules(bound_card)}
    sections = {s.name: s for s in made.sections}
    by_section = _by_section(made)
    found = []
    for rule in made.rules:
        section = sections[rule.section]
        never = rule.maximum == 0 and rule.points != 0
        if section.maximum is not None and section.maximum <= 0 and rule.points > 0:
            negative = any(r.points < 0 for r in by_section[rule.section])
            never = never or not negative
        if never:
            found.append(
                warning(
                    "L105",
                    "a cap leaves this rule nothing to add",
                    source=bound_card.source,
                    span=spans[rule.line],
                    hint="raise the cap, or leave the rule out",
                )
            )
    return tuple(found)


def best_of_penalties(
    card: ast.Scorecard, bound_card: bound.Card, made: plan.Plan
) -> tuple[Diagnostic, ...]:
    """`best only` among negative points keeps the smallest loss, rarely what is meant."""
    del card
    found = []
    by_section = _by_section(made)
    for section, written in zip(made.sections, bound_card.sections, strict=True):
        points = [r.points for r in by_section[section.name] if r.points]
        if section.best_only and len(points) > 1 and max(points) < 0 and written.node is not None:
            found.append(
                warning(
                    "L120",
                    "among losses only, `best only` keeps the smallest loss",
                    source=bound_card.source,
                    span=written.node.span,
                    hint="if the largest is meant, leave `best only` out and write a `min`",
                )
            )
    return tuple(found)
