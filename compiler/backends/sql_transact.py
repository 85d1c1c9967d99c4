"""The last pass for Transact-SQL, which tells conditions from values and marks its constants.

Conditions are no values there: where one stands as a value it becomes 1 or 0 (or NULL), and where a
value stands as a condition it is compared with 1. Texts beyond ASCII are written N'…', whole
numbers beyond 32 bits are cast lest they become decimals, and `[` means itself where LIKE escapes.
SUBSTRING says how much it takes, reserved names are quoted, and joined texts of the result may be
longer than the 8,000 bytes at which they would be cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from sqlglot import exp

from leadcard.compiler.backends.sql_build import Build, Node, case, equal, negation, number

_CONDITIONS: Final = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Connector, exp.Not, exp.In, exp.Is,
    exp.Like, exp.Between, exp.Exists,
)  # fmt: skip
_LARGEST: Final = 2**31 - 1
_ALL: Final = 1_000_000  # characters: more than any text of ours has
_RESERVED: Final = frozenset({"rule"})  # of the names that we give to columns


def to_transact(build: Build, statement: Node) -> None:
    """Rewrite a statement in its place."""
    for node in _nodes(statement):
        if isinstance(node, exp.Literal):
            _mark(node)
        elif isinstance(node, exp.Escape):
            _escape_brackets(node)
        elif isinstance(node, exp.Substring) and not node.args.get("length"):
            node.set("length", number(_ALL))
        elif isinstance(node, exp.Identifier) and node.name in _RESERVED:
            node.set("quoted", True)
    if build.can("any length"):
        _hold_whole(build, statement)
    for node in reversed(_nodes(statement)):  # what is inside comes first
        if isinstance(node, exp.Paren) or isinstance(node.parent, exp.Escape):
            continue
        condition = _is_condition(node)
        if _stands_as_condition(node):
            if not condition:
                _replace(node, lambda own: equal(own, number(1)))
        elif isinstance(node, exp.Boolean):
            node.replace(number(1 if node.this else 0))
        elif condition:
            short = isinstance(_outside(node).parent, exp.Coalesce)
            _replace(node, _as_number_or_zero if short else _as_number)


def _nodes(statement: Node) -> list[Node]:
    """All nodes, each before those inside."""
    return cast("list[Node]", list(statement.walk(bfs=True)))


def _is_condition(node: Node) -> bool:
    return isinstance(node, _CONDITIONS) or (
        isinstance(node, exp.Escape) and isinstance(node.this, exp.Like)
    )


def _outside(node: Node) -> Node:
    """The node with the parentheses around it."""
    while isinstance(node.parent, exp.Paren):
        node = cast(Node, node.parent)
    return node


def _stands_as_condition(node: Node) -> bool:
    """Whether truth is asked for where the node stands."""
    outer = _outside(node)
    parent = outer.parent
    match parent:
        case exp.Where() | exp.Having() | exp.Connector() | exp.Not():
            return True
        case exp.Join():
            return outer.arg_key == "on"
        case exp.If():
            searched = not (isinstance(parent.parent, exp.Case) and parent.parent.this)
            return outer.arg_key == "this" and searched
        case _:
            return False


def _replace(node: Node, change: Callable[[Node], Node]) -> None:
    node.replace(change(node.copy()))


def _as_number_or_zero(condition: Node) -> Node:
    return case([(condition, number(1))], number(0))


def _as_number(condition: Node) -> Node:
    """1, 0, or NULL where the condition is neither."""
    return case([(condition, number(1)), (negation(condition.copy()), number(0))])


def _mark(literal: exp.Literal) -> None:
    """Texts beyond ASCII and numbers beyond 32 bits say what they are."""
    if literal.is_string:
        if not literal.this.isascii():
            literal.replace(exp.National(this=literal.this))
    elif literal.this.isdigit() and int(literal.this) > _LARGEST:
        kind = "bigint" if int(literal.this) < 2**63 else "decimal(38, 0)"
        literal.replace(exp.Cast(this=literal.copy(), to=exp.DataType.build(kind)))


def _hold_whole(build: Build, statement: Node) -> None:
    """Begin each chain of texts of the result that come and go with a text of any length."""
    for column in statement.expressions:
        for joined in list(column.find_all(exp.DPipe)):
            if isinstance(joined.this, exp.Case):
                joined.set("this", build.call("any length", x=joined.this))


def _escape_brackets(node: exp.Escape) -> None:
    pattern = node.this.args.get("expression") if isinstance(node.this, exp.Like) else None
    for text in pattern.find_all(exp.Literal, exp.National) if pattern is not None else ():
        text.set("this", text.this.replace("[", "!["))
