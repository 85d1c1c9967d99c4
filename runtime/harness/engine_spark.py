"""Sample leads on Spark: the session of this process, or one that Spark's own settings describe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf
from leadcard.compiler.plan import Plan
from leadcard.runtime.engine_spark import session_of, working
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.samples import SampleFile
from leadcard.runtime.harness.sql_rows import EVENT_COLUMNS, Tables, sample_facts, scored

_LEADS, _EVENTS, _LISTS = "leadcard_sample_leads", "leadcard_sample_events", "leadcard_sample_lists"
_TYPES: Final = {"VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ"}
_EVENT_TYPES: Final = dict.fromkeys(EVENT_COLUMNS, "STRING") | {
    "at": "TIMESTAMP_NTZ",
    "seconds": "DECIMAL(18, 6)",
}
_LIST_TYPES: Final = {"list": "STRING", "value": "STRING"}
# The rows are few: most of the time would go into compiling code for them and into planning again.
_SETTINGS: Final = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
}


def run(plan: Plan, file: SampleFile) -> tuple[Outcome | None, ...]:
    """Score the samples with the statement for Spark."""
    facts = replace(sample_facts(plan), leads=_LEADS, events=_EVENTS, lists=_LISTS)
    when = AsOf(literal=file.as_of)
    sql = to_sql(plan, dialect="spark", reasons=True, as_of=when, facts=facts)
    # A session of its own: views and settings of the user's stay as they are.
    session = session_of(None).newSession()
    with working():
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
        return scored(plan, file, partial(_run_statement, session, sql))


def _run_statement(session: Any, sql: str, tables: Tables) -> list[dict[str, object]]:
    leads = {name: _TYPES[kind] for name, kind in tables.columns.items()}
    _view(session, _LEADS, leads, tables.leads)
    _view(session, _EVENTS, _EVENT_TYPES, tables.events)
    _view(session, _LISTS, _LIST_TYPES, tables.lists)
    found = session.sql(sql.rstrip().rstrip(";"))
    # As text, lest the client bring in its own time zone.
    found = found.selectExpr("* EXCEPT (as_of)", "CAST(as_of AS STRING) AS as_of")
    return [row.asDict() for row in found.collect()]


def _view(
    session: Any, name: str, types: Mapping[str, str], rows: Iterable[Sequence[object]]
) -> None:
    schema = ", ".join(f"`{n.replace('`', '``')}` {kind}" for n, kind in types.items())
    session.createDataFrame(list(rows), schema).createOrReplaceTempView(name)
