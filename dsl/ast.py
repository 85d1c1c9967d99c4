"""The syntax tree: what was written, line by line, before any word is bound to data.

Every node is frozen and compares without its span. Points and ranges of the score are integers of
1/100; durations keep the unit they were written in, so that the formatter can give it back.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Source, Span


def _span() -> Span:
    return field(compare=False, repr=False)  # type: ignore[no-any-return]


# --- words and values -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A word, or a quoted text, in NFC; blanks inside quotes are kept."""

    text: str
    quoted: bool = False
    span: Span = _span()


Words: TypeAlias = tuple[Text, ...]


class Unit(Enum):
    """Units of duration with their length in seconds."""

    MINUTE = 60
    HOUR = 3600
    DAY = 86400
    WEEK = 7 * 86400
    MONTH = 30 * 86400
    YEAR = 365 * 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """`amount` units of time, such as 90 days; `amount` is a whole number above zero."""

    amount: int
    unit: Unit
    span: Span = _span()

    @property
    def seconds(self) -> int:
        """Length in seconds."""
        return self.amount * self.unit.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """An exact number with an optional currency (ISO code or sign as written, such as `€`).

    `suffix` is the scale it was written with (`k`, `m`, `bn` or nothing); `value` holds it already.
    """

    value: Decimal
    currency: str | None = None
    suffix: str = field(default="", compare=False)
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRange:
    """Numbers between two ends; None is no end. Ends belong unless `*_open`.

    `50-500`: both ends; `50+`, `at least 50`: low; `over 50`: low, low_open; `under 50`: high,
    high_open. `exactly 50` has both ends equal.
    """

    low: Number | None = None
    high: Number | None = None
    low_open: bool = False
    high_open: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A calendar date, or an instant when written with a time (aware if it had an offset)."""

    value: date | datetime
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """`before 2026-01-01`."""

    day: Day
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """`after 2026-01-01`: from the next local midnight."""

    day: Day
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class InLast:
    """`in 7d`, `in the last 7 days`, `within 7d`; `last`: whether it was written with `last`.

    `within`: whether it was written so somewhere after `then`, where it may be the gap:
    `A then B or C within 24h`.
    """

    duration: Duration
    last: bool = field(default=False, compare=False)
    within: bool = field(default=False, compare=False)
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class LongAgo:
    """`more than 30d ago`."""

    duration: Duration
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class InNext:
    """`within the next 60d`."""

    duration: Duration
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """`since 2026-01-01`: from that local midnight on."""

    day: Day
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class BetweenAgo:
    """`between 7d and 30d ago`: `near` is the shorter, `far` the longer age."""

    near: Duration
    far: Duration
    span: Span = _span()


Window: TypeAlias = InLast | Since | BetweenAgo
DateTest: TypeAlias = Before | After | InLast | LongAgo | InNext


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many events (or people): at least `low`, at most `high` (None: no limit)."""

    low: int
    high: int | None = None
    span: Span = _span()


# --- conditions -----------------------------------------------------------------------------------


