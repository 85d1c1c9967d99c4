"""Mistakes that follow from others: a name is not known because the line that gives it is wrong.

A line that cannot be read gives one diagnostic. What it would have named (a list, a flag, a tier)
is then missing elsewhere, and saying so would send the user to lines that are as they should be.
"""

from __future__ import annotations

from typing import Final

from leadcard.compiler.text import name_form
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.scan import line_at
from leadcard.dsl.source import Source, Span

# Lists, and flags, grades and tiers, that the card does not define.
_UNKNOWN_NAMES: Final = frozenset({"R104", "R110"})


def without_consequences(
    found: tuple[Diagnostic, ...], *, of: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """The diagnostics but for names that stand in a line with one of the mistakes `of`."""
    if not of or not any(one.code in _UNKNOWN_NAMES for one in found):
        return found
    lines = f" {' | '.join(name_form(_line(one)) for one in of if one.is_error)} "
    return tuple(
        one
        for one in found
        if one.code not in _UNKNOWN_NAMES or f" {name_form(_said(one))} " not in lines
    )


def _line(mistake: Diagnostic) -> str:
    """The logical line of a mistake."""
    if mistake.source is None or mistake.span is None:
        return ""
    line = line_at(mistake.source, mistake.span.start)
    return _words(mistake.source, line.span) if line is not None else ""


def _said(mistake: Diagnostic) -> str:
    assert mistake.source is not None
    assert mistake.span is not None
    return _words(mistake.source, mistake.span)


def _words(source: Source, span: Span) -> str:
    """What stands in a span, its marks as blanks."""
    text = source.text[span.start : span.end]
    return "".join(char if char.isalnum() else " " for char in text)
