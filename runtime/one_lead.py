"""One lead of loaded data, with its events and, where the card asks for them, its colleagues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.nearest import nearest
from leadcard.runtime.case import Case, Row
from leadcard.runtime.execute import members_statement, naive
from leadcard.runtime.load import Data

_FEW = 1000
_ID = "CAST(lead_id AS VARCHAR)"


def find_case(data: Data, plan: Plan, lead_id: str, as_of: datetime) -> Case | Diagnostic:
    """The lead of that id as a case, or why there is none.

    Events after `as_of` and colleagues created after it are left out: at later moments the case
    tells what becomes of the lead if nothing more happens.
    """
    lead = _leads(data, [lead_id]).get(lead_id)
    if lead is None:
        return _unknown(data, lead_id)
    colleagues = _leads(data, _colleague_ids(data, plan, lead_id, as_of))
    events = _events(data, [lead_id, *colleagues], as_of)
    return Case(
        name=f"lead {lead_id}",
        lead=lead,
        events=tuple(events[lead_id]),
        as_of=as_of,
        colleagues=tuple((row, tuple(events[one])) for one, row in colleagues.items()),
    )


def _colleague_ids(data: Data, plan: Plan, lead_id: str, as_of: datetime) -> list[str]:
    """The other leads of the same account, in the order of their ids."""
    if plan.personal is None:
        return []
    members = members_statement(plan, data, as_of=as_of)
    found = data.connection.execute(
        f"WITH members AS MATERIALIZED ({members}) "
        f"SELECT {_ID} FROM members WHERE {_ID} <> ? "
        f"AND account = (SELECT account FROM members WHERE {_ID} = ?) ORDER BY lead_id",
        [lead_id, lead_id],
    )
    return [str(row[0]) for row in found.fetchall()]


def _leads(data: Data, lead_ids: list[str]) -> dict[str, Row]:
    """These leads by their ids, in the same order."""
    if not lead_ids:
        return {}
    asked = f"SELECT {_ID}, * FROM {data.leads} WHERE {_ID} IN (SELECT unnest(?))"
    found = dict(_rows(data, asked, [lead_ids]))
    return {one: found[one] for one in lead_ids if one in found}


def _events(data: Data, lead_ids: list[str], as_of: datetime) -> defaultdict[str, list[Row]]:
    """The events of these leads up to that moment."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    asked = f'SELECT {_ID}, * FROM {data.events} WHERE {_ID} IN (SELECT unnest(?)) AND "at" <= ?'
    for lead_id, row in _rows(data, asked, [lead_ids, naive(as_of)]):
        found[lead_id].append(row)
    return found


def _rows(data: Data, query: str, values: Iterable[object]) -> Iterator[tuple[str, Row]]:
    """Rows by the id in their first column."""
    found = data.connection.execute(query, list(values))
    names = [column[0] for column in (found.description or ())[1:]]
    for lead_id, *row in found.fetchall():
        yield str(lead_id), dict(zip(names, row, strict=True))


def _unknown(data: Data, lead_id: str) -> Diagnostic:
    some = data.connection.execute(
        f"SELECT CAST(lead_id AS VARCHAR) FROM {data.leads} ORDER BY 1 LIMIT {_FEW}"
    ).fetchall()
    known = [str(row[0]) for row in some]
    near = nearest(lead_id, known)
    example = f"ids look like `{known[0]}`" if known else "the data holds no leads"
    return Diagnostic(
        code="D301",
        message=f"there is no lead `{lead_id}` in the data",
        hint=f"did you mean `{near}`?" if near else example,
    )
