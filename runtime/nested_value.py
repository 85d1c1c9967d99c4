"""SQL for what a key means within a nested value: a structure, a map, JSON, or pairs of key and
value.

Analytics exports keep parameters as a list of `{key, value}`, and the value as a structure with one
member for each type (`string_value`, `int_value`, …), of which one is filled.
"""

from __future__ import annotations

from collections.abc import Sequence

from leadcard.runtime.sql_text import text
from leadcard.runtime.value_reading import plain_text

_TYPED_VALUES = ("string_value", "int_value", "float_value", "double_value")


def nested(column: str, declared: str, keys: Sequence[str]) -> str:
    """SQL for the text that `keys`, one within the other, lead to in `column`."""
    if len(keys) == 1 and _is_pairs(declared) and "string_value" in declared:
        return _typed_value(column, declared, keys[0])
    value, rest = _as_json(column, declared, keys)
    for key in rest:
        value = _member(value, key)
    filled = [f"json_extract_string({value}, '/{member}')" for member in _TYPED_VALUES]
    plain = f"json_extract_string({value}, '$')"
    return (
        f"CASE json_type({value}) WHEN 'OBJECT' THEN coalesce({', '.join(filled)}, {plain})"
        f" WHEN 'NULL' THEN NULL ELSE {plain} END"
    )


def _is_pairs(declared: str) -> bool:
    return declared.endswith("[]") and "key" in declared and "value" in declared


def _typed_value(column: str, declared: str, key: str) -> str:
    """The filled member of the value beside `key`, without a detour through JSON."""
    pair = f"[e.value FOR e IN {column} IF e.key = {text(key)}][1]"
    members = [member for member in _TYPED_VALUES if member in declared]
    filled = ", ".join(f"CAST(v.{member} AS VARCHAR)" for member in members)
    return f"[coalesce({filled}) FOR v IN [{pair}]][1]"


def _as_json(column: str, declared: str, keys: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The value as JSON, and the keys that are still to be followed in it."""
    if _is_pairs(declared):
        # Only the wanted pair becomes JSON: a list may be long.
        pair = f"[e.value FOR e IN {column} IF e.key = {text(keys[0])}][1]"
        return f"to_json({pair})", keys[1:]
    if declared.startswith(("STRUCT", "MAP")) or declared.endswith("[]"):
        return f"to_json({column})", keys
    plain = plain_text(column, declared)
    return f"CASE WHEN json_valid({plain}) THEN CAST({plain} AS JSON) END", keys


def _member(value: str, key: str) -> str:
    """The member of an object, or the value beside that key in a list of pairs."""
    pointer = text("/" + key.replace("~", "~0").replace("/", "~1"))
    named = f"json_extract_string(e, '/key') = {text(key)}"
    pairs = f"CAST({value} AS JSON[])"
    paired = f"[json_extract(e, '/value') FOR e IN {pairs} IF {named}][1]"
    return (
        f"CASE json_type({value}) WHEN 'ARRAY' THEN {paired}"
        f" WHEN 'OBJECT' THEN json_extract({value}, {pointer}) END"
    )
