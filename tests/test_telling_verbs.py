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
    _scored(tmp_path, CARD, events, score)


OBJECTS = """\
attended ABM webinar: +1 each
clicked LinkedIn ad: +10
bounced email hard: +100
submitted contact us form: +1000
downloaded whitepaper or e-book: +10000
viewed a case study: +100000
visited homepage: +1000000
visited product pages: +500000
visited webinar: +0.25
"""


@pytest.mark.parametrize(
    ("events", "score"),
    [
        ([("webinar_attended", "ABM basics"), ("attended", "ABM webinar")], 2),
        ([("webinar_attended", "basics"), ("attended", "ABM dinner"), ("attended", "webinar")], 0),
        ([("ad_click", "LinkedIn spring")], 10),
        ([("link_click", "LinkedIn spring"), ("ad_click", "spring")], 0),
        ([("hard_bounce", None)], 100),
        ([("soft_bounce", None), ("bounce", None)], 0),
        ([("form_submit", "Contact us")], 1000),
        ([("form_submit", "https://acme.example/contact-us?x=1")], 1000),
        ([("form_submit", "Newsletter form")], 0),
        ([("whitepaper_download", None)], 10000),
        ([("download", "white-paper.pdf")], 10000),
        ([("ebook_downloaded", "x")], 10000),
        ([("page_view", "/case-study/globex")], 100000),
        ([("page_view", "/case-studies/globex")], 0),
        ([("page_view", "https://acme.example/")], 1000000),
        ([("page_view", "/home")], 1000000),
        ([("page_view", "/blog"), ("page_view", "/pricing/home-office")], 0),
        ([("page_view", "/products/x")], 500000),
        ([("page_view", "/webinars/abm")], 0),  # a word is a whole segment of a path
    ],
)
def test_objects_are_met_in_other_forms(
    tmp_path: Path, events: list[tuple[str, str | None]], score: int
) -> None:
    _scored(tmp_path, OBJECTS, events, score)


def _scored(tmp_path: Path, card: str, events: list[tuple[str, str | None]], score: int) -> None:
    """By the compiled module, the oracle, a statement, and from files."""
    rows: list[dict[str, Any]] = [
        {"verb": verb, "object": what, "at": NOON - timedelta(hours=9 - n)}
        for n, (verb, what) in enumerate(events)
    ]
    source = Source(str(tmp_path / "card.scorecard"), card)
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
    (tmp_path / "card.scorecard").write_text(card, encoding="utf-8")
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
