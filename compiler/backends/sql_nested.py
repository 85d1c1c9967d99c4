"""Statements with fewer named queries, for databases that take only so many of them.

A query that is read in one place only can stand in that place, under the name that it had.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from leadcard.compiler.backends.sql_build import Step


def nested(steps: Iterable[Step], final: exp.Select, most: int) -> list[Step]:
    """The steps, of which the first that are read once stand in their readers if there are more."""
    kept = list(steps)
    for step in list(kept):
        if len(kept) <= most:
            break
        places = _places(step.name, [*(other.query for other in kept), final])
        if len(places) == 1:
            kept.remove(step)
            said = places[0].alias or step.name
            named = exp.TableAlias(this=exp.to_identifier(said))
            # What stood beside the table, such as joins, stays where it is.
            places[0].replace(exp.Subquery(this=step.query, alias=named))
    return kept


def _places(name: str, queries: Iterable[exp.Expression]) -> list[exp.Table]:
    """Where a named query is read."""
    return [
        t for query in queries for t in query.find_all(exp.Table) if t.name == name and not t.db
    ]
