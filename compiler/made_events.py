"""Events made up from a plan's own event clauses, to see what leads can do at the same time.

For each clause there is an event for each of its objects, at the newest and the oldest moment of
its window. A choice of them, each happening often, decides every test on events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias

from leadcard.compiler import plan
from leadcard.compiler.text import is_path, name_form, path_form, word_form
from leadcard.compiler.worlds import meets_pattern

_FAR: Final = 400 * 366 * 86_400 * 10**6
EventAtom: TypeAlias = plan.EventTest | plan.AccountTest


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeEvent:
    """One event; `at` is in microseconds before or at as_of, which is 0."""

    verb: str
    what: str | None
    at: int


def made_events(clauses: Iterable[plan.EventClause]) -> tuple[MadeEvent, ...]:
    """An event for each object of each clause, at each end of its window."""
    found: dict[MadeEvent, None] = {}
    for clause in _with_firsts(clauses):
        objects = [example_object(test) for test in clause.objects] or [None]
        for verb, what, at in product(clause.verbs[:1], objects, _moments(clause.window)):
            found[MadeEvent(verb=verb, what=what, at=at)] = None
    return tuple(found)


def _with_firsts(clauses: Iterable[plan.EventClause]) -> Iterator[plan.EventClause]:
    for clause in clauses:
        yield clause
        if clause.preceded is not None:
            yield from clause.preceded.first.clauses


def example_object(test: plan.ObjectTest) -> str | None:
    """An object that meets a test on it, in plain form."""
    match test:
        case plan.ObjectWords():
            if test.needles:
                return test.needles[0].text.strip()
            return test.segments[0] if test.segments else None
        case plan.ObjectIs():
            return test.values[0] if test.values else None
        case plan.ObjectPath():
            return (
                (test.patterns[0].replace("*", "").replace("?", "x") or "/")
                if test.patterns
                else None
            )


def _place(instant: plan.Instant) -> int:
    return instant.offset if instant.absolute is None else instant.absolute - _FAR


def _moments(window: plan.Window) -> tuple[int, ...]:
    newest = 0 if window.until is None else min(0, _place(window.until))
    if window.after is not None:
        return newest, _place(window.after) + 1
    return (newest, newest - 1 if window.from_ is None else _place(window.from_))


def meets(event: MadeEvent, clause: plan.EventClause, others: tuple[MadeEvent, ...]) -> bool:
    """Whether the event is one of the clause's, among `others` of the same lead."""
    window = clause.window
    return (
        event.verb in clause.verbs
        and (not clause.objects or any(object_meets(t, event.what) for t in clause.objects))
        and (window.after is None or event.at > _place(window.after))
        and (window.from_ is None or event.at >= _place(window.from_))
        and (window.until is None or event.at <= _place(window.until))
        and (clause.preceded is None or _follows(event, clause.preceded, others))
    )


def _follows(event: MadeEvent, preceded: plan.Preceded, others: tuple[MadeEvent, ...]) -> bool:
    """Made events happen often and in any order close by, so an equal moment is no hindrance."""
    gap = preceded.microseconds
    return any(
        event.at >= other.at and (gap is None or event.at - other.at < gap)
        for other in others
        for clause in preceded.first.clauses
        if meets(other, clause, ())
    )


def object_meets(test: plan.ObjectTest, what: str | None) -> bool:
    """Whether an event's object meets a test on it."""
    if what is None:
        return False
    match test:
        case plan.ObjectWords():
            if is_path(what):
                return any(segment in path_form(what) for segment in test.segments)
            return any(needle.text in word_form(what) for needle in test.needles)
        case plan.ObjectIs():
            return name_form(what) in test.values
        case plan.ObjectPath():
            return is_path(what) and any(meets_pattern(path_form(what), p) for p in test.patterns)


def happens(atom: EventAtom, chosen: tuple[MadeEvent, ...]) -> bool:
    """Whether a test on events holds where the chosen events happen often, to all colleagues."""
    met = any(meets(e, clause, chosen) for e in chosen for clause in atom.events.clauses)
    match atom:
        case plan.EventCount() | plan.AccountEvents() | plan.AccountPeople():
            return atom.high is None if met else atom.low == 0
        case plan.TimeSpent() | plan.Bunched():
            return met
