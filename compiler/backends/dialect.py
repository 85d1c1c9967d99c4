"""What differs between databases, as data: a database is a row of fragments in its own SQL.

A fragment is an expression with named holes (`:x`); `sql_build` parses it once with sqlglot and
fills the holes with expressions. An operation without a fragment cannot be said in that database,
and the plan that needs it is refused. Only forms that were run on the database stand here; the
agreement tests hold them to the meaning that `compiler/text.py` and the plan give them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final

# Characters that are better not seen in a statement: editors and version control may change them.
UNSEEN: Final = frozenset(
    "\0\t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """Classes of characters for regular expressions, without the brackets around them."""

    blank: str
    gap: str
    word_break: str
    number_marks: str


STANDARD: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "view": ("DROP VIEW IF EXISTS {0};", "CREATE VIEW {0} AS"),
        "table": ("DROP TABLE IF EXISTS {0};", "CREATE TABLE {0} AS"),
    }
)
OR_REPLACE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "view": ("CREATE OR REPLACE VIEW {0} AS",),
        "table": ("CREATE OR REPLACE TABLE {0} AS",),
    }
)


class Numbers(Enum):
    """How numbers of up to 20 digits before and 6 after the point are held, exactly."""

    DECIMAL = "decimal"
    # As texts of one length that sort as the numbers do, where no type is exact.
    SORTED_TEXT = "sorted text"


class Spelling(Enum):
    """How a text constant holds characters that must not be seen in it."""

    EACH = "each by the fragment `character`, joined with the rest"
    RUNS = "a run of them in one call of CHAR, joined with the rest"
    ESCAPED = "the whole text as U&'…', with their code points"
    NUMBERED = "the whole text with \\u and four digits for each of them"
    BYTES = "a run of them in one call of the fragment `bytes`, as UTF-8 in hexadecimal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One database: its name here and in sqlglot, and its fragment for each operation.

    `patterns`: texts are brought into normal form, and objects of events searched, by regular
    expressions; None: by plain functions on texts, on each different text once (`sql_plain_text`).
    `spelled` are characters that stand in no text constant, but are written by their number.
    `star_replace`: `SELECT * REPLACE` is understood. `kept`: so is `WITH … AS MATERIALIZED`, and it
    is needed lest expressions be worked out again wherever they are used. `distinct_on`: so is
    `SELECT DISTINCT ON`, without which the planner takes keys for frequent and sorts all events to
    join what it does not know to hold each key once. `values_named`: the
    columns of `VALUES` can be named beside its alias; else they are called column1, column2 ….
    `parameter` is how a named parameter is written; `advice` are lines of the header. `made`: what
    stands before a query that makes the view or table of a name.

    `limit`: more rows than any table has; with it a query is worked out apart where nothing else
    makes it so. `settings` stand at the end of a statement. `longest`: how many bytes a statement
    may have unless the server is told. `like_escape` takes away the meaning of `%` and `_`.
    `most_queries`: how many named queries a statement may have.
    `renames`: a column that is taken from one of several tables keeps its name only if it is named.
    `unlowered`: where there is a fragment `lower`, the letters that it does not fold as we do.
    `hook`: what a model of dbt says to the session first, in its transaction.
    `name_bytes`, `name_letters`: how long names may be. `holds_nul`: a text may hold NUL.
    `capitals`: names that are created without quotes are kept in capitals. `transact`: conditions
    are no values, and constants are marked (`sql_transact`). `types_texts`: a text constant that is
    a column of its own has no type unless it is given one. `utf16`: texts are counted in units of
    UTF-16. `lists_joined`: whether a text is one of a query's rows is asked by a join, as `IN` may
    not ask it everywhere. `inlined`: a named query is worked out again for each of its readers, or
    kept at a price, so that each reader is given a narrow one of its own, and windows stand for
    what else is joined.
    """

    name: str
    sqlglot: str
    fragments: Mapping[str, str]
    patterns: Patterns | None = None
    numbers: Numbers = Numbers.DECIMAL
    spelled: frozenset[str] = UNSEEN
    spelling: Spelling = Spelling.EACH
    star_replace: bool = False
    kept: bool = False
    distinct_on: bool = False
    values_named: bool = True
    parameter: str = ":{}"
    advice: tuple[str, ...] = ()
    made: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: STANDARD)
    limit: int | None = None
    settings: Mapping[str, int | str] = field(default_factory=dict)
    longest: int | None = None
    most_queries: int = 1000
    renames: bool = False
    like_escape: str = "!"
    unlowered: frozenset[str] = frozenset()
    hook: str | None = None
    name_bytes: int | None = None
    name_letters: int | None = None
    holds_nul: bool = True
    capitals: bool = False
    transact: bool = False
    types_texts: bool = False
    utf16: bool = False
    lists_joined: bool = False
    inlined: bool = False
