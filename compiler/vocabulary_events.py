"""Reading the `events` section of leadcard.yaml and of presets: where events come from."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from leadcard.compiler.node_reader import (
    Findings,
    boolean,
    closest,
    keys,
    names,
    one_of,
    text,
    texts,
)
from leadcard.compiler.text import name_form
from leadcard.compiler.vocabulary import Column, EventsSource, Vocabulary
from leadcard.compiler.vocabulary_columns import column
from leadcard.compiler.vocabulary_tables import read_joins, read_where, read_without
from leadcard.compiler.yaml_source import Mapping, Node, Scalar
from leadcard.compiler.yaml_source import Sequence as NodeList

_EVENTS: Final = (
    "from",
    "as",
    "use",
    "id",
    "lead",
    "at",
    "verb",
    "object",
    "seconds",
    "joins",
    "where",
    "without",
    "unique",
)
TIME: Final = ("unit", "zone")
ID: Final = "id"  # in `matches`: the id of leads itself


def read_events(
    found: Findings, node: Node, base: Vocabulary, *, declared: bool
) -> tuple[EventsSource, ...]:
    """The `events` section: a source or a list of them; `base` knows the verbs and fields.

    A source that `as` or `from` names among the preset's changes that one, the others stay. What a
    new source leaves out goes by the usual headers.
    """
    kept = [source for source in base.events if source.location is not None]
    if isinstance(node, Scalar) and node.is_null:
        return base.events
    items = node.items if isinstance(node, NodeList) else (node,)
    for item in items:
        parts = keys(found, item, "a source of `events`", _EVENTS, hint=_HINT)
        place = _place(found, parts, kept, base, len(items)) if declared else len(kept)
        if place is None:
            continue
        old = kept[place] if place < len(kept) else base.usual
        if "use" in parts and boolean(found, parts["use"], "`use`") is False:
            kept[place : place + 1] = []
            continue
        kept[place : place + 1] = [_source(found, parts, old, base, declared=declared)]
    return tuple(kept) or base.events


_HINT: Final = "write `- from: events.csv`"


def _place(
    found: Findings,
    parts: dict[str, Node],
    kept: list[EventsSource],
    base: Vocabulary,
    items: int,
) -> int | None:
    """Which source an item describes: one of the preset's, or a new one at the end."""
    known = [name_form(source.name or source.location or "") for source in kept]
    word = parts.get("as")
    if isinstance(word, Scalar) and word.text.strip():
        if name_form(word.text) in known:
            return known.index(name_form(word.text))
        if not kept or "from" in parts:
            return len(kept)
        found.unknown("V215", "source of events", word, [s.name or "" for s in kept])
        return None
    where = parts.get("from")
    if isinstance(where, Scalar):
        places = [n for n, s in enumerate(kept) if s.location == where.text]
        if len(places) == 1 or name_form(where.text) in known:
            return places[0] if len(places) == 1 else known.index(name_form(where.text))
    # A preset's only source at another place, or with another column.
    return 0 if len(kept) == 1 and items == 1 and len(base.events) == 1 else len(kept)


def _source(
    found: Findings,
    parts: dict[str, Node],
    start: EventsSource,
    base: Vocabulary,
    *,
    declared: bool,
) -> EventsSource:
    """One source on top of `start`."""
    result = replace(start, optional=start.optional if declared else True)
    if "from" in parts:
        where = text(found, parts["from"], "a file or table of events")
        elsewhere = declared and where != start.location
        result = replace(result, location=where, optional=result.optional and not elsewhere)
        result = replace(result, name=start.name or where)
    if "as" in parts:
        name = text(found, parts["as"], "the name of a source")
        result = replace(result, name=name or result.name)
    verb = parts.get("verb")
    if verb is not None:
        result = replace(result, verb=_verb_column(found, verb, base) or result.verb)
    if "id" in parts:
        result = replace(result, id=column(found, parts["id"], "`id`") or result.id)
    if "lead" in parts:
        result = replace(result, lead=read_lead(found, parts["lead"], base) or result.lead)
    if "at" in parts:
        result = replace(result, at=column(found, parts["at"], "`at`", TIME) or result.at)
    if "object" in parts:
        allowed = ("constant", "missing")
        read = column(found, parts["object"], "`object`", allowed)
        result = replace(result, object=read or result.object)
    if "seconds" in parts:
        read = column(found, parts["seconds"], "`seconds`", ("unit",))
        result = replace(result, seconds=read or result.seconds)
    return _rows(found, parts, result, optional=not declared)


