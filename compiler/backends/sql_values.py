"""Small tables that stand in the statement itself, as rows of constants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from leadcard.compiler.backends.sql_build import Build, Node, alias, col, number, select


def table_of_rows(
    build: Build, said: str, names: Sequence[str], rows: Iterable[Sequence[Node]]
) -> exp.Select:
    """A query with these columns and rows."""
    if build.can("each of"):
        array = exp.Array(expressions=[exp.Tuple(expressions=list(row)) for row in rows])
        each = alias(build.call("each of", x=array), "said")
        parts = [build.call("part", x=col("said"), n=number(i + 1)) for i in range(len(names))]
        query = select(*map(alias, parts, names))
        return query.from_(select(each).subquery(said, copy=False), copy=False)
    values = exp.Values(expressions=[exp.Tuple(expressions=list(row)) for row in rows])
    named = exp.to_identifier(said)
    if build.dialect.values_named:
        columns = [exp.to_identifier(each) for each in names]
        values.set("alias", exp.TableAlias(this=named, columns=columns))
        return select(exp.Star()).from_(values, copy=False)
    numbered = [alias(col(f"column{i}"), each) for i, each in enumerate(names, start=1)]
    table = exp.Subquery(this=values, alias=exp.TableAlias(this=named))
    return select(*numbered).from_(table, copy=False)
