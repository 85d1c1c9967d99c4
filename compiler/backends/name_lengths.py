"""Names that a card gives to columns and models, against what a database takes.

PostgreSQL and Redshift cut longer names without a word; two sections could become one column.
"""

from __future__ import annotations

from leadcard.compiler.backends.dialect import Dialect
from leadcard.compiler.backends.sql_facts import NameTooLong
from leadcard.compiler.plan import Plan


def refuse_long_columns(plan: Plan, dialect: Dialect) -> None:
    """Raise `NameTooLong` for a section whose column the database would cut or refuse."""
    for section in plan.sections:
        refuse_long(f"section_{section.column}", "column", dialect, line=section.line)


def refuse_long(name: str, what: str, dialect: Dialect, *, line: int | None = None) -> None:
    """Raise `NameTooLong` for a name that the database would cut or refuse."""
    for size, limit, unit in (
        (len(name.encode()), dialect.name_bytes, "bytes"),
        (len(name), dialect.name_letters, "characters"),
    ):
        if limit is not None and size > limit:
            said = f"the {what} `{name}` has {size} {unit}, and {dialect.name} takes {limit}"
            raise NameTooLong(line, said)
