"""Cards of thousands of rules, scored by their Python module over loaded data.

A statement has a column for each rule, and what a database needs to plan and to hold such a
statement grows faster than their number: 5,000 rules took a minute and more than 3 GB before the
first lead was scored. The module of the same card takes seconds, and a millisecond or two a lead.
Both say the same of every lead.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias

from leadcard.compiler.plan import Plan
from leadcard.compiler.result import ResultColumn, result_columns
from leadcard.runtime.compiled import compiled
from leadcard.runtime.execute import Progress, members_statement, naive
from leadcard.runtime.harness.outcome import plain_value
from leadcard.runtime.load import Data
from leadcard.runtime.sql_text import name, text

_AT_ONCE: Final = 10_000  # leads whose events are held at a time
_LONGEST_LINE: Final = 1 << 28  # bytes of one lead's result with all of its reasons
Person: TypeAlias = tuple[dict[str, object], list[dict[str, object]]]


def each_score(
    plan: Plan, data: Data, *, as_of: datetime, progress: Progress | None = None
) -> Iterator[tuple[str, Any]]:
    """The id and the `Score` of each lead that has one; `progress` hears percents, 0 to 100."""
    module = compiled(plan)
    parts = _Parts(plan, data, as_of)
    for part in range(parts.many):
        people, accounts = parts.people(part), parts.accounts(part)
        for lead, (row, events) in people.items():
            others = [one for one in accounts.get(lead, ()) if one != lead]
            score = module.score(row, events, as_of, [people[one] for one in others])
            if score is not None:
                yield lead, score
        if progress is not None:
            progress(100 * (part + 1) / parts.many)


def store_scores(
    plan: Plan,
    data: Data,
    relation: str,
    *,
    as_of: datetime,
    explain: bool,
    progress: Progress | None = None,
) -> None:
    """Score every lead into the table `relation`, which has the columns of the result."""
    columns = result_columns(plan, reasons=explain)
    scores = each_score(plan, data, as_of=as_of, progress=progress)
    with _stored(_result(columns, lead, score) for lead, score in scores) as path:
        rows = _read(path, {column.name: "VARCHAR" for column in columns})
        data.connection.execute(f"INSERT INTO {relation} BY NAME {rows}")


def store_points(plan: Plan, data: Data, path: Path, *, as_of: datetime) -> None:
    """Write what each rule is worth to each lead, as `sql_points.py` says, and `cap_1` …."""
    points, scores = _Points(plan), each_score(plan, data, as_of=as_of)
    with _stored(points.row(lead, score) for lead, score in scores) as rows:
        query = _read(rows, points.columns)
        data.connection.execute(f"COPY ({query}) TO {text(str(path))} (FORMAT parquet)")


# --- leads and events -----------------------------------------------------------------------------


class _Parts:
    """The leads in parts of which each holds whole accounts, with their events."""

    def __init__(self, plan: Plan, data: Data, as_of: datetime) -> None:
        self._engine = data.connection
        self._has_accounts = plan.personal is not None
        self._store(plan, data, as_of)
        row = self._engine.execute("SELECT max(long_part) + 1 FROM long_leads").fetchone()
        self.many = int(row[0] or 0) if row else 0

    def _store(self, plan: Plan, data: Data, as_of: datetime) -> None:
        account, join = "NULL", ""
        if self._has_accounts:
            members = members_statement(plan, data, as_of=as_of)
            account = "m.account"
            join = f" LEFT JOIN ({members}) m ON m.lead_id = l.lead_id"
        key = "CAST(l.lead_id AS VARCHAR)"
        self._engine.execute(
            "CREATE OR REPLACE TEMP TABLE long_leads AS SELECT long_lead, account, (min(place)"
            f" OVER (PARTITION BY account, coalesce(account, long_lead)) - 1) // {_AT_ONCE}"
            " AS long_part FROM (SELECT *, row_number() OVER (ORDER BY account, long_lead) AS place"
            f" FROM (SELECT {key} AS long_lead, {account} AS account FROM {data.leads} l{join}))"
        )
        self._engine.execute(
            "CREATE OR REPLACE TEMP TABLE long_rows AS SELECT n.long_part, n.long_lead, l.*"
            f" FROM {data.leads} l JOIN long_leads n ON n.long_lead = {key} ORDER BY n.long_part"
        )
        self._engine.execute(
            "CREATE OR REPLACE TEMP TABLE long_events AS SELECT n.long_part, n.long_lead, e.*"
            f" FROM {data.events} e JOIN long_leads n ON n.long_lead = CAST(e.lead_id AS VARCHAR)"
            ' WHERE e."at" <= $until ORDER BY n.long_part',
            {"until": naive(as_of)},
        )

    def people(self, part: int) -> dict[str, Person]:
        """The leads of a part with their events, by id."""
        events: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
        for lead, row in self._rows("long_events", part):
            events[lead].append(row)
        return {lead: (row, events[lead]) for lead, row in self._rows("long_rows", part)}

    def accounts(self, part: int) -> Mapping[str, list[str]]:
        """For each lead of a part that has an account, all leads of it."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        if not self._has_accounts:
            return {}
        query = (
            "SELECT account, long_lead FROM long_leads WHERE long_part = ? AND account IS NOT NULL"
        )
        for account, lead in self._engine.execute(query, [part]).fetchall():
            found[account].append(lead)
        return {lead: leads for leads in found.values() for lead in leads}

    def _rows(self, table: str, part: int) -> Iterator[tuple[str, dict[str, object]]]:
        query = (
            f"SELECT long_lead, * EXCLUDE (long_part, long_lead) FROM {table} WHERE long_part = ?"
        )
        found = self._engine.execute(query, [part])
        names = [column[0] for column in (found.description or ())[1:]]
        for lead, *row in found.fetchall():
            yield lead, dict(zip(names, row, strict=True))


