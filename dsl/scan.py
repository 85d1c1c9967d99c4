"""Text to logical lines, each cut into pieces: words, quoted texts and punctuation.

Recognition works on a plain form of the text that has the same length: pasted curly quotes, dashes,
full-width digits and punctuation, and unusual blanks become their plain twins, one character for
one, so that every offset is an offset of the source. What a user named keeps its own characters.

All patterns here run in time linear in the length of a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Source, Span


class Kind(Enum):
    """What a piece of a line is."""

    WORD = "word"
    QUOTED = "quoted"
    COMMA = ","
    OPEN = "("
    CLOSE = ")"
    COLON = ":"
    LABEL = "label"
    UNCLOSED = "a quote without its end"
    CONTROL = "a control character"


class Piece(NamedTuple):
    """One piece of a line; `key` is its plain text in lower case (of a quoted: what is inside)."""

    kind: Kind
    key: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where the piece stands in its source."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalLine:
    """One logical line: its pieces, its physical lines (from 1), and its comments.

    `breaks[i]` is the number of joints before the i-th of its earlier comments (see `ast.Line`).
    """

    source: Source
    pieces: tuple[Piece, ...]
    first: int
    last: int
    comment: str | None = None
    inner: tuple[str, ...] = ()
    breaks: tuple[int, ...] = ()

    @property
    def span(self) -> Span:
        """From the first piece to the end of the last one."""
        if not self.pieces:
            return self.source.line_span(self.first)
        return Span(self.pieces[0].start, self.pieces[-1].end)


_BLANKS = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_INVISIBLE = "\u200b\u200e\u200f\u2028\u2029\u2060\ufeff\u0085"
_TWINS: Final[dict[str, str]] = {
    "“”„‟″＂": '"',
    "‘’‚‛＇": "'",
    "‐‑‒–—―−﹣－〜～": "-",
    "：﹕": ":",
    "，﹐、､،": ",",
    "（﹙": "(",
    "）﹚": ")",
    "＋﹢": "+",
    "＊": "*",
    "．": ".",
    "＝": "=",
    "＜": "<",
    "＞": ">",
    "×": "x",
    _BLANKS + _INVISIBLE: " ",
}
_PLAIN: Final[dict[int, str]] = {
    ord(char): plain for chars, plain in _TWINS.items() for char in chars
} | {
    zero + digit: str(digit)
    for zero in (0xFF10, 0x0660, 0x06F0)  # full-width, Arabic and Persian digits
    for digit in range(10)
}

_SIGNS = r"[-+<>=]*[$€£¥₹₽₩₺₴₸₪₫฿₦₱]?"
_GROUPS = r"\d{1,3}(?:[ ']\d{3})+(?!\d)"
# Colons of URLs and times, and commas between groups of three digits, belong to their word.
_INSIDE = (
    r"""[^\s,():"«»‹›「」『』]+|://|(?<=\d\d):(?=\d\d(?!\d))|(?<=\d)(?<!\d{4}),(?=\d{3}(?!\d))"""
)
_PIECE: Final = re.compile(
    rf"""
    \s+
  | (?P<comment>(?<!\S)\#.*)
  | (?P<label>(?<!\S)\[[^\[\]"]{{0,500}}\](?=[\s:,]|$))
  | (?P<quoted>
        "[^"]*"
      | '[^']{{0,300}}(?:'\w[^']{{0,300}}){{0,20}}'(?!\w)
      | «[^»]*» | »[^«»]*« | ‹[^›]*› | 「[^」]*」 | 『[^』]*』 )
  | (?P<unclosed>["«‹「『].*)
  | (?P<comma>,) | (?P<open>\() | (?P<close>\)) | (?P<colon>:(?!//))
  | (?P<word>
        {_SIGNS}{_GROUPS}(?:-{_SIGNS}{_GROUPS})?(?:{_INSIDE})*
      | (?:{_INSIDE})+ )
  | (?P<other>.)
    """,
    re.VERBOSE,
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_KINDS: Final = {
    "label": Kind.LABEL,
    "quoted": Kind.QUOTED,
    "unclosed": Kind.UNCLOSED,
    "comma": Kind.COMMA,
    "open": Kind.OPEN,
    "close": Kind.CLOSE,
    "colon": Kind.COLON,
    "word": Kind.WORD,
    "other": Kind.WORD,
}
_GOES_ON: Final = frozenset({"and", "or"})
_BULLETS: Final = "•·‣◦▪"


def plain_text(text: str) -> str:
    """`text` with every pasted character replaced by its plain twin; of the same length."""
    return text if text.isascii() else text.translate(_PLAIN)


def user_text(source: Source, start: int, end: int) -> str:
    """What the user wrote from `start` to `end`, in NFC, runs of blanks as one blank."""
    text = source.text[start:end]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text if " " not in text and text.isprintable() else " ".join(text.split())


def quoted_text(source: Source, piece: Piece) -> str:
    """What stands inside the quotes of `piece`, in NFC, blanks kept."""
    return unicodedata.normalize("NFC", source.text[piece.start + 1 : piece.end - 1])


def cut(text: str, offset: int = 0) -> tuple[list[Piece], str | None]:
    """The pieces of one physical line that begins at `offset` of its source, and its comment."""
    plain = plain_text(text)
    pieces: list[Piece] = []
    bad = _CONTROL.search(plain)
    if bad is not None:
        at = offset + bad.start()
        return [Piece(Kind.CONTROL, bad.group(), at, at + 1)], None
    for match in _PIECE.finditer(plain):
        group = match.lastgroup
        if group is None:
            continue
        if group == "comment":
            return pieces, text[match.start() + 1 :].rstrip()
        start, end = match.span()
        kind = _KINDS[group]
        key = plain[start + 1 : end - 1] if kind is Kind.QUOTED else match.group()
        pieces.append(Piece(kind, key.lower(), offset + start, offset + end))
    return pieces, None


def _without_bullet(pieces: list[Piece]) -> list[Piece]:
    if not pieces or pieces[0].kind is not Kind.WORD:
        return pieces
    kind, key, start, end = pieces[0]
    if key == "-" or key in _BULLETS:
        return pieces[1:] if len(pieces) > 1 else pieces
    if key[0] in _BULLETS:
        return [Piece(kind, key[1:], start + 1, end), *pieces[1:]]
    return pieces


def is_joint(piece: Piece) -> bool:
    """Whether a logical line that ends in `piece` goes on."""
    if piece.kind is Kind.COMMA or piece.kind is Kind.OPEN:
        return True
    return piece.kind is Kind.WORD and piece.key in _GOES_ON


def logical_lines(source: Source) -> Iterator[LogicalLine]:
    """The logical lines of `source` that hold anything, in order; blank lines are passed over."""
    number, count = 1, source.line_count
    while number <= count:
        span = source.line_span(number)
        pieces, comment = cut(source.text[span.start : span.end], span.start)
        pieces = _without_bullet(pieces)
        if pieces and is_joint(pieces[-1]):
            line = _long_line(source, number, pieces, comment)
            number = line.last + 1
            yield line
            continue
        if pieces or comment is not None:
            yield LogicalLine(
                source=source, pieces=tuple(pieces), first=number, last=number, comment=comment
            )
        number += 1


def line_at(source: Source, offset: int) -> LogicalLine | None:
    """The logical line that holds the character at `offset`, if it holds any piece."""
    number = first = source.position(offset).line
    while number > 1:
        number -= 1
        span = source.line_span(number)
        pieces, comment = cut(source.text[span.start : span.end], span.start)
        if pieces and not is_joint(pieces[-1]):
            break
        if pieces:
            first = number
    span = source.line_span(first)
    pieces, comment = cut(source.text[span.start : span.end], span.start)
    pieces = _without_bullet(pieces)
    if pieces and is_joint(pieces[-1]):
        return _long_line(source, first, pieces, comment)
    if not pieces:
        return None
    return LogicalLine(
        source=source, pieces=tuple(pieces), first=first, last=first, comment=comment
    )


def _long_line(source: Source, first: int, pieces: list[Piece], comment: str | None) -> LogicalLine:
    """The logical line that begins at line `first` and goes on, over blank lines and comments."""
    comments: list[tuple[str, int]] = []
    last, count = first, source.line_count
    for number in range(first + 1, count + 1):
        span = source.line_span(number)
        more, next_comment = cut(source.text[span.start : span.end], span.start)
        if not more and next_comment is None:
            continue
        if comment is not None:
            comments.append((comment, sum(map(is_joint, pieces))))
        comment, last = next_comment, number
        if more:
            pieces.extend(more)
            if not is_joint(pieces[-1]):
                break
    return LogicalLine(
        source=source,
        pieces=tuple(pieces),
        first=first,
        last=last,
        comment=comment,
        inner=tuple(text for text, _ in comments),
        breaks=tuple(before for _, before in comments),
    )
