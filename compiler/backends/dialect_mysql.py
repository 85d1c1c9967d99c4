"""MariaDB 10.10 and later, and MySQL 8.0.19 and later: exact decimals, no cast that tries.

The two differ in the names of collations. All texts are compared by code points, blanks at their
end included, whatever the collations of the tables and of the connection are. Only the statement of
MariaDB was run.

A DATETIME has no zone and is UTC. A TIMESTAMP is shown in the zone of the session, which must then
be UTC. Statements are read in the session's character set, which must be utf8mb4.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import UNSEEN, Dialect, Spelling

# An ISO 8601 text: whole seconds, the fraction to six places, the offset.
_FRACTION: Final = "COALESCE(REGEXP_SUBSTR(SUBSTR(:x, 20), '[.][0-9]+'), '')"
_SHIFT: Final = "REPLACE(COALESCE(REGEXP_SUBSTR(SUBSTR(:x, 20), '[+-][0-9:]+$'), ''), ':', '')"
_MOMENT: Final = (
    "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', LEFT(:x, 19))"
    f" + CAST(RPAD(SUBSTR({_FRACTION}, 2, 6), 6, '0') AS SIGNED)"
    f" - CASE LEFT({_SHIFT}, 1) WHEN '-' THEN -60000000 ELSE 60000000 END"
    f" * (CAST(CONCAT('0', SUBSTR({_SHIFT}, 2, 2)) AS SIGNED) * 60"
    f" + CAST(CONCAT('0', SUBSTR({_SHIFT}, 4, 2)) AS SIGNED))"
)
_TIME: Final = "('1970-01-01' + INTERVAL :x MICROSECOND)"
_IN_TABLE: Final = "('1970-01-01' + INTERVAL LEAST(GREATEST(:x, 0), 4133980800000000) MICROSECOND)"
_MICROSECONDS: Final = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', :x)"
_NUMERAL: Final = "'^[+-]?[0-9]+([.][0-9]+)?$'"
# A number of up to 20 digits, to six places; a cast would take more digits for the highest number.
_HELD: Final = (
    "CASE WHEN CHAR_LENGTH(TRIM(LEADING '0' FROM REGEXP_SUBSTR({0}, '[0-9]+'))) <= 20"
    " AND ABS(CAST({0} AS DECIMAL(65, 6))) < 100000000000000000000"
    " THEN CAST({0} AS DECIMAL(26, 6)) END"
)
# The same of a column of numbers. Only a query may cast 1e300: where a table is made of the rows, a
# number that the type does not hold stops the statement.
_TYPED: Final = f"CASE WHEN ABS(:x) < 1e21 THEN {_HELD.format('CAST(:x AS CHAR)')} END"
_PLAIN: Final = "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST({0} AS CHAR)))"

# Letters of the fold table that LOWER, by Unicode 9, leaves alone or changes to another one: as
# MySQL has it; MariaDB knows more of them.
_ALONE: Final = (
    "\u00b5\u017f\u0345\u03c2\u03d0\u03d1\u03d5\u03d6\u03f0\u03f1\u03f5\u1c80\u1c81\u1c82"
    "\u1c83\u1c84\u1c85\u1c86\u1c87\u1c88\u1e9b\u1fbb\u1fbe\u1fc9\u1fcb\u1fdb\u1feb\u1ff9\u1ffb"
)
_CHEROKEE: Final = "".join(map(chr, (*range(0x13A0, 0x13FE), *range(0xAB70, 0xABC0))))
_LATER: Final = "".join(
    map(
        chr,
        (
            *range(0x1C90, 0x1CC0),
            *range(0xA7B8, 0xA7DD),
            0x2C2F,
            *range(0x10570, 0x105C0),
            *range(0x10D50, 0x10D66),
            *range(0x16E40, 0x16E60),
        ),
    )
)


_INSTANTS: Final = {
    # instants: microseconds since 1970 as whole numbers
    "now": "DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%d %H:%i:%s.%f+00:00')",
    "moment": _MOMENT,
    "microseconds": _MICROSECONDS,
    "day microseconds": _MICROSECONDS,
    "instant": _TIME,
    "days of text": "DATEDIFF(:x, '1970-01-01')",
    "year of": f"EXTRACT(YEAR FROM {_IN_TABLE})",
    "month of": f"(EXTRACT(YEAR FROM {_TIME}) * 12 + EXTRACT(MONTH FROM {_TIME}))",
    "whole divide": "(:x DIV :y)",  # of what is not negative
    "iso seconds": f"DATE_FORMAT({_TIME}, '%Y-%m-%dT%H:%i:%sZ')",
    "iso microseconds": f"DATE_FORMAT({_TIME}, '%Y-%m-%dT%H:%i:%s.%fZ')",
}
_GROUPS: Final = {
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


def _fragments(points: str, letters: str) -> Mapping[str, str]:
    """The fragments, with the collation by code points and the one whose LOWER is complete."""
    text = f"CONVERT(:x USING utf8mb4) COLLATE {points}"
    return MappingProxyType(
        {
            **_INSTANTS,
            **_GROUPS,
            # texts
            "text": text,
            "text column": text,
            "bytes": f"CONVERT(UNHEX(:x) USING utf8mb4) COLLATE {points}",
            "lower": f"LOWER(:x COLLATE {letters}) COLLATE {points}",
            "replace": "REPLACE(:x, :y, :z)",
            "replace any": "REGEXP_REPLACE(:x, :y, :z)",
            "contains": "(LOCATE(:y, :x) > 0)",
            "place of": "LOCATE(:y, :x)",
            "first": "LEFT(:x, :y)",
            "last": "RIGHT(:x, :y)",
            "from": "SUBSTR(:x, :y)",
            "some from": "SUBSTR(:x, :y, :z)",
            "starts with": "(LEFT(:x, CHAR_LENGTH(:y)) = :y)",
            "length": "CHAR_LENGTH(:x)",
            "trim": "TRIM(:x)",
            "trim start": "LTRIM(:x)",
            "trim end": "RTRIM(:x)",
            "like": "(:x LIKE :y ESCAPE '!')",
            "after last": "SUBSTRING_INDEX(:x, :y, -1)",
            # numbers
            "number": _TYPED,
            "number of text": _HELD.format(":x"),
            # Numbers have no collation.
            "number text": (
                f"CASE WHEN COLLATION(:x) = 'binary' THEN {_PLAIN.format(_TYPED)} ELSE {text} END"
            ),
            "is number": f"(REGEXP_INSTR(:x, {_NUMERAL}) > 0)",
            "milliseconds of text": (
                f"CAST(ROUND(LEAST({_HELD.format(':x')}, 1000000000000) * 1000) AS SIGNED)"
            ),
            "whole": "CAST(:x AS SIGNED)",
            "round": "CAST(ROUND(:x) AS SIGNED)",
            "points": "CAST(:x AS DECIMAL(15, 0)) * 0.01",
            "plain number": _PLAIN.format("(CAST(:x AS DECIMAL(15, 0)) * 0.01)"),
        }
    )


def _dialect(name: str, points: str, letters: str, unlowered: str) -> Dialect:
    return Dialect(
        name=name,
        sqlglot="mysql",
        name_letters=64,
        fragments=_fragments(points, letters),
        spelled=UNSEEN | {"\\"},
        spelling=Spelling.BYTES,
        parameter="@{}",
        made=MappingProxyType(
            {
                "view": ("CREATE OR REPLACE VIEW {0} AS",),
                "table": ("DROP TABLE IF EXISTS {0};", "CREATE TABLE {0} AS"),
            }
        ),
        limit=2**64 - 1,
        most_queries=60,
        unlowered=frozenset(unlowered),
    )


MARIADB: Final = _dialect(
    "mariadb", "utf8mb4_nopad_bin", "utf8mb4_uca1400_nopad_as_cs", _ALONE + _CHEROKEE
)
MYSQL: Final = _dialect(
    "mysql", "utf8mb4_0900_bin", "utf8mb4_0900_as_cs", _ALONE + _CHEROKEE + _LATER
)
