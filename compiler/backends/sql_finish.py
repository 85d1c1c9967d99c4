"""The last passes over a statement, for databases that read SQL in another way than most do."""

from __future__ import annotations

from sqlglot import exp

from leadcard.compiler.backends.sql_build import Build, Node
from leadcard.compiler.backends.sql_capitals import capital_names
from leadcard.compiler.backends.sql_transact import to_transact


def finish(build: Build, statement: Node) -> None:
    """Rewrite a statement in its place as its database must have it."""
    if build.dialect.types_texts:
        _type_texts(statement)
    if build.dialect.transact:
        to_transact(build, statement)
    if build.dialect.capitals:
        capital_names(statement)


def _type_texts(statement: Node) -> None:
    """Give a type to each text constant that is a column of a query or of a row by itself."""
    columns = [column for query in statement.find_all(exp.Select) for column in query.expressions]
    rows = (row for values in statement.find_all(exp.Values) for row in values.expressions)
    columns += (cell for row in rows for cell in row.expressions)
    for column in columns:
        said = column.unalias()
        if isinstance(said, exp.Literal) and said.is_string:
            said.replace(exp.Cast(this=said.copy(), to=exp.DataType.build("text")))
