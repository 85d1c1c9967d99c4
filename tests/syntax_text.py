"""Syntax trees and tokens as short text, for golden files."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from leadcard.dsl import ast
from leadcard.dsl.lines import Section, cut_line, kind_of, section_after
from leadcard.dsl.scan import logical_lines
from leadcard.dsl.source import Source


def short(value: Any) -> str:
    """A node, a token's value or a part of either, without spans and without defaults."""
    match value:
        case ast.Text():
            return f'"{value.text}"' if value.quoted else value.text
        case ast.Number():
            return f"{value.value:f}{value.currency or ''}"
        case ast.Duration():
            return f"{value.amount} {value.unit.name.lower()}"
        case ast.Day():
            return value.value.isoformat()
        case Enum():
            return str(value.value)
        case tuple() | list():
            return f"[{' | '.join(map(short, value))}]"
        case date() | Decimal():
            return str(value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return f"{type(value).__name__}({', '.join(_parts(value))})"
        case _:
            return str(value)


def _parts(node: Any) -> list[str]:
    parts = []
    for field in fields(node):
        value = getattr(node, field.name)
        given = field.default is MISSING or value != field.default
        if field.name != "span" and given and value != ():
            parts.append(f"{field.name}={short(value)}")
    return parts


def tree_text(card: ast.Scorecard) -> str:
    """One line for each line of the card."""
    lines = []
    for line in card.lines:
        said = "" if line.statement is None else short(line.statement)
        comments = "".join(f" #{text}" for text in (*line.inner, line.comment) if text is not None)
        lines.append(f"{line.first}: {said}{comments}".replace(":  #", ": #"))
    return "\n".join(lines) + "\n"


def tokens_text(source: Source) -> list[str]:
    """The tokens of each line, as the grammar sees them."""
    section, out = Section.PLAIN, []
    for line in logical_lines(source):
        if not line.pieces:
            continue
        start = kind_of(line, section)
        tokens = cut_line(line, start)
        section = section_after(line, start, section, failed=False)
        said = " ".join(
            token.type if token.value is None else f"{token.type}<{short(token.value)}>"
            for token in tokens
        )
        out.append(f"{start}: {said}")
    return out
