"""Unit tests for dbt: sample leads as rows of the staging models, and the scores they must get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlglot import exp

from leadcard.compiler.backends.dbt_tables import without_templates
from leadcard.compiler.backends.sql_build import Build, Node, alias, equal, number, select
from leadcard.compiler.backends.sql_finish import finish
from leadcard.compiler.plan import FieldKind, Plan
from leadcard.compiler.text import name_form
from leadcard.dsl.record import dataclass

Cells: TypeAlias = Mapping[str, str | datetime | None]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTest:
    """Rows of the plain tables at a moment, and the columns that the result must have."""

    name: str
    said: str
    as_of: datetime
    leads: tuple[Cells, ...]
    events: tuple[Cells, ...]
    expected: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixtures:
    """How rows of the staging models are written: the models' names and columns.

    dbt fills templates of given rows twice, those of expected rows once: `build` must write texts
    that hold none.
    """

    build: Build
    plan: Plan
    scores: str
    leads: str
    events: str
    lists: str
    lead_columns: tuple[str, ...]
    event_columns: tuple[str, ...]

    def entry(self, test: UnitTest) -> dict[str, Any]:
        """A unit test as it stands in dbt's YAML."""
        times = {f.column for f in self.plan.fields if f.kind is FieldKind.TIME}
        given = [
            self._given(self.leads, self.lead_columns, test.leads, times),
            self._given(self.events, self.event_columns, test.events, {"at"}),
        ]
        if self.plan.lists:
            given.append(self._given(self.lists, ("list", "value"), self._entries(test), set()))
        return {
            "name": test.name,
            "description": without_templates(test.said),
            "model": self.scores,
            "overrides": {"vars": {"as_of": test.as_of.astimezone(UTC).isoformat()}},
            "given": given,
            "expect": {"rows": [_plain(row) for row in test.expected]},
        }

    def _given(
        self, model: str, columns: Sequence[str], rows: Sequence[Cells], times: set[str]
    ) -> dict[str, Any]:
        nodes = [
            [alias(self._cell(column, row, times), column, quoted=True) for column in columns]
            for row in rows
        ]
        if not nodes:
            empty = [alias(self._cell(c, {}, times), c, quoted=True) for c in columns]
            none = select(*empty).where(equal(number(1), number(0)), copy=False)
            return {"input": f"ref('{model}')", "format": "sql", "rows": self._sql([none])}
        queries = [select(*row) for row in nodes]
        return {"input": f"ref('{model}')", "format": "sql", "rows": self._sql(queries)}

    def _cell(self, column: str, row: Cells, times: set[str]) -> Node:
        value = row.get(column)
        if isinstance(value, datetime):
            return self._instant(value)
        if value is not None:
            return self._text(value)
        if column in times:
            never = equal(number(1), number(0))
            return exp.Case(ifs=[exp.If(this=never, true=self._instant(_EPOCH))])
        return exp.Cast(this=exp.Null(), to=exp.DataType.build("text"))

    def _text(self, value: str) -> Node:
        return exp.Cast(this=self.build.text(value), to=exp.DataType.build("text"))

    def _instant(self, at: datetime) -> Node:
        utc = at.astimezone(UTC)
        if self.build.can("instant of text"):
            said = utc.replace(tzinfo=None).isoformat(sep=" ")
            return self.build.call("instant of text", x=exp.Literal.string(said))
        return self.build.call("instant", x=number((utc - _EPOCH) // timedelta(microseconds=1)))

    def _entries(self, test: UnitTest) -> list[Cells]:
        """The entries of long lists that a value of the samples could meet."""
        values = {name_form(v) for row in test.leads for v in row.values() if isinstance(v, str)}
        return [
            {"list": long.name, "value": entry}
            for long in self.plan.lists
            for entry in long.entries
            if any(entry in value for value in values)
        ]

    def _sql(self, queries: Sequence[exp.Select]) -> str:
        dialect = self.build.dialect.sqlglot
        for query in queries:
            finish(self.build, query)
        return "\nunion all\n".join(query.sql(dialect=dialect) for query in queries) + "\n"


def _plain(row: Mapping[str, str]) -> dict[str, str]:
    return {column: without_templates(value) for column, value in row.items()}
