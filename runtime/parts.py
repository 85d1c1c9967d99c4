"""A part of the data: one source with its columns as they are, ready to be read by the engine.

A `Part` knows its headers, the engine's types, and two FROM clauses: `plain`, and `numbered` with
`__file` and `__row` (from 1) beside the columns. `name_rows` tells for row numbers of a file where
a person finds them (a line of a text file, else a row) and what the whole row holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError, cannot_read, reading
from leadcard.runtime.locations import DataFile, Kind
from leadcard.runtime.sql_text import name, text, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRow:
    """Where a row stands, for people, and what it holds (a JSON object as text)."""

    place: str  # `line 12` or `row 12`
    number: int
    content: str


Namer = Callable[[str, Iterable[int]], Mapping[int, NamedRow]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that could not be taken apart at all (ragged, undecodable)."""

    code: str
    file: str
    place: str
    number: int
    problem: str
    content: str


@dataclass(slots=True, kw_only=True)
class Part:
    """One source of rows. `columns` are the engine's names of its columns, `headers` the user's.

    `typed` parts keep the types of their source and may stay where they are; others are text
    throughout and are copied into the engine once. `refused` is called after that copy.
    """

    shown: str
    kind: Kind
    headers: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...]
    plain: str
    numbered: str
    typed: bool
    name_rows: Namer
    costly: bool = False  # columns are worked out anew with every scan: better to copy them once
    spent: frozenset[str] = frozenset()  # headers that other columns or conditions are made of
    made: frozenset[str] = frozenset()  # headers of columns that are made of others
    refused: Callable[[], tuple[RefusedRow, ...]] = field(default=lambda: ())
    notes: tuple[Diagnostic, ...] = ()


def open_parquet(engine: duckdb.DuckDBPyConnection, files: list[DataFile]) -> list[Part]:
    """Parquet files as parts, those of one schema together."""
    groups: dict[tuple[tuple[str, str], ...], list[DataFile]] = {}
    for file in files:
        with reading(file.shown):
            found = engine.execute(f"DESCRIBE FROM read_parquet({text(str(file.path))})").fetchall()
        groups.setdefault(tuple((str(row[0]), str(row[1])) for row in found), []).append(file)
    return [_parquet_part(engine, schema, group) for schema, group in groups.items()]


def _parquet_part(
    engine: duckdb.DuckDBPyConnection, schema: tuple[tuple[str, str], ...], files: list[DataFile]
) -> Part:
    paths = f"[{texts(str(file.path) for file in files)}]"
    shown = {str(file.path): file.shown for file in files}
    names = tuple(column for column, _ in schema)
    wanted = ", ".join(name(column) for column in names)
    files_of = f"read_parquet({paths}, file_row_number = true, filename = '__path')"

    def name_rows(file: str, numbers: Iterable[int]) -> dict[int, NamedRow]:
        path = next(p for p, label in shown.items() if label == file)
        single = f"read_parquet({text(path)}, file_row_number = true)"
        return _stored_rows(engine, wanted, f"{single} WHERE file_row_number + 1", numbers)

    labels = "MAP {" + ", ".join(f"{text(p)}: {text(s)}" for p, s in shown.items()) + "}"
    return Part(
        shown=files[0].shown if len(files) == 1 else f"{files[0].shown} and {len(files) - 1} more",
        kind=Kind.PARQUET,
        headers=names,
        columns=names,
        types=tuple(kind for _, kind in schema),
        plain=f"read_parquet({paths})",
        numbered=f"(SELECT {wanted}, {labels}[__path] AS __file, file_row_number + 1 AS __row"
        f" FROM {files_of})",
        typed=True,
        name_rows=name_rows,
    )


def open_table(engine: duckdb.DuckDBPyConnection, file: DataFile, wanted: str) -> Part:
    """A table of a DuckDB file as a part; `wanted` is the usual table where none is named."""
    alias = attach(engine, file)
    with reading(file.shown):
        tables = [
            (str(schema), str(table))
            for schema, table in engine.execute(
                "SELECT table_schema, table_name FROM information_schema.tables"
                " WHERE table_catalog = ? ORDER BY 1, 2",
                [alias],
            ).fetchall()
        ]
    schema, table = _choose_table(file, tables, file.table or wanted)
    full = f"{name(alias)}.{name(schema)}.{name(table)}"
    with reading(file.shown):
        columns = engine.execute(f"DESCRIBE FROM {full}").fetchall()
    names = tuple(str(row[0]) for row in columns)
    listed = ", ".join(name(column) for column in names)
    shown = f"{file.shown}:{table}"
    counted = f"(SELECT {listed}, row_number() OVER () AS __row FROM {full})"

    def name_rows(_: str, numbers: Iterable[int]) -> dict[int, NamedRow]:
        return _stored_rows(engine, listed, f"{counted} WHERE __row", numbers)

    return Part(
        shown=shown,
        kind=Kind.DUCKDB,
        headers=names,
        columns=names,
        types=tuple(str(row[1]) for row in columns),
        plain=full,
        numbered=f"(SELECT *, {text(shown)} AS __file FROM {counted})",
        typed=True,
        name_rows=name_rows,
    )


def attach(engine: duckdb.DuckDBPyConnection, file: DataFile) -> str:
    """Attach the DuckDB file for reading, once; the name it has then."""
    known = engine.execute(
        "SELECT database_name FROM duckdb_databases() WHERE path = ?", [str(file.path)]
    ).fetchone()
    if known is not None:
        return str(known[0])
    count = engine.execute("SELECT count(*) FROM duckdb_databases()").fetchone()
    alias = f"leadcard_file_{count[0] if count else 0}"
    try:
        engine.execute(f"ATTACH {text(str(file.path))} AS {name(alias)} (READ_ONLY)")
    except duckdb.IOException as error:
        if "lock" not in str(error).lower():
            raise cannot_read(file.shown, "the database cannot be opened") from error
        raise cannot_read(
            file.shown, "another program has it open", hint="close that program, or give a copy"
        ) from error
    except duckdb.Error as error:
        raise cannot_read(file.shown, "the database cannot be opened") from error
    return alias


def _choose_table(file: DataFile, tables: list[tuple[str, str]], wanted: str) -> tuple[str, str]:
    schema, _, table = wanted.rpartition(".")
    for found in tables:
        if found[1].lower() == table.lower() and schema.lower() in ("", found[0].lower()):
            return found
    listed = ", ".join(f"`{t}`" for _, t in tables[:20]) or "none"
    raise DataError(
        Diagnostic(
            code="D112",
            message=f"no table `{wanted}` in `{file.shown}`; it has {listed}",
            path=file.shown,
            hint=f"name a table: `{file.shown}:TABLE`",
        )
    )


def _stored_rows(
    engine: duckdb.DuckDBPyConnection, columns: str, where: str, numbers: Iterable[int]
) -> dict[int, NamedRow]:
    number = where.rsplit("WHERE ", 1)[1]
    wanted = ", ".join(str(n) for n in numbers)
    rows = engine.execute(f"SELECT {number}, {columns} FROM {where} IN ({wanted})")
    headers = [str(d[0]) for d in rows.description or ()][1:]
    found = {}
    for row in rows.fetchall():
        content = json.dumps(
            dict(zip(headers, row[1:], strict=True)), default=str, ensure_ascii=False
        )
        found[row[0]] = NamedRow(place=f"row {row[0]}", number=row[0], content=content)
    return found


def as_path(path: Path) -> str:
    """SQL for the name of a file, read as it stands: wildcards in it are none."""
    return text("".join(f"[{c}]" if c in "*?[" else c for c in str(path)))
