"""Mistakes made on purpose: which there are, which the samples catch, and leads for the others."""

from __future__ import annotations

import pytest

from leadcard.runtime.harness.compare import compared
from leadcard.runtime.harness.engines import run_python
from leadcard.runtime.harness.mutants import mutants
from leadcard.runtime.harness.mutation import MutationResult, mutation
from leadcard.runtime.harness.quality_report import mutation_text
from leadcard.runtime.harness.write_samples import SampleWriter
from tests.quality_cards import GOLDEN, Case, case, golden, samples_of


def _whats(card: str) -> list[str]:
    return [mutant.what for mutant in mutants(case(card).plan)]


def _writer(made: Case) -> SampleWriter:
    return SampleWriter(made.plan, made.checked.vocabulary, made.file.as_of)


def _mutation(made: Case) -> MutationResult:
    return mutation(made.checked, made.plan, made.file)


@pytest.mark.parametrize(
    ("rule", "whats"),
    [
        ("title is CEO: +20", ["the rule left out", "+20 became +21", "+20 became -20"]),
        ("employees 50-500: -10", ["-10 became +10", "50 became 49", "500 became 501"]),
        ("visited pricing 3+ times in 7d: +1", ["3+ times became 4+ times"]),
        (
            "visited pricing in 7d: +1",
            ["the window a second longer", "the window a second shorter"],
        ),
        ("visited pricing 2-3 times: +1", ["2-3 times became 2-4 times"]),
        ("title is CEO and country is DE: +1", ["`and` became `or`"]),
        ("title is CEO or country is DE: +1", ["`or` became `and`"]),
        ("downloaded: +5 each, max 15", ["`max 15` left out", "`each` left out"]),
        ("downloaded: +5 once per day", ["`once per day` became `each`"]),
        ("downloaded: +5 each asset", ["`each asset` became `each`"]),
        ("downloaded: +5, fades over 30d", ["the decay left out", "the decay takes a day longer"]),
        ("* requested demo: +5", ["the `*` left out"]),
        ('title is CEO: +5, flag "x"', ['`flag "x"` left out']),
        ("title is CEO: disqualify\n  visited pricing: +1", ["`disqualify` left out"]),
        ("spent 2+ minutes on pricing: +1", ["a second more of time spent"]),
        ("5+ events within any 24h: +1", ["5+ became 4+", "`within` a second longer"]),
        (
            "visited pricing then requested demo within 2h: +1",
            ["`within` a second longer", "`within` a second shorter"],
        ),
        ("title is not CEO: +1", ["the test on `title` turned around"]),
        ("3+ people active in 30d: +1", ["3+ times became 2+ times"]),
    ],
)
def test_each_rule_is_changed_in_the_ways_that_it_can_be_wrong(rule: str, whats: list[str]) -> None:
    made = _whats(f"fit:\n  {rule}\n")
    assert [what for what in whats if what not in made] == []


@pytest.mark.parametrize(
    ("test", "moved"),
    [
        ("employees is 50", ["50 became 51", "50 became 49"]),
        ("employees 50-51", ["50 became 51", "50 became 49", "51 became 52", "51 became 50"]),
        ("visited exactly 2 times", ["exactly 2 times became 1-2 times",
                                     "exactly 2 times became 2-3 times"]),
    ],
)  # fmt: skip
def test_ends_of_a_range_never_cross(test: str, moved: list[str]) -> None:
    found = [what for what in _whats(f"{test}: +1\n") if " became " in what]
    assert found[2:] == moved


def test_ends_of_a_stage_never_cross() -> None:
    stages = "title is CEO: +2\nstages:\n  two: 2-2\n  low: below 2\n"
    edges = [what for what in _whats(stages) if what.startswith("the edge")]
    assert edges == [
        "the edge at 2 became 1",
        "the edge at 2.01 became 3.01",
        "the edge at 2 became 3",
        "the edge at 2 became 1",
    ]


def test_the_rest_of_the_card_is_changed_too() -> None:
    made = _whats(
        "score: 0 to 90\ngrade from fit: A 20+, B\nfit (max 50, best only):\n  title is CEO: +20\n"
        "acts when country is DE (min -5):\n  visited pricing: -5\n  opened email: -5\n"
        "must have at least 1:\n  employees 50+\n  country is known\n"
        "tiers:\n  1 small: employees under 50\n  2 large: employees 50+\n"
        "stages:\n  hot: 20+, needs must haves\n  cold: below 20\n"
    )
    for what in (
        "the score's upper end 90 left out",
        "A 20+ became A 21+",
        "A 20+ became A 19+",
        "at least 1 became at least 2",
        "`needs must haves` left out",
        "`max 50` left out",
        "`best only` left out",
        "`when` left out",
        "`min -5` left out",
        "the line left out",
        "`hot` and `cold` swapped",
        "the edge at 20 became 21",
        "the test on the must haves turned around",
    ):
        assert what in made
    assert not any("`and`" in what for what in made)


