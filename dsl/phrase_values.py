"""Phrases of the phrase table: where they may stand, and how their values are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import Enum, auto
from typing import Any, NamedTuple, TypeAlias

from leadcard.dsl import ast
from leadcard.dsl.ast import Calendar, FieldOp, NumberRange
from leadcard.dsl.source import Span
from leadcard.dsl.values import MAX_COUNT, Fault

Make: TypeAlias = Callable[[Sequence[Any], Span], Any]


class Where(Enum):
    """Where in an item a phrase may stand."""

    ANYWHERE = auto()
    START = auto()
    """only where a condition or clause begins"""
    END = auto()
    """only where the item ends after it"""
    TEST = auto()
    """anywhere but in the words after `contains` and the like, which are text"""


class Zone(Enum):
    """Parts of lines with phrases of their own."""

    CONDITION = auto()
    STAGE = auto()
    EFFECT = auto()
    CAPS = auto()
    SCORE = auto()
    MUST_HAVE = auto()
    GRADE = auto()
    TEXT = auto()


class Phrase(NamedTuple):
    """Spellings that stand for one token (two names: two tokens), and how its value is made."""

    token: str
    make: Make
    spellings: tuple[str, ...]
    where: Where


def hundredths(values: Sequence[Any], span: Span) -> int | Fault:
    """The number as points in 1/100."""
    value = values[0].value * 100
    if value != int(value):
        return Fault(
            code="S127",
            message="points have at most two decimal places",
            span=span,
            hint="write `2.5` or `2.25`",
        )
    return int(value)


def nothing(values: Sequence[Any], span: Span) -> None:
    """No value: the token says it all."""
    return None


def first(values: Sequence[Any], span: Span) -> Any:
    """The value of the only place."""
    return values[0]


def say(token: str, *spellings: str, make: Make = nothing, at: Where = Where.ANYWHERE) -> Phrase:
    """A phrase of the table."""
    return Phrase(token, make, spellings, at)


def constant(value: object) -> Make:
    """The same value for all spellings."""
    return lambda values, span: value


def op(operator: FieldOp, *spellings: str) -> Phrase:
    """An operator that takes an operand."""
    return say("OP", *spellings, make=constant(operator))


def known(operator: FieldOp, *spellings: str) -> Phrase:
    """An operator without an operand, which ends its item."""
    return say("OP_ALONE", *spellings, make=constant((operator, "")), at=Where.END)


def between(values: Sequence[Any], span: Span) -> NumberRange | Fault:
    """`between 50 and 500`: both ends belong."""
    low, high = values
    if low.value > high.value:
        return Fault(
            code="S123",
            message="the range begins above its end",
            span=span,
            hint="the smaller number comes first",
        )
    currency = low.currency or high.currency
    if currency and not (low.currency and high.currency):
        low, high = replace(low, currency=currency), replace(high, currency=currency)
    return NumberRange(low=low, high=high, span=span)


def at_least(values: Sequence[Any], span: Span) -> NumberRange:
    """`at least 50`."""
    return NumberRange(low=values[0], span=span)


def over(values: Sequence[Any], span: Span) -> NumberRange:
    """`over 50`."""
    return NumberRange(low=values[0], low_open=True, span=span)


def at_most(values: Sequence[Any], span: Span) -> NumberRange:
    """`at most 50`."""
    return NumberRange(high=values[0], span=span)


def under(values: Sequence[Any], span: Span) -> NumberRange:
    """`under 50`."""
    return NumberRange(high=values[0], high_open=True, span=span)


def exactly(values: Sequence[Any], span: Span) -> NumberRange:
    """`exactly 50`."""
    return NumberRange(low=values[0], high=values[0], span=span)


def spoken(make: Make) -> Make:
    """`at least ten`: the number as a word."""

    def made(values: Sequence[Any], span: Span) -> Any:
        return make([ast.Number(value=Decimal(values[0]), span=span)], span)

    return made


def ranged(make: Make, *spellings: str) -> Phrase:
    """A test of numbers."""
    return say("RANGE", *spellings, make=make, at=Where.TEST)


def checked_count(low: int, high: int | None, span: Span) -> ast.Count | Fault:
    """A count of events or people, or what is wrong with it."""
    if high is not None and high < low:
        return Fault(
            code="S123",
            message="the count begins above its end",
            span=span,
            hint="the smaller number comes first",
            instead=f"{high}-{low} times",
        )
    if max(low, high or 0) > MAX_COUNT:
        return Fault(
            code="S128",
            message="the count is more than a million",
            span=span,
            hint="the greatest count is 1000000",
        )
    if low == 0 and high is None:
        return Fault(
            code="S128",
            message="zero times or more is always true",
            span=span,
            hint="for none write `exactly 0 times` or `never`, else count from one",
        )
    return ast.Count(low=low, high=high, span=span)


def counted(low: int | None, high: int | None, *spellings: str) -> Phrase:
    """A count of one number; `low` and `high` say how far its ends lie from that number."""

    def make(values: Sequence[Any], span: Span) -> ast.Count | Fault:
        number: int = values[0] if values else 0
        return checked_count(
            0 if low is None else max(number + low, 0),
            None if high is None else max(number + high, 0),
            span,
        )

    return say("COUNT", *spellings, make=make, at=Where.TEST)


def count_range(values: Sequence[Any], span: Span) -> ast.Count | Fault:
    """`3-5 times`, `between 3 and 5 times`."""
    low, high = values if len(values) == 2 else (int(part) for part in values[0].split("-"))
    return checked_count(low, high, span)


def counted_range(values: Sequence[Any], span: Span) -> ast.Count | Fault:
    """`>= 3 times`, `> 3 times`, `< 3 times`."""
    test: NumberRange = values[0]
    ends = [None if end is None else end.value for end in (test.low, test.high)]
    if any(end is not None and (end != int(end) or end < 0) for end in ends):
        return Fault(
            code="S128",
            message="events are counted in whole numbers",
            span=span,
            hint="write `3+ times` or `3-5 times`",
        )
    low, high = (None if end is None else int(end) for end in ends)
    least = 0 if low is None else low + test.low_open
    return checked_count(least, None if high is None else max(high - test.high_open, 0), span)


def in_last(values: Sequence[Any], span: Span) -> ast.InLast:
    """`in 7d`."""
    return ast.InLast(duration=values[0], span=span)


def in_the_last(values: Sequence[Any], span: Span) -> ast.InLast:
    """`in the last 7 days`."""
    return ast.InLast(duration=values[0], last=True, span=span)


def between_ago(values: Sequence[Any], span: Span) -> ast.BetweenAgo | Fault:
    """`between 7d and 30d ago`, in either order."""
    near, far = values if len(values) == 2 else values[0]
    if near.seconds > far.seconds:
        near, far = far, near
    if near.seconds == far.seconds:
        return Fault(
            code="S123",
            message="the window begins and ends at the same time",
            span=span,
            hint="write two different times, such as `between 7d and 30d ago`",
        )
    return ast.BetweenAgo(near=near, far=far, span=span)


def refused(message: str, instead: str, hint: str | None = None) -> Make:
    """The fault of a phrase that is known but says too little, with what to write instead."""

    def make(values: Sequence[Any], span: Span) -> Fault:
        return Fault(
            code="S129", message=message, span=span, hint=hint or f"write `{instead}`",
            instead=instead,
        )  # fmt: skip

    return make


def contains_all(values: Sequence[Any], span: Span) -> Fault:
    """`contains both sales and manager`: values after `contains` are alternatives."""
    return Fault(
        code="S129",
        message="values after `contains` are alternatives, and one of them is enough",
        span=span,
        hint="for all of them write the test again: "
        "`title contains sales and title contains manager`",
    )


def for_length(values: Sequence[Any], span: Span) -> ast.InLast:
    """`for 90 days` after a negation: the window `in 90d`."""
    return ast.InLast(duration=values[0], span=span)


def often_per(days: str) -> Make:
    """The fault of `3+ times per week`: in the last one, or in any."""

    def make(values: Sequence[Any], span: Span) -> Fault:
        plain = f"{values[0]}+ times in {days}"
        return Fault(
            code="S129",
            message="it is not said in which stretch of time",
            span=span,
            hint=f"write `{plain}`, or `{values[0]}+ times within any {days}`",
            instead=plain,
        )

    return make


def too_often(values: Sequence[Any], span: Span) -> Fault:
    """`max 3 times`: a number of events where a number of points is asked for."""
    return Fault(
        code="S129",
        message="`max` limits the points of a rule, not how often it counts",
        span=span,
        hint=f"for {values[0]} times +10, write `max {10 * values[0]}`",
    )


def half_life(values: Sequence[Any], span: Span) -> Fault:
    """`half-life of 30 days` decays day by day, `halves every 30d` in steps."""
    length = values[0]
    plain = f"halves every {length.amount} {length.unit.name.lower()}s"
    return Fault(
        code="S129",
        message="a half-life fades a little each day, and points halve in steps",
        span=span,
        hint=f"write `{plain}`, or `fades over` and a time",
        instead=plain,
    )


def calendar_spellings(unit: Calendar) -> tuple[str, ...]:
    """The spellings of `once per` a unit."""
    name = unit.value
    daily = {"day": "daily", "week": "weekly", "month": "monthly"}[name]
    return (
        f"once per {name}", f"once a {name}", f"once each {name}", f"once every {name}",
        f"once {daily}", f"max once per {name}", f"at most once per {name}",
        f"max once a {name}", f"at most once a {name}", f"per {name}", daily,
        f"1 per {name}", f"one per {name}", f"1x per {name}", f"only once per {name}",
        f"only once a {name}", f"just once per {name}", f"just once a {name}",
        f"no more than once per {name}", f"no more than once a {name}",
        f"not more than once per {name}", f"not more than once a {name}", f"one time per {name}",
        f"max 1 per {name}", f"at most 1 per {name}", f"max 1x per {name}", f"once in a {name}",
        f"each {name}", f"every {name}", f"once per calendar {name}", f"once a calendar {name}",
        f"a {name}", f"maximum once per {name}", f"maximum once a {name}",
        f"at most 1x per {name}", f"max one time per {name}",
        f"one a {name}", f"counted once per {name}", f"max one per {name}",
    )  # fmt: skip
