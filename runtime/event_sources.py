"""Which source of the vocabulary a file of events belongs to."""

from __future__ import annotations

from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import EventsSource, Vocabulary
from leadcard.runtime.parts import Part
from leadcard.runtime.recognise import Headers


def source_for(vocabulary: Vocabulary, part: Part, place: str) -> EventsSource:
    """The source of the vocabulary that a file belongs to: by its name, else by its headers.

    A name that holds the source's name in whole words (`crm_email_event_2026.csv`) is good enough
    where the headers fit; the longest such name wins.
    """
    stems = {_stem(place), _stem(part.shown)}
    for source in vocabulary.events:
        if source.location is not None and _stem(source.location) in stems:
            return source
    headers = Headers(part=part)
    fitting = [source for source in vocabulary.events if _fits(source, headers)]
    alike = [source for source in fitting if any(_is_within(source, stem) for stem in stems)]
    if alike:
        return max(alike, key=lambda source: len(source.location or ""))
    telling = [source for source in fitting if _is_telling(source)]
    if telling:
        return telling[0]
    several = len(vocabulary.events) > 1
    return vocabulary.usual if several or not vocabulary.events else vocabulary.events[0]


def _fits(source: EventsSource, headers: Headers) -> bool:
    """Whether a file has all columns that a source names, those of joined tables aside."""
    tables = tuple(f"{join.name}." for join in source.joins)
    columns = (source.id, source.lead, source.at, source.verb, source.object)
    named = [c.name for c in columns if c is not None and c.name is not None]
    named += [column for column, _ in source.where]
    own = [name.split(".", 1)[0] for name in named if not name.startswith(tables or "\0")]
    return all(headers.named(column) is not None for column in own)


def _is_telling(source: EventsSource) -> bool:
    """Whether headers alone tell a source: not where a preset's rows all have one verb, or where a
    joined table says whose they are.
    """
    lead = source.lead.name if source.lead is not None and source.lead.name is not None else ""
    from_join = any(lead.startswith(f"{join.name}.") for join in source.joins)
    constant = source.verb is not None and source.verb.constant is not None
    return not from_join and not (source.optional and constant)


def _is_within(source: EventsSource, stem: str) -> bool:
    words = name_form(_stem(source.location or ""))
    return bool(words) and f" {words} " in f" {name_form(stem)} "


def _stem(place: str) -> str:
    base = place.replace("\\", "/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower()
    return base.split(".", 1)[0]
