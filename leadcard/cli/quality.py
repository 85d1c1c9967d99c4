"""What `leadcard test` can add to its report: how good the samples are, and generated leads."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import click

from leadcard.cli.console import has_color

if TYPE_CHECKING:
    from leadcard.compiler.pipeline import Checked
    from leadcard.compiler.plan import Plan
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.harness.runner import FileResult
    from leadcard.runtime.harness.write_samples import SampleWriter

SEED: Final = 1
_AS_SAMPLE: Final = "paste the lead into the samples, where it fails too, and report it"
_NO_SAMPLE: Final = (
    "report it with the lead, which may pass as a sample: a sample has one order of events, one"
    " moment and one layout of the card"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A card whose samples were run."""

    checked: Checked
    plan: Plan
    result: FileResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be added to the report."""

    coverage: bool
    min_coverage: int | None
    mutate: bool
    generated: int | None
    seed: int
    engines: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Added:
    """What was added: blocks of text, parts of the JSON report, and findings."""

    blocks: list[str] = field(default_factory=list)
    parts: dict[str, list[object]] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def part(self, name: str, value: object) -> None:
        """Note a part of the JSON report for one card."""
        self.parts.setdefault(name, []).append(value)


def quality_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of this file, on a command."""
    count = click.IntRange(min=1)
    for option in (
        click.option(
            "--seed", type=int, default=SEED, show_default=True, help="For --random and --sample."
        ),
        click.option(
            "--random",
            "generated",
            type=count,
            metavar="N",
            help="Also check N generated leads: engines agree, order does not matter, and more.",
        ),
        click.option(
            "--mutate",
            is_flag=True,
            help="Also change the card in small ways, and tell what no sample notices.",
        ),
        click.option(
            "--min-coverage",
            type=click.IntRange(0, 100),
            metavar="PERCENT",
            help="Fail if the samples show less of a card than this.",
        ),
        click.option(
            "--coverage", is_flag=True, help="Also tell what of the card no sample shows."
        ),
    ):
        command = option(command)
    return command


def added(ran: Sequence[Ran], asked: Asked) -> Added:
    """All that was asked for, card by card."""
    found = Added()
    for one in ran:
        if asked.coverage or asked.min_coverage is not None:
            _coverage(one, asked, found)
        if asked.mutate:
            _mutation(one, found)
        if asked.generated is not None:
            _generated(one, asked, found)
    return found


def _writer(one: Ran) -> SampleWriter:
    from leadcard.runtime.harness.write_samples import SampleWriter

    return SampleWriter.of(one.plan, one.checked.vocabulary, one.result.file)


def _coverage(one: Ran, asked: Asked, found: Added) -> None:
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.harness.coverage import coverage
    from leadcard.runtime.harness.quality_report import coverage_json, coverage_text

    card = one.result.card
    shown = coverage(one.checked, one.plan, one.result.file)
    found.part("coverage", coverage_json(card, shown))
    found.blocks.append(coverage_text(card, one.checked, shown, color=has_color(sys.stdout)))
    if asked.min_coverage is not None and shown.percent < asked.min_coverage:
        found.problems.append(
            Diagnostic(
                code="T125",
                message=f"the samples show {shown.percent} % of `{card}`, less than the"
                f" {asked.min_coverage} % asked for",
                path=card,
                hint="`leadcard test --suggest` writes sample leads for what is missing",
            )
        )


def _mutation(one: Ran, found: Added) -> None:
    from leadcard.runtime.harness.mutation import mutation
    from leadcard.runtime.harness.quality_report import mutation_json, mutation_text

    card, writer = one.result.card, _writer(one)
    result = mutation(one.checked, one.plan, one.result.file)
    found.part("mutation", mutation_json(card, result, writer))
    color = has_color(sys.stdout)
    found.blocks.append(mutation_text(card, one.checked, result, writer, color=color))


def _generated(one: Ran, asked: Asked, found: Added) -> None:
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.harness.engines import engines_named
    from leadcard.runtime.harness.quality_report import random_json, random_text
    from leadcard.runtime.harness.random_run import random_run

    assert asked.generated is not None
    card, writer = one.result.card, _writer(one)
    result = random_run(
        one.checked,
        one.plan,
        engines_named(asked.engines),
        as_of=one.result.file.as_of,
        many=asked.generated,
        seed=asked.seed,
    )
    found.part("random", random_json(card, result, writer))
    found.blocks.append(random_text(card, result, writer, color=has_color(sys.stdout)))
    for failure in result.failures:
        found.problems.append(
            Diagnostic(
                code="T126",
                message=f"{failure.invariant}: not for `{failure.proposal.name}` of `{card}`",
                path=card,
                hint=_AS_SAMPLE if failure.shown else _NO_SAMPLE,
            )
        )
