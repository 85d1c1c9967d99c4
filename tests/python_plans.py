"""Small plans by hand, and the functions of their Python modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from leadcard.compiler import plan as p
from leadcard.compiler.backends.python import to_python
from leadcard.compiler.text import needle

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HOUR = 3_600_000_000
DAY = 24 * HOUR

TITLE = p.LeadField(column="title", kind=p.FieldKind.TEXT)
EMPLOYEES = p.LeadField(column="employees", kind=p.FieldKind.NUMBER)
CREATED = p.LeadField(column="created", kind=p.FieldKind.TIME)
CONSENT = p.LeadField(column="consent", kind=p.FieldKind.BOOLEAN)
EMAIL = p.LeadField(column="email", kind=p.FieldKind.TEXT)
DOMAIN = p.LeadField(column="email_domain", kind=p.FieldKind.TEXT, domain_of="email")
COMPANY = p.LeadField(column="company", kind=p.FieldKind.TEXT)

VISITED = p.Verb(name="visited", spellings=("page view", "visited"))
REQUESTED = p.Verb(name="requested", spellings=("requested",))

PRICING = p.ObjectWords(needles=(needle("pricing"),), segments=("/pricing/",))


def last(days: int) -> p.Window:
    """The window `in the last N days`."""
    return p.Window(after=p.Instant(offset=-days * DAY))


def events(
    *verbs: str, objects: tuple[p.ObjectTest, ...] = (), window: p.Window = p.ALWAYS
) -> p.EventSet:
    """A set of one clause."""
    clause = p.EventClause(verbs=verbs or ("visited",), objects=objects, window=window)
    return p.EventSet(clauses=(clause,))


def some(found: p.EventSet) -> p.EventCount:
    """At least one event."""
    return p.EventCount(events=found)


def after(second: p.EventSet, first: p.EventSet, microseconds: int | None = None) -> p.EventSet:
    """The events of `second` that follow one of `first`."""
    preceded = p.Preceded(first=first, microseconds=microseconds)
    return p.EventSet(clauses=tuple(replace(c, preceded=preceded) for c in second.clauses))


def rule(when: p.Predicate = p.TRUE, points: int = 1000, line: int = 1, **more: Any) -> p.Rule:
    """A rule whose text is its line number."""
    filled: dict[str, Any] = {
        "section": "score",
        "text": f"rule {line}",
        "source": f"rule {line}: +1",
        "scored": points != 0,
    } | more
    return p.Rule(line=line, when=when, points=points, **filled)


def repeated(
    found: p.EventSet, by: p.Repeat, decay: p.Decay | None = None, points: int = 100, **more: Any
) -> p.Rule:
    """A rule that gives points for each bucket of events."""
    repetition = p.Repetition(events=found, by=by, decay=decay)
    return rule(points=points, repetition=repetition, evidence=found, **more)


def plan(*rules: p.Rule, **more: Any) -> p.Plan:
    """A plan of one section with the usual fields and verbs."""
    parts: dict[str, Any] = {
        "scorecard": "Test",
        "version": "v1",
        "timezone": "UTC",
        "fields": (CREATED, TITLE, EMPLOYEES, CONSENT, EMAIL, DOMAIN, COMPANY),
        "verbs": (VISITED, REQUESTED),
        "lists": (),
        "sections": (p.Section(name="score", column="score", line=None),),
        "rules": rules,
    }
    return p.Plan(**parts | more)


@lru_cache(maxsize=100)
def module(made: p.Plan) -> dict[str, Any]:
    """The names of the module that a plan compiles to."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(to_python(made), "generated.py", "exec"), names)
    return names


def result(made: p.Plan, lead: Mapping[str, Any], *done: Mapping[str, Any], **more: Any) -> Any:
    """The score of a lead with some events, at `NOW`."""
    return module(made)["score"](lead, done, more.pop("as_of", NOW), **more)


def fired(
    when: p.Predicate, lead: Mapping[str, Any], *done: Mapping[str, Any], **more: Any
) -> bool:
    """Whether a rule with the condition fires for a lead."""
    return bool(result(plan(rule(when), **more), lead, *done).reasons)


def visit(at: object = NOW, thing: object = "/pricing", **more: Any) -> dict[str, Any]:
    """An event `visited`."""
    return {"verb": "visited", "object": thing, "at": at, **more}


def ago(**length: float) -> datetime:
    """So long before `NOW`."""
    return NOW - timedelta(**length)


def visits(times: Sequence[datetime], **more: Any) -> list[dict[str, Any]]:
    """Visits at these times."""
    return [visit(at, **more) for at in times]
