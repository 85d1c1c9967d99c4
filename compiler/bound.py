"""The bound tree: what was written, with every word tied to the vocabulary.

It stands between the syntax tree (words, flat lists) and the plan (constants, normal forms):
binding decides which words are fields, verbs, values or lists, and where a new condition begins.
Nodes keep their spans, so that lint and diagnostics can point at them; spans take no part in
equality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from leadcard.compiler.vocabulary import Field, Page, Verb, Vocabulary, WordList
from leadcard.dsl import ast
from leadcard.dsl.record import dataclass
from leadcard.dsl.source import Source, Span


def _span() -> Span:
    return field(compare=False, repr=False)  # type: ignore[no-any-return]


# --- tests on one field ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueTest:
    """A literal value under a text operator (always the positive one: IS, CONTAINS, …)."""

    op: ast.FieldOp
    value: ast.Text
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTest:
    """Membership in a list, a class of mail domains, or a list of the card."""

    list: WordList
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeTest:
    """A range of numbers or money."""

    range: ast.NumberRange
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTest:
    """A test on a time field."""

    test: ast.DateTest | ast.Since | ast.BetweenAgo
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class SameTest:
    """Equality with another field."""

    other: Field
    span: Span = _span()


OneTest: TypeAlias = ValueTest | ListTest | RangeTest | DateTest | SameTest


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAlternatives:
    """The field is known, and any of the tests holds (negated: none of them holds)."""

    field: Field
    tests: tuple[OneTest, ...]
    negated: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The field is known, or is missing."""

    field: Field
    known: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo:
    """A boolean field is yes, or is no."""

    field: Field
    yes: bool
    span: Span = _span()


# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRef:
    """One object as written: words, a quoted whole object, a path pattern, or a page."""

    words: ast.Words
    page: Page | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRef:
    """Events of the verbs with any of the objects (none: whatever object) in the window.

    `verb` is the verb as written; None for `any event` and `active`, which hold all verbs of
    activity. `verbs` are all that it covers.
    """

    verb: Verb | None
    verbs: tuple[Verb, ...]
    objects: tuple[ObjectRef, ...] = ()
    window: ast.Window | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTest:
    """A number of events; `count` None is at least one."""

    event: EventRef
    count: ast.Count | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class InactiveTest:
    """No activity in the duration, and the lead is at least as old, or of unknown age."""

    activity: tuple[Verb, ...]
    duration: ast.Duration
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpentTest:
    """Time spent adds up to at least so many milliseconds."""

    event: EventRef
    milliseconds: int
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceTest:
    """The first and a later second within the gap."""

    first: EventRef
    second: EventRef
    within: ast.Duration | None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstTest:
    """So many events within any stretch of the given length."""

    event: EventRef
    count: int
    within: ast.Duration
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTest:
    """A quantified event over the leads of the account."""

    op: ast.AccountOp
    event: EventRef
    count: ast.Count | None = None
    span: Span = _span()


# --- results --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTest:
    """A range of the score (section None) or of a section's total."""

    section: str | None
    range: ast.NumberRange
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeTest:
    """One of some grades."""

    letters: tuple[str, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTest:
    """One of some tiers."""

    names: tuple[str, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagTest:
    """The lead carries a flag."""

    flag: str
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyConversionTest:
    """Some key conversion fired."""

    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class MustHavesTest:
    """The must haves are met."""

    span: Span = _span()


# --- joining --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All parts."""

    parts: tuple[Condition, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """Any part."""

    parts: tuple[Condition, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """Not the part."""

    part: Condition
    span: Span = _span()


FieldCondition: TypeAlias = FieldAlternatives | Presence | YesNo
EventCondition: TypeAlias = EventTest | InactiveTest | SpentTest | SequenceTest | BurstTest
ResultCondition: TypeAlias = (
    ScoreTest | GradeTest | TierTest | FlagTest | KeyConversionTest | MustHavesTest
)
Condition: TypeAlias = (
    FieldCondition | EventCondition | AccountTest | ResultCondition | And | Or | Not
)

# --- lines ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A bound rule: its node, its line number and its condition."""

    node: ast.Rule
    line: int
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section with its rules; `node` None for the rules before any header."""

    node: ast.SectionHeader | None
    name: str
    column: str
    line: int | None
    when: Condition | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A bound requirement."""

    node: ast.Requirement
    line: int
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class MustHaves:
    """The must haves."""

    node: ast.MustHaveHeader
    line: int
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A bound tier."""

    node: ast.Tier
    line: int
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A bound stage."""

    node: ast.Stage
    line: int
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A whole card, bound; lines with errors are left out.

    `lists` are the card's own lists; `flags` the spelling of each flag by its name form.
    """

    source: Source = field(compare=False, repr=False)
    vocabulary: Vocabulary = field(compare=False, repr=False)
    name: str
    timezone: str
    zone_node: ast.TimezoneSetting | None
    score: ast.ScoreSetting | None
    buyer_stages: tuple[ast.Text, ...]
    sections: tuple[Section, ...]
    must_haves: MustHaves | None
    tiers: tuple[Tier, ...]
    grades: ast.GradeSetting | None
    stages: tuple[Stage, ...]
    lists: tuple[WordList, ...]
    flags: Mapping[str, str]
