"""The tally of probed rules says what compiled cards say, for cards as they are and changed."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_file, check_source
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.read import read_source
from leadcard.dsl.source import Source
from leadcard.runtime.harness.engines import run_python
from leadcard.runtime.harness.mutants import mutants
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.probe import Person, Questions
from leadcard.runtime.harness.random_leads import LeadGenerator
from leadcard.runtime.harness.read_samples import read_samples
from leadcard.runtime.harness.samples import SampleFile
from leadcard.runtime.harness.tally import Tally
from tests.quality_cards import SCORECARDS, case, golden
from tests.strategies import make_case
from tests.strategies_pick import Pick

_LEFT_OUT = ("scorecard", "version", "as_of")


def _told(outcome: Outcome | None) -> object:
    """What both ways of scoring know: no version, no events behind the reasons."""
    if outcome is None:
        return None
    values = {c: v for c, v in outcome.values.items() if c not in _LEFT_OUT}
    reasons = [replace(one, events=0, latest=None) for one in outcome.reasons]
    return values, reasons


def _tallied(plans: list[Plan], file: SampleFile) -> list[list[object]]:
    questions = Questions(plans[0])
    tallies = [Tally(plan, questions) for plan in plans]
    people = [Person(lead=s.lead, colleagues=s.colleagues) for s in file.samples]
    answers = questions.ask(people, file.as_of)
    return [[_told(tally.outcome(one)) for one in answers] for tally in tallies]


def _compiled(plan: Plan, file: SampleFile) -> list[object]:
    return [_told(outcome) for outcome in run_python(plan, file)]


@pytest.mark.parametrize("path", sorted(SCORECARDS.rglob("*.scorecard")), ids=lambda p: p.stem)
def test_cards_are_added_up_as_compiled_ones_are(path: Path) -> None:
    checked = check_file(path)
    assert checked.plan is not None
    source = read_source(path.with_suffix(".leads.yaml"))
    assert not isinstance(source, Diagnostic)
    file, _ = read_samples(source, checked, checked.plan)
    assert file is not None
    drawn = LeadGenerator(checked.plan, checked.vocabulary, file.as_of, 5).file(20)
    whole = replace(file, samples=(*file.samples, *drawn.samples))
    assert _tallied([checked.plan], whole)[0] == _compiled(checked.plan, whole)


def test_changed_cards_are_added_up_as_compiled_ones_are() -> None:
    made = golden("visits")
    drawn = LeadGenerator(made.plan, made.checked.vocabulary, made.file.as_of, 5).file(15)
    whole = replace(made.file, samples=(*made.file.samples, *drawn.samples))
    changed = [mutant.plan for mutant in mutants(made.plan)][::7]
    assert len(changed) > 8
    tallied = _tallied([made.plan, *changed], whole)[1:]
    assert tallied == [_compiled(plan, whole) for plan in changed]


def test_best_only_grades_tiers_flags_and_must_haves_are_added_up() -> None:
    made = case(
        "score: 0 to 99\ngrade from fit: A 20+, B 0+, C\n"
        'fit (best only, min -3):\n  title is CEO: +20, flag "chief"\n  employees 50+: +20\n'
        "  title contains student: -9\nacts when country is DE (max 12):\n"
        "  * visited pricing: +8\n  downloaded: +8\n"
        "must have at least 1:\n  employees 50+\n  country is known\n"
        "tiers:\n  1 small: employees under 50\n  2 large: employees 50+\n"
        'stages:\n  first: grade A and needs must haves and flag "chief"\n'
        '  second: tier large or a key conversion, route to "x"\n  third: acts 8-12\n'
        "  fourth: below 5\n"
    )
    drawn = LeadGenerator(made.plan, made.checked.vocabulary, made.file.as_of, 2).file(120)
    compiled = _compiled(made.plan, drawn)
    assert _tallied([made.plan], drawn)[0] == compiled
    stages = {one[0]["stage"] for one in compiled if isinstance(one, tuple)}
    assert len(stages) >= 4


@pytest.mark.parametrize("seed", [3, 8, 21, 34, 55])
def test_generated_cards_are_added_up_as_compiled_ones_are(seed: int) -> None:
    drawn = make_case(Pick(random.Random(seed).randint), full=True, leads=1)
    checked = check_source(Source("a.scorecard", drawn.card), drawn.vocabulary, folder=SCORECARDS)
    assert checked.plan is not None
    file = LeadGenerator(checked.plan, drawn.vocabulary, drawn.as_of, seed).file(15)
    assert _tallied([checked.plan], file)[0] == _compiled(checked.plan, file)
