"""Times of the source in staging queries: instants, numbers of a unit, local times, and texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.sql_build import Build, Node, number
from leadcard.compiler.backends.sql_facts import Unsupported
from leadcard.compiler.backends.staged_rows import Rows, Value
from leadcard.compiler.vocabulary import Column

_PER_UNIT: Final = {"s": 10**6, "ms": 10**3, "us": 1}


class StagedTimes:
    """Reads columns of times; `card_zone` is where days without a time begin."""

    def __init__(self, build: Build, card_zone: str) -> None:
        self._b, self._card_zone = build, card_zone

    def read(
        self,
        rows: Rows,
        column: Column | None,
        usual: Sequence[str],
        *,
        soft: bool,
        alike: bool = False,
    ) -> Node:
        """An instant; `alike`: with its zone, so that it can stand below those of other sources."""
        found = rows.values(column, usual, soft=soft)
        if not found:
            return exp.Cast(this=exp.Null(), to=exp.DataType.build("timestamptz"))
        kinds = {one.kind for one in found}
        unit = column.unit if column is not None else None
        zone = (column.zone if column is not None else None) or "UTC"
        # A column with a unit that somebody wrote into leadcard.yaml holds numbers; those of a
        # preset hold whatever the tables were loaded as.
        loose = (soft or rows.soft or kinds != {None}) and self._b.can("written instant")
        if kinds == {"time"} or (kinds == {None} and len(found) == 1 and unit is None):
            if zone == "UTC" and not (alike and self._b.can("instant in zone")):
                return _coalesced([one.node for one in found])
            return _coalesced([self._in_zone(one.node, zone) for one in found])
        if kinds == {"integer"} and unit is None:
            said = (column.name if column is not None else None) or usual[0]
            what = f"whole numbers as times (`{said}`) without `unit`"
            raise Unsupported(None, what, said=said)
        if unit is not None and len(found) == 1 and (kinds == {"integer"} or not loose):
            whole = self._b.call("whole", x=found[0].node)
            micros = exp.Mul(this=whole, expression=number(_PER_UNIT[unit]))
            return self._b.call("instant", x=exp.Paren(this=micros))
        return self._written(rows, found, column, unit, zone)

    def _in_zone(self, node: Node, zone: str) -> Node:
        if not self._b.can("instant in zone"):
            what = f"`zone: {zone}` in staging models for {self._b.dialect.name}"
            raise Unsupported(None, what, said="zone:")
        return self._b.call("instant in zone", x=node, y=self._b.text(zone))

    def _written(
        self, rows: Rows, found: Sequence[Value], column: Column | None, unit: str | None, zone: str
    ) -> Node:
        """An instant from whatever a text says: a number, a day, a time with or without offset."""
        if not self._b.can("written instant"):
            said = column.name if column is not None else None
            what = f"`else` beside a time (`{said}`) in staging models for {self._b.dialect.name}"
            raise Unsupported(None, what, said=said)
        per_unit = number(_PER_UNIT[unit]) if unit is not None else exp.Null()
        text = self._b.call("trim", x=rows.first_filled(found))
        zones = {"z": self._b.text(zone), "d": self._b.text(self._card_zone)}
        return self._b.call("written instant", x=text, u=per_unit, **zones)


def _coalesced(nodes: list[Node]) -> Node:
    return exp.Coalesce(this=nodes[0], expressions=nodes[1:]) if nodes[1:] else nodes[0]
