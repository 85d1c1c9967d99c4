"""Reading what leadcard.yaml says of whole tables: joined tables, merges, and which rows count."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from leadcard.compiler.node_reader import Findings, keys, names, plain_value, text, wrong_kind
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Conditions, Join, Merges, Unless
from leadcard.compiler.yaml_source import Mapping, Node, Scalar
from leadcard.compiler.yaml_source import Sequence as NodeList

_ENDINGS: Final = ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "pq")
_PACKED: Final = (".gz", ".zst")
_JOIN: Final = ("from", "as", "on", "where", "pivot")


def table_name(location: str) -> str:
    """What a table is called whose place is `location`: `company` for `exports/company.csv`, and
    for `crm.company`.
    """
    last = location.replace("\\", "/").rstrip("/").rpartition("/")[2].rpartition(":")[2]
    for ending in _PACKED:
        last = last.removesuffix(ending)
    stem, point, ending = last.rpartition(".")
    return (stem if ending.lower() in _ENDINGS else ending) if point else last


def read_joins(
    found: Findings, node: Node, base: tuple[Join, ...], *, optional: bool
) -> tuple[Join, ...]:
    """`joins`: tables whose columns stand beside those of a source.

    One that has the name of a joined table of the preset changes it; the others are added.
    """
    if isinstance(node, Scalar) and node.is_null:
        return base
    items = node.items if isinstance(node, NodeList) else (node,)
    joins = list(base)
    for item in items:
        parts = keys(found, item, "a joined table", _JOIN, hint="write `- from: companies.csv`")
        read = _join(found, item, parts, joins, optional=optional)
        if read is not None:
            at = next((n for n, one in enumerate(joins) if one.name == read.name), len(joins))
            joins[at : at + 1] = [read]
    return tuple(joins)


def _join(
    found: Findings, node: Node, parts: dict[str, Node], known: list[Join], *, optional: bool
) -> Join | None:
    if not isinstance(node, Mapping):
        return None
    location = text(found, parts["from"], "a file or table to join") if "from" in parts else None
    given = text(found, parts["as"], "a name for the joined table") if "as" in parts else None
    name = given or (table_name(location) if location else None)
    old = next((j for j in known if name and name_form(j.name) == name_form(name)), None)
    if old is None and location is None:
        found.add("V212", "a joined table needs `from`", node.span, hint="add `from: …`")
        return None
    if old is None and "on" not in parts:
        hint = "say which columns are equal: `on: {account_id: id}`"
        found.add("V212", f"the joined table `{name}` needs `on`", node.span, hint=hint)
        return None
    start = old or Join(name=name or "", location=location or "")
    result = replace(start, location=location or start.location, optional=optional)
    if "on" in parts:
        result = replace(result, on=_on(found, parts["on"]))
    if "where" in parts:
        result = replace(result, where=read_where(found, parts["where"]))
    if "pivot" in parts:
        result = replace(result, pivot=_pivot(found, parts["pivot"]))
    return result


def _on(found: Findings, node: Node) -> tuple[tuple[str, str], ...]:
    pairs = []
    for entry in names(found, node, "on", "account_id: id"):
        there = text(found, entry.value, f"the column that `{entry.key.text}` equals")
        if there is not None:
            pairs.append((entry.key.text, there))
    return tuple(pairs)


def _pivot(found: Findings, node: Node) -> tuple[str, str] | None:
    parts = keys(found, node, "`pivot`", ("name", "value"))
    for key in ("name", "value"):
        if key not in parts:
            found.add("V212", f"`pivot` needs `{key}`", node.span, hint=f"add `{key}: …`")
            return None
    name = text(found, parts["name"], "the column of names")
    value = text(found, parts["value"], "the column of values")
    return None if name is None or value is None else (name, value)


def read_merges(
    found: Findings, node: Node, *, optional: bool
) -> tuple[str | None, tuple[Merges, ...]]:
    """`merged into`: a column of the leads, or a table (or several) of merges."""
    if isinstance(node, Scalar):
        return text(found, node, "the column of `merged into`"), ()
    items = node.items if isinstance(node, NodeList) else (node,)
    read = [_merges(found, item, optional=optional) for item in items]
    return None, tuple(one for one in read if one is not None)


def _merges(found: Findings, node: Node, *, optional: bool) -> Merges | None:
    parts = keys(found, node, "`merged into`", ("from", "lead", "into"))
    if not isinstance(node, Mapping):
        return None
    for key in ("from", "lead", "into"):
        if key not in parts:
            found.add("V212", f"a table of merges needs `{key}`", node.span, hint=f"add `{key}: …`")
            return None
    location = text(found, parts["from"], "a file or table of merges")
    lead = text(found, parts["lead"], "the column of the leads that were merged")
    into = text(found, parts["into"], "the column of the lead that is left")
    if location is None or lead is None or into is None:
        return None
    return Merges(location=location, lead=lead, into=into, optional=optional)


def read_where(found: Findings, node: Node) -> Conditions:
    """`where` or `without`: columns with a value, or a list of values."""
    result: list[tuple[str, object]] = []
    for entry in names(found, node, "where", "is_deleted: false"):
        match entry.value:
            case Scalar() as one:
                result.append((entry.key.text, plain_value(one)))
            case NodeList() as several:
                values = tuple(plain_value(v) for v in several.items if isinstance(v, Scalar))
                if len(values) < len(several.items):
                    wrong_kind(found, several, f"a list of plain values of `{entry.key.text}`")
                result.append((entry.key.text, values))
            case Mapping() as other:
                wrong_kind(found, other, f"a value of `{entry.key.text}` (or a list of values)")
    return tuple(result)


def read_without(
    found: Findings, node: Node, base: tuple[Unless, ...], *, optional: bool
) -> tuple[Unless, ...]:
    """`without`: rows that are left out, besides those that the preset leaves out.

    A column of the preset's that stands here again has the new value only.
    """
    own = tuple(
        Unless(column=column, wanted=wanted, optional=optional)
        for column, wanted in read_where(found, node)
    )
    changed = {name_form(one.column) for one in own}
    return (*(one for one in base if name_form(one.column) not in changed), *own)
