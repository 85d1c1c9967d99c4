"""The leads' side of a statement: which rows take part, and what their fields say.

`lead_rows` holds the leads that get a row, with numbers, instants and booleans already read
(`sql_fields`). For each text field that is compared, a query over its distinct values makes the
normal forms once a value, not once a lead, and `lead_values` joins them back. After that every test
is a short comparison that is true or false.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
    above,
    alias,
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    case,
    col,
    equal,
    known,
    negation,
    number,
    select,
    surely,
    unknown,
)
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_fields import Forms, Named, Stage
from leadcard.compiler.backends.sql_forms import field_reading
from leadcard.compiler.backends.sql_value_forms import FORMS, ValueForms
from leadcard.compiler.backends.sql_zone import zone_days

_FURTHEST = Decimal(10) ** 20
_LONGEST = 40  # of a column's name in names that are made from it: databases cut long ones
_KNOWN = "leads that are known at that moment"
_STEPS = (
    "lead_columns",
    "lead_days",
    "lead_bare",
    "lead_pieces",
    "lead_readings",
    "lead_instants",
    "lead_rows",
    "lead_values",
    "zone_days",
)


@dataclass(slots=True, kw_only=True)
class FieldColumns:
    """Which derived columns of one field are needed."""

    forms: set[str] = field(default_factory=set)  # name, text, words, same, domain_2 …
    lists: dict[tuple[str, bool], str] = field(default_factory=dict)


class Leads:
    """Builds the queries on leads, and the tests on their fields."""

    def __init__(self, build: Build, plan: p.Plan, facts: Facts, forms: Forms) -> None:
        self._b = build
        self._plan = plan
        self._facts = facts
        self._forms = forms
        created = p.LeadField(column="created", kind=p.FieldKind.TIME)
        self._fields = {"created": created} | {f.column: f for f in plan.fields}
        self._account = _free("account", self._fields)
        self._fields[self._account] = p.LeadField(
            column="account_id", kind=p.FieldKind.TEXT, missing=plan.account_missing
        )
        self._domain = self._mail_domain()
        self._reading = field_reading(build, plan, facts, forms)
        self._taken = set(self._fields) | {"lead_id", "value", *_STEPS}
        self._names: dict[tuple[str, str], str] = {}
        self._needs: dict[str, FieldColumns] = {}

    # --- tests ------------------------------------------------------------------------------------

    def test(self, test: p.FieldTest) -> Node:
        """A test on a field, over `lead_values`; never NULL."""
        b, forms = self._b, self._forms
        match test:
            case p.Known():
                return known(self._value(test.field))
            case p.Equals():
                return surely(forms.is_one_of(self._form(test.field, "name"), test.values))
            case p.InList():
                return surely(self._listed(test))
            case p.InDomains():
                form = self._form(test.field, "name")
                below_it = forms.ends(form, [f".{domain}" for domain in test.domains])
                return surely(any_of([forms.is_one_of(form, test.domains), below_it]))
            case p.Contains():
                words = self._form(test.field, "words")
                return surely(forms.holds(words, [n.text for n in test.needles]))
            case p.StartsWith():
                return surely(forms.starts(self._form(test.field, "text"), test.texts))
            case p.EndsWith():
                return surely(forms.ends(self._form(test.field, "text"), test.texts))
            case p.Matches():
                return surely(forms.meets(self._form(test.field, "name"), test.patterns))
            case p.SameAs():
                return surely(self._same(test.field, test.other))
            case p.InRange():
                return surely(self._within(test.field, test.bounds))
            case p.MoneyInRange():
                return surely(self._money(test))
            case p.InTime():
                return surely(self._in_time(test))
            case p.IsTrue():
                return surely(self._value(test.field))
            case p.IsFalse():
                return surely(negation(self._value(test.field)))
            case _:
                assert_never(test)
        raise AssertionError(b)

    def _mail_domain(self) -> str:
        """The field with the mail domain: the card's own, unless some words of it are missing."""
        for column, known_field in self._fields.items():
            if known_field.domain_of == "email" and not known_field.missing:
                return column
        made = _free("account_domain", self._fields)
        self._fields[made] = p.LeadField(
            column="email_domain", kind=p.FieldKind.TEXT, domain_of="email"
        )
        return made

    def account(self) -> tuple[Node, Node, Node]:
        """The account id, the mail domain, and whether that is personal; NULL where unknown."""
        assert self._plan.personal is not None
        personal = p.InList(field=self._domain, list=self._plan.personal, subdomains=True)
        return (
            self._form(self._account, "trimmed"),
            self._form(self._domain, "same"),
            self._listed(personal),
        )

    def _in_time(self, test: p.InTime) -> Node:
        value = self._value(test.field)
        ends = (
            (at_least, test.from_),
            (above, test.after),
            (at_most, test.until),
            (below, test.before),
        )
        return all_of([way(value.copy(), moment(end)) for way, end in ends if end is not None])

    def _within(self, column: str, bounds: p.Bounds) -> Node:
        low, high = self._ends(column)
        parts: list[Node] = [known(low)]
        if bounds.low is not None:
            parts.append(self._beyond(low, bounds.low, open_=bounds.low_open, up=True))
        if bounds.high is not None:
            parts.append(self._beyond(high, bounds.high, open_=bounds.high_open, up=False))
        return all_of(parts)

    def _beyond(self, value: Node, bound: Decimal, *, open_: bool, up: bool) -> Node:
        """Whether `value` keeps to a bound; one between two numbers we can hold is moved to one."""
        if abs(bound) >= _FURTHEST:
            return exp.Boolean(this=(bound < 0) is up)
        scaled = Fraction(bound) * 10**6
        if scaled.denominator != 1:
            floor = scaled.numerator // scaled.denominator
            bound, open_ = Decimal(floor + 1 if up else floor) / 10**6, False
        limit = self._b.number(bound)
        if up:
            return above(value, limit) if open_ else at_least(value, limit)
        return below(value, limit) if open_ else at_most(value, limit)

    def _money(self, test: p.MoneyInRange) -> Node:
        currency = self._fields[test.field].currency
        if currency is None or not test.by_currency:
            return self._within(test.field, test.base)
        code = col(self._named(test.field, "currency"))
        whens = [(equal(code.copy(), self._b.text("")), self._within(test.field, test.base))]
        for said, bounds in test.by_currency:
            same = equal(code.copy(), self._b.text(said.lower()))
            whens.append((same, self._within(test.field, bounds)))
        return case(whens)

    def _ends(self, column: str) -> tuple[Node, Node]:
        if self._reading.is_pair(column):
            return col(self._named(column, "low")), col(self._named(column, "high"))
        return self._value(column), self._value(column)

    def _listed(self, test: p.InList) -> Node:
        needs = self._need(test.field)
        key = (test.list, test.subdomains)
        if key not in needs.lists:
            needs.lists[key] = self._named(test.field, f"in_list_{len(needs.lists) + 1}")
        return col(needs.lists[key])

    def _same(self, one: str, other: str) -> Node:
        """Whether two fields of one kind are equal: of numbers, both ends."""
        match self._fields[one].kind:
            case p.FieldKind.TEXT:
                return equal(self._form(one, "same"), self._form(other, "same"))
            case p.FieldKind.NUMBER:
                pairs = zip(self._ends(one), self._ends(other), strict=True)
                return all_of([equal(left, right) for left, right in pairs])
            case p.FieldKind.TIME | p.FieldKind.BOOLEAN:
                return equal(self._value(one), self._value(other))

    def _value(self, column: str) -> Node:
        """The value as it is tested: NULL where it is missing or cannot be read."""
        lead_field = self._fields[column]
        if lead_field.kind is p.FieldKind.TEXT:
            return self._form(column, "name")
        if lead_field.kind is p.FieldKind.NUMBER and self._reading.is_pair(column):
            return col(self._named(column, "low"))
        self._need(column)
        return col(self._named(column, "value"))

    def _form(self, column: str, form: str) -> Node:
        self._need(column).forms.add(form)
        return col(self._named(column, form))

    def _need(self, column: str) -> FieldColumns:
        return self._needs.setdefault(column, FieldColumns())

    def _named(self, column: str, part: str) -> str:
        """A name for a derived column, unlike any column of the table."""
        self._need(column)
        if (column, part) not in self._names:
            short = column.isascii() and column.isidentifier() and len(column) <= _LONGEST
            plain = column if short else "field"
            made, n = f"{plain}_{part}", 2
            while made in self._taken:
                made, n = f"{plain}_{part}_{n}", n + 1
            self._taken.add(made)
            self._names[column, part] = made
        return self._names[column, part]

    # --- queries ----------------------------------------------------------------------------------

    def steps(self) -> Iterator[Step]:
        """The queries on leads; after all tests are built."""
        self._need("created")
        yield from self._rows_steps()
        texts = [c for c in self._needs if self._is_text(c) and self._has_forms(c)]
        for column in texts:
            yield from self._value_forms(column).steps()
        yield Step(
            name="lead_values",
            query=self._joined(texts, self._needs),
            said="leads with their fields in comparable form",
            kept=True,
        )

    def _is_text(self, column: str) -> bool:
        return self._fields[column].kind is p.FieldKind.TEXT

    def _has_forms(self, column: str) -> bool:
        return bool(self._needs[column].forms or self._needs[column].lists)

    def _forms_table(self, column: str) -> str:
        return self._named(column, "forms")

    def _rows_steps(self) -> Iterator[Step]:
        """The queries that read the fields of leads; the last of them is `lead_rows`."""
        found = [self._columns_step()]
        if self._in_stages():
            for stage in self._reading.stages():
                found += self._stage_steps(stage, found[-1].name)
        if any(self._reading.has_days(f) for f in self._in_stages()):
            zone = self._plan.timezone
            said = f"offsets of {zone} from UTC by local time, in microseconds"
            yield Step(name="zone_days", query=zone_days(self._b, zone), said=said)
            found.append(self._instants_step(found[-1].name))
        created = self._lead_field("created")
        if self._reading.in_stages(created):
            value = col(self._named("created", "value"))
            query = self._seen(
                select(_all_of(found[-1].name)).from_(found[-1].name, copy=False), value
            )
            found.append(Step(name="", query=query, said=_KNOWN))
        yield from found[:-1]
        yield replace(found[-1], name="lead_rows", kept=True)

    def _columns_step(self) -> Step:
        columns: list[Node] = [self._b.taken(col("lead_id", "leads"))]
        created: Node = exp.Null()
        for column in self._needs:
            for part, node in self._reading.parts(self._lead_field(column)):
                columns.append(alias(node, self._named(column, part)))
                if (column, part) == ("created", "value") and "created" not in self._facts.absent:
                    created = node.copy()
        query = select(*columns).from_(alias_table(self._facts.leads, "leads"), copy=False)
        if isinstance(created, exp.Null):
            return Step(name="lead_columns", query=query, said="leads with the columns that count")
        return Step(name="lead_columns", query=self._seen(query, created), said=_KNOWN)

    def _seen(self, query: exp.Select, created: Node) -> exp.Select:
        """Only leads that were there at that moment."""
        seen = any_of([unknown(created), at_most(created.copy(), col("as_of", "moment"))])
        return query.join("moment", join_type="cross", copy=False).where(seen, copy=False)

    def _in_stages(self) -> list[p.LeadField]:
        """The fields whose numbers or times take more than one stage."""
        return [f for f in map(self._lead_field, self._needs) if self._reading.in_stages(f)]

    def _lead_field(self, column: str) -> p.LeadField:
        """A field of the plan, or `created`, which always counts."""
        return self._fields.get(column) or p.LeadField(column=column, kind=p.FieldKind.TIME)

    def _of(self, lead_field: p.LeadField) -> Named:
        """The derived columns of a field, by their parts."""
        return lambda part: col(self._named(lead_field.column, part))

    def _stage_steps(self, stage: Stage, before: str) -> Iterator[Step]:
        """The query of a stage, unless it adds nothing."""
        columns: list[Node] = [exp.Star()]
        for lead_field in self._in_stages():
            for part, node in stage.columns(lead_field, self._of(lead_field)):
                columns.append(alias(node, self._named(lead_field.column, part)))
        if len(columns) > 1:
            query = select(*columns).from_(before, copy=False)
            yield Step(name=stage.name, query=query, said=stage.said, kept=True)

    def _instants_step(self, before: str) -> Step:
        """Days with the offsets that their timezone has then."""
        query = select(_all_of(before)).from_(before, copy=False)
        for lead_field in self._in_stages():
            if not self._reading.has_days(lead_field):
                continue
            of, zone = self._of(lead_field), self._named(lead_field.column, "zone")
            value = self._reading.instant_of_day(lead_field, of, zone)
            query = query.select(alias(value, self._named(lead_field.column, "value")), copy=False)
            days = exp.alias_(exp.to_table("zone_days"), zone, table=True)
            on = equal(col("year", zone), of("year"))
            query = query.join(days, on=on, join_type="left", copy=False)
        said = "days without a clock begin at midnight of the card's timezone"
        return Step(name="lead_instants", query=query, said=said)

    # --- forms ------------------------------------------------------------------------------------

    def _value_forms(self, column: str) -> ValueForms:
        lead_field, needs = self._fields[column], self._needs[column]
        return ValueForms(
            build=self._b,
            plan=self._plan,
            facts=self._facts,
            forms=self._forms,
            field=lead_field,
            of=lambda part: col(self._named(column, part)),
            made=needs.forms,
            lists=needs.lists,
        )

    def account_values(self) -> exp.Select:
        """Lead rows with the columns of `account()` only."""
        texts = [self._account, self._domain]
        return self._joined(texts, texts)

    def _joined(self, texts: list[str], fields: Iterable[str]) -> exp.Select:
        """Lead rows with the derived columns of some fields, of which some are texts."""
        rows = "lead_rows"
        columns: list[Node] = [col("lead_id", rows)]
        for column in fields:
            columns += self._derived(column, rows)
        query = select(*columns).from_(rows, copy=False)
        for column in texts:
            table = self._forms_table(column)
            said = col(self._named(column, "said"), rows)
            query = query.join(
                table, on=equal(col("value", table), said), join_type="left", copy=False
            )
        return query

    def _derived(self, column: str, rows: str) -> list[Node]:
        """The columns of one field that tests look at."""
        lead_field = self._lead_field(column)
        if lead_field.kind is p.FieldKind.TEXT:
            needs = self._needs[column]
            forms = [f for f in FORMS if f in needs.forms]
            found = [*(self._named(column, f) for f in forms), *needs.lists.values()]
            return [col(said, self._forms_table(column)) for said in found]
        columns: list[Node] = []
        if lead_field.kind is p.FieldKind.NUMBER and self._reading.is_pair(column):
            one, other = (col(self._named(column, part), rows) for part in ("one", "other"))
            low, high = self._reading.ordered(one, other)
            columns.append(alias(low, self._named(column, "low")))
            columns.append(alias(high, self._named(column, "high")))
        else:
            columns.append(col(self._named(column, "value"), rows))
        if lead_field.currency is not None:
            columns.append(col(self._named(column, "currency"), rows))
        return columns


def _all_of(table: str) -> Node:
    """All columns of one of several tables."""
    return exp.Column(this=exp.Star(), table=exp.to_identifier(table))


def _free(wanted: str, taken: Mapping[str, object]) -> str:
    """A name that no field has."""
    return wanted if wanted not in taken else _free(f"{wanted}_", taken)


def moment(instant: p.Instant) -> Node:
    """An instant of the plan as microseconds, from the one place that says as_of."""
    if instant.absolute is not None:
        return number(instant.absolute)
    as_of = col("as_of", "moment")
    if instant.offset == 0:
        return as_of
    kind = exp.Add if instant.offset > 0 else exp.Sub
    return kind(this=as_of, expression=number(abs(instant.offset)))


def alias_table(said: str, as_: str) -> exp.Table:
    """A table by the name that the caller gives, which may have parts."""
    table = exp.to_table(said)
    for part in table.parts:
        part.set("quoted", True)
    table.set("alias", exp.TableAlias(this=exp.to_identifier(as_)))
    return table
