"""Transact-SQL of SQL Server 2022 and later, generated: read by sqlglot in that dialect, not run.

Texts are compared by code points whatever the collation of the database; `=` passes over spaces at
the end, which texts in normal form do not have. Truth comes out as 1 and 0.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import Dialect

_TEXT: Final = "CAST(:x AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2"
_IS_TEXT: Final = (
    "CAST(SQL_VARIANT_PROPERTY(:x, 'BaseType') AS VARCHAR(30))"
    " IN ('varchar', 'nvarchar', 'char', 'nchar')"
)
_HELD: Final = "TRY_CAST(:x AS DECIMAL(26, 6))"
# Zeros and a point at the end, by way of spaces at the end.
_ZEROS: Final = "REPLACE(RTRIM(REPLACE({0}, '0', ' ')), ' ', '0')"
_PLAIN: Final = "REPLACE(RTRIM(REPLACE(" + _ZEROS + ", '.', ' ')), ' ', '.')"
_POINTS: Final = "CAST(:x AS DECIMAL(15, 0)) * 0.01"
_MICROSECONDS: Final = (
    "DATEDIFF_BIG(MICROSECOND, '1970-01-01', SWITCHOFFSET(CAST(:x AS DATETIMEOFFSET(6)), '+00:00'))"
)
# Days, seconds and microseconds apart: each must fit into 32 bits.
_TIME: Final = (
    "DATEADD(MICROSECOND, :x % 1000000, DATEADD(SECOND, :x / 1000000 % 86400,"
    " DATEADD(DAY, :x / 1000000 / 86400, CAST('1970-01-01' AS DATETIME2(6)))))"
)
_DAYS: Final = "DATEDIFF(DAY, '1970-01-01', CAST(:x AS DATE))"
_IS_NUMBER: Final = (
    "(NOT :x LIKE '%[^0-9.+-]%' AND NOT SUBSTRING(:x, 2, 4000) LIKE '%[+-]%'"
    " AND NOT :x LIKE '%.%.%' AND :x LIKE '%[0-9]'"
    " AND (:x LIKE '[0-9]%' OR :x LIKE '[+-][0-9]%'))"
)

TSQL: Final = Dialect(
    name="tsql",
    sqlglot="tsql",
    name_letters=128,
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "now": "SYSDATETIMEOFFSET()",
            "moment": _MICROSECONDS,
            "microseconds": _MICROSECONDS,
            "day microseconds": f"{_DAYS} * CAST(86400000000 AS BIGINT)",
            "instant": _TIME,
            "days of text": _DAYS,
            "year of": f"YEAR({_TIME})",
            "month of": f"(YEAR({_TIME}) * 12 + MONTH({_TIME}))",
            "whole divide": "(:x / :y)",  # of what is not negative
            "iso seconds": f"CONVERT(VARCHAR(19), {_TIME}, 126) + 'Z'",
            "iso microseconds": f"CONVERT(VARCHAR(26), {_TIME}, 126) + 'Z'",
            # texts
            "text": _TEXT,
            "text column": _TEXT,
            "any length": "CAST(:x AS NVARCHAR(MAX))",
            "time text": "CONVERT(NVARCHAR(4000), :x, 126) COLLATE Latin1_General_100_BIN2",
            "replace": "REPLACE(:x, :y, :z)",
            "translate": "TRANSLATE(:x, :y, :z)",
            "contains": "(CHARINDEX(:y, :x) > 0)",
            "place of": "CHARINDEX(:y, :x)",
            "first": "LEFT(:x, :y)",
            "last": "RIGHT(:x, :y)",
            "from": "SUBSTRING(:x, :y, 4000)",
            "some from": "SUBSTRING(:x, :y, :z)",
            "starts with": "(CHARINDEX(:y, :x) = 1)",
            "length": "(LEN(:x + '|') - 1)",  # LEN passes over spaces at the end
            "trim": "LTRIM(RTRIM(:x))",
            "trim start": "LTRIM(:x)",
            "trim end": "RTRIM(:x)",
            "like": "(:x LIKE :y ESCAPE '!')",
            "after last": "REVERSE(LEFT(REVERSE(:x), CHARINDEX(:y, REVERSE(:x) + :y) - 1))",
            "character": "NCHAR(:x)",
            # numbers
            "number": _HELD,
            "number of text": _HELD,
            "number text": (
                f"CASE WHEN {_IS_TEXT} THEN {_TEXT}"
                f" ELSE {_PLAIN.format(f'CAST({_HELD} AS NVARCHAR(40))')} END"
            ),
            "is number": _IS_NUMBER,
            "milliseconds of text": (
                f"CAST(ROUND(LEAST({_HELD}, 1000000000000) * 1000, 0) AS BIGINT)"
            ),
            "whole": "CAST(:x AS BIGINT)",
            "round": "CAST(ROUND(:x, 0) AS BIGINT)",
            "points": _POINTS,
            "plain number": _PLAIN.format(f"CAST({_POINTS} AS VARCHAR(40))"),
            # aggregates
            "any value": ":x",
            "any bit": "MAX(:x & :y)",
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
    parameter="@{}",
    made=MappingProxyType({"view": ("CREATE OR ALTER VIEW {0} AS",)}),
    transact=True,
    utf16=True,
    holds_nul=False,
)
