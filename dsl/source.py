"""Texts that users wrote, and places in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field

from leadcard.dsl.record import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters (code points) of one source, counted from 0."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Position:
    """A place for people: line and column, both from 1, in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One text with its name; `text` has no BOM and its line ends are `\\n`."""

    path: str
    text: str
    _starts: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        object.__setattr__(self, "_starts", tuple(starts))

    @property
    def line_count(self) -> int:
        """Number of lines; a final newline opens no further line."""
        return len(self._starts) - (1 if self.text.endswith("\n") else 0)

    def position(self, offset: int) -> Position:
        """Line and column of the character at `offset` (the end of the text is allowed)."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its newline."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end]

    def line_span(self, number: int) -> Span:
        """The span of line `number` (from 1) without its newline."""
        start = self._starts[number - 1]
        return Span(start, start + len(self.line(number)))


def normal_text(text: str) -> str:
    """`text` as a `Source` holds it: no BOM, every line end a line feed."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
