"""The plan: what a scorecard means, engine-neutral; the only thing a backend reads.

All texts in tests are in the normal forms of `text.py`, all instants are UTC microseconds, all
points and score ranges integers of 1/100, all times spent integer milliseconds. Every name is
resolved, every list expanded (or named, when long), every wildcard cut into pieces. Nothing refers
to the card's text except for comments and reasons. Frozen and hashable throughout.

Truth is two-valued: a missing value meets no test but `Missing`; `Not` flips whatever it holds.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from leadcard.compiler.text import Needle
from leadcard.dsl.record import dataclass

# --- instants -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """A point in time: `absolute` UTC microseconds since 1970, or as_of plus `offset` of them."""

    absolute: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Events with `after < t <= until`, never later than as_of; `from_` is `from_ <= t` instead.

    At most one of `after` and `from_` is set. `until` None is as_of.
    """

    after: Instant | None = None
    from_: Instant | None = None
    until: Instant | None = None


ALWAYS = Window()

# --- lead fields ----------------------------------------------------------------------------------


class FieldKind(Enum):
    """How a column is read."""

    TEXT = "text"
    NUMBER = "number"
    TIME = "time"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadField:
    """A column of `leads` that the plan reads.

    `column` is the plain table's column (snake case). `missing` are values (text form) that count
    as missing besides NULL and blank; a typed number does by its plain text (`-1`, `0.5`).
    `domain_of` names the column whose text after its last `@` this field is (for `email domain`);
    then `column` is not a column of the table. `currency` names the column with the currency code
    of a money field. `truths` are the spellings (name form) of yes and of no for BOOLEAN.
    """

    column: str
    kind: FieldKind
    missing: tuple[str, ...] = ()
    domain_of: str | None = None
    currency: str | None = None


