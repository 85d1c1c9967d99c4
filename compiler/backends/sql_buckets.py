"""Points that come from events one by one: `once per day`, `each asset`, and decay.

The events of a rule fall into buckets: one for each day, week or month of the card's timezone, one
for each object, one for all, or one for each event. The latest event stands for its bucket, its age
in whole days decides what is left of the points, and the sum is what the rule gives.

All of it is whole numbers. Points that fade are rounded by adding half of the divisor; the sign
stands outside. Points that halve or drop take few values, which are worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
    alias,
    below,
    case,
    col,
    equal,
    known,
    name,
    number,
    or_else,
    select,
)
from leadcard.compiler.backends.sql_forms import text_forms
from leadcard.compiler.backends.sql_streams import Stream
from leadcard.compiler.backends.sql_zone import is_utc, local_time

_DAY: Final = 86_400_000_000
# Whole weeks of days before 1970, more than our calendar has: with them no time is negative.
_EARLIER: Final = 7 * 200_000
_MONDAY: Final = 3  # so many days before 1970-01-01, a Thursday, its week began
_STEPS: Final = 40  # a CASE of so many steps is still read with ease

_CALENDAR: Final = (p.Repeat.PER_DAY, p.Repeat.PER_WEEK, p.Repeat.PER_MONTH)


@dataclass(slots=True)
class Buckets:
    """Builds the queries with the points of repeated rules, one row a lead."""

    build: Build
    plan: p.Plan
    _asked: dict[tuple[p.Repetition, int], tuple[Stream, str]] = field(default_factory=dict)

    def points(self, repetition: p.Repetition, points: int, stream: Stream, said: str) -> Node:
        """The sum of the points of the rule's buckets; never NULL."""
        stream.listed = True
        stream.assets |= repetition.by is p.Repeat.EACH_ASSET
        stream.masks(repetition.events.clauses)
        self._asked.setdefault((repetition, points), (stream, said))
        table = self._name((repetition, points))
        return or_else(col("points", table), number(0))

    def joins(self) -> list[str]:
        """The queries to be joined to leads."""
        return [self._name(asked) for asked in self._asked]

    @property
    def needs_zone(self) -> bool:
        """Whether days of another timezone than UTC are told apart."""
        by_calendar = any(repetition.by in _CALENDAR for repetition, _ in self._asked)
        return by_calendar and not is_utc(self.plan.timezone)

    def _name(self, asked: tuple[p.Repetition, int]) -> str:
        return f"repeated_{1 + list(self._asked).index(asked)}"

    # --- queries ----------------------------------------------------------------------------------

    def steps(self) -> Iterator[Step]:
        """The queries, after those of their streams."""
        yield from self._asset_steps()
        for (repetition, points), (stream, said) in self._asked.items():
            query = self._summed(repetition, points, stream)
            yield Step(name=self._name((repetition, points)), query=query, said=said)

    def _summed(self, repetition: p.Repetition, points: int, stream: Stream) -> exp.Select:
        each = self._decayed(points, repetition.decay)
        if repetition.by is p.Repeat.EACH and stream.has_times:
            each = exp.Mul(this=exp.Paren(this=each), expression=col("times"))
        if repetition.decay is None:
            count = exp.Count(this=exp.Star())
            summed: Node = exp.Mul(this=count, expression=number(points))
        else:
            summed = self.build.call("whole", x=exp.Sum(this=each))
        query = select(name("lead_id"), alias(summed, "points"))
        query = query.from_(
            self._of_buckets(repetition, stream).subquery("buckets", copy=False), copy=False
        )
        return query.group_by(name("lead_id"), copy=False)

    def _of_buckets(self, repetition: p.Repetition, stream: Stream) -> exp.Select:
        """One row a bucket: how many whole days ago its latest event was."""
        lead, keys = name("lead_id"), self._keys(repetition.by, stream)
        whole = repetition.by is p.Repeat.EACH
        columns: list[Node] = [lead.copy()]
        columns += [col("times")] if whole and stream.has_times else []
        if repetition.decay is not None:
            past: Node = exp.Sub(this=col("as_of", "moment"), expression=col("happened"))
            past = past if whole else exp.Min(this=past)
            columns.append(alias(self.build.call("whole divide", x=past, y=number(_DAY)), "age"))
        query = select(*columns).from_(stream.rows, copy=False)
        if repetition.decay is not None:
            query = query.join("moment", join_type="cross", copy=False)
        query = self._joined(query, repetition.by, stream)
        query = query.where(stream.bits_of(repetition.events, "seen"), copy=False)
        return query if whole else query.group_by(lead, *keys, copy=False)

    def _joined(self, query: exp.Select, by: p.Repeat, stream: Stream) -> exp.Select:
        """With the tables that tell the buckets apart."""
        if by is p.Repeat.EACH_ASSET and stream.keeps_objects:
            assets = _assets(stream)
            same = equal(col("thing", assets), name("object", stream.rows))
            return query.join(assets, on=same, join_type="left", copy=False)
        if by in _CALENDAR:
            _, years = local_time(self.build, col("happened"), self.plan.timezone)
            return query if years is None else query.join("zone_years", on=years, copy=False)
        return query

    def _keys(self, by: p.Repeat, stream: Stream) -> list[Node]:
        """What tells the buckets of a lead apart."""
        if by is p.Repeat.EACH_ASSET:
            # An event without object has no row among the assets: all those are one asset.
            has_form = stream.keeps_objects
            return [or_else(col("asset", _assets(stream)), self.build.text(""))] if has_form else []
        if by not in _CALENDAR:
            return []
        local, _ = local_time(self.build, col("happened"), self.plan.timezone)
        if by is p.Repeat.PER_MONTH:
            return [self.build.call("month of", x=local)]
        days = 1 if by is p.Repeat.PER_DAY else 7
        start = _EARLIER + (_MONDAY if days == 7 else 0)
        since = exp.Add(this=exp.Paren(this=local), expression=number(start * _DAY))
        return [self.build.call("whole divide", x=since, y=number(days * _DAY))]

    # --- assets -----------------------------------------------------------------------------------

    def _asset_steps(self) -> Iterator[Step]:
        """Queries with the form of each object that tells one asset from another."""
        by_stream: dict[str, tuple[Stream, list[p.EventClause]]] = {}
        for (repetition, _), (stream, _) in self._asked.items():
            if repetition.by is p.Repeat.EACH_ASSET and stream.keeps_objects:
                _, clauses = by_stream.setdefault(stream.name, (stream, []))
                clauses += repetition.events.clauses
        for stream, clauses in by_stream.values():
            met = stream.bits_of(p.EventSet(clauses=tuple(clauses)), "seen")
            there = known(name("object"))
            objects = self.build.each_once(name("object"), "thing").from_(stream.rows, copy=False)
            objects = objects.where(met, there, copy=False)
            forms = text_forms(self.build, whole_table=True)
            rows, given = objects.subquery("objects", copy=False), "thing"
            for change in forms.folding():
                folded = select(col("thing"), alias(change(col(given)), "folded"))
                folded = folded.from_(rows, copy=False)
                rows, given = folded.subquery("folded_objects", copy=False), "folded"
            query = select(col("thing"), alias(forms.asset_form(col("folded")), "asset"))
            query = query.from_(rows, copy=False)
            said = "each object once, in the form that tells one asset from another"
            yield Step(name=_assets(stream), query=query, said=said)

    # --- decay ------------------------------------------------------------------------------------

    def _decayed(self, points: int, decay: p.Decay | None) -> Node:
        """What is left of the points after `age` days."""
        match decay:
            case None:
                return number(points)
            case p.Fade(days=days):
                return self._faded(points, days)
            case p.Halve(days=days):
                return _halved(points, days)
            case p.Drop(hundredths=hundredths, days=days):
                return self._dropped(points, hundredths, days)
            case _:
                assert_never(decay)

    def _faded(self, points: int, days: int) -> Node:
        left = exp.Paren(this=exp.Sub(this=number(days), expression=col("age")))
        twice = exp.Mul(this=number(2 * abs(points)), expression=left)
        size = exp.Add(this=twice, expression=number(days))
        rounded = self.build.call("whole divide", x=size, y=number(2 * days))
        return case([(below(col("age"), number(days)), _signed(rounded, points))], number(0))

    def _dropped(self, points: int, less: int, days: int) -> Node:
        """Few steps are written out; else they are counted."""
        steps = -(-abs(points) // less) if less else 0
        if steps <= _STEPS:
            sizes = [abs(points) - less * n for n in range(steps)]
            return _stepped(points, sizes, days, rest=0 if less else abs(points))
        past = self.build.call("whole divide", x=col("age"), y=number(days))
        size = exp.Sub(
            this=number(abs(points)), expression=exp.Mul(this=number(less), expression=past)
        )
        before = below(col("age"), number(steps * days))
        return case([(before, _signed(exp.Paren(this=size), points))], number(0))


def _halved(points: int, days: int) -> Node:
    sizes: list[int] = []
    while (size := (2 * abs(points) + (1 << len(sizes))) >> (len(sizes) + 1)) > 0:
        sizes.append(size)
    return _stepped(points, sizes, days, rest=0)


def _stepped(points: int, sizes: list[int], days: int, *, rest: int) -> Node:
    """The first size until `days`, the next until twice `days` …"""
    whens = [
        (below(col("age"), number(days * (n + 1))), _signed(number(size), points))
        for n, size in enumerate(sizes)
    ]
    return case(whens, _signed(number(rest), points) if rest else number(0))


def _signed(size: Node, points: int) -> Node:
    return exp.Neg(this=size) if points < 0 else size


def _assets(stream: Stream) -> str:
    return f"{stream.name}_assets"
