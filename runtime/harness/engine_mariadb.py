"""Sample leads on a MariaDB server, in temporary tables that end with the connection."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.samples import SampleFile
from leadcard.runtime.harness.sql_rows import EVENT_COLUMNS, Tables, sample_facts, scored

if TYPE_CHECKING:
    from pymysql.cursors import Cursor

_TYPES: Final = {"VARCHAR": "TEXT", "TIMESTAMP": "DATETIME(6)"}
_EVENTS: Final = dict.fromkeys(EVENT_COLUMNS, "TEXT") | {
    "at": "DATETIME(6)",
    "seconds": "DECIMAL(18, 6)",
}
_LISTS: Final = {"list": "TEXT", "value": "TEXT"}
# What MariaDB's own programs read from the environment.
_ENVIRONMENT: Final = {
    "host": "MYSQL_HOST",
    "unix_socket": "MYSQL_UNIX_PORT",
    "port": "MYSQL_TCP_PORT",
    "password": "MYSQL_PWD",
}


def run(plan: Plan, file: SampleFile, address: str = "") -> tuple[Outcome | None, ...]:
    """Score the samples on the server at `address`, or the one that its usual settings name."""
    when = AsOf(literal=file.as_of)
    sql = to_sql(plan, dialect="mariadb", reasons=True, as_of=when, facts=sample_facts(plan))
    return scored(plan, file, partial(_run_statement, sql, address))


def _run_statement(sql: str, address: str, tables: Tables) -> list[dict[str, object]]:
    leads = {name: _TYPES[kind] for name, kind in tables.columns.items()}
    with _connected(address) as cursor:
        # Temporary tables go before the user's own of the same names.
        _fill(cursor, "leads", leads, tables.leads)
        _fill(cursor, "events", _EVENTS, tables.events)
        _fill(cursor, "leadcard_lists", _LISTS, tables.lists)
        cursor.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, cells, strict=True)) for cells in cursor.fetchall()]


@contextmanager
def _connected(address: str) -> Iterator[Cursor]:
    """A cursor in a session whose times are in UTC; raises `DataError`."""
    try:
        import pymysql
    except ImportError as error:
        why = "the package pymysql is not installed"
        raise _stopped(why, "install it: `pip install 'leadcard[mysql]'`") from error
    try:
        with pymysql.connect(**_settings(address)) as connection, connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00'")
            yield cursor
    except (pymysql.MySQLError, OSError, ValueError) as error:
        said = str(error.args[-1] if error.args else error)
        raise _stopped(said.strip().split("\n", 1)[0].rstrip(".")) from error


def _settings(address: str) -> dict[str, Any]:
    """How to connect: what the address says, then the environment, then ~/.my.cnf."""
    said = {key: os.environ[name] for key, name in _ENVIRONMENT.items() if os.environ.get(name)}
    parts = urlsplit(address)
    given = {
        "user": unquote(parts.username or ""),
        "host": parts.hostname,
        "port": parts.port,
        "database": unquote(parts.path.strip("/")),
        "unix_socket": parse_qs(parts.query).get("socket", [""])[0],
    }
    found: dict[str, Any] = said | {key: value for key, value in given.items() if value}
    if "port" in found:
        found["port"] = int(found["port"])
    own = Path("~/.my.cnf").expanduser()
    if own.is_file():
        found["read_default_file"] = str(own)
    return found | {"charset": "utf8mb4", "autocommit": True}


def _stopped(why: str, hint: str | None = None) -> DataError:
    message = f"MariaDB cannot do its work: {why}"
    return DataError(Diagnostic(code="D902", message=message, hint=hint))


def _fill(
    cursor: Cursor, table: str, types: dict[str, str], rows: Iterable[Sequence[object]]
) -> None:
    """A table of this connection with these rows."""
    columns = ", ".join(f"`{name.replace('`', '``')}` {kind}" for name, kind in types.items())
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) CHARACTER SET utf8mb4")
    marks = ", ".join("%s" for _ in types)
    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", [list(row) for row in rows])