# --- tests on lead fields -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The field has a value (not NULL, not blank, not one of its missing words, and castable)."""

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals:
    """The name form of the value is one of `values` (name form, sorted)."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InList:
    """The name form of the value is an entry of the long list `list` (see `Plan.lists`).

    With `subdomains`, also if it ends with `.` and an entry.
    """

    field: str
    list: str
    subdomains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InDomains:
    """The value (name form) is one of `domains`, or ends with `.` and one of them."""

    field: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains:
    """The padded word form of the value holds one of the needles."""

    field: str
    needles: tuple[Needle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsWith:
    """The text form of the value starts with one of `texts` (text form)."""

    field: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndsWith:
    """The text form of the value ends with one of `texts` (text form)."""

    field: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The name form of the whole value meets one of `patterns`.

    A pattern is a text in name form in which `*` stands for any run and `?` for one code point.
    """

    field: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SameAs:
    """Both fields are known and their name forms are equal (numbers: equal; times: equal)."""

    field: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Numbers between `low` and `high`; None is no end; ends belong unless `*_open`."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InRange:
    """The number (both ends of a value such as `51-200`) lies within `bounds`."""

    field: str
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyInRange:
    """As `InRange`, with bounds for each currency code (upper case) of the field's currency column.

    `base` serves values without a currency; a value in a currency that is not listed meets no test.
    Bounds are exact decimals, already divided by the rate (rounded outwards so that no amount with
    up to four decimals is judged wrongly).
    """

    field: str
    base: Bounds
    by_currency: tuple[tuple[str, Bounds], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InTime:
    """The instant lies after one end and before the other; None is no end.

    Exactly: from_ <= t, after < t, t <= until, t < before, for those that are set.
    """

    field: str
    from_: Instant | None = None
    after: Instant | None = None
    until: Instant | None = None
    before: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IsTrue:
    """The value is a yes: boolean true, or a text that says so (`text.TRUE_WORDS`)."""

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsFalse:
    """The value is a no: boolean false, or a text that says so (`text.FALSE_WORDS`)."""

    field: str


# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectWords:
    """Whole words anywhere in the object; in a path, whole segments.

    Not a path: the padded word form of the object holds one of `needles`.
    A path or URL: its path form (`text.path_form`) holds one of `segments`, such as `/pricing/`.
    """

    needles: tuple[Needle, ...]
    segments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectIs:
    """The name form of the object, query and fragment of a path cut off, is one of `values`."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectPath:
    """The object is a path or URL whose path form meets one of `patterns`.

    A pattern is in path form (begins and ends with `/`), with `*` for any run (crossing `/`) and
    `?` for one code point. `/docs/*` is given as two patterns, `/docs/` and `/docs/*/`; any path is
    `*`.
    """

    patterns: tuple[str, ...]


ObjectTest: TypeAlias = ObjectWords | ObjectIs | ObjectPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Preceded:
    """The same lead has an event of `first` at `s` with 0 < t - s <= `microseconds` (None: any).

    The clauses of `first` have windows of their own and are not preceded themselves.
    """

    first: EventSet
    microseconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventClause:
    """Events in `window` of one of `verbs` whose object meets any of `objects` (empty: whatever).

    `verbs` are names of `Plan.verbs`, already with all that the verb covers. With `preceded` only
    those events count that follow another one (`A then B` is the Bs preceded by an A). Times are
    those of distinct events: rows that stand for one event are put together first.
    """

    verbs: tuple[str, ...]
    objects: tuple[ObjectTest, ...] = ()
    window: Window = ALWAYS
    preceded: Preceded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSet:
    """Events that meet any of the clauses; an event that meets several is in it once."""

    clauses: tuple[EventClause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCount:
    """The lead has at least `low` and at most `high` (None: no limit) events of the set."""

    events: EventSet
    low: int = 1
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpent:
    """The milliseconds of the lead's events of the set add up to at least `milliseconds`."""

    events: EventSet
    milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bunched:
    """Some `low` events of the set lie at most `microseconds` apart from first to last."""

    events: EventSet
    low: int
    microseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPeople:
    """Between `low` and `high` leads of the account have an event of the set; no account: false."""

    events: EventSet
    low: int
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvents:
    """All leads of the account have between `low` and `high` events of the set; no account: false.

    `anyone` is low 1; `nobody` is low 0, high 0; `total … 10+ times` low 10.
    """

    events: EventSet
    low: int
    high: int | None = None


# --- tests on results (stages only) ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreIn:
    """`low <= score < high` in 1/100; None is no end. `section` names a section's total instead."""

    low: int | None = None
    high: int | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeIn:
    """The grade is one of `letters`."""

    letters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierIn:
    """The tier is one of `names`."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HasFlag:
    """The lead has the flag."""

    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HasKeyConversion:
    """Some key conversion fired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MustHavesMet:
    """The must haves are met."""


# --- predicates -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """Always `value`."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All of `parts` (two or more)."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """Any of `parts` (two or more)."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """Not `part`."""

    part: Predicate


FieldTest: TypeAlias = (
    Known
    | Equals
    | InList
    | InDomains
    | Contains
    | StartsWith
    | EndsWith
    | Matches
    | SameAs
    | InRange
    | MoneyInRange
    | InTime
    | IsTrue
    | IsFalse
)
EventTest: TypeAlias = EventCount | TimeSpent | Bunched
AccountTest: TypeAlias = AccountPeople | AccountEvents
ResultTest: TypeAlias = ScoreIn | GradeIn | TierIn | HasFlag | HasKeyConversion | MustHavesMet
Predicate: TypeAlias = Constant | And | Or | Not | FieldTest | EventTest | AccountTest | ResultTest

TRUE = Constant(value=True)
FALSE = Constant(value=False)

# --- rules ----------------------------------------------------------------------------------------


class Calendar(Enum):
    """Calendar buckets, in the plan's timezone; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Repeat(Enum):
    """How events of a repeated rule are gathered into buckets; the latest stands for its bucket."""

    LATEST = "latest"  # one bucket for all (decay without `each`)
    EACH = "each"
    PER_DAY = "per day"
    PER_WEEK = "per week"
    PER_MONTH = "per month"
    EACH_ASSET = "each asset"  # by `text.asset_form` of the object


@dataclass(frozen=True, slots=True, kw_only=True)
class Fade:
    """Points x (1 - age/days) by whole days, not below 0; rounded once, half away from zero."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Halve:
    """Points / 2 ** (age // days); rounded once, half away from zero."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """|points| - hundredths x (age // days), never past 0, with the sign of the points."""

    hundredths: int
    days: int


Decay: TypeAlias = Fade | Halve | Drop


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """The points of a rule come from the buckets of `events`, each decayed, then added up."""

    events: EventSet
    by: Repeat
    decay: Decay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Once (repetition None): fires where `when` holds, with `points`.
    Repeated: fires where `when` holds and some bucket has points other than 0 after decay (or, when
    `points` is 0, where some event exists); its points are the sum of its buckets, then `maximum`.
    `scored` is False for a rule without points (`disqualify`, a flag alone): it takes no part in
    `best only`, where even a rule of 0 points does. `maximum` is a ceiling for positive points, a
    floor (negative number) for negative ones.
    The reasons give the number and the latest time of the events behind a rule: those of the lead
    that meet `evidence` (all event clauses of the condition not under a negation; the Bs of a
    sequence) or, where the lead has an account, `account_evidence` (all clauses of its account
    conditions, `nobody` apart), each event once; and those of colleagues that meet
    `account_evidence`. Either is None where the condition has no such clause.
    """

    line: int
    text: str  # the condition in its plain form
    source: str  # the whole line in its plain form, for comments
    section: str  # name of its section
    when: Predicate
    points: int
    repetition: Repetition | None = None
    maximum: int | None = None
    disqualify: bool = False
    flag: str | None = None
    key_conversion: bool = False
    scored: bool = True
    label: str | None = None
    evidence: EventSet | None = None
    account_evidence: EventSet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named group of rules. Its rules fire only where `when` holds; then best only, max, min."""

    name: str
    column: str  # snake case, unique: `section_<column>` in the result
    line: int | None  # None for the section `score` of rules before any header
    when: Predicate = TRUE
    maximum: int | None = None
    minimum: int | None = None
    best_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One line of the must haves."""

    line: int
    text: str
    when: Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class MustHaves:
    """At least `at_least` of `requirements` hold."""

    at_least: int
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A tier; the first whose `when` holds wins. `displayed` is number x 1000 + score."""

    number: int
    name: str
    line: int
    when: Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """Letters with their least total of `section` in 1/100, best first; the last may be None."""

    section: str
    steps: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage; the first whose `when` holds wins. `respond_within` is in plain form (`4h`)."""

    name: str
    line: int
    when: Predicate
    route: str | None = None
    respond_within: str | None = None
    notify: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """An event verb the plan needs: the name forms by which data may spell it."""

    name: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LongList:
    """A list too long to stand in the statement: entries in name form, sorted."""

    name: str
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole scorecard, ready for a backend.

    `fields` holds every lead column that is read, by column name, `created` always among them.
    Leads whose `created` is after as_of get no row, are nobody's colleagues and join no account.

    The account of a lead, where a card asks for it (`personal` is set then, and `email_domain` is
    among `fields`): the text of `account_id`, surrounding blanks aside, compared code point for
    code point, unless it is NULL, blank, or its text form is one of `account_missing`. Else the
    name form of `email_domain`, unless it, or a domain that it lies below, is an entry of the long
    list `personal`; if leads of that domain (again none of a personal one) have one account id
    among them, and only one, it is that account. Ids and domains never mix. A lead with neither has
    no account.
    """

    scorecard: str
    version: str
    timezone: str
    fields: tuple[LeadField, ...]
    verbs: tuple[Verb, ...]
    lists: tuple[LongList, ...]
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    score_low: int | None = None
    score_high: int | None = None
    must_haves: MustHaves | None = None
    tiers: tuple[Tier, ...] = ()
    grades: Grades | None = None
    stages: tuple[Stage, ...] = ()
    personal: str | None = None
    account_missing: tuple[str, ...] = ()
    buyer_stages: tuple[str, ...] = ()
