"""The engines that sample leads run on: the Python module of a card, and its SQL on databases.

An engine takes the plan and the samples and gives one outcome for each, in their order: None where
a lead was created after `as_of` and so has no score. A database that cannot do its work raises a
`DataError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from leadcard.compiler.plan import Plan
from leadcard.compiler.result import result_columns
from leadcard.runtime.ended import at_work
from leadcard.runtime.harness.outcome import Outcome, Reason, instant, plain_value, points
from leadcard.runtime.harness.samples import FieldValue, SampleEvent, SampleFile, SampleLead
from leadcard.runtime.harness.sql_rows import Tables, sample_facts, scored

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Outcomes: TypeAlias = tuple[Outcome | None, ...]
Engine: TypeAlias = Callable[[Plan, SampleFile], Outcomes]

# --- Python ---------------------------------------------------------------------------------------


def run_python(plan: Plan, file: SampleFile) -> Outcomes:
    """Score the samples with the module that `leadcard compile --to python` writes."""
    from leadcard.runtime.compiled import compiled

    module = compiled(plan)
    return tuple(
        outcome_of_score(
            plan,
            module.score(
                lead_row(sample.lead),
                [event_row(event) for event in sample.lead.events],
                file.as_of,
                [(lead_row(c), [event_row(e) for e in c.events]) for c in sample.colleagues],
            ),
        )
        for sample in file.samples
    )


def lead_row(lead: SampleLead) -> dict[str, FieldValue]:
    """A lead as compiled Python takes it."""
    return {**dict(lead.values), "account_id": lead.account}


def event_row(event: SampleEvent) -> dict[str, object]:
    """An event as compiled Python takes it."""
    return {
        "event_id": event.id,
        "verb": event.verb,
        "object": event.object,
        "at": event.at,
        "seconds": event.seconds,
    }


def outcome_of_score(plan: Plan, score: Any) -> Outcome | None:
    """What the module's `score` returned, as an outcome."""
    if score is None:
        return None
    columns = result_columns(plan, reasons=False)
    return Outcome(
        values={
            c.name: plain_value(c.name, c.type, getattr(score, c.name))
            for c in columns
            if c.name != "lead_id"
        },
        reasons=tuple(
            Reason(
                line=r.line,
                rule=r.rule,
                section=r.section,
                points=points(r.points),
                counted=r.counted,
                events=r.events,
                latest=instant(r.latest),
            )
            for r in score.reasons
        ),
    )


# --- SQL on DuckDB --------------------------------------------------------------------------------

_TABLES: Final = (
    "CREATE TABLE events (event_id VARCHAR, lead_id VARCHAR, verb VARCHAR, object VARCHAR,"
    ' "at" TIMESTAMP, seconds DECIMAL(18, 6))',
    "CREATE TABLE leadcard_lists (list VARCHAR, value VARCHAR)",
)
_CHUNK: Final = 200


def run_duckdb(plan: Plan, file: SampleFile) -> Outcomes:
    """Score the samples with the statement that `leadcard compile --to sql` writes.

    Samples run together unless they would share an account by their ids or mail domains: in a file,
    only `colleagues` make an account.
    """
    from leadcard.compiler.backends.sql import to_sql
    from leadcard.compiler.backends.sql_facts import AsOf

    facts = sample_facts(plan)
    sql = to_sql(plan, reasons=True, as_of=AsOf(literal=file.as_of), facts=facts)
    return scored(plan, file, partial(_run_statement, sql))


def _run_statement(sql: str, tables: Tables) -> list[dict[str, object]]:
    import duckdb

    with at_work(duckdb.connect(config={"threads": 1})) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        listed = ", ".join(f'"{name}" {kind}' for name, kind in tables.columns.items())
        for statement in (f"CREATE TABLE leads ({listed})", *_TABLES):
            engine.execute(statement)
        _insert(engine, "leads", tables.leads)
        _insert(engine, "events", tables.events)
        if tables.lists:
            entries = "INSERT INTO leadcard_lists SELECT unnest(?), unnest(?)"
            engine.execute(entries, [list(column) for column in zip(*tables.lists, strict=True)])
        result = engine.execute(sql)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, cells, strict=True)) for cells in result.fetchall()]


def _insert(engine: DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        row = f"({', '.join('?' * len(part[0]))})"
        marks = ", ".join([row] * len(part))
        engine.execute(f"INSERT INTO {table} VALUES {marks}", [cell for r in part for cell in r])


# --- the table ------------------------------------------------------------------------------------


def _other(module: str) -> Engine:
    """The engine in a module of its own, which is imported when it runs."""

    def run(plan: Plan, file: SampleFile) -> Outcomes:
        outcomes: Outcomes = import_module(module).run(plan, file)
        return outcomes

    return run


ENGINES: Final[dict[str, Engine]] = {
    "python": run_python,
    "duckdb": run_duckdb,
    "sqlite": _other("leadcard.runtime.harness.engine_sqlite"),
    "postgres": _other("leadcard.runtime.harness.engine_postgres"),
    "mariadb": _other("leadcard.runtime.harness.engine_mariadb"),
    "clickhouse": _other("leadcard.runtime.harness.engine_clickhouse"),
    "spark": _other("leadcard.runtime.harness.engine_spark"),
}
# Beginnings of addresses, and the engines whose servers have them.
ADDRESSES: Final = {
    "postgres://": "postgres",
    "postgresql://": "postgres",
    "mariadb://": "mariadb",
}


def engine_at(address: str) -> str | None:
    """The engine whose server has such an address; None where `address` is none."""
    return next((name for start, name in ADDRESSES.items() if address.startswith(start)), None)


def engines_named(said: Iterable[str]) -> dict[str, Engine]:
    """Engines by name, for names and addresses of servers."""
    found: dict[str, Engine] = {}
    for one in said:
        name = engine_at(one)
        if name is None:
            found[one] = ENGINES[one]
        else:
            module = import_module(f"leadcard.runtime.harness.engine_{name}")
            found[name] = partial(module.run, address=one)
    return found
