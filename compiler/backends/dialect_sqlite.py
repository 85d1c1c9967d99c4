"""SQLite 3.35 and later, without extensions: no types for instants, decimals or truth.

Instants of typed columns are ISO 8601 texts (`2026-11-21 12:00:00.5+01:00`; without an offset UTC).
Numbers beyond the 15 digits of floating point are held as texts of one length that sort as they do.
A text with NUL in it ends there for SQLite's functions.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import Dialect, Numbers, Spelling

# An ISO 8601 text to whole seconds, and what follows them: a fraction, an offset.
_SECONDS: Final = "STRFTIME('%s', SUBSTR(:x, 1, 19) || LTRIM(SUBSTR(:x, 20), '.0123456789'))"
_FRACTION: Final = "CAST(ROUND(CAST('0' || SUBSTR(:x, 20) AS REAL) * 1000000) AS INTEGER)"
_MICROSECONDS: Final = f"(CAST({_SECONDS} AS INTEGER) * 1000000 + {_FRACTION})"

# Whole seconds and the rest of microseconds, also before 1970.
_REST: Final = "((:x % 1000000 + 1000000) % 1000000)"
_WHOLE: Final = f"((:x - {_REST}) / 1000000)"
_DATE: Final = "(:x - (:x % 86400000000 + 86400000000) % 86400000000) / 1000000, 'unixepoch'"

# A number text as 26 digits: the first ten, and the other sixteen with the rounding.
_SORTED: Final = """(
  SELECT CASE
    WHEN digits IS NULL OR LENGTH(digits) > 20 THEN NULL
    WHEN high + low / 10000000000000000 > 9999999999 THEN NULL
    WHEN sign = '-' AND high + low > 0 THEN PRINTF(
      '-%010d%010d.%06d',
      9999999999 - high - low / 10000000000000000,
      9999999999 - low % 10000000000000000 / 1000000,
      999999 - low % 1000000
    )
    ELSE PRINTF(
      '%010d%010d.%06d',
      high + low / 10000000000000000,
      low % 10000000000000000 / 1000000,
      low % 1000000
    ) END
  FROM (
    SELECT sign, digits,
      CAST(SUBSTR('00000000000000000000' || digits, -20, 10) AS INTEGER) AS high,
      CAST(
        SUBSTR('0000000000' || digits, -10) || SUBSTR(decimals || '000000', 1, 6) AS INTEGER
      ) + (SUBSTR(decimals, 7, 1) >= '5') AS low
    FROM (
      SELECT SUBSTR(said, 1, 1) AS sign,
        LTRIM(SUBSTR(said, 1, INSTR(said || '.', '.') - 1), '+-0') AS digits,
        SUBSTR(said, INSTR(said || '.', '.') + 1) AS decimals
      FROM (SELECT :x AS said)
    )
  )
)"""
_MILLISECONDS: Final = """(
  SELECT CASE
    WHEN LENGTH(digits) > 20 THEN NULL
    WHEN digits = '99999999999999999999' AND SUBSTR(decimals, 1, 7) >= '9999995' THEN NULL
    WHEN LENGTH(digits) > 12 THEN 1000000000000000
    ELSE (
      CAST('0' || digits AS INTEGER) * 1000000
      + CAST(SUBSTR(decimals || '000000', 1, 6) AS INTEGER)
      + (SUBSTR(decimals, 7, 1) >= '5') + 500
    ) / 1000 END
  FROM (
    SELECT LTRIM(SUBSTR(said, 1, INSTR(said || '.', '.') - 1), '+0') AS digits,
      SUBSTR(said, INSTR(said || '.', '.') + 1) AS decimals
    FROM (SELECT :x AS said)
  )
)"""
_PLAIN: Final = (
    "CASE TYPEOF(:x) WHEN 'text' THEN :x WHEN 'integer' THEN CAST(:x AS TEXT)"
    " WHEN 'real' THEN CASE WHEN :x = 0 THEN '0' WHEN ABS(:x) < 1e20 THEN"
    " RTRIM(RTRIM(PRINTF('%!.6f', :x), '0'), '.') END END"
)

SQLITE: Final = Dialect(
    name="sqlite",
    sqlglot="sqlite",
    fragments=MappingProxyType(
        {
            # instants: microseconds since 1970 as whole numbers
            "now": "STRFTIME('%Y-%m-%d %H:%M:%f+00:00', 'now')",
            "moment": _MICROSECONDS,
            "microseconds": _MICROSECONDS,
            "day microseconds": _MICROSECONDS,
            "instant": (
                f"STRFTIME('%Y-%m-%d %H:%M:%S', {_WHOLE}, 'unixepoch')"
                f" || PRINTF('.%06d', {_REST}) || '+00:00'"
            ),
            "days of text": "CAST(JULIANDAY(:x) - 2440587.5 AS INTEGER)",
            "year of": f"CAST(STRFTIME('%Y', {_DATE}) AS INTEGER)",
            "month of": (
                f"(CAST(STRFTIME('%Y', {_DATE}) AS INTEGER) * 12"
                f" + CAST(STRFTIME('%m', {_DATE}) AS INTEGER))"
            ),
            "whole divide": "(:x / :y)",  # of what is not negative
            "iso seconds": f"STRFTIME('%Y-%m-%dT%H:%M:%SZ', {_WHOLE}, 'unixepoch')",
            "iso microseconds": (
                f"STRFTIME('%Y-%m-%dT%H:%M:%S', {_WHOLE}, 'unixepoch') || PRINTF('.%06dZ', {_REST})"
            ),
            # texts
            "text": "CAST(:x AS TEXT)",
            "replace": "REPLACE(:x, :y, :z)",
            # Letter by letter, as SQLite exchanges only one text at a time.
            "exchange": (
                "(WITH RECURSIVE walk(done, ahead) AS (SELECT '', :x UNION ALL SELECT done || CASE"
                " WHEN INSTR(:y, SUBSTR(ahead, 1, 1)) > 0"
                " THEN SUBSTR(:z, INSTR(:y, SUBSTR(ahead, 1, 1)), 1) ELSE SUBSTR(ahead, 1, 1) END,"
                " SUBSTR(ahead, 2) FROM walk WHERE ahead <> '')"
                " SELECT done FROM walk WHERE ahead = '')"
            ),
            "contains": "(INSTR(:x, :y) > 0)",
            # A query never counts in what is sure to be a path or URL; the rest may keep it.
            "address": (
                "CASE WHEN INSTR(:x, '?') > 0 AND"
                " (SUBSTR(:x, 1, 1) = '/' OR SUBSTR(:x, 1, 7) = 'http://' OR SUBSTR(:x, 1, 8) = 'https://')"
                " THEN SUBSTR(:x, 1, INSTR(:x, '?') - 1) ELSE :x END"
            ),
            "place of": "INSTR(:x, :y)",
            "first": "SUBSTR(:x, 1, :y)",
            "last": "SUBSTR(:x, -:y)",
            "from": "SUBSTR(:x, :y)",
            "some from": "SUBSTR(:x, :y, :z)",
            "starts with": "(SUBSTR(:x, 1, LENGTH(:y)) = :y)",
            "length": "LENGTH(:x)",
            "trim": "TRIM(:x)",
            "trim any": "TRIM(:x, :y)",
            "trim start": "LTRIM(:x)",
            "trim end": "RTRIM(:x)",
            "like": "(:x LIKE :y ESCAPE '!')",
            "glob": "(:x GLOB :y)",
            "after last": "SUBSTR(:x, LENGTH(RTRIM(:x, REPLACE(:x, :y, ''))) + 1)",
            "character": "CHAR(:x)",
            # numbers
            "number": _SORTED.replace(":x", f"({_PLAIN})"),
            "number of text": _SORTED,
            "number text": _PLAIN,
            "is number": (
                "(NOT :x GLOB '*[^0-9.+-]*' AND NOT SUBSTR(:x, 2) GLOB '*[+-]*'"
                " AND NOT :x GLOB '*.*.*' AND :x GLOB '*[0-9]' AND LTRIM(:x, '+-') GLOB '[0-9]*')"
            ),
            "is text": "(TYPEOF(:x) = 'text')",
            "milliseconds of text": _MILLISECONDS,
            "whole": "CAST(:x AS INTEGER)",
            "round": "CAST(ROUND(:x) AS INTEGER)",
            "points": "(:x / 100.0)",
            "plain number": "RTRIM(RTRIM(PRINTF('%.2f', :x / 100.0), '0'), '.')",
            # aggregates
            "any value": ":x",
            "any bit": "MAX(:x & :y)",
            # windows: of the rows of a lead, in the order of time
            "place": "ROW_NUMBER() OVER (PARTITION BY :lead ORDER BY :at)",
            "time before": "LAG(:x, :n) OVER (PARTITION BY :lead ORDER BY :x)",
            "latest before": (
                "MAX(:x) OVER (PARTITION BY :lead ORDER BY :at"
                " RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
            ),
        }
    ),
    numbers=Numbers.SORTED_TEXT,
    spelling=Spelling.RUNS,
    kept=True,
    values_named=False,
)
