"""Words that always mean something in conditions, where they stand without what they need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from leadcard.dsl.ast import InLast, Unit
from leadcard.dsl.nearest import nearest
from leadcard.dsl.phrase_values import Where
from leadcard.dsl.record import dataclass
from leadcard.dsl.scan import Kind, Piece
from leadcard.dsl.source import Source, Span
from leadcard.dsl.times import MONTHS, UNITS
from leadcard.dsl.values import Fault, number_up, without_points

RESERVED: Final[dict[str, tuple[str, str]]] = {
    "over": ("a number", "over 50"),
    "above": ("a number", "above 50"),
    "under": ("a number", "under 50"),
    "below": ("a number", "below 50"),
    "than": ("a number", "more than 50"),
    "between": ("two ends", "between 50 and 500"),
    "before": ("a date", "before 2026-01-31"),
    "after": ("a date", "after 2026-01-31"),
    "since": ("a date", "since 2026-01-31"),
    "within": ("a time", "within 7d"),
    "ago": ("`more than` and a time before it", "more than 30d ago"),
    "times": ("a number before it", "3+ times"),
}
"""Words that need quotes inside a phrase: what each needs, and an example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedWords:
    """Words that need quotes inside a value of several words, by where they mean something.

    `anywhere` in every condition, `outside_text` except after `contains` and its like, `at_end`
    only as the last word of a condition.
    """

    anywhere: tuple[str, ...]
    outside_text: tuple[str, ...]
    at_end: tuple[str, ...]


def reserved_words() -> ReservedWords:
    """All words that mean something by themselves inside a condition, from the table of phrases."""
    from leadcard.dsl.phrases import CONDITION

    found: dict[Where, set[str]] = {where: set() for where in Where}
    for phrase in CONDITION:
        alone = (s for s in phrase.spellings if " " not in s and "{" not in s)
        found[phrase.where].update(alone)
    outside = found[Where.TEST] | RESERVED.keys()
    return ReservedWords(
        anywhere=tuple(sorted(found[Where.ANYWHERE])),
        outside_text=tuple(sorted(outside - found[Where.ANYWHERE])),
        at_end=tuple(sorted(found[Where.END] - found[Where.ANYWHERE] - outside)),
    )


_NUMBER: Final = re.compile(r"\d+")
_NUMBER_AND_WORD: Final = re.compile(r"(\d+)([a-z]+)")
_YEAR: Final = re.compile(r"(19|20)\d\d")
_DAY: Final = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_SEQUENCE: Final = ("before", "after")


def reserved_word(
    source: Source, pieces: Sequence[Piece], at: int, before: Sequence[Piece]
) -> Fault | None:
    """The fault of a reserved word at `at` that begins no phrase; `before`: the words before."""
    key = pieces[at].key
    if key not in RESERVED:
        return None
    if key in _SEQUENCE and (found := _as_sequence(source, pieces, at, before)):
        return found
    if key == "between" and at + 1 < len(pieces) and _DAY.fullmatch(pieces[at + 1].key):
        return Fault(
            code="S119",
            message="`between` takes numbers and times ago, and no dates",
            span=pieces[at].span,
            hint="write `since` and the first day, and of a field `before` the day after the last",
        )
    needs, example = RESERVED[key]
    said = pieces[at + 1].key if at + 1 < len(pieces) else ""
    if needs == "a number" and (plain := without_points(said)):
        return Fault(
            code="S121",
            message=f"`{said}` has points between thousands",
            span=pieces[at + 1].span,
            hint=f"write `{plain}`",
            instead=plain,
        )
    if needs == "a number" and (read := number_up(pieces, at + 1)):
        span = Span(pieces[at].start, pieces[read[1] - 1].end)
        said = source.text[pieces[at + 1].start : pieces[read[1] - 1].end]
        return Fault(
            code="S119",
            message=f"`{key}` and `+` say two things of one number",
            span=span,
            hint=f"write `{said}` or `{key} {said.rstrip('+ ')}`",
            instead=said,
        )
    return Fault(
        code="S119",
        message=f"`{key}` needs {needs}",
        span=pieces[at].span,
        hint=f"write it whole, such as `{example}`, or put the phrase in quotes",
    )


def _as_sequence(
    source: Source, pieces: Sequence[Piece], at: int, before: Sequence[Piece]
) -> Fault | None:
    """`requested demo after visited pricing`: two events, which `then` puts in order."""
    end = at + 1
    while end < len(pieces) and _goes_on(pieces[end]):
        end += 1
    if not before or end - at < 3:
        return None
    if any(piece.key in MONTHS or _YEAR.fullmatch(piece.key) for piece in pieces[at + 1 : end]):
        return _no_date(source, pieces[at + 1 : end])
    first = source.text[before[0].start : before[-1].end]
    second = source.text[pieces[at + 1].start : pieces[end - 1].end]
    if pieces[at].key == "after":
        first, second = second, first
    return Fault(
        code="S119",
        message=f"`{pieces[at].key}` needs a date; two events stand in order by `then`",
        span=Span(before[0].start, pieces[end - 1].end),
        hint="the earlier event comes first",
        instead=f"{first} then {second}",
    )


def _no_date(source: Source, pieces: Sequence[Piece]) -> Fault:
    """The fault of `after January 2026`."""
    span = Span(pieces[0].start, pieces[-1].end)
    return Fault(
        code="S126",
        message=f"`{source.text[span.start : span.end]}` is not written as a date",
        span=span,
        hint="dates are written as `2026-01-31`",
    )


