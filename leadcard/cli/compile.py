"""`leadcard compile`: turn a scorecard into Python, SQL or models for dbt."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from leadcard.cli.console import FINDINGS, say
from leadcard.cli.moment import in_zone, moment
from leadcard.cli.output import deliver, spares
from leadcard.cli.usage import examples, vocabulary_option
from leadcard.compiler.backends.dialects import DIALECTS, NOT_RUN

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
            "for one day, with a second statement that explains each score",
        ),
        (
            "leadcard compile inbound.scorecard --to sql --dialect postgres --as view",
            "for PostgreSQL, as a view that is always of now",
        ),
        (
            "leadcard compile inbound.scorecard --to dbt --dialect postgres -o warehouse",
            "a dbt project, or models in the one that is there",
        ),
    )
)
@click.argument("card", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "target",
    type=click.Choice(["python", "sql", "dbt"]),
    required=True,
    help="Into what.",
)
@click.option(
    "--dialect",
    type=click.Choice(tuple(DIALECTS)),
    metavar="NAME",
    default="duckdb",
    show_default=True,
    help=f"Whose SQL: {', '.join(DIALECTS)}.",
)
@click.option(
    "--as",
    "made",
    type=click.Choice(["select", "view", "table"]),
    default="select",
    show_default=True,
    help="A query, or what makes the view or table lead_scores (and lead_reasons).",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="Write to this file (dbt: folder).",
)
@click.option(
    "--as-of",
    type=moment,
    metavar="TIME",
    help="Write this moment into the SQL, instead of a parameter or, in a view, the clock.",
)
@click.option(
    "--reasons",
    is_flag=True,
    help="A second statement too: one row for each rule that fired for a lead.",
)
@vocabulary_option
def command(
    card: Path,
    target: str,
    dialect: str,
    output: Path | None,
    as_of: datetime | None,
    made: str,
    reasons: bool,
    vocabulary: Path | None,
) -> int:
    """Turn the scorecard CARD into a Python module, an SQL statement or models for dbt.

    The module needs nothing but Python's standard library. The statement reads the tables `leads`
    and `events` and selects one row a lead; `as_of` is a named parameter of it, and in a view the
    moment at which it is read, unless --as-of says otherwise. A card that uses a long list reads
    `leadcard_lists` too; with -o, the rows of that table are written beside OUT, and so is the
    statement of --reasons. A dbt project has staging models from leadcard.yaml, scores, reasons,
    their tests, and the sample leads as unit tests. CARD may be `-` for standard input.
    """
    from leadcard.cli.cards import samples_of
    from leadcard.cli.checking import usable_plan

    if target != "sql" and (as_of is not None or reasons or made != "select"):
        takes = {"python": "the module takes as_of with each lead", "dbt": "dbt has its variables"}
        raise click.UsageError(f"--as-of, --as and --reasons are for SQL; {takes[target]}")
    if target == "dbt" and output in (None, Path("-")):
        raise click.UsageError("a dbt project is a folder: name it with -o")
    checked, plan = usable_plan(card, vocabulary)
    if plan is None or not spares(output, (card, samples_of(card), checked.vocabulary.path)):
        return FINDINGS
    if target == "python":
        from leadcard.compiler.backends.python import to_python

        return deliver(to_python(plan), output)
    if dialect in NOT_RUN:
        say(f"note: SQL of {dialect} is generated, not run by leadcard's tests (docs/databases.md)")
    if target == "dbt":
        from leadcard.cli.compile_dbt import write_project

        assert output is not None
        return write_project(card, checked, plan, dialect, output)
    when = in_zone(as_of, plan.timezone) if as_of else None
    texts = _sql(checked, plan, dialect, as_of=when, made=made, reasons=reasons)
    return FINDINGS if texts is None else _deliver_sql(texts, plan, output)


def _sql(
    checked: Checked,
    plan: Plan,
    dialect: str,
    *,
    as_of: datetime | None,
    made: str,
    reasons: bool,
) -> list[str] | None:
    """The statements; None where the dialect cannot say one, and the user has been told so."""
    from leadcard.cli.findings import show
    from leadcard.compiler.backends.sql import Made, to_reasons_sql, to_sql
    from leadcard.compiler.backends.sql_facts import AsOf, Facts, Unsupported

    # A view has no parameters.
    other = AsOf(clock=True) if made == "view" else AsOf(parameter="as_of")
    when = AsOf(literal=as_of) if as_of else other
    way, facts = cast("Made", made), Facts(events_unique=checked.vocabulary.events_unique)
    try:
        texts = [to_sql(plan, dialect=dialect, as_of=when, made=way, facts=facts)]
        if reasons:
            more = to_reasons_sql(plan, dialect=dialect, as_of=when, made=way, facts=facts)
            texts.append(more)
    except Unsupported as missing:
        from leadcard.runtime.harness.runner import unsupported_line

        show((unsupported_line(checked, missing),))
        return None
    return texts


def _deliver_sql(texts: list[str], plan: Plan, output: Path | None) -> int:
    """Write the statements, and beside them the rows of the table of long lists, if one is read."""
    if output is None or output == Path("-"):
        if plan.lists:
            say("note: the statement reads the table leadcard_lists; `-o FILE` writes its rows too")
        return deliver(";\n\n".join(text.rstrip("\n") for text in texts) + "\n", output)
    beside = [(output.with_suffix(".reasons.sql"), text) for text in texts[1:]]
    if plan.lists:
        from leadcard.compiler.backends.long_lists import list_rows

        beside.append((output.with_suffix(".leadcard_lists.csv"), list_rows(plan)))
    for path, text in [*beside, (output, texts[0])]:
        failed = deliver(text, path)
        if failed:
            return failed
    return 0
