"""Trino, generated: read by sqlglot as Trino's SQL, not run.

Times without offset are UTC, so that the session's time zone must be UTC.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import STANDARD, Dialect, Spelling

# A column whose type is not known: texts are read as texts, all else as numbers.
_IS_TEXT: Final = "(TYPEOF(:x) LIKE 'varchar%' OR TYPEOF(:x) LIKE 'char%')"
_HELD: Final = "TRY_CAST({0} AS DECIMAL(26, 6))"
_TYPED: Final = _HELD.format("CAST(:x AS VARCHAR)")
_TRIMMED: Final = "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST({0} AS VARCHAR)))"
_POINTS: Final = "CAST(:x AS DECIMAL(15, 0)) * DECIMAL '0.01'"
# Seconds are floating point, whose error is far less than half a microsecond.
_MICROSECONDS: Final = (
    "CAST(ROUND(TO_UNIXTIME(CAST(:x AS TIMESTAMP(6) WITH TIME ZONE)) * 1000000) AS BIGINT)"
)
# Nanoseconds as whole numbers would end in 2262.
_TIME: Final = (
    "CAST(AT_TIMEZONE(FROM_UNIXTIME_NANOS(CAST(:x AS DECIMAL(19, 0)) * 1000), 'UTC')"
    " AS TIMESTAMP(6))"
)
_DAYS: Final = "DATE_DIFF('DAY', CAST('1970-01-01' AS DATE), CAST(:x AS DATE))"

TRINO: Final = Dialect(
    name="trino",
    sqlglot="trino",
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "now": "TO_ISO8601(CURRENT_TIMESTAMP)",
            "moment": (
                "CAST(ROUND(TO_UNIXTIME(FROM_ISO8601_TIMESTAMP_NANOS(REPLACE(:x, ' ', 'T')))"
                " * 1000000) AS BIGINT)"
            ),
            "microseconds": _MICROSECONDS,
            "day microseconds": f"{_DAYS} * 86400000000",
            "instant": _TIME,
            "instant of text": "CAST(:x AS TIMESTAMP(6))",
            "instant in zone": "WITH_TIMEZONE(CAST(:x AS TIMESTAMP(6)), :y)",
            "days of text": _DAYS,
            "year of": f"YEAR({_TIME})",
            "month of": f"(YEAR({_TIME}) * 12 + MONTH({_TIME}))",
            "whole divide": "(:x / :y)",  # of what is not negative
            "iso seconds": f"DATE_FORMAT({_TIME}, '%Y-%m-%dT%H:%i:%sZ')",
            "iso microseconds": f"REPLACE(CAST({_TIME} AS VARCHAR), ' ', 'T') || 'Z'",
            # texts
            "text": "CAST(:x AS VARCHAR)",
            # Texts of instants end with the name of a zone, which is no offset.
            "time text": (
                "CASE WHEN TYPEOF(:x) LIKE '%with time zone' THEN REPLACE(CAST(CAST("
                "CAST(:x AS TIMESTAMP(6) WITH TIME ZONE) AT TIME ZONE 'UTC' AS TIMESTAMP(6))"
                " AS VARCHAR), ' ', 'T') || 'Z' ELSE CAST(:x AS VARCHAR) END"
            ),
            "replace": "REPLACE(:x, :y, :z)",
            "translate": "TRANSLATE(:x, :y, :z)",
            "contains": "(STRPOS(:x, :y) > 0)",
            # A query never counts in what is sure to be a path or URL; the rest may keep it.
            "address": (
                "CASE WHEN STARTS_WITH(:x, '/') OR STARTS_WITH(:x, 'http://')"
                " OR STARTS_WITH(:x, 'https://') THEN SPLIT_PART(:x, '?', 1) ELSE :x END"
            ),
            "place of": "STRPOS(:x, :y)",
            "first": "SUBSTR(:x, 1, :y)",
            # A negative place beyond the beginning would give an empty text.
            "last": "SUBSTR(:x, GREATEST(LENGTH(:x) - :y + 1, 1))",
            "from": "SUBSTR(:x, :y)",
            "some from": "SUBSTR(:x, :y, :z)",
            "starts with": "STARTS_WITH(:x, :y)",
            "length": "LENGTH(:x)",
            "trim": "TRIM(BOTH ' ' FROM :x)",
            "trim any": "TRIM(BOTH :y FROM :x)",
            "trim start": "TRIM(LEADING ' ' FROM :x)",
            "trim end": "TRIM(TRAILING ' ' FROM :x)",
            "like": "(:x LIKE :y ESCAPE '!')",
            "after last": "REVERSE(SPLIT_PART(REVERSE(:x), :y, 1))",
            # numbers
            "number": _TYPED,
            "number of text": _HELD.format(":x"),
            "number text": (
                f"CASE WHEN {_IS_TEXT} THEN CAST(:x AS VARCHAR) ELSE {_TRIMMED.format(_TYPED)} END"
            ),
            # `$` would let a line break follow.
            "is number": "REGEXP_LIKE(:x, '^[+-]?[0-9]+([.][0-9]+)?\\z')",
            "is text": _IS_TEXT,
            "milliseconds of text": (
                "CAST(ROUND(LEAST(TRY_CAST(:x AS DECIMAL(26, 6)), 1000000000000) * 1000) AS BIGINT)"
            ),
            "whole": "CAST(:x AS BIGINT)",
            "round": "CAST(ROUND(:x) AS BIGINT)",
            "points": _POINTS,
            "plain number": _TRIMMED.format(_POINTS),
            # aggregates
            "any value": ":x",
            "any bits": "BITWISE_OR_AGG(:x)",
            # windows: of the rows of a lead, in the order of time
            "place": "ROW_NUMBER() OVER (PARTITION BY :lead ORDER BY :at)",
            "time before": "LAG(:x, :n) OVER (PARTITION BY :lead ORDER BY :x)",
            "latest so far": (
                "MAX(:x) OVER (PARTITION BY :lead ORDER BY :at"
                " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
            ),
            "least at once": "MIN(:x) OVER (PARTITION BY :lead, :at)",
        }
    ),
    spelling=Spelling.ESCAPED,
    advice=(
        "a query that is read twice is planned twice: where a card has many kinds of conditions,",
        "SET SESSION query_max_stage_count = 1000 first (150 unless the server is told)",
    ),
    longest=1_000_000,
    made=MappingProxyType({"view": ("CREATE OR REPLACE VIEW {0} AS",), "table": STANDARD["table"]}),
)
