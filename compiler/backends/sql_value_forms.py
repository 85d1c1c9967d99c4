"""The normal forms of a text field, made once for each value and not once for each lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
    alias,
    all_of,
    any_of,
    col,
    equal,
    known,
    name,
    negation,
    one_of,
    select,
)
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_fields import Forms, Named
from leadcard.compiler.backends.sql_forms import text_forms

FORMS = ("name", "text", "words", "same", "trimmed")


@dataclass(slots=True, kw_only=True)
class ValueForms:
    """Builds the queries on the values of one field.

    `of` gives the names of derived columns and queries; `made` are the forms that are asked for,
    `lists` the columns that say whether a value is in a list, or below a domain of it.
    """

    build: Build
    plan: p.Plan
    facts: Facts
    forms: Forms
    field: p.LeadField
    of: Named
    made: set[str]
    lists: Mapping[tuple[str, bool], str]
    _joined: list[tuple[str, Node]] = made_by(default_factory=list, init=False)

    def steps(self) -> Iterator[Step]:
        """The queries, the last of them with one row a value."""
        column = self.field.column
        yield Step(name=self._name("values"), query=self._distinct(), said=f"each `{column}` once")
        if self.build.dialect.patterns is not None:
            yield self._last(self._names(self._name("values")).subquery("named", copy=False))
            return
        said = f"`{column}` folded, and without `-`, `_` and runs of blanks"
        query, before = self._names(self._name("values")), self._name("names")
        yield Step(name=before, query=query, said=said, kept=True)
        for place, head in enumerate(self.forms.heads(self._most_labels()), start=1):
            query = select(exp.Star(), alias(head, f"head_{place}")).from_(before, copy=False)
            before = f"{self._name('heads')}_{place}"
            said = "without one more label at the end"
            yield Step(name=before, query=query, said=said, kept=True)
        yield self._last(exp.to_table(before))

    def _name(self, part: str) -> str:
        return self.of(part).name

    def _distinct(self) -> exp.Select:
        """The distinct values."""
        query = self.build.each_once(self.of("said"), "value").from_("lead_rows", copy=False)
        return query.where(known(self.of("said")), copy=False)

    def _names(self, values: str) -> exp.Select:
        """Values folded and in name form."""
        folded = select(col("value"), alias(self.forms.fold(col("value")), "folded"))
        folded = folded.from_(values, copy=False)
        named = alias(self.forms.name_form(col("folded")), "name")
        return select(exp.Star(), named).from_(
            folded.subquery("folded_values", copy=False), copy=False
        )

    def _last(self, rows: exp.Expression) -> Step:
        """The normal forms of each value that says anything."""
        rows = self._nearly_folded(rows) if "same" in self.made else rows
        columns: list[Node] = [col("value")]
        for form in FORMS:
            if form in self.made:
                columns.append(alias(self._form(form), self._name(form)))
        for (listed, subdomains), said_so in self.lists.items():
            columns.append(alias(self._in_list(listed, subdomains=subdomains), said_so))
        there = [self.forms.says_anything(col("value"), col("name"))]
        missing = self.field.missing
        if missing:
            there.append(negation(one_of(self._form("text"), self.build.texts(missing))))
        query = select(*columns).from_(rows, copy=False).where(all_of(there), copy=False)
        for place, (listed, text) in enumerate(self._joined, start=1):
            self._join(query, f"list_{place}", listed, text)
        said = f"normal forms of `{self.field.column}`"
        return Step(name=self._name("forms"), query=query, said=said, kept=True)

    def _form(self, form: str) -> Node:
        forms = self.forms
        match form:
            case "name":
                return col("name")
            case "text":
                return forms.text_form(col("folded"))
            case "words":
                return forms.word_form(col("folded"))
            case "trimmed":
                return forms.trimmed(col("value"))
            case _:
                whole, before = text_forms(self.build, whole_table=True), self._before_same()
                return whole.name_form(whole.folding()[-1](col(before)))

    def _before_same(self) -> str:
        """The column from which the last change makes a value wholly folded."""
        changes = len(text_forms(self.build, whole_table=True).folding())
        return f"folded_{changes - 1}" if changes > 1 else "value"

    def _nearly_folded(self, rows: exp.Expression) -> exp.Expression:
        """The rows with a column for each change by which values are wholly folded but the last."""
        given = "value"
        for place, change in enumerate(text_forms(self.build, whole_table=True).folding()[:-1], 1):
            folded = select(exp.Star(), alias(change(col(given)), f"folded_{place}"))
            folded = folded.from_(rows, copy=False)
            rows, given = folded.subquery("nearly_folded", copy=False), f"folded_{place}"
        return rows

    # --- lists ------------------------------------------------------------------------------------

    def _entries(self, listed: str) -> tuple[str, ...]:
        return next(each.entries for each in self.plan.lists if each.name == listed)

    def _counts(self, listed: str) -> list[int]:
        """How many labels the domains of a list have."""
        return sorted({entry.count(".") + 1 for entry in self._entries(listed)})

    def _most_labels(self) -> int:
        return max(
            (n for (name, below) in self.lists if below for n in self._counts(name)), default=0
        )

    def _in_list(self, listed: str, *, subdomains: bool) -> Node:
        if not subdomains:
            return self._stands_in(listed, col("name"))
        suffixes = [
            self._stands_in(listed, self.forms.last_labels(col("name"), n))
            for n in self._counts(listed)
        ]
        return any_of([self._stands_in(listed, col("name")), *suffixes])

    def _stands_in(self, listed: str, form: Node) -> Node:
        """Whether a form is an entry of a list, which is searched or joined."""
        if self.build.dialect.lists_joined:
            self._joined.append((listed, form))
            return known(col("entry", f"list_{len(self._joined)}"))
        return exp.In(this=form, query=self._entry_rows(listed).subquery(copy=False))

    def _entry_rows(self, listed: str) -> exp.Select:
        lists, value = self.build.read(name("list")), self.build.read(name("value"))
        query = select(value).from_(exp.to_table(self.facts.lists), copy=False)
        return query.where(equal(lists, self.build.text(listed)), copy=False)

    def _join(self, query: exp.Select, said: str, listed: str, form: Node) -> None:
        """Join the entries of a list, each once, to the forms that are one of them."""
        rows = self._entry_rows(listed)
        value = rows.expressions[0].copy()
        rows.set("expressions", [alias(value, "entry")])
        entries = rows.group_by(value.copy(), copy=False).subquery(said, copy=False)
        on = equal(col("entry", said), form.copy())
        query.join(entries, on=on, join_type="left", copy=False)
