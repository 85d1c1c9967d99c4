"""Scoring where the data lives: PostgreSQL reads leads and events, scores them, keeps the result.

Everything happens in one transaction: a run that fails or is killed leaves the table of the result
as it was, and whoever reads it meanwhile sees the old one. Nothing of the data comes to this
process but counts, names of columns and, where a lead stands twice, its id.

Where to connect is an address without a password. Passwords, certificates and services come from
where PostgreSQL's own programs look for them: the environment and `~/.pgpass`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from leadcard.compiler.backends.sql_facts import ColumnType
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError, cannot_read
from leadcard.runtime.remote_tables import (
    IS_READ,
    IS_SOMETHING_ELSE,
    OF_RESULTS,
    PlainTables,
    RemoteScored,
    list_rows,
    not_one_row,
    not_written,
)

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

    Cursor = psycopg.Cursor[tuple[object, ...]]

_TYPES: Final[Mapping[str, ColumnType]] = {
    "text": "text",
    "varchar": "text",
    "int2": "integer",
    "int4": "integer",
    "int8": "integer",
    "numeric": "number",
    "float4": "number",
    "float8": "number",
    "timestamp": "time",
    "timestamptz": "time",
    "date": "date",
    "bool": "boolean",
}
_LEADS, _EVENTS, _LISTS = "leadcard_leads", "leadcard_events", "leadcard_lists"
_RESULT: Final = "leadcard_result"
_PASSWORD: Final = re.compile(r"(?<=//)[^/@\s]*@|\b(password|sslpassword)\s*=\s*\S+", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresJob:
    """What to score and where the result goes: an address, and names of tables there."""

    address: str
    leads: str
    events: str
    output: str
    as_of: datetime
    explain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A table of the database: schema, name, kind of relation, types of columns by name."""

    schema: str
    name: str
    kind: str
    types: Mapping[str, ColumnType | None]
    declared: tuple[tuple[str, str], ...]


def score_in_postgres(plan: Plan, job: PostgresJob) -> RemoteScored:
    """Score every lead of the job's tables; raises `DataError` or, for a card that its SQL cannot
    say, `Unsupported`, and then nothing is written.
    """
    with transaction(job.address) as cursor:
        leads, events = _table(cursor, job.leads), _table(cursor, job.events)
        tables = _plain(leads, events)
        notes = tables.checked(plan)
        _refuse_twice(cursor, leads)
        target = _target(cursor, job.output, (leads, events))
        _fill(cursor, plan, leads, events)
        query = tables.statement(plan, dialect="postgres", as_of=job.as_of, explain=job.explain)
        _execute(cursor, f"CREATE TEMPORARY TABLE {_RESULT} ON COMMIT DROP AS\n{query}")
        _put(cursor, job.output, target)
        rows = _one(cursor, f"SELECT count(*) FROM pg_temp.{_RESULT}")
    return RemoteScored(rows=int(str(rows)), diagnostics=notes)


# --- the server -----------------------------------------------------------------------------------


@contextmanager
def transaction(address: str) -> Iterator[Cursor]:
    """A transaction in which all tables stand still; what the server refuses is a `DataError`."""
    try:
        import psycopg
    except ImportError as error:
        why = "the package psycopg is not installed"
        raise _stopped(why, "install it: `pip install 'leadcard[postgres]'`") from error
    try:
        with psycopg.connect(address, application_name="leadcard") as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with connection.cursor() as cursor:
                # Compiling the statement's many expressions takes longer than running them.
                cursor.execute("SET LOCAL jit = off")
                cursor.execute("SET LOCAL datestyle = 'ISO'")
                cursor.execute("SET LOCAL client_min_messages = 'warning'")
                yield cursor
    except psycopg.Error as error:
        # The error itself is not chained: a traceback would show what it holds.
        raise _stopped(_PASSWORD.sub("…", _first_line(error))) from None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _stopped(why: str, hint: str | None = None) -> DataError:
    message = f"PostgreSQL cannot do its work: {why}"
    return DataError(Diagnostic(code="D902", message=message, hint=hint))


def _execute(cursor: Cursor, statement: str) -> None:
    from psycopg import sql

    cursor.execute(sql.SQL(statement))  # built by the compiler alone


def _one(cursor: Cursor, query: str, *values: object) -> object:
    """The first column of the first row; None where there is none."""
    from psycopg import sql

    cursor.execute(sql.SQL(query), values or None)
    row = cursor.fetchone()
    return row[0] if row else None


# --- what is read ---------------------------------------------------------------------------------


