"""Tables of the source as dbt knows them, and how a query names them before dbt fills them in.

A statement is built with a made-up name for each table. At the end that name becomes dbt's
reference to the table, and whatever else looks like a template becomes plain text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.dialect import Dialect
from leadcard.compiler.backends.sql_build import Node
from leadcard.compiler.backends.sql_facts import Unsupported
from leadcard.compiler.backends.staged_tables import Found, Place
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

    guesses = False

    def __init__(self, dialect: Dialect, mark: str) -> None:
        self._dialect, self._mark = dialect, mark
        self._names: dict[str, str] = {}

    def name_of(self, reference: str) -> str:
        """The name that stands for what dbt fills in, such as `ref("leads")`."""
        return self._names.setdefault(reference, f"leadcard_{self._mark}_{len(self._names):04d}")

    def named(self, reference: str, as_: str) -> exp.Table:
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


class SourceTables(References):
    """The tables of leadcard.yaml as dbt's sources; `tables` collects those that were asked for.

    Of a preset's tables nobody knows here which are there, and with which columns: macros find out
    when a model runs.
    """

    def __init__(
        self, dialect: Dialect, mark: str, *, source: str, models: Mapping[str, str]
    ) -> None:
        super().__init__(dialect, mark)
        self._source, self._models = source, models
        self.tables: dict[tuple[str, str | None], SourceTable] = {}

    def there(self, location: str) -> bool:
        """Whether a table may be there: nobody knows."""
        return True

    def table(self, location: str, as_: str, *, soft: bool) -> exp.Table:
        """A table of the source."""
        reference = self._reference(location)
        if soft:
            reference = f"leadcard_table({reference}, {self._columns(location)})"
        return self.named(reference, as_)

    def model(self, said: str, as_: str) -> exp.Table:
        """Another staging model of the card."""
        return self.named(f'ref("{self._models[said]}")', as_)

    def chosen(self, places: Sequence[Place], *, soft: bool) -> Found | None:
        """The first of some columns; which one it is, a macro says if it is not sure."""
        if not places:
            return None
        first = places[0]
        if not soft:
            self._reference(first.location)
            return Found(node=column_node(first.column, first.at), keys=first.keys)
        listed = ", ".join(
            f'[{self._columns(one.location)}, "{one.at}", {_jinja_text(one.column)}]'
            for one in places
        )
        name = self.name_of(f"leadcard_first([{listed}])")
        return Found(node=exp.column(exp.to_identifier(name, quoted=True)), keys=first.keys)

    def filled(self, statement: str) -> str:
        """The statement with dbt's references, and before it what its macros are told."""
        made = super().filled(statement)
        used = [one for one in self.tables.values() if f"{_columns_of(one)}" in made]
        told = [
            f"{{% set {_columns_of(one)} = leadcard_columns({self._said(one)}) %}}" for one in used
        ]
        return "\n".join([*told, made])

    def _reference(self, location: str) -> str:
        table = source_table(location)
        if "*" in table.identifier or "?" in table.identifier:
            way = "name one table with `from`, or leave them out with `use: no`"
            what = f"the tables `{location}` in dbt models; {way}"
            raise Unsupported(None, what, said=location)
        return self._said(self.tables.setdefault((table.identifier, table.schema), table))

    def _columns(self, location: str) -> str:
        self._reference(location)
        return _columns_of(source_table(location))

    def _said(self, table: SourceTable) -> str:
        return f'source("{source_name(self._source, table)}", "{table.name}")'


def source_name(source: str, table: SourceTable) -> str:
    """The dbt source of a table: tables of another schema have one of their own."""
    return source if table.schema is None else f"{source}_{table.schema.lower()}"


def _columns_of(table: SourceTable) -> str:
    """The variable of a model that holds the columns of a table."""
    return f"columns_of_{f'{table.schema.lower()}_' if table.schema else ''}{table.name}"


def _jinja_text(said: str) -> str:
    """A text in a template, in which nothing means anything."""
    plain = (c if c.isascii() and (c.isalnum() or c in " _") else f"\\U{ord(c):08x}" for c in said)
    return f'"{"".join(plain)}"'


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
