"""CSV files → parts: the delimiter, the encoding, the header, and true line numbers of rows.

The engine is told everything (delimiter, columns, all of them text), so that it guesses nothing. It
sets aside the rows that do not fit; where a row stands is found afterwards, and only when a row has
to be named, by reading the file a second time and counting lines.
"""

from __future__ import annotations

import codecs
import csv
import string
from dataclasses import dataclass
from pathlib import Path

import duckdb

from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.csv_lines import LineFinder
from leadcard.runtime.data_error import DataError, cannot_read, reading
from leadcard.runtime.locations import DataFile, Kind, open_unpacked
from leadcard.runtime.parts import Part, as_path
from leadcard.runtime.sql_text import text

DELIMITERS = (",", ";", "\t", "|")
_LONGEST_LINE = 16 * 1024 * 1024
csv.field_size_limit(_LONGEST_LINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a CSV file is written: its delimiter, its headers, and the lines before its first row."""

    delimiter: str
    headers: tuple[str, ...]
    skip: int  # lines before the header
    first: int  # lines up to the end of the header


def open_csv(engine: duckdb.DuckDBPyConnection, file: DataFile, spool: Path) -> Part:
    """The CSV file as a part; files that are not UTF-8 are rewritten in the folder `spool`."""
    encoding = encoding_of(file)
    notes = (encoding_note(file, encoding),) if encoding != "utf-8" else ()
    if notes or (b"\r" in file.head and b"\n" not in file.head):
        file = recoded(file, encoding, spool)
    return _part(engine, file, layout_of(file), notes, spool)


def encoding_of(file: DataFile) -> str:
    """The encoding of a text file: by its mark, by zeros at every other place, else by all its
    bytes.

    A file that is neither UTF-8 nor a Latin text raises `DataError`: what it says would be a guess.
    """
    head = file.head
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = head[:4096]
    if sample.count(0) * 3 > len(sample):
        return "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"
    bad = good = high = letters = 0
    with reading(file.shown), open_unpacked(file.path, file.packed) as content:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while block := content.read(1 << 20):
            if block.isascii() and not decoder.getstate()[0]:
                continue
            decoded = decoder.decode(block)
            above = len(block.translate(None, _ASCII))
            wrong = decoded.count("\ufffd") - block.count(_REPLACEMENT)
            bad += max(0, wrong)
            good += len(decoded) - (len(block) - above) - wrong
            high += above
            letters += len(block) - len(block.translate(None, _LETTERS))
    if bad <= good:
        return "utf-8"
    if high * 3 > letters + high:
        raise DataError(
            Diagnostic(
                code="F103",
                message=f"`{file.shown}` is not UTF-8 text",
                path=file.shown,
                hint="save the file as UTF-8",
            )
        )
    return "cp1252"


_REPLACEMENT = "\ufffd".encode()
_ASCII = bytes(range(128))
_LETTERS = string.ascii_letters.encode()


def encoding_note(file: DataFile, encoding: str) -> Diagnostic:
    """What to tell of a file that is not UTF-8."""
    called = "Latin-1 (Windows-1252)" if encoding == "cp1252" else "UTF-16"
    return Diagnostic(
        code="D120",
        message=f"`{file.shown}` is not UTF-8; it is read as {called}",
        path=file.shown,
        hint="if letters look wrong, save the file as UTF-8",
        severity=Severity.NOTE,
    )


def recoded(file: DataFile, encoding: str, spool: Path) -> DataFile:
    """The same file as UTF-8 in `spool`, its line ends never a lone carriage return."""
    target = spool / f"{len(list(spool.iterdir()))}.txt"
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with (
        reading(file.shown),
        open_unpacked(file.path, file.packed) as old,
        target.open("wb") as new,
    ):
        ends = b"\n" if b"\n" in file.head else b"\r"
        while block := old.read(1 << 20):
            new.write(decoder.decode(block).encode("utf-8").replace(ends, b"\n"))
        new.write(decoder.decode(b"", True).encode("utf-8"))
    with target.open("rb") as again:
        head = again.read(len(file.head) or 1)
    return DataFile(
        path=target, shown=file.shown, kind=file.kind, table=file.table, packed=None, head=head
    )


def layout_of(file: DataFile) -> Layout:
    """The layout of a CSV file, from its first lines."""
    whole = file.head.decode("utf-8", "replace").removeprefix("\ufeff")
    lines = whole.splitlines(keepends=True)
    blank = next((n for n, line in enumerate(lines) if line.strip()), 0)
    told = None
    if lines[blank].lower().startswith("sep=") and len(lines[blank].strip()) == 5:
        told, blank = lines[blank].strip()[4], blank + 1
    best: tuple[tuple[float, int], Layout] | None = None
    for delimiter in (told,) if told else DELIMITERS:
        rows = _rows(lines[blank:], delimiter)
        if not rows:
            raise cannot_read(file.shown, "it has no header")
        headers, used = rows[0]
        same = sum(len(cells) == len(headers) for cells, _ in rows) / len(rows)
        layout = Layout(delimiter=delimiter, headers=tuple(headers), skip=blank, first=blank + used)
        rank = (same if len(headers) > 1 else 0.0, len(headers))
        if best is None or rank > best[0]:
            best = (rank, layout)
    assert best is not None
    return best[1]


def _rows(lines: list[str], delimiter: str) -> list[tuple[list[str], int]]:
    """The first rows under a delimiter, with the number of lines read so far."""
    reader = csv.reader(iter(lines), delimiter=delimiter)
    found: list[tuple[list[str], int]] = []
    try:
        for cells in reader:
            if cells:
                found.append((cells, reader.line_num))
            if len(found) == 200:
                break
    except csv.Error:
        pass  # what was read up to here is enough to tell the layout
    # The last row may be cut off by the end of what was read.
    return found[:-1] if len(found) > 2 else found


def _part(
    engine: duckdb.DuckDBPyConnection,
    file: DataFile,
    layout: Layout,
    notes: tuple[Diagnostic, ...],
    spool: Path,
) -> Part:
    columns = tuple(f"c{n}" for n in range(len(layout.headers)))
    mark = len(engine.execute("SELECT 1 FROM duckdb_tables()").fetchall())
    rejects = f"leadcard_refused_{mark}_{abs(hash(str(file.path))) % 10**8}"
    options = ", ".join(
        (
            "auto_detect = false, header = true, strict_mode = true, quote = '\"', escape = '\"'",
            f"delim = {text(layout.delimiter)}, skip = {layout.skip}",
            f"max_line_size = {_LONGEST_LINE}",
            "columns = {" + ", ".join(f"'{c}': 'VARCHAR'" for c in columns) + "}",
            *((f"compression = '{file.packed}'",) if file.packed else ()),
        )
    )
    plain = f"read_csv({as_path(file.path)}, {options}, ignore_errors = true)"

    def storing(table: str) -> str:
        return (
            f"read_csv({as_path(file.path)}, {options}, store_rejects = true,"
            f" rejects_table = '{table}', rejects_scan = '{table}_scan')"
        )

    finder = LineFinder(
        engine,
        file,
        delimiter=layout.delimiter,
        headers=layout.headers,
        first=layout.first,
        rejects=rejects,
        again=storing(f"{rejects}_again"),
    )
    return Part(
        shown=file.shown,
        kind=Kind.CSV,
        headers=layout.headers,
        columns=columns,
        types=("VARCHAR",) * len(columns),
        plain=plain,
        numbered=f"(SELECT *, {text(file.shown)} AS __file, row_number() OVER () AS __row"
        f" FROM {storing(rejects)})",
        typed=False,
        name_rows=finder.name_rows,
        refused=finder.refused,
        notes=notes,
    )
