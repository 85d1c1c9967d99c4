"""One lead out of loaded data, with its events."""

from __future__ import annotations

from datetime import datetime

from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.nearest import nearest
from leadcard.runtime.case import Case
from leadcard.runtime.load import Data

_FEW = 1000


def find_case(data: Data, plan: Plan, lead_id: str, as_of: datetime) -> Case | Diagnostic:
    """The lead of that id as a case, or why there is none."""
    if plan.personal is not None:
        return Diagnostic(
            code="C101",
            message="not supported yet: explaining accounts from data",
            hint="sample leads with `colleagues` can be explained",
        )
    lead = _rows(data, data.leads, lead_id)
    if not lead:
        return _unknown(data, lead_id)
    events = _rows(data, data.events, lead_id)
    return Case(name=f"lead {lead_id}", lead=lead[0], events=tuple(events), as_of=as_of)


def _rows(data: Data, relation: str, lead_id: str) -> list[dict[str, object]]:
    found = data.connection.execute(
        f"SELECT * FROM {relation} WHERE CAST(lead_id AS VARCHAR) = ?", [lead_id]
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


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
