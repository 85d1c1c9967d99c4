"""Sample leads as rows of tables, for engines that run statements, and rows of results back.

Samples run together unless they would share an account by their ids or mail domains.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.plan import FieldKind, Plan
from leadcard.compiler.result import result_columns
from leadcard.compiler.text import BLANKS, name_form
from leadcard.runtime.harness.outcome import Outcome, Reason, instant, plain_value, points
from leadcard.runtime.harness.samples import Sample, SampleFile, SampleLead

EVENT_COLUMNS: Final = ("event_id", "lead_id", "verb", "object", "at", "seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of `leads`: a sample lead or a colleague of one."""

    id: str
    account: str | None
    lead: SampleLead


def lead_id(number: int) -> str:
    """The id of a sample by its number in the file."""
    return f"s{number + 1}"


def people(file: SampleFile, number: int) -> Iterator[Row]:
    """A sample and its colleagues, which are of its account by definition."""
    sample = file.samples[number]
    account = f"account of {lead_id(number)}" if sample.colleagues else sample.lead.account
    yield Row(id=lead_id(number), account=account, lead=sample.lead)
    for n, colleague in enumerate(sample.colleagues, start=1):
        yield Row(id=f"{lead_id(number)}c{n}", account=account, lead=colleague)


def lead_columns(plan: Plan) -> dict[str, str]:
    """The columns of `leads` that the plan reads, with their types."""
    found = {"lead_id": "VARCHAR", "account_id": "VARCHAR"}
    for field in plan.fields:
        if field.domain_of is None:
            found[field.column] = "TIMESTAMP" if field.kind is FieldKind.TIME else "VARCHAR"
        if field.currency is not None:
            found[field.currency] = "VARCHAR"
    return found


def lead_cells(columns: Iterable[str], person: Row) -> tuple[object, ...]:
    """The values of one lead by column, instants without their zone."""
    values: dict[str, object] = {
        **dict(person.lead.values),
        "lead_id": person.id,
        "account_id": person.account,
    }
    return tuple(_naive(values.get(column)) for column in columns)


def event_cells(person: Row) -> Iterator[tuple[object, ...]]:
    """The events of one lead, each as a row of `EVENT_COLUMNS`."""
    for event in person.lead.events:
        yield (event.id, person.id, event.verb, event.object, _naive(event.at), event.seconds)


def _naive(value: object) -> object:
    """An instant without its zone, as TIMESTAMP columns hold it."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def groups(plan: Plan, file: SampleFile) -> list[list[int]]:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables that a statement finds: columns of the leads with their types, and all rows.

    Events have `EVENT_COLUMNS`, lists the columns `list` and `value`.
    """

    columns: Mapping[str, str]
    leads: tuple[tuple[object, ...], ...]
    events: tuple[tuple[object, ...], ...]
    lists: tuple[tuple[str, str], ...]


def scored(
    plan: Plan, file: SampleFile, run: Callable[[Tables], Iterable[Mapping[str, object]]]
) -> tuple[Outcome | None, ...]:
    """The outcomes of the samples by what `run` says of the tables of each group."""
    found: dict[str, Outcome] = {}
    for group in groups(plan, file):
        rows = run(_tables(plan, file, group))
        found |= {str(row["lead_id"]): outcome_of_row(plan, row) for row in rows}
    return tuple(found.get(lead_id(n)) for n in range(len(file.samples)))


def _tables(plan: Plan, file: SampleFile, group: Iterable[int]) -> Tables:
    members = [person for n in group for person in people(file, n)]
    columns = lead_columns(plan)
    return Tables(
        columns=columns,
        leads=tuple(lead_cells(columns, person) for person in members),
        events=tuple(cells for person in members for cells in event_cells(person)),
        lists=tuple((long.name, entry) for long in plan.lists for entry in long.entries),
    )


def sample_facts(plan: Plan) -> Facts:
    """What is known of these tables: instants are instants, all else is text."""
    times = (f.column for f in plan.fields if f.kind is FieldKind.TIME)
    return Facts(types=dict.fromkeys(times, "time"))


def outcome_of_row(plan: Plan, row: Mapping[str, object]) -> Outcome:
    """A row of a statement's result as an outcome."""
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
