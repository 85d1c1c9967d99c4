"""Times in sample leads: dates, instants, and ages such as `40d ago`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from leadcard.compiler.text import text_form
from leadcard.dsl.event_line import When, parse_age, parse_duration

_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)  # no age is counted back from it
_AHEAD: Final = (("in ", ""), ("", " from now"), ("", " ahead"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The instant that ages count back from, and the zone of times that name none."""

    as_of: datetime
    zone: ZoneInfo

    def instant(self, text: str) -> datetime | None:
        """The instant in UTC that `text` means, or None if it means none."""
        when = parse_age(text)
        if when is None:
            when = _ahead(text_form(text))
        return None if when is None else self.at(when)

    def at(self, when: When) -> datetime | None:
        """A moment as an instant in UTC; None where it lies outside the years 1 to 9999."""
        try:
            if isinstance(when, timedelta):
                return self.as_of - when
            if not isinstance(when, datetime):
                when = datetime.combine(when, time())
            return (when if when.tzinfo else when.replace(tzinfo=self.zone)).astimezone(UTC)
        except OverflowError:
            return None


def written_instant(text: str, zone: ZoneInfo) -> datetime | None:
    """A date (midnight in `zone`) or a time (in `zone` if it names none) as an instant in UTC."""
    when = parse_age(text)
    if when is None or isinstance(when, timedelta):
        return None
    return Clock(as_of=_NEVER, zone=zone).at(when)


def shifted(at: datetime, by: timedelta) -> datetime:
    """The instant `by` later, or the end of the years 1 to 9999 that lies before it."""
    try:
        return at + by
    except OverflowError:
        return _FIRST if by < timedelta() else _NEVER


def is_time(text: str) -> bool:
    """Whether `text` is written as a time of an event: an age, a date, or two of them with `to`."""
    parts = text_form(text).split(" to ")
    return len(parts) <= 2 and all(parse_age(part) is not None for part in parts)


def length_seconds(text: str) -> int | None:
    """The length in seconds of `4h` or `4 hours`, or None if it is no length of time."""
    length = parse_duration(text)
    return None if length is None else length.seconds


def _ahead(form: str) -> timedelta | None:
    """Times to come, which events never have but fields may: `in 20d`, `20d from now`."""
    for before, after in _AHEAD:
        if form.startswith(before) and form.endswith(after):
            length = parse_duration(form.removeprefix(before).removesuffix(after))
            return None if length is None else timedelta(seconds=-length.seconds)
    return timedelta(days=-1) if form == "tomorrow" else None
