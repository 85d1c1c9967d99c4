"""BigQuery (GoogleSQL): exact decimals of 38 places, casts that are safe, no ESCAPE for wildcards.

Columns of type DATETIME are read in the default time zone, which is UTC unless it was changed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import OR_REPLACE, Dialect, Spelling

_DAY: Final = 86_400_000_000
_DATE: Final = f"DATE_FROM_UNIX_DATE(DIV(:x - MOD(MOD(:x, {_DAY}) + {_DAY}, {_DAY}), {_DAY}))"
_READ: Final = "SAFE_CAST({0} AS BIGNUMERIC)"
# A number of up to 20 digits, to six places; NULL beyond.
_HELD: Final = (
    "CASE WHEN ABS(ROUND({0}, 6)) < CAST('100000000000000000000' AS BIGNUMERIC)"
    " THEN ROUND({0}, 6) END"
)
_TYPED: Final = _HELD.format(_READ.format("CAST(:x AS STRING)"))
# As JSON a text stands in quotes, and so do numbers that floating point cannot hold.
_IS_TEXT: Final = "STARTS_WITH(TO_JSON_STRING(:x), '\"')"
_MILLISECONDS: Final = (
    f"CASE WHEN {_READ.format(':x')} < 1000000000000"
    f" THEN CAST(ROUND(ROUND({_READ.format(':x')}, 6) * 1000) AS INT64)"
    f" WHEN ROUND({_READ.format(':x')}, 6) < CAST('100000000000000000000' AS BIGNUMERIC)"
    " THEN 1000000000000000 END"
)
_POINTS: Final = "CAST(:x AS NUMERIC) / 100"

BIGQUERY: Final = Dialect(
    name="bigquery",
    sqlglot="bigquery",
    name_letters=300,
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "now": "CURRENT_TIMESTAMP()",
            "moment": "UNIX_MICROS(CAST(:x AS TIMESTAMP))",
            "microseconds": "UNIX_MICROS(CAST(:x AS TIMESTAMP))",
            "day microseconds": f"UNIX_DATE(CAST(:x AS DATE)) * {_DAY}",
            "instant": "TIMESTAMP_MICROS(:x)",
            "days of text": "UNIX_DATE(CAST(:x AS DATE))",
            "year of": f"EXTRACT(YEAR FROM {_DATE})",
            "month of": f"(EXTRACT(YEAR FROM {_DATE}) * 12 + EXTRACT(MONTH FROM {_DATE}))",
            "whole divide": "DIV(:x, :y)",  # of what is not negative
            "iso seconds": "FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%SZ', TIMESTAMP_MICROS(:x), 'UTC')",
            "iso microseconds": (
                "FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%E6SZ', TIMESTAMP_MICROS(:x), 'UTC')"
            ),
            # texts
            "text": "CAST(:x AS STRING)",
            "replace": "REPLACE(:x, :y, :z)",
            "translate": "TRANSLATE(:x, :y, :z)",
            "contains": "(STRPOS(:x, :y) > 0)",
            # A query never counts in what is sure to be a path or URL; the rest may keep it.
            "address": (
                "CASE WHEN STARTS_WITH(:x, '/') OR STARTS_WITH(:x, 'http://')"
                " OR STARTS_WITH(:x, 'https://') THEN SPLIT(:x, '?')[OFFSET(0)] ELSE :x END"
            ),
            "place of": "STRPOS(:x, :y)",
            "first": "LEFT(:x, :y)",
            "last": "RIGHT(:x, :y)",
            "from": "SUBSTR(:x, :y)",
            "some from": "SUBSTR(:x, :y, :z)",
            "starts with": "STARTS_WITH(:x, :y)",
            "length": "CHAR_LENGTH(:x)",
            # Without the second text all kinds of blanks are trimmed.
            "trim": "TRIM(:x, ' ')",
            "trim any": "TRIM(:x, :y)",
            "trim start": "LTRIM(:x, ' ')",
            "trim end": "RTRIM(:x, ' ')",
            "like": "(:x LIKE :y)",
            "after last": "ARRAY_REVERSE(SPLIT(:x, :y))[OFFSET(0)]",
            # numbers
            "number": _TYPED,
            "number of text": _HELD.format(_READ.format(":x")),
            "number text": (
                f"CASE WHEN {_IS_TEXT} THEN CAST(:x AS STRING) ELSE CAST({_TYPED} AS STRING) END"
            ),
            # A number in a statement is floating point, a text that is cast is exact.
            "decimal": "CAST(:x AS BIGNUMERIC)",
            "is number": "REGEXP_CONTAINS(:x, '^[+-]?[0-9]+([.][0-9]+)?$')",
            "milliseconds of text": _MILLISECONDS,
            "whole": "CAST(:x AS INT64)",
            "points": _POINTS,
            "plain number": f"CAST({_POINTS} AS STRING)",
            # aggregates
            "any value": ":x",
            "any bits": "BIT_OR(:x)",
            # windows: of the rows of a lead, in the order of time
            "place": "ROW_NUMBER() OVER (PARTITION BY :lead ORDER BY :at)",
            "time before": "LAG(:x, :n) OVER (PARTITION BY :lead ORDER BY :x)",
            "latest before": (
                "MAX(:x) OVER (PARTITION BY :lead ORDER BY :at"
                " RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
            ),
        }
    ),
    spelling=Spelling.NUMBERED,
    star_replace=True,
    parameter="@{}",
    like_escape="\\",
    made=OR_REPLACE,
)
