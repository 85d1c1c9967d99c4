"""Queries that several others read, where a database would work them out again for each reader.

Such databases put the text of a query into whatever reads it, and queries that read queries grow
beyond all bounds. What is not the same at each call they leave alone: a condition that always holds
but calls for a random number makes them work out a query once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlglot import exp

from leadcard.compiler.backends.sql_build import Build, Step


def keep_apart(build: Build, final: exp.Select, steps: Sequence[Step]) -> None:
    """Give each query that reads rows and is read more than once the condition `apart`."""
    read = Counter(table.name for table in final.find_all(exp.Table))
    for step in steps:
        read.update(table.name for table in step.query.find_all(exp.Table))
    for step in steps:
        if read[step.name] > 1 and step.query.find(exp.Table):
            step.query.where(build.call("apart"), copy=False)
