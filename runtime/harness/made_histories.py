"""Events that decide a test on events: just enough and one too few, just inside and just outside.

Each choice is what the lead did, and what its colleagues did where the test looks at an account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from leadcard.compiler import plan as p
from leadcard.compiler.made_events import example_object
from leadcard.runtime.harness.made_values import instant_at
from leadcard.runtime.harness.moments import shifted
from leadcard.runtime.harness.samples import SampleEvent

_SECOND: Final = timedelta(seconds=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MOST: Final = 40
_ACTS: Final = ("visited", "opened email", "downloaded")
EventTest: TypeAlias = p.EventTest | p.AccountTest


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a lead did, and what each of its colleagues did."""

    events: tuple[SampleEvent, ...] = ()
    colleagues: tuple[tuple[SampleEvent, ...], ...] = ()


NOTHING: Final = History()


class HistoryMaker:
    """Makes histories at one moment."""

    def __init__(self, as_of: datetime) -> None:
        self._as_of = as_of

    def histories(self, test: EventTest) -> tuple[History, ...]:
        """Histories that meet a test, or hardly fail to; nothing at all at the end."""
        found: dict[History, None] = {}
        for clause in _told(test.events)[:6]:
            for history in self._of_clause(test, clause):
                found.setdefault(history)
        found.setdefault(History())
        return tuple(found)

    def repeated(self, rule: p.Rule, repetition: p.Repetition) -> tuple[History, ...]:
        """Histories that tell apart the ways in which a rule's events may repeat and fade.

        One of them has more events than the rule's `max` has room for.
        """
        enough = 4 if not rule.maximum or not rule.points else 2 + rule.maximum // rule.points
        found: dict[History, None] = {}
        for clause in _told(repetition.events)[:3]:
            for events in self._repeated(clause, repetition, min(enough, _MOST)):
                found.setdefault(History(events=events))
        found.setdefault(History())
        return tuple(found)

    # --- one clause ---

    def _of_clause(self, test: EventTest, clause: p.EventClause) -> Iterator[History]:
        match test:
            case p.EventCount():
                for many in _counts(test.low, test.high):
                    yield from self._at_all(clause, many)
            case p.TimeSpent():
                for milliseconds in (test.milliseconds, test.milliseconds - 1000):
                    seconds = Decimal(milliseconds) / 1000
                    for at in self._moments(clause.window):
                        yield History(events=self._acts(clause, at, seconds=seconds))
            case p.Bunched():
                yield from self._bunches(test, clause)
            case p.AccountEvents():
                for many in _counts(test.low, test.high):
                    for one in self._at_all(clause, many):
                        yield History(events=one.events, colleagues=((),))
                        yield History(colleagues=(one.events,))
            case p.AccountPeople():
                for many in _counts(test.low, test.high):
                    for at in self._moments(clause.window):
                        acts = self._acts(clause, at)
                        yield History(events=acts, colleagues=(acts,) * (many - 1))

    def _at_all(self, clause: p.EventClause, many: int) -> Iterator[History]:
        """So many events, all of them at each moment that matters."""
        for at in self._moments(clause.window):
            yield History(events=self._acts(clause, at) * many)
        if clause.preceded is not None and many == 1:
            yield from (History(events=e) for e in self._sequences(clause, clause.preceded))

    def _moments(self, window: p.Window) -> tuple[datetime, ...]:
        """An ordinary moment of a window, then its edges and those beside them."""
        newest = self._as_of if window.until is None else instant_at(window.until, self._as_of)
        oldest = window.after or window.from_
        first = None if oldest is None else instant_at(oldest, self._as_of)
        newest = newest or self._as_of
        usual = shifted(newest, -_DAY)
        if first is not None and usual <= first:
            usual = newest
        if first is not None and first < newest <= self._as_of and usual <= first:
            usual = first + (newest - first) / 2
        found = [usual]
        if first is not None:
            found += [first, shifted(first, _SECOND), shifted(first, -_SECOND)]
        if window.until is not None:
            found += [newest, shifted(newest, _SECOND)]
        return tuple(dict.fromkeys(at for at in found if at <= self._as_of))

    def _acts(
        self, clause: p.EventClause, at: datetime, *, seconds: Decimal | None = None
    ) -> tuple[SampleEvent, ...]:
        """One event of the clause; with the one before it, where it must follow another."""
        act = self._act(clause, at, seconds=seconds)
        if clause.preceded is None:
            return (act,)
        gap = clause.preceded.microseconds
        before = _HOUR if gap is None else min(_HOUR, timedelta(microseconds=gap) / 2)
        firsts = _told(clause.preceded.first)[:1]
        return (*(self._act(first, shifted(at, -before)) for first in firsts), act)

    def _act(
        self,
        clause: p.EventClause,
        at: datetime,
        *,
        seconds: Decimal | None = None,
        further: str = "",
    ) -> SampleEvent:
        verb = next((v for v in _ACTS if v in clause.verbs), clause.verbs[0])
        what = example_object(clause.objects[0]) if clause.objects else None
        if what is not None and len(what) > 1 and what.startswith("/"):
            what = what.rstrip("/") or "/"
        if further:
            joint = "/" if (what or "").startswith("/") else " "
            what = f"{what}{joint}{further}" if what else further
        return SampleEvent(verb=verb, at=at, object=what, seconds=seconds)

    def _sequences(
        self, clause: p.EventClause, preceded: p.Preceded
    ) -> Iterator[tuple[SampleEvent, ...]]:
        """The second event right at the end of the gap, after it, and before the first."""
        last = self._moments(clause.window)[0]
        gap = timedelta(microseconds=preceded.microseconds or 3600 * 10**6)
        for first in _told(preceded.first)[:2]:
            for before in (gap, gap + _SECOND, gap - _SECOND, -_HOUR):
                yield (self._act(first, shifted(last, -before)), self._act(clause, last))
            yield (self._act(clause, last),)

    def _bunches(self, test: p.Bunched, clause: p.EventClause) -> Iterator[History]:
        last = self._moments(clause.window)[0]
        gap = timedelta(microseconds=test.microseconds)
        for many in (test.low, test.low - 1):
            for whole in (gap, gap + _SECOND, gap - _SECOND):
                first = self._act(clause, shifted(last, -whole))
                yield History(events=(first, *(self._act(clause, last),) * (many - 1)))

    # --- repetition ---

    def _repeated(
        self, clause: p.EventClause, repetition: p.Repetition, enough: int
    ) -> Iterator[tuple[SampleEvent, ...]]:
        usual, *edges = self._moments(clause.window)
        one = self._acts(clause, usual)
        yield one
        for many in (2, 3, enough):
            yield one * many
        asset = self._act(clause, usual, further="2026")
        yield (*one, *one, asset)
        for days in (0, 1, 7, 31):
            gap = timedelta(days=days)
            later = self._acts(clause, min(shifted(usual, gap), self._as_of))
            yield (*one, *one, *self._acts(clause, shifted(usual, -gap)), *later)
        each_day = [shifted(usual, -n * _DAY) for n in range(enough)]
        yield tuple(e for at in each_day for e in self._acts(clause, at))
        yield tuple(self._act(clause, usual, further=str(n + 1)) for n in range(enough))
        for at in edges:
            yield self._acts(clause, at)
        if clause.preceded is not None:
            yield from self._sequences(clause, clause.preceded)
        if repetition.decay is not None:
            for days in (repetition.decay.days, repetition.decay.days // 2, 1, 0):
                for step in (0, 1):
                    at = shifted(self._as_of, -timedelta(days=days + step))
                    yield self._acts(clause, at)


def _told(events: p.EventSet) -> tuple[p.EventClause, ...]:
    """The clauses with objects, where there are such: others may be spellings of the same."""
    return tuple(c for c in events.clauses if c.objects) or events.clauses


def _counts(low: int, high: int | None) -> tuple[int, ...]:
    """Numbers of events on both sides of each edge, none left out."""
    ends = (low, low - 1, low + 1) if high is None else (low, low - 1, low + 1, high, high + 1)
    return tuple(dict.fromkeys(n for n in ends if 0 < n <= _MOST))