def _table(cursor: Cursor, said: str) -> _Table:
    """The table that the server means by a name as the user wrote it."""
    found = _found(cursor, said)
    if found is None:
        raise cannot_read(said, "there is no such table")
    return found


def _found(cursor: Cursor, said: str) -> _Table | None:
    number = _one(cursor, "SELECT to_regclass(%s)::oid", said)
    if number is None:
        return None
    cursor.execute(
        "SELECT n.nspname, c.relname, c.relkind::text FROM pg_class AS c"
        " JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = %s",
        (number,),
    )
    row = cursor.fetchone()
    assert row is not None
    schema, name, kind = (str(part) for part in row)
    cursor.execute(
        "SELECT a.attname, t.typname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a"
        " JOIN pg_type AS t ON t.oid = a.atttypid"
        " WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        (number,),
    )
    columns = [(str(c), str(t), str(d)) for c, t, d in cursor.fetchall()]
    return _Table(
        schema=schema,
        name=name,
        kind=kind,
        types={column: _TYPES.get(kind) for column, kind, _ in columns},
        declared=tuple((column, declared) for column, _, declared in columns),
    )


def _plain(leads: _Table, events: _Table) -> PlainTables:
    of_leads, of_events = dict(leads.declared), dict(events.declared)
    return PlainTables(
        leads=_LEADS,
        events=_EVENTS,
        lists=_LISTS,
        of_leads=leads.types,
        of_events=events.types,
        at_said=of_events.get("at", ""),
        same_ids=of_leads.get("lead_id") == of_events.get("lead_id"),
    )


def _refuse_twice(cursor: Cursor, leads: _Table) -> None:
    """Two rows of one lead id are an error."""
    from psycopg import sql

    query = sql.SQL(
        "SELECT lead_id::text, count(*) FROM {} GROUP BY lead_id::text"
        " HAVING count(*) > 1 OR lead_id::text IS NULL LIMIT 1"
    )
    cursor.execute(query.format(_name(leads)))
    row = cursor.fetchone()
    if row is not None:
        raise not_one_row(*row)


def _name(table: _Table) -> sql.Identifier:
    from psycopg import sql

    return sql.Identifier(table.schema, table.name)


# --- the statement --------------------------------------------------------------------------------


def _fill(cursor: Cursor, plan: Plan, leads: _Table, events: _Table) -> None:
    """The names that the statement uses: views of the tables, and the long lists of the card."""
    from psycopg import sql

    for said, table in ((_LEADS, leads), (_EVENTS, events)):
        made = sql.SQL("CREATE TEMPORARY VIEW {} AS SELECT * FROM {}")
        cursor.execute(made.format(sql.Identifier(said), _name(table)))
    cursor.execute(f'CREATE TEMPORARY TABLE {_LISTS} ("list" text, "value" text) ON COMMIT DROP')
    with cursor.copy(f"COPY {_LISTS} FROM STDIN") as copy:
        for row in list_rows(plan):
            copy.write_row(row)
    cursor.execute(f"ANALYZE {_LISTS}")


# --- what is written ------------------------------------------------------------------------------


def _target(cursor: Cursor, output: str, read: tuple[_Table, ...]) -> _Table | None:
    """The table that the result replaces, if there is one; nothing else is ever replaced."""
    found = _found(cursor, output)
    if found is None:
        return None
    if any((found.schema, found.name) == (table.schema, table.name) for table in read):
        raise not_written(output, IS_READ)
    if found.kind != "r" or not found.types.keys() >= OF_RESULTS:
        raise not_written(output, IS_SOMETHING_ELSE)
    return found


def _put(cursor: Cursor, output: str, target: _Table | None) -> None:
    """The result in its place: of a table of the same columns the rows are exchanged.

    So views of it and rights on it stay. A table of other columns is made anew.
    """
    from psycopg import sql

    result = sql.Identifier(_RESULT)
    if target is not None:
        made = _found(cursor, f"pg_temp.{_RESULT}")
        assert made is not None
        if made.declared == target.declared:
            cursor.execute(sql.SQL("DELETE FROM {}").format(_name(target)))
            cursor.execute(sql.SQL("INSERT INTO {} TABLE {}").format(_name(target), result))
            return
        cursor.execute(sql.SQL("DROP TABLE {}").format(_name(target)))
        place = _name(target)
    else:
        cursor.execute("SELECT parse_ident(%s)", (output,))
        row = cursor.fetchone()
        place = sql.Identifier(*(row[0] if row else (output,)))  # type: ignore[misc]
    cursor.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(place, result))
