"""Choices of the generators, and the constants that cards and data draw from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

_T = TypeVar("_T")

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/St_Johns",
    "Pacific/Chatham",
    "America/Santiago",
    "Australia/Adelaide",
)

# Safe without quotes: neither words of the language nor of the vocabulary.
PLAIN_TEXTS = (
    "CEO",
    "manager",
    "technology",
    "head of",
    "VP",
    "производство",
    "经理",
    "구매",
    "Größe",
    "Ελλάς",
    "مدير",
    "İzmir",
    "C#",
    "ผู้จัดการ",
    "営業部",
    "מנהל",
    "निदेशक",
)
QUOTED_TEXTS = (
    "oil and gas",
    "R&D",
    "a, b",
    "O'Brien",
    "50 percent",
    "snake_case-word",
    "back\\slash {{ x }} -- y",
    "🚀 rocket",
    "ДИРЕКТОР по продажам",
    "straße",
    "x; drop table leads",
    "e\u0301te\u0301",
    'say "hi" now',
    "100%_sure",
    "СΙΓΜΑΣ ςσ",
    "a/*b*/c",
)
OBJECTS = ("pricing", "demo", "case study", "docs", "цены", "案例", "white paper", "v2", "webinar")
WHOLE_OBJECTS = ("Case Study 2025.pdf", "/Pricing", "https://acme.com/docs/a-b", "Ünïcode, 100%")
PATHS = ("/docs/*", "/pricing", "/blog/v?/x", "/a/*/b", "/*", "/case-study", "/цены/*")
COUNTRIES = ("US", "Germany", "South Korea", "Казахстан", "UK", "JP", "Norway")
DOMAINS = ("acme.com", "rival.example", "mail.ru", "big-corp.de", "xn--bcher-kva.example")
NUMBERS = ("50", "0", "100", "21", "2.5", "1,000", "10k", "1.5m", "500", "90", "2bn", "0.01")
DURATIONS = (
    "7d", "24h", "1 month", "90d", "2w", "30 days", "90 min", "1y", "1h", "1 min", "3 months",
)  # fmt: skip
COUNTS = (
    "2+ times",
    "3+ times",
    "exactly 1 time",
    "at most 2 times",
    "2-3 times",
    "at most 0 times",
    "1+ times",
)
DAYS = (date(2026, 1, 1), date(2026, 3, 29), date(2025, 11, 2), date(2026, 10, 4))
# Local times that a zone skips or repeats among them.
MOMENTS = ("2026-03-29 02:30", "2026-10-25T02:30:00", "2026-04-05T02:45", "2026-03-08T02:15:30")
OFFSETS = ("", "", "Z", "+05:30", "-03:00")


@dataclass(kw_only=True)
class Hints:
    """The constants of a card: data drawn near them makes its rules fire and nearly fire."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    verbs: list[str] = field(default_factory=list)
    objects: list[tuple[str, str]] = field(default_factory=list)  # verb, object as written
    durations: list[str] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)  # between one event and another
    account: bool = False

    def note(self, column: str, text: str) -> str:
        """Remember a constant that a field is compared with, and give it back."""
        self.fields.setdefault(column, []).append(text)
        return text


class Pick:
    """Choices in the words of this generator; the first of some choices is the simplest.

    All of them come from `number`, which gives a whole number, both ends included.
    """

    def __init__(self, number: Callable[[int, int], int]) -> None:
        self.number = number

    def one(self, choices: Sequence[_T]) -> _T:
        """One of the choices."""
        return choices[self.number(0, len(choices) - 1)]

    def chance(self, percent: int) -> bool:
        """Whether something happens that does so in `percent` of cases."""
        return self.number(0, 99) >= 100 - percent

    def some(self, choices: Sequence[_T], most: int) -> list[_T]:
        """One to `most` different choices."""
        wanted = self.number(1, min(most, len(choices)))
        left = list(choices)
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(wanted)]

    def shuffled(self, things: Sequence[_T]) -> list[_T]:
        """All of them in another order."""
        left = list(things)
        return [left.pop(self.number(0, len(left) - 1)) for _ in things]


_LENGTHS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "days": timedelta(days=1),
    "w": timedelta(weeks=1),
    "month": timedelta(days=30),
    "months": timedelta(days=30),
    "y": timedelta(days=365),
}


def days_of(duration: str) -> timedelta:
    """The length of one of `DURATIONS` and the like."""
    number = "".join(char for char in duration if char.isdigit())
    return int(number) * _LENGTHS[duration[len(number) :].strip()]


def day_of(moment: str) -> date:
    """The calendar day of one of `MOMENTS`."""
    return datetime.fromisoformat(moment).date()
