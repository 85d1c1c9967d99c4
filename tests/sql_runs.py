"""Plans run as SQL on tiny tables in DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import duckdb

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql import AsOf, Facts, to_sql
from tests.python_plans import NOW, plan, rule

LEAD_COLUMNS = {
    "lead_id": "VARCHAR",
    "created": "TIMESTAMPTZ",
    "title": "VARCHAR",
    "employees": "VARCHAR",
    "consent": "VARCHAR",
    "email": "VARCHAR",
    "company": "VARCHAR",
}
EVENT_COLUMNS = {
    "event_id": "VARCHAR",
    "lead_id": "VARCHAR",
    "verb": "VARCHAR",
    "object": "VARCHAR",
    "at": "TIMESTAMPTZ",
    "seconds": "DOUBLE",
}
Row = Mapping[str, Any]


def table(
    database: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Sequence[Row]
) -> None:
    """A table with some rows; columns that a row leaves out are NULL."""
    made = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    database.execute(f"CREATE OR REPLACE TABLE {name} ({made})")
    marks = ", ".join("?" for _ in columns)
    for row in rows:
        values = [row.get(column) for column in columns]
        database.execute(f"INSERT INTO {name} VALUES ({marks})", values)


def run(
    made: p.Plan,
    leads: Sequence[Row],
    done: Sequence[Row] = (),
    *,
    facts: Facts | None = None,
    as_of: datetime = NOW,
    reasons: bool = False,
    lead_columns: Mapping[str, str] = LEAD_COLUMNS,
    event_columns: Mapping[str, str] = EVENT_COLUMNS,
) -> dict[str, dict[str, Any]]:
    """The result of each lead by its id."""
    known = facts or Facts(event_columns=frozenset(event_columns))
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'America/New_York'")  # must not matter
        table(database, "leads", lead_columns, leads)
        table(database, "events", event_columns, done)
        table(database, "leadcard_lists", {"list": "VARCHAR", "value": "VARCHAR"}, ())
        for listed in made.lists:
            for entry in listed.entries:
                database.execute("INSERT INTO leadcard_lists VALUES (?, ?)", [listed.name, entry])
        cursor = database.execute(
            to_sql(made, as_of=AsOf(literal=as_of), facts=known, reasons=reasons)
        )
        names = [column[0] for column in cursor.description or ()]
        return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def score(made: p.Plan, lead: Row, *done: Row, **more: Any) -> dict[str, Any]:
    """The result of one lead with some events."""
    rows = [{"lead_id": "a", **event} for event in done]
    return run(made, [{"lead_id": "a", **lead}], rows, **more)["a"]


def fires(when: p.Predicate, lead: Row, *done: Row, **more: Any) -> bool:
    """Whether a rule with the condition fires for a lead."""
    lists = more.pop("lists", ())
    return bool(score(plan(rule(when), lists=lists), lead, *done, **more)["score"] == 10)
