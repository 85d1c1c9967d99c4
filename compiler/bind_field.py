"""Tests on fields: what may be asked of a field of each type, and with what."""

from __future__ import annotations

import re
from typing import Final, NoReturn, assert_never

from leadcard.compiler import bound
from leadcard.compiler.odd_values import (
    refuse_calendar_period,
    refuse_list_of_domains,
    refuse_odd_value,
    refuse_part_of_address,
)
from leadcard.compiler.scope import Scope, as_text, form, joined, span_of
from leadcard.compiler.text import is_blank, name_form, needle, word_form
from leadcard.compiler.two_readings import (
    refuse_article,
    refuse_list_value,
    refuse_not_given,
    refuse_not_yes,
    refuse_on_list,
    refuse_sentence,
)
from leadcard.compiler.vocabulary import Field, FieldType
from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp
from leadcard.dsl.parser import parse_number
from leadcard.dsl.source import Span
from leadcard.dsl.values import without_points

NEGATIVE: dict[FieldOp, FieldOp] = {
    FieldOp.IS_NOT: FieldOp.IS,
    FieldOp.NOT_CONTAINS: FieldOp.CONTAINS,
    FieldOp.NOT_STARTS_WITH: FieldOp.STARTS_WITH,
    FieldOp.NOT_ENDS_WITH: FieldOp.ENDS_WITH,
    FieldOp.NOT_MATCHES: FieldOp.MATCHES,
    FieldOp.NOT_IN: FieldOp.IN,
    FieldOp.NOT_SAME_AS: FieldOp.SAME_AS,
}
TEXTUAL = frozenset({FieldType.TEXT, FieldType.COUNTRY, FieldType.EMAIL, FieldType.DOMAIN})
NUMERIC = frozenset({FieldType.NUMBER, FieldType.MONEY})
_NO_OPERAND = {
    FieldOp.KNOWN: True,
    FieldOp.NOT_MISSING: True,
    FieldOp.MISSING: False,
    FieldOp.NOT_KNOWN: False,
}


def bind_operator(scope: Scope, field: Field, item: ast.OpTest) -> bound.FieldCondition:
    """The test that `item` makes of `field`."""
    if item.op in _NO_OPERAND:
        refuse_not_given(scope, field, item)
        return bound.Presence(field=field, known=_NO_OPERAND[item.op], span=item.span)
    if item.op in (FieldOp.YES, FieldOp.NO):
        return _yes_or_no(scope, field, item)
    refuse_not_yes(scope, field, item)
    op = NEGATIVE.get(item.op, item.op)
    if op is FieldOp.IS and item.value and field.type in TEXTUAL:
        value = as_text(item.value)
        refuse_list_value(scope, field, value, item.span, negated=item.op in NEGATIVE)
    one = bind_value(scope, field, op, item.value, item.test, item.span)
    return bound.FieldAlternatives(
        field=field, tests=(one,), negated=item.op in NEGATIVE, span=item.span
    )


def _yes_or_no(scope: Scope, field: Field, item: ast.OpTest) -> bound.FieldCondition:
    if field.type is FieldType.BOOLEAN:
        return bound.YesNo(field=field, yes=item.op is FieldOp.YES, span=item.span)
    if field.type in TEXTUAL:
        word = as_text(item.value)  # `country is NO` is Norway
        test = bound.ValueTest(op=FieldOp.IS, value=word, span=word.span)
        return bound.FieldAlternatives(field=field, tests=(test,), span=item.span)
    scope.reject(
        "R103",
        f"`{field.name}` holds {_holds(field)}, not yes or no",
        item.span,
        hint=example(field),
    )


