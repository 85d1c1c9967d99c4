"""ClickHouse 24.3 and later: exact decimals, and joins that must be told to give NULL.

Texts are compared byte by byte, which is by code points. A column of instants may be DateTime,
DateTime64, Date, Date32 or a text in UTC; instants lie between 1900 and 2299.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import UNSEEN, Dialect, Spelling

_MICROSECONDS: Final = "toUnixTimestamp64Micro(toDateTime64(:x, 6, 'UTC'))"
_TIME: Final = "fromUnixTimestamp64Micro(:x, 'UTC')"
_IN_TABLE: Final = "fromUnixTimestamp64Micro(least(greatest(:x, 0), 4133980800000000), 'UTC')"
# Days since 1970 by months since March of the year 0: a Date begins with 1900 at the earliest.
_MONTHS: Final = (
    "(toInt32OrZero(substring(:x, 1, 4)) * 12 + toInt32OrZero(substring(:x, 6, 2)) - 3)"
)
_YEARS: Final = f"intDiv({_MONTHS}, 12)"
_DAYS: Final = (
    f"(365 * {_YEARS} + intDiv({_YEARS}, 4) - intDiv({_YEARS}, 100) + intDiv({_YEARS}, 400)"
    f" + intDiv(153 * ({_MONTHS} % 12) + 2, 5) + toInt32OrZero(substring(:x, 9, 2)) - 719469)"
)
# A number of up to 20 digits, to six places; digits beyond the seventh place are cut off.
_ROUNDED: Final = "round(toDecimal256OrNull({0}, 7), 6)"
_HELD: Final = (
    f"CASE WHEN abs({_ROUNDED}) < toDecimal256('100000000000000000000', 0)"
    f" THEN toDecimal128OrNull(toString({_ROUNDED}), 6) END"
)
_TYPED: Final = _HELD.format("toString(:x)")
# What lies beyond 10^12 seconds is as much; LEAST passes over NULL.
_MILLISECONDS: Final = (
    "CASE WHEN {0} < toDecimal256('100000000000000000000', 0) THEN toInt64(round("
    "least(greatest({0}, toDecimal256('0', 6)), toDecimal256('1000000000000', 6)) * 1000)) END"
)

CLICKHOUSE: Final = Dialect(
    name="clickhouse",
    sqlglot="clickhouse",
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "now": "toString(now64(6, 'UTC'))",
            "moment": "toUnixTimestamp64Micro(parseDateTime64BestEffort(:x, 6, 'UTC'))",
            "microseconds": _MICROSECONDS,
            "day microseconds": _MICROSECONDS,
            "instant": _TIME,
            "days of text": _DAYS,
            "year of": f"toYear({_IN_TABLE})",
            "month of": f"toRelativeMonthNum({_TIME})",
            "whole divide": "intDiv(:x, :y)",  # of what is not negative
            "iso seconds": f"formatDateTime({_TIME}, '%Y-%m-%dT%H:%i:%SZ')",
            "iso microseconds": f"formatDateTime({_TIME}, '%Y-%m-%dT%H:%i:%S.%fZ')",
            # texts
            "text": "toString(:x)",
            # An unknown column that holds instants may show them in its own zone.
            "time text": (
                "CASE WHEN toTypeName(:x) LIKE '%DateTime%' THEN toString("
                "accurateCastOrNull(:x, 'DateTime64(6, ''UTC'')')) ELSE toString(:x) END"
            ),
            "bytes": "unhex(:x)",
            "replace": "replaceAll(:x, :y, :z)",
            "translate": "translateUTF8(:x, :y, :z)",
            "contains": "(positionUTF8(:x, :y) > 0)",
            # A query never counts in what is sure to be a path or URL; the rest may keep it.
            "address": (
                "CASE WHEN startsWith(:x, '/') OR startsWith(:x, 'http://')"
                " OR startsWith(:x, 'https://') THEN substringIndex(:x, '?', 1) ELSE :x END"
            ),
            "place of": "positionUTF8(:x, :y)",
            "first": "leftUTF8(:x, :y)",
            "last": "rightUTF8(:x, :y)",
            "from": "substringUTF8(:x, :y)",
            "some from": "substringUTF8(:x, :y, :z)",
            "starts with": "startsWith(:x, :y)",
            "length": "lengthUTF8(:x)",
            "trim": "trimBoth(:x)",
            "trim start": "trimLeft(:x)",
            "trim end": "trimRight(:x)",
            "like": "(:x LIKE :y)",
            "after last": "arrayElement(splitByString(:y, :x), -1)",
            # numbers
            "decimal": "toDecimal128(:x, 6)",
            "number": _TYPED,
            "number of text": _HELD.format(":x"),
            "number text": (
                "CASE WHEN toTypeName(:x) LIKE '%String%' THEN toString(:x)"
                f" ELSE toString({_TYPED}) END"
            ),
            "is number": "match(:x, '^[+-]?[0-9]+([.][0-9]+)?$')",
            "milliseconds of text": _MILLISECONDS.format(_ROUNDED.format(":x")),
            # The same by floating point where it is exact: thousandths come back as they were.
            "milliseconds of number": (
                "CASE WHEN toFloat64(:x) BETWEEN 0 AND 1000000000000 AND"
                " round(toFloat64(:x) * 1000) / 1000 = toFloat64(:x)"
                " THEN accurateCastOrNull(round(toFloat64(:x) * 1000), 'Int64') WHEN :x > 0 THEN "
                + _MILLISECONDS.format(_ROUNDED.format("toString(:x)"))
                + " END"
            ),
            "whole": "toInt64(:x)",
            "signed": "toInt64(:x)",  # numbers with and without a sign have no type for both
            "round": "toInt64(round(:x))",
            "points": "toDecimal64(:x, 2) / 100",
            "plain number": "toString(toDecimal64(:x, 2) / 100)",
            # aggregates
            "any value": "any(:x)",
            "any bits": "groupBitOr(:x)",
            "bits or": "bitOr(:x, :y)",
            "bits and": "bitAnd(:x, :y)",
            # rows of constants: a UNION of them takes a hundred times as long to read
            "each of": "arrayJoin(:x)",
            "part": "tupleElement(:x, :n)",
            # windows: of the rows of a lead, in the order of time
            "place": "toInt64(ROW_NUMBER() OVER (PARTITION BY :lead ORDER BY :at))",
            "time before": (
                "lagInFrame(toNullable(:x), :n) OVER (PARTITION BY :lead ORDER BY :x"
                " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
            ),
            "latest before": (
                "MAX(toNullable(:x)) OVER (PARTITION BY :lead ORDER BY :at"
                " RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
            ),
        }
    ),
    spelled=UNSEEN | {"\\"},
    spelling=Spelling.BYTES,
    like_escape="\\",
    parameter="{{{}:String}}",
    made=MappingProxyType(
        {
            "view": ("CREATE OR REPLACE VIEW {0} AS",),
            "table": (
                "CREATE OR REPLACE TABLE {0} ENGINE = MergeTree ORDER BY lead_id",
                "SETTINGS allow_nullable_key = 1 AS",
            ),
        }
    ),
    settings=MappingProxyType(
        {
            "join_use_nulls": 1,
            "prefer_column_name_to_alias": 1,
            "output_format_decimal_trailing_zeros": 0,
            # Evaluated late, a column of a query is worked out again for each of its uses. Without,
            # both ways of a CASE are worked out: no fragment may fail on any value.
            "short_circuit_function_evaluation": "disable",
            # Large cards need more than the usual 10,000; 0 is no limit.
            "query_plan_max_optimizations_to_apply": 0,
        }
    ),
    longest=262_144,
    renames=True,
    inlined=True,
)
