"""Values that are surely no values: `manager or higher`, `C*O`, `manager without assistant`."""

from __future__ import annotations

from typing import Final

from leadcard.compiler.scope import Scope
from leadcard.compiler.vocabulary import Field, FieldType
from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp

_CODE: Final = "R138"
_OPEN_ENDED: Final = frozenset(
    {"higher", "above", "up", "upwards", "lower", "below", "better", "greater", "similar", "more"}
    | {"less", "equivalent", "others", "etc", "etc.", "and so on", "...", "…"}
)
_ANYTHING: Final = frozenset({"any", "anything", "something", "everything", "any value"})
_TEXT_OPS: Final = frozenset({FieldOp.CONTAINS, FieldOp.STARTS_WITH, FieldOp.ENDS_WITH})
_CONTRARY: Final = {
    FieldOp.CONTAINS: FieldOp.NOT_CONTAINS,
    FieldOp.STARTS_WITH: FieldOp.NOT_STARTS_WITH,
    FieldOp.ENDS_WITH: FieldOp.NOT_ENDS_WITH,
}


def refuse_odd_value(scope: Scope, field: Field, op: FieldOp, value: ast.Text) -> None:
    """What quotes would make a value of."""
    if value.quoted:
        return
    if value.text in _OPEN_ENDED:
        scope.reject(
            _CODE,
            f"`{value.text}` would have to be a value of `{field.name}` itself",
            value.span,
            hint="a text has no order: name the values one by one, or make a list of them",
        )
    if value.text in _ANYTHING:
        scope.reject(
            _CODE,
            f"`{value.text}` would have to be the value itself",
            value.span,
            hint=f"write `{field.name} is known`",
        )
    if op is FieldOp.IS and field.type is FieldType.DOMAIN and value.text.startswith("."):
        scope.reject(
            _CODE,
            f"`{value.text}` would have to be the whole {field.name}",
            value.span,
            hint=f"write `{field.name} ends with {value.text}`",
        )
    if "; " in value.text:
        plain = value.text.replace("; ", ", ")
        scope.reject(
            _CODE,
            f"`{value.text}` would have to be one value, with its semicolon",
            value.span,
            hint=f"values stand between commas: `{plain}`; one value with it needs quotes",
            fix=scope.replaced(value.span, plain),
        )
    if op is FieldOp.IS and "*" in value.text:
        fix = f"{field.name} matches {value.text}"
        scope.reject(
            _CODE,
            f"`is` compares with `{value.text}` letter by letter",
            value.span,
            hint=f'for a pattern write `{fix}`, or quote the value: "{value.text}"',
        )
    before, without, after = value.text.partition(" without ")
    if op in _TEXT_OPS and without and before and after:
        plain = f"but {_CONTRARY[op].value} {after}"
        scope.reject(
            _CODE,
            f"`{value.text}` would have to stand there word for word",
            value.span,
            hint=f'write `{before} {plain}`, or quote the value: "{value.text}"',
            fix=scope.replaced(value.span, f"{before} {plain}"),
        )
