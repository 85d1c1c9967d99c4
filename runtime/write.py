"""Results → files: CSV, Parquet, JSON lines, a DuckDB table; each whole or not at all.

The engine writes into a file of another name in the same folder, which takes the place of the
wanted one when all of it has reached the disk. A DuckDB table is written in one transaction. Scores
are decimals with two places in typed files, and 62, 62.5 or 62.25 in texts.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

import duckdb

from leadcard.compiler.result import ResultColumn
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import (
    DataError,
    first_line,
    out_of_memory,
    reason,
    stopped_by_user,
)
from leadcard.runtime.ended import ended_by_signals
from leadcard.runtime.execute import Scored
from leadcard.runtime.sql_text import name, text
from leadcard.runtime.whole_file import whole_file

_NUMBER: Final = re.compile(r'"errno":"(\d+)"')  # as DuckDB tells what the system refused


class Format(Enum):
    """How a result is written."""

    CSV = "csv"
    TSV = "tsv"
    PARQUET = "parquet"
    JSON_LINES = "jsonl"
    DUCKDB = "duckdb"


_ENDINGS = {
    ".csv": Format.CSV,
    ".txt": Format.CSV,
    ".tsv": Format.TSV,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
    ".json": Format.JSON_LINES,
    ".duckdb": Format.DUCKDB,
    ".ddb": Format.DUCKDB,
    ".db": Format.DUCKDB,
}
_TABLE = re.compile(r"(?P<file>.+\.(?:duckdb|ddb|db)):(?P<table>[^:/\\]+)\Z", re.I)
_TABLE_NAME = "scores"
_PACKINGS = {".gz": "gzip", ".zst": "zstd"}


def format_of(output: str, wanted: str | None = None) -> Format:
    """The format of the file `output`, by the format asked for, else by its ending."""
    if wanted is not None:
        try:
            return Format(wanted.lower())
        except ValueError:
            raise _no_format(wanted) from None
    if _TABLE.match(output):
        return Format.DUCKDB
    path = Path(output)
    ending = path.suffix.lower()
    if ending in _PACKINGS:
        ending = Path(path.stem).suffix.lower()
    found = _ENDINGS.get(ending)
    if found is None:
        raise _no_format(output)
    return found


def _no_format(what: str) -> DataError:
    return DataError(
        Diagnostic(
            code="F110",
            message=f"`{what}` is no format that results can be written in",
            path=what,
            hint="end the name in `.csv`, `.parquet`, `.jsonl` or `.duckdb`, or say `--format csv`",
        )
    )


def write_result(scored: Scored, output: str, *, format: str | None = None) -> None:
    """Write a result to the file (or `file.duckdb:table`) `output`; raises `DataError`."""
    kind = format_of(output, format)
    with writing(output), ended_by_signals():
        if kind is Format.DUCKDB:
            _write_table(scored, output)
            return
        with whole_file(Path(output)) as part:
            packing = _PACKINGS.get(Path(output).suffix.lower())
            scored.connection.execute(_copy(scored, part, kind, packing))


def write_stream(scored: Scored, stream: BinaryIO, *, format: str = "csv") -> None:
    """Write a result to an open stream, such as standard output."""
    kind = format_of("-", format)
    if kind is Format.DUCKDB:
        raise _no_format(format)
    with tempfile.TemporaryDirectory(prefix="leadcard-") as folder, writing("standard output"):
        part = Path(folder) / "result"
        scored.connection.execute(_copy(scored, part, kind, None))
        with part.open("rb") as file:
            shutil.copyfileobj(file, stream)


def _copy(scored: Scored, path: Path, kind: Format, packing: str | None) -> str:
    target = text(str(path))
    match kind:
        case Format.PARQUET:
            options = "FORMAT parquet, COMPRESSION zstd"
            return f"COPY ({_rows(scored, _typed)}) TO {target} ({options}, USE_TMP_FILE false)"
        case Format.JSON_LINES:
            query, options = _rows(scored, _json), "FORMAT json"
        case Format.TSV:
            query, options = _rows(scored, plain_column), "FORMAT csv, HEADER, DELIMITER '\t'"
        case _:
            query, options = _rows(scored, plain_column), "FORMAT csv, HEADER"
    packed = f", COMPRESSION {packing}" if packing else ""
    return f"COPY ({query}) TO {target} ({options}{packed}, USE_TMP_FILE false)"


def _rows(scored: Scored, written: object) -> str:
    assert callable(written)
    columns = ", ".join(f"{written(c)} AS {name(c.name)}" for c in scored.columns)
    # Ids that are numbers by their size, others by their text: the same order on every run.
    order = "TRY_CAST(lead_id AS HUGEINT) NULLS LAST, lead_id"
    return f"SELECT {columns} FROM {scored.relation} ORDER BY {order}"


def _typed(column: ResultColumn) -> str:
    return (
        f"CAST({name(column.name)} AS DECIMAL(18, 2))" if _is_points(column) else name(column.name)
    )


def plain_column(column: ResultColumn) -> str:
    """SQL for a column as text: 62, 62.5, 62.25; 2026-11-21T12:00:00Z."""
    quoted = name(column.name)
    if _is_points(column):
        return f"rtrim(rtrim(CAST(CAST({quoted} AS DECIMAL(18, 2)) AS VARCHAR), '0'), '.')"
    if column.type == "time":
        return instant_text(quoted)
    return quoted


def _json(column: ResultColumn) -> str:
    if column.type in ("points", "json"):
        return f"CAST({plain_column(column)} AS JSON)"
    return plain_column(column)


def instant_text(value: str) -> str:
    """SQL for an instant as users read it, a fraction only where there is one."""
    whole = f"strftime({_utc(value)}, '%Y-%m-%dT%H:%M:%S.%f')"
    return f"rtrim(rtrim({whole}, '0'), '.') || 'Z'"


def _utc(value: str) -> str:
    return f"make_timestamp(epoch_us(CAST({value} AS TIMESTAMPTZ)))"


def _is_points(column: ResultColumn) -> bool:
    return column.type == "points"


# --- databases ------------------------------------------------------------------------------------


def _write_table(scored: Scored, output: str) -> None:
    found = _TABLE.match(output)
    path = Path(found["file"] if found else output)
    table = found["table"] if found else _TABLE_NAME
    if path.exists():
        _replace_table(scored, path, table)
        return
    with whole_file(path) as part:
        part.unlink()  # the engine makes database files itself
        _replace_table(scored, part, table)


def _replace_table(scored: Scored, path: Path, table: str) -> None:
    engine = scored.connection
    try:
        engine.execute(f"ATTACH {text(str(path))} AS leadcard_output")
    except duckdb.Error as error:
        why = "another program has it open" if "lock" in str(error).lower() else first_line(error)
        raise DataError(
            Diagnostic(code="F106", message=f"cannot write `{path}`: {why}", path=str(path))
        ) from error
    try:
        engine.execute("BEGIN")
        engine.execute(
            f"CREATE OR REPLACE TABLE leadcard_output.{name(table)} AS {_rows(scored, _typed)}"
        )
        engine.execute("COMMIT")
    except BaseException:
        engine.execute("ROLLBACK")
        raise
    finally:
        engine.execute("DETACH leadcard_output")


# --- failures -------------------------------------------------------------------------------------


@contextmanager
def writing(output: str) -> Iterator[None]:
    """Whatever the system or the engine refuses inside becomes a `DataError` about `output`."""
    try:
        with stopped_by_user():
            yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _cannot_write(output, reason(error, "write")) from error
    except duckdb.OutOfMemoryException as error:
        raise out_of_memory(output) from error
    except duckdb.IOException as error:
        raise _cannot_write(output, _said(error)) from error


def _said(error: duckdb.IOException) -> str:
    """What the system said to the engine, in plain words where the engine tells its number."""
    told = _NUMBER.search(str(error))
    if told is not None:
        number = int(told[1])
        return reason(OSError(number, os.strerror(number)), "write")
    return "the disk is full" if "No space left" in str(error) else first_line(error)


def _cannot_write(output: str, why: str) -> DataError:
    return DataError(
        Diagnostic(code="F106", message=f"cannot write `{output}`: {why}", path=output)
    )
