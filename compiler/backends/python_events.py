"""Events for the Python backend: which sets an event is in, and what is gathered from them.

Two things decide whether an event is in a set: its verb and object, and its time. Each different
pair of verbs and objects of the card is a *kind*, one bit; a module finds all kinds of an event
with one look-up by verb and, where needed, one by object, both remembered. Tests that only ask
whether some event exists then need one `or` of the bits for each window of the card, nothing for
each test.

Tests that count, add up, order or repeat need events one by one, and rows that stand for the same
event put together first. Where an event counts only if it follows another one, the times of those
others are gathered and sorted before anything else is. Only rows of the kinds that such tests read
are kept, and looked at after the walk. Existence in a window that ends at `as_of` does not need
that: a duplicate is in the window exactly if the latest of its rows is. So the walk stays cheap for
the many leads with nothing to count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, assert_never

from leadcard.compiler.backends.python_instants import Instants, name_of
from leadcard.compiler.backends.python_text import (
    Always,
    Bits,
    Condition,
    Fact,
    Module,
    Names,
    all_of,
    any_of,
    equal,
    negated,
    statement,
)
from leadcard.compiler.plan import (
    Bunched,
    EventClause,
    EventCount,
    EventSet,
    ObjectTest,
    Preceded,
    Repetition,
    Rule,
    TimeSpent,
    Window,
)

_Kind: TypeAlias = tuple[tuple[str, ...], tuple[ObjectTest, ...]]
Wanted: TypeAlias = EventSet | TimeSpent | Bunched | Rule
_Key: TypeAlias = tuple[str, Wanted]

SEEN: Final = "seen"
_WORD: Final = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(slots=True)
class EventReader:
    """What the conditions of a card ask of a lead's events, noted while they are written."""

    module: Module
    instants: Instants
    names: Names
    kinds: dict[_Kind, int] = field(default_factory=dict)
    windows: dict[Window, str] = field(default_factory=dict)
    gathered: dict[_Key, str] = field(default_factory=dict)
    members: dict[_Key, str] = field(default_factory=dict)
    firsts: dict[EventSet, str] = field(default_factory=dict)
    careful: int = 0

    def kind(self, clause: EventClause) -> int:
        """The bit of the verbs and objects of `clause`."""
        return self.kinds.setdefault((clause.verbs, clause.objects), 1 << len(self.kinds))

    def exists(self, events: EventSet) -> Condition:
        """Some event of the set exists."""
        if any(c.window.until is not None or c.preceded is not None for c in events.clauses):
            return Fact(f"{self.gather('count', events)} > 0")
        return any_of(
            Bits(self._seen_in(clause.window), self.kind(clause)) for clause in events.clauses
        )

    def counted(self, test: EventCount) -> Condition:
        """Between `low` and `high` events of the set exist."""
        if test.high is None and test.low <= 1:
            return self.exists(test.events) if test.low == 1 else Always(True)
        if test.low <= 0 and test.high == 0:
            return negated(self.exists(test.events))
        return between(self.gather("count", test.events), test.low, test.high)

    def gather(self, what: str, wanted: Wanted) -> str:
        """The local variable with what is gathered from the events of a set, one by one."""
        key = (what, wanted)
        if key not in self.gathered:
            self.gathered[key] = self.names.new(f"{what}_{len(self.gathered) + 1}", what)
            for clause in clauses_of(set_of(wanted)):
                self.careful |= self.kind(clause)
        return self.gathered[key]

    def member(self, what: str, events: EventSet) -> str:
        """The local variable with a number over all leads of the account; -1: no account."""
        key = (what, events)
        for clause in clauses_of(events):
            self.kind(clause)
        if key not in self.members:
            self.members[key] = self.names.new(f"account_{what}_{len(self.members) + 1}", what)
        return self.members[key]

    def belongs(self, events: EventSet) -> Condition:
        """An event of `kind` at `at` is in the set."""
        alike: dict[tuple[Window, Preceded | None], int] = {}
        for clause in events.clauses:
            key = (clause.window, clause.preceded)
            alike[key] = alike.get(key, 0) | self.kind(clause)
        return any_of(
            all_of((Bits("kind", kinds), *self._inside(window), *self._after(preceded)))
            for (window, preceded), kinds in alike.items()
        )

    def _after(self, preceded: Preceded | None) -> list[Condition]:
        if preceded is None:
            return []
        self.module.needs.add("preceded")
        if preceded.first not in self.firsts:
            wish = f"first_{len(self.firsts) + 1}"
            self.firsts[preceded.first] = self.names.new(wish, "first")
        return [Fact(f"_preceded(at, {self.firsts[preceded.first]}, {preceded.microseconds})")]

    def first_lines(self, lines: Sequence[str], indent: int) -> list[str]:
        """The lines that gather from `rows` the sorted times that `lines` look up."""
        words = {word for line in lines for word in _WORD.findall(line)}
        wanted = [(events, name) for events, name in self.firsts.items() if name in words]
        if not wanted:
            return []
        found = [*(f"{name}: list[datetime] = []" for _, name in wanted)]
        found.append("for at, kind, _, _ in rows:")
        for events, name in wanted:
            found += statement("if ", self.belongs(events), ":", 1, self.module.masks)
            found.append(f"        {name}.append(at)")
        found += [f"{name}.sort()" for _, name in wanted]
        return [f"{'    ' * indent}{line}" for line in found]

    def _inside(self, window: Window) -> list[Condition]:
        parts: list[Condition] = []
        lower = self.lower(window)
        if lower is not None:
            parts.append(Fact(f"at >= {lower}"))
        if window.until is not None:
            parts.append(Fact(f"at < {self.instants.first(window.until, included=False)}"))
        return parts

    def lower(self, window: Window) -> str | None:
        """The name of the first microsecond inside `window`; None where it has no beginning."""
        if window.after is not None:
            return self.instants.first(window.after, included=False)
        if window.from_ is not None:
            return self.instants.first(window.from_, included=True)
        return None

    def _seen_in(self, window: Window) -> str:
        """The local variable with the kinds of the events in `window`, which ends at `as_of`."""
        if window not in self.windows:
            start = window.after or window.from_
            self.lower(window)
            wish = SEEN if start is None else f"since_{name_of(start)}".replace("_ago_", "_")
            self.windows[window] = self.names.new(wish, SEEN)
        return self.windows[window]


def between(variable: str, low: int, high: int | None) -> Condition:
    """`variable` is a number from `low` to `high` (None: no end)."""
    if high is None:
        return Fact(f"{variable} >= {low}")
    if low == high:
        return equal(variable, str(low))
    return Fact(f"{low} <= {variable} <= {high}")


def set_of(wanted: Wanted) -> EventSet:
    """The events that a test, or a rule's repetition, gathers from."""
    match wanted:
        case EventSet():
            return wanted
        case TimeSpent(events=events) | Bunched(events=events):
            return events
        case Rule(repetition=Repetition(events=events)):
            return events
        case Rule():
            raise ValueError("a rule that is not repeated has nothing to gather")
        case _:
            assert_never(wanted)


def clauses_of(events: EventSet) -> Iterator[EventClause]:
    """The clauses of a set, and those of the events that its events have to follow."""
    for clause in events.clauses:
        yield clause
        if clause.preceded is not None:
            yield from clause.preceded.first.clauses
