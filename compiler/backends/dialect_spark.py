"""Spark SQL 3.4 and later, and Databricks, whose SQL is the same here.

Answers do not depend on ANSI mode or on the session's time zone: nothing is cast that could fail,
nothing can overflow, and whatever is said in local time is TIMESTAMP_NTZ. Texts are UTF-8 with
code points as characters; columns must have the usual collation, UTF8_BINARY.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import OR_REPLACE, STANDARD, UNSEEN, Dialect, Spelling

# A column whose type is not known: texts are read as texts, all else as numbers.
_IS_TEXT: Final = "TYPEOF(:x) RLIKE '^(string|varchar|char)'"
# A number of up to 20 digits, to six places; NULL beyond, as for NaN and infinity.
_HELD: Final = "TRY_CAST({0} AS DECIMAL(26, 6))"
_TYPED: Final = _HELD.format("CAST(:x AS STRING)")
_WITHOUT_ZEROS: Final = "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST({0} AS STRING)))"
_POINTS: Final = "CAST(:x AS DECIMAL(15, 0)) * 0.01"

_DATE: Final = "DATE_FROM_UNIX_DATE(CAST((:x - PMOD(:x, 86400000000)) DIV 86400000000 AS INT))"
_CLOCK: Final = "TIMESTAMP_NTZ '1970-01-01 00:00:00' + INTERVAL '0.000001' SECOND * {0}"
_ISO: Final = "REPLACE(CAST(" + _CLOCK + " AS STRING), ' ', 'T')"
# TIMESTAMP_NTZ is UTC, whatever the session's time zone.
_MICROSECONDS: Final = (
    "CASE WHEN TYPEOF(:x) = 'timestamp_ntz'"
    " THEN (CAST(:x AS TIMESTAMP_NTZ) - TIMESTAMP_NTZ '1970-01-01 00:00:00')"
    " DIV INTERVAL '0.000001' SECOND"
    " ELSE UNIX_MICROS(CAST(:x AS TIMESTAMP)) END"
)
_DAYS: Final = "EXTRACT(DAY FROM (CAST(:x AS DATE) - DATE '1970-01-01'))"

SPARK: Final = Dialect(
    name="spark",
    sqlglot="spark",
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "now": "CURRENT_TIMESTAMP()",
            "moment": "UNIX_MICROS(CAST(:x AS TIMESTAMP))",
            "microseconds": _MICROSECONDS,
            "day microseconds": f"CAST({_DAYS} AS BIGINT) * 86400000000",
            "instant": "TIMESTAMP_MICROS(:x)",
            "days of text": _DAYS,
            "year of": f"YEAR({_DATE})",
            "month of": f"(YEAR({_DATE}) * 12 + MONTH({_DATE}))",
            "whole divide": "(:x DIV :y)",  # of what is not negative
            "iso seconds": _ISO.format(":x") + " || 'Z'",
            "iso microseconds": f"RPAD({_ISO.format(':x')}, 26, '0') || 'Z'",
            # texts
            "text": "CAST(:x AS STRING)",
            # Texts of instants are in the session's time zone, without saying so.
            "time text": (
                "CASE WHEN TYPEOF(:x) = 'timestamp'"
                f" THEN {_ISO.format('UNIX_MICROS(CAST(:x AS TIMESTAMP))')} || 'Z'"
                " ELSE CAST(:x AS STRING) END"
            ),
            "replace": "REPLACE(:x, :y, :z)",
            "translate": "TRANSLATE(:x, :y, :z)",
            "contains": "CONTAINS(:x, :y)",
            # A query never counts in what is sure to be a path or URL; the rest may keep it.
            "address": (
                "CASE WHEN STARTSWITH(:x, '/') OR STARTSWITH(:x, 'http://')"
                " OR STARTSWITH(:x, 'https://') THEN SUBSTRING_INDEX(:x, '?', 1) ELSE :x END"
            ),
            "place of": "LOCATE(:y, :x)",
            "first": "LEFT(:x, :y)",
            "last": "RIGHT(:x, :y)",
            "from": "SUBSTRING(:x, :y)",
            "some from": "SUBSTRING(:x, :y, :z)",
            "starts with": "STARTSWITH(:x, :y)",
            "length": "LENGTH(:x)",
            "trim": "TRIM(:x)",
            "trim any": "TRIM(BOTH :y FROM :x)",
            "trim start": "LTRIM(:x)",
            "trim end": "RTRIM(:x)",
            "like": "(:x LIKE :y ESCAPE '!')",
            "after last": "SUBSTRING_INDEX(:x, :y, -1)",
            # numbers
            "number": _TYPED,
            "number of text": _HELD.format(":x"),
            "number text": (
                f"CASE WHEN {_IS_TEXT} THEN CAST(:x AS STRING)"
                f" ELSE {_WITHOUT_ZEROS.format(_TYPED)} END"
            ),
            # `$` would let a line break follow.
            "is number": "(:x RLIKE '^[+-]?[0-9]+([.][0-9]+)?\\\\z')",
            "milliseconds of text": (
                "CASE WHEN TRY_CAST(:x AS DECIMAL(26, 6)) < 1000000000000"
                " THEN CAST(ROUND(TRY_CAST(:x AS DECIMAL(26, 6)) * 1000) AS BIGINT)"
                " WHEN TRY_CAST(:x AS DECIMAL(26, 6)) >= 1000000000000 THEN 1000000000000000 END"
            ),
            "whole": "CAST(:x AS BIGINT)",
            "points": _POINTS,
            "plain number": _WITHOUT_ZEROS.format(_POINTS),
            # aggregates
            "any value": ":x",
            "any bits": "BIT_OR(:x)",
            # what makes Spark work out a query once, however many others read it
            "apart": "RAND() >= 0",
            # windows: of the rows of a lead, in the order of time
            "place": "ROW_NUMBER() OVER (PARTITION BY :lead ORDER BY :at)",
            "time before": "LAG(:x, :n) OVER (PARTITION BY :lead ORDER BY :x)",
            "latest before": (
                "MAX(:x) OVER (PARTITION BY :lead ORDER BY :at"
                " RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
            ),
        }
    ),
    # Spark puts the value of a variable for `${name}` before it reads a statement.
    spelled=UNSEEN | {"$"},
    spelling=Spelling.NUMBERED,
    made=MappingProxyType({"view": OR_REPLACE["view"], "table": STANDARD["table"]}),
    inlined=True,
)

# Tables of Databricks can be replaced whole, at once.
DATABRICKS: Final = replace(SPARK, name="databricks", sqlglot="databricks", made=OR_REPLACE)
