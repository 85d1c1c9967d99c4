"""Leads as the source keeps them → the relation `leads`: ids, account, a column a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from leadcard.compiler.plan import FieldKind, LeadField, Plan
from leadcard.compiler.vocabulary import Column, Vocabulary
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.bad_rows import BadRows
from leadcard.runtime.merges import PAIRS
from leadcard.runtime.part_query import FILE, MASK, ROW, PartQuery, bad_rows_query
from leadcard.runtime.parts import Part
from leadcard.runtime.recognise import (
    Headers,
    Recognised,
    condition_places,
    find_column,
    find_fields,
    kind_of,
    needed_columns,
    not_there,
)
from leadcard.runtime.sql_text import is_blank, name, text, text_form, texts
from leadcard.runtime.time_reading import find_writing, read_time
from leadcard.runtime.value_reading import (
    Engine,
    engine_type,
    plain_text,
    read_boolean,
    read_id,
    read_kind,
    read_text,
)

ADDRESS_IDS = ("email", "email address", "e mail", "mail")


@dataclass(slots=True, kw_only=True)
class LeadsPart:
    """One part of the leads: what its headers are, and the query that reads it."""

    part: Part
    columns: tuple[Recognised, ...]
    query: PartQuery
    relation: str = ""  # its good rows
    table: str | None = None  # all its rows, where they were copied into the engine


@dataclass(slots=True, kw_only=True)
class Leads:
    """The relation `leads` and what is known of it."""

    parts: list[LeadsPart]
    types: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    integer_ids: bool = False
    id_range: tuple[int, int] | None = None  # of ids that are whole numbers
    id_count: int = 0  # of different ids
    merged: bool = False
    told_merges: str = ""  # a query of the pairs (lead_id, master)

    @property
    def columns(self) -> frozenset[str]:
        """The columns of the relation."""
        return frozenset(self.types)


class LeadsLoader:
    """Loads leads; findings that stop the run are in `errors`, others in `notes`."""

    def __init__(
        self,
        engine: duckdb.DuckDBPyConnection,
        vocabulary: Vocabulary,
        plan: Plan | None,
        timezone: str,
        bad: BadRows,
    ) -> None:
        self._engine, self._vocabulary, self._plan = engine, vocabulary, plan
        self._timezone, self._bad = timezone, bad
        self._needed = needed_columns(plan)
        self._planned = {f.column: f for f in plan.fields} if plan else {}
        self.errors: list[Diagnostic] = []
        self.notes: list[Diagnostic] = []

    def recognise(self, part: Part) -> LeadsPart:
        """What the headers of a part are."""
        headers, source = Headers(part=part), self._vocabulary.leads
        found: list[Diagnostic] = []
        lead = find_column(headers, source.id, "the id of leads", "lead_id", found)
        if lead is None and not found:
            place = headers.usual(ADDRESS_IDS)
            lead = None if place is None else _recognised(headers, place, "lead id", "lead_id")
            if lead is not None:
                self.notes.append(_address_as_id(part, lead.header))
        if lead is None and not found:
            self.errors.append(_no_id(headers))
        account = find_column(headers, source.account, "the account", "account_id", found)
        merged = None
        if source.merged_into is not None:
            column = _named(source.merged_into, may_lack="merged into" in source.optional)
            merged = find_column(headers, column, "the lead merged into", "__merged", found)
        fields = find_fields(headers, self._vocabulary, self._needed, found)
        self.errors += [f for f in found if f.is_error]
        self.notes += [f for f in found if not f.is_error]
        columns = tuple(c for c in (lead, account, merged) if c is not None) + fields
        return LeadsPart(part=part, columns=columns, query=PartQuery(part=part))

    def build(self, parts: Sequence[LeadsPart], *, integer_ids: bool, pairs: bool) -> Leads:
        """The relation `leads` of all parts, bad rows left out; `pairs` says that the table of
        merged leads is there.
        """
        leads = Leads(parts=list(parts), integer_ids=integer_ids)
        for leads_part in parts:
            self._read(leads_part, integer_ids)
        for number, leads_part in enumerate(parts):
            self._store(leads_part, f"leadcard_leads_{number}")
        self._unite(leads, pairs)
        return leads

    # --- one part ---------------------------------------------------------------------------------

    def _read(self, one: LeadsPart, integer_ids: bool) -> None:
        query = one.query
        self._where(one)
        for column in one.columns:
            raw, declared = query.column(column.place), query.declared(column.place)
            match column.column:
                case "lead_id":
                    reading = read_id(raw, declared)
                    value = raw if integer_ids else reading.value
                    alias = query.hidden(value)
                    query.outputs.append(("lead_id", alias))
                    blank = f"{raw} IS NULL" if integer_ids else is_blank(alias)
                    proof = query.never_null(column.place) if integer_ids else None
                    query.fails("D204", column.header, blank, proof=proof)
                case "account_id":
                    self._account(query, raw, declared)
                case "__merged":
                    value = read_id(raw, declared).value
                    query.outputs.append(
                        (
                            "__merged",
                            query.hidden(f"CASE WHEN {is_blank(value)} THEN NULL ELSE {value} END"),
                        )
                    )
                case _:
                    self._field(query, column, raw, declared)
        self._wins(one)

    def _where(self, one: LeadsPart) -> None:
        """Which rows count. A lead that was merged is needed, even where it is marked as deleted:
        its events go to its master.
        """
        leads = self._vocabulary.leads
        headers = Headers(part=one.part)
        places = condition_places(headers, leads.where, leads.without, self.errors)
        if places is None:
            return
        merged = next((c.place for c in one.columns if c.column == "__merged"), None)
        one.query.where(leads.where, places)
        one.query.without(leads.without, places, unless=merged)

    def _account(self, query: PartQuery, raw: str, declared: str) -> None:
        value = read_text(raw, declared).value
        account = self._vocabulary.leads.account
        if account is not None and account.missing:
            words = texts(_text_forms(account.missing))
            value = f"CASE WHEN {text_form(value)} IN ({words}) THEN NULL ELSE {value} END"
        query.outputs.append(("account_id", query.hidden(value)))
        query.kinds["account_id"] = "text"

    def _field(self, query: PartQuery, column: Recognised, raw: str, declared: str) -> None:
        field_ = column.field
        assert field_ is not None
        planned = self._planned.get(column.column)
        check = column.column in self._needed
        missing = _missing(planned, field_.missing)
        kind = planned.kind if planned is not None else kind_of(field_)
        source = field_.source or Column()
        if kind is FieldKind.TIME:
            plain = query.part.columns[column.place]
            writing = find_writing(
                self._engine, query.part.plain, name(plain), declared, source.unit
            )
            if writing.guessed:
                self.notes.append(
                    writing_note(query.part, column.header, writing.unit, writing.order)
                )
            reading = read_time(
                raw,
                declared,
                writing,
                card_zone=self._timezone,
                column_zone=source.zone,
                missing=missing,
            )
            query.add(column.column, reading, code="D202", header=column.header, check=check)
            return
        if kind is FieldKind.BOOLEAN:
            reading = read_boolean(raw, declared, missing)
        else:
            reading = read_kind(raw, declared, kind, missing)
        code = "D203" if kind is FieldKind.BOOLEAN else "D201"
        query.add(column.column, reading, code=code, header=column.header, check=check)
        if planned is not None and planned.currency is not None:
            self._currency(query, planned.currency, source)

    def _currency(self, query: PartQuery, column: str, source: Column) -> None:
        headers = Headers(part=query.part)
        if source.currency is not None:
            place = headers.named(source.currency)
            if place is None:
                self.errors.append(not_there(headers, source.currency, "a currency"))
                return
        else:
            place = headers.usual((column, "currency", "currency code", "currency iso code"))
        if place is None:
            return
        raw = query.column(place)
        value = f"upper(trim({read_text(raw, query.declared(place)).value}))"
        query.outputs.append((column, query.hidden(value)))
        query.kinds[column] = "text"

    def _wins(self, one: LeadsPart) -> None:
        wins = self._vocabulary.leads.wins
        if wins is None:
            return
        headers = Headers(part=one.part)
        place = headers.named(wins)
        if place is None:
            if "wins" not in self._vocabulary.leads.optional:
                self.errors.append(not_there(headers, wins, "the row that wins"))
            return
        raw, declared = one.query.column(place), one.query.declared(place)
        if engine_type(declared) in (Engine.INTEGER, Engine.DECIMAL, Engine.FLOAT):
            value = f"CAST({raw} AS DOUBLE)"
        else:
            plain = name(one.part.columns[place])
            writing = find_writing(self._engine, one.part.plain, plain, declared, None)
            time = read_time(raw, declared, writing, card_zone=self._timezone, column_zone=None)
            number = f"TRY_CAST({plain_text(raw, declared)} AS DOUBLE)"
            value = f"coalesce(CAST(epoch_us({time.value}) AS DOUBLE), {number})"
        one.query.outputs.append(("__wins", one.query.hidden(value)))

    def _store(self, one: LeadsPart, table: str) -> None:
        """Copy a part of texts into the engine, or leave typed columns where they are."""
        query = one.query
        if (
            one.part.typed
            and query.cheap
            and not one.part.costly
            and not self._vocabulary.leads.wins
        ):
            self._view(one, table)
            return
        masked = query.select(numbered=True, masked=True)
        self._engine.execute(f"CREATE TABLE {table} AS {masked}")
        self._bad.add_refused(one.part, one.part.refused())
        self._bad.add(one.part, bad_rows_query(f"FROM {table}", query.checks))
        one.relation = f"(SELECT * EXCLUDE ({MASK}) FROM {table} WHERE {MASK} = 0)"
        one.table = table

    def _view(self, one: LeadsPart, table: str) -> None:
        query = one.query
        failed = not query.is_clean(self._engine)
        if failed:
            masked = query.select(numbered=True, masked=True)
            self._bad.add(one.part, bad_rows_query(masked, query.checks))
        inner = query.select(numbered=False, masked=failed)
        kept = f"SELECT * EXCLUDE ({MASK}) FROM ({inner}) WHERE {MASK} = 0" if failed else inner
        self._engine.execute(f"CREATE VIEW {table} AS {kept}")
        one.relation = table

    # --- all parts --------------------------------------------------------------------------------

    def _unite(self, leads: Leads, pairs: bool) -> None:
        types: dict[str, str] = {}
        for one in leads.parts:
            for column, _ in one.query.outputs:
                kind = one.query.kinds.get(column, "text")
                same = types.setdefault(column, kind) == kind
                types[column] = kind if same else "text"
        columns = [c for c in types if not c.startswith("__")]
        hidden = [c for c in types if c.startswith("__")]
        branches = [_branch(one, [*columns, *hidden], types) for one in leads.parts]
        self._engine.execute(f"CREATE VIEW leadcard_all_leads AS {' UNION ALL '.join(branches)}")
        source = "leadcard_all_leads"
        ends = "min(lead_id), max(lead_id)" if leads.integer_ids else "NULL, NULL"
        row = self._engine.execute(
            f"SELECT count(*), count(DISTINCT lead_id), {ends} FROM {source}"
        ).fetchone()
        assert row is not None
        leads.id_count = row[1]
        leads.id_range = None if row[2] is None else (row[2], row[3])
        if row[0] != row[1]:
            source = self._one_row_each(leads, [*columns, *hidden], types)
        shown = ", ".join(name(c) for c in columns)
        leads.told_merges = _told_merges(own="__merged" in types, pairs=pairs)
        leads.merged = bool(leads.told_merges)
        tests = ["__merged IS NULL"] if "__merged" in types else []
        tests += [f"lead_id NOT IN (SELECT lead_id FROM {PAIRS})"] if pairs else []
        kept = f" WHERE {' AND '.join(tests)}" if tests else ""
        self._engine.execute(f"CREATE VIEW leads AS SELECT {shown} FROM {source}{kept}")
        count = self._engine.execute("SELECT count(*) FROM leads").fetchone()
        leads.rows = int(count[0]) if count else 0
        leads.types = {c: types[c] for c in columns}
        self._known(leads, pairs)

    def _one_row_each(self, leads: Leads, columns: list[str], types: dict[str, str]) -> str:
        """The table of leads with one row an id: the one that wins, else the first."""
        branches = []
        for number, one in enumerate(leads.parts):
            numbered = f"(SELECT {number} AS __part, * FROM {self._numbered(one)})"
            extra = ["__part", ROW, FILE]
            branches.append(_branch(one, columns, types, relation=numbered, extra=extra))
        wins = "__wins" in columns
        order = "__wins DESC NULLS LAST, __part DESC, __row DESC" if wins else "__part, __row"
        self._engine.execute(
            "CREATE TABLE leadcard_leads_once AS SELECT *, row_number() OVER"
            f" (PARTITION BY lead_id ORDER BY {order}) AS __place"
            f" FROM ({' UNION ALL '.join(branches)})"
        )
        if not wins:
            for number, one in enumerate(leads.parts):
                header = next(c.header for c in one.columns if c.column == "lead_id")
                self._bad.add(
                    one.part,
                    f"SELECT {FILE} AS file, {ROW} AS number, 'D205' AS code,"
                    f" {text(header)} AS header FROM leadcard_leads_once"
                    f" WHERE __place > 1 AND __part = {number}",
                )
        return "(FROM leadcard_leads_once WHERE __place = 1)"

    def _numbered(self, one: LeadsPart) -> str:
        if one.table is not None:
            return one.relation
        masked = one.query.select(numbered=True, masked=True)
        return f"(SELECT * EXCLUDE ({MASK}) FROM ({masked}) WHERE {MASK} = 0)"

    def _known(self, leads: Leads, pairs: bool) -> None:
        """The relation of all ids that the leads hold, those of rows left out too."""
        branches = [f"SELECT lead_id FROM {PAIRS}"] if pairs else []
        narrowed = pairs or any(one.query.filters for one in leads.parts)
        for one in leads.parts:
            alias = dict(one.query.outputs)["lead_id"]
            if one.table is not None and not one.query.filters:
                branches.append(f"SELECT lead_id FROM {one.table}")
            else:
                rows = one.query.values_query(numbered=False, narrowed=False)
                branches.append(f"SELECT {alias} AS lead_id FROM ({rows})")
        known = " UNION ALL ".join(branches)
        self._engine.execute(f"CREATE VIEW leadcard_known_leads AS {known}")
        if leads.integer_ids and (narrowed or self._bad.total):  # rows left out have ids too
            row = self._engine.execute(
                "SELECT min(lead_id), max(lead_id), count(DISTINCT lead_id)"
                " FROM leadcard_known_leads"
            ).fetchone()
            assert row is not None
            leads.id_range = None if row[0] is None else (row[0], row[1])
            leads.id_count = row[2]


def _named(column: str, *, may_lack: bool) -> Column:
    return Column(aka=(column,)) if may_lack else Column(name=column)


def _told_merges(*, own: bool, pairs: bool) -> str:
    """A query of the merges that the data tells; blank for none."""
    branches = []
    if own:
        branches.append(
            "SELECT lead_id, CAST(__merged AS VARCHAR) AS master FROM leadcard_all_leads"
            " WHERE __merged IS NOT NULL"
        )
    if pairs:
        branches.append(f"SELECT lead_id, CAST(master AS VARCHAR) AS master FROM {PAIRS}")
    return " UNION ALL ".join(branches)


def _branch(
    one: LeadsPart,
    columns: Sequence[str],
    types: dict[str, str],
    *,
    relation: str | None = None,
    extra: Sequence[str] = (),
) -> str:
    """A part's rows with all columns, in order; as texts where types differ between parts."""
    own = {column for column, _ in one.query.outputs}
    chosen = []
    for column in columns:
        quoted = name(column)
        if column not in own:
            chosen.append(f"NULL AS {quoted}")
        elif types[column] == "text" and one.query.kinds.get(column, "text") != "text":
            chosen.append(f"CAST({quoted} AS VARCHAR) AS {quoted}")
        else:
            chosen.append(quoted)
    return f"SELECT {', '.join([*chosen, *extra])} FROM {relation or one.relation}"


