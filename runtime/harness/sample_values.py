"""Values of sample leads: each checked against its field, and brought into the form of data."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, assert_never

from leadcard.compiler import currencies
from leadcard.compiler.node_reader import closest
from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS, name_form, nfc
from leadcard.compiler.vocabulary import Field, FieldType
from leadcard.compiler.yaml_source import Entry, Mapping, Scalar
from leadcard.dsl.values import SCALES
from leadcard.runtime.harness.sample_nodes import Reading, is_flow, not_a_time, wrong_kind
from leadcard.runtime.harness.samples import FieldValue

UNKNOWN_FIELD: Final = "T107"
BAD_VALUE: Final = "T108"
_ACCOUNT: Final = ("account", "account id")
_SIGNS: Final = r"[$€£¥₽₩₹]"
_DIGITS: Final = r"\d+(?:[,' \u00a0\u202f]\d{3})*(?:\.\d+)?"
_NUMBER: Final = re.compile(
    rf"(?P<sign>[+-]?) ?(?P<before>{_SIGNS}|[A-Za-z]{{3}}(?=[ \d]))? ?(?P<digits>{_DIGITS})"
    rf" ?(?P<scale>k|mio|mn|m|bn|b)?(?P<open>\+)?(?: ?(?P<after>{_SIGNS}|[A-Za-z]{{3}}))?",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(rf"(?P<low>{_DIGITS}) ?[-–] ?(?P<high>{_DIGITS})")
_MINUS: Final = str.maketrans("−–", "--")


def lead_values(reading: Reading, node: Mapping) -> tuple[dict[str, FieldValue], str | None]:
    """The values of a lead by column, and the id of its account."""
    values: dict[str, FieldValue] = {}
    account: str | None = None
    first: dict[str, Entry] = {}
    for entry in node.entries:
        field = reading.vocabulary.field_index.get(name_form(entry.key.text))
        is_account = name_form(entry.key.text) in _account_names(reading)
        column = "account_id" if is_account else field.column if field else ""
        if not column:
            _unknown(reading, node, entry)
            continue
        if column in first:
            message = f"`{entry.key.text}` and `{first[column].key.text}` are the same field"
            reading.found.add(BAD_VALUE, message, entry.key.span, first=first[column].key.span)
            continue
        first[column] = entry
        if not isinstance(entry.value, Scalar):
            wrong_kind(reading.found, entry.value, f"`{entry.key.text}` has one value")
        elif is_account:
            account = None if entry.value.is_null else entry.value.text
        elif field is not None:
            values |= field_value(reading, field, entry.value)
    return values, account


def _account_names(reading: Reading) -> frozenset[str]:
    """The words for the account's id that are no field's name."""
    source = reading.vocabulary.leads.account
    named = () if source is None else (*source.aka, *((source.name,) if source.name else ()))
    fields = reading.vocabulary.field_index
    return frozenset(f for n in (*_ACCOUNT, *named) if (f := name_form(n)) not in fields)


def _unknown(reading: Reading, node: Mapping, entry: Entry) -> None:
    word = entry.key
    if is_flow(reading.found, node) and isinstance(entry.value, Scalar) and entry.value.is_null:
        reading.found.add(
            UNKNOWN_FIELD,
            f"`{word.text}` has no value; does it belong to the value before it?",
            word.span,
            hint='a value with a comma needs quotes, such as `title: "VP, Operations"`',
            fix=_with_quotes(reading, node, entry),
        )
        return
    known = [n for f in reading.vocabulary.fields for n in (f.name, *f.aka)]
    near = closest(word.text, (*known, *_ACCOUNT))
    reading.found.add(
        UNKNOWN_FIELD,
        f"no field `{word.text}`",
        word.span,
        hint=f"did you mean `{near}`?" if near else "name fields as the scorecard does",
        fix=reading.fixed_line(word.span, near) if near else None,
    )


def _with_quotes(reading: Reading, node: Mapping, entry: Entry) -> str | None:
    """The line with quotes around the value before `entry` and the entry itself."""
    at = node.entries.index(entry)
    before = node.entries[at - 1].value if at else None
    if not isinstance(before, Scalar) or before.quoted or before.is_null:
        return None
    span = before.span.to(entry.key.span)
    return reading.fixed_line(span, f'"{reading.source.text[span.start : span.end]}"')


def field_value(reading: Reading, field: Field, scalar: Scalar) -> dict[str, FieldValue]:
    """The value of one field by column (money may fill a second one with its currency)."""
    if scalar.is_null or not scalar.text.strip() or _says_missing(field, scalar.text):
        return {field.column: None if scalar.is_null else scalar.text}
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            return _number(reading, field, scalar)
        case FieldType.TIME:
            return _time(reading, field, scalar)
        case FieldType.BOOLEAN:
            return _truth(reading, field, scalar)
        case FieldType.TEXT | FieldType.COUNTRY | FieldType.EMAIL | FieldType.DOMAIN:
            return _text(reading, field, scalar)
        case _:
            assert_never(field.type)


def _says_missing(field: Field, text: str) -> bool:
    said = {*field.missing, *(field.source.missing if field.source else ())}
    return name_form(text) in {name_form(word) for word in said}


def _text(reading: Reading, field: Field, scalar: Scalar) -> dict[str, FieldValue]:
    made_from = next((f.domain_of for f in reading.plan.fields if f.column == field.column), None)
    if made_from is not None:
        reading.found.add(
            BAD_VALUE,
            f"`{field.name}` is what follows the `@` of `{made_from}`",
            scalar.span,
            hint=f"give the lead an address, such as `{made_from}: ann@{scalar.text.strip()}`",
        )
        return {}
    return {field.column: nfc(scalar.text)}


def _time(reading: Reading, field: Field, scalar: Scalar) -> dict[str, FieldValue]:
    moment = reading.clock.instant(scalar.text)
    if moment is None:
        not_a_time(reading, scalar)
        return {}
    return {field.column: moment}


def _truth(reading: Reading, field: Field, scalar: Scalar) -> dict[str, FieldValue]:
    form = name_form(scalar.text)
    if form in TRUE_WORDS or form in FALSE_WORDS:
        return {field.column: "true" if form in TRUE_WORDS else "false"}
    message = f"`{field.name}` is yes or no, not `{scalar.text}`"
    reading.found.add(BAD_VALUE, message, scalar.span, hint="write `yes` or `no`")
    return {}


def _number(reading: Reading, field: Field, scalar: Scalar) -> dict[str, FieldValue]:
    text = scalar.text.strip()
    between = _RANGE.fullmatch(text)
    if between:
        return {field.column: f"{_plain(between['low'])}-{_plain(between['high'])}"}
    found = _NUMBER.fullmatch(text.translate(_MINUS))
    if found is None:
        reading.found.add(
            BAD_VALUE,
            f"`{field.name}` is a number, not `{text}`",
            scalar.span,
            hint="write it like `1200`, `1.5m` or `51-200`",
        )
        return {}
    amount = _plain(found["digits"])
    if found["scale"]:
        amount = (amount * SCALES[found["scale"].lower()][1]).normalize()
    sign = "-" if found["sign"] == "-" else ""
    values: dict[str, FieldValue] = {field.column: f"{sign}{amount:f}{found['open'] or ''}"}
    currency = found["before"] or found["after"]
    if currency:
        values |= _currency(reading, field, scalar, currency)
    return values


def _plain(digits: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", digits))


def _currency(
    reading: Reading, field: Field, scalar: Scalar, written: str
) -> dict[str, FieldValue]:
    """The column of the currency, where the vocabulary has rates; else a sign is decoration."""
    code = currencies.resolve(written)
    if code is None or field.type is not FieldType.MONEY:
        reading.found.add(
            BAD_VALUE,
            f"`{field.name}` is a number, not `{scalar.text}`",
            scalar.span,
            hint=f"leave `{written}` out",
        )
        return {}
    column = next((f.currency for f in reading.plan.fields if f.column == field.column), None)
    return {column: code} if column else {}
