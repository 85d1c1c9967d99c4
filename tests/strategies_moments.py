"""Random instants: at edges of windows, at beginnings of days, where clocks change, far away."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from tests.strategies_pick import Hints, Pick, days_of

MICROSECOND = timedelta(microseconds=1)
NOW = (
    datetime(2026, 11, 21, 12, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 4, 4, 15, 29, 59, 999999, tzinfo=UTC),
    datetime(2026, 10, 4, 2, 0, tzinfo=timezone(timedelta(hours=10, minutes=30))),
    datetime(2026, 3, 8, 1, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-5))),
    datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
)
FAR = (
    datetime(1, 1, 2, tzinfo=UTC),
    datetime(1900, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2099, 12, 31, tzinfo=UTC),
    datetime(2101, 7, 1, 12, tzinfo=UTC),
    datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC),
)
OFF = (0, 0, 0, 1, -1, 3_600_000_000, -3_600_000_000)


class Moments:
    """Draws instants for one card at one `as_of`."""

    def __init__(self, pick: Pick, hints: Hints, zone: str) -> None:
        self.pick = pick
        self.hints = hints
        self.zone = ZoneInfo(zone)
        self.as_of = pick.one(NOW)
        day = self.as_of.astimezone(UTC)
        self.changes = [c for c in clock_changes(zone) if abs(c - day) < timedelta(days=800)]

    def moment(self) -> datetime:
        """An instant at an edge, or right beside one, or anywhere near as_of."""
        if self.pick.chance(2):
            return self.pick.one(FAR)
        return self._edge() + self.pick.one(OFF) * MICROSECOND

    def _edge(self) -> datetime:
        kind = self.pick.number(0, 9)
        if kind <= 3 and self.hints.durations:
            ago = days_of(self.pick.one(self.hints.durations))
            if self.pick.chance(15):  # decay counts whole days, and whole lengths of them
                ago *= self.pick.number(2, 5)
            return self._utc(self.as_of + ago if self.pick.chance(10) else self.as_of - ago)
        if kind == 4 and self.hints.days:
            return self._midnight(
                self.pick.one(self.hints.days) + timedelta(self.pick.number(0, 1))
            )
        if kind == 5:
            return self._midnight(self.as_of.date() - timedelta(self.pick.number(0, 40)))
        if kind == 6:
            return self._utc(self.as_of)
        if kind == 7 and self.changes:
            return self._at_change()
        hours = self.pick.one([1, 1, 20, 20, 50, 200, 700, 3000])
        micros = self.pick.number(0, 10**9)
        return self._utc(self.as_of - timedelta(hours=hours, microseconds=micros))

    def _at_change(self) -> datetime:
        """An instant on a day on which clocks change, often the very one."""
        return self.pick.one(self.changes) + timedelta(
            hours=self.pick.one([0, 0, 1, -1, 12, -20, 24]), minutes=self.pick.one([0, 0, 30, -30])
        )

    def _midnight(self, day: date) -> datetime:
        return self._utc(datetime.combine(day, time(0), tzinfo=self.zone))

    def _utc(self, moment: datetime) -> datetime:
        return moment.astimezone(UTC)


@cache
def clock_changes(zone: str) -> tuple[datetime, ...]:
    """The instants at which clocks of a zone change, from 1998 to 2027."""
    info = ZoneInfo(zone)
    start = datetime(1998, 1, 1, tzinfo=UTC)
    found = []
    for n in range(366 * 30):
        before, after = (start + timedelta(days=n + step) for step in (0, 1))
        if before.astimezone(info).utcoffset() != after.astimezone(info).utcoffset():
            found.append(_change_between(info, before, after))
    return tuple(found)


def _change_between(info: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first minute in `(low, high]` whose offset is not that of `low`."""
    old = low.astimezone(info).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        if middle.astimezone(info).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high