def bind_value(
    scope: Scope,
    field: Field,
    op: FieldOp,
    value: ast.Words,
    test: ast.NumberRange | ast.DateTest | None,
    span: Span,
) -> bound.OneTest:
    """One alternative under a positive operator."""
    if op is FieldOp.SAME_AS:
        return _same_as(scope, value, span)
    if op is FieldOp.IN:
        return _member(scope, field, value, test, span)
    if test is not None:
        return bind_test(scope, field, test, span, op)
    if field.type in TEXTUAL:
        return _text_value(scope, field, op, value, span)
    if op is not FieldOp.IS:
        scope.reject(
            "R103",
            f"`{op.value}` needs a text, and `{field.name}` holds {_holds(field)}",
            span,
            hint=example(field),
        )
    if field.type in NUMERIC:
        return _number_value(scope, field, value, span)
    _refuse_sign(scope, field, value)
    refuse_calendar_period(scope, field, joined(value), span)
    scope.reject(
        "R103",
        f"`{joined(value)}` is no {_noun(field)}, and `{field.name}` holds {_holds(field)}",
        span,
        hint=example(field),
    )


_BESIDE: Final = {">": "after", "<": "before"}


def _refuse_sign(scope: Scope, field: Field, value: ast.Words) -> None:
    """`created > 2026-01-01`: signs compare numbers."""
    sign = value[0].text[:1] if value else ""
    if field.type is not FieldType.TIME or sign not in _BESIDE:
        return
    day = joined(value).lstrip("<>= ")
    scope.reject(
        "R103",
        f"`{sign}` compares numbers, and `{field.name}` holds dates",
        span_of(value),
        hint=f"write `{_BESIDE[sign]}` and a date, such as `{_BESIDE[sign]} 2026-01-31`",
        fix=scope.replaced(span_of(value), f"{_BESIDE[sign]} {day}"),
    )


def bind_test(
    scope: Scope,
    field: Field,
    test: ast.NumberRange | ast.DateTest | ast.Since | ast.BetweenAgo,
    span: Span,
    op: FieldOp = FieldOp.IS,
) -> bound.OneTest:
    """A range or date test, or, on a text field, the text that reads as one."""
    match test:
        case ast.NumberRange():
            if field.type in NUMERIC:
                _check_currency(scope, test)
                return bound.RangeTest(range=test, span=span)
            if field.type in TEXTUAL:
                return _literal_range(scope, field, test, op)
        case ast.Before() | ast.After() | ast.InLast() | ast.LongAgo() | ast.InNext():
            if field.type is FieldType.TIME:
                return bound.DateTest(test=test, span=span)
        case ast.Since() | ast.BetweenAgo():
            if field.type is FieldType.TIME:
                return bound.DateTest(test=test, span=span)
        case _:
            assert_never(test)
    scope.reject(
        "R103",
        f"`{field.name}` holds {_holds(field)}, and cannot be compared with a "
        f"{'number' if isinstance(test, ast.NumberRange) else 'date'}",
        span,
        hint=example(field),
    )


def _check_currency(scope: Scope, test: ast.NumberRange) -> None:
    """A sign or code must have a rate where the vocabulary has a base; else it is decoration."""
    from leadcard.compiler import currencies

    currency = scope.vocabulary.currency
    for number in (test.low, test.high):
        if number is None or number.currency is None or not currency.base:
            continue
        code = currencies.resolve(number.currency) or number.currency.upper()
        if code != currency.base and code not in dict(currency.rates):
            scope.reject(
                "R137",
                f"no rate for `{number.currency}`",
                number.span,
                hint=f"add `{code}` to `currency: rates` in leadcard.yaml",
            )


def bind_implicit(
    scope: Scope, field: Field, words: ast.Words, test: ast.NumberRange | None, span: Span
) -> bound.OneTest:
    """`<field> <list>`, `<field> <value>` or `<field> <range>`, without an operator."""
    if test is not None and not words:
        return bind_test(scope, field, test, span)
    named = scope.lists.get(form(words))
    if named is not None:
        refuse_list_of_domains(scope, field, named, span)
        return bound.ListTest(list=named, span=span_of(words))
    if field.type is FieldType.DOMAIN and not any(w.quoted or "." in w.text for w in words):
        _unknown_list(scope, words)
    refuse_sentence(scope, field, words, span)
    return bind_value(scope, field, FieldOp.IS, words, None, span)


