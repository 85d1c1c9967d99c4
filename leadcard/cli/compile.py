"""`leadcard compile`: turn a scorecard into Python or SQL."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.console import FINDINGS
from leadcard.cli.moment import moment
from leadcard.cli.output import deliver
from leadcard.cli.usage import examples, vocabulary_option

if TYPE_CHECKING:
    from leadcard.compiler.plan import Plan


@click.command(
    epilog=examples(
        ("leadcard compile inbound.scorecard --to python -o inbound.py", "a Python module"),
        (
            "leadcard compile inbound.scorecard --to sql > inbound.sql",
            "one SQL statement; `as_of` is a parameter of it",
        ),
        (
            "leadcard compile inbound.scorecard --to sql --as-of 2026-11-21 --reasons",
            "for one day, with a column that explains each score",
        ),
    )
)
@click.argument("card", type=click.Path(path_type=Path))
@click.option(
    "--to", "target", type=click.Choice(["python", "sql"]), required=True, help="Into what."
)
@click.option(
    "--dialect",
    type=click.Choice(["duckdb"]),
    default="duckdb",
    show_default=True,
    help="Whose SQL.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="OUT", help="Write to this file."
)
@click.option(
    "--as-of",
    type=moment,
    metavar="TIME",
    help="Write this moment into the SQL, instead of a parameter.",
)
@click.option("--reasons", is_flag=True, help="Let the SQL select a column of reasons too.")
@vocabulary_option
def command(
    card: Path,
    target: str,
    dialect: str,
    output: Path | None,
    as_of: datetime | None,
    reasons: bool,
    vocabulary: Path | None,
) -> int:
    """Turn the scorecard CARD into a Python module or an SQL statement.

    The module needs nothing but Python's standard library. The statement reads the tables `leads`
    and `events` and selects one row a lead. CARD may be `-` for standard input.
    """
    from leadcard.cli.checking import usable_plan

    if target == "python" and (as_of is not None or reasons):
        message = "--as-of and --reasons are for SQL; the module takes as_of with each lead"
        raise click.UsageError(message)
    _, plan = usable_plan(card, vocabulary)
    if plan is None:
        return FINDINGS
    text = _compiled(plan, target, dialect=dialect, as_of=as_of, reasons=reasons)
    if text is None:
        return FINDINGS
    return deliver(text, output)


def _compiled(
    plan: Plan, target: str, *, dialect: str, as_of: datetime | None, reasons: bool
) -> str | None:
    """The text asked for; None where it cannot be had, and the user has been told why."""
    if target == "python":
        from leadcard.compiler.backends.python import to_python

        return to_python(plan)
    from leadcard.compiler.backends.sql import to_sql

    return to_sql(plan, dialect=dialect, reasons=reasons, as_of=as_of)
