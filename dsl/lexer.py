"""Pieces of a line to the tokens that the grammar reads, phrases over the whole line first.

What a word means to the grammar depends on its place: `flag` opens an effect, and a clause of a
stage, but is an ordinary word elsewhere. So each part of a line is read in its own zone of the
table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from leadcard.dsl.ast import AccountOp, FieldOp, InLast, Text, Words
from leadcard.dsl.phrase_tree import Found, Node, longest, may_be_value, tree
from leadcard.dsl.phrase_values import Phrase, Where, Zone
from leadcard.dsl.reserved import (
    RESERVED,
    broken_unit,
    decimal_comma,
    for_what,
    opening_word,
    reserved_word,
    than,
)
from leadcard.dsl.scan import Kind, Piece, quoted_text, user_text
from leadcard.dsl.source import Source, Span
from leadcard.dsl.values import Fault, begins_amount, times_x

MAX_DEPTH: Final = 100
_CONDITIONS: Final = frozenset({Zone.CONDITION, Zone.STAGE})


class Token:
    """One token: its terminal of the grammar, its value, and where it stands."""

    __slots__ = ("span", "type", "value")

    def __init__(self, type_: str, value: Any = None, *, span: Span) -> None:
        self.type = type_
        self.value = value
        self.span = span

    def __repr__(self) -> str:
        return f"{self.type}({self.value!r})" if self.value is not None else self.type


class Misread(Exception):
    """Ends the reading of one line with its one fault; always caught where lines are read."""

    def __init__(self, found: Fault) -> None:
        super().__init__(found.message)
        self.fault = found


_TEXT_OPS: Final = frozenset(
    {
        FieldOp.CONTAINS,
        FieldOp.NOT_CONTAINS,
        FieldOp.STARTS_WITH,
        FieldOp.NOT_STARTS_WITH,
        FieldOp.ENDS_WITH,
        FieldOp.NOT_ENDS_WITH,
        FieldOp.MATCHES,
        FieldOp.NOT_MATCHES,
        FieldOp.IN,
        FieldOp.NOT_IN,
        FieldOp.SAME_AS,
        FieldOp.NOT_SAME_AS,
    }
)
_NEEDY: Final = RESERVED.keys() | {"inactive", "spent"}
_MEMBERSHIP: Final = frozenset({FieldOp.IN, FieldOp.NOT_IN})
_JOINERS: Final = frozenset({"and", "or", "but"})
_OPENERS: Final = frozenset({"AND", "OR", "COMMA", "LPAR", "NOT"})
_QUANTIFIERS: Final = frozenset({"PEOPLE", "ANYONE", "NOBODY"})
_NEGATIONS: Final = frozenset({"NOT", "NEVER", "NOBODY"})
_NEGATIVE_WORDS: Final = frozenset({"no", "without"})
_NEGATIVE_OPS: Final = frozenset(
    {FieldOp.IS_NOT, FieldOp.NOT_CONTAINS, FieldOp.NOT_STARTS_WITH, FieldOp.NOT_ENDS_WITH}
    | {FieldOp.NOT_MATCHES, FieldOp.NOT_IN, FieldOp.NOT_SAME_AS}
)
_CLAUSE_WORDS: Final = frozenset({"route", "respond", "notify", "needs"})
_CLAUSES: Final = frozenset({"ROUTE", "RESPOND", "NOTIFY"})


def words_of(source: Source, pieces: Iterable[Piece]) -> Words:
    """The texts of `pieces`, words and quoted texts apart."""
    return tuple(
        Text(text=quoted_text(source, piece), quoted=True, span=Span(piece.start, piece.end))
        if piece.kind is Kind.QUOTED
        else Text(text=user_text(source, piece.start, piece.end), span=Span(piece.start, piece.end))
        for piece in pieces
    )


def name_of(source: Source, pieces: Sequence[Piece]) -> Text:
    """All of `pieces` as one name; one quoted text gives what is inside."""
    span = Span(pieces[0].start, pieces[-1].end)
    if len(pieces) == 1 and pieces[0].kind is Kind.QUOTED:
        return Text(text=" ".join(quoted_text(source, pieces[0]).split()), span=span)
    return Text(text=user_text(source, span.start, span.end), span=span)


_JOINED_TEST: Final = re.compile(r"([^\W\d][\w-]*)(>=|<=|==|!=|<>|=>|=<|=|>|<|≥|≤|≠)([^=<>].*)")

_SIGNS: Final = re.compile("[=<>≥≤≠＝＜＞]")


def _apart(source: Source, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """`employees>=50` and `title=CEO` as a field, a sign, and what it is compared with."""
    if not pieces or _SIGNS.search(source.text, pieces[0].start, pieces[-1].end) is None:
        return pieces
    found = [_JOINED_TEST.fullmatch(p.key) if p.kind is Kind.WORD else None for p in pieces]
    if not any(found):
        return pieces
    parted: list[Piece] = []
    for piece, match in zip(pieces, found, strict=True):
        if match is None:
            parted.append(piece)
            continue
        sign, rest = piece.start + match.start(2), piece.start + match.start(3)
        parted.append(Piece(Kind.WORD, match[1], piece.start, sign))
        if match[3][0].isdigit() or match[3][0] in "$€£":
            parted.append(Piece(Kind.WORD, match[2] + match[3], sign, piece.end))
        else:
            parted.append(Piece(Kind.WORD, match[2], sign, rest))
            parted.append(Piece(Kind.WORD, match[3], rest, piece.end))
    return parted


class ZoneReader:
    """Reads the pieces of one zone of one line into tokens."""

    def __init__(self, source: Source, pieces: Sequence[Piece], zone: Zone) -> None:
        self._source = source
        self._pieces = _apart(source, pieces) if zone in _CONDITIONS else pieces
        self._root: Node = tree(zone)
        self._is_condition = zone is Zone.CONDITION or zone is Zone.STAGE
        self._is_stage = zone is Zone.STAGE
        self._tokens: list[Token] = []
        self._words: list[Piece] = []
        self._after_then = False
        self._had_then = False
        self._text_follows = False
        self._depth = 0

    def read(self) -> list[Token]:
        """The tokens; raises `Misread` for what is known and cannot be accepted."""
        at, pieces = 0, self._pieces
        while at < len(pieces):
            piece = pieces[at]
            if piece.kind is Kind.WORD:
                at = self._read_word(at)
            elif piece.kind is Kind.COLON:
                at = self._read_colon(at)
            else:
                self._read_mark(piece, at)
                at += 1
        self._end_words()
        return self._tokens

    def _read_word(self, at: int) -> int:
        piece = self._pieces[at]
        if piece.key in self._root.words or (self._root.places and may_be_value(piece.key)):
            found = longest(self._root, self._pieces, at, self._allowed)
            if found is not None:
                self._accept(found, at)
                return found.end
        if self._is_condition:
            if not self._text_follows:
                self._refuse_alone(at)
            if self._words and piece.key in _CLAUSE_WORDS:
                self._refuse_clause(piece)
        self._words.append(piece)
        return at + 1

    def _refuse_clause(self, piece: Piece) -> None:
        """Raises for a clause of a stage that no comma parts from the words before it."""
        if not self._is_stage or (self._tokens and self._tokens[-1].type in ("NOTIFY", "FLAG")):
            return
        said = user_text(self._source, piece.start, piece.end)
        raise Misread(
            Fault(
                code="S115",
                message=f"a comma is missing before `{said}`",
                span=piece.span,
                hint="clauses of a stage stand between commas",
                instead=f", {said}",
            )
        )

    def _refuse_alone(self, at: int) -> None:
        """Raises for a word of the language that stands without what it needs."""
        if self._pieces[at].key not in _NEEDY:
            return
        found = reserved_word(self._source, self._pieces, at, self._words)
        if found is None and self._at_start():
            found = opening_word(self._pieces, at)
        if found is not None:
            raise Misread(found)

    def _read_colon(self, at: int) -> int:
        """A colon inside a word (`utm:spring`) joins it; any other is for the grammar to refuse."""
        piece, pieces = self._pieces[at], self._pieces
        joined = (
            self._words
            and self._words[-1].end == piece.start
            and self._words[-1].kind is Kind.WORD
            and at + 1 < len(pieces)
            and pieces[at + 1].start == piece.end
            and pieces[at + 1].kind is Kind.WORD
        )
        if joined:
            first, last = self._words[-1], pieces[at + 1]
            self._words[-1] = Piece(Kind.WORD, f"{first.key}:{last.key}", first.start, last.end)
            return at + 2
        self._emit("COLON", None, piece.span)
        return at + 1

    def _read_mark(self, piece: Piece, at: int) -> None:
        match piece.kind:
            case Kind.QUOTED:
                self._words.append(piece)
            case Kind.COMMA:
                if (found := decimal_comma(self._pieces, at)) is not None:
                    raise Misread(found)
                self._emit("COMMA", None, piece.span)
            case Kind.OPEN:
                self._deeper(piece.span)
                self._emit("LPAR", None, piece.span)
            case Kind.CLOSE:
                self._depth -= 1
                self._emit("RPAR", None, piece.span)
            case _:
                self._emit("LABEL", piece, piece.span)

    def _deeper(self, span: Span) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Misread(
                Fault(
                    code="S105",
                    message=f"parentheses nest more than {MAX_DEPTH} levels deep",
                    span=span,
                    hint="parts can be said in a rule of their own",
                )
            )

    def _at_start(self) -> bool:
        """Whether a condition or a clause begins here."""
        if self._words:
            return False
        return not self._tokens or self._tokens[-1].type in _OPENERS

    def _allowed(self, phrase: Phrase, end: int) -> bool:
        match phrase.where:
            case Where.ANYWHERE:
                return True
            case Where.START:
                if phrase.token == "TOTAL":
                    return self._at_start() and self._count_follows(end)
                if phrase.token in _CLAUSES or phrase.token == "NEEDS":
                    return not self._words
                if phrase.token == "HAVING":
                    return self._at_start() and begins_amount(self._pieces, end)
                if phrase.token == "ACTIVE":
                    return self._at_start() or (not self._words and self._after_quantifier())
                return self._at_start()
            case Where.TEST:
                return not self._text_follows
            case Where.END:
                return not self._text_follows and self._ends_at(end)

    def _after_quantifier(self) -> bool:
        return bool(self._tokens) and self._tokens[-1].type in _QUANTIFIERS

    def _ends_at(self, at: int) -> bool:
        if at >= len(self._pieces):
            return True
        piece = self._pieces[at]
        if piece.kind is Kind.WORD:
            return piece.key in _JOINERS
        return piece.kind is not Kind.QUOTED and piece.kind is not Kind.OPEN

    def _count_follows(self, at: int) -> bool:
        """Whether a count stands before the next joiner: `total visited pricing 10+ times`."""
        for place in range(at, min(at + 30, len(self._pieces))):
            piece = self._pieces[place]
            if piece.kind is not Kind.WORD and piece.kind is not Kind.QUOTED:
                return False
            if piece.key in ("times", "time", "once", "twice") or times_x([piece], 0):
                return True
        return False

    def _accept(self, found: Found, at: int) -> None:
        span = Span(self._pieces[at].start, self._pieces[found.end - 1].end)
        for value in found.values:
            if isinstance(value, Fault):
                raise Misread(value)
        value = found.phrase.make(found.values, span)
        if isinstance(value, Fault):
            raise Misread(value)
        match found.phrase.token:
            case "OP":
                if value in _MEMBERSHIP and found.end == at + 1:
                    unit = broken_unit(self._pieces, found.end)
                    if unit is not None:
                        raise Misread(unit)
                self._emit("OP", value, span)
                self._text_follows = value in _TEXT_OPS
            case "OP_ALONE":
                op, word = value
                texts = words_of(self._source, self._pieces[found.end - 1 : found.end])
                self._emit("OP_ALONE", (op, texts if word else ()), span)
            case "WITHIN":
                self._read_within(value, span)
            case "WINDOW" if self._after_then and isinstance(value, InLast):
                self._check_window_of_second(value, at, span)
                self._emit("WINDOW", value, span)
            case "THEN":
                if (meant := than(self._pieces, at)) is not None:
                    raise Misread(meant)
                self._drop_comma()
                self._emit("THEN", None, span)
                self._after_then = self._had_then = True
            case "ANYONE":
                self._emit("NOBODY" if value is AccountOp.NOBODY else "ANYONE", value, span)
            case "ACTIVE":
                last = self._pieces[found.end - 1]
                self._words.append(Piece(Kind.WORD, "active", last.start, last.end))
            case "HAVING":
                return
            case "PLACED":
                self._words.append(self._pieces[found.end - 2])
                self._emit("OP", value, self._pieces[found.end - 1].span)
                self._text_follows = True
            case "MAIL LINK":
                self._words.append(self._pieces[found.end - 1])
            case "JOINED":
                key = " ".join(piece.key for piece in self._pieces[at : found.end])
                self._words.append(Piece(Kind.WORD, key, span.start, span.end))
            case "FOR":
                self._read_for(value, at, span)
            case "NOR":
                self._read_nor(span)
            case "EITHER":
                self._read_either(at, span)
            case "UNLESS":
                self._refuse_unless(at, found.end)
            case "AND NOT":
                self._emit("AND", "but", span)
                self._emit("NOT", None, span)
            case token:
                self._emit(token, value, span)

    def _read_within(self, value: Any, span: Span) -> None:
        if self._after_then:
            self._emit("GAP", value, span)
        else:
            self._emit("WINDOW", InLast(duration=value, within=self._had_then, span=span), span)

    def _read_for(self, value: InLast, at: int, span: Span) -> None:
        """`for 90 days` is a window where something did not happen; else it says too little."""
        last = self._tokens[-1].type if self._tokens else ""
        if last in _NEGATIONS or (self._words and self._words[0].key in _NEGATIVE_WORDS):
            self._emit("WINDOW", value, span)
            return
        raise Misread(for_what(self._source, self._words, value, span))

    def _read_nor(self, span: Span) -> None:
        """`is neither A nor B`: a further value, where the values are ruled out."""
        ops = [t.value for t in self._tokens if t.type in ("IS", "OP")]
        if not ops or ops[-1] not in _NEGATIVE_OPS:
            raise Misread(
                Fault(
                    code="S111",
                    message="`nor` goes on with values that are ruled out, and here are none",
                    span=span,
                    hint="to rule out both, write for example `title is not CEO or CTO`",
                )
            )
        self._emit("OR", None, span)

    def _read_either(self, at: int, span: Span) -> None:
        """`either A or B` is `A or B`, if nothing else is joined by `and`."""
        others = {p.key for p in self._pieces if p.kind is Kind.WORD}
        if at == 0 and "and" not in others and "&" not in others:
            return
        raise Misread(
            Fault(
                code="S118",
                message="how far `either` goes can be read in two ways",
                span=span,
                hint="put the alternatives in parentheses: `(… or …)`",
            )
        )

    def _refuse_unless(self, at: int, end: int) -> None:
        """`visited pricing unless title is CEO`: a negation, and of how much?"""
        rest = {p.key for p in self._pieces[end:]}
        plain = "and not" if self._pieces[end - 1].key in ("unless", "if", "when") else "but not"
        simple = not rest & {"or", "and", ",", "&"}
        if plain == "but not" and len(self._words) > 1:
            first = self._words[0]
            plain += f" {user_text(self._source, first.start, first.end)}"
        said = user_text(self._source, self._pieces[at].start, self._pieces[end - 1].end)
        raise Misread(
            Fault(
                code="S111",
                message=f"`{said}` is no word of conditions",
                span=Span(self._pieces[at].start, self._pieces[end - 1].end),
                hint=f"write `{plain} …`, the whole condition once more",
                instead=plain if simple else None,
            )
        )

    def _check_window_of_second(self, value: InLast, at: int, span: Span) -> None:
        """After `then`, `within` is the gap; `within the last 7 days` would say two things."""
        if self._pieces[at].key == "within":
            raise Misread(
                Fault(
                    code="S117",
                    message="after `then`, `within` is the time between the two events",
                    span=span,
                    hint="write `within` with the time alone, or `in` for a window",
                )
            )

    def _drop_comma(self) -> None:
        if not self._words and self._tokens and self._tokens[-1].type == "COMMA":
            self._tokens.pop()

    def _end_words(self) -> None:
        if self._words:
            span = Span(self._words[0].start, self._words[-1].end)
            self._tokens.append(Token("WORDS", words_of(self._source, self._words), span=span))
            self._words = []

    def _emit(self, token: str, value: Any, span: Span) -> None:
        self._end_words()
        tokens = self._tokens
        last = tokens[-1].type if tokens else ""
        if token in ("AND", "OR") and last == "COMMA":
            tokens.pop()
        if token == "NOT" and last == "NOT":
            self._depth += 1
            if self._depth > MAX_DEPTH:
                self._deeper(span)
        if token in _CLAUSES and last in ("COMMA", "AND"):
            tokens.pop()
        if token == "NEEDS" and last not in ("", "AND", "OR", "NOT", "LPAR", "COLON"):
            if last == "COMMA":
                tokens.pop()
            token = "ALSO_NEEDS"
        if token in _OPENERS:
            self._text_follows = False
            if token in ("AND", "OR", "COMMA"):
                self._after_then = False
        tokens.append(Token(token, value, span=span))


def read_zone(source: Source, pieces: Sequence[Piece], zone: Zone) -> list[Token]:
    """The tokens of `pieces`, read in `zone`."""
    return ZoneReader(source, pieces, zone).read()
