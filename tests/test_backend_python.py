"""The Python backend construct by construct; what is expected comes from docs/language.md."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from leadcard.compiler import plan as p
from leadcard.compiler.text import needle
from tests.python_plans import (
    COMPANY,
    CREATED,
    DAY,
    EMPLOYEES,
    HOUR,
    MICROSECOND,
    NOW,
    PRICING,
    TITLE,
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

# --- text fields ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("CEO", True),
        ("  ceo ", True),
        ("vp-sales", True),
        ("VP_Sales", True),
        ("VP  Sales", True),
        ("ceos", False),
        ("", False),
        ("   ", False),
        (None, False),
        ("\u200bCEO\ufeff", True),
        ("ceo\x1c", False),  # not a blank of the language
    ],
)
def test_is(value: object, expected: bool) -> None:
    assert fired(p.Equals(field="title", values=("ceo", "vp sales")), {"title": value}) is expected


def test_values_that_are_no_text_are_compared_by_their_plain_text() -> None:
    one = p.Equals(field="title", values=("1",))
    score = module(plan(rule(one)))["score"]
    fires = [bool(score({"title": value}, (), NOW).reasons) for value in (1, True, 1.0, "1", 1)]
    assert fires == [True, False, False, True, True]
    assert fired(p.Equals(field="title", values=("true",)), {"title": True})
    assert not fired(p.Known(field="title"), {"title": float("nan")})


def test_letters_of_all_scripts_fold_one_to_one() -> None:
    values = ("çağ", "kσσ", "менеджер", "i")
    when = p.Equals(field="title", values=values)
    for text in ("ÇAĞ", "Kσς", "KΣΣ", "МЕНЕДЖЕР", "İ"):
        assert fired(when, {"title": text}), text
    for text in ("ı", "ß", "ss"):
        assert not fired(when, {"title": text}), text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Director", False),
        ("CTO", True),
        ("(CTO)", True),
        ("interim cto/coo", True),
        ("Head, of: Sales", True),
        ("headof", False),
        ("产品经理", True),
        ("techie", True),
        ("biotech", False),
    ],
)
def test_contains_finds_whole_words(value: str, expected: bool) -> None:
    needles = tuple(needle(term) for term in ("CTO", "head of", "经理", "tech*"))
    assert fired(p.Contains(field="title", needles=needles), {"title": value}) is expected


def test_missing_words_count_as_missing() -> None:
    field = p.LeadField(column="title", kind=p.FieldKind.TEXT, missing=("select", "n/a"))
    fields = {"fields": (CREATED, field)}
    known = p.Known(field="title")
    assert not fired(known, {"title": " SELECT "}, **fields)
    assert not fired(p.Equals(field="title", values=("select",)), {"title": "Select"}, **fields)
    assert fired(p.Not(part=known), {"title": "n/a"}, **fields)
    assert fired(known, {"title": "-"}, **fields)


def test_starts_and_ends_keep_hyphens() -> None:
    starts = p.StartsWith(field="title", texts=("vp-", "head"))
    assert fired(starts, {"title": " VP-Sales"})
    assert not fired(starts, {"title": "VP Sales"})
    ends = p.EndsWith(field="title", texts=("gmbh",))
    assert fired(ends, {"title": "ACME GmbH "})
    assert not fired(ends, {"title": "GmbH & Co"})


@pytest.mark.parametrize(
    ("value", "expected"),
    [("VP Sales", True), ("VP", False), ("MVP of", False), ("Chief X Officer", True), ("c1o", True),
     ("c12o", False), ("a.b", True), ("axb", False), ("VP\nSales", True), ("50% off_", True)],
)  # fmt: skip
def test_matches(value: str, expected: bool) -> None:
    patterns = ("vp *", "chief*officer", "c?o", "a.b", "50% off")
    assert fired(p.Matches(field="title", patterns=patterns), {"title": value}) is expected


def test_patterns_with_many_stars_take_no_time() -> None:
    when = p.Matches(field="title", patterns=("*".join("a" * 40) + "b",))
    assert not fired(when, {"title": "a" * 20_000})


def test_long_lists_and_domains_below_them() -> None:
    lists = (p.LongList(name="rivals", entries=("acme.com", "big corp.de", "x'\"\\.io")),)
    domain = p.InList(field="email_domain", list="rivals", subdomains=True)
    for address in ("a@acme.com", "a@b@MAIL.acme.com ", "a@big-corp.de", "q@x'\"\\.io"):
        assert fired(domain, {"email": address}, lists=lists), address
    for address in ("a@notacme.com", "acme.com", "a@", "a@com", "", None, 5):
        assert not fired(domain, {"email": address}, lists=lists), address
    assert fired(p.InList(field="title", list="rivals"), {"title": "ACME.com"}, lists=lists)
    assert not fired(p.InList(field="title", list="rivals"), {"title": "a.acme.com"}, lists=lists)


def test_an_address_that_counts_as_missing_has_no_domain() -> None:
    email = p.LeadField(column="email", kind=p.FieldKind.TEXT, missing=("none@none.com",))
    domain = p.LeadField(column="email_domain", kind=p.FieldKind.TEXT, domain_of="email")
    fields = {"fields": (CREATED, email, domain)}
    when = p.Known(field="email_domain")
    assert not fired(when, {"email": "None@none.COM"}, **fields)
    assert fired(when, {"email": "me@none.com"}, **fields)


def test_same_as_compares_all_letters() -> None:
    same = p.SameAs(field="title", other="company")
    assert fired(same, {"title": "Ünï-corp", "company": " üNÏ CORP"})
    assert not fired(same, {"title": "", "company": ""})
    numbers = p.LeadField(column="seats", kind=p.FieldKind.NUMBER)
    more = {"fields": (CREATED, TITLE, EMPLOYEES, numbers)}
    equal = p.SameAs(field="employees", other="seats")
    assert fired(equal, {"employees": "1,000", "seats": Decimal("1000.0")}, **more)
    assert not fired(equal, {"employees": "many", "seats": "many"}, **more)


# --- numbers and money ----------------------------------------------------------------------------


def _in(low: str | None, high: str | None, **open_ends: bool) -> p.InRange:
    bounds = p.Bounds(
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        **open_ends,
    )
    return p.InRange(field="employees", bounds=bounds)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (50, True), (500, True), (49, False), (501, False), (50.0, True), (49.9999996, True),
        (49.9999994, False), (Decimal("500.0000004"), True), (Decimal("500.0000005"), False),
        ("50", True), (" 50 ", True), ("$50", True), ("+50", True), ("5'0", True), ("1,00", True),
        ("51-200", True), ("200–51", True), ("51-501", False), ("49-51", False), ("60+", False),
        ("5e1", False), ("5e2", False), ("fifty", False), ("", False), (None, False),
        ("-50", False), (float("nan"), False), (float("inf"), False), (True, False), ("50.", False),
        ("٥٠", False),
        ("0" * 5000 + "50", True), ("9" * 5000, False),
    ],
)  # fmt: skip
def test_numbers_between_two_ends(value: object, expected: bool) -> None:
    assert fired(_in("50", "500"), {"employees": value}) is expected


def test_open_ends() -> None:
    over = _in("50", None, low_open=True)
    assert [fired(over, {"employees": n}) for n in (50, 50.000001, 51, "60+", "50+")] == [
        False, True, True, True, False,
    ]  # fmt: skip
    under = _in(None, "50", high_open=True)
    assert [fired(under, {"employees": n}) for n in (50, 49.999999, -3, "10+")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_numbers_too_large_to_read_are_missing() -> None:
    for value in (10**20, -(10**20), "1" + "0" * 20, Decimal("1e20"), 1e20):
        assert not fired(p.Known(field="employees"), {"employees": value}), value
    for value in (10**20 - 1, 1 - 10**20, "9" * 20):
        assert fired(p.Known(field="employees"), {"employees": value}), value


def test_a_number_may_be_a_word_for_missing() -> None:
    field = p.LeadField(column="employees", kind=p.FieldKind.NUMBER, missing=("0", "n/a"))
    known = p.Known(field="employees")
    assert not fired(known, {"employees": 0}, fields=(CREATED, field))
    assert fired(known, {"employees": 10}, fields=(CREATED, field))


def test_money_by_currency() -> None:
    money = p.LeadField(column="revenue", kind=p.FieldKind.NUMBER, currency="currency")
    dollars = p.Bounds(low=Decimal("1086.9565"), low_open=True)
    base = p.Bounds(low=Decimal(1000), low_open=True)
    when = p.MoneyInRange(field="revenue", base=base, by_currency=(("USD", dollars),))
    more = {"fields": (CREATED, money)}

    def over(amount: object, currency: object = None) -> bool:
        return fired(when, {"revenue": amount, "currency": currency}, **more)

    assert over(1001)
    assert not over(1000)
    assert not over(1001, "USD")
    assert over("1,087", " usd ")
    assert not over(5000, "JPY")
    assert over(1000.01, "")
    assert fired(p.Known(field="revenue"), {"revenue": 5, "currency": "JPY"}, **more)


def test_yes_and_no() -> None:
    yes, no, known = (kind(field="consent") for kind in (p.IsTrue, p.IsFalse, p.Known))
    for value in (True, " YES ", "t", "1", 1, 1.0, "on"):
        assert fired(yes, {"consent": value}), value
        assert not fired(no, {"consent": value}), value
    for value in (False, "No", 0, "off"):
        assert fired(no, {"consent": value}), value
    for value in (None, "", "maybe", 2):
        assert not fired(known, {"consent": value}), value


# --- times ----------------------------------------------------------------------------------------


def test_created_after_as_of_has_no_row() -> None:
    made = plan(rule())
    assert result(made, {"created": NOW + MICROSECOND}) is None
    for value in (NOW, None, "", "soon", float("nan")):
        assert result(made, {"created": value}) is not None


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 11, 20, 23, tzinfo=UTC),
        datetime(2026, 11, 20, 23),
        datetime(2026, 11, 21, 0, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2026, 11, 20, 18, tzinfo=timezone(timedelta(hours=-5))),
        date(2026, 11, 21),
        "2026-11-21",
        " 2026-11-20T23:00:00Z ",
        "2026-11-20 23:00",
        "2026-11-21T01:00:00.000+02:00",
        "2026-11-21T01:00+0200",
    ],
)
def test_every_form_of_a_time(value: object) -> None:
    at = p.Instant(absolute=int(datetime(2026, 11, 20, 23, tzinfo=UTC).timestamp()) * 10**6)
    when = p.InTime(field="created", from_=at, until=at)
    assert fired(when, {"created": value}, timezone="Europe/Berlin")


def test_ends_of_tests_of_times() -> None:
    edge = p.Instant(offset=-30 * DAY)
    values = [ago(days=30) - MICROSECOND, ago(days=30), ago(days=30) + MICROSECOND]

    def which(**ends: p.Instant) -> list[bool]:
        return [fired(p.InTime(field="created", **ends), {"created": at}) for at in values]

    assert which(from_=edge) == [False, True, True]
    assert which(after=edge) == [False, False, True]
    assert which(until=edge) == [True, True, False]
    assert which(before=edge) == [True, False, False]
    assert not fired(p.InTime(field="created", until=edge), {"created": None})


def test_windows_longer_than_the_calendar() -> None:
    ages = p.Instant(offset=-4000 * 365 * DAY)
    first = datetime.min.replace(tzinfo=UTC)
    assert fired(p.InTime(field="created", after=ages), {"created": first})
    assert not fired(p.InTime(field="created", until=ages), {"created": first})


def test_as_of_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="timezone"):
        result(plan(rule()), {}, as_of=datetime(2026, 1, 1))
    berlin = NOW.astimezone(ZoneInfo("Europe/Berlin"))
    assert result(plan(rule()), {}, as_of=berlin).as_of == NOW


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
    same = {"event_id": "e1", "source": "web"}
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
    texts = [visit(at.isoformat()) for at in days]  # type: ignore[arg-type]
    unreadable = [{"verb": "visited", "at": "yesterday"}, {"at": NOW}, {"verb": "visited"}, {}]
    naive = [visit(at.replace(tzinfo=None)) for at in days]
    for done in (visits(days), texts, naive, [*unreadable, *texts], visits(days[::-1])):
        assert result(made, {}, *done).score == 10, done
    score = module(made)["score"]
    assert score({}, iter(visits(days)), NOW).reasons[0].line == 1


# --- order and speed ------------------------------------------------------------------------------


def test_one_event_followed_by_another() -> None:
    when = p.Followed(
        first=events(objects=(PRICING,)), second=events("requested"), microseconds=24 * HOUR
    )

    def asked(at: datetime) -> dict[str, Any]:
        return {"verb": "requested", "at": at, "object": None}

    start = ago(days=3)
    assert fired(when, {}, asked(start + timedelta(hours=24)), visit(start))
    assert not fired(when, {}, visit(start), asked(start + timedelta(hours=24) + MICROSECOND))
    assert not fired(when, {}, visit(start), asked(start))
    assert fired(when, {}, visit(start), visit(start + MICROSECOND), asked(start + MICROSECOND))
    again = p.Followed(first=events(), second=events(), microseconds=None)
    assert not fired(again, {}, visit())
    assert fired(again, {}, visit(), visit(ago(days=300)))


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
    things = ("/A", "/a ", "/b", None, "", "Ünï", "üNÏ")
    assert _points(made, *(visit(NOW, thing) for thing in things)) == 4


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
    made = plan(rule(when, evidence=events(), account_evidence=True), **_PERSONAL)
    return bool(result(made, lead, visit(), colleagues=colleagues).reasons)


def test_people_of_the_account() -> None:
    two = p.AccountPeople(events=events(window=last(7)), low=2)
    ann: dict[str, Any] = {"email": "ann@acme.com"}
    assert not _account(two, ann)
    assert _account(two, ann, ({}, [visit(ago(days=1))]))
    assert not _account(two, ann, ({}, [visit(ago(days=8))]))
    assert not _account(two, ann, ({"created": NOW + MICROSECOND}, [visit(ago(days=1))]))
    assert _account(two, {}, ({"created": "2026-01-01"}, [visit("2026-11-20")]))  # type: ignore[arg-type]


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
    made = plan(rule(when, evidence=events(), account_evidence=True), **_PERSONAL)
    others = [({}, [visit(ago(days=1)), visit(ago(hours=1))])]
    (reason,) = result(made, {"account_id": 1}, visit(ago(days=2)), colleagues=others).reasons
    assert (reason.events, reason.latest) == (3, ago(hours=1))


# --- what adds up ---------------------------------------------------------------------------------


def _sections(*sections: p.Section) -> dict[str, Any]:
    return {"sections": sections}


def test_limits_of_sections_and_of_the_score() -> None:
    made = plan(
        rule(points=6000, section="fit"),
        rule(points=-500, section="risk", line=2),
        rule(points=8050, section="behavior", line=3),
        **_sections(
            p.Section(name="fit", column="fit", line=1, maximum=5000),
            p.Section(name="risk", column="risk", line=2, minimum=-300),
            p.Section(name="behavior", column="behavior", line=3),
        ),
        score_low=0,
        score_high=10_000,
    )
    found = result(made, {"lead_id": 12})
    assert (found.section_fit, found.section_risk, found.section_behavior) == (
        Decimal("50.00"), Decimal("-3.00"), Decimal("80.50"),
    )  # fmt: skip
    assert (str(found.raw_score), str(found.score), found.lead_id) == ("127.50", "100.00", "12")
    assert result(plan(rule(points=-100), score_low=0), {}).score == 0


def test_a_section_counts_only_where_it_holds() -> None:
    section = p.Section(
        name="score", column="score", line=1, when=p.Known(field="title"), minimum=500
    )
    made = plan(rule(points=-100, flag="x"), **_sections(section))
    assert (result(made, {}).score, result(made, {}).flags, result(made, {}).reasons) == (0, (), ())
    assert result(made, {"title": "CEO"}).score == 5


def test_best_only() -> None:
    section = p.Section(name="score", column="score", line=1, best_only=True)
    made = plan(
        rule(points=-500, line=1, flag="minus"),
        rule(points=300, line=2, flag="first"),
        rule(p.Known(field="title"), points=300, line=3, key_conversion=True),
        rule(points=0, line=4, flag="no points"),
        **_sections(section),
    )
    found = result(made, {"title": "x"})
    assert found.score == 3
    assert [(r.line, r.counted) for r in found.reasons] == [
        (1, False), (2, True), (3, False), (4, True),
    ]  # fmt: skip
    assert found.flags == ("minus", "first", "no points")
    assert found.key_conversions == ("rule 3",)
    worst = plan(rule(points=-500), rule(points=-200, line=2), **_sections(section))
    assert result(worst, {}).score == -2
    none = plan(rule(p.FALSE), **_sections(section))
    assert result(none, {}).score == 0
    repeats = plan(
        rule(points=150), repeated(events(), p.Repeat.EACH, line=2), **_sections(section)
    )
    assert result(repeats, {}, visit()).score == Decimal("1.5")
    assert result(repeats, {}, visit(), visit()).score == 2


def test_flags_and_conversions_come_once_in_the_order_of_the_card() -> None:
    made = plan(
        rule(line=1, flag="b", key_conversion=True, label="won"),
        rule(line=2, flag="a"),
        rule(line=3, flag="b", key_conversion=True, label="won"),
        rule(p.FALSE, line=4, flag="never"),
    )
    found = result(made, {})
    assert (found.flags, found.key_conversions) == (("b", "a"), ("won",))


def test_must_haves() -> None:
    requirements = tuple(
        p.Requirement(line=n, text=column, when=p.Known(field=column))
        for n, column in enumerate(("title", "company", "email"))
    )
    made = plan(rule(), must_haves=p.MustHaves(at_least=2, requirements=requirements))
    assert result(made, {"title": "x"}).must_haves is False
    assert result(made, {"title": "x", "email": "y"}).must_haves is True
    assert result(plan(rule()), {}).must_haves is None


def test_tiers_grades_and_the_displayed_score() -> None:
    tiers = (
        p.Tier(number=1, name="small", line=5, when=_in(None, "50", high_open=True)),
        p.Tier(number=3, name="large", line=6, when=_in("500", None)),
    )
    grades = p.Grades(section="score", steps=(("A", 4000), ("B", 1000), ("C", None)))
    made = plan(rule(points=1025), tiers=tiers, grades=grades)
    found = result(made, {"employees": 900})
    assert (found.tier, str(found.displayed), found.grade) == ("large", "3010.25", "B")
    found = result(made, {"employees": 70})
    assert (found.tier, str(found.displayed)) == (None, "10.25")
    low = p.Grades(section="score", steps=(("A", 4000),))
    assert result(plan(rule(), grades=low), {}).grade is None
    assert result(plan(rule(points=999), grades=grades), {}).grade == "C"


def test_stages() -> None:
    stages = (
        p.Stage(name="ready", line=9, when=p.And(parts=(p.ScoreIn(low=6000), p.MustHavesMet())),
                route="Sales", respond_within="4h", notify="all"),
        p.Stage(name="flagged", line=10, when=p.HasFlag(flag="vip")),
        p.Stage(name="converted", line=11, when=p.HasKeyConversion()),
        p.Stage(name="graded", line=12, when=p.GradeIn(letters=("A", "B"))),
        p.Stage(name="big", line=13, when=p.TierIn(names=("large",))),
        p.Stage(name="warm", line=14, when=p.ScoreIn(low=2500, high=5000, section="score")),
    )  # fmt: skip
    title = p.Known(field="title")
    made = plan(
        rule(_in("1", None), points=6000, line=1),
        rule(p.Equals(field="title", values=("vip",)), points=0, line=2, flag="vip"),
        rule(some(events("requested")), points=0, line=3, key_conversion=True),
        rule(p.Equals(field="title", values=("rival",)), points=0, line=4, disqualify=True),
        rule(some(events()), points=2500, line=5),
        stages=stages,
        grades=p.Grades(section="score", steps=(("A", 8000),)),
        tiers=(p.Tier(number=1, name="large", line=7, when=p.Known(field="company")),),
        must_haves=p.MustHaves(
            at_least=1, requirements=(p.Requirement(line=8, text="title", when=title),)
        ),
    )

    def stage(lead: dict[str, Any], *done: dict[str, Any]) -> str:
        found: str = result(made, lead, *done).stage
        return found

    asked = {"verb": "requested", "at": NOW}
    assert stage({"employees": 5, "title": "x"}) == "ready"
    assert stage({"employees": 5}) == "none"
    assert stage({"title": "VIP"}, asked) == "flagged"
    assert stage({}, asked) == "converted"
    assert stage({"employees": 5}, visit()) == "graded"
    assert stage({"company": "x"}) == "big"
    assert stage({}, visit()) == "warm"
    assert stage({"title": "rival", "employees": 5}) == "disqualified"
    out = result(made, {"title": "rival", "employees": 5})
    assert (out.disqualified, out.route, out.respond_within, out.notify) == (True, None, None, None)
    assert out.score == 60
    ready = result(made, {"employees": 5, "title": "x"})
    assert (ready.route, ready.respond_within, ready.notify) == ("Sales", "4h", "all")


# --- reasons --------------------------------------------------------------------------------------


def test_reasons_tell_rule_points_and_evidence() -> None:
    seen = events(window=last(7))
    made = plan(
        rule(p.EventCount(events=seen, low=2), line=4, evidence=seen),
        repeated(events(), p.Repeat.EACH, line=2, maximum=150),
        rule(p.Known(field="title"), line=3),
    )
    done = [visit(ago(days=1), event_id="a"), visit(ago(days=2)), visit(ago(days=3)),
            visit(ago(days=2), event_id="a"), visit(ago(days=40)),
            visit(NOW + MICROSECOND)]  # fmt: skip
    reasons = result(made, {"title": "x"}, *done).reasons
    assert [tuple(reason) for reason in reasons] == [
        (2, "rule 2", "score", Decimal("1.50"), True, 4, ago(days=1)),
        (3, "rule 3", "score", Decimal("10.00"), True, 0, None),
        (4, "rule 4", "score", Decimal("10.00"), True, 3, ago(days=1)),
    ]


def test_a_result_as_columns() -> None:
    found = result(plan(rule(flag="x")), {"lead_id": "L1", "company": COMPANY})
    columns = found.to_dict()
    assert list(columns)[:5] == ["lead_id", "scorecard", "version", "as_of", "score"]
    assert columns["section_score"] == 10
    assert columns["flags"] == ("x",)
    assert "reasons" not in columns
    assert found.to_dict(reasons=True)["reasons"] == found.reasons
    assert repr(found) == "Score(lead_id='L1', score=10.00, stage='none')"
