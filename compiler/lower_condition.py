"""Bound conditions to plan predicates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import assert_never

from leadcard.compiler import bound, plan
from leadcard.compiler.lower_event import event_clauses, event_set, sequence
from leadcard.compiler.lower_field import lower_field
from leadcard.compiler.lowering import Lowering
from leadcard.dsl import ast


def lower_condition(low: Lowering, condition: bound.Condition) -> plan.Predicate:
    """The predicate that a condition means."""
    match condition:
        case bound.And():
            return plan.And(parts=tuple(lower_condition(low, p) for p in condition.parts))
        case bound.Or():
            return plan.Or(parts=tuple(lower_condition(low, p) for p in condition.parts))
        case bound.Not():
            return plan.Not(part=lower_condition(low, condition.part))
        case bound.FieldAlternatives() | bound.Presence() | bound.YesNo():
            return lower_field(low, condition)
        case bound.AccountTest():
            return _account(low, condition)
        case (
            bound.EventTest()
            | bound.InactiveTest()
            | bound.SpentTest()
            | bound.SequenceTest()
            | bound.BurstTest()
        ):
            return _event(low, condition)
        case _:
            return _result(condition)


def _event(low: Lowering, condition: bound.EventCondition) -> plan.Predicate:
    match condition:
        case bound.EventTest():
            least, most = _count(condition.count)
            return plan.EventCount(events=event_set(low, condition.event), low=least, high=most)
        case bound.InactiveTest():
            return _inactive(low, condition)
        case bound.SpentTest():
            return plan.TimeSpent(
                events=event_set(low, condition.event), milliseconds=condition.milliseconds
            )
        case bound.SequenceTest():
            return plan.EventCount(events=plan.EventSet(clauses=sequence(low, condition)))
        case bound.BurstTest():
            return plan.Bunched(
                events=event_set(low, condition.event),
                low=condition.count,
                microseconds=condition.within.seconds * 1_000_000,
            )
        case _:
            assert_never(condition)


def _count(count: ast.Count | None) -> tuple[int, int | None]:
    return (1, None) if count is None else (count.low, count.high)


def _inactive(low: Lowering, condition: bound.InactiveTest) -> plan.Predicate:
    """No activity in the window, and the lead is old enough or of unknown age."""
    start = low.ago(condition.duration)
    telling = (word for word, _ in low.telling(condition.activity))
    clause = plan.EventClause(
        verbs=(*low.verb_names(condition.activity), *telling), window=plan.Window(after=start)
    )
    active = plan.EventCount(events=plan.EventSet(clauses=(clause,)))
    old = plan.InTime(field="created", until=start)
    unknown = plan.Not(part=plan.Known(field="created"))
    return plan.And(parts=(plan.Not(part=active), plan.Or(parts=(old, unknown))))


def _account(low: Lowering, condition: bound.AccountTest) -> plan.Predicate:
    low.uses_accounts = True
    events = event_set(low, condition.event)
    least, most = _count(condition.count)
    match condition.op:
        case ast.AccountOp.PEOPLE:
            return plan.AccountPeople(events=events, low=least, high=most)
        case ast.AccountOp.ANYONE:
            return plan.AccountEvents(events=events, low=1)
        case ast.AccountOp.NOBODY:
            return plan.AccountEvents(events=events, low=0, high=0)
        case ast.AccountOp.TOTAL:
            return plan.AccountEvents(events=events, low=least, high=most)
        case _:
            assert_never(condition.op)


def _result(condition: bound.ResultCondition) -> plan.Predicate:
    match condition:
        case bound.ScoreTest():
            low, high = points_range(condition.range)
            return plan.ScoreIn(low=low, high=high, section=condition.section)
        case bound.GradeTest():
            return plan.GradeIn(letters=condition.letters)
        case bound.TierTest():
            return plan.TierIn(names=condition.names)
        case bound.FlagTest():
            return plan.HasFlag(flag=condition.flag)
        case bound.KeyConversionTest():
            return plan.HasKeyConversion()
        case bound.MustHavesTest():
            return plan.MustHavesMet()
        case _:
            assert_never(condition)


def points_range(written: ast.NumberRange) -> tuple[int | None, int | None]:
    """`low <= score < high` in 1/100 of a written range.

    `25-49` ends just below 50, and `25-49.0` just below 49.1, so that no fraction falls between two
    stages; `at most 49` and a single number end where they say.
    """
    low = None if written.low is None else int(written.low.value * 100)
    if low is not None and written.low_open:
        low += 1
    if written.high is None:
        return low, None
    high = int(written.high.value * 100)
    if written.high_open:
        return low, high
    if written.low is None or written.low.value == written.high.value:
        return low, high + 1
    exponent = written.high.value.as_tuple().exponent
    assert isinstance(exponent, int)
    return low, high + int(Decimal(10) ** (exponent + 2) if exponent > -2 else 1)


# --- the events behind a rule ---------------------------------------------------------------------


def evidence(low: Lowering, condition: bound.Condition) -> plan.EventSet | None:
    """The lead's own events behind a rule; None where its condition asks for none."""
    return _set_of(_own_clauses(low, condition))


def account_evidence(low: Lowering, condition: bound.Condition) -> plan.EventSet | None:
    """The events of the whole account behind a rule; None where its condition asks for none."""
    return _set_of(
        clause
        for part in _positive(condition)
        if isinstance(part, bound.AccountTest) and part.op is not ast.AccountOp.NOBODY
        for clause in event_clauses(low, part.event)
    )


def _set_of(clauses: Iterable[plan.EventClause]) -> plan.EventSet | None:
    found = tuple(dict.fromkeys(clauses))
    return plan.EventSet(clauses=found) if found else None


def _own_clauses(low: Lowering, condition: bound.Condition) -> Iterator[plan.EventClause]:
    for part in _positive(condition):
        match part:
            case bound.EventTest():
                if part.count is None or part.count.low > 0:
                    yield from event_clauses(low, part.event)
            case bound.SpentTest() | bound.BurstTest():
                yield from event_clauses(low, part.event)
            case bound.SequenceTest():
                yield from sequence(low, part)
            case _:
                pass


def _positive(condition: bound.Condition) -> Iterator[bound.Condition]:
    """All conditions without joins that stand under no negation."""
    match condition:
        case bound.And() | bound.Or():
            for part in condition.parts:
                yield from _positive(part)
        case bound.Not():
            return
        case _:
            yield condition
