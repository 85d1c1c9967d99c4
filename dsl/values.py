"""Numbers, money, durations and dates, read off the pieces of a line.

Each reader looks at the pieces from one place on and gives its value with the place after it, or None
where none stands there. A value that people would read in two ways is a `Fault`, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from leadcard.dsl.ast import Day, Duration, Number, NumberRange, Unit
from leadcard.dsl.scan import Kind, Piece
from leadcard.dsl.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong at one place of a line; `instead` is what to write there."""

    code: str
    message: str
    span: Span
    hint: str | None = None
    instead: str | None = None


class SpentTime(NamedTuple):
    """A length of time as written: an amount and the plural name of its unit."""

    amount: Decimal
    unit: str


Value: TypeAlias = Number | NumberRange | Duration | Day | int | SpentTime | Unit | str | Fault
Read: TypeAlias = tuple[Value, int] | None
Reader: TypeAlias = Callable[[Sequence[Piece], int], Read]

UNITS: Final[dict[str, Unit]] = {
    spelling: unit
    for unit, spellings in {
        Unit.MINUTE: "min mins minute minutes",
        Unit.HOUR: "h hr hrs hour hours",
        Unit.DAY: "d day days",
        Unit.WEEK: "w wk wks week weeks",
        Unit.MONTH: "mo mos mth mths month months",
        Unit.YEAR: "y yr yrs year years",
    }.items()
    for spelling in spellings.split()
}
SECONDS: Final[dict[str, tuple[str, int]]] = {
    spelling: (name, seconds)
    for name, seconds, spellings in (
        ("seconds", 1, "s sec secs second seconds"),
        ("minutes", 60, "m min mins minute minutes"),
        ("hours", 3600, "h hr hrs hour hours"),
    )
    for spelling in spellings.split()
}
NUMBER_WORDS: Final[dict[str, int]] = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
}
SCALES: Final[dict[str, tuple[str, int]]] = {
    spelling: (suffix, factor)
    for suffix, factor, spellings in (
        ("k", 10**3, "k thousand"),
        ("m", 10**6, "m mn mm mio million millions"),
        ("bn", 10**9, "b bn bln billion billions"),
    )
    for spelling in spellings.split()
}
CURRENCY_SIGNS: Final = "$€£¥₹₽₩₺₴₸₪₫฿₦₱"
CURRENCY_CODES: Final = frozenset(
    """aed ars aud azn bdt bgn bhd brl byn cad chf clp cny cop czk dkk dzd egp eur gbp gel hkd huf
    idr ils inr isk jod jpy kes krw kwd kzt lkr mad mxn myr ngn nok nzd omr pen php pkr pln qar ron
    rsd rub sar sek sgd thb tnd try twd uah usd uyu uzs vnd zar""".split()
)
_CURRENCY_NAMES: Final = {"euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD"}
MAX_SECONDS: Final = 100 * Unit.YEAR.value
MAX_COUNT: Final = 1_000_000

_AMOUNT = r"(?:\d{1,3}(?:[ ,']\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_CURRENCY = r"(?:[a-z]{0,2}\$|[€£¥₹₽₩₺₴₸₪₫฿₦₱]|[a-z]{3}(?=\d)|zł|kr)"
_AFTER = r"(?:[a-z]{0,2}\$|[€£¥₹₽₩₺₴₸₪₫฿₦₱]|[a-z]{3}|zł|kr)"
_SCALE = r"(?:k|mn|mm|mio|m|bn|bln|b)"
_ONE = rf"(?P<c{{0}}>{_CURRENCY})?(?P<n{{0}}>{_AMOUNT})(?P<s{{0}}>{_SCALE})?(?P<a{{0}}>{_AFTER})?"
_NUMBER: Final = re.compile(rf"(?P<sign>[+-])?{_ONE.replace('{0}', '1')}")
_RANGE: Final = re.compile(
    rf"(?P<sign>-)?{_ONE.replace('{0}', '1')}(?:-|\.\.+){_ONE.replace('{0}', '2')}"
)
_DURATION: Final = re.compile(r"(?P<n>\d+(?:[.]\d+)?)-?(?P<u>[a-z]*)")
_DATE: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(t\S+)?")
_OTHER_DATE: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)")
_TIME: Final = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-]\d\d:?\d\d)?")
_POINTS: Final = re.compile(r"([+-])?(\d{1,3}(?:[ ,']\d{3})+(?!\d)|\d*)(\.\d+)?(points?|pts?|p)?")
_MONTHS: Final = {
    name[:length]: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(),
        start=1,
    )
    for length in (3, len(name))
}


