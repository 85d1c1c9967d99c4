"""Where the rows of a CSV file stand: true line numbers, found by reading the file a second time.

The engine numbers the rows that it keeps and remembers the bytes at which it set others aside, but
knows no lines. Rows are counted again here, as the engine took them apart. Only after a quote that
it could not make sense of is it unclear where the engine went on; then its rows are read again too,
and each is looked for in the lines that follow.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from leadcard.runtime.locations import DataFile, open_unpacked
from leadcard.runtime.parts import NamedRow, RefusedRow

_QUOTES = "UNQUOTED VALUE"
_PROBLEMS = {
    "MISSING COLUMNS": ("D207", "the row has fewer cells than the header"),
    "TOO MANY COLUMNS": ("D207", "the row has more cells than the header"),
    _QUOTES: ("D207", "a quote is not closed, or text follows it"),
    "LINE SIZE OVER MAXIMUM": ("D207", "the line is too long"),
    "INVALID ENCODING": ("D208", "the row holds bytes that are no text"),
    "INVALID STATE": ("D207", "the row cannot be taken apart"),
}
_LOOK_AHEAD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A row that the engine set aside: the line on which it begins, how many it has, and why."""

    line: int
    lines: int
    kind: str
    text: str


class LineFinder:
    """Finds the lines of rows of one file: of those set aside, and of those kept."""

    def __init__(
        self,
        engine: duckdb.DuckDBPyConnection,
        file: DataFile,
        *,
        delimiter: str,
        headers: Sequence[str],
        first: int,
        rejects: str,
        again: str,
    ) -> None:
        self._engine, self._file = engine, file
        self._delimiter, self._headers, self._first = delimiter, tuple(headers), first
        self._rejects, self._again = rejects, again
        self._found: list[SetAside] | None = None

    def refused(self) -> tuple[RefusedRow, ...]:
        """The rows that the engine set aside, once each."""
        return tuple(
            RefusedRow(
                code=_PROBLEMS[row.kind][0],
                file=self._file.shown,
                place=f"line {row.line}",
                number=row.line,
                problem=_PROBLEMS[row.kind][1],
                content=json.dumps({"line": row.text}, ensure_ascii=False),
            )
            for row in self._set_aside()
        )

    def name_rows(self, _: str, numbers: Iterable[int]) -> dict[int, NamedRow]:
        """Lines and contents of the rows with these numbers."""
        wanted = set(numbers)
        found: dict[int, NamedRow] = {}
        headers = unique(self._headers)
        unclear = any(row.kind == _QUOTES for row in self._set_aside())
        rows = self._matched_rows() if unclear else self._counted_rows()
        for number, (line, cells) in enumerate(rows, start=1):
            if number in wanted:
                content = json.dumps(dict(zip(headers, cells, strict=False)), ensure_ascii=False)
                place = f"row {number}" if line is None else f"line {line}"
                found[number] = NamedRow(place=place, number=line or number, content=content)
                if len(found) == len(wanted):
                    break
        return found

    # --- rows set aside ---------------------------------------------------------------------------

    def _set_aside(self) -> list[SetAside]:
        if self._found is None:
            # Of a row with a bad quote only the place of the quote is sure; the beginning that the
            # engine gives may be that of the row before.
            rows = self._engine.execute(
                f"SELECT CASE error_type::VARCHAR WHEN '{_QUOTES}' THEN byte_position"
                " ELSE line_byte_position END - 1 AS place, min(error_type::VARCHAR), min(csv_line)"
                f" FROM {self._rejects} GROUP BY place ORDER BY place"
            ).fetchall()
            self._found = self._located([(int(at), kind, text or "") for at, kind, text in rows])
        return self._found

    def _located(self, rows: list[tuple[int, str, str]]) -> list[SetAside]:
        found: dict[int, SetAside] = {}
        waiting = deque(rows)
        line, begin, raw = 0, 0, b""
        with open_unpacked(self._file.path, self._file.packed) as file:
            for line, raw in enumerate(file, start=1):
                # The place may be the end of the line before, or of a blank one.
                while waiting and raw[max(0, waiting[0][0] - begin) :].strip():
                    if waiting[0][0] >= begin + len(raw):
                        break
                    found.setdefault(line, _set_aside(line, raw, *waiting.popleft()[1:]))
                begin += len(raw)
                if not waiting:
                    break
        for _, kind, text in waiting:
            found.setdefault(line, _set_aside(line, raw, kind, text))
        return list(found.values())

    # --- rows kept --------------------------------------------------------------------------------

    def _counted_rows(self) -> Iterator[tuple[int | None, list[str]]]:
        """Every row that the engine kept, with the line on which it begins."""
        aside = {row.line: row.lines for row in self._set_aside()}
        single = len(self._headers) == 1
        with open_unpacked(self._file.path, self._file.packed) as file:
            lines = _CountedLines(file)
            while True:
                while lines.last + 1 in aside:
                    lines.skip(aside[lines.last + 1])
                begin = lines.last + 1
                cells = lines.row(self._delimiter)
                if cells is None:
                    return
                # A blank line is a row with an empty cell where there is a single column.
                if begin > self._first and (cells or single):
                    yield begin, cells

    def _matched_rows(self) -> Iterator[tuple[int | None, list[str]]]:
        """Every row of the engine with the line, after that of the row before, that holds it."""
        # Read in the same way as before: merely told to ignore errors, the engine loses other rows.
        for table in (f"{self._rejects}_again", f"{self._rejects}_again_scan"):
            self._engine.execute(f"DROP TABLE IF EXISTS {table}")
        rows = self._engine.cursor().execute(f"SELECT * FROM {self._again}")
        with open_unpacked(self._file.path, self._file.packed) as file:
            lines = _CountedLines(file)
            lines.skip(self._first)
            while batch := rows.fetchmany(10_000):
                for values in batch:
                    cells = ["" if value is None else str(value) for value in values]
                    yield lines.find(cells, self._delimiter), cells


