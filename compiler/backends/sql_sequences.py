"""Order: events that count only if they follow another one.

`A then B within D` counts the Bs that an A precedes. Of all As before a B the latest is the
nearest, so it alone decides: each event is told the latest A strictly before it, and where there is
none, or where it is too long ago, the event loses the bit of that clause. An A at the same instant
is not before; an event that is both A and B needs another A.

The latest A strictly before an event is one window where the database has ranges that end one
microsecond earlier. Elsewhere it is found in two: the latest A among the rows listed so far, and of
that the least among the rows of one instant. The first row of an instant has seen earlier instants
only; if it has seen no A at all, what the others have seen is of their own instant: the gap is 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
    alias,
    all_of,
    at_least,
    at_most,
    case,
    col,
    name,
    number,
    select,
)

_LATEST = "latest before"


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """What a sequence begins with: the column for the latest such event, and which rows are one."""

    column: str
    there: Node


def first_steps(build: Build, stream: str, rows: str, firsts: Sequence[First]) -> Iterator[Step]:
    """Queries that add to each row the latest event of each kind strictly before it."""
    lead, at = name("lead_id"), col("happened")
    said = "beside each event the latest one before it that can begin a sequence"
    times = [(f.column, case([(f.there, at.copy())])) for f in firsts]
    if build.can(_LATEST):
        made = [
            alias(build.call(_LATEST, x=time, lead=lead, at=at), column) for column, time in times
        ]
        query = select(exp.Star(), *made).from_(rows, copy=False)
        yield Step(name=f"{stream}_firsts", query=query, said=said)
        return
    made = [
        alias(build.call("latest so far", x=time, lead=lead, at=at), f"{column}_so_far")
        for column, time in times
    ]
    query = select(exp.Star(), *made).from_(rows, copy=False)
    so_far = f"{stream}_so_far"
    yield Step(
        name=so_far,
        query=query,
        said="the latest event among the rows so far that can begin a sequence",
    )
    made = [
        alias(build.call("least at once", x=col(f"{column}_so_far"), lead=lead, at=at), column)
        for column, _ in times
    ]
    query = select(exp.Star(), *made).from_(so_far, copy=False)
    yield Step(name=f"{stream}_firsts", query=query, said=said)


def follows(first: str, microseconds: int | None) -> Node:
    """Whether an event follows the one whose time `first` holds, soon enough; NULL: no."""
    gap = exp.Sub(this=col("happened"), expression=col(first))
    parts = [at_least(gap, number(1))]
    if microseconds is not None:
        parts.append(at_most(gap.copy(), number(microseconds)))
    return all_of(parts)
