"""`leadcard evaluate`: leads scored as they were a day before they converted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import leadcard as api
from leadcard.compiler.pipeline import check_file, check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.source import Source
from leadcard.runtime.impact.backtest import SCORED, backtest
from leadcard.runtime.impact.evaluation import Capacity, evaluate
from leadcard.runtime.impact.outcomes import store_outcomes
from leadcard.runtime.impact.score_side import Places
from leadcard.runtime.load import open_data
from leadcard.runtime.sql_text import total
from tests.command_line import leadcard

GOLDEN = Path(__file__).parent / "golden" / "evaluate"
CARD = """timezone: Europe/Berlin
title is CEO: +20
visited pricing: +10 each, max 30
inactive 5d: -7
stages:
  hot: 25+
  cold: below 25
"""
LEADS = """lead_id,title,email,created
1,CEO,a@x.com,2026-10-01
2,CTO,b@x.com,2026-10-01
3,CTO,c@y.com,2026-10-01
4,CEO,d@y.com,2026-11-12T20:00:00Z
5,,e@z.com,2026-10-08
"""
# Lead 1 converts on the 10th at 15:00 in Berlin: its moment is the midnight that begins the 9th.
EVENTS = """lead_id,event_name,timestamp,page_url
1,page_view,2026-11-07T10:00:00Z,/pricing
1,page_view,2026-11-08T22:59:00Z,/pricing
1,page_view,2026-11-08T23:01:00Z,/pricing
2,page_view,2026-11-10T10:00:00Z,/pricing
2,page_view,2026-11-14T10:00:00Z,/pricing
3,page_view,2026-11-19T10:00:00Z,/pricing
4,page_view,2026-11-13T10:00:00Z,/pricing
5,page_view,2026-10-20T10:00:00Z,/docs
"""
WON = """lead_id,won_at
1,2026-11-10T14:00:00Z
2,2026-11-13
2,2026-11-12
4,2026-11-13T12:00:00Z
77,2026-11-13
"""
DATA = ("--leads", "leads.csv", "--events", "events.csv", "--conversions", "won.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "card.scorecard": CARD,
        "leads.csv": LEADS,
        "events.csv": EVENTS,
        "won.csv": WON,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def found(folder: Path, *more: str) -> dict[str, Any]:
    done = leadcard("evaluate", "card.scorecard", *DATA, "--format", "json", *more, folder=folder)
    assert done.code == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def scored_leads(folder: Path, card: str, days_before: int = 1) -> dict[str, tuple[int, datetime]]:
    """Score and moment of each lead in the backtest."""
    checked = check_source(Source("card.scorecard", card), builtin())
    assert checked.plan is not None, checked.diagnostics
    places = Places(leads=(str(folder / "leads.csv"),), events=(str(folder / "events.csv"),))
    outcomes = store_outcomes(
        builtin(),
        places,
        folder / "outcomes.parquet",
        as_of=datetime(2026, 11, 21, tzinfo=UTC),
        timezone=checked.plan.timezone,
        given=str(folder / "won.csv"),
    )
    assert outcomes is not None
    with open_data(
        builtin(),
        checked.plan,
        leads=places.leads,
        events=places.events,
        timezone=checked.plan.timezone,
    ) as data:
        done = backtest(checked.plan, data, outcomes, as_of=None, days_before=days_before)
        rows = done.connection.execute(f"SELECT lead_id, score, moment FROM {SCORED}").fetchall()
    return {lead: (score, moment) for lead, score, moment in rows}


def test_moments_by_hand(folder: Path) -> None:
    """Berlin is an hour before UTC in November; `2026-11-12` is midnight there."""
    moments = {lead: moment for lead, (_, moment) in scored_leads(folder, CARD).items()}
    end = datetime(2026, 11, 19, 10)
    assert moments == {
        "1": datetime(2026, 11, 8, 23),
        "2": datetime(2026, 11, 10, 23),
        "3": end,
        "5": end,
    }


@pytest.mark.parametrize("days_before", [1, 3])
@pytest.mark.parametrize(
    "card",
    [
        CARD,
        # Colleagues, calendar days, decay and dates: all that depends on the moment.
        "timezone: Asia/Tokyo\nvisited pricing: +10 once per day, fades over 30d\n"
        "anyone visited pricing in 4d: +3\n2+ people active in 30d: +50\n"
        "visited pricing since 2026-11-08: +1\ncreated in the last 35d: +7\n",
    ],
)
def test_each_score_is_what_scoring_the_lead_alone_gives(
    folder: Path, card: str, days_before: int
) -> None:
    (folder / "other.scorecard").write_text(card, encoding="utf-8")
    found = scored_leads(folder, card, days_before)
    assert len(found) >= 4
    for lead, (score, moment) in found.items():
        rows = api.score(
            folder / "other.scorecard",
            leads=folder / "leads.csv",
            events=folder / "events.csv",
            as_of=moment.replace(tzinfo=UTC),
        )
        alone = {row["lead_id"]: row["score"] for row in rows}
        assert alone[lead] * 100 == score, lead


def test_figures_by_hand(folder: Path) -> None:
    """Scores: 1: 20 + 20 = 40, 2: 10, 3: 10, 5: -7. Lead 4 was made within a day of its sale."""
    told = found(folder, "--capacity", "1", "--precision", "60%")
    assert (told["leads"], told["converted"], told["rate"]) == (4, 2, 0.5)
    assert told["left_out"] == {"converted": 1, "others": 0}
    # 1 beats both; 2 ties with 3 and beats 5
    assert told["auc"]["value"] == (1 + 1 + 0.5 + 1) / 4
    stages = {s["stage"]: (s["leads"], s["converted"], s["lift"]) for s in told["stages"]}
    assert stages == {"hot": (1, 1, 2), "cold": (3, 1, pytest.approx(2 / 3))}
    assert [(t["score"], t["leads"], t["precision"]) for t in told["thresholds"]] == [
        (40, 1, 1),
        (10, 3, pytest.approx(2 / 3)),
    ]
    deciles = told["deciles"]
    assert (deciles[0]["converted"], deciles[2]["highest"], deciles[2]["lowest"]) == (0.4, 40, 10)
    assert deciles[2]["converted"] == pytest.approx(0.2 + 0.2 * 0.5)
    assert sum(d["converted"] for d in deciles) == pytest.approx(2)
    # From the 1st of October, midnight in Berlin, where the clock gains an hour in between: 40 days
    # 16 hours for lead 1, 42 days 1 hour for lead 2; for lead 4 sixteen hours
    days = told["days_to_conversion"]
    assert days["median"] == pytest.approx(40 + 16 / 24)
    assert days["quarter"] == pytest.approx((16 / 24 + 40 + 16 / 24) / 2)


def test_what_each_rule_adds_by_hand(folder: Path) -> None:
    rules = {rule["rule"]: rule for rule in found(folder)["rules"]}
    ceo = rules["title is CEO: +20"]
    # Without it 1 has 20, still above 10, 10 and -7
    assert (ceo["leads"], ceo["converted"], ceo["lift"]) == (1, 1, 2)
    assert ceo["auc_without"]["value"] == 3.5 / 4
    pricing = rules["visited pricing: +10 each, max 30"]
    # Without it: 20, 0, 0, -7
    assert (pricing["leads"], pricing["converted"]) == (3, 2)
    assert pricing["auc_without"]["value"] == 3.5 / 4
    inactive = rules["inactive 5d: -7"]
    # Without it 5 has 0: 1 beats both, 2 ties with 3 and beats 5
    assert inactive["auc_without"]["value"] == 3.5 / 4


def test_auc_without_a_rule_is_that_of_the_card_without_its_line(folder: Path) -> None:
    """Limits, `best only` and the range are applied anew."""
    card = (
        "score: 0 to 30\nfit (max 15):\n  title is CEO: +20\n  title is known: +9\n"
        "other (best only):\n  visited pricing: +10 each, max 30\n  visited /docs: +4\n"
        "  created after 2026-10-05: +12\nwhat when title is known (min 2):\n  inactive 5d: -7\n"
    )
    lines = card.splitlines()
    for at in (2, 3, 5, 6, 7):
        kept = "\n".join(line for number, line in enumerate(lines) if number != at)
        whole, shorter = (_evaluated(folder, text) for text in (card, kept))
        without = {rule.line: rule.auc_without for rule in whole.rules}
        assert without[at + 1] == shorter.prediction.auc


def test_sums_of_thousands_are_not_too_deep_for_the_engine() -> None:
    """A section may have more rules than an expression may be deep."""
    for many in (0, 1, 2, 4_999):
        row = duckdb.execute(f"SELECT {total([str(n) for n in range(many)])}").fetchone()
        assert row == (sum(range(many)),)


def _evaluated(folder: Path, card: str) -> Any:
    path = folder / "tried.scorecard"
    path.write_text(card, encoding="utf-8")
    checked = check_file(path)
    assert checked.plan is not None, checked.diagnostics
    places = Places(leads=(str(folder / "leads.csv"),), events=(str(folder / "events.csv"),))
    outcomes = store_outcomes(
        builtin(),
        places,
        folder / "outcomes.parquet",
        as_of=datetime(2026, 11, 21, tzinfo=UTC),
        timezone="UTC",
        given=str(folder / "won.csv"),
    )
    assert outcomes is not None
    with open_data(builtin(), checked.plan, leads=places.leads, events=places.events) as data:
        scored = backtest(checked.plan, data, outcomes, as_of=None)
        return evaluate(checked.plan, scored, capacity=Capacity(leads=2, weekly=False))


def test_a_conversion_after_the_end_counts_as_none(folder: Path) -> None:
    told = found(folder, "--as-of", "2026-11-12T12:00:00Z")
    assert (told["converted"], told["converted_after_end"]) == (2, 1)
    assert told["end"] == "2026-11-12T12:00:00Z"


def test_what_did_not_happen_yet_is_no_conversion_and_what_is_left_out_is_told(
    folder: Path,
) -> None:
    """A table of deals holds those that are open, too."""
    with (folder / "won.csv").open("a") as file:
        file.write("3,\n5,soon\n")
    arguments = ("evaluate", "card.scorecard", *DATA, "--format", "json")
    refused = leadcard(*arguments, folder=folder)
    assert refused.code == 1
    assert "D202" in refused.stderr
    assert "D209" not in refused.stderr
    done = leadcard(*arguments, "--allow-bad-rows", folder=folder)
    assert json.loads(done.stdout)["converted"] == 2
    assert "warning[D202]: 1 row of `won.csv`" in done.stderr
    assert (
        "note[D209]: 1 row of `won.csv`: a conversion without time in `won_at` (line 7);"
        " it did not happen yet, and counts as none" in done.stderr
    )


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z"])
def test_dates_that_stand_for_nothing_do_no_harm(folder: Path, day: str) -> None:
    with (folder / "won.csv").open("a") as file:
        file.write(f"3,{day}\n")
    told = found(folder, "--as-of", "2026-11-21", "--days-before", "3650")
    assert told["end"] == "2026-11-20T23:00:00Z"
    ended = found(folder)["end"]
    assert ended.startswith("9999" if day.startswith("9") else "2026-11-19")


def test_a_field_says_who_converted_and_not_when(folder: Path) -> None:
    (folder / "leadcard.yaml").write_text(
        "leads: {fields: {bought: {column: bought, type: boolean}}}\nconversions: {field: bought}\n"
    )
    (folder / "leads.csv").write_text("lead_id,title,bought\n1,CEO,yes\n2,CTO,no\n3,CEO,1\n")
    arguments = ("--leads", "leads.csv", "--as-of", "2026-11-21", "--format", "json")
    done = leadcard("evaluate", "card.scorecard", *arguments, folder=folder)
    told = json.loads(done.stdout)
    assert (told["leads"], told["converted"], told["auc"]["value"]) == (3, 2, 1)
    assert told["days_before"] is None


def test_where_all_converted_nothing_is_told_apart(folder: Path) -> None:
    (folder / "leads.csv").write_text("lead_id,title\n1,CEO\n", encoding="utf-8")
    (folder / "won.csv").write_text("lead_id,won_at\n1,2026-11-20\n", encoding="utf-8")
    data = ("--leads", "leads.csv", "--conversions", "won.csv")
    done = leadcard("evaluate", "card.scorecard", *data, folder=folder)
    assert done.code == 0, done.stderr
    assert "AUC not to be told, since all converted or none did" in done.stdout


@pytest.mark.parametrize(
    ("won", "hint"),
    [
        ("77,2026-11-13\n", "the conversions name leads by another id"),
        ("", "the table of conversions has no row with a time"),
        ("1,\n", "the table of conversions has no row with a time"),
    ],
)
def test_why_nobody_converted_is_told(folder: Path, won: str, hint: str) -> None:
    (folder / "won.csv").write_text(f"lead_id,won_at\n{won}", encoding="utf-8")
    done = leadcard("evaluate", "card.scorecard", *DATA, folder=folder)
    assert (done.code, "D302" in done.stderr, hint in done.stderr) == (1, True, True)
    assert ("D209" in done.stderr) == (won == "1,\n")


def test_without_conversions_it_is_misuse(folder: Path) -> None:
    done = leadcard("evaluate", "card.scorecard", "--leads", "leads.csv", folder=folder)
    assert done.code == 2
    assert "nothing says which leads converted" in done.stderr


@pytest.mark.parametrize("name", ["evaluate.txt", "evaluate.md", "evaluate.html"])
def test_reports_are_as_they_were_read(folder: Path, name: str, update: bool) -> None:
    more = ("--capacity", "1/week", "--precision", "60%", "--cost", "40", "--value", "100")
    done = leadcard("evaluate", "card.scorecard", *DATA, *more, "-o", name, folder=folder)
    assert done.code == 0, done.stderr
    shown = (folder / name).read_text(encoding="utf-8")
    golden = GOLDEN / name
    if update:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")
