"""Local time in a timezone from a table of its offsets, written into the statement.

`zone_years` has one row for each UTC year: the offset at its beginning and, for as many changes as
any year of the zone has, the instant of the change and the offset from then on. Events find their
row by their year; an instant outside the years of the table takes its first or last row, as
`zone_table` says.
"""

from __future__ import annotations

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
    select,
)
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
    whens = [
        (at_least(at.copy(), col(f"change_{i}")), col(f"offset_{i}"))
        for i in range(_most_changes(zone), 0, -1)
    ]
    local = exp.Add(this=at.copy(), expression=case(whens, col("offset_0")))
    year = greatest([least(build.call("year of", x=at.copy()), number(_LAST)), number(_FIRST)])
    return local, equal(col("year", "zone_years"), year)


def zone_years(zone: str) -> exp.Select:
    """The table of years: year, offset_0, change_1, offset_1 …; a change far away is none."""
    most = _most_changes(zone)
    names = ["year", "offset_0"]
    for i in range(1, most + 1):
        names += [f"change_{i}", f"offset_{i}"]
    rows = [exp.Tuple(expressions=row) for row in _rows(zone, most)]
    values = exp.Values(expressions=rows)
    table = exp.TableAlias(
        this=exp.to_identifier("years"), columns=[exp.to_identifier(n) for n in names]
    )
    values.set("alias", table)
    return select(exp.Star()).from_(values, copy=False)


def _rows(zone: str, most: int) -> list[list[Node]]:
    never = 9 * 10**18
    rows = []
    for year, (start, changes) in _by_year(zone).items():
        row = [number(year), number(start * _MICRO)]
        for at, offset in changes:
            row += [number(at * _MICRO), number(offset * _MICRO)]
        for _ in range(most - len(changes)):
            row += [number(never), number(0)]
        rows.append(row)
    return rows


def _most_changes(zone: str) -> int:
    return max(len(changes) for _, changes in _by_year(zone).values())


@lru_cache(maxsize=32)
def _by_year(zone: str) -> dict[int, tuple[int, list[OffsetChange]]]:
    """For each year the offset at its beginning and its changes."""
    first, *later = offset_changes(zone, _FIRST, _LAST)
    offset, years = first[1], {}
    for year in range(_FIRST, _LAST + 1):
        changes = [c for c in later if datetime.fromtimestamp(c[0], UTC).year == year]
        years[year] = (offset, changes)
        offset = changes[-1][1] if changes else offset
    return years


# --- midnight -------------------------------------------------------------------------------------


def local_midnight(local: Node, zone: str) -> Node:
    """The instant of a local time given in microseconds as if it were UTC."""
    if is_utc(zone):
        return local
    offset = _offset_tree(local, local_changes(offset_changes(zone, _FIRST, _LAST)))
    return exp.Sub(this=exp.Paren(this=local.copy()), expression=exp.Paren(this=offset))


def _offset_tree(at: Node, changes: tuple[OffsetChange, ...]) -> Node:
    """The offset in microseconds, found by halving the table."""
    if len(changes) == 1:
        return number(changes[0][1] * _MICRO)
    middle = len(changes) // 2
    later = at_least(at.copy(), number(changes[middle][0] * _MICRO))
    return case([(later, _offset_tree(at, changes[middle:]))], _offset_tree(at, changes[:middle]))
