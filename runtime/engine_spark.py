"""Scoring where the data lives: Spark reads leads and events, scores them and writes the result.

Nothing of the data comes to this process but counts, names of columns and, where a lead stands
twice, its id. The tables are the plain ones (docs/data.md): a table of Spark's catalog, or a place
with Parquet files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from leadcard.compiler.backends.sql_facts import (
    EVENT_COLUMNS,
    AsOf,
    ColumnType,
    Facts,
    Unsupported,
)
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError, cannot_read
from leadcard.runtime.missing_columns import missing_column_notes
from leadcard.runtime.recognise import needed_columns

_TYPES: Final[Mapping[str, ColumnType]] = {
    "string": "text",
    "tinyint": "integer",
    "smallint": "integer",
    "int": "integer",
    "bigint": "integer",
    "float": "number",
    "double": "number",
    "timestamp": "time",
    "timestamp_ntz": "time",
    "date": "date",
    "boolean": "boolean",
}
_NEEDED_OF_EVENTS: Final = ("lead_id", "verb", "at")
_SECRET: Final = re.compile(r"(?<=//)[^/@\s`']+@")
_LEADS, _EVENTS, _LISTS = "leadcard_leads", "leadcard_events", "leadcard_lists"


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkJob:
    """What to score, and where the result goes: tables, or places of Parquet files.

    `master` is the address of a cluster; None: whatever Spark's own settings say.
    """

    leads: tuple[str, ...]
    events: tuple[str, ...]
    output: str
    as_of: datetime
    explain: bool = False
    master: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkScored:
    """How many leads have a score now, and what is to be said of the data."""

    rows: int
    diagnostics: tuple[Diagnostic, ...]


def score_on_spark(plan: Plan, job: SparkJob) -> SparkScored:
    """Score every lead of the job's tables; raises `DataError`, and then nothing is written."""
    session = _session(job.master)
    with _working():
        leads, events = _read(session, job.leads), _read(session, job.events)
        notes = _checked(plan, leads, events)
        leads.createOrReplaceTempView(_LEADS)
        events.createOrReplaceTempView(_EVENTS)
        entries = [(each.name, entry) for each in plan.lists for entry in each.entries]
        lists = session.createDataFrame(entries, "list STRING, value STRING")
        lists.createOrReplaceTempView(_LISTS)
        scores = session.sql(_statement(plan, job, leads, events))
        rows = _written(session, scores, job.output)
    return SparkScored(rows=rows, diagnostics=notes)


# --- Spark ----------------------------------------------------------------------------------------


def _session(master: str | None) -> Any:
    """A session: the one of this process, or a new one."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        why = "the package pyspark is not installed"
        raise _no_spark(why, "install it: `pip install 'leadcard[spark]'`") from error
    builder = SparkSession.builder.appName("leadcard")
    if master is not None:
        builder = builder.master(master)
    there = SparkSession.getActiveSession()
    if there is not None and master not in (None, there.sparkContext.master):
        why = f"this process works with `{there.sparkContext.master}` already"
        raise _no_spark(why, "one process has one cluster")
    try:
        return builder.getOrCreate()
    except PySparkException as error:
        raise _no_spark(_first_line(error), "Spark needs Java 17 or later") from error
    except Exception as error:  # what Java raises has no class of its own here
        raise _no_spark(_first_line(error), "see the address in `--master`") from error


def _no_spark(why: str, hint: str) -> DataError:
    return DataError(Diagnostic(code="D902", message=f"Spark does not start: {why}", hint=hint))


@contextmanager
def _working() -> Iterator[None]:
    """What Spark refuses inside becomes a `DataError` that names no secret."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        message = f"Spark stopped: {_first_line(error)}"
        raise DataError(Diagnostic(code="D902", message=message)) from error


def _first_line(error: Exception) -> str:
    """The first line of a message without names and passwords in addresses."""
    line = str(error).strip().split("\n", 1)[0]
    return _SECRET.sub("…@", line).rstrip(".")


# --- what is read ---------------------------------------------------------------------------------


def is_place(said: str) -> bool:
    """Whether Parquet files are meant, and not a table of the catalog."""
    return "/" in said or "\\" in said or said.lower().endswith(".parquet")


def _read(session: Any, places: Sequence[str]) -> Any:
    """All tables and files of some places as one; columns that some lack are empty there."""
    found = [_one(session, place) for place in places]
    whole = found[0]
    for more in found[1:]:
        whole = whole.unionByName(more, allowMissingColumns=True)
    return whole


def _one(session: Any, place: str) -> Any:
    from pyspark.errors import AnalysisException

    try:
        return session.read.parquet(place) if is_place(place) else session.table(place)
    except AnalysisException as error:
        why = "there are no such Parquet files" if is_place(place) else "there is no such table"
        known = error.getCondition() in ("PATH_NOT_FOUND", "TABLE_OR_VIEW_NOT_FOUND")
        shown = _SECRET.sub("…@", place)
        raise cannot_read(shown, why if known else _first_line(error)) from error


