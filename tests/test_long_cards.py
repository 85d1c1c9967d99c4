"""Cards of very many rules: their module says of loaded data what their statement says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.compiler.vocabulary_file import builtin, load_vocabulary
from leadcard.dsl.source import Source
from leadcard.runtime import execute, long_cards
from leadcard.runtime.execute import score_data
from leadcard.runtime.impact import score_side
from leadcard.runtime.load import open_data
from tests.command_line import leadcard

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

CARD = """score: 0 to 100
timezone: Europe/Berlin
buyer stages: early, late
fit (max 30):
  title is CEO: +20.5
  employees 50-500: +15, flag "mid"
  email domain in rivals: disqualify
behavior:
  visited pricing: +10 each, max 30
  visited /docs/*: +0.25 each
  opened email: +2 once per day
  attended webinar: +20, fades over 30d
  * requested demo: +25, flag "hand raised"
  spent 2+ minutes on pricing: +3
  inactive 20d: -20
persona (best only):
  title is CEO: +4
  title is known: +2, flag "mid"
abroad when country is not US:
  visited pricing: +1
account:
  2+ people active in 30d: +7
  anyone requested demo: +4
must have at least 1:
  title is known
  country is US
tiers:
  1 small: employees under 50
  2 large: employees 50+
grade from fit: A 30+, B 10+, C
stages:
  hot: 60+, needs must haves, route to "Sales"
  known: flag "mid" or a key conversion
  cold: below 60
list rivals: rival.com
"""
LEADS = """lead_id,account_id,title,employees,country,email,created
1,acme,CEO,51-200,US,x@a.com,2026-01-01
2,acme,CTO,10,DE,y@a.com,2026-01-01
3,,ceo,,,z@b.com,2026-02-01
4,,,400,US,q@b.com,2026-12-24
5,,,,,k@rival.com,
ü 6,,Chef,"1,000",FR,é@gmail.com,2026-03-01
7,late,CEO,60,US,l@c.com,2026-12-30
"""
EVENTS = """lead_id,event_id,event_name,timestamp,page_url,duration
1,a,page_view,2026-11-01T10:00:00Z,/pricing,70.5
1,a,page_view,2026-11-01T10:00:00Z,/pricing,70.5
1,b,page_view,2026-11-02T10:00:00Z,/pricing,50
1,c,page_view,2026-11-02T10:00:00.000001Z,/docs/x,1
2,d,requested demo,2026-11-10T10:00:00Z,,
2,e,email_open,2026-11-10T22:30:00Z,,
2,f,email_open,2026-11-10T23:30:00Z,,
3,g,webinar_attended,2026-11-05T09:00:00Z,Intro,
3,h,page_view,2026-12-01T09:00:00Z,/pricing,1
4,i,page_view,2026-11-01T09:00:00Z,/pricing,1
ü 6,j,page_view,2026-11-01T09:00:00Z,/docs/ü,1
"""


@pytest.fixture
def data(tmp_path: Path) -> tuple[Path, Plan, Vocabulary]:
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    checked = check_source(Source("card.scorecard", CARD), builtin())
    assert checked.plan is not None, checked.diagnostics
    return tmp_path, checked.plan, checked.vocabulary


def results(folder: Path, plan: Plan, words: Vocabulary, *, explain: bool) -> list[object]:
    places = (str(folder / "leads.csv"),), (str(folder / "events.csv"),)
    with open_data(words, plan, leads=places[0], events=places[1], timezone=plan.timezone) as data:
        scored = score_data(plan, data, as_of=NOON, explain=explain)
        described = data.connection.execute(f"DESCRIBE {scored.relation}").fetchall()
        rows = data.connection.execute(f"FROM {scored.relation} ORDER BY lead_id").fetchall()
    return [scored.rows, described, *rows]


def points(folder: Path, plan: Plan, words: Vocabulary) -> list[dict[str, object]]:
    import duckdb

    places = score_side.Places(
        leads=(str(folder / "leads.csv"),), events=(str(folder / "events.csv"),)
    )
    path = folder / "points.parquet"
    score_side.score_side(plan, words, places, as_of=NOON, path=path)
    found = duckdb.connect().execute(f"FROM read_parquet('{path}') ORDER BY lead_id")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def all_by_module(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (execute, score_side):
        monkeypatch.setattr(module, "MOST_RULES", 0)
    monkeypatch.setattr(long_cards, "_AT_ONCE", 2)  # so that accounts lie on edges of parts


@pytest.mark.parametrize("explain", [False, True])
def test_rows_and_types_are_those_of_the_statement(
    data: tuple[Path, Plan, Vocabulary], monkeypatch: pytest.MonkeyPatch, explain: bool
) -> None:
    by_statement = results(*data, explain=explain)
    assert by_statement[0] == 5  # leads of December have no score yet
    all_by_module(monkeypatch)
    assert results(*data, explain=explain) == by_statement


def test_points_of_rules_are_those_of_the_statement(
    data: tuple[Path, Plan, Vocabulary], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_statement = points(*data)
    assert any(row["offer_11"] for row in by_statement)
    all_by_module(monkeypatch)
    assert points(*data) == by_statement


def test_data_of_a_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ROOT / "scorecards" / "industrial"
    words, found = load_vocabulary(folder / "leadcard.yaml")
    assert not found
    path = folder / "industrial.scorecard"
    source = Source(str(path), path.read_text(encoding="utf-8"))
    plan = check_source(source, words, folder=folder).plan
    assert plan is not None
    by_statement = results(folder, plan, words, explain=True)
    all_by_module(monkeypatch)
    assert results(folder, plan, words, explain=True) == by_statement


def card_of(rules: int, points: int) -> str:
    """So many rules about fields, events, windows and counts."""
    kinds = (
        "title is role {}",
        "employees {}",
        "visited /page{}",
        "attended talk {} in 30d",
        "visited /area{} 2+ times",
    )
    lines = (f"  {kinds[n % 5].format(n)}: +{points}" for n in range(rules))
    return "\n".join(["score: 0 to 100", "all (max 60):", *lines, "stages:", "  hot: 3+", ""])


def test_a_card_of_thousands_of_rules_is_scored_and_compared(tmp_path: Path) -> None:
    for name, points_ in (("old", 1), ("new", 2)):
        (tmp_path / f"{name}.scorecard").write_text(card_of(1500, points_), encoding="utf-8")
    (tmp_path / "leads.csv").write_text("lead_id,title,employees\nx,role 5,11\ny,,\n", "utf-8")
    (tmp_path / "events.csv").write_text(
        "lead_id,event_name,timestamp,page_url\nx,page_view,2026-11-20T10:00:00Z,/page7\n", "utf-8"
    )
    where = ("--leads", "leads.csv", "--events", "events.csv", "--as-of", "2026-11-21")
    done = leadcard("score", "old.scorecard", *where, "--explain", folder=tmp_path)
    assert done.code == 0, done.stderr
    assert '""rule"": ""visited /page7""' in done.stdout
    told = leadcard("diff", "old.scorecard", "new.scorecard", *where, folder=tmp_path)
    assert told.code == 0, told.stderr
    assert "employees is 11" in told.stdout or "employees 11" in told.stdout