def fault(code: str, message: str, pieces: Sequence[Piece], start: int, end: int) -> Fault:
    """A fault over the pieces from `start` to `end`."""
    return Fault(code=code, message=message, span=_span(pieces, start, end))


def _span(pieces: Sequence[Piece], start: int, end: int) -> Span:
    return Span(pieces[start].start, pieces[end - 1].end)


def _word(pieces: Sequence[Piece], at: int) -> str:
    """The key of the word at `at`; empty at the end and for anything but a word."""
    if at < len(pieces) and pieces[at].kind is Kind.WORD:
        return pieces[at].key
    return ""


# --- numbers --------------------------------------------------------------------------------------


def _currency(word: str) -> str | None:
    if not word:
        return None
    if word[-1] in CURRENCY_SIGNS or word in CURRENCY_CODES or word in ("zł", "kr"):
        return word.upper() if word.isascii() else word
    return _CURRENCY_NAMES.get(word)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace(" ", "").replace("'", ""))


def _doubtful_number(text: str, span: Span) -> Fault | None:
    """The fault of `1.000`, which is a thousand to some readers and one to others."""
    whole, _, fraction = text.partition(".")
    if len(fraction) == 3 and whole.isdigit() and 1 <= len(whole) <= 3 and whole != "0":
        return Fault(
            code="S121",
            message=f"`{text}` can be read as {whole} or as {whole}{fraction}",
            span=span,
            hint=f"write `{whole}{fraction}` for thousands, `{whole}` for a small number",
            instead=whole + fraction,
        )
    return None


def _bare_number(text: str, scale: str | None, currency: str | None, span: Span) -> Number:
    suffix, factor = SCALES[scale] if scale else ("", 1)
    return Number(
        value=_plain(_decimal(text) * factor) if factor > 1 else _decimal(text),
        currency=currency,
        suffix=suffix,
        span=span,
    )


def _plain(value: Decimal) -> Decimal:
    """The same number without an exponent and without zeros at the end of its fraction."""
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if whole == value else value.normalize()


def number(pieces: Sequence[Piece], at: int) -> Read:
    """`50`, `-5`, `10k`, `€10m`, `10 million`, `10,000 EUR`."""
    start, currency = at, None
    if (
        (before := _currency(_word(pieces, at)))
        and _word(pieces, at + 1)[:1].isdigit()
        and not any(c.isdigit() for c in pieces[at].key)
    ):
        currency, at = before, at + 1
    match = _NUMBER.fullmatch(_word(pieces, at))
    if match is None:
        return None
    after = match["a1"]
    if after and _currency(after) is None:
        return None
    scale, at = _scale_after(pieces, at + 1, match["s1"])
    currency = currency or (_currency(match["c1"]) if match["c1"] else None)
    currency = currency or (_currency(after) if after else None)
    if currency is None and (currency := _currency(_word(pieces, at))):
        at += 1
    span = _span(pieces, start, at)
    if doubt := _doubtful_number(match["n1"], span):
        return doubt, at
    text = ("-" if match["sign"] == "-" else "") + match["n1"]
    return _bare_number(text, scale, currency, span), at


def _scale_after(pieces: Sequence[Piece], at: int, scale: str | None) -> tuple[str | None, int]:
    if scale is None and _word(pieces, at) in SCALES:
        return pieces[at].key, at + 1
    return scale, at


