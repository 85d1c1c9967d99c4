"""How a column of times is read: every usual way of writing an instant → UTC.

Which ways a column of texts uses is settled once for the whole column, before a value is read: ISO
8601 with or without offset always; whole numbers only if all values are such, and then the unit is
the one in which they fall into our time; `11/21/2026` only if the column itself shows whether day
or month comes first. Day, month and year with points (`21.11.2026`) are read so; a date alone is
midnight in the card's timezone, a time without offset is in the column's zone.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from leadcard.compiler.zone_table import OffsetChange, local_changes, offset_changes
from leadcard.runtime.sql_text import text, trimmed
from leadcard.runtime.value_reading import (
    VALUE,
    Engine,
    Reading,
    engine_type,
    plain_text,
    unless_known,
)

_UTC = ("UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z", "Zulu", "Etc/Zulu", "Universal")
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
_OFFSET = r" ?(?:[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
_DATE = r"\d{4}-\d{1,2}-\d{1,2}"
_ISO_DATE = r"\d{4}([-/])\d{1,2}([-/])\d{1,2}"
_NAIVE = rf"{_DATE}[Tt ] ?{_CLOCK}"
_AWARE = rf"{_NAIVE}{_OFFSET}"
_INTEGER = r"-?\d{9,19}"
_SLASHES = (
    r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:,? +(\d{1,2}:\d{2}(?::\d{2})?)(?: ?([AaPp])\.?[Mm]\.?)?)?"
)

# The powers of ten between which whole numbers are instants of our time (1973 to 5138).
_SIZES = {"s": (8, 11), "ms": (11, 14), "us": (14, 17), "ns": (17, 20)}
_TO_MICROSECONDS = {"s": "* 1000000", "ms": "* 1000", "us": "", "ns": "// 1000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How a column writes its times: `unit` of whole numbers, or `order` (`dmy`, `mdy`) with
    slashes.
    """

    unit: str | None = None
    order: str | None = None
    guessed: bool = False


ISO = Writing()


def find_writing(
    engine: duckdb.DuckDBPyConnection, source: str, column: str, declared: str, unit: str | None
) -> Writing:
    """How the values of `column` in `source` are written; `unit` is what the vocabulary says."""
    if engine_type(declared) is Engine.INTEGER:
        return Writing(unit=unit) if unit else _by_size(engine, source, column)
    if engine_type(declared) not in (Engine.TEXT, Engine.BYTES, Engine.OTHER):
        return Writing(unit=unit)
    value = trimmed(plain_text(column, declared))
    first = _shapes(engine, f"(SELECT {column} FROM {source} LIMIT 5000)", value)
    if first.slashes:
        shapes = _shapes(engine, source, value)
        order = {(True, False): "dmy", (False, True): "mdy"}.get(
            (shapes.first_over_12, shapes.second_over_12)
        )
        return Writing(order=order, guessed=order is not None)
    if first.filled and first.integers == first.filled:
        number = f"TRY_CAST({value} AS BIGINT)"
        return Writing(unit=unit) if unit else _by_size(engine, source, number)
    return ISO


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shapes:
    filled: int
    integers: int
    slashes: int
    first_over_12: bool
    second_over_12: bool


def _shapes(engine: duckdb.DuckDBPyConnection, source: str, value: str) -> _Shapes:
    parts = [f"TRY_CAST(regexp_extract(v, {text(_SLASHES)}, {n}) AS INTEGER)" for n in (1, 2)]
    row = engine.execute(
        "SELECT count(*) FILTER (v <> ''),"
        f" count(*) FILTER (regexp_full_match(v, {text(_INTEGER)})),"
        f" count(*) FILTER (regexp_full_match(v, {text(_SLASHES)})),"
        f" coalesce(bool_or({parts[0]} > 12), false), coalesce(bool_or({parts[1]} > 12), false)"
        f" FROM (SELECT {value} AS v FROM {source})"
    ).fetchone()
    assert row is not None
    return _Shapes(
        filled=row[0],
        integers=row[1],
        slashes=row[2],
        first_over_12=row[3],
        second_over_12=row[4],
    )


