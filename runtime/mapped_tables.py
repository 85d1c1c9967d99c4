"""Tables of a server as leadcard.yaml maps them: which are there, and queries that read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from leadcard.compiler.backends.dbt_tables import source_table
from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.backends.sql_build import Build
from leadcard.compiler.backends.sql_facts import ColumnType
from leadcard.compiler.backends.staged_tables import KnownTable, KnownTables, NotThere
from leadcard.compiler.backends.staging import Staging, staging
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.dsl.record import dataclass
from leadcard.runtime.data_error import DataError, cannot_read
from leadcard.runtime.recognise import nearest_column
from leadcard.runtime.usual_headers import header_forms

_LISTED: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTable:
    """A table of a server: its name in standard SQL, and the types of its columns."""

    reference: str
    types: Mapping[str, ColumnType | None]


_NAME_IT: Final = "where a table has another name, say so in leadcard.yaml with `from`"
_MAKE_A_VIEW: Final = (
    "tables of a pattern are not gathered in a database: make a view of them, and name it in"
    " leadcard.yaml with `from`"
)

# Finds the table of a schema (None: the usual ones) by its name.
Finder = Callable[[str | None, str], ServerTable | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """The queries of leads, events and merges, and what is to be told of the tables."""

    queries: Staging
    notes: tuple[Diagnostic, ...]


def is_mapped(vocabulary: Vocabulary) -> bool:
    """Whether leadcard.yaml says in which tables leads and events are."""
    return vocabulary.leads.location is not None


def mapped(
    plan: Plan, vocabulary: Vocabulary, *, dialect: str, find: Finder, models: Mapping[str, str]
) -> Mapped:
    """The queries that make plain tables of a server's own; `models` are the names that these get.

    Raises `DataError` for tables and columns that are not there, `Unsupported` for what the
    database cannot say.
    """
    found: dict[str, KnownTable] = {}
    lacking: dict[str, None] = {}
    for location, optional in _locations(vocabulary):
        place = source_table(location)
        table = find(place.schema, place.identifier)
        if table is not None:
            found[location] = _known(table)
        elif optional:
            lacking[location] = None
        else:
            raise cannot_read(location, "there is no such table", hint=_NAME_IT)
    try:
        queries = staging(plan, vocabulary, Build(DIALECTS[dialect]), KnownTables(found, models))
    except NotThere as error:
        raise DataError(_not_there(error)) from None
    notes = (_lacking(vocabulary, tuple(lacking)),) if lacking else ()
    return Mapped(queries=queries, notes=notes)


def _locations(vocabulary: Vocabulary) -> Iterator[tuple[str, bool]]:
    """The tables that leadcard.yaml or its preset names, and whether each may be missing."""
    leads = vocabulary.leads
    yield leads.location or "leads", False
    yield from ((join.location, join.optional) for join in leads.joins)
    yield from ((merges.location, merges.optional) for merges in leads.merges)
    named = [source for source in vocabulary.events if source.location is not None]
    for source in named:
        yield source.location or "", source.optional
        yield from ((join.location, join.optional) for join in source.joins)
    if not named:
        yield "events", False


def _known(table: ServerTable) -> KnownTable:
    columns: dict[str, str] = {}
    for column in table.types:
        for form in header_forms(column):
            columns.setdefault(form, column)
    return KnownTable(reference=table.reference, columns=columns, types=table.types)


def _not_there(error: NotThere) -> Diagnostic:
    seen = ", ".join(f"`{column}`" for column in error.columns[:_LISTED])
    return Diagnostic(
        code="D105",
        message=f"`{error.location}` has no column `{error.column}`, which the vocabulary names;"
        f" it has {seen}",
        hint=nearest_column(error.column, error.columns),
    )


def _lacking(vocabulary: Vocabulary, tables: tuple[str, ...]) -> Diagnostic:
    listed = ", ".join(f"`{table}`" for table in tables)
    patterns = any("*" in table for table in tables)
    return Diagnostic(
        code="D129",
        message=f"tables that preset `{vocabulary.preset}` knows and the database lacks: {listed}",
        hint=_MAKE_A_VIEW if patterns else _NAME_IT,
        severity=Severity.NOTE,
    )
