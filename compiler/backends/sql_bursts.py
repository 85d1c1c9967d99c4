"""Speed: `N+ events within any D` compares each event with the one N - 1 places before it.

Events without id that are alike are rows of their own here, so that each has a place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
    alias,
    at_most,
    col,
    known,
    name,
    number,
    select,
)
from leadcard.compiler.backends.sql_streams import Stream


@dataclass(slots=True)
class Bursts:
    """Builds the queries on events close together, each with the leads that had them."""

    build: Build
    _found: dict[p.Bunched, tuple[Stream, str]] = field(default_factory=dict)

    def test(self, test: p.Bunched, stream: Stream, said: str) -> Node:
        """Whether the lead had such a burst; never NULL."""
        stream.listed = stream.numbered = True
        stream.masks(test.events.clauses)
        self._found.setdefault(test, (stream, said))
        return known(name("lead_id", self._name(test)))

    def joins(self) -> list[str]:
        """The queries to be joined to leads."""
        return [self._name(test) for test in self._found]

    def steps(self) -> Iterator[Step]:
        """The queries, after those of their streams."""
        for test, (stream, said) in self._found.items():
            yield Step(name=self._name(test), query=self._leads(test, stream), said=said)

    def _name(self, test: p.Bunched) -> str:
        return f"burst_{1 + list(self._found).index(test)}"

    def _leads(self, test: p.Bunched, stream: Stream) -> exp.Select:
        lead, at = name("lead_id"), col("happened")
        before = self.build.call("time before", x=at, n=number(test.low - 1), lead=lead)
        spread = alias(exp.Sub(this=at.copy(), expression=before), "spread")
        spreads = select(lead.copy(), spread).from_(stream.rows, copy=False)
        spreads = spreads.where(stream.bits_of(test.events, "seen"), copy=False)
        query = select(lead.copy()).from_(spreads.subquery("spreads", copy=False), copy=False)
        query = query.where(at_most(col("spread"), number(test.microseconds)), copy=False)
        return query.group_by(lead.copy(), copy=False)
