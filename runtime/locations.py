"""What the user calls a place of data (a file, a glob, a folder, a table, `-`) → the files it
means.

The kind of a file is taken from its first bytes, and from its name only where they do not tell.
Nothing is opened by the engine here.
"""

from __future__ import annotations

import gzip
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from glob import glob, has_magic
from pathlib import Path
from typing import IO

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError, cannot_read, reading
from leadcard.runtime.ended import at_work

STDIN = "-"
STDIN_NAME = "standard input"


class Kind(Enum):
    """How a file is read."""

    CSV = "CSV"
    PARQUET = "Parquet"
    JSON = "JSON"
    DUCKDB = "DuckDB"
    SQLITE = "SQLite"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """One file: its path, what to call it, its kind, and the table of a database.

    `packed` is `gzip` or `zstd` for packed files; `head` are its first bytes, unpacked where the
    standard library can.
    """

    path: Path
    shown: str
    kind: Kind
    table: str | None = None
    packed: str | None = None
    head: bytes = b""


_HEAD = 1 << 18
_TABLE = re.compile(r"(?P<file>.+\.(?:duckdb|ddb|db|sqlite|sqlite3)):(?P<table>[^:/\\]+)\Z", re.I)
DATA_ENDINGS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".pq")
_PACKINGS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


def find_files(places: tuple[str, ...] | list[str], *, folder: Path, spool: Path) -> list[DataFile]:
    """All files of `places`, relative ones from `folder`; `-` is copied into the folder `spool`.

    Raises `DataError` for a place where nothing is, and for a file of no known kind.
    """
    return [file for place in places for file in _files_of(place, folder, spool)]


def _files_of(place: str, folder: Path, spool: Path) -> Iterator[DataFile]:
    if place == STDIN:
        yield describe(_spooled(spool), STDIN_NAME, None)
        return
    if "\0" in place or not place.strip():
        raise cannot_read(place.replace("\0", "�"), "no file can have this name")
    whole = folder / Path(place).expanduser()
    table = _TABLE.match(place)
    if table is not None and not whole.exists():
        path = folder / Path(table["file"]).expanduser()
        yield describe(path, table["file"], table["table"])
    elif whole.is_dir():
        yield from _files_in(whole, place)
    elif has_magic(place) and not whole.exists():
        yield from _files_like(whole, place)
    else:
        yield describe(whole, place, None)


def _files_in(folder: Path, place: str) -> Iterator[DataFile]:
    found = sorted(p for p in folder.rglob("*") if p.is_file() and _is_data(p, folder))
    if not found:
        raise nothing_there(
            place, "the folder holds no data file", "name a file, or `folder/*.csv`"
        )
    for path in found:
        yield describe(path, str(Path(place) / path.relative_to(folder)), None)


def _is_data(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    return not hidden and name.endswith(DATA_ENDINGS)


def _files_like(pattern: Path, place: str) -> Iterator[DataFile]:
    found = sorted(p for p in glob(str(pattern), recursive=True) if Path(p).is_file())
    if not found:
        raise nothing_there(place, "no file has a name like that", None)
    for name in found:
        yield describe(Path(name), name, None)


def nothing_there(place: str, why: str, hint: str | None) -> DataError:
    """The error for a place that holds nothing to read."""
    return DataError(
        Diagnostic(
            code="F105", message=f"nothing to read at `{place}`: {why}", path=place, hint=hint
        )
    )


def _spooled(spool: Path) -> Path:
    """A copy of standard input, which is read once only."""
    target = spool / "stdin"
    with reading(STDIN_NAME), target.open("wb") as out:
        shutil.copyfileobj(sys.stdin.buffer, out)
    return target


def database_of(place: str, folder: Path) -> str | None:
    """The database that a place names, with a table (`crm.duckdb:contacts`) or without."""
    table = _TABLE.match(place)
    if table is not None and not (folder / Path(place).expanduser()).exists():
        return table["file"]
    ending = Path(place).suffix.lower()
    return place if ending in (".duckdb", ".ddb", ".db", ".sqlite", ".sqlite3") else None


def describe(path: Path, shown: str, table: str | None) -> DataFile:
    """The file at `path`, its kind told by its content."""
    with reading(shown):
        if path.is_dir():
            raise cannot_read(shown, "it is a folder")
        with path.open("rb") as file:
            head = file.read(_HEAD)
        packed = next((p for mark, p in _PACKINGS.items() if head.startswith(mark)), None)
        if packed is not None:
            head = unpacked_head(path, packed)
    kind = _kind_of(path, shown, head)
    return DataFile(path=path, shown=shown, kind=kind, table=table, packed=packed, head=head)


def unpacked_head(path: Path, packed: str) -> bytes:
    """The first bytes of what is packed in the file."""
    with open_unpacked(path, packed) as file:
        return file.read(_HEAD)


def open_unpacked(path: Path, packed: str | None) -> IO[bytes]:
    """The bytes of a file, unpacked as they are read."""
    if packed == "gzip":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    if packed == "zstd":
        return _unpacked_copy(path)
    return path.open("rb")


def _unpacked_copy(path: Path) -> IO[bytes]:
    # The engine unpacks zstd, the standard library (3.11) does not: a blob goes through a file.
    import duckdb

    out = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    with at_work(duckdb.connect()) as engine:
        found = engine.execute(
            "SELECT content FROM read_csv(?, auto_detect = false, columns = {'content': 'BLOB'},"
            " delim = '\x01', quote = '', escape = '', header = false, compression = 'zstd')",
            [str(path)],
        )
        while rows := found.fetchmany(10000):
            out.writelines(row[0] + b"\n" for row in rows)
    out.seek(0)
    return out


def _kind_of(path: Path, shown: str, head: bytes) -> Kind:
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head[8:12] == b"DUCK":
        return Kind.DUCKDB
    if head.startswith(b"SQLite format 3\0"):
        return Kind.SQLITE
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise cannot_read(
            shown, "it looks like an Excel workbook", hint="save the sheet as CSV (UTF-8)"
        )
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise cannot_read(shown, "it is empty")
    if _is_binary(head):
        raise cannot_read(
            shown,
            "it is not a kind of data file that leadcard knows",
            hint="give CSV, Parquet, JSON lines or a DuckDB file",
        )
    return Kind.JSON if _is_json(path, head) else Kind.CSV


def _is_json(path: Path, head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1]
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    return start in (b"{", b"[") and not name.endswith((".csv", ".tsv"))


def _is_binary(head: bytes) -> bool:
    """Whether control characters abound as in no text of one or two bytes a letter."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    sample = head[:8192]
    zeros = sample.count(0)
    # Letters of two bytes each: zeros at nearly every other place, and only there.
    wide = zeros * 3 > len(sample) and min(sample[0::2].count(0), sample[1::2].count(0)) < 3
    controls = sum(1 for byte in sample if byte < 32 and byte not in b"\t\n\r\f\v\0")
    return not wide and (controls + max(0, zeros - 8)) * 20 > len(sample)
