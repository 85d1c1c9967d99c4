"""Logical lines to kinds and tokens: which grammar a line follows, and the zones of its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final

from leadcard.dsl.ast import Text
from leadcard.dsl.headers import header, name_token, refuse_marks
from leadcard.dsl.lexer import Misread, Token, name_of, read_zone
from leadcard.dsl.phrase_values import Zone
from leadcard.dsl.record import dataclass
from leadcard.dsl.scan import Kind, LogicalLine, Piece
from leadcard.dsl.source import Source, Span
from leadcard.dsl.values import Fault


class Section(Enum):
    """Kinds of sections: they decide what a line without a word of its own is."""

    PLAIN = "plain"
    MUST_HAVE = "must have"
    TIERS = "tiers"
    STAGES = "stages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A line cut for the grammar: its start symbol, its tokens, and the section that it opens."""

    start: str
    tokens: tuple[Token, ...]


_SETTINGS: Final[dict[tuple[str, ...], str]] = {
    ("scorecard",): "name",
    ("timezone",): "timezone",
    ("time", "zone"): "timezone",
    ("score",): "score",
    ("score", "range"): "score",
    ("score", "limits"): "score",
    ("buyer", "stages"): "buyer_stages",
    ("buyer", "stage"): "buyer_stages",
    ("tiers",): "tiers",
    ("stages",): "stages",
}
_OPENS: Final = {
    "header": Section.PLAIN,
    "must_have": Section.MUST_HAVE,
    "tiers": Section.TIERS,
    "stages": Section.STAGES,
}
_TIGHT: Final = re.compile(r"(.*\S):([+-]?\d+)")


def kind_of(line: LogicalLine, section: Section) -> str:
    """The start symbol of the grammar for `line` in a section of kind `section`."""
    pieces = line.pieces
    first = pieces[0]
    if first.key in _SETTING_WORDS and first.kind is Kind.WORD:
        setting = _setting(pieces)
        if setting is not None:
            return setting
    return "header" if pieces[-1].kind is Kind.COLON else _INSIDE[section]


_SETTING_WORDS: Final = frozenset(
    {"scorecard", "timezone", "time", "score", "buyer", "tiers", "stages", "list", "grade"}
    | {"grades", "must", "must-have", "must-haves", "stage", "tier"}
)
_SINGULAR: Final = {"stage": "stages", "tier": "tiers"}
_INSIDE: Final = {
    Section.PLAIN: "rule",
    Section.MUST_HAVE: "requirement",
    Section.TIERS: "tier",
    Section.STAGES: "stage",
}


def _setting(pieces: Sequence[Piece]) -> str | None:
    """The kind of a line that begins like a setting, if it is one."""
    colon = _first_colon(pieces)
    head = tuple(piece.key for piece in pieces[: 3 if colon is None else min(colon, 3)])
    if head[0] == "list" and len(pieces) > 2:
        if colon is not None and colon > 1:
            return "list_inline"
        return "list_file" if any(piece.key == "from" for piece in pieces[2:]) else None
    if colon is None:
        return None
    if len(pieces) == 2 and head[0] in _SINGULAR:
        return _SINGULAR[head[0]]
    if colon < 3 and (setting := _SETTINGS.get(head)):
        return setting
    if head[0] in ("stages", "tiers") and pieces[1].kind is Kind.OPEN:
        return head[0]
    if head[:2] in (("grade", "from"), ("grades", "from")):
        return "grade"
    must_have = head[:2] in (("must", "have"), ("must", "haves"))
    return "must_have" if must_have or head[0].startswith("must-have") else None


def section_after(line: LogicalLine, start: str, section: Section, *, failed: bool) -> Section:
    """The kind of section that the line after `line`, of kind `start`, stands in.

    A line that failed opens what its shape says: with its colon at the end some section, so that
    the lines below it are not wrong too; with words after its colon (`stages: a, b`) none.
    """
    if not failed:
        return _OPENS.get(start, section)
    if line.pieces[-1].kind is not Kind.COLON:
        return section
    return _OPENS.get(start, Section.PLAIN)


