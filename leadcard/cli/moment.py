"""`--as-of`: the moment for which leads are scored."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click


class Moment(click.ParamType):
    """A date or a time in ISO form; without an offset it is in the scorecard's timezone."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The time as written, perhaps still without an offset (see `in_zone`)."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        if text.lower() == "now":
            return datetime.now(UTC)
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"`{text}` is no date or time; write 2026-11-21 or 2026-11-21T12:00:00Z")


def in_zone(moment: datetime | None, zone: str) -> datetime:
    """`moment` in UTC; None is now, and one without an offset is in `zone`."""
    if moment is None:
        return datetime.now(UTC).replace(microsecond=0)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return aware.astimezone(UTC)


def written(moment: datetime) -> str:
    """An instant as users write it: `2026-11-21T12:00:00Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
