"""Failures of reading to named diagnoses, in the user's words and with the corrected line."""

from __future__ import annotations

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.lexer import Token
from leadcard.dsl.scan import LogicalLine
from leadcard.dsl.source import Span
from leadcard.dsl.values import Fault


def corrected(line: LogicalLine, span: Span, instead: str) -> str:
    """The text of `line` with `instead` at `span`, on one physical line and without comments."""
    text = line.source.text
    whole = line.span
    fixed = text[whole.start : span.start] + instead + text[span.end : whole.end]
    return " ".join(fixed.split())


def from_fault(line: LogicalLine, fault: Fault) -> Diagnostic:
    """The diagnostic of a known fault."""
    fix = corrected(line, fault.span, fault.instead) if fault.instead is not None else None
    return Diagnostic(
        code=fault.code,
        message=fault.message,
        source=line.source,
        span=fault.span,
        hint=fault.hint,
        fix=fix,
    )


def diagnose(
    line: LogicalLine, start: str, tokens: tuple[Token, ...], at: int, expected: frozenset[str]
) -> Diagnostic:
    """The diagnostic of a line refused at token `at` (past the last one: at its end)."""
    span = tokens[at].span if at < len(tokens) else Span(line.span.end, line.span.end)
    return Diagnostic(code="S101", message="the line cannot be read", source=line.source, span=span)
