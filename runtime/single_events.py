"""Whether events stand in the data once: then the statement need not look for duplicates.

Only asked where it matters (a card that merely asks whether something happened is not misled by a
row that stands twice), as the answer costs less than looking for duplicates would: for ids that are
whole numbers close together, one bit an id; for all others, whether hashes of 64 bits differ. Two
ids with one hash, which are rare, are taken for one, and only make the statement look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass

import duckdb

from leadcard.compiler.plan import (
    AccountEvents,
    Bunched,
    EventCount,
    Plan,
    Repetition,
    TimeSpent,
)

# Ids that lie within so wide a range are counted as bits: 32 MB for each thread.
_MOST_BITS = 1 << 28
# So many ids are looked at first: rows that were written twice often stand close together.
_FIRST = 1 << 18


def counts_matter(plan: Plan | None) -> bool:
    """Whether a row that stands twice can change a score."""
    if plan is None:
        return False
    return any(_counts(node) for node in _nodes(plan))


def _counts(node: object) -> bool:
    match node:
        case EventCount(low=low, high=high):
            return low > 1 or high not in (None, 0)
        case AccountEvents(low=low, high=high):
            return low > 1 or high not in (None, 0)
        case TimeSpent() | Bunched() | Repetition():
            return True
        case _:
            return False


def _nodes(node: object) -> Iterator[object]:
    """A part of a plan and all parts within it."""
    yield node
    if isinstance(node, tuple):
        for part in node:
            yield from _nodes(part)
    elif is_dataclass(node):
        for attribute in fields(node):
            yield from _nodes(getattr(node, attribute.name))


def are_single(engine: duckdb.DuckDBPyConnection, relations: Sequence[str], *, whole: bool) -> bool:
    """Whether no id stands twice in the relations of one source; False if in doubt.

    `whole`: the ids are whole numbers.
    """
    ids = " UNION ALL ".join(f"SELECT event_id FROM {relation}" for relation in relations)
    if not whole:
        return _hashes_differ(engine, ids)
    row = engine.execute(
        f"SELECT min(event_id), max(event_id), count(event_id) FROM ({ids})"
    ).fetchone()
    if row is None or row[2] == 0:
        return True
    low, high, count = row
    if high - low >= _MOST_BITS:
        return _hashes_differ(engine, ids)
    bits = engine.execute(
        f"SELECT bit_count(bitstring_agg(CAST(event_id - ({low}) AS BIGINT), 0, {high - low}))"
        f" FROM ({ids}) WHERE event_id IS NOT NULL"
    ).fetchone()
    return bits is not None and bool(bits[0] == count)


def _hashes_differ(engine: duckdb.DuckDBPyConnection, ids: str) -> bool:
    hashes = f"SELECT hash(event_id) AS hashed FROM ({ids}) WHERE event_id IS NOT NULL"
    for some in (f"{hashes} LIMIT {_FIRST}", hashes):
        row = engine.execute(f"SELECT count(*) = count(DISTINCT hashed) FROM ({some})").fetchone()
        if row is None or not row[0]:
            return False
    return True
