"""`import leadcard`: what it offers, and that importing it costs nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import leadcard

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CARD = "visited pricing: +15\n* requested demo: +25.5\nemail domain personal: -10\n"


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "inbound.scorecard"
    path.write_text(CARD, encoding="utf-8")
    return path


def test_importing_it_imports_nothing_heavy() -> None:
    code = (
        "import leadcard, sys; "
        "print([m for m in ('click', 'duckdb', 'lark', 'sqlglot', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_everything_it_names_is_there() -> None:
    for name in leadcard.__all__:
        assert getattr(leadcard, name).__doc__
    assert set(leadcard.__all__) <= set(dir(leadcard))
    with pytest.raises(AttributeError, match="no `sore`"):
        leadcard.sore  # noqa: B018  # the name itself is the test


def test_a_card_scores_one_lead(card: Path) -> None:
    loaded = leadcard.load(card)
    events: list[dict[str, object]] = [
        {"verb": "visited", "object": "/pricing", "at": NOW - timedelta(days=1)},
        {"verb": "requested", "object": "demo", "at": "2026-11-20T09:00:00Z"},
        {"verb": "requested", "object": "demo", "at": NOW + timedelta(seconds=1)},
    ]
    result = loaded.score({"email": "ann@gmail.com"}, events, NOW)
    assert result.score == Decimal("30.5")
    assert result.key_conversions == ("requested demo",)
    assert [(reason.line, reason.points) for reason in result.reasons] == [
        (1, Decimal(15)),
        (2, Decimal("25.5")),
        (3, Decimal(-10)),
    ]
    assert loaded.score({"created": NOW + timedelta(days=1)}, [], NOW) is None


def test_time_needs_a_zone(card: Path) -> None:
    naive = datetime(2026, 11, 21)
    with pytest.raises(TypeError, match="time zone"):
        leadcard.load(card).score({}, [], naive)
    with pytest.raises(TypeError, match="time zone"):
        leadcard.score(card, leads="leads.csv", as_of=naive)


def test_a_card_with_mistakes_raises_all_of_them(card: Path) -> None:
    card.write_text("visted pricing: +15\ntitel is CEO: +5\n", encoding="utf-8")
    with pytest.raises(leadcard.CardError) as caught:
        leadcard.load(card)
    assert {d.code for d in caught.value.diagnostics} == {"R101", "R102"}
    assert "did you mean `visited`?" in str(caught.value)
    assert {d.code for d in leadcard.check(card)} == {"R101", "R102"}


def test_it_compiles(card: Path) -> None:
    assert "def score(" in leadcard.compile(card, to="python")
    assert "$as_of" in leadcard.compile(card, to="sql")


def test_it_scores_files_as_the_command_does(card: Path, tmp_path: Path) -> None:
    leads, events = tmp_path / "leads.csv", tmp_path / "events.csv"
    leads.write_text("lead_id,email\n1,ann@gmail.com\n2,li@initech.test\n", encoding="utf-8")
    events.write_text(
        "lead_id,event,object,timestamp\n2,visited,/pricing,2026-11-20T00:00:00Z\n",
        encoding="utf-8",
    )
    rows = leadcard.score(card, leads=leads, events=[events], as_of=NOW)
    assert [(row["lead_id"], row["score"]) for row in rows] == [("1", -10), ("2", 15)]
    leads.write_text("lead_id,email\n1,a@b.test\n1,a@b.test\n", encoding="utf-8")
    with pytest.raises(leadcard.DataError) as caught:
        leadcard.score(card, leads=leads, events=events, as_of=NOW)
    assert "D205" in {d.code for d in caught.value.diagnostics}
