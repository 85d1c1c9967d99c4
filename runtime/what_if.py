"""What would make a condition hold for a lead: further events now, and values of fields it lacks.

Where a condition looks at the account, further people of the account may do something too.

A proposal is made from the condition alone and then tried: the lead is scored again with it, and
what did not make the rule fire is dropped. So a proposal may be wrong, but what is told never is.
Nothing is proposed that cannot come true any more: known values stay, events do not unhappen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Final, TypeAlias

from leadcard.compiler import plan as p
from leadcard.compiler.text import text_form
from leadcard.runtime.case import Case, Row, with_changes
from leadcard.runtime.harness.moments import shifted

_MOST_EVENTS: Final = 20
_MOST_WAYS: Final = 30
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Further events, values by column for missing fields, and what further colleagues do."""

    events: tuple[Row, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    people: tuple[tuple[Row, ...], ...] = ()  # the events of each further colleague

    def applied(self, case: Case) -> Case:
        """The case with this change."""
        return with_changes(case, self.events, self.values, self.people)

    def joined(self, other: Change) -> Change | None:
        """Both changes; None where they want different values of one field."""
        values = {**self.values, **other.values}
        if any(values[column] != value for column, value in self.values.items()):
            return None
        return Change(
            events=(*self.events, *other.events),
            values=values,
            people=(*self.people, *other.people),
        )


Ways: TypeAlias = Iterator[Change]


class Proposer:
    """Proposes changes for one case; `holds` tells which predicates of the plan hold already."""

    def __init__(self, plan: p.Plan, case: Case, holds: Mapping[p.Predicate, bool]) -> None:
        self._case, self._holds = case, holds
        said = text_form(str(case.lead.get("account_id") or ""))
        self._by_domain = plan.personal is not None and said in ("", *plan.account_missing)
        self._fields = {one.column: one for one in plan.fields}
        self._lists = {one.name: one for one in plan.lists}

    def rule(self, rule: p.Rule) -> Ways:
        """Ways to make a rule fire, or a repeated rule count once more."""
        ways = islice(self.ways(rule.when), _MOST_WAYS)
        if rule.repetition is None:
            yield from ways
            return
        for way in ways:
            for event in islice(self._events(rule.repetition.events, 1), 5):
                joined = way.joined(event)
                if joined is not None:
                    yield joined

    def ways(self, predicate: p.Predicate) -> Ways:
        """Ways to make a predicate hold, the least first; none where nothing can be done."""
        if self._holds.get(predicate, False) or predicate == p.TRUE:
            yield Change()
            return
        match predicate:
            case p.And():
                yield from self._all(predicate.parts)
            case p.Or():
                for part in predicate.parts:
                    yield from self.ways(part)
            case p.EventCount() | p.Bunched():
                for count in range(1, min(predicate.low, _MOST_EVENTS) + 1):
                    yield from self._events(predicate.events, count)
            case p.AccountEvents() | p.AccountPeople():
                if self._holds.get(has_account(predicate), False):
                    yield from self._by_account(predicate)
            case p.TimeSpent():
                yield from self._events(predicate.events, 1, predicate.milliseconds)
            case _:
                yield from self._value(predicate)

    def _all(self, parts: tuple[p.Predicate, ...]) -> Ways:
        choices = [tuple(islice(self.ways(part), 6)) for part in parts]
        for choice in islice(product(*choices), _MOST_WAYS):
            joined: Change | None = Change()
            for change in choice:
                joined = None if joined is None else joined.joined(change)
            if joined is not None:
                yield joined

    # --- events -----------------------------------------------------------------------------------

    def _events(self, events: p.EventSet, count: int, milliseconds: int = 0) -> Ways:
        """`count` events at as_of, for each clause whose window is still open then."""
        for clause in events.clauses:
            if clause.window.until is None:
                seconds = Decimal(milliseconds) / 1000 if milliseconds else None
                row = _event(clause, self._case.as_of, seconds)
                yield Change(events=(row,) * count)
                if clause.preceded is not None:
                    for first in self._firsts(clause.preceded):
                        yield Change(events=(first, *(row,) * count))

    def _by_account(self, test: p.AccountTest) -> Ways:
        """The lead, or further people of its account, do what the account lacks."""
        for count in range(1, min(test.low, _MOST_EVENTS) + 1):
            if isinstance(test, p.AccountEvents):
                for own in self._events(test.events, count):
                    yield own
                    yield Change(people=(own.events,))
            else:
                for own in self._events(test.events, 1):
                    yield Change(events=own.events, people=(own.events,) * (count - 1))
                    yield Change(people=(own.events,) * count)

    def _firsts(self, preceded: p.Preceded) -> Iterator[Row]:
        """An event just before as_of, for each clause whose window is still open then."""
        gap = _SECOND
        if preceded.microseconds is not None:
            gap = min(gap, timedelta(microseconds=preceded.microseconds))
        for clause in preceded.first.clauses:
            if clause.window.until is None:
                yield _event(clause, shifted(self._case.as_of, -gap))

    # --- fields -----------------------------------------------------------------------------------

    def _value(self, predicate: p.Predicate) -> Ways:
        """A value for a field that is missing."""
        column = getattr(predicate, "field", None)
        if column is None or self._holds.get(p.Known(field=column), False):
            return
        value = self._fitting(predicate)
        if value is None:
            return
        domain_of = self._fields[column].domain_of
        if self._by_domain and (domain_of is not None or column == "email_domain"):
            return  # the address would bring an account, and people that are not known here
        if domain_of is not None:
            column, value = domain_of, f"someone@{value}"
        yield Change(values={column: value})

    def _fitting(self, predicate: p.Predicate) -> object:
        match predicate:
            case p.Known():
                return _ANY[self._fields[predicate.field].kind]
            case p.Equals():
                return predicate.values[0]
            case p.InList():
                entries = self._lists[predicate.list].entries
                return entries[0] if entries else None
            case p.InDomains():
                return predicate.domains[0]
            case p.Contains():
                return predicate.needles[0].text.strip()
            case p.StartsWith() | p.EndsWith():
                return predicate.texts[0]
            case p.Matches():
                return predicate.patterns[0].replace("*", "").replace("?", "x")
            case p.InRange():
                return _within(predicate.bounds)
            case p.MoneyInRange():
                return _within(predicate.base)
            case p.InTime():
                return self._moment(predicate)
            case p.IsTrue():
                return "yes"
            case p.IsFalse():
                return "no"
            case _:
                return None

    def _moment(self, test: p.InTime) -> datetime | None:
        tick = timedelta(microseconds=1)
        ends = ((test.from_, 0), (test.until, 0), (test.after, 1), (test.before, -1))
        for end, ticks in ends:
            if end is not None:
                return shifted(self._instant(end), ticks * tick)
        return None

    def _instant(self, instant: p.Instant) -> datetime:
        if instant.absolute is not None:
            return shifted(_EPOCH, timedelta(microseconds=instant.absolute))
        return shifted(self._case.as_of, timedelta(microseconds=instant.offset))


def has_account(test: p.AccountTest) -> p.AccountTest:
    """The condition that holds for every lead with an account."""
    return replace(test, low=0, high=None)


_ANY: Final[Mapping[p.FieldKind, object]] = {
    p.FieldKind.TEXT: "known",
    p.FieldKind.NUMBER: "1",
    p.FieldKind.TIME: "2000-01-01",
    p.FieldKind.BOOLEAN: "yes",
}


def _event(clause: p.EventClause, at: datetime, seconds: Decimal | None = None) -> Row:
    test = clause.objects[0] if clause.objects else None
    match test:
        case None:
            what = None
        case p.ObjectWords():
            what = test.needles[0].text.strip()
        case p.ObjectIs():
            what = test.values[0]
        case p.ObjectPath():
            what = "/" + test.patterns[0].replace("*", "x").replace("?", "x").strip("/")
    return {"verb": clause.verbs[0], "object": what, "at": at, "seconds": seconds}


def _within(bounds: p.Bounds) -> Decimal | None:
    """A number inside the bounds."""
    low, high = bounds.low, bounds.high
    if low is not None and not bounds.low_open:
        return low
    if high is not None and not bounds.high_open:
        return high
    if low is not None and high is not None:
        return (low + high) / 2
    return low + 1 if low is not None else high - 1 if high is not None else None
