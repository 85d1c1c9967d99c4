"""The statement that says what each rule is worth to each lead: a row a lead, a column a rule."""

from __future__ import annotations

from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.backends.sql import _Parts
from leadcard.compiler.backends.sql_build import Build
from leadcard.compiler.backends.sql_facts import AsOf, Facts
from leadcard.compiler.plan import Plan


def to_points_sql(plan: Plan, *, as_of: AsOf, facts: Facts) -> str:
    """The statement for DuckDB; raises `Unsupported` for what it cannot say.

    Columns: lead_id (a text), score, raw (before the clamp), stage, `section_1` … for the sections
    of the plan, and `rule_1` … for its rules: NULL where the rule did not fire, else what it adds
    to its section, which is 0 where `best only` chose another one. `offer_1` … are the points of
    rules in such sections before that choice. All in 1/100 of a point.
    """
    parts = _Parts(Build(DIALECTS["duckdb"]), plan, facts, reasons=False)
    return parts.statement(parts.result.points_of_rules(), as_of)