def _same_as(scope: Scope, value: ast.Words, span: Span) -> bound.OneTest:
    found = scope.vocabulary.find_field(tuple(w.text for w in value))
    if found is None or found[1] != len(value):
        scope.unknown(
            "R102",
            f"no field `{joined(value)}`",
            span_of(value) if value else span,
            joined(value),
            scope.vocabulary.field_index,
        )
    return bound.SameTest(other=found[0], span=span)


def _member(
    scope: Scope,
    field: Field,
    value: ast.Words,
    test: ast.NumberRange | ast.DateTest | None,
    span: Span,
) -> bound.OneTest:
    if test is not None:
        return bind_test(scope, field, test, span)
    named = scope.lists.get(form(value))
    if named is not None:
        if field.type not in TEXTUAL:
            scope.reject(
                "R103",
                f"`{field.name}` holds {_holds(field)}, and a list holds texts",
                span,
                hint=example(field),
            )
        refuse_list_of_domains(scope, field, named, span)
        return bound.ListTest(list=named, span=span_of(value))
    if field.type is FieldType.COUNTRY and is_country(field, joined(value)):
        return bound.ValueTest(op=FieldOp.IS, value=as_text(value), span=span_of(value))
    refuse_calendar_period(scope, field, f"in {joined(value)}", span)
    _unknown_list(scope, value)


def _unknown_list(scope: Scope, words: ast.Words) -> NoReturn:
    name = joined(words)
    span = span_of(words)
    _refuse_values_after_in(scope, span)
    best = scope.suggestion(name, (w.name for w in scope.lists.values()))
    scope.reject(
        "R104",
        f"no list `{name}`",
        span,
        hint=f"did you mean `{best}`?" if best else "a list is written `list name: one, two`",
        fix=scope.replaced(span, best) if best else f"list {name}: ...",
    )


_IN: Final = re.compile(r"\b(?:is )?(not )?in$", re.IGNORECASE)


def _refuse_values_after_in(scope: Scope, span: Span) -> None:
    """`industry in Technology, Software`: values after `in`, which asks for a list."""
    text = scope.source.text
    before = text[: span.start].rstrip()
    found = _IN.search(before)
    after = text[span.end :].lstrip(" ")
    if found is None or not after.startswith((",", "or ")):
        return
    plain = "is not" if found[1] else "is"
    scope.reject(
        "R104",
        f"no list `{text[span.start : span.end]}`",
        span,
        hint=f"before values write `{plain}`; a list is written `list name: one, two`",
        fix=scope.replaced(Span(found.start(), len(before)), plain),
    )


def is_country(field: Field, text: str) -> bool:
    """Whether a text is a country, or a word that the vocabulary gives values to."""
    from leadcard.compiler import countries

    known = {name_form(word) for word, _ in field.values}
    return name_form(text) in known or countries.resolve(text) is not None


def _text_value(
    scope: Scope, field: Field, op: FieldOp, value: ast.Words, span: Span
) -> bound.OneTest:
    text = as_text(value)
    if is_blank(text.text):
        _empty(scope, field, text)
    refuse_article(scope, field, op, text)
    refuse_on_list(scope, field, op, text)
    refuse_odd_value(scope, field, op, text)
    refuse_part_of_address(scope, field, op, text, span)
    if op is FieldOp.CONTAINS and "*" not in text.text:
        _check_symbols(scope, field, text)
    if op is FieldOp.CONTAINS and not needle(text.text).text.strip():
        _lost(scope, field, text)
    return bound.ValueTest(op=op, value=text, span=text.span)


