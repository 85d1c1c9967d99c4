"""Leads that were merged into others: their events go to the master, they themselves get no row."""

from __future__ import annotations

import duckdb

from leadcard.dsl.diagnostics import Diagnostic, Severity


def resolve_merges(engine: duckdb.DuckDBPyConnection) -> list[Diagnostic]:
    """The table `leadcard_merges` (lead_id, master), chains followed to their end; findings of
    circles.
    """
    pairs = dict(
        engine.execute(
            "SELECT lead_id, any_value(__merged) FROM leadcard_all_leads"
            " WHERE __merged IS NOT NULL GROUP BY lead_id"
        ).fetchall()
    )
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
