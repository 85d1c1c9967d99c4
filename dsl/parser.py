"""Text to syntax: each logical line is read alone, and a bad one gives exactly one diagnostic."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

from leadcard.dsl import ast
from leadcard.dsl.arrows import with_colon
from leadcard.dsl.diagnostics import Diagnostic, in_order
from leadcard.dsl.early_modifiers import early_modifiers
from leadcard.dsl.event_line import (
    EventLine,
    When,
    parse_age,
    parse_duration,
    parse_event,
    parse_number,
)
from leadcard.dsl.failure import Failure
from leadcard.dsl.headers import reads_as_condition
from leadcard.dsl.lexer import Misread, Token
from leadcard.dsl.lines import (
    Section,
    cut_condition,
    cut_line,
    kind_of,
    section_after,
)
from leadcard.dsl.scan import LogicalLine, logical_lines
from leadcard.dsl.source import Source, Span
from leadcard.dsl.syntax_errors import diagnose, from_fault
from leadcard.dsl.table import Refused, table
from leadcard.dsl.upright_list import UprightList

__all__ = [
    "EventLine",
    "When",
    "looks_like_condition",
    "parse",
    "parse_age",
    "parse_condition",
    "parse_duration",
    "parse_event",
    "parse_number",
]

_NAMED: Final = frozenset({Section.TIERS, Section.STAGES})


def parse(source: Source) -> tuple[ast.Scorecard, tuple[Diagnostic, ...]]:
    """The tree of a card, bad lines left out, and one diagnostic for each bad line."""
    lines: list[ast.Line] = []
    found: list[Diagnostic] = []
    section = Section.PLAIN
    upright: UprightList | None = None
    for written in logical_lines(source):
        line = with_colon(written, named=section in _NAMED)
        statement = None
        if line.pieces and upright is not None and upright.takes(line):
            continue
        if line.pieces:
            found += _complaint(upright)
            start = kind_of(line, section)
            upright = UprightList.of(line, start)
            statement = _statement(line, start, section)
            failed = isinstance(statement, Diagnostic)
            section = section_after(line, start, section, failed=failed)
            if isinstance(statement, Diagnostic):
                found.append(statement)
                continue
        lines.append(
            ast.Line(
                statement=statement,
                first=line.first,
                last=line.last,
                comment=line.comment,
                inner=line.inner,
                breaks=line.breaks,
            )
        )
    found += _complaint(upright)
    return ast.Scorecard(source=source, lines=tuple(lines)), in_order(found)


def _complaint(upright: UprightList | None) -> tuple[Diagnostic, ...]:
    """What is said of a list written downwards; its fix only if it would be read."""
    found = upright.complaint() if upright is not None else ()
    return tuple(
        one if one.fix and _reads(Section.PLAIN, one.fix) else replace(one, fix=None)
        for one in found
    )


def _statement(line: LogicalLine, start: str, section: Section) -> Any:
    """The statement of `line`, or its diagnostic."""
    tokens: tuple[Token, ...] = ()
    if (early := early_modifiers(line, start, partial(_reads, section))) is not None:
        return early
    try:
        tokens = cut_line(line, start)
        return table().read(tokens, start)
    except Misread as misread:
        return from_fault(line, misread.fault, partial(_reads, section))
    except Refused as refusal:
        return diagnose(
            Failure(
                line=line,
                start=start,
                tokens=tokens,
                at=refusal.at,
                reads=partial(_reads, section),
            )
        )


def _reads(section: Section, text: str) -> bool:
    """Whether `text` is one line that can be read in a section of kind `section`."""
    lines = tuple(logical_lines(Source("", text)))
    if len(lines) != 1 or not lines[0].pieces:
        return False
    line = with_colon(lines[0], named=section in _NAMED)
    try:
        start = kind_of(line, section)
        table().read(cut_line(line, start), start)
    except (Misread, Refused):
        return False
    return early_modifiers(line, start, lambda fix: False) is None


def parse_condition(
    source: Source, span: Span | None = None
) -> tuple[ast.Chain | None, tuple[Diagnostic, ...]]:
    """The tree of a lone condition, such as the name of a rule in sample leads."""
    span = span or Span(0, len(source.text))
    blank = " " * span.start
    text = blank + source.text[span.start : span.end].replace("\n", " ")
    line = next(logical_lines(Source(source.path, text)), None)
    if line is None or not line.pieces:
        message = "there is no condition"
        return None, (Diagnostic(code="S106", message=message, source=source, span=span),)
    read = _condition(replace(line, source=source))
    return (None, (read,)) if isinstance(read, Diagnostic) else (read, ())


def _condition(line: LogicalLine) -> ast.Chain | Diagnostic:
    tokens: tuple[Token, ...] = ()
    try:
        tokens = cut_condition(line)
        chain: ast.Chain = table().read(tokens, "condition")
        return chain
    except Misread as misread:
        return from_fault(line, misread.fault, _reads_condition)
    except Refused as refusal:
        return diagnose(
            Failure(
                line=line,
                start="condition",
                tokens=tokens,
                at=refusal.at,
                reads=_reads_condition,
            )
        )


def _reads_condition(text: str) -> bool:
    line = next(logical_lines(Source("", text)), None)
    if line is None or not line.pieces:
        return False
    try:
        table().read(cut_condition(line), "condition")
    except (Misread, Refused):
        return False
    return True


def looks_like_condition(words: str) -> bool:
    """Whether the name of a header reads as a condition by its form (`title is CEO`).

    Only the vocabulary can tell that `visited pricing` is one too.
    """
    line = next(logical_lines(Source("", words.replace("\n", " "))), None)
    return line is not None and bool(line.pieces) and reads_as_condition(line.source, line.pieces)
