"""`leadcard score`: score leads from files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.console import FINDINGS, FINE, MISUSE, has_color, say
from leadcard.cli.moment import in_zone, written
from leadcard.cli.output import spares
from leadcard.cli.score_remote import ADDRESSES, score_there
from leadcard.cli.usage import (
    as_of_option,
    events_option,
    examples,
    leads_option,
    memory_option,
    threads_option,
    vocabulary_option,
)

if TYPE_CHECKING:
    from leadcard.compiler.pipeline import Checked
    from leadcard.compiler.plan import Plan
    from leadcard.runtime.execute import Progress, Scored
    from leadcard.runtime.load import Data

_FORMATS = ("table", "csv", "tsv", "jsonl", "parquet")
# The systems of `runtime.import_formats`, named here so that `--help` need not load it.
WRITE_BACK = (
    "hubspot",
    "salesforce",
    "marketo",
    "pardot",
    "activecampaign",
    "zoho",
    "dynamics",
    "mautic",
    "act-on",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for, apart from the card."""

    leads: tuple[str, ...]
    events: tuple[str, ...]
    as_of: datetime
    output: str | None
    shape: str | None
    explain: bool
    write_back: str | None
    allow_bad_rows: bool
    memory_limit: str | None
    threads: int | None
    engine: str
    master: str | None

    @property
    def to_file(self) -> bool:
        """Whether a file was named to write to."""
        return self.output is not None and self.output != "-"


def _engine(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """The engine; what is none is not repeated, as it may hold a password."""
    if value in ("duckdb", "spark") or value.startswith(ADDRESSES):
        return value
    if value.startswith("spark://"):
        raise click.BadParameter("a cluster is named by --master, beside --engine spark")
    raise click.BadParameter(
        "an engine is duckdb, spark, postgres://user@host/database, clickhouse://user@host/database"
        " or chdb:///folder"
    )


@click.command(
    epilog=examples(
        (
            "leadcard score inbound.scorecard --leads leads.csv --events events.csv",
            "a table on the terminal, CSV into a pipe",
        ),
        (
            "leadcard score inbound.scorecard --leads leads.csv --events 'views/*.parquet' "
            "-o scores.parquet",
            "many files in, one file out",
        ),
        (
            "leadcard score inbound.scorecard --as-of 2026-11-21 --explain -o scores.csv",
            "data as leadcard.yaml says; with the reasons of each score",
        ),
        (
            "leadcard score inbound.scorecard --write-back hubspot -o hubspot.csv",
            "a file to import there: id, score, stage, grade and reasons",
        ),
        (
            "leadcard score a.scorecard --engine spark --leads crm.leads --events crm.events "
            "-o crm.scores",
            "tables of a Spark cluster, read and written there",
        ),
        (
            "leadcard score a.scorecard --engine postgres://crm.internal/sales "
            "--leads l --events e -o scores",
            "tables of a PostgreSQL server, in one transaction; the password from ~/.pgpass",
        ),
    )
)
@click.argument("card", type=click.Path(path_type=Path))
@leads_option
@events_option
@as_of_option
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="Write to this .csv, .parquet, .jsonl or .duckdb file; - for standard output.",
)
@click.option("--explain", is_flag=True, help="Add a column with the reasons of each score.")
@click.option(
    "--write-back",
    type=click.Choice(WRITE_BACK),
    help="Write the file that this system imports: key, score, stage, grade, reasons.",
)
@click.option(
    "--allow-bad-rows",
    is_flag=True,
    help="Leave out rows that cannot be read, and write them to OUT.bad-rows.csv.",
)
@click.option(
    "--format", "shape", type=click.Choice(_FORMATS), help="The format, if OUT does not say it."
)
@click.option(
    "--engine",
    callback=_engine,
    metavar="[duckdb|spark|ADDRESS]",
    default="duckdb",
    show_default=True,
    help="Where the work is done: here; by Spark, which reads and writes tables or Parquet; or in "
    "the tables of a server: postgres://user@host/database, clickhouse://user@host/database, or "
    "chdb:///FOLDER for ClickHouse in a folder.",
)
@click.option("--master", metavar="URL", help="The Spark cluster, such as spark://host:7077.")
@memory_option
@threads_option
@vocabulary_option
def command(card: Path, vocabulary: Path | None, as_of: datetime | None, **rest: object) -> int:
    """Score all leads with the scorecard CARD: one row a lead.

    Without --leads and --events, the data is what leadcard.yaml names. Rows that cannot be read
    fail the run, each with its file and line, unless --allow-bad-rows. A value that the card does
    not read may be anything.

    With --engine spark, --leads and --events are tables or Parquet files that Spark reads, with the
    plain names of columns, and OUT is a table or a folder of Parquet files that Spark writes. With
    the address of a database they are tables there, and so is OUT; in PostgreSQL they may be left
    out, and the tables are those that leadcard.yaml names, as it maps them.
    """
    from leadcard.cli.cards import samples_of
    from leadcard.cli.checking import usable_plan
    from leadcard.cli.findings import show
    from leadcard.runtime.data_error import DataError

    checked, plan = usable_plan(card, vocabulary)
    if plan is None:
        return FINDINGS
    options = Options(as_of=in_zone(as_of, plan.timezone), **rest)  # type: ignore[arg-type]
    if not spares(options.output, (card, samples_of(card), checked.vocabulary.path)):
        return FINDINGS
    try:
        if options.engine != "duckdb":
            return score_there(checked, plan, options)
        if options.master is not None:
            raise click.UsageError("--master is for --engine spark")
        return _score(checked, plan, options)
    except DataError as error:
        show(error.diagnostics)
        return FINDINGS