# --- results --------------------------------------------------------------------------------------


def _result(columns: Iterable[ResultColumn], lead: str, score: Any) -> dict[str, object]:
    """A row of the result as texts that the engine reads back."""
    row: dict[str, object] = {}
    for column in columns:
        match column.type:
            case "json":
                row[column.name] = reasons_text(score.reasons)
            case _ if column.name == "lead_id":
                row[column.name] = lead
            case _:
                value = plain_value(column.name, column.type, getattr(score, column.name))
                row[column.name] = _as_text(value)
    return row


def _as_text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return None if value is None else str(value)


def reasons_text(reasons: Iterable[Any]) -> str:
    """The reasons of a score in the text that a statement makes of them."""
    return f"[{','.join(_reason(one) for one in reasons)}]"


def _reason(one: Any) -> str:
    latest = None if one.latest is None else one.latest.astimezone(UTC).replace(tzinfo=None)
    said = {"line": one.line, "rule": one.rule, "section": one.section}
    said |= {"points": _plain_number(one.points), "counted": one.counted, "events": one.events}
    said["latest"] = None if latest is None else f"{latest.isoformat()}Z"
    return json.dumps(said, ensure_ascii=False)


def _plain_number(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)


def _hundredths(points: Decimal) -> int:
    return int(points.scaleb(2))


def _point_columns(plan: Plan) -> dict[str, str]:
    """The columns of `store_points` with their types."""
    competing = {section.name for section in plan.sections if section.best_only}
    columns = ["score", "raw"]
    columns += [f"section_{i}" for i in range(1, len(plan.sections) + 1)]
    for place, rule in enumerate(plan.rules, start=1):
        columns.append(f"rule_{place}")
        if rule.section in competing and rule.scored:
            columns.append(f"offer_{place}")
    columns += [f"cap_{i}" for i in range(1, len(plan.sections) + 1)]
    return {"lead_id": "VARCHAR", "stage": "VARCHAR"} | dict.fromkeys(columns, "BIGINT")


class _Points:
    """Makes the rows of `store_points`; what did not fire is left out of them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._places = {rule.line: place for place, rule in enumerate(plan.rules, start=1)}
        self.columns = _point_columns(plan)

    def row(self, lead: str, score: Any) -> dict[str, object]:
        """One lead, in 1/100 of a point."""
        made: dict[str, object] = {"lead_id": lead, "stage": score.stage}
        made |= {"score": _hundredths(score.score), "raw": _hundredths(score.raw_score)}
        added = dict.fromkeys((section.name for section in self._plan.sections), 0)
        for reason in score.reasons:
            place, points = self._places[reason.line], _hundredths(reason.points)
            counted = points if reason.counted else 0
            made[f"rule_{place}"] = counted
            if f"offer_{place}" in self.columns:
                made[f"offer_{place}"] = points
            added[reason.section] += counted
        for i, section in enumerate(self._plan.sections, start=1):
            total = _hundredths(getattr(score, f"section_{section.column}"))
            made |= {f"section_{i}": total, f"cap_{i}": total - added[section.name]}
        return made


@contextmanager
def _stored(rows: Iterable[Mapping[str, object]]) -> Iterator[Path]:
    """Rows in a file of JSON lines that lasts as long as the block."""
    with tempfile.TemporaryDirectory(prefix="leadcard-") as folder:
        path = Path(folder) / "rows.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        yield path


def _read(path: Path, kinds: Mapping[str, str]) -> str:
    """Rows of `_stored` as a query with columns of these types."""
    listed = ", ".join(f"{name(column)}: {text(kind)}" for column, kind in kinds.items())
    return (
        f"SELECT * FROM read_json({text(str(path))}, format = 'newline_delimited',"
        f" columns = {{{listed}}}, maximum_object_size = {_LONGEST_LINE})"
    )
