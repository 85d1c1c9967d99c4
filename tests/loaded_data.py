"""Small files of leads and events, opened for tests of loading."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from leadcard.compiler.pipeline import check_source
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.compiler.vocabulary_file import builtin, load_vocabulary
from leadcard.dsl.source import Source
from leadcard.runtime.data_error import DataError
from leadcard.runtime.load import Data, open_data

CARD = """
visited pricing: +15
title is CEO: +20
employees 50+: +5
created after 2020-01-01: +1
consent is yes: +1
"""
LEADS = "lead_id,title,employees,created\n1,CEO,51-200,2026-01-02\n2,CTO,20,2026-01-03\n"
EVENTS = (
    "event_id,lead_id,event_name,timestamp,page_url,duration\n"
    "e1,1,page_view,2026-05-01T10:00:00Z,https://a.com/pricing,30\n"
    "e2,2,page_view,2026-05-02 10:00:00,/docs,1.5\n"
)


def plan_of(card: str = CARD, vocabulary: Vocabulary | None = None) -> Plan:
    checked = check_source(Source("card.scorecard", card), vocabulary or builtin())
    assert checked.plan is not None, checked.diagnostics
    return checked.plan


@contextmanager
def opened(
    folder: Path,
    *,
    leads: object = LEADS,
    events: object = EVENTS,
    leads_name: str = "leads.csv",
    events_name: str = "events.csv",
    vocabulary: str | None = None,
    card: str = CARD,
    timezone: str = "UTC",
) -> Iterator[Data]:
    places: dict[str, list[str]] = {"leads": [], "events": []}
    for what, content, file in (("leads", leads, leads_name), ("events", events, events_name)):
        if content is None:
            continue
        data = content.encode() if isinstance(content, str) else content
        if isinstance(data, bytes):
            (folder / file).write_bytes(data)
        places[what] = [file]
    words = builtin()
    if vocabulary is not None:
        path = folder / "leadcard.yaml"
        path.write_text(vocabulary, encoding="utf-8")
        words, found = load_vocabulary(path, explicit=path)
        assert not found, [d.message for d in found]
    plan = plan_of(card, words)
    with open_data(
        words,
        plan,
        leads=places["leads"],
        events=places["events"],
        timezone=timezone,
        folder=folder,
        threads=1,
        memory_limit="500MB",
    ) as data:
        yield data


def rows(data: Data, relation: str, columns: str) -> list[tuple[object, ...]]:
    query = f"SELECT {columns} FROM {relation} ORDER BY ALL"
    return data.connection.execute(query).fetchall()


def problems(data: Data) -> set[tuple[str, str, str | None]]:
    return {(row.code, row.place, row.value) for row in data.bad_rows.rows()}


def refusals(error: pytest.ExceptionInfo[DataError]) -> list[str]:
    return [d.code for d in error.value.diagnostics]


def check_usual(data: Data) -> None:
    """The data of LEADS and EVENTS, however it was kept."""
    assert data.bad_rows.total == 0, list(data.bad_rows.rows())
    assert rows(data, "leads", "lead_id::VARCHAR, title, employees::VARCHAR, created") == [
        ("1", "CEO", "51-200", datetime(2026, 1, 2)),
        ("2", "CTO", "20", datetime(2026, 1, 3)),
    ]
    assert rows(data, "events", 'event_id, lead_id::VARCHAR, verb, object, "at"') == [
        ("e1", "1", "page_view", "https://a.com/pricing", datetime(2026, 5, 1, 10)),
        ("e2", "2", "page_view", "/docs", datetime(2026, 5, 2, 10)),
    ]
    seconds = rows(data, "events", "seconds::DECIMAL(20, 3)")
    assert seconds == [(Decimal("1.500"),), (Decimal("30.000"),)]
    assert (data.lead_count, data.event_count) == (2, 2)
    assert data.last == datetime(2026, 5, 2, 10)


def as_objects(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))
