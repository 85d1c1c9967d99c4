"""`leadcard compile`: turn a scorecard into Python or SQL."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.console import FINDINGS, say
from leadcard.cli.moment import in_zone, moment
from leadcard.cli.output import deliver, spares
from leadcard.cli.usage import examples, vocabulary_option

if TYPE_CHECKING:
    from leadcard.compiler.pipeline import Checked
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
    type=click.Choice(["duckdb", "postgres", "sqlite"]),
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
    and `events` and selects one row a lead; `as_of` is a named parameter of it, unless --as-of says
    otherwise. A card that uses a long list reads `leadcard_lists` too; with -o, the rows of that
    table are written beside OUT. CARD may be `-` for standard input.
    """
    from leadcard.cli.cards import samples_of
    from leadcard.cli.checking import usable_plan

    if target == "python" and (as_of is not None or reasons):
        message = "--as-of and --reasons are for SQL; the module takes as_of with each lead"
        raise click.UsageError(message)
    checked, plan = usable_plan(card, vocabulary)
    if plan is None or not spares(output, (card, samples_of(card), checked.vocabulary.path)):
        return FINDINGS
    if target == "python":
        from leadcard.compiler.backends.python import to_python

        return deliver(to_python(plan), output)
    when = in_zone(as_of, plan.timezone) if as_of else None
    text = _sql(checked, plan, dialect, as_of=when, reasons=reasons)
    return FINDINGS if text is None else _deliver_sql(text, plan, output)


def _sql(
    checked: Checked, plan: Plan, dialect: str, *, as_of: datetime | None, reasons: bool
) -> str | None:
    """The statement; None where the dialect cannot say it, and the user has been told so."""
    from leadcard.cli.findings import show
    from leadcard.compiler.backends.sql import to_sql
    from leadcard.compiler.backends.sql_facts import AsOf, Unsupported

    when = AsOf(literal=as_of) if as_of else AsOf(parameter="as_of")
    try:
        return to_sql(plan, dialect=dialect, reasons=reasons, as_of=when)
    except Unsupported as missing:
        from leadcard.runtime.harness.runner import unsupported_line

        show((unsupported_line(checked, missing),))
        return None


def _deliver_sql(text: str, plan: Plan, output: Path | None) -> int:
    """Write the statement, and beside it the rows of the table of long lists, if it reads one."""
    if not plan.lists:
        return deliver(text, output)
    if output is None or output == Path("-"):
        say("note: the statement reads the table leadcard_lists; `-o FILE` writes its rows too")
        return deliver(text, output)
    rows = output.with_suffix(".leadcard_lists.csv")
    return deliver(_list_rows(plan), rows) or deliver(text, output)


def _list_rows(plan: Plan) -> str:
    """The rows of `leadcard_lists` as CSV."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("list", "value"))
    for long in plan.lists:
        writer.writerows((long.name, entry) for entry in long.entries)
    return text.getvalue()