def _types(table: Any) -> dict[str, ColumnType | None]:
    """The types of columns by their names in small letters, which is how Spark takes them."""
    return {
        name.lower(): "number" if kind.startswith("decimal") else _TYPES.get(kind)
        for name, kind in table.dtypes
    }


def _checked(plan: Plan, leads: Any, events: Any) -> tuple[Diagnostic, ...]:
    """Warnings; raises `DataError` for tables that cannot be scored."""
    if "lead_id" not in _types(leads):
        raise DataError(
            Diagnostic(
                code="D101",
                message="no column of the leads is called `lead_id`",
                hint="Spark reads the plain tables: make a view with their names of columns",
            )
        )
    types = _types(events)
    for column in _NEEDED_OF_EVENTS:
        if column not in types:
            message = f"no column of the events is called `{column}`"
            raise DataError(Diagnostic(code="D104", message=message))
    if types["at"] != "time":
        said = next(kind for name, kind in events.dtypes if name.lower() == "at")
        message = f"the column `at` of the events is no timestamp but {said}"
        raise DataError(Diagnostic(code="D104", message=message, hint="cast it in a view"))
    _refuse_twice(leads)
    return _absent_notes(plan, leads)


def _refuse_twice(leads: Any) -> None:
    """Two rows of one lead id are an error."""
    ids = leads.selectExpr("CAST(lead_id AS STRING) AS lead_id").groupBy("lead_id").count()
    twice = ids.where("count > 1 OR lead_id IS NULL").limit(1).collect()
    if not twice:
        return
    lead_id = twice[0]["lead_id"]
    if lead_id is None:
        raise DataError(Diagnostic(code="D204", message="a row of the leads has no `lead_id`"))
    raise DataError(
        Diagnostic(
            code="D205",
            message=f"the lead `{lead_id}` has {twice[0]['count']} rows",
            hint="keep one row of each lead, in a view that Spark reads instead",
        )
    )


def _absent(plan: Plan, leads: Any) -> frozenset[str]:
    found = _types(leads)
    return frozenset(c for c in needed_columns(plan) | {"created"} if c.lower() not in found)


def _absent_notes(plan: Plan, leads: Any) -> tuple[Diagnostic, ...]:
    return missing_column_notes(_absent(plan, leads))


# --- the statement --------------------------------------------------------------------------------


def _statement(plan: Plan, job: SparkJob, leads: Any, events: Any) -> str:
    from leadcard.compiler.backends.sql import to_sql

    when = AsOf(literal=job.as_of)
    try:
        facts = _facts(plan, leads, events)
        return to_sql(plan, dialect="spark", as_of=when, reasons=job.explain, facts=facts)
    except Unsupported as error:
        where = f" (line {error.line})" if error.line else ""
        message = f"{error.what} cannot be scored on Spark{where}"
        raise DataError(Diagnostic(code="C101", message=message)) from error


def _facts(plan: Plan, leads: Any, events: Any) -> Facts:
    """What is known of the tables from their columns' types."""
    of_leads, of_events = _types(leads), _types(events)
    plain = (*EVENT_COLUMNS, "source")
    types = {
        c: of_leads[c.lower()] for c in needed_columns(plan) | {"created"} if c.lower() in of_leads
    }
    return Facts(
        types={column: kind for column, kind in types.items() if kind is not None},
        absent=_absent(plan, leads),
        event_columns=frozenset(c for c in plain if c in of_events),
        seconds_type=of_events.get("seconds"),
        same_ids=of_leads["lead_id"] == of_events["lead_id"],
        leads=_LEADS,
        events=_EVENTS,
        lists=_LISTS,
    )


# --- what is written ------------------------------------------------------------------------------


def _written(session: Any, scores: Any, output: str) -> int:
    """Write the result beside its place and move it there when it is whole; how many rows."""
    if is_place(output):
        return _written_files(session, scores, output)
    beside = f"{output}__{uuid4().hex[:8]}"
    try:
        scores.write.saveAsTable(beside)
        rows = int(session.table(beside).count())
        session.sql(f"DROP TABLE IF EXISTS {_quoted(output)}")
        session.sql(f"ALTER TABLE {_quoted(beside)} RENAME TO {_quoted(output)}")
    except BaseException:
        session.sql(f"DROP TABLE IF EXISTS {_quoted(beside)}")
        raise
    return rows


def _quoted(table: str) -> str:
    return ".".join(f"`{part.replace('`', '``')}`" for part in table.split("."))


def _written_files(session: Any, scores: Any, output: str) -> int:
    """Parquet files in the folder `output`, which are there whole or not at all."""
    files = session._jvm.org.apache.hadoop.fs
    target = files.Path(output.rstrip("/"))
    beside = files.Path(target.getParent(), f".{target.getName()}-{uuid4().hex[:8]}")
    system = target.getFileSystem(session._jsparkSession.sessionState().newHadoopConf())
    try:
        scores.write.parquet(beside.toString())
        rows = int(session.read.parquet(beside.toString()).count())
        system.delete(target, True)
        if not system.rename(beside, target):
            raise DataError(Diagnostic(code="F106", message=f"cannot write `{output}`"))
    finally:
        system.delete(beside, True)
    return rows
