"""The engines that sample leads run on: the Python module of a card, and its SQL on DuckDB.

An engine takes the plan and the samples and gives one outcome for each, in their order: None where
a lead was created after `as_of` and so has no score.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from leadcard.compiler.plan import FieldKind, Plan
from leadcard.compiler.result import result_columns
from leadcard.compiler.text import BLANKS, name_form
from leadcard.runtime.harness.outcome import Outcome, Reason, instant, plain_value, points
from leadcard.runtime.harness.samples import FieldValue, Sample, SampleEvent, SampleFile, SampleLead

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Outcomes: TypeAlias = tuple[Outcome | None, ...]
Engine: TypeAlias = Callable[[Plan, SampleFile], Outcomes]

# --- Python ---------------------------------------------------------------------------------------


def run_python(plan: Plan, file: SampleFile) -> Outcomes:
    """Score the samples with the module that `leadcard compile --to python` writes."""
    from leadcard.runtime.compiled import compiled

    module = compiled(plan)
    return tuple(
        outcome_of_score(
            plan,
            module.score(
                lead_row(sample.lead),
                [event_row(event) for event in sample.lead.events],
                file.as_of,
                [(lead_row(c), [event_row(e) for e in c.events]) for c in sample.colleagues],
            ),
        )
        for sample in file.samples
    )


def lead_row(lead: SampleLead) -> dict[str, FieldValue]:
    """A lead as compiled Python takes it."""
    return {**dict(lead.values), "account_id": lead.account}


def event_row(event: SampleEvent) -> dict[str, object]:
    """An event as compiled Python takes it."""
    return {
        "event_id": event.id,
        "verb": event.verb,
        "object": event.object,
        "at": event.at,
        "seconds": event.seconds,
    }


def outcome_of_score(plan: Plan, score: Any) -> Outcome | None:
    """What the module's `score` returned, as an outcome."""
    if score is None:
        return None
    columns = result_columns(plan, reasons=False)
    return Outcome(
        values={
            c.name: plain_value(c.name, c.type, getattr(score, c.name))
            for c in columns
            if c.name != "lead_id"
        },
        reasons=tuple(
            Reason(
                line=r.line,
                rule=r.rule,
                section=r.section,
                points=points(r.points),
                counted=r.counted,
                events=r.events,
                latest=instant(r.latest),
            )
            for r in score.reasons
        ),
    )


# --- SQL on DuckDB --------------------------------------------------------------------------------

_TABLES: Final = (
    "CREATE TABLE events (event_id VARCHAR, lead_id VARCHAR, verb VARCHAR, object VARCHAR,"
    ' "at" TIMESTAMP, seconds DECIMAL(18, 6))',
    "CREATE TABLE leadcard_lists (list VARCHAR, value VARCHAR)",
)
_CHUNK: Final = 200


def run_duckdb(plan: Plan, file: SampleFile) -> Outcomes:
    """Score the samples with the statement that `leadcard compile --to sql` writes.

    Samples run together unless they would share an account by their ids or mail domains: in a file,
    only `colleagues` make an account.
    """
    from leadcard.compiler.backends.sql import to_sql
    from leadcard.compiler.backends.sql_facts import AsOf, ColumnType, Facts

    types: dict[str, ColumnType] = {
        f.column: "time" for f in plan.fields if f.kind is FieldKind.TIME
    }
    sql = to_sql(plan, reasons=True, as_of=AsOf(literal=file.as_of), facts=Facts(types=types))
    found: dict[str, Outcome] = {}
    for group in _groups(plan, file):
        found |= _run_statement(sql, plan, file, group)
    return tuple(found.get(_lead_id(n)) for n in range(len(file.samples)))


def _groups(plan: Plan, file: SampleFile) -> list[list[int]]:
    """The numbers of samples that may run together, each in the first group that it may join."""
    numbers = range(len(file.samples))
    if plan.personal is None:
        return [[*numbers]]
    personal = {e for each in plan.lists if each.name == plan.personal for e in each.entries}
    groups: list[tuple[list[int], set[str]]] = []
    for n in numbers:
        marks = _account_marks(file.samples[n], personal)
        group = next((g for g in groups if not g[1] & marks), None)
        if group is None:
            group = ([], set())
            groups.append(group)
        group[0].append(n)
        group[1].update(marks)
    return [members for members, _ in groups]


