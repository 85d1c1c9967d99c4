"""What `leadcard test` writes for people to review: `--suggest`, `--update`, `--sample`."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadcard.cli.console import FINDINGS, FINE, emit, has_color, say

if TYPE_CHECKING:
    from leadcard.compiler.pipeline import Checked
    from leadcard.compiler.plan import Plan
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.harness.samples import SampleFile


# --- proposed expectations ------------------------------------------------------------------------


def update(cards: Sequence[Path], vocabulary: Path | None, part: str | None) -> list[Diagnostic]:
    """Propose expectations in the sample files of these cards; what stands in the way.

    With `part`, only for the sample leads that are called so.
    """
    from leadcard.cli.cards import STDIN, samples_of
    from leadcard.cli.checking import check_card
    from leadcard.cli.output import write_file
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.read import read_source
    from leadcard.runtime.harness.update import updated

    problems: list[Diagnostic] = []
    for card in cards:
        path = samples_of(card)
        checked = check_card(card, vocabulary)
        if card == STDIN or checked.plan is None or not path.exists():
            continue
        source = read_source(path)
        if isinstance(source, Diagnostic):
            continue
        found = updated(source, checked, checked.plan, part)
        problems += [one for one in found.problems if one.code == "T127"]
        if found.text is not None and write_file(path, _as_it_was(path, found.text)):
            leads = "1 lead" if found.leads == 1 else f"{found.leads} leads"
            say(f"{path}: proposed what is expected of {leads}; review the lines `# unreviewed`")
    return problems


def _as_it_was(path: Path, text: str) -> bytes:
    """The new text of a file with the line ends and the BOM that it has."""
    before = path.read_bytes()
    ended = text.replace("\n", "\r\n") if b"\r\n" in before else text
    return (BOM_UTF8 if before.startswith(BOM_UTF8) else b"") + ended.encode()


# --- suggested leads ------------------------------------------------------------------------------


def suggest(cards: Sequence[Path], vocabulary: Path | None, as_of: datetime | None) -> int:
    """Print sample leads for what the samples of each card do not show."""
    from leadcard.cli.checking import usable_plan

    code = FINE
    for card in cards:
        checked, plan = usable_plan(card, vocabulary)
        several = len(cards) > 1
        if plan is None or not _suggest(card, checked, plan, as_of, several=several):
            code = FINDINGS
    return code


def _suggest(
    card: Path, checked: Checked, plan: Plan, as_of: datetime | None, *, several: bool
) -> bool:
    from leadcard.cli.cards import samples_of
    from leadcard.runtime.harness.coverage import coverage, stage_needs
    from leadcard.runtime.harness.suggest import suggested, unshown
    from leadcard.runtime.harness.write_samples import SampleWriter

    file = _samples(card, checked, plan, as_of)
    if file is None:
        return False
    gaps = (*coverage(checked, plan, file).gaps, *unshown(plan, file, stage_needs(checked, plan)))
    proposals, left = suggested(plan, file, gaps)
    writer = SampleWriter.of(plan, checked.vocabulary, file)
    path = samples_of(card)
    for gap in left:
        say(f"{card}:{gap.line}: {gap.what}, and no lead was found that does")
    if not proposals:
        say(f"{path}: nothing to add")
        return True
    leads = "1 sample lead" if len(proposals) == 1 else f"{len(proposals)} sample leads"
    say(f"{leads} for {path}")
    if file.indent is None:
        say(
            f"{path}: they do not fit at its end; put them below the last lead, on lines of its own"
        )
    whole = not file.samples
    text = writer.file(proposals) if whole else "".join(writer.sample(one) for one in proposals)
    title = f"# for {path}\n" if several else ""
    # Where the last line of the file is not ended, `>>` would go on with it.
    before = file.source.text
    begun = "\n" if before and not before.endswith("\n") else ""
    emit(f"{begun}{title}{text}".rstrip("\n"))
    return True


def _samples(card: Path, checked: Checked, plan: Plan, as_of: datetime | None) -> SampleFile | None:
    """The samples beside a card; none at all where there is no file, as of now or `as_of`.

    An empty file is none: `>> inbound.leads.yaml` makes one before the command runs.
    """
    from leadcard.cli.cards import samples_of
    from leadcard.cli.findings import show
    from leadcard.cli.moment import in_zone
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.read import read_source
    from leadcard.dsl.source import Source
    from leadcard.runtime.harness.read_samples import is_empty, read_samples
    from leadcard.runtime.harness.samples import SampleFile

    path = samples_of(card)
    source = read_source(path) if path.exists() else Source(str(path), "")
    if isinstance(source, Source) and is_empty(source):
        moment = in_zone(as_of, plan.timezone)
        if as_of is None:
            moment = moment.replace(hour=12, minute=0, second=0)
        return SampleFile(source=source, as_of=moment, samples=())
    if isinstance(source, Diagnostic):
        show((source,))
        return None
    file, found = read_samples(source, checked, plan)
    show(found)
    return file


# --- an assortment of real leads ------------------------------------------------------------------


def draw(
    card: Path,
    vocabulary: Path | None,
    *,
    leads: tuple[str, ...],
    events: tuple[str, ...],
    as_of: datetime | None,
    many: int,
    seed: int,
    shape: str,
) -> int:
    """Score real leads, and show a seeded assortment of them with the distribution of all."""
    from leadcard.cli.checking import usable_plan
    from leadcard.cli.findings import show
    from leadcard.cli.moment import in_zone, written
    from leadcard.runtime.data_error import DataError
    from leadcard.runtime.execute import score_data
    from leadcard.runtime.harness.assortment import assortment
    from leadcard.runtime.load import open_data

    checked, plan = usable_plan(card, vocabulary)
    if plan is None:
        return FINDINGS
    moment = in_zone(as_of, plan.timezone)
    try:
        with open_data(
            checked.vocabulary, plan, leads=leads, events=events, timezone=plan.timezone
        ) as data:
            problems = data.bad_rows.findings(allowed=False)
            show((*data.diagnostics, *problems))
            if problems:
                return FINDINGS
            scored = score_data(plan, data, as_of=moment)
            found = assortment(scored, many=many, seed=seed)
            say(f"{found.drawn.rows} of {found.leads:,} leads as of {written(moment)}, seed {seed}")
            _show(found, shape)
    except DataError as error:
        show(error.diagnostics)
        return FINDINGS
    return FINE


def _show(found: object, shape: str) -> None:
    from leadcard.runtime.harness.assortment import Assortment, strata_json, strata_text

    assert isinstance(found, Assortment)
    if shape == "json":
        import json

        emit(json.dumps(strata_json(found), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from leadcard.runtime.result_table import result_table

    color = has_color(sys.stdout)
    console = Console(force_terminal=color, no_color=not color, highlight=False)
    table = result_table(found.drawn, width=console.width, limit=found.drawn.rows)
    console.print(table)
    emit(strata_text(found))
