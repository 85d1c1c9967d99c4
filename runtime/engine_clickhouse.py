"""Scoring where the data lives: ClickHouse reads leads and events, scores them, keeps the result.

The result is made as a table beside its place and then exchanged for the old one in one step, so a
run that fails or is killed leaves the old one as it was. Nothing of the data comes to this process
but counts, names of columns and, where a lead stands twice, its id.

Where to connect is an address without a password: `clickhouse://user@host:8123/database`,
`clickhouses://…` for TLS, `chdb:///folder` for ClickHouse in this process. User and password come
from where ClickHouse's own client looks for them: CLICKHOUSE_USER and CLICKHOUSE_PASSWORD, or
`~/.clickhouse-client/config.xml`.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import uuid4

from leadcard.compiler.backends.sql_facts import ColumnType
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.record import dataclass
from leadcard.runtime.data_error import DataError, cannot_read
from leadcard.runtime.remote_tables import (
    COUNT_FOR_NOBODY,
    IS_READ,
    IS_SOMETHING_ELSE,
    OF_EVERY_EVENT,
    OF_RESULTS,
    PlainTables,
    RemoteScored,
    empty_events,
    list_rows,
    not_one_row,
    not_written,
)

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_INTEGERS: Final = re.compile(r"U?Int(8|16|32)|Int64")
_NUMBERS: Final = re.compile(r"U?Int\d+|Float\d+|Decimal.*")
_TIMES: Final = re.compile(r"DateTime(64)?(\(.*\))?")
_WRAPPERS: Final = re.compile(r"(?:Nullable|LowCardinality)\((.*)\)")
_NAME: Final = re.compile(r'`((?:[^`]|``)+)`|"((?:[^"]|"")+)"|([^.`"]+)')
_UNREACHED: Final = re.compile(r"\[Errno -?\d+\] ([\w ]+)")
_NO_TLS: Final = re.compile(r"\[SSL[^\]]*\] ([\w :-]+)")
_INSTALL: Final = "install it: `pip install 'leadcard[{}]'`"
# A server may work for long before it has anything to say.
_PATIENCE: Final = 24 * 3600
_EMPTY: Final = "({0} IS NULL OR NOT match(toString({0}), '[^[:space:]]'))"
_ENGINE: Final = "MergeTree ORDER BY lead_id SETTINGS allow_nullable_key = 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickHouseJob:
    """What to score and where the result goes: an address, and names of tables there."""

    address: str
    leads: str
    events: str
    output: str
    as_of: datetime
    explain: bool = False
    events_unique: bool = False  # as the vocabulary promises


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A table of the server: database, name, engine, types of columns by name as declared."""

    database: str
    name: str
    engine: str
    declared: Mapping[str, str]

    @property
    def types(self) -> dict[str, ColumnType | None]:
        return {column: _type(declared) for column, declared in self.declared.items()}


def score_in_clickhouse(plan: Plan, job: ClickHouseJob) -> RemoteScored:
    """Score every lead of the job's tables; raises `DataError` or, for a card that its SQL cannot
    say, `Unsupported`, and then nothing is written.
    """
    with _client(job.address) as client:
        leads, events = _table(client, job.leads), _table(client, job.events)
        target = _parts(client, job.output)
        _spared(client, job.output, target, (leads, events))
        beside = (target[0], f"{target[1]}__{uuid4().hex[:8]}")
        lists = (target[0], f"{beside[1]}_lists")
        tables = _plain(leads, events, lists)
        notes = tables.checked(plan)
        notes += empty_events(_empty(client, events), COUNT_FOR_NOBODY)
        _refuse_twice(client, leads)
        query = tables.statement(
            plan,
            dialect="clickhouse",
            as_of=job.as_of,
            explain=job.explain,
            events_unique=job.events_unique,
        )
        try:
            _fill(client, plan, lists)
            _made(client, beside, query)
            rows = client.query(f"SELECT count() FROM {_quoted(beside)}").result_rows[0][0]
            _put(client, beside, target)
        finally:
            for left in (beside, lists):
                client.command(f"DROP TABLE IF EXISTS {_quoted(left)}")
    return RemoteScored(rows=int(rows), diagnostics=notes)


# --- the server -----------------------------------------------------------------------------------