def _account_marks(sample: Sample, personal: set[str]) -> set[str]:
    """What another sample may have in common with this one that would make them colleagues."""
    marks = {f"id {sample.lead.account.strip(BLANKS)}"} if sample.lead.account else set()
    for lead in (sample.lead, *sample.colleagues):
        address = dict(lead.values).get("email")
        _, _, domain = str(address or "").rpartition("@")
        marks |= (
            {f"domain {name_form(domain)}"} if name_form(domain) not in {"", *personal} else set()
        )
    return marks


def _run_statement(
    sql: str, plan: Plan, file: SampleFile, group: Sequence[int]
) -> dict[str, Outcome]:
    """Outcomes by lead id of the samples with these numbers, and of their colleagues."""
    import duckdb

    people = [person for n in group for person in _people(file, n)]
    columns = _columns(plan)
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        for statement in (f"CREATE TABLE leads ({listed})", *_TABLES):
            engine.execute(statement)
        _insert(engine, "leads", [_lead_cells(columns, person) for person in people])
        _insert(engine, "events", [cells for person in people for cells in _event_cells(person)])
        for long in plan.lists:
            entries = "INSERT INTO leadcard_lists SELECT ?, unnest(?)"
            engine.execute(entries, [long.name, list(long.entries)])
        result = engine.execute(sql)
        names = [column[0] for column in result.description or ()]
        rows = (dict(zip(names, cells, strict=True)) for cells in result.fetchall())
        return {str(row["lead_id"]): _outcome_of_row(plan, row) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """A row of `leads`: a sample lead or a colleague of one."""

    id: str
    account: str | None
    lead: SampleLead


def _lead_id(number: int) -> str:
    return f"s{number + 1}"


def _people(file: SampleFile, number: int) -> Iterator[_Person]:
    """A sample and its colleagues, which are of its account by definition."""
    sample = file.samples[number]
    account = f"account of {_lead_id(number)}" if sample.colleagues else sample.lead.account
    yield _Person(id=_lead_id(number), account=account, lead=sample.lead)
    for n, colleague in enumerate(sample.colleagues, start=1):
        yield _Person(id=f"{_lead_id(number)}c{n}", account=account, lead=colleague)


def _columns(plan: Plan) -> dict[str, str]:
    """The columns of `leads` that the plan reads, with their types."""
    found = {"lead_id": "VARCHAR", "account_id": "VARCHAR"}
    for field in plan.fields:
        if field.domain_of is None:
            found[field.column] = "TIMESTAMP" if field.kind is FieldKind.TIME else "VARCHAR"
        if field.currency is not None:
            found[field.currency] = "VARCHAR"
    return found


def _lead_cells(columns: Mapping[str, str], person: _Person) -> tuple[object, ...]:
    values: dict[str, object] = {
        **dict(person.lead.values),
        "lead_id": person.id,
        "account_id": person.account,
    }
    return tuple(_naive(values.get(column)) for column in columns)


def _event_cells(person: _Person) -> Iterator[tuple[object, ...]]:
    for event in person.lead.events:
        yield (event.id, person.id, event.verb, event.object, _naive(event.at), event.seconds)


def _naive(value: object) -> object:
    """An instant without its zone, as TIMESTAMP columns hold it."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def _insert(engine: DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        row = f"({', '.join('?' * len(part[0]))})"
        marks = ", ".join([row] * len(part))
        engine.execute(f"INSERT INTO {table} VALUES {marks}", [cell for r in part for cell in r])


def _outcome_of_row(plan: Plan, row: Mapping[str, object]) -> Outcome:
    columns = result_columns(plan, reasons=False)
    return Outcome(
        values={
            c.name: plain_value(c.name, c.type, row[c.name]) for c in columns if c.name != "lead_id"
        },
        reasons=tuple(_reason(r) for r in json.loads(str(row["reasons"]), parse_float=Decimal)),
    )


def _reason(found: Mapping[str, Any]) -> Reason:
    return Reason(
        line=found["line"],
        rule=found["rule"],
        section=found["section"],
        points=points(found["points"]),
        counted=found["counted"],
        events=found["events"],
        latest=instant(found["latest"]),
    )


ENGINES: Final[dict[str, Engine]] = {"python": run_python, "duckdb": run_duckdb}
