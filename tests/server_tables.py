"""Tables of files and of DuckDB as tables of a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    import psycopg

_TYPES = {
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "DOUBLE": "float8",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "JSON": "jsonb",
}


def fill_server(server: psycopg.Connection[Any], folder: Path, *, typed: bool) -> None:
    """The CSV files of a folder as tables, with types or as texts."""
    from psycopg import sql

    for path in sorted(folder.glob("*.csv")):
        if path.stem != "expected":
            table = duckdb.read_csv(str(path), all_varchar=not typed)
            copy_table(server, sql.Identifier(path.stem), table)


def copy_table(server: psycopg.Connection[Any], name: Any, table: duckdb.DuckDBPyRelation) -> None:
    """A table of DuckDB as one of the server."""
    from psycopg import sql

    columns = [
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(_TYPES.get(str(kind), "text")))
        for column, kind in zip(table.columns, table.types, strict=True)
    ]
    server.execute(sql.SQL("CREATE TABLE {} ({})").format(name, sql.SQL(", ").join(columns)))
    marks = sql.SQL(", ").join(sql.Placeholder() * len(columns))
    added = sql.SQL("INSERT INTO {} VALUES ({})").format(name, marks)
    with server.cursor() as cursor:
        cursor.executemany(added, table.project("COLUMNS(*)::VARCHAR").fetchall())
