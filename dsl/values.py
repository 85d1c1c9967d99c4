"""Numbers, money, whole numbers and points, read off the pieces of a line.

Each reader looks at the pieces from one place on and gives its value with the place after it, or
None where none stands there. What people would read in two ways is a `Fault`, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, TypeAlias

from leadcard.dsl.ast import Number, NumberRange
from leadcard.dsl.record import dataclass
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


Read: TypeAlias = tuple[Any, int] | None
Reader: TypeAlias = Callable[[Sequence[Piece], int], Read]

_NUMBER_WORDS: Final = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
NUMBER_WORDS: Final = {word: number for number, word in enumerate(_NUMBER_WORDS, start=1)}
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
_CODES: Final = """
    aed ars aud azn bdt bgn bhd brl byn cad chf clp cny cop czk dkk dzd egp eur gbp gel hkd huf
    idr ils inr isk jod jpy kes krw kwd kzt lkr mad mxn myr ngn nok nzd omr pen php pkr pln qar ron
    rsd rub sar sek sgd thb tnd try twd uah usd uyu uzs vnd zar
"""
CURRENCY_CODES: Final = frozenset(_CODES.split())
_CURRENCY_NAMES: Final = {"euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD"}
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
_THOUSANDS: Final = re.compile(r"[^\d.]*\d{1,3}([.]\d{3}){2,}[^\d.]*")
_MONTH: Final = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
_POINTS: Final = re.compile(r"([+-])?(\d{1,3}(?:[ ,']\d{3})+(?!\d)|\d*)(\.\d+)?(points?|pts?|p)?")


def fault(code: str, message: str, pieces: Sequence[Piece], start: int, end: int) -> Fault:
    """A fault over the pieces from `start` to `end`."""
    return Fault(code=code, message=message, span=span_of(pieces, start, end))


def span_of(pieces: Sequence[Piece], start: int, end: int) -> Span:
    """The span of the pieces from `start` to `end`."""
    return Span(pieces[start].start, pieces[end - 1].end)


def word_at(pieces: Sequence[Piece], at: int) -> str:
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
    """The fault of `1.000`, a thousand to some readers and one to others; and of endless digits."""
    whole, _, fraction = text.partition(".")
    if sum(char.isdigit() for char in whole) > 15 or len(fraction) > 6:
        return Fault(
            code="S130",
            message="the number has too many digits",
            span=span,
            hint="fifteen digits, and six after the point, are enough for anything",
        )
    if len(fraction) == 3 and whole.isdigit() and 1 <= len(whole) <= 3 and whole != "0":
        return Fault(
            code="S121",
            message=f"`{text}` can be read as {whole} or as {whole}{fraction}",
            span=span,
            hint=f"write `{whole}{fraction}` for thousands, `{whole}` for a small number",
            instead=whole + fraction,
        )
    return None


def without_points(text: str) -> str | None:
    """`10000000` for `10.000.000`, whose points part thousands; None for all else."""
    return text.replace(".", "") if _THOUSANDS.fullmatch(text) else None


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
        (before := _currency(word_at(pieces, at)))
        and word_at(pieces, at + 1)[:1].isdigit()
        and not any(c.isdigit() for c in pieces[at].key)
    ):
        currency, at = before, at + 1
    match = _NUMBER.fullmatch(word_at(pieces, at))
    if match is None:
        return None
    after = match["a1"]
    if after and _currency(after) is None:
        return None
    scale, at = _scale_after(pieces, at + 1, match["s1"])
    currency = currency or (_currency(match["c1"]) if match["c1"] else None)
    currency = currency or (_currency(after) if after else None)
    if currency is None and (currency := _currency(word_at(pieces, at))):
        at += 1
    span = span_of(pieces, start, at)
    if doubt := _doubtful_number(match["n1"], span):
        return _kept(doubt, pieces[start:at], {match["n1"]: doubt.instead}), at
    text = ("-" if match["sign"] == "-" else "") + match["n1"]
    return _bare_number(text, scale, currency, span), at


def _scale_after(pieces: Sequence[Piece], at: int, scale: str | None) -> tuple[str | None, int]:
    if scale is None and (word := word_at(pieces, at)) in SCALES and word != "b":
        return pieces[at].key, at + 1
    return scale, at


def number_range(pieces: Sequence[Piece], at: int) -> Read:
    """`50-500`, `€5m-€10m`, `5m-10m EUR`, `5-10 million` (a fault: is it 5 or 5 million?)."""
    match = _RANGE.fullmatch(word_at(pieces, at))
    if match is None:
        return None
    start, word = at, pieces[at].key
    scale, at = _scale_after(pieces, at + 1, match["s2"])
    signs = [match[group] for group in ("c1", "a1", "c2", "a2") if match[group]]
    found = [_currency(sign) for sign in signs]
    if None in found:
        return None
    if not found and (after := _currency(word_at(pieces, at))):
        found, at = [after], at + 1
    span = span_of(pieces, start, at)
    low_text = ("-" if match["sign"] else "") + match["n1"]
    currency = found[0] if found else None
    low = _bare_number(low_text, match["s1"], currency, span)
    high = _bare_number(match["n2"], scale, found[-1] if found else None, span)
    doubts = {text: _doubtful_number(text, span) for text in (match["n1"], match["n2"])}
    if doubt := doubts[match["n1"]] or doubts[match["n2"]]:
        clear = {text: other.instead for text, other in doubts.items() if other}
        return _kept(doubt, pieces[start:at], clear), at
    if scale and not match["s1"] and 0 < low.value < _decimal(match["n2"]):
        suffix = SCALES[scale][0]
        plain = _with_currency(match, suffix, pieces[start + 1 : at])
        doubt = fault("S122", f"`{word}` does not say what its lower end is", pieces, start, at)
        return advised(doubt, f"say `{suffix}` at both ends", plain), at
    if low.value > high.value and _MONTH.fullmatch(word):
        doubt = fault("S126", f"`{word}` is not written as a date", pieces, start, at)
        return replace(doubt, hint="dates are written as `2026-01-31`"), at
    if low.value > high.value:
        doubt = fault("S123", f"`{word}` begins above its end", pieces, start, at)
        return advised(doubt, "the smaller number comes first", f"{match['n2']}-{match['n1']}"), at
    return NumberRange(low=low, high=high, span=span), at


def _with_currency(match: re.Match[str], scale: str, after: Sequence[Piece]) -> str:
    """Both ends of a range with the scale of the upper one; the currency stays where it stands."""
    before = match["c1"] or match["c2"] or ""
    behind = match["a2"] or match["a1"] or ""
    words = "".join(f" {piece.key.upper()}" for piece in after if _currency(piece.key))
    return f"{before}{match['n1']}{scale}-{before}{match['n2']}{scale}{behind}{words}"


def _kept(doubt: Fault, pieces: Sequence[Piece], plain: Mapping[str, str | None]) -> Fault:
    """A doubt about numbers among `pieces`, whose currency and other end the fix keeps."""
    if doubt.instead is None:
        return doubt
    said = " ".join(piece.key for piece in pieces)
    ends = sorted(plain, key=len, reverse=True)
    pattern = "|".join(rf"(?<![\d.]){re.escape(end)}(?!\d)" for end in ends)
    return replace(doubt, instead=re.sub(pattern, lambda found: plain[found[0]] or "", said))


def advised(found: Fault, hint: str, instead: str) -> Fault:
    """`found` with a hint and with what to write instead."""
    return replace(found, hint=hint, instead=instead)


def part_of(pieces: Sequence[Piece], at: int, text: str, skipped: int) -> list[Piece]:
    """The pieces from `at` on, the first of them replaced by a part of itself."""
    first = pieces[at]
    part = Piece(Kind.WORD, text, first.start + skipped, first.start + skipped + len(text))
    return [part, *pieces[at + 1 : at + 3]]


def number_up(pieces: Sequence[Piece], at: int) -> Read:
    """`50+`, `€10m+`, `10+ million`, `50 +`: the number, meant as a lower end."""
    word = word_at(pieces, at)
    if word.endswith("+") and len(word) > 1:
        read = number(part_of(pieces, at, word[:-1], 0), 0)
        return (read[0], at + read[1]) if read else None
    read = number(pieces, at)
    if read and word_at(pieces, read[1]) == "+":
        return read[0], read[1] + 1
    return None


_AMOUNT_WORDS: Final = frozenset(
    {"over", "more", "at", "between", "under", "less", "fewer", "up", "no", "above", "below"}
)


def begins_amount(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a number of something stands at `at`: `500+ employees`, `more than 500 …`."""
    if word_at(pieces, at) in _AMOUNT_WORDS:
        ends = range(at + 1, min(at + 5, len(pieces)))
        return any(pieces[end].key[:1].isdigit() for end in ends)
    return bool(number(pieces, at) or number_up(pieces, at) or number_range(pieces, at))


