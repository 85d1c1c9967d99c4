"""Calendar days of a timezone from a table of its offsets, written into the statement.

For each UTC year the table has one row: the offset at its beginning, and up to so many changes as any
year of that zone has. A year without a row has the offset of the nearest year in the table.
"""

from __future__ import annotations

from sqlglot import exp

from leadcard.compiler.backends.sql_build import (
    Node,
    at_least,
    case,
    number,
)
from leadcard.compiler.zone_table import OffsetChange, local_changes, offset_changes

_MICRO = 10**6


def is_utc(zone: str) -> bool:
    """Whether local time in `zone` is UTC, always."""
    return all(offset == 0 for _, offset in offset_changes(zone))


def local_midnight(local: Node, zone: str) -> Node:
    """The instant of a local time given in microseconds as if it were UTC."""
    if is_utc(zone):
        return local
    changes = local_changes(offset_changes(zone))
    offset = _offset_tree(local, changes)
    return exp.Sub(this=exp.Paren(this=local.copy()), expression=exp.Paren(this=offset))


def local_time(at: Node, zone: str) -> Node:
    """Local time in microseconds of an instant."""
    if is_utc(zone):
        return at
    offset = _offset_tree(at, offset_changes(zone))
    return exp.Add(this=at.copy(), expression=exp.Paren(this=offset))


def _offset_tree(at: Node, changes: tuple[OffsetChange, ...]) -> Node:
    """The offset in microseconds, found by halving the table."""
    if len(changes) == 1:
        return number(changes[0][1] * _MICRO)
    middle = len(changes) // 2
    later = at_least(at.copy(), number(changes[middle][0] * _MICRO))
    return case([(later, _offset_tree(at, changes[middle:]))], _offset_tree(at, changes[:middle]))
