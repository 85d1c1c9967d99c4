"""The table of a timezone's offsets says the same as `zoneinfo`."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from leadcard.compiler.zone_table import local_changes, offset_changes

ZONES = ("Europe/Berlin", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia", "Asia/Kolkata")


def test_utc_never_changes() -> None:
    assert offset_changes("UTC") == ((0, 0),)


def test_berlin_in_2026() -> None:
    start, spring, autumn = offset_changes("Europe/Berlin", 2026, 2026)
    assert start == (int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()), 3600)
    assert spring == (int(datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp()), 7200)
    assert autumn == (int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp()), 3600)


@pytest.mark.parametrize("zone", ZONES)
def test_around_every_change(zone: str) -> None:
    changes = offset_changes(zone, 1970, 2037)
    info = ZoneInfo(zone)
    for (_, before), (at, after) in pairwise(changes):
        for seconds, offset in ((at - 1, before), (at, after)):
            found = datetime.fromtimestamp(seconds, tz=info).utcoffset()
            assert found == timedelta(seconds=offset), (zone, seconds)


@pytest.mark.parametrize("zone", ZONES)
def test_every_local_midnight(zone: str) -> None:
    table = local_changes(offset_changes(zone, 2005, 2025))
    starts, offsets = [at for at, _ in table[1:]], [offset for _, offset in table]
    day = datetime(2006, 1, 1)
    while day.year < 2025:
        local = int(day.replace(tzinfo=UTC).timestamp())
        found = day.replace(tzinfo=ZoneInfo(zone)).utcoffset()
        assert found == timedelta(seconds=offsets[bisect_right(starts, local)]), day
        day += timedelta(days=1)


def test_an_unknown_zone() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        offset_changes("Europe/Atlantis")
