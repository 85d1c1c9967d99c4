"""The oracle's own readings, against examples worked out by hand from docs/language.md."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from tests import oracle_values as read

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("value", "term", "found"),
    [
        ("CTO", "cto", True),
        ("Director", "CTO", False),
        ("MVP of Sales", "VP", False),
        ("VP, Operations", "VP", True),
        ("VP\u00a0 -- Sales", "vp sales", True),
        ("Head of Sales", "head of", True),
        ("Headquarters", "Head", False),
        ("C# developer", "C#", True),
        ("구매팀장", "구매", True),
        ("ГЛАВНЫЙ ИНЖЕНЕР", "инженер", True),
        ("technology", "tech*", True),
        ("fintech", "tech*", False),
        ("fintech", "*tech", True),
        ("总经理CTO", "经理", True),
        ("总经理CTO", "CTO", False),
        ("İstanbul", "istanbul", True),
    ],
)
def test_contains(value: str, term: str, found: bool) -> None:
    assert read.contains(value, term) is found


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("  Head-of\tSALES ", "head of sales", True),
        ("head_of_sales", "Head of Sales", True),
        ("Straße", "STRASSE", False),
        ("ΣΊΣΥΦΟΣ", "σίσυφος", True),
        ("K", "k", True),
        ("a.b", "a b", False),
    ],
)
def test_name(left: str, right: str, same: bool) -> None:
    assert (read.name(left) == read.name(right)) is same


@pytest.mark.parametrize(
    ("value", "ends"),
    [
        ("51-200", (51, 200)),
        ("200–51", (51, 200)),
        ("10,001+", (10001, math.inf)),
        (" $1'000.5 ", (Fraction(2001, 2), Fraction(2001, 2))),
        ("1 000 000", (10**6, 10**6)),
        ("-5", (-5, -5)),
        ("€ 5", (5, 5)),
        ("5 €", (5, 5)),
        ("- 5", (-5, -5)),
        ("51 – 200", (51, 200)),
        ("1’000 +", (1000, math.inf)),
        ("5--3", (-3, 5)),
        ("1e5", None),
        ("5.", None),
        (".5", None),
        ("--5", None),
        ("5-", None),
        (1e5, (100000, 100000)),
        (0.1, (Fraction(1, 10), Fraction(1, 10))),
        (Decimal("0.0000005"), (Fraction(1, 10**6), Fraction(1, 10**6))),
        (Decimal("-0.0000005"), (Fraction(-1, 10**6), Fraction(-1, 10**6))),
        (10**20, None),
        (10**20 - 1, (10**20 - 1, 10**20 - 1)),
        (float("nan"), None),
        ("n/a", None),
        ("", None),
        (True, None),
    ],
)
def test_read_number(value: object, ends: object) -> None:
    assert read.read_number(value) == ends


def test_midnight_follows_the_clocks_of_the_zone() -> None:
    assert read.midnight(date(2026, 3, 29), BERLIN) == read.instant(
        datetime(2026, 3, 28, 23, tzinfo=UTC)
    )
    assert read.midnight(date(2026, 3, 30), BERLIN) == read.instant(
        datetime(2026, 3, 29, 22, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 1, 1, 12), datetime(2026, 1, 1, 12, tzinfo=UTC)),
        (datetime(2026, 1, 1, 12, tzinfo=BERLIN), datetime(2026, 1, 1, 11, tzinfo=UTC)),
        (date(2026, 1, 1), datetime(2025, 12, 31, 23, tzinfo=UTC)),
        ("2026-01-01", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        ("2026-01-01T12:00:00Z", datetime(2026, 1, 1, 12, tzinfo=UTC)),
    ],
)
def test_read_time(value: object, expected: datetime) -> None:
    assert read.read_time(value, BERLIN) == read.instant(expected)


@pytest.mark.parametrize("value", ["yesterday", "", None, 5, "2026-13-01"])
def test_what_is_no_time(value: object) -> None:
    assert read.read_time(value, BERLIN) is None


@pytest.mark.parametrize(
    ("object_", "segments"),
    [
        ("/pricing", ["pricing"]),
        ("https://acme.com/Docs/Case-Study.html?x=/a#b", ["docs", "case study"]),
        ("www.acme.com/pricing/", ["pricing"]),
        ("https://acme.com", []),
        ("//acme.com//a//b", ["a", "b"]),
    ],
)
def test_segments(object_: str, segments: list[str]) -> None:
    assert read.is_path(object_)
    assert read.segments(object_) == segments


@pytest.mark.parametrize("object_", ["pricing", "a/b", "see http ://x", "://x", ""])
def test_what_is_no_path(object_: str) -> None:
    assert not read.is_path(object_)


@pytest.mark.parametrize(
    ("object_", "pattern", "met"),
    [
        ("/docs", "/docs/*", True),
        ("/docs/a/b", "/docs/*", True),
        ("/docsearch", "/docs/*", False),
        ("/a/docs", "/docs/*", False),
        ("https://x.com/docs/?q=1", "/docs", True),
        ("/", "/*", True),
        ("/anything", "/*", True),
        ("/v1/a", "/v?/a", True),
    ],
)
def test_path_glob(object_: str, pattern: str, met: bool) -> None:
    assert read.path_glob(object_, pattern) is met


def test_milliseconds_round_halves_away() -> None:
    assert [read.milliseconds(s) for s in (Decimal("0.0005"), "1.2345", -3, None, 2)] == [
        1,
        1235,
        0,
        0,
        2000,
    ]
