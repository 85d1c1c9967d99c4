"""What differs between databases, as data: a database is a row of fragments in its own SQL.

A fragment is an expression with named holes (`:x`); `sql_build` parses it once with sqlglot and
fills the holes with expressions. An operation without a fragment cannot be said in that database,
and the plan that needs it is refused. Only forms that were run on the database stand here; the
agreement tests hold them to the meaning that `compiler/text.py` and the plan give them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

# Classes of characters in RE2: blanks (`text.BLANKS`), those and `-` `_`, those and punctuation.
# `\p{Z}` is exactly the space, line and paragraph separators of `text.BLANKS`.
_BLANK: Final = r"\t-\r\x85\x{200B}\x{FEFF}\p{Z}"
_GAP: Final = _BLANK + r"_\-"
_BREAK: Final = (
    _BLANK + r"!-\"$-/:-@\[-`{-~"
    "¡§«»¿·‐‑‒–—―‖‘-‟†‡•…‰‹›⁄−、。〈-】〔〕・！-／：-＠［-］＿｛-～،؛؟։।"
)

# What says nothing in a number (`text.NUMBER_MARKS`).
_MARKS: Final = f"[{_BLANK},'’$€£¥₽₩₹]"
_MARKS_TEXT: Final = _MARKS.replace("'", "''")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One database: its name here and in sqlglot, and its fragment for each operation."""

    name: str
    sqlglot: str
    fragments: Mapping[str, str]
    # Classes of characters for regular expressions, where the database has them.
    blank: str = _BLANK
    gap: str = _GAP
    word_break: str = _BREAK
    number_marks: str = _MARKS


DUCKDB: Final = Dialect(
    name="duckdb",
    sqlglot="duckdb",
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "moment": "EPOCH_US(CAST(:x AS TIMESTAMPTZ))",
            "microseconds": "EPOCH_US(:x)",
            "instant": "MAKE_TIMESTAMP(CAST(:x AS BIGINT))",
            "day microseconds": "EPOCH_US(CAST(:x AS TIMESTAMP))",
            "year of": "EXTRACT(YEAR FROM MAKE_TIMESTAMP(CAST(:x AS BIGINT)))",
            "month of": "DATEDIFF('MONTH', DATE '1970-01-01', CAST(MAKE_TIMESTAMP(:x) AS DATE))",
            "floor divide": "FLOOR(:x / :y)",
            "iso seconds": "STRFTIME(MAKE_TIMESTAMP(:x), '%Y-%m-%dT%H:%M:%SZ')",
            "iso microseconds": "STRFTIME(MAKE_TIMESTAMP(:x), '%Y-%m-%dT%H:%M:%S.%fZ')",
            # texts
            "text": "CAST(:x AS VARCHAR)",
            "lower": "LOWER(:x)",
            "replace": "REPLACE(:x, :y, :z)",
            "translate": "TRANSLATE(:x, :y, :z)",
            "contains": "CONTAINS(:x, :y)",
            "holds letters": "(:x ILIKE '%' || :y || '%')",
            "starts with": "STARTS_WITH(:x, :y)",
            "ends with": "SUFFIX(:x, :y)",
            "trim": "TRIM(:x)",
            "after last at": "SPLIT_PART(:x, '@', -1)",
            "character": "CHR(:x)",
            # regular expressions (RE2)
            "search": "REGEXP_MATCHES(:x, :y)",
            "full match": "REGEXP_FULL_MATCH(:x, :y)",
            "group": "REGEXP_EXTRACT(:x, :y, :z)",
            "replace all": "REGEXP_REPLACE(:x, :y, :z, 'g')",
            # numbers
            "number": "TRY_CAST(CAST(:x AS VARCHAR) AS DECIMAL(26, 6))",
            "number of text": "TRY_CAST(:x AS DECIMAL(26, 6))",
            "number text": (
                "CASE WHEN TYPEOF(:x) = 'VARCHAR' THEN CAST(:x AS VARCHAR) ELSE RTRIM(RTRIM("
                "CAST(TRY_CAST(CAST(:x AS VARCHAR) AS DECIMAL(26, 6)) AS VARCHAR), '0'), '.') END"
            ),
            # A range or less than nothing is no time spent.
            "seconds": (
                "CASE WHEN TYPEOF(:x) = 'VARCHAR' THEN TRY_CAST(REGEXP_EXTRACT("
                f"REGEXP_REPLACE(CAST(:x AS VARCHAR), '{_MARKS_TEXT}', '', 'g'), "
                "'^[+]?[0-9]+([.][0-9]+)?$') AS DECIMAL(26, 6)) "
                "ELSE TRY_CAST(CAST(:x AS VARCHAR) AS DECIMAL(26, 6)) END"
            ),
            "number pieces": "REGEXP_EXTRACT(:x, :y, ['one', 'rest'])",
            "one": "STRUCT_EXTRACT(:x, 'one')",
            "rest": "STRUCT_EXTRACT(:x, 'rest')",
            "after first": "SUBSTRING(:x, 2)",
            "whole": "CAST(:x AS BIGINT)",
            "round": "CAST(ROUND(:x) AS BIGINT)",
            "points": "CAST(:x AS DECIMAL(15, 0)) * 0.01",
            "plain number": (
                "RTRIM(RTRIM(CAST(CAST(:x AS DECIMAL(15, 0)) * 0.01 AS VARCHAR), '0'), '.')"
            ),
            "time of text": "EPOCH_US(TRY_CAST(:x AS TIMESTAMPTZ))",
            "time pieces": "REGEXP_EXTRACT(:x, :y, ['day', 'clock', 'zone'])",
            "day": "STRUCT_EXTRACT(:x, 'day')",
            "clock": "STRUCT_EXTRACT(:x, 'clock')",
            "zone": "STRUCT_EXTRACT(:x, 'zone')",
            "day of text": "EPOCH_US(TRY_CAST(:x AS TIMESTAMP))",
            # aggregates
            "any value": "ANY_VALUE(:x)",
            "any bits": "BIT_OR(:x)",
        }
    ),
)

DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType({d.name: d for d in (DUCKDB,)})
