"""What the SQL backend is told besides the plan: the moment, and what is known of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

ColumnType: TypeAlias = Literal["text", "number", "integer", "time", "date", "boolean"]

EVENT_COLUMNS: Final = ("event_id", "lead_id", "verb", "object", "at", "seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """The moment of the score, written into the statement in one place.

    Exactly one is set: `literal`, an aware instant (a naive one is taken as UTC); `parameter`, the
    name of a named parameter that is bound to an aware instant; `variable`, the name of a dbt
    variable that holds an ISO 8601 text with offset; `clock`, the moment of the statement's run.
    """

    literal: datetime | None = None
    parameter: str | None = None
    variable: str | None = None
    clock: bool = False

    def __post_init__(self) -> None:
        given = [x for x in (self.literal, self.parameter, self.variable) if x is not None]
        if len(given) + self.clock != 1:
            raise ValueError("as_of is a literal, a parameter, a variable or the clock")
        if not (self.parameter or self.variable or "as_of").isidentifier():
            raise ValueError("a parameter or variable has a plain name")

    @property
    def utc_text(self) -> str:
        """The literal as ISO 8601 text in UTC."""
        assert self.literal is not None
        known = self.literal if self.literal.tzinfo else self.literal.replace(tzinfo=UTC)
        return known.astimezone(UTC).isoformat(sep=" ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the tables; facts make a statement shorter or faster, never different.

    `types` are the types of lead columns as the engine has them; a column that is not named is read
    with casts, whatever it is: `integer` (64 bits at most), `number` (any other numeric type),
    `text`, `time` (with or without time zone, UTC), `date`, `boolean`. `absent` are lead columns
    that the table does not have: every value is missing. `event_columns` are the columns of the
    events table (`source` may be among them). `events_unique`: no two events share source, lead,
    event id, verb and object. `event_ids_known`: every event has an id. `same_ids`: lead_id has the
    same type in both tables. `no_later_rows`: no event is later than as_of.
    """

    types: Mapping[str, ColumnType] = field(default_factory=lambda: MappingProxyType({}))
    absent: frozenset[str] = frozenset()
    event_columns: frozenset[str] = frozenset(EVENT_COLUMNS)
    seconds_type: ColumnType | None = None
    events_unique: bool = False
    event_ids_known: bool = False
    same_ids: bool = False
    no_later_rows: bool = False
    leads: str = "leads"
    events: str = "events"
    lists: str = "leadcard_lists"


class Unsupported(Exception):  # it names what it says, as a diagnostic does
    """The plan holds `what`, on `line` of the card (or None), which the dialect cannot say.

    `said` are words of leadcard.yaml that ask for it; `dialect` is named where the database as such
    lacks an operation, whichever line asks for it.
    """

    def __init__(
        self, line: int | None, what: str, *, said: str | None = None, dialect: str | None = None
    ) -> None:
        super().__init__(f"{what} (line {line})" if line else what)
        self.line = line
        self.what = what
        self.said = said
        self.dialect = dialect


class NameTooLong(Unsupported):  # it names what it says
    """A name that the card gives is longer than the database takes; `what` says it all."""
