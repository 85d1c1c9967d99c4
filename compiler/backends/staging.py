"""Staging: the tables of leadcard.yaml as plain leads and events, by queries in the database.

What the loader of `leadcard score` does with files, these queries do where the tables are: as
models of dbt, or as views of a server's transaction. What they cannot say is refused
(`Unsupported`). Where the columns of a table are not known, one that leadcard.yaml does not name
has the name of the plain table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    alias,
    col,
    comment_text,
    equal,
    false,
    known,
    name,
    number,
    one_of,
    select,
    unequal,
)
from leadcard.compiler.backends.sql_facts import ColumnType, Unsupported
from leadcard.compiler.backends.sql_finish import finish
from leadcard.compiler.backends.sql_forms import text_forms
from leadcard.compiler.backends.staged_merges import merge_tables, merges_query, not_merged
from leadcard.compiler.backends.staged_rows import Rows
from leadcard.compiler.backends.staged_tables import Tables
from leadcard.compiler.backends.staged_times import StagedTimes
from leadcard.compiler.plan import FieldKind, LeadField, Plan
from leadcard.compiler.text import name_form, text_form
from leadcard.compiler.vocabulary import Column, EventsSource, Field, FieldType, Vocabulary
from leadcard.compiler.vocabulary_events import ID
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.record import dataclass

_CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NOT_ASKED_FOR: Final = ("account_id", "created")
_COLUMNS: Final = ("event_id", "lead_id", "verb", "object", "at", "seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """The queries, and what is known of their columns; `merges` is None where nobody is merged."""

    leads: str
    events: str
    merges: str | None
    lead_columns: tuple[str, ...]
    event_columns: tuple[str, ...]
    types: Mapping[str, ColumnType]


def staging(plan: Plan, vocabulary: Vocabulary, build: Build, tables: Tables) -> Staging:
    """The staging queries of a card.

    Raises `Unsupported` for what the database cannot say, `NotThere` for a column that it lacks.
    """
    making = _Making(plan, vocabulary, build, tables)
    merges = making.merges()
    leads, events = making.leads(), making.events()
    return Staging(
        leads=leads,
        events=events,
        merges=merges,
        lead_columns=making.lead_columns,
        event_columns=making.event_columns,
        types=making.types,
    )


class _Making:
    """One run of `staging`."""

    def __init__(self, plan: Plan, vocabulary: Vocabulary, build: Build, tables: Tables) -> None:
        self._plan, self._vocabulary, self._b, self._tables = plan, vocabulary, build, tables
        self._plain = builtin()
        self._times = StagedTimes(build, plan.timezone)
        self._told = merge_tables(vocabulary.leads, tables)
        self._merged = False  # until `merges` has found some
        self._seconds_as_text = False
        self.types: dict[str, ColumnType] = {}
        self.lead_columns: tuple[str, ...] = ()
        self.event_columns: tuple[str, ...] = ()

    def _text(self, query: exp.Select | exp.Union, said: str) -> str:
        first: Node = query
        while isinstance(first, exp.Union):
            first = first.this
        first.add_comments([comment_text(said)])
        finish(self._b, query)
        written = query.sql(dialect=self._b.dialect.sqlglot, pretty=True, max_text_width=96)
        return self._tables.filled(written) + "\n"

    def _own(self, column: Column | None, plain: Column | None) -> Column | None:
        """A column as leadcard.yaml says it; None where only usual headers are known of it, and
        nobody can look for those.
        """
        return None if column == plain and not self._tables.guesses else column

    def _may_lack(self, column: Column | None, usual: str) -> bool:
        """Whether leads may lack a column that nobody named: those of a preset any, those of
        leadcard.yaml what cards do not ask for by name.
        """
        if column is not None or self._vocabulary.leads == self._plain.leads:
            return False
        return self._vocabulary.preset != "generic" or usual in _NOT_ASKED_FOR

    # --- leads ------------------------------------------------------------------------------------

    def merges(self) -> str | None:
        """The query of the leads that were merged into others, or None."""
        source = self._vocabulary.leads
        own = self._own_merges() if source.merged_into is not None else None
        self._merged = bool(self._told) or own is not None
        if not self._merged:
            return None
        query = merges_query(self._b, self._tables, own, self._told)
        return self._text(query, "who was merged into whom, in the end")

    def _lead_rows(self) -> Rows:
        source = self._vocabulary.leads
        return Rows(self._b, self._tables, source.location or "leads", source.joins, soft=False)

    def _lead_id(self, rows: Rows) -> Node:
        own = self._own(self._vocabulary.leads.id, self._plain.leads.id)
        return rows.first(own, ("lead_id",), as_text=True)

    def _own_merges(self) -> exp.Select | None:
        """The pairs that a column of the leads tells, of rows that are left out too."""
        source, rows = self._vocabulary.leads, self._lead_rows()
        assert source.merged_into is not None
        soft = "merged into" in source.optional
        if not rows.values(Column(aka=(source.merged_into,)), (), soft=soft):
            return None
        read = rows.spare if soft else rows.column
        master = rows.filled(self._b.call("text", x=read(source.merged_into)))
        columns = [alias(self._lead_id(rows), "lead_id"), alias(master, "master")]
        return rows.query(columns, [*rows.where(source.where), known(master.copy())])

    def leads(self) -> str:
        """The query of the leads."""
        source, rows = self._vocabulary.leads, self._lead_rows()
        columns = [("lead_id", self._lead_id(rows))]
        if self._plan.personal is not None:
            account = self._own(source.account, self._plain.leads.account)
            soft = self._may_lack(account, "account_id")
            account_id = rows.first(account, ("account_id",), as_text=True, soft=soft)
            columns.append(("account_id", account_id))
        for field in self._plan.fields:
            if field.domain_of is None:
                columns += self._field(rows, field)
        columns += self._keys(rows, {said for said, _ in columns})
        self.lead_columns = tuple(dict.fromkeys(said for said, _ in columns))
        nodes: list[Node] = [_named(node, said) for said, node in dict(columns).items()]
        tests = [*rows.where(source.where), *rows.without(source.without)]
        if self._merged:
            tests.append(not_merged(self._tables, self._lead_id(rows)))
        if source.wins is None:
            return self._text(rows.query(nodes, tests), "one row a lead, in our columns")
        return self._text(self._winning(rows, nodes, tests, source.wins), "the latest row a lead")

    def _keys(self, rows: Rows, there: set[str]) -> Iterator[tuple[str, Node]]:
        """The columns by which events name leads, beside those that the card reads."""
        for source in self._vocabulary.events:
            for matched in source.lead.matches if source.lead is not None else ():
                field = self._vocabulary.field_index.get(name_form(matched))
                if source.location is None or field is None or field.column in there:
                    continue
                own, also = self._field_column(field)
                if rows.values(own, (field.column, *also), soft=not field.declared):
                    self.types[field.column] = "text"
                    read = (field.column, *also)
                    soft = not field.declared
                    yield field.column, rows.first(own, read, as_text=True, soft=soft)

    def _field_column(self, field: Field) -> tuple[Column | None, tuple[str, ...]]:
        """Where a field stands, and other names that it may have."""
        plain = self._plain.field_index.get(name_form(field.name))
        own = self._own(field.source, plain.source if plain is not None else None)
        return own, (field.name, *field.aka) if self._tables.guesses else ()

    def _winning(self, rows: Rows, nodes: list[Node], tests: list[Node], wins: str) -> exp.Select:
        """One row a lead: the one whose column `wins` is the greatest."""
        soft = "wins" in self._vocabulary.leads.optional
        latest = rows.spare(wins) if soft else rows.column(wins)
        order = exp.Ordered(this=latest, desc=True, nulls_first=False)
        place = exp.Window(
            this=exp.RowNumber(),
            partition_by=[self._lead_id(rows)],
            order=exp.Order(expressions=[order]),
        )
        inner = rows.query([*nodes, alias(place, "place")], tests).subquery("placed", copy=False)
        shown = [name(column, "placed") for column in self.lead_columns]
        first = equal(col("place", "placed"), number(1))
        return select(*shown).from_(inner, copy=False).where(first, copy=False)

    def _field(self, rows: Rows, field: LeadField) -> Iterator[tuple[str, Node]]:
        """The columns of a field: its value, and its currency."""
        known_as = next((f for f in self._vocabulary.fields if f.column == field.column), None)
        column, also = (None, ()) if known_as is None else self._field_column(known_as)
        usual = (field.column, *also)
        by_preset = column is not None and known_as is not None and not known_as.declared
        soft = by_preset or self._may_lack(column, field.column)
        if self._tables.guesses and not rows.values(column, usual, soft=soft or column is None):
            return  # a field that the table lacks is missing for every lead
        match field.kind:
            case FieldKind.TEXT:
                self.types[field.column] = "text"
                yield field.column, rows.first(column, usual, as_text=True, soft=soft)
            case FieldKind.TIME:
                yield field.column, self._times.read(rows, column, usual, soft=soft)
            case _:
                yield field.column, rows.first(column, usual, as_text=False, soft=soft)
        if field.currency is not None:
            own = column.currency if column is not None else None
            code = rows.first(Column(name=own) if own else None, (field.currency,), as_text=True)
            self.types[field.currency] = "text"
            yield field.currency, exp.Upper(this=self._b.call("trim", x=code))

    # --- events -----------------------------------------------------------------------------------

    def events(self) -> str:
        """The query of the events of all sources."""
        sources = [
            one
            for one in self._vocabulary.events
            if one.location is not None and (self._tables.there(one.location) or not one.optional)
        ]
        sources = sources or [EventsSource(location="events")]
        several = len(sources) > 1
        self.event_columns = (*_COLUMNS, "source") if several else _COLUMNS
        self._seconds_as_text = several and any(map(self._says_seconds, sources))
        parts = [self._event_rows(source, several=several) for source in sources]
        query: exp.Select | exp.Union = parts[0]
        for part in parts[1:]:
            query = exp.Union(this=query, expression=part, distinct=False)
        return self._text(query, "one row an event, in our columns")

    def _event_rows(self, source: EventsSource, *, several: bool) -> exp.Select:
        assert source.location is not None
        usual = self._vocabulary.usual
        rows = self._source_rows(source)
        # A source that names no column at all has those of the plain table.
        declared = any(
            one is not None and one != plain and (one.name or one.aka or one.constant is not None)
            for one, plain in (
                (source.id, usual.id),
                (source.lead, usual.lead),
                (source.at, usual.at),
                (source.verb, usual.verb),
                (source.object, usual.object),
            )
        )
        owner = self._own(source.lead, usual.lead)
        matches = self._matches(source)
        key = rows.first(owner, ("lead_id",), as_text=True)
        lead = self._owner(matches) if matches else key
        at = self._times.read(
            rows, self._own(source.at, usual.at), ("at",), soft=False, alike=several
        )
        columns = {
            "event_id": self._optional(rows, self._own(source.id, usual.id), "event_id", declared),
            "lead_id": self._master(lead.copy()) if self._merged else lead.copy(),
            "verb": self._verb(rows, self._own(source.verb, usual.verb)),
            "object": self._object(rows, self._own(source.object, usual.object), declared),
            "at": at,
            "seconds": self._seconds_like_others(rows, source, declared),
        }
        if several:
            columns["source"] = self._b.text(source.location)
        tests = [*rows.where(source.where), *rows.without(source.without)]
        query = rows.query([_named(node, said) for said, node in columns.items()], tests)
        for place, matched in enumerate(matches or (), start=1):
            query = self._with_owner(query, place, matched, key.copy())
        if self._merged:
            on = equal(name("lead_id", "merged"), lead.copy())
            merges = self._tables.model("merges", "merged")
            query = query.join(merges, on=on, join_type="left", copy=False)
        if matches is None:
            return query.where(false(), copy=False)
        if matches:
            return query.where(known(lead), copy=False)
        expected = source.lead is not None and source.lead.strangers
        return query.where(known(rows.filled(lead)), copy=False) if expected else query

    def _master(self, lead: Node) -> Node:
        return exp.Coalesce(this=name("master", "merged"), expressions=[lead])

    def _optional(self, rows: Rows, column: Column | None, usual: str, declared: bool) -> Node:
        """A column that may be missing: NULL where leadcard.yaml has sources and names none."""
        if column is None and declared:
            return self._null()
        soft = self._tables.guesses and (column is None or column.name is None)
        return rows.first(column, (usual,), as_text=True, soft=soft)

    def _null(self) -> Node:
        return exp.Cast(this=exp.Null(), to=exp.DataType.build("text"))

    def _verb(self, rows: Rows, column: Column | None) -> Node:
        if column is not None and column.constant is not None:
            return self._b.text(column.constant)
        said = rows.first(column, ("verb",), as_text=True)
        if column is None or not column.values:
            return said
        spellings = {word: sorted({name_form(s) for s in has}) for word, has in column.values}
        forms = text_forms(self._b, {c for has in spellings.values() for s in has for c in s})
        form = forms.name_form(forms.fold(said.copy()))
        whens = [
            exp.If(this=self._b.text(spelling), true=self._b.text(word))
            for word, has in spellings.items()
            for spelling in has
        ]
        return exp.Case(this=form, ifs=whens, default=said)

    def _object(self, rows: Rows, column: Column | None, declared: bool) -> Node:
        if column is not None and column.constant is not None:
            return self._b.text(column.constant)
        value = self._optional(rows, column, "object", declared)
        if column is None or not column.missing:
            return value
        words = sorted({text_form(word) for word in column.missing})
        forms = text_forms(self._b, {c for word in words for c in word})
        none = one_of(forms.text_form(forms.fold(value.copy())), self._b.texts(words))
        return exp.Case(ifs=[exp.If(this=none, true=self._null())], default=value)

    def _source_rows(self, source: EventsSource) -> Rows:
        location = source.location or "events"
        return Rows(self._b, self._tables, location, source.joins, soft=source.optional)

    def _says_seconds(self, source: EventsSource) -> bool:
        """Whether a source is known to hold times spent as texts."""
        column = self._own(source.seconds, self._vocabulary.usual.seconds)
        if column is None or column.unit is not None:
            return False
        found = self._source_rows(source).values(column, (), soft=column.name is None)
        return any(one.kind == "text" for one in found)

    def _seconds_like_others(self, rows: Rows, source: EventsSource, declared: bool) -> Node:
        """Times spent, as texts where another source holds them so: a union has one type."""
        seconds = self._own(source.seconds, self._vocabulary.usual.seconds)
        value = self._seconds(rows, seconds, declared)
        return self._b.call("text", x=value) if self._seconds_as_text else value

    def _seconds(self, rows: Rows, column: Column | None, declared: bool) -> Node:
        none = exp.Cast(this=exp.Null(), to=exp.DataType.build("decimal(18, 6)"))
        soft = self._tables.guesses and (column is None or column.name is None)
        if (column is None and declared) or not rows.values(column, ("seconds",), soft=soft):
            return none
        value = rows.first(column, ("seconds",), as_text=False, soft=soft)
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

    def _matches(self, source: EventsSource) -> tuple[str, ...] | None:
        """The fields by which events name leads, of those that leads have; None: they have none of
        the fields that a preset hoped for.
        """
        wanted = source.lead.matches if source.lead is not None else ()
        there = tuple(matched for matched in wanted if self._key_column(matched)[0] is not None)
        if not wanted or there:
            return there
        if source.optional:
            return None
        what = f"events that name leads by `{wanted[0]}`, which no column of the leads holds,"
        raise Unsupported(None, f"{what} in staging models", said=wanted[0])

    def _key_column(self, matched: str) -> tuple[str | None, bool]:
        """The column of leads that events name them by, and whether it holds addresses."""
        field = self._vocabulary.field_index.get(name_form(matched))
        column = "lead_id" if matched == ID else field.column if field is not None else matched
        folded = field is not None and field.type is FieldType.EMAIL and column != "lead_id"
        return (column if column in self.lead_columns else None), folded

    def _with_owner(self, query: exp.Select, place: int, matched: str, key: Node) -> exp.Select:
        """The query with the one lead that has the key in the field `matched`."""
        column, folded = self._key_column(matched)
        assert column is not None
        least = exp.Min(this=name("lead_id", "leads"))
        once = exp.Count(this=exp.Distinct(expressions=[name("lead_id", "leads")]))
        said = self._key(col("said", "leads"), folded=folded)
        owners = (
            select(alias(said, "said"), alias(least, "lead_id", quoted=True))
            .from_(self._keyed(column).subquery("leads", copy=False), copy=False)
            .where(unequal(said.copy(), self._b.text("")), copy=False)
            .group_by(said.copy(), copy=False)
            .having(equal(once, number(1)), copy=False)
        )
        at = f"owner_{place}"
        on = equal(col("said", at), self._key(key, folded=folded))
        return query.join(owners.subquery(at), on=on, join_type="left", copy=False)

    def _keyed(self, column: str) -> exp.Select | exp.Union:
        """Leads and what they are named by; by id also those that were merged into others."""
        key = self._b.call("text", x=name(column, "leads"))
        leads = select(alias(key, "said"), name("lead_id", "leads"))
        leads = leads.from_(self._tables.model("leads", "leads"), copy=False)
        if column != "lead_id" or not self._merged:
            return leads
        merged = select(alias(name("lead_id", "merges"), "said"), name("master", "merges"))
        merged = merged.from_(self._tables.model("merges", "merges"), copy=False)
        return exp.Union(this=leads, expression=merged, distinct=False)

    def _key(self, node: Node, *, folded: bool) -> Node:
        """What events and leads are matched by: addresses without regard to case."""
        bare = self._b.call("trim", x=node)
        return self._b.exchanged(bare, _CAPITALS, _CAPITALS.lower()) if folded else bare


def _named(node: Node, said: str) -> Node:
    return alias(node, said, quoted=True)
