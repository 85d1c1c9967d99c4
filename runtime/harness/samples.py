"""Sample leads: made-up leads with what the card must say of them, checked and ready to run.

Times are instants in UTC. Values of fields are in the forms that compiled code reads: exact numbers
as plain decimal text (`51-200` and `10000+` for ranges), times as instants, all else as written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeAlias

from leadcard.dsl.source import Source

FieldValue: TypeAlias = str | datetime | None
INDENT: Final = "  "
_ENTRY: Final = re.compile(r" *(?=-\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleEvent:
    """One event: its verb's plain name, its instant, its object as written."""

    verb: str
    at: datetime
    object: str | None = None
    seconds: Decimal | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLead:
    """One lead: values by column of the plain table, the account's id, and events."""

    values: tuple[tuple[str, FieldValue], ...] = ()
    account: str | None = None
    events: tuple[SampleEvent, ...] = ()


# --- expectations ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A column of points lies between `low` and `high` (None: no end); both ends belong."""

    key: str
    column: str
    line: int
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exactly:
    """A column holds this text, truth or instant, or nothing."""

    key: str
    column: str
    line: int
    value: str | bool | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """A column of several entries holds these, in the order of the card, and no others."""

    key: str
    column: str
    line: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRule:
    """A rule of the card as a sample names it: the line it stands in, and its condition."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """These rules fire, or do not. `only` says that no rule at all may fire."""

    key: str
    line: int
    rules: tuple[NamedRule, ...]
    fires: bool
    only: bool = False


Expected: TypeAlias = Amount | Exactly | AllOf | Firing


# --- the file -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample lead, the line it begins in, and what is expected of it (at least one thing).

    `off_ladder` says that it need not outscore the samples of earlier buyer stages.
    """

    name: str
    line: int
    lead: SampleLead
    expected: tuple[Expected, ...]
    colleagues: tuple[SampleLead, ...] = ()
    buyer_stage: str | None = None
    off_ladder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """The sample leads of one card, at least one, in the order of the file."""

    source: Source
    as_of: datetime
    samples: tuple[Sample, ...]

    @property
    def indent(self) -> str | None:
        """The blanks before each entry of `leads`; None where none can follow the last line."""
        if not self.samples:
            return INDENT
        lines = self.source.text.splitlines()
        entry = _ENTRY.match(lines[self.samples[0].line - 1])
        after = lines[self.samples[-1].line :]
        if entry is None or any(re.match(r"[^\s#-]", line) for line in after):
            return None
        return entry.group()
