"""The leads' side of a statement: which rows take part, and what their fields say.

`lead_rows` holds the leads that get a row, with numbers, instants and booleans already read. For each text
field that is compared, a query over its distinct values makes the normal forms once a value, not once a
lead, and `lead_values` joins them back. After that every test is a short comparison that is true or false.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
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
    name,
    negation,
    number,
    one_of,
    or_else,
    select,
    surely,
    true,
    unequal,
    unknown,
)
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_text import TextForms
from leadcard.compiler.backends.sql_zone import local_midnight
from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS

_FURTHEST = Decimal(10) ** 20
_ENDLESS = "99999999999999999999.999999"


@dataclass(slots=True, kw_only=True)
class FieldColumns:
    """Which derived columns of one field are needed."""

    forms: set[str] = field(default_factory=set)  # name, text, words, same, domain_2 …
    lists: dict[tuple[str, bool], str] = field(default_factory=dict)


class Leads:
    """Builds the queries on leads, and the tests on their fields."""

    def __init__(self, build: Build, plan: p.Plan, facts: Facts, forms: TextForms) -> None:
        self._b = build
        self._plan = plan
        self._facts = facts
        self._forms = forms
        self._fields = {f.column: f for f in plan.fields}
        self._taken = set(self._fields) | {"lead_id", "value"}
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
                return surely(equal(self._comparable(test.field), self._comparable(test.other)))
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
            parts.append(_beyond(low, bounds.low, open_=bounds.low_open, up=True))
        if bounds.high is not None:
            parts.append(_beyond(high, bounds.high, open_=bounds.high_open, up=False))
        return all_of(parts)

    def _money(self, test: p.MoneyInRange) -> Node:
        currency = self._fields[test.field].currency
        if currency is None or not test.by_currency:
            return self._within(test.field, test.base)
        code = col(self._named(test.field, "currency"))
        whens = [(equal(code.copy(), self._b.text("")), self._within(test.field, test.base))]
        for said, bounds in test.by_currency:
            whens.append((equal(code.copy(), self._b.text(said)), self._within(test.field, bounds)))
        return case(whens)

    def _ends(self, column: str) -> tuple[Node, Node]:
        if self._is_pair(column):
            return col(self._named(column, "low")), col(self._named(column, "high"))
        return self._value(column), self._value(column)

    def _is_pair(self, column: str) -> bool:
        """Whether the column may hold texts such as `51-200`."""
        return self._facts.types.get(column) in (None, "text")

    def _listed(self, test: p.InList) -> Node:
        needs = self._need(test.field)
        key = (test.list, test.subdomains)
        if key not in needs.lists:
            needs.lists[key] = self._named(test.field, f"in_list_{len(needs.lists) + 1}")
        return col(needs.lists[key])

    def _comparable(self, column: str) -> Node:
        match self._fields[column].kind:
            case p.FieldKind.TEXT:
                return self._form(column, "same")
            case p.FieldKind.NUMBER | p.FieldKind.TIME | p.FieldKind.BOOLEAN:
                return self._value(column)

    def _value(self, column: str) -> Node:
        """The value as it is tested: NULL where it is missing or cannot be read."""
        lead_field = self._fields[column]
        if lead_field.kind is p.FieldKind.TEXT:
            return self._form(column, "name")
        if lead_field.kind is p.FieldKind.NUMBER and self._is_pair(column):
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
            plain = column if column.isascii() and column.isidentifier() else "field"
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
        yield Step(name="lead_rows", query=self._rows(), said="leads that are known at that moment")
        texts = [c for c in self._needs if self._is_text(c) and self._has_forms(c)]
        for column in texts:
            yield Step(
                name=self._named(column, "values"),
                query=self._distinct(column),
                said=f"each `{column}` once",
            )
            said = f"normal forms of `{column}`"
            yield Step(name=self._forms_table(column), query=self._forms_query(column), said=said)
        yield Step(
            name="lead_values",
            query=self._joined(texts),
            said="leads with their fields in comparable form",
        )

    def _is_text(self, column: str) -> bool:
        return self._fields[column].kind is p.FieldKind.TEXT

    def _has_forms(self, column: str) -> bool:
        return bool(self._needs[column].forms or self._needs[column].lists)

    def _forms_table(self, column: str) -> str:
        return self._named(column, "forms")

    def _rows(self) -> exp.Select:
        columns: list[Node] = [col("lead_id", "leads")]
        created: Node = exp.Null()
        for column in self._needs:
            lead_field = self._fields.get(column)
            made = list(self._read(column, lead_field)) if lead_field else []
            if column == "created" and lead_field is None:
                made = [(self._named(column, "value"), self._instant_of(self._raw(column)))]
            if column == "created":
                created = made[0][1].copy()
            columns += [alias(node, said) for said, node in made]
        query = select(*columns).from_(alias_table(self._facts.leads, "leads"), copy=False)
        query = query.join("moment", join_type="cross", copy=False)
        if not isinstance(created, exp.Null):
            seen = any_of([unknown(created), at_most(created.copy(), col("as_of", "moment"))])
            query = query.where(seen, copy=False)
        return query

    def _raw(self, column: str) -> Node:
        return exp.Null() if column in self._facts.absent else name(column, "leads")

    def _read(self, column: str, lead_field: p.LeadField) -> Iterator[tuple[str, Node]]:
        """Columns of `lead_rows` for one field."""
        match lead_field.kind:
            case p.FieldKind.TEXT:
                yield self._named(column, "said"), self._said(lead_field)
            case p.FieldKind.TIME:
                value = self._unless_missing(lead_field, self._time(column))
                yield self._named(column, "value"), value
            case p.FieldKind.BOOLEAN:
                value = self._unless_missing(lead_field, self._boolean(column))
                yield self._named(column, "value"), value
            case p.FieldKind.NUMBER:
                yield from self._numbers(column, lead_field)

    def _said(self, lead_field: p.LeadField) -> Node:
        """The text of a field as it stands; of a domain, what follows the last `@`."""
        b = self._b
        if lead_field.domain_of is None:
            return self._text(lead_field.column)
        address = self._text(lead_field.domain_of)
        if isinstance(address, exp.Null):
            return address
        has_at = b.call("contains", x=address, y=b.text("@"))
        whole = self._fields.get(lead_field.domain_of)
        parts = [has_at]
        odd = [m for m in whole.missing if "@" in m] if whole else []
        if odd:
            form = self._forms.name_form(self._forms.fold(address.copy()))
            parts.append(negation(one_of(form, b.texts(odd))))
        return case([(all_of(parts), b.call("after last at", x=address.copy()))])

    def _text(self, column: str) -> Node:
        raw = self._raw(column)
        if isinstance(raw, exp.Null) or self._facts.types.get(column) == "text":
            return (
                exp.Cast(this=raw, to=exp.DataType.build("text"))
                if isinstance(raw, exp.Null)
                else raw
            )
        return self._b.call("text", x=raw)

    def _unless_missing(self, lead_field: p.LeadField, value: Node) -> Node:
        """`value`, or NULL where the text of the column is one of the field's missing words."""
        typed = self._facts.types.get(lead_field.column) not in (None, "text")
        words = [w for w in lead_field.missing if not typed or any(c.isdigit() for c in w)]
        if not words or isinstance(value, exp.Null):
            return value
        text = self._b.call("text", x=self._raw(lead_field.column))
        form = self._forms.name_form(self._forms.fold(text))
        return case([(one_of(form, self._b.texts(words)), exp.Null())], value)

    # --- reading numbers, times, booleans ----------------------------------------------------------

    def _numbers(self, column: str, lead_field: p.LeadField) -> Iterator[tuple[str, Node]]:
        raw = self._raw(column)
        if isinstance(raw, exp.Null):
            ends = ("low", "high") if self._is_pair(column) else ("value",)
            for end in ends:
                yield self._named(column, end), exp.Cast(this=exp.Null(), to=decimal())
        elif self._is_pair(column):
            low, high = self._pair(column)
            yield self._named(column, "low"), self._unless_missing(lead_field, low)
            yield self._named(column, "high"), self._unless_missing(lead_field, high)
        elif self._facts.types.get(column) == "integer":
            yield self._named(column, "value"), self._unless_missing(lead_field, raw)
        else:
            value = self._b.call("number", x=raw)
            yield self._named(column, "value"), self._unless_missing(lead_field, value)
        if lead_field.currency is not None:
            yield self._named(column, "currency"), self._currency(lead_field.currency)

    def _currency(self, column: str) -> Node:
        raw = self._raw(column)
        if isinstance(raw, exp.Null):
            return self._b.text("")
        folded = self._forms.fold(self._b.call("text", x=raw))
        upper = exp.Upper(this=self._forms.text_form(folded))
        return or_else(upper, self._b.text(""))

    def _pair(self, column: str) -> tuple[Node, Node]:
        """Both ends of a number that may be a text; both NULL where it cannot be read."""
        b, raw = self._b, self._raw(column)
        low, high = self._ends_of_text(b.call("text", x=raw))
        if self._facts.types.get(column) == "text":
            return low, high
        is_text = equal(b.call("type of", x=raw.copy()), b.text("VARCHAR"))
        plain = b.call("number", x=raw.copy())
        return case([(is_text, low)], plain), case([(is_text.copy(), high)], plain.copy())

    def _ends_of_text(self, text: Node) -> tuple[Node, Node]:
        b, blank = self._b, self._b.dialect.blank
        one = rf"[+\-]?[$€£¥₽₩₹]?[0-9][0-9,'{blank}]*(?:\.[0-9]+)?"
        whole = rf"^[{blank}]*({one})(\+|[{blank}]*[\-–][{blank}]*({one}))?[{blank}]*$"

        def group(n: int) -> Node:
            return b.call("group", x=text.copy(), y=b.text(whole), z=number(n))

        def end(n: int) -> Node:
            digits = b.call("replace all", x=group(n), y=b.text(r"[^0-9.\-]"), z=b.text(""))
            return b.call("number", x=digits)

        endless = exp.Cast(this=b.text(_ENDLESS), to=decimal())
        one_end, has_other = end(1), unequal(group(3), b.text(""))
        is_open = equal(group(2), b.text("+"))
        low = case(
            [(all_of([has_other, unknown(end(3))]), exp.Null())],
            case([(all_of([has_other.copy(), below(end(3), end(1))]), end(3))], one_end),
        )
        high = case(
            [
                (unknown(end(1)), exp.Null()),
                (is_open, endless),
                (all_of([has_other.copy(), above(end(3), end(1))]), end(3)),
            ],
            end(1),
        )
        return low, high

    def _time(self, column: str) -> Node:
        raw = self._raw(column)
        if isinstance(raw, exp.Null):
            return exp.Cast(this=raw, to=exp.DataType.build("bigint"))
        return self._instant_of(raw)

    def _instant_of(self, raw: Node) -> Node:
        """An instant as microseconds; a date without time is midnight in the card's timezone."""
        b = self._b
        if isinstance(raw, exp.Null):
            return exp.Cast(this=raw, to=exp.DataType.build("bigint"))
        assert isinstance(raw, exp.Column)
        match self._facts.types.get(raw.name):
            case "time":
                return b.call("microseconds", x=raw)
            case "date":
                local = b.call("day microseconds", x=raw)
                return local_midnight(local, self._plan.timezone)
            case _:
                return self._time_of_text(raw)

    def _time_of_text(self, raw: Node) -> Node:
        """An instant from a column of any type, read as ISO 8601 text."""
        b = self._b
        blank = f"[{b.dialect.blank}]*"
        text = b.call("text", x=raw)
        day = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
        clock = r"[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,6})?)?"
        zone = r"(?:[Zz]|[+\-][0-9]{2}(?::?[0-9]{2})?)"
        trimmed = b.call(
            "group", x=text, y=b.text(f"^{blank}({day}(?:{clock}{zone}?)?){blank}$"), z=number(1)
        )
        only_day = b.call("full match", x=trimmed.copy(), y=b.text(day))
        with_zone = b.call("search", x=trimmed.copy(), y=b.text(f"{clock}{zone}$"))
        naive = exp.DPipe(this=trimmed.copy(), expression=b.text("+00"))
        midnight = b.call("day of text", x=trimmed.copy())
        return case(
            [
                (only_day, local_midnight(midnight, self._plan.timezone)),
                (with_zone, b.call("time of text", x=trimmed.copy())),
            ],
            b.call("time of text", x=naive),
        )

    def _boolean(self, column: str) -> Node:
        raw = self._raw(column)
        if isinstance(raw, exp.Null):
            return exp.Cast(this=raw, to=exp.DataType.build("boolean"))
        if self._facts.types.get(column) == "boolean":
            return raw
        form = self._forms.name_form(self._forms.fold(self._b.call("text", x=raw)))
        return case(
            [
                (one_of(form, self._b.texts(TRUE_WORDS)), true()),
                (one_of(form.copy(), self._b.texts(FALSE_WORDS)), exp.Boolean(this=False)),
            ]
        )

    # --- distinct values ---------------------------------------------------------------------------

    def _distinct(self, column: str) -> exp.Select:
        """The distinct values of a text field."""
        said = col(self._named(column, "said"))
        query = self._b.each_once(said, "value").from_("lead_rows", copy=False)
        return query.where(known(said.copy()), copy=False)

    def _forms_query(self, column: str) -> exp.Select:
        """The normal forms of each value that says anything."""
        needs = self._needs[column]
        named = select(col("value"), alias(self._name_of_value(), "name"))
        named = named.from_(self._named(column, "values"), copy=False)
        made: list[Node] = [col("value")]
        for form in ("name", "text", "words", "same"):
            if form in needs.forms:
                made.append(alias(self._made_form(form), self._named(column, form)))
        for (listed, subdomains), said_so in needs.lists.items():
            made.append(alias(self._in_list(listed, subdomains=subdomains), said_so))
        query = select(*made).from_(named.subquery("named"), copy=False)
        there = [self._forms.says_anything(col("value"), col("name"))]
        missing = self._fields[column].missing
        if missing:
            there.append(negation(one_of(col("name"), self._b.texts(missing))))
        return query.where(all_of(there), copy=False)

    def _name_of_value(self) -> Node:
        return self._forms.name_form(self._forms.fold(col("value")))

    def _made_form(self, form: str) -> Node:
        forms = self._forms
        match form:
            case "name":
                return col("name")
            case "text":
                return forms.text_form(forms.fold(col("value")))
            case "words":
                return forms.word_form(forms.fold(col("value")))
            case _:
                whole = TextForms(self._b, (), whole_table=True)
                return whole.name_form(whole.fold(col("value")))

    def _in_list(self, listed: str, *, subdomains: bool) -> Node:
        entries = next(x.entries for x in self._plan.lists if x.name == listed)
        lists = exp.to_identifier("list", quoted=True)
        value = exp.to_identifier("value", quoted=True)

        def there(form: Node) -> Node:
            query = select(exp.Column(this=value.copy())).from_(
                exp.to_table(self._facts.lists), copy=False
            )
            query = query.where(
                equal(exp.Column(this=lists.copy()), self._b.text(listed)), copy=False
            )
            return exp.In(this=form, query=query.subquery())

        if not subdomains:
            return there(col("name"))
        counts = sorted({entry.count(".") + 1 for entry in entries})
        suffixes = [there(self._forms.last_labels(col("name"), n)) for n in counts]
        return any_of([there(col("name")), *suffixes])

    def _joined(self, texts: list[str]) -> exp.Select:
        """Lead rows with all derived columns."""
        columns: list[Node] = [col("lead_id", "lead_rows")]
        for column in self._needs:
            if self._is_text(column) if column in self._fields else False:
                needs = self._needs[column]
                parts = [
                    self._named(column, f)
                    for f in ("name", "text", "words", "same")
                    if f in needs.forms
                ]
                columns += [
                    col(said, self._forms_table(column)) for said in (*parts, *needs.lists.values())
                ]
            elif column in self._fields or column == "created":
                parts = [s for (c, _), s in self._names.items() if c == column]
                columns += [col(said, "lead_rows") for said in parts]
        query = select(*columns).from_("lead_rows", copy=False)
        for column in texts:
            table = self._forms_table(column)
            said = col(self._named(column, "said"), "lead_rows")
            query = query.join(
                table, on=equal(col("value", table), said), join_type="left", copy=False
            )
        return query


def _beyond(value: Node, bound: Decimal, *, open_: bool, up: bool) -> Node:
    """Whether `value` keeps to a bound; a bound between two representable numbers is moved to one."""
    if abs(bound) >= _FURTHEST:
        return exp.Boolean(this=(bound < 0) is up)
    scaled = Fraction(bound) * 10**6
    if scaled.denominator != 1:
        floor = scaled.numerator // scaled.denominator
        bound, open_ = Decimal(floor + 1 if up else floor) / 10**6, False
    literal: Node = exp.Literal.number(format(abs(bound), "f"))
    if bound < 0:
        literal = exp.Neg(this=literal)
    if up:
        return above(value, literal) if open_ else at_least(value, literal)
    return below(value, literal) if open_ else at_most(value, literal)


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
    return exp.alias_(table, as_, table=True, copy=False)


def decimal() -> exp.DataType:
    """The type of numbers in fields."""
    return exp.DataType.build("decimal(26, 6)")
