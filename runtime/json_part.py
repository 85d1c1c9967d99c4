"""JSON lines and JSON arrays → parts: one column for each key that occurs, all of them text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import duckdb

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.csv_part import encoding_note, encoding_of, recoded
from leadcard.runtime.data_error import cannot_read, reading
from leadcard.runtime.locations import DataFile, Kind, open_unpacked
from leadcard.runtime.parts import NamedRow, Part, RefusedRow, as_path
from leadcard.runtime.sql_text import text

_LONGEST = 64 * 1024 * 1024


def open_json(engine: duckdb.DuckDBPyConnection, file: DataFile, spool: Path) -> Part:
    """The JSON file as a part; an array of objects, or an object a line."""
    encoding = encoding_of(file)
    notes: tuple[Diagnostic, ...] = ()
    if encoding != "utf-8":
        file, notes = recoded(file, encoding, spool), (encoding_note(file, encoding),)
    array = file.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
    objects = _objects(file, array)
    with reading(file.shown):
        headers = tuple(
            str(row[0])
            for row in engine.execute(
                f"SELECT key FROM (SELECT unnest(json_keys(json)) AS key FROM {objects}"
                " WHERE json_type(json) = 'OBJECT') GROUP BY key ORDER BY key"
            ).fetchall()
        )
    if not headers:
        raise cannot_read(file.shown, "it holds no JSON objects")
    columns = tuple(f"c{n}" for n in range(len(headers)))
    values = ", ".join(
        f"json_extract_string(json, {text(_pointer(h))}) AS {c}"
        for h, c in zip(headers, columns, strict=True)
    )
    finder = _JsonRows(engine, file, objects, array)
    numbered = f"(SELECT json, row_number() OVER () AS __row FROM {objects})"
    return Part(
        shown=file.shown,
        kind=Kind.JSON,
        headers=headers,
        columns=columns,
        types=("VARCHAR",) * len(columns),
        plain=f"(SELECT {values} FROM {objects} WHERE json_type(json) = 'OBJECT')",
        numbered=f"(SELECT {values}, {text(file.shown)} AS __file, __row FROM {numbered}"
        " WHERE json_type(json) = 'OBJECT')",
        typed=False,
        name_rows=finder.name_rows,
        refused=finder.refused,
        notes=notes,
    )


def _objects(file: DataFile, array: bool) -> str:
    form = "array" if array else "newline_delimited"
    packing = f", compression = '{file.packed}'" if file.packed else ""
    # A broken array cannot be read past its first mistake; broken lines are set aside.
    ignore = "" if array else ", ignore_errors = true"
    return (
        f"read_json_objects({as_path(file.path)}, format = '{form}'{ignore}{packing},"
        f" maximum_object_size = {_LONGEST})"
    )


def _pointer(key: str) -> str:
    """The JSON pointer of a key; unlike a path it takes every character."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


class _JsonRows:
    """Names rows of a JSON file: by line for JSON lines, by number for arrays."""

    def __init__(
        self, engine: duckdb.DuckDBPyConnection, file: DataFile, objects: str, array: bool
    ) -> None:
        self._engine, self._file, self._objects, self._array = engine, file, objects, array

    def refused(self) -> tuple[RefusedRow, ...]:
        """Lines that are no JSON object."""
        rows = self._engine.execute(
            f"SELECT __row FROM (SELECT json, row_number() OVER () AS __row FROM {self._objects})"
            " WHERE json IS NULL OR json_type(json) <> 'OBJECT' ORDER BY 1"
        ).fetchall()
        named = self.name_rows("", [row[0] for row in rows]) if rows else {}
        return tuple(
            RefusedRow(
                code="D207",
                file=self._file.shown,
                place=row.place,
                number=row.number,
                problem="not a JSON object",
                content=json.dumps({"line": row.content}, ensure_ascii=False),
            )
            for row in named.values()
        )

    def name_rows(self, _: str, numbers: Iterable[int]) -> dict[int, NamedRow]:
        """Places and contents of rows."""
        wanted = set(numbers)
        if self._array:
            listed = ", ".join(map(str, sorted(wanted)))
            rows = self._engine.execute(
                "SELECT __row, json::VARCHAR FROM (SELECT json, row_number() OVER () AS __row"
                f" FROM {self._objects}) WHERE __row IN ({listed})"
            ).fetchall()
            return {n: NamedRow(place=f"row {n}", number=n, content=c) for n, c in rows}
        found = {}
        with open_unpacked(self._file.path, self._file.packed) as lines:
            filled = ((n, line) for n, line in enumerate(lines, start=1) if line.strip())
            for row, (line, raw) in enumerate(filled, start=1):
                if row in wanted:
                    content = raw.decode("utf-8", "replace").strip()
                    found[row] = NamedRow(place=f"line {line}", number=line, content=content)
        return found
