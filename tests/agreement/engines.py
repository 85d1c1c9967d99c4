"""One case through the oracle, the Python module and DuckDB, with results in one shape."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

import duckdb

from leadcard.compiler.backends.python import to_python
from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import EVENT_COLUMNS, AsOf, ColumnType, Facts
from leadcard.compiler.plan import Plan
from leadcard.compiler.result import JOIN_TEXT
from leadcard.dsl import ast
from tests import oracle_values as read
from tests.oracle import result
from tests.oracle_data import Judge
from tests.strategies import Case

# Lead ids to columns; a lead without a row is left out.
Results: TypeAlias = dict[str, dict[str, Any]]

PLAIN = (
    "score", "raw_score", "displayed", "stage", "grade", "tier", "disqualified", "must_haves",
    "route", "respond_within", "notify",
)  # fmt: skip
JOINED = ("flags", "key_conversions")
REASON = ("line", "rule", "section", "points", "counted", "events", "latest")
_SQL_TYPES = {
    "text": "VARCHAR",
    "decimal": "DECIMAL(38, 6)",
    "double": "DOUBLE",
    "integer": "BIGINT",
    "time": "TIMESTAMPTZ",
    "plain time": "TIMESTAMP",
    "date": "DATE",
    "boolean": "BOOLEAN",
}
_FACTS: Mapping[str, ColumnType] = {
    "text": "text",
    "decimal": "number",
    "double": "number",
    "integer": "integer",
    "time": "time",
    "plain time": "time",
    "date": "date",
    "boolean": "boolean",
}


def _events_of(case: Case) -> dict[str, list[Mapping[str, object]]]:
    events: dict[str, list[Mapping[str, object]]] = {str(row["lead_id"]): [] for row in case.leads}
    for event in case.events:
        events.setdefault(str(event["lead_id"]), []).append(event)
    return events


# --- the oracle -----------------------------------------------------------------------------------


def by_oracle(case: Case, card: ast.Scorecard, plan: Plan) -> Results:
    """What the oracle says; the plan only gives the names of the sections' columns."""
    judge = Judge(card, case.vocabulary, read.instant(case.as_of))
    people = judge.accounts(case.leads)
    events = _events_of(case)
    columns = {section.name: f"section_{section.column}" for section in plan.sections}
    results = {}
    for row in case.leads:
        others = [(each, events[str(each["lead_id"])]) for each in people.get(id(row), ())]
        found = result(judge, row, events[str(row["lead_id"])], others)
        if found is None:
            continue
        sections = found.pop("sections")
        assert isinstance(sections, dict)
        found |= {columns[name]: total for name, total in sections.items()}
        results[str(row["lead_id"])] = {
            key: value for key, value in found.items() if key not in ("lead_id", "scorecard")
        }
    return results


# --- the Python module ----------------------------------------------------------------------------


def by_python(case: Case, plan: Plan, card: ast.Scorecard) -> Results:
    """What the generated module says."""
    module = load(to_python(plan))
    judge = Judge(card, case.vocabulary, read.instant(case.as_of))
    people = judge.accounts(case.leads)
    events = _events_of(case)
    results = {}
    for row in case.leads:
        others = [(each, events[str(each["lead_id"])]) for each in people.get(id(row), ())]
        score = module.score(row, events[str(row["lead_id"])], case.as_of, others)
        if score is not None:
            results[str(row["lead_id"])] = _from_score(score, plan)
    return results


def load(source: str) -> types.ModuleType:
    """A module from its text."""
    module = types.ModuleType("generated_card")
    sys.modules[module.__name__] = module
    exec(compile(source, "generated_card.py", "exec"), module.__dict__)
    return module


def _from_score(score: Any, plan: Plan) -> dict[str, Any]:
    sections = [f"section_{section.column}" for section in plan.sections]
    found = {name: getattr(score, name) for name in (*PLAIN, *JOINED, *sections)}
    found["as_of"] = read.instant(score.as_of)
    found["reasons"] = tuple(
        {
            name: _latest(getattr(reason, name)) if name == "latest" else getattr(reason, name)
            for name in REASON
        }
        for reason in score.reasons
    )
    return found


def _latest(value: object) -> int | None:
    match value:
        case None:
            return None
        case datetime():
            return read.instant(value)
        case str():
            return read.instant(datetime.fromisoformat(value))
    raise TypeError(value)


# --- DuckDB ---------------------------------------------------------------------------------------


