"""Data as it is → the relations `leads`, `events` and `leadcard_lists`, ready to be scored.

`open_data` reads files of every kind that `locations.py` knows. Texts are copied into an embedded
engine once, typed columns (Parquet, tables) stay where they are. Rows that cannot be read are left
out, counted and named in `Data.bad_rows`; whether that fails the run is for the caller to say. A
file that cannot be read at all, or lacks the columns that matter, raises `DataError`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from leadcard.compiler.backends.sql_facts import ColumnType
from leadcard.compiler.plan import Plan
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.bad_rows import BadRows
from leadcard.runtime.data_error import THE_DATA, DataError, working_on
from leadcard.runtime.ended import at_work
from leadcard.runtime.events_part import EventsPart
from leadcard.runtime.load_events import Events, EventsLoader
from leadcard.runtime.load_leads import Leads, LeadsLoader
from leadcard.runtime.locations import STDIN
from leadcard.runtime.merges import resolve_merges, store_pairs
from leadcard.runtime.parts import Part
from leadcard.runtime.recognise import Recognised, needed_columns
from leadcard.runtime.source_parts import SourceParts
from leadcard.runtime.value_reading import Engine, engine_type

MEMORY_LIMIT = "3GB"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnReport:
    """What a header was taken for: the vocabulary's word, and the column of the plain table."""

    header: str
    word: str
    column: str
    declared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """One source of leads or events as it was understood; `unused` headers mean nothing here."""

    what: str  # leads, events
    shown: str
    kind: str
    columns: tuple[ColumnReport, ...]
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Loaded data: the engine, its relations, and all that is known of them.

    `lead_types` are the columns of `leads` as `text`, `number`, `integer`, `time`, `date` or
    `boolean`; `absent` those that the plan reads and the data lacks. `first` and `last` are the
    earliest and latest time of an event (UTC, naive). `files` are those that were read.
    """

    connection: duckdb.DuckDBPyConnection
    lead_types: Mapping[str, ColumnType]
    absent: frozenset[str]
    event_columns: frozenset[str]
    seconds_type: ColumnType | None
    events_unique: bool
    event_ids_known: bool
    same_ids: bool
    lead_count: int
    event_count: int
    first: datetime | None
    last: datetime | None
    bad_rows: BadRows
    diagnostics: tuple[Diagnostic, ...]
    sources: tuple[SourceReport, ...]
    files: tuple[Path, ...] = ()
    leads: str = "leads"
    events: str = "events"
    lists: str = "leadcard_lists"


@contextmanager
def open_data(
    vocabulary: Vocabulary,
    plan: Plan | None,
    *,
    leads: Sequence[str] = (),
    events: Sequence[str] = (),
    timezone: str = "UTC",
    folder: Path | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
) -> Iterator[Data]:
    """Leads and events of these places, else of those that the vocabulary names.

    Places given here are relative to `folder` (default: the current one), those of the vocabulary
    to its own folder. `timezone` is the card's: a date without time is midnight there. Raises
    `DataError`.
    """
    if [*leads, *events].count(STDIN) > 1:
        raise DataError(_stdin_twice())
    spool = Path(tempfile.mkdtemp(prefix="leadcard-"))
    try:
        engine = _engine(spool, memory_limit, threads)
        try:
            with working_on(THE_DATA):
                loading = _Loading(engine, vocabulary, plan, timezone, folder or Path.cwd(), spool)
                data = loading.run(tuple(leads), tuple(events))
            yield data
        finally:
            engine.close()
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def _engine(
    spool: Path, memory_limit: str | None, threads: int | None
) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit or MEMORY_LIMIT,
        "temp_directory": str(spool / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": threads or os.cpu_count() or 1,
    }
    try:
        engine = at_work(duckdb.connect(":memory:", config=config))
    except duckdb.Error as error:
        raise DataError(
            Diagnostic(
                code="D901",
                message=f"`{memory_limit}` is no memory limit that can be used",
                hint="write it as `2GB` or `500MB`",
            )
        ) from error
    engine.execute("SET TimeZone = 'UTC'")
    return engine


def _stdin_twice() -> Diagnostic:
    return Diagnostic(
        code="F101",
        message="`-` is given twice, and standard input can be read only once",
        hint="give the leads or the events as a file",
    )


class _Loading:
    """One run of `open_data`."""

    def __init__(
        self,
        engine: duckdb.DuckDBPyConnection,
        vocabulary: Vocabulary,
        plan: Plan | None,
        timezone: str,
        folder: Path,
        spool: Path,
    ) -> None:
        self._engine, self._vocabulary, self._plan = engine, vocabulary, plan
        self._timezone, self._folder, self._spool = timezone, folder, spool
        self._bad = BadRows(engine)
        self._leads = LeadsLoader(engine, vocabulary, plan, timezone, self._bad)
        self._events = EventsLoader(engine, vocabulary, plan, timezone, self._bad)
        self._notes: list[Diagnostic] = []
        self._parts = SourceParts(engine, vocabulary, self._folder, spool)

    def run(self, leads: tuple[str, ...], events: tuple[str, ...]) -> Data:
        """Load everything."""
        lead_parts = [self._leads.recognise(part) for part in self._parts.leads(leads)]
        columns = {c.column for one in lead_parts for c in one.columns}
        event_parts = [
            self._events.recognise(one.part, one.source, one.label, columns)
            for one in self._parts.events(events)
        ]
        self._stop(*self._leads.errors, *self._events.errors)
        integers = all(
            engine_type(one.part.types[c.place]) is Engine.INTEGER
            for one in lead_parts
            for c in one.columns
            if c.column in ("lead_id", "__merged")
        ) and all(
            engine_type(one.part.types[one.columns["lead_id"].place]) is Engine.INTEGER
            for one in event_parts
            if not one.matches
        )
        pairs = store_pairs(self._engine, self._parts.merges(leads), integer_ids=integers)
        loaded = self._leads.build(lead_parts, integer_ids=integers, pairs=pairs)
        self._stop(*self._leads.errors)
        if loaded.merged:
            self._notes += resolve_merges(self._engine, loaded.told_merges)
        happened = self._happened(event_parts, loaded)
        self._lists()
        return self._data(loaded, happened)

    def _stop(self, *errors: Diagnostic) -> None:
        if errors:
            raise DataError(*errors)

    # --- relations --------------------------------------------------------------------------------

    def _happened(self, parts: list[EventsPart], loaded: Leads) -> Events:
        if not parts:
            self._engine.execute(
                "CREATE TABLE events (lead_id VARCHAR, verb VARCHAR, object VARCHAR,"
                ' "at" TIMESTAMP)'
            )
            self._notes.append(
                Diagnostic(
                    code="D107",
                    message="no events are given; every lead is scored as if nothing had happened",
                    hint="name their file: `--events events.csv`",
                    severity=Severity.WARNING,
                )
            )
            return Events(parts=[])
        labels = {one.label for one in parts}
        happened = self._events.build(parts, loaded, tell_sources=len(labels) > 1)
        self._stop(*self._events.errors)
        return happened

    def _lists(self) -> None:
        self._engine.execute('CREATE TABLE leadcard_lists (list VARCHAR, "value" VARCHAR)')
        for long in self._plan.lists if self._plan else ():
            self._engine.execute(
                "INSERT INTO leadcard_lists SELECT $name, unnest($entries::VARCHAR[])",
                {"name": long.name, "entries": list(long.entries)},
            )

    def _data(self, leads: Leads, events: Events) -> Data:
        described = {
            str(row[0]): _fact(str(row[1]))
            for row in self._engine.execute("DESCRIBE FROM leads").fetchall()
        }
        needed = needed_columns(self._plan)
        absent = frozenset(needed - set(described))
        notes = [*self._parts.notes, *self._notes, *self._leads.notes, *self._events.notes]
        notes += self._absent_notes(absent)
        if leads.rows == 0 and not self._bad.total:
            notes.append(Diagnostic(code="D106", message="the data holds no leads"))
        self._stop(*(note for note in notes if note.is_error))
        seconds = events.types.get("seconds")
        return Data(
            connection=self._engine,
            lead_types=described,
            absent=absent,
            event_columns=events.columns,
            seconds_type=_fact(seconds) if seconds else None,
            events_unique=events.unique,
            event_ids_known=events.ids_known,
            same_ids=events.types.get("lead_id") == self._lead_id_type(),
            lead_count=leads.rows,
            event_count=events.rows,
            first=events.first,
            last=events.last,
            bad_rows=self._bad,
            diagnostics=tuple(notes),
            sources=_reports(leads, events),
            files=tuple(self._parts.files),
        )

    def _lead_id_type(self) -> str:
        row = self._engine.execute("SELECT column_type FROM (DESCRIBE leads)").fetchone()
        return str(row[0]) if row else ""

    def _absent_notes(self, absent: frozenset[str]) -> list[Diagnostic]:
        words = {f.column: f.name for f in self._vocabulary.fields}
        return [
            Diagnostic(
                code="D103",
                message=f"no column of the leads holds `{words[column]}`, which the card reads; it"
                " counts as missing for every lead",
                hint=f"name its column in leadcard.yaml: `leads: {{fields: {{{words[column]}:"
                " COLUMN}}`",
                severity=Severity.WARNING,
            )
            for column in sorted(absent)
            if column in words and column != "created"
        ]


def _fact(declared: str) -> ColumnType:
    """The engine's type in the words of `Facts`."""
    if declared in ("HUGEINT", "UHUGEINT", "UBIGINT"):
        return "number"
    known: dict[Engine, ColumnType] = {
        Engine.TEXT: "text",
        Engine.INTEGER: "integer",
        Engine.DECIMAL: "number",
        Engine.FLOAT: "number",
        Engine.BOOLEAN: "boolean",
        Engine.DATE: "date",
        Engine.LOCAL: "time",
        Engine.INSTANT: "time",
    }
    return known.get(engine_type(declared), "text")


def _reports(leads: Leads, events: Events) -> tuple[SourceReport, ...]:
    lead_reports = [_report("leads", one.part, one.columns) for one in leads.parts]
    event_reports = [
        _report("events", one.part, tuple(one.columns.values())) for one in events.parts
    ]
    return (*lead_reports, *event_reports)


def _report(what: str, part: Part, columns: Sequence[Recognised]) -> SourceReport:
    used = {c.place for c in columns}
    return SourceReport(
        what=what,
        shown=part.shown,
        kind=part.kind.value,
        columns=tuple(
            ColumnReport(header=c.header, word=c.word, column=c.column, declared=c.declared)
            for c in columns
        ),
        unused=tuple(
            h for n, h in enumerate(part.headers) if n not in used and h not in part.spent
        ),
    )
