"""BigQuery's SQL in this process: Google's reference implementation of the language, ZetaSQL.

It takes half a minute to load, once. Its tables are in memory, its values protocol messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf
from leadcard.compiler.plan import Plan
from tests.agreement.engines import Results, event_types, facts_of, from_row, lead_types
from tests.strategies import Case

_KINDS = {
    "text": "TYPE_STRING",
    "decimal": "TYPE_BIGNUMERIC",
    "double": "TYPE_DOUBLE",
    "integer": "TYPE_INT64",
    "time": "TYPE_TIMESTAMP",
    "plain time": "TYPE_DATETIME",
    "date": "TYPE_DATE",
    "boolean": "TYPE_BOOL",
}
# Tables by name: their columns with kinds, and their rows.
Tables: TypeAlias = Mapping[str, tuple[Mapping[str, str], Sequence[Mapping[str, Any]]]]

_EPOCH = datetime(1970, 1, 1)
_NUMERIC_PLACES, _BIG_PLACES = 9, 38


@cache
def _options() -> Any:
    """The language as BigQuery has it, in its default time zone."""
    from zetasql.types import AnalyzerOptions, LanguageOptions

    language = LanguageOptions.maximum_features()
    return AnalyzerOptions(language_options=language, default_timezone="UTC")


class BigQuery:
    """The statement in BigQuery's SQL."""

    def connection(self) -> Any:
        """The options, for which the package must be there."""
        return _options()

    def held(self, case: Case) -> Case:
        """A case as BigQuery holds it: whole."""
        return case

    def results(self, case: Case, plan: Plan) -> Results:
        """What the statement says."""
        statement = to_sql(
            plan,
            dialect="bigquery",
            reasons=True,
            as_of=AsOf(literal=case.as_of),
            facts=facts_of(case, plan),
        )
        entries = [
            {"list": each.name, "value": entry} for each in plan.lists for entry in each.entries
        ]
        tables: Tables = {
            "leads": (lead_types(case), case.leads),
            "events": (event_types(case), case.events),
            "leadcard_lists": ({"list": "text", "value": "text"}, entries),
        }
        # Moments are read as whole numbers.
        read = "SELECT * REPLACE (UNIX_MICROS(as_of) AS as_of) FROM (\n"
        rows = answered(f"{read}{statement}\n)", tables)
        results = {row["lead_id"]: from_row(row, plan) for row in rows}
        assert len(results) == len(rows), "a lead has two rows"
        return results


def answered(statement: str, tables: Tables) -> list[dict[str, Any]]:
    """The rows of a statement over tables of columns with kinds, and rows."""
    from zetasql.api import CatalogBuilder, PreparedQuery, TableBuilder
    from zetasql.types import (
        TableContent,
        TableData,
        TypeKind,
        ZetaSQLBuiltinFunctionOptions,
    )

    options = _options()
    catalog = CatalogBuilder("leadcard").with_builtin_functions(
        ZetaSQLBuiltinFunctionOptions(language_options=options.language_options)
    )
    content = {}
    for name, (columns, rows) in tables.items():
        table = TableBuilder(name)
        for column, kind in columns.items():
            table = table.add_column(column, getattr(TypeKind, _KINDS[kind]))
        catalog = catalog.add_table(table.build())
        cells = [
            TableData.Row(cell=[_value(row.get(c), kind) for c, kind in columns.items()])
            for row in rows
        ]
        content[name] = TableContent(table_data=TableData(row=cells))
    builder = PreparedQuery.builder().set_sql(statement).set_analyzer_options(options)
    builder = builder.set_catalog(catalog.build()).set_table_content(content)
    with builder.prepare() as query:
        names = [column.name for column in query.columns]
        kinds = [column.type.type_kind for column in query.columns]
        found = query.execute().content.table_data.row
    return [
        {
            name: _read(cell, kind == TypeKind.TYPE_NUMERIC)
            for name, kind, cell in zip(names, kinds, row.cell, strict=True)
        }
        for row in found
    ]


def _value(value: object, kind: str) -> Any:
    from zetasql.types import Value

    match kind, value:
        case _, None:
            return Value()
        case "text", _:
            return Value(string_value=str(value))
        case "decimal", Decimal() | int():
            return Value(bignumeric_value=_as_bytes(Decimal(value)))
        case "double", float() | int():
            return Value(double_value=float(value))
        case "integer", int():
            return Value(int64_value=value)
        case "boolean", bool():
            return Value(bool_value=value)
        case "time", datetime():
            return Value(timestamp_value=_as_moment(value))
        case "plain time", datetime():
            return Value(datetime_value=_as_fields(value))
        case "date", date():
            return Value(date_value=(value - _EPOCH.date()).days)
    raise TypeError((kind, value))


def _as_bytes(value: Decimal) -> bytes:
    """An exact decimal as the fewest bytes of its whole number of smallest units."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    whole: int = int("".join(map(str, digits))) * 10 ** (_BIG_PLACES + exponent)
    size: int = whole.bit_length() // 8 + 1
    return (-whole if sign else whole).to_bytes(size, "little", signed=True)


def _as_moment(value: datetime) -> Any:
    from google.protobuf.timestamp_pb2 import Timestamp

    moment = Timestamp()
    moment.FromDatetime(value)
    return moment


def _as_fields(value: datetime) -> Any:
    """A moment without time zone as the fields of bits that stand for it."""
    from zetasql.types import Value

    seconds = value.year
    for part, size in (
        (value.month, 4),
        (value.day, 5),
        (value.hour, 5),
        (value.minute, 6),
        (value.second, 6),
    ):
        seconds = (seconds << size) | part
    return Value.Datetime(bit_field_datetime_seconds=seconds, nanos=value.microsecond * 1000)


def _read(cell: Any, is_decimal: bool) -> Any:
    """A value of a result; of the kinds that results have."""
    if is_decimal and cell.numeric_value is not None:
        return Decimal(int.from_bytes(cell.numeric_value, "little", signed=True)).scaleb(
            -_NUMERIC_PLACES
        )
    for said in (cell.string_value, cell.bool_value, cell.int64_value):
        if said is not None:
            return said
    return None
