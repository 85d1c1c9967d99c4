"""Leads that were merged into others: their events go to the master, they themselves get no row.

Systems tell of merges in a column of the merged lead, or in a table of its own, where one cell may
list several leads (`[17, 18]`, `17;18`, `17:1546300800000;18:1546387200000`).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from leadcard.compiler.vocabulary import Merges
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.data_error import DataError
from leadcard.runtime.parts import Part
from leadcard.runtime.recognise import Headers, not_there
from leadcard.runtime.sql_text import name
from leadcard.runtime.value_reading import plain_text

PAIRS = "leadcard_merge_pairs"


def store_pairs(
    engine: duckdb.DuckDBPyConnection,
    tables: Sequence[tuple[Merges, Part]],
    *,
    integer_ids: bool,
) -> bool:
    """Store the pairs (lead_id, master) of the tables of merges as `PAIRS`; whether there are any.

    Raises `DataError` where a table that leadcard.yaml names lacks a column.
    """
    kind = "BIGINT" if integer_ids else "VARCHAR"
    branches = [_pairs(merges, part, kind) for merges, part in tables]
    found = [branch for branch in branches if branch is not None]
    if not found:
        return False
    told = " UNION ALL ".join(found)
    engine.execute(
        f"CREATE TABLE {PAIRS} AS SELECT DISTINCT lead_id, master FROM ({told})"
        " WHERE lead_id IS NOT NULL AND master IS NOT NULL AND lead_id <> master"
    )
    row = engine.execute(f"SELECT count(*) FROM {PAIRS}").fetchone()
    return bool(row and row[0])


def _pairs(merges: Merges, part: Part, kind: str) -> str | None:
    headers = Headers(part=part)
    lead, into = headers.named(merges.lead), headers.named(merges.into)
    if lead is None or into is None:
        if merges.optional:
            return None
        column = merges.lead if lead is None else merges.into
        raise DataError(not_there(headers, column, "merged leads"))
    many = plain_text(name(part.columns[lead]), part.types[lead])
    master = plain_text(name(part.columns[into]), part.types[into])
    ids = f"regexp_split_to_array({many}, '[^0-9A-Za-z:_.-]+')"
    return (
        f"SELECT TRY_CAST(regexp_replace(one, ':.*', '') AS {kind}) AS lead_id,"
        f" TRY_CAST(trim({master}) AS {kind}) AS master"
        f" FROM (SELECT unnest({ids}) AS one, * FROM {part.plain}) WHERE one <> ''"
    )


def resolve_merges(engine: duckdb.DuckDBPyConnection, told: str) -> list[Diagnostic]:
    """The table `leadcard_merges` (lead_id, master), chains followed to their end.

    `told` is a query of the pairs that the data tells. Gives findings of circles and strangers.
    """
    pairs = dict(engine.execute(f"SELECT lead_id, min(master) FROM ({told}) GROUP BY 1").fetchall())
    masters, circles = {}, set()
    for lead in pairs:
        seen, at = {lead}, lead
        while at in pairs and at not in circles:
            at = type(lead)(pairs[at])
            if at in seen:
                circles |= seen
                break
            seen.add(at)
        if at not in circles:
            masters[lead] = at
    kind = engine.execute("SELECT typeof(lead_id) FROM leadcard_all_leads LIMIT 1").fetchone()
    column = str(kind[0]) if kind else "VARCHAR"
    engine.execute(f"CREATE TABLE leadcard_merges (lead_id {column}, master {column})")
    engine.execute(
        f"INSERT INTO leadcard_merges SELECT unnest($leads::{column}[]),"
        f" unnest($masters::{column}[])",
        {"leads": list(masters), "masters": list(masters.values())},
    )
    unknown = engine.execute(
        "SELECT CAST(lead_id AS VARCHAR), CAST(master AS VARCHAR) FROM leadcard_merges m"
        " ANTI JOIN leads l ON m.master = l.lead_id ORDER BY 1"
    ).fetchall()
    found = [_circle(circles)] if circles else []
    return [*found, _unknown(unknown)] if unknown else found


def _circle(leads: set[object]) -> Diagnostic:
    names = sorted(str(lead) for lead in leads)
    listed = ", ".join(f"`{lead}`" for lead in names[:10]) + (", …" if len(names) > 10 else "")
    return Diagnostic(
        code="D124",
        message=f"leads are merged into each other in a circle: {listed}",
        hint="one of them must not be merged into another",
    )


def _unknown(pairs: list[tuple[str, str]]) -> Diagnostic:
    listed = ", ".join(f"`{lead}` into `{master}`" for lead, master in pairs[:5])
    more = ", …" if len(pairs) > 5 else ""
    return Diagnostic(
        code="D125",
        message=f"leads are merged into leads that the data does not hold: {listed}{more}",
        hint="give the file with those leads too",
        severity=Severity.WARNING,
    )
