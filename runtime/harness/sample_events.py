"""Events of sample leads: `visited pricing x3, 10d ago to 1d ago`, or keys with values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Final

from leadcard.compiler.node_reader import Findings, closest
from leadcard.compiler.text import name_form, nfc
from leadcard.compiler.yaml_source import Mapping, Node, Scalar
from leadcard.dsl.event_line import other_date, parse_event
from leadcard.dsl.source import Span
from leadcard.runtime.harness.moments import is_time
from leadcard.runtime.harness.sample_nodes import (
    Reading,
    entries,
    first_line,
    is_flow,
    items,
    not_a_time,
    text_of,
    wrong_kind,
)
from leadcard.runtime.harness.samples import SampleEvent

UNKNOWN_VERB: Final = "T109"
BAD_EVENT: Final = "T110"
UNQUOTED: Final = "T111"
MOST_TIMES: Final = 10_000
_EXAMPLE: Final = "`- visited pricing, 3d ago`"
_KEYS: Final = ("did", "what", "at", "seconds", "id")
_TIME_AT_END: Final = re.compile(
    r"(?P<words>.*?\S)\s+(?:on\s+)?"
    r"(?P<when>(?:\d+\s*[a-z]+\s+ago|\d{4}-\d\d-\d\d\S*)(?:\s+to\s.*)?|yesterday|today)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """A verb's plain name and the object after it."""

    verb: str
    object: str | None


def lead_events(reading: Reading, node: Node) -> tuple[SampleEvent, ...]:
    """The events of one lead."""
    listed = items(reading.found, node, "`events`", hint=f"write each event as {_EXAMPLE}")
    if is_flow(reading.found, node) and _split_by_commas(reading.found, listed):
        return ()
    found: list[SampleEvent] = []
    for item in listed:
        if isinstance(item, Mapping):
            found += _from_keys(reading, item)
        elif isinstance(item, Scalar) and not item.is_null:
            found += _from_line(reading, item)
        else:
            wrong_kind(reading.found, item, "an event is one line", hint=f"such as {_EXAMPLE}")
    return tuple(found)


def _split_by_commas(found: Findings, listed: tuple[Node, ...]) -> bool:
    """Note where a list in brackets made two entries of an event and its time."""
    for before, item in pairwise(listed):
        if not (isinstance(before, Scalar) and isinstance(item, Scalar)):
            continue
        if before.quoted or item.quoted or not is_time(item.text) or is_time(before.text):
            continue
        span = before.span.to(item.span)
        found.add(
            UNQUOTED,
            f"in a list with brackets the comma makes two entries of `{before.text}` and"
            f" `{item.text}`",
            span,
            hint="put quotes around the whole event",
            fix=_quote_events(found, listed),
        )
        return True
    return False


def _quote_events(found: Findings, listed: tuple[Node, ...]) -> str | None:
    """The line with quotes around every event of the list, if all stands in one line."""
    whole = listed[0].span.to(listed[-1].span)
    if "\n" in found.source.text[whole.start : whole.end]:
        return None
    parts: list[str] = []
    for item in listed:
        written = found.source.text[item.span.start : item.span.end]
        loose = isinstance(item, Scalar) and not item.quoted
        if loose and parts and isinstance(item, Scalar) and is_time(item.text):
            parts[-1] = f"{parts[-1]}, {written}"
        else:
            parts.append(written)
    quoted = (p if p[:1] in "\"'{[" else f'"{p}"' for p in parts)
    return found.line_with(whole, ", ".join(quoted)).strip()


# --- one line -------------------------------------------------------------------------------------


def _from_line(reading: Reading, scalar: Scalar) -> tuple[SampleEvent, ...]:
    line = parse_event(scalar.text)
    if isinstance(line, str):
        _unreadable(reading, scalar, line)
        return ()
    start, end = reading.clock.at(line.start), reading.clock.at(line.end)
    if start is None or end is None:
        not_a_time(reading, scalar)
        return ()
    if line.times == 1 and start != end:
        message = "one event cannot be spread from one time to another"
        _bad(reading, scalar, message, hint="say how many there are, such as `visited pricing x3`")
        return ()
    if not 1 <= line.times <= MOST_TIMES:
        _bad(reading, scalar, f"`x{line.times}` is not a number from 1 to {MOST_TIMES:,}")
        return ()
    act = _act(reading, scalar.span, line.words)
    if act is None:
        return ()
    return tuple(
        SampleEvent(verb=act.verb, object=act.object, at=at, seconds=line.seconds)
        for at in spread(start, end, line.times)
    )


