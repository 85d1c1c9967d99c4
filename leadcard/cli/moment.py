"""`--as-of`: the moment for which leads are scored."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click


def moment(text: str) -> datetime:
    """A date or a time in ISO form, perhaps without an offset (see `in_zone`)."""
    if text.strip().lower() == "now":
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        message = f"`{text}` is no date or time; write 2026-11-21 or 2026-11-21T12:00:00Z"
        raise click.BadParameter(message) from None


def in_zone(given: datetime | None, zone: str) -> datetime:
    """`given` in UTC; None is now, and one without an offset is in `zone`."""
    if given is None:
        return datetime.now(UTC).replace(microsecond=0)
    aware = given if given.tzinfo else given.replace(tzinfo=ZoneInfo(zone))
    return aware.astimezone(UTC)


def written(instant: datetime) -> str:
    """An instant as users write it: `2026-11-21T12:00:00Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
