"""Diagnostics to text for a terminal, and to JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.dsl.source import Source, Span

_MAX_WIDTH: Final = 120
_AROUND: Final = 40
_TAB: Final = 4
_COLOURS: Final = {
    Severity.ERROR: "\033[1;31m",
    Severity.WARNING: "\033[1;33m",
    Severity.NOTE: "\033[1;36m",
}
_BOLD: Final = "\033[1m"
_FRAME: Final = "\033[34m"
_PLAIN: Final = "\033[0m"


class _Pen:
    """Paints parts of the text, or leaves them as they are."""

    def __init__(self, color: bool, severity: Severity) -> None:
        self._color = color
        self._severity = severity

    def level(self, text: str) -> str:
        return f"{_COLOURS[self._severity]}{text}{_PLAIN}" if self._color else text

    def bold(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self._color else text

    def frame(self, text: str) -> str:
        return f"{_FRAME}{text}{_PLAIN}" if self._color else text


def display_width(text: str) -> int:
    """How many columns a terminal takes for `text` (tabs and control characters aside)."""
    if text.isascii():
        return len(text)
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def render_text(diagnostics: Iterable[Diagnostic], color: bool = False) -> str:
    """All findings with their excerpts, then a line that counts them; empty without any."""
    found = tuple(diagnostics)
    if not found:
        return ""
    blocks = [_block(diagnostic, color) for diagnostic in found]
    return "\n".join([*blocks, summary(found)]) + "\n"


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """How many findings of each level: `2 errors, 1 warning`."""
    counts = dict.fromkeys(Severity, 0)
    for diagnostic in diagnostics:
        counts[diagnostic.severity] += 1
    parts = [
        f"{count} {severity.value}{'' if count == 1 else 's'}"
        for severity, count in counts.items()
        if count
    ]
    return ", ".join(parts) or "no findings"


def _block(diagnostic: Diagnostic, color: bool) -> str:
    pen = _Pen(color, diagnostic.severity)
    title = f"{diagnostic.severity.value}[{diagnostic.code}]"
    lines = [f"{pen.level(title)}{pen.bold(': ' + visible(diagnostic.message))}"]
    source, span = diagnostic.source, diagnostic.span
    if source is None or span is None:
        path = diagnostic.path or (source.path if source else None)
        lines += [f" {pen.frame('-->')} {path}"] if path else []
        lines += [f"  {pen.frame('=')} hint: {visible(diagnostic.hint)}"] if diagnostic.hint else []
        lines += [f"  {pen.frame('=')} fix: {visible(diagnostic.fix)}"] if diagnostic.fix else []
        return "\n".join([*lines, ""])
    gutter = len(str(_last_line(diagnostic))) + 1
    lines += _excerpt(source, span, diagnostic.hint or "", "^", gutter, pen)
    for related in diagnostic.related:
        lines += _excerpt(related.source, related.span, related.label, "-", gutter, pen)[:-1]
        lines.append(f"{' ' * gutter} {pen.frame('|')}")
    if diagnostic.fix is not None:
        lines += _fix(diagnostic.fix, gutter, pen)
    return "\n".join([*lines, ""])


def _last_line(diagnostic: Diagnostic) -> int:
    """The greatest line number that the block shows, for the width of its gutter."""
    places = [(related.source, related.span) for related in diagnostic.related]
    if diagnostic.source is not None and diagnostic.span is not None:
        places.append((diagnostic.source, diagnostic.span))
    return max(source.position(span.start).line for source, span in places)


def _fix(fix: str, gutter: int, pen: _Pen) -> list[str]:
    first, *others = fix.split("\n")
    lines = [f"{' ' * gutter} {pen.frame('=')} fix: {visible(first)}"]
    return lines + [f"{' ' * gutter}        {visible(line)}" for line in others]


def _excerpt(
    source: Source, span: Span, label: str, mark: str, gutter: int, pen: _Pen
) -> list[str]:
    """Place, source line and marked place; the label stands beside the mark."""
    place = source.position(span.start)
    text = source.line(place.line)
    start = place.column - 1
    end = max(start, min(len(text), start + span.end - span.start))
    shown, start, end = _cut_around(text, start, end)
    before, inside = _shown(shown[:start]), _shown(shown[start:end])
    marks = mark * max(1, display_width(inside))
    bar = pen.frame("|")
    marked = f"{' ' * display_width(before)}{pen.level(marks)}"
    if label:
        marked += " " + pen.level(visible(label))
    number = str(place.line).rjust(gutter)
    whole = f"{before}{inside}{_shown(shown[end:])}".rstrip()
    return [
        f"{' ' * gutter}{pen.frame('-->')} {source.path}:{place.line}:{place.column}",
        f"{' ' * gutter} {bar}",
        f"{pen.frame(number)} {bar} {whole}".rstrip(),
        f"{' ' * gutter} {bar} {marked}",
        f"{' ' * gutter} {bar}",
    ]


def _cut_around(text: str, start: int, end: int) -> tuple[str, int, int]:
    """A long line cut to the surroundings of its marked part, with the part's new place."""
    if len(text) <= _MAX_WIDTH:
        return text, start, end
    end = min(end, start + _MAX_WIDTH - _AROUND)
    left = max(0, start - _AROUND)
    right = min(len(text), end + _AROUND)
    opening = "…" if left else ""
    closing = "…" if right < len(text) else ""
    moved = len(opening) - left
    return f"{opening}{text[left:right]}{closing}", start + moved, end + moved


def _shown(text: str) -> str:
    """`text` as it stands in the excerpt: tabs as blanks, control characters as a sign."""
    return visible(text.replace("\t", " " * _TAB))


def visible(text: str) -> str:
    """`text` without characters that would upset a terminal."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_sign(char) for char in text)


def _sign(char: str) -> str:
    if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"):
        return " " if char == "\t" else char
    return chr(0x2400 + ord(char)) if ord(char) < 0x20 else "\ufffd"


def to_json(diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
    """The findings as plain data; lines and columns from 1, the end column the first one after."""
    return {"diagnostics": [_as_json(diagnostic) for diagnostic in diagnostics]}


def _as_json(diagnostic: Diagnostic) -> dict[str, Any]:
    source, span = diagnostic.source, diagnostic.span
    start = source.position(span.start) if source is not None and span is not None else None
    end = source.position(span.end) if source is not None and span is not None else None
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "file": source.path if source is not None else diagnostic.path,
        "line": start.line if start else None,
        "column": start.column if start else None,
        "end_line": end.line if end else None,
        "end_column": end.column if end else None,
        "hint": diagnostic.hint,
        "fix": diagnostic.fix,
    }
