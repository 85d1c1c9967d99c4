"""Words of data that say verb and object at once: all engines and the loader read them alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import leadcard
from leadcard.compiler.pipeline import check_source
from leadcard.compiler.vocabulary_file import builtin
from leadcard.dsl.parser import parse
from leadcard.dsl.source import Source
from leadcard.runtime.compiled import compiled
from tests import oracle, sql_runs

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CARD = """\
attended webinar: +1 each
attended: +10 each
attended "webinar": +100
visited pricing then attended webinar in 30d: +1000
never requested demo: +10000
anyone attended workshop: +100000
"""


@pytest.mark.parametrize(
    ("events", "score"),
    [
        ([], 10000),
        ([("webinar_attended", None)], 10111),
        ([("attended", "webinar")], 10111),
        ([("Webinar Attended", None), ("attended", "dinner")], 10121),
        ([("webinar_attended", "ABM basics"), ("event_attended", "webinar: ABM")], 10122),
        ([("page_view", "/pricing"), ("webinar_joined", None)], 11111),
        ([("demo_request", None)], 0),
        ([("workshop_attended", None)], 110010),
        ([("quote_requested", "demo")], 0),
        ([("webinar_left", None)], 10000),
    ],
)
def test_all_engines_read_them_alike(
    tmp_path: Path, events: list[tuple[str, str | None]], score: int
) -> None:
    rows: list[dict[str, Any]] = [
        {"verb": verb, "object": what, "at": NOON - timedelta(hours=9 - n)}
        for n, (verb, what) in enumerate(events)
    ]
    source = Source(str(tmp_path / "card.scorecard"), CARD)
    plan = check_source(source, builtin(), folder=tmp_path).plan
    assert plan is not None
    lead = {"email": "ann@globex.example"}
    assert compiled(plan).score(lead, rows, NOON).score == score
    judged = oracle.evaluate(parse(source)[0], builtin(), lead, rows, NOON)
    assert judged is not None
    assert judged["score"] == score
    columns = {
        "lead_id": "VARCHAR",
        "account_id": "VARCHAR",
        "email": "VARCHAR",
        "created": "TIMESTAMP",
    }
    naive = [{**row, "at": row["at"].replace(tzinfo=None)} for row in rows]
    by_sql = sql_runs.score(plan, lead, *naive, as_of=NOON, lead_columns=columns)
    assert by_sql["score"] == score
    (tmp_path / "card.scorecard").write_text(CARD, encoding="utf-8")
    (tmp_path / "leads.csv").write_text("lead_id,email\na,ann@globex.example\n", encoding="utf-8")
    lines = [f"a,{row['verb']},{row['object'] or ''},{row['at']}" for row in rows]
    table = "\n".join(["lead_id,verb,object,at", *lines])
    (tmp_path / "events.csv").write_text(f"{table}\n", encoding="utf-8")
    loaded = leadcard.score(
        tmp_path / "card.scorecard",
        leads=tmp_path / "leads.csv",
        events=tmp_path / "events.csv",
        as_of=NOON,
    )
    assert [Decimal(row["score"]) for row in loaded] == [score]
