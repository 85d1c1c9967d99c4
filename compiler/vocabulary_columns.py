"""Reading columns and fields of leadcard.yaml: where a value stands, and how it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from leadcard.compiler import countries
from leadcard.compiler.node_reader import (
    Findings,
    closest,
    keys,
    names,
    one_of,
    text,
    texts,
)
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Column, Field, FieldType, plain_column
from leadcard.compiler.yaml_source import Entry, Mapping, Node, Scalar
from leadcard.compiler.yaml_source import Sequence as NodeList
from leadcard.dsl import ast
from leadcard.dsl.diagnostics import Severity
from leadcard.dsl.reserved import reserved_words
from leadcard.dsl.source import Source

UNITS: Final = ("s", "ms", "us")
TYPES: Final = tuple(kind.value for kind in FieldType)
_TYPE_WORDS: Final = {
    "date": "time",
    "datetime": "time",
    "timestamp": "time",
    "integer": "number",
    "int": "number",
    "float": "number",
    "decimal": "number",
    "numeric": "number",
    "string": "text",
    "str": "text",
    "varchar": "text",
    "bool": "boolean",
    "yes no": "boolean",
    "currency": "money",
    "amount": "money",
    "e mail": "email",
}
_UNIT_WORDS: Final = {
    "seconds": "s",
    "second": "s",
    "sec": "s",
    "milliseconds": "ms",
    "millisecond": "ms",
    "microseconds": "us",
    "microsecond": "us",
    "µs": "us",
}
_FIELD_KEYS: Final = (
    "column",
    "else",
    "aka",
    "type",
    "unit",
    "zone",
    "values",
    "missing",
    "currency",
)


def column(found: Findings, node: Node, what: str, allowed: Sequence[str] = ()) -> Column | None:
    """The column that `node` names: a name, a list of possible names, or keys."""
    if isinstance(node, Mapping):
        parts = keys(found, node, what, ("column", "else", *allowed))
        where = _headers(found, parts["column"], what) if "column" in parts else Column()
        return None if where is None else _details(found, parts, where, what)
    return _headers(found, node, what)


def _headers(found: Findings, node: Node, what: str) -> Column | None:
    if isinstance(node, NodeList):
        return Column(aka=tuple(s.text for s in texts(found, node, f"the columns of {what}")))
    name = text(found, node, f"the column of {what}")
    return None if name is None else Column(name=name)


def _details(found: Findings, parts: dict[str, Node], start: Column, what: str) -> Column:
    result = start
    if "aka" in parts:
        more = tuple(s.text for s in texts(found, parts["aka"], f"other names of {what}"))
        result = replace(result, aka=(*result.aka, *more))
    if "else" in parts:
        other = texts(found, parts["else"], f"the columns to take else for {what}")
        result = replace(result, other=tuple(s.text for s in other))
    if "unit" in parts:
        result = replace(result, unit=_unit(found, parts["unit"]))
    if "zone" in parts:
        result = replace(result, zone=zone(found, parts["zone"]))
    if "missing" in parts:
        missing = texts(found, parts["missing"], f"the missing values of {what}", empty=True)
        result = replace(result, missing=tuple(s.text for s in missing))
    if "currency" in parts:
        result = replace(result, currency=_currency(found, parts["currency"]))
    if "constant" in parts:
        result = replace(result, constant=text(found, parts["constant"], f"the value of {what}"))
    return result


def _unit(found: Findings, node: Node) -> str | None:
    if isinstance(node, Scalar) and name_form(node.text) in _UNIT_WORDS:
        return _UNIT_WORDS[name_form(node.text)]
    return one_of(found, node, "a unit of time", UNITS)


def zone(found: Findings, node: Node) -> str | None:
    """The name of a time zone that the time zone database knows."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    name = text(found, node, "a time zone")
    if name is None or not isinstance(node, Scalar):
        return None
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zones = available_timezones()
        by_city = {z.rpartition("/")[2]: z for z in sorted(zones, reverse=True) if "/" in z}
        near = _same_letters(name, zones) or closest(name, zones)
        if near is None:
            city = closest(name.rpartition("/")[2].replace(" ", "_"), by_city)
            near = by_city[city] if city else None
        found.add(
            "V205",
            f"no time zone `{name}`",
            node.span,
            hint=f"did you mean `{near}`?" if near else "write it like `Europe/Berlin` or `UTC`",
            fix=found.line_with(node.span, near) if near else None,
        )
        return None
    return name


def _same_letters(name: str, zones: set[str]) -> str | None:
    form = name_form(name)
    return next((z for z in sorted(zones) if name_form(z) == form), None)


def _currency(found: Findings, node: Node) -> str | None:
    """The column that holds the currency of each row's amount."""
    if isinstance(node, Scalar):
        found.add(
            "V202",
            "the currency of a field is a column of the data",
            node.span,
            hint="the currency of all amounts without one is `base` under `currency`",
            fix=found.line_with(node.span, f"{{column: {node.text}}}"),
        )
        return None
    parts = keys(found, node, "the currency of a field", ("column",))
    return text(found, parts["column"], "the column of currencies") if "column" in parts else None


