"""DuckDB: regular expressions (RE2), exact decimals, casts that try."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import OR_REPLACE, Dialect, Patterns

# Classes of characters in RE2: blanks (`text.BLANKS`), those and `-` `_`, those and punctuation.
# `\p{Z}` is exactly the space, line and paragraph separators of `text.BLANKS`.
_BLANK: Final = r"\t-\r\x85\x{200B}\x{FEFF}\p{Z}"
_GAP: Final = _BLANK + r"_\-"
_BREAK: Final = (
    _BLANK + r"!-\"$-/:-@\[-`{-~"
    "¡§«»¿·‐‑‒–—―‖‘-‟†‡•…‰‹›⁄−、。〈-】〔〕・！-／：-＠［-］＿｛-～،؛؟։।"
)

# What says nothing in a number (`text.NUMBER_MARKS`).
_MARKS: Final = f"{_BLANK},'’$€£¥₽₩₹"
# A number of up to 20 digits, to six places; NULL for all else.
_HELD: Final = "TRY_CAST(CAST(:x AS VARCHAR) AS DECIMAL(26, 6))"
_MARKS_TEXT: Final = _MARKS.replace("'", "''")

DUCKDB: Final = Dialect(
    name="duckdb",
    sqlglot="duckdb",
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "now": "CURRENT_TIMESTAMP",
            "moment": "EPOCH_US(CAST(:x AS TIMESTAMPTZ))",
            "microseconds": "EPOCH_US(:x)",
            "instant": "MAKE_TIMESTAMP(CAST(:x AS BIGINT))",
            "instant of text": "CAST(:x AS TIMESTAMP)",
            "instant in zone": (
                "CASE WHEN TYPEOF(:x) = 'TIMESTAMP WITH TIME ZONE' THEN CAST(:x AS TIMESTAMPTZ)"
                " ELSE CAST(:x AS TIMESTAMP) AT TIME ZONE :y END"
            ),
            # a text: a number of so many microseconds (u), a day (midnight in d), a time, with an
            # offset or in the zone z
            "written instant": (
                "CASE WHEN REGEXP_FULL_MATCH(:x, '-?[0-9]{9,19}')"
                " THEN MAKE_TIMESTAMP(CAST(:x AS BIGINT) * :u) AT TIME ZONE 'UTC'"
                " WHEN REGEXP_FULL_MATCH(:x, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}')"
                " THEN CAST(:x AS TIMESTAMP) AT TIME ZONE :d"
                " WHEN REGEXP_MATCHES(:x, ':[0-9.]+ ?(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)$')"
                " THEN CAST(:x AS TIMESTAMPTZ)"
                " WHEN :x <> '' THEN CAST(:x AS TIMESTAMP) AT TIME ZONE :z END"
            ),
            "day microseconds": "EPOCH_US(CAST(:x AS TIMESTAMP))",
            "year of": "EXTRACT(YEAR FROM MAKE_TIMESTAMP(CAST(:x AS BIGINT)))",
            "month of": "DATEDIFF('MONTH', DATE '1970-01-01', CAST(MAKE_TIMESTAMP(:x) AS DATE))",
            "whole divide": "(:x // :y)",  # of what is not negative
            "iso seconds": "STRFTIME(MAKE_TIMESTAMP(:x), '%Y-%m-%dT%H:%M:%SZ')",
            "iso microseconds": "STRFTIME(MAKE_TIMESTAMP(:x), '%Y-%m-%dT%H:%M:%S.%fZ')",
            # texts
            "text": "CAST(:x AS VARCHAR)",
            # Texts of instants are in the session's zone, and offsets in them lack the seconds.
            "time text": (
                "CASE WHEN TYPEOF(:x) = 'TIMESTAMP WITH TIME ZONE'"
                " THEN CAST(TRY_CAST(:x AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS VARCHAR) || 'Z'"
                " ELSE CAST(:x AS VARCHAR) END"
            ),
            "lower": "LOWER(:x)",
            "replace": "REPLACE(:x, :y, :z)",
            "translate": "TRANSLATE(:x, :y, :z)",
            "is plain": "STRLEN(:x) = LENGTH(:x)",
            "contains": "CONTAINS(:x, :y)",
            # A query never counts in what is sure to be a path or URL; the rest may keep it.
            "address": "REGEXP_EXTRACT(:x, '^(?s:(?:/|https?://)[^?]*|.*)')",
            "holds letters": "(:x ILIKE '%' || :y || '%')",
            "starts with": "STARTS_WITH(:x, :y)",
            "ends with": "SUFFIX(:x, :y)",
            "trim": "TRIM(:x)",
            "after last": "SPLIT_PART(:x, :y, -1)",
            "character": "CHR(:x)",
            # regular expressions (RE2)
            "search": "REGEXP_MATCHES(:x, :y)",
            "full match": "REGEXP_FULL_MATCH(:x, :y)",
            "group": "REGEXP_EXTRACT(:x, :y, :z)",
            "replace all": "REGEXP_REPLACE(:x, :y, :z, 'g')",
            # numbers
            "number": _HELD,
            "number of text": "TRY_CAST(:x AS DECIMAL(26, 6))",
            "number text": (
                "CASE WHEN TYPEOF(:x) = 'VARCHAR' THEN CAST(:x AS VARCHAR) ELSE RTRIM(RTRIM("
                f"CAST({_HELD} AS VARCHAR), '0'), '.') END"
            ),
            # A range or less than nothing is no time spent.
            "seconds": (
                "CASE WHEN TYPEOF(:x) = 'VARCHAR' THEN TRY_CAST(REGEXP_EXTRACT("
                f"REGEXP_REPLACE(CAST(:x AS VARCHAR), '[{_MARKS_TEXT}]', '', 'g'), "
                "'^[+]?[0-9]+([.][0-9]+)?$') AS DECIMAL(26, 6)) "
                f"ELSE {_HELD} END"
            ),
            # The same by floating point where it is exact: a number of at most 15 digits, the last
            # of them thousandths, comes back from them as it was. What lies beyond 10^12 seconds is
            # as much, and less than nothing is nothing.
            "milliseconds of number": (
                "CASE WHEN ABS(CAST(:x AS DOUBLE)) < 1e12 AND"
                " ROUND(CAST(:x AS DOUBLE) * 1000) / 1000 = CAST(:x AS DOUBLE)"
                " THEN CAST(ROUND(CAST(:x AS DOUBLE) * 1000) AS BIGINT)"
                f" WHEN ABS(CAST(:x AS DOUBLE)) < 1e12 THEN CAST(ROUND({_HELD} * 1000) AS BIGINT)"
                f" WHEN :x > 0 AND {_HELD} IS NOT NULL THEN 1000000000000000 END"
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
            # nested values: structures, maps, JSON, and lists of key and value
            "json": "TRY_CAST(:x AS JSON)",
            "json member": (
                "CASE JSON_TYPE(:x) WHEN 'ARRAY' THEN [JSON_EXTRACT(e, '/value') FOR e IN"
                " CAST(:x AS JSON[]) IF JSON_EXTRACT_STRING(e, '/key') = :y][1]"
                " WHEN 'OBJECT' THEN JSON_EXTRACT(:x, '/' ||"
                " REPLACE(REPLACE(:y, '~', '~0'), '/', '~1')) END"
            ),
            # A value may have a member for each type, of which one is filled.
            "json text": (
                "CASE JSON_TYPE(:x) WHEN 'OBJECT' THEN COALESCE("
                "JSON_EXTRACT_STRING(:x, '/string_value'), JSON_EXTRACT_STRING(:x, '/int_value'),"
                " JSON_EXTRACT_STRING(:x, '/float_value'),"
                " JSON_EXTRACT_STRING(:x, '/double_value'), JSON_EXTRACT_STRING(:x, '$'))"
                " WHEN 'NULL' THEN NULL ELSE JSON_EXTRACT_STRING(:x, '$') END"
            ),
            # a cell that lists ids, `17:1546300800000;18`
            "each id": "UNNEST(REGEXP_SPLIT_TO_ARRAY(:x, '[^0-9A-Za-z:_.-]+'))",
            "id said": "SPLIT_PART(:x, ':', 1)",
            # windows: of the rows of a lead, in the order of time
            "place": "ROW_NUMBER() OVER (PARTITION BY :lead ORDER BY :at)",
            "time before": "LAG(:x, :n) OVER (PARTITION BY :lead ORDER BY :x)",
            "latest before": (
                "MAX(:x) OVER (PARTITION BY :lead ORDER BY :at"
                " RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
            ),
            "latest so far": (
                "MAX(:x) OVER (PARTITION BY :lead ORDER BY :at"
                " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
            ),
            "least at once": "MIN(:x) OVER (PARTITION BY :lead, :at)",
            # aggregates
            "any value": "ANY_VALUE(:x)",
            "any bits": "BIT_OR(:x)",
        }
    ),
    patterns=Patterns(blank=_BLANK, gap=_GAP, word_break=_BREAK, number_marks=_MARKS),
    spelled=frozenset("\0"),
    star_replace=True,
    parameter="${}",
    made=OR_REPLACE,
)
