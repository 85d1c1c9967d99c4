"""One of the scorings that are compared: a file with the points of each rule for each lead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from leadcard.compiler.backends.sql_facts import AsOf, Unsupported
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError, working_on
from leadcard.runtime.execute import MOST_RULES, facts_of
from leadcard.runtime.load import Data, open_data
from leadcard.runtime.long_cards import store_points
from leadcard.runtime.sql_text import name, text, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the data is, and what may be used to read it."""

    leads: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    memory_limit: str | None = None
    threads: int | None = None
    allow_bad_rows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The file of one scoring, how many leads and events it read, and what there was to say."""

    path: Path
    leads: int
    events: int
    diagnostics: tuple[Diagnostic, ...]


def score_side(
    plan: Plan, vocabulary: Vocabulary, places: Places, *, as_of: datetime, path: Path
) -> Scored:
    """Score all leads into the Parquet file `path`; raises `DataError`."""
    with open_data(
        vocabulary,
        plan,
        leads=places.leads,
        events=places.events,
        timezone=plan.timezone,
        memory_limit=places.memory_limit,
        threads=places.threads,
    ) as data:
        problems = data.bad_rows.findings(allowed=places.allow_bad_rows)
        if problems and not places.allow_bad_rows:
            raise DataError(*problems)
        with working_on("the events"):
            if len(plan.rules) > MOST_RULES:
                store_points(plan, data, path, as_of=as_of)
            else:
                query = with_caps(plan, points_statement(plan, data, as_of=as_of))
                data.connection.execute(f"COPY ({query}) TO {text(str(path))} (FORMAT parquet)")
        return Scored(
            path=path,
            leads=data.lead_count,
            events=data.event_count,
            diagnostics=(*data.diagnostics, *problems),
        )


def points_statement(
    plan: Plan,
    data: Data,
    *,
    as_of: datetime | None = None,
    parameter: str | None = None,
    leads: str | None = None,
    events: str | None = None,
) -> str:
    """The statement of `sql_points.py` over `data`, or over other relations like it.

    The moment is `as_of`, or bound to `parameter` when the statement runs. Raises `DataError`.
    """
    from leadcard.compiler.backends.sql_points import to_points_sql

    facts = facts_of(data, as_of or datetime.min)
    facts = replace(
        facts,
        leads=leads or facts.leads,
        events=events or facts.events,
        no_later_rows=facts.no_later_rows and as_of is not None,
    )
    moment = AsOf(literal=as_of) if parameter is None else AsOf(parameter=parameter)
    try:
        return to_points_sql(plan, as_of=moment, facts=facts).rstrip().rstrip(";")
    except Unsupported as error:
        where = f" (line {error.line})" if error.line else ""
        raise DataError(
            Diagnostic(code="C101", message=f"{error.what} cannot be scored yet{where}")
        ) from error


def with_caps(plan: Plan, query: str) -> str:
    """The statement with `cap_1` … too: what max and min of a section add to its rules."""
    caps = []
    for i, section in enumerate(plan.sections, start=1):
        rules = [
            f"coalesce({name(f'rule_{j}')}, 0)"
            for j, rule in enumerate(plan.rules, start=1)
            if rule.section == section.name
        ]
        caps.append(f"section_{i} - {total(rules)} AS cap_{i}")
    return f"SELECT *, {', '.join(caps)} FROM ({query}) AS scored"
