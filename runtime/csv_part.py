"""CSV files → parts: the delimiter, the encoding, the header, and true line numbers of rows.

The engine is told everything (delimiter, columns, all of them text), so that it guesses nothing. It
sets aside the rows that do not fit; where a row stands is found afterwards, and only when a row has
to be named, by reading the file a second time and counting lines.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.data_error import DataError, cannot_read, reading
from leadcard.runtime.locations import DataFile, Kind, open_unpacked
from leadcard.runtime.parts import NamedRow, Part, RefusedRow, as_path
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
            decoded = decoder.decode(block)
            if block.isascii() or decoded.isascii():
                continue
            wrong = decoded.count("\ufffd") - block.count(_REPLACEMENT)
            bad += max(0, wrong)
            good += len(_NOT_ASCII.findall(decoded)) - wrong
            high += len(_HIGH.findall(block))
            letters += len(_LETTERS.findall(block))
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
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_HIGH = re.compile(rb"[\x80-\xff]")
_LETTERS = re.compile(rb"[A-Za-z]")


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
    storing = (
        f"read_csv({as_path(file.path)}, {options}, store_rejects = true,"
        f" rejects_table = '{rejects}', rejects_scan = '{rejects}_scan')"
    )
    finder = _LineFinder(engine, file, layout, rejects)
    return Part(
        shown=file.shown,
        kind=Kind.CSV,
        headers=layout.headers,
        columns=columns,
        types=("VARCHAR",) * len(columns),
        plain=plain,
        numbered=f"(SELECT *, {text(file.shown)} AS __file, row_number() OVER () AS __row"
        f" FROM {storing})",
        typed=False,
        name_rows=finder.name_rows,
        refused=finder.refused,
        notes=notes,
    )


_PROBLEMS = {
    "MISSING COLUMNS": ("D207", "the row has fewer cells than the header"),
    "TOO MANY COLUMNS": ("D207", "the row has more cells than the header"),
    "UNQUOTED VALUE": ("D207", "a quote is not closed, or text follows it"),
    "LINE SIZE OVER MAXIMUM": ("D207", "the line is too long"),
    "INVALID ENCODING": ("D208", "the row holds bytes that are no text"),
    "INVALID STATE": ("D207", "the row cannot be taken apart"),
}


class _LineFinder:
    """Finds the lines of rows: of those set aside by their byte, of others by counting rows."""

    def __init__(
        self, engine: duckdb.DuckDBPyConnection, file: DataFile, layout: Layout, rejects: str
    ) -> None:
        self._engine, self._file, self._layout, self._rejects = engine, file, layout, rejects

    def refused(self) -> tuple[RefusedRow, ...]:
        """The rows that the engine set aside, once each."""
        rows = self._engine.execute(
            "SELECT line_byte_position, error_type::VARCHAR, csv_line"
            f" FROM {self._rejects} ORDER BY 1"
        ).fetchall()
        kinds: dict[int, tuple[str, str]] = {}
        for position, kind, line in rows:
            kinds.setdefault(position - 1, (kind, line))
        lines = self._lines_at(list(kinds))
        return tuple(
            RefusedRow(
                code=_PROBLEMS[kind][0],
                file=self._file.shown,
                place=f"line {lines[start]}",
                number=lines[start],
                problem=_PROBLEMS[kind][1],
                content=json.dumps({"line": line}, ensure_ascii=False),
            )
            for start, (kind, line) in kinds.items()
        )

    def _lines_at(self, starts: list[int]) -> dict[int, int]:
        """The numbers of the lines that begin at or before these bytes of the (unpacked) file."""
        found, wanted = {}, iter(sorted(starts))
        at, line = 0, 0
        start = next(wanted, None)
        with open_unpacked(self._file.path, self._file.packed) as file:
            for raw in file:
                line += 1
                while start is not None and start < at + len(raw):
                    # The engine may count the end of a blank line to the row after it.
                    if not raw[max(0, start - at) :].strip():
                        break
                    found[start] = line
                    start = next(wanted, None)
                if start is None:
                    break
                at += len(raw)
        return found | {s: line for s in starts if s not in found}

    def name_rows(self, _: str, numbers: Iterable[int]) -> dict[int, NamedRow]:
        """Lines and contents of rows, by reading the file again as the engine read it."""
        wanted = set(numbers)
        found: dict[int, NamedRow] = {}
        headers = unique(self._layout.headers)
        for number, (line, cells) in enumerate(self._kept_rows(), start=1):
            if number in wanted:
                content = dict(zip(headers, cells, strict=False))
                found[number] = NamedRow(
                    place=f"line {line}",
                    number=line,
                    content=json.dumps(content, ensure_ascii=False),
                )
                if len(found) == len(wanted):
                    break
        return found

    def _kept_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row that the engine kept, with the line on which it begins."""
        positions = self._engine.execute(
            f"SELECT DISTINCT line_byte_position - 1 FROM {self._rejects}"
        ).fetchall()
        refused = set(self._lines_at([row[0] for row in positions]).values())
        with open_unpacked(self._file.path, self._file.packed) as file:
            lines = _CountedLines(file)
            reader = csv.reader(lines, delimiter=self._layout.delimiter)
            single = len(self._layout.headers) == 1
            while True:
                lines.mark()
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    continue
                # A blank line is a row with an empty cell where there is a single column.
                kept = lines.first > self._layout.first and (cells or single)
                if kept and refused.isdisjoint(range(lines.first, lines.last + 1)):
                    yield lines.first, cells


class _CountedLines:
    """The lines of a file as texts; knows on which lines a row stands."""

    def __init__(self, file: Iterable[bytes]) -> None:
        self._file = iter(file)
        self.first = self.last = 0

    def mark(self) -> None:
        """A new row begins with the next line."""
        self.first = self.last + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = next(self._file)
        self.last += 1
        return raw.decode("utf-8", "replace").replace("\0", "\ufffd")


def unique(headers: Iterable[str]) -> list[str]:
    """Headers with a number after those that stand twice."""
    seen: Counter[str] = Counter()
    out = []
    for header in headers:
        seen[header] += 1
        out.append(header if seen[header] == 1 else f"{header} ({seen[header]})")
    return out
