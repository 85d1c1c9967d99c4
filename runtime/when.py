"""Instants as people read them."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


def day_text(moment: datetime, zone: str = "UTC") -> str:
    """The day in `zone`: `18 Nov 2026`. The months do not depend on the machine's language."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def moment_text(moment: datetime, zone: str = "UTC") -> str:
    """The day, time and zone: `18 Nov 2026, 12:00 UTC`; seconds where there are any."""
    return f"{clock_text(moment, zone)} {zone}"


def clock_text(moment: datetime, zone: str = "UTC") -> str:
    """The day and the time in `zone`, where the zone is said elsewhere."""
    local = moment.astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"
    return f"{day_text(moment, zone)}, {clock}"
