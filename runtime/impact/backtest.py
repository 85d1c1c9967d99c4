"""Leads scored as they were a day before they converted, others as of the end of the data.

Every lead has a moment of its own, so the statement runs for each day that is the moment of some
lead, over the leads of that moment and their events; where a card asks for colleagues, over all
leads, of which those of the moment are kept. Nothing is shifted or estimated: the score of a lead
is what scoring it alone for its moment gives.

The moment is the last midnight, in the card's timezone, that lies whole days (of 24 hours, one
unless asked otherwise) before the conversion. So few moments serve many leads, and none of them
looks ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

from leadcard.compiler.plan import Plan
from leadcard.runtime.data_error import working_on
from leadcard.runtime.execute import naive
from leadcard.runtime.impact.outcomes import Outcomes
from leadcard.runtime.impact.score_side import points_statement, with_caps
from leadcard.runtime.load import Data
from leadcard.runtime.sql_text import text

SCORED: Final = "backtest_scored"
_DAY: Final = timedelta(days=1)
_FIRST: Final = "TIMESTAMP '0020-01-01'"  # so that there are days before any conversion


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The table `SCORED`: the columns of `sql_points.py`, the moment, whether the lead `won`.

    `late` counts leads that converted, but were made less than that time before, and `young` others
    that were made after the end: none of them has a score. `after_end` are conversions after it.
    `days` quartiles from made to converted; `weeks` between the first lead and the end, None where
    leads do not say when they were made.
    """

    connection: duckdb.DuckDBPyConnection
    end: datetime  # UTC, naive
    moments: int
    late: int
    young: int
    after_end: int
    days: tuple[float, float, float] | None
    weeks: float | None


def backtest(
    plan: Plan, data: Data, outcomes: Outcomes, *, as_of: datetime | None, days_before: int = 1
) -> Backtest:
    """Score all leads of `data` as of their moments; `as_of` is the end of the data."""
    engine = data.connection
    ends = [moment for moment in (data.last, outcomes.last) if moment is not None]
    end = naive(as_of) if as_of is not None else max(ends, default=naive(datetime.now(UTC)))
    with working_on("the events"):
        _cohorts(engine, plan, outcomes, end, days_before)
        moments = engine.execute(
            "SELECT moment, count(*) FROM backtest_cohorts GROUP BY 1 ORDER BY 1"
        ).fetchall()
        _score(engine, plan, data, [row[0] for row in moments])
    return _told(engine, data, outcomes, end, len(moments))


def _cohorts(
    engine: duckdb.DuckDBPyConnection,
    plan: Plan,
    outcomes: Outcomes,
    end: datetime,
    days_before: int,
) -> None:
    """The table of leads with their moments, and whether they converted up to the end."""
    engine.execute("CREATE TABLE backtest_midnights (moment TIMESTAMP)")
    source = f"read_parquet({text(str(outcomes.path))})"
    happened = f'{source} WHERE "at" IS NULL OR "at" <= $end'
    first = f'if("at" < {_FIRST}, {_FIRST}, "at")'
    before = f"{first} - INTERVAL {days_before * 24} HOUR"
    days = engine.execute(
        f"SELECT DISTINCT CAST({before} AS DATE) FROM {happened}", {"end": end}
    ).fetchall()
    engine.execute(
        "INSERT INTO backtest_midnights SELECT unnest($moments::TIMESTAMP[])",
        {"moments": _midnights(ZoneInfo(plan.timezone), [day for (day,) in days if day])},
    )
    engine.execute(
        "CREATE TABLE backtest_cohorts AS"
        f' WITH won AS (SELECT lead_id, "at", {before} AS before FROM {happened}),'
        ' placed AS (SELECT won.lead_id, won."at", m.moment FROM won'
        " ASOF LEFT JOIN backtest_midnights m ON won.before >= m.moment)"
        " SELECT l.lead_id, CAST(l.lead_id AS VARCHAR) AS key, p.lead_id IS NOT NULL AS won,"
        ' p."at" AS won_at, coalesce(p.moment, $end) AS moment'
        " FROM leads l LEFT JOIN placed p ON p.lead_id = CAST(l.lead_id AS VARCHAR)",
        {"end": end},
    )


