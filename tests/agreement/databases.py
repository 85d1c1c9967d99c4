"""Cases on databases other than DuckDB, each as its statement finds its tables there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import Any, Protocol

from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf
from leadcard.compiler.plan import Plan
from tests import oracle_values as read
from tests.agreement import mariadb_server, postgres_server
from tests.agreement.bigquery_inside import BigQuery
from tests.agreement.clickhouse_inside import Inside
from tests.agreement.engines import Results, event_types, facts_of, from_row, lead_types
from tests.agreement.spark_session import Spark
from tests.strategies import Case


class Engine(Protocol):
    """A database that cases are run on."""

    def connection(self) -> Any:
        """What reaches it, made at the first call."""

    def held(self, case: Case) -> Case:
        """The case as its tables can hold it."""

    def results(self, case: Case, plan: Plan) -> Results:
        """What the statement says."""


class Connection(Protocol):
    """As much of a database connection as is needed here."""

    def cursor(self) -> Any:
        """A cursor."""


@dataclass(kw_only=True)
class Database:
    """A database: how to reach it, its types, and how values are sent to it."""

    dialect: str
    connect: Callable[[], Connection]
    types: Mapping[str, str]
    held: Callable[[Case], Case]
    sent: Callable[[object], object]
    mark: str
    quote: str = '"'
    _lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _open: Connection | None = None

    def results(self, case: Case, plan: Plan) -> Results:
        """What the statement says."""
        cursor = self.connection().cursor()
        self._fill(cursor, "leads", lead_types(case), case.leads)
        self._fill(cursor, "events", event_types(case), case.events)
        self._fill_lists(cursor, plan)
        when = AsOf(literal=case.as_of)
        statement = to_sql(
            plan, dialect=self.dialect, reasons=True, as_of=when, facts=facts_of(case, plan)
        )
        cursor.execute(statement)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        results = {row["lead_id"]: from_row(_plain(row), plan) for row in rows}
        assert len(results) == len(rows), "a lead has two rows"
        return results

    def connection(self) -> Connection:
        """The one connection, made at the first call."""
        if self._open is None:
            self._open = self.connect()
        return self._open

    def _fill(
        self, cursor: Any, table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]
    ) -> None:
        quote = self.quote
        made = ", ".join(
            quote + name.replace(quote, 2 * quote) + quote + " " + self.types[kind]
            for name, kind in columns.items()
        )
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TABLE {table} ({made})")
        marks = ", ".join(self.mark for _ in columns)
        values = [[self.sent(row.get(name)) for name in columns] for row in rows]
        if values:
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", values)

    def _fill_lists(self, cursor: Any, plan: Plan) -> None:
        if not self._lists:
            cursor.execute("CREATE TABLE leadcard_lists (list TEXT, value TEXT)")
            self._lists[""] = ()
        for each in plan.lists:
            if self._lists.get(each.name) != each.entries:
                self._lists[each.name] = each.entries
                cursor.execute(f"DELETE FROM leadcard_lists WHERE list = {self.mark}", [each.name])
                rows = [[each.name, entry] for entry in each.entries]
                added = f"INSERT INTO leadcard_lists VALUES ({self.mark}, {self.mark})"
                cursor.executemany(added, rows)


def missing(name: str) -> str | None:
    """Why a database cannot be reached; None if it can."""
    try:
        DATABASES[name].connection()
    except (ImportError, postgres_server.NoServer) as error:
        return str(error)
    return None


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the types that the oracle uses."""
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if name == "as_of":
        return read.instant(datetime.fromisoformat(value) if isinstance(value, str) else value)
    if name in ("disqualified", "must_haves") and value is not None:
        return bool(value)
    return Decimal(repr(value)) if isinstance(value, float) else value


def _changed(case: Case, change: Callable[[object], object]) -> Case:
    """A case with other values in its rows."""
    return replace(
        case,
        leads=tuple({k: change(v) for k, v in row.items()} for row in case.leads),
        events=tuple(
            {k: v if k == "at" else change(v) for k, v in row.items()} for row in case.events
        ),
    )


# --- PostgreSQL -----------------------------------------------------------------------------------


