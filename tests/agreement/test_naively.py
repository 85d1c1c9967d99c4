"""Where SQL that is written as it comes to mind goes wrong, ours goes right on each engine.

For each topic a lead, its right score, and the rule as it comes to mind. SQLite runs that,
and answers wrongly or not at all.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import pytest

from tests.agreement import engines
from tests.agreement.compare import check
from tests.agreement.databases import DATABASES, SLOW, missing
from tests.strategies import Case
from tests.strategies_events import Row

AS_OF: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
YESTERDAY: Final = AS_OF - timedelta(days=1)
ODD: Final = "O'Brien; DROP TABLE leads --"
CARD: Final = f"""\
timezone: Europe/Berlin
title is "geschäftsführer": +1
title contains cto: +2
created before 2026-01-01: +4
attended webinar: +20, fades over 3d
inactive 90d: -20
company starts with "100%": +8
company is "{ODD}": +16
phone is missing: +32
industry is retail: +0.7
country is Japan: +0.1
stages:
  hot: 0.8+
  cold: below 0.8
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A lead with its score, and a naive expression with the answer that it ought to give."""

    fields: dict[str, object] = field(default_factory=dict)
    does: str | None = "opened email"
    score: str
    naive: str
    right: object


TOPICS: Final = {
    "folding": Topic(
        fields={"title": "GESCHÄFTSFÜHRER"},
        score="1",
        naive="SELECT lower(title) = 'geschäftsführer' FROM leads",
        right=1,
    ),
    "Unicode": Topic(
        fields={"title": "\u2003Geschäftsführer\u00a0"},
        score="1",
        naive="SELECT trim(title) = 'Geschäftsführer' FROM leads",
        right=1,
    ),
    "word boundaries": Topic(
        fields={"title": "Director of Victories"},
        score="0",
        naive="SELECT lower(title) LIKE '%cto%' FROM leads",
        right=0,
    ),
    "time zones": Topic(
        fields={"created": "2025-12-31T23:30:00+00:00"},
        score="0",
        naive="SELECT created < '2026-01-01' FROM leads",
        right=0,
    ),
    "division of whole numbers": Topic(
        does="attended",
        score="13.33",
        naive="SELECT round(20 * (3 - 1) / 3, 2)",
        right=13.33,
    ),
    "NULL": Topic(
        does=None,
        score="-20",
        naive="SELECT CASE WHEN max(at) < '2026-08-23' THEN -20 ELSE 0 END FROM events",
        right=-20,
    ),
    "blanks": Topic(
        fields={"phone": "  "},
        score="32",
        naive="SELECT phone IS NULL FROM leads",
        right=1,
    ),
    "wildcards": Topic(
        fields={"company": "1000 Boards"},
        score="0",
        naive="SELECT company LIKE '100%%' FROM leads",
        right=0,
    ),
    "quotes": Topic(
        fields={"company": ODD},
        score="16",
        naive=f"SELECT company = '{ODD}' FROM leads",
        right=1,
    ),
    "decimals": Topic(
        fields={"industry": "Retail", "country": "JP"},
        score="0.8",
        naive="SELECT 0.7 + 0.1 >= 0.8",
        right=1,
    ),
}
NAMES = [pytest.param(n, marks=[pytest.mark.slow] if n in SLOW else []) for n in sorted(DATABASES)]


def _lead(name: str) -> Row:
    return {"lead_id": name, "phone": "1", **TOPICS[name].fields}


def _events(name: str) -> tuple[Row, ...]:
    does = TOPICS[name].does
    if does is None:
        return ()
    object_ = "webinar" if does == "attended" else None
    made: Row = {"event_id": name, "lead_id": name, "verb": does, "object": object_}
    return ({**made, "at": YESTERDAY, "seconds": None},)


@pytest.mark.parametrize("engine", ["sql", *NAMES])
def test_each_topic_is_right(engine: str) -> None:
    if engine != "sql" and (why := missing(engine)):
        pytest.skip(why)
    case = Case(
        card=CARD,
        words="plain",
        as_of=AS_OF,
        leads=tuple(_lead(name) for name in TOPICS),
        events=tuple(event for name in TOPICS for event in _events(name)),
        typed={},
        informed=False,
    )
    plan = check(case).plan
    assert plan is not None
    by = engines.by_sql if engine == "sql" else DATABASES[engine].results
    found = by(case, plan)
    scores = {name: found[name]["raw_score"] for name in TOPICS}
    assert scores == {name: Decimal(topic.score) for name, topic in TOPICS.items()}
    assert {name for name, result in found.items() if result["stage"] == "cold"} == {
        name for name, topic in TOPICS.items() if Decimal(topic.score) < Decimal("0.8")
    }


@pytest.mark.parametrize("name", TOPICS)
def test_what_comes_to_mind_is_wrong(name: str) -> None:
    with sqlite3.connect(":memory:") as database:
        columns = ("lead_id", "title", "company", "phone", "industry", "country", "created")
        database.execute(f"CREATE TABLE leads ({', '.join(columns)})")
        lead = _lead(name)
        database.execute(
            "INSERT INTO leads VALUES (?, ?, ?, ?, ?, ?, ?)", [lead.get(c) for c in columns]
        )
        database.execute("CREATE TABLE events (at TEXT)")
        database.executemany(
            "INSERT INTO events VALUES (?)", [(str(event["at"]),) for event in _events(name)]
        )
        try:
            answer = database.execute(TOPICS[name].naive).fetchone()[0]
        except sqlite3.Error:
            return
    database.close()
    assert answer != TOPICS[name].right
