"""How one column is read: SQL for its value, and SQL for "this value cannot be read".

Typed columns are read as they are. Texts of numbers and of yes or no stay texts (compiled code
reads them), only checked here; texts of times become instants, because compiled code knows only
those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from leadcard.compiler.plan import FieldKind
from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS
from leadcard.runtime.sql_text import bare_number, is_blank, name_form, text, text_form, texts


class Engine(Enum):
    """What an engine's type is to us."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    LOCAL = "time without zone"
    INSTANT = "time with zone"
    BYTES = "bytes"
    OTHER = "other"


VALUE = "$value$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """SQL of a value, of whether it cannot be read (None: it always can), and the type it has then.

    In `bad`, `VALUE` stands for the value, so that it need not be worked out twice.
    """

    value: str
    bad: str | None
    kind: str  # text, number, time, boolean
    cheap: bool = True  # so cheap that it may be done again with every scan


_INTEGERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?\Z")


def engine_type(declared: str) -> Engine:
    """Our name for a type of the engine."""
    if declared in ("VARCHAR", "UUID") or declared.startswith("ENUM"):
        return Engine.TEXT
    if _INTEGERS.match(declared):
        return Engine.INTEGER
    if declared.startswith("DECIMAL"):
        return Engine.DECIMAL
    known = {
        "FLOAT": Engine.FLOAT,
        "DOUBLE": Engine.FLOAT,
        "BOOLEAN": Engine.BOOLEAN,
        "DATE": Engine.DATE,
        "BLOB": Engine.BYTES,
        "TIMESTAMP WITH TIME ZONE": Engine.INSTANT,
    }
    if declared.startswith("TIMESTAMP") and declared not in known:
        return Engine.LOCAL
    return known.get(declared, Engine.OTHER)


def plain_text(column: str, declared: str) -> str:
    """SQL for the value of any column as people would write it: `42`, not `42.0`."""
    match engine_type(declared):
        case Engine.TEXT:
            return column if declared == "VARCHAR" else f"CAST({column} AS VARCHAR)"
        case Engine.FLOAT | Engine.DECIMAL:
            whole = f"CAST(CAST({column} AS HUGEINT) AS VARCHAR)"
            exact = f"{column} = trunc({column}) AND abs({column}) < 1e30"
            return f"CASE WHEN {exact} THEN {whole} ELSE CAST({column} AS VARCHAR) END"
        case Engine.BYTES:
            return f"TRY(decode({column}))"
        case _:
            return f"CAST({column} AS VARCHAR)"


def read_text(column: str, declared: str) -> Reading:
    """A text, in normal form C."""
    value = plain_text(column, declared)
    if engine_type(declared) in (Engine.TEXT, Engine.BYTES, Engine.OTHER):
        value = f"nfc_normalize({value})"
    return Reading(value=value, bad=None, kind="text")


def read_id(column: str, declared: str) -> Reading:
    """The text of an id, exactly as it is."""
    return Reading(value=plain_text(column, declared), bad=None, kind="text")


# --- numbers --------------------------------------------------------------------------------------

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_NUMBER_TEXT = rf"{_NUMBER}(?:\+|[-–]{_NUMBER})?"
_TOO_LARGE = r"(?:^|[^0-9.])0*[1-9]\d{20}"  # more than 20 digits before the point


def read_number(column: str, declared: str, missing: tuple[str, ...]) -> Reading:
    """A number; texts may hold ranges (`51-200`), separators and a currency sign."""
    match engine_type(declared):
        case Engine.INTEGER | Engine.DECIMAL:
            bad = f"({column} >= 1e20 OR {column} <= -1e20)"  # the least number has no abs
            return Reading(value=column, bad=bad, kind="number")
        case Engine.FLOAT:
            bad = f"{column} IS NOT NULL AND NOT (isfinite({column}) AND abs({column}) < 1e20)"
            return Reading(value=column, bad=bad, kind="number")
        case _:
            value = plain_text(column, declared)
            bare = bare_number(value)
            large = f"(length({bare}) > 20 AND regexp_matches({bare}, {text(_TOO_LARGE)}))"
            good = f"regexp_full_match({bare}, {text(_NUMBER_TEXT)}) AND NOT {large}"
            return Reading(value=value, bad=unless_known(value, good, missing), kind="text")


def unless_known(value: str, good: str, missing: tuple[str, ...]) -> str:
    """SQL for: the text is neither blank, nor `good`, nor one of the words for nothing."""
    words = f" WHEN {text_form(value)} IN ({texts(missing)}) THEN false" if missing else ""
    return f"CASE WHEN {good} THEN false WHEN {is_blank(value)} THEN false{words} ELSE true END"


def read_seconds(column: str, declared: str, unit: str) -> Reading:
    """A time spent in seconds, from `unit` s, ms or us."""
    plain = read_number(column, declared, ())
    if unit == "s" and plain.kind == "number":
        return plain
    digits = {"s": 0, "ms": 3, "us": 6}[unit]
    if plain.kind == "number":
        number = f"CAST({column} AS DECIMAL(30, 6))"
    else:
        said = f"regexp_extract({bare_number(plain.value)}, {text(f'^{_NUMBER}$')})"
        number = f"TRY_CAST({said} AS DECIMAL(30, 6))"
    factor = f" * CAST(1e-{digits} AS DECIMAL({digits + 1}, {digits}))" if digits else ""
    good = f"{VALUE} IS NOT NULL"
    bad = plain.bad if plain.kind == "number" else unless_known(plain.value, good, ())
    return Reading(value=f"({number}{factor})", bad=bad, kind="number", cheap=False)


# --- yes and no -----------------------------------------------------------------------------------


def read_boolean(column: str, declared: str, missing: tuple[str, ...]) -> Reading:
    """Yes or no; texts must be one of the words for it."""
    if engine_type(declared) is Engine.BOOLEAN:
        return Reading(value=column, bad=None, kind="boolean")
    value = plain_text(column, declared)
    good = f"{name_form(value)} IN ({texts((*TRUE_WORDS, *FALSE_WORDS))})"
    return Reading(value=value, bad=unless_known(value, good, missing), kind="text")


def read_kind(column: str, declared: str, kind: FieldKind, missing: tuple[str, ...]) -> Reading:
    """A field of leads that is no time."""
    match kind:
        case FieldKind.NUMBER:
            return read_number(column, declared, missing)
        case FieldKind.BOOLEAN:
            return read_boolean(column, declared, missing)
        case _:
            return read_text(column, declared)
