"""How the oracle reads texts, numbers, times and objects, written from docs/language.md alone.

Only fixed lists that are part of the language are taken from the compiler: the fold table, the
blanks, the punctuation, the endings of paths, the scripts that join words, the words for yes, no.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from leadcard.compiler.fold_table import RUNS
from leadcard.compiler.text import BLANKS, ENDINGS, FALSE_WORDS, JOINED, PUNCTUATION, TRUE_WORDS

FOLDED = {
    code: code + distance
    for first, last, step, distance in RUNS
    for code in range(first, last + 1, step)
}

# --- text -----------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """`text` with each letter in its one folded form."""
    return "".join(chr(FOLDED.get(ord(char), ord(char))) for char in text)


def pieces(text: str, separators: str) -> list[str]:
    """The parts of `text` between any of `separators`, empty ones left out."""
    parts = [""]
    for char in text:
        if char in separators:
            parts.append("")
        else:
            parts[-1] += char
    return [part for part in parts if part]


@lru_cache(10_000)
def loose(text: str) -> str:
    """Folded; blanks trimmed, a run of blanks one space: what `starts with` compares."""
    return " ".join(pieces(fold(text), BLANKS))


@lru_cache(100_000)
def name(text: str) -> str:
    """As `loose`, with hyphen and underline taken as blanks: what `is` and `in` compare."""
    return " ".join(pieces(fold(text), BLANKS + "-_"))


@lru_cache(10_000)
def words(text: str) -> str:
    """Folded words with one space between them: what `contains` looks into."""
    return " ".join(pieces(fold(text), BLANKS + PUNCTUATION))


def is_blank(text: str) -> bool:
    """Whether `text` holds nothing but blanks."""
    return all(char in BLANKS for char in text)


def joins_words(char: str) -> bool:
    """Whether `char` belongs to a script that writes words without blanks."""
    return any(first <= ord(char) <= last for first, last in JOINED)


def places(text: str, part: str) -> Iterator[int]:
    """Every place in `text` at which `part` begins."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def contains(value: str, term: str) -> bool:
    """Whether `value` holds `term` as whole words; `*` at an end lets the word go on there."""
    inside, wanted = words(value), words(term.strip("*"))
    if not wanted:
        raise ValueError(f"no word in {term!r}")
    free_left = term.startswith("*") or joins_words(wanted[0])
    free_right = term.endswith("*") or joins_words(wanted[-1])
    for start in places(inside, wanted):
        end = start + len(wanted)
        left_ok = free_left or start == 0 or inside[start - 1] == " "
        right_ok = free_right or end == len(inside) or inside[end] == " "
        if left_ok and right_ok:
            return True
    return False


def glob(text: str, pattern: str) -> bool:
    """Whether the whole `text` meets `pattern`: `*` any run, `?` any one character."""
    expression = "".join(
        ".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern
    )
    return re.fullmatch(expression, text, re.DOTALL) is not None


