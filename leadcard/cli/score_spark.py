"""`leadcard score --engine spark`: the statement runs where the data lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leadcard.cli.console import FINE, say
from leadcard.cli.moment import written

if TYPE_CHECKING:
    from leadcard.cli.score import Options
    from leadcard.compiler.plan import Plan


def score_there(plan: Plan, options: Options) -> int:
    """Have Spark score its tables; raises `DataError`."""
    from leadcard.cli.findings import show
    from leadcard.runtime.engine_spark import SparkJob, score_on_spark

    _refuse_what_is_only_here(options)
    if not options.leads or not options.events or not options.to_file:
        raise click.UsageError("--engine spark needs --leads, --events and -o: tables or Parquet")
    job = SparkJob(
        leads=options.leads,
        events=options.events,
        output=options.output or "",
        as_of=options.as_of,
        explain=options.explain,
        master=options.master,
    )
    scored = score_on_spark(plan, job)
    show(scored.diagnostics)
    leads = "1 lead" if scored.rows == 1 else f"{scored.rows:,} leads"
    say(f"scored {leads} as of {written(options.as_of)} into {options.output}")
    return FINE


def _refuse_what_is_only_here(options: Options) -> None:
    """An option that means nothing to Spark is not passed over in silence."""
    given = {
        "--write-back": options.write_back,
        "--allow-bad-rows": options.allow_bad_rows,
        "--format": options.shape,
        "--memory-limit": options.memory_limit,
        "--threads": options.threads,
    }
    for name, value in given.items():
        if value:
            raise click.UsageError(f"{name} is not for --engine spark")
