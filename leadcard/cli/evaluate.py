"""`leadcard evaluate`: whether a scorecard predicts which leads convert."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from leadcard.cli.console import FINDINGS
from leadcard.cli.moment import in_zone, moment
from leadcard.cli.output import deliver, spares
from leadcard.cli.report_shape import document_in, json_text, shape_of
from leadcard.cli.usage import (
    as_of_help,
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
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.impact.evaluate_report import Evaluated
    from leadcard.runtime.impact.outcomes import Outcomes
    from leadcard.runtime.impact.score_side import Places

_FORMATS: Final = ("text", "json", "markdown", "html")
_CAPACITY: Final = re.compile(r"\s*(\d[\d,]*)\s*(?:(?:/|per|a)\s*(week|wk|w))?\s*\Z", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for, apart from the card."""

    leads: tuple[str, ...]
    events: tuple[str, ...]
    as_of: datetime | None
    conversions: str | None
    days_before: int
    capacity: tuple[int, bool] | None
    precision: Fraction | None
    cost: Decimal | None
    value: Decimal | None
    output: Path | None
    shape: str | None
    allow_bad_rows: bool
    memory_limit: str | None
    threads: int | None


def _capacity(context: object, option: object, text: str | None) -> tuple[int, bool] | None:
    """So many leads, and whether each week."""
    if text is None:
        return None
    found = _CAPACITY.match(text)
    if found is None:
        raise click.BadParameter(f"`{text}` is no number of leads; write 500 or 200/week")
    return int(found[1].replace(",", "")), found[2] is not None


def _share(context: object, option: object, text: str | None) -> Fraction | None:
    """A share of leads, from `30%`, `30` or `0.3`."""
    if text is None:
        return None
    number = _amount(context, option, text.strip().removesuffix("%").strip())
    assert number is not None
    share = Fraction(number) / (1 if number <= 1 and "%" not in text else 100)
    if not 0 < share <= 1:
        raise click.BadParameter(f"`{text}` is no share of leads; write 30%")
    return share


def _amount(context: object, option: object, text: str | None) -> Decimal | None:
    """An amount that is not below nought."""
    if text is None:
        return None
    try:
        amount = Decimal(text.replace(",", ""))
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or amount < 0:
        raise click.BadParameter(f"`{text}` is no amount; write 12.50")
    return amount


@click.command(
    epilog=examples(
        (
            "leadcard evaluate inbound.scorecard --leads leads.csv --conversions deals.csv",
            "each lead as it was a day before it converted",
        ),
        (
            "leadcard evaluate inbound.scorecard --capacity 200/week --precision 30%",
            "data as leadcard.yaml says; and where to draw the line",
        ),
        (
            "leadcard evaluate inbound.scorecard --cost 40 --value 2500 -o report.html",
            "with what a call costs and a sale is worth",
        ),
    )
)
@click.argument("card", type=click.Path(path_type=Path))
@leads_option
@events_option
@click.option("--conversions", metavar="F", help="A table of leads that converted, and when.")
@click.option("--as-of", type=moment, metavar="TIME", help=as_of_help("the end of the data"))
@click.option(
    "--days-before",
    type=click.IntRange(min=1, max=3650),
    default=1,
    show_default=True,
    help="Score leads so many days before they converted.",
)
@click.option(
    "--capacity",
    metavar="N",
    callback=_capacity,
    help="Find the score from which on there are no more than 500, or 200/week, leads.",
)
@click.option(
    "--precision",
    metavar="SHARE",
    callback=_share,
    help="Find the lowest score from which on this share of leads converts: 30%.",
)
@click.option("--cost", metavar="AMOUNT", callback=_amount, help="What working one lead costs.")
@click.option("--value", metavar="AMOUNT", callback=_amount, help="What a conversion is worth.")
@click.option("--allow-bad-rows", is_flag=True, help="Leave out rows that cannot be read.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="Write to this .txt, .json, .md or .html file; - for standard output.",
)
@click.option(
    "--format", "shape", type=click.Choice(_FORMATS), help="The format, if OUT does not say it."
)
@memory_option
@threads_option
@vocabulary_option
def command(card: Path, vocabulary: Path | None, **rest: object) -> int:
    """Show whether the scorecard CARD predicts which leads convert.

    Conversions are those of leadcard.yaml, or of --conversions. Each lead that converted is scored
    as it was a day before, the others as of the end of the data, or --as-of. Fields have today's
    values.
    """
    from leadcard.cli.checking import usable_plan
    from leadcard.cli.findings import show
    from leadcard.runtime.data_error import DataError

    options = Options(**rest)  # type: ignore[arg-type]
    checked, plan = usable_plan(card, vocabulary)
    if plan is None:
        return FINDINGS
    if options.conversions is None and checked.vocabulary.conversions is None:
        raise click.UsageError(
            "nothing says which leads converted; give --conversions F, or `conversions` in"
            " leadcard.yaml"
        )
    if not spares(options.output, (card, options.conversions, checked.vocabulary.path)):
        return FINDINGS
    try:
        found = _evaluated(checked, plan, options)
    except DataError as error:
        show(error.diagnostics)
        return FINDINGS
    return deliver(found, options.output)


