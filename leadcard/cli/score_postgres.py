"""`leadcard score --engine postgres://…`: the statement runs in the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leadcard.cli.console import FINE, say
from leadcard.cli.moment import written

if TYPE_CHECKING:
    from leadcard.cli.score import Options
    from leadcard.compiler.plan import Plan


def score_in_server(plan: Plan, options: Options) -> int:
    """Have PostgreSQL score its tables; raises `DataError`."""
    from leadcard.cli.findings import show
    from leadcard.runtime.engine_postgres import PostgresJob, has_password, score_in_postgres

    if has_password(options.engine):
        raise click.UsageError(
            "an address with a password can be read by others: "
            "leave it out, and put it into PGPASSWORD or ~/.pgpass"
        )
    _refuse_what_is_only_here(options)
    if len(options.leads) != 1 or len(options.events) != 1 or not options.to_file:
        raise click.UsageError("a database needs --leads, --events and -o: one table each")
    job = PostgresJob(
        address=options.engine,
        leads=options.leads[0],
        events=options.events[0],
        output=options.output or "",
        as_of=options.as_of,
        explain=options.explain,
    )
    scored = score_in_postgres(plan, job)
    show(scored.diagnostics)
    leads = "1 lead" if scored.rows == 1 else f"{scored.rows:,} leads"
    say(f"scored {leads} as of {written(options.as_of)} into {options.output}")
    return FINE


def _refuse_what_is_only_here(options: Options) -> None:
    """An option that means nothing to a server is not passed over in silence."""
    given = {
        "--write-back": options.write_back,
        "--allow-bad-rows": options.allow_bad_rows,
        "--format": options.shape,
        "--memory-limit": options.memory_limit,
        "--threads": options.threads,
        "--master": options.master,
    }
    for name, value in given.items():
        if value:
            raise click.UsageError(f"{name} is not for a database")
