"""Which source of the vocabulary a file of events belongs to."""

from __future__ import annotations

from leadcard.compiler.vocabulary import EventsSource, Vocabulary
from leadcard.runtime.parts import Part
from leadcard.runtime.recognise import Headers


def source_for(vocabulary: Vocabulary, part: Part, place: str) -> EventsSource:
    """The source of the vocabulary that a file belongs to: by its name, else by its headers."""
    stem = _stem(place)
    for source in vocabulary.events:
        if source.location is not None and _stem(source.location) == stem:
            return source
    headers = Headers(part=part)
    for source in vocabulary.events:
        named = [
            column.name
            for column in (source.id, source.lead, source.at, source.verb, source.object)
            if column is not None and column.name is not None
        ]
        if all(headers.named(column) is not None for column in named):
            return source
    return vocabulary.events[0] if vocabulary.events else EventsSource()


def _stem(place: str) -> str:
    base = place.replace("\\", "/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower()
    return base.split(".", 1)[0]