def _empty(scope: Scope, field: Field, text: ast.Text) -> NoReturn:
    scope.reject(
        "R142",
        "an empty text is no value, so nothing can meet this",
        text.span,
        hint=f"write `{field.name} is missing` or `{field.name} is known`",
    )


def _check_symbols(scope: Scope, field: Field, text: ast.Text) -> None:
    """A term must begin and end with a character that words keep: `C++` would be found in `C`."""
    trimmed = text.text.strip()
    for edge in (trimmed[:1], trimmed[-1:]):
        if edge and word_form(edge) == " ":
            _lost(scope, field, text)


def _lost(scope: Scope, field: Field, text: ast.Text) -> NoReturn:
    scope.reject(
        "R105",
        f"`contains` looks for whole words, and `{text.text}` is not kept whole by it",
        text.span,
        hint="punctuation parts words",
        fix=_as_pattern(scope, text),
    )


def _as_pattern(scope: Scope, text: ast.Text) -> str | None:
    """The line with `matches "*C++*"` in place of `contains C++`, unless further values follow."""
    after = scope.source.text[text.span.end :].lstrip().lower()
    if after.startswith((",", "or ")):
        return None
    before = scope.source.text[: text.span.start].rstrip()
    if not before.lower().endswith(" contains"):
        return None
    span = Span(len(before) - len("contains"), text.span.end)
    return scope.replaced(span, f'matches "*{text.text.strip()}*"')


def _number_value(scope: Scope, field: Field, value: ast.Words, span: Span) -> bound.OneTest:
    number = parse_number(joined(value))
    if number is None and (plain := without_points(value[-1].text)) is not None:
        last = value[-1]
        scope.reject(
            "S121",
            f"`{last.text}` has points between thousands",
            last.span,
            hint=f"write `{plain}`",
            fix=scope.replaced(last.span, plain),
        )
    if number is None:
        scope.reject(
            "R103",
            f"`{joined(value)}` is no number, and `{field.name}` holds {_holds(field)}",
            span_of(value),
            hint=example(field),
        )
    both = ast.NumberRange(low=number, high=number, span=span)
    _check_currency(scope, both)
    return bound.RangeTest(range=both, span=span)


def _literal_range(scope: Scope, field: Field, test: ast.NumberRange, op: FieldOp) -> bound.OneTest:
    """A text such as `51-200` or `2024` compared with a text field is just that text."""
    text = scope.source.text[test.span.start : test.span.end]
    if test.low is None or test.high is None or test.low_open or test.high_open:
        scope.reject(
            "R103",
            f"`{field.name}` holds texts, and cannot be compared with a number",
            test.span,
            hint="if it holds numbers, say so in leadcard.yaml with `type: number`",
        )
    value = ast.Text(text=text, span=test.span)
    return bound.ValueTest(op=op, value=value, span=test.span)


def _holds(field: Field) -> str:
    match field.type:
        case FieldType.NUMBER:
            return "numbers"
        case FieldType.MONEY:
            return "amounts of money"
        case FieldType.TIME:
            return "dates"
        case FieldType.BOOLEAN:
            return "yes or no"
        case FieldType.TEXT | FieldType.COUNTRY | FieldType.EMAIL | FieldType.DOMAIN:
            return "texts"
        case _:
            assert_never(field.type)


def _noun(field: Field) -> str:
    return "date" if field.type is FieldType.TIME else "yes or no"


def example(field: Field) -> str:
    """What may be asked of a field, as a hint."""
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            forms = ("50-500", "over 100")
        case FieldType.TIME:
            forms = ("in the last 30d", "before 2026-01-01")
        case FieldType.BOOLEAN:
            forms = ("is yes", "is no")
        case FieldType.TEXT | FieldType.COUNTRY | FieldType.EMAIL | FieldType.DOMAIN:
            forms = ("is ...", "contains ...")
        case _:
            assert_never(field.type)
    return f"write for example `{field.name} {forms[0]}` or `{field.name} {forms[1]}`"