_COMPARED: Final = re.compile(r"(>=|=>|<=|=<|==?|>|<|≥|≤|⩾|⩽)(.*)")
_SIGN_NAMES: Final = {"=>": ">=", "≥": ">=", "⩾": ">=", "=<": "<=", "≤": "<=", "⩽": "<=", "==": "="}


def compared(pieces: Sequence[Piece], at: int) -> Read:
    """`>= 50`, `>50`, `≤ €10m`, `= 5`: a range by comparison signs."""
    match = _COMPARED.fullmatch(word_at(pieces, at))
    if match is None:
        return None
    sign, rest = match[1], match[2]
    read = (
        number(part_of(pieces, at, rest, len(sign)), 0)
        if rest
        else number(pieces[: at + 5], at + 1)
    )
    if read is None:
        return None
    value, end = read
    end = at + end if rest else end
    if not isinstance(value, Number):
        return value, end
    span = span_of(pieces, at, end)
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


def whole_number(text: str) -> int | None:
    """`text` as a whole number without a sign, if it is one."""
    text = text.replace(",", "").replace(" ", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def whole(pieces: Sequence[Piece], at: int) -> Read:
    """`3`, `three`."""
    word = word_at(pieces, at)
    value = NUMBER_WORDS.get(word, whole_number(word))
    return None if value is None else (value, at + 1)


def whole_up(pieces: Sequence[Piece], at: int) -> Read:
    """`3+`, `3 +`."""
    word = word_at(pieces, at)
    if word.endswith("+") and (value := whole_number(word[:-1])) is not None:
        return value, at + 1
    if (value := whole_number(word)) is not None and word_at(pieces, at + 1) == "+":
        return value, at + 2
    return None


_WHOLE_RANGE: Final = re.compile(r"(\d{1,9})(?:-|\.\.)(\d{1,9})(x?)")
_TIMES: Final = re.compile(r"(\d{1,9})(\+?)x(\+?)|x(\d{1,9})(\+?)")


def whole_range(pieces: Sequence[Piece], at: int) -> Read:
    """`3-5` of `3-5 times`, as text."""
    match = _WHOLE_RANGE.fullmatch(word_at(pieces, at))
    return (f"{match[1]}-{match[2]}", at + 1) if match and not match[3] else None


def times_x(pieces: Sequence[Piece], at: int) -> Read:
    """`3x`, `3x+`, `3+x`, `x3`: the number."""
    match = _TIMES.fullmatch(word_at(pieces, at))
    return (int(match[1] or match[4]), at + 1) if match else None


# --- points ---------------------------------------------------------------------------------------

MAX_POINTS: Final = 1_000_000
SIGN_WORDS: Final[dict[str, str]] = {
    word: sign
    for sign, words in (
        ("+", "+ plus add adds award awards give gives gain gains get gets earns worth"),
        ("-", "- minus subtract subtracts deduct deducts remove removes lose loses take takes"),
    )
    for word in words.split()
}
_POINT_WORDS: Final = frozenset({"points", "point", "pts", "pt", "pts.", "pt."})


def points(pieces: Sequence[Piece], at: int) -> Read:
    """`+15`, `-10`, `0`, `+ 15`, `15 points`, `plus 2.5`, `subtract 10`: in 1/100."""
    word, end = word_at(pieces, at), at + 1
    sign = SIGN_WORDS.get(word, "")
    if sign:
        word, end = word_at(pieces, at + 1), at + 2
    match = _POINTS.fullmatch(word)
    if match is None or not (match[2] or match[3]) or (sign and match[1]):
        return None
    if not match[4] and word_at(pieces, end) in _POINT_WORDS:
        end += 1
    text = (sign or match[1] or "") + (match[2] or "0") + (match[3] or "")
    return _checked_points(text, pieces, at, end), end


def _checked_points(text: str, pieces: Sequence[Piece], start: int, end: int) -> int | Fault:
    span = span_of(pieces, start, end)
    if doubt := _doubtful_number(text.lstrip("+-"), span):
        sign = text[: len(text) - len(text.lstrip("+-"))]
        return advised(doubt, doubt.hint or "", sign + (doubt.instead or ""))
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
