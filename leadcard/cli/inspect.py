"""`leadcard inspect`: hold data against a scorecard."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.console import FINDINGS, FINE, emit, has_color
from leadcard.cli.usage import (
    events_option,
    examples,
    leads_option,
    memory_option,
    shape_option,
    threads_option,
    vocabulary_option,
)

if TYPE_CHECKING:
    from leadcard.compiler import bound
    from leadcard.compiler.plan import Plan
    from leadcard.compiler.vocabulary import Vocabulary
    from leadcard.runtime.inspect import Inspection


@click.command(
    epilog=examples(
        (
            "leadcard inspect inbound.scorecard --leads leads.csv --events events.csv",
            "what the data holds against the card",
        ),
        (
            "leadcard inspect --leads leads.csv",
            "before there is a card: which header is which field",
        ),
        ("leadcard inspect inbound.scorecard", "data as leadcard.yaml says"),
    )
)
@click.argument("card", required=False, type=click.Path(path_type=Path))
@leads_option
@events_option
@memory_option
@threads_option
@vocabulary_option
@shape_option
def command(
    card: Path | None,
    leads: tuple[str, ...],
    events: tuple[str, ...],
    memory_limit: str | None,
    threads: int | None,
    vocabulary: Path | None,
    shape: str,
) -> int:
    """Hold data against the scorecard CARD.

    Which header was taken for which field; verbs, values and objects that occur and nothing
    matches; words of the card that never occur; fields that are mostly empty or cannot be read;
    leads without events; rows that cannot be read.
    """
    from leadcard.cli.findings import show
    from leadcard.runtime.data_error import DataError
    from leadcard.runtime.inspect import inspect, loading_plan
    from leadcard.runtime.load import open_data

    known = _known(card, vocabulary)
    if known is None:
        return FINDINGS
    words, bound_card, plan = known
    zone = plan.timezone if plan else "UTC"
    try:
        with open_data(
            words,
            loading_plan(plan) if plan else None,
            leads=leads,
            events=events,
            timezone=zone,
            memory_limit=memory_limit,
            threads=threads,
        ) as data:
            show(data.diagnostics)
            found = inspect(data, words, bound_card)
    except DataError as error:
        show(error.diagnostics)
        return FINDINGS
    emit(_written(found, shape, zone))
    return FINE


def _known(
    card: Path | None, vocabulary: Path | None
) -> tuple[Vocabulary, bound.Card | None, Plan | None] | None:
    """The vocabulary, and the card with its plan; None where one has mistakes, which are shown."""
    from leadcard.cli.checking import usable_plan
    from leadcard.cli.findings import distinct, exit_code, show
    from leadcard.compiler.vocabulary_file import load_vocabulary

    if card is not None:
        checked, plan = usable_plan(card, vocabulary)
        return None if plan is None else (checked.vocabulary, checked.bound, plan)
    words, problems = load_vocabulary(Path.cwd(), explicit=vocabulary)
    found = distinct(problems)
    show(found)
    return None if exit_code(found) else (words, None, None)


def _written(found: Inspection, shape: str, zone: str) -> str:
    import json

    from leadcard.runtime.inspect_report import inspection_json, inspection_text

    if shape == "json":
        return json.dumps(inspection_json(found), ensure_ascii=False, indent=2)
    return inspection_text(found, color=has_color(sys.stdout), zone=zone)
