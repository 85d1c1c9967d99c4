"""Tables of the source as dbt knows them, and how a query names them before dbt fills them in.

A statement is built with a made-up name for each table. At the end that name becomes dbt's
reference to the table, and whatever else looks like a template becomes plain text.
"""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.dialect import Dialect
from leadcard.compiler.backends.sql_build import Node
from leadcard.compiler.vocabulary_tables import table_name
from leadcard.dsl.record import dataclass

_MARKS: Final = re.compile(r"\{(?=[{%#])")
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")
_SCHEMA: Final = re.compile(r"([A-Za-z_]\w*)\.([A-Za-z_]\w*)\Z")
_FILES: Final = ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "pq", "gz", "zst")
# Words that no database takes as a column's name without quotes.
_RESERVED_TEXT: Final = """
    all and any as asc at authorization between both by case cast check collate column
    constraint create cross current_date current_time current_timestamp current_user default
    desc distinct else end except exists extract false fetch for foreign from full grant group
    having if ignore in inner intersect interval into is join key lateral leading left like
    limit natural new not null of offset on or order outer over partition primary range
    recursive references right row rows select session_user set some table tablesample then to
    trailing true union unique unnest update user using values when where window with
"""
_RESERVED: Final = frozenset(_RESERVED_TEXT.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """A table of the source: its dbt name, what it is called in the database, and its schema."""

    name: str
    identifier: str
    schema: str | None = None


def source_table(location: str) -> SourceTable:
    """The table that a place of leadcard.yaml stands for: a file's table has the file's name."""
    parts = _SCHEMA.match(location)
    if parts is not None and parts[2].lower() not in _FILES:
        return SourceTable(name=parts[2].lower(), identifier=parts[2], schema=parts[1])
    said = table_name(location)
    if "*" in said or "?" in said:  # a pattern of files: the folder that holds them
        folders = [part for part in re.split(r"[/\\]", location)[:-1] if part.strip("*?.")]
        said = folders[-1] if folders else said
    plain = re.sub(r"\W+", "_", said).strip("_").lower() or "source"
    return SourceTable(name=plain, identifier=said if plain != said.lower() else plain)


class References:
    """The made-up names of tables in a statement; `mark` must stand in no text of it."""

    def __init__(self, dialect: Dialect, mark: str) -> None:
        self._dialect, self._mark = dialect, mark
        self._names: dict[str, str] = {}

    def name_of(self, reference: str) -> str:
        """The name that stands for a reference such as `ref("leads")`."""
        return self._names.setdefault(reference, f"leadcard_{self._mark}_{len(self._names)}")

    def table(self, reference: str, as_: str) -> exp.Table:
        """The table of a reference, to be selected from."""
        name = exp.to_identifier(self.name_of(reference), quoted=True)
        return exp.Table(this=name, alias=exp.TableAlias(this=exp.to_identifier(as_)))

    def filled(self, statement: str) -> str:
        """The statement with dbt's references, and nothing else in it that dbt would fill."""
        return self.placed(without_templates(statement))

    def placed(self, statement: str) -> str:
        """The statement with dbt's references, other templates left as they are."""
        for reference, name in self._names.items():
            quoted = exp.to_identifier(name, quoted=True).sql(dialect=self._dialect.sqlglot)
            for written in (quoted, quoted.upper(), name):  # capitals: see `sql_capitals`
                statement = statement.replace(written, f"{{{{ {reference} }}}}")
        return statement


def without_templates(text: str) -> str:
    """`text` so that dbt gives it back as it stands."""
    return _MARKS.sub('{{ "{" }}', text)


def column_node(name: str, table: str | None = None) -> Node:
    """A column of the source by its name in leadcard.yaml, quoted where it must be.

    A plain lower-case name is left as it is, so that databases which keep names in capitals find
    it too.
    """
    quoted = _PLAIN.match(name) is None or name in _RESERVED
    return exp.column(exp.to_identifier(name, quoted=quoted), table=table)
