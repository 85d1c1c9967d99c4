"""Rows of one source of the vocabulary: its table, joined tables, and which rows count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.dbt_tables import References, column_node
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    alias,
    all_of,
    any_of,
    case,
    equal,
    negation,
    one_of,
    select,
    surely,
    unequal,
    unknown,
)
from leadcard.compiler.backends.sql_facts import Unsupported
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Column, Conditions, Join, Unless

_TRUE: Final = ("true", "t", "yes", "y", "1")
_FALSE: Final = ("false", "f", "no", "n", "0")
_OWN: Final = "source"


class Rows:
    """A source's rows: `column` reads them, `query` selects from them."""

    def __init__(
        self,
        build: Build,
        references: References,
        source: str,
        joins: Sequence[tuple[Join, str]],
    ) -> None:
        self._b, self._references, self._source = build, references, source
        self._joins = {name_form(join.name): (join, reference) for join, reference in joins}
        self._pivots: dict[str, dict[str, str]] = {}
        self._used: dict[str, None] = {}

    # --- columns ----------------------------------------------------------------------------------

    def column(self, name: str) -> Node:
        """A column by its name in leadcard.yaml; `company.industry` is one of a joined table."""
        if "." not in name:
            return column_node(name, _OWN)
        first, rest = name.split(".", 1)
        found = self._joins.get(name_form(first))
        if found is None or "." in rest:
            raise Unsupported(None, f"the nested value `{name}` in dbt models")
        join, _ = found
        at = f"joined_{list(self._joins).index(name_form(first)) + 1}"
        self._used[name_form(first)] = None
        if join.pivot is None:
            return column_node(rest, at)
        own = self._pivots.setdefault(name_form(first), {})
        return exp.column(own.setdefault(rest, f"value_{len(own) + 1}"), table=at)

    def text(self, name: str) -> Node:
        """A column as text."""
        return self._b.call("text", x=self.column(name))

    def filled(self, node: Node) -> Node:
        """A text, or NULL where it is blank."""
        return case([(unequal(self._b.call("trim", x=node.copy()), self._b.text("")), node)])

    def first(self, column: Column | None, usual: str, *, as_text: bool) -> Node:
        """The value of a column, or of the first of those to take where it is empty."""
        name = (column.name if column is not None else None) or usual
        others = column.other if column is not None else ()
        if not others:
            return self.text(name) if as_text else self.column(name)
        values = [self.filled(self.text(one)) for one in (name, *others)]
        return exp.Coalesce(this=values[0], expressions=values[1:])

    # --- which rows -------------------------------------------------------------------------------

    def counting(self, where: Conditions, without: Sequence[Unless]) -> list[Node]:
        """The conditions on rows."""
        tests = [self._meets(self.column, name, wanted) for name, wanted in where]
        left_out = [self._meets(self.column, one.column, one.wanted) for one in without]
        return [*tests, *(negation(surely(exp.Paren(this=test))) for test in left_out)]

    def _meets(self, of: Callable[[str], Node], name: str, wanted: object) -> Node:
        options = wanted if isinstance(wanted, tuple) else (wanted,)
        return any_of([self._is(lambda: of(name), option) for option in options])

    def _is(self, value: Callable[[], Node], wanted: object) -> Node:
        """Whether a value is what leadcard.yaml says, whatever type it has."""
        text = self._b.call("text", x=value())
        match wanted:
            case None:
                return any_of([unknown(value()), equal(text, self._b.text(""))])
            case bool():
                words = self._b.texts(_TRUE if wanted else _FALSE)
                return one_of(exp.Lower(this=text), words)
            case Decimal() | int():
                plain = format(Decimal(wanted).normalize(), "f")
                return equal(self._b.call("number text", x=value()), self._b.text(plain))
            case _:
                return equal(text, self._b.text(str(wanted)))

    # --- the query --------------------------------------------------------------------------------

    def query(self, columns: Iterable[Node], tests: Sequence[Node]) -> exp.Select:
        """The columns of the rows that meet all tests."""
        for key in reversed(self._joins):  # a table may be joined by the column of one before it
            if key in self._used:
                for here, _ in self._joins[key][0].on:
                    self.column(here)
        table = self._references.table(self._source, _OWN)
        made = select(*columns).from_(table, copy=False)
        for key, (join, reference) in self._joins.items():
            if key in self._used:
                made = self._joined(made, key, join, reference)
        return made.where(all_of(tests), copy=False) if tests else made

    def _joined(self, query: exp.Select, key: str, join: Join, reference: str) -> exp.Select:
        """The query with a joined table beside it."""
        at = f"joined_{list(self._joins).index(key) + 1}"
        b = self._b
        if join.pivot is not None:
            table: Node = self._pivoted(key, join, reference).subquery(at, copy=False)
        else:
            table = self._references.table(reference, at)
        on = [
            equal(self.text(here), b.call("text", x=column_node(there, at)))
            for here, there in join.on
        ]
        if join.pivot is None:
            on += [self._meets(lambda n: column_node(n, at), n, wanted) for n, wanted in join.where]
        return query.join(table, on=all_of(on), join_type="left", copy=False)

    def _pivoted(self, key: str, join: Join, reference: str) -> exp.Select:
        """A table of names and values as a row for each key, a column for each name."""
        assert join.pivot is not None
        b = self._b
        named, held = join.pivot
        keys = [column_node(there, "pairs") for _, there in join.on]
        columns: list[Node] = [k.copy() for k in keys]
        for word, said in self._pivots[key].items():
            is_it = equal(b.call("trim", x=b.call("text", x=column_node(named))), b.text(word))
            value = case([(is_it, b.call("text", x=column_node(held)))])
            columns.append(alias(exp.Max(this=value), said))
        made = select(*columns).from_(self._references.table(reference, "pairs"), copy=False)
        for name, wanted in join.where:
            made = made.where(self._meets(column_node, name, wanted), copy=False)
        return made.group_by(*keys, copy=False)
