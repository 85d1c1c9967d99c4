"""Field tests to plan predicates: constants in normal form, lists and countries spelled out."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import assert_never

from leadcard.compiler import bound, plan
from leadcard.compiler.lowering import Lowering
from leadcard.compiler.text import name_form, needle, text_form
from leadcard.compiler.vocabulary import Field, FieldType, WordList
from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp

# Above this many entries a list goes into the table of lists instead of the statement.
LONG = 200
_SIXTH = Decimal("0.000001")
_KIND = {
    FieldType.TEXT: plan.FieldKind.TEXT,
    FieldType.COUNTRY: plan.FieldKind.TEXT,
    FieldType.EMAIL: plan.FieldKind.TEXT,
    FieldType.DOMAIN: plan.FieldKind.TEXT,
    FieldType.NUMBER: plan.FieldKind.NUMBER,
    FieldType.MONEY: plan.FieldKind.NUMBER,
    FieldType.TIME: plan.FieldKind.TIME,
    FieldType.BOOLEAN: plan.FieldKind.BOOLEAN,
}


def lower_field(low: Lowering, condition: bound.FieldCondition) -> plan.Predicate:
    """A condition on one field; its column is noted among the plan's fields."""
    column = note_field(low, condition.field)
    match condition:
        case bound.Presence():
            there = plan.Known(field=column)
            return there if condition.known else plan.Not(part=there)
        case bound.YesNo():
            return plan.IsTrue(field=column) if condition.yes else plan.IsFalse(field=column)
        case bound.FieldAlternatives():
            tests = _tests(low, condition)
            if not condition.negated:
                return any_of(tests)
            others = (t.other.column for t in condition.tests if isinstance(t, bound.SameTest))
            known = (plan.Known(field=c) for c in dict.fromkeys((column, *others)))
            return plan.And(parts=(*known, plan.Not(part=any_of(tests))))
        case _:
            assert_never(condition)


def note_field(low: Lowering, field: Field) -> str:
    """The column of a field, noted for the plan."""
    if field.column not in low.fields:
        named = field.source is not None and field.source.name is not None
        derived = field.type is FieldType.DOMAIN and not named
        missing = {*field.missing, *(field.source.missing if field.source else ())}
        email = low.vocabulary.field_index.get("email") if derived else None
        if email is not None:
            note_field(low, email)
        low.fields[field.column] = plan.LeadField(
            column=field.column,
            kind=_KIND[field.type],
            missing=tuple(sorted({text_form(m) for m in missing})),
            domain_of=email.column if email is not None else None,
            currency=f"{field.column}_currency" if _is_converted(low, field) else None,
        )
    return field.column


def _is_converted(low: Lowering, field: Field) -> bool:
    """Whether amounts are told apart by currency: where the vocabulary has a base.

    Without any rates, amounts in another currency than the base meet no test.
    """
    return field.type is FieldType.MONEY and low.vocabulary.currency.base is not None


def any_of(parts: Iterable[plan.Predicate]) -> plan.Predicate:
    """The disjunction of some predicates."""
    kept = tuple(dict.fromkeys(parts))
    if not kept:
        return plan.FALSE
    return kept[0] if len(kept) == 1 else plan.Or(parts=kept)


def _tests(low: Lowering, condition: bound.FieldAlternatives) -> list[plan.Predicate]:
    """All alternatives; texts under the same operator are gathered into one test."""
    field = condition.field
    texts: dict[FieldOp, list[str]] = {}
    others: list[plan.Predicate] = []
    for test in condition.tests:
        match test:
            case bound.ValueTest():
                texts.setdefault(test.op, []).append(test.value.text)
            case bound.ListTest():
                others.append(_member(low, field, test.list))
            case bound.RangeTest():
                others.append(_in_range(low, field, test.range))
            case bound.DateTest():
                others.append(_in_time(low, field, test.test))
            case bound.SameTest():
                other = note_field(low, test.other)
                others.append(plan.SameAs(field=field.column, other=other))
            case _:
                assert_never(test)
    return [_texts(field, op, values) for op, values in texts.items()] + others


def _texts(field: Field, op: FieldOp, values: list[str]) -> plan.Predicate:
    column = field.column
    match op:
        case FieldOp.IS:
            forms = {form for value in values for form in spellings(field, value)}
            return plan.Equals(field=column, values=tuple(sorted(forms)))
        case FieldOp.CONTAINS:
            needles = {needle(value) for value in values}
            return plan.Contains(field=column, needles=tuple(sorted(needles)))
        case FieldOp.STARTS_WITH:
            return plan.StartsWith(field=column, texts=_sorted(text_form(v) for v in values))
        case FieldOp.ENDS_WITH:
            return plan.EndsWith(field=column, texts=_sorted(text_form(v) for v in values))
        case FieldOp.MATCHES:
            return plan.Matches(field=column, patterns=_sorted(name_form(v) for v in values))
        case _:
            raise AssertionError(f"{op} takes no texts")


def _sorted(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))


