"""SQLite files → parts: a table is copied out through the standard library, as text."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import duckdb

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.csv_part import open_csv
from leadcard.runtime.data_error import DataError, cannot_read
from leadcard.runtime.locations import DataFile, Kind
from leadcard.runtime.parts import NamedRow, Part
from leadcard.runtime.sql_text import name


def open_sqlite(
    engine: duckdb.DuckDBPyConnection, file: DataFile, usual_table: str, spool: Path
) -> Part:
    """A table of a SQLite file as a part; `usual_table` where none is named."""
    target = spool / f"{len(list(spool.iterdir()))}.csv"
    wanted = file.table or usual_table
    try:
        source = sqlite3.connect(f"{file.path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            table = _table(source, file, wanted)
            _copy(source, table, target)
        finally:
            source.close()
    except sqlite3.Error as error:
        raise cannot_read(file.shown, f"the database says: {error}") from error
    shown = f"{file.shown}:{table}"
    head = target.read_bytes()[: 1 << 18]
    copied = DataFile(path=target, shown=shown, kind=Kind.CSV, head=head)
    part = open_csv(engine, copied, spool)
    lines = part.name_rows

    def name_rows(_: str, numbers: Iterable[int]) -> dict[int, NamedRow]:
        found = lines(shown, numbers)
        return {n: replace(row, place=f"row {n}", number=n) for n, row in found.items()}

    part.kind, part.name_rows = Kind.SQLITE, name_rows
    return part


def _table(source: sqlite3.Connection, file: DataFile, wanted: str) -> str:
    query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    tables = [str(row[0]) for row in source.execute(query)]
    found = next((table for table in tables if table.lower() == wanted.lower()), None)
    if found is not None:
        return found
    listed = ", ".join(f"`{table}`" for table in tables[:20]) or "none"
    raise DataError(
        Diagnostic(
            code="D112",
            message=f"no table `{wanted}` in `{file.shown}`; it has {listed}",
            path=file.shown,
            hint=f"name a table: `{file.shown}:TABLE`",
        )
    )


def _copy(source: sqlite3.Connection, table: str, target: Path) -> None:
    source.text_factory = lambda raw: raw.decode("utf-8", "replace")
    rows = source.execute(f"SELECT * FROM {name(table)}")
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow([column[0] for column in rows.description])
        for row in rows:
            writer.writerow(["" if value is None else value for value in row])
