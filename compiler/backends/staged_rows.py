"""Rows of one source of the vocabulary: its table, joined tables, and which rows count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from sqlglot import exp

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
from leadcard.compiler.backends.sql_facts import ColumnType, Unsupported
from leadcard.compiler.backends.staged_tables import Place, Tables
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import TRUTH_OF_NUMBERS, Column, Conditions, Join, Unless
from leadcard.dsl.record import dataclass

_TRUE: Final = ("true", "t", "yes", "y", "1")
_FALSE: Final = ("false", "f", "no", "n", "0")
_OWN: Final = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A column as it is read, and its type; None: not known."""

    node: Node
    kind: ColumnType | None


class Rows:
    """A source's rows: `column` and `values` read them, `query` selects from them.

    Of a `soft` source, which a preset knows, the table and any column may be missing.
    """

    def __init__(
        self, build: Build, tables: Tables, source: str, joins: Sequence[Join], *, soft: bool
    ) -> None:
        self._b, self._tables, self._source, self.soft = build, tables, source, soft
        self._joins = {
            name_form(join.name): join
            for join in joins
            if tables.there(join.location) or not join.optional
        }
        self._pivots: dict[str, dict[str, str]] = {}
        self._used: dict[str, None] = {}

    # --- columns ----------------------------------------------------------------------------------

    def column(self, name: str) -> Node:
        """A column by its name in leadcard.yaml; `company.industry` is one of a joined table, or
        the value of a key within a nested one.
        """
        found = self._value((name,), soft=self.soft)
        return found.node if found is not None else exp.Null()

    def spare(self, name: str) -> Node:
        """A column that may be missing, and is empty then."""
        found = self._value((name,), soft=True)
        return found.node if found is not None else exp.Null()

    def text(self, name: str) -> Node:
        """A column as text."""
        return self._b.call("text", x=self.column(name))

    def filled(self, node: Node) -> Node:
        """A text, or NULL where it is blank."""
        return case([(unequal(self._b.call("trim", x=node.copy()), self._b.text("")), node)])

    def values(
        self, column: Column | None, usual: Sequence[str], *, soft: bool = False
    ) -> list[Value]:
        """The column that is meant, and those to take where it is empty, as far as they are there.

        `usual` are the names to look for where leadcard.yaml says none, or says one that is `soft`.
        """
        said = () if column is None else (column.name,) if column.name else column.aka
        names = (*said, *usual) if soft else said or usual
        soft = soft or self.soft or (column is not None and column.name is None)
        others = column.other if column is not None else ()
        found = [self._value(names, soft=soft)]
        found += [self._value((other,), soft=soft or self._tables.guesses) for other in others]
        return [one for one in found if one is not None]

    def first(
        self, column: Column | None, usual: Sequence[str], *, as_text: bool, soft: bool = False
    ) -> Node:
        """The value of a column, or of the first of those to take where it is empty."""
        found = self.values(column, usual, soft=soft)
        if not found:
            return exp.Cast(this=exp.Null(), to=exp.DataType.build("text"))
        if len(found) == 1 and not (column is not None and column.other):
            return self._b.call("text", x=found[0].node) if as_text else found[0].node
        return self.first_filled(found)

    def first_filled(self, found: Sequence[Value]) -> Node:
        """The first of some values that is not blank, as text."""
        texts = [self.filled(self._b.call("text", x=one.node)) for one in found]
        return exp.Coalesce(this=texts[0], expressions=texts[1:]) if texts[1:] else texts[0]

    def _value(self, names: Sequence[str], *, soft: bool) -> Value | None:
        """The first of some names that is there."""
        places: list[Place] = []
        for said in names:
            first, _, rest = said.partition(".")
            join = self._joins.get(name_form(first))
            if join is None:
                keys = tuple(rest.split(".")) if rest else ()
                places.append(Place(location=self._source, at=_OWN, column=first, keys=keys))
            elif join.pivot is not None:
                self._used[name_form(first)] = None
                return Value(node=self._pivoted_column(name_form(first), rest), kind="text")
            else:
                column, *keys_ = rest.split(".")
                at, soft = self._at(name_form(first)), soft or join.optional
                place = Place(location=join.location, at=at, column=column, keys=tuple(keys_))
                places.append(place)
        found = self._tables.chosen(places, soft=soft)
        if found is None:
            return None
        self._used |= {key: None for key in self._joins if self._at(key) in {p.at for p in places}}
        if not found.keys:
            return Value(node=found.node, kind=found.kind)
        return Value(node=self._nested(found.node, found.keys, names[0]), kind="text")

    def _at(self, key: str) -> str:
        """What a query calls a joined table."""
        return f"joined_{list(self._joins).index(key) + 1}"

    def _pivoted_column(self, key: str, word: str) -> Node:
        own = self._pivots.setdefault(key, {})
        return exp.column(own.setdefault(word, f"value_{len(own) + 1}"), table=self._at(key))

    def _nested(self, node: Node, keys: Sequence[str], said: str) -> Node:
        """What keys, one within the other, lead to in a structure, a map, pairs or JSON."""
        if not self._b.can("json"):
            what = f"the nested value `{said}` in staging models for {self._b.dialect.name}"
            raise Unsupported(None, what, said=said)
        node = self._b.call("json", x=node)
        for key in keys:
            node = self._b.call("json member", x=node, y=self._b.text(key))
        return self._b.call("json text", x=node)

    # --- which rows -------------------------------------------------------------------------------

    def where(self, conditions: Conditions) -> list[Node]:
        """The conditions that rows must meet."""
        return [self._meets(self.column, name, wanted) for name, wanted in conditions]

    def without(self, conditions: Sequence[Unless]) -> list[Node]:
        """The conditions that leave rows out, turned round."""
        found = [
            self._meets(self.spare if one.optional else self.column, one.column, one.wanted)
            for one in conditions
        ]
        return [negation(surely(exp.Paren(this=test))) for test in found]

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
                same = equal(self._b.call("number text", x=value()), self._b.text(plain))
                truth = TRUTH_OF_NUMBERS.get(Decimal(wanted))
                if truth is None:
                    return same
                return any_of([surely(same), equal(exp.Lower(this=text), self._b.text(truth))])
            case _:
                return equal(text, self._b.text(str(wanted)))

    # --- the query --------------------------------------------------------------------------------

    def query(self, columns: Iterable[Node], tests: Sequence[Node]) -> exp.Select:
        """The columns of the rows that meet all tests."""
        for key in reversed(self._joins):  # a table may be joined by the column of one before it
            if key in self._used:
                for here, _ in self._joins[key].on:
                    self.column(here)
        table = self._tables.table(self._source, _OWN, soft=self.soft)
        made = select(*columns).from_(table, copy=False)
        for key, join in self._joins.items():
            if key in self._used:
                made = self._joined(made, key, join)
        return made.where(all_of(tests), copy=False) if tests else made

    def _joined(self, query: exp.Select, key: str, join: Join) -> exp.Select:
        """The query with a joined table beside it."""
        at, b = self._at(key), self._b
        if join.pivot is not None:
            table: Node = self._pivoted(key, join).subquery(at, copy=False)
            on = [
                equal(self._key(here), b.call("text", x=exp.column(f"key_{n}", table=at)))
                for n, (here, _) in enumerate(join.on, start=1)
            ]
            return query.join(table, on=all_of(on), join_type="left", copy=False)
        table = self._tables.table(join.location, at, soft=join.optional)
        on = [
            equal(self._key(here), b.call("text", x=self._of(join, at, there)))
            for here, there in join.on
        ]
        on += [self._meets(lambda n: self._of(join, at, n), n, wanted) for n, wanted in join.where]
        return query.join(table, on=all_of(on), join_type="left", copy=False)

    def _key(self, name: str) -> Node:
        """What a row names one of another table by; blank: none."""
        return self.filled(self.text(name))

    def _of(self, join: Join, at: str, name: str) -> Node:
        """A column of a joined table."""
        place = Place(location=join.location, at=at, column=name)
        found = self._tables.chosen([place], soft=join.optional)
        return found.node if found is not None else exp.Null()

    def _pivoted(self, key: str, join: Join) -> exp.Select:
        """A table of names and values as a row for each key, a column for each name."""
        assert join.pivot is not None
        b, at = self._b, "pairs"
        named, held = join.pivot
        keys = [self._of(join, at, there) for _, there in join.on]
        columns: list[Node] = [alias(k.copy(), f"key_{n}") for n, k in enumerate(keys, start=1)]
        for word, said in self._pivots[key].items():
            text = b.call("trim", x=b.call("text", x=self._of(join, at, named)))
            value = b.call("text", x=self._of(join, at, held))
            columns.append(alias(exp.Max(this=case([(equal(text, b.text(word)), value)])), said))
        table = self._tables.table(join.location, at, soft=join.optional)
        made = select(*columns).from_(table, copy=False)
        for name, wanted in join.where:
            made = made.where(
                self._meets(lambda n: self._of(join, at, n), name, wanted), copy=False
            )
        return made.group_by(*keys, copy=False)