def _goes_on(piece: Piece) -> bool:
    if piece.kind is Kind.QUOTED:
        return True
    return piece.kind is Kind.WORD and piece.key not in ("and", "or", "but", "in", "within")


def for_what(source: Source, before: Sequence[Piece], window: InLast, span: Span) -> Fault:
    """The fault of `visited pricing for 5 days`: how long, how often, or since when?"""
    length = window.duration
    short = length.unit in (Unit.MINUTE, Unit.HOUR)
    if short and len(before) > 1:
        unit = f"{length.unit.name.lower()}s"
        about = source.text[before[1].start : before[-1].end]
        return Fault(
            code="S129",
            message="time spent is said by `spent`",
            span=Span(before[0].start, span.end),
            hint=f"write `spent {length.amount}+ {unit} on {about}`",
            instead=f"spent {length.amount}+ {unit} on {about}",
        )
    plain = f"in the last {length.amount} {length.unit.name.lower()}s"
    return Fault(
        code="S129",
        message="`for` does not say when it happened",
        span=span,
        hint=f"write `{plain}`",
        instead=plain,
    )


def opening_word(pieces: Sequence[Piece], at: int) -> Fault | None:
    """The fault of `inactive` or `spent` where a condition begins and its time is missing."""
    key = pieces[at].key
    following = pieces[at + 1].key if at + 1 < len(pieces) else ""
    if key == "inactive":
        return Fault(
            code="S106",
            message="`inactive` does not say for how long",
            span=pieces[at].span,
            hint="write `inactive 90d`",
            instead="inactive 90d" if not following[:1].isalnum() else None,
        )
    if key == "spent" and (following[:1].isdigit() or following in _SPENT_HOW):
        return _broken_spent(pieces, at)
    return None


_SPENT_HOW: Final = frozenset({"over", "more", "above", "time", "long", "some"})


def _broken_spent(pieces: Sequence[Piece], at: int) -> Fault:
    """`spent over 2 minutes on pricing`, `spent 2 minutes pricing`."""
    number = next((p for p in pieces[at : at + 4] if p.key[:1].isdigit()), None)
    following = pieces[at + 1].key
    if number is not None and not following[:1].isdigit():
        return Fault(
            code="S111",
            message="time spent counts from a least length on",
            span=Span(pieces[at + 1].start, number.end),
            hint="write `2+ minutes` or `at least 2 minutes`",
            instead=f"{number.key.rstrip('+')}+",
        )
    return Fault(
        code="S106",
        message="`spent` needs a time and `on` what",
        span=pieces[at].span,
        hint="write it whole, such as `spent 2+ minutes on pricing`",
    )


_MORE: Final = frozenset({"more", "less", "fewer", "greater", "older", "larger", "later"})


def than(pieces: Sequence[Piece], at: int) -> Fault | None:
    """The fault of `more then 500`, which is no order of events."""
    compared = 0 < at < len(pieces) - 1 and pieces[at - 1].key in _MORE
    if not compared or not any(char.isdigit() for char in pieces[at + 1].key):
        return None
    said = pieces[at - 1].key
    return Fault(
        code="S119",
        message=f"`{said} then` puts events in order, and here is a number",
        span=Span(pieces[at - 1].start, pieces[at].end),
        hint=f"did you mean `{said} than`?",
        instead=f"{said} than",
    )


def broken_unit(pieces: Sequence[Piece], at: int) -> Fault | None:
    """The fault of `7 dys` or `7dys` at `at`, behind `in` or the like: no unit of time."""
    if at >= len(pieces):
        return None
    key, end, word = pieces[at].key, at + 1, ""
    if match := _NUMBER_AND_WORD.fullmatch(key):
        key, word = match[1], match[2]
    elif _NUMBER.fullmatch(key) and at + 1 < len(pieces) and pieces[at + 1].key.isalpha():
        word, end = pieces[at + 1].key, at + 2
    if not word:
        return None
    meant = nearest(word, (name for name in UNITS if len(name) > 2))
    return Fault(
        code="S125",
        message=f"`{word}` is no unit of time",
        span=Span(pieces[at].start, pieces[end - 1].end),
        hint=f"did you mean `{meant}`?"
        if meant
        else "units are `min`, `h`, `d`, `w`, `months`, `y`",
        instead=f"{key} {meant}" if meant else None,
    )


_FRACTION: Final = re.compile(r"\d{1,2}(?!\d).*")


def decimal_comma(pieces: Sequence[Piece], at: int) -> Fault | None:
    """The fault of `1,5`: a comma between digits that parts neither thousands nor values."""
    if at == 0 or at + 1 >= len(pieces):
        return None
    left, comma, right = pieces[at - 1], pieces[at], pieces[at + 1]
    if left.end != comma.start or comma.end != right.start:
        return None
    if not left.key[-1:].isdigit() or not _FRACTION.fullmatch(right.key):
        return None
    if right.kind is not Kind.WORD or left.kind is not Kind.WORD:
        return None
    whole, part = left.key, right.key
    return Fault(
        code="S121",
        message=f"`{whole},{part}` can be read as one number or as two",
        span=Span(left.start, right.end),
        hint=f"write `{whole}.{part}` for one, a blank after the comma for two",
        instead=f"{whole}.{part}",
    )
