"""What stands between scorecards and their artefacts: everything that `leadcard build` tries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from leadcard.cli.quality import Added, Ran
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.gate.artefacts import Card

ENGINES: Final = ("python", "duckdb")
RANDOM: Final = 100
_DIALECTS: Final = ("duckdb",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the options of a build say; None, or empty, where they say nothing."""

    dialects: tuple[str, ...]
    dbt: str | None
    min_coverage: int | None
    random: int | None
    seed: int
    engines: tuple[str, ...]
    vocabulary: Path | None
    strict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A card whose samples were run, with what more was tried if they passed."""

    ran: Ran
    card: Card
    inputs: Mapping[str, str]
    min_coverage: int | None
    more: Added | None = None


@dataclass(slots=True, kw_only=True)
class Gate:
    """The cards that were tried and what was found; `refused` says that nothing may be written."""

    strict: bool
    tried: list[Tried] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether a sample failed, or something found is an error."""
        failed = any(one.ran.result.failed for one in self.tried)
        return failed or any(one.is_error for one in self.found())

    def found(self) -> tuple[Diagnostic, ...]:
        """The findings, each once."""
        from leadcard.cli.findings import distinct

        return distinct(self.problems, strict=self.strict)


def gate_of(project: Path, wanted: Wanted) -> Gate:
    """Everything that is asked of the scorecards of a folder."""
    from leadcard.cli.cards import find
    from leadcard.cli.sample_run import SampleRun, orphans
    from leadcard.runtime.data_error import DataError
    from leadcard.runtime.harness.sample_lint import sample_warnings

    found = find((project,), only_cards=True)
    run = SampleRun(
        engines=_every(wanted.engines), part=None, fail_fast=False, vocabulary=wanted.vocabulary
    )
    ran, problems = run.cards(found, frozenset(found.cards))
    gate = Gate(strict=wanted.strict, problems=problems)
    gate.problems += (*orphans(found.cards, frozenset()), *run.warnings(ran))
    # Inputs are hashed before the long part, so that a later change is not taken for what was read.
    hashed = [_inputs(one, project) for one in ran]
    for one, inputs in zip(ran, hashed, strict=True):
        gate.problems += one.checked.diagnostics
        gate.problems += sample_warnings(one.checked, one.plan, one.result.file)
        try:
            tried = _tried(one, project, inputs, wanted)
        except DataError as error:  # an engine that worked for the samples, and does no more
            gate.problems += error.diagnostics
            continue
        gate.tried.append(tried)
        gate.problems += tried.more.problems if tried.more else ()
    return gate


def _every(engines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*ENGINES, *engines)))


def _inputs(one: Ran, project: Path) -> Mapping[str, str]:
    from leadcard.runtime.gate.manifest import input_files, input_hashes

    return input_hashes(input_files(one.checked, Path(one.result.file.source.path)), project)


def _tried(one: Ran, project: Path, inputs: Mapping[str, str], wanted: Wanted) -> Tried:
    """A card after the part of its tests that comes after the samples."""
    from leadcard.cli.quality import Asked, added
    from leadcard.runtime.gate.artefacts import Card, place_of

    said = one.checked.vocabulary.build
    dialects = wanted.dialects or said.dialects
    card = Card(
        place=place_of(Path(one.result.card), project),
        checked=one.checked,
        plan=one.plan,
        samples=one.result.file,
        dialects=_DIALECTS if dialects is None else tuple(dict.fromkeys(dialects)),
        dbt=wanted.dbt or said.dbt,
    )
    minimum = _first(wanted.min_coverage, said.min_coverage)
    asked = Asked(
        coverage=True,
        min_coverage=minimum,
        mutate=False,
        generated=_first(wanted.random, said.random, RANDOM) or None,
        seed=wanted.seed,
        engines=_every(wanted.engines),
    )
    more = None if one.result.failed else added((one,), asked)
    return Tried(ran=one, card=card, inputs=inputs, min_coverage=minimum, more=more)


def _first(*numbers: int | None) -> int | None:
    """The first number that somebody gave."""
    return next((number for number in numbers if number is not None), None)


def parts_of(tried: Sequence[Tried]) -> dict[str, Any]:
    """What was tried besides the samples, as in the report of `leadcard test --format json`."""
    parts: dict[str, list[object]] = {}
    for one in tried:
        for name, found in (one.more.parts if one.more else {}).items():
            parts.setdefault(name, []).extend(found)
    return parts
