"""What a condition means to the oracle, once its words are grouped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from leadcard.compiler.vocabulary import Field
from leadcard.dsl import ast


class CannotJudge(Exception):
    """The card is wrong, or says something for which the language gives no one reading."""


@dataclass(frozen=True, kw_only=True)
class Operand:
    """One alternative of a field's test: an operator with a text, or a range or date test."""

    op: ast.FieldOp  # never a negative one
    text: str | None = None
    test: object = None
    may_be_list: bool = False


@dataclass(frozen=True, kw_only=True)
class FieldCondition:
    """A field meets any of the operands (`negated`: is known and meets none of them)."""

    field: Field
    operands: tuple[Operand, ...]
    negated: bool = False


@dataclass(frozen=True, kw_only=True)
class FieldState:
    """A field is known, is missing, is yes or is no."""

    field: Field
    op: ast.FieldOp


@dataclass(frozen=True, kw_only=True)
class Events:
    """Events of some verbs (plain names) about some objects, in a window."""

    verbs: frozenset[str]
    objects: tuple[ast.Words, ...] = ()
    window: ast.Window | None = None


@dataclass(frozen=True, kw_only=True)
class EventCondition:
    """Between `low` and `high` events; `counted` says that a count was written."""

    events: Events
    low: int = 1
    high: int | None = None
    counted: bool = False


@dataclass(frozen=True, kw_only=True)
class InactiveCondition:
    """No activity for a duration."""

    events: Events
    duration: ast.Duration


@dataclass(frozen=True, kw_only=True)
class SpentCondition:
    """At least `seconds` spent in all."""

    events: Events
    seconds: object


@dataclass(frozen=True, kw_only=True)
class SequenceCondition:
    """One event, then another."""

    first: Events
    second: Events
    within: ast.Duration | None


@dataclass(frozen=True, kw_only=True)
class BurstCondition:
    """Some number of events close together."""

    events: Events
    low: int
    within: ast.Duration


@dataclass(frozen=True, kw_only=True)
class AccountCondition:
    """A quantifier over the leads of an account."""

    op: ast.AccountOp
    event: EventCondition
    people: ast.Count | None


@dataclass(frozen=True, kw_only=True)
class ResultCondition:
    """A test of the result: `score`, a section, `grade`, `tier`, `flag`, `key`, `must haves`."""

    what: str
    section: str | None = None
    names: tuple[str, ...] = ()
    range: ast.NumberRange | None = None


@dataclass(frozen=True, kw_only=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """Some part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, kw_only=True)
class Negated:
    """The part does not hold."""

    part: Condition


Leaf: TypeAlias = (
    FieldCondition
    | FieldState
    | EventCondition
    | InactiveCondition
    | SpentCondition
    | SequenceCondition
    | BurstCondition
    | AccountCondition
    | ResultCondition
)
Condition: TypeAlias = Leaf | AllOf | AnyOf | Negated
