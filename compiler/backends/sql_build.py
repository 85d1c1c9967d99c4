"""Small pieces from which statements are built: sqlglot expressions and nothing else.

Texts that come from cards or data (constants, column names, comments) pass through `text`, `name`
and `comment` only. No piece copies its parts: an expression that is used twice is built twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Final, cast

from sqlglot import exp, parse_one

from leadcard.compiler.backends.dialect import Dialect, Numbers, Patterns, Spelling
from leadcard.compiler.backends.sql_facts import Unsupported

Node = exp.Expression
_CHUNK: Final = 32
_FEW: Final = 3  # so many replacements are easier to read than an exchange of letters
_MORE: Final = 12  # and so many are quicker, where letters are exchanged one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One named query of a statement, and what it says."""

    name: str
    query: exp.Select | exp.Union
    said: str
    kept: bool = False  # worth holding, as its columns are used more than once


class Build:
    """Makers of expressions for one dialect; `templated`: no text may mean anything to dbt."""

    def __init__(self, dialect: Dialect, *, templated: bool = False) -> None:
        self.dialect = dialect
        self._templated = templated
        self.breaks_lines = False  # whether some text constant has a line break

    def call(self, operation: str, **holes: Node) -> Node:
        """The dialect's expression for `operation`."""
        fragment = self.dialect.fragments.get(operation)
        if fragment is None:
            raise self._lacking(operation)
        tree = _parsed(fragment, self.dialect.sqlglot).copy()
        if isinstance(tree, exp.Placeholder):
            return holes[tree.name]
        for hole in list(tree.find_all(exp.Placeholder)):
            hole.replace(wrapped(holes[hole.name]))
        return tree

    @property
    def patterns(self) -> Patterns:
        """The classes of characters of a dialect that has regular expressions."""
        if self.dialect.patterns is None:
            raise self._lacking("regular expressions")
        return self.dialect.patterns

    def _lacking(self, operation: str) -> Unsupported:
        name = self.dialect.name
        return Unsupported(None, f"{operation} in {name}", dialect=name)

    def can(self, operation: str) -> bool:
        """Whether the dialect has a fragment for `operation`."""
        return operation in self.dialect.fragments

    def text(self, value: str) -> Node:
        """A text constant; characters that are spelled, and marks of templates, part it."""
        if "\0" in value and not self.dialect.holds_nul:
            raise self._lacking("the character NUL in a text")
        spelled = self._spelled(value)
        self.breaks_lines |= "\n" in value and "\n" not in self.dialect.spelled
        whole = self.dialect.spelling in (Spelling.ESCAPED, Spelling.NUMBERED)
        if whole and any(spelled):
            return self._escaped(value)
        nodes: list[Node] = []
        for is_spelled, places in groupby(range(len(value)), key=spelled.__getitem__):
            run = "".join(value[place] for place in places)
            if is_spelled:
                nodes.extend(self._by_number(run))
            else:
                pieces = self._untemplated(run)
                nodes.extend(exp.Literal.string(piece) for piece in pieces)
        return chain(exp.DPipe, nodes) if nodes else exp.Literal.string("")

    def _spelled(self, value: str) -> list[bool]:
        """Which characters of a text are written by their number.

        For unit tests dbt parts a model into statements, and takes `\\'` for no end of a text.
        """
        marks = self.dialect.spelled
        if not self._templated:
            return [char in marks for char in value]
        ends = marks | {"'"}
        neighbours = zip(value, f"{value[1:]}'", strict=False)
        return [char in marks or (char == "\\" and after in ends) for char, after in neighbours]

    def length_of(self, value: str) -> Node:
        """How long the database finds a text."""
        return number(len(value.encode("utf-16-le")) // 2 if self.dialect.utf16 else len(value))

    def _by_number(self, run: str) -> list[Node]:
        """Characters by their numbers."""
        if self.dialect.spelling is Spelling.BYTES:
            return [self.call("bytes", x=exp.Literal.string(run.encode().hex().upper()))]
        if self.dialect.spelling is Spelling.RUNS:
            return [exp.Anonymous(this="CHAR", expressions=[number(ord(char)) for char in run])]
        return [self.call("character", x=number(ord(char))) for char in run]

    def _escaped(self, value: str) -> Node:
        """A whole text with the code points of some characters."""
        marks = self.dialect.spelled | {"\\"} | (set("{}%#") if self._templated else set())
        mark = "\\u" if self.dialect.spelling is Spelling.NUMBERED else "\\"
        return exp.UnicodeString(
            this="".join(f"{mark}{ord(char):04X}" if char in marks else char for char in value)
        )

    def _untemplated(self, value: str) -> list[str]:
        if not self._templated:
            return [value]
        pieces, start = [], 0
        for i in range(1, len(value)):
            if value[i - 1 : i + 1] in _TEMPLATE_MARKS:
                pieces.append(value[start:i])
                start = i
        return [*pieces, value[start:]]

    def number(self, value: Decimal) -> Node:
        """A number of a field, to six places, as the dialect holds such numbers."""
        if self.dialect.numbers is Numbers.DECIMAL:
            if self.can("decimal"):
                return self.call("decimal", x=exp.Literal.string(format(value, "f")))
            literal: Node = exp.Literal.number(format(abs(value), "f"))
            return exp.Neg(this=literal) if value < 0 else literal
        millionths = int(value.scaleb(6))
        shown = millionths if millionths >= 0 else 10**26 - 1 + millionths
        digits = f"{shown:026d}"
        sign = "-" if millionths < 0 else ""
        return exp.Literal.string(f"{sign}{digits[:-6]}.{digits[-6:]}")

    def replaced(self, node: Node, given: Node, by: Node) -> Node:
        """`node` with one text in place of another, wherever it stands."""
        return self.call("replace", x=node, y=given, z=by)

    def exchanged(self, node: Node, given: str, by: str) -> Node:
        """`node` with each character of `given` exchanged for the one at its place in `by`."""
        if len(given) <= (_FEW if self.can("translate") else _MORE):
            for old, new in zip(given, by, strict=True):
                node = self.replaced(node, self.text(old), self.text(new))
            return node
        operation = "translate" if self.can("translate") else "exchange"
        if self.can(operation):
            return self.call(operation, x=node, y=self.text(given), z=self.text(by))
        if self.can("replace any") and len(set(by)) == 1:
            return self._replaced_by_one(node, given, by[0])
        for old, new in zip(given, by, strict=True):
            node = self.replaced(node, self.text(old), self.text(new))
        return node

    def _replaced_by_one(self, node: Node, given: str, by: str) -> Node:
        """`node` with `by` for any of some characters; what means something in brackets, alone."""
        for char in filter(_BRACKET_MARKS.__contains__, given):
            node = self.replaced(node, self.text(char), self.text(by))
        plain = "".join(char for char in given if char not in _BRACKET_MARKS)
        return self.call("replace any", x=node, y=self.text(f"[{plain}]"), z=self.text(by))

    def read(self, column: exp.Column) -> Node:
        """A column of text of a table that is not ours, to be compared by code points."""
        return self.call("text column", x=column) if self.can("text column") else column

    def taken(self, column: exp.Column) -> Node:
        """The same as a column of a query, under its own name."""
        made = self.read(column)
        return made if made is column else alias(made, column.name, quoted=True)

    def spell(self, statement: Node) -> None:
        """Write `|` and `&` as functions where they are no signs, and counts with a sign."""
        if self.can("signed"):
            counts: list[Node] = list(statement.find_all(exp.Count, exp.Sum))
            for counted in counts:
                made = counted.parent if isinstance(counted.parent, exp.Window) else counted
                made.replace(self.call("signed", x=made.copy()))
        for kind, operation in ((exp.BitwiseOr, "bits or"), (exp.BitwiseAnd, "bits and")):
            if self.can(operation):
                # What stands inside others comes later, and is spelled before them.
                for found in reversed(list(statement.find_all(kind))):
                    found.replace(self.call(operation, x=found.this, y=found.expression))

    def any_bits(self, node: Node, count: int) -> Node:
        """The bits that any row of a group has, of the lowest `count`."""
        if self.can("any bits"):
            return self.call("any bits", x=node)
        found = [self.call("any bit", x=node.copy(), y=number(1 << i)) for i in range(count)]
        return chain(exp.BitwiseOr, found)

    def texts(self, values: Iterable[str]) -> list[Node]:
        """Text constants."""
        return [self.text(value) for value in values]

    def each_once(self, value: Node, said: str) -> exp.Select:
        """A query of the distinct values of an expression, whose table is still to be named.

        Not a DISTINCT: optimizers move later filters below it, and with them their work to every
        row. An aggregate's result they cannot look through.
        """
        any_value = alias(self.call("any value", x=value.copy()), said)
        return select(any_value).group_by(value, copy=False)

    def comment(self, node: Node, said: str) -> Node:
        """`node` with a comment beside it, which `said` cannot end."""
        node.add_comments([comment_text(said)])
        return node


_BRACKET_MARKS: Final = frozenset("[]\\^-&")
_TEMPLATE_MARKS: Final = frozenset({"{{", "{%", "{#", "}}", "%}", "#}"})


def comment_text(said: str) -> str:
    """`said` on one line, without anything that could end a comment or mean something in it."""
    line = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    for mark, apart in (("*/", "* /"), ("/*", "/ *"), ("{", "("), ("}", ")"), ("--", "- -")):
        line = line.replace(mark, apart)
    return line


@lru_cache(maxsize=256)
def _parsed(fragment: str, dialect: str) -> Node:
    select_one = cast(exp.Select, parse_one(f"SELECT {fragment}", read=dialect))
    return cast(Node, select_one.expressions[0])


def name(said: str, table: str | None = None) -> exp.Column:
    """A column whose name comes from outside: always quoted."""
    return exp.column(exp.to_identifier(said, quoted=True), table=table)


def col(said: str, table: str | None = None) -> exp.Column:
    """A column of our own naming."""
    return exp.column(said, table=table)


def number(value: int) -> Node:
    """A whole number."""
    literal: Node = exp.Literal.number(abs(value))
    return exp.Neg(this=literal) if value < 0 else literal


def true() -> Node:
    """The constant true."""
    return exp.Boolean(this=True)


def false() -> Node:
    """The constant false."""
    return exp.Boolean(this=False)


def wrapped(node: Node) -> Node:
    """`node` in parentheses, if it is made of parts."""
    if isinstance(
        node, exp.Binary | exp.Connector | exp.Not | exp.Neg | exp.Is | exp.In | exp.Between
    ):
        return exp.Paren(this=node)
    return node


def chain(kind: type[exp.Binary] | type[exp.Connector], parts: Sequence[Node]) -> Node:
    """`a + b + c`; long chains in groups, so that no engine's limit of nesting is met."""
    if len(parts) > _CHUNK:
        size = -(-len(parts) // _CHUNK)
        size = max(size, _CHUNK)
        groups = [parts[i : i + size] for i in range(0, len(parts), size)]
        return chain(kind, [exp.Paren(this=chain(kind, g)) if len(g) > 1 else g[0] for g in groups])
    made = parts[0]
    for part in parts[1:]:
        made = cast(Node, kind(this=made, expression=part))
    return made


def all_of(parts: Sequence[Node]) -> Node:
    """Whether all parts hold; none: true."""
    kept = [p for p in parts if p != true()]
    if any(p == false() for p in kept):
        return false()
    return chain(exp.And, [_inner(p) for p in kept]) if kept else true()


def any_of(parts: Sequence[Node]) -> Node:
    """Whether any part holds; none: false."""
    kept = [p for p in parts if p != false()]
    if any(p == true() for p in kept):
        return true()
    return chain(exp.Or, [_inner(p) for p in kept]) if kept else false()


def _inner(node: Node) -> Node:
    return exp.Paren(this=node) if isinstance(node, exp.Connector) else node


def negation(node: Node) -> Node:
    """Whether `node` does not hold."""
    if isinstance(node, exp.Boolean):
        return exp.Boolean(this=not node.this)
    if isinstance(node, exp.Not):
        return node.this.unnest()  # type: ignore[no-any-return]
    return exp.Not(this=wrapped(node))


def total(parts: Sequence[Node]) -> Node:
    """The sum of the parts; none: 0."""
    return chain(
        exp.Add, [wrapped(p) if isinstance(p, exp.Neg) else p for p in parts] or [number(0)]
    )


def joined(parts: Sequence[Node]) -> Node:
    """Texts one after the other."""
    return chain(exp.DPipe, parts)


def case(whens: Sequence[tuple[Node, Node]], otherwise: Node | None = None) -> Node:
    """The value of the first condition that holds."""
    if not whens:
        return otherwise if otherwise is not None else exp.Null()
    ifs = [exp.If(this=condition, true=value) for condition, value in whens]
    return exp.Case(ifs=ifs, default=otherwise)


def equal(left: Node, right: Node) -> Node:
    """Whether both are equal."""
    return exp.EQ(this=left, expression=right)


def unequal(left: Node, right: Node) -> Node:
    """Whether they differ."""
    return exp.NEQ(this=left, expression=right)


def at_least(left: Node, right: Node) -> Node:
    """Whether `left` is `right` or more."""
    return exp.GTE(this=left, expression=right)


def at_most(left: Node, right: Node) -> Node:
    """Whether `left` is `right` or less."""
    return exp.LTE(this=left, expression=right)


def above(left: Node, right: Node) -> Node:
    """Whether `left` is more than `right`."""
    return exp.GT(this=left, expression=right)


def below(left: Node, right: Node) -> Node:
    """Whether `left` is less than `right`."""
    return exp.LT(this=left, expression=right)


def one_of(node: Node, values: Sequence[Node]) -> Node:
    """Whether `node` is one of `values`."""
    if not values:
        return false()
    if len(values) == 1:
        return equal(node, values[0])
    return exp.In(this=node, expressions=list(values))


def known(node: Node) -> Node:
    """Whether `node` is not NULL."""
    return exp.Not(this=exp.Is(this=node, expression=exp.Null()))


def unknown(node: Node) -> Node:
    """Whether `node` is NULL."""
    return exp.Is(this=node, expression=exp.Null())


def or_else(node: Node, otherwise: Node) -> Node:
    """`node`, or `otherwise` where it is NULL."""
    return exp.Coalesce(this=node, expressions=[otherwise])


def surely(node: Node) -> Node:
    """`node` with NULL taken as false: two-valued from here on."""
    return node if isinstance(node, exp.Boolean) else or_else(node, false())


def bits(node: Node, mask: int) -> Node:
    """Whether `node` has any bit of `mask`."""
    both = exp.Paren(this=exp.BitwiseAnd(this=node, expression=number(mask)))
    return exp.NEQ(this=both, expression=number(0))


def least(left: Node, right: Node) -> Node:
    """The smaller one; neither is NULL."""
    return exp.Least(this=left, expressions=[right], ignore_nulls=True)


def greatest(parts: Sequence[Node]) -> Node:
    """The largest one; none is NULL (databases differ there, so sqlglot must not mend it)."""
    if len(parts) == 1:
        return parts[0]
    return exp.Greatest(this=parts[0], expressions=list(parts[1:]), ignore_nulls=True)


def alias(node: Node, said: str, *, quoted: bool = False) -> Node:
    """`node AS said`."""
    return exp.Alias(this=node, alias=exp.to_identifier(said, quoted=quoted))


def name_columns(statement: Node) -> None:
    """Name each column that a query takes from a table as it is called there."""
    for query in statement.find_all(exp.Select):
        for column in query.expressions:
            if isinstance(column, exp.Column) and column.table and not column.is_star:
                named = exp.Alias(this=column.copy(), alias=column.this.copy())
                named.comments, column.comments = column.comments, None
                column.replace(named)


def select(*columns: Node) -> exp.Select:
    """A query of `columns`."""
    return exp.Select(expressions=list(columns))


def clamped(node: Node, low: int | None, high: int | None) -> Node:
    """`node` kept within a range: first the upper end, then the lower."""
    if high is not None:
        node = least(node, number(high))
    if low is not None:
        node = greatest([node, number(low)])
    return node
