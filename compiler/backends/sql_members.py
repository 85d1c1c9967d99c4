"""From a plan to the statement that names each lead with an account and its account.

For looking at a single lead: its queries are those of the statement that scores all leads, so that
who is whose colleague is decided in one place.
"""

from __future__ import annotations

from datetime import datetime

from sqlglot import exp

from leadcard.compiler.backends.dialects import DIALECTS
from leadcard.compiler.backends.sql_accounts import MEMBERS, Accounts
from leadcard.compiler.backends.sql_build import Build, Step, alias, col, known, select
from leadcard.compiler.backends.sql_events import Events
from leadcard.compiler.backends.sql_facts import AsOf, Facts
from leadcard.compiler.backends.sql_forms import text_forms
from leadcard.compiler.backends.sql_leads import Leads
from leadcard.compiler.backends.sql_text import letters_of
from leadcard.compiler.plan import Plan


def members_sql(plan: Plan, *, as_of: datetime, facts: Facts, dialect: str = "duckdb") -> str:
    """The statement with the columns lead_id and account; only for a plan that asks for accounts.

    Accounts are texts that tell accounts apart and are meant for nothing else.
    """
    build = Build(DIALECTS[dialect], templated=False)
    leads = Leads(
        build, plan, facts, text_forms(build, letters_of((plan.lists, plan.account_missing)))
    )
    events = Events(build, plan, facts)
    accounts = Accounts(build=build, leads=leads, events=events, same_ids=facts.same_ids)
    leads.account()  # its columns must be known before the queries on leads are built
    account = col("account", MEMBERS)
    statement = select(col("lead_id", MEMBERS), account).from_(MEMBERS, copy=False)
    statement = statement.where(known(account.copy()), copy=False)
    for step in (_moment(build, as_of), *leads.steps(), *accounts.membership()):
        kept = True if step.kept and build.dialect.kept else None
        statement = statement.with_(step.name, as_=step.query, materialized=kept, copy=False)
    return statement.sql(dialect=build.dialect.sqlglot, copy=False)


def _moment(build: Build, as_of: datetime) -> Step:
    said = exp.Literal.string(AsOf(literal=as_of).utc_text)
    query = select(alias(build.call("moment", x=said), "as_of"))
    return Step(name="moment", query=query, said="as_of, in UTC microseconds")