def test_a_stage_that_needs_must_haves_gets_leads_that_have_them_at_its_edge() -> None:
    made = case(
        "visited pricing: +25 each, max 50\nvisited /docs: +1 each\nmust have all:\n"
        "  country is known\n  employees 50+\nstages:\n  hot: 30+, needs must haves\n"
        "  warm: 20+\n  cold: below 20\n"
    )
    found = {(one.mutant.line, one.mutant.what): one.caught_by for one in _mutation(made).survivors}
    assert found[7, "the edge at 30 became 29"] is not None
    assert found[7, "the edge at 30 became 31"] is not None
    assert found[3, "at least 2 became at least 1"] is not None


def test_no_change_leaves_the_card_as_it_was() -> None:
    made = golden("visits")
    assert all(mutant.plan != made.plan for mutant in mutants(made.plan))


def test_what_somebody_did_not_write_is_not_changed() -> None:
    """`is not` and `inactive` are joined from several tests, with an `and` that nobody wrote."""
    assert not any("`and`" in what for what in _whats("title is not CEO: +1\n"))
    assert not any("became `" in what for what in _whats("inactive 90d: -1\n"))


def test_samples_at_every_edge_catch_every_mistake() -> None:
    made = case(
        "fit:\n  employees 50+: +5\n",
        "as_of: 2026-11-21\nleads:\n"
        "  - {name: at, lead: {employees: 50}, expect: {score: 5}}\n"
        "  - {name: below, lead: {employees: 49}, expect: {score: 0}}\n",
    )
    found = _mutation(made)
    assert found.tried == 6
    assert found.survivors == ()


def test_a_sample_with_a_loose_expectation_catches_less() -> None:
    tight = "as_of: 2026-11-21\nleads:\n  - {name: a, lead: {title: CEO}, expect: {score: 20}}\n"
    card = "title is CEO: +20\n"
    survivors = _mutation(case(card, tight)).survivors
    loose = _mutation(case(card, tight.replace("20}", "15 to 25}"))).survivors
    assert survivors == ()
    assert [one.mutant.what for one in loose] == ["+20 became +21"]


def test_every_lead_for_a_survivor_passes_and_catches_it_when_compiled() -> None:
    made = golden("visits")
    found = _mutation(made)
    assert len(found.told) > 10
    pasted = samples_of(made.checked, _writer(made).file(found.proposals))
    outcomes = run_python(made.plan, pasted)
    for sample, outcome in zip(pasted.samples, outcomes, strict=True):
        assert compared(sample.expected, outcome) == (), sample.name
    for survivor in found.told:
        assert survivor.caught_by is not None
        sample = pasted.samples[survivor.caught_by]
        said = run_python(survivor.mutant.plan, pasted)[survivor.caught_by]
        assert compared(sample.expected, said), survivor.mutant.what


def test_with_the_leads_pasted_nothing_that_can_be_shown_survives() -> None:
    made = golden("visits")
    found = _mutation(made)
    pasted = samples_of(made.checked, _writer(made).file(found.proposals))
    samples = (*made.file.samples, *pasted.samples)
    whole = Case(
        checked=made.checked,
        plan=made.plan,
        file=type(made.file)(source=made.file.source, as_of=made.file.as_of, samples=samples),
    )
    again = _mutation(whole)
    assert again.told == ()
    assert len(again.survivors) == len(found.survivors) - len(found.told)


def test_the_report_says_what_the_golden_file_says(update: bool) -> None:
    made = golden("visits")
    text = mutation_text(
        "visits.scorecard", made.checked, _mutation(made), _writer(made), color=False
    )
    path = GOLDEN / "visits.mutation.txt"
    if update:
        path.write_text(text + "\n", "utf-8")
    assert text + "\n" == path.read_text("utf-8")


def test_a_flag_that_holds_the_joint_of_lists_is_one_flag() -> None:
    made = case('title is CEO: +5, flag "a; b"\nvisited pricing: +1, flag "c"\n')
    found = _mutation(made)
    pasted = samples_of(made.checked, _writer(made).file(found.proposals))
    for sample, outcome in zip(pasted.samples, run_python(made.plan, pasted), strict=True):
        assert compared(sample.expected, outcome) == (), sample.name
    assert any("flags" in _writer(made).expected(one) for one in found.proposals)