@contextmanager
def _client(address: str) -> Iterator[Client]:
    """A connection; what the server refuses inside becomes a `DataError` that names no secret."""
    try:
        import clickhouse_connect
        from clickhouse_connect.driver.exceptions import Error
    except ImportError as error:
        why = "the package clickhouse-connect is not installed"
        raise _stopped(why, _INSTALL.format("clickhouse")) from error
    # What it logs goes to the terminal, where nobody has taken secrets out.
    logging.getLogger("clickhouse_connect").setLevel(logging.CRITICAL)
    secret = None
    try:
        given = _connection(address)
        secret = given.get("password")
        if given.get("interface") == "chdb" and find_spec("chdb") is None:
            raise _stopped("the package chdb is not installed", _INSTALL.format("chdb"))
        client = clickhouse_connect.get_client(**given)
        try:
            yield client
        finally:
            with suppress(Error):
                client.close()
    except (Error, OSError, ValueError) as error:
        # The error itself is not chained: a traceback would show what it holds.
        raise _stopped(_reason(error, secret)) from None


def _connection(address: str) -> dict[str, Any]:
    """What the client is told; user and password of the environment or of the client's file."""
    parts = urlsplit(address)
    if parts.scheme == "chdb":
        return {"interface": "chdb", "path": _folder(address, parts)}
    saved = _saved()
    user = unquote(parts.username) if parts.username else None
    return {
        "host": parts.hostname or "localhost",
        "port": _port(parts),
        "username": user or os.environ.get("CLICKHOUSE_USER") or saved.get("user"),
        "password": os.environ.get("CLICKHOUSE_PASSWORD") or saved.get("password") or "",
        "database": unquote(parts.path.lstrip("/")) or None,
        "secure": parts.scheme == "clickhouses",
        "send_receive_timeout": _PATIENCE,
        "autogenerate_session_id": False,
    }


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        # What stands there is not repeated: it may be the beginning of a password.
        why = "the port of the address is no number from 0 to 65535"
        raise _stopped(
            why, "an address is written `clickhouse://user@host:8123/database`"
        ) from None


def _folder(address: str, parts: SplitResult) -> str:
    """The folder of an address, which would else be made, and found to hold nothing."""
    folder = unquote(parts.path)
    if parts.netloc or not folder or not Path(folder).is_dir():
        why = "there is no such folder"
        raise cannot_read(address, why, hint="a folder is written `chdb:///the/whole/path`")
    return folder


def _saved() -> dict[str, str]:
    """What the settings of ClickHouse's own client say: `user` and `password`."""
    from xml.etree import ElementTree

    path = Path.home() / ".clickhouse-client" / "config.xml"
    try:
        found = ElementTree.parse(path).getroot()
    except FileNotFoundError:
        return {}
    except (OSError, ElementTree.ParseError):
        raise cannot_read(str(path), "it is no settings file of ClickHouse's client") from None
    said = {key: found.findtext(key) for key in ("user", "password")}
    return {key: value.strip() for key, value in said.items() if value and value.strip()}


def _reason(error: Exception, secret: object) -> str:
    """What the server or the system said, on one line, without what is secret."""
    lines = str(error).strip().splitlines()
    line = lines[0] if lines else type(error).__name__
    unreached, no_tls = _UNREACHED.search(line), _NO_TLS.search(line)
    if no_tls is not None:
        line = f"there is no TLS connection to the server: {no_tls[1].strip()}"
    elif unreached is not None:
        line = f"the server cannot be reached: {unreached[1]}"
    # Behind this the server repeats the statement.
    line = line.rpartition("DB::Exception: ")[2].partition(": In scope ")[0]
    line = re.sub(r"(?<=//)[^/@\s]*@", "…@", line)
    if isinstance(secret, str) and secret:
        line = line.replace(secret, "…")
    return line.rstrip(".")


def _stopped(why: str, hint: str | None = None) -> DataError:
    message = f"ClickHouse cannot do its work: {why}"
    return DataError(Diagnostic(code="D902", message=message, hint=hint))


def _parts(client: Client, said: str) -> tuple[str, str]:
    """Database and name of a table as the user wrote them."""
    found = [next(filter(None, each)) for each in _NAME.findall(said)]
    plain = [part.replace("``", "`").replace('""', '"') for part in found]
    if len(plain) == 1:
        return str(client.query("SELECT currentDatabase()").result_rows[0][0]), plain[0]
    if len(plain) != 2:
        raise cannot_read(said, "a table is NAME or DATABASE.NAME")
    return plain[0], plain[1]


def _quoted(parts: tuple[str, str]) -> str:
    return _standard(tuple(part.replace("\\", "\\\\") for part in parts))