def plain(value: object) -> str | None:
    """A value of the data as text: `42`, `true`; None stays None."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def domain_and_above(domain: str) -> list[str]:
    """A mail domain and those that it lies below: `a.b.de`, `b.de`, `de`."""
    labels = name(domain).split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def domain_entry(entry: str) -> str:
    """An entry of a list of mail domains: `@acme.com` and `.acme.com` are `acme.com`."""
    return name(entry).removeprefix("@").lstrip(".")


# --- numbers --------------------------------------------------------------------------------------

# The upper end may be infinity, which Python compares exactly with fractions.
Span: TypeAlias = tuple[Fraction | float, Fraction | float]

_IGNORED = BLANKS + ",'’" + "$€£¥₽₩₹"
_ONE = r"([+-]?)([0-9]+)(?:\.([0-9]+))?"
_NUMBER = re.compile(_ONE)
_RANGE = re.compile(rf"{_ONE}[-–]{_ONE}")
_OPEN = re.compile(rf"{_ONE}\+")
_LIMIT = 10**20


def round_away(value: Fraction) -> int:
    """The whole number nearest to `value`, halves away from zero."""
    size = math.floor(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


def read_number(value: object) -> Span | None:
    """Both ends of a number of the data (`51-200` has two, `10,001+` no upper one), or None."""
    ends = _ends(value)
    if ends is None:
        return None
    one, other = _to_six_places(ends[0]), _to_six_places(ends[1])
    if any(end != math.inf and not -_LIMIT < end < _LIMIT for end in (one, other)):
        return None
    return (one, other) if one <= other else (other, one)


def _ends(value: object) -> tuple[Fraction | float, Fraction | float] | None:
    match value:
        case None | bool():
            return None
        case int() | float() | Decimal():
            exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
            return (Fraction(exact), Fraction(exact)) if exact.is_finite() else None
        case str():
            left = "".join(char for char in value if char not in _IGNORED)
            if found := _NUMBER.fullmatch(left):
                return _written(*found.groups()), _written(*found.groups())
            if found := _RANGE.fullmatch(left):
                return _written(*found.groups()[:3]), _written(*found.groups()[3:])
            if found := _OPEN.fullmatch(left):
                return _written(*found.groups()), math.inf
    return None


def _written(sign: str, digits: str, decimals: str | None) -> Fraction:
    size = Fraction(f"{digits}.{decimals or '0'}")
    return -size if sign == "-" else size


def _to_six_places(value: Fraction | float) -> Fraction | float:
    return value if isinstance(value, float) else Fraction(round_away(value * 10**6), 10**6)


def in_plain_text(value: object) -> str | None:
    """A value of a number field as text; one that is typed as shortly as it can be written."""
    ends = None if isinstance(value, str) else read_number(value)
    if ends is None or isinstance(ends[0], float):
        return plain(value)
    millionths = round_away(ends[0] * 10**6)
    size = f"{abs(millionths) // 10**6}.{abs(millionths) % 10**6:06}".rstrip("0").rstrip(".")
    return f"-{size}" if millionths < 0 else size


def read_boolean(value: object) -> bool | None:
    """A yes or no of the data, or None."""
    if isinstance(value, bool):
        return value
    said = name(plain(value) or "")
    return True if said in TRUE_WORDS else False if said in FALSE_WORDS else None


def milliseconds(seconds: object) -> int:
    """Seconds of one event as whole milliseconds; missing and negative ones are 0."""
    if isinstance(seconds, str) and any(dash in seconds for dash in "-–"):
        return 0  # less than nothing, or a range
    number = read_number(seconds)
    if number is None or number[0] != number[1] or isinstance(number[0], float):
        return 0
    return max(0, round_away(number[0] * 1000))


# --- times ----------------------------------------------------------------------------------------

_EPOCH = datetime(1970, 1, 1)
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    rf"({_DAY.pattern}[Tt ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]+)?)?)"
    r" ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_MICROSECOND = timedelta(microseconds=1)


def instant(moment: datetime) -> int:
    """Microseconds since 1970 in UTC; a moment without offset is UTC."""
    offset = moment.utcoffset() or timedelta(0)
    return (moment.replace(tzinfo=None) - _EPOCH - offset) // _MICROSECOND


def midnight(day: date, zone: ZoneInfo) -> int:
    """The instant at which `day` begins in `zone`."""
    return instant(datetime.combine(day, time(0), tzinfo=zone))


def local_day(at: int, zone: ZoneInfo) -> date:
    """The calendar day of instant `at` in `zone`."""
    return (_EPOCH.replace(tzinfo=UTC) + at * _MICROSECOND).astimezone(zone).date()


def read_time(value: object, zone: ZoneInfo) -> int | None:
    """An instant of the data, or None; a date without a time is midnight in `zone`."""
    match value:
        case datetime():
            return instant(value)
        case date():
            return midnight(value, zone)
        case str():
            text = value.strip(BLANKS)
            try:
                if _DAY.fullmatch(text):
                    return midnight(date.fromisoformat(text), zone)
                if found := _MOMENT.fullmatch(text):
                    return instant(datetime.fromisoformat("".join(found.groups("")).upper()))
            except ValueError:
                return None
    return None


# --- objects of events ----------------------------------------------------------------------------


def is_path(text: str) -> bool:
    """Whether an object is a path or URL: begins with `/` or `www.`, or with a scheme and `://`."""
    trimmed = fold(text).strip(BLANKS)
    return (
        trimmed.startswith(("/", "www."))
        or re.match(rf"[^{BLANKS}/?#]+?://", trimmed, re.DOTALL) is not None
    )


def without_query(text: str) -> str:
    """A path or URL up to its query or fragment."""
    return re.split(r"[?#]", text, maxsplit=1)[0]


def asset(text: str) -> str:
    """What tells objects apart: of a path or URL without query, fragment and slashes at its end."""
    if not is_path(text):
        return name(text)
    whole = name(without_query(text))
    while whole.endswith("/") and whole != "/":
        whole = whole[:-1]
    return whole.strip(" ") or "/"


def segments(text: str) -> list[str]:
    """The segments of a path or URL in name form; host, query and a known ending left out."""
    path = without_query(fold(text).strip(BLANKS))
    if path.startswith("//"):
        path = path[2:].partition("/")[2]
    elif not path.startswith("/"):
        path = re.sub(r"^.*?://", "", path, count=1, flags=re.DOTALL).partition("/")[2]
    parts = pieces(path.rstrip("/" + BLANKS), "/")
    if parts:
        parts[-1] = _without_ending(parts[-1])
    return [name(part) for part in parts if name(part)]


def _without_ending(segment: str) -> str:
    for ending in ENDINGS:
        if segment.endswith(ending) and segment != ending:
            return segment[: -len(ending)]
    return segment


def in_segments(text: str, term: str) -> bool:
    """Whether a term is a segment of a path, or its words are segments in a row."""
    inside = segments(text)
    whole = [[name(term)], [words(term)], words(term).split(" ")]
    return any(
        inside[at : at + len(wanted)] == wanted for wanted in whole for at in range(len(inside))
    )


def path_glob(text: str, pattern: str) -> bool:
    """Whether a path or URL meets a pattern such as `/docs/*`, which `/docs` itself meets too."""
    path = "".join(f"/{segment}" for segment in segments(text)) or "/"
    wanted = "".join(f"/{segment}" for segment in segments_of_pattern(pattern)) or "/"
    if wanted.endswith("/*") and glob(path, wanted[:-2] or "/"):
        return True
    return glob(path, wanted)


def segments_of_pattern(pattern: str) -> list[str]:
    """The segments of a pattern of paths, in which `?` and `*` stand for characters."""
    parts = pieces(fold(pattern).strip(BLANKS), "/")
    if parts:
        parts[-1] = _without_ending(parts[-1])
    return [name(part) for part in parts if name(part)]
