"""The SELECT that turns a part into columns of ours: raw → values → checked rows.

Three levels, so that nothing is worked out twice: `r0 …` are the raw columns, `v0 …` the values
read from them, and the outermost gives the values their names beside `__mask`, the bits of the
checks that a row fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb

from leadcard.compiler.vocabulary import TRUTH_OF_NUMBERS, Unless
from leadcard.runtime.bad_rows import Check
from leadcard.runtime.parts import Part
from leadcard.runtime.sql_text import is_blank, name, text
from leadcard.runtime.value_reading import VALUE, Engine, Reading, engine_type, plain_text

MASK, ROW, FILE = "__mask", "__row", "__file"


@dataclass(slots=True, kw_only=True)
class PartQuery:
    """Columns and checks collected for one part; see `select`."""

    part: Part
    raw: dict[int, str] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    outputs: list[tuple[str, str]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    filters: list[str] = field(default_factory=list)
    cheap: bool = True

    def column(self, place: int) -> str:
        """The alias of the raw column at `place`."""
        return self.raw.setdefault(place, f"r{len(self.raw)}")

    def declared(self, place: int) -> str:
        """The engine's type of the raw column at `place`."""
        return self.part.types[place]

    def add(self, output: str, reading: Reading, *, code: str, header: str, check: bool) -> str:
        """A column of ours, checked if `check`; its alias among the values."""
        alias = self.hidden(reading.value)
        self.outputs.append((output, alias))
        self.kinds[output] = reading.kind
        self.cheap = self.cheap and reading.cheap
        if check and reading.bad is not None:
            self.fails(code, header, reading.bad.replace(VALUE, alias))
        return alias

    def hidden(self, value: str) -> str:
        """A value that is used but not given out; its alias."""
        self.values.append(value)
        return f"v{len(self.values) - 1}"

    def fails(
        self, code: str, header: str | None, condition: str, *, proof: str | None = None
    ) -> None:
        """Rows for which `condition` is true are bad; none is where `proof` holds (see `Check`)."""
        check = Check(code=code, header=header, condition=condition, proof=proof)
        self.checks.append(check)

    def never_null(self, place: int) -> str | None:
        """SQL of an aggregate: the raw column at `place` of a typed part is never NULL.

        The engine answers it from the statistics of Parquet files, without reading the column.
        """
        if not self.part.typed:
            return None
        return f"count({name(self.part.columns[place])}) = count(*)"

    def is_clean(self, engine: duckdb.DuckDBPyConnection) -> bool:
        """Whether no row of a typed part fails a check, found out as cheaply as can be."""
        proofs = [check.proof for check in self.checks if check.proof is not None]
        proven = False
        if proofs:
            shown = " AND ".join(f"({proof})" for proof in proofs)
            row = engine.execute(f"SELECT {shown} FROM {self.part.plain}").fetchone()
            proven = bool(row and row[0])
        open_checks = [c for c in self.checks if c.proof is None or not proven]
        if not open_checks:
            return True
        # Only the columns of these checks are read.
        failed = " OR ".join(f"({check.condition})" for check in open_checks)
        values = self.values_query(numbered=False)
        row = engine.execute(f"SELECT count(*) FROM ({values}) WHERE {failed}").fetchone()
        return not (row and row[0])

    def where(self, conditions: Sequence[tuple[str, object]], places: dict[str, int]) -> None:
        """Only rows whose column has the wanted value (or one of them)."""
        for column, wanted in conditions:
            place = places[column]
            raw, declared = self.column(place), self.declared(place)
            options = wanted if isinstance(wanted, tuple) else (wanted,)
            tests = " OR ".join(meets(raw, declared, option) for option in options)
            self.filters.append(f"({tests})")

    def without(
        self, conditions: Sequence[Unless], places: dict[str, int], *, unless: int | None = None
    ) -> None:
        """No rows whose column has the value (or one of them), except rows with a value in the
        column at `unless`.
        """
        for condition in conditions:
            place = places.get(condition.column)
            if place is None:
                continue
            raw, declared = self.column(place), self.declared(place)
            wanted = condition.wanted
            options = wanted if isinstance(wanted, tuple) else (wanted,)
            tests = " OR ".join(meets(raw, declared, option) for option in options)
            kept = f"NOT coalesce({tests}, false)"
            if unless is not None:
                value = plain_text(self.column(unless), self.declared(unless))
                kept = f"({kept} OR NOT ({is_blank(value)}))"
            self.filters.append(kept)

    def values_query(self, *, numbered: bool, narrowed: bool = True) -> str:
        """The query of raw columns and values; `narrowed` to the rows that conditions let in."""
        values = [f"{value} AS v{n}" for n, value in enumerate(self.values)]
        rows = self._rows(numbered=numbered, narrowed=narrowed)
        return f"SELECT *, {', '.join(values)} FROM {rows}"

    def spoken_query(self, value: str, most: int) -> str:
        """The different values, of SQL on raw columns, in the rows that conditions let in."""
        return f"SELECT DISTINCT {value} FROM {self._rows(numbered=False)} LIMIT {most}"

    def _rows(self, *, numbered: bool, narrowed: bool = True) -> str:
        """The raw columns that are used, under their aliases, of the rows that are let in."""
        part = self.part
        raw = [f"{name(part.columns[place])} AS {alias}" for place, alias in self.raw.items()]
        extra = [ROW, FILE] if numbered else []
        source = part.numbered if numbered else part.plain
        kept = f" WHERE {' AND '.join(self.filters)}" if self.filters and narrowed else ""
        return f"(SELECT {', '.join([*raw, *extra]) or '1'} FROM {source}){kept}"

    @property
    def mask(self) -> str:
        """SQL for the bits of the failed checks."""
        bits = [
            f"CASE WHEN {check.condition} THEN {1 << n} ELSE 0 END"
            for n, check in enumerate(self.checks)
        ]
        return " + ".join(bits) if bits else "0"

    def select(self, *, numbered: bool, masked: bool, extra: Sequence[str] = ()) -> str:
        """The query of our columns, with `__mask` and with `__row`, `__file` as asked."""
        columns = [f"{alias} AS {name(output)}" for output, alias in self.outputs]
        columns += [f"({self.mask})::BIGINT AS {MASK}"] if masked else []
        columns += [ROW, FILE] if numbered else []
        chosen = ", ".join([*columns, *extra])
        return f"SELECT {chosen} FROM ({self.values_query(numbered=numbered)})"


