"""The Python API: what `import leadcard` offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeAlias

from leadcard.compiler import pipeline
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.render import render_text

FilePath: TypeAlias = str | PathLike[str]
Lead: TypeAlias = Mapping[str, Any]
Event: TypeAlias = Mapping[str, Any]


class CardError(ValueError):
    """A scorecard has mistakes; `diagnostics` are all of them, the text shows them to people."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(render_text(diagnostics, color=False))
        self.diagnostics = tuple(diagnostics)


@dataclass(frozen=True, kw_only=True)
class Card:
    """A scorecard without mistakes, ready to score."""

    plan: Plan
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def name(self) -> str:
        """The card's name, from its `scorecard:` line."""
        return self.plan.scorecard

    @property
    def version(self) -> str:
        """A hash of the card, its vocabulary, its lists and the compiler."""
        return self.plan.version

    def score(
        self,
        lead: Lead,
        events: Iterable[Event],
        as_of: datetime,
        colleagues: Iterable[tuple[Lead, Iterable[Event]]] = (),
    ) -> Any:
        """The result for one lead at `as_of` (aware); None for a lead created later.

        `lead` maps words of fields in snake case to values; events have `verb`, `at`, and where
        known `object`, `seconds`, `event_id`, `source`. The result has the columns of
        `leadcard score` as attributes.
        """
        if as_of.tzinfo is None:
            raise TypeError("as_of needs a time zone, as datetime.now(UTC) has one")
        return self._module.score(lead, tuple(events), as_of, tuple(colleagues))

    def to_python(self) -> str:
        """The card as the text of a Python module that imports the standard library only."""
        from leadcard.compiler.backends.python import to_python

        return to_python(self.plan)

    def to_sql(
        self, *, as_of: datetime | None = None, reasons: bool = False, dialect: str = "duckdb"
    ) -> str:
        """The card as one SQL statement; without `as_of` it has a named parameter of that name."""
        from leadcard.compiler.backends.sql import to_sql
        from leadcard.compiler.backends.sql_facts import AsOf

        when = AsOf(literal=as_of) if as_of else AsOf(parameter="as_of")
        return to_sql(self.plan, as_of=when, reasons=reasons, dialect=dialect)

    @cached_property
    def _module(self) -> ModuleType:
        from leadcard.runtime.compiled import compiled

        return compiled(self.plan)


def load(path: FilePath, *, vocabulary: FilePath | None = None) -> Card:
    """The scorecard at `path`; raises `CardError` with all its mistakes if it has any."""
    words = Path(vocabulary) if vocabulary is not None else None
    checked = pipeline.check_file(Path(path), vocabulary=words)
    if checked.plan is None:
        raise CardError(checked.diagnostics)
    return Card(plan=checked.plan, diagnostics=checked.diagnostics)


def check(path: FilePath, *, vocabulary: FilePath | None = None) -> tuple[Diagnostic, ...]:
    """All that is wrong with the scorecard at `path`, warnings too."""
    words = Path(vocabulary) if vocabulary is not None else None
    return pipeline.check_file(Path(path), vocabulary=words).diagnostics


def compile(
    path: FilePath, *, to: Literal["python", "sql"], vocabulary: FilePath | None = None
) -> str:
    """The scorecard at `path` as Python or SQL; raises `CardError` if it has mistakes."""
    card = load(path, vocabulary=vocabulary)
    return card.to_python() if to == "python" else card.to_sql()


def score(
    path: FilePath,
    *,
    leads: FilePath | Sequence[FilePath] = (),
    events: FilePath | Sequence[FilePath] = (),
    as_of: datetime,
    explain: bool = False,
    vocabulary: FilePath | None = None,
) -> list[dict[str, Any]]:
    """The leads in these files scored with the card at `path`: one mapping a lead, by lead id.

    Without `leads` and `events`, the data is what leadcard.yaml names. Raises `CardError` for a
    card with mistakes, and `DataError` for data that cannot be read, single rows included.
    """
    from leadcard.runtime.data_error import DataError
    from leadcard.runtime.execute import score_data
    from leadcard.runtime.load import open_data

    if as_of.tzinfo is None:
        raise TypeError("as_of needs a time zone, as datetime.now(UTC) has one")
    words = Path(vocabulary) if vocabulary is not None else None
    checked = pipeline.check_file(Path(path), vocabulary=words)
    if checked.plan is None:
        raise CardError(checked.diagnostics)
    with open_data(
        checked.vocabulary,
        checked.plan,
        leads=_places(leads),
        events=_places(events),
        timezone=checked.plan.timezone,
    ) as data:
        if problems := data.bad_rows.findings(allowed=False):
            raise DataError(*problems)
        scored = score_data(checked.plan, data, as_of=as_of, explain=explain)
        names = [column.name for column in scored.columns]
        rows = data.connection.execute(f"SELECT * FROM {scored.relation} ORDER BY lead_id")
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _places(given: FilePath | Sequence[FilePath]) -> tuple[str, ...]:
    several = (given,) if isinstance(given, str | PathLike) else given
    return tuple(str(place) for place in several)