def _by_size(engine: duckdb.DuckDBPyConnection, source: str, number: str) -> Writing:
    """The unit in which all whole numbers of a column are instants of our time."""
    row = engine.execute(
        f"SELECT min(abs(n)), max(abs(n)) FROM (SELECT {number} AS n FROM {source})"
    ).fetchone()
    if row is None or row[0] is None:
        return Writing(unit="s", guessed=False)
    for unit, (low, high) in _SIZES.items():
        if 10**low <= row[0] and row[1] < 10**high:
            return Writing(unit=unit, guessed=True)
    return ISO


def read_time(
    column: str,
    declared: str,
    writing: Writing,
    *,
    card_zone: str,
    column_zone: str | None,
    missing: tuple[str, ...] = (),
) -> Reading:
    """The instant, as a TIMESTAMP in UTC."""
    zone = column_zone or "UTC"
    match engine_type(declared):
        case Engine.INSTANT:
            return Reading(value=_of_instant(column), bad=None, kind="time")
        case Engine.LOCAL:
            plain = column if declared == "TIMESTAMP" else f"CAST({column} AS TIMESTAMP)"
            value = to_utc(plain, zone)
            return Reading(value=value, bad=None, kind="time", cheap=zone in _UTC)
        case Engine.DATE:
            plain = f"CAST({column} AS TIMESTAMP)"
            value = to_utc(plain, card_zone)
            return Reading(value=value, bad=None, kind="time", cheap=card_zone in _UTC)
        case Engine.INTEGER:
            return _of_numbers(column, writing)
        case _:
            return _of_texts(plain_text(column, declared), writing, card_zone, zone, missing)


def _of_instant(column: str) -> str:
    # A cast would go through the calendar library for every row.
    return f"make_timestamp(epoch_us({column}))"


def _of_numbers(number: str, writing: Writing) -> Reading:
    if writing.unit is None:
        return Reading(value="CAST(NULL AS TIMESTAMP)", bad=f"{number} IS NOT NULL", kind="time")
    micros = f"CAST({number} AS BIGINT) {_TO_MICROSECONDS[writing.unit]}".strip()
    low, high = -62_135_596_800, 253_402_300_799  # years 1 to 9999
    scale = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[writing.unit]
    inside = f"{number} BETWEEN {low * scale} AND {high * scale}"
    return Reading(
        value=f"CASE WHEN {inside} THEN make_timestamp({micros}) END",
        bad=f"{number} IS NOT NULL AND NOT ({inside})",
        kind="time",
    )


def _of_texts(
    plain: str, writing: Writing, card_zone: str, zone: str, missing: tuple[str, ...]
) -> Reading:
    if writing.unit is not None:
        number = f"TRY_CAST({trimmed(plain)} AS BIGINT)"
        found = _of_numbers(number, writing).value
        bad = unless_known(plain, f"{VALUE} IS NOT NULL", missing)
        return Reading(value=found, bad=bad, kind="time", cheap=False)
    value = trimmed(plain)
    cases = [
        # The commonest forms, told by their shape: a search for a pattern costs several times that.
        (f"{value} LIKE '____-__-__ __:__:__'", to_utc(f"TRY_CAST({value} AS TIMESTAMP)", zone)),
        (f"{value} LIKE '____-__-__T__:__:__Z'", f"TRY_CAST({value} AS TIMESTAMP)"),
        (f"regexp_full_match({value}, {text(_NAIVE)})", to_utc(_clock(value), zone)),
        (f"regexp_full_match({value}, {text(_AWARE)})", _aware(value)),
        (f"regexp_full_match({value}, {text(_ISO_DATE)})", to_utc(_as_date(value), card_zone)),
        (f"regexp_full_match({value}, '\\d{{8}}')", to_utc(_compact(value), card_zone)),
        *_other_cases(value, writing, card_zone, zone),
    ]
    body = " ".join(f"WHEN {test} THEN {then}" for test, then in cases)
    found = f"CASE {body} END"
    return Reading(
        value=found,
        bad=unless_known(plain, f"{VALUE} IS NOT NULL", missing),
        kind="time",
        cheap=False,
    )