def cut_line(line: LogicalLine, start: str) -> tuple[Token, ...]:
    """The tokens of `line` for the grammar of `start`; raises `Misread` on a known fault."""
    pieces, source = line.pieces, line.source
    _refuse_broken(line)
    match start:
        case "rule":
            return _rule(source, pieces)
        case "requirement":
            return _requirement(source, pieces)
        case "stage":
            return _stage(source, pieces)
        case "tier":
            return _tier(source, pieces)
        case "header":
            return header(source, pieces)
        case "must_have":
            return tuple(_parted(source, pieces, Zone.MUST_HAVE))
        case "tiers" | "stages":
            _refuse_singular(pieces[0], start)
            opening = Token(start.upper(), span=pieces[0].span)
            return (opening, *_parted(source, pieces[1:], Zone.TEXT))
        case "name" | "timezone":
            return _named(source, pieces, "SCORECARD" if start == "name" else "TIMEZONE")
        case "score":
            opening = Token("SCORE", span=pieces[0].span)
            return (opening, *_parted(source, pieces[_first_colon(pieces) or 1 :], Zone.SCORE))
        case "buyer_stages":
            opening = Token("BUYER_STAGES", span=pieces[0].span)
            return (opening, *_entries(source, pieces[2:]))
        case "list_inline":
            return _list_inline(source, pieces)
        case "list_file":
            return _list_file(source, pieces)
        case _:
            return _grade(source, pieces)


def _refuse_singular(word: Piece, meant: str) -> None:
    """`stage:` for `stages:`, which would make a section of that name."""
    if word.key in _SINGULAR:
        raise Misread(
            Fault(
                code="S109",
                message=f"`{word.key}` opens nothing, and `{meant}` does",
                span=word.span,
                hint=f"write `{meant}:`; a section needs another name",
                instead=meant,
            )
        )


def cut_condition(line: LogicalLine) -> tuple[Token, ...]:
    """The tokens of `line`, which holds a condition and nothing else."""
    _refuse_broken(line)
    return tuple(read_zone(line.source, line.pieces, Zone.STAGE))


def _refuse_broken(line: LogicalLine) -> None:
    for piece in line.pieces:
        if piece.kind is Kind.UNCLOSED or piece.kind is Kind.CONTROL:
            raise Misread(_broken(line, piece))


def _first_colon(pieces: Sequence[Piece]) -> int | None:
    for at, piece in enumerate(pieces):
        if piece.kind is Kind.COLON:
            return at
    return None


def _last_colon(pieces: Sequence[Piece]) -> int | None:
    for at in range(len(pieces) - 1, -1, -1):
        if pieces[at].kind is Kind.COLON:
            return at
    return None


def _broken(line: LogicalLine, piece: Piece) -> Fault:
    if piece.kind is Kind.CONTROL:
        return Fault(
            code="S103",
            message=f"a control character (U+{ord(piece.key):04X}) stands in the line",
            span=piece.span,
            hint="delete it",
            instead="",
        )
    text = line.source.text[piece.start : piece.end]
    effect = text.rfind(":")
    inside = text[:effect] if effect > 0 else text
    quote = {"«": "»", "‹": "›", "「": "」", "『": "』"}.get(text[0], '"')
    return Fault(
        code="S104",
        message="a quote is opened and never closed",
        span=Span(piece.start, piece.start + len(inside.rstrip())),
        hint="close it on the same line",
        instead=inside.rstrip() + quote,
    )


def _colon(piece: Piece) -> Token:
    return Token("COLON", span=piece.span)


def _parted(source: Source, pieces: Sequence[Piece], zone: Zone) -> list[Token]:
    """All of `pieces` in `zone`; colons come out as they are."""
    return read_zone(source, pieces, zone)


