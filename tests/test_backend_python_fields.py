"""Fields of leads in the Python backend; what is expected comes from docs/language.md."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from leadcard.compiler import plan as p
from leadcard.compiler.text import needle
from tests.python_plans import (
    CREATED,
    DAY,
    EMPLOYEES,
    MICROSECOND,
    NOW,
    TITLE,
    ago,
    fired,
    module,
    plan,
    result,
    rule,
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
    for other in ("a@notacme.com", "acme.com", "a@", "a@com", "", None, 5):
        assert not fired(domain, {"email": other}, lists=lists), other
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


def test_a_sign_belongs_to_a_word_for_missing() -> None:
    field = p.LeadField(column="employees", kind=p.FieldKind.NUMBER, missing=("-1", "n/a"))
    known = p.Known(field="employees")
    for value in (-1, -1.0, Decimal("-1.00"), "-1", " -1 ", "N/A"):
        assert not fired(known, {"employees": value}, fields=(CREATED, field)), value
    for value in (1, 1.0, "1", -1.5, "-1.5"):
        assert fired(known, {"employees": value}, fields=(CREATED, field)), value


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
    for other in (False, "No", 0, "off"):
        assert fired(no, {"consent": other}), other
    for nothing in (None, "", "maybe", 2):
        assert not fired(known, {"consent": nothing}), nothing


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
