"""Tables of the source as staging queries read them: which columns they have, if that is known.

dbt learns of columns when its models run; a server that is at hand says at once what it has. Both
are `Tables` to the queries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlglot import exp

from leadcard.compiler.backends.sql_build import Node, name
from leadcard.compiler.backends.sql_facts import ColumnType
from leadcard.compiler.text import name_form
from leadcard.dsl.record import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A column that a query may read: the place of its table in leadcard.yaml, what the query calls
    the table, its name there, and the keys that lead on within its value.
    """

    location: str
    at: str
    column: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A column that is there: how it is read, its type (None: not known), and further keys."""

    node: Node
    kind: ColumnType | None = None
    keys: tuple[str, ...] = ()


class NotThere(Exception):  # it names what it says
    """The table at `location` lacks `column`, which leadcard.yaml names."""

    def __init__(self, location: str, column: str, columns: Sequence[str]) -> None:
        super().__init__(f"{location} has no column {column}")
        self.location, self.column, self.columns = location, column, tuple(columns)


class Tables(Protocol):
    """The tables that staging queries read, and the models that they become."""

    guesses: bool  # whether usual headers can be looked for

    def there(self, location: str) -> bool:
        """Whether a table may be there."""

    def table(self, location: str, as_: str, *, soft: bool) -> exp.Table:
        """A table to select from; a `soft` one may be missing, and then has no rows."""

    def model(self, said: str, as_: str) -> exp.Table:
        """A table that another staging query makes: `leads` or `merges`."""

    def chosen(self, places: Sequence[Place], *, soft: bool) -> Found | None:
        """The first of some columns that is there; None, or `NotThere` unless `soft`, for none."""

    def filled(self, statement: str) -> str:
        """The text of a query with its tables in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTable:
    """A table of a server: its name in standard SQL, its columns by name form, and their types."""

    reference: str
    columns: Mapping[str, str]
    types: Mapping[str, ColumnType | None]


class KnownTables:
    """Tables of a server that is at hand, by their places in leadcard.yaml."""

    guesses = True

    def __init__(self, tables: Mapping[str, KnownTable], models: Mapping[str, str]) -> None:
        self._tables, self._models = tables, models

    def there(self, location: str) -> bool:
        """Whether the server has a table."""
        return location in self._tables

    def table(self, location: str, as_: str, *, soft: bool) -> exp.Table:
        """A table to select from, which is there."""
        return _named(self._tables[location].reference, as_)

    def model(self, said: str, as_: str) -> exp.Table:
        """A table that another staging query made."""
        return _named(self._models[said], as_)

    def chosen(self, places: Sequence[Place], *, soft: bool) -> Found | None:
        """The first of some columns that the server has."""
        for place in places:
            table = self._tables.get(place.location)
            column = table.columns.get(name_form(place.column)) if table is not None else None
            if table is not None and column is not None:
                kind = "text" if place.keys else table.types[column]
                return Found(node=name(column, place.at), kind=kind, keys=place.keys)
        if soft or not places:
            return None
        lacking = places[0]
        table = self._tables.get(lacking.location)
        raise NotThere(lacking.location, lacking.column, tuple(table.types) if table else ())

    def filled(self, statement: str) -> str:
        """The text as it is: its tables have their own names."""
        return statement


def _named(reference: str, as_: str) -> exp.Table:
    table = exp.to_table(reference)
    for part in table.parts:
        part.set("quoted", True)
    table.set("alias", exp.TableAlias(this=exp.to_identifier(as_)))
    return table
