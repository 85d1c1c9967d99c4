"""The table of phrases: many spellings, one token each.

A spelling is words and places in braces, each place filled by a reader of `values.py`: `in the last {time}`.
Where several phrases begin at one word the longest wins. New natural spellings are added here; what they
mean is never decided here. A phrase whose token is empty is known but cannot be accepted: its `make` gives
the fault that says what to write instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

from leadcard.dsl import ast
from leadcard.dsl.ast import Calendar, Duration, FieldOp, NumberRange
from leadcard.dsl.scan import Kind, Piece
from leadcard.dsl.source import Span
from leadcard.dsl.values import (
    CURRENCY_CODES,
    CURRENCY_SIGNS,
    MAX_COUNT,
    NUMBER_WORDS,
    READERS,
    UNITS,
    Fault,
    SpentTime,
)

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


def _nothing(values: Sequence[Any], span: Span) -> None:
    return None


def _first(values: Sequence[Any], span: Span) -> Any:
    return values[0]


def _say(token: str, *spellings: str, make: Make = _nothing, at: Where = Where.ANYWHERE) -> Phrase:
    return Phrase(token, make, spellings, at)


def _constant(value: object) -> Make:
    return lambda values, span: value


def _op(op: FieldOp, *spellings: str) -> Phrase:
    return _say("OP", *spellings, make=_constant(op))


def _known(op: FieldOp, *spellings: str) -> Phrase:
    return _say("OP_ALONE", *spellings, make=_constant((op, ())), at=Where.END)


def _between(values: Sequence[Any], span: Span) -> NumberRange | Fault:
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
        low, high = _priced(low, currency), _priced(high, currency)
    return NumberRange(low=low, high=high, span=span)


def _priced(number: ast.Number, currency: str) -> ast.Number:
    return ast.Number(value=number.value, currency=currency, suffix=number.suffix, span=number.span)


def _from(values: Sequence[Any], span: Span) -> NumberRange:
    return NumberRange(low=values[0], span=span)


def _over(values: Sequence[Any], span: Span) -> NumberRange:
    return NumberRange(low=values[0], low_open=True, span=span)


def _to(values: Sequence[Any], span: Span) -> NumberRange:
    return NumberRange(high=values[0], span=span)


def _under(values: Sequence[Any], span: Span) -> NumberRange:
    return NumberRange(high=values[0], high_open=True, span=span)


def _exactly(values: Sequence[Any], span: Span) -> NumberRange:
    return NumberRange(low=values[0], high=values[0], span=span)


def _range(make: Make, *spellings: str) -> Phrase:
    return _say("RANGE", *spellings, make=make, at=Where.TEST)


def _checked_count(low: int, high: int | None, span: Span) -> ast.Count | Fault:
    if high is not None and high < low:
        return Fault(
            code="S123",
            message="the count begins above its end",
            span=span,
            hint="the smaller number comes first",
            instead=f"{high}-{low} times",
        )
    if max(low, high or 0) > MAX_COUNT:
        return Fault(code="S128", message="the count is more than a million", span=span)
    if low == 0 and high is None:
        return Fault(
            code="S128",
            message="zero times or more is always true",
            span=span,
            hint="count from one, or say `never`",
            instead="1+ times",
        )
    return ast.Count(low=low, high=high, span=span)


def _count(low: int | None, high: int | None, *spellings: str) -> Phrase:
    """A count whose spellings have one number; `low` and `high` say how far its ends lie from it."""

    def make(values: Sequence[Any], span: Span) -> ast.Count | Fault:
        number: int = values[0] if values else 0
        return _checked_count(
            0 if low is None else max(number + low, 0),
            None if high is None else max(number + high, 0),
            span,
        )

    return _say("COUNT", *spellings, make=make, at=Where.TEST)


def _count_range(values: Sequence[Any], span: Span) -> ast.Count | Fault:
    low, high = values if len(values) == 2 else (int(part) for part in values[0].split("-"))
    return _checked_count(low, high, span)


def _in_last(values: Sequence[Any], span: Span) -> ast.InLast:
    return ast.InLast(duration=values[0], span=span)


def _in_the_last(values: Sequence[Any], span: Span) -> ast.InLast:
    return ast.InLast(duration=values[0], last=True, span=span)


def _between_ago(values: Sequence[Any], span: Span) -> ast.BetweenAgo | Fault:
    near, far = values if len(values) == 2 else _split_range(values[0], span)
    if near.seconds > far.seconds:
        near, far = far, near
    if near.seconds == far.seconds:
        return Fault(code="S123", message="the window begins and ends at the same time", span=span)
    return ast.BetweenAgo(near=near, far=far, span=span)


def _split_range(text: str, span: Span) -> tuple[Duration, Duration]:
    first, first_unit, second, second_unit = text.split()
    return (
        Duration(amount=int(first), unit=UNITS[first_unit], span=span),
        Duration(amount=int(second), unit=UNITS[second_unit], span=span),
    )


def _spent(values: Sequence[Any], span: Span) -> SpentTime:
    spent: SpentTime = values[0]
    return spent


def _instead(message: str, instead: str, hint: str | None = None) -> Make:
    def make(values: Sequence[Any], span: Span) -> Fault:
        return Fault(
            code="S129", message=message, span=span, hint=hint or f"write `{instead}`",
            instead=instead,
        )  # fmt: skip

    return make


def _calendar(unit: Calendar) -> tuple[str, ...]:
    name = unit.value
    daily = {"day": "daily", "week": "weekly", "month": "monthly"}[name]
    return (
        f"once per {name}", f"once a {name}", f"once each {name}", f"once every {name}",
        f"once {daily}", f"max once per {name}", f"at most once per {name}",
        f"max once a {name}", f"at most once a {name}", f"per {name}", daily,
        f"1 per {name}", f"one per {name}", f"1x per {name}",
    )  # fmt: skip


_TEXT_OPS: Final = (
    _op(FieldOp.CONTAINS, "contains", "containing", "includes", "including"),
    _op(FieldOp.NOT_CONTAINS, "does not contain", "doesn't contain", "doesnt contain",
        "do not contain", "don't contain", "not contains", "not contain", "not containing",
        "does not include", "doesn't include"),
    _op(FieldOp.STARTS_WITH, "starts with", "start with", "starting with", "begins with",
        "begin with", "beginning with"),
    _op(FieldOp.NOT_STARTS_WITH, "does not start with", "doesn't start with", "not starts with",
        "does not begin with", "doesn't begin with"),
    _op(FieldOp.ENDS_WITH, "ends with", "end with", "ending with"),
    _op(FieldOp.NOT_ENDS_WITH, "does not end with", "doesn't end with", "not ends with"),
    _op(FieldOp.MATCHES, "matches", "matching"),
    _op(FieldOp.NOT_MATCHES, "does not match", "doesn't match", "not matches", "not matching"),
    _op(FieldOp.IN, "in", "is in", "are in", "in the list", "is in the list", "is on the list",
        "in list", "is in list", "on the list"),
    _op(FieldOp.NOT_IN, "not in", "is not in", "isn't in", "are not in", "not in the list",
        "is not in the list", "isn't in the list", "is not on the list", "not on the list",
        "not in list"),
    _op(FieldOp.SAME_AS, "is the same as", "is same as", "the same as", "same as",
        "equals the same as"),
    _op(FieldOp.NOT_SAME_AS, "is not the same as", "isn't the same as", "not the same as",
        "is different from", "differs from"),
)  # fmt: skip
_IS_OPS: Final = (
    _say("IS", "is", "are", "was", "equals", "equal to", "is equal to", "=", "==", "is one of",
         "is any of", "is either", "are one of", "is any one of",
         make=_constant(FieldOp.IS)),
    _say("IS", "is not", "isn't", "isnt", "are not", "aren't", "was not", "wasn't", "!=", "<>",
         "≠", "is not one of", "isn't one of", "is none of", "is not any of", "is neither",
         "not one of", "does not equal", "doesn't equal", "not equal to",
         "is not equal to", "not equals",
         make=_constant(FieldOp.IS_NOT)),
    _known(FieldOp.KNOWN, "is known", "exists", "is set", "is present", "is given", "is filled",
           "is filled in", "is available", "has a value", "has any value", "are known"),
    _known(FieldOp.MISSING, "is missing", "is unknown", "is empty", "is blank", "is not set",
           "is not given", "is not filled in", "is not present", "isn't set", "does not exist",
           "doesn't exist", "has no value", "are missing"),
    _known(FieldOp.NOT_KNOWN, "is not known", "isn't known", "are not known"),
    _known(FieldOp.NOT_MISSING, "is not missing", "isn't missing", "is not empty", "isn't empty",
           "is not blank", "isn't blank", "is not unknown"),
)  # fmt: skip
_YES_NO: Final = {
    FieldOp.YES: ("yes", "true", "ticked", "checked"),
    FieldOp.NO: ("no", "false", "unticked", "unchecked"),
}
_RANGES: Final = (
    _say("RANGE", "{range}", make=_first, at=Where.TEST),
    _say("RANGE", "{compared}", make=_first, at=Where.TEST),
    _range(_between, "between {number} and {number}", "{number} to {number}",
           "from {number} to {number}", "{number} - {number}", "between {number} to {number}",
           "between {number} - {number}", "from {number} - {number}",
           "from {number} up to {number}", "{number} through {number}"),
    _say("RANGE", "between {range}", "from {range}", make=_first, at=Where.TEST),
    _range(_from, "{number+}", "at least {number}", "at least {number+}", "{number} or more",
           "{number} or above", "{number} or over", "{number} or higher", "{number} or greater",
           "{number} or older", "{number} and more", "{number} and above", "{number} and over",
           "{number} and up", "{number} plus", "no less than {number}", "not less than {number}",
           "no fewer than {number}", "not under {number}", "not below {number}",
           "minimum {number}", "a minimum of {number}", "min {number}", "from {number} up",
           "from {number} upwards", "starting at {number}"),
    _range(_over, "over {number}", "more than {number}", "above {number}", "greater than {number}",
           "higher than {number}", "larger than {number}", "bigger than {number}",
           "exceeds {number}", "exceeding {number}", "older than {number}"),
    _range(_to, "at most {number}", "up to {number}", "{number} or less", "{number} or fewer",
           "{number} or under", "{number} or below", "{number} or lower", "{number} or younger",
           "{number} and under", "{number} and below", "no more than {number}",
           "not more than {number}", "not over {number}", "not above {number}",
           "maximum {number}", "a maximum of {number}", "max {number}"),
    _range(_under, "under {number}", "below {number}", "less than {number}",
           "fewer than {number}", "lower than {number}", "smaller than {number}",
           "younger than {number}"),
    _range(_exactly, "exactly {number}", "equal to {number}", "is equal to {number}",
           "precisely {number}"),
)  # fmt: skip
_COUNTS: Final = (
    _count(0, None, "{n+} times", "{n} times", "{n} time", "{n} or more times",
           "{n} times or more", "at least {n} times", "at least {n} time", "at least {n+} times",
           "{n} times and more", "{n} and more times", "no less than {n} times",
           "not less than {n} times", "{nx}", "at least {nx}", "{n} times or above",
           "minimum {n} times", "{n} plus times"),
    _say("COUNT", "once", "at least once", "once or more",
         make=lambda v, s: _checked_count(1, None, s), at=Where.TEST),
    _say("COUNT", "twice", "at least twice", "twice or more",
         make=lambda v, s: _checked_count(2, None, s), at=Where.TEST),
    _say("COUNT", "more than once", "over once",
         make=lambda v, s: _checked_count(2, None, s), at=Where.TEST),
    _say("COUNT", "more than twice",
         make=lambda v, s: _checked_count(3, None, s), at=Where.TEST),
    _count(1, None, "more than {n} times", "over {n} times", "above {n} times",
           "more than {nx}"),
    _count(0, 0, "exactly {n} times", "exactly {n} time", "only {n} times", "just {n} times",
           "exactly {nx}", "precisely {n} times"),
    _say("COUNT", "exactly once", "only once", "just once",
         make=lambda v, s: _checked_count(1, 1, s), at=Where.TEST),
    _say("COUNT", "exactly twice", "only twice", "just twice",
         make=lambda v, s: _checked_count(2, 2, s), at=Where.TEST),
    _count(None, 0, "at most {n} times", "at most {n} time", "up to {n} times",
           "no more than {n} times", "not more than {n} times", "maximum {n} times",
           "max {n} times", "{n} times or less", "{n} times or fewer", "{n} or fewer times",
           "{n} or less times", "{n} times at most"),
    _say("COUNT", "at most once", "no more than once", "not more than once", "once at most",
         make=lambda v, s: _checked_count(0, 1, s), at=Where.TEST),
    _say("COUNT", "at most twice", "no more than twice", "not more than twice",
         make=lambda v, s: _checked_count(0, 2, s), at=Where.TEST),
    _count(None, -1, "fewer than {n} times", "less than {n} times", "under {n} times",
           "below {n} times"),
    _say("COUNT", "{n-m} times", "{n} to {n} times", "between {n} and {n} times",
         "from {n} to {n} times", "{n} - {n} times", "between {n-m} times",
         make=_count_range, at=Where.TEST),
)  # fmt: skip
_LAST: Final = tuple(
    f"{opening} {last} {{{place}}}"
    for opening in ("in", "within", "over", "during", "for")
    for last in ("the last", "last", "the past", "past", "the previous")
    for place in ("time", "unit")
) + ("the last {time}", "last {time}", "the past {time}", "past {time}", "less than {time} ago",
     "no more than {time} ago", "at most {time} ago", "up to {time} ago", "under {time} ago",
     "within {time} of now", "not more than {time} ago")  # fmt: skip
_TIMES: Final = (
    _say("WINDOW", "in {time}", make=_in_last, at=Where.TEST),
    _say("WITHIN", "within {time}", "inside {time}", make=_first, at=Where.TEST),
    _say("WINDOW", *_LAST, make=_in_the_last, at=Where.TEST),
    _say("WINDOW", "since {date}", "from {date}", "from {date} on", "on or after {date}",
         make=lambda v, s: ast.Since(day=v[0], span=s), at=Where.TEST),
    _say("WINDOW", "between {time} and {time} ago", "between {time} ago and {time} ago",
         "{time} to {time} ago", "from {time} to {time} ago", "from {time} ago to {time} ago",
         "between {times} ago", "{times} ago", "{time} - {time} ago", "from {times} ago",
         make=_between_ago, at=Where.TEST),
    _say("BEFORE", "before {date}", "earlier than {date}", "until {date}", "prior to {date}",
         make=lambda v, s: ast.Before(day=v[0], span=s), at=Where.TEST),
    _say("BEFORE", "after {date}", "later than {date}",
         make=lambda v, s: ast.After(day=v[0], span=s), at=Where.TEST),
    _say("BEFORE", "more than {time} ago", "over {time} ago", "older than {time}",
         "longer than {time} ago", "longer ago than {time}", "at least {time} ago",
         "{time+} ago", "{time} or more ago", "earlier than {time} ago", "before {time} ago",
         make=lambda v, s: ast.LongAgo(duration=v[0], span=s), at=Where.TEST),
    _say("BEFORE", "within the next {time}", "in the next {time}", "over the next {time}",
         "within next {time}", "in next {time}", "the next {time}", "next {time}",
         "during the next {time}", "in the coming {time}", "within the coming {time}",
         "within the next {unit}", "in the next {unit}",
         make=lambda v, s: ast.InNext(duration=v[0], span=s), at=Where.TEST),
    _say("WITHIN_ANY", "within any {time}", "in any {time}", "inside any {time}",
         "during any {time}", "within any {unit}", "in any {unit}", "within any {time} window",
         make=_first),
)  # fmt: skip
_SPENT: Final = tuple(
    spelling
    for spelling in (
        "spent {spent} on", "spent at least {spent} on", "spent {spent} or more on",
        "spends {spent} on", "spent {spent} at",
    )
)  # fmt: skip
_OPENINGS: Final = (
    _say("NOT", "not"),
    _say("NEVER", "never", "has never", "have never", "never once", at=Where.START),
    _say("INACTIVE", "inactive {time}", "inactive for {time}", "inactive in {time}",
         "inactive {time+}", "inactive for {time+}", "inactive over {time}",
         "inactive since {time}", "inactive for at least {time}", "inactive at least {time}",
         "inactive for {time} or more", "inactive in the last {time}",
         "inactive within {time}", "inactive within the last {time}",
         "inactive for the last {time}", "inactive during the last {time}",
         "inactive for more than {time}", "inactive for over {time}", "inactive more than {time}",
         "is inactive {time}", "is inactive for {time}", "not active in {time}",
         "not active in the last {time}", "not active for {time}", "not active within {time}",
         "not active {time}", "not active for the last {time}", "not active since {time}",
         "not active within the last {time}", "no activity in {time}",
         "no activity in the last {time}", "no activity for {time}", "no activity within {time}",
         "no activity {time}", "no activity within the last {time}",
         "no activity over the last {time}", "no activity for the last {time}",
         "without activity for {time}", make=_first, at=Where.START),
    _say("SPENT", *_SPENT, make=_spent, at=Where.START),
    _say("PEOPLE", "{n+} people", "{n} or more people", "at least {n} people", "{n} people",
         "{n+} persons", "{n+} contacts", "{n+} leads", "at least {n} contacts",
         "at least {n} leads", "{n} or more contacts", "at least {n+} people", "{n+} colleagues",
         make=lambda v, s: _checked_count(v[0], None, s), at=Where.START),
    _say("PEOPLE", "more than {n} people", "over {n} people",
         make=lambda v, s: _checked_count(v[0] + 1, None, s), at=Where.START),
    _say("PEOPLE", "exactly {n} people",
         make=lambda v, s: _checked_count(v[0], v[0], s), at=Where.START),
    _say("PEOPLE", "at most {n} people", "up to {n} people", "no more than {n} people",
         make=lambda v, s: _checked_count(0, v[0], s), at=Where.START),
    _say("PEOPLE", "{n-m} people", "{n} to {n} people", "between {n} and {n} people",
         make=_count_range, at=Where.START),
    _say("ANYONE", "anyone", "anybody", "someone", "somebody", "any one", "anyone in the account",
         "anyone at the account", "anyone at the company", "anyone in the company",
         make=_constant(ast.AccountOp.ANYONE), at=Where.START),
    _say("ANYONE", "nobody", "no one", "noone", "no-one", "nobody in the account",
         "nobody at the account", "nobody at the company", "no one in the account",
         "no one at the company", "nobody in the company",
         make=_constant(ast.AccountOp.NOBODY), at=Where.START),
    _say("TOTAL", "total", at=Where.START),
    _say("THEN", "then", "followed by", "and then", "and later", "then later"),
)  # fmt: skip
_JOINERS: Final = (
    _say("AND", "and", "&", "&&"),
    _say("OR", "or", "||"),
    _say("AND NOT", "but not", "and also not"),
    _say("AND", "but", "and also", "but also"),
)
_CANNOT: Final = (
    _say("", "this week", "last week", at=Where.END,
         make=_instead("a calendar week is no window", "in 7d")),
    _say("", "this month", "last month", at=Where.END,
         make=_instead("a calendar month is no window", "in 30d")),
    _say("", "this year", "last year", at=Where.END,
         make=_instead("a calendar year is no window", "in 365d")),
    _say("", "today", at=Where.END, make=_instead("`today` is no window", "in 1d")),
    _say("", "yesterday", at=Where.END,
         make=_instead("`yesterday` is no window", "between 1d and 2d ago")),
    _say("", "recently", "lately", at=Where.END,
         make=_instead("it is not said how long ago that may be", "in 30d")),
    _say("", "several times", "many times", "a few times", "multiple times", "repeatedly",
         "often", "frequently", at=Where.END,
         make=_instead("it is not said how many times", "3+ times")),
)  # fmt: skip
CONDITION: Final = (
    *_TEXT_OPS, *_IS_OPS, *_RANGES, *_COUNTS, *_TIMES, *_OPENINGS, *_JOINERS, *_CANNOT
)  # fmt: skip
_STAGE_ONLY: Final = (
    _say("NEEDS", "needs must haves", "needs the must haves", "needs all must haves",
         "needs must have", "needs must-haves", "needs the must-haves", "must haves",
         "must-haves", "must haves met", "meets must haves", "meets the must haves",
         "with must haves", "requires must haves", "has must haves", "and must haves",
         at=Where.START),
    _say("KEY", "a key conversion", "key conversion", "any key conversion",
         "has a key conversion", "had a key conversion", "at least one key conversion",
         at=Where.START),
    _say("FLAG", "flag", "flagged", "has flag", "has the flag", "flagged as", at=Where.START),
    _say("ROUTE", "route to", "routed to", "send to", "goes to", "assign to", "hand to",
         "pass to", at=Where.START),
    _say("RESPOND", "respond within {time}", "respond in {time}", "reply within {time}",
         "answer within {time}", "response within {time}", "call within {time}",
         "react within {time}", "contact within {time}", make=_first, at=Where.START),
    _say("NOTIFY", "notify", "alert", at=Where.START),
)  # fmt: skip
STAGE: Final = (*CONDITION, *_STAGE_ONLY)
EFFECT: Final = (
    _say("POINTS", "{points}", make=_first),
    _say("DISQUALIFY", "disqualify", "disqualified", "disqualifies", "is disqualified",
         "disqualify lead", "disqualify the lead"),
    _say("FLAG", "flag", "flag as", "flagged", "flagged as", "add flag", "set flag", "with flag"),
    _say("EACH", "each", "each time", "every time", "each event", "every event", "per event",
         "for each", "for every event", "for each event"),
    _say("EACH_ASSET", "each asset", "per asset", "once per asset", "for each asset",
         "every asset", "each different asset", "once each asset"),
    *(
        _say("ONCE_PER", *_calendar(unit), make=_constant(unit))
        for unit in Calendar
    ),
    _say("MAX", "max {points}", "max. {points}", "max of {points}", "maximum {points}",
         "maximum of {points}", "up to {points}", "at most {points}", "no more than {points}",
         "not more than {points}", "capped at {points}", "cap {points}", "limit {points}",
         "{points} max", "{points} at most", "to a maximum of {points}", make=_first),
    _say("FADES", "fades over {time}", "fade over {time}", "fading over {time}",
         "fades out over {time}", "fades away over {time}", "fades in {time}",
         "fades within {time}", "decays over {time}", "decaying over {time}", make=_first),
    _say("HALVES", "halves every {time}", "halving every {time}", "halve every {time}",
         "halves each {unit}", "halves every {unit}", "half every {time}",
         "halved every {time}", make=_first),
    _say("DROPS", "drops {points} every {time}", "drop {points} every {time}",
         "dropping {points} every {time}", "drops by {points} every {time}",
         "loses {points} every {time}", "losing {points} every {time}",
         "drops {points} every {unit}", "drops {points} each {unit}",
         "loses {points} every {unit}", "drops {points} per {unit}",
         "loses {points} per {unit}", make=lambda v, s: (abs(v[0]), v[1])),
    _say("EXPIRES", "expires after {time}", "expires in {time}", "expire after {time}",
         "expiring after {time}", "expires within {time}", "lasts {time}", "valid for {time}",
         make=_first),
    _say("AND", "and", "&", "plus"),
)  # fmt: skip
CAPS: Final = (
    _say("MAX", "max {points}", "max. {points}", "max of {points}", "maximum {points}",
         "maximum of {points}", "up to {points}", "at most {points}", "no more than {points}",
         "capped at {points}", "cap {points}", "{points} max", "limit {points}", make=_first),
    _say("MIN", "min {points}", "min. {points}", "min of {points}", "minimum {points}",
         "minimum of {points}", "at least {points}", "no less than {points}", "floor {points}",
         "{points} min", make=_first),
    _say("BEST", "best only", "only best", "only the best", "best", "the best only",
         "best rule only", "highest only", "only the highest"),
    _say("AND", "and"),
)  # fmt: skip
SCORE: Final = (
    _say("BETWEEN", "{points} to {points}", "from {points} to {points}",
         "between {points} and {points}", "{points} - {points}", 
         make=lambda v, s: tuple(v)),
    _say("BETWEEN", "{range}", "between {range}", "from {range}",
         make=lambda v, s: (int(v[0].low.value * 100), int(v[0].high.value * 100))),
    _say("AT_LEAST", "at least {points}", "min {points}", "minimum {points}", "from {points}",
         "no less than {points}", "{points} or more", "not below {points}", make=_first),
    _say("AT_LEAST", "{number+}", make=lambda v, s: int(v[0].value * 100)),
    _say("AT_MOST", "at most {points}", "up to {points}", "max {points}", "maximum {points}",
         "no more than {points}", "{points} or less", "not above {points}", make=_first),
)  # fmt: skip
MUST_HAVE: Final = (
    _say("MUST_HAVE", "must have", "must haves", "must-have", "must-haves"),
    _say("AT_LEAST", "at least {n}", "{n+}", "{n}", "at least {n} of", "any {n}", "{n} of",
         "{n} or more", "at least {n+}", "at least {n} of these", "{n} of these",
         "at least {n} of them", make=_first),
    _say("ALL", "all", "all of", "all of these", "everything", "all of them", "every one"),
    _say("AT_LEAST", "any", "any of", "any of these", make=_constant(1)),
)  # fmt: skip
GRADE: Final = (
    _say("GRADE", "grade from", "grades from", "grade by", "grade on"),
    _say("AT_LEAST", "{number+}", "at least {number}", "from {number}", "{number} or more",
         "above {number+}", "{compared}", make=_first),
)  # fmt: skip


# --- the table as a tree of words -----------------------------------------------------------------


@dataclass(slots=True)
class Node:
    """One step into the spellings: words and places that may follow, and phrases that end here."""

    words: dict[str, Node] = field(default_factory=dict)
    places: dict[str, Node] = field(default_factory=dict)
    ends: list[Phrase] = field(default_factory=list)


_TABLES: Final = {
    Zone.CONDITION: CONDITION,
    Zone.STAGE: STAGE,
    Zone.EFFECT: EFFECT,
    Zone.CAPS: CAPS,
    Zone.SCORE: SCORE,
    Zone.MUST_HAVE: MUST_HAVE,
    Zone.GRADE: GRADE,
    Zone.TEXT: (),
}


@cache
def tree(zone: Zone) -> Node:
    """The phrases of `zone` as a tree, made once."""
    root = Node()
    for phrase in _TABLES[zone]:
        for spelling in phrase.spellings:
            _plant(root, spelling, phrase)
    if zone in (Zone.CONDITION, Zone.STAGE):
        _plant_yes_no(root)
    return root


def _plant(root: Node, spelling: str, phrase: Phrase) -> None:
    node = root
    for step in spelling.split():
        if step[0] == "{":
            node = node.places.setdefault(step[1:-1], Node())
        else:
            node = node.words.setdefault(step, Node())
    node.ends.append(phrase)


def _plant_yes_no(root: Node) -> None:
    """`is yes` and `is no` keep the word as written, since `country is NO` is a country."""
    for op, words in _YES_NO.items():
        for word in words:
            phrase = Phrase("OP_ALONE", _constant((op, word)), (), Where.END)
            for verb in ("is", "=", "equals"):
                _plant(root, f"{verb} {word}", phrase)


_PLACE_STARTS: Final = frozenset("0123456789+-<>=≥≤⩾⩽" + CURRENCY_SIGNS)
_PLACE_WORDS: Final = CURRENCY_CODES | NUMBER_WORDS.keys() | {"plus", "minus", "a", "an"}


def may_begin(root: Node, key: str) -> bool:
    """Whether some phrase could begin with the word `key`: a quick test that most words fail."""
    if key in root.words or key[0] in _PLACE_STARTS or key in _PLACE_WORDS:
        return True
    return "$" in key or (key[0] == "x" and key[1:2].isdigit())


class Found(NamedTuple):
    """A phrase found at some place: its values, and the place after it."""

    phrase: Phrase
    values: tuple[Any, ...]
    end: int


def longest(
    root: Node, pieces: Sequence[Piece], at: int, allowed: Callable[[Phrase, int], bool]
) -> Found | None:
    """The longest allowed phrase at `at`; `allowed` sees each phrase with the place after it."""
    best: Found | None = None
    open_ends: list[tuple[Node, int, tuple[Any, ...]]] = [(root, at, ())]
    while open_ends:
        node, place, values = open_ends.pop()
        if node.ends and place > at and (best is None or place > best.end):
            for phrase in node.ends:
                if allowed(phrase, place):
                    best = Found(phrase, values, place)
                    break
        if place == len(pieces) or pieces[place].kind is not Kind.WORD:
            continue
        if (following := node.words.get(pieces[place].key)) is not None:
            open_ends.append((following, place + 1, values))
        for name, following in node.places.items():
            if (read := READERS[name](pieces, place)) is not None:
                open_ends.append((following, read[1], (*values, read[0])))
    return best
