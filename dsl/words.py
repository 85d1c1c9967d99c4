"""Words, values and conditions to their plain form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, assert_never

from leadcard.dsl import ast
from leadcard.dsl.ast import FieldOp, Joiner, Unit
from leadcard.dsl.headers import RESERVED_NAMES
from leadcard.dsl.scan import plain_text
from leadcard.dsl.times import SECONDS

_UNITS: Final = {
    Unit.MINUTE: "min",
    Unit.HOUR: "h",
    Unit.DAY: "d",
    Unit.WEEK: "w",
    Unit.YEAR: "y",
}
_SCALES: Final = {"": 1, "k": 10**3, "m": 10**6, "bn": 10**9}
_QUOTES: Final = (('"', '"'), ("«", "»"), ("「", "」"), ("『", "』"), ("'", "'"))
_NAME_BREAKS: Final = re.compile(r'[,:()\[\]#"«»‹›「」『』\n\r]|://|^\s|\s$|\s\s|^\*')


# --- quotes ---------------------------------------------------------------------------------------


class Unwritable(Exception):
    """A text that holds every closing quote, so that no quotes can hold it."""


def in_quotes(text: str) -> str:
    """`text` in the first pair of quotes that it does not close; `Unwritable` without one."""
    plain = plain_text(text)
    for opening, closing in _QUOTES:
        if closing not in plain:
            return f"{opening}{text}{closing}"
    raise Unwritable(text)


def word(text: ast.Text) -> str:
    """A word as it was written, or a text in plain quotes."""
    if text.quoted:
        return in_quotes(text.text)
    return text.text


def words(texts: Sequence[ast.Text]) -> str:
    """Words with one blank between them."""
    return " ".join(word(text) for text in texts)


def name(text: ast.Text) -> str:
    """A name of one or more words, in quotes where it would not read as a name without."""
    plain = plain_text(text.text)
    if not plain or _NAME_BREAKS.search(plain) or _needs_quotes(plain):
        return in_quotes(text.text)
    return text.text


def _needs_quotes(plain: str) -> bool:
    keys = plain.lower().split(" ")
    if keys[0][:1] == "'" or not {"when", "from", "and", "or"}.isdisjoint(keys):
        return True
    return keys[0] in ("-", "*", "•", "·") or plain.lower() in RESERVED_NAMES


def entry(text: ast.Text) -> str:
    """An entry of a list."""
    if text.quoted or not text.text or re.search(r'[,"«»「」『』]|(^|\s)#', plain_text(text.text)):
        return in_quotes(text.text)
    return text.text


# --- values ---------------------------------------------------------------------------------------


def decimal(value: Decimal) -> str:
    """The digits of a number, never with an exponent."""
    return f"{value:f}"


def number(value: ast.Number) -> str:
    """`50`, `10m`, `€10m`, `10m EUR`."""
    scaled = value.value / _SCALES[value.suffix]
    digits = _grouped(value.value) if not value.suffix else decimal(_trimmed(scaled)) + value.suffix
    currency = value.currency
    if currency is None:
        return digits
    if currency.isalpha():
        return f"{digits} {currency}"
    return f"-{currency}{digits[1:]}" if digits[0] == "-" else f"{currency}{digits}"


def _grouped(value: Decimal) -> str:
    """The digits, from ten thousand on in groups of three."""
    return f"{value:,f}" if abs(value) >= 10_000 else decimal(value)


def _trimmed(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def points(hundredths: int) -> str:
    """`15`, `-2.5`: 1/100 without zeros at the end."""
    whole, part = divmod(abs(hundredths), 100)
    text = f"{whole}.{part:02}".rstrip("0").rstrip(".") if part else str(whole)
    return f"-{text}" if hundredths < 0 else text


def duration(value: ast.Duration) -> str:
    """`7d`, `24h`, `30min`, `3 months`."""
    if value.unit is Unit.MONTH:
        return f"{value.amount} month{'' if value.amount == 1 else 's'}"
    return f"{value.amount}{_UNITS[value.unit]}"


def day(value: ast.Day) -> str:
    """`2026-01-31`, `2026-01-31T09:00:00Z`."""
    text = value.value.isoformat()
    if isinstance(value.value, datetime):
        return text.replace("+00:00", "Z")
    return text


def number_range(test: ast.NumberRange, alone: bool) -> str:
    """`50-500`, `50+`, `over 50`, `under 50` (alone: `below 50`), `at most 50`, `exactly 50`."""
    low, high = test.low, test.high
    if low is not None and high is not None:
        if low == high:
            return f"exactly {number(low)}"
        if low.value < 0 or (low.currency or "").isalpha() or (high.currency or "").isalpha():
            return f"{number(low)} to {number(high)}"
        return f"{number(low)}-{number(high)}"
    if low is not None:
        if test.low_open:
            return f"over {number(low)}"
        if low.value < 0 or (low.currency or "").isalpha():
            return f"at least {number(low)}"
        return f"{number(low)}+"
    assert high is not None, "a range has an end"
    if test.high_open:
        return f"{'below' if alone else 'under'} {number(high)}"
    return f"at most {number(high)}"


def test(value: ast.NumberRange | ast.DateTest, alone: bool) -> str:
    """A test of a number or a date."""
    match value:
        case ast.NumberRange():
            return number_range(value, alone)
        case ast.Before():
            return f"before {day(value.day)}"
        case ast.After():
            return f"after {day(value.day)}"
        case ast.LongAgo():
            return f"more than {duration(value.duration)} ago"
        case ast.InNext():
            return f"within the next {duration(value.duration)}"
        case ast.InLast():
            return window(value)
        case _:
            assert_never(value)


def window(value: ast.Window) -> str:
    """`in 7d`, `since 2026-01-01`, `between 7d and 30d ago`."""
    match value:
        case ast.InLast():
            opening = "in the last" if value.last else "within" if value.within else "in"
            return f"{opening} {duration(value.duration)}"
        case ast.Since():
            return f"since {day(value.day)}"
        case ast.BetweenAgo():
            return f"between {duration(value.near)} and {duration(value.far)} ago"
        case _:
            assert_never(value)


def count(value: ast.Count) -> str:
    """`3+ times`, `exactly 3 times`, `at most 3 times`, `3-5 times`."""
    low, high = value.low, value.high
    if high is None:
        return f"{low}+ times"
    if low == high:
        return f"exactly {_times(low)}"
    if low == 0:
        return f"at most {_times(high)}"
    return f"{low}-{high} times"


def _times(number_of: int) -> str:
    return "once" if number_of == 1 else f"{number_of} times"


def _count_first(value: ast.Count) -> str:
    """`5+`, `3-5`, `at most 3`, `exactly 3`: a count before what it counts."""
    low, high = value.low, value.high
    if high is None:
        return f"{low}+"
    if low == high:
        return f"exactly {low}"
    return f"at most {high}" if low == 0 else f"{low}-{high}"


# --- conditions -----------------------------------------------------------------------------------


def condition(chain: ast.Chain) -> str:
    """A condition in its plain form."""
    parts = [item(chain.first)]
    for link in chain.rest:
        if link.joiner is Joiner.COMMA:
            parts[-1] += ","
        else:
            parts.append("but" if link.but else link.joiner.value)
        parts.append(item(link.item))
    return " ".join(parts)


def item(node: ast.Item) -> str:
    """One item of a condition."""
    match node:
        case ast.OpTest():
            return _op_test(node)
        case ast.Bare():
            return event(node)
        case ast.Inactive():
            return f"inactive {duration(node.duration)}"
        case ast.Never():
            return f"never {event(node.event)}"
        case ast.Spent():
            return _spent(node)
        case ast.Sequence():
            gap = f" within {duration(node.within)}" if node.within else ""
            return f"{event(node.first)} then {event(node.second)}{gap}"
        case ast.Burst():
            return _burst(node)
        case ast.AccountTest():
            return _account(node)
        case ast.NeedsMustHaves():
            return "needs must haves"
        case ast.AnyKeyConversion():
            return "a key conversion"
        case ast.FlagTest():
            return f"flag {in_quotes(node.text.text)}"
        case ast.Not():
            return f"not {item(node.item)}"
        case ast.Group():
            return f"({condition(node.chain)})"
        case _:
            assert_never(node)


def _op_test(node: ast.OpTest) -> str:
    parts = [words(node.subject)] if node.subject else []
    if node.op in (FieldOp.YES, FieldOp.NO) and node.value:
        parts += ["is", words(node.value)]
    else:
        parts.append(node.op.value)
        if node.value:
            parts.append(words(node.value))
    if node.test is not None:
        parts.append(test(node.test, alone=False))
    return " ".join(parts)


def event(node: ast.Bare) -> str:
    """Words with their test, count and window."""
    parts = [words(node.words)] if node.words else []
    if node.count_first and node.amount is not None:
        parts.insert(0, number_range(node.amount, alone=False))
    elif node.count is not None and node.count_first:
        parts.insert(0, _count_first(node.count))
    elif node.count is not None:
        parts.append(count(node.count))
    if node.test is not None:
        parts.append(test(node.test, alone=not node.words))
    if node.window is not None:
        parts.append(window(node.window))
    return " ".join(parts)


def _spent(node: ast.Spent) -> str:
    amount = node.seconds / dict(SECONDS.values())[node.unit]
    parts = [f"spent {decimal(_trimmed(amount))}+ {node.unit} on", words(node.words)]
    if node.window is not None:
        parts.append(window(node.window))
    return " ".join(parts)


def _burst(node: ast.Burst) -> str:
    if node.count_first:
        parts = [_count_first(node.count), words(node.words)]
    else:
        parts = [words(node.words), count(node.count)]
    parts.append(f"within any {duration(node.within)}")
    if node.window is not None:
        parts.append(window(node.window))
    return " ".join(parts)


def _account(node: ast.AccountTest) -> str:
    if node.people is None:
        return f"{node.op.value} {event(node.event)}"
    one = node.people.low == node.people.high == 1
    return f"{_count_first(node.people)} {'person' if one else 'people'} {event(node.event)}"
