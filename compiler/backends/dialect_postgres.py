"""PostgreSQL 14 and later, encoding UTF8: exact decimals, no cast that tries.

Texts are compared for equality only, which is by code points under every collation but those made
`deterministic = false`. Names of columns are cut at 63 bytes by the server.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import Dialect, Spelling

# A column whose type is not known: numbers are read as such, all else by its text.
_IS_NUMBER: Final = (
    "CAST(PG_TYPEOF(:x) AS TEXT) IN"
    " ('smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision')"
)
_IS_TEXT: Final = "CAST(PG_TYPEOF(:x) AS TEXT) IN ('text', 'character varying', 'character')"
# A number of up to 20 digits, to six places; NaN and infinity are above all numbers.
_HELD: Final = (
    "CASE WHEN ABS(ROUND(CAST({0} AS NUMERIC), 6)) < 100000000000000000000"
    " THEN ROUND(CAST({0} AS NUMERIC), 6) END"
)
_TYPED: Final = _HELD.format("CAST(:x AS TEXT)")
# What lies beyond 10^12 seconds is as much.
_MILLISECONDS: Final = (
    "CASE WHEN ROUND({0}, 6) < 100000000000000000000 THEN CAST(ROUND("
    "LEAST(ROUND({0}, 6), 1000000000000) * 1000) AS BIGINT) END"
)
# Infinite instants are none. EXTRACT, which sqlglot makes of a bare DATE_PART, gives exact decimals
# and takes five times as long as floating point; that tells microseconds apart in these centuries.
_MICROSECONDS: Final = (
    "CASE WHEN :x BETWEEN '1900-01-01' AND '2100-01-01'"
    " THEN CAST(PG_CATALOG.DATE_PART('epoch', :x) * 1000000 AS BIGINT)"
    " WHEN ISFINITE(:x) THEN CAST(EXTRACT(EPOCH FROM :x) * 1000000 AS BIGINT) END"
)
# Whole days are cut off below by whole numbers that are never negative.
_DAY: Final = "(DATE '1970-01-01' + CAST((:x + 259200000000000000) / 86400000000 - 3000000 AS INT))"
_INSTANT: Final = (
    "TIMESTAMP '1970-01-01' + :x / 1000000 * INTERVAL '1 second'"
    " + :x % 1000000 * INTERVAL '1 microsecond'"
)

POSTGRES: Final = Dialect(
    name="postgres",
    sqlglot="postgres",
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "now": "CURRENT_TIMESTAMP",
            "moment": "CAST(EXTRACT(EPOCH FROM CAST(:x AS TIMESTAMPTZ)) * 1000000 AS BIGINT)",
            "microseconds": _MICROSECONDS,
            "instant of text": "CAST(:x AS TIMESTAMP)",
            "instant in zone": (
                "CASE WHEN CAST(PG_TYPEOF(:x) AS TEXT) = 'timestamp with time zone'"
                " THEN CAST(:x AS TIMESTAMPTZ) ELSE CAST(:x AS TIMESTAMP) AT TIME ZONE :y END"
            ),
            # a text: a number of so many microseconds (u), a day (midnight in d), a time, with an
            # offset or in the zone z
            "written instant": (
                "CASE WHEN :x ~ '^-?[0-9]{9,19}$' THEN ("
                + _INSTANT.replace(":x", "(CAST(:x AS BIGINT) * :u)")
                + ") AT TIME ZONE 'UTC'"
                " WHEN :x ~ '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$'"
                " THEN CAST(:x AS TIMESTAMP) AT TIME ZONE :d"
                " WHEN :x ~ ':[0-9.]+ ?(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)$'"
                " THEN CAST(:x AS TIMESTAMPTZ)"
                " WHEN :x <> '' THEN CAST(:x AS TIMESTAMP) AT TIME ZONE :z END"
            ),
            "day microseconds": _MICROSECONDS,
            "instant": f"({_INSTANT}) AT TIME ZONE 'UTC'",
            "days of text": "(CAST(:x AS DATE) - DATE '1970-01-01')",
            "year of": f"CAST(PG_CATALOG.DATE_PART('year', {_DAY}) AS INT)",
            "month of": (
                f"CAST(PG_CATALOG.DATE_PART('year', {_DAY}) * 12"
                f" + PG_CATALOG.DATE_PART('month', {_DAY}) AS INT)"
            ),
            "whole divide": "(:x / :y)",  # of what is not negative
            "iso seconds": f'TO_CHAR({_INSTANT}, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')',
            "iso microseconds": f'TO_CHAR({_INSTANT}, \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')',
            # texts
            "text": "CAST(:x AS TEXT)",
            # Texts of instants are in the session's time zone, which may be seconds away from UTC.
            "time text": (
                "CASE WHEN CAST(PG_TYPEOF(:x) AS TEXT) = 'timestamp with time zone' THEN"
                " CAST(CAST(CAST(:x AS TEXT) AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TEXT) || 'Z'"
                " ELSE CAST(:x AS TEXT) END"
            ),
            "replace": "REPLACE(:x, :y, :z)",
            "translate": "TRANSLATE(:x, :y, :z)",
            "contains": "(POSITION(:y IN :x) > 0)",
            # A query never counts in what is sure to be a path or URL; the rest may keep it.
            "address": (
                "CASE WHEN POSITION('?' IN :x) > 0 AND (STARTS_WITH(:x, '/')"
                " OR STARTS_WITH(:x, 'http://') OR STARTS_WITH(:x, 'https://'))"
                " THEN SPLIT_PART(:x, '?', 1) ELSE :x END"
            ),
            "is plain": "OCTET_LENGTH(:x) = LENGTH(:x)",
            "place of": "POSITION(:y IN :x)",
            "first": "LEFT(:x, :y)",
            "last": "RIGHT(:x, :y)",
            "from": "SUBSTRING(:x, :y)",
            "some from": "SUBSTRING(:x, :y, :z)",
            "starts with": "STARTS_WITH(:x, :y)",
            "length": "LENGTH(:x)",
            "trim": "TRIM(:x)",
            "trim any": "BTRIM(:x, :y)",
            "trim start": "LTRIM(:x)",
            "trim end": "RTRIM(:x)",
            "like": "(:x LIKE :y ESCAPE '!')",
            "after last": "SPLIT_PART(:x, :y, -1)",
            "character": "CHR(:x)",
            # numbers
            "number": _TYPED,
            "number of text": _HELD.format(":x"),
            # The text of money is the locale's: `60,50 €`.
            "number text": (
                f"CASE WHEN {_IS_NUMBER} THEN CAST(TRIM_SCALE({_TYPED}) AS TEXT)"
                " WHEN CAST(PG_TYPEOF(:x) AS TEXT) = 'money'"
                " THEN CAST(CAST(CAST(CAST(:x AS TEXT) AS MONEY) AS NUMERIC) AS TEXT)"
                " ELSE CAST(:x AS TEXT) END"
            ),
            "is number": "(:x ~ '^[+-]?[0-9]+([.][0-9]+)?$')",
            "is text": f"({_IS_TEXT})",
            "milliseconds of text": _MILLISECONDS.format("CAST(:x AS NUMERIC)"),
            # The same by floating point where it is exact: thousandths come back as they were.
            "milliseconds of number": (
                "CASE WHEN CAST(:x AS DOUBLE PRECISION) BETWEEN 0 AND 1000000000000 AND"
                " ROUND(CAST(:x AS DOUBLE PRECISION) * 1000) / 1000 = CAST(:x AS DOUBLE PRECISION)"
                " THEN CAST(ROUND(CAST(:x AS DOUBLE PRECISION) * 1000) AS BIGINT)"
                " WHEN :x > 0 THEN "
                + _MILLISECONDS.format("CAST(CAST(:x AS TEXT) AS NUMERIC)")
                + " END"
            ),
            "whole": "CAST(:x AS BIGINT)",
            "round": "CAST(ROUND(:x) AS BIGINT)",
            "points": "CAST(:x AS NUMERIC(15, 0)) * 0.01",
            "plain number": "CAST(TRIM_SCALE(CAST(:x AS NUMERIC(15, 0)) * 0.01) AS TEXT)",
            # aggregates
            "any value": ":x",
            "any bits": "BIT_OR(:x)",
            # nested values: structures, JSON, and lists of key and value
            "json": (
                f"CASE WHEN NOT {_IS_TEXT} THEN TO_JSONB(:x)"
                " WHEN LEFT(LTRIM(CAST(:x AS TEXT)), 1) IN ('{', '[')"
                " THEN CAST(CAST(:x AS TEXT) AS JSONB) END"
            ),
            "json member": (
                "CASE JSONB_TYPEOF(:x) WHEN 'array' THEN JSONB_PATH_QUERY_FIRST(:x,"
                " '$[*] ? (@.key == $k).value', JSONB_BUILD_OBJECT('k', CAST(:y AS TEXT)))"
                " WHEN 'object' THEN JSONB_EXTRACT_PATH(:x, :y) END"
            ),
            # A value may have a member for each type, of which one is filled.
            "json text": (
                "CASE JSONB_TYPEOF(:x) WHEN 'object' THEN COALESCE("
                "JSONB_EXTRACT_PATH_TEXT(:x, 'string_value'),"
                " JSONB_EXTRACT_PATH_TEXT(:x, 'int_value'),"
                " JSONB_EXTRACT_PATH_TEXT(:x, 'float_value'),"
                " JSONB_EXTRACT_PATH_TEXT(:x, 'double_value'), CAST(:x AS TEXT))"
                " WHEN 'null' THEN NULL ELSE (:x #>> '{}') END"
            ),
            # a cell that lists ids, `17:1546300800000;18`
            "each id": "REGEXP_SPLIT_TO_TABLE(:x, '[^0-9A-Za-z:_.-]+')",
            "id said": "SPLIT_PART(:x, ':', 1)",
            # windows: of the rows of a lead, in the order of time
            "place": "ROW_NUMBER() OVER (PARTITION BY :lead ORDER BY :at)",
            "time before": "LAG(:x, :n) OVER (PARTITION BY :lead ORDER BY :x)",
            "latest before": (
                "MAX(:x) OVER (PARTITION BY :lead ORDER BY :at"
                " RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
            ),
        }
    ),
    spelling=Spelling.ESCAPED,
    kept=True,
    distinct_on=True,
    hook="SET LOCAL jit = off",
    name_bytes=63,
    holds_nul=False,
    # Expressions are many and rows go through each once: compiling them took most of the time.
    advice=("faster without compiling its expressions first: SET jit = off",),
)
