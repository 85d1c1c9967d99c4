"""Whether a suite is whole: the ladder of buyer stages, and a sample in every stage."""

from __future__ import annotations

from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.harness.runner import FileResult, run_samples
from leadcard.runtime.harness.suite import suite_warnings
from tests.quality_cards import case

CARD = (
    "buyer stages: awareness, consideration, decision\ntitle is CEO: +20\nvisited pricing: +15\n"
    "title is spy: disqualify\nstages:\n  hot: 20+\n  cold: below 20\n"
)
HEAD = "as_of: 2026-11-21T12:00:00Z\nleads:\n"
CHIEF = "lead: {title: CEO}, expect: {score: 20}"
VISITOR = 'events: ["visited pricing, 1d ago"], expect: {score: 15}'
BOTH = 'lead: {title: CEO}, events: ["visited pricing, 1d ago"], expect: {score: 35}'
NOTHING = "expect: {score: 0}"


def _warned(*leads: str, card: str = CARD) -> list[Diagnostic]:
    made = case(card, HEAD + "".join(f"  - {{name: n{n}, {one}}}\n" for n, one in enumerate(leads)))
    result = run_samples(made.checked, made.plan, made.file, ("python",))
    assert isinstance(result, FileResult)
    assert result.failed == 0
    return [*suite_warnings(made.checked, made.plan, result)]


def _codes(*leads: str, card: str = CARD) -> list[str]:
    return [one.code for one in _warned(*leads, card=card)]


def test_a_whole_suite_has_no_warning() -> None:
    assert (
        _codes(
            f"buyer stage: awareness, {NOTHING}",
            f"buyer stage: consideration, {VISITOR}",
            f"buyer stage: decision, {CHIEF}",
            f"buyer stage: decision, {BOTH}",
        )
        == []
    )


def test_a_later_buyer_stage_outscores_each_earlier_one() -> None:
    (found,) = _warned(
        f"buyer stage: awareness, {VISITOR}",
        f"buyer stage: consideration, {BOTH}",
        f"buyer stage: decision, {CHIEF}",
    )
    assert found.code == "T122"
    assert found.message == "`n2` scores 20, and `n1` of the earlier buyer stage `consideration` 35"
    assert found.source is not None
    assert found.span is not None
    assert found.source.position(found.span.start).line == 5
    assert [r.label for r in found.related] == ["the earlier one"]


def test_equal_scores_are_no_step() -> None:
    assert "T122" in _codes(
        f"buyer stage: awareness, {CHIEF}",
        f"buyer stage: consideration, {CHIEF}",
        f"buyer stage: decision, {BOTH}",
        card=CARD.replace("title is spy: disqualify\n", ""),
    )


def test_samples_may_stand_beside_the_ladder() -> None:
    assert (
        _codes(
            f"buyer stage: awareness, off ladder: true, {BOTH}",
            f"buyer stage: awareness, {NOTHING}",
            "buyer stage: consideration, lead: {title: spy}, expect: {stage: disqualified}",
            f"buyer stage: consideration, {VISITOR}",
            f"buyer stage: decision, {CHIEF}",
            "buyer stage: decision, lead: {created: in 3d}, expect: {score: none}",
            f"{NOTHING}",
        )
        == []
    )


def test_every_stage_and_every_buyer_stage_needs_a_sample() -> None:
    found = _warned(f"buyer stage: awareness, {NOTHING}", f"buyer stage: decision, {VISITOR}")
    assert [(one.code, one.message) for one in found] == [
        ("L131", "no sample lead is in the buyer stage `consideration`"),
        ("T123", "no sample lead is in the stage `hot`"),
    ]


def test_a_stage_that_no_lead_can_reach_needs_no_sample() -> None:
    card = "title is CEO: +20\nstages:\n  hot: 500+\n  cold: below 500\n"
    assert _codes(NOTHING, card=card) == []
