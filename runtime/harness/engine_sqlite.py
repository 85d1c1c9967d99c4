"""Sample leads on SQLite: the statement that `leadcard compile --dialect sqlite` writes.

SQLite has neither instants nor decimals: they are texts there, instants in UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Final

from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf
from leadcard.compiler.plan import Plan
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.samples import SampleFile
from leadcard.runtime.harness.sql_rows import EVENT_COLUMNS, Tables, scored

_LISTS: Final = "CREATE TABLE leadcard_lists (list TEXT, value TEXT)"


def run(plan: Plan, file: SampleFile) -> tuple[Outcome | None, ...]:
    """Score the samples on SQLite, in memory."""
    sql = to_sql(plan, dialect="sqlite", reasons=True, as_of=AsOf(literal=file.as_of))
    return scored(plan, file, partial(_run_statement, sql))


def _run_statement(sql: str, tables: Tables) -> list[dict[str, object]]:
    engine = sqlite3.connect(":memory:")
    try:
        engine.execute(_LISTS)
        _fill(engine, "leads", tuple(tables.columns), tables.leads)
        _fill(engine, "events", EVENT_COLUMNS, tables.events)
        engine.executemany("INSERT INTO leadcard_lists VALUES (?, ?)", tables.lists)
        cursor = engine.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, cells, strict=True)) for cells in cursor.fetchall()]
    finally:
        engine.close()


def _fill(
    engine: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """A table of texts with these rows."""
    typed = ", ".join(f'"{name}" TEXT' for name in columns)
    engine.execute(f"CREATE TABLE {table} ({typed})")
    marks = ", ".join("?" for _ in columns)
    cells = [tuple(_sent(cell) for cell in row) for row in rows]
    engine.executemany(f"INSERT INTO {table} VALUES ({marks})", cells)


def _sent(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat(sep=" ")
        case Decimal():
            return f"{value:f}"
        case _:
            return value