class FieldOp(Enum):
    """Explicit operators of field tests, by their plain form."""

    IS = "is"
    IS_NOT = "is not"
    CONTAINS = "contains"
    NOT_CONTAINS = "does not contain"
    STARTS_WITH = "starts with"
    NOT_STARTS_WITH = "does not start with"
    ENDS_WITH = "ends with"
    NOT_ENDS_WITH = "does not end with"
    MATCHES = "matches"
    NOT_MATCHES = "does not match"
    IN = "in"
    NOT_IN = "not in"
    KNOWN = "is known"
    NOT_KNOWN = "is not known"
    MISSING = "is missing"
    NOT_MISSING = "is not missing"
    YES = "is yes"
    NO = "is no"
    SAME_AS = "is the same as"
    NOT_SAME_AS = "is not the same as"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpTest:
    """Words, an explicit operator, and its operand: `title is CEO`, `country in service area`.

    `subject` is empty where a later alternative leaves the field out (`… or contains VP`).
    `value` holds the words of the first value only; further values follow as `Bare` items of the
    chain. `value` is empty for operators that take none. With IS and IS_NOT the operand may instead
    be a range or date test (`age is over 21`, `employees is 50-500`), then `test` is set. With YES
    and NO `value` is the word as written (`country is NO` is Norway, not a refusal: binding
    decides).
    """

    subject: Words
    op: FieldOp
    value: Words = ()
    test: NumberRange | DateTest | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """Words without an operator: an event, a field with what it is to be, or a further value.

    `visited pricing 3+ times in 7d`: words visited, pricing; count 3+; window 7d.
    `employees 50-500`, `fit 30+`, `50-500`: words (maybe none) and a test. `last contacted before
    2026-01-01`, `created more than 30d ago`: words and a date test. `created in the last 30d` is
    written like an event's window: it is kept as `window`, and binding decides. `5+ events in 24h`
    has `count_first`: the words name what is counted, and `amount` is the number as it was written
    (`over €10m annual revenue` has no `count`).
    """

    words: Words = ()
    test: NumberRange | Before | After | LongAgo | InNext | None = None
    count: Count | None = None
    window: Window | None = None
    count_first: bool = False
    amount: NumberRange | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inactive:
    """`inactive 90d`, `not active in 90d`, `no activity in 90d`."""

    duration: Duration
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """`never requested demo`."""

    event: Bare
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """`spent 2+ minutes on pricing in 30d`: at least `seconds` in all (may have decimals)."""

    seconds: Decimal
    unit: str
    words: Words
    window: Window | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """`A then B within 24h`; without `within` the gap is None (any length)."""

    first: Bare
    second: Bare
    within: Duration | None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """`5+ events within any 24h`, `visited pricing 3+ times within any 24h`.

    `count_first` tells whether the count stood before the words.
    """

    count: Count
    words: Words
    within: Duration
    window: Window | None = None
    count_first: bool = False
    span: Span = _span()


class AccountOp(Enum):
    """Quantifiers over the leads of an account."""

    PEOPLE = "people"
    ANYONE = "anyone"
    NOBODY = "nobody"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTest:
    """`3+ people active in 30d`, `anyone <event>`, `nobody <event>`, `total <event> 10+ times`.

    `people` is the count of people for PEOPLE, else None; the count of events for TOTAL is the
    event's.
    """

    op: AccountOp
    event: Bare
    people: Count | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsMustHaves:
    """`needs must haves` in a stage."""

    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyKeyConversion:
    """`a key conversion` in a stage."""

    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagTest:
    """`flag "key account"` in a stage's condition."""

    text: Text
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """`not` before an item (`not (…)`, `not visited pricing in 30d`, `not title is CEO`)."""

    item: Item
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A chain in parentheses."""

    chain: Chain
    span: Span = _span()


class Joiner(Enum):
    """What stands between two items. `but not` is AND with a `Not` item."""

    AND = "and"
    OR = "or"
    COMMA = ","


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A joiner and the item after it. `, or` and `, and` are written as OR and AND.

    `but` tells whether an AND was written as `but` (`but not`).
    """

    joiner: Joiner
    item: Item
    but: bool = field(default=False, compare=False)
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A condition as written: a flat list of items and joiners.

    Which items are values of the item before them and which begin a new condition is decided by
    binding, which knows the vocabulary; then values bind tightest, `and` next, `or` last.
    """

    first: Item
    rest: tuple[Link, ...] = ()
    span: Span = _span()


Item: TypeAlias = (
    OpTest
    | Bare
    | Inactive
    | Never
    | Spent
    | Sequence
    | Burst
    | AccountTest
    | NeedsMustHaves
    | AnyKeyConversion
    | FlagTest
    | Not
    | Group
)


# --- effects --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points in 1/100: `+15` is 1500."""

    hundredths: int
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disqualify:
    """`disqualify`."""

    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """`flag "key account"`: alone as an effect, or as a modifier."""

    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """`each`: every matching event counts; `noun` is what `per visit` calls them."""

    noun: Text | None = field(default=None, compare=False)
    span: Span = _span()


