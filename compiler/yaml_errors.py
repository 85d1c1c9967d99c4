"""What went wrong in a text that is not YAML, in words for people who never heard of YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import yaml

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.source import Source, Span

LONGEST: Final = 5_000_000
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
_TAB_INDENT: Final = re.compile(r"^ *\t[ \t]*(?=[^\s#])", re.MULTILINE)
_ENTRY: Final = re.compile(r"^(?P<head>\s*(?:- +)?[^\s'\"\[{#][^:]*: +)(?P<value>[^'\"\[{|>#].*)$")
_QUOTING: Final = ("found unexpected end of stream", "found unexpected document indicator")


def scan(source: Source) -> Iterator[Diagnostic]:
    """Faults seen without reading the structure; nothing else is said if there are any."""
    if len(source.text) > LONGEST:
        yield Diagnostic(
            code="V106",
            message=f"the file is longer than {LONGEST:,} characters",
            path=source.path,
            hint="move long lists into text files and name them under `lists`",
        )
        return
    control = _CONTROL.search(source.text)
    if control is not None:
        yield Diagnostic(
            code="V101",
            message=f"a character that no text holds (U+{ord(control.group()):04X})",
            source=source,
            span=Span(control.start(), control.end()),
            hint="remove it; was the file saved by another program?",
        )
        return
    for tab in _TAB_INDENT.finditer(source.text):
        yield _tab(source, tab)


def _tab(source: Source, tab: re.Match[str]) -> Diagnostic:
    line = source.line(source.position(tab.start()).line)
    return Diagnostic(
        code="V102",
        message="a tab indents this line",
        source=source,
        span=Span(tab.start(), tab.end()),
        hint="use blanks",
        fix=line.replace("\t", "  ", tab.group().count("\t")),
    )


def needs_quotes(source: Source, at: int, code: str = "V103") -> Diagnostic:
    """The diagnostic for a value at `at` whose first character has a meaning of its own."""
    end = _value_end(source, at)
    sign = source.text[at : at + 1]
    called = "a backtick" if sign == "`" else f"`{sign}`"
    return Diagnostic(
        code=code,
        message=f"a value that begins with {called} needs quotes",
        source=source,
        span=Span(at, end),
        hint="put quotes around it",
        fix=_quoted(source, at, end),
    )


def explain(source: Source, error: yaml.YAMLError) -> Diagnostic:
    """The diagnostic for an error that PyYAML raised."""
    mark = getattr(error, "problem_mark", None)
    context = getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or "")
    about = str(getattr(error, "context", None) or "")
    at = min(mark.index, len(source.text)) if mark is not None else 0
    opened = context.index if context is not None else at
    if "alias" in about or "anchor" in about or "tag" in about:
        return needs_quotes(source, opened, "V105")
    if "cannot start any token" in problem:
        return needs_quotes(source, at)
    if "block scalar" in about:
        return needs_quotes(source, opened)
    if "directive" in about:
        return needs_quotes(source, opened)
    if "quoted scalar" in about:
        return _quotes(source, opened, problem)
    if "flow" in about:
        ends = opened >= len(source.text.rstrip())
        return _bracket(source, _last_open(source.text) if ends else opened, at)
    if "mapping values are not allowed" in problem:
        return _second_colon(source, at)
    return _structure(source, at)


def _quotes(source: Source, at: int, problem: str) -> Diagnostic:
    line = source.position(at).line
    if "escape" in problem:
        return Diagnostic(
            code="V103",
            message="a backslash inside double quotes has a meaning of its own",
            source=source,
            span=Span(at, _value_end(source, at)),
            hint="use single quotes around this value",
        )
    return Diagnostic(
        code="V109",
        message="the quotes that open here are not closed",
        source=source,
        span=Span(at, max(at + 1, source.line_span(line).end)),
        hint=f"add `{source.text[at : at + 1]}` at the end of the value",
    )


def _last_open(text: str) -> int:
    """Where the last bracket opens that nothing closes; the reader names only the file's end."""
    opened: list[int] = []
    for at, sign in enumerate(text):
        if sign in "[{":
            opened.append(at)
        elif sign in "]}" and opened:
            opened.pop()
    return opened[-1] if opened else len(text)