def _without_nul(value: object) -> object:
    """A text in PostgreSQL cannot hold NUL."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def _postgres() -> Connection:
    import psycopg

    connection: Connection = psycopg.connect(postgres_server.connection_text(), autocommit=True)
    return connection


# --- SQLite ---------------------------------------------------------------------------------------


def _as_text(value: object) -> object:
    """SQLite has no decimals and no instants: columns of them are texts."""
    match value:
        case Decimal():
            return format(value, "f")
        case datetime() | date():
            return value.isoformat()
        case bool():
            return "true" if value else "false"
    return _without_nul(value)


def _held_by_sqlite(case: Case) -> Case:
    """A case whose columns are all text, whole numbers or floating point."""
    text = ("decimal", "time", "plain time", "date", "boolean")
    typed = {c: "text" if kind in text and c != "at" else kind for c, kind in case.typed.items()}
    return replace(_changed(case, _as_text), typed=typed)


def _sent_to_sqlite(value: object) -> object:
    """Instants are UTC text, with or without saying so."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(sep=" ")
    return value


@cache
def _sqlite() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


# --- MariaDB and ClickHouse -----------------------------------------------------------------------


def _finite(value: object) -> object:
    """MariaDB has neither infinity nor NaN."""
    return None if isinstance(value, float) and not isfinite(value) else value


def _sent_to_mariadb(value: object) -> object:
    """Instants are in UTC, without saying so."""
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _held_by_clickhouse(case: Case) -> Case:
    """A case without instants and days before 1900 and after 2299."""
    held = _changed(case, _late_enough)
    return replace(held, events=tuple(row | {"at": _late_enough(row["at"])} for row in held.events))


def _late_enough(value: object) -> object:
    return None if isinstance(value, date) and not 1900 < value.year < 2299 else value


def _sent_to_clickhouse(value: object) -> object:
    """Values travel as JSON, in which only numbers and texts are plain."""
    match value:
        case datetime():
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
        case float() if not isfinite(value):
            return str(value)
        case Decimal() | date():
            return str(value)
    return value


# --------------------------------------------------------------------------------------------------

# They take half a minute to start, or seconds to plan a statement: no part of the quick tests.
SLOW = frozenset({"bigquery", "clickhouse", "spark"})

DATABASES: Mapping[str, Engine] = {
    "bigquery": BigQuery(),
    "spark": Spark(),
    "postgres": Database(
        dialect="postgres",
        connect=_postgres,
        types={
            "text": "TEXT",
            "decimal": "NUMERIC(38, 6)",
            "double": "DOUBLE PRECISION",
            "integer": "BIGINT",
            "time": "TIMESTAMPTZ",
            "plain time": "TIMESTAMP",
            "date": "DATE",
            "boolean": "BOOLEAN",
        },
        held=lambda case: _changed(case, _without_nul),
        sent=lambda value: value,
        mark="%s",
    ),
    "mariadb": Database(
        dialect="mariadb",
        connect=mariadb_server.connected,
        types={
            "text": "TEXT",
            "decimal": "DECIMAL(38, 6)",
            "double": "DOUBLE",
            "integer": "BIGINT",
            "time": "DATETIME(6)",
            "plain time": "DATETIME(6)",
            "date": "DATE",
            "boolean": "BOOLEAN",
        },
        held=lambda case: _changed(case, _finite),
        sent=_sent_to_mariadb,
        mark="%s",
        quote="`",
    ),
    "clickhouse": Database(
        dialect="clickhouse",
        connect=Inside,
        types={
            "text": "Nullable(String)",
            "decimal": "Nullable(Decimal(38, 6))",
            "double": "Nullable(Float64)",
            "integer": "Nullable(Int64)",
            "time": "Nullable(DateTime64(6, 'America/New_York'))",
            "plain time": "Nullable(DateTime64(6, 'UTC'))",
            "date": "Nullable(Date32)",
            "boolean": "Nullable(Bool)",
        },
        held=_held_by_clickhouse,
        sent=_sent_to_clickhouse,
        mark="?",
    ),
    "sqlite": Database(
        dialect="sqlite",
        connect=_sqlite,
        types={
            "text": "TEXT",
            "double": "REAL",
            "integer": "INTEGER",
            "time": "TEXT",
            "plain time": "TEXT",
        },
        held=_held_by_sqlite,
        sent=_sent_to_sqlite,
        mark="?",
    ),
}