def field(found: Findings, entry: Entry, base: Field | None, *, declared: bool) -> Field | None:
    """The field that one entry of `fields` describes, on top of the built-in one of that name."""
    name = entry.key.text
    what = f"field `{name}`"
    plain = plain_column(name)
    if not plain:
        found.add("V214", f"`{name}` holds no letter or digit", entry.key.span)
        return None
    if base is None and declared and (said := unusable(name)) is not None:
        found.add(
            "V214",
            f"cards cannot use a field called `{name}`",
            entry.key.span,
            hint=f"{said}; call it otherwise and keep its column: "
            f"`another name: {{column: {_quoted(name)}}}`",
            severity=Severity.WARNING,
        )
    start = base or Field(name=name, column=plain, type=FieldType.TEXT)
    start = replace(start, declared=declared)
    node = entry.value
    if isinstance(node, Scalar) and node.is_null:
        return start
    if not isinstance(node, Mapping):
        return replace(start, source=_headers(found, node, what) or start.source)
    return _field_keys(found, node, what, start)


def unusable(name: str) -> str | None:
    """Why a condition cannot begin with this name; None where it can."""
    from leadcard.dsl.parser import parse_condition

    chain, _ = parse_condition(Source("", f"{name} is known"))
    if chain is not None and not chain.rest and isinstance(chain.first, ast.OpTest):
        read = " ".join(word.text for word in chain.first.subject)
        if name_form(read) == name_form(name):
            return None
    meant = reserved_words()
    words = (*meant.anywhere, *meant.outside_text, "and", "or", "not", "then", "is", "in")
    word = next((w for w in name.split() if w.casefold() in words), None)
    return f"`{word}` means something in cards" if word else "its marks mean something in cards"


def _quoted(name: str) -> str:
    return name if name.replace(" ", "").replace("_", "").isalnum() else f'"{name}"'


def _field_keys(found: Findings, node: Mapping, what: str, start: Field) -> Field:
    parts = keys(found, node, what, _FIELD_KEYS)
    kind = _field_type(found, parts["type"]) if "type" in parts else start.type
    aka = start.aka
    if "aka" in parts:
        own = tuple(s.text for s in texts(found, parts["aka"], f"other names of {what}"))
        aka = (*own, *(a for a in aka if name_form(a) not in {name_form(o) for o in own}))
    values = field_values(found, parts["values"], kind) if "values" in parts else start.values
    where = _headers(found, parts["column"], what) if "column" in parts else None
    details = {key: value for key, value in parts.items() if key not in ("aka", "column")}
    source = _details(found, details, where or start.source or Column(), what)
    _fits(found, parts, kind, what)
    return replace(
        start,
        type=kind,
        aka=aka,
        values=values,
        missing=source.missing or start.missing,
        source=None if source == Column() else source,
    )


def _field_type(found: Findings, node: Node) -> FieldType:
    form = name_form(node.text) if isinstance(node, Scalar) else ""
    if isinstance(node, Scalar) and form in _TYPE_WORDS:
        right = _TYPE_WORDS[form]
        found.add(
            "V204",
            f"`{node.text}` is not a type of field",
            node.span,
            hint=f"write `{right}`",
            fix=found.line_with(node.span, right),
        )
        return FieldType(right)
    word = one_of(found, node, "a type of field", TYPES)
    return FieldType(word) if word else FieldType.TEXT


def _fits(found: Findings, parts: dict[str, Node], kind: FieldType, what: str) -> None:
    """A unit and a zone make sense for times only, a currency for money."""
    needs = {"unit": FieldType.TIME, "zone": FieldType.TIME, "currency": FieldType.MONEY}
    for key, right in needs.items():
        if key in parts and kind is not right:
            found.add(
                "V202",
                f"`{key}` is for fields of type `{right.value}`, and {what} is `{kind.value}`",
                parts[key].span,
                hint=f"add `type: {right.value}`",
            )


def field_values(
    found: Findings, node: Node, kind: FieldType
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Words for cards with the data's spellings of them; of countries, ISO codes with spellings."""
    result: dict[str, tuple[str, ...]] = {}
    seen: dict[str, Scalar] = {}
    for entry in names(found, node, "values", "US: [USA, United States]"):
        word: str | None = entry.key.text
        if kind is FieldType.COUNTRY:
            word = country(found, entry.key)
        spellings = texts(found, entry.value, f"the spellings of `{entry.key.text}`")
        for spelling in spellings:
            first = seen.setdefault(name_form(spelling.text), spelling)
            if first is not spelling:
                message = f"`{spelling.text}` stands for two values"
                found.add("V206", message, spelling.span, first=first.span)
        if word is not None:
            result[word] = (*result.get(word, ()), *(s.text for s in spellings))
    return tuple(result.items())


def country(found: Findings, word: Scalar) -> str | None:
    """The ISO code of the country that is named, or a finding."""
    code = countries.resolve(word.text)
    if code is None:
        found.unknown("V210", "country", word, countries.names())
    return code
