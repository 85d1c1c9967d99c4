"""Sections, stages and reasons in the Python backend, as docs/language.md has them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from leadcard.compiler import plan as p
from tests.python_plans import (
    COMPANY,
    MICROSECOND,
    NOW,
    ago,
    events,
    last,
    module,
    plan,
    repeated,
    result,
    rule,
    some,
    visit,
)


def _in(low: str | None, high: str | None, **open_ends: bool) -> p.InRange:
    bounds = p.Bounds(
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        **open_ends,
    )
    return p.InRange(field="employees", bounds=bounds)


# --- what adds up ---------------------------------------------------------------------------------


def _sections(*sections: p.Section) -> dict[str, Any]:
    return {"sections": sections}


def test_limits_of_sections_and_of_the_score() -> None:
    made = plan(
        rule(points=6000, section="fit"),
        rule(points=-500, section="risk", line=2),
        rule(points=8050, section="behavior", line=3),
        **_sections(
            p.Section(name="fit", column="fit", line=1, maximum=5000),
            p.Section(name="risk", column="risk", line=2, minimum=-300),
            p.Section(name="behavior", column="behavior", line=3),
        ),
        score_low=0,
        score_high=10_000,
    )
    found = result(made, {"lead_id": 12})
    assert (found.section_fit, found.section_risk, found.section_behavior) == (
        Decimal("50.00"), Decimal("-3.00"), Decimal("80.50"),
    )  # fmt: skip
    assert (str(found.raw_score), str(found.score), found.lead_id) == ("127.50", "100.00", "12")
    assert result(plan(rule(points=-100), score_low=0), {}).score == 0


def test_a_section_counts_only_where_it_holds() -> None:
    section = p.Section(
        name="score", column="score", line=1, when=p.Known(field="title"), minimum=500
    )
    made = plan(rule(points=-100, flag="x"), **_sections(section))
    assert (result(made, {}).score, result(made, {}).flags, result(made, {}).reasons) == (0, (), ())
    assert result(made, {"title": "CEO"}).score == 5


def test_best_only() -> None:
    section = p.Section(name="score", column="score", line=1, best_only=True)
    made = plan(
        rule(points=-500, line=1, flag="minus"),
        rule(points=300, line=2, flag="first"),
        rule(p.Known(field="title"), points=300, line=3, key_conversion=True),
        rule(points=0, line=4, flag="no points"),
        **_sections(section),
    )
    found = result(made, {"title": "x"})
    assert found.score == 3
    assert [(r.line, r.counted) for r in found.reasons] == [
        (1, False), (2, True), (3, False), (4, True),
    ]  # fmt: skip
    assert found.flags == ("minus", "first", "no points")
    assert found.key_conversions == ("rule 3",)
    worst = plan(rule(points=-500), rule(points=-200, line=2), **_sections(section))
    assert result(worst, {}).score == -2
    none = plan(rule(p.FALSE), **_sections(section))
    assert result(none, {}).score == 0
    repeats = plan(
        rule(points=150), repeated(events(), p.Repeat.EACH, line=2), **_sections(section)
    )
    assert result(repeats, {}, visit()).score == Decimal("1.5")
    assert result(repeats, {}, visit(), visit()).score == 2


def test_flags_and_conversions_come_once_in_the_order_of_the_card() -> None:
    made = plan(
        rule(line=1, flag="b", key_conversion=True, label="won"),
        rule(line=2, flag="a"),
        rule(line=3, flag="b", key_conversion=True, label="won"),
        rule(p.FALSE, line=4, flag="never"),
    )
    found = result(made, {})
    assert (found.flags, found.key_conversions) == (("b", "a"), ("won",))


def test_must_haves() -> None:
    requirements = tuple(
        p.Requirement(line=n, text=column, when=p.Known(field=column))
        for n, column in enumerate(("title", "company", "email"))
    )
    made = plan(rule(), must_haves=p.MustHaves(at_least=2, requirements=requirements))
    assert result(made, {"title": "x"}).must_haves is False
    assert result(made, {"title": "x", "email": "y"}).must_haves is True
    assert result(plan(rule()), {}).must_haves is None


def test_tiers_grades_and_the_displayed_score() -> None:
    tiers = (
        p.Tier(number=1, name="small", line=5, when=_in(None, "50", high_open=True)),
        p.Tier(number=3, name="large", line=6, when=_in("500", None)),
    )
    grades = p.Grades(section="score", steps=(("A", 4000), ("B", 1000), ("C", None)))
    made = plan(rule(points=1025), tiers=tiers, grades=grades)
    found = result(made, {"employees": 900})
    assert (found.tier, str(found.displayed), found.grade) == ("large", "3010.25", "B")
    found = result(made, {"employees": 70})
    assert (found.tier, str(found.displayed)) == (None, "10.25")
    low = p.Grades(section="score", steps=(("A", 4000),))
    assert result(plan(rule(), grades=low), {}).grade is None
    assert result(plan(rule(points=999), grades=grades), {}).grade == "C"


def test_stages() -> None:
    stages = (
        p.Stage(name="ready", line=9, when=p.And(parts=(p.ScoreIn(low=6000), p.MustHavesMet())),
                route="Sales", respond_within="4h", notify="all"),
        p.Stage(name="flagged", line=10, when=p.HasFlag(flag="vip")),
        p.Stage(name="converted", line=11, when=p.HasKeyConversion()),
        p.Stage(name="graded", line=12, when=p.GradeIn(letters=("A", "B"))),
        p.Stage(name="big", line=13, when=p.TierIn(names=("large",))),
        p.Stage(name="warm", line=14, when=p.ScoreIn(low=2500, high=5000, section="score")),
    )  # fmt: skip
    title = p.Known(field="title")
    made = plan(
        rule(_in("1", None), points=6000, line=1),
        rule(p.Equals(field="title", values=("vip",)), points=0, line=2, flag="vip"),
        rule(some(events("requested")), points=0, line=3, key_conversion=True),
        rule(p.Equals(field="title", values=("rival",)), points=0, line=4, disqualify=True),
        rule(some(events()), points=2500, line=5),
        stages=stages,
        grades=p.Grades(section="score", steps=(("A", 8000),)),
        tiers=(p.Tier(number=1, name="large", line=7, when=p.Known(field="company")),),
        must_haves=p.MustHaves(
            at_least=1, requirements=(p.Requirement(line=8, text="title", when=title),)
        ),
    )

    def stage(lead: dict[str, Any], *done: dict[str, Any]) -> str:
        found: str = result(made, lead, *done).stage
        return found

    asked = {"verb": "requested", "at": NOW}
    assert stage({"employees": 5, "title": "x"}) == "ready"
    assert stage({"employees": 5}) == "none"
    assert stage({"title": "VIP"}, asked) == "flagged"
    assert stage({}, asked) == "converted"
    assert stage({"employees": 5}, visit()) == "graded"
    assert stage({"company": "x"}) == "big"
    assert stage({}, visit()) == "warm"
    assert stage({"title": "rival", "employees": 5}) == "disqualified"
    out = result(made, {"title": "rival", "employees": 5})
    assert (out.disqualified, out.route, out.respond_within, out.notify) == (True, None, None, None)
    assert out.score == 60
    ready = result(made, {"employees": 5, "title": "x"})
    assert (ready.route, ready.respond_within, ready.notify) == ("Sales", "4h", "all")


# --- reasons --------------------------------------------------------------------------------------


def test_reasons_tell_rule_points_and_evidence() -> None:
    seen = events(window=last(7))
    made = plan(
        rule(p.EventCount(events=seen, low=2), line=4, evidence=seen),
        repeated(events(), p.Repeat.EACH, line=2, maximum=150),
        rule(p.Known(field="title"), line=3),
    )
    done = [visit(ago(days=1), event_id="a"), visit(ago(days=2)), visit(ago(days=3)),
            visit(ago(days=2), event_id="a"), visit(ago(days=40)),
            visit(NOW + MICROSECOND)]  # fmt: skip
    reasons = result(made, {"title": "x"}, *done).reasons
    assert [tuple(reason) for reason in reasons] == [
        (2, "rule 2", "score", Decimal("1.50"), True, 4, ago(days=1)),
        (3, "rule 3", "score", Decimal("10.00"), True, 0, None),
        (4, "rule 4", "score", Decimal("10.00"), True, 3, ago(days=1)),
    ]


def test_a_result_as_columns() -> None:
    found = result(plan(rule(flag="x")), {"lead_id": "L1", "company": COMPANY})
    columns = found.to_dict()
    assert list(columns)[:5] == ["lead_id", "scorecard", "version", "as_of", "score"]
    assert columns["section_score"] == 10
    assert columns["flags"] == ("x",)
    assert "reasons" not in columns
    assert found.to_dict(reasons=True)["reasons"] == found.reasons
    assert repr(found) == "Score(lead_id='L1', score=10.00, stage='none')"


@pytest.mark.parametrize(
    ("as_of", "error"),
    [(None, TypeError), ("2026-11-21", TypeError), (NOW.replace(tzinfo=None), ValueError)],
)
def test_a_moment_that_is_none_is_refused_in_words(as_of: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="as_of"):
        module(plan(rule()))["score"]({}, [], as_of)