def _bracket(source: Source, opened: int, at: int) -> Diagnostic:
    sign = source.text[opened : opened + 1]
    closing = {"[": "]", "{": "}"}.get(sign)
    if closing is None:
        return _structure(source, at)
    return Diagnostic(
        code="V109",
        message=f"the bracket `{sign}` that opens here is not closed, or a comma is missing in it",
        source=source,
        span=Span(opened, opened + 1),
        hint=f"add `{closing}` where the list ends, and a comma between its entries",
    )


def _second_colon(source: Source, at: int) -> Diagnostic:
    line = source.position(at).line
    text = source.line(line)
    found = _ENTRY.match(text)
    column = at - source.line_span(line).start
    if found is not None and found.start("value") < column:
        start = source.line_span(line).start + found.start("value")
        return Diagnostic(
            code="V103",
            message="a value with a colon and a blank in it needs quotes",
            source=source,
            span=Span(start, start + len(found["value"].rstrip())),
            hint="put quotes around it",
            fix=_quoted(source, start, start + len(found["value"].rstrip())),
        )
    return _structure(source, at)


def _structure(source: Source, at: int) -> Diagnostic:
    """The line at `at`, or the one before it, stands at the wrong depth or lacks its colon."""
    number = min(source.position(at).line, max(source.line_count, 1))
    while number > 1 and not source.line(number).strip():
        number -= 1
    if _odd_quotes(source.line(number)):
        return _after_quotes(source, number)
    for candidate in (number, number - 1):
        if candidate >= 1 and _lacks_colon(source.line(candidate)):
            return _no_colon(source, candidate)
    span = source.line_span(number)
    text = source.line(number)
    return Diagnostic(
        code="V107",
        message="this line is not indented like the lines it belongs to",
        source=source,
        span=Span(span.start + len(text) - len(text.lstrip()), span.end),
        hint="begin it at the same column as its neighbours",
    )


def _odd_quotes(text: str) -> bool:
    """Whether a value in single quotes holds an apostrophe, which ends it too early."""
    value = text.split(": ", 1)[-1].strip()
    return value.startswith("'") and value.count("'") % 2 == 1


def _after_quotes(source: Source, number: int) -> Diagnostic:
    line = source.line_span(number)
    text = source.line(number)
    start = line.start + text.index("'")
    inner = text[text.index("'") :].strip()
    fix = None
    if inner.endswith("'") and '"' not in inner:
        fix = f'{text[: text.index(chr(39))]}"{inner[1:-1]}"'
    return Diagnostic(
        code="V109",
        message="an apostrophe ends these quotes too early",
        source=source,
        span=Span(start, line.end),
        hint="use double quotes around it",
        fix=fix,
    )


def _lacks_colon(text: str) -> bool:
    bare = text.split(" #", 1)[0].strip()
    return bool(bare) and not bare.startswith(("- ", "#", "-", "]", "}")) and ":" not in bare


def _no_colon(source: Source, number: int) -> Diagnostic:
    span = source.line_span(number)
    text = source.line(number)
    bare = text.split(" #", 1)[0]
    first, _, rest = bare.strip().partition(" ")
    indent = bare[: len(bare) - len(bare.lstrip())]
    return Diagnostic(
        code="V101",
        message="this line has no colon",
        source=source,
        span=Span(span.start + len(indent), span.start + len(bare.rstrip())),
        hint="write a word, a colon, a blank and its value",
        fix=f"{indent}{first}: {rest.strip()}".rstrip(),
    )


def _value_end(source: Source, at: int) -> int:
    """The end of the unquoted value that begins at `at`: within its line and bracket."""
    line = source.line_span(source.position(at).line)
    rest = source.text[at : line.end].split(" #", 1)[0]
    before = source.text[line.start : at]
    if before.count("[") > before.count("]") or before.count("{") > before.count("}"):
        rest = re.split(r"[,\]}]", rest, maxsplit=1)[0]
    return max(at + len(rest.rstrip()), min(at + 1, len(source.text)))


def _quoted(source: Source, start: int, end: int) -> str:
    """The line at `start` with quotes around the text from `start` to `end`."""
    line = source.line_span(source.position(start).line)
    value = source.text[start:end]
    quote = "'" if '"' in value or "\\" in value else '"'
    body = value.replace("'", "''") if quote == "'" else value
    return f"{source.text[line.start : start]}{quote}{body}{quote}{source.text[end : line.end]}"
