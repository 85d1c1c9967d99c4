"""Local time in a timezone from a table of its offsets, written into the statement.

`zone_years` has one row for each UTC year: the offset at its beginning and, for as many changes as
any year of the zone has, the instant of the change and the offset from then on. Events find their
row by their year; an instant outside the years of the table takes its first or last row, as
`zone_table` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from sqlglot import exp

from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    at_least,
    case,
    col,
    equal,
    greatest,
    least,
    number,
)
from leadcard.compiler.backends.sql_values import table_of_rows
from leadcard.compiler.zone_table import OffsetChange, local_changes, offset_changes

_MICRO = 10**6
_FIRST, _LAST = 1970, 2100


def is_utc(zone: str) -> bool:
    """Whether local time in `zone` is UTC, always."""
    return all(offset == 0 for _, offset in offset_changes(zone))


def local_time(build: Build, at: Node, zone: str) -> tuple[Node, Node | None]:
    """Local time of an instant in microseconds, and how `zone_years` is joined for it if it is."""
    if is_utc(zone):
        return at, None
    most = _most_changes(offset_changes(zone, _FIRST, _LAST))
    local = exp.Add(this=at.copy(), expression=_offset(at, most, "zone_years"))
    return local, equal(col("year", "zone_years"), _row(build, at.copy()))


def zone_years(build: Build, zone: str) -> exp.Select:
    """The table of UTC years: year, offset_0, change_1, offset_1 …; a change far away is none."""
    first, *later = offset_changes(zone, _FIRST, _LAST)
    return _table(build, (first, *later))


def zone_days(build: Build, zone: str) -> exp.Select:
    """The table of local years: as `zone_years`, with the changes at local time."""
    return _table(build, local_changes(offset_changes(zone, _FIRST, _LAST)))


def _table(build: Build, changes: tuple[OffsetChange, ...]) -> exp.Select:
    years = _by_year(changes)
    most = max(len(found) for _, found in years.values())
    names = ["year", "offset_0"]
    for i in range(1, most + 1):
        names += [f"change_{i}", f"offset_{i}"]
    return table_of_rows(build, "years", names, _rows(years, most))


def _rows(years: dict[int, tuple[int, list[OffsetChange]]], most: int) -> Iterator[list[Node]]:
    never = 9 * 10**18
    for year, (start, changes) in years.items():
        row = [number(year), number(start * _MICRO)]
        for at, offset in changes:
            row += [number(at * _MICRO), number(offset * _MICRO)]
        for _ in range(most - len(changes)):
            row += [number(never), number(0)]
        yield row


def _most_changes(changes: tuple[OffsetChange, ...]) -> int:
    return max(len(found) for _, found in _by_year(changes).values())


@lru_cache(maxsize=64)
def _by_year(changes: tuple[OffsetChange, ...]) -> dict[int, tuple[int, list[OffsetChange]]]:
    """For each year the offset at its beginning and its changes."""
    first, *later = changes
    offset, years = first[1], {}
    for year in range(_FIRST, _LAST + 1):
        found = [c for c in later if datetime.fromtimestamp(c[0], UTC).year == year]
        years[year] = (offset, found)
        offset = found[-1][1] if found else offset
    return years


# --- midnight -------------------------------------------------------------------------------------


def year_of_day(build: Build, local: Node) -> Node:
    """The row of `zone_days` for a local time in microseconds, as if it were UTC."""
    return _row(build, local)


def offset_of_day(zone: str, of: Callable[[str], Node], table: str) -> Node:
    """The offset of the column `local` from the row of `zone_days` that is called `table`."""
    most = _most_changes(local_changes(offset_changes(zone, _FIRST, _LAST)))
    return _offset(of("local"), most, table)


def _offset(at: Node, most: int, table: str) -> Node:
    whens = [
        (at_least(at.copy(), col(f"change_{i}", table)), col(f"offset_{i}", table))
        for i in range(most, 0, -1)
    ]
    return case(whens, col("offset_0", table)) if whens else col("offset_0", table)


def _row(build: Build, at: Node) -> Node:
    return greatest([least(build.call("year of", x=at), number(_LAST)), number(_FIRST)])
