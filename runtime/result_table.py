"""A result as a table for people: the leads with the highest scores, cut to the width of the
terminal.
"""

from __future__ import annotations

from rich.table import Table

from leadcard.runtime.execute import Scored
from leadcard.runtime.sql_text import name
from leadcard.runtime.write import plain_column

_SHOWN = (
    "lead_id", "score", "stage", "grade", "tier", "disqualified", "route", "respond_within",
    "flags", "key_conversions",
)  # fmt: skip
_TITLES = {"lead_id": "lead", "respond_within": "within", "key_conversions": "key conversions"}


def result_table(scored: Scored, *, limit: int = 20) -> Table:
    """The first `limit` leads by score; columns that are empty throughout are left out."""
    columns = [c for c in scored.columns if c.name in _SHOWN]
    columns += [c for c in scored.columns if c.name.startswith("section_")]
    shown = [c for c in columns if _is_used(scored, c.name)]
    chosen = ", ".join(f"CAST({plain_column(c)} AS VARCHAR)" for c in shown)
    rows = scored.connection.execute(
        f"SELECT {chosen} FROM {scored.relation}"
        " ORDER BY score DESC, TRY_CAST(lead_id AS HUGEINT), lead_id"
        f" LIMIT {limit}"
    ).fetchall()
    table = Table(caption=_caption(scored.rows, len(rows)), caption_justify="left")
    for column in shown:
        title = _TITLES.get(column.name, column.name.removeprefix("section_").replace("_", " "))
        numeric = column.type == "points"
        table.add_column(
            title, justify="right" if numeric else "left", no_wrap=True, overflow="ellipsis"
        )
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    return table


def _cell(value: str | None) -> str:
    from rich.markup import escape

    return {None: "", "true": "yes", "false": ""}.get(value, escape(value or ""))


def _caption(rows: int, shown: int) -> str:
    if shown == rows:
        return "1 lead" if rows == 1 else f"{rows:,} leads"
    return f"the {shown} highest scores of {rows:,} leads; `-o FILE` writes all"


def _is_used(scored: Scored, column: str) -> bool:
    if column in ("lead_id", "score", "stage"):
        return True
    quoted = name(column)
    row = scored.connection.execute(
        f"SELECT bool_or({quoted} IS NOT NULL AND CAST({quoted} AS VARCHAR) NOT IN ('', 'false'))"
        f" FROM {scored.relation}"
    ).fetchone()
    return bool(row and row[0])
