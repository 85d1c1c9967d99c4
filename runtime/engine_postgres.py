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
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from leadcard.compiler.backends.sql_facts import ColumnType
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.data_error import DataError, cannot_read
from leadcard.runtime.remote_tables import (
    COUNT_FOR_NOBODY,
    IS_READ,
    IS_SOMETHING_ELSE,
    OF_EVERY_EVENT,
    OF_RESULTS,
    TEXTS_OF_EVENTS,
    PlainTables,
    RemoteScored,
    empty_events,
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
_MERGES, _RESULT = "leadcard_merges", "leadcard_result"
_EMPTY: Final = "({0} IS NULL OR {0}::text !~ '[^[:space:]]')"
_PASSWORD: Final = re.compile(r"(?<=//)[^/@\s]*@|\b(password|sslpassword)\s*=\s*\S+", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresJob:
    """What to score and where the result goes: an address, and names of tables there.

    Without names, leads and events are where the vocabulary says, as it maps them.
    """

    address: str
    leads: str | None
    events: str | None
    output: str
    as_of: datetime
    explain: bool = False
    events_unique: bool = False  # as the vocabulary promises
    vocabulary: Vocabulary | None = None


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
        sources, found = _sources(cursor, plan, job)
        target = _target(cursor, job.output, sources)
        leads, events = _table(cursor, f"pg_temp.{_LEADS}"), _table(cursor, f"pg_temp.{_EVENTS}")
        tables = _plain(leads, events)
        notes = (*found, *tables.checked(plan))
        if job.leads is not None:
            notes += empty_events(_empty(cursor), COUNT_FOR_NOBODY)
        _refuse_twice(cursor, leads)
        _fill(cursor, plan)
        query = tables.statement(
            plan,
            dialect="postgres",
            as_of=job.as_of,
            explain=job.explain,
            events_unique=job.events_unique or events_proved_unique(cursor, job.events),
        )
        _execute(cursor, f"CREATE TEMPORARY TABLE {_RESULT} ON COMMIT DROP AS\n{query}")
        _put(cursor, job.output, target)
        rows = _one(cursor, f"SELECT count(*) FROM pg_temp.{_RESULT}")
        # The server takes them away some time after the session; till then they hold the tables.
        _execute(cursor, f"DROP VIEW pg_temp.{_LEADS}, pg_temp.{_EVENTS}")
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


def _sources(
    cursor: Cursor, plan: Plan, job: PostgresJob
) -> tuple[tuple[_Table, ...], tuple[Diagnostic, ...]]:
    """Make the views that statements read; the tables below them, and what is told of those."""
    from psycopg import sql

    if job.leads is None or job.events is None:
        return _mapped_sources(cursor, plan, job.vocabulary)
    tables = (_table(cursor, job.leads), _table(cursor, job.events))
    for said, table, texts in zip((_LEADS, _EVENTS), tables, ((), TEXTS_OF_EVENTS), strict=True):
        made = sql.SQL("CREATE TEMPORARY VIEW {} AS SELECT {} FROM {}")
        columns = sql.SQL(", ").join(
            sql.SQL("CAST({0} AS text) AS {0}" if column in texts else "{}").format(
                sql.Identifier(column)
            )
            for column in table.types
        )
        cursor.execute(made.format(sql.Identifier(said), columns, _name(table)))
    return tables, ()


def _mapped_sources(
    cursor: Cursor, plan: Plan, vocabulary: Vocabulary | None
) -> tuple[tuple[_Table, ...], tuple[Diagnostic, ...]]:
    """The views as leadcard.yaml maps them."""
    from leadcard.runtime.mapped_tables import ServerTable, mapped

    assert vocabulary is not None
    read: list[_Table] = []

    def find(schema: str | None, identifier: str) -> ServerTable | None:
        said = ".".join(_quoted(part) for part in (schema, identifier) if part is not None)
        table = _found(cursor, said)
        if table is None:
            return None
        read.append(table)
        reference = f"{_quoted(table.schema)}.{_quoted(table.name)}"
        return ServerTable(reference=reference, types=table.types)

    models = {"leads": _LEADS, "merges": _MERGES}
    made = mapped(plan, vocabulary, dialect="postgres", find=find, models=models)
    queries = made.queries
    if queries.merges is not None:
        _execute(cursor, f"CREATE TEMPORARY TABLE {_MERGES} ON COMMIT DROP AS\n{queries.merges}")
        _refuse_circles(cursor)
    _execute(cursor, f"CREATE TEMPORARY VIEW {_LEADS} AS\n{queries.leads}")
    _execute(cursor, f"CREATE TEMPORARY VIEW {_EVENTS} AS\n{queries.events}")
    _refuse_empty(cursor)
    return tuple(read), made.notes


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _refuse_circles(cursor: Cursor) -> None:
    """Leads that are merged into each other in a circle are an error."""
    cursor.execute(f"SELECT lead_id FROM {_MERGES} WHERE master IS NULL ORDER BY 1 LIMIT 11")
    leads = [f"`{row[0]}`" for row in cursor.fetchall()]
    if leads:
        listed = ", ".join(leads[:10]) + (", …" if len(leads) > 10 else "")
        message = f"leads are merged into each other in a circle: {listed}"
        hint = "one of them must not be merged into another"
        raise DataError(Diagnostic(code="D124", message=message, hint=hint))


def _refuse_empty(cursor: Cursor) -> None:
    """Events without lead, time or verb are an error."""
    found = empty_events(_empty(cursor), "see `where` and `without` in leadcard.yaml")
    if found:
        raise DataError(*(replace(note, severity=Severity.ERROR) for note in found))


def _empty(cursor: Cursor) -> tuple[int, ...]:
    """How many events have no lead, no verb and no time."""
    tests = ('"at" IS NULL' if c == "at" else _EMPTY.format(c) for c, _, _ in OF_EVERY_EVENT)
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests)
    cursor.execute(f"SELECT {counts} FROM {_EVENTS}")
    return tuple(int(str(count)) for count in cursor.fetchone() or ())


def _plain(leads: _Table, events: _Table) -> PlainTables:
    of_leads, of_events = dict(leads.declared), dict(events.declared)
    return PlainTables(
        leads=_LEADS,
        events=_EVENTS,
        lists=_LISTS,
        of_leads=leads.types,
        of_events=events.types,
        said=of_events,
        same_ids=of_leads.get("lead_id") == of_events.get("lead_id"),
    )


def _refuse_twice(cursor: Cursor, leads: _Table) -> None:
    """Two rows of one lead id are an error."""
    from psycopg import sql

    query = sql.SQL(
        "SELECT lead_id::text, count(*) FROM {} GROUP BY lead_id::text"
        f" HAVING count(*) > 1 OR {_EMPTY.format('lead_id')} LIMIT 1"
    )
    cursor.execute(query.format(_name(leads)))
    row = cursor.fetchone()
    if row is not None:
        raise not_one_row(*row)


def _name(table: _Table) -> sql.Identifier:
    from psycopg import sql

    return sql.Identifier(table.schema, table.name)


def events_proved_unique(cursor: Cursor, events: str | None) -> bool:
    """Whether an index of the table proves that no event stands twice.

    Events without id are never one, so the id may be NULL in it; another column may not, since
    NULLs are not the same to an index.
    """
    if events is None:
        return False
    return bool(
        _one(
            cursor,
            "SELECT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = to_regclass(%s)"
            " AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL"
            " AND NOT EXISTS (SELECT FROM unnest(i.indkey[:i.indnkeyatts - 1]) AS key(attnum)"
            " JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = key.attnum"
            " WHERE a.attname <> 'event_id' AND NOT (a.attnotnull AND a.attname = ANY(%s))))",
            events,
            ["source", "lead_id", "verb", "object"],
        )
    )


# --- the statement --------------------------------------------------------------------------------


def _fill(cursor: Cursor, plan: Plan) -> None:
    """The long lists of the card as a table of this transaction."""
    cursor.execute(f'CREATE TEMPORARY TABLE {_LISTS} ("list" text, "value" text) ON COMMIT DROP')
    with cursor.copy(f"COPY {_LISTS} FROM STDIN") as copy:
        for row in list_rows(plan):
            copy.write_row(row)
    cursor.execute(f"ANALYZE {_LISTS}")


# --- what is written ------------------------------------------------------------------------------


def _target(cursor: Cursor, output: str, read: tuple[_Table, ...]) -> _Table | None:
    """The table that the result replaces, if there is one; nothing else is ever replaced."""
    if str(_one(cursor, "SELECT (parse_ident(%s))[1]", output)).startswith("pg_temp"):
        raise not_written(output, "a temporary table goes with the session")
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
        _drop(cursor, target, output)
        place = _name(target)
    else:
        cursor.execute("SELECT parse_ident(%s)", (output,))
        row = cursor.fetchone()
        place = sql.Identifier(*(row[0] if row else (output,)))  # type: ignore[misc]
    cursor.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(place, result))


def _drop(cursor: Cursor, table: _Table, output: str) -> None:
    """Take away a table of scores; one that views are made from stays."""
    from psycopg import sql
    from psycopg.errors import DependentObjectsStillExist

    try:
        cursor.execute(sql.SQL("DROP TABLE {}").format(_name(table)))
    except DependentObjectsStillExist:
        why = "the scores have other columns now, and a view or another table needs the old ones"
        raise not_written(output, why) from None
