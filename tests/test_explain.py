"""Explanations of one lead: what is said, and that what would lift it really does."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_file, check_source
from leadcard.compiler.plan import Known, Plan
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.read import read_source
from leadcard.dsl.source import Source
from leadcard.runtime.case import Case, case_of_sample, holding
from leadcard.runtime.explain import Explanation, NextStage, explain
from leadcard.runtime.explain_report import explanation_text
from leadcard.runtime.harness.read_samples import read_samples
from leadcard.runtime.harness.samples import SampleFile
from leadcard.runtime.what_if import Change
from leadcard.runtime.when import clock_text, day_text, moment_text
from tests.command_line import leadcard

GOLDEN = Path(__file__).parent / "golden" / "explain"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _golden() -> tuple[Plan, SampleFile]:
    checked = check_file(GOLDEN / "inbound.scorecard")
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    source = read_source(GOLDEN / "inbound.leads.yaml")
    assert not isinstance(source, Diagnostic)
    file, found = read_samples(source, checked, checked.plan)
    assert file is not None, [d.message for d in found]
    return checked.plan, file


def _plan(card: str) -> Plan:
    checked = check_source(Source("card", card), builtin(), folder=Path())
    assert checked.plan is not None, [d.message for d in checked.diagnostics]
    return checked.plan


def _explained(
    card: str, lead: dict[str, object] | None = None, events: tuple[dict[str, object], ...] = ()
) -> Explanation:
    case = Case(name="one", lead=lead or {}, events=events, as_of=NOON)
    found = explain(_plan(card), case)
    assert found is not None
    return found


def _ahead(found: Explanation) -> NextStage:
    assert found.next_stage is not None
    return found.next_stage


def _acts(found: Explanation) -> list[list[str]]:
    return [[act.text for act in lift.acts] for lift in _ahead(found).lifts]


def _event(words: str, what: str | None, days: float, **rest: object) -> dict[str, object]:
    return {"verb": words, "object": what, "at": NOON - timedelta(days=days), **rest}


def test_explanations_say_what_the_golden_file_says(update: bool) -> None:
    plan, file = _golden()
    parts = []
    for sample in file.samples:
        found = explain(plan, case_of_sample(sample, file.as_of))
        assert found is not None
        parts.append(explanation_text(found, color=False, everything=True))
    made = "\n\n-----\n\n".join(parts).replace(plan.version, "VERSION") + "\n"
    golden = GOLDEN / "inbound.txt"
    if update:
        golden.write_text(made, "utf-8")
    assert made == golden.read_text("utf-8")


def test_predicates_are_asked_one_by_one() -> None:
    plan = _plan("title is CEO: +1\nvisited pricing: +1\n")
    case = Case(name="", lead={"title": "ceo"}, events=(), as_of=NOON)
    asked = [*(rule.when for rule in plan.rules), Known(field="title"), Known(field="created")]
    assert holding(plan, asked, case) == (True, False, True, False)


def test_a_lead_created_later_has_no_explanation() -> None:
    case = Case(name="", lead={"created": NOON + timedelta(days=1)}, events=(), as_of=NOON)
    assert explain(_plan("visited pricing: +1\n"), case) is None


# --- what would lift it ---------------------------------------------------------------------------

STAGES = "stages:\n  hot: 20+\n  cold: below 20\n"


@pytest.mark.parametrize(
    ("rule", "lead", "liftable"),
    [
        ("visited pricing: +20", {}, True),
        ("visited /docs/*: +20", {}, True),
        ('visited "/docs": +20', {}, True),
        ("visited pricing 3+ times in 7d: +20", {}, True),
        ("visited pricing and downloaded: +20", {}, True),
        ("visited pricing or downloaded: +20", {}, True),
        ("spent 5+ minutes on pricing: +20", {}, True),
        ("downloaded then requested demo within 2d: +20", {}, True),
        ("4+ events within any 24h: +20", {}, True),
        ("active in 3d: +20", {}, True),
        ("visited pricing: +20 each, max 40", {}, True),
        ("attended webinar: +20, halves every 30d", {}, True),
        ("title is CEO: +20", {}, True),
        ("title is CEO: +20", {"title": "Buyer"}, False),
        ("title is CEO and visited pricing: +20", {"title": "Buyer"}, False),
        ("title is CEO and visited pricing: +20", {"title": "CEO"}, True),
        ('title contains "vice president": +20', {}, True),
        ('title starts with "head": +20', {}, True),
        ('title matches "VP*": +20', {}, True),
        ("employees 50-500: +20", {}, True),
        ("employees over 50: +20", {}, True),
        ("employees under 50: +20", {}, True),
        ("employees 50-500: +20", {"employees": 10}, False),
        ("consent is yes: +20", {}, True),
        ("consent is no: +20", {}, True),
        ("created in the last 30d: +20", {}, True),
        ("last contacted before 2026-01-01: +20", {}, True),
        ("email domain in partners: +20", {}, True),
        ("title is known: +20", {}, True),
        ("title is not CEO: +20", {}, True),
        ("never visited pricing: +20", {"_visited": True}, False),
        ("visited pricing between 7d and 30d ago: +20", {}, False),
    ],
)
def test_a_rule_that_can_come_true_lifts(
    rule: str, lead: dict[str, object], liftable: bool
) -> None:
    visited = lead.get("_visited") is not None
    found = _explained(
        f"fit:\n  {rule}\n{STAGES}list partners: partner.example\n",
        {k: v for k, v in lead.items() if k != "_visited"},
        (_event("visited", "pricing", 40),) if visited else (),
    )
    condition = found.plan.rules[0].text
    assert _acts(found) == ([[condition]] if liftable else [])


def test_the_fewest_acts_come_first() -> None:
    card = "behavior:\n  visited pricing: +10\n  downloaded: +10\n  requested demo: +20\n"
    assert _acts(_explained(card + STAGES)) == [["requested demo"]]


def test_two_acts_where_one_is_not_enough() -> None:
    card = "behavior:\n  visited pricing: +10\n  downloaded: +10\n  called: +5\n"
    assert _acts(_explained(card + STAGES)) == [["visited pricing", "downloaded"]]


def test_what_a_cap_swallows_does_not_lift() -> None:
    card = (
        "behavior (max 15):\n  visited pricing: +15\n  downloaded: +15\nother:\n  called: +5\n"
        + STAGES
    )
    found = _explained(card, events=(_event("visited", "pricing", 1),))
    assert _ahead(found).points_missing == Decimal(5)
    assert _acts(found) == [["called"]]


def test_best_only_is_taken_into_account() -> None:
    card = (
        "behavior (best only):\n  visited pricing: +15\n  downloaded: +10\n  called: +20\n" + STAGES
    )
    found = _explained(card, events=(_event("visited", "pricing", 1),))
    assert _acts(found) == [["called"]]


def test_must_haves_are_part_of_what_is_missing() -> None:
    card = (
        "behavior:\n  visited pricing: +20\nmust have all:\n  country is known\n"
        "stages:\n  hot: 20+, needs must haves\n  cold: below 100\n"
    )
    found = _explained(card, events=(_event("visited", "pricing", 1),))
    ahead = _ahead(found)
    assert ahead.points_missing is None
    (lift,) = ahead.lifts
    assert [(act.text, act.missing) for act in lift.acts] == [("country is known", ("country",))]


def test_an_act_undoes_inactivity() -> None:
    card = "behavior:\n  visited pricing: +20\n  inactive 30d: -20\n" + STAGES
    (lift,) = _ahead(_explained(card)).lifts
    assert lift.score == Decimal(20)


def test_one_event_more_of_a_repeated_rule() -> None:
    card = "behavior:\n  visited pricing: +10 each, max 40\n" + STAGES
    (lift,) = _ahead(_explained(card, events=(_event("visited", "pricing", 1),))).lifts
    assert [(act.again, act.points) for act in lift.acts] == [(True, Decimal(10))]


def test_the_highest_stage_and_the_disqualified_have_no_next() -> None:
    card = f"fit:\n  title is CEO: +20\n  title is spam: disqualify\n{STAGES}"
    assert _explained(card, {"title": "CEO"}).next_stage is None
    found = _explained(card, {"title": "spam"})
    assert found.next_stage is None
    assert [reason.line for reason in found.disqualified_by] == [3]


def test_changes_that_want_two_values_do_not_go_together() -> None:
    one, other = Change(values={"title": "ceo"}), Change(values={"title": "cto"})
    assert one.joined(other) is None
    assert one.joined(Change(values={"title": "ceo"})) == one


# --- what it will lose ----------------------------------------------------------------------------


def test_the_first_day_with_a_lower_score_and_stage() -> None:
    card = "behavior:\n  visited pricing in 7d: +15\n  downloaded in 14d: +10\n" + STAGES
    found = _explained(
        card, events=(_event("visited", "pricing", 2), _event("downloaded", "x", 10))
    )
    assert [(loss.days, loss.score, loss.stage, loss.lines) for loss in found.losses] == [
        (4, Decimal(15), "cold", ("downloaded in 14d",))
    ]


def test_a_lead_that_loses_nothing_loses_nothing() -> None:
    found = _explained("behavior:\n  visited pricing: +25\n" + STAGES, events=())
    assert found.losses == ()


# --- days -----------------------------------------------------------------------------------------


def test_days_are_those_of_the_card() -> None:
    late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    assert day_text(late) == "18 Nov 2026"
    assert day_text(late, "Europe/Berlin") == "19 Nov 2026"
    assert moment_text(late, "Europe/Berlin") == "19 Nov 2026, 00:30 Europe/Berlin"
    assert clock_text(late.replace(second=5)) == "18 Nov 2026, 23:30:05"


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What `leadcard new` writes."""
    assert leadcard("new", "inbound", folder=tmp_path).code == 0
    return tmp_path / "inbound"


