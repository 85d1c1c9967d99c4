"""From a plan to one SQL statement that scores all leads of the plain tables.

The statement is built as sqlglot expressions; nothing of a card or of data is ever joined into SQL
text. Its queries stand in the order of meaning: the moment, leads and their fields, events and what
they meet, the rules, sections, the score, the stage. `as_of` stands in the first query and nowhere
else.

Instants are whole microseconds, points whole numbers of 1/100, and every condition is true or
false: NULL is taken away where it comes in. So no engine's rounding, order or three-valued logic
can change a score.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from sqlglot import exp

from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.backends.name_lengths import refuse_long_columns
from leadcard.compiler.backends.sql_accounts import MEMBERS, Accounts
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
    alias,
    col,
    comment_text,
    equal,
    known,
    name_columns,
    number,
    select,
)
from leadcard.compiler.backends.sql_events import Events
from leadcard.compiler.backends.sql_facts import AsOf, Facts, Unsupported
from leadcard.compiler.backends.sql_finish import finish
from leadcard.compiler.backends.sql_forms import text_forms
from leadcard.compiler.backends.sql_layout import laid_out
from leadcard.compiler.backends.sql_leads import Leads
from leadcard.compiler.backends.sql_nested import nested
from leadcard.compiler.backends.sql_result import Result
from leadcard.compiler.backends.sql_shared import hide_names_of_tables, keep_apart
from leadcard.compiler.backends.sql_text import letters_of
from leadcard.compiler.plan import Plan
from leadcard.compiler.text import FALSE_WORDS, TRUE_WORDS

__all__ = ["AsOf", "Facts", "Made", "Unsupported", "members_sql", "to_reasons_sql", "to_sql"]

# A query to be run, or one that makes a view or a table.
Made: TypeAlias = Literal["select", "view", "table"]


def to_sql(
    plan: Plan,
    *,
    as_of: AsOf,
    dialect: str = "duckdb",
    reasons: bool = False,
    facts: Facts | None = None,
    made: Made = "select",
) -> str:
    """The statement that scores all leads; raises `Unsupported` for what it cannot say.

    `reasons`: with a column that says as JSON why. `made`: the statement makes the view or the
    table `lead_scores` instead.
    """
    build = Build(DIALECTS[dialect], templated=as_of.variable is not None)
    refuse_long_columns(plan, build.dialect)
    parts = _Parts(build, plan, facts or Facts(), reasons=reasons)
    text = parts.statement(parts.result.final(), as_of)
    return _delivered(text, plan, as_of, build, made, "lead_scores")


def to_reasons_sql(
    plan: Plan,
    *,
    as_of: AsOf,
    dialect: str = "duckdb",
    facts: Facts | None = None,
    made: Made = "select",
) -> str:
    """The statement with one row for each rule that fired for a lead; else as `to_sql`.

    Its columns: lead_id, line, rule, section, points, counted, events, latest. `made`: the view or
    table is `lead_reasons`.
    """
    build = Build(DIALECTS[dialect], templated=as_of.variable is not None)
    parts = _Parts(build, plan, facts or Facts(), reasons=True)
    why = parts.result.reasons()
    said = "the rules, by the numbers that columns have"
    text = parts.statement(why.table(), as_of, Step(name="rules", query=why.rules(), said=said))
    return _delivered(text, plan, as_of, build, made, "lead_reasons")


def members_sql(plan: Plan, *, as_of: AsOf, facts: Facts, dialect: str = "duckdb") -> str:
    """The statement that names each lead with an account and its account: `lead_id`, `account`.

    Only for a plan that asks for accounts. Its queries are those of `to_sql`, so that who is whose
    colleague is decided in one place.
    """
    build = Build(DIALECTS[dialect])
    forms = text_forms(build, letters_of((plan.lists, plan.account_missing)))
    leads = Leads(build, plan, facts, forms)
    events = Events(build, plan, facts)
    accounts = Accounts(build=build, leads=leads, events=events, same_ids=facts.same_ids)
    leads.account()  # its columns must be known before the queries on leads are built
    account = col("account", MEMBERS)
    final = select(col("lead_id", MEMBERS), account).from_(MEMBERS, copy=False)
    final = final.where(known(account.copy()), copy=False)
    return _written(build, final, (_moment(build, as_of), *leads.steps(), *accounts.membership()))


class _Parts:
    """The builders of a statement, in the order in which they ask one another."""

    def __init__(self, build: Build, plan: Plan, facts: Facts, *, reasons: bool) -> None:
        self._build = build
        tested = (plan.fields, plan.sections, plan.rules, plan.must_haves, plan.tiers, plan.stages)
        compared = (tested, plan.lists, plan.account_missing, TRUE_WORDS, FALSE_WORDS)
        forms = text_forms(build, letters_of(compared))
        self._leads = Leads(build, plan, facts, forms)
        self._events = Events(build, plan, facts)
        self._accounts = Accounts(
            build=build, leads=self._leads, events=self._events, same_ids=facts.same_ids
        )
        self.result = Result(
            build, plan, facts, self._leads, self._events, self._accounts, reasons=reasons
        )

    def statement(self, final: exp.Select, as_of: AsOf, *more: Step) -> str:
        """The text of a query that ends with `final`."""
        parts = (self._leads, self._events, self._accounts, self.result)
        steps = (step for part in parts for step in part.steps())
        return _written(self._build, final, (_moment(self._build, as_of), *steps, *more))


def _written(build: Build, statement: exp.Select, steps: Iterable[Step]) -> str:
    """The statement as text, the queries that it reads before it."""
    dialect, steps = build.dialect, tuple(steps)
    hide_names_of_tables(steps)
    if build.can("apart"):
        keep_apart(build, statement, steps)
    for step in steps:
        step.query.add_comments([comment_text(step.said)])
        if step.kept and dialect.limit is not None:
            step.query.limit(dialect.limit, copy=False)
    for step in nested(steps, statement, dialect.most_queries):
        kept = True if step.kept and dialect.kept else None
        statement = statement.with_(step.name, as_=step.query, materialized=kept, copy=False)
    build.spell(statement)
    if dialect.renames:
        name_columns(statement)
    finish(build, statement)
    if dialect.settings:
        statement.set(
            "settings",
            [equal(exp.Var(this=s), _constant(v)) for s, v in dialect.settings.items()],
        )
    # The tree is written out once and dropped: a copy of it would take as long as the writing.
    text = statement.sql(dialect=dialect.sqlglot, copy=False, pretty=True, max_text_width=96)
    return text if build.breaks_lines else laid_out(text)


def _constant(value: int | str) -> Node:
    return exp.Literal.string(value) if isinstance(value, str) else number(value)


def _moment(build: Build, as_of: AsOf) -> Step:
    """The query that holds as_of in microseconds; all others read it by its one name."""
    if as_of.literal is not None:
        said: Node = exp.Literal.string(as_of.utc_text)
    elif as_of.parameter is not None:
        said = exp.Var(this=build.dialect.parameter.format(as_of.parameter))
    elif as_of.clock:
        said = build.call("now")
    else:
        # Without the variable it is the beginning of the run, the same for all models of it.
        given_or_now = f'var("{as_of.variable}", run_started_at.isoformat())'
        said = exp.Literal.string(f"{{{{ {given_or_now} }}}}")
    # A fragment may need its text several times, but it must stand in one place.
    given = select(alias(said, "said")).subquery("given")
    query = select(alias(build.call("moment", x=col("said")), "as_of")).from_(given, copy=False)
    return Step(name="moment", query=query, said="as_of, in UTC microseconds")


def _delivered(text: str, plan: Plan, as_of: AsOf, build: Build, made: Made, said: str) -> str:
    """The statement with its header, as a query or as what makes a view or a table."""
    before = [line.format(said) for line in build.dialect.made.get(made, ())]
    if made != "select" and not before:
        raise Unsupported(None, f"CREATE {made.upper()} in {build.dialect.name}")
    advice = [f"-- {line}" for line in build.dialect.advice]
    longest = build.dialect.longest
    if longest is not None and len(text.encode()) > longest:
        advice.append(f"-- longer than the {longest} bytes that the server takes unless it is told")
    return "\n".join([*_header(plan, as_of), *advice, *before, text]) + "\n"


def _header(plan: Plan, as_of: AsOf) -> list[str]:
    """Comment lines on top: which card this is, how to change it, and where its moment stands."""
    if as_of.literal is not None:
        how = "to score at another moment, change the instant in `moment`, the first query"
    elif as_of.parameter is not None:
        how = f"the moment of the score is the parameter {as_of.parameter}, an instant with offset"
    elif as_of.clock:
        how = "the moment of the score is the one at which the statement runs"
    else:
        how = f"the moment of the score is the variable {as_of.variable}, an instant with offset"
    change = "made by leadcard; to change it, change the scorecard and compile it again"
    said = (f"scorecard: {plan.scorecard}", f"version: {plan.version}", change, how)
    return [f"-- {comment_text(line)}" for line in said]
