"""Sample leads on a PostgreSQL server, in temporary tables that end with the transaction."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf
from leadcard.compiler.plan import Plan
from leadcard.runtime.engine_postgres import transaction
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.samples import SampleFile
from leadcard.runtime.harness.sql_rows import EVENT_COLUMNS, Tables, sample_facts, scored

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leadcard.runtime.engine_postgres import Cursor

_TYPES: Final = {"VARCHAR": "text", "TIMESTAMP": "timestamp"}
_EVENTS: Final = dict.fromkeys(EVENT_COLUMNS, "text") | {
    "at": "timestamp",
    "seconds": "numeric(18, 6)",
}
_LISTS: Final = {"list": "text", "value": "text"}


def run(plan: Plan, file: SampleFile, address: str = "") -> tuple[Outcome | None, ...]:
    """Score the samples on the server at `address`, or the one that its usual settings name."""
    when = AsOf(literal=file.as_of)
    sql = to_sql(plan, dialect="postgres", reasons=True, as_of=when, facts=sample_facts(plan))
    return scored(plan, file, partial(_run_statement, sql, address))


def _run_statement(sql: str, address: str, tables: Tables) -> list[dict[str, object]]:
    leads = {name: _TYPES[kind] for name, kind in tables.columns.items()}
    with transaction(address) as cursor:
        from psycopg import sql as text

        # Temporary tables go before the user's own of the same names.
        cursor.execute("SET LOCAL search_path = pg_temp, pg_catalog")
        _fill(cursor, "leads", leads, tables.leads)
        _fill(cursor, "events", _EVENTS, tables.events)
        _fill(cursor, "leadcard_lists", _LISTS, tables.lists)
        cursor.execute(text.SQL(sql))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, cells, strict=True)) for cells in cursor.fetchall()]


def _fill(
    cursor: Cursor, table: str, types: dict[str, str], rows: Iterable[Sequence[object]]
) -> None:
    """A table of this transaction with these rows."""
    from psycopg import sql as text

    columns = [text.SQL("{} {}").format(text.Identifier(n), text.SQL(t)) for n, t in types.items()]
    made = text.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP")
    cursor.execute(made.format(text.Identifier(table), text.SQL(", ").join(columns)))
    with cursor.copy(text.SQL("COPY {} FROM STDIN").format(text.Identifier(table))) as copy:
        for row in rows:
            copy.write_row(row)
