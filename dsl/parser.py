"""Text to syntax: each logical line is read alone, and a bad one gives exactly one diagnostic.

This is the only file that imports lark, and it does so when the first line is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from typing import Any, Final

from leadcard.dsl import ast
from leadcard.dsl.build import LineBuilder
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.event_line import (
    EventLine,
    When,
    parse_age,
    parse_duration,
    parse_event,
    parse_number,
)
from leadcard.dsl.lexer import Misread, Token, read_zone
from leadcard.dsl.lines import Section, cut_line, kind_of, section_after
from leadcard.dsl.phrase_values import Zone
from leadcard.dsl.scan import LogicalLine, logical_lines
from leadcard.dsl.source import Source, Span
from leadcard.dsl.syntax_errors import diagnose, from_fault

__all__ = [
    "EventLine",
    "When",
    "parse",
    "parse_age",
    "parse_condition",
    "parse_duration",
    "parse_event",
    "parse_number",
]

_STARTS: Final = (
    "rule", "requirement", "tier", "stage", "header", "must_have", "tiers", "stages", "name",
    "timezone", "score", "buyer_stages", "list_inline", "list_file", "grade", "condition",
)  # fmt: skip


class _Refused(Exception):
    """The grammar takes no token of this kind here; `at` is the token's place."""

    def __init__(self, at: int, expected: frozenset[str]) -> None:
        super().__init__(at)
        self.at = at
        self.expected = expected


@cache
def _grammar() -> Callable[[tuple[Token, ...], str], Any]:
    """The function from tokens and a start symbol to a node, made once in a process."""
    from lark import Lark
    from lark.exceptions import UnexpectedToken
    from lark.lexer import Lexer

    class Tokens(Lexer):
        """Hands over tokens that were cut before."""

        __future_interface__ = 2

        def __init__(self, conf: object) -> None:
            pass

        def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Any]:
            return iter(lexer_state.text)

    text = resources.files("leadcard.dsl").joinpath("grammar.lark").read_text("utf-8")
    lark = Lark(
        text,
        parser="lalr",
        lexer=Tokens,
        start=list(_STARTS),
        strict=True,
        maybe_placeholders=False,
        transformer=LineBuilder(),
    )

    def read(tokens: tuple[Token, ...], start: str) -> Any:
        try:
            return lark.parse(tokens, start=start)
        except UnexpectedToken as refusal:
            bad: Any = refusal.token
            at = next((i for i, token in enumerate(tokens) if token is bad), len(tokens))
            raise _Refused(at, frozenset(refusal.expected)) from None

    return read


def parse(source: Source) -> tuple[ast.Scorecard, tuple[Diagnostic, ...]]:
    """The tree of a card, bad lines left out, and one diagnostic for each bad line."""
    lines: list[ast.Line] = []
    found: list[Diagnostic] = []
    section = Section.PLAIN
    for line in logical_lines(source):
        statement = None
        if line.pieces:
            start = kind_of(line, section)
            section = section_after(start, section)
            statement = _statement(line, start)
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
    return ast.Scorecard(source=source, lines=tuple(lines)), tuple(found)


def _statement(line: LogicalLine, start: str) -> Any:
    """The statement of `line`, or its diagnostic."""
    tokens: tuple[Token, ...] = ()
    try:
        tokens = cut_line(line, start)
        return _grammar()(tokens, start)
    except Misread as misread:
        return from_fault(line, misread.fault)
    except _Refused as refusal:
        return diagnose(line, start, tokens, refusal.at, refusal.expected)


def parse_condition(
    source: Source, span: Span | None = None
) -> tuple[ast.Chain | None, tuple[Diagnostic, ...]]:
    """The tree of a lone condition, such as the name of a rule in sample leads."""
    text = source.text if span is None else source.text[: span.end]
    offset = 0 if span is None else span.start
    part = Source(source.path, " " * offset + text[offset:].replace("\n", " "))
    line = next(logical_lines(part), None)
    if line is None or not line.pieces:
        at = Span(offset, len(text))
        return None, (
            Diagnostic(code="S106", message="there is no condition", source=source, span=at),
        )
    try:
        tokens = tuple(read_zone(source, line.pieces, Zone.STAGE))
    except Misread as misread:
        return None, (from_fault(line, misread.fault),)
    try:
        chain: ast.Chain = _grammar()(tokens, "condition")
    except Misread as misread:
        return None, (from_fault(line, misread.fault),)
    except _Refused as refusal:
        return None, (diagnose(line, "condition", tokens, refusal.at, refusal.expected),)
    return chain, ()