def _score(checked: Checked, plan: Plan, options: Options) -> int:
    from leadcard.cli.findings import show
    from leadcard.runtime.execute import score_data
    from leadcard.runtime.load import open_data

    if options.write_back and not _is_csv(options):
        say(f"error: {options.write_back} imports CSV: end OUT in .csv, without --format")
        return MISUSE
    if options.to_file:
        _check_target(options.output or "", "csv" if options.write_back else options.shape)
    with open_data(
        checked.vocabulary,
        plan,
        leads=options.leads,
        events=options.events,
        timezone=plan.timezone,
        memory_limit=options.memory_limit,
        threads=options.threads,
    ) as data:
        if not spares(options.output, data.files):
            return FINDINGS
        problems = data.bad_rows.findings(allowed=options.allow_bad_rows)
        show((*data.diagnostics, *problems))
        if problems and not options.allow_bad_rows:
            say("nothing was scored; --allow-bad-rows leaves such rows out")
            return FINDINGS
        with _progress() as progress:
            explain = options.explain or options.write_back is not None
            scored = score_data(plan, data, as_of=options.as_of, explain=explain, progress=progress)
        if options.write_back is None:
            _write(scored, options)
        else:
            _write_back(scored, options, plan.timezone)
        _sum_up(plan, data, scored, options)
        if problems:
            _write_bad_rows(data, options)
    return FINE


def _is_csv(options: Options) -> bool:
    """Whether what was asked for is a plain CSV file, the only thing that systems import."""
    if options.shape not in (None, "csv"):
        return False
    return not options.to_file or Path(options.output or "").suffix.lower() == ".csv"


def _check_target(output: str, shape: str | None) -> None:
    """Refuse an output that cannot be written before the work, not after it."""
    from leadcard.runtime.write import format_of, writing

    format_of(output, shape)
    folder = Path(output).parent
    with writing(output):
        if not folder.is_dir():
            raise FileNotFoundError(2, f"there is no folder {folder}")


def _write(scored: Scored, options: Options) -> None:
    from leadcard.runtime.write import write_result, write_stream

    on_terminal = options.output is None and sys.stdout.isatty()
    shape = options.shape or ("table" if on_terminal else None)
    if options.to_file:
        write_result(scored, options.output or "", format=options.shape)
    elif shape == "table":
        _show_table(scored)
    else:
        sys.stdout.flush()
        write_stream(scored, sys.stdout.buffer, format=shape or "csv")


def _write_back(scored: Scored, options: Options, zone: str) -> None:
    from leadcard.cli.findings import show
    from leadcard.runtime.write_back import write_back_result, write_back_stream

    system = options.write_back or ""
    if options.to_file:
        found = write_back_result(scored, options.output or "", system, zone=zone)
    else:
        sys.stdout.flush()
        found = write_back_stream(scored, sys.stdout.buffer, system, zone=zone)
    show(tuple(found))


def _show_table(scored: Scored) -> None:
    from rich.console import Console

    from leadcard.runtime.result_table import result_table

    color = has_color(sys.stdout)
    console = Console(force_terminal=color, no_color=not color, highlight=False)
    console.print(result_table(scored, width=console.width))


def _write_bad_rows(data: Data, options: Options) -> None:
    """The rows left out, beside the output; where that is a stream, they are only counted."""
    total = data.bad_rows.total
    rows = "1 row was" if total == 1 else f"{total:,} rows were"
    if not options.to_file:
        say(f"{rows} left out; with -o they are written beside the output")
        return
    from leadcard.runtime.write import writing

    beside = f"{options.output}.bad-rows.csv"
    with writing(beside):
        data.bad_rows.write(Path(beside))
    say(f"{rows} left out: {beside}")


def _sum_up(plan: Plan, data: Data, scored: Scored, options: Options) -> None:
    leads = "1 lead" if scored.rows == 1 else f"{scored.rows:,} leads"
    events = "1 event" if data.event_count == 1 else f"{data.event_count:,} events"
    where = f" into {options.output}" if options.to_file else ""
    say(f"scored {leads} with {events} as of {written(options.as_of)}{where}")
    later = data.lead_count - scored.rows
    if later > 0:
        say(f"{later:,} created after that moment have no score")


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on the terminal for scoring that takes its time; nothing elsewhere."""
    if not has_color(sys.stderr) or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("scoring"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("scoring", total=100)
        yield lambda percent: bar.update(task, completed=percent)