def _clock(value: str) -> str:
    """SQL for a date and time without offset."""
    spaced = f"regexp_replace(replace({value}, ',', '.'), '[Tt ] ?', ' ')"
    return f"TRY_CAST({spaced} AS TIMESTAMP)"


def _aware(value: str) -> str:
    plain = f"regexp_replace(upper(replace({value}, ',', '.')), ' ?(Z|UTC|GMT)$', '+00')"
    spaced = f"regexp_replace(regexp_replace({plain}, ' ([+-]\\d)', '\\1'), '[T ] ?', ' ')"
    return _of_instant(f"TRY_CAST({spaced} AS TIMESTAMPTZ)")


def _as_date(value: str) -> str:
    return f"CAST(TRY_CAST(replace({value}, '/', '-') AS DATE) AS TIMESTAMP)"


def _compact(value: str) -> str:
    dashed = f"regexp_replace({value}, '(....)(..)(..)', '\\1-\\2-\\3')"
    return f"CAST(TRY_CAST({dashed} AS DATE) AS TIMESTAMP)"


def _other_cases(value: str, writing: Writing, card_zone: str, zone: str) -> list[tuple[str, str]]:
    points = r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? +(\d{1,2}:\d{2}(?::\d{2})?))?"
    cases = [_parts_case(value, points, "dmy", card_zone, zone)]
    slashed = r"\d{4}/\d{1,2}/\d{1,2}[Tt ] ?" + _CLOCK
    cases.append(
        (
            f"regexp_full_match({value}, {text(slashed)})",
            to_utc(_clock(f"replace({value}, '/', '-')"), zone),
        )
    )
    if writing.order is not None:
        cases.append(_parts_case(value, _SLASHES, writing.order, card_zone, zone))
    return cases


def _parts_case(value: str, pattern: str, order: str, card_zone: str, zone: str) -> tuple[str, str]:
    """The case for day, month and year in `order`, with or without a time of day."""
    day, month = ("\\1", "\\2") if order == "dmy" else ("\\2", "\\1")
    turned = text(f"\\3-{month}-{day}")
    date = f"regexp_replace({value}, {text('^' + pattern + '$')}, {turned})"
    clock = f"regexp_extract({value}, {text(pattern)}, 4)"
    midnight = f"CAST(TRY_CAST({date} AS DATE) AS TIMESTAMP)"
    at = f"TRY_CAST({date} || ' ' || {clock} AS TIMESTAMP)"
    if pattern == _SLASHES:
        half = f"upper(regexp_extract({value}, {text(pattern)}, 5))"
        hour = f"TRY_CAST(split_part({clock}, ':', 1) AS INTEGER)"
        shift = (
            f"CASE WHEN {half} = 'P' AND {hour} < 12 THEN to_hours(12)"
            f" WHEN {half} = 'A' AND {hour} = 12 THEN to_hours(-12) ELSE to_hours(0) END"
        )
        at = f"CASE WHEN {half} = '' OR {hour} BETWEEN 1 AND 12 THEN {at} + {shift} END"
    then = f"CASE WHEN {clock} = '' THEN {to_utc(midnight, card_zone)} ELSE {to_utc(at, zone)} END"
    return f"regexp_full_match({value}, {text(pattern)})", then


def to_utc(local: str, zone: str) -> str:
    """SQL for the instant of the local TIMESTAMP `local` in `zone`; as `zoneinfo` with fold 0."""
    if zone in _UTC:
        return local
    changes = local_changes(offset_changes(zone))
    return f"list_transform([{local}], lambda t: t - to_seconds({_offset_tree(changes)}))[1]"


def _offset_tree(changes: tuple[OffsetChange, ...]) -> str:
    """SQL for the offset at local time `t`, by halving: about eight comparisons for a century."""
    if len(changes) == 1:
        return str(changes[0][1])
    middle = len(changes) // 2
    early, late = _offset_tree(changes[:middle]), _offset_tree(changes[middle:])
    bound = f"make_timestamp({changes[middle][0]}000000)"
    return f"CASE WHEN t >= {bound} THEN {late} ELSE {early} END"
