"""Leads that were merged into others: the query of who was merged into whom, at the end of chains.

Systems tell of merges in a column of the merged lead, or in tables of their own where one cell may
list several leads. Of several masters of a lead the least counts, as in the loader. A lead whose
chain comes back to itself has no master.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    alias,
    all_of,
    below,
    col,
    equal,
    known,
    name,
    number,
    select,
    unequal,
    unknown,
)
from leadcard.compiler.backends.sql_facts import Unsupported
from leadcard.compiler.backends.staged_rows import Rows
from leadcard.compiler.backends.staged_tables import Tables
from leadcard.compiler.vocabulary import LeadsSource, Merges

MERGED: Final = "merged into"
_LONGEST: Final = 1000  # leads in a chain; a circle has no end


def merge_tables(source: LeadsSource, tables: Tables) -> tuple[Merges, ...]:
    """The tables of merges that are there, or may be."""
    return tuple(m for m in source.merges if tables.there(m.location) or not m.optional)


def merges_query(
    build: Build, tables: Tables, own: exp.Select | None, told: Sequence[Merges]
) -> exp.Select:
    """The query of `lead_id` and `master`; `own` is the query of the column of the leads."""
    if not build.can("each id"):
        what = f"leads merged into others in staging models for {build.dialect.name}"
        raise Unsupported(None, what, said=MERGED)
    parts = [_told(build, tables, merges) for merges in told]
    all_told: exp.Select | exp.Union = own if own is not None else parts.pop(0)
    for part in parts:
        all_told = exp.Union(this=all_told, expression=part, distinct=False)
    return (
        _ends()
        .with_("told", as_=all_told, copy=False)
        .with_("pairs", as_=_pairs(), copy=False)
        .with_("chains", as_=_chains(), recursive=True, copy=False)
    )


def _told(build: Build, tables: Tables, merges: Merges) -> exp.Select:
    """The pairs of a table: a row for each id that a cell lists, `17:1546300800000` is 17."""
    rows = Rows(build, tables, merges.location, (), soft=merges.optional)
    lead, master = rows.text(merges.lead), rows.text(merges.into)
    each = build.call("each id", x=lead)
    listed = rows.query([alias(each, "said"), alias(master, "master")], [])
    lead_id = build.call("id said", x=col("said", "listed"))
    made = select(alias(lead_id, "lead_id"), alias(col("master", "listed"), "master"))
    made = made.from_(listed.subquery("listed", copy=False), copy=False)
    tests = [unequal(col("said", "listed"), build.text("")), unequal(lead_id.copy(), col("master"))]
    return made.where(all_of(tests), copy=False)


def _pairs() -> exp.Select:
    """One master for each lead that was merged."""
    lead_id, master = col("lead_id"), col("master")
    made = select(lead_id, alias(exp.Min(this=master.copy()), "master")).from_("told", copy=False)
    filled = [known(lead_id.copy()), known(master)]
    return made.where(all_of(filled), copy=False).group_by(lead_id.copy(), copy=False)


def _chains() -> exp.Union:
    """Each lead with its master, the master's master, and so on."""
    first = select(col("lead_id"), col("master"), alias(number(1), "step")).from_("pairs")
    step: Node = exp.Add(this=col("step", "chains"), expression=number(1))
    on = equal(col("lead_id", "pairs"), col("master", "chains"))
    more = (
        select(col("lead_id", "chains"), col("master", "pairs"), step)
        .from_("chains", copy=False)
        .join("pairs", on=on, copy=False)
        .where(below(col("step", "chains"), number(_LONGEST)), copy=False)
    )
    return exp.Union(this=first, expression=more, distinct=False)


def _ends() -> exp.Select:
    """Each merged lead with the master at the end of its chain."""
    ends = (
        select(col("lead_id", "chains"), col("master", "chains"))
        .from_("chains", copy=False)
        .join("pairs", on=equal(col("lead_id", "pairs"), col("master", "chains")), join_type="left")
        .where(unknown(col("lead_id", "pairs")), copy=False)
    )
    on = equal(col("lead_id", "ends"), col("lead_id", "pairs"))
    return (
        select(
            alias(col("lead_id", "pairs"), "lead_id", quoted=True),
            alias(col("master", "ends"), "master", quoted=True),
        )
        .from_("pairs", copy=False)
        .join(ends.subquery("ends", copy=False), on=on, join_type="left", copy=False)
    )


def not_merged(tables: Tables, lead: Node) -> Node:
    """Whether a lead was not merged into another."""
    merged = select(name("lead_id", "merges")).from_(tables.model("merges", "merges"), copy=False)
    return exp.Not(this=exp.In(this=lead, query=exp.Subquery(this=merged)))
