"""Warnings about what the sample leads of a card leave untried.

The samples run on the Python engine. A sample is an example for people as much as a test: a rule
that none fires, or that all fire, is one that nobody has looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from leadcard.compiler import bound
from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plan import And, Not, Or, Plan, Predicate, ScoreIn
from leadcard.compiler.text import name_form
from leadcard.dsl import words
from leadcard.dsl.diagnostics import Diagnostic, warning
from leadcard.dsl.source import Source, Span
from leadcard.runtime.harness.engines import run_python
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.samples import SampleFile

_HOPELESS: Final = ("L104", "L106", "L121")  # no sample can show these


def sample_warnings(checked: Checked, plan: Plan, file: SampleFile) -> tuple[Diagnostic, ...]:
    """What no sample of the file shows of a card without errors."""
    card = checked.bound
    if card is None or checked.source is None:
        return ()
    outcomes = [outcome for outcome in run_python(plan, file) if outcome is not None]
    hopeless = hopeless_lines(checked)
    return (
        *buyer_stages_untried(card, file),
        *_rules(card, outcomes, hopeless),
        *_edges(card, plan, outcomes, hopeless),
    )


def hopeless_lines(checked: Checked) -> frozenset[int]:
    """The lines of a card of which a lint says already that no lead can show them."""
    return frozenset(
        d.source.position(d.span.start).line
        for d in checked.diagnostics
        if d.code in _HOPELESS and d.source is not None and d.span is not None
    )


def buyer_stages_untried(card: bound.Card, file: SampleFile) -> Iterator[Diagnostic]:
    """A warning for each buyer stage of the card that no sample is in."""
    tried = {name_form(sample.buyer_stage) for sample in file.samples if sample.buyer_stage}
    for stage in card.buyer_stages:
        if name_form(stage.text) not in tried:
            yield warning(
                "L131",
                f"no sample lead is in the buyer stage `{stage.text}`",
                source=card.source,
                span=stage.span,
                hint=f"add one with `buyer stage: {stage.text}` to the sample leads",
            )


def _rules(
    card: bound.Card, outcomes: Sequence[Outcome], hopeless: frozenset[int]
) -> Iterator[Diagnostic]:
    fired = [{reason.line for reason in outcome.reasons} for outcome in outcomes]
    for section in card.sections:
        for rule in section.rules:
            times = sum(1 for lines in fired if rule.line in lines)
            if rule.line in hopeless:
                continue
            if times == 0:
                yield _untried("L132", card.source, rule, "no sample lead fires this rule")
            elif times == len(outcomes) > 1:
                yield _untried("L133", card.source, rule, "every sample lead fires this rule")


def _untried(code: str, source: Source, rule: bound.Rule, message: str) -> Diagnostic:
    which = "meets" if code == "L132" else "does not meet"
    return warning(
        code,
        message,
        source=source,
        span=rule.node.condition.span,
        hint=f"add a sample lead that {which} it",
    )


def _edges(
    card: bound.Card, plan: Plan, outcomes: Sequence[Outcome], hopeless: frozenset[int]
) -> Iterator[Diagnostic]:
    """An edge is the score at which a stage begins; samples should lie on both of its sides."""
    spans = {stage.line: stage.node.span for stage in card.stages}
    scores = [score for o in outcomes if isinstance(score := o.values["score"], Decimal)]
    near = nearness(plan)
    said: set[Decimal] = set()
    for stage in plan.stages:
        for edge in edges_of(stage.when):
            if edge in said or stage.line in hopeless:
                continue
            said.add(edge)
            sides = missing_sides(edge, scores, near)
            if sides:
                yield _untried_edge(card.source, spans[stage.line], stage.name, edge, sides)


def _untried_edge(
    source: Source, span: Span, stage: str, edge: Decimal, sides: tuple[str, ...]
) -> Diagnostic:
    points = words.points(int(edge * 100))
    wanted = {
        ("at",): f"one that scores {points}, or hardly more",
        ("below",): f"one that scores just below {points}",
        ("at", "below"): f"one that scores {points}, and one just below it",
    }
    return warning(
        "L134",
        f"no sample lead shows where `{stage}` begins",
        source=source,
        span=span,
        hint=f"add {wanted[sides]}",
    )


def nearness(plan: Plan) -> Decimal:
    """How near to an edge a sample shows it: a point, or the least points of a rule if more."""
    least = min((abs(rule.points) for rule in plan.rules if rule.points), default=0)
    return max(Decimal(1), Decimal(least) / 100)


def edges_of(when: Predicate) -> Iterator[Decimal]:
    """The scores at which the ranges of a stage begin."""
    match when:
        case ScoreIn(section=None, low=int(low)):
            yield Decimal(low) / 100
        case And() | Or():
            for part in when.parts:
                yield from edges_of(part)
        case Not():
            yield from edges_of(when.part)


def missing_sides(edge: Decimal, scores: Sequence[Decimal], near: Decimal) -> tuple[str, ...]:
    """The sides of an edge, `at` and `below`, on which no score lies within `near` of it."""
    found = {"at" if score >= edge else "below" for score in scores if abs(score - edge) <= near}
    return tuple(side for side in ("at", "below") if side not in found)