def _midnights(zone: ZoneInfo, days: Sequence[date]) -> list[datetime]:
    """The beginnings, in UTC, of all days of the zone that these days of UTC touch."""
    local = {day + step * _DAY for day in days for step in (-1, 0, 1)}
    starts = (datetime.combine(day, time(), tzinfo=zone) for day in sorted(local))
    return [start.astimezone(UTC).replace(tzinfo=None) for start in starts]


def _score(
    engine: duckdb.DuckDBPyConnection, plan: Plan, data: Data, moments: list[datetime]
) -> None:
    """Fill the table `SCORED`, moment by moment."""
    whole = plan.personal is not None
    if not whole:
        engine.execute(
            "CREATE TABLE backtest_leads AS SELECT l.*, c.moment AS backtest_moment"
            " FROM leads l JOIN backtest_cohorts c USING (lead_id) ORDER BY c.moment"
        )
        engine.execute(
            "CREATE TABLE backtest_events AS SELECT e.*, c.moment AS backtest_moment"
            f" FROM events e JOIN backtest_cohorts c ON {_same_lead(data)}"
            ' WHERE e."at" <= c.moment ORDER BY c.moment'
        )
    made = False
    for moment in moments:
        part = data
        if not whole:
            for what in ("leads", "events"):
                engine.execute(
                    f"CREATE OR REPLACE TEMP TABLE part_{what} AS SELECT * EXCLUDE"
                    f" (backtest_moment) FROM backtest_{what} WHERE backtest_moment = $moment",
                    {"moment": moment},
                )
            part = replace(data, leads="part_leads", events="part_events")
        aware = moment.replace(tzinfo=UTC)
        query = with_caps(plan, points_statement(plan, part, as_of=aware))
        into = f"INSERT INTO {SCORED}" if made else f"CREATE TABLE {SCORED} AS"
        engine.execute(
            f"{into} SELECT s.*, c.won, c.won_at, c.moment FROM ({query}) s"
            f" JOIN backtest_cohorts c ON c.key = s.lead_id WHERE c.moment = {_instant(moment)}"
        )
        made = True


def _same_lead(data: Data) -> str:
    return "e.lead_id = c.lead_id" if data.same_ids else "CAST(e.lead_id AS VARCHAR) = c.key"


def _instant(moment: datetime) -> str:
    return f"TIMESTAMP '{moment.isoformat(sep=' ')}'"


def _told(
    engine: duckdb.DuckDBPyConnection,
    data: Data,
    outcomes: Outcomes,
    end: datetime,
    moments: int,
) -> Backtest:
    left_out = engine.execute(
        "SELECT count(*) FILTER (won), count(*) FILTER (NOT won) FROM backtest_cohorts"
        f" ANTI JOIN {SCORED} s ON s.lead_id = key"
    ).fetchone()
    after = engine.execute(
        f'SELECT count(*) FILTER ("at" > $end) FROM read_parquet({text(str(outcomes.path))})',
        {"end": end},
    ).fetchone()
    known = data.lead_types.get("created") in ("time", "date")
    made = "CAST(l.created AS TIMESTAMP)"
    days, weeks = None, None
    if known:
        cycles = engine.execute(
            "SELECT quantile_cont(epoch(c.won_at - " + made + ") / 86400, [0.25, 0.5, 0.75])"
            " FROM leads l JOIN backtest_cohorts c USING (lead_id)"
            f" WHERE c.won AND c.won_at >= {made}"
        ).fetchone()
        days = tuple(cycles[0]) if cycles and cycles[0] else None
        first = engine.execute(
            f"SELECT min({made}) FROM leads l WHERE {made} <= $end", {"end": end}
        )
        row = first.fetchone()
        weeks = (end - row[0]) / timedelta(weeks=1) if row and row[0] else None
    return Backtest(
        connection=engine,
        end=end,
        moments=moments,
        late=int(left_out[0]) if left_out else 0,
        young=int(left_out[1]) if left_out else 0,
        after_end=int(after[0]) if after and after[0] else 0,
        days=days,
        weeks=weeks or None,
    )