DATA = ("--leads", "leads.csv", "--events", "events.csv", "--as-of", "2026-11-21")


def test_a_lead_of_the_data_is_explained_as_it_is_scored(project: Path) -> None:
    done = leadcard("explain", "inbound.scorecard", "--lead", "1002", *DATA, folder=project)
    assert done.code == 0, done.stderr
    assert done.stdout.startswith("lead 1002\nscore 95, stage sales ready\n")
    assert "3 times, the last on 19 Nov 2026" in done.stdout


def test_the_explanation_for_programs(project: Path) -> None:
    done = leadcard(
        "explain", "inbound.scorecard", "--lead", "1001", *DATA, "--format", "json", folder=project
    )
    found = json.loads(done.stdout)
    assert (found["lead"], found["score"], found["stage"]) == ("lead 1001", 47, "warm")
    assert found["next_stage"]["points_missing"] == 13
    assert found["next_stage"]["lifts"][0]["acts"][0]["rule"] == "visited pricing"
    assert {s["name"]: s["total"] for s in found["sections"]} == {"fit": 35, "behavior": 12}


def test_a_sample_lead_is_named_by_a_part_of_its_name(project: Path) -> None:
    done = leadcard("explain", "inbound.scorecard", "--sample", "asks for", folder=project)
    assert done.code == 0
    assert done.stdout.startswith("buyer who asks for a demo\n")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "either --lead ID or --sample NAME"),
        (("--lead", "1", "--sample", "x"), 2, "either --lead ID or --sample NAME"),
        (("--sample", "student", "--as-of", "2026-01-01"), 2, "--sample takes its data"),
        (("--sample", "plumber"), 1, "T120"),
        (("--sample", "just"), 1, "sample leads have `just` in their name"),
        (("--lead", "10022", *DATA), 1, "did you mean `1002`?"),
        (("--lead", "x", *DATA), 1, "ids look like `1001`"),
        (("--lead", "1001", *DATA[:-1], "2026-10-01"), 1, "created after that moment"),
        (("--lead", "1001", "--leads", "lost.csv"), 1, "lost.csv"),
    ],
)
def test_what_cannot_be_explained_is_told(
    project: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = leadcard("explain", "inbound.scorecard", *arguments, folder=project)
    assert done.code == code
    assert said in done.stderr
    assert done.stdout == ""


def test_every_lead_is_explained_as_it_is_scored(project: Path) -> None:
    scored = leadcard(
        "score", "inbound.scorecard", *DATA, "--explain", "--format", "jsonl", folder=project
    )
    rows = [json.loads(line) for line in scored.stdout.splitlines()]
    assert len(rows) == 6
    for row in rows:
        arguments = ("explain", "inbound.scorecard", "--lead", row["lead_id"], *DATA)
        found = json.loads(leadcard(*arguments, "--format", "json", folder=project).stdout)
        same = ("score", "raw_score", "stage", "route", "flags", "key_conversions", "must_haves")
        assert {c: found[c] for c in same} == {c: row[c] for c in same}
        reasons = row["reasons"]
        told = json.loads(reasons) if isinstance(reasons, str) else reasons
        assert found["reasons"] == told


TEAM = """\
account:
  3+ people active in 30d: +10
  anyone requested demo in 30d: +20, flag "wanted"
  nobody downloaded: -1
  total visited pricing 4+ times: +2.5
  visited pricing and 2+ people visited pricing: +1
stages:
  hot: 30+
  cold: below 30
"""
TEAM_LEADS = """\
lead_id,email,account_id,created
1,ann@globex.example,,2026-01-01
2,bo@Globex.Example, A ,2026-01-01
3,cy@mail.globex.example,A,2026-01-01
4,di@gmail.com,A,2026-01-01
5,ed@gmail.com,,2026-01-01
6,flo@sub.gmail.com,,2026-01-01
7,gil@initech.example,,2026-01-01
8,hy@initech.example,,2026-01-01
9,ira@umbrella.example,A,2026-01-01
10,jo@umbrella.example,B,2026-01-01
11,kim@umbrella.example,,2026-01-01
12,lea@initech.example,C,2026-12-24
13,,b,2026-01-01
14,,,2026-01-01
15,moe@globex.example,,2026-12-24
"""
TEAM_EVENTS = """\
lead_id,verb,object,at
1,visited,/pricing,2026-11-01T10:00:00Z
1,visited,/pricing,2026-12-01T10:00:00Z
2,visited,/pricing,2026-11-11T10:00:00Z
3,visited,/pricing,2026-11-12T10:00:00Z
3,visited,/pricing,2026-11-13T10:00:00Z
4,requested,demo,2026-11-14T10:00:00Z
5,requested,demo,2026-11-14T10:00:00Z
6,visited,/pricing,2026-11-14T10:00:00Z
7,visited,/pricing,2026-11-14T11:00:00Z
8,visited,/pricing,2026-11-15T10:00:00Z
8,downloaded,guide,2026-11-15T10:00:00Z
10,requested,demo,2026-11-16T10:00:00Z
11,visited,/pricing,2026-11-17T10:00:00Z
12,requested,demo,2026-11-18T10:00:00Z
13,visited,/pricing,2026-11-18T10:00:00Z
15,downloaded,guide,2026-11-18T10:00:00Z
"""


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A card that looks at accounts, with data in which accounts come about in all ways."""
    (tmp_path / "team.scorecard").write_text(TEAM, encoding="utf-8")
    (tmp_path / "leads.csv").write_text(TEAM_LEADS, encoding="utf-8")
    (tmp_path / "events.csv").write_text(TEAM_EVENTS, encoding="utf-8")
    return tmp_path


def test_leads_with_accounts_are_explained_as_they_are_scored(team: Path) -> None:
    arguments = ("team.scorecard", *DATA, "--format")
    scored = leadcard("score", *arguments, "jsonl", "--explain", folder=team)
    rows = {row["lead_id"]: row for row in map(json.loads, scored.stdout.splitlines())}
    assert len(rows) == 13
    points = {one: row["score"] for one, row in rows.items()}
    assert points == {
        **dict.fromkeys("123", 32.5), "4": 31.5, "5": 0, "6": 0, "7": 1, "8": 1,
        "9": 31.5, "10": 19, "11": -1, "13": -1, "14": 0,
    }  # fmt: skip
    for one, row in rows.items():
        done = leadcard("explain", *arguments, "json", "--lead", one, folder=team)
        found = json.loads(done.stdout)
        assert {c: found[c] for c in ("score", "stage", "flags")} == {
            c: row[c] for c in ("score", "stage", "flags")
        }, one
        said = row["reasons"]
        assert found["reasons"] == (json.loads(said) if isinstance(said, str) else said), one


def test_explanations_with_accounts_need_no_events(team: Path) -> None:
    data = ("--leads", "leads.csv", "--as-of", "2026-11-21", "--format", "json")
    done = leadcard("explain", "team.scorecard", "--lead", "1", *data, folder=team)
    assert json.loads(done.stdout)["score"] == -1


# --- what an account could do ---------------------------------------------------------------------


def _in_account(card: str, *colleagues: tuple[dict[str, object], ...]) -> Explanation:
    case = Case(
        name="one",
        lead={"account_id": "A"},
        events=(),
        as_of=NOON,
        colleagues=tuple(({}, done) for done in colleagues),
    )
    found = explain(_plan(card), case)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "rule",
    [
        "3+ people active in 30d: +20",
        "anyone requested demo in 30d: +20",
        "total visited pricing 4+ times in 30d: +20",
        "never visited pricing and anyone visited pricing: +20",
        "never active and 2+ people active in 30d: +20",
    ],
)
def test_people_of_the_account_can_lift_a_lead(rule: str) -> None:
    found = _in_account(f"account:\n  {rule}\n{STAGES}", (_event("visited", "x", 3),))
    assert _acts(found) == [[found.plan.rules[0].text]]


def test_a_lead_without_account_is_not_lifted_by_one() -> None:
    card = f"account:\n  2+ people active in 30d: +20\n  anyone downloaded: +20\n{STAGES}"
    assert _acts(_explained(card)) == []


def test_an_address_that_would_bring_an_account_is_not_guessed() -> None:
    card = (
        "fit:\n  email domain in partners: +20\n  nobody requested demo: +1\n"
        + STAGES
        + "list partners: partner.example\n"
    )
    assert _acts(_explained(card)) == []
    assert _acts(_in_account(card)) == [["email domain in partners"]]


def test_later_events_are_no_part_of_the_waiting(team: Path) -> None:
    arguments = ("team.scorecard", "--lead", "1", *DATA, "--format", "json")
    losses = json.loads(leadcard("explain", *arguments, folder=team).stdout)["losses"]
    assert [(loss["days"], loss["score"]) for loss in losses] == [(21, 22.5)]
