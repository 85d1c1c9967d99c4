"""Gathering for the Python backend: the function that goes over distinct events one by one.

Each thing to gather (a count, a time spent, times to compare, the points of a repeated rule) has
lines in three places: before the loop, inside it, and an expression after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, assert_never

from leadcard.compiler.backends.python_events import EventReader, Wanted
from leadcard.compiler.backends.python_text import (
    Condition,
    Fact,
    Module,
    all_of,
    any_of,
    known,
    negated,
    statement,
)
from leadcard.compiler.plan import (
    Bunched,
    Decay,
    Drop,
    EventSet,
    Fade,
    Halve,
    Repeat,
    Repetition,
    Rule,
    TimeSpent,
)

_BUCKETS: Final = {
    Repeat.PER_DAY: "_day(at)",
    Repeat.PER_WEEK: "_week(at)",
    Repeat.PER_MONTH: "_month(at)",
    Repeat.EACH_ASSET: "_asset(thing)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """The lines of one thing to gather: `action` is done for each event that is `inside`."""

    before: str
    inside: Condition
    action: str
    result: str


def gathering(name: str, wanted: Wanted, reader: EventReader) -> Gathering:
    """How `wanted` is gathered in variables that begin with `name`."""
    match wanted:
        case EventSet():
            return _added(name, reader.belongs(wanted), "1")
        case TimeSpent(events=events):
            reader.module.needs.add("spent")
            return _added(name, reader.belongs(events), "spent")
        case Bunched(events=events, low=low, microseconds=gap):
            reader.module.needs.add("bunched")
            return Gathering(
                before=f"{name}: list[datetime] = []",
                inside=reader.belongs(events),
                action=f"{name}.append(at)",
                result=f"_bunched({name}, {low}, {gap})",
            )
        case Rule(repetition=Repetition() as repetition, points=points):
            return _repeated(name, repetition, points, reader)
        case Rule():
            raise ValueError("a rule that is not repeated has nothing to gather")
        case _:
            assert_never(wanted)


def _added(name: str, inside: Condition, more: str) -> Gathering:
    return Gathering(before=f"{name} = 0", inside=inside, action=f"{name} += {more}", result=name)


# --- repeated rules -------------------------------------------------------------------------------


def _repeated(name: str, repetition: Repetition, points: int, reader: EventReader) -> Gathering:
    inside = reader.belongs(repetition.events)
    if repetition.by is Repeat.EACH:
        if repetition.decay is None:
            return replace(_added(name, inside, "1"), result=_times(name, points))
        return _added(name, inside, _decayed(points, repetition.decay, "at", reader.module))
    if repetition.by is Repeat.LATEST:
        return _latest(name, inside, repetition.decay, points, reader.module)
    return _bucketed(name, inside, repetition, points, reader.module)


def _latest(
    name: str, inside: Condition, decay: Decay | None, points: int, module: Module
) -> Gathering:
    found = str(points) if decay is None else _decayed(points, decay, name, module)
    later = any_of((negated(known(name)), Fact(f"at > {name}")))
    return Gathering(
        before=f"{name}: datetime | None = None",
        inside=all_of((inside, later)),
        action=f"{name} = at",
        result=f"0 if {name} is None else {found}",
    )


def _bucketed(
    name: str, inside: Condition, repetition: Repetition, points: int, module: Module
) -> Gathering:
    bucket = _BUCKETS[repetition.by]
    module.needs |= {"asset", "path"} if repetition.by is Repeat.EACH_ASSET else {"calendar"}
    key = "str" if repetition.by is Repeat.EACH_ASSET else "int"
    if repetition.decay is None:
        return Gathering(
            before=f"{name}: set[{key}] = set()",
            inside=inside,
            action=f"{name}.add({bucket})",
            result=_times(f"len({name})", points),
        )
    module.needs.add("latest")
    each = _decayed(points, repetition.decay, "latest", module)
    return Gathering(
        before=f"{name}: dict[{key}, datetime] = {{}}",
        inside=inside,
        action=f"_keep_latest({name}, {bucket}, at)",
        result=f"sum({each} for latest in {name}.values())",
    )


def _times(count: str, points: int) -> str:
    return count if points == 1 else f"{count} * {points}"


def _decayed(points: int, decay: Decay, at: str, module: Module) -> str:
    """The points of an event at `at` after decay."""
    age = f"(as_of - {at}).days"
    match decay:
        case Fade(days=days):
            module.needs.add("fade")
            return f"_faded({points}, {age}, {days})"
        case Halve(days=days):
            module.needs.add("halve")
            return f"_halved({points}, {age} // {days})"
        case Drop(hundredths=hundredths, days=days):
            module.needs.add("drop")
            return f"_dropped({points}, {hundredths} * ({age} // {days}))"
        case _:
            assert_never(decay)


# --- the function ---------------------------------------------------------------------------------


def gather_body(reader: EventReader) -> list[str]:
    """The body of the function that gathers everything from `kept`."""
    gatherings = [gathering(name, wanted, reader) for (_, wanted), name in reader.gathered.items()]
    inside = [line for found in gatherings for line in _inside(found, reader.module)]
    read = set(re.findall(r"\w+", " ".join(inside)))
    names = [name if name in read else "_" for name in ("at", "kind", "thing", "spent")]
    return [
        "    rows = _distinct(kept)",
        *reader.first_lines(inside, 1),
        *(f"    {found.before}" for found in gatherings),
        f"    for {', '.join(names)} in rows:",
        *inside,
        "    return (",
        *(f"        {found.result}," for found in gatherings),
        "    )",
    ]


def _inside(found: Gathering, module: Module) -> list[str]:
    return [*statement("if ", found.inside, ":", 2, module.masks), f"            {found.action}"]
