"""A report for a terminal: tables in columns, no wider than they need to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from leadcard.dsl.render import display_width
from leadcard.runtime.impact.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Table,
    pieces,
)

_WIDEST: Final = 60


def document_text(document: Document) -> str:
    """The report as plain text."""
    blocks = [document.title, *("\n".join(_lines(block)) for block in document.blocks)]
    return "\n\n".join(blocks) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield block.text.upper() if block.level == 2 else f"{block.text}:"
        case Paragraph():
            yield f"warning: {block.text}" if block.warning else block.text
        case Bullets():
            yield from (f"  - {item}" for item in block.items)
        case Table():
            yield from _table(block)
        case _:
            assert_never(block)


def _table(table: Table) -> Iterator[str]:
    yield table.caption
    bare = (
        tuple(_bare(c) if at in table.code else c for at, c in enumerate(row)) for row in table.rows
    )
    rows = [tuple(map(_cut, row)) for row in (table.columns, *bare)]
    widths = [max(display_width(row[at]) for row in rows) for at in range(len(table.columns))]
    for number, row in enumerate(rows):
        cells = [_set(cell, widths[at], at in table.numeric) for at, cell in enumerate(row)]
        yield f"  {'  '.join(cells)}".rstrip()
        if number == 0:
            yield f"  {'  '.join('-' * width for width in widths)}"


def _bare(cell: str) -> str:
    """The words of a card without the backticks around them."""
    return "".join(part for part, _ in pieces(cell))


def _cut(cell: str) -> str:
    if display_width(cell) <= _WIDEST:
        return cell
    while display_width(cell) >= _WIDEST:
        cell = cell[:-1]
    return cell.rstrip() + "…"


def _set(cell: str, width: int, right: bool) -> str:
    room = " " * (width - display_width(cell))
    return room + cell if right else cell + room
