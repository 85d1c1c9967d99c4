"""Smaller cases that still fail: fewer leads, events, lines, parts of lines, values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.strategies import Case

_PARTS = re.compile(r"( or | and |, | \()")


def shrunk(case: Case, fails: Callable[[Case], bool], *, tries: int = 3000) -> Case:
    """A case as small as can be found by leaving out one thing after another."""
    again = True
    while again and tries > 0:
        again = False
        for smaller in smaller_cases(case):
            tries -= 1
            if tries <= 0:
                break
            if fails(smaller):
                case, again = smaller, True
                break
    return case


def smaller_cases(case: Case) -> Iterator[Case]:
    """Cases with one thing less, the boldest first."""
    yield from _fewer_leads(case)
    yield from _fewer_lines(case)
    yield from _fewer_events(case)
    yield from _fewer_values(case)
    yield from _shorter_lines(case)


def _fewer_leads(case: Case) -> Iterator[Case]:
    count = len(case.leads)
    parts = [case.leads[: count // 2], case.leads[count // 2 :]] if count > 3 else []
    parts += [case.leads[:n] + case.leads[n + 1 :] for n in range(count)] if count > 1 else []
    for leads in parts:
        kept = {row["lead_id"] for row in leads}
        events = tuple(event for event in case.events if event["lead_id"] in kept)
        yield replace(case, leads=leads, events=events)


def _fewer_events(case: Case) -> Iterator[Case]:
    if len(case.events) > 1:
        yield replace(case, events=())
    for n in range(len(case.events)):
        yield replace(case, events=case.events[:n] + case.events[n + 1 :])


def _fewer_values(case: Case) -> Iterator[Case]:
    for n, row in enumerate(case.leads):
        for column in row:
            if column != "lead_id":
                less = {key: value for key, value in row.items() if key != column}
                yield replace(case, leads=(*case.leads[:n], less, *case.leads[n + 1 :]))
    for n, event in enumerate(case.events):
        for column in ("event_id", "object", "seconds", "source"):
            if event.get(column) is not None:
                fewer = event | {column: None}
                yield replace(case, events=(*case.events[:n], fewer, *case.events[n + 1 :]))


def _fewer_lines(case: Case) -> Iterator[Case]:
    lines = case.card.splitlines()
    for size in (len(lines) // 2, len(lines) // 4, 3, 2, 1):
        for start in range(len(lines) if size else 0):
            left = lines[:start] + lines[start + size :]
            if len(left) < len(lines):
                yield replace(case, card="\n".join(left) + "\n")


def _shorter_lines(case: Case) -> Iterator[Case]:
    lines = case.card.splitlines()
    for number, line in enumerate(lines):
        for shorter in _shorter(line):
            yield replace(case, card="\n".join([*lines[:number], shorter, *lines[number + 1 :]]))


def _shorter(line: str) -> Iterator[str]:
    parts = _PARTS.split(line)
    for start in range(0, len(parts), 2):
        for end in range(len(parts), start, -2):
            yield "".join(parts[:start] + parts[end + 1 :])
            yield "".join(parts[: max(0, start - 1)] + parts[end:])
    if "(" in line:
        yield line.replace("(", "", 1).replace(")", "", 1)
    if " when " in line:
        yield re.sub(r" when .*?( \(|:)", r"\1", line)
    if "not " in line:
        yield line.replace("not ", "", 1)