def spellings(field: Field, value: str) -> tuple[str, ...]:
    """The name forms by which data may spell a value of a field."""
    form = name_form(value)
    forms = {form}
    for word, others in field.values:
        if form == name_form(word) or form in {name_form(o) for o in others}:
            forms.update((name_form(word), *(name_form(o) for o in others)))
    if field.type is FieldType.COUNTRY:
        forms.update(_country_forms(field, forms))
    return tuple(sorted(forms))


def _country_forms(field: Field, forms: set[str]) -> set[str]:
    from leadcard.compiler import countries

    codes = {code for form in forms if (code := countries.resolve(form)) is not None}
    found = {name_form(s) for code in codes for s in countries.spellings(code)}
    for word, others in field.values:
        if countries.resolve(word) in codes:
            found.update((name_form(word), *(name_form(o) for o in others)))
    return found


def _member(low: Lowering, field: Field, named: WordList) -> plan.Predicate:
    """Entries as they are, entries with wildcards, and for mail domains their subdomains too."""
    domains = field.type in (FieldType.DOMAIN,)
    forms: set[str] = set()
    patterns: set[str] = set()
    for entry in named.load():
        if "*" in entry or "?" in entry:
            patterns.add(name_form(entry))
        elif domains:
            forms.add(name_form(entry).removeprefix("@").lstrip("."))
        else:
            forms.update(spellings(field, entry))
    forms.discard("")
    parts: list[plan.Predicate] = []
    if len(forms) > LONG:
        parts.append(
            plan.InList(field=field.column, list=low.long_list(named, forms), subdomains=domains)
        )
    elif forms and domains:
        parts.append(plan.InDomains(field=field.column, domains=tuple(sorted(forms))))
    elif forms:
        parts.append(plan.Equals(field=field.column, values=tuple(sorted(forms))))
    if patterns:
        parts.append(plan.Matches(field=field.column, patterns=tuple(sorted(patterns))))
    return any_of(parts)


# --- numbers and money ----------------------------------------------------------------------------


def _in_range(low: Lowering, field: Field, written: ast.NumberRange) -> plan.Predicate:
    bounds = plan.Bounds(
        low=written.low.value if written.low else None,
        high=written.high.value if written.high else None,
        low_open=written.low_open,
        high_open=written.high_open,
    )
    if not _is_converted(low, field):
        return plan.InRange(field=field.column, bounds=bounds)
    rates = dict(low.vocabulary.currency.rates)
    base = low.vocabulary.currency.base or ""
    rates[base] = Decimal(1)
    in_base = _scaled(bounds, low.rate_of(written, rates))
    return plan.MoneyInRange(
        field=field.column,
        base=in_base,
        by_currency=tuple(
            (code, _divided(in_base, rate)) for code, rate in sorted(rates.items()) if code
        ),
    )


def _scaled(bounds: plan.Bounds, rate: Decimal) -> plan.Bounds:
    if rate == 1:
        return bounds
    return plan.Bounds(
        low=None if bounds.low is None else bounds.low * rate,
        high=None if bounds.high is None else bounds.high * rate,
        low_open=bounds.low_open,
        high_open=bounds.high_open,
    )


def _divided(bounds: plan.Bounds, rate: Decimal) -> plan.Bounds:
    """Bounds of amounts with six decimals that lie within `bounds` once multiplied by `rate`."""
    low, low_open = _least(bounds.low, rate, bounds.low_open)
    high, high_open = _greatest(bounds.high, rate, bounds.high_open)
    return plan.Bounds(low=low, high=high, low_open=low_open, high_open=high_open)


def _least(end: Decimal | None, rate: Decimal, is_open: bool) -> tuple[Decimal | None, bool]:
    if end is None:
        return None, False
    up = (end / rate).quantize(_SIXTH, rounding=ROUND_CEILING)
    return up.normalize(), is_open and up * rate == end


def _greatest(end: Decimal | None, rate: Decimal, is_open: bool) -> tuple[Decimal | None, bool]:
    if end is None:
        return None, False
    down = (end / rate).quantize(_SIXTH, rounding=ROUND_FLOOR)
    return down.normalize(), is_open and down * rate == end


# --- dates ----------------------------------------------------------------------------------------


def _in_time(
    low: Lowering, field: Field, test: ast.DateTest | ast.Since | ast.BetweenAgo
) -> plan.Predicate:
    column = field.column
    now = plan.Instant()
    match test:
        case ast.Before():
            return plan.InTime(field=column, before=low.instant(test.day))
        case ast.After():
            return plan.InTime(field=column, from_=low.next_midnight(test.day))
        case ast.Since():
            return plan.InTime(field=column, from_=low.instant(test.day))
        case ast.InLast():
            return plan.InTime(field=column, after=low.ago(test.duration), until=now)
        case ast.LongAgo():
            recent = plan.InTime(field=column, after=low.ago(test.duration), until=now)
            known = plan.Known(field=column)
            return plan.And(parts=(known, plan.Not(part=recent)))
        case ast.InNext():
            return plan.InTime(field=column, after=now, until=low.ahead(test.duration))
        case ast.BetweenAgo():
            return plan.InTime(field=column, after=low.ago(test.far), until=low.ago(test.near))
        case _:
            assert_never(test)
