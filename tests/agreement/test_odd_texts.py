"""Texts that are nearly numbers or times, on databases whose casts fail on what is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.agreement.compare import judge
from tests.agreement.databases import DATABASES, SLOW, missing
from tests.strategies import Case
from tests.strategies_events import Row

CARD = """\
timezone: Europe/Berlin
seats is known: +1
seats over 1.5: +2
seats under 0: +4
seats is the same as employees: +8
renewal is known: +16
renewal before 2000-01-01: +32
renewal after 2026-11-21: +64
visited: +0
spent 1+ minutes on pricing: +128
"""
NUMBERS = (
    "", " ", "1", "+1", "-1", "1.", ".5", "1.5", "1.50000049", "1.5000005", "--1", "1-2", "1--2",
    "1-", "1+", "1++", "+-1", "1e5", "0x10", "NaN", "Infinity", "9" * 20, "9" * 21, "9" * 400,
    "0.9999999", "-0", "-0.0000001", "99999999999999999999.9999999", "1–3", "–3", "1,000.5",
    "€ 1 000", "1\u00a0000", "₽5+", "1.5.5", "１", "²", "1 2 - 3",
)  # fmt: skip
TIMES = (
    "", "soon", "2026-11-22", "2026-11-21", "1999-12-31", "2026-02-29", "2024-02-29", "1900-02-29",
    "2000-02-29", "2026-02-30", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
    "0001-01-01", "9999-12-31", "2026-11-21T23:00", "2026-11-21 22:59:59.999999Z",
    "2026-11-21T24:00", "2026-11-21T23:60", "2026-11-21T23:59:60", "2026-11-21T23:59:59+05:30",
    "2026-11-21T23:59:59-0530", "2026-11-21T23:59:59+05", "2026-11-21T23:59:59z", "2026-11-21Z",
    "2026-11-21T23:59:59.1234567", "2026-11-21T23:59:59,5", "2026-11-21T", "2026-1-1", "20261121",
    " 2026-11-22 ", "2026-11-22\u00a0", "1970-01-01", "1969-12-31T23:59:59.9", "2026-03-29",
    "2026-10-25", "2101-06-01",
)  # fmt: skip
SECONDS = (
    "60", "59.9999", "59.9995", "-60", "60-60", "60+", "+60", "1 m", "6e1", "9" * 25, None,
    "9" * 20, "99999999999999999999.9999994", "99999999999999999999.9999995",
)  # fmt: skip


def odd(*, informed: bool) -> Case:
    """A lead for each odd text, with events of odd lengths."""
    count = max(len(NUMBERS), len(TIMES))
    leads: tuple[Row, ...] = tuple(
        {
            "lead_id": f"L{n}",
            "seats": NUMBERS[n % len(NUMBERS)],
            "employees": NUMBERS[(n * 7 + 3) % len(NUMBERS)],
            "renewal": TIMES[n % len(TIMES)],
        }
        for n in range(count)
    )
    at = datetime(2026, 11, 1, tzinfo=UTC)
    events: tuple[Row, ...] = tuple(
        {
            "event_id": None,
            "lead_id": f"L{n}",
            "verb": "visited",
            "object": "/pricing",
            "at": at,
            "seconds": seconds,
        }
        for n, seconds in enumerate(SECONDS)
    )
    return Case(
        card=CARD,
        words="rich",
        as_of=datetime(2026, 11, 21, 12, tzinfo=UTC),
        leads=leads,
        events=events,
        typed={},
        informed=informed,
    )


@pytest.mark.parametrize("informed", [True, False])
@pytest.mark.parametrize(
    "engine",
    [
        "python",
        "sql",
        *(
            pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else [])
            for name in DATABASES
        ),
    ],
)
def test_are_read_as_the_language_says(engine: str, informed: bool) -> None:
    why = missing(engine) if engine in DATABASES else None
    if why:
        pytest.skip(why)
    assert judge(odd(informed=informed), (engine,)).differences == ()
