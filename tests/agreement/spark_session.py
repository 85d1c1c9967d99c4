"""Spark in this process: a local session of the tests' own, in which nothing is as is usual.

Cases are run with ANSI mode on or off, whichever the card's text says by chance: answers must not
depend on it, nor on the session's time zone.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import warnings
import zlib
from datetime import UTC, datetime
from functools import cache
from typing import Any

from leadcard.compiler.backends.sql import to_sql
from leadcard.compiler.backends.sql_facts import AsOf
from leadcard.compiler.plan import Plan
from tests.agreement.engines import Results, event_types, facts_of, from_row, lead_types
from tests.agreement.postgres_server import NoServer
from tests.strategies import Case

_TYPES = {
    "text": "STRING",
    "decimal": "DECIMAL(38, 6)",
    "double": "DOUBLE",
    "integer": "BIGINT",
    "time": "TIMESTAMP",
    "plain time": "TIMESTAMP_NTZ",
    "date": "DATE",
    "boolean": "BOOLEAN",
}
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.session.timeZone": "Asia/Kathmandu",
    # The rows are few: most of the time would go into compiling code for them.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@cache
def session() -> Any:
    """The session, started at the first call."""
    _need_java()
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what comes with Spark, which tests must not judge
        from pyspark.sql import SparkSession

        folder = tempfile.mkdtemp(prefix="leadcard-spark-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        builder = SparkSession.builder.master("local[1]")
        for name, value in (*_SETTINGS.items(), ("spark.sql.warehouse.dir", folder)):
            builder = builder.config(name, value)
        made = builder.getOrCreate()
    made.sparkContext.setLogLevel("OFF")
    return made


def _need_java() -> None:
    java = shutil.which("java")
    if java is None:
        raise NoServer("Java is not installed, which Spark needs (17 or later)")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    if said.returncode != 0:
        raise NoServer("Java, which Spark needs, does not start")


class Spark:
    """The statement on Spark."""

    def __init__(self) -> None:
        self._lists: dict[str, tuple[str, ...]] = {}

    def connection(self) -> Any:
        """The session."""
        return session()

    def held(self, case: Case) -> Case:
        """A case as Spark holds it: whole."""
        return case

    def results(self, case: Case, plan: Plan) -> Results:
        """What the statement says."""
        ansi = zlib.crc32(case.card.encode()) % 2 == 0
        session().conf.set("spark.sql.ansi.enabled", "true" if ansi else "false")
        self._view("leads", lead_types(case), case.leads)
        self._view("events", event_types(case), case.events)
        self._fill_lists(plan)
        statement = to_sql(
            plan,
            dialect="spark",
            reasons=True,
            as_of=AsOf(literal=case.as_of),
            facts=facts_of(case, plan),
        )
        found = session().sql(statement.rstrip().rstrip(";"))
        # The client would bring in its own time zone.
        found = found.selectExpr("* EXCEPT (as_of)", "UNIX_MICROS(as_of) AS as_of")
        rows = [row.asDict() for row in found.collect()]
        results = {row["lead_id"]: from_row(row, plan) for row in rows}
        assert len(results) == len(rows), "a lead has two rows"
        return results

    def _view(self, name: str, columns: dict[str, str], rows: Any) -> None:
        schema = ", ".join(f"`{c.replace('`', '``')}` {_TYPES[t]}" for c, t in columns.items())
        values = [tuple(_sent(row.get(c)) for c in columns) for row in rows]
        session().createDataFrame(values, schema).createOrReplaceTempView(name)

    def _fill_lists(self, plan: Plan) -> None:
        known = dict(self._lists)
        known |= {each.name: each.entries for each in plan.lists}
        if known != self._lists or not known:
            self._lists = known
            rows = [
                {"list": name, "value": entry}
                for name, entries in known.items()
                for entry in entries
            ]
            self._view("leadcard_lists", {"list": "text", "value": "text"}, rows)


def _sent(value: object) -> object:
    """Spark takes instants without a zone as those of this machine."""
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value
