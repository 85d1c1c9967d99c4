"""One part of the events on its way from its source to the relation `events`."""

from __future__ import annotations

from dataclasses import dataclass

from leadcard.compiler.vocabulary import EventsSource
from leadcard.runtime.part_query import PartQuery
from leadcard.runtime.parts import Part
from leadcard.runtime.recognise import Recognised


@dataclass(slots=True, kw_only=True)
class EventsPart:
    """One part of the events: its source in the vocabulary, its headers, and its query."""

    part: Part
    source: EventsSource
    label: str
    columns: dict[str, Recognised]
    query: PartQuery
    matches: tuple[str, ...] = ()  # the lead fields that the column `lead` may hold
    header: str = ""  # of the column `lead`
    relation: str = ""
    table: str | None = None
