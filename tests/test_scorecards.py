"""The example projects: no warning, samples as expected on both engines, nothing left untried."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import leadcard
from leadcard.compiler.pipeline import Checked, check_file
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.format import format_source
from leadcard.dsl.read import read_source
from leadcard.dsl.source import Source
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.read_samples import read_samples
from leadcard.runtime.harness.runner import FileResult, run_samples
from leadcard.runtime.harness.sample_lint import sample_warnings

ROOT = Path(__file__).parents[1]
PROJECTS = sorted((ROOT / "scorecards").glob("*/*.scorecard"))
EXAMPLES = sorted((ROOT.parent / "shared" / "examples").glob("*.scorecard"))
DATA_FILES = ("leads.csv", "prospect.csv")
WITH_DATA = [card for card in PROJECTS if any((card.parent / n).exists() for n in DATA_FILES)]
AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)
PRACTICES = ("industrial", "agency", "global-guide", "table-stakes", "marketing-automation")

each_project = pytest.mark.parametrize("card", PROJECTS, ids=lambda card: card.stem)
each_card = pytest.mark.parametrize(
    "card", [*PROJECTS, *EXAMPLES], ids=lambda card: f"{card.parent.name}-{card.stem}"
)


@cache
def _checked(card: Path) -> Checked:
    return check_file(card)


@cache
def _run(card: Path) -> FileResult | Diagnostic:
    """The samples of `card` after their run on both engines, or why one cannot run it."""
    checked = _checked(card)
    source = read_source(card.with_suffix(".leads.yaml"))
    assert isinstance(source, Source)
    assert checked.plan is not None
    file, found = read_samples(source, checked, checked.plan)
    assert found == ()
    assert file is not None
    return run_samples(checked, checked.plan, file)


def _ran(card: Path) -> FileResult:
    result = _run(card)
    assert isinstance(result, FileResult), result.message
    return result


def _outcomes(card: Path) -> list[Outcome]:
    outcomes = [result.outcome for result in _ran(card).results]
    return [outcome for outcome in outcomes if outcome is not None]


def test_every_practice_has_a_project() -> None:
    folders = {card.parent.name for card in PROJECTS}
    assert set(PRACTICES) <= folders
    assert all((ROOT / "scorecards" / name / "README.md").exists() for name in folders)


@each_card
def test_no_mistake_and_no_warning(card: Path) -> None:
    assert [(one.code, one.message) for one in _checked(card).diagnostics] == []


@each_card
def test_samples_are_as_expected(card: Path) -> None:
    result = _ran(card)
    wrong = {one.sample.name: one.differences for one in result.results if not one.passed}
    assert wrong == {}
    assert len(result.results) >= 4


@pytest.mark.parametrize("card", WITH_DATA, ids=lambda card: card.stem)
def test_the_data_beside_a_card_is_scored_and_shows_all_stages(card: Path) -> None:
    rows = leadcard.score(card, as_of=AS_OF)
    plan = _checked(card).plan
    assert plan is not None
    assert {stage.name for stage in plan.stages} <= {row["stage"] for row in rows}


def test_the_data_of_the_demo_makes_every_rule_fire() -> None:
    card = next(card for card in WITH_DATA if card.stem == "industrial")
    rows = leadcard.score(card, as_of=AS_OF, explain=True)
    fired = {reason["line"] for row in rows for reason in json.loads(row["reasons"])}
    assert [rule.text for rule in _ran(card).plan.rules if rule.line not in fired] == []


@each_project
def test_layout_is_plain(card: Path) -> None:
    source = read_source(card)
    assert isinstance(source, Source)
    assert format_source(source).text == source.text


@each_project
def test_samples_leave_nothing_untried(card: Path) -> None:
    """Rules fire for some and not for others; edges of stages have samples on both sides."""
    result = _ran(card)
    found = sample_warnings(_checked(card), result.plan, result.file)
    assert [(one.code, one.hint) for one in found] == []


@each_project
def test_each_stage_and_buyer_stage_has_a_sample(card: Path) -> None:
    result = _ran(card)
    reached = {outcome.values["stage"] for outcome in _outcomes(card)}
    assert {stage.name for stage in result.plan.stages} <= reached
    tried = {one.sample.buyer_stage for one in result.results}
    assert set(result.plan.buyer_stages) <= tried