def _rows(
    found: Findings, parts: dict[str, Node], start: EventsSource, *, optional: bool
) -> EventsSource:
    """Which rows of a source count, and what stands beside them."""
    result = start
    if "joins" in parts:
        joins = read_joins(found, parts["joins"], result.joins, optional=optional)
        result = replace(result, joins=joins)
    if "where" in parts:
        result = replace(result, where=read_where(found, parts["where"]))
    if "without" in parts:
        without = read_without(found, parts["without"], result.without, optional=optional)
        result = replace(result, without=without)
    if "unique" in parts:
        result = replace(result, unique=boolean(found, parts["unique"], "`unique`") or False)
    return result


def read_lead(found: Findings, node: Node, base: Vocabulary) -> Column | None:
    """The column that says whose event it is, what it holds, and whether strangers are expected."""
    read = column(found, node, "`lead`", ("matches", "unknown"))
    if read is None or not isinstance(node, Mapping):
        return read
    for entry in node.entries:
        match name_form(entry.key.text):
            case "matches":
                read = replace(read, matches=_matches(found, entry.value, base))
            case "unknown":
                word = one_of(found, entry.value, "`left out` or `error`", ("left out", "error"))
                read = replace(read, strangers=word == "left out")
    return read


def _matches(found: Findings, node: Node, base: Vocabulary) -> tuple[str, ...]:
    """The names of the fields that a lead's column may hold; `id` is the id itself."""
    names_of: list[str] = []
    for word in texts(found, node, "the fields of `matches`"):
        known = base.field_index.get(name_form(word.text))
        if known is not None:
            names_of.append(known.name)
        elif name_form(word.text) in (ID, "lead id"):
            names_of.append(ID)
        else:
            found.unknown("V208", "field", word, [f.name for f in base.fields])
    return () if names_of == [ID] else tuple(names_of)


def _verb_column(found: Findings, node: Node, base: Vocabulary) -> Column | None:
    """`verb: visited` is the same for all rows, `verb: event_name` a column, else keys."""
    if isinstance(node, Scalar) and not node.is_null:
        known = base.verb_index.get(name_form(node.text))
        if known is not None:
            return Column(constant=known.name)
        near = closest(node.text, base.verb_index)
        if near is not None and "_" not in node.text and name_form(node.text) not in _headers(base):
            found.unknown("V207", "event verb", node, base.verb_index)
            return None
    if not isinstance(node, Mapping):
        return column(found, node, "`verb`")
    parts = keys(found, node, "`verb`", ("column", "values", "constant"))
    if "constant" in parts:
        known_name = _known_verb(found, parts["constant"], base)
        return Column(constant=known_name) if known_name else None
    if "column" not in parts:
        found.add("V212", "`verb` needs a column", node.span, hint="add `column: …`")
        return None
    read = column(found, parts["column"], "`verb`")
    if read is None or "values" not in parts:
        return read
    return replace(read, values=_verb_values(found, parts["values"], base))


def _headers(base: Vocabulary) -> set[str]:
    sources = (*base.events, base.usual)
    usual = [s.verb for s in sources if s.verb is not None]
    return {name_form(n) for c in usual for n in (c.name or "", *c.aka)}


def _verb_values(
    found: Findings, node: Node, base: Vocabulary
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`{OPEN: opened email}`, turned round: our verbs with the data's words for them."""
    result: dict[str, tuple[str, ...]] = {}
    for entry in names(found, node, "values", "OPEN: opened email"):
        verb = _known_verb(found, entry.value, base)
        if verb is not None:
            result[verb] = (*result.get(verb, ()), entry.key.text)
    return tuple(result.items())


def _known_verb(found: Findings, node: Node, base: Vocabulary) -> str | None:
    word = text(found, node, "an event verb")
    if word is None or not isinstance(node, Scalar):
        return None
    known = base.verb_index.get(name_form(word))
    if known is None:
        found.unknown("V207", "event verb", node, base.verb_index)
        return None
    return known.name
