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
from urllib.parse import unquote
from uuid import uuid4

from leadcard.compiler.backends.sql_facts import ColumnType
from leadcard.compiler.plan import Plan
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.runtime.data_error import DataError, cannot_read
from leadcard.runtime.remote_tables import (
    COUNT_FOR_NOBODY,
    IS_READ,
    IS_SOMETHING_ELSE,
    OF_EVERY_EVENT,
    OF_RESULTS,
    TEXTS_OF_EVENTS,
    PlainTables,
    RemoteScored,
    empty_events,
    list_rows,
    not_one_row,
    not_written,
)

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
# What py4j says of an error in Java, whose own words come behind its class on the second line.
_IN_JAVA: Final = re.compile(r"An error occurred while calling .*\n: (?:[\w$]+\.)*[\w$]+: (.*)")
# Files of Parquet, and what Spark and Databricks write beside them; not `_delta_log`, for one.
_OF_A_RESULT: Final = re.compile(r"[^_.].*\.parquet|_SUCCESS|_(started|committed)_.*|\..*\.crc")
_EMPTY: Final = "({0} IS NULL OR translate(CAST({0} AS STRING), ' \t\n\r', '') = '')"
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
    events_unique: bool = False  # as the vocabulary promises
    master: str | None = None


def score_on_spark(plan: Plan, job: SparkJob) -> RemoteScored:
    """Score every lead of the job's tables; raises `DataError` or, for a card that Spark's SQL
    cannot say, `Unsupported`, and then nothing is written.
    """
    session = session_of(job.master)
    with working():
        leads, events = _read(session, job.leads), _with_texts(_read(session, job.events))
        _spared(session, job, (leads, events))
        tables = _tables(leads, events)
        notes = tables.checked(plan)
        notes += empty_events(_empty(events), COUNT_FOR_NOBODY)
        _refuse_twice(leads)
        leads.createOrReplaceTempView(_LEADS)
        events.createOrReplaceTempView(_EVENTS)
        lists = session.createDataFrame(list_rows(plan), "list STRING, value STRING")
        lists.createOrReplaceTempView(_LISTS)
        statement = tables.statement(
            plan,
            dialect="spark",
            as_of=job.as_of,
            explain=job.explain,
            events_unique=job.events_unique,
        )
        rows = _written(session, session.sql(statement), job.output)
    return RemoteScored(rows=rows, diagnostics=notes)


# --- Spark ----------------------------------------------------------------------------------------


def session_of(master: str | None) -> Any:
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
        why = _first_line(error)
        if error.getCondition() == "JAVA_GATEWAY_EXITED":
            why = "its Java ended at once, and said above why"
        hint = "see the address in `--master`; Spark needs Java 17 or later"
        raise _no_spark(why, hint) from error
    except Exception as error:  # what Java raises has no class of its own here
        raise _no_spark(_first_line(error), "see the address in `--master`") from error


def _no_spark(why: str, hint: str) -> DataError:
    return DataError(Diagnostic(code="D902", message=f"Spark does not start: {why}", hint=hint))


@contextmanager
def working() -> Iterator[None]:
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
    said = str(error).strip()
    in_java = _IN_JAVA.match(said)
    line = in_java[1] if in_java is not None else said.split("\n", 1)[0]
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


def _with_texts(events: Any) -> Any:
    """The events with texts where rules look for words, also if numbers are kept there."""
    for name, kind in events.dtypes:
        if name.lower() in TEXTS_OF_EVENTS and kind != "string":
            events = events.withColumn(name, events[name].cast("string"))
    return events


def _types(table: Any) -> dict[str, ColumnType | None]:
    """The types of columns by their names in small letters, which is how Spark takes them."""
    return {
        name.lower(): "number" if kind.startswith("decimal") else _TYPES.get(kind)
        for name, kind in table.dtypes
    }


def _tables(leads: Any, events: Any) -> PlainTables:
    of_leads, of_events = _types(leads), _types(events)
    said = {name.lower(): kind for name, kind in events.dtypes}
    return PlainTables(
        leads=_LEADS,
        events=_EVENTS,
        lists=_LISTS,
        of_leads=of_leads,
        of_events=of_events,
        said=said,
        same_ids=of_leads.get("lead_id") == of_events.get("lead_id"),
        any_case=True,
    )


def _empty(events: Any) -> list[int]:
    """How many events have no lead, no verb and no time."""
    counts = (
        f"count_if({column} IS NULL)" if column == "at" else f"count_if({_EMPTY.format(column)})"
        for column, _, _ in OF_EVERY_EVENT
    )
    return [int(count) for count in events.selectExpr(*counts).collect()[0]]


def _refuse_twice(leads: Any) -> None:
    """Two rows of one lead id are an error."""
    ids = leads.selectExpr("CAST(lead_id AS STRING) AS lead_id").groupBy("lead_id").count()
    found = ids.where(f"count > 1 OR {_EMPTY.format('lead_id')}")
    for row in found.limit(1).collect():
        raise not_one_row(row["lead_id"], row["count"])


# --- what is written ------------------------------------------------------------------------------