def _standard(parts: tuple[str, ...]) -> str:
    """Names between the quotes of standard SQL, in which a backslash means nothing."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


# --- what is read ---------------------------------------------------------------------------------


def _table(client: Client, said: str) -> _Table:
    parts = _parts(client, said)
    found = _found(client, parts)
    if found is None:
        raise cannot_read(said, "there is no such table")
    return found


def _found(client: Client, parts: tuple[str, str]) -> _Table | None:
    given = {"database": parts[0], "name": parts[1]}
    which = "database = {database:String} AND "
    engines = client.query(
        f"SELECT engine FROM system.tables WHERE {which} name = {{name:String}}", given
    ).result_rows
    if not engines:
        return None
    columns = client.query(
        f"SELECT name, type FROM system.columns WHERE {which} table = {{name:String}}", given
    ).result_rows
    declared = {str(column): str(kind) for column, kind in columns}
    return _Table(database=parts[0], name=parts[1], engine=str(engines[0][0]), declared=declared)


def _type(declared: str) -> ColumnType | None:
    """What a type is to the statement; None: it must find out for itself."""
    while (inner := _WRAPPERS.fullmatch(declared)) is not None:
        declared = inner[1]
    if declared == "String":
        return "text"
    if _INTEGERS.fullmatch(declared):
        return "integer"
    if _NUMBERS.fullmatch(declared):
        return "number"
    if _TIMES.fullmatch(declared):
        return "time"
    return {"Date": "date", "Date32": "date", "Bool": "boolean"}.get(declared)  # type: ignore[return-value]


def _plain(leads: _Table, events: _Table, lists: tuple[str, str]) -> PlainTables:
    return PlainTables(
        leads=_standard((leads.database, leads.name)),
        events=_standard((events.database, events.name)),
        lists=_standard(lists),
        of_leads=leads.types,
        of_events=events.types,
        said=events.declared,
        same_ids=leads.declared.get("lead_id") == events.declared.get("lead_id"),
    )


def _empty(client: Client, events: _Table) -> list[int]:
    """How many events have no lead, no verb and no time."""
    counts = ", ".join(
        f"countIf({column} IS NULL)" if column == "at" else f"countIf({_EMPTY.format(column)})"
        for column, _, _ in OF_EVERY_EVENT
    )
    table = _quoted((events.database, events.name))
    return [int(count) for count in client.query(f"SELECT {counts} FROM {table}").result_rows[0]]


def _refuse_twice(client: Client, leads: _Table) -> None:
    """Two rows of one lead id are an error."""
    rows = client.query(
        f"SELECT toString(lead_id) AS id, count() AS n FROM {_quoted((leads.database, leads.name))}"
        f" GROUP BY id HAVING n > 1 OR {_EMPTY.format('id')} LIMIT 1"
    ).result_rows
    for row in rows:
        raise not_one_row(*row)


# --- what is written ------------------------------------------------------------------------------


def _spared(client: Client, output: str, target: tuple[str, str], read: tuple[_Table, ...]) -> None:
    """Refuse a place that holds anything but scores."""
    found = _found(client, target)
    if found is None:
        return
    if any((found.database, found.name) == (table.database, table.name) for table in read):
        raise not_written(output, IS_READ)
    if "MergeTree" not in found.engine or not found.declared.keys() >= OF_RESULTS:
        raise not_written(output, IS_SOMETHING_ELSE)


def _fill(client: Client, plan: Plan, lists: tuple[str, str]) -> None:
    """The long lists of the card, as a table that goes with the run."""
    client.command(f"CREATE TABLE {_quoted(lists)} (list String, value String) ENGINE = Memory")
    rows = list_rows(plan)
    if rows:
        client.insert(lists[1], rows, ["list", "value"], database=lists[0])


def _made(client: Client, beside: tuple[str, str], query: str) -> None:
    """The result as a table of its own."""
    statement = f"CREATE TABLE {_quoted(beside)} ENGINE = {_ENGINE} AS\n{query}"
    client.command(statement, settings={"max_query_size": 2 * len(statement.encode()) + 1})


def _put(client: Client, beside: tuple[str, str], target: tuple[str, str]) -> None:
    """The result in its place, in one step."""
    if _found(client, target) is None:
        client.command(f"RENAME TABLE {_quoted(beside)} TO {_quoted(target)}")
    else:
        client.command(f"EXCHANGE TABLES {_quoted(beside)} AND {_quoted(target)}")
