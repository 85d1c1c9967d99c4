"""Databases as the benchmark of whole cards needs them: filled with data, asked, and timed."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeAlias

import duckdb

from benchmarks.made_data import MadeData
from benchmarks.whole_card import CLICKHOUSE, DUCKDB, POSTGRES, Words

Lists: TypeAlias = Sequence[tuple[str, str]]

# What all databases can work out alike from lead_id, score, displayed and stage.
_CHECKSUM: Final = (
    "SELECT count(*), sum({0}), sum({0} * (CAST(lead_id AS BIGINT) % 10007)), sum({1}),"
    " sum(length(stage) * (CAST(lead_id AS BIGINT) % 1009)) FROM ({2}) AS scored"
)


class Engine(Protocol):
    """A database that holds the tables `leads`, `events` and `leadcard_lists`."""

    words: Words
    dialect: str

    def fill(self, data: MadeData) -> None:
        """Make the tables of leads and events."""

    def fill_lists(self, lists: Lists) -> None:
        """Make the table of long lists anew."""

    def checksum(self, query: str) -> tuple[int, ...]:
        """Numbers that differ if a lead has another score or stage."""

    def run(self, query: str) -> tuple[float, float]:
        """Work a query out to its end: seconds by the clock, and of all cores."""


class DuckDB:
    """DuckDB in this process, reading the Parquet files."""

    words = DUCKDB
    dialect = "duckdb"

    def __init__(self, memory: str = "3GB", threads: int | None = None) -> None:
        self._connection = duckdb.connect()
        self._connection.execute(f"SET memory_limit = '{memory}'")
        if threads:
            self._connection.execute(f"SET threads = {threads}")

    def fill(self, data: MadeData) -> None:
        """Make views of the files."""
        self._connection.execute(f"CREATE OR REPLACE VIEW leads AS FROM '{data.leads}'")
        self._connection.execute(f"CREATE OR REPLACE VIEW events AS FROM '{data.events}'")

    def fill_lists(self, lists: Lists) -> None:
        """Make the table of long lists anew."""
        make = 'CREATE OR REPLACE TABLE leadcard_lists ("list" VARCHAR, "value" VARCHAR)'
        self._connection.execute(make)
        if lists:
            names, values = zip(*lists, strict=True)
            self._connection.execute(
                "INSERT INTO leadcard_lists SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
                [list(names), list(values)],
            )

    def checksum(self, query: str) -> tuple[int, ...]:
        """Numbers that differ if a lead has another score or stage."""
        row = self._connection.execute(_checksum(query, "CAST(round({} * 100) AS BIGINT)"))
        return _whole(row.fetchone())

    def run(self, query: str) -> tuple[float, float]:
        """Hash every column of every row."""
        hashed = f"SELECT count(*), bit_xor(hash(r)) FROM ({query}) AS r"
        return _timed(lambda: self._connection.execute(hashed).fetchone(), _of_this_process)


class Postgres:
    """A PostgreSQL server that is started for the benchmark, and writes results to a table."""

    words = POSTGRES
    dialect = "postgres"

    def __init__(self) -> None:
        import psycopg

        from tests.agreement.postgres_server import connection_text

        self._connection: Any = psycopg.connect(connection_text(), autocommit=True)
        folder = self._one("SHOW data_directory")[0]
        self._server = int(Path(folder, "postmaster.pid").read_text().split()[0])
        for setting in ("work_mem = '256MB'", "jit = off", "timezone = 'UTC'"):
            self._connection.execute(f"SET {setting}")

    def fill(self, data: MadeData) -> None:
        """Copy the rows into tables, as a load job does."""
        tables = {
            "leads": (
                data.leads,
                "lead_id BIGINT PRIMARY KEY, account_id TEXT, created TIMESTAMP, title TEXT,"
                " company TEXT, industry TEXT, employees INT, annual_revenue NUMERIC(18, 2),"
                " country TEXT, email TEXT",
            ),
            "events": (
                data.events,
                "event_id BIGINT, lead_id BIGINT, verb TEXT, object TEXT, at TIMESTAMP,"
                " seconds DOUBLE PRECISION",
            ),
        }
        for name, (path, columns) in tables.items():
            self._connection.execute(f"CREATE TABLE {name} ({columns})")
            with duckdb.connect() as reader:
                csv = path.with_suffix(".csv")
                reader.execute(f"COPY (FROM '{path}') TO '{csv}' (FORMAT csv, HEADER false)")
            try:
                cursor = self._connection.cursor()
                with csv.open("rb") as rows, cursor.copy(f"COPY {name} FROM STDIN CSV") as copy:
                    while part := rows.read(1 << 20):
                        copy.write(part)
            finally:
                csv.unlink()
            self._connection.execute(f"VACUUM ANALYZE {name}")

    def fill_lists(self, lists: Lists) -> None:
        """Make the table of long lists anew."""
        self._connection.execute("DROP TABLE IF EXISTS leadcard_lists")
        self._connection.execute('CREATE TABLE leadcard_lists ("list" TEXT, "value" TEXT)')
        self._connection.cursor().executemany("INSERT INTO leadcard_lists VALUES (%s, %s)", lists)
        self._connection.execute("VACUUM ANALYZE leadcard_lists")

    def checksum(self, query: str) -> tuple[int, ...]:
        """Numbers that differ if a lead has another score or stage."""
        return _whole(self._one(_checksum(query, "CAST(round({} * 100) AS BIGINT)")))

    def run(self, query: str) -> tuple[float, float]:
        """Write the rows to a table."""
        made = f"CREATE TEMP TABLE scored AS {query}"
        took = _timed(lambda: self._connection.execute(made), self._of_the_server)
        self._connection.execute("DROP TABLE scored")
        return took

    def explain(self, query: str) -> str:
        """Where the time of a query goes."""
        rows = self._connection.execute(f"EXPLAIN (ANALYZE, VERBOSE, BUFFERS) {query}").fetchall()
        return "\n".join(row[0] for row in rows)

    def _one(self, query: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._connection.execute(query).fetchone()
        return row

    def _of_the_server(self) -> float:
        """Processor seconds of the server and all its processes, those that ended too."""
        spent = 0.0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            if stat.parent.name == str(self._server):
                spent += sum(map(int, fields[11:15]))
            elif int(fields[1]) == self._server:
                spent += sum(map(int, fields[11:13]))
        return spent / os.sysconf("SC_CLK_TCK")


class ClickHouse:
    """ClickHouse in this process."""

    words = CLICKHOUSE
    dialect = "clickhouse"

    def __init__(self) -> None:
        from tests.agreement.clickhouse_inside import session

        self._session: Any = session()
        for setting in ("join_use_nulls", "prefer_column_name_to_alias"):
            self._session.query(f"SET {setting} = 1")

    def fill(self, data: MadeData) -> None:
        """Insert the rows into tables in the order in which they are read."""
        tables = {
            "leads": (
                data.leads,
                "lead_id Int64, account_id Nullable(String), created Nullable(DateTime64(6,"
                " 'UTC')), title Nullable(String), company Nullable(String), industry"
                " Nullable(String), employees Nullable(Int32), annual_revenue"
                " Nullable(Decimal(18, 2)), country Nullable(String), email Nullable(String)",
            ),
            "events": (
                data.events,
                "event_id Int64, lead_id Int64, verb LowCardinality(String), object"
                " Nullable(String), at DateTime64(6, 'UTC'), seconds Nullable(Float64)",
            ),
        }
        for name, (path, columns) in tables.items():
            self._session.query(
                f"CREATE OR REPLACE TABLE {name} ({columns}) ENGINE = MergeTree ORDER BY lead_id"
            )
            self._session.query(f"INSERT INTO {name} SELECT * FROM file('{path}', Parquet)")

    def fill_lists(self, lists: Lists) -> None:
        """Make the table of long lists anew."""
        self._session.query(
            'CREATE OR REPLACE TABLE leadcard_lists ("list" String, "value" String)'
            " ENGINE = MergeTree ORDER BY list"
        )
        rows = "\n".join(f"{name}\t{value}" for name, value in lists)
        self._session.query(f"INSERT INTO leadcard_lists FORMAT TabSeparated\n{rows}")

    def checksum(self, query: str) -> tuple[int, ...]:
        """Numbers that differ if a lead has another score or stage."""
        said = self._session.query(_checksum(query, "toInt64(round({} * 100))"), "TabSeparated")
        return _whole(str(said).split())

    def run(self, query: str) -> tuple[float, float]:
        """Work out every column of every row."""
        return _timed(lambda: self._session.query(query, "Null"), _of_this_process)


def _checksum(query: str, hundredths: str) -> str:
    return _CHECKSUM.format(hundredths.format("score"), hundredths.format("displayed"), query)


def _whole(row: Sequence[Any] | None) -> tuple[int, ...]:
    assert row is not None
    return tuple(int(value) for value in row)


def _timed(work: Callable[[], object], processor: Callable[[], float]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), processor()
    work()
    return time.perf_counter() - wall, processor() - cpu


def _of_this_process() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


ENGINES: Final[Mapping[str, Callable[[], Engine]]] = MappingProxyType(
    {"duckdb": DuckDB, "postgres": Postgres, "clickhouse": ClickHouse}
)