def _set_aside(line: int, raw: bytes, kind: str, text: str) -> SetAside:
    stripped = text.strip("\r\n")
    if kind == _QUOTES:
        stripped = raw.decode("utf-8", "replace").rstrip("\r\n")
    return SetAside(line=line, lines=stripped.count("\n") + 1, kind=kind, text=stripped)


class _CountedLines:
    """The lines of a file as texts; `last` is the number of the one read last."""

    def __init__(self, file: Iterable[bytes]) -> None:
        self._file = iter(file)
        self._ahead: deque[str] = deque()
        self.last = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else self._read()
        self.last += 1
        return line

    def _read(self) -> str:
        # The reader of the standard library refuses NUL.
        return next(self._file).decode("utf-8", "replace").replace("\0", "\ufffd")

    def skip(self, count: int) -> None:
        """Leave out the next lines."""
        for _ in range(count):
            next(self, None)

    def row(self, delimiter: str) -> list[str] | None:
        """The cells of the row that begins with the next line; None at the end."""
        # A new reader for each row: a row set aside must not confuse what follows.
        try:
            return next(csv.reader(self, delimiter=delimiter))
        except StopIteration:
            return None
        except csv.Error:
            return []

    def find(self, cells: Sequence[str], delimiter: str) -> int | None:
        """The number of the next line that holds the row `cells`; reads on up to its end."""
        while len(self._ahead) < _LOOK_AHEAD:
            try:
                self._ahead.append(self._read())
            except StopIteration:
                break
        for skipped in range(len(self._ahead)):
            if not self._ahead[skipped].strip("\r\n") and any(cells):
                continue
            reader = csv.reader(list(self._ahead)[skipped:], delimiter=delimiter)
            try:
                read = next(reader, [])
            except csv.Error:
                continue
            if _same(read, cells):
                begin = self.last + skipped + 1
                for _ in range(skipped + reader.line_num):
                    self._ahead.popleft()
                self.last += skipped + reader.line_num
                return begin
        return None


def _same(read: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a row read here is the row of the engine, which forgives one empty cell too many."""
    kept = [cell.replace("\0", "\ufffd") for cell in cells]
    return list(read[: len(kept)]) == kept and not any(read[len(kept) :])


def unique(headers: Iterable[str]) -> list[str]:
    """Headers with a number after those that stand twice."""
    seen: Counter[str] = Counter()
    out = []
    for header in headers:
        seen[header] += 1
        out.append(header if seen[header] == 1 else f"{header} ({seen[header]})")
    return out
