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
from urllib.parse import parse_qsl, urlsplit

from leadcard.compiler.backends.sql_facts import (
    EVENT_COLUMNS,
    AsOf,
    ColumnType,
    Facts,
    Unsupported,
)
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError, cannot_read
from leadcard.runtime.missing_columns import missing_column_notes
from leadcard.runtime.recognise import needed_columns

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
_NEEDED_OF_EVENTS: Final = ("lead_id", "verb", "at")
_OF_RESULTS: Final = frozenset({"lead_id", "scorecard", "version", "as_of", "score"})
_LEADS, _EVENTS, _LISTS = "leadcard_leads", "leadcard_events", "leadcard_lists"
_RESULT: Final = "leadcard_result"
_SECRETS: Final = frozenset({"password", "sslpassword", "passfile"})
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
class PostgresScored:
    """How many leads have a score now, and what is to be said of the data."""

    rows: int
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A table of the database: schema, name, kind of relation, types of columns by name."""

    schema: str
    name: str
    kind: str
    types: Mapping[str, ColumnType | None]
    declared: tuple[tuple[str, str], ...]


def has_password(address: str) -> bool:
    """Whether an address holds what belongs into no command line."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return True
    given = {key.lower() for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return parts.netloc.rpartition("@")[0].count(":") > 0 or not given.isdisjoint(_SECRETS)


def score_in_postgres(plan: Plan, job: PostgresJob) -> PostgresScored:
    """Score every lead of the job's tables; raises `DataError`, and then nothing is written."""
    with _cursor(job.address) as cursor:
        leads, events = _table(cursor, job.leads), _table(cursor, job.events)
        notes = _checked(cursor, plan, leads, events)
        target = _target(cursor, job.output, (leads, events))
        _fill(cursor, plan, leads, events)
        _execute(cursor, _statement(plan, job, leads, events))
        _put(cursor, job.output, target)
        rows = _one(cursor, f"SELECT count(*) FROM pg_temp.{_RESULT}")
    return PostgresScored(rows=int(str(rows)), diagnostics=notes)


# --- the server -----------------------------------------------------------------------------------


@contextmanager
def _cursor(address: str) -> Iterator[Cursor]:
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


def _checked(cursor: Cursor, plan: Plan, leads: _Table, events: _Table) -> tuple[Diagnostic, ...]:
    """Warnings; raises `DataError` for tables that cannot be scored."""
    if "lead_id" not in leads.types:
        message = "no column of the leads is called `lead_id`"
        hint = "the plain tables are read: make a view with their names of columns"
        raise DataError(Diagnostic(code="D101", message=message, hint=hint))
    for column in _NEEDED_OF_EVENTS:
        if column not in events.types:
            message = f"no column of the events is called `{column}`"
            raise DataError(Diagnostic(code="D104", message=message))
    if events.types["at"] != "time":
        message = "the column `at` of the events is no timestamp"
        raise DataError(Diagnostic(code="D104", message=message, hint="cast it in a view"))
    _refuse_twice(cursor, leads)
    return missing_column_notes(_absent(plan, leads))


def _refuse_twice(cursor: Cursor, leads: _Table) -> None:
    """Two rows of one lead id are an error."""
    from psycopg import sql

    query = sql.SQL(
        "SELECT lead_id::text, count(*) FROM {} GROUP BY lead_id::text"
        " HAVING count(*) > 1 OR lead_id::text IS NULL LIMIT 1"
    )
    cursor.execute(query.format(_name(leads)))
    row = cursor.fetchone()
    if row is None:
        return
    if row[0] is None:
        raise DataError(Diagnostic(code="D204", message="a row of the leads has no `lead_id`"))
    message = f"the lead `{row[0]}` has {row[1]} rows"
    hint = "keep one row of each lead, in a view that is read instead"
    raise DataError(Diagnostic(code="D205", message=message, hint=hint))


def _absent(plan: Plan, leads: _Table) -> frozenset[str]:
    return frozenset(c for c in needed_columns(plan) | {"created"} if c not in leads.types)


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
        for each in plan.lists:
            for entry in each.entries:
                copy.write_row((each.name, entry))
    cursor.execute(f"ANALYZE {_LISTS}")


def _statement(plan: Plan, job: PostgresJob, leads: _Table, events: _Table) -> str:
    """The statement that makes the result, as a table of this transaction."""
    from leadcard.compiler.backends.sql import to_sql

    plain = (*EVENT_COLUMNS, "source")
    wanted = needed_columns(plan) | {"created"}
    facts = Facts(
        types={c: kind for c, kind in leads.types.items() if c in wanted and kind is not None},
        absent=_absent(plan, leads),
        event_columns=frozenset(c for c in plain if c in events.types),
        seconds_type=events.types.get("seconds"),
        same_ids=dict(leads.declared)["lead_id"] == dict(events.declared)["lead_id"],
        leads=_LEADS,
        events=_EVENTS,
        lists=_LISTS,
    )
    when = AsOf(literal=job.as_of)
    try:
        query = to_sql(plan, dialect="postgres", as_of=when, reasons=job.explain, facts=facts)
    except Unsupported as error:
        where = f" (line {error.line})" if error.line else ""
        message = f"{error.what} cannot be scored in PostgreSQL{where}"
        raise DataError(Diagnostic(code="C101", message=message)) from error
    return f"CREATE TEMPORARY TABLE {_RESULT} ON COMMIT DROP AS\n{query}"


# --- what is written ------------------------------------------------------------------------------


def _target(cursor: Cursor, output: str, read: tuple[_Table, ...]) -> _Table | None:
    """The table that the result replaces, if there is one; nothing else is ever replaced."""
    found = _found(cursor, output)
    if found is None:
        return None
    if any((found.schema, found.name) == (table.schema, table.name) for table in read):
        raise _not_written(output, "it is what the scores are made from")
    if found.kind != "r" or not found.types.keys() >= _OF_RESULTS:
        raise _not_written(output, "it is there already, and holds no scores")
    return found


def _not_written(output: str, why: str) -> DataError:
    return DataError(Diagnostic(code="F106", message=f"cannot write `{output}`: {why}"))


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