def _spared(session: Any, job: SparkJob, read: Sequence[Any]) -> None:
    """Refuse a place that is read, or that holds anything but scores."""
    if is_place(job.output):
        why = _why_no_folder(session, job.output, read)
    else:
        why = _why_no_table(session, job.output, (*job.leads, *job.events))
    if why is not None:
        raise not_written(_SECRET.sub("…@", job.output), why)


def _why_no_table(session: Any, output: str, read: Sequence[str]) -> str | None:
    """Why the scores cannot stand under the name of a table; None if they can."""
    if not session.catalog.tableExists(output):
        return None
    there = session.catalog.getTable(output)
    tables = (session.catalog.getTable(said) for said in read if not is_place(said))
    if any(_whole_name(table) == _whole_name(there) for table in tables):
        return IS_READ
    is_table = there.tableType.upper() not in ("VIEW", "TEMPORARY")
    if is_table and set(session.table(output).columns) >= OF_RESULTS:
        return None
    return IS_SOMETHING_ELSE


def _whole_name(table: Any) -> tuple[str, ...]:
    """What tells a table from others; Spark takes `A` for `a` in names."""
    parts = (table.catalog or "", *(table.namespace or ()), table.name)
    return tuple(part.lower() for part in parts)


def _why_no_folder(session: Any, output: str, read: Sequence[Any]) -> str | None:
    """Why the scores cannot stand in a place of files; None if they can."""
    target, system = _place(session, output)
    if not system.exists(target):
        return None
    inside = _folder(system.resolvePath(target).toString())
    # Spark names the files that it reads with what is odd in them as %20.
    files = (_folder(unquote(file)) for table in read for file in table.inputFiles())
    if any(file.startswith(inside) for file in files):
        return IS_READ
    return None if _holds_scores(session, system, target) else IS_SOMETHING_ELSE


def _folder(address: str) -> str:
    """An address as the beginning of those inside it; `file:///` and `file:/` are the same."""
    return re.sub(r"^(\w+):///", r"\1:/", address).rstrip("/") + "/"


def _holds_scores(session: Any, system: Any, target: Any) -> bool:
    """Whether a place holds a result, or nothing; a folder with files of other kinds does not."""
    from pyspark.errors import PySparkException

    names = [file.getPath().getName() for file in system.listStatus(target)]
    if not names:
        return True
    if not all(_OF_A_RESULT.fullmatch(name) for name in names):
        return False
    try:
        return set(session.read.parquet(target.toString()).columns) >= OF_RESULTS
    except PySparkException:
        return False


def _written(session: Any, scores: Any, output: str) -> int:
    """Write the result beside its place and move it there when it is whole; how many rows."""
    if is_place(output):
        return _written_files(session, scores, output)
    beside, aside = (f"{output}__{uuid4().hex[:8]}" for _ in range(2))
    try:
        scores.write.saveAsTable(beside)
        rows = int(session.table(beside).count())
        _exchange_tables(session, output, beside, aside)
    finally:
        for left in (beside, aside):
            session.sql(f"DROP TABLE IF EXISTS {_quoted(left)}")
    return rows


def _exchange_tables(session: Any, output: str, beside: str, aside: str) -> None:
    """The whole new table under the name of the old one, which is gone last of all."""
    if session.catalog.tableExists(output):
        session.sql(f"ALTER TABLE {_quoted(output)} RENAME TO {_quoted(aside)}")
    try:
        session.sql(f"ALTER TABLE {_quoted(beside)} RENAME TO {_quoted(output)}")
    except BaseException:
        if session.catalog.tableExists(aside):
            session.sql(f"ALTER TABLE {_quoted(aside)} RENAME TO {_quoted(output)}")
        raise


def _quoted(table: str) -> str:
    return ".".join(f"`{part.replace('`', '``')}`" for part in table.split("."))


def _written_files(session: Any, scores: Any, output: str) -> int:
    """Parquet files in the folder `output`, which are there whole or not at all."""
    target, system = _place(session, output)
    path = session._jvm.org.apache.hadoop.fs.Path
    beside, aside = (
        path(target.getParent(), f".{target.getName()}-{uuid4().hex[:8]}") for _ in range(2)
    )
    try:
        scores.write.parquet(beside.toString())
        rows = int(session.read.parquet(beside.toString()).count())
        _exchange_files(system, target, beside, aside)
    finally:
        system.delete(beside, True)
        system.delete(aside, True)
    return rows


def _place(session: Any, output: str) -> tuple[Any, Any]:
    """A place as Hadoop's path, and the file system that it is in."""
    target = session._jvm.org.apache.hadoop.fs.Path(output.rstrip("/"))
    return target, target.getFileSystem(session._jsparkSession.sessionState().newHadoopConf())


def _exchange_files(system: Any, target: Any, beside: Any, aside: Any) -> None:
    """The whole new folder under the name of the old one, which is gone last of all."""
    if system.exists(target) and not system.rename(target, aside):
        raise not_written(target.toString(), "what is there cannot be moved")
    if not system.rename(beside, target):
        if system.exists(aside):
            system.rename(aside, target)
        raise not_written(target.toString(), "what is there cannot be moved")
