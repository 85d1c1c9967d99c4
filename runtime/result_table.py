"""A result as a table for people: the leads with the highest scores, as wide as the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.markup import escape
from rich.table import Table

from leadcard.compiler.result import ResultColumn
from leadcard.runtime.execute import Scored
from leadcard.runtime.sql_text import name
from leadcard.runtime.write import plain_column

_ALWAYS: Final = ("lead_id", "score", "stage")
_BEFORE_SECTIONS: Final = ("grade", "tier")
_AFTER_SECTIONS: Final = ("route", "respond_within", "flags", "key_conversions")
_TITLES: Final = {
    "lead_id": "lead",
    "respond_within": "within",
    "key_conversions": "key conversions",
}
_WIDEST_TEXT: Final = 30
_GAP: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A column of the table: its title, its cells, and how wide it wants to be."""

    title: str
    cells: tuple[str, ...]
    numeric: bool
    width: int


def result_table(scored: Scored, *, width: int, limit: int = 20) -> Table:
    """The first `limit` leads by score, with the columns that hold something and fit into `width`.

    No number is ever cut; the caption names what did not fit.
    """
    columns = [c for c in _by_importance(scored) if _is_used(scored, c)]
    shown = _read(scored, columns, limit)
    kept, left_out = _fitting(shown, width)
    caption = _caption(scored.rows, len(shown[0].cells), left_out)
    table = Table(box=SIMPLE_HEAD, caption=caption, caption_justify="left")
    for column in kept:
        table.add_column(
            column.title,
            justify="right" if column.numeric else "left",
            no_wrap=True,
            overflow="ellipsis",
            min_width=column.width,
            max_width=column.width,
        )
    for row in zip(*(column.cells for column in kept), strict=True):
        table.add_row(*(escape(cell) for cell in row))
    return table


def _by_importance(scored: Scored) -> list[ResultColumn]:
    columns = {column.name: column for column in scored.columns}
    sections = [column for name, column in columns.items() if name.startswith("section_")]
    before, after = (
        [columns[n] for n in names] for names in (_ALWAYS + _BEFORE_SECTIONS, _AFTER_SECTIONS)
    )
    return [*before, *sections, *after]


def _read(scored: Scored, columns: list[ResultColumn], limit: int) -> list[Shown]:
    chosen = ", ".join(f"coalesce(CAST({plain_column(c)} AS VARCHAR), '')" for c in columns)
    rows = scored.connection.execute(
        f"SELECT {chosen} FROM {scored.relation}"
        " ORDER BY score DESC, TRY_CAST(lead_id AS HUGEINT), lead_id"
        f" LIMIT {limit}"
    ).fetchall()
    return [_shown(c, tuple(row[place] for row in rows)) for place, c in enumerate(columns)]


def _shown(column: ResultColumn, cells: tuple[str, ...]) -> Shown:
    plain = column.name.removeprefix("section_").replace("_", " ")
    title = _TITLES.get(column.name, plain)
    numeric = column.type == "points"
    width = max(map(cell_len, (title, *cells)))
    if not numeric and column.name not in _ALWAYS:
        width = min(width, _WIDEST_TEXT)
    return Shown(title=title, cells=cells, numeric=numeric, width=width)


def _fitting(columns: list[Shown], width: int) -> tuple[list[Shown], list[str]]:
    """The columns that fit, the first three in any case; and the titles of the others."""
    kept, left_out, room = [], [], width - 1
    for place, column in enumerate(columns):
        room -= column.width + _GAP
        if place < len(_ALWAYS) or room >= 0:
            kept.append(column)
        else:
            room += column.width + _GAP
            left_out.append(column.title)
    return kept, left_out


def _caption(rows: int, shown: int, left_out: list[str]) -> str:
    if shown == rows:
        counted = "1 lead" if rows == 1 else f"{rows:,} leads"
    else:
        counted = f"the {shown} highest scores of {rows:,} leads; `-o FILE` writes all"
    return f"{counted}\nno room for: {', '.join(left_out)}" if left_out else counted


def _is_used(scored: Scored, column: ResultColumn) -> bool:
    if column.name in _ALWAYS:
        return True
    quoted = name(column.name)
    row = scored.connection.execute(
        f"SELECT bool_or({quoted} IS NOT NULL AND CAST({quoted} AS VARCHAR) <> '')"
        f" FROM {scored.relation}"
    ).fetchone()
    return bool(row and row[0])