def _recognised(headers: Headers, place: int, word: str, column: str) -> Recognised:
    header = headers.part.headers[place]
    return Recognised(word=word, column=column, header=header, place=place, declared=False)


def _missing(planned: LeadField | None, words: tuple[str, ...]) -> tuple[str, ...]:
    return planned.missing if planned is not None else _text_forms(words)


def _text_forms(words: tuple[str, ...]) -> tuple[str, ...]:
    from leadcard.compiler.text import text_form as form

    return tuple(form(word) for word in words)


def _no_id(headers: Headers) -> Diagnostic:
    return Diagnostic(
        code="D101",
        message=f"no column of `{headers.part.shown}` holds the id of leads;"
        f" it has {headers.seen()}",
        path=headers.part.shown,
        hint="say which one it is in leadcard.yaml: `leads: {id: COLUMN}`",
    )


def writing_note(part: Part, header: str, unit: str | None, order: str | None) -> Diagnostic:
    """What to tell of a column whose way of writing times was found out from its values."""
    if unit is not None:
        units = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
        message = f"`{header}` of `{part.shown}` is read as {units[unit]} since 1970"
        code, hint = "D121", f"say so in leadcard.yaml to be sure: `unit: {unit}`"
    else:
        first = "the day" if order == "dmy" else "the month"
        message = f"`{header}` of `{part.shown}` is read with {first} first, as its values show"
        code, hint = "D122", "write times as `2026-11-21` to be sure"
    return Diagnostic(
        code=code, message=message, path=part.shown, hint=hint, severity=Severity.NOTE
    )


def _address_as_id(part: Part, header: str) -> Diagnostic:
    """What to tell where no column has a usual name of an id, and the address stands for it."""
    return Diagnostic(
        code="D127",
        message=f"no column of `{part.shown}` is named like an id, so `{header}` tells leads apart",
        path=part.shown,
        hint="if another column does, say so in leadcard.yaml: `leads: {id: its name}`",
        severity=Severity.NOTE,
    )
