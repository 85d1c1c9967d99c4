"""An inspection as a marketer reads it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from textwrap import fill

from leadcard.dsl.render import display_width, visible
from leadcard.runtime.harness.report import json_value
from leadcard.runtime.inspect import (
    MOSTLY_EMPTY,
    FieldReport,
    Inspection,
    ObjectReport,
    Silent,
    Unmatched,
    VerbReport,
)
from leadcard.runtime.load import SourceReport
from leadcard.runtime.paint import Paint
from leadcard.runtime.when import day_text

_WIDEST = 40
_MOST_VERBS = 40


def inspection_text(found: Inspection, *, color: bool, zone: str = "UTC") -> str:
    """The whole report."""
    paint = Paint(color)
    blocks = [
        list(_numbers(found, zone, paint)),
        *(list(_source(source, paint)) for source in found.sources),
        list(_fields(found, paint)),
        list(_verbs(found.verbs, paint)),
        list(_values(found, paint)),
        list(_silent(found.silent, paint)),
        list(_denials(found, paint)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _numbers(found: Inspection, zone: str, paint: Paint) -> Iterator[str]:
    yield f"{paint.strong('leads')}   {found.leads:,}"
    between = ""
    if found.first is not None and found.last is not None:
        between = f", from {_day(found.first, zone)} to {_day(found.last, zone)}"
    yield f"{paint.strong('events')}  {found.events:,}{between}"
    if found.quiet_leads:
        share = _share(found.quiet_leads, found.leads)
        verb = "has" if found.quiet_leads == 1 else "have"
        yield f"        {_counted(found.quiet_leads, 'lead')} {verb} no events ({share})"
    if found.repeated_events:
        one = found.repeated_events == 1
        what = "repeats an event and counts" if one else "repeat an event and count"
        yield f"        {_counted(found.repeated_events, 'row')} {what} once"
    for bad in found.bad_rows:
        column = f" in `{visible(bad.column)}`" if bad.column else ""
        rows = f"{_counted(bad.count, 'row')} of {visible(bad.source)}"
        yield paint.bad(f"        {rows}: {bad.problem}{column}")


def _day(moment: object, zone: str) -> str:
    from leadcard.runtime.harness.outcome import instant

    at = instant(moment)
    return "" if at is None else day_text(at, zone)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _share(part: int, whole: int) -> str:
    if not whole:
        return "0 %"
    percent = 100 * part / whole
    if 99 < percent < 100:
        return "over 99 %"
    return "under 1 %" if 0 < percent < 1 else f"{percent:.0f} %"


# --- columns --------------------------------------------------------------------------------------


def _source(source: SourceReport, paint: Paint) -> Iterator[str]:
    yield f"{paint.strong(f'columns of {visible(source.shown)}')} {paint.faint(f'({source.what})')}"
    width = _width(visible(column.header) for column in source.columns)
    for column in source.columns:
        note = paint.faint("  as the vocabulary says") if column.declared else ""
        yield f"  {_padded(visible(column.header), width)}  is {column.word}{note}"
    if source.unused:
        listed = f"not used: {', '.join(visible(header) for header in source.unused)}"
        yield paint.faint(fill(listed, 98, initial_indent="  ", subsequent_indent="    "))


def _fields(found: Inspection, paint: Paint) -> Iterator[str]:
    if not found.fields and not found.absent:
        return
    yield paint.strong("fields")
    width = _width(iter([*(one.word for one in found.fields), *found.absent]))
    for one in found.fields:
        share = _share(one.known, found.leads)
        kinds = _counted(one.distinct, "value")
        notes = ", ".join(_field_notes(one, found.leads))
        read = paint.faint("  the card reads it") if one.used else ""
        bad = f"  {paint.bad(notes)}" if notes else ""
        yield f"  {_padded(one.word, width)}  known for {share:>9}  {kinds:>12}{read}{bad}"
    for word in found.absent:
        yield f"  {_padded(word, width)}  {paint.bad('not in the data, and the card reads it')}"


def _field_notes(one: FieldReport, leads: int) -> Iterator[str]:
    if one.known < leads * MOSTLY_EMPTY:
        yield "mostly empty"
    if one.unreadable:
        yield f"{one.unreadable:,} cannot be read"


# --- words ----------------------------------------------------------------------------------------


def _verbs(verbs: Sequence[VerbReport], paint: Paint) -> Iterator[str]:
    if not verbs:
        return
    yield paint.strong("verbs of the events")
    shown = verbs[:_MOST_VERBS]
    width = _width(visible(one.spelled) for one in shown)
    for one in shown:
        line = f"  {_padded(visible(one.spelled), width)}  {one.count:>11,}"
        yield f"{line}  {_verb_note(one, paint)}".rstrip()
    if len(verbs) > len(shown):
        yield paint.faint(f"  and {len(verbs) - len(shown):,} more")


def _verb_note(one: VerbReport, paint: Paint) -> str:
    if one.verb is None:
        near = f"; did you mean `{one.near}`?" if one.near else ""
        return paint.bad(f"no verb of the vocabulary{near}")
    said = "" if one.verb == one.spelled.lower() else f"is {one.verb}"
    unused = "" if one.used else "no rule asks for it"
    return paint.faint(", ".join(part for part in (said, unused) if part))


def _values(found: Inspection, paint: Paint) -> Iterator[str]:
    fields = [one for one in found.fields if one.unmatched]
    if not fields and not found.objects:
        return
    yield paint.strong("what occurs and no rule matches")
    for field in fields:
        share = _share(field.unmatched_leads, found.leads)
        yield f"  {field.word}: {_counted(field.unmatched_leads, 'lead')} ({share})"
        yield from _unmatched_lines(field.unmatched, paint)
    for one in found.objects:
        yield f"  {one.verb} …: {_counted(one.events, 'event')}"
        yield from _unmatched_lines(one.objects, paint)


def _unmatched_lines(values: Sequence[Unmatched], paint: Paint) -> Iterator[str]:
    for value in values:
        near = paint.bad(f"  near `{value.near}` of the card") if value.near else ""
        yield f"    {value.count:>9,}  {visible(value.text)}{near}"


def _silent(silent: Sequence[Silent], paint: Paint) -> Iterator[str]:
    if not silent:
        return
    yield paint.strong("words of the card that never occur")
    for one in silent:
        near = paint.bad(f"  did you mean `{visible(one.near)}`?") if one.near else ""
        yield f"  line {one.line:>3}  {silent_text(one)}{near}"


def _denials(found: Inspection, paint: Paint) -> Iterator[str]:
    if not found.denials:
        return
    yield paint.strong("tests with `not` that leads without a value do not meet")
    for one in found.denials:
        without = f"{_counted(one.missing, 'lead')} ({_share(one.missing, found.leads)})"
        yield f"  line {one.line:>3}  {visible(one.text)}: no {one.field} for {without}"


def silent_text(one: Silent) -> str:
    """A word with what it is: `title` is `CEO`, the list, verb or object."""
    match one.what:
        case "value":
            return f"{one.of} `{one.text}`"
        case "list":
            return f"{one.of} in the list `{one.text}`"
        case "object":
            return f"{one.of} `{one.text}`"
        case _:
            return f"verb `{one.text}`"


def _width(texts: Iterator[str]) -> int:
    return min(_WIDEST, max((display_width(text) for text in texts), default=0))


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


# --- JSON -----------------------------------------------------------------------------------------


def inspection_json(found: Inspection) -> dict[str, object]:
    """The whole inspection for programs."""
    return {
        "leads": found.leads,
        "events": found.events,
        "first_event": _json_time(found.first),
        "last_event": _json_time(found.last),
        "leads_without_events": found.quiet_leads,
        "repeated_events": found.repeated_events,
        "bad_rows": [asdict(bad) for bad in found.bad_rows],
        "sources": [asdict(source) for source in found.sources],
        "fields": [asdict(one) for one in found.fields],
        "absent_fields": list(found.absent),
        "verbs": [asdict(one) for one in found.verbs],
        "unmatched_objects": [_json_object(one) for one in found.objects],
        "never_occur": [asdict(one) for one in found.silent],
        "denials": [asdict(one) for one in found.denials],
    }


def _json_object(one: ObjectReport) -> dict[str, object]:
    return {"verb": one.verb, "events": one.events, "objects": [asdict(o) for o in one.objects]}


def _json_time(moment: object) -> object:
    from leadcard.runtime.harness.outcome import instant

    return json_value(instant(moment))