@cache
def database() -> duckdb.DuckDBPyConnection:
    """One database for all cases, in a time zone that nothing should depend on."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'Asia/Kathmandu'")
    connection.execute("SET threads = 1")
    return connection


def by_sql(case: Case, plan: Plan) -> Results:
    """What the SQL statement says on DuckDB."""
    _fill("leads", lead_types(case), case.leads)
    _fill("events", event_types(case), case.events)
    _fill_lists(plan)
    facts = facts_of(case, plan)
    statement = to_sql(plan, reasons=True, as_of=AsOf(literal=case.as_of), facts=facts)
    cursor = database().execute(
        f"SELECT * REPLACE (epoch_us(as_of) AS as_of) FROM ({statement.rstrip().rstrip(';')})"
    )
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    results = {row["lead_id"]: from_row(row, plan) for row in rows}
    assert len(results) == len(rows), "a lead has two rows"
    return results


def facts_of(case: Case, plan: Plan) -> Facts:
    """What the statement is told of the tables of a case."""
    leads, events = lead_types(case), event_types(case)
    wanted = {f.column for f in plan.fields if f.domain_of is None}
    wanted |= {f.currency for f in plan.fields if f.currency} | {"account_id"}
    return Facts(
        absent=frozenset(wanted - set(leads)),
        event_columns=frozenset(events),
        **(_known(case, leads, events) if case.informed else {}),
    )


def _known(case: Case, leads: Mapping[str, str], events: Mapping[str, str]) -> dict[str, Any]:
    """All that is true of the tables of a case and shortens its statement."""
    named = [
        (e.get("source"), e["lead_id"], e["event_id"], e["verb"], e["object"]) for e in case.events
    ]
    moments = [each["at"] for each in case.events]
    return {
        "types": {c: _FACTS[kind] for c, kind in leads.items()},
        "seconds_type": _FACTS[events["seconds"]],
        "same_ids": leads["lead_id"] == events["lead_id"],
        "events_unique": len(set(named)) == len(named),
        "event_ids_known": all(not read.is_blank(str(e["event_id"] or "")) for e in case.events),
        "no_later_rows": all(
            not isinstance(m, datetime) or read.instant(m) <= read.instant(case.as_of)
            for m in moments
        ),
    }


def lead_types(case: Case) -> dict[str, str]:
    """How the columns of leads are typed."""
    return {
        column: case.typed.get(column, "text")
        for column in dict.fromkeys(column for row in case.leads for column in row)
    }


def event_types(case: Case) -> dict[str, str]:
    """How the columns of events are typed."""
    types_ = dict.fromkeys(EVENT_COLUMNS, "text")
    types_ |= {column: "text" for row in case.events for column in row}
    types_ |= {"at": case.typed.get("at", "time"), "seconds": case.typed.get("seconds", "text")}
    types_ |= {"lead_id": case.typed.get("events.lead_id", "text")}
    return types_


def _fill(table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, object]]) -> None:
    """Make a table of these rows: each column arrives as one list."""
    made = [
        f'CAST(unnest($"{n}"::{_SENT.get(kind, "VARCHAR")}[]) AS {_SQL_TYPES[kind]}) AS "{name}"'
        for n, (name, kind) in enumerate(columns.items(), 1)
    ]
    values = {str(n): [_sent(row.get(name)) for row in rows] for n, name in enumerate(columns, 1)}
    database().execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {', '.join(made)}", values)


# Other types arrive as text: the client would bring in its own zone, and lose decimals.
_SENT = {"double": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN"}


def _sent(value: object) -> object:
    match value:
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
        case date() | Decimal():
            return str(value)
    return value


@cache
def _filled() -> dict[str, tuple[str, ...]]:
    """The lists that stand in the table of lists; those of earlier cases stay, as lists do."""
    database().execute("CREATE TABLE leadcard_lists (list VARCHAR, value VARCHAR)")
    return {}


def _fill_lists(plan: Plan) -> None:
    filled = _filled()
    for each in plan.lists:
        if filled.get(each.name) != each.entries:
            filled[each.name] = each.entries
            database().execute("DELETE FROM leadcard_lists WHERE list = ?", [each.name])
            database().execute(
                "INSERT INTO leadcard_lists SELECT $1, unnest($2::VARCHAR[])",
                [each.name, list(each.entries)],
            )


def from_row(row: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """A row of a statement's result in the shape of all results."""
    sections = [f"section_{section.column}" for section in plan.sections]
    found = {name: row[name] for name in (*PLAIN, *sections, "as_of")}
    for name in JOINED:
        found[name] = row[name]
    reasons = json.loads(row["reasons"], parse_float=Decimal, parse_int=Decimal)
    found["reasons"] = tuple(
        {name: _latest(reason[name]) if name == "latest" else reason[name] for name in REASON}
        for reason in reasons
    )
    return found


def same_shape(found: Mapping[str, Any]) -> dict[str, Any]:
    """A result with its several texts joined, for comparing any two."""
    plain = dict(found)
    for name in JOINED:
        if not isinstance(plain[name], str):
            plain[name] = JOIN_TEXT.join(plain[name])
    return plain
