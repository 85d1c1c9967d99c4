"""Events in the Python backend; what is expected comes from docs/language.md."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from leadcard.compiler import plan as p
from leadcard.compiler.text import asset_form
from tests.python_plans import (
    CREATED,
    DAY,
    DOMAIN,
    HOUR,
    MICROSECOND,
    NOW,
    PRICING,
    after,
    ago,
    events,
    fired,
    last,
    module,
    plan,
    repeated,
    result,
    rule,
    some,
    visit,
    visits,
)

# --- events ---------------------------------------------------------------------------------------


def test_a_window_ends_at_as_of_and_begins_after_its_length() -> None:
    when = some(events(window=last(7)))
    times = [NOW + MICROSECOND, NOW, ago(days=7) + MICROSECOND, ago(days=7)]
    assert [fired(when, {}, visit(at)) for at in times] == [False, True, True, False]


def test_a_window_between_two_ages() -> None:
    window = p.Window(after=p.Instant(offset=-30 * DAY), until=p.Instant(offset=-7 * DAY))
    times = [ago(days=7) + MICROSECOND, ago(days=7), ago(days=30) + MICROSECOND, ago(days=30)]
    found = [fired(some(events(window=window)), {}, visit(at)) for at in times]
    assert found == [False, True, True, False]


def test_since_a_date() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    window = p.Window(from_=p.Instant(absolute=int(start.timestamp()) * 10**6))
    assert fired(some(events(window=window)), {}, visit(start))
    assert not fired(some(events(window=window)), {}, visit(start - MICROSECOND))


@pytest.mark.parametrize(
    ("verb", "expected"),
    [("visited", True), ("Page_View", True), (" page-VIEW ", True), ("viewed", False),
     (None, False), ("", False), (7, False)],
)  # fmt: skip
def test_verbs_as_sources_spell_them(verb: object, expected: bool) -> None:
    assert fired(some(events()), {}, {"verb": verb, "at": NOW}) is expected


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        ("/pricing", True),
        ("/Pricing/", True),
        ("https://www.acme.com/en/pricing.html?utm=1#top", True),
        ("/plans?tab=pricing", False),
        ("/plans#pricing", False),
        ("/pricing-old", False),
        ("www.acme.com/pricing", True),
        ("our pricing guide", True),
        ("repricing", False),
        ("Ready? pricing!", True),
        (None, False),
        ("", False),
    ],
)
def test_words_of_an_object(thing: object, expected: bool) -> None:
    assert fired(some(events(objects=(PRICING,))), {}, visit(NOW, thing)) is expected


def test_whole_objects_and_paths() -> None:
    whole = some(events(objects=(p.ObjectIs(values=("case study", "/a b")),)))
    assert [fired(whole, {}, visit(NOW, t)) for t in ("Case-Study", "case study 2", "/a-b?x")] == [
        True, False, True,
    ]  # fmt: skip
    docs = some(events(objects=(p.ObjectPath(patterns=("/docs/", "/docs/*/")),)))
    things = ("/docs", "/docs/a/b.html", "https://x.de/DOCS/?q", "/docsearch", "docs", "/a/docs")
    assert [fired(docs, {}, visit(NOW, t)) for t in things] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    any_path = some(events(objects=(p.ObjectPath(patterns=("*",)),)))
    assert [fired(any_path, {}, visit(NOW, t)) for t in ("/", "https://x.de", "x.de")] == [
        True, True, False,
    ]  # fmt: skip


def test_counts() -> None:
    when = p.EventCount(events=events(window=last(7)), low=2, high=3)
    for count, expected in ((1, False), (2, True), (3, True), (4, False)):
        assert fired(when, {}, *visits([ago(days=n) for n in range(count)])) is expected
    none = p.EventCount(events=events(), low=0, high=0)
    assert fired(none, {})
    assert not fired(none, {}, visit())
    at_most = p.EventCount(events=events(), low=0, high=1)
    assert fired(at_most, {})


def test_rows_of_one_event_count_once_at_the_latest_time() -> None:
    twice = p.EventCount(events=events(), low=2)
    same: dict[str, Any] = {"event_id": "e1", "source": "web"}
    assert not fired(twice, {}, visit(**same), visit(ago(days=1), **same))
    assert fired(twice, {}, visit(**same), visit(ago(days=1), event_id="e1"))
    assert fired(twice, {}, visit(**same), visit(thing="/Pricing", **same))
    assert fired(twice, {}, visit(event_id=" "), visit(event_id=" "))
    assert fired(twice, {}, visit(event_id=None), visit(event_id=None))
    assert not fired(twice, {}, visit(event_id=1), visit(event_id="1"))
    earlier = p.Window(until=p.Instant(offset=-DAY))
    old = some(events(window=earlier))
    assert fired(old, {}, visit(ago(days=2), **same))
    assert not fired(old, {}, visit(ago(days=2), **same), visit(ago(hours=1), **same))
    assert fired(old, {}, visit(ago(days=2), **same), visit(NOW + MICROSECOND, **same))


def test_an_event_in_two_clauses_counts_once() -> None:
    clauses = (*events().clauses, *events("visited", "requested", objects=(PRICING,)).clauses)
    twice = p.EventCount(events=p.EventSet(clauses=clauses), low=2)
    assert not fired(twice, {}, visit())
    assert fired(twice, {}, visit(), {"verb": "requested", "object": "pricing", "at": NOW})


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([60, 60], True), ([60, 59.999], False), ([60, 59.9995], True), (["60", Decimal(60)], True),
     ([120, None], True), ([120, -60], True), ([119.99949], False), (["120 s"], False),
     ([0.1] * 1200, True), (["2e2"], False)],
)  # fmt: skip
def test_time_spent_adds_up_whole_milliseconds(seconds: list[object], expected: bool) -> None:
    when = p.TimeSpent(events=events(), milliseconds=120_000)
    assert fired(when, {}, *(visit(seconds=each) for each in seconds)) is expected


def test_the_longest_of_the_rows_of_one_event_counts() -> None:
    when = p.TimeSpent(events=events(), milliseconds=100_000)
    rows = [visit(event_id="a", seconds=n) for n in (60, 80)]
    assert not fired(when, {}, *rows)
    assert fired(when, {}, *rows, visit(event_id="b", seconds=20))


def test_events_in_any_form_and_order_give_one_score() -> None:
    made = plan(rule(p.EventCount(events=events(window=last(7)), low=2)))
    days = [ago(days=1), ago(days=2)]
    texts = [visit(at.isoformat()) for at in days]
    unreadable = [{"verb": "visited", "at": "yesterday"}, {"at": NOW}, {"verb": "visited"}, {}]
    naive = [visit(at.replace(tzinfo=None)) for at in days]
    for done in (visits(days), texts, naive, [*unreadable, *texts], visits(days[::-1])):
        assert result(made, {}, *done).score == 10, done
    score = module(made)["score"]
    assert score({}, iter(visits(days)), NOW).reasons[0].line == 1


# --- order and speed ------------------------------------------------------------------------------


def test_one_event_followed_by_another() -> None:
    asked_after = after(events("requested"), events(objects=(PRICING,)), 24 * HOUR)
    when = some(asked_after)

    def asked(at: datetime) -> dict[str, Any]:
        return {"verb": "requested", "at": at, "object": None}

    start = ago(days=3)
    assert fired(when, {}, asked(start + timedelta(hours=24)), visit(start))
    assert not fired(when, {}, visit(start), asked(start + timedelta(hours=24) + MICROSECOND))
    assert not fired(when, {}, visit(start), asked(start))
    assert not fired(when, {}, asked(start))
    assert fired(when, {}, visit(start), visit(start + MICROSECOND), asked(start + MICROSECOND))
    again = some(after(events(), events()))
    assert not fired(again, {}, visit())
    assert fired(again, {}, visit(), visit(ago(days=300)))
    # Two rows of one event are one, at its latest time, and follow nothing.
    assert not fired(again, {}, visit(event_id="e"), visit(ago(days=300), event_id="e"))


def test_events_that_follow_are_the_ones_that_repeat() -> None:
    found = after(events("requested"), events(window=last(30)), 24 * HOUR)
    start = ago(days=9)

    def asked(**later: float) -> dict[str, Any]:
        return {"verb": "requested", "at": start + timedelta(**later), "object": None}

    done = [visit(start), asked(hours=1), asked(hours=2), asked(days=2), asked(hours=-1)]
    assert _points(repeated(found, p.Repeat.EACH), *done) == 2
    assert _points(repeated(found, p.Repeat.PER_DAY), *done) == 1
    faded = repeated(found, p.Repeat.LATEST, p.Drop(hundredths=1, days=1))
    assert _points(faded, *done) == Decimal("0.92")
    (reason,) = result(plan(repeated(found, p.Repeat.EACH)), {}, *done).reasons
    assert (reason.events, reason.latest) == (2, start + timedelta(hours=2))
    # The first event has a window of its own.
    assert _points(repeated(found, p.Repeat.EACH), visit(ago(days=31)), asked(days=-22)) is None
    either = p.EventSet(clauses=(*found.clauses, *events("visited").clauses))
    assert _points(repeated(either, p.Repeat.EACH), *done) == 3
    assert fired(p.EventCount(events=either, low=3), {}, *done)
    assert not fired(p.EventCount(events=either, low=4), {}, *done)


def test_account_members_are_asked_for_what_follows() -> None:
    found = after(events("requested"), events())
    made = plan(rule(p.AccountPeople(events=found, low=2)), **_PERSONAL)
    both = [visit(ago(days=2)), {"verb": "requested", "at": ago(days=1)}]
    lead = {"account_id": "A"}
    assert result(made, lead, *both, colleagues=[({}, both)]).reasons
    assert not result(made, lead, *both, colleagues=[({}, both[1:])]).reasons


def test_events_close_together() -> None:
    when = p.Bunched(events=events(), low=3, microseconds=24 * HOUR)
    close = [ago(days=9), ago(days=8, hours=12), ago(days=8)]
    assert fired(when, {}, *visits(close))
    assert not fired(when, {}, *visits([ago(days=9) - MICROSECOND, *close[1:]]))
    assert not fired(when, {}, *visits(close[:2]))


# --- repetition and decay -------------------------------------------------------------------------


def _points(made: p.Rule, *done: dict[str, Any], **more: Any) -> Decimal | None:
    reasons = result(plan(made, **more), {}, *done).reasons
    points: Decimal | None = reasons[0].points if reasons else None
    return points


def test_each_event_up_to_a_maximum() -> None:
    assert _points(repeated(events(), p.Repeat.EACH, maximum=250), *visits([NOW] * 2)) == 2
    assert _points(repeated(events(), p.Repeat.EACH, maximum=250), *visits([NOW] * 3)) == Decimal(
        "2.5"
    )
    negative = repeated(events(), p.Repeat.EACH, points=-300, maximum=-500)
    assert _points(negative, *visits([NOW] * 2)) == -5
    assert _points(negative) is None
    nothing = repeated(events(), p.Repeat.EACH, points=0)
    assert _points(nothing, visit()) == 0
    assert _points(nothing) is None
    assert _points(repeated(events(), p.Repeat.EACH, maximum=0), visit()) == 0


@pytest.mark.parametrize(
    ("zone", "by", "times", "buckets"),
    [
        ("UTC", p.Repeat.PER_DAY, ["2026-11-20T23:59:59", "2026-11-21T00:00:00"], 2),
        ("Europe/Berlin", p.Repeat.PER_DAY, ["2026-11-20T23:00", "2026-11-21T11:00"], 1),
        ("Europe/Berlin", p.Repeat.PER_DAY, ["2026-03-28T22:59", "2026-03-28T23:00"], 2),
        # The day on which clocks go forward has 23 hours, and then midnight is at 22:00 UTC.
        ("Europe/Berlin", p.Repeat.PER_DAY, ["2026-03-28T23:00", "2026-03-29T21:59"], 1),
        ("Europe/Berlin", p.Repeat.PER_DAY, ["2026-03-29T21:59", "2026-03-29T22:00"], 2),
        # The day on which they go back has 25.
        ("Europe/Berlin", p.Repeat.PER_DAY, ["2026-10-24T22:00", "2026-10-25T22:59"], 1),
        ("UTC", p.Repeat.PER_WEEK, ["2026-11-15T23:59", "2026-11-16T00:00"], 2),
        ("UTC", p.Repeat.PER_WEEK, ["2026-11-16T00:00", "2026-11-20T23:59"], 1),
        ("UTC", p.Repeat.PER_MONTH, ["2026-10-31T23:59", "2026-11-01T00:00"], 2),
        ("UTC", p.Repeat.PER_MONTH, ["2024-02-29T00:00", "2024-02-01T00:00"], 1),
        ("UTC", p.Repeat.PER_MONTH, ["2024-02-29T00:00", "2023-02-01T00:00"], 2),
        ("America/New_York", p.Repeat.PER_MONTH, ["2026-11-01T03:59", "2026-10-01T04:00"], 1),
        ("UTC", p.Repeat.PER_DAY, ["1969-12-31T23:59", "1970-01-01T00:00"], 2),
    ],
)
def test_calendar_buckets(zone: str, by: p.Repeat, times: list[str], buckets: int) -> None:
    done = visits([datetime.fromisoformat(at).replace(tzinfo=UTC) for at in times])
    assert _points(repeated(events(), by), *done, timezone=zone) == buckets


def test_each_asset() -> None:
    made = repeated(events(), p.Repeat.EACH_ASSET)
    things = (
        *("/A", "/a ", "/a?x=1", "/a/", "/a//#x", "/b", "/a.pdf", "/", "/?x", None, "", " "),
        *(
            "https://acme.com/a?x",
            "https://ACME.com/a/",
            "Ünï-x",
            "üNÏ X",
            "Why? A",
            "Why? B",
            "a/",
        ),
    )
    assert _points(made, *(visit(NOW, thing) for thing in things)) == 10
    assert len({asset_form(thing or "") for thing in things}) == 10


@pytest.mark.parametrize(
    ("decay", "points", "days", "expected"),
    [
        (p.Fade(days=180), 2000, 0, "20"),
        (p.Fade(days=180), 2000, 90, "10"),
        (p.Fade(days=180), 2000, 1, "19.89"),  # 19.888…
        (p.Fade(days=8), 100, 7, "0.13"),  # 0.125, away from zero
        (p.Fade(days=8), -100, 7, "-0.13"),
        (p.Fade(days=180), 2000, 179, "0.11"),
        (p.Fade(days=180), 2000, 180, None),
        (p.Halve(days=30), 1000, 29, "10"),
        (p.Halve(days=30), 1000, 30, "5"),
        (p.Halve(days=30), 25, 30, "0.13"),
        (p.Halve(days=30), -25, 60, "-0.06"),
        (p.Halve(days=1), 1, 1, "0.01"),
        (p.Halve(days=1), 1, 2, None),
        (p.Halve(days=1), 100, 700, None),
        (p.Drop(hundredths=300, days=7), 1000, 6, "10"),
        (p.Drop(hundredths=300, days=7), 1000, 7, "7"),
        (p.Drop(hundredths=300, days=7), -1000, 21, "-1"),
        (p.Drop(hundredths=300, days=7), 1000, 28, None),
    ],
)
def test_decay(decay: p.Decay, points: int, days: int, expected: str | None) -> None:
    made = repeated(events(), p.Repeat.LATEST, decay, points)
    wanted = None if expected is None else Decimal(expected)
    assert _points(made, visit(ago(days=days))) == wanted
    # Ages are whole days.
    assert _points(made, visit(ago(days=days, hours=23, minutes=59))) == wanted
    assert _points(made, visit(ago(days=days)), visit(ago(days=900))) == wanted
    each = repeated(events(), p.Repeat.EACH, decay, points)
    twice = [visit(ago(days=days)), visit(ago(days=days, hours=1))]
    assert _points(each, *twice) == (None if wanted is None else 2 * wanted)


def test_the_latest_event_stands_for_its_bucket() -> None:
    made = repeated(events(), p.Repeat.PER_MONTH, p.Fade(days=100), 1000)
    done = visits([ago(days=20), ago(days=10), ago(days=40)])  # November, November, October
    assert _points(made, *done) == 9 + 6
    assets = repeated(events(), p.Repeat.EACH_ASSET, p.Drop(hundredths=100, days=1), 1000)
    things = [visit(ago(days=2), "/a"), visit(ago(days=3), "/A"), visit(ago(days=1), "/b")]
    assert _points(assets, *things) == 8 + 9


# --- the account ----------------------------------------------------------------------------------

_PERSONAL = {
    "personal": "personal",
    "lists": (p.LongList(name="personal", entries=("gmail.com",)),),
}


def _account(when: p.Predicate, lead: dict[str, Any], *colleagues: Any) -> bool:
    made = plan(rule(when, account_evidence=events()), **_PERSONAL)
    return bool(result(made, lead, visit(), colleagues=colleagues).reasons)


def test_people_of_the_account() -> None:
    two = p.AccountPeople(events=events(window=last(7)), low=2)
    ann: dict[str, Any] = {"email": "ann@acme.com"}
    assert not _account(two, ann)
    assert _account(two, ann, ({}, [visit(ago(days=1))]))
    assert not _account(two, ann, ({}, [visit(ago(days=8))]))
    assert not _account(two, ann, ({"created": NOW + MICROSECOND}, [visit(ago(days=1))]))
    assert _account(two, {}, ({"created": "2026-01-01"}, [visit("2026-11-20")]))


def test_events_of_the_account() -> None:
    many = p.AccountEvents(events=events(), low=3)
    assert _account(many, {"account_id": "A"}, ({}, [visit(), visit()]))
    assert not _account(many, {"account_id": "A"}, ({}, [visit(event_id="e"), visit(event_id="e")]))
    nobody = p.AccountEvents(events=events("requested"), low=0, high=0)
    assert _account(nobody, {"email": "ann@acme.com"})
    assert _account(nobody, {"account_id": 7})
    for lead in ({}, {"email": "ann@gmail.com"}, {"email": "ann"}, {"account_id": "  "}):
        assert not _account(nobody, lead), lead


def test_evidence_of_the_account() -> None:
    when = p.AccountPeople(events=events(), low=2)
    made = plan(rule(when, account_evidence=events()), **_PERSONAL)
    others: list[Any] = [({}, [visit(ago(days=1)), visit(ago(hours=1))])]
    (reason,) = result(made, {"account_id": 1}, visit(ago(days=2)), colleagues=others).reasons
    assert (reason.events, reason.latest) == (3, ago(hours=1))


def test_the_events_behind_a_rule_are_counted_once() -> None:
    asked = events("requested")
    made = plan(rule(some(asked), evidence=asked, account_evidence=events()), **_PERSONAL)
    own = [visit(ago(days=2)), {"verb": "requested", "at": ago(days=3)}]
    others: list[Any] = [({}, [*own, {"verb": "requested", "at": NOW}])]
    lead = {"account_id": 1}
    (reason,) = result(made, lead, *own, colleagues=others).reasons
    assert (reason.events, reason.latest) == (3, ago(days=2))
    (reason,) = result(made, {"account_id": " "}, *own).reasons  # no account
    assert (reason.events, reason.latest) == (1, ago(days=3))
    both = plan(rule(some(asked), evidence=asked, account_evidence=asked), **_PERSONAL)
    (reason,) = result(both, lead, *own, colleagues=others).reasons
    assert (reason.events, reason.latest) == (3, NOW)


def test_what_is_no_account() -> None:
    nobody = p.AccountEvents(events=events("requested"), low=0, high=0)
    address = p.LeadField(column="email", kind=p.FieldKind.TEXT, missing=("no@mail.example",))
    said = {
        "account_missing": ("n/a", "0"),
        "fields": (CREATED, address, DOMAIN),
        "personal": "personal",
        "lists": (p.LongList(name="personal", entries=("free mail.com", "gmail.com")),),
    }
    made = plan(rule(nobody), **said)
    for lead in (
        {"account_id": " N/A "},
        {"account_id": 0},
        {"email": "No@Mail.example"},
        {"email": "ann@FREE-mail.com"},
        {"email": "ann@eu.gmail.com"},
        {"account_id": "n/a", "email": "ann@gmail.com"},
    ):
        assert not result(made, lead, visit()).reasons, lead
    for lead in ({"account_id": "00"}, {"account_id": "n/a", "email": "ann@acme.com"}):
        assert result(made, lead, visit()).reasons, lead
