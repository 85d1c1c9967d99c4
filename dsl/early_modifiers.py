"""Modifiers of the points that stand before the colon: one diagnostic, with the line in its order.

`visited pricing once per week: +5` is what people say, and each word of it means something else in
a condition (`once` is a count), so that reading it there would blame an innocent word. So a rule is
looked through for modifiers before its condition is read. What could also be a count or a window
(`max 20`, `for 30d`) is taken only where it goes on from a modifier, or after `then`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.failure import Edit, corrected, tidy
from leadcard.dsl.phrase_tree import longest, tree
from leadcard.dsl.phrase_values import Phrase, Zone
from leadcard.dsl.record import dataclass
from leadcard.dsl.scan import Kind, LogicalLine, Piece, user_text
from leadcard.dsl.source import Span

_MODIFIERS: Final = frozenset(
    {"EACH", "EACH_ASSET", "ONCE_PER", "FADES", "HALVES", "DROPS", "EXPIRES", "FLAG"}
)
_OPENINGS: Final = frozenset(
    {"once", "only", "just", "each", "per", "flag", "half", "halved", "halve", "halves", "halving"}
    | {"fade", "fades", "fading", "decay", "decays", "decaying", "drop", "drops", "dropping"}
    | {"loses", "losing", "expire", "expires", "expiring", "lasts", "every"}
)
"""How modifiers begin where nothing else does: `max 20` alone is a count, `for 30d` a window."""
_CAPS: Final = frozenset({"max", "max.", "maximum", "up", "capped", "limited", "at"})
_WITHOUT_COMMA: Final = frozenset({"EACH", "EACH_ASSET", "ONCE_PER"})
_JOINERS: Final = frozenset({"and", "or", "but"})
_ONCE: Final = frozenset({"once", "only", "just", "max", "maximum", "at"})
_UNREPEATED: Final = frozenset(
    {"inactive", "spent", "anyone", "nobody", "total", "never", "times", "people", "any"}
)
_NEED_MORE: Final = frozenset(
    {"is", "are", "isn't", "contains", "contain", "with", "in", "not", "then", "on", "to", "of"}
    | {"for", "has", "the", "a", "an", "than", "no", "matches", "equals", "any", "as", "never"}
)
"""Words that go on, so that what follows them is theirs: `title contains each`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Modifiers in a row: their places among the pieces, and the first of them."""

    start: int
    end: int
    first: str


def early_modifiers(
    line: LogicalLine, start: str, reads: Callable[[str], bool]
) -> Diagnostic | None:
    """What is said of a rule with modifiers before its colon; None for all other lines."""
    if start != "rule" or not any(piece.key in _OPENINGS | _CAPS for piece in line.pieces):
        return None
    colons = [at for at, piece in enumerate(line.pieces) if piece.kind is Kind.COLON]
    run = _first_run(line.pieces[: colons[-1]]) if colons else None
    if run is None:
        return None
    span = Span(line.pieces[run.start].start, line.pieces[run.end - 1].end)
    said = user_text(line.source, span.start, span.end)
    fix = _moved(line, run, colons[-1], said)
    return Diagnostic(
        code="S111",
        message=f"`{said}` changes the points, and stands before them",
        source=line.source,
        span=span,
        hint="modifiers follow the points: `+5 once per day, max 20`",
        fix=fix if fix is not None and reads(fix) else None,
    )


def _first_run(pieces: Sequence[Piece]) -> _Run | None:
    for at in range(1, len(pieces)):
        if pieces[at].key in _OPENINGS or (pieces[at].key in _CAPS and _after_then(pieces[:at])):
            run = _run(pieces, at)
            if run is not None and not _is_value(pieces, run):
                return run
    return None


def _is_value(pieces: Sequence[Piece], run: _Run) -> bool:
    """`industry is alpha each`: a lone word may be the end of a value."""
    if run.end - run.start > 1:
        return False
    for piece in reversed(pieces[: run.start]):
        if piece.key in _JOINERS:
            return False
        if piece.key in _NEED_MORE:
            return True
    return False


def _after_then(before: Sequence[Piece]) -> bool:
    """Whether the condition before a place is a sequence or a burst: no count can follow it."""
    for piece in reversed(before):
        if piece.key in _JOINERS or piece.kind is Kind.COMMA:
            return False
        if piece.key in ("then", "any"):
            return True
    return False


def _run(pieces: Sequence[Piece], at: int) -> _Run | None:
    """The modifiers from `at` to the end of the condition or the next joiner, if all are such."""
    before = pieces[at - 1]
    if before.kind not in (Kind.WORD, Kind.QUOTED, Kind.COMMA, Kind.CLOSE):
        return None
    if before.key in _NEED_MORE | _JOINERS:
        return None
    place, first = at, ""
    while place < len(pieces) and pieces[place].key not in _JOINERS:
        if pieces[place].kind is Kind.COMMA and place > at:
            place += 1
            continue
        found = longest(tree(Zone.EFFECT), pieces, place, _allowed)
        if found is None:
            return None if pieces[place].kind is not Kind.LABEL else _ended(at, place, first)
        if found.phrase.token == "ONCE_PER" and pieces[place].key not in _ONCE:
            return None  # `every day` may well be meant of the events
        place, first = found.end, first or found.phrase.token
        if found.phrase.token == "FLAG":
            if place == len(pieces) or pieces[place].kind is not Kind.QUOTED:
                return None
            place += 1
    return _ended(at, place, first)


def _ended(start: int, end: int, first: str) -> _Run | None:
    return _Run(start=start, end=end, first=first) if end > start else None


def _allowed(phrase: Phrase, _: int) -> bool:
    return phrase.token in _MODIFIERS or phrase.token == "MAX"


def _moved(line: LogicalLine, run: _Run, colon: int, said: str) -> str | None:
    """The line with its modifiers behind the points."""
    pieces = line.pieces
    if any(piece.key == "or" for piece in pieces[run.end : colon]) or colon + 1 == len(pieces):
        return None  # of one alternative, or of all?
    before = pieces[run.start - 1]
    first = run.start - 1 if before.kind is Kind.COMMA else run.start
    out: Edit = (Span(pieces[first - 1].end, pieces[run.end - 1].end), "")
    points = longest(tree(Zone.EFFECT), pieces, colon + 1, lambda phrase, _: True)
    if points is None or points.phrase.token not in ("POINTS", "DISQUALIFY"):
        return None
    repeats = points.phrase.token == "POINTS" and not _repeats_not(pieces[: run.start])
    if run.first != "FLAG" and not repeats:
        return None
    if run.first in _WITHOUT_COMMA:
        end, comma = pieces[points.end - 1].end, ""
    else:
        end, comma = [p for p in pieces if p.kind is not Kind.LABEL][-1].end, ","
    return tidy(corrected(line, [out, (Span(end, end), f"{comma} {said}")]))


def _repeats_not(condition: Sequence[Piece]) -> bool:
    """Whether the condition is of a kind whose points can neither repeat nor fade."""
    return any(piece.key in _UNREPEATED for piece in condition)
