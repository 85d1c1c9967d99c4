"""Snowflake, generated: read by sqlglot as Snowflake's SQL, run on an imitation only (fakesnow).

Tables and columns with plain names are looked for in capitals, as Snowflake keeps names that were
created without quotes.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import OR_REPLACE, Dialect, Spelling

# A column whose type is not known: texts are read as texts, all else as numbers.
_IS_TEXT: Final = "TYPEOF(TO_VARIANT(:x)) = 'VARCHAR'"
_HELD: Final = "TRY_CAST({0} AS DECIMAL(26, 6))"
_TYPED: Final = _HELD.format("CAST(:x AS VARCHAR)")
_WITHOUT_ZEROS: Final = "RTRIM(RTRIM(CAST({0} AS VARCHAR), '0'), '.')"
_POINTS: Final = "CAST(:x AS DECIMAL(15, 0)) * 0.01"
_TIME: Final = "DATEADD(MICROSECOND, :x, CAST('1970-01-01' AS TIMESTAMP_NTZ))"
_DAYS: Final = "DATEDIFF(DAY, CAST('1970-01-01' AS DATE), CAST(:x AS DATE))"
_MICRO: Final = "'YYYY-MM-DD HH24:MI:SS.FF6'"
_TIME_TEXT: Final = (
    f"COALESCE(TO_CHAR(AS_TIMESTAMP_NTZ(TO_VARIANT(:x)), {_MICRO}),"
    f" TO_CHAR(CONVERT_TIMEZONE('UTC', AS_TIMESTAMP_TZ(TO_VARIANT(:x))), {_MICRO}) || 'Z',"
    f" TO_CHAR(CONVERT_TIMEZONE('UTC', AS_TIMESTAMP_LTZ(TO_VARIANT(:x))), {_MICRO}) || 'Z',"
    " CAST(:x AS VARCHAR))"
)

SNOWFLAKE: Final = Dialect(
    name="snowflake",
    sqlglot="snowflake",
    name_letters=255,
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "now": "CURRENT_TIMESTAMP()",
            "moment": "DATE_PART(EPOCH_MICROSECOND, CAST(:x AS TIMESTAMP_TZ))",
            "microseconds": "DATE_PART(EPOCH_MICROSECOND, :x)",
            "day microseconds": f"{_DAYS} * 86400000000",
            "instant": _TIME,
            "instant of text": "CAST(:x AS TIMESTAMP_NTZ)",
            "instant in zone": "CONVERT_TIMEZONE(:y, 'UTC', CAST(:x AS TIMESTAMP_NTZ))",
            "days of text": _DAYS,
            "year of": f"YEAR({_TIME})",
            "month of": f"(YEAR({_TIME}) * 12 + MONTH({_TIME}))",
            # Of what is not negative. A quotient has six decimals: only whole ones are exact.
            "whole divide": "CAST((:x - MOD(:x, :y)) / :y AS BIGINT)",
            "iso seconds": f"REPLACE(TO_CHAR({_TIME}, 'YYYY-MM-DD HH24:MI:SS'), ' ', 'T') || 'Z'",
            "iso microseconds": f"REPLACE(TO_CHAR({_TIME}, {_MICRO}), ' ', 'T') || 'Z'",
            # texts
            "text": "CAST(:x AS VARCHAR)",
            # Texts of instants have a format that the session may change, and three decimals.
            "time text": _TIME_TEXT,
            "replace": "REPLACE(:x, :y, :z)",
            "translate": "TRANSLATE(:x, :y, :z)",
            "contains": "CONTAINS(:x, :y)",
            # A query never counts in what is sure to be a path or URL; the rest may keep it.
            "address": (
                "CASE WHEN STARTSWITH(:x, '/') OR STARTSWITH(:x, 'http://')"
                " OR STARTSWITH(:x, 'https://') THEN SPLIT_PART(:x, '?', 1) ELSE :x END"
            ),
            "place of": "CHARINDEX(:y, :x)",
            "first": "LEFT(:x, :y)",
            "last": "RIGHT(:x, :y)",
            "from": "SUBSTR(:x, :y)",
            "some from": "SUBSTR(:x, :y, :z)",
            "starts with": "STARTSWITH(:x, :y)",
            "length": "LENGTH(:x)",
            "trim": "TRIM(:x)",
            "trim any": "TRIM(:x, :y)",
            "trim start": "LTRIM(:x)",
            "trim end": "RTRIM(:x)",
            "like": "(:x LIKE :y ESCAPE '!')",
            "after last": "SPLIT_PART(:x, :y, -1)",
            "bytes": "HEX_DECODE_STRING(:x)",
            # numbers
            "number": _TYPED,
            "number of text": _HELD.format(":x"),
            "number text": (
                f"CASE WHEN {_IS_TEXT} THEN CAST(:x AS VARCHAR)"
                f" ELSE {_WITHOUT_ZEROS.format(_TYPED)} END"
            ),
            "is number": "REGEXP_LIKE(:x, '^[+-]?[0-9]+([.][0-9]+)?$')",
            "is text": f"({_IS_TEXT})",
            "milliseconds of text": (
                "CAST(ROUND(LEAST(TRY_CAST(:x AS DECIMAL(26, 6)), 1000000000000) * 1000) AS BIGINT)"
            ),
            "whole": "CAST(:x AS BIGINT)",
            "round": "CAST(ROUND(:x) AS BIGINT)",
            "points": _POINTS,
            "plain number": _WITHOUT_ZEROS.format(_POINTS),
            # aggregates
            "any value": ":x",
            "any bits": "BITOR_AGG(:x)",
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
    spelling=Spelling.BYTES,
    made=OR_REPLACE,
    capitals=True,
    lists_joined=True,
)
