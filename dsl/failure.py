"""A line that its grammar refused, with what a diagnosis needs to look at and to correct it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from leadcard.dsl.lexer import Token
from leadcard.dsl.record import dataclass
from leadcard.dsl.scan import Kind, LogicalLine, Piece
from leadcard.dsl.source import Span

CLIP: Final = 80
LONGEST_FIX: Final = 2000
Edit: TypeAlias = tuple[Span, str]
"""A place of the line and what to write there."""


def corrected(line: LogicalLine, edits: Sequence[Edit]) -> str:
    """The text of `line` after `edits`, on one physical line and without comments."""
    text, parts, at = line.source.text, [], line.span.start
    for span, instead in sorted(edits, key=lambda edit: edit[0]):
        parts += [_code(line, at, span.start), instead]
        at = max(at, span.end)
    parts.append(_code(line, at, line.span.end))
    whole = "".join(parts)
    return whole.strip() if "\n" not in text[line.span.start : line.span.end] else _one_line(whole)


def _one_line(text: str) -> str:
    return " ".join(part.strip() for part in text.split("\n") if part.strip())


def _code(line: LogicalLine, start: int, end: int) -> str:
    """The text from `start` to `end` without the comments between its pieces."""
    text = line.source.text
    if "\n" not in text[start:end]:
        return text[start:end]
    parts, at = [], start
    for piece in line.pieces:
        if piece.end <= start or piece.start >= end:
            continue
        gap = text[at : piece.start]
        parts += [" " if "\n" in gap else gap, text[max(piece.start, at) : min(piece.end, end)]]
        at = piece.end
    return "".join(parts) + ("" if at >= end or "\n" in text[at:end] else text[at:end])


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A line refused at token `at`; past the last token, its end came too early.

    `reads` tells whether a corrected line would be read in the same place of the card.
    """

    line: LogicalLine
    start: str
    tokens: tuple[Token, ...]
    at: int
    reads: Callable[[str], bool]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces of the line."""
        return self.line.pieces

    @property
    def span(self) -> Span:
        """Where the refused token stands, or the end of the line."""
        if self.at < len(self.tokens):
            return self.tokens[self.at].span
        end = self.line.span.end
        return Span(end, end)

    @property
    def here(self) -> str:
        """The kind of the refused token; empty at the end of the line."""
        return self.kind(self.at)

    @property
    def before(self) -> str:
        """The kind of the token before the refused one; empty at the beginning."""
        return self.kind(self.at - 1)

    def kind(self, at: int) -> str:
        """The kind of the token at `at`; empty where there is none."""
        return self.tokens[at].type if 0 <= at < len(self.tokens) else ""

    def said(self, span: Span) -> str:
        """What the user wrote at `span`, on one line, cut where it is long."""
        return clipped(self.whole(span), CLIP)

    def whole(self, span: Span) -> str:
        """All that the user wrote at `span`, on one line."""
        return " ".join(self.line.source.text[span.start : span.end].split())

    def said_at(self, at: int) -> str:
        """What the user wrote as token `at`."""
        return self.said(self.tokens[at].span) if 0 <= at < len(self.tokens) else ""

    @property
    def colon(self) -> int | None:
        """The token that parts condition and effect."""
        places = [at for at, token in enumerate(self.tokens) if token.type == "COLON"]
        return places[-1] if places else None

    @property
    def colons(self) -> int:
        """How many colons stand outside words and quotes."""
        return sum(token.type == "COLON" for token in self.tokens)

    @property
    def in_effect(self) -> bool:
        """Whether the refused token stands in the effect of a rule."""
        return self.start == "rule" and self.colon is not None and self.at > self.colon

    def fix(self, *edits: Edit) -> str | None:
        """The corrected line, if it would be read then."""
        text = tidy(corrected(self.line, edits))
        return text if self.reads(text) else None

    def words_from(self, at: int) -> Sequence[str]:
        """The plain words of the WORDS token at `at`, in lower case."""
        if self.kind(at) != "WORDS":
            return ()
        span = self.tokens[at].span
        return [
            piece.key
            for piece in self.pieces
            if span.start <= piece.start < span.end and piece.kind is Kind.WORD
        ]


def clipped(text: str, length: int) -> str:
    """`text`, cut to about `length` characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def tidy(text: str) -> str:
    """`text` without the blanks that taking something out leaves behind."""
    text = text.replace(" ,", ",").replace(" :", ":").replace("( ", "(").replace(" )", ")")
    return text.replace("  ", " ").strip()
