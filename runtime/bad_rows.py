"""Rows that cannot be read: counted by kind, named with file and line, and written beside the
output.

The rows are kept by number in a table of the engine; where they stand in their file and what they
hold is looked up only for those that are shown or written.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from leadcard.dsl.codes import CODES
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.locations import Kind
from leadcard.runtime.parts import NamedRow, Part, RefusedRow
from leadcard.runtime.whole_file import whole_file

TABLE = "leadcard_bad_rows"
_BATCH = 200_000
_SHOWN = 5
HEADER = ("file", "line", "problem", "column", "value", "row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A reason to leave a row out: its code, the header it is about, and SQL that is true then.

    `proof` is SQL of a cheap aggregate over the raw columns: where it is true, no row fails.
    """

    code: str
    header: str | None
    condition: str
    proof: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """One problem of one row."""

    code: str
    file: str
    place: str  # `line 12`, `row 12`
    number: int
    problem: str
    column: str | None
    value: str | None
    content: str  # the whole row as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCount:
    """How many rows of one source have one problem (in words: `problem`) in one column."""

    code: str
    source: str
    column: str | None
    problem: str
    count: int


class BadRows:
    """All rows that cannot be read."""

    def __init__(self, engine: duckdb.DuckDBPyConnection) -> None:
        self._engine = engine
        self._parts: list[Part] = []
        self._refused: list[tuple[Part, RefusedRow]] = []
        engine.execute(
            f"CREATE TABLE {TABLE} (part INTEGER, file VARCHAR, number BIGINT, code VARCHAR,"
            " header VARCHAR)"
        )

    def add_refused(self, part: Part, rows: Sequence[RefusedRow]) -> None:
        """Rows that could not be taken apart."""
        self._refused += [(part, row) for row in rows]

    def add(self, part: Part, rows: str) -> int:
        """The rows that the query `rows` gives as (file, number, code, header); how many."""
        self._parts.append(part)
        place = len(self._parts) - 1
        row = self._engine.execute(
            f"INSERT INTO {TABLE} SELECT {place}, file, number, code, header FROM ({rows})"
        ).fetchone()
        return int(row[0]) if row else 0

    @property
    def total(self) -> int:
        """How many problems there are."""
        return sum(count.count for count in self.counts)

    @property
    def counts(self) -> tuple[BadCount, ...]:
        """How many, by kind, source and column."""
        rows = self._engine.execute(
            f"SELECT code, part, header, count(*) FROM {TABLE} GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        found: dict[tuple[str, str, str | None, str], int] = {}
        for part, refused in self._refused:
            key = (refused.code, part.shown, None, refused.problem)
            found[key] = found.get(key, 0) + 1
        for code, place, header, count in rows:
            key = (code, self._parts[place].shown, header, CODES[code])
            found[key] = found.get(key, 0) + count
        return tuple(
            BadCount(code=code, source=source, column=column, problem=problem, count=count)
            for (code, source, column, problem), count in found.items()
        )

    def examples(self, limit: int = _SHOWN) -> tuple[BadRow, ...]:
        """The first rows of each kind, source and column."""
        seen: dict[tuple[str, str], int] = {}
        found = []
        for part, refused in self._refused:
            key = (refused.problem, part.shown)
            seen[key] = seen.get(key, 0) + 1
            if seen[key] <= limit:
                found.append(_of_refused(refused))
        ranked = (
            "row_number() OVER (PARTITION BY part, code, header ORDER BY file, number) AS place"
        )
        rows = (
            f"SELECT * EXCLUDE place FROM (SELECT *, {ranked} FROM {TABLE}) WHERE place <= {limit}"
        )
        return (*found, *self._named(rows))

    def rows(self) -> Iterator[BadRow]:
        """Every bad row, in the order of files and lines."""
        for _, refused in self._refused:
            yield _of_refused(refused)
        yield from self._named(f"SELECT * FROM {TABLE}")

    def _named(self, query: str) -> Iterator[BadRow]:
        reader = self._engine.cursor().execute(f"{query} ORDER BY part, file, number, code, header")
        while batch := reader.fetchmany(_BATCH):
            groups: dict[tuple[int, str], list[int]] = {}
            for place, file, number, _, _ in batch:
                groups.setdefault((place, file), []).append(number)
            names = {key: self._parts[key[0]].name_rows(key[1], ns) for key, ns in groups.items()}
            for place, file, number, code, header in batch:
                yield _named(file, number, code, header, names[place, file].get(number))

    def findings(self, *, allowed: bool) -> tuple[Diagnostic, ...]:
        """A finding for each kind, source and column: errors, or warnings where `allowed`."""
        examples = self.examples()
        severity = Severity.WARNING if allowed else Severity.ERROR
        found = []
        for count in self.counts:
            alike = [e for e in examples if (e.problem, e.column) == (count.problem, count.column)]
            shown = [e for e in alike if self._is_of(e, count.source)]
            found.append(_finding(count, shown, severity))
        return tuple(found)

    def _is_of(self, row: BadRow, source: str) -> bool:
        """Whether a row is of this source, which may be several files."""
        several = any(p.shown == source and p.kind is Kind.PARQUET for p in self._parts)
        return row.file == source or several

    def write(self, path: Path) -> None:
        """Every bad row into a CSV file, whole or not at all."""
        with whole_file(path) as target, target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADER)
            for row in self.rows():
                cells = (row.file, row.number, row.problem, row.column, row.value, row.content)
                writer.writerow(cells)


