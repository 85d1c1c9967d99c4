"""Amazon Redshift, generated: read by sqlglot as Redshift's SQL, not run.

A column's type cannot be asked for: a number whose text ends in zeros after the point is written
without them, whether it stands in a column of numbers or of texts. Times without offset are UTC, so
that the session's time zone must be UTC, as it is unless changed.

`DATEDIFF` does not take times with a time zone, and `DATEADD` takes integers of 32 bits. Numbers
all have one type, as CASE, COALESCE and LEAST of decimals of several types may be cut to 19 digits.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import UNSEEN, Dialect

_TEXT: Final = "CAST(:x AS VARCHAR(65535))"
_NUMBER: Final = "DECIMAL(28, 6)"
# 20 digits before the point; rounded to six places after it, zeros in front aside.
_FITS: Final = "{0} ~ '^[+-]?0*[0-9]{{1,20}}([.][0-9]+)?$'"
_ROUNDED: Final = f"CAST(ROUND(CAST({{0}} AS DECIMAL(38, 10)), 6) AS {_NUMBER})"
_HELD: Final = f"CASE WHEN {_FITS} THEN {_ROUNDED} END"
_ZEROS: Final = "'^[+-]?[0-9]+[.][0-9]*0$'"
_WITHOUT_ZEROS: Final = "RTRIM(RTRIM({0}, '0'), '.')"
_POINTS: Final = "CAST(:x AS DECIMAL(15, 0)) * 0.01"
_START: Final = "CAST('1970-01-01 00:00:00' AS TIMESTAMP)"
_MICROSECONDS: Final = (
    f"DATEDIFF(MICROSECOND, {_START}, CAST(:x AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
)
# Days, seconds and microseconds apart: each must fit into 32 bits.
_TIME: Final = (
    "DATEADD(MICROSECOND, CAST(:x % 1000000 AS INTEGER),"
    " DATEADD(SECOND, CAST(:x / 1000000 % 86400 AS INTEGER),"
    f" DATEADD(DAY, CAST(:x / 86400000000 AS INTEGER), {_START})))"
)
# A letter in the format would need quotes there.
_SHOWN: Final = "REPLACE(TO_CHAR({0}, 'YYYY-MM-DD HH24:MI:{1}'), ' ', 'T') || 'Z'"
_DAYS: Final = "DATEDIFF(DAY, CAST('1970-01-01' AS DATE), CAST(:x AS DATE))"

REDSHIFT: Final = Dialect(
    name="redshift",
    sqlglot="redshift",
    name_bytes=127,
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "now": "GETDATE()",
            "moment": _MICROSECONDS,
            "microseconds": _MICROSECONDS,
            "day microseconds": f"CAST({_DAYS} AS BIGINT) * 86400000000",
            "instant": _TIME,
            "instant of text": "CAST(:x AS TIMESTAMP)",
            "instant in zone": "CONVERT_TIMEZONE(:y, 'UTC', CAST(:x AS TIMESTAMP))",
            "days of text": _DAYS,
            "year of": f"EXTRACT(YEAR FROM {_TIME})",
            "month of": f"(EXTRACT(YEAR FROM {_TIME}) * 12 + EXTRACT(MONTH FROM {_TIME}))",
            "whole divide": "(:x / :y)",  # of what is not negative
            "iso seconds": _SHOWN.format(_TIME, "SS"),
            "iso microseconds": _SHOWN.format(_TIME, "SS.US"),
            # texts
            "text": _TEXT,
            "replace": "REPLACE(:x, :y, :z)",
            "translate": "TRANSLATE(:x, :y, :z)",
            "contains": "(STRPOS(:x, :y) > 0)",
            # A query never counts in what is sure to be a path or URL; the rest may keep it.
            "address": (
                "CASE WHEN LEFT(:x, 1) = '/' OR LEFT(:x, 7) = 'http://' OR LEFT(:x, 8) = 'https://'"
                " THEN SPLIT_PART(:x, '?', 1) ELSE :x END"
            ),
            "place of": "STRPOS(:x, :y)",
            "first": "LEFT(:x, :y)",
            "last": "RIGHT(:x, :y)",
            "from": "SUBSTRING(:x, :y, 65535)",
            "some from": "SUBSTRING(:x, :y, :z)",
            "starts with": "(LEFT(:x, LENGTH(:y)) = :y)",
            "length": "LENGTH(:x)",
            "trim": "TRIM(:x)",
            "trim any": "BTRIM(:x, :y)",
            "trim start": "LTRIM(:x)",
            "trim end": "RTRIM(:x)",
            "like": "(:x LIKE :y ESCAPE '!')",
            "after last": "REVERSE(SPLIT_PART(REVERSE(:x), :y, 1))",
            "character": "CHR(:x)",
            # numbers
            # Of floating point the text has more digits than the decimal, but for an exponent.
            "number": (
                f"CASE WHEN {_FITS.format(_TEXT)} THEN {_ROUNDED.format(_TEXT)}"
                " WHEN :x > -100000000000000000000 AND :x < 100000000000000000000"
                f" THEN {_ROUNDED.format(':x')} END"
            ),
            "number of text": _HELD.format(":x"),
            "number text": (
                f"CASE WHEN {_TEXT} ~ {_ZEROS} THEN {_WITHOUT_ZEROS.format(_TEXT)} ELSE {_TEXT} END"
            ),
            "is number": "(:x ~ '^[+-]?[0-9]+([.][0-9]+)?$')",
            "decimal": f"CAST(:x AS {_NUMBER})",
            "milliseconds of text": (
                f"CASE WHEN {_HELD.format(':x')} < 1000000000000"
                f" THEN CAST(ROUND({_HELD.format(':x')} * 1000) AS BIGINT)"
                f" WHEN {_HELD.format(':x')} >= 1000000000000 THEN 1000000000000000 END"
            ),
            "whole": "CAST(:x AS BIGINT)",
            "round": "CAST(ROUND(:x) AS BIGINT)",
            "points": _POINTS,
            "plain number": _WITHOUT_ZEROS.format(f"CAST({_POINTS} AS VARCHAR)"),
            # aggregates
            "any value": ":x",
            "any bits": "BIT_OR(:x)",
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
    # CHR knows ASCII surely; other characters stand for themselves, and a backslash escapes.
    spelled=frozenset(char for char in UNSEEN if char < "\x7f") | {"\\"},
    types_texts=True,
    lists_joined=True,
)
