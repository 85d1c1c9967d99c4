"""Signs that people write where a colon belongs: `visited pricing -> +15`, `list area = DE, AT`.

A sign stands for the colon only in a line without one, and only before what cannot be the value of
a test: `employees = 50` may be a test whose points were forgotten, `employees = +50` may not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from leadcard.dsl.scan import Kind, LogicalLine, Piece
from leadcard.dsl.values import SIGN_WORDS

_ARROWS: Final = frozenset({"->", "-->", "→", "⇒", "➔", "➜", "==>"})
_EQUALS: Final = frozenset({"=", "=>", "=="})
_SETTINGS: Final = frozenset({"scorecard", "timezone", "time", "score", "buyer", "list", "grade"})
_EFFECT_WORDS: Final = frozenset({"disqualify", "disqualified", "flag"}) | {
    word for word in SIGN_WORDS if len(word) > 1
}
_SIGNED: Final = re.compile(r"[+-]\d.*|[+-]")
_NUMBER: Final = re.compile(r"\d[\d.,]*(pts?|points?|p)?")
_GLUED: Final = re.compile(r"(-->|->|→|⇒|➔|➜|==>|=>|=)([+-]\d.*)")


def with_colon(line: LogicalLine, *, named: bool) -> LogicalLine:
    """`line` with a colon in place of such a sign; `named`: lines here begin with a name."""
    pieces = line.pieces
    if len(pieces) < 2 or any(piece.kind is Kind.COLON for piece in pieces):
        return line
    if (named or pieces[0].key in _SETTINGS) and (at := _first_sign(pieces)) is not None:
        return _replaced(line, at)
    for at in range(len(pieces) - 1, 0, -1):
        if pieces[at].kind is Kind.WORD and _before_effect(pieces, at):
            return _replaced(line, at)
    return line


def _first_sign(pieces: Sequence[Piece]) -> int | None:
    for at in range(1, len(pieces) - 1):
        if pieces[at].kind is Kind.WORD and pieces[at].key in _ARROWS | {"=", "=>"}:
            return at
    return None


def _before_effect(pieces: Sequence[Piece], at: int) -> bool:
    key = pieces[at].key
    if _GLUED.fullmatch(key):
        return True
    if at + 1 == len(pieces) or key not in _ARROWS | _EQUALS:
        return False
    following = pieces[at + 1].key
    if _SIGNED.fullmatch(following) or following in _EFFECT_WORDS:
        return True
    if not (number := _NUMBER.fullmatch(following)):
        return False
    after = pieces[at + 2].key if at + 2 < len(pieces) else ""
    return key in _ARROWS or bool(number[1]) or after in ("points", "point", "pts", "pt")


def _replaced(line: LogicalLine, at: int) -> LogicalLine:
    piece = line.pieces[at]
    parts = [Piece(Kind.COLON, ":", piece.start, piece.end)]
    if glued := _GLUED.fullmatch(piece.key):
        middle = piece.start + len(glued[1])
        parts = [
            Piece(Kind.COLON, ":", piece.start, middle),
            Piece(Kind.WORD, glued[2], middle, piece.end),
        ]
    return replace(line, pieces=(*line.pieces[:at], *parts, *line.pieces[at + 1 :]))
