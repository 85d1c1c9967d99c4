"""A view has no parameters: its statement scores as of the moment at which it runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from leadcard.compiler.backends.sql_facts import AsOf
from tests.agreement import bigquery_inside, databases, engines, spark_session
from tests.agreement.compare import check
from tests.agreement.databases import DATABASES, SLOW, missing
from tests.strategies import Case

CARD = """\
visited pricing in 2d: +1
visited pricing in 1d: +2
visited pricing in 6h: +4
created in 1d: +8
"""
NAMES = [pytest.param(n, marks=[pytest.mark.slow] if n in SLOW else []) for n in sorted(DATABASES)]
READERS: tuple[ModuleType, ...] = (bigquery_inside, databases, engines, spark_session)


def _case(now: datetime) -> Case:
    at = now.replace(microsecond=0) - timedelta(hours=12)
    lead: dict[str, Any] = {"lead_id": "a", "created": at.isoformat()}
    seen = {"event_id": "1", "lead_id": "a", "verb": "visited", "object": "/pricing"}
    event: dict[str, Any] = seen | {"at": at, "seconds": None}
    return Case(
        card=CARD,
        words="plain",
        as_of=now,
        leads=(lead,),
        events=(event,),
        typed={},
        informed=False,
    )


def _by_the_clock(**given: object) -> AsOf:
    del given
    return AsOf(clock=True)


@pytest.mark.parametrize("name", ["sql", *NAMES])
def test_the_moment_is_that_of_the_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name != "sql" and (why := missing(name)):
        pytest.skip(why)
    for reader in READERS:
        monkeypatch.setattr(reader, "AsOf", _by_the_clock)
    before = datetime.now(UTC)
    case = _case(before)
    plan = check(case).plan
    assert plan is not None
    found = engines.by_sql(case, plan) if name == "sql" else DATABASES[name].results(case, plan)
    after = datetime.now(UTC)
    score = found["a"]["score"]
    assert score == 11
    as_of = found["a"]["as_of"]
    # SQLite's clock counts thousandths.
    early = (before - timedelta(milliseconds=1)).timestamp() * 1_000_000
    assert early <= as_of <= after.timestamp() * 1_000_000
