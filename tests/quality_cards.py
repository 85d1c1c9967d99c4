"""Cards with sample leads for the tests of coverage, mistakes and generated leads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.harness.read_samples import read_samples
from leadcard.runtime.harness.samples import SampleFile

GOLDEN = Path(__file__).parent / "golden" / "quality"
SCORECARDS = Path(__file__).resolve().parent.parent / "scorecards"
NOBODY = "as_of: 2026-11-21T12:00:00Z\nleads:\n  - {name: nobody, expect: {score: 0}}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A card and its samples, ready to run."""

    checked: Checked
    plan: Plan
    file: SampleFile


def case(card: str, samples: str = NOBODY) -> Case:
    """The case of these texts."""
    checked = check_source(Source("a.scorecard", card), builtin(), folder=GOLDEN)
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    return Case(checked=checked, plan=checked.plan, file=samples_of(checked, samples))


def samples_of(checked: Checked, samples: str) -> SampleFile:
    """The samples of a text."""
    assert checked.plan is not None
    file, found = read_samples(Source("a.leads.yaml", samples), checked, checked.plan)
    assert file is not None, [d.message for d in found]
    return file


def golden(name: str) -> Case:
    """A card of the golden folder with the samples beside it."""
    path = GOLDEN / f"{name}.scorecard"
    return case(path.read_text("utf-8"), path.with_suffix(".leads.yaml").read_text("utf-8"))
