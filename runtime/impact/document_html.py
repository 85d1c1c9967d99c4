"""A report as one HTML file: nothing is loaded from anywhere, light and dark, readable by ear."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
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

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c2733; --soft: #55636f; --paper: #ffffff;
  --line: #d5dde4; --band: #f3f7fa; --accent: #1f5f86; --warn: #8a4b00; --warn-paper: #fff4e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4ebf1; --soft: #a3b1bd; --paper: #14191f;
  --line: #36414c; --band: #1c242c; --accent: #8cc4ea; --warn: #ffcf87; --warn-paper: #37290f; } }
body { font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--ink);
  background: var(--paper); margin: 0; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 0.6rem; color: var(--accent); }
h3 { font-size: 1.05rem; margin: 1.6rem 0 0.5rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
.scroll:focus-visible { outline: 2px solid var(--accent); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: 0 0 0.4rem; }
th, td { text-align: left; font-weight: normal; padding: 0.35rem 0.8rem; vertical-align: top;
  border-bottom: 1px solid var(--line); }
thead th { font-weight: 600; border-bottom: 2px solid var(--line); white-space: nowrap; }
tbody tr:nth-child(even) { background: var(--band); }
.number { text-align: right; }
.number, .short { white-space: nowrap; }
code { font: 0.92em ui-monospace, "Cascadia Mono", Consolas, monospace; }
.warning { border-left: 4px solid var(--warn); background: var(--warn-paper); color: var(--warn);
  padding: 0.6rem 0.9rem; }
"""
_SHORT: Final = 24  # characters that are not broken into lines


def document_html(document: Document) -> str:
    """The report as a whole HTML document."""
    title = escape(document.title)
    blocks = "\n".join(line for block in document.blocks for line in _block(block))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{blocks}\n</main>\n</body>\n</html>\n"
    )


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"<h{block.level}>{escape(block.text)}</h{block.level}>"
        case Paragraph():
            if block.warning:
                yield f'<p class="warning"><strong>Warning:</strong> {_said(block.text)}</p>'
            else:
                yield f"<p>{_said(block.text)}</p>"
        case Bullets():
            yield "<ul>"
            yield from (f"<li>{_said(item)}</li>" for item in block.items)
            yield "</ul>"
        case Table():
            yield from _table(block)
        case _:
            assert_never(block)


def _table(table: Table) -> Iterator[str]:
    # A wide table scrolls by itself; with the keyboard too, if it can be reached.
    caption = escape(table.caption)
    yield f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}">'
    yield f"<table><caption>{caption}</caption>"
    heads = "".join(
        f'<th scope="col"{_number(table, at)}>{escape(name)}</th>'
        for at, name in enumerate(table.columns)
    )
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(_cell(table, at, cell) for at, cell in enumerate(row))}</tr>"
    yield "</tbody></table></div>"


def _cell(table: Table, at: int, cell: str) -> str:
    inside = _said(cell) if at in table.code else escape(cell)
    if at == 0:
        short = ' class="short"' if len(cell) <= _SHORT else ""
        return f'<th scope="row"{_number(table, at) or short}>{inside}</th>'
    return f"<td{_number(table, at)}>{inside}</td>"


def _number(table: Table, at: int) -> str:
    return ' class="number"' if at in table.numeric else ""


def _said(text: str) -> str:
    """A sentence: what stands between backticks is words of cards."""
    return "".join(
        f"<code>{escape(part)}</code>" if code else escape(part) for part, code in pieces(text)
    )
