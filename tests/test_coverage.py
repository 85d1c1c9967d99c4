"""What samples show of a card, and the leads that are suggested for the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leadcard.runtime.harness.coverage import Coverage, coverage, stage_needs
from leadcard.runtime.harness.quality_report import coverage_text
from leadcard.runtime.harness.runner import FileResult, run_samples
from leadcard.runtime.harness.suggest import suggested, unshown
from leadcard.runtime.harness.write_samples import SampleWriter
from tests.quality_cards import GOLDEN, Case, case, golden, samples_of

HEAD = "as_of: 2026-11-21T12:00:00Z\nleads:\n"


def _coverage(made: Case) -> Coverage:
    return coverage(made.checked, made.plan, made.file)


def _gaps(card: str, *leads: str) -> list[str]:
    samples = HEAD + "".join(
        f"  - {{name: n{n}, {lead}, expect: {{stage: none}}}}\n" for n, lead in enumerate(leads)
    )
    return [gap.what for gap in _coverage(case(card, samples)).gaps]


def test_a_rule_needs_a_lead_that_fires_it_and_one_that_does_not() -> None:
    card = "title is CEO: +20\n"
    fires, spares = "lead: {title: CEO}", "lead: {title: cook}"
    assert _gaps(card, fires) == ["no sample leaves this rule unfired"]
    assert _gaps(card, spares) == ["no sample fires this rule"]
    assert _gaps(card, fires, spares) == []


@pytest.mark.parametrize(
    ("event", "left"),
    [
        ("visited pricing, 6d ago", "both"),
        ("visited pricing, 7d ago", "inside"),
        ("visited pricing, 160h ago", "outside"),
        ("visited pricing, 180h ago", "inside"),
        ("visited pricing, 2d ago", "both"),
        ("visited docs, 6d ago", "both"),
    ],
)
def test_a_window_needs_an_event_on_each_side_of_its_edge(event: str, left: str) -> None:
    gaps = _gaps(
        "visited pricing in 7d: +5\n", f'events: ["{event}"]', 'events: ["visited pricing, 1d ago"]'
    )
    sides = ("inside", "outside") if left == "both" else (left,)
    found = [side for side in ("inside", "outside") for gap in gaps if f"just {side}" in gap]
    assert found == list(sides)


def test_a_window_of_a_field_has_edges_too() -> None:
    gaps = _gaps(
        "created in the last 30d: +5\n", "lead: {created: 29d ago}", "lead: {created: 90d ago}"
    )
    assert gaps == ["no sample has `created` just outside the edge of the window of 30d"]


def test_the_edges_of_stages_are_asked_for() -> None:
    card = "title is CEO: +20\nvisited pricing: +19\nstages:\n  hot: 20+\n  cold: below 20\n"
    samples = HEAD + "  - {name: a, lead: {title: CEO}, expect: {score: 20}}\n"
    whats = [gap.what for gap in _coverage(case(card, samples)).gaps]
    assert "no sample scores just below 20, where `hot` begins" in whats
    assert not any("just at 20" in what for what in whats)


def test_a_rule_that_no_lead_can_fire_is_not_asked_for() -> None:
    made = case("title is CEO: +20\ncountry is US and country is DE: +5\n")
    assert {gap.line for gap in _coverage(made).gaps} == {1}


def test_the_percentage_is_rounded_down() -> None:
    assert Coverage(total=0, gaps=()).percent == 100
    gap = _coverage(case("title is CEO: +20\n")).gaps[0]
    assert Coverage(total=300, gaps=(gap,)).percent == 99


def test_suggested_leads_show_what_was_missing() -> None:
    made = golden("visits")
    before = _coverage(made)
    stages = unshown(made.plan, made.file, stage_needs(made.checked, made.plan))
    assert [need.stage for need in stages] == ["warm"]
    proposals, left = suggested(made.plan, made.file, (*before.gaps, *stages))
    assert left == ()
    text = SampleWriter(made.plan, made.checked.vocabulary, made.file.as_of).file(proposals)
    pasted = samples_of(made.checked, text)
    whole = replace(made.file, samples=(*made.file.samples, *pasted.samples))
    assert coverage(made.checked, made.plan, whole).percent == 100
    result = run_samples(made.checked, made.plan, whole)
    assert isinstance(result, FileResult)
    assert result.failed == 0


def test_a_lead_at_the_edge_of_a_window_says_whether_the_rule_fires() -> None:
    """Its score may be the same on both sides, as below the lower end of the scores."""
    made = case("score: 0 to 9\ninactive 90d: -20\n")
    proposals, _ = suggested(made.plan, made.file, _coverage(made).gaps)
    edges = [one for one in proposals if "edge of a window" in one.name]
    assert edges
    assert all(one.fires or one.spares for one in edges)


def test_what_no_lead_is_found_for_is_told() -> None:
    made = case(
        "employees 50+: +10\nvisited pricing: +100\nstages:\n  hot: 60+\n  cold: below 60\n"
    )
    proposals, left = suggested(made.plan, made.file, _coverage(made).gaps)
    assert [need.what for need in left] == [
        "no sample scores just at 60, where `hot` begins",
        "no sample scores just below 60, where `hot` begins",
    ]
    assert len(proposals) == 1


def test_the_report_says_what_the_golden_file_says(update: bool) -> None:
    made = golden("visits")
    text = coverage_text("visits.scorecard", made.checked, _coverage(made), color=False) + "\n"
    proposals, _ = suggested(made.plan, made.file, _coverage(made).gaps)
    text += "\n" + SampleWriter(made.plan, made.checked.vocabulary, made.file.as_of).file(proposals)
    path = GOLDEN / "visits.coverage.txt"
    if update:
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")
