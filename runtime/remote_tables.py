"""The plain tables of an engine far away: what they must hold, and the statement that scores them.

Each engine says what columns its tables have; what is missing, and what is told of it, is the same
for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from leadcard.compiler.backends.sql_facts import EVENT_COLUMNS, AsOf, ColumnType, Facts
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.dsl.record import dataclass
from leadcard.runtime.data_error import DataError
from leadcard.runtime.missing_columns import missing_column_notes
from leadcard.runtime.recognise import needed_columns

# Columns that every table of scores has: nothing that lacks one of them is ever replaced.
OF_RESULTS: Final = frozenset({"lead_id", "scorecard", "version", "as_of", "score"})
OF_EVERY_EVENT: Final = (
    ("lead_id", "D204", "lead"),
    ("verb", "D210", "verb"),
    ("at", "D209", "time"),
)
TEXTS_OF_EVENTS: Final = ("verb", "object")
_IN_A_VIEW: Final = "the plain tables are read: make a view with their names of columns"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainTables:
    """Leads and events: their names in statements, and the types of their columns.

    A type is None where the statement must find it out; `said` has the types of the events in the
    engine's own words. `any_case`: names of columns are given in small letters, and the engine does
    not tell `A` from `a`.
    """

    leads: str
    events: str
    lists: str
    of_leads: Mapping[str, ColumnType | None]
    of_events: Mapping[str, ColumnType | None]
    said: Mapping[str, str]
    same_ids: bool = False
    any_case: bool = False

    def _as_held(self, column: str) -> str:
        return column.lower() if self.any_case else column

    def absent(self, plan: Plan) -> frozenset[str]:
        """The columns that the card reads and the leads do not have."""
        wanted = needed_columns(plan) | {"created"}
        return frozenset(c for c in wanted if self._as_held(c) not in self.of_leads)

    def checked(self, plan: Plan) -> tuple[Diagnostic, ...]:
        """Warnings; raises `DataError` for tables that cannot be scored."""
        if "lead_id" not in self.of_leads:
            message = "no column of the leads is called `lead_id`"
            raise DataError(Diagnostic(code="D101", message=message, hint=_IN_A_VIEW))
        for column, _, _ in OF_EVERY_EVENT:
            if column not in self.of_events:
                message = f"no column of the events is called `{column}`"
                raise DataError(Diagnostic(code="D104", message=message, hint=_IN_A_VIEW))
        if self.of_events["at"] != "time":
            raise self._of_another_type("at", "timestamp")
        for column in TEXTS_OF_EVENTS:
            if self.of_events.get(column, "text") != "text":
                raise self._of_another_type(column, "text")
        return missing_column_notes(self.absent(plan))

    def _of_another_type(self, column: str, wanted: str) -> DataError:
        message = f"the column `{column}` of the events is no {wanted} but `{self.said[column]}`"
        return DataError(Diagnostic(code="D104", message=message, hint="cast it in a view"))

    def statement(
        self, plan: Plan, *, dialect: str, as_of: datetime, explain: bool, events_unique: bool
    ) -> str:
        """The statement that scores them; raises `Unsupported` for what it cannot say."""
        from leadcard.compiler.backends.sql import to_sql

        facts = self._facts(plan, events_unique)
        return to_sql(
            plan, dialect=dialect, as_of=AsOf(literal=as_of), reasons=explain, facts=facts
        )

    def _facts(self, plan: Plan, events_unique: bool) -> Facts:
        wanted = needed_columns(plan) | {"created"}
        types = {column: self.of_leads.get(self._as_held(column)) for column in wanted}
        plain = (*EVENT_COLUMNS, "source")
        return Facts(
            types={column: kind for column, kind in types.items() if kind is not None},
            absent=self.absent(plan),
            event_columns=frozenset(c for c in plain if c in self.of_events),
            seconds_type=self.of_events.get("seconds"),
            events_unique=events_unique,
            same_ids=self.same_ids,
            leads=self.leads,
            events=self.events,
            lists=self.lists,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteScored:
    """How many leads have a score now, and what is to be said of the data."""

    rows: int
    diagnostics: tuple[Diagnostic, ...]


def list_rows(plan: Plan) -> list[tuple[str, str]]:
    """The rows of the long lists that a statement reads: list, value."""
    return [(each.name, entry) for each in plan.lists for entry in each.entries]


def empty_events(counts: Sequence[int], hint: str) -> tuple[Diagnostic, ...]:
    """A warning of the events without lead, verb or time, by how many there are of each."""
    return tuple(
        Diagnostic(
            code=code,
            message=f"{'1 event has' if count == 1 else f'{count:,} events have'} no {what}",
            hint=hint,
            severity=Severity.WARNING,
        )
        for count, (_, code, what) in zip(counts, OF_EVERY_EVENT, strict=True)
        if count
    )


COUNT_FOR_NOBODY: Final = "they count for nobody; a view that is read instead can leave them out"


def not_one_row(lead_id: object, rows: object) -> DataError:
    """The error for a lead without id, or with several rows."""
    if lead_id is None or not str(lead_id).strip():
        return DataError(Diagnostic(code="D204", message="a row of the leads has no `lead_id`"))
    message = f"the lead `{lead_id}` has {rows} rows"
    hint = "keep one row of each lead, in a view that is read instead"
    return DataError(Diagnostic(code="D205", message=message, hint=hint))


def not_written(output: str, why: str) -> DataError:
    """The error for a table that the scores must not replace."""
    return DataError(Diagnostic(code="F106", message=f"cannot write `{output}`: {why}"))


IS_READ: Final = "it is what the scores are made from"
IS_SOMETHING_ELSE: Final = "it is there already, and holds no scores"
