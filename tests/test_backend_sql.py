"""SQL for DuckDB: events on tiny tables, with results worked out from docs/language.md."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql import AsOf, Facts, to_sql
from leadcard.compiler.result import result_columns
from tests.python_plans import (
    HOUR,
    MICROSECOND,
    NOW,
    PRICING,
    ago,
    events,
    last,
    plan,
    repeated,
    rule,
    some,
    visit,
    visits,
)
from tests.sql_runs import EVENT_COLUMNS, fires, run, score

PLAIN_FACTS = Facts()


# --- shape ----------------------------------------------------------------------------------------


def test_columns_are_those_of_a_result() -> None:
    made = plan(rule())
    found = score(made, {}, reasons=True)
    assert list(found) == [column.name for column in result_columns(made, reasons=True)]
    assert found["lead_id"] == "a"
    assert found["as_of"] == NOW.replace(tzinfo=None)
    assert (found["score"], found["stage"], found["flags"]) == (Decimal("10.00"), "none", "")
    assert (found["grade"], found["tier"], found["must_haves"]) == (None, None, None)


def test_leads_made_later_have_no_row_and_leads_of_unknown_age_have_one() -> None:
    leads: list[dict[str, object]] = [
        {"lead_id": "now", "created": NOW},
        {"lead_id": "later", "created": NOW + MICROSECOND},
        {"lead_id": "unknown"},
    ]
    assert set(run(plan(rule()), leads)) == {"now", "unknown"}


def test_the_same_statement_twice_is_the_same_text() -> None:
    made = plan(rule(some(events(objects=(PRICING,)))))
    assert to_sql(made, as_of=AsOf(literal=NOW)) == to_sql(made, as_of=AsOf(literal=NOW))


def test_as_of_stands_in_one_place() -> None:
    made = plan(
        rule(some(events(window=last(7)))),
        rule(p.InTime(field="created", until=p.Instant(offset=-HOUR)), line=2),
    )
    assert to_sql(made, as_of=AsOf(literal=NOW), reasons=True).count("2026-11-21 12:00") == 1


def test_as_of_as_a_parameter() -> None:
    made = plan(rule(some(events(window=last(1)))))
    statement = to_sql(made, as_of=AsOf(parameter="as_of"))
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'Asia/Tokyo'")
        database.execute("CREATE TABLE leads (lead_id INTEGER, created TIMESTAMP)")
        database.execute("INSERT INTO leads VALUES (1, NULL)")
        database.execute(
            "CREATE TABLE events (event_id INTEGER, lead_id INTEGER, verb VARCHAR,"
            ' object VARCHAR, "at" TIMESTAMP, seconds INTEGER)'
        )
        database.execute(
            "INSERT INTO events VALUES (1, 1, 'visited', NULL, '2026-11-20 12:00:01', 0)"
        )
        for moment, points in ((NOW, 10), (NOW + timedelta(seconds=1), 0)):
            row = database.execute(statement, {"as_of": moment}).fetchone()
            assert row is not None
            assert row[4] == points


# --- windows --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "at", "inside"),
    [
        (last(7), ago(days=7), False),
        (last(7), ago(days=7) + MICROSECOND, True),
        (last(7), NOW, True),
        (p.ALWAYS, NOW + MICROSECOND, False),
        (p.Window(from_=p.Instant(absolute=0)), datetime(1970, 1, 1, tzinfo=UTC), True),
        (p.Window(from_=p.Instant(absolute=1)), datetime(1970, 1, 1, tzinfo=UTC), False),
        (p.Window(until=p.Instant(offset=-HOUR)), ago(hours=1), True),
        (p.Window(until=p.Instant(offset=-HOUR)), ago(hours=1) + MICROSECOND, False),
    ],
)
@pytest.mark.parametrize("facts", [PLAIN_FACTS, Facts(events_unique=True)])
def test_ends_of_windows(window: p.Window, at: datetime, inside: bool, facts: Facts) -> None:
    assert fires(some(events(window=window)), {}, visit(at), facts=facts) is inside
    counted = p.EventCount(events=events(window=window), low=2)
    assert fires(counted, {}, visit(at), visit(at), facts=facts) is inside


def test_counts() -> None:
    three = visits([ago(days=n) for n in (1, 2, 3)])
    for low, high, holds in ((3, None, True), (4, None, False), (1, 3, True), (0, 2, False)):
        test = p.EventCount(events=events(), low=low, high=high)
        assert fires(test, {}, *three) is holds
    assert fires(p.EventCount(events=events(), low=0, high=2), {})
    assert fires(p.EventCount(events=events(), low=0, high=0), {})
    assert not fires(p.EventCount(events=events(), low=0, high=0), {}, *three)


def test_an_event_that_meets_two_clauses_counts_once() -> None:
    either = p.EventSet(
        clauses=(*events(objects=(PRICING,)).clauses, *events("visited", "requested").clauses)
    )
    assert score(plan(repeated(either, p.Repeat.EACH)), {}, visit(), visit())["score"] == 2


def test_more_clauses_than_one_number_has_bits() -> None:
    rules = [
        rule(some(events(objects=(p.ObjectIs(values=(f"page {n}",)),))), points=100, line=n)
        for n in range(1, 141)
    ]
    done = [visit(thing=f"Page-{n}") for n in (1, 62, 63, 64, 124, 125, 140)]
    found = score(plan(*rules), {}, *done, reasons=True)
    assert found["score"] == 7
    lines = [reason["line"] for reason in json.loads(found["reasons"])]
    assert lines == [1, 62, 63, 64, 124, 125, 140]


def test_a_card_of_many_rules() -> None:
    rules = [rule(p.Equals(field="title", values=("ceo",)), line=n) for n in range(1, 1501)]
    assert score(plan(*rules), {"title": "CEO"}, reasons=True)["score"] == 15_000


# --- duplicates -----------------------------------------------------------------------------------


def test_copies_are_one_event_at_its_latest_time() -> None:
    copies = [visit(ago(days=n), event_id="1") for n in (1, 2, 40)]
    assert not fires(p.EventCount(events=events(), low=2), {}, *copies)
    # Between 30 and 50 days ago lies a copy, but not the event.
    old = p.Window(after=p.Instant(offset=-50 * 24 * HOUR), until=p.Instant(offset=-30 * 24 * HOUR))
    assert not fires(some(events(window=old)), {}, *copies)
    assert fires(some(events(window=old)), {}, copies[2])
    # A copy after as_of does not count at all.
    assert fires(some(events(window=old)), {}, copies[2], visit(NOW + MICROSECOND, event_id="1"))


def test_copies_differ_by_source_verb_and_object() -> None:
    columns = {**EVENT_COLUMNS, "source": "VARCHAR"}
    done = [
        visit(event_id="1"),
        visit(event_id="1", thing="/pricing/x"),
        visit(event_id="1", source="crm"),
        {**visit(event_id="1"), "verb": "Visited"},
    ]
    four = p.EventCount(events=events(), low=4)
    assert fires(four, {}, *done, event_columns=columns)
    assert not fires(four, {}, *done[:3], done[0], event_columns=columns)


def test_an_empty_source_is_none() -> None:
    done = [visit(event_id="1"), visit(event_id="1", source="")]
    columns = {**EVENT_COLUMNS, "source": "VARCHAR"}
    assert not fires(p.EventCount(events=events(), low=2), {}, *done, event_columns=columns)


@pytest.mark.parametrize("event_id", [None, "", "  "])
def test_events_without_id_all_count(event_id: str | None) -> None:
    alike = [visit(event_id=event_id, seconds=30)] * 3
    assert fires(p.EventCount(events=events(), low=3, high=3), {}, *alike)
    assert fires(p.TimeSpent(events=events(), milliseconds=90_000), {}, *alike)


def test_the_longest_copy_gives_its_time_even_from_outside_the_window() -> None:
    copies = [
        visit(ago(days=1), event_id="1", seconds=5),
        visit(ago(days=9), event_id="1", seconds=60),
    ]
    recent = events(window=last(7))
    assert fires(p.TimeSpent(events=recent, milliseconds=60_000), {}, *copies)
    assert not fires(p.TimeSpent(events=recent, milliseconds=60_001), {}, *copies)


def test_facts_do_not_change_a_score() -> None:
    made = plan(
        rule(p.EventCount(events=events(), low=2)),
        rule(p.TimeSpent(events=events(), milliseconds=2000), line=2),
        repeated(events(), p.Repeat.PER_DAY, line=3),
    )
    done = [visit(ago(days=n), event_id=str(n), seconds=n) for n in (0, 1, 1.5)]
    expected = score(made, {}, *done)
    for facts in (
        Facts(events_unique=True),
        Facts(event_ids_known=True),
        Facts(no_later_rows=True, same_ids=True),
        Facts(types={"created": "time", "title": "text"}, absent=frozenset({"company"})),
    ):
        assert score(made, {}, *done, facts=facts) == expected


# --- time spent -----------------------------------------------------------------------------------


def test_time_spent_is_rounded_once_an_event() -> None:
    done = [visit(seconds=s) for s in (0.0005, 0.0004, 1.2344)]  # 1, 0 and 1234 milliseconds
    assert fires(p.TimeSpent(events=events(), milliseconds=1235), {}, *done)
    assert not fires(p.TimeSpent(events=events(), milliseconds=1236), {}, *done)


def test_time_that_is_missing_or_less_than_nothing_is_none() -> None:
    done = [visit(seconds=None), visit(seconds=-5), visit(seconds=float("nan")), visit(seconds=1)]
    assert fires(p.TimeSpent(events=events(), milliseconds=1000), {}, *done)
    assert not fires(p.TimeSpent(events=events(), milliseconds=1001), {}, *done)


def test_events_need_no_columns_but_lead_verb_and_time() -> None:
    columns = {c: EVENT_COLUMNS[c] for c in ("lead_id", "verb", "at")}
    done = visits([ago(days=n) for n in (1, 2)])
    assert fires(p.EventCount(events=events(), low=2), {}, *done, event_columns=columns)
    assert not fires(some(events(objects=(PRICING,))), {}, *done, event_columns=columns)
    assert not fires(p.TimeSpent(events=events(), milliseconds=1), {}, *done, event_columns=columns)


# --- calendar -------------------------------------------------------------------------------------


def per(by: p.Repeat, zone: str, *times: datetime, as_of: datetime = NOW) -> Any:
    made = plan(repeated(events(), by), timezone=zone)
    return score(made, {}, *visits(list(times)), as_of=as_of)["score"]


def test_days_are_those_of_the_timezone() -> None:
    # 22:59 and 23:00 UTC in winter are 23:59 and midnight in Berlin.
    before, after = datetime(2026, 1, 10, 22, 59, tzinfo=UTC), datetime(2026, 1, 10, 23, tzinfo=UTC)
    assert per(p.Repeat.PER_DAY, "Europe/Berlin", before, after) == 2
    assert per(p.Repeat.PER_DAY, "UTC", before, after) == 1
    # In summer midnight is at 22:00 UTC.
    before, after = datetime(2026, 7, 10, 21, 59, tzinfo=UTC), datetime(2026, 7, 10, 22, tzinfo=UTC)
    assert per(p.Repeat.PER_DAY, "Europe/Berlin", before, after) == 2


def test_the_days_on_which_clocks_change() -> None:
    # 2026-03-29 in Berlin has 23 hours from 23:00 UTC on, 2026-10-25 has 25 from 22:00 UTC on.
    for first, last_one, after in (
        ((2026, 3, 28, 23), (2026, 3, 29, 21, 59), (2026, 3, 29, 22)),
        ((2026, 10, 24, 22), (2026, 10, 25, 22, 59), (2026, 10, 25, 23)),
    ):
        inside = [datetime(*first, tzinfo=UTC), datetime(*last_one, tzinfo=UTC)]
        assert per(p.Repeat.PER_DAY, "Europe/Berlin", *inside) == 1
        assert per(p.Repeat.PER_DAY, "Europe/Berlin", *inside, datetime(*after, tzinfo=UTC)) == 2


def test_weeks_begin_on_monday() -> None:
    sunday, monday = datetime(2026, 11, 15, 23, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC)
    next_sunday = datetime(2026, 11, 22, tzinfo=UTC) - MICROSECOND
    later = datetime(2026, 12, 1, tzinfo=UTC)
    assert per(p.Repeat.PER_WEEK, "UTC", sunday, monday, as_of=later) == 2
    assert per(p.Repeat.PER_WEEK, "UTC", monday, next_sunday, as_of=later) == 1


def test_months_and_times_before_1970() -> None:
    ends = [datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)]
    assert per(p.Repeat.PER_MONTH, "UTC", *ends) == 2
    assert per(p.Repeat.PER_MONTH, "Europe/Berlin", *ends) == 1
    early = [datetime(1969, 12, 31, 1, tzinfo=UTC), datetime(1969, 12, 31, 23, tzinfo=UTC)]
    assert per(p.Repeat.PER_DAY, "UTC", *early) == 1
    assert per(p.Repeat.PER_DAY, "UTC", *early, datetime(1970, 1, 1, tzinfo=UTC)) == 2


def test_maximum_of_a_repeated_rule() -> None:
    done = visits([ago(days=n) for n in range(5)])
    up = repeated(events(), p.Repeat.EACH, points=200, maximum=500)
    down = repeated(events(), p.Repeat.EACH, points=-200, maximum=-300)
    assert score(plan(up), {}, *done)["score"] == 5
    assert score(plan(down), {}, *done)["score"] == -3
    assert score(plan(down), {}, *done[:1])["score"] == -2


@pytest.mark.parametrize("kind", ["number", None])
@pytest.mark.parametrize(
    ("seconds", "fires"), [(2**63 - 1, True), (-(2**63), False), (10**12, True), (119, False)]
)
def test_times_beyond_all_reason_stop_no_statement(seconds: int, fires: bool, kind: Any) -> None:
    spent = rule(p.TimeSpent(events=events(), milliseconds=120_000))
    found = score(plan(spent), {}, visit(seconds=seconds), facts=Facts(seconds_type=kind))
    assert found["score"] == (10 if fires else 0)