def number_range(pieces: Sequence[Piece], at: int) -> Read:
    """`50-500`, `€5m-€10m`, `5m-10m EUR`, `5-10 million` (a fault: is it 5 or 5 million?)."""
    match = _RANGE.fullmatch(_word(pieces, at))
    if match is None:
        return None
    start, word = at, pieces[at].key
    scale, at = _scale_after(pieces, at + 1, match["s2"])
    signs = [match[group] for group in ("c1", "a1", "c2", "a2") if match[group]]
    found = [_currency(sign) for sign in signs]
    if None in found:
        return None
    if not found and (after := _currency(_word(pieces, at))):
        found, at = [after], at + 1
    span = _span(pieces, start, at)
    low_text = ("-" if match["sign"] else "") + match["n1"]
    currency = found[0] if found else None
    low = _bare_number(low_text, match["s1"], currency, span)
    high = _bare_number(match["n2"], scale, found[-1] if found else None, span)
    for text in (match["n1"], match["n2"]):
        if doubt := _doubtful_number(text, span):
            return doubt, at
    if scale and not match["s1"] and 0 < low.value < _decimal(match["n2"]):
        suffix = SCALES[scale][0]
        plain = f"{match['n1']}{suffix}-{match['n2']}{suffix}"
        doubt = fault("S122", f"`{word}` does not say what its lower end is", pieces, start, at)
        return _with(doubt, f"say `{suffix}` at both ends", plain), at
    if low.value > high.value:
        doubt = fault("S123", f"`{word}` begins above its end", pieces, start, at)
        return _with(doubt, "the smaller number comes first", f"{match['n2']}-{match['n1']}"), at
    return NumberRange(low=low, high=high, span=span), at


def _with(found: Fault, hint: str, instead: str) -> Fault:
    return Fault(
        code=found.code, message=found.message, span=found.span, hint=hint, instead=instead
    )


def _part(pieces: Sequence[Piece], at: int, text: str, skipped: int) -> list[Piece]:
    """The pieces from `at` on, the first of them replaced by a part of itself."""
    first = pieces[at]
    part = Piece(Kind.WORD, text, first.start + skipped, first.start + skipped + len(text))
    return [part, *pieces[at + 1 : at + 3]]


def number_up(pieces: Sequence[Piece], at: int) -> Read:
    """`50+`, `€10m+`, `10+ million`, `50 +`: the number, meant as a lower end."""
    word = _word(pieces, at)
    if word.endswith("+") and len(word) > 1:
        read = number(_part(pieces, at, word[:-1], 0), 0)
        return (read[0], at + read[1]) if read else None
    read = number(pieces, at)
    if read and _word(pieces, read[1]) == "+":
        return read[0], read[1] + 1
    return None


_COMPARED: Final = re.compile(r"(>=|=>|<=|=<|==?|>|<|≥|≤|⩾|⩽)(.*)")
_SIGN_NAMES: Final = {"=>": ">=", "≥": ">=", "⩾": ">=", "=<": "<=", "≤": "<=", "⩽": "<=", "==": "="}


def compared(pieces: Sequence[Piece], at: int) -> Read:
    """`>= 50`, `>50`, `≤ €10m`, `= 5`: a range by comparison signs."""
    match = _COMPARED.fullmatch(_word(pieces, at))
    if match is None:
        return None
    sign, rest = match[1], match[2]
    read = (
        number(_part(pieces, at, rest, len(sign)), 0) if rest else number(pieces[: at + 5], at + 1)
    )
    if read is None:
        return None
    value, end = read
    end = at + end if rest else end
    if not isinstance(value, Number):
        return value, end
    span = _span(pieces, at, end)
    match _SIGN_NAMES.get(sign, sign):
        case ">=":
            return NumberRange(low=value, span=span), end
        case ">":
            return NumberRange(low=value, low_open=True, span=span), end
        case "<=":
            return NumberRange(high=value, span=span), end
        case "<":
            return NumberRange(high=value, high_open=True, span=span), end
        case _:
            return NumberRange(low=value, high=value, span=span), end


