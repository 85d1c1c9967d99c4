"""Staging models for dbt: the tables of leadcard.yaml as plain leads and events.

What the loader of `leadcard score` does with files, these queries do in the database; what they
cannot say is refused (`Unsupported`). A column that leadcard.yaml does not name has the name of the
plain table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.dbt_rows import Rows
from leadcard.compiler.backends.dbt_tables import References, SourceTable, source_table
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    alias,
    col,
    comment_text,
    equal,
    known,
    name,
    number,
    one_of,
    select,
    unequal,
)
from leadcard.compiler.backends.sql_capitals import capital_names
from leadcard.compiler.backends.sql_facts import ColumnType, Unsupported
from leadcard.compiler.backends.sql_forms import text_forms
from leadcard.compiler.backends.sql_transact import to_transact
from leadcard.compiler.plan import FieldKind, LeadField, Plan
from leadcard.compiler.text import name_form, text_form
from leadcard.compiler.vocabulary import Column, EventsSource, FieldType, Join, Vocabulary
from leadcard.dsl.record import dataclass

_PER_UNIT: Final = {"s": 10**6, "ms": 10**3, "us": 1}
_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_COLUMNS: Final = ("event_id", "lead_id", "verb", "object", "at", "seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """The two queries, the tables that they read, and what is known of their columns."""

    leads: str
    events: str
    tables: tuple[SourceTable, ...]
    lead_columns: tuple[str, ...]
    event_columns: tuple[str, ...]
    types: Mapping[str, ColumnType]


def staging(
    plan: Plan, vocabulary: Vocabulary, build: Build, *, source: str, leads_model: str
) -> Staging:
    """The staging models of a card; `source` is the name of its dbt source."""
    making = _Making(plan, vocabulary, build, source, leads_model)
    leads, events = making.leads(), making.events()
    return Staging(
        leads=leads,
        events=events,
        tables=tuple(making.tables.values()),
        lead_columns=making.lead_columns,
        event_columns=making.event_columns,
        types=making.types,
    )


def source_name(source: str, table: SourceTable) -> str:
    """The dbt source of a table: tables of another schema have one of their own."""
    return source if table.schema is None else f"{source}_{table.schema.lower()}"


class _Making:
    """One run of `staging`."""

    def __init__(
        self, plan: Plan, vocabulary: Vocabulary, build: Build, source: str, leads_model: str
    ) -> None:
        self._plan, self._vocabulary, self._b = plan, vocabulary, build
        self._source, self._leads_model = source, leads_model
        self._references = References(build.dialect, plan.version)
        self.tables: dict[tuple[str, str | None], SourceTable] = {}
        self.types: dict[str, ColumnType] = {}
        self.lead_columns: tuple[str, ...] = ()
        self.event_columns: tuple[str, ...] = ()

    def _reference(self, location: str) -> str:
        table = source_table(location)
        table = self.tables.setdefault((table.identifier, table.schema), table)
        return f'source("{source_name(self._source, table)}", "{table.name}")'

    def _rows(self, location: str, joins: tuple[Join, ...]) -> Rows:
        others = [(join, self._reference(join.location)) for join in joins]
        return Rows(self._b, self._references, self._reference(location), others)

    def _text(self, query: exp.Select | exp.Union, said: str) -> str:
        first: Node = query
        while isinstance(first, exp.Union):
            first = first.this
        first.add_comments([comment_text(said)])
        dialect = self._b.dialect
        if dialect.transact:
            to_transact(query)
        if dialect.capitals:
            capital_names(query)
        written = query.sql(dialect=dialect.sqlglot, pretty=True, max_text_width=96)
        return self._references.filled(written) + "\n"

    # --- leads ------------------------------------------------------------------------------------

    def leads(self) -> str:
        """The query of the leads."""
        source = self._vocabulary.leads
        if source.merges or source.merged_into is not None:
            raise Unsupported(None, "leads merged into others (`merged into`) in dbt models")
        rows = self._rows(source.location or "leads", source.joins)
        lead_id = rows.first(source.id, "lead_id", as_text=True)
        columns = [("lead_id", lead_id)]
        if self._plan.personal is not None:
            columns.append(("account_id", rows.first(source.account, "account_id", as_text=True)))
        for field in self._plan.fields:
            if field.domain_of is None:
                columns += self._field(rows, field)
        columns += [(column, rows.text(said)) for column, said in self._keys()]
        self.lead_columns = tuple(dict.fromkeys(said for said, _ in columns))
        nodes: list[Node] = [_named(node, said) for said, node in dict(columns).items()]
        tests = rows.counting(source.where, source.without)
        if source.wins is None:
            return self._text(rows.query(nodes, tests), "one row a lead, in our columns")
        return self._text(self._winning(rows, nodes, tests, source.wins), "the latest row a lead")

    def _keys(self) -> Iterator[tuple[str, str]]:
        """The columns by which events name leads, and their names in the source."""
        read = {field.column for field in self._plan.fields}
        for source in self._vocabulary.events:
            for matched in source.lead.matches if source.lead is not None else ():
                field = self._vocabulary.field_index.get(name_form(matched))
                if source.location is not None and field is not None and field.column not in read:
                    own = field.source.name if field.source is not None else None
                    self.types[field.column] = "text"
                    yield field.column, own or field.column

    def _winning(self, rows: Rows, nodes: list[Node], tests: list[Node], wins: str) -> exp.Select:
        """One row a lead: the one whose column `wins` is the greatest."""
        order = exp.Ordered(this=rows.column(wins), desc=True, nulls_first=False)
        lead = rows.first(self._vocabulary.leads.id, "lead_id", as_text=True)
        place = exp.Window(
            this=exp.RowNumber(), partition_by=[lead], order=exp.Order(expressions=[order])
        )
        inner = rows.query([*nodes, alias(place, "place")], tests).subquery("placed", copy=False)
        shown = [name(column, "placed") for column in self.lead_columns]
        first = equal(col("place", "placed"), number(1))
        return select(*shown).from_(inner, copy=False).where(first, copy=False)

    def _field(self, rows: Rows, field: LeadField) -> Iterator[tuple[str, Node]]:
        """The columns of a field: its value, and its currency."""
        known_as = next((f for f in self._vocabulary.fields if f.column == field.column), None)
        column = known_as.source if known_as is not None else None
        match field.kind:
            case FieldKind.TEXT:
                self.types[field.column] = "text"
                yield field.column, rows.first(column, field.column, as_text=True)
            case FieldKind.TIME:
                yield field.column, self._time(rows, column, field.column)
            case _:
                yield field.column, rows.first(column, field.column, as_text=False)
        if field.currency is not None:
            own = column.currency if column is not None else None
            code = self._b.call("trim", x=rows.text(own or field.currency))
            self.types[field.currency] = "text"
            yield field.currency, exp.Upper(this=code)

    def _time(self, rows: Rows, column: Column | None, usual: str) -> Node:
        """An instant from an instant, a number of a unit, or local time of a zone."""
        if column is None or (column.unit is None and column.zone in (None, "UTC")):
            return rows.first(column, usual, as_text=False)
        if column.other:
            raise Unsupported(None, "`else` beside `unit` or `zone` of a time in dbt models")
        value = rows.column(column.name or usual)
        if column.unit is not None:
            whole = self._b.call("whole", x=value)
            micros = exp.Mul(this=whole, expression=number(_PER_UNIT[column.unit]))
            return self._b.call("instant", x=exp.Paren(this=micros))
        if not self._b.can("instant in zone"):
            dialect = self._b.dialect.name
            raise Unsupported(None, f"`zone: {column.zone}` in dbt models for {dialect}")
        return self._b.call("instant in zone", x=value, y=self._b.text(column.zone or "UTC"))

    # --- events -----------------------------------------------------------------------------------

    def events(self) -> str:
        """The query of the events of all sources."""
        sources = [one for one in self._vocabulary.events if one.location is not None]
        sources = sources or [EventsSource(location="events")]
        several = len(sources) > 1
        self.event_columns = (*_COLUMNS, "source") if several else _COLUMNS
        parts = [self._event_rows(source, several=several) for source in sources]
        query: exp.Select | exp.Union = parts[0]
        for part in parts[1:]:
            query = exp.Union(this=query, expression=part, distinct=False)
        return self._text(query, "one row an event, in our columns")

    def _event_rows(self, source: EventsSource, *, several: bool) -> exp.Select:
        assert source.location is not None
        rows = self._rows(source.location, source.joins)
        # A source that names no column at all has those of the plain table.
        declared = any(
            one is not None and (one.name is not None or one.constant is not None)
            for one in (source.id, source.lead, source.at, source.verb, source.object)
        )
        lead = rows.first(source.lead, "lead_id", as_text=True)
        matches = source.lead.matches if source.lead is not None else ()
        columns = {
            "event_id": self._optional(rows, source.id, "event_id", declared),
            "lead_id": self._owner(matches) if matches else lead,
            "verb": self._verb(rows, source.verb),
            "object": self._object(rows, source.object, declared),
            "at": self._time(rows, source.at, "at"),
            "seconds": self._seconds(rows, source.seconds, declared),
        }
        if several:
            columns["source"] = self._b.text(source.location)
        tests = rows.counting(source.where, source.without)
        query = rows.query([_named(node, said) for said, node in columns.items()], tests)
        for place, matched in enumerate(matches, start=1):
            key = rows.first(source.lead, "lead_id", as_text=True)
            query = self._with_owner(query, place, matched, key)
        return query.where(known(self._owner(matches)), copy=False) if matches else query

    def _optional(self, rows: Rows, column: Column | None, usual: str, declared: bool) -> Node:
        """A column that may be missing: NULL where leadcard.yaml has sources and names none."""
        if declared and (column is None or column.name is None):
            return self._null()
        return rows.first(column, usual, as_text=True)

    def _null(self) -> Node:
        return exp.Cast(this=exp.Null(), to=exp.DataType.build("text"))

    def _verb(self, rows: Rows, column: Column | None) -> Node:
        if column is not None and column.constant is not None:
            return self._b.text(column.constant)
        said = rows.first(column, "verb", as_text=True)
        if column is None or not column.values:
            return said
        spellings = {word: sorted({name_form(s) for s in has}) for word, has in column.values}
        forms = text_forms(self._b, {c for has in spellings.values() for s in has for c in s})
        whens = []
        for word, has in spellings.items():
            form = forms.name_form(forms.fold(said.copy()))
            whens.append((one_of(form, self._b.texts(has)), self._b.text(word)))
        return exp.Case(ifs=[exp.If(this=test, true=word) for test, word in whens], default=said)

    def _object(self, rows: Rows, column: Column | None, declared: bool) -> Node:
        if column is not None and column.constant is not None:
            return self._b.text(column.constant)
        value = self._optional(rows, column, "object", declared)
        if column is None or not column.missing or column.name is None:
            return value
        words = sorted({text_form(word) for word in column.missing})
        forms = text_forms(self._b, {c for word in words for c in word})
        none = one_of(forms.text_form(forms.fold(value.copy())), self._b.texts(words))
        return exp.Case(ifs=[exp.If(this=none, true=self._null())], default=value)

    def _seconds(self, rows: Rows, column: Column | None, declared: bool) -> Node:
        if declared and (column is None or column.name is None):
            return exp.Cast(this=exp.Null(), to=exp.DataType.build("decimal(18, 6)"))
        value = rows.first(column, "seconds", as_text=False)
        part = {"ms": "0.001", "us": "0.000001"}.get((column.unit if column else None) or "s")
        if part is None:
            return value
        exact = exp.Cast(this=value, to=exp.DataType.build("decimal(20, 0)"))
        return exp.Mul(this=exact, expression=exp.Literal.number(part))

    # --- whose events -----------------------------------------------------------------------------

    def _owner(self, matches: tuple[str, ...]) -> Node:
        found = [name("lead_id", f"owner_{n}") for n in range(1, len(matches) + 1)]
        if len(found) == 1:
            return found[0]
        return exp.Coalesce(this=found[0], expressions=list(found[1:]))

    def _with_owner(self, query: exp.Select, place: int, matched: str, key: Node) -> exp.Select:
        """The query with the one lead that has the key in the field `matched`."""
        field = self._vocabulary.field_index.get(name_form(matched))
        column = "lead_id" if matched == "id" else field.column if field is not None else matched
        if column not in self.lead_columns:
            raise Unsupported(None, f"events that name leads by `{matched}` in dbt models")
        folded = field is not None and field.type is FieldType.EMAIL and column != "lead_id"
        said = self._key(self._b.call("text", x=name(column, "leads")), folded=folded)
        leads = self._references.table(f'ref("{self._leads_model}")', "leads")
        least = exp.Min(this=name("lead_id", "leads"))
        once = exp.Count(this=exp.Distinct(expressions=[name("lead_id", "leads")]))
        owners = (
            select(alias(said, "said"), alias(least, "lead_id", quoted=True))
            .from_(leads, copy=False)
            .where(unequal(said.copy(), self._b.text("")), copy=False)
            .group_by(said.copy(), copy=False)
            .having(equal(once, number(1)), copy=False)
        )
        at = f"owner_{place}"
        on = equal(col("said", at), self._key(key, folded=folded))
        return query.join(owners.subquery(at), on=on, join_type="left", copy=False)

    def _key(self, node: Node, *, folded: bool) -> Node:
        """What events and leads are matched by: addresses without regard to case."""
        bare = self._b.call("trim", x=node)
        return self._b.exchanged(bare, _CAPITALS, _CAPITALS.lower()) if folded else bare


def _named(node: Node, said: str) -> Node:
    return alias(node, said, quoted=True)
