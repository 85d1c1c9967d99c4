"""`leadcard score --engine …` for engines far away: the statement runs where the data lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

import click

from leadcard.cli.console import FINDINGS, FINE, say
from leadcard.cli.engine_option import POSTGRES_PASSWORD, refuse_password
from leadcard.cli.moment import written

if TYPE_CHECKING:
    from leadcard.cli.score import Options
    from leadcard.compiler.pipeline import Checked
    from leadcard.compiler.plan import Plan
    from leadcard.runtime.remote_tables import RemoteScored

_Engine: TypeAlias = "Callable[[Checked, Plan, Options], RemoteScored]"

_POSTGRES: Final = ("postgres://", "postgresql://")
_CLICKHOUSE: Final = ("clickhouse://", "clickhouses://", "chdb://")
ADDRESSES: Final = (*_POSTGRES, *_CLICKHOUSE)
_FILES: Final = (".csv", ".tsv", ".jsonl", ".duckdb")


def score_there(checked: Checked, plan: Plan, options: Options) -> int:
    """Have an engine score its own tables; returns the exit code, raises `DataError`."""
    from leadcard.cli.findings import show
    from leadcard.compiler.backends.sql_facts import Unsupported
    from leadcard.runtime.harness.runner import unsupported_line

    _refuse_what_is_only_here(options)
    try:
        scored = _engine_of(options.engine)(checked, plan, options)
    except Unsupported as missing:
        show((unsupported_line(checked, missing),))
        return FINDINGS
    show(scored.diagnostics)
    leads = "1 lead" if scored.rows == 1 else f"{scored.rows:,} leads"
    say(f"scored {leads} as of {written(options.as_of)} into {options.output}")
    return FINE


def _refuse_what_is_only_here(options: Options) -> None:
    """An option that means nothing far away is not passed over in silence."""
    spark = options.engine == "spark"
    given = {
        "--write-back": options.write_back,
        "--allow-bad-rows": options.allow_bad_rows,
        "--format": options.shape,
        "--memory-limit": options.memory_limit,
        "--threads": options.threads,
        "--master": None if spark else options.master,
    }
    for name, value in given.items():
        if value:
            raise click.UsageError(
                f"{name} is not for {'--engine spark' if spark else 'a database'}"
            )
    if (options.output or "").lower().endswith(_FILES if spark else (*_FILES, ".parquet")):
        there = "Spark writes a table, or a folder of Parquet files" if spark else "OUT is a table"
        raise click.UsageError(f"`{options.output}` is a file: {there} where the data lives")


def _engine_of(engine: str) -> _Engine:
    if engine == "spark":
        return _on_spark
    return _in_postgres if engine.startswith(_POSTGRES) else _in_clickhouse


def _on_spark(checked: Checked, plan: Plan, options: Options) -> RemoteScored:
    from leadcard.runtime.engine_spark import SparkJob, score_on_spark

    if not options.leads or not options.events or not options.to_file:
        raise click.UsageError("--engine spark needs --leads, --events and -o: tables or Parquet")
    if options.master is not None:
        refuse_password(options.master, "put it into Spark's own settings")
    job = SparkJob(
        leads=options.leads,
        events=options.events,
        output=options.output or "",
        as_of=options.as_of,
        explain=options.explain,
        events_unique=checked.vocabulary.events_unique,
        master=options.master,
    )
    return score_on_spark(plan, job)


def _in_postgres(checked: Checked, plan: Plan, options: Options) -> RemoteScored:
    from leadcard.runtime.engine_postgres import PostgresJob, score_in_postgres
    from leadcard.runtime.mapped_tables import is_mapped

    refuse_password(options.engine, POSTGRES_PASSWORD)
    mapped = not options.leads and not options.events and is_mapped(checked.vocabulary)
    if mapped and not options.to_file:
        raise click.UsageError("a database needs -o: a table there")
    leads, events = (None, None) if mapped else _one_table_each(options)
    job = PostgresJob(
        address=options.engine,
        leads=leads,
        events=events,
        output=options.output or "",
        as_of=options.as_of,
        explain=options.explain,
        events_unique=checked.vocabulary.events_unique,
        vocabulary=checked.vocabulary,
    )
    return score_in_postgres(plan, job)


def _in_clickhouse(checked: Checked, plan: Plan, options: Options) -> RemoteScored:
    from leadcard.runtime.engine_clickhouse import ClickHouseJob, score_in_clickhouse

    where = "put it into CLICKHOUSE_PASSWORD or ~/.clickhouse-client/config.xml"
    refuse_password(options.engine, where)
    leads, events = _one_table_each(options)
    job = ClickHouseJob(
        address=options.engine,
        leads=leads,
        events=events,
        output=options.output or "",
        as_of=options.as_of,
        explain=options.explain,
        events_unique=checked.vocabulary.events_unique,
    )
    return score_in_clickhouse(plan, job)


def _one_table_each(options: Options) -> tuple[str, str]:
    if len(options.leads) != 1 or len(options.events) != 1 or not options.to_file:
        raise click.UsageError("a database needs --leads, --events and -o: one table each")
    return options.leads[0], options.events[0]
