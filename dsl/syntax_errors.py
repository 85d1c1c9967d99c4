"""Failures of reading to named diagnoses, in the user's words and with the corrected line.

The grammar says only where it stopped. Each diagnosis in the tables knows one kind of mistake and
answers if it sees it; the first that answers is the one diagnostic of the line. A corrected line is
offered only if it would be read.
"""

from __future__ import annotations

from collections.abc import Callable

from leadcard.dsl.condition_errors import CONDITION_DIAGNOSES, Diagnose, colon_inside
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.effect_errors import EFFECT_DIAGNOSES, next_line_swallowed
from leadcard.dsl.failure import CLIP, LONGEST_FIX, Failure, clipped, corrected, tidy
from leadcard.dsl.line_errors import LAST_DIAGNOSES, LINE_DIAGNOSES, list_without_name
from leadcard.dsl.scan import LogicalLine
from leadcard.dsl.values import Fault


def from_fault(line: LogicalLine, fault: Fault, reads: Callable[[str], bool]) -> Diagnostic:
    """The diagnostic of a fault that was known before the grammar was asked."""
    fix = None
    if fault.instead is not None:
        fixed = tidy(corrected(line, [(fault.span, fault.instead)]))
        fix = fixed if reads(fixed) else None
    return _diagnostic(line, fault, fix)


def diagnose(failure: Failure) -> Diagnostic:
    """The diagnostic of a line that its grammar refused."""
    for seen in _table(failure):
        if (found := seen(failure)) is not None:
            return _diagnostic(failure.line, *found)
    return _diagnostic(failure.line, _anything(failure), None)


def _table(failure: Failure) -> tuple[Diagnose, ...]:
    if failure.in_effect:
        return (next_line_swallowed, list_without_name, *EFFECT_DIAGNOSES)
    if failure.start == "rule" and failure.colons > 1:
        return (next_line_swallowed, colon_inside)
    if failure.colons > 1:
        return (next_line_swallowed, *LINE_DIAGNOSES, *CONDITION_DIAGNOSES)
    return (*LINE_DIAGNOSES, *CONDITION_DIAGNOSES, *LAST_DIAGNOSES)


def _anything(failure: Failure) -> Fault:
    """The diagnosis of last resort: where reading stopped, and what could stand there."""
    said = failure.said(failure.span)
    if not said:
        hint = "something is missing at its end"
        return Fault(code="S120", message="the line cannot end here", span=failure.span, hint=hint)
    hint = "join conditions by `and` or `or`; put phrases with words of the language in quotes"
    return Fault(code="S111", message=f"`{said}` cannot stand here", span=failure.span, hint=hint)


def _diagnostic(line: LogicalLine, fault: Fault, fix: str | None) -> Diagnostic:
    return Diagnostic(
        code=fault.code,
        message=clipped(fault.message, 3 * CLIP),
        source=line.source,
        span=fault.span,
        hint=fault.hint and clipped(fault.hint, 3 * CLIP),
        fix=fix if fix and len(fix) < LONGEST_FIX else None,
    )
