"""Headers of sections: names, conditions and caps, and what is no name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from leadcard.dsl.lexer import Misread, Token, name_of, read_zone
from leadcard.dsl.phrase_values import Zone
from leadcard.dsl.scan import Kind, Piece, cut
from leadcard.dsl.source import Source, Span
from leadcard.dsl.values import Fault

RESERVED_NAMES: Final = frozenset(
    {
        "scorecard",
        "timezone",
        "time zone",
        "score",
        "buyer stages",
        "list",
        "grade from",
        "tiers",
        "stages",
        "must have",
    }
)
_CAP_WORDS: Final = frozenset(
    {"max", "max.", "maximum", "min", "min.", "minimum", "best", "only", "highest", "up", "at"}
    | {"no", "capped", "cap", "floor", "limit"}
)
# After these words a condition begins, whatever it looks like: `when (at most 2 people active)`.
_BEFORE_CONDITIONS: Final = frozenset({"when", "if", "where", "and", "or", "but", "not", "then"})
_CONDITION_TOKENS: Final = frozenset(
    {"IS", "OP", "OP_ALONE", "RANGE", "COUNT", "WINDOW", "BEFORE", "WITHIN_ANY", "INACTIVE"}
    | {"NEVER", "SPENT", "PEOPLE", "ANYONE", "NOBODY", "TOTAL", "THEN", "NOT", "GAP"}
)


def reads_as_condition(source: Source, pieces: Sequence[Piece]) -> bool:
    """Whether words that should be a name have the form of a condition."""
    try:
        tokens = read_zone(source, pieces, Zone.CONDITION)
    except Misread:
        return True
    return any(
        token.type in _CONDITION_TOKENS and (token.type != "OP" or 0 < at < len(tokens) - 1)
        for at, token in enumerate(tokens)
    )


def is_plain_name(text: str) -> bool:
    """Whether `text` names a section as it is, without quotes."""
    pieces, comment = cut(f"{text}:")
    if comment is not None or not pieces or pieces[-1].kind is not Kind.COLON:
        return False
    try:
        tokens = header(Source("", f"{text}:"), pieces)
    except Misread:
        return False
    return [token.type for token in tokens] == ["NAME", "COLON"] and tokens[0].value.text == text


def name_token(source: Source, pieces: Sequence[Piece]) -> list[Token]:
    """The name that `pieces` make, as a token; nothing without any."""
    if not pieces:
        return []
    name = name_of(source, pieces)
    return [Token("NAME", name, span=name.span)]


def refuse_marks(source: Source, pieces: Sequence[Piece]) -> None:
    """A name holds words only; with anything else it needs quotes."""
    for piece in pieces:
        if piece.kind is not Kind.WORD and piece.kind is not Kind.QUOTED:
            said = name_of(source, pieces)
            mark = source.text[piece.start : piece.end]
            raise Misread(
                Fault(
                    code="S109",
                    message=f"a name with `{mark}` needs quotes",
                    span=said.span,
                    hint=f'write `"{said.text}"`',
                    instead=f'"{said.text}"',
                )
            )


def header(source: Source, pieces: Sequence[Piece]) -> tuple[Token, ...]:
    """`name when condition (caps):`; the last parentheses hold caps if they begin like it."""
    colon, whole = pieces[-1], pieces[:-1]
    pieces, caps = _caps(source, pieces[:-1])
    when = _when(source, pieces)
    condition: list[Token] = []
    name = pieces
    if when is not None:
        name = pieces[:when]
        condition = [
            Token("WHEN", span=pieces[when].span),
            *read_zone(source, pieces[when + 1 :], Zone.CONDITION),
        ]
    _refuse_as_header(source, name, whole, when)
    return (*name_token(source, name), *condition, *caps, Token("COLON", span=colon.span))


_WHENS: Final = frozenset({"if", "where"})


def _when(source: Source, pieces: Sequence[Piece]) -> int | None:
    """Where the condition of a header begins; `if` begins one only before what reads like it."""
    for at, piece in enumerate(pieces):
        if piece.kind is not Kind.WORD:
            continue
        if piece.key == "when":
            return at
        if piece.key in _WHENS and at and reads_as_condition(source, pieces[at + 1 :]):
            return at
    return None


def _refuse_as_header(
    source: Source, name: Sequence[Piece], pieces: Sequence[Piece], when: int | None
) -> None:
    """Raises for names that are no names: rules without points, caps in the wrong place."""
    if not name:
        return
    span = Span(name[0].start, name[-1].end)
    said = name_of(source, name).text
    if name[0].kind is Kind.WORD and name[0].key[0] == "*":
        raise Misread(_no_points(span, said))
    _refuse_misplaced_caps(source, name, pieces, when)
    refuse_marks(source, name)
    if said.lower() in RESERVED_NAMES:
        raise Misread(
            Fault(
                code="S109",
                message=f"`{said}` cannot name a section",
                span=span,
                hint="that word begins a setting; choose another name",
            )
        )
    if name[0].kind is Kind.QUOTED and len(name) == 1:
        return
    if reads_as_condition(source, name):
        raise Misread(_no_points(span, said))


def _no_points(span: Span, said: str) -> Fault:
    return Fault(
        code="S110",
        message=f"`{said}` reads as a condition, and no points follow the colon",
        span=span,
        hint="write the points after the colon; put the name of a section in quotes",
    )


def _refuse_misplaced_caps(
    source: Source, name: Sequence[Piece], pieces: Sequence[Piece], when: int | None
) -> None:
    """`fit max 50:`, `fit (50):`, `fit (max 50) when …:`."""
    keys = [piece.key for piece in name]
    for at in range(1, len(name) - 1):
        if keys[at] in ("max", "min") and keys[at + 1].isdigit() and at + 2 == len(name):
            span = Span(name[at].start, name[at + 1].end)
            before = name[at - 1].kind is Kind.COMMA
            raise Misread(
                Fault(
                    code="S109",
                    message=f"`{keys[at]} {keys[at + 1]}` stands in parentheses in a header",
                    span=Span(name[at - 1].start, span.end) if before else span,
                    hint=f"write `({keys[at]} {keys[at + 1]})`",
                    instead=f" ({keys[at]} {keys[at + 1]})",
                )
            )
    places = range(len(name), 0, -1)
    opening = next((at for at in places if name[at - 1].kind is Kind.OPEN), None)
    if opening is None or name[-1].kind is not Kind.CLOSE:
        return
    inside = Span(name[opening - 1].start, name[-1].end)
    said = source.text[inside.start : inside.end]
    if when is not None:
        last = Span(inside.start, pieces[-1].end)
        rest = source.text[inside.end : pieces[-1].end].strip()
        raise Misread(
            Fault(
                code="S109",
                message=f"`{said}` stands before `when`",
                span=last,
                hint="in a header the parentheses come last",
                instead=f"{rest} {said}",
            )
        )
    number = keys[opening] if opening == len(name) - 2 and keys[opening].isdigit() else None
    raise Misread(
        Fault(
            code="S109",
            message=f"`{said}` says nothing that a header knows",
            span=inside,
            hint="in parentheses stand `max 50`, `min 0` and `best only`",
            instead=f"(max {number})" if number else None,
        )
    )


def _begins_caps(pieces: Sequence[Piece]) -> bool:
    """`max 50`, `50 max`."""
    keys = [piece.key for piece in pieces[:2]]
    return keys[0] in _CAP_WORDS or (keys[0].isdigit() and keys[1] in ("max", "min", "maximum"))


def _caps(source: Source, pieces: Sequence[Piece]) -> tuple[Sequence[Piece], list[Token]]:
    if not pieces or pieces[-1].kind is not Kind.CLOSE:
        return pieces, []
    opening = next(
        (at for at in range(len(pieces) - 1, -1, -1) if pieces[at].kind is Kind.OPEN), None
    )
    if opening is None or not _begins_caps(pieces[opening + 1 :]):
        return pieces, []
    if opening and pieces[opening - 1].key in _BEFORE_CONDITIONS:
        return pieces, []
    return pieces[:opening], read_zone(source, pieces[opening:], Zone.CAPS)
