"""Sample leads on ClickHouse within this process, which the package chdb is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from importlib import import_module
from typing import Any, Final

from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.samples import SampleFile
from leadcard.runtime.harness.sql_rows import EVENT_COLUMNS, Tables, sample_facts, scored

_LEADS, _EVENTS, _LISTS = "leadcard_sample_leads", "leadcard_sample_events", "leadcard_sample_lists"
_TIME: Final = "Nullable(DateTime64(6, 'UTC'))"
_TYPES: Final = {"VARCHAR": "Nullable(String)", "TIMESTAMP": _TIME}
_EVENT_TYPES: Final = dict.fromkeys(EVENT_COLUMNS, "Nullable(String)") | {
    "at": _TIME,
    "seconds": "Nullable(Decimal(18, 6))",
}
_LIST_TYPES: Final = {"list": "String", "value": "String"}
# Statements of large cards are longer than ClickHouse takes unless it is told to.
_SETTINGS: Final = ("max_query_size = 100000000", "date_time_input_format = 'best_effort'")


def run(plan: Plan, file: SampleFile) -> tuple[Outcome | None, ...]:
    """Score the samples with the statement for ClickHouse."""
    facts = replace(sample_facts(plan), leads=_LEADS, events=_EVENTS, lists=_LISTS)
    when = AsOf(literal=file.as_of)
    sql = to_sql(plan, dialect="clickhouse", reasons=True, as_of=when, facts=facts)
    return scored(plan, file, partial(_run_statement, sql))


def _run_statement(sql: str, tables: Tables) -> list[dict[str, object]]:
    leads = {name: _TYPES[kind] for name, kind in tables.columns.items()}
    try:
        _fill(_LEADS, leads, tables.leads)
        _fill(_EVENTS, _EVENT_TYPES, tables.events)
        _fill(_LISTS, _LIST_TYPES, tables.lists)
        answer = _session().query(sql.rstrip().rstrip(";"), "JSONCompactEachRowWithNames")
    except RuntimeError as error:
        first = str(error).strip().split("\n", 1)[0].rstrip(".")
        raise _stopped(first) from error
    lines = [json.loads(line, parse_float=Decimal) for line in answer.bytes().splitlines()]
    if not lines:
        return []
    names, *rows = lines
    return [dict(zip(names, cells, strict=True)) for cells in rows]


@cache
def _session() -> Any:
    """The one session of this process, in a folder that goes with it."""
    try:
        made: Any = import_module("chdb.session").Session()
    except ImportError as error:
        why = "the package chdb is not installed"
        raise _stopped(why, "install it: `pip install 'leadcard[chdb]'`") from error
    for setting in _SETTINGS:
        made.query(f"SET {setting}")
    return made


def _stopped(why: str, hint: str | None = None) -> DataError:
    message = f"ClickHouse cannot do its work: {why}"
    return DataError(Diagnostic(code="D902", message=message, hint=hint))


def _fill(table: str, types: dict[str, str], rows: Iterable[Sequence[object]]) -> None:
    """A table with these rows; they travel as data beside the statement."""
    columns = ", ".join(f"`{name.replace('`', '``')}` {kind}" for name, kind in types.items())
    session = _session()
    session.query(f"CREATE OR REPLACE TEMPORARY TABLE {table} ({columns})")
    lines = "\n".join(json.dumps([_sent(c) for c in row], ensure_ascii=False) for row in rows)
    if lines:
        session.query(f"INSERT INTO {table} FORMAT JSONCompactEachRow\n{lines}")


def _sent(value: object) -> object:
    match value:
        case datetime():
            return f"{value.isoformat()}Z"
        case Decimal():
            return f"{value:f}"
        case _:
            return value
