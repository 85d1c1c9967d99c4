"""Order, speed, buckets and accounts: the same answers from Python and from SQL, in each shape.

The statement has other shapes where ids are known, where events are unique, and where a database
has no ranges that end one microsecond earlier; each case runs in all that its events allow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from leadcard.compiler import plan as p
from leadcard.compiler.backends import sql
from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.backends.sql import AsOf, Facts, Unsupported, to_sql
from leadcard.compiler.text import asset_form
from tests.python_plans import (
    DAY,
    HOUR,
    MICROSECOND,
    NOW,
    PRICING,
    after,
    ago,
    events,
    last,
    plan,
    repeated,
    result,
    rule,
    some,
    visit,
    visits,
)
from tests.sql_runs import LEAD_COLUMNS, run, score

MET = Decimal(10)
ASKED = events("requested")
Event = Mapping[str, Any]


def ask(at: datetime = NOW, **more: Any) -> dict[str, Any]:
    """An event `requested`."""
    return {"verb": "requested", "object": None, "at": at, **more}


def numbered(done: Sequence[Event]) -> list[dict[str, Any]]:
    """Events with ids of their own."""
    return [{"event_id": f"e{n}", **event} for n, event in enumerate(done)]


def answers(made: p.Plan, done: Sequence[Event], **more: Any) -> Iterator[Decimal]:
    """The score of a lead from Python and from each shape of the statement."""
    yield Decimal(str(result(made, {}, *done, **more).score))
    yield score(made, {}, *done, **more)["score"]
    if not any("event_id" in event for event in done):
        ids = numbered(done)
        yield score(made, {}, *done, facts=Facts(events_unique=True), **more)["score"]
        yield score(made, {}, *ids, facts=Facts(event_ids_known=True), **more)["score"]
        yield score(made, {}, *ids, facts=Facts(events_unique=True), **more)["score"]


def given(made: p.Rule, *done: Event, **more: Any) -> Decimal:
    """The points of a rule, on which all agree."""
    found = set(answers(plan(made, timezone=more.pop("timezone", "UTC")), done, **more))
    assert len(found) == 1, found
    return found.pop()


@pytest.fixture(params=["ranges", "no ranges"])
def _ranges(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "no ranges":
        monkeypatch.setattr(sql, "DIALECTS", {"duckdb": lacking("latest before")})


def lacking(operation: str) -> Any:
    """DuckDB without an operation."""
    duckdb = DIALECTS["duckdb"]
    left = {name: text for name, text in duckdb.fragments.items() if name != operation}
    return replace(duckdb, fragments=MappingProxyType(left))


# --- order ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_ranges")
@pytest.mark.parametrize(
    ("gap", "within", "follows"),
    [
        (timedelta(0), None, False),
        (MICROSECOND, None, True),
        (-MICROSECOND, None, False),
        (timedelta(hours=24), DAY, True),
        (timedelta(hours=24) + MICROSECOND, DAY, False),
        (timedelta(days=900), None, True),
    ],
)
def test_a_sequence_at_its_edges(gap: timedelta, within: int | None, follows: bool) -> None:
    first, then = ago(days=3), ago(days=3) + gap
    done = [visit(first), ask(then)]
    if then > NOW:
        done = [visit(first - gap), ask(first)]
    made = rule(some(after(ASKED, events(), within)))
    assert given(made, *done) == (MET if follows else 0)


@pytest.mark.usefixtures("_ranges")
def test_the_nearest_event_before_decides_and_ties_are_none() -> None:
    made = repeated(after(ASKED, events(), HOUR), p.Repeat.EACH)
    done = [
        visit(ago(hours=30)),
        visit(ago(hours=9)),
        ask(ago(hours=9)),  # at the same instant; the one before is too long ago
        ask(ago(hours=8)),
        visit(ago(hours=8)),
        ask(ago(hours=8)),
        ask(ago(hours=7)),
        ask(ago(hours=7) + MICROSECOND),
    ]
    assert given(made, *done) == 3


@pytest.mark.usefixtures("_ranges")
def test_an_event_that_is_both_first_and_second_needs_another() -> None:
    made = repeated(after(events(), events()), p.Repeat.EACH)
    assert given(made, visit()) == 0
    assert given(made, visit(), visit()) == 0
    assert given(made, *visits([ago(days=2), ago(days=2), ago(days=1), ago(days=1), NOW])) == 3


@pytest.mark.usefixtures("_ranges")
def test_each_side_of_a_sequence_has_its_own_window_and_object() -> None:
    first = events(objects=(PRICING,), window=last(7))
    made = rule(some(after(events("requested", window=last(1)), first)))
    assert given(made, visit(ago(days=6)), ask()) == MET
    assert given(made, visit(ago(days=7)), ask()) == 0
    assert given(made, visit(ago(days=6), "/other"), ask()) == 0
    assert given(made, visit(ago(days=6)), ask(ago(days=1))) == 0
    assert given(made, visit(ago(days=2)), ask(NOW + MICROSECOND)) == 0


@pytest.mark.usefixtures("_ranges")
def test_copies_of_an_event_follow_at_its_latest_time() -> None:
    made = rule(some(after(ASKED, events())))
    early, late = ago(days=9), ago(days=1)
    asked = ask(ago(days=5), event_id="a")
    told_twice = [visit(early, event_id="v"), visit(late, event_id="v")]
    assert given(made, *told_twice, asked) == 0
    assert given(made, *told_twice, asked, ask(NOW, event_id="a")) == MET
    assert given(made, *told_twice, asked, ask(NOW + MICROSECOND, event_id="a")) == 0


@pytest.mark.usefixtures("_ranges")
def test_what_follows_is_counted_once_with_what_need_not() -> None:
    either = p.EventSet(clauses=(*after(ASKED, events()).clauses, *events(window=last(1)).clauses))
    made = repeated(either, p.Repeat.EACH)
    assert given(made, visit(ago(days=3)), visit(), ask(ago(days=4)), ask(ago(days=2))) == 2
    time_spent = p.TimeSpent(events=either, milliseconds=5000)
    spent = [visit(ago(days=3), seconds=90), visit(NOW, seconds=2), ask(ago(days=1), seconds=3)]
    assert given(rule(time_spent), *spent) == MET
    assert given(rule(time_spent), *spent[:2]) == 0


# --- speed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "met"),
    [
        ([0, 1, 2], True),
        ([0, 12, 24], True),
        ([0, 12, 24.001], False),
        ([0, 0, 24], True),
        ([0, 0, 0], True),
        ([0, 1], False),
        ([0, 30, 31, 60, 61, 62], True),
        ([0, 1, 30, 31, 60, 61], False),
    ],
)
def test_a_burst(times: list[float], met: bool) -> None:
    made = rule(p.Bunched(events=events(), low=3, microseconds=DAY))
    done = visits([ago(hours=90) + timedelta(hours=hours) for hours in times])
    assert given(made, *done) == (MET if met else 0)


def test_a_burst_ends_at_as_of_and_keeps_to_a_microsecond() -> None:
    made = rule(p.Bunched(events=events(), low=2, microseconds=HOUR))
    assert given(made, visit(ago(hours=1)), visit(NOW)) == MET
    assert given(made, visit(ago(hours=1) - MICROSECOND), visit(NOW)) == 0
    assert given(made, visit(NOW), visit(NOW + MICROSECOND)) == 0


def test_one_event_is_a_burst_of_one_and_its_copies_are_no_burst() -> None:
    one = rule(p.Bunched(events=events(), low=1, microseconds=HOUR))
    two = rule(p.Bunched(events=events(), low=2, microseconds=HOUR))
    assert given(one, visit()) == MET
    assert given(one) == 0
    assert given(two, visit(event_id="v"), visit(ago(hours=1), event_id="v")) == 0
    assert given(two, visit(event_id=" "), visit(event_id=None)) == MET


def test_a_burst_of_what_follows() -> None:
    made = rule(p.Bunched(events=after(ASKED, events(), DAY), low=2, microseconds=HOUR))
    assert given(made, visit(ago(days=1)), ask(ago(hours=1)), ask(NOW)) == MET
    assert given(made, visit(ago(hours=1)), ask(ago(hours=1)), ask(NOW)) == 0


# --- buckets --------------------------------------------------------------------------------------


def test_days_of_a_zone_are_told_apart_where_clocks_change() -> None:
    made = repeated(events(), p.Repeat.PER_DAY)
    moments = [
        datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC),  # 23:59:59 in Berlin
        datetime(2026, 3, 28, 23, tzinfo=UTC),  # midnight
        datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC),  # 23:59:59 of a day of 23 hours
        datetime(2026, 3, 29, 22, tzinfo=UTC),
        datetime(2026, 10, 24, 22, tzinfo=UTC),  # midnight before a day of 25 hours
        datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC),
    ]
    assert given(made, *visits(moments), timezone="Europe/Berlin") == 4
    assert given(made, *visits(moments[:2])) == 1


@pytest.mark.parametrize(
    ("by", "buckets"), [(p.Repeat.PER_DAY, 6), (p.Repeat.PER_WEEK, 6), (p.Repeat.PER_MONTH, 4)]
)
def test_days_weeks_and_months_long_ago_too(by: p.Repeat, buckets: int) -> None:
    moments = [
        datetime(2026, 11, 15, 23, 59, tzinfo=UTC),  # a Sunday
        datetime(2026, 11, 16, tzinfo=UTC),
        datetime(1969, 12, 28, 23, 59, 59, tzinfo=UTC),  # a Sunday
        datetime(1969, 12, 29, tzinfo=UTC),
        datetime(1600, 2, 29, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
    ]
    assert given(repeated(events(), by), *visits(moments)) == buckets


def test_assets_are_told_apart_after_folding() -> None:
    things = [
        "Guide", "  guide\u00a0", "GUIDE\t", "buyers-guide", "Buyers_Guide", "/guide", "/guide/",
        "/guide//?utm=1", "/guide#top", "/guide.pdf", "https://a.com/guide", "https://b.com/guide?x",
        "/", "/?q", "//", "www.a.com", "what?", "what", "ſtraße", "STRAßE", "K", "K", "İ", None, "",
        " \t", "/a /", "/a", "/a-b", "/a_b",
    ]  # fmt: skip
    done = [visit(ago(days=n), thing) for n, thing in enumerate(things)]
    apart = {asset_form(thing or "") for thing in things}
    assert given(repeated(events(), p.Repeat.EACH_ASSET), *done) == len(apart)


def test_the_latest_event_stands_for_its_asset() -> None:
    made = repeated(events(), p.Repeat.EACH_ASSET, p.Drop(hundredths=10, days=1), 100)
    done = [visit(ago(days=9), "/a"), visit(ago(days=2), "/A/"), visit(ago(days=3), "b")]
    assert given(made, *done) == Decimal("1.5")
    assert given(made, *done, visit(NOW, None), visit(ago(days=4), " ")) == Decimal("2.5")


def test_assets_of_a_table_without_objects_are_one() -> None:
    made = plan(repeated(events(), p.Repeat.EACH_ASSET))
    columns = {"event_id": "VARCHAR", "lead_id": "VARCHAR", "verb": "VARCHAR", "at": "TIMESTAMPTZ"}
    done = [{"lead_id": "a", "verb": "visited", "at": ago(days=n)} for n in (1, 2)]
    assert run(made, [{"lead_id": "a"}], done, event_columns=columns)["a"]["score"] == 1


# --- decay ----------------------------------------------------------------------------------------

DECAYS = (
    p.Fade(days=1), p.Fade(days=8), p.Fade(days=180), p.Halve(days=1), p.Halve(days=30),
    p.Drop(hundredths=1, days=1), p.Drop(hundredths=333, days=7), p.Drop(hundredths=5000, days=2),
)  # fmt: skip


@pytest.mark.parametrize("decay", DECAYS, ids=repr)
@pytest.mark.parametrize("points", [1, -25, 1999, 99_999_999])
def test_decay_is_the_same_on_all_days(decay: p.Decay, points: int) -> None:
    rules = [
        repeated(events(objects=(p.ObjectIs(values=(f"a{days}",)),)), by, decay, points, line=n)
        for n, (days, by) in enumerate(
            (
                (0, p.Repeat.LATEST), (1, p.Repeat.EACH), (6, p.Repeat.LATEST),
                (7, p.Repeat.PER_DAY), (8, p.Repeat.EACH), (29, p.Repeat.LATEST),
                (30, p.Repeat.EACH_ASSET), (60, p.Repeat.PER_MONTH), (179, p.Repeat.EACH),
                (180, p.Repeat.LATEST), (4000, p.Repeat.PER_WEEK),
            ), 1,
        )
    ]  # fmt: skip
    moments = (0, 1, 6, 7, 8, 29, 30, 60, 179, 180, 4000)
    done = [visit(ago(days=n + 1) + MICROSECOND, f"a{n}") for n in moments]
    done += [visit(ago(days=n + 2), f"a{n}") for n in moments]
    made = plan(*rules)
    by_python = result(made, {}, *done)
    by_statement = score(made, {}, *done, reasons=True)
    assert by_statement["score"] == by_python.score
    lines = [reason.line for reason in by_python.reasons]
    assert [reason["line"] for reason in json.loads(by_statement["reasons"])] == lines


def test_whole_days_of_age_and_the_maximum() -> None:
    made = repeated(events(), p.Repeat.EACH, p.Fade(days=10), 1000, maximum=1500)
    assert given(made, visit(ago(days=1) + MICROSECOND)) == 10
    assert given(made, visit(ago(days=1))) == 9
    assert given(made, visit(), visit(ago(days=1))) == 15
    lowest = repeated(events(), p.Repeat.EACH, p.Fade(days=10), -1000, maximum=-1500)
    assert given(lowest, visit(), visit(ago(days=1))) == -15


def test_events_without_id_that_are_alike_count_each() -> None:
    each = repeated(events(), p.Repeat.EACH, p.Halve(days=1), 100)
    assert given(each, visit(ago(days=1)), visit(ago(days=1)), visit(ago(days=1))) == Decimal("1.5")
    assert given(repeated(events(), p.Repeat.PER_DAY), visit(), visit()) == 1


def test_a_rule_decayed_to_nothing_does_not_fire() -> None:
    made = plan(repeated(events(), p.Repeat.LATEST, p.Fade(days=5), flag="seen"))
    assert score(made, {}, visit(ago(days=5)))["flags"] == ""
    assert score(made, {}, visit(ago(days=4)))["flags"] == "seen"


# --- accounts -------------------------------------------------------------------------------------

ACCOUNT_COLUMNS = {**LEAD_COLUMNS, "account_id": "VARCHAR"}
PERSONAL = p.LongList(name="personal", entries=("gmail.com",))
SOME_DONE = p.AccountEvents(events=events(), low=1)


def team(*rules: p.Rule, **more: Any) -> p.Plan:
    """A plan that knows personal domains."""
    return plan(*rules, lists=(PERSONAL,), personal="personal", **more)


def of_account(
    made: p.Plan, people: Mapping[str, tuple[str | None, str | None]], *done: Event, **more: Any
) -> dict[str, dict[str, Any]]:
    """Results of leads with an account id and an address each; `by` says whose an event is."""
    leads = [
        {"lead_id": lead, "account_id": account, "email": email}
        for lead, (account, email) in people.items()
    ]
    rows = [{**{k: v for k, v in e.items() if k != "by"}, "lead_id": e["by"]} for e in done]
    return run(made, leads, rows, lead_columns=ACCOUNT_COLUMNS, **more)


def test_leads_without_account_meet_no_condition_on_it() -> None:
    made = team(
        rule(SOME_DONE),
        rule(p.AccountEvents(events=events(), low=0, high=0), points=100, line=2),
        rule(p.AccountPeople(events=events(), low=0), points=1, line=3),
    )
    people = {
        "id": ("A", None),
        "colleague": (" A\t", "x@gmail.com"),
        "alone": (None, "y@solo.example"),
        "personal": (None, "z@mail.GMAIL.com"),
        "none": ("  ", "no address"),
    }
    found = of_account(made, people, visit(by="id"), visit(by="personal"), visit(by="none"))
    scores = {lead: row["score"] for lead, row in found.items()}
    assert scores == {
        "id": Decimal("10.01"),
        "colleague": Decimal("10.01"),
        "alone": Decimal("1.01"),
        "personal": 0,
        "none": 0,
    }


def test_an_id_is_never_taken_for_a_domain() -> None:
    people = {"by id": ("acme.example", None), "by domain": (None, "x@acme.example")}
    found = of_account(team(rule(SOME_DONE)), people, visit(by="by id"))
    assert {lead: row["score"] for lead, row in found.items()} == {"by id": 10, "by domain": 0}


def test_words_for_no_account_and_people_created_later() -> None:
    made = team(rule(SOME_DONE), account_missing=("n/a",))
    people = {"one": ("N/A", None), "other": (" n/a", None)}
    found = of_account(made, people, visit(by="one"))
    assert {lead: row["score"] for lead, row in found.items()} == {"one": 0, "other": 0}
    leads: list[dict[str, Any]] = [
        {"lead_id": "here", "account_id": "A"},
        {"lead_id": "later", "account_id": "A", "created": NOW + MICROSECOND},
    ]
    done = [{"lead_id": "later", **visit()}]
    found = run(team(rule(SOME_DONE)), leads, done, lead_columns=ACCOUNT_COLUMNS)
    assert {lead: row["score"] for lead, row in found.items()} == {"here": 0}


def test_people_totals_and_reasons_over_the_account() -> None:
    shared = events()
    made = team(
        rule(p.AccountPeople(events=shared, low=2, high=2), points=1, account_evidence=shared),
        rule(
            p.And(parts=(p.AccountEvents(events=shared, low=3), some(ASKED))),
            points=100,
            line=2,
            evidence=p.EventSet(clauses=(*ASKED.clauses, *events(window=last(1)).clauses)),
            account_evidence=shared,
        ),
    )
    people = {"a": ("A", None), "b": ("A", None), "c": ("A", None), "d": ("B", None)}
    done = [
        visit(NOW, by="a"),
        visit(ago(days=3), by="a"),
        visit(ago(days=2), by="b"),
        ask(ago(days=1), by="a"),
        visit(NOW, by="d"),
    ]
    found = of_account(made, people, *done, reasons=True)
    assert {lead: row["score"] for lead, row in found.items()} == {
        "a": Decimal("1.01"),
        "b": Decimal("0.01"),
        "c": Decimal("0.01"),
        "d": 0,
    }
    told = [(r["line"], r["events"], r["latest"]) for r in json.loads(found["a"]["reasons"])]
    assert told == [(1, 3, "2026-11-21T12:00:00Z"), (2, 4, "2026-11-21T12:00:00Z")]


# --- what a database lacks ------------------------------------------------------------------------


def test_what_a_database_cannot_say_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "DIALECTS", {"duckdb": lacking("time before")})
    with pytest.raises(Unsupported) as found:
        to_sql(
            plan(rule(p.Bunched(events=events(), low=3, microseconds=HOUR), line=7)),
            as_of=AsOf(literal=NOW),
        )
    assert "time before" in found.value.what
