"""Events as the sources keep them → the relation `events`: event_id, source, lead_id, verb, object,
at, seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from leadcard.compiler.plan import Plan
from leadcard.compiler.text import name_form as form_of
from leadcard.compiler.text import text_form as text_form_of
from leadcard.compiler.vocabulary import Column, EventsSource, Vocabulary
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.bad_rows import BadRows
from leadcard.runtime.events_part import EventsPart
from leadcard.runtime.load_leads import Leads, writing_note
from leadcard.runtime.part_query import MASK, PartQuery, bad_rows_query
from leadcard.runtime.parts import Part
from leadcard.runtime.recognise import Headers, Recognised, condition_places, find_column
from leadcard.runtime.single_events import are_single, counts_matter
from leadcard.runtime.sql_text import is_blank, name, text, text_form, texts, trimmed
from leadcard.runtime.time_reading import find_writing, read_time
from leadcard.runtime.usual_headers import ADDRESSES, unit_of
from leadcard.runtime.value_reading import (
    Engine,
    engine_type,
    plain_text,
    read_id,
    read_seconds,
    read_text,
)
from leadcard.runtime.whose_events import Owners

# So many different verbs are no verbs; the rest is left as it is.
_MOST_VERBS = 100_000
_VERBS_SHOWN = 5

COLUMNS = ("event_id", "source", "lead_id", "verb", "object", "at", "seconds")


@dataclass(slots=True, kw_only=True)
class Events:
    """The relation `events` and what is known of it."""

    parts: list[EventsPart]
    columns: frozenset[str] = frozenset({"lead_id", "verb", "at"})
    unique: bool = True
    ids_known: bool = False
    rows: int = 0
    first: datetime | None = None
    last: datetime | None = None
    types: dict[str, str] = field(default_factory=dict)


class EventsLoader:
    """Loads events; findings that stop the run are in `errors`, others in `notes`."""

    def __init__(
        self,
        engine: duckdb.DuckDBPyConnection,
        vocabulary: Vocabulary,
        plan: Plan | None,
        timezone: str,
        bad: BadRows,
    ) -> None:
        self._plan = plan
        self._engine, self._vocabulary, self._timezone, self._bad = (
            engine,
            vocabulary,
            timezone,
            bad,
        )
        self.errors: list[Diagnostic] = []
        self.notes: list[Diagnostic] = []

    def recognise(
        self, part: Part, source: EventsSource, label: str, leads: set[str]
    ) -> EventsPart:
        """What the headers of a part are; `leads` are the columns that leads have."""
        headers, found = Headers(part=part), list[Diagnostic]()
        wanted = {
            "event_id": (source.id, "the id of events"),
            "lead_id": (source.lead, "the lead of events"),
            "at": (source.at, "the time of events"),
            "verb": (source.verb, "the verb of events"),
            "object": (source.object, "the object of events"),
            "seconds": (source.seconds, "the time spent"),
        }
        columns = {}
        for column, (where, word) in wanted.items():
            may_lack = source.optional and column in ("event_id", "object", "seconds")
            match = find_column(headers, where, word, column, found, may_lack=may_lack)
            if match is not None:
                columns[column] = match
        matches = source.lead.matches if source.lead is not None else ()
        if "lead_id" not in columns and not found and "email" in leads:
            place = headers.usual(ADDRESSES)
            if place is not None:
                header = part.headers[place]
                columns["lead_id"] = Recognised(
                    word="the lead of events",
                    column="lead_id",
                    header=header,
                    place=place,
                    declared=False,
                )
                matches = ("email",)
        self._complain(headers, source, columns, found)
        self.errors += [f for f in found if f.is_error]
        self.notes += [f for f in found if not f.is_error]
        return EventsPart(
            part=part,
            source=source,
            label=label,
            columns=_once(columns),
            query=PartQuery(part=part),
            matches=matches,
            header=columns["lead_id"].header if "lead_id" in columns else "",
        )

    def _complain(
        self,
        headers: Headers,
        source: EventsSource,
        columns: Mapping[str, Recognised],
        found: list[Diagnostic],
    ) -> None:
        constant = source.verb is not None and source.verb.constant is not None
        needed = [("lead_id", "lead"), ("at", "at"), *([] if constant else [("verb", "verb")])]
        for column, key in needed:
            if column not in columns and not found:
                what = {"lead": "the lead", "at": "the time", "verb": "the verb"}[key]
                shown = headers.part.shown
                found.append(
                    Diagnostic(
                        code="D104",
                        message=f"no column of `{shown}` holds {what} of events;"
                        f" it has {headers.seen()}",
                        path=shown,
                        hint=f"say which one it is in leadcard.yaml: `events: {{{key}: COLUMN}}`",
                    )
                )

    def build(self, parts: Sequence[EventsPart], leads: Leads, *, tell_sources: bool) -> Events:
        """The relation `events` of all parts, bad rows left out."""
        events = Events(parts=list(parts))
        for one in parts:
            self._read(one, leads, tell_sources)
        if self.errors:
            return events
        for number, one in enumerate(parts):
            self._store(one, f"leadcard_events_{number}")
        owners = Owners(self._engine, self._vocabulary, self._bad)
        owners.find_strangers(parts, leads)
        for one in parts:
            if one.matches:
                owners.match(one, leads)
        self.errors += owners.errors
        self.notes += owners.notes
        if not self.errors:
            self._unite(events, leads)
        return events

    # --- one part ---------------------------------------------------------------------------------

    def _read(self, one: EventsPart, leads: Leads, tell_sources: bool) -> None:
        query, columns = one.query, one.columns
        self._where(one)
        if "event_id" in columns:
            raw, declared = self._raw(one, "event_id")
            integer = engine_type(declared) is Engine.INTEGER
            plain = read_id(raw, declared).value
            value = raw if integer else f"CASE WHEN {is_blank(plain)} THEN NULL ELSE {plain} END"
            query.outputs.append(("event_id", query.hidden(value)))
            query.kinds["event_id"] = "integer" if integer else "text"
        if tell_sources:
            query.outputs.append(("source", query.hidden(text(one.label))))
        if "lead_id" in columns:
            self._lead(one, leads)
        self._verb_and_object(one)
        if "at" in columns:
            self._at(one)
        if "seconds" in columns:
            raw, declared = self._raw(one, "seconds")
            header = columns["seconds"].header
            unit = one.source.seconds.unit if one.source.seconds is not None else None
            reading = read_seconds(raw, declared, unit or unit_of(header) or "s")
            query.add("seconds", reading, code="D201", header=header, check=True)

    def _raw(self, one: EventsPart, column: str) -> tuple[str, str]:
        place = one.columns[column].place
        return one.query.column(place), one.query.declared(place)

    def _where(self, one: EventsPart) -> None:
        headers, source = Headers(part=one.part), one.source
        places = condition_places(headers, source.where, source.without, self.errors)
        if places is not None:
            one.query.where(source.where, places)
            one.query.without(source.without, places)

    def _lead(self, one: EventsPart, leads: Leads) -> None:
        raw, declared = self._raw(one, "lead_id")
        header = one.columns["lead_id"].header
        query = one.query
        strangers = one.source.lead is not None and one.source.lead.strangers
        if strangers:
            plain = plain_text(raw, declared)
            query.filters.append(f"NOT ({is_blank(plain)})")
        if one.matches:
            key = query.hidden(trimmed(read_text(raw, declared).value))
            query.outputs.append(("__key", key))
            if not strangers:
                query.fails("D204", header, f"{key} IS NULL OR {key} = ''")
            return
        keep = leads.integer_ids
        alias = query.hidden(raw if keep else read_id(raw, declared).value)
        query.outputs.append(("lead_id", alias))
        proof = query.never_null(one.columns["lead_id"].place) if keep else None
        query.fails("D204", header, f"{raw} IS NULL" if keep else is_blank(alias), proof=proof)

    def _at(self, one: EventsPart) -> None:
        raw, declared = self._raw(one, "at")
        at, header = one.source.at or Column(), one.columns["at"].header
        plain = name(one.part.columns[one.columns["at"].place])
        unit = at.unit or unit_of(header)
        writing = find_writing(self._engine, one.part.plain, plain, declared, unit)
        if writing.guessed:
            self.notes.append(writing_note(one.part, header, writing.unit, writing.order))
        reading = read_time(raw, declared, writing, card_zone=self._timezone, column_zone=at.zone)
        alias = one.query.add("at", reading, code="D202", header=header, check=True)
        missing, proof = f"{alias} IS NULL", None
        if reading.bad is None:
            proof = one.query.never_null(one.columns["at"].place)
        else:
            missing += f" AND {_no_value(raw, declared)}"
        one.query.fails("D209", header, missing, proof=proof)

    def _verb_and_object(self, one: EventsPart) -> None:
        query = one.query
        verb = one.source.verb
        if "verb" in one.columns:
            raw, declared = self._raw(one, "verb")
            header = one.columns["verb"].header
            plain = read_text(raw, declared).value
            words, always = self._verbs(one, plain)
            alias = query.hidden(_mapped(plain, words))
            query.outputs.append(("verb", alias))
            if not always:
                query.fails("D210", header, is_blank(alias))
        elif verb is not None and verb.constant is not None:
            query.outputs.append(("verb", query.hidden(text(verb.constant))))
        self._object(one)

    def _object(self, one: EventsPart) -> None:
        query, source = one.query, one.source.object
        value: str | None = None
        if "object" in one.columns:
            value = read_text(*self._raw(one, "object")).value
            if source is not None and source.missing:
                words = texts(text_form_of(word) for word in source.missing)
                value = f"CASE WHEN {text_form(value)} IN ({words}) THEN NULL ELSE {value} END"
        elif source is not None and source.constant is not None:
            value = text(source.constant)
        if value is not None:
            query.outputs.append(("object", query.hidden(value)))

    def _verbs(self, one: EventsPart, value: str) -> tuple[dict[str, str], bool]:
        """Our verb for each value that leadcard.yaml maps; compiled code knows all other words.

        The second answer says that every row is known to have a verb.
        """
        rows = self._engine.execute(one.query.spoken_query(value, _MOST_VERBS)).fetchall()
        spoken = {None if row[0] is None else str(row[0]) for row in rows}
        verb = one.source.verb or Column()
        values = {form_of(s): ours for ours, spellings in verb.values for s in spellings}
        words: dict[str, str] = {}
        strange: list[str] = []
        for said in sorted(s for s in spoken if s is not None):
            ours = values.get(form_of(said))
            if ours is not None:
                words[said] = ours
            known = self._vocabulary.spelling_index.get(form_of(ours or said))
            if known is None and form_of(said):
                strange.append(said)
        self._tell_strange(one, strange)
        blank = any(said is None or not form_of(said) for said in spoken)
        always = one.part.typed and not blank and len(rows) < _MOST_VERBS
        return words, always

    def _tell_strange(self, one: EventsPart, strange: list[str]) -> None:
        """Say which verbs of a source no word of the vocabulary means: they count for nothing."""
        if not strange:
            return
        shown = ", ".join(f"`{said}`" for said in strange[:_VERBS_SHOWN])
        more = f" and {len(strange) - _VERBS_SHOWN} more" if len(strange) > _VERBS_SHOWN else ""
        what = "an event verb" if len(strange) == 1 else f"{len(strange)} event verbs"
        self.notes.append(
            Diagnostic(
                code="D126",
                message=f"{what} that no word of the vocabulary means: {shown}{more}",
                hint="such events count for no rule; name them under `verbs` in leadcard.yaml",
                path=one.part.shown,
                severity=Severity.WARNING,
            )
        )

    def _store(self, one: EventsPart, table: str) -> None:
        """Copy a part of texts into the engine, or leave typed columns where they are."""
        query = one.query
        if one.part.typed and query.cheap and not one.part.costly and not one.matches:
            self._view(one, table)
            return
        masked = query.select(numbered=True, masked=True)
        self._engine.execute(f"CREATE TABLE {table} AS {masked}")
        one.table = table
        self._bad.add_refused(one.part, one.part.refused())
        self._bad.add(one.part, bad_rows_query(f"FROM {table}", query.checks))
        one.relation = f"(SELECT * EXCLUDE ({MASK}) FROM {table} WHERE {MASK} = 0)"

    def _view(self, one: EventsPart, table: str) -> None:
        query = one.query
        failed = not query.is_clean(self._engine)
        if failed:
            masked = query.select(numbered=True, masked=True)
            self._bad.add(one.part, bad_rows_query(masked, query.checks))
        inner = query.select(numbered=False, masked=failed)
        kept = f"SELECT * EXCLUDE ({MASK}) FROM ({inner}) WHERE {MASK} = 0" if failed else inner
        self._engine.execute(f"CREATE VIEW {table} AS {kept}")
        one.relation = table

    # --- all parts --------------------------------------------------------------------------------

    def _unite(self, events: Events, leads: Leads) -> None:
        own = [{c for c, _ in one.query.outputs} | {"lead_id"} for one in events.parts]
        columns = [c for c in COLUMNS if any(c in o for o in own)]
        ids = {one.query.kinds.get("event_id") for one in events.parts} - {None}
        branches = []
        for one, has in zip(events.parts, own, strict=True):
            chosen = [_chosen(c, has, mixed=len(ids) > 1) for c in columns]
            branches.append(f"SELECT {', '.join(chosen)} FROM {one.relation}")
        together = " UNION ALL ".join(branches)
        if leads.merged:
            together = (
                f"SELECT e.* REPLACE (coalesce(m.master, e.lead_id) AS lead_id) FROM ({together}) e"
                " LEFT JOIN leadcard_merges m ON e.lead_id = m.lead_id"
            )
        self._engine.execute(f"CREATE VIEW events AS {together}")
        events.columns = frozenset(columns)
        events.unique = self._are_single(events.parts)
        events.ids_known = self._are_known(events)
        row = self._engine.execute('SELECT count(*), min("at"), max("at") FROM events').fetchone()
        assert row is not None
        events.rows, events.first, events.last = row
        described = self._engine.execute("DESCRIBE FROM events").fetchall()
        events.types = {str(r[0]): str(r[1]) for r in described}

    def _are_single(self, parts: Sequence[EventsPart]) -> bool:
        """Whether no event of a source is known to stand, or might stand, twice."""
        doubtful: dict[str, list[EventsPart]] = {}
        for one in parts:
            if "event_id" in one.columns and not one.source.unique:
                doubtful.setdefault(one.label, []).append(one)
        if not doubtful:
            return True
        return counts_matter(self._plan) and all(
            are_single(
                self._engine,
                [one.relation for one in same],
                whole=all(one.query.kinds["event_id"] == "integer" for one in same),
            )
            for same in doubtful.values()
        )

    def _are_known(self, events: Events) -> bool:
        """Whether each event has an id; only asked where it matters."""
        if events.unique or "event_id" not in events.columns or not counts_matter(self._plan):
            return False
        row = self._engine.execute("SELECT count(event_id) = count(*) FROM events").fetchone()
        return row is not None and bool(row[0])


def _once(columns: dict[str, Recognised]) -> dict[str, Recognised]:
    """No header serves twice: the first in this order keeps it, unless another must have it."""
    taken: set[int] = set()
    kept = {}
    for column in ("lead_id", "at", "verb", "event_id", "object", "seconds"):
        match = columns.get(column)
        if match is not None and (match.declared or match.place not in taken):
            kept[column] = match
            taken.add(match.place)
    return kept


def _no_value(raw: str, declared: str) -> str:
    if engine_type(declared) in (Engine.TEXT, Engine.BYTES, Engine.OTHER):
        return is_blank(plain_text(raw, declared))
    return f"{raw} IS NULL"


def _mapped(value: str, words: Mapping[str, str]) -> str:
    if not words:
        return value
    cases = " ".join(f"WHEN {text(said)} THEN {text(ours)}" for said, ours in sorted(words.items()))
    return f"CASE {value} {cases} ELSE {value} END"


def _chosen(column: str, has: set[str], *, mixed: bool) -> str:
    quoted = name(column)
    if column not in has:
        return f"NULL AS {quoted}"
    if column == "event_id" and mixed:
        return f"CAST({quoted} AS VARCHAR) AS {quoted}"
    return quoted
