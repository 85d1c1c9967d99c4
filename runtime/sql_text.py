"""Names, texts and normal forms written into DuckDB statements of the loader and the writers.

Only the loader's own fixed statements are text; scorecards become SQL in `compiler.backends.sql`.
Whatever comes from outside (headers, paths, words of a vocabulary) passes through `name` or `text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadcard.compiler.text import BLANKS, FOLD, NUMBER_MARKS

_NUL = "\x00"


def name(identifier: str) -> str:
    """`identifier` as a quoted SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """`value` as an SQL text literal; a NUL character, which none can hold, is joined in."""
    if _NUL in value:
        return "(" + " || chr(0) || ".join(text(part) for part in value.split(_NUL)) + ")"
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """`values` as text literals with commas between."""
    return ", ".join(text(value) for value in values)


def total(values: Sequence[str]) -> str:
    """SQL for the sum of `values` (expressions), nested no deeper than it must be."""
    if len(values) < 2:
        return "".join(values) or "0"
    half = len(values) // 2
    return f"({total(values[:half])} + {total(values[half:])})"


def _class_of(characters: str) -> str:
    return "".join(f"\\x{{{ord(c):x}}}" for c in characters)


# The inside of a character class of all blanks, for DuckDB's regular expressions.
BLANK_CLASS = _class_of(BLANKS)

_NUMBER_MARKS = _class_of(NUMBER_MARKS)


def bare_number(value: str) -> str:
    """SQL for the text `value` without what says nothing in a number."""
    return f"regexp_replace({value}, '[{_NUMBER_MARKS}]', '', 'g')"


def trimmed(value: str) -> str:
    """SQL for the text `value` (an expression) without blanks around it."""
    # Trimming a set of characters is slow; texts that begin and end with visible ASCII need none.
    return (
        f"CASE WHEN {_visible(value, 1)} AND {_visible(value, -1)} THEN {value}"
        f" ELSE trim({value}, {text(BLANKS)}) END"
    )


def is_blank(value: str) -> str:
    """SQL for: the text `value` is NULL or holds nothing but blanks."""
    return (
        f"CASE WHEN {_visible(value, 1)} THEN false"
        f" ELSE {value} IS NULL OR trim({value}, {text(BLANKS)}) = '' END"
    )


def _visible(value: str, place: int) -> str:
    return f"({value})[{place}] BETWEEN '!' AND '~'"


def name_form(value: str) -> str:
    """SQL for the name form (`compiler.text.name_form`) of the text `value`."""
    return _folded(value, BLANKS + "-_")


def text_form(value: str) -> str:
    """SQL for the text form (`compiler.text.text_form`) of the text `value`."""
    return _folded(value, BLANKS)


def _folded(value: str, gaps: str) -> str:
    to_blank = {ord(c): " " for c in gaps}
    table = {code: chr(folded) for code, folded in FOLD.items()} | to_blank
    source = "".join(chr(code) for code in table)
    target = "".join(table.values())
    blanked = f"translate({value}, {text(source)}, {text(target)})"
    return f"trim(regexp_replace({blanked}, ' +', ' ', 'g'), ' ')"
