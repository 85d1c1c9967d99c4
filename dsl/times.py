"""Durations, lengths of time spent, and dates, read off the pieces of a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from leadcard.dsl.ast import Day, Duration, Unit
from leadcard.dsl.scan import Piece
from leadcard.dsl.source import Span
from leadcard.dsl.values import (
    NUMBER_WORDS,
    Fault,
    Read,
    advised,
    fault,
    part_of,
    span_of,
    whole_number,
    word_at,
)


class SpentTime(NamedTuple):
    """A length of time as written: an amount and the plural name of its unit."""

    amount: Decimal
    unit: str


UNITS: Final[dict[str, Unit]] = {
    spelling: unit
    for unit, spellings in {
        Unit.MINUTE: "min mins minute minutes",
        Unit.HOUR: "h hr hrs hour hours",
        Unit.DAY: "d day days",
        Unit.WEEK: "w wk wks week weeks",
        Unit.MONTH: "mo mos mth mths month months",
        Unit.YEAR: "y yr yrs year years",
    }.items()
    for spelling in spellings.split()
}
SECONDS: Final[dict[str, tuple[str, int]]] = {
    spelling: (name, seconds)
    for name, seconds, spellings in (
        ("seconds", 1, "s sec secs second seconds"),
        ("minutes", 60, "m min mins minute minutes"),
        ("hours", 3600, "h hr hrs hour hours"),
    )
    for spelling in spellings.split()
}
MAX_SECONDS: Final = 100 * Unit.YEAR.value
_DURATION: Final = re.compile(r"(?P<n>\d+(?:[.]\d+)?)-?(?P<u>[a-z]*)")
_DATE: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(t\S+)?")
_OTHER_DATE: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)")
_TIME: Final = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-]\d\d:?\d\d)?")
_MONTH_NAMES: Final = (
    ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may", "may"),
    ("jun", "june"), ("jul", "july"), ("aug", "august"), ("sep", "september"),
    ("oct", "october"), ("nov", "november"), ("dec", "december"),
)  # fmt: skip
MONTHS: Final = {
    name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names
}


# --- durations ------------------------------------------------------------------------------------


def duration(pieces: Sequence[Piece], at: int) -> Read:
    """`90d`, `90 days`, `a week`, `three months`, `24h`."""
    word = word_at(pieces, at)
    if word in ("a", "an") or word in NUMBER_WORDS:
        unit = UNITS.get(word_at(pieces, at + 1))
        if unit is None or len(pieces[at + 1].key) < 3:
            return None
        amount = NUMBER_WORDS.get(word, 1)
        return Duration(amount=amount, unit=unit, span=span_of(pieces, at, at + 2)), at + 2
    match = _DURATION.fullmatch(word)
    if match is None:
        return None
    name, end = match["u"], at + 1
    if not name:
        name, end = word_at(pieces, at + 1), at + 2
    if name not in UNITS and name not in SECONDS:
        return None
    return _checked_duration(match["n"], name, pieces, at, end), end


def _checked_duration(
    amount: str, name: str, pieces: Sequence[Piece], start: int, end: int
) -> Duration | Fault:
    span = span_of(pieces, start, end)
    written = f"{amount}{name}" if end == start + 1 else f"{amount} {name}"
    if name == "m":
        hint = f"write `{amount}min` or `{amount} months`"
        message = f"`{written}` can be read as minutes or as months"
        return Fault(code="S124", message=message, span=span, hint=hint, instead=f"{amount} months")
    if name not in UNITS:
        message = f"`{written}` is too short: time is counted in minutes and longer units"
        return Fault(code="S125", message=message, span=span, instead="1min")
    unit = UNITS[name]
    if "." in amount:
        return _broken_duration(Decimal(amount), unit, written, span)
    if int(amount[:12]) == 0:
        return Fault(
            code="S125",
            message=f"`{written}` is no time at all",
            span=span,
            hint="write one or more",
            instead=f"1{name}" if end == start + 1 else f"1 {name}",
        )
    if len(amount) > 9 or int(amount) * unit.value > MAX_SECONDS:
        return Fault(
            code="S125",
            message=f"`{written}` is longer than a hundred years",
            span=span,
            hint="the longest time is 100 years",
            instead="100y",
        )
    return Duration(amount=int(amount), unit=unit, span=span)


def _broken_duration(amount: Decimal, unit: Unit, written: str, span: Span) -> Fault:
    """The fault of `1.5h`, with the same time in whole units where there is one."""
    seconds, instead = amount * unit.value, None
    for smaller, name in ((Unit.DAY, "d"), (Unit.HOUR, "h"), (Unit.MINUTE, "min")):
        if seconds and seconds % smaller.value == 0:
            instead = f"{seconds // smaller.value:f}{name}"
            break
    return Fault(
        code="S125",
        message=f"`{written}` is no whole number of its unit",
        span=span,
        hint=f"write `{instead}`" if instead else "use a smaller unit",
        instead=instead,
    )


def duration_up(pieces: Sequence[Piece], at: int) -> Read:
    """`90d+`, `90+ days`: the duration."""
    word = word_at(pieces, at)
    if not word.endswith("+"):
        return None
    read = duration(part_of(pieces, at, word[:-1], 0), 0)
    return (read[0], at + read[1]) if read else None


def unit_word(pieces: Sequence[Piece], at: int) -> Read:
    """`week` of `the last week`: one of the unit."""
    word = word_at(pieces, at)
    unit = UNITS.get(word)
    if unit is None or len(word) < 3 or word.endswith("s"):
        return None
    return Duration(amount=1, unit=unit, span=pieces[at].span), at + 1


_AGO_RANGE: Final = re.compile(r"(\d+)([a-z]*)-(\d+)([a-z]*)")


def duration_range(pieces: Sequence[Piece], at: int) -> Read:
    """`7-30d`, `7d-30d`, `7-30 days`: both durations."""
    match = _AGO_RANGE.fullmatch(word_at(pieces, at))
    if match is None:
        return None
    unit, end = match[4], at + 1
    if not unit:
        unit, end = word_at(pieces, at + 1), at + 2
    near = duration(part_of(pieces, at, match[1] + (match[2] or unit), 0)[:1], 0)
    far = duration(part_of(pieces, at, match[3] + unit, 0)[:1], 0)
    if near is None or far is None:
        return None
    for read in (near, far):
        if isinstance(read[0], Fault):
            return read[0], end
    return (near[0], far[0]), end


_SPENT: Final = re.compile(r"(\d+(?:\.\d+)?)([a-z]*)(\+?)([a-z]*)")


def spent_time(pieces: Sequence[Piece], at: int) -> Read:
    """`2+ minutes`, `2 minutes`, `90s`, `2min+`, `a minute`."""
    word = word_at(pieces, at)
    if word in ("a", "an") or word in NUMBER_WORDS:
        found = SECONDS.get(word_at(pieces, at + 1))
        amount = Decimal(NUMBER_WORDS.get(word, 1))
        return (SpentTime(amount, found[0]), at + 2) if found else None
    match = _SPENT.fullmatch(word)
    if match is None or (match[2] and match[4]):
        return None
    name, end = match[2] or match[4], at + 1
    if not name:
        name, end = word_at(pieces, at + 1), at + 2
    if name not in SECONDS:
        return None
    seconds = Decimal(match[1]) * SECONDS[name][1]
    if not 0 < seconds <= MAX_SECONDS or -int(seconds.as_tuple().exponent) > 6:
        message = f"`{match[1]} {name}` cannot be a time spent"
        wrong = fault("S125", message, pieces, at, end)
        return advised(wrong, "write `2+ minutes`", f"2 {SECONDS[name][0]}"), end
    return SpentTime(Decimal(match[1]), SECONDS[name][0]), end


# --- dates ----------------------------------------------------------------------------------------


def day(pieces: Sequence[Piece], at: int) -> Read:
    """`2026-01-31`, `2026-01-31T09:00`, `2026-01-31 09:00`, `31 January 2026`."""
    word = word_at(pieces, at)
    if match := _DATE.fullmatch(word):
        year, month, of_month = match[1], match[3].zfill(2), match[4].zfill(2)
        text, end = f"{year}-{month}-{of_month}{match[5] or ''}", at + 1
        if not match[5] and _TIME.fullmatch(word_at(pieces, at + 1)):
            text, end = f"{text}T{pieces[at + 1].key}", at + 2
        return _checked_day(text, pieces, at, end), end
    if match := _OTHER_DATE.fullmatch(word):
        return _foreign_day(match, pieces, at), at + 1
    first, second, year = (word_at(pieces, at + i) for i in range(3))
    month_name, of_month = (second, first) if second in MONTHS else (first, second)
    if month_name in MONTHS and whole_number(of_month) and len(year) == 4 and whole_number(year):
        text = f"{year}-{MONTHS[month_name]:02}-{of_month.zfill(2)}"
        return _checked_day(text, pieces, at, at + 3), at + 3
    return None


def _checked_day(text: str, pieces: Sequence[Piece], start: int, end: int) -> Day | Fault:
    span = span_of(pieces, start, end)
    try:
        if "t" in text.lower():
            return Day(value=datetime.fromisoformat(text.upper()), span=span)
        return Day(value=date.fromisoformat(text), span=span)
    except ValueError:
        return Fault(
            code="S126",
            message=f"there is no date `{text}`",
            span=span,
            hint="dates are written as `2026-01-31`",
        )


def _foreign_day(match: re.Match[str], pieces: Sequence[Piece], at: int) -> Fault:
    """The fault of `31.12.2026` and `12/31/2026`, with the date where only one reading exists."""
    first, second, year = int(match[1]), int(match[3]), match[4]
    year = year if len(year) == 4 else f"20{year}"
    instead = None
    if first > 12 >= second or first == second:
        instead = f"{year}-{second:02}-{first:02}"
    elif second > 12 >= first:
        instead = f"{year}-{first:02}-{second:02}"
    return Fault(
        code="S126",
        message=f"`{match.group()}` is not written as a date",
        span=pieces[at].span,
        hint=f"write `{instead}`" if instead else "dates are written as `2026-01-31`",
        instead=instead,
    )