def _evaluated(checked: Checked, plan: Plan, options: Options) -> str:
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.data_error import DataError
    from leadcard.runtime.impact.outcomes import store_outcomes
    from leadcard.runtime.impact.score_side import Places

    if "-" in (*options.leads, *options.events, options.conversions):
        message = "standard input can be read only once, and an evaluation needs it twice"
        raise DataError(Diagnostic(code="F101", message=message, hint="give files"))
    places = Places(
        leads=options.leads,
        events=options.events,
        memory_limit=options.memory_limit,
        threads=options.threads,
        allow_bad_rows=options.allow_bad_rows,
    )
    with tempfile.TemporaryDirectory(prefix="leadcard-") as spool:
        outcomes = store_outcomes(
            checked.vocabulary,
            places,
            Path(spool) / "outcomes.parquet",
            as_of=in_zone(options.as_of, plan.timezone),
            timezone=plan.timezone,
            given=options.conversions,
        )
        assert outcomes is not None
        return _with_data(checked, plan, options, places, outcomes)


def _with_data(
    checked: Checked, plan: Plan, options: Options, places: Places, outcomes: Outcomes
) -> str:
    from leadcard.cli.findings import distinct, show
    from leadcard.runtime.data_error import DataError
    from leadcard.runtime.impact.backtest import backtest
    from leadcard.runtime.impact.evaluate_report import Evaluated, Money
    from leadcard.runtime.impact.evaluation import Capacity, evaluate
    from leadcard.runtime.load import open_data

    with open_data(
        checked.vocabulary,
        plan,
        leads=places.leads,
        events=places.events,
        timezone=plan.timezone,
        memory_limit=places.memory_limit,
        threads=places.threads,
    ) as data:
        problems = data.bad_rows.findings(allowed=places.allow_bad_rows)
        if problems and not places.allow_bad_rows:
            raise DataError(*problems)
        show(distinct((*data.diagnostics, *problems, *outcomes.diagnostics)))
        as_of = in_zone(options.as_of, plan.timezone) if options.as_of is not None else None
        scored = backtest(plan, data, outcomes, as_of=as_of, days_before=options.days_before)
        asked = options.capacity
        if asked is not None and asked[1] and scored.weeks is None:
            raise DataError(_no_weeks())
        capacity = Capacity(leads=asked[0], weekly=asked[1]) if asked is not None else None
        figures = evaluate(plan, scored, capacity=capacity, precision=options.precision)
        found = Evaluated(
            scorecard=plan.scorecard,
            version=plan.version,
            timed=outcomes.timed,
            days_before=options.days_before,
            scored=scored,
            figures=figures,
            money=Money(cost=options.cost, value=options.value),
        )
        return _written(found, shape_of(options.shape, options.output))


def _no_weeks() -> Diagnostic:
    from leadcard.dsl.diagnostics import Diagnostic

    return Diagnostic(
        code="D303",
        message="the leads do not say when they were made, so none can be counted by week",
        hint="give a number of all leads, such as `--capacity 500`, or say in leadcard.yaml which"
        " column holds `created`",
    )


def _written(found: Evaluated, shape: str) -> str:
    if shape == "json":
        from leadcard.runtime.impact.evaluate_report import evaluate_json

        return json_text(evaluate_json(found))
    from leadcard.runtime.impact.evaluate_report import evaluate_document

    return document_in(shape, evaluate_document(found))