def _of_refused(row: RefusedRow) -> BadRow:
    return BadRow(
        code=row.code,
        file=row.file,
        place=row.place,
        number=row.number,
        problem=row.problem,
        column=None,
        value=None,
        content=row.content,
    )


def _named(file: str, number: int, code: str, header: str | None, row: NamedRow | None) -> BadRow:
    content = row.content if row else "{}"
    value = None
    if header is not None:
        held = json.loads(content)
        value = held.get(header) if isinstance(held, dict) else None
    return BadRow(
        code=code,
        file=file,
        place=row.place if row else f"row {number}",
        number=row.number if row else number,
        problem=CODES[code],
        column=header,
        value=None if value is None else str(value),
        content=content,
    )


_FIXES = {
    "D201": "write plain numbers (`1200`, `12.5`, `51-200`), or name the word among `missing`",
    "D202": "write times as `2026-11-21` or `2026-11-21T12:00:00Z`",
    "D203": "write `yes` or `no`",
    "D204": "give every row the id of its lead",
    "D205": "keep one row, or name the column that decides: `wins:` in leadcard.yaml",
    "D206": "give the file with those leads too",
    "D207": "write one JSON object on each line",
    "D208": "save the file as UTF-8",
    "D209": "give every event its time",
    "D210": "give every event its verb",
    "D211": "use the id of the lead instead of its address",
}


_QUOTE = "put quotes around values that hold the delimiter or a line end"
_PROBLEM_FIXES = {
    "the row has fewer cells than the header": "fill the row up with delimiters, one for each "
    "cell that is missing",
    "the row has more cells than the header": f"{_QUOTE}, or take the cells out",
    "a quote is not closed, or text follows it": "write a quote inside a value twice: "
    '`"say ""yes"" to it"`',
    "the line is too long": "see whether a quote before it is not closed",
    "the row cannot be taken apart": _QUOTE,
}


def _finding(count: BadCount, shown: list[BadRow], severity: Severity) -> Diagnostic:
    rows = "1 row" if count.count == 1 else f"{count.count:,} rows"
    column = f" in `{count.column}`" if count.column else ""
    message = f"{rows} of `{count.source}`: {count.problem}{column}"
    first = shown[0] if shown else None
    if first is not None:
        places = ", ".join(row.place for row in shown[:_SHOWN])
        more = ", …" if count.count > len(shown) else ""
        value = f", such as `{first.value}`" if first.value not in (None, "") else ""
        message = f"{message}{value} ({places}{more})"
    return Diagnostic(
        code=count.code,
        message=message,
        path=first.file if first else count.source,
        hint=_PROBLEM_FIXES.get(count.problem, _FIXES[count.code]),
        severity=severity,
    )
