"""Which tests of a card an event can touch, and whether one more of it can only do good."""

from __future__ import annotations

from collections.abc import Iterator

from leadcard.compiler import plan as p
from leadcard.compiler.made_events import object_meets
from leadcard.runtime.harness.made_leads import leaves
from leadcard.runtime.harness.samples import SampleEvent


def only_plus_rules_mention(card: p.Plan, event: SampleEvent) -> bool:
    """Whether some rule is about such events, and one more can take no points away.

    That is so where each test that could count it can only begin to hold, in a rule of positive
    points, or can only cease to hold, in one of negative points (`inactive 90d: -20`).
    """
    if any(_touched(section.when, event) for section in card.sections):
        return False
    touched = False
    for rule in card.rules:
        found = [*_touches(rule.when, event)]
        if rule.repetition is not None and _counts(rule.repetition.events, event):
            found.append(1)
        if any(way != (1 if rule.points >= 0 else -1) for way in found):
            return False
        touched = touched or bool(found)
    return touched


def _touched(predicate: p.Predicate, event: SampleEvent) -> bool:
    return any(
        _counts(test.events, event)
        for test in leaves(predicate)
        if isinstance(test, p.EventTest | p.AccountTest)
    )


def _touches(predicate: p.Predicate, event: SampleEvent) -> Iterator[int]:
    """For each test that could count the event: 1 if one more can only make the predicate hold,
    -1 if it can only make it fail, 0 if either may be (`exactly 2 times`).
    """
    match predicate:
        case p.And() | p.Or():
            for part in predicate.parts:
                yield from _touches(part, event)
        case p.Not():
            yield from (-way for way in _touches(predicate.part, event))
        case p.EventCount() | p.AccountEvents() | p.AccountPeople():
            if _counts(predicate.events, event):
                yield 1 if predicate.high is None else -1 if predicate.low == 0 else 0
        case p.TimeSpent() | p.Bunched():
            if _counts(predicate.events, event):
                yield 1
        case _:
            return


def _counts(events: p.EventSet, event: SampleEvent) -> bool:
    """Whether the event could be in the set, or come before one that is; windows aside."""
    for clause in events.clauses:
        if event.verb in clause.verbs and (
            not clause.objects or any(object_meets(t, event.object) for t in clause.objects)
        ):
            return True
        if clause.preceded is not None and _counts(clause.preceded.first, event):
            return True
    return False