def _star(pieces: Sequence[Piece]) -> tuple[list[Token], Sequence[Piece]]:
    """A leading `*` as a token of its own, and the pieces without it."""
    first = pieces[0]
    if first.kind is not Kind.WORD or first.key[0] != "*":
        return [], pieces
    star = Token("STAR", span=Span(first.start, first.start + 1))
    if first.key == "*":
        return [star], pieces[1:]
    rest = Piece(Kind.WORD, first.key[1:], first.start + 1, first.end)
    return [star], [rest, *pieces[1:]]


def _label(source: Source, pieces: Sequence[Piece]) -> tuple[list[Token], Sequence[Piece]]:
    """A label at the end as a token, and the pieces without it."""
    if not pieces or pieces[-1].kind is not Kind.LABEL:
        return [], pieces
    last = pieces[-1]
    inside = Piece(Kind.WORD, last.key[1:-1], last.start + 1, last.end - 1)
    text = name_of(source, [inside]).text
    return [Token("LABEL", Text(text=text, span=last.span), span=last.span)], pieces[:-1]


def _split_tight(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """`employees 50:15` without a blank: what looks like a time of day is a colon with points."""
    last = pieces[-1]
    match = _TIGHT.fullmatch(last.key) if last.kind is Kind.WORD else None
    if match is None:
        return pieces
    middle = last.start + len(match[1])
    return [
        *pieces[:-1],
        Piece(Kind.WORD, match[1], last.start, middle),
        Piece(Kind.COLON, ":", middle, middle + 1),
        Piece(Kind.WORD, match[2], middle + 1, last.end),
    ]


def _rule(source: Source, pieces: Sequence[Piece]) -> tuple[Token, ...]:
    label, pieces = _label(source, pieces)
    star, pieces = _star(pieces) if pieces else ([], pieces)
    colon = _last_colon(pieces)
    if colon is None and pieces:
        pieces = _split_tight(pieces)
        colon = _last_colon(pieces)
    if colon is None:
        return (*star, *read_zone(source, pieces, Zone.CONDITION), *label)
    return (
        *star,
        *read_zone(source, pieces[:colon], Zone.CONDITION),
        _colon(pieces[colon]),
        *read_zone(source, pieces[colon + 1 :], Zone.EFFECT),
        *label,
    )


def _requirement(source: Source, pieces: Sequence[Piece]) -> tuple[Token, ...]:
    label, pieces = _label(source, pieces)
    star, pieces = _star(pieces) if pieces else ([], pieces)
    return (*star, *read_zone(source, pieces, Zone.CONDITION), *label)


def _stage(source: Source, pieces: Sequence[Piece]) -> tuple[Token, ...]:
    colon = _first_colon(pieces)
    if colon is None:
        return tuple(read_zone(source, pieces, Zone.STAGE))
    refuse_marks(source, pieces[:colon])
    return (
        *name_token(source, pieces[:colon]),
        _colon(pieces[colon]),
        *read_zone(source, pieces[colon + 1 :], Zone.STAGE),
    )


def _tier(source: Source, pieces: Sequence[Piece]) -> tuple[Token, ...]:
    colon = _first_colon(pieces)
    if colon is None:
        return tuple(read_zone(source, pieces, Zone.CONDITION))
    name = list(pieces[:colon])
    if len(name) > 1 and name[0].key == "tier":
        name = name[1:]
    number: list[Token] = []
    digits = name[0].key.rstrip(".)") if name else ""
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        number, name = [Token("NUMBER", int(digits), span=name[0].span)], name[1:]
        name = name[1:] if name and name[0].kind is Kind.CLOSE else name
    refuse_marks(source, name)
    return (
        *number,
        *name_token(source, name),
        _colon(pieces[colon]),
        *read_zone(source, pieces[colon + 1 :], Zone.CONDITION),
    )


def _named(source: Source, pieces: Sequence[Piece], setting: str) -> tuple[Token, ...]:
    colon = _first_colon(pieces) or 0
    return (
        Token(setting, span=pieces[0].span),
        _colon(pieces[colon]),
        *name_token(source, pieces[colon + 1 :]),
    )


def _entries(source: Source, pieces: Sequence[Piece]) -> list[Token]:
    """A colon, then entries between commas."""
    tokens = [_colon(pieces[0])]
    entry: list[Piece] = []
    for piece in pieces[1:]:
        if piece.kind is Kind.COMMA:
            _end_entry(source, entry, tokens)
            entry = []
            tokens.append(Token("COMMA", span=piece.span))
        else:
            entry.append(piece)
    _end_entry(source, entry, tokens)
    return tokens


def _end_entry(source: Source, entry: Sequence[Piece], tokens: list[Token]) -> None:
    if not entry:
        return
    name = name_of(source, entry)
    _refuse_colon(entry, name)
    if len(entry) > 1:
        _check_entry(entry, name)
    quoted = entry[0].kind is Kind.QUOTED
    tokens.append(
        Token("ENTRY", Text(text=name.text, quoted=quoted, span=name.span), span=name.span)
    )


def _refuse_colon(entry: Sequence[Piece], name: Text) -> None:
    """A colon before a blank: most likely the next line, swallowed after a comma."""
    for at, piece in enumerate(entry):
        if piece.kind is Kind.COLON and not _is_tight(entry, at):
            raise Misread(
                Fault(
                    code="S116",
                    message=f"an entry with `:` needs quotes: `{name.text}`",
                    span=piece.span,
                    hint="after a comma at its end, a line goes on with the next one",
                )
            )


def _is_tight(entry: Sequence[Piece], at: int) -> bool:
    """Whether no blank stands beside the piece at `at`."""
    inside = 0 < at < len(entry) - 1
    return inside and entry[at - 1].end == entry[at].start and entry[at].end == entry[at + 1].start


def _check_entry(entry: Sequence[Piece], name: Text) -> None:
    for piece in entry:
        if piece.kind is Kind.WORD and piece.key[-1:] == ";" and piece is not entry[-1]:
            raise Misread(
                Fault(
                    code="S116",
                    message="entries of a list stand between commas, and here is a semicolon",
                    span=name.span,
                    hint="write commas, or quote an entry that has a semicolon",
                    instead=name.text.replace(";", ","),
                )
            )
        if piece.kind is Kind.QUOTED:
            raise Misread(
                Fault(
                    code="S116",
                    message=f"`{name.text}` is one entry partly in quotes",
                    span=name.span,
                    hint="put all of an entry in quotes, and a comma between two",
                )
            )
        if piece.kind is Kind.WORD and piece.key in ("and", "or"):
            raise Misread(
                Fault(
                    code="S116",
                    message=f"`{piece.key}` stands in a list, where commas part the entries",
                    span=piece.span,
                    hint=f'write a comma, or `"{name.text}"` if that is one entry',
                )
            )


def _list_inline(source: Source, pieces: Sequence[Piece]) -> tuple[Token, ...]:
    colon = _first_colon(pieces) or 0
    name = pieces[1:colon]
    name = name[1:] if len(name) > 1 and name[0].key == "of" else name
    refuse_marks(source, name)
    return (
        Token("LIST", span=pieces[0].span),
        *name_token(source, name),
        *_entries(source, pieces[colon:]),
    )


def _list_file(source: Source, pieces: Sequence[Piece]) -> tuple[Token, ...]:
    at = next(at for at in range(2, len(pieces)) if pieces[at].key == "from")
    return (
        Token("LIST", span=pieces[0].span),
        *name_token(source, pieces[1:at]),
        Token("FROM", span=pieces[at].span),
        *name_token(source, pieces[at + 1 :]),
    )


def _grade(source: Source, pieces: Sequence[Piece]) -> tuple[Token, ...]:
    colon = _first_colon(pieces) or 0
    return (
        Token("GRADE", span=Span(pieces[0].start, pieces[1].end)),
        *name_token(source, pieces[2:colon]),
        _colon(pieces[colon]),
        *read_zone(source, pieces[colon + 1 :], Zone.GRADE),
    )
