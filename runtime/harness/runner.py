"""Running the sample leads of a card: what each engine says, and what is not as expected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from leadcard.compiler.backends.blame import blamed
from leadcard.compiler.backends.sql_facts import NameTooLong, Unsupported
from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plan import Plan
from leadcard.compiler.text import name_form
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.read import read_source
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError
from leadcard.runtime.harness.compare import Difference, compared, disagreements
from leadcard.runtime.harness.engines import engines_named
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.samples import Sample, SampleFile

DEFAULT_ENGINES: Final = ("python", "duckdb")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleResult:
    """A sample lead after its run: the first engine's outcome, and everything that differs."""

    sample: Sample
    outcome: Outcome | None
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether all is as expected, on every engine."""
        return not self.differences


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """The samples of one card after their run."""

    card: str
    plan: Plan
    file: SampleFile
    engines: tuple[str, ...]
    results: tuple[SampleResult, ...]

    @property
    def failed(self) -> int:
        """How many samples are not as expected."""
        return sum(1 for result in self.results if not result.passed)


def run_samples(
    checked: Checked, plan: Plan, file: SampleFile, engines: Sequence[str] = DEFAULT_ENGINES
) -> FileResult | Diagnostic:
    """All samples after their run, or why an engine cannot run the card, or not at all.

    `engines` are names, or addresses of servers. What the first engine says is held against what
    is expected, what the others say against it.
    """
    try:
        said = {name: run(plan, file) for name, run in engines_named(engines).items()}
    except Unsupported as unsupported:
        return unsupported_line(checked, unsupported)
    except DataError as error:
        return error.diagnostics[0]
    first = next(iter(said.values()))
    results = []
    for n, sample in enumerate(file.samples):
        apart = disagreements({name: outcomes[n] for name, outcomes in said.items()})
        results.append(
            SampleResult(
                sample=sample,
                outcome=first[n],
                differences=(*compared(sample.expected, first[n]), *apart),
            )
        )
    return FileResult(
        card=file.source.path if checked.source is None else checked.source.path,
        plan=plan,
        file=file,
        engines=tuple(said),
        results=tuple(results),
    )


def only_named(file: SampleFile, part: str | None) -> SampleFile:
    """The samples with `part` in their name or buyer stage; all of them without `part`."""
    kept = tuple(sample for sample in file.samples if is_named(sample, part))
    return replace(file, samples=kept)


def is_named(sample: Sample, part: str | None) -> bool:
    """Whether `part` is in the name or the buyer stage of a sample."""
    said = f"{sample.name} {sample.buyer_stage or ''}"
    return part is None or name_form(part) in name_form(said)


def until_failure(result: FileResult) -> FileResult:
    """The results up to the first that failed."""
    failed = next((n for n, one in enumerate(result.results) if not one.passed), None)
    return result if failed is None else replace(result, results=result.results[: failed + 1])


def unsupported_line(checked: Checked, unsupported: Unsupported) -> Diagnostic:
    """What an engine cannot run, at its line of the card or of leadcard.yaml."""
    if checked.plan is not None:
        unsupported = blamed(checked.plan, unsupported)
    source, line = checked.source, unsupported.line
    if unsupported.said is not None:
        source, line = _line_of_vocabulary(checked, unsupported.said)
    too_long = isinstance(unsupported, NameTooLong)
    return Diagnostic(
        code="C102" if too_long else "C101",
        message=unsupported.what if too_long else f"not supported yet: {unsupported.what}",
        hint="give it a shorter name" if too_long else None,
        source=source if line else None,
        span=source.line_span(line) if source and line else None,
        path=None if source is None else source.path,
    )


def _line_of_vocabulary(checked: Checked, said: str) -> tuple[Source | None, int | None]:
    """The line of leadcard.yaml that says something, or that names the preset which says it."""
    path = checked.vocabulary.path
    source = read_source(Path(path)) if path is not None else None
    if source is None or isinstance(source, Diagnostic):
        return checked.source, None
    lines = source.text.split("\n")
    for wanted in (rf"(?<!\w){re.escape(said)}(?!\w)", "preset:"):
        for number, line in enumerate(lines, start=1):
            if re.search(wanted, line) and not line.lstrip().startswith("#"):
                return source, number
    return source, None