def bad_rows_query(masked: str, checks: Sequence[Check]) -> str:
    """Rows (file, number, code, header) from a query with mask, row and file: one for each failed
    check.
    """
    branches = [
        f"SELECT {FILE} AS file, {ROW} AS number, {text(check.code)} AS code,"
        f" {text(check.header) if check.header is not None else 'NULL'} AS header"
        f" FROM failed WHERE {MASK} & {1 << n} <> 0"
        for n, check in enumerate(checks)
    ]
    failed = f"SELECT {FILE}, {ROW}, {MASK} FROM ({masked}) WHERE {MASK} <> 0"
    return f"WITH failed AS MATERIALIZED ({failed}) {' UNION ALL '.join(branches)}"


def meets(raw: str, declared: str, wanted: object) -> str:
    """SQL for: the raw value is `wanted` of leadcard.yaml, whatever type it has."""
    kind = engine_type(declared)
    if wanted is None:
        return f"{raw} IS NULL OR {plain_text(raw, declared)} = ''"
    if isinstance(wanted, bool):
        if kind is Engine.BOOLEAN:
            return raw if wanted else f"NOT {raw}"
        words = "'true', 't', 'yes', 'y', '1'" if wanted else "'false', 'f', 'no', 'n', '0'"
        return f"lower({plain_text(raw, declared)}) IN ({words})"
    if isinstance(wanted, (int, Decimal)):
        said = plain_text(raw, declared)
        is_number = f"TRY_CAST({said} AS DECIMAL(38, 6)) = {wanted}"
        truth = TRUTH_OF_NUMBERS.get(Decimal(wanted))
        return f"({is_number}) IS TRUE OR lower({said}) = '{truth}'" if truth else is_number
    return f"{plain_text(raw, declared)} = {text(str(wanted))}"
