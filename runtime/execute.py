"""Scoring loaded data: the card's statement, run on the relations of `load.py`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import duckdb

from leadcard.compiler.backends.sql_facts import AsOf, Facts, Unsupported
from leadcard.compiler.plan import Plan
from leadcard.compiler.result import ResultColumn, result_columns
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError, working_on
from leadcard.runtime.load import Data

Progress = Callable[[float], None]

# Above so many rules the Python module of a card is the quicker way, whatever the data.
MOST_RULES: Final = 1000
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The result: a table of the engine, its columns in order, and how many leads it holds."""

    connection: duckdb.DuckDBPyConnection
    relation: str
    columns: tuple[ResultColumn, ...]
    rows: int


def facts_of(data: Data, as_of: datetime) -> Facts:
    """What the compiler may know of the data: everything that the loader knows."""
    moment = naive(as_of)
    return Facts(
        types=data.lead_types,
        absent=data.absent,
        event_columns=data.event_columns,
        seconds_type=data.seconds_type,
        events_unique=data.events_unique,
        event_ids_known=data.event_ids_known,
        same_ids=data.same_ids,
        no_later_rows=data.last is None or data.last <= moment,
        leads=data.leads,
        events=data.events,
        lists=data.lists,
    )


def statement(plan: Plan, data: Data, *, as_of: datetime, explain: bool) -> str:
    """The statement that scores `data`; raises `DataError` for what the engine cannot say."""
    from leadcard.compiler.backends.sql import to_sql

    try:
        return to_sql(
            plan,
            dialect="duckdb",
            reasons=explain,
            as_of=AsOf(literal=as_of),
            facts=facts_of(data, as_of),
        )
    except Unsupported as error:
        where = f" (line {error.line})" if error.line else ""
        raise DataError(
            Diagnostic(code="C101", message=f"{error.what} cannot be scored yet{where}")
        ) from error


def members_statement(plan: Plan, data: Data, *, as_of: datetime) -> str:
    """The statement that names the account of each lead of `data` that has one."""
    from leadcard.compiler.backends.sql import members_sql

    return members_sql(plan, as_of=AsOf(literal=as_of), facts=facts_of(data, as_of))


def score_data(
    plan: Plan,
    data: Data,
    *,
    as_of: datetime,
    explain: bool = False,
    progress: Progress | None = None,
    relation: str = "leadcard_scores",
) -> Scored:
    """Score every lead of `data` into the table `relation`; `progress` hears percents, 0 to 100."""
    long = len(plan.rules) > MOST_RULES
    asked = replace(plan, rules=()) if long else plan
    sql = statement(asked, data, as_of=as_of, explain=explain)
    with working_on("the events"):
        if long:
            from leadcard.runtime.long_cards import store_scores

            data.connection.execute(f"CREATE OR REPLACE TABLE {relation} AS FROM ({sql}) LIMIT 0")
            store_scores(plan, data, relation, as_of=as_of, explain=explain, progress=progress)
        else:
            with _told(data.connection, progress):
                data.connection.execute(f"CREATE OR REPLACE TABLE {relation} AS {sql}")
    row = data.connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return Scored(
        connection=data.connection,
        relation=relation,
        columns=result_columns(plan, reasons=explain),
        rows=int(row[0]) if row else 0,
    )


@contextmanager
def _told(engine: duckdb.DuckDBPyConnection, progress: Progress | None) -> Iterator[None]:
    """Tell `progress` how far the statement run inside has come, from a thread of its own."""
    if progress is None:
        yield
        return
    engine.execute("SET enable_progress_bar = true")
    engine.execute("SET enable_progress_bar_print = false")
    engine.execute("SET progress_bar_time = 0")
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_POLL_SECONDS):
            percent = engine.query_progress()
            if percent >= 0:
                progress(percent)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
        progress(100.0)
    finally:
        over.set()
        watcher.join()
        engine.execute("SET enable_progress_bar = false")


def naive(moment: datetime) -> datetime:
    """The moment in UTC without its zone, as the engine holds instants."""
    known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return known.astimezone(UTC).replace(tzinfo=None)
