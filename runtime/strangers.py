"""Events of leads that are not among the leads: whether there are any, asked of every event."""

from __future__ import annotations

import duckdb

from leadcard.runtime.load_leads import Leads

# Ids that lie within so wide a range are compared as bits: 32 MB for each thread.
_MOST_BITS = 1 << 28


def has_strangers(engine: duckdb.DuckDBPyConnection, relation: str, leads: Leads) -> bool:
    """Whether an event of `relation` belongs to none of the leads.

    By the cheapest way that the ids allow: the ends of their range where the ids of leads have no
    gaps, one bit an id where they are whole numbers, else a join.
    """
    if leads.integer_ids:
        ends = engine.execute(f"SELECT min(lead_id), max(lead_id) FROM {relation}").fetchone()
        known = leads.id_range
        if ends is None or ends[0] is None:
            return False
        if known is None or ends[0] < known[0] or ends[1] > known[1]:
            return True
        if known[1] - known[0] + 1 == leads.id_count:
            return False
        if known[1] - known[0] < _MOST_BITS:
            return _has_strange_bits(engine, relation, known)
    row = engine.execute(
        f"SELECT count(*) FROM (SELECT DISTINCT lead_id FROM {relation}) e"
        " ANTI JOIN leadcard_known_leads k ON e.lead_id = k.lead_id"
    ).fetchone()
    return bool(row and row[0])


def _has_strange_bits(
    engine: duckdb.DuckDBPyConnection, relation: str, ends: tuple[int, int]
) -> bool:
    low, high = ends
    bits = f"bitstring_agg(CAST(lead_id - ({low}) AS BIGINT), 0, {high - low})"
    row = engine.execute(
        "SELECT bit_count(happened & ~known) FROM"
        f" (SELECT {bits} AS happened FROM {relation}),"
        f" (SELECT {bits} AS known FROM leadcard_known_leads WHERE lead_id IS NOT NULL)"
    ).fetchone()
    return bool(row and row[0])
