"""`leadcard explain`: show why a lead has its score."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leadcard.cli.console import FINDINGS, FINE, emit, has_color, say
from leadcard.cli.moment import in_zone
from leadcard.cli.usage import (
    as_of_option,
    events_option,
    examples,
    leads_option,
    shape_option,
    vocabulary_option,
)

if TYPE_CHECKING:
    from leadcard.compiler.pipeline import Checked
    from leadcard.compiler.plan import Plan
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.case import Case


@click.command(
    epilog=examples(
        (
            "leadcard explain inbound.scorecard --lead 1002 --leads leads.csv --events events.csv",
            "one lead of the data",
        ),
        (
            'leadcard explain inbound.scorecard --sample "student who looks around"',
            "one of the sample leads beside the card",
        ),
    )
)
@click.argument("card", type=click.Path(path_type=Path))
@click.option("--lead", "lead_id", metavar="ID", help="The id of a lead in the data.")
@click.option("--sample", metavar="NAME", help="The name of a sample lead, or a part of it.")
@leads_option
@events_option
@as_of_option
@click.option("--all", "everything", is_flag=True, help="Also list the rules that did not fire.")
@vocabulary_option
@shape_option
def command(
    card: Path,
    lead_id: str | None,
    sample: str | None,
    leads: tuple[str, ...],
    events: tuple[str, ...],
    as_of: datetime | None,
    everything: bool,
    vocabulary: Path | None,
    shape: str,
) -> int:
    """Show why a lead has the score that the scorecard CARD gives it.

    Each rule that fired, with its points and the events behind it; caps, must haves and stage; what
    would lift the lead to the next stage, and what it will lose if nothing more happens.
    """
    from leadcard.cli.checking import usable_plan
    from leadcard.cli.findings import show
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.explain import explain

    if (lead_id is None) == (sample is None):
        raise click.UsageError("name one lead: either --lead ID or --sample NAME")
    if sample is not None and (leads or events or as_of):
        raise click.UsageError(
            "--sample takes its data and its moment from the file of sample leads"
        )
    checked, plan = usable_plan(card, vocabulary)
    if plan is None:
        return FINDINGS
    if sample is not None:
        case = _sample_case(checked, plan, card, sample)
    else:
        moment = in_zone(as_of, plan.timezone)
        case = _data_case(checked, plan, lead_id or "", leads, events, moment)
    if isinstance(case, Diagnostic):
        show((case,))
        return FINDINGS
    if case is None:
        return FINDINGS
    found = explain(plan, case)
    if found is None:
        say(f"{case.name} was created after that moment, so it has no score then")
        return FINDINGS
    emit(_written(found, shape, everything))
    return FINE


def _written(found: object, shape: str, everything: bool) -> str:
    import json

    from leadcard.runtime.explain import Explanation
    from leadcard.runtime.explain_report import explanation_json, explanation_text

    assert isinstance(found, Explanation)
    if shape == "json":
        return json.dumps(explanation_json(found), ensure_ascii=False, indent=2)
    return explanation_text(found, color=has_color(sys.stdout), everything=everything)


def _sample_case(checked: Checked, plan: Plan, card: Path, name: str) -> Case | Diagnostic | None:
    """The one sample lead of that name; mistakes of its file are shown, and then there is none."""
    from leadcard.cli.cards import STDIN, samples_of
    from leadcard.cli.findings import show
    from leadcard.compiler.text import name_form
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.nearest import nearest
    from leadcard.dsl.read import read_source
    from leadcard.runtime.case import case_of_sample
    from leadcard.runtime.harness.read_samples import read_samples

    if card == STDIN:
        raise click.UsageError("a card from standard input has no sample leads beside it")
    source = read_source(samples_of(card))
    if isinstance(source, Diagnostic):
        return source
    file, found = read_samples(source, checked, plan)
    if file is None:
        show(found)
        return None
    wanted = name_form(name)
    chosen = [s for s in file.samples if name_form(s.name) == wanted]
    chosen = chosen or [s for s in file.samples if wanted in name_form(s.name)]
    if len(chosen) == 1:
        return case_of_sample(chosen[0], file.as_of)
    names = [s.name for s in chosen or file.samples]
    near = nearest(name, names)
    listed = ", ".join(f"`{n}`" for n in names[:6])
    return Diagnostic(
        code="T120",
        message=f"{len(chosen)} sample leads have `{name}` in their name"
        if chosen
        else f"there is no sample lead `{name}`",
        path=source.path,
        hint=f"did you mean `{near}`?" if near else f"there are {listed}",
    )


def _data_case(
    checked: Checked,
    plan: Plan,
    lead_id: str,
    leads: tuple[str, ...],
    events: tuple[str, ...],
    as_of: datetime,
) -> Case | Diagnostic | None:
    from leadcard.cli.findings import show
    from leadcard.runtime.data_error import DataError
    from leadcard.runtime.load import open_data
    from leadcard.runtime.one_lead import find_case

    try:
        with open_data(
            checked.vocabulary, plan, leads=leads, events=events, timezone=plan.timezone
        ) as data:
            show(data.bad_rows.findings(allowed=True))
            return find_case(data, plan, lead_id, as_of)
    except DataError as error:
        show(error.diagnostics)
        return None
