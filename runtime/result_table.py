"""A result as a table for people: the leads with the highest scores, cut to the width of the
terminal.
"""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.markup import escape
from rich.table import Table

from leadcard.runtime.execute import Scored
from leadcard.runtime.sql_text import name
from leadcard.runtime.write import plain_column

_SHOWN = (
    "lead_id", "score", "stage", "grade", "tier", "route", "respond_within", "flags",
    "key_conversions",
)  # fmt: skip
_NEVER_CUT = ("lead_id", "score", "stage")
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
    caption = _caption(scored.rows, len(rows))
    table = Table(box=SIMPLE_HEAD, caption=caption, caption_justify="left")
    for place, column in enumerate(shown):
        title = _TITLES.get(column.name, column.name.removeprefix("section_").replace("_", " "))
        numeric = column.type == "points"
        whole = numeric or column.name in _NEVER_CUT
        table.add_column(
            title,
            justify="right" if numeric else "left",
            no_wrap=True,
            overflow="ellipsis",
            min_width=max((cell_len(row[place] or "") for row in rows), default=0) if whole else 3,
        )
    for row in rows:
        table.add_row(*(escape(value or "") for value in row))
    return table


def _caption(rows: int, shown: int) -> str:
    if shown == rows:
        return "1 lead" if rows == 1 else f"{rows:,} leads"
    return f"the {shown} highest scores of {rows:,} leads; `-o FILE` writes all"


def _is_used(scored: Scored, column: str) -> bool:
    if column in _NEVER_CUT:
        return True
    quoted = name(column)
    row = scored.connection.execute(
        f"SELECT bool_or({quoted} IS NOT NULL AND CAST({quoted} AS VARCHAR) <> '')"
        f" FROM {scored.relation}"
    ).fetchone()
    return bool(row and row[0])
