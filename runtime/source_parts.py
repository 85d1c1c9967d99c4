"""The parts of the data that a vocabulary and a command line name, each with its joined tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from leadcard.compiler.vocabulary import (
    Column,
    EventsSource,
    Field,
    Join,
    LeadsSource,
    Merges,
    Unless,
    Vocabulary,
)
from leadcard.dsl.diagnostics import Diagnostic, Severity
from leadcard.runtime.csv_part import open_csv
from leadcard.runtime.data_error import DataError
from leadcard.runtime.event_sources import source_for
from leadcard.runtime.json_part import open_json
from leadcard.runtime.locations import DataFile, Kind, find_files, nothing_there
from leadcard.runtime.parts import Part, open_parquet, open_table
from leadcard.runtime.table_places import Place, Root, find_table, root_of
from leadcard.runtime.wide_part import Joined, widened


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsPlace:
    """A part of the events, its source in the vocabulary, and what sources are told apart by."""

    part: Part
    source: EventsSource
    label: str


class SourceParts:
    """Opens what is named; `notes` and `files` collect what was found on the way."""

    def __init__(
        self,
        engine: duckdb.DuckDBPyConnection,
        vocabulary: Vocabulary,
        folder: Path,
        spool: Path,
    ) -> None:
        self._engine, self._vocabulary = engine, vocabulary
        self._folder, self._spool = folder, spool
        home = Path(vocabulary.path).parent if vocabulary.path else folder
        self._roots = [Root(path=home, shown=str(home))]
        if vocabulary.data is not None:
            path = home / Path(vocabulary.data).expanduser()
            if not path.exists():
                why = "there is no such folder or database"
                raise nothing_there(vocabulary.data, why, "see `data` in leadcard.yaml")
            self._roots.insert(0, Root(path=path, shown=vocabulary.data))
        self._lacking: dict[str, str] = {}  # tables of the preset, with what would name them
        self._notes: list[Diagnostic] = []
        self.files: list[Path] = []

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """What is to be told of files, and of tables of the preset that are not there."""
        if not self._lacking:
            return tuple(self._notes)
        listed = ", ".join(f"`{table}`" for table in self._lacking)
        return (
            *self._notes,
            Diagnostic(
                code="D129",
                message=f"tables that preset `{self._vocabulary.preset}` knows and the data lacks:"
                f" {listed}",
                hint="where a table has another name, say so in leadcard.yaml:"
                f" `events: [{next(iter(self._lacking.values()))}]`",
                severity=Severity.NOTE,
            ),
        )

    def leads(self, given: tuple[str, ...]) -> list[Part]:
        """The parts of the leads, from the places `given`, else from the vocabulary's."""
        leads = self._vocabulary.leads
        places, roots = self._given(given), self._around(given)
        if not given and leads.location is not None:
            places, roots = self._named(leads.location, roots), self._roots
        if not places:
            raise DataError(
                Diagnostic(
                    code="D106",
                    message="no leads are given",
                    hint="name their file: `--leads leads.csv`, or `leads: {from: …}` in"
                    " leadcard.yaml",
                )
            )
        joined, _ = self._joined(leads.joins, roots)
        columns, names = _lead_columns(leads, self._vocabulary.fields)
        return [
            widened(self._engine, part, joined, columns, names)
            for part in self._open(places, "leads")
        ]

    def events(self, given: tuple[str, ...]) -> list[EventsPlace]:
        """The parts of the events with their sources, those of a preset only as far as there."""
        found: list[EventsPlace] = []
        for place in given:
            for part in self._open(self._given((place,)), "events"):
                source = source_for(self._vocabulary, part, place)
                joined, _ = self._joined(source.joins, self._around((place,)))
                wide = self._wide(part, source, joined)
                label = source.location or place
                found.append(EventsPlace(part=wide, source=source, label=label))
        return found if given else self._events_of_vocabulary()

    def _events_of_vocabulary(self) -> list[EventsPlace]:
        found: list[EventsPlace] = []
        for source in self._vocabulary.events:
            if source.location is None:
                continue
            places = find_table(self._engine, source.location, self._roots)
            if source.optional and not places:
                named = f"{{as: {source.name}, from: NAME}}"
                self._lacking.setdefault(source.location, named)
                continue
            joined, lacking = self._joined(source.joins, self._roots)
            if source.optional and _needs(source, lacking):
                for join in lacking:
                    named = f"{{as: {source.name}, joins: [{{as: {join.name}, from: NAME}}]}}"
                    self._lacking.setdefault(join.location, named)
                continue
            opened = self._open(places or self._named(source.location, self._roots), "events")
            found += [
                EventsPlace(
                    part=self._wide(part, source, joined), source=source, label=source.location
                )
                for part in opened
            ]
        return found

    def merges(self, given: tuple[str, ...]) -> list[tuple[Merges, Part]]:
        """The tables of merged leads that are there; `given` are the places of the leads."""
        found: list[tuple[Merges, Part]] = []
        for merges in self._vocabulary.leads.merges:
            places = find_table(self._engine, merges.location, self._around(given))
            if places or not merges.optional:
                opened = self._open(places or self._named(merges.location, self._roots), "merges")
                found += [(merges, part) for part in opened]
        return found

    # --- places -----------------------------------------------------------------------------------

    def _given(self, places: Sequence[str]) -> list[Place]:
        return [(place, self._folder) for place in places]

    def _around(self, places: Sequence[str]) -> list[Root]:
        """Where joined tables are looked for: beside what was given, then where all tables are."""
        return [*(root_of(place, self._folder) for place in places), *self._roots]

    def _named(self, location: str, roots: list[Root]) -> list[Place]:
        """The places of a table that must be there; its name as it stands says so best."""
        found = find_table(self._engine, location, roots)
        if found:
            return found
        if "." in location or "/" in location or "\\" in location:
            return [(location, roots[-1].path)]
        where = " or ".join(f"`{root.shown}`" for root in roots)
        raise nothing_there(
            location,
            f"{where} holds no table or file of that name",
            "say in leadcard.yaml where the tables are (`data: FOLDER`), or name the file:"
            " `from: FILE`, `--leads FILE`, `--events FILE`",
        )

    def _joined(self, joins: Sequence[Join], roots: list[Root]) -> tuple[list[Joined], list[Join]]:
        """The joined tables, and those of a preset that are not there."""
        found, lacking = [], []
        for join in joins:
            places = find_table(self._engine, join.location, roots)
            if join.optional and not places:
                lacking.append(join)
                continue
            parts = self._open(places or self._named(join.location, roots), join.location)
            found.append(Joined(join=join, part=_as_one(parts)))
        return found, lacking

    def _wide(self, part: Part, source: EventsSource, joined: list[Joined]) -> Part:
        columns = (source.id, source.lead, source.at, source.verb, source.object, source.seconds)
        names = [column for column, _ in source.where] + _unless_columns(source.without)
        return widened(self._engine, part, joined, columns, names)

    # --- parts ------------------------------------------------------------------------------------

    def _open(self, places: Sequence[Place], usual_table: str) -> list[Part]:
        files = [
            file
            for place, folder in places
            for file in find_files((place,), folder=folder, spool=self._spool)
        ]
        self.files += [file.path for file in files]
        parquet = [file for file in files if file.kind is Kind.PARQUET]
        parts = open_parquet(self._engine, parquet) if parquet else []
        parts += [self._part(f, usual_table) for f in files if f.kind is not Kind.PARQUET]
        for part in parts:
            self._notes += part.notes
        return parts

    def _part(self, file: DataFile, usual_table: str) -> Part:
        match file.kind:
            case Kind.CSV:
                return open_csv(self._engine, file, self._spool)
            case Kind.JSON:
                return open_json(self._engine, file, self._spool)
            case Kind.SQLITE:
                from leadcard.runtime.sqlite_part import open_sqlite

                return open_sqlite(self._engine, file, usual_table, self._spool)
            case _:
                return open_table(self._engine, file, usual_table)