# --- whole numbers --------------------------------------------------------------------------------


def _whole(text: str) -> int | None:
    text = text.replace(",", "").replace(" ", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def whole(pieces: Sequence[Piece], at: int) -> Read:
    """`3`, `three`."""
    word = _word(pieces, at)
    value = NUMBER_WORDS.get(word, _whole(word))
    return None if value is None else (value, at + 1)


def whole_up(pieces: Sequence[Piece], at: int) -> Read:
    """`3+`, `3 +`."""
    word = _word(pieces, at)
    if word.endswith("+") and (value := _whole(word[:-1])) is not None:
        return value, at + 1
    if (value := _whole(word)) is not None and _word(pieces, at + 1) == "+":
        return value, at + 2
    return None


_WHOLE_RANGE: Final = re.compile(r"(\d{1,9})(?:-|\.\.)(\d{1,9})(x?)")
_TIMES: Final = re.compile(r"(\d{1,9})(\+?)x(\+?)|x(\d{1,9})(\+?)")


def whole_range(pieces: Sequence[Piece], at: int) -> Read:
    """`3-5` of `3-5 times`, as text."""
    match = _WHOLE_RANGE.fullmatch(_word(pieces, at))
    return (f"{match[1]}-{match[2]}", at + 1) if match and not match[3] else None


def times_x(pieces: Sequence[Piece], at: int) -> Read:
    """`3x`, `3x+`, `3+x`, `x3`: the number."""
    match = _TIMES.fullmatch(_word(pieces, at))
    return (int(match[1] or match[4]), at + 1) if match else None


# --- durations ------------------------------------------------------------------------------------


def duration(pieces: Sequence[Piece], at: int) -> Read:
    """`90d`, `90 days`, `a week`, `three months`, `24h`."""
    word = _word(pieces, at)
    if word in ("a", "an") or word in NUMBER_WORDS:
        unit = UNITS.get(_word(pieces, at + 1))
        if unit is None or len(pieces[at + 1].key) < 3:
            return None
        amount = NUMBER_WORDS.get(word, 1)
        return Duration(amount=amount, unit=unit, span=_span(pieces, at, at + 2)), at + 2
    match = _DURATION.fullmatch(word)
    if match is None:
        return None
    name, end = match["u"], at + 1
    if not name:
        name, end = _word(pieces, at + 1), at + 2
    if name not in UNITS and name not in SECONDS:
        return None
    return _checked_duration(match["n"], name, pieces, at, end), end


def _checked_duration(
    amount: str, name: str, pieces: Sequence[Piece], start: int, end: int
) -> Duration | Fault:
    span = _span(pieces, start, end)
    written = f"{amount}{name}" if end == start + 1 else f"{amount} {name}"
    if name == "m":
        hint = f"write `{amount}min` or `{amount} months`"
        message = f"`{written}` can be read as minutes or as months"
        return Fault(code="S124", message=message, span=span, hint=hint, instead=f"{amount} months")
    if name not in UNITS:
        message = f"`{written}` is too short: time is counted in minutes and longer units"
        return Fault(code="S125", message=message, span=span, instead="1min")
    unit = UNITS[name]
    if "." in amount:
        return _broken_duration(Decimal(amount), unit, written, span)
    if int(amount[:12]) == 0:
        return Fault(
            code="S125",
            message=f"`{written}` is no time at all",
            span=span,
            hint="write one or more",
            instead=f"1{name}" if end == start + 1 else f"1 {name}",
        )
    if len(amount) > 9 or int(amount) * unit.value > MAX_SECONDS:
        return Fault(
            code="S125",
            message=f"`{written}` is longer than a hundred years",
            span=span,
            hint="the longest time is 100 years",
            instead="100y",
        )
    return Duration(amount=int(amount), unit=unit, span=span)


def _broken_duration(amount: Decimal, unit: Unit, written: str, span: Span) -> Fault:
    """The fault of `1.5h`, with the same time in whole units where there is one."""
    seconds, instead = amount * unit.value, None
    for smaller, name in ((Unit.DAY, "d"), (Unit.HOUR, "h"), (Unit.MINUTE, "min")):
        if seconds and seconds % smaller.value == 0:
            instead = f"{seconds // smaller.value:f}{name}"
            break
    return Fault(
        code="S125",
        message=f"`{written}` is no whole number of its unit",
        span=span,
        hint=f"write `{instead}`" if instead else "use a smaller unit",
        instead=instead,
    )


def duration_up(pieces: Sequence[Piece], at: int) -> Read:
    """`90d+`, `90+ days`: the duration."""
    word = _word(pieces, at)
    if word.endswith("+"):
        return _duration_part(pieces, at, word[:-1])
    return None


def _duration_part(pieces: Sequence[Piece], at: int, text: str) -> Read:
    read = duration(_part(pieces, at, text, 0), 0)
    return (read[0], at + read[1]) if read else None


def unit_word(pieces: Sequence[Piece], at: int) -> Read:
    """`week` of `the last week`: one of the unit."""
    word = _word(pieces, at)
    unit = UNITS.get(word)
    if unit is None or len(word) < 3 or word.endswith("s"):
        return None
    return Duration(amount=1, unit=unit, span=pieces[at].span), at + 1


_AGO_RANGE: Final = re.compile(r"(\d+)([a-z]*)-(\d+)([a-z]*)")


def duration_range(pieces: Sequence[Piece], at: int) -> Read:
    """`7-30d`, `7d-30d`, `7-30 days`, as text with blanks: `7 d 30 d`."""
    match = _AGO_RANGE.fullmatch(_word(pieces, at))
    if match is None:
        return None
    unit, end = match[4], at + 1
    if not unit:
        unit, end = _word(pieces, at + 1), at + 2
    first = match[2] or unit
    if unit not in UNITS or first not in UNITS:
        return None
    return f"{match[1]} {first} {match[3]} {unit}", end


_SPENT: Final = re.compile(r"(\d+(?:\.\d+)?)([a-z]*)(\+?)([a-z]*)")


def spent_time(pieces: Sequence[Piece], at: int) -> Read:
    """`2+ minutes`, `2 minutes`, `90s`, `2min+`, `a minute`."""
    word = _word(pieces, at)
    if word in ("a", "an") or word in NUMBER_WORDS:
        found = SECONDS.get(_word(pieces, at + 1))
        amount = Decimal(NUMBER_WORDS.get(word, 1))
        return (SpentTime(amount, found[0]), at + 2) if found else None
    match = _SPENT.fullmatch(word)
    if match is None or (match[2] and match[4]):
        return None
    name, end = match[2] or match[4], at + 1
    if not name:
        name, end = _word(pieces, at + 1), at + 2
    if name not in SECONDS:
        return None
    if not Decimal(match[1]):
        return fault("S125", f"`{match[1]} {name}` is no time at all", pieces, at, end), end
    return SpentTime(Decimal(match[1]), SECONDS[name][0]), end


# --- dates ----------------------------------------------------------------------------------------


def day(pieces: Sequence[Piece], at: int) -> Read:
    """`2026-01-31`, `2026-01-31T09:00`, `2026-01-31 09:00`, `31 January 2026`."""
    word = _word(pieces, at)
    if match := _DATE.fullmatch(word):
        year, month, of_month = match[1], match[3].zfill(2), match[4].zfill(2)
        text, end = f"{year}-{month}-{of_month}{match[5] or ''}", at + 1
        if not match[5] and _TIME.fullmatch(_word(pieces, at + 1)):
            text, end = f"{text}T{pieces[at + 1].key}", at + 2
        return _checked_day(text, pieces, at, end), end
    if match := _OTHER_DATE.fullmatch(word):
        return _foreign_day(match, pieces, at), at + 1
    first, second, year = (_word(pieces, at + i) for i in range(3))
    month_name, of_month = (second, first) if second in _MONTHS else (first, second)
    if month_name in _MONTHS and _whole(of_month) and len(year) == 4 and _whole(year):
        text = f"{year}-{_MONTHS[month_name]:02}-{of_month.zfill(2)}"
        return _checked_day(text, pieces, at, at + 3), at + 3
    return None


def _checked_day(text: str, pieces: Sequence[Piece], start: int, end: int) -> Day | Fault:
    span = _span(pieces, start, end)
    try:
        if "t" in text.lower():
            return Day(value=datetime.fromisoformat(text.upper()), span=span)
        return Day(value=date.fromisoformat(text), span=span)
    except ValueError:
        return Fault(
            code="S126",
            message=f"there is no date `{text}`",
            span=span,
            hint="dates are written as `2026-01-31`",
        )


def _foreign_day(match: re.Match[str], pieces: Sequence[Piece], at: int) -> Fault:
    """The fault of `31.12.2026` and `12/31/2026`, with the date where only one reading exists."""
    first, second, year = int(match[1]), int(match[3]), match[4]
    year = year if len(year) == 4 else f"20{year}"
    instead = None
    if first > 12 >= second or first == second:
        instead = f"{year}-{second:02}-{first:02}"
    elif second > 12 >= first:
        instead = f"{year}-{first:02}-{second:02}"
    return Fault(
        code="S126",
        message=f"`{match.group()}` is not written as a date",
        span=pieces[at].span,
        hint=f"write `{instead}`" if instead else "dates are written as `2026-01-31`",
        instead=instead,
    )


# --- points ---------------------------------------------------------------------------------------

MAX_POINTS: Final = 1_000_000


def points(pieces: Sequence[Piece], at: int) -> Read:
    """`+15`, `-10`, `0`, `+ 15`, `15 points`, `plus 2.5`: in 1/100."""
    word, end = _word(pieces, at), at + 1
    sign = {"plus": "+", "minus": "-", "+": "+", "-": "-"}.get(word, "")
    if sign:
        word, end = _word(pieces, at + 1), at + 2
    match = _POINTS.fullmatch(word)
    if match is None or not (match[2] or match[3]) or (sign and match[1]):
        return None
    if not match[4] and _word(pieces, end) in ("points", "point", "pts", "pt"):
        end += 1
    text = (sign or match[1] or "") + (match[2] or "0") + (match[3] or "")
    return _checked_points(text, pieces, at, end), end


def _checked_points(text: str, pieces: Sequence[Piece], start: int, end: int) -> int | Fault:
    span = _span(pieces, start, end)
    if doubt := _doubtful_number(text.lstrip("+-"), span):
        sign = text[: len(text) - len(text.lstrip("+-"))]
        return _with(doubt, doubt.hint or "", sign + (doubt.instead or ""))
    value = _decimal(text)
    if abs(value) > MAX_POINTS:
        return Fault(
            code="S127",
            message=f"`{text}` is more than a million points",
            span=span,
            hint="points lie between -1000000 and +1000000",
        )
    hundredths = value * 100
    if hundredths != hundredths.to_integral_value():
        rounded = f"{value:+.2f}"
        return Fault(
            code="S127",
            message=f"`{text}` has more than two decimal places",
            span=span,
            hint=f"write `{rounded}`",
            instead=rounded,
        )
    return int(hundredths)


# --- quoted texts ---------------------------------------------------------------------------------

READERS: Final[dict[str, Reader]] = {
    "number": number,
    "range": number_range,
    "number+": number_up,
    "compared": compared,
    "n": whole,
    "n+": whole_up,
    "n-m": whole_range,
    "nx": times_x,
    "time": duration,
    "time+": duration_up,
    "unit": unit_word,
    "times": duration_range,
    "spent": spent_time,
    "date": day,
    "points": points,
}
