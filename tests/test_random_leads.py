"""Generated leads through the invariants: all hold here, and each would be seen to be broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from leadcard.compiler.backends.python import to_python
from leadcard.compiler.plan import Plan
from leadcard.runtime.harness.compare import compared
from leadcard.runtime.harness.engines import (
    ENGINES,
    Engine,
    Outcomes,
    event_row,
    lead_row,
    outcome_of_score,
    run_duckdb,
    run_python,
)
from leadcard.runtime.harness.mentions import only_plus_rules_mention
from leadcard.runtime.harness.mutation import mutation
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.random_leads import LeadGenerator
from leadcard.runtime.harness.random_run import RandomResult, random_run
from leadcard.runtime.harness.samples import Sample, SampleEvent, SampleFile
from leadcard.runtime.harness.write_samples import SampleWriter
from tests.quality_cards import Case, case, golden, samples_of

AS_OF = datetime(2026, 11, 21, 12, tzinfo=UTC)
STARTER = Path(__file__).resolve().parent.parent / "leadcard" / "cli" / "starter"
HERE = ("python", "duckdb", "sqlite")  # they need no server and no further package


def _random(made: Case, *engines: Engine, many: int = 40, seed: int = 1) -> RandomResult:
    named = {f"engine {n}": engine for n, engine in enumerate(engines)}
    return random_run(made.checked, made.plan, named, as_of=AS_OF, many=many, seed=seed)


def _failed(made: Case, *engines: Engine) -> list[str]:
    return [failure.invariant for failure in _random(made, *engines).failures]


def _wrongly(change: Callable[[SampleFile, Sample], int]) -> Engine:
    """Python with a score that is off by what `change` says of a lead."""

    def run(card: Plan, file: SampleFile) -> Outcomes:
        found: list[Outcome | None] = []
        for sample, outcome in zip(file.samples, run_python(card, file), strict=True):
            if outcome is None:
                found.append(None)
                continue
            score = outcome.values["score"]
            assert isinstance(score, Decimal)
            values = {**outcome.values, "score": score + change(file, sample)}
            found.append(replace(outcome, values=values))
        return tuple(found)

    return run


def test_all_invariants_hold() -> None:
    found = _random(golden("visits"), run_python, run_duckdb)
    assert found.failures == ()
    assert len(found.checked) == 6


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59.999999", "9999-11-01", "0001-01-01"])
def test_all_invariants_hold_at_either_end_of_time(text: str) -> None:
    made, as_of = golden("visits"), datetime.fromisoformat(text).replace(tzinfo=UTC)
    engines = {"python": run_python, "duckdb": run_duckdb}
    found = random_run(made.checked, made.plan, engines, as_of=as_of, many=40, seed=1)
    assert found.failures == ()
    assert len(found.checked) == 6
    at_that_time = replace(made.file, as_of=as_of)
    assert mutation(made.checked, made.plan, at_that_time).tried > 10


def test_the_same_seed_draws_the_same_leads() -> None:
    made = golden("visits")
    one, two, other = (
        LeadGenerator(made.plan, made.checked.vocabulary, AS_OF, seed).file(20).samples
        for seed in (1, 1, 2)
    )
    assert one == two
    assert one != other


def test_leads_lie_near_the_constants_of_the_card() -> None:
    made = golden("visits")
    drawn = LeadGenerator(made.plan, made.checked.vocabulary, AS_OF, 1).file(200)
    employees = {dict(sample.lead.values).get("employees") for sample in drawn.samples}
    assert {"49", "50", "500", "501", None} <= employees
    outcomes = run_python(made.plan, drawn)
    fired = {reason.line for outcome in outcomes if outcome for reason in outcome.reasons}
    assert fired == {rule.line for rule in made.plan.rules}
    ages = {AS_OF - event.at for sample in drawn.samples for event in sample.lead.events}
    assert any(age < timedelta() for age in ages)
    assert {timedelta(days=7), timedelta(days=90)} <= ages
    made_at = {dict(sample.lead.values).get("created") for sample in drawn.samples}
    beside = timedelta(days=90, microseconds=-1)
    assert {AS_OF - timedelta(days=90), AS_OF - beside} <= made_at


def test_engines_that_disagree_are_found() -> None:
    wrong = _wrongly(lambda file, sample: 1 if len(sample.lead.events) > 2 else 0)
    found = _random(golden("visits"), run_python, wrong)
    (failure,) = found.failures
    assert failure.invariant == "engine 0 and engine 1 agree"
    assert failure.wrong.startswith("score: ")


def test_a_failing_lead_is_made_small_and_can_be_pasted() -> None:
    made = golden("visits")
    wrong = _wrongly(lambda file, s: 1 if any(e.verb == "downloaded" for e in s.lead.events) else 0)
    (failure,) = _random(made, run_python, wrong).failures
    lead = failure.proposal.person.lead
    assert [event.verb for event in lead.events] == ["downloaded"]
    assert lead.values == ()
    writer = SampleWriter(made.plan, made.checked.vocabulary, AS_OF)
    (sample,) = samples_of(made.checked, writer.file([failure.proposal])).samples
    assert sample.lead == lead


@pytest.mark.parametrize(
    ("change", "invariant"),
    [
        (lambda file, s: 500, "scores lie in their range"),
        (
            lambda file, s: int(bool(s.lead.events) and s.lead.events[0].verb == "downloaded"),
            "the order of events does not matter",
        ),
        (
            lambda file, s: -len(s.lead.events),
            "an event that only plus rules mention takes no points",
        ),
        (
            lambda file, s: file.as_of.weekday(),
            "moving everything by the same time changes nothing",
        ),
    ],
)
def test_a_broken_engine_breaks_an_invariant(
    change: Callable[[SampleFile, Sample], int], invariant: str
) -> None:
    assert invariant in _failed(golden("visits"), _wrongly(change))


@pytest.mark.parametrize(
    ("right", "wrong", "invariant"),
    [
        ("total > 10000:", "total > 1000000:", "scores lie in their range"),
        ("behavior_points > 6000", "behavior_points > 60000", "scores lie in their range"),
        ("count_1 >= 3", "count_1 == 3", "an event that only plus rules mention takes no points"),
    ],
)
def test_mistakes_of_a_module_are_found_and_fail_as_samples(
    right: str, wrong: str, invariant: str
) -> None:
    """One character of a compiled card changed: a lead tells, and tells again as a sample."""

    def run(card: Plan, file: SampleFile) -> Outcomes:
        module = ModuleType("changed")
        text = to_python(card)
        assert text.count(right) == 1
        exec(text.replace(right, wrong), module.__dict__)
        scores = (
            module.score(
                lead_row(one.lead), [event_row(event) for event in one.lead.events], file.as_of
            )
            for one in file.samples
        )
        return tuple(outcome_of_score(card, score) for score in scores)

    made = case((STARTER / "inbound.scorecard").read_text("utf-8"))
    found = {one.invariant: one for one in _random(made, run, many=200, seed=2).failures}
    writer = SampleWriter(made.plan, made.checked.vocabulary, AS_OF)
    file = samples_of(made.checked, writer.file([found[invariant].proposal]))
    (sample,) = file.samples
    assert found[invariant].shown
    assert compared(sample.expected, run(made.plan, file)[0])
    assert not compared(sample.expected, run_python(made.plan, file)[0])


def test_what_no_sample_can_show_is_said_to_be_such() -> None:
    later = _wrongly(lambda file, sample: file.as_of.weekday())
    failures = {one.invariant: one for one in _random(golden("visits"), later).failures}
    assert not failures["moving everything by the same time changes nothing"].shown


def test_formatting_that_changed_the_meaning_would_be_found() -> None:
    def wrong(card: Plan, file: SampleFile) -> Outcomes:
        longer = next(rule.line for rule in card.rules) > 2
        return _wrongly(lambda _, sample: int(longer and not sample.lead.values))(card, file)

    made = case("\n\n\n\n\nfit:\ntitle is CEO: +5\n")  # formatting takes blank lines away
    assert _failed(made, wrong) == ["formatting the card changes nothing"]


@pytest.mark.parametrize(
    ("card", "why"),
    [
        ("visited pricing since 2026-01-01: +5\n", "the card names fixed dates"),
        ("created after 2026-01-01: +5\n", "the card names fixed dates"),
        ("visited pricing: +5 once per month\n", "the card counts calendar months"),
        (
            "timezone: Europe/Berlin\nvisited pricing: +5 once per day\n",
            "the card counts calendar days of Europe/Berlin",
        ),
        ("visited pricing: +5 once per week\n", None),
        ("timezone: Europe/Berlin\nvisited pricing in 7d: +5, fades over 30d\n", None),
    ],
)
def test_time_is_moved_just_where_that_changes_nothing(card: str, why: str | None) -> None:
    found = _random(case(card), run_python, many=15)
    told = dict(found.left_out)
    assert told.get("moving everything by the same time changes nothing") == why
    assert found.failures == ()


def _visit(verb: str = "visited", what: str | None = "pricing") -> SampleEvent:
    return SampleEvent(verb=verb, at=AS_OF, object=what)


@pytest.mark.parametrize(
    ("card", "only_plus"),
    [
        ("visited pricing: +5\n", True),
        ("visited docs: +5\n", False),
        ("visited pricing: +5\nvisited pricing 9+ times: -5\n", False),
        ("visited pricing: +5\ninactive 90d: -5\n", True),
        ("visited pricing: +5\nnot visited pricing in 7d: +2\n", False),
        ("visited pricing: +5\nnot visited pricing in 7d: -2\n", True),
        ("visited pricing exactly 2 times: +5\n", False),
        ("visited pricing at most 2 times: -5\n", True),
        ("visited pricing at most 2 times: +5\n", False),
        ("visited pricing: -5 each\n", False),
        ("visited pricing then requested demo within 2d: +5\n", True),
        ("visited pricing then requested demo within 2d: -5\n", False),
        ("visited pricing: +5\ngone when not visited pricing:\n  title is CEO: +5\n", False),
    ],
)
def test_which_events_can_take_no_points(card: str, only_plus: bool) -> None:
    assert only_plus_rules_mention(case(card).plan, _visit()) is only_plus


def test_all_engines_agree_on_generated_leads() -> None:
    found = _random(golden("visits"), *(ENGINES[name] for name in HERE), many=30)
    assert found.failures == ()
