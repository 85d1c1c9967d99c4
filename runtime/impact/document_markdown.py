"""A report as Markdown for a comment on a pull request, which must not be too long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, assert_never

from leadcard.runtime.impact.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    Table,
    pieces,
)

LONGEST: Final = 65_000  # characters; GitHub refuses comments of 65,536
_ROWS: Final = (200, 100, 50, 20, 10, 5)
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|~@])")
_CUT: Final = "*The rest is too long for a comment.*\n"


def document_markdown(document: Document, *, longest: int = LONGEST) -> str:
    """The report as Markdown of at most `longest` characters; long tables give way first."""
    for rows in _ROWS:
        blocks = [_block(block, rows) for block in document.blocks]
        whole = "\n\n".join([f"## {_plain(document.title)}", *blocks]) + "\n"
        if len(whole) <= longest:
            return whole
    return _first_parts(whole, longest)


def _first_parts(text: str, longest: int) -> str:
    """As many whole parts of the text as there is room for."""
    kept, room = [], longest - len(_CUT) - 2
    for part in text.split("\n\n"):
        if len(part) + 2 > room:
            break
        kept.append(part)
        room -= len(part) + 2
    return "\n\n".join([*kept, _CUT])


def _block(block: Block, rows: int) -> str:
    match block:
        case Heading():
            return f"{'#' * (block.level + 1)} {_plain(block.text)}"
        case Paragraph():
            said = _said(block.text)
            return f"> **Warning:** {said}" if block.warning else said
        case Bullets():
            shown = [f"- {_said(item)}" for item in block.items[:rows]]
            return "\n".join([*shown, *_more(len(block.items) - rows, "- ")])
        case Table():
            return "\n".join(_table(block, rows))
        case _:
            assert_never(block)


def _more(left_out: int, before: str) -> list[str]:
    return [f"{before}*and {left_out:,} more*"] if left_out > 0 else []


def _table(table: Table, rows: int) -> Iterator[str]:
    yield f"**{_plain(table.caption)}**"
    yield ""
    yield f"| {' | '.join(map(_plain, table.columns))} |"
    marks = ("---:" if at in table.numeric else "---" for at in range(len(table.columns)))
    yield f"| {' | '.join(marks)} |"
    for row in table.rows[:rows]:
        cells = (
            _in_cell(cell) if at in table.code else _plain(cell) for at, cell in enumerate(row)
        )
        yield f"| {' | '.join(cells)} |"
    if len(table.rows) > rows:
        yield ""
        yield from _more(len(table.rows) - rows, "")


def _plain(text: str) -> str:
    """Text that no mark in it can turn into anything else, and that calls nobody."""
    return _MARKS.sub(r"\\\1", " ".join(text.split())).replace("\\@", "@\u200b")


def _code(text: str) -> str:
    """Words of a card, whatever backticks they hold."""
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{edge}{' '.join(text.split())}{edge}{ticks}"


def _said(text: str) -> str:
    """A sentence: what stands between backticks stays words of cards."""
    return "".join(_code(part) if code else _said_plain(part) for part, code in pieces(text))


def _in_cell(text: str) -> str:
    """The same in a table, where a bar needs a mark even in words of cards."""
    return "".join(
        _code(part).replace("|", "\\|") if code else _said_plain(part)
        for part, code in pieces(text)
    )


def _said_plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", text).replace("\\@", "@\u200b")
