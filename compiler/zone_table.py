"""The offsets of a timezone as a short table, so that compiled code needs no timezone database.

Python modules and SQL statements carry the table of the card's timezone inside them: both then
agree on every calendar day, on every machine, whatever timezone data that machine has. The table
is read from `zoneinfo` when the card is compiled.

A change is `(utc_seconds, offset_seconds)`: from that instant (seconds since 1970, UTC) on, local
time is UTC plus the offset. The first entry is the beginning of the first year with the offset in
force then. Outside the years the nearest entry holds: before the first year its first offset,
after the last year its last one.

A local time that a change skips or repeats (midnight in some zones) is read with the offset
before the change, as `zoneinfo` does with `fold=0`; `local_changes` gives the table to look local
times up in.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

OffsetChange: TypeAlias = tuple[int, int]

# No zone has had two changes that cancel out within three days since 1970, so steps of this length
# see every change; each is then found to the second by halving.
_STEP: Final = 3 * 86_400


@lru_cache(maxsize=32)
def offset_changes(
    zone: str, first_year: int = 1970, last_year: int = 2100
) -> tuple[OffsetChange, ...]:
    """The offset when `first_year` begins, and every change of it until `last_year` ends.

    `zone` is a name that `zoneinfo` knows; another one raises `zoneinfo.ZoneInfoNotFoundError`.
    """
    info = ZoneInfo(zone)
    start = _seconds(first_year)
    end = _seconds(last_year + 1)
    offset = _offset(info, start)
    changes = [(start, offset)]
    for step in range(start, end, _STEP):
        upper = min(step + _STEP, end) - 1
        at = max(step - 1, start)
        while _offset(info, upper) != offset:
            at = _first_change(info, at, upper, offset)
            offset = _offset(info, at)
            changes.append((at, offset))
    return tuple(changes)


def local_changes(changes: tuple[OffsetChange, ...]) -> tuple[OffsetChange, ...]:
    """`(local_seconds, offset_seconds)`: from that local time on, UTC is it minus the offset."""
    first, *later = changes
    before = first[1]
    found = [(first[0] + before, before)]
    for at, offset in later:
        found.append((at + max(before, offset), offset))
        before = offset
    return tuple(found)


def _first_change(info: ZoneInfo, low: int, high: int, offset: int) -> int:
    """The first second in `(low, high]` whose offset is not `offset`, where `high` has another."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(info, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _seconds(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _offset(info: ZoneInfo, seconds: int) -> int:
    difference = datetime.fromtimestamp(seconds, tz=info).utcoffset()
    assert difference is not None
    return round(difference.total_seconds())
