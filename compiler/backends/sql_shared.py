"""Queries and tables that databases must be kept from mixing up with what reads them.

Where several queries read one, some databases would work it out again for each reader. They put the
text of a query into whatever reads it, and queries that read queries grow beyond all bounds. What
is not the same at each call they leave alone: a condition that always holds but calls for a random
number makes them work out a query once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlglot import exp

from leadcard.compiler.backends.sql_build import Build, Step, select


def keep_apart(build: Build, final: exp.Select, steps: Sequence[Step]) -> None:
    """Give each query that reads rows and is read more than once the condition `apart`."""
    read = Counter(table.name for table in final.find_all(exp.Table))
    for step in steps:
        read.update(table.name for table in step.query.find_all(exp.Table))
    for step in steps:
        if read[step.name] > 1 and step.query.find(exp.Table):
            step.query.where(build.call("apart"), copy=False)


def hide_names_of_tables(steps: Sequence[Step]) -> None:
    """Put a table of a database that is called as a query of ours behind its other name.

    ClickHouse takes `moment.as_of` for a column of the table in `FROM crm.moment AS leads`.
    """
    ours = {step.name for step in steps}
    for step in steps:
        for table in list(step.query.find_all(exp.Table)):
            if table.db and table.name in ours:
                said = table.args["alias"].pop()
                rows = select(exp.Star()).from_(table.copy())
                table.replace(exp.Subquery(this=rows, alias=said))