def spread(start: datetime, end: datetime, times: int) -> tuple[datetime, ...]:
    """`times` instants from `start` to `end`, both included, in even steps."""
    if times == 1:
        return (start,)
    gap = (end - start) // timedelta(microseconds=1)
    return tuple(start + timedelta(microseconds=gap * n // (times - 1)) for n in range(times))


def _unreadable(reading: Reading, scalar: Scalar, message: str) -> None:
    """Note a line that is no event; the comma before its time is forgotten most often."""
    what, _, hint = message.partition(": ")
    ending = _TIME_AT_END.fullmatch(scalar.text)
    if ending is not None and not ending["words"].rstrip().endswith(","):
        fixed = f"{ending['words']}, {ending['when']}"
        message = f"a comma is missing before `{ending['when']}`"
        _bad(reading, scalar, message, instead=fixed)
        return
    words, comma, when = scalar.text.rpartition(",")
    date = other_date(when)
    instead = f"{words}, {date}" if comma and date else None
    if not comma:
        instead = f"{scalar.text}, 3d ago"
    _bad(reading, scalar, what, hint=hint or None, instead=instead)


def _bad(
    reading: Reading,
    scalar: Scalar,
    message: str,
    *,
    hint: str | None = None,
    instead: str | None = None,
) -> None:
    """Note an event that cannot be read; `instead` is what to write."""
    fix = None
    if instead is not None:
        text = f'"{instead}"' if scalar.quoted or _in_brackets(reading, scalar) else instead
        fix = reading.fixed_line(scalar.span, text)
    span = first_line(reading.found, scalar.span)
    reading.found.add(BAD_EVENT, message, span, hint=hint or f"such as {_EXAMPLE}", fix=fix)


def _in_brackets(reading: Reading, scalar: Scalar) -> bool:
    line = reading.source.line_span(reading.line(scalar))
    before = reading.source.text[line.start : scalar.span.start]
    return before.count("[") > before.count("]")


def _act(reading: Reading, span: Span, text: str) -> _Act | None:
    """The longest verb at the start of `text`, by any of its names; the rest is the object."""
    words = nfc(text).split()
    known = reading.vocabulary.spelling_index
    for taken in range(len(words), 0, -1):
        found = known.get(name_form(" ".join(words[:taken])))
        if found is None:
            continue
        verb, implied = found
        rest = _object(text, taken)
        if implied and rest:
            continue  # a spelling that says its object leaves no room for another
        return _Act(verb=verb.name, object=rest or implied)
    verbs = [n for v in reading.vocabulary.verbs for n in (v.name, *v.aka)]
    near = closest(words[0], verbs) if words else None
    fix = reading.source.text[span.start : span.end].replace(words[0], near, 1) if near else None
    reading.found.add(
        UNKNOWN_VERB,
        f"no event verb `{words[0]}`" if words else "the event has no verb",
        span,
        hint=f"did you mean `{near}`?" if near else "begin with a verb, such as `visited`",
        fix=reading.fixed_line(span, fix) if fix else None,
    )
    return None


def _object(text: str, taken: int) -> str | None:
    """What follows the first `taken` words, as written; quotes around all of it are taken off."""
    rest = nfc(text).split(maxsplit=taken)[taken:]
    written = rest[0].strip() if rest else ""
    if len(written) > 1 and written[0] == written[-1] == '"':
        written = written[1:-1]
    return written or None


# --- keys with values -----------------------------------------------------------------------------


def _from_keys(reading: Reading, node: Mapping) -> tuple[SampleEvent, ...]:
    example = "`{did: visited, what: pricing, at: 3d ago}`"
    before = len(reading.found.list)
    given = entries(reading.found, node, "an event", _KEYS, example=example)
    texts = {
        key: text_of(reading.found, entry.value, f"`{key}`")
        for key, entry in given.items()
        if not (isinstance(entry.value, Scalar) and entry.value.is_null)
    }
    if len(reading.found.list) > before:
        return ()
    missing = next((key for key in ("did", "at") if texts.get(key) is None), None)
    if missing is not None:
        reading.found.add(
            BAD_EVENT, f"the event has no `{missing}`", _start(node), hint=f"such as {example}"
        )
        return ()
    act = _act(reading, given["did"].value.span, str(texts["did"]))
    at = _at(reading, given["at"].value)
    if act is None or at is None:
        return ()
    what = texts.get("what")
    if what and act.object:
        reading.found.add(
            BAD_EVENT,
            f"`did` says `{act.object}` already, and `what` says `{what}`",
            given["what"].value.span,
            hint="say in one place what the event is about",
        )
        return ()
    seconds = _seconds(reading, given["seconds"].value) if texts.get("seconds") else None
    return (
        SampleEvent(
            verb=act.verb,
            object=nfc(what) if what else act.object,
            at=at,
            seconds=seconds,
            id=texts.get("id"),
        ),
    )


def _start(node: Mapping) -> Span:
    return node.entries[0].key.span if node.entries else Span(node.span.start, node.span.start + 1)


def _at(reading: Reading, node: Node) -> datetime | None:
    assert isinstance(node, Scalar)
    moment = reading.clock.instant(node.text)
    if moment is None:
        not_a_time(reading, node)
    return moment


def _seconds(reading: Reading, node: Node) -> Decimal | None:
    assert isinstance(node, Scalar)
    try:
        number = Decimal(node.text.strip().replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_finite() and 0 <= number < 10**9:
        return number
    message = f"`seconds` is a number of seconds, not `{node.text}`"
    reading.found.add(BAD_EVENT, message, node.span, hint="write it like `40` or `12.5`")
    return None