def _lead_columns(
    leads: LeadsSource, fields: Sequence[Field]
) -> tuple[tuple[Column | None, ...], list[str]]:
    """All columns that leads may need, and those that are only names."""
    sources = [field.source for field in fields]
    names = [column for column, _ in leads.where] + _unless_columns(leads.without)
    names += [name for name in (leads.wins, leads.merged_into) if name is not None]
    names += [one.currency for one in sources if one is not None and one.currency is not None]
    return (leads.id, leads.account, *sources), names


def _unless_columns(conditions: Sequence[Unless]) -> list[str]:
    return [condition.column for condition in conditions]


def _needs(source: EventsSource, lacking: Sequence[Join]) -> bool:
    """Whether a source is of no use without these tables: they would say whose events these are."""
    needed = [c.name for c in (source.lead, source.at) if c is not None and c.name is not None]
    needed += [column for column, _ in source.where]
    return any(name.startswith(f"{join.name}.") for name in needed for join in lacking)


def _as_one(parts: Sequence[Part]) -> Part:
    """The files of one joined table, which must have the same columns."""
    first = parts[0]
    if len(parts) == 1:
        return first
    if any(
        (p.headers, p.columns, p.types) != (first.headers, first.columns, first.types)
        for p in parts
    ):
        raise DataError(
            Diagnostic(
                code="D105",
                message=f"`{first.shown}` and `{parts[1].shown}` are one joined table, but their"
                " columns differ",
                path=first.shown,
                hint="name a single file",
            )
        )
    return replace(
        first,
        plain="(" + " UNION ALL ".join(f"SELECT * FROM {p.plain}" for p in parts) + ")",
        numbered="(" + " UNION ALL ".join(f"SELECT * FROM {p.numbered}" for p in parts) + ")",
        refused=lambda: tuple(row for part in parts for row in part.refused()),
    )