class Calendar(Enum):
    """Calendar units of `once per`."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class OncePer:
    """`once per day`."""

    calendar: Calendar
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class EachAsset:
    """`each asset`."""

    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Max:
    """`max 20` of a rule, in 1/100; for negative points the floor (written with either sign)."""

    hundredths: int
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fades:
    """`fades over 180d`."""

    duration: Duration
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """`halves every 30d`."""

    duration: Duration
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drops:
    """`drops 5 every 7d`; the drop is in 1/100 and above zero."""

    hundredths: int
    duration: Duration
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expires:
    """`expires after 30d`: the same as the window `in 30d`."""

    duration: Duration
    span: Span = _span()


Effect: TypeAlias = Points | Disqualify | Flag
Modifier: TypeAlias = Each | OncePer | EachAsset | Max | Fades | Halves | Drops | Expires | Flag


# --- lines ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSetting:
    """`scorecard: Inbound B2B`."""

    name: str
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimezoneSetting:
    """`timezone: Europe/Berlin`; the name is not checked yet."""

    zone: Text
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSetting:
    """`score: 0 to 100`, in 1/100; an end may be missing (`score: at least 0`)."""

    low: int | None
    high: int | None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerStagesSetting:
    """`buyer stages: awareness, consideration, decision`."""

    stages: tuple[Text, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionHeader:
    """`behavior when country is Japan (max 60, best only):`; caps in 1/100."""

    name: Text
    when: Chain | None = None
    maximum: int | None = None
    minimum: int | None = None
    best_only: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`* requested demo: +25, max 50 [demo]`."""

    condition: Chain
    effect: Effect
    modifiers: tuple[Modifier, ...] = ()
    key_conversion: bool = False
    label: Text | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class MustHaveHeader:
    """`must have at least 3:`, `must have all:` (at_least None)."""

    at_least: int | None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A rule without points inside `must have`."""

    condition: Chain
    label: Text | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class TiersHeader:
    """`tiers:`."""

    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """`1 small: employees under 50`."""

    number: int
    name: Text
    condition: Chain
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeStep:
    """`A 40+`, in 1/100; the last letter may stand alone (at_least None)."""

    letter: Text
    at_least: int | None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeSetting:
    """`grade from fit: A 40+, B 25+, C 10+, D`."""

    section: Text
    steps: tuple[GradeStep, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class StagesHeader:
    """`stages:`."""

    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`sales ready: 60+, needs must haves, route to "Sales", respond within 4h`.

    `needs must haves` is part of the condition (`Link(AND, NeedsMustHaves)`) wherever it was
    written.
    """

    name: Text
    condition: Chain
    route: Text | None = None
    respond_within: Duration | None = None
    notify: Text | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListInline:
    """`list service area: DE, AT, CH`; an entry is the words between commas."""

    name: Text
    entries: tuple[Text, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFile:
    """`list competitors from lists/competitors.txt`; the path is relative to the card."""

    name: Text
    path: Text
    span: Span = _span()


Statement: TypeAlias = (
    NameSetting
    | TimezoneSetting
    | ScoreSetting
    | BuyerStagesSetting
    | SectionHeader
    | Rule
    | MustHaveHeader
    | Requirement
    | TiersHeader
    | Tier
    | GradeSetting
    | StagesHeader
    | Stage
    | ListInline
    | ListFile
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One logical line: its statement (None: only comments or blank), and the comments in it.

    `first` and `last` are physical line numbers from 1. `comment` is the text after `#` of a
    comment at its end (or alone on its line), trimmed at the right; `inner` are the comments at the
    ends of the earlier physical lines of a logical line that goes on, in order; `breaks[i]` tells
    after how many joints (commas, opening parentheses, `and`, `or`) of the line `inner[i]` stood.
    """

    statement: Statement | None
    first: int = field(compare=False)
    last: int = field(compare=False)
    comment: str | None = None
    inner: tuple[str, ...] = ()
    breaks: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """A whole card: all lines in order, those with an error left out."""

    source: Source = field(compare=False)
    lines: tuple[Line, ...]
