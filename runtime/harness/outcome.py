"""What an engine says of one sample lead, in one form for all engines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, TypeAlias

from leadcard.compiler.result import JOIN_TEXT

Value: TypeAlias = str | Decimal | bool | datetime | None
LISTS: Final = ("flags", "key_conversions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A rule that fired: `counted` is false where `best only` left it out."""

    line: int
    rule: str
    section: str
    points: Decimal
    counted: bool
    events: int
    latest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The columns of the result by name, and the rules that fired in the order of the card."""

    values: Mapping[str, Value]
    reasons: tuple[Reason, ...]

    def fired(self, line: int) -> Reason | None:
        """Why the rule in `line` of the card counts, if it fired."""
        return next((r for r in self.reasons if r.line == line), None)


def points(value: object) -> Decimal:
    """Points with two places, from whatever number an engine gives."""
    return Decimal(str(value)).quantize(Decimal("0.01"))


def instant(value: object) -> datetime | None:
    """An instant in UTC, from a time or its ISO text; a naive one is in UTC."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def plain_value(column: str, kind: str, value: object) -> Value:
    """A value of a result column of type `kind` in the one form; several entries as joined text."""
    if column in LISTS:
        return joined(value)
    if value is None:
        return None
    match kind:
        case "points":
            return points(value)
        case "time":
            return instant(value)
        case "boolean":
            return bool(value)
        case _:
            return str(value)


def joined(value: object) -> str:
    """Entries as the one text that results hold; a text is one already."""
    if value is None:
        return ""
    if isinstance(value, str) or not isinstance(value, Iterable):
        return str(value)
    return JOIN_TEXT.join(str(entry) for entry in value)
