"""One pass over the events: from all events to one row a lead.

A stream answers a group of questions about events. Each event clause that they ask of is a bit. The
verb of an event says which clauses it can meet (`verb_bits`); its window and its object switch bits
off; what is left is `seen`. One grouping by lead then answers all questions of the stream: whether
any event had a bit, how many had it, their latest, their time. What looks at events one by one
(`sql_sequences`, `sql_buckets`) reads the rows of a stream instead.

In a stream of counts, rows that are one event are made one first. The order matters: a window is
judged by the latest copy, so until copies are one, only what no copy can undo is switched off.
Whether an event follows another one is asked after that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from operator import or_

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
    above,
    alias,
    all_of,
    any_of,
    at_least,
    at_most,
    bits,
    case,
    chain,
    col,
    equal,
    greatest,
    known,
    name,
    number,
    or_else,
    select,
    surely,
    true,
    unequal,
    wrapped,
)
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_leads import alias_table, moment
from leadcard.compiler.backends.sql_object_bits import ObjectBits
from leadcard.compiler.backends.sql_plain_text import bare_text
from leadcard.compiler.backends.sql_plain_values import bare_seconds, milliseconds, within_reason
from leadcard.compiler.backends.sql_sequences import First, first_steps, follows

_WORD = 62  # bits in one whole number
_FEW_WINDOWS = 8  # are asked one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One aggregate by lead: its column, how it is made, of which events, and for which rule."""

    column: str
    kind: str
    events: p.EventSet
    said: str


@dataclass(slots=True, kw_only=True)
class Stream:
    """A pass over the events; `name` is its query with one row a lead.

    `single`: rows that are one event are made one. `listed`: its rows are read by other queries
    too. `numbered`: events without id that are alike are rows of their own (else one row says how
    many `times`). `assets`: its rows have the object.
    """

    build: Build
    plan: p.Plan
    facts: Facts
    objects: ObjectBits
    name: str
    single: bool
    asked_any: bool = False
    listed: bool = False
    numbered: bool = False
    assets: bool = False
    clauses: dict[p.EventClause, int] = field(default_factory=dict)
    measures: dict[tuple[str, p.EventSet], Measure] = field(default_factory=dict)

    # --- bits -------------------------------------------------------------------------------------

    def masks(self, clauses: Sequence[p.EventClause]) -> dict[int, int]:
        """For each column of bits, the bits of some clauses."""
        masks: dict[int, int] = {}
        for clause in clauses:
            place = self.clauses.setdefault(clause, len(self.clauses))
            masks[place // _WORD] = masks.get(place // _WORD, 0) | 1 << (place % _WORD)
            if clause.preceded is not None:
                self.masks(clause.preceded.first.clauses)
        return masks

    @property
    def words(self) -> range:
        """One number for each column of bits."""
        return range((len(self.clauses) - 1) // _WORD + 1)

    def _bits_in(self, word: int) -> int:
        """How many bits a column of bits has."""
        return min(len(self.clauses) - word * _WORD, _WORD)

    def any(self, events: p.EventSet) -> Node:
        """Whether a lead has such an event; never NULL."""
        masks = self.masks(events.clauses)
        self.asked_any = True
        return surely(
            any_of([bits(col(_numbered("seen", i), self.name), mask) for i, mask in masks.items()])
        )

    def measure(self, kind: str, events: p.EventSet, column: str, said: str) -> Node:
        """An aggregate of such events; NULL where there are none."""
        self.masks(events.clauses)
        made = Measure(column=column, kind=kind, events=events, said=said)
        return col(self.measures.setdefault((kind, events), made).column, self.name)

    def bits_column(self, word: int) -> str:
        """The column of `verb_bits` for this stream."""
        plain = f"{self.name}_bits"
        return plain if word == 0 else f"{plain}_{word + 1}"

    def bits_of(self, events: p.EventSet, column: str) -> Node:
        """Whether a row of bits meets a set of events."""
        masks = self.masks(events.clauses)
        return any_of([bits(col(_numbered(column, i)), mask) for i, mask in masks.items()])

    def _by_word(self, word: int) -> Iterator[tuple[p.EventClause, int]]:
        for clause, place in self.clauses.items():
            if place // _WORD == word:
                yield clause, 1 << (place % _WORD)

    # --- queries ----------------------------------------------------------------------------------

    @property
    def rows(self) -> str:
        """The query with one row an event."""
        return f"{self.name}_{'after' if self._firsts() else 'events'}"

    @property
    def has_times(self) -> bool:
        """Whether a row may stand for several events that are alike: `times` says how many."""
        return self.single and not self.numbered and not self.facts.event_ids_known

    @property
    def is_grouped(self) -> bool:
        """Whether there is a query with one row a lead."""
        return self.asked_any or bool(self.measures)

    def steps(self) -> Iterator[Step]:
        """The queries of the stream, the last of them with one row a lead."""
        said = "each event once, at its latest time," if self.single else "each event"
        query = self._made_single() if self.single else self._heard()
        rows = f"{self.name}_events"
        said = f"{said} with the clauses that it meets"
        yield Step(name=rows, query=query, said=said, kept=True)
        firsts = self._firsts()
        if firsts:
            found = [First(column=c, there=self.bits_of(e, "met")) for e, c in firsts.items()]
            yield from first_steps(self.build, self.name, rows, found)
            said = "what must follow another event counts only where it does, soon enough"
            yield Step(name=self.rows, query=self._following(firsts), said=said)
        if self.is_grouped:
            yield Step(name=self.name, query=self._grouped(self.rows), said="one row a lead")

    # --- sequences --------------------------------------------------------------------------------

    def _firsts(self) -> dict[p.EventSet, str]:
        """What sequences begin with, and the column for the latest of it."""
        sets = dict.fromkeys(c.preceded.first for c in self.clauses if c.preceded is not None)
        return {events: f"first_{i + 1}" for i, events in enumerate(sets)}

    def _following(self, firsts: dict[p.EventSet, str]) -> exp.Select:
        """The rows with the bits that the order of events leaves on."""
        seen = [alias(self._order_bits(i, firsts), _numbered("seen", i)) for i in self.words]
        return select(exp.Star(), *seen).from_(f"{self.name}_firsts", copy=False)

    def _order_bits(self, word: int, firsts: dict[p.EventSet, str]) -> Node:
        """The bits that the order of events leaves on."""
        always, by_gap = 0, dict[p.Preceded, int]()
        for clause, bit in self._by_word(word):
            if clause.preceded is None:
                always |= bit
            else:
                by_gap[clause.preceded] = by_gap.get(clause.preceded, 0) | bit
        met = col(_numbered("met", word))
        if not by_gap:
            return met
        parts: list[Node] = [number(always)] if always else []
        for preceded, mask in by_gap.items():
            soon = follows(firsts[preceded.first], preceded.microseconds)
            parts.append(case([(soon, number(mask))], number(0)))
        return exp.BitwiseAnd(this=met, expression=_either(parts))

    @property
    def _met(self) -> str:
        """The column of bits that verb, window and object leave on."""
        return "met" if self._firsts() else "seen"

    # --- rows -------------------------------------------------------------------------------------

    def _heard(self) -> exp.Select:
        """Events until as_of with the bits that verb, window and object leave on."""
        columns: list[Node] = [name("lead_id"), *self._extra("happened")]
        columns += [name(c) for c in self._row_columns() if c != "lead_id"]
        if self._timed():
            columns.append(self._seconds())
        for i in self.words:
            met = "bits" if self.single else self._met
            columns.append(alias(col(_numbered("able", i)), _numbered(met, i)))
        if self.single and self.numbered and not self.facts.event_ids_known:
            nth = self.build.call("place", lead=name("lead_id"), at=col("happened"))
            columns.append(alias(nth, "nth"))
        query = select(*columns).from_(self._timely().subquery("timely", copy=False), copy=False)
        if self._filters_early:
            return query
        there = [unequal(col(_numbered("able", i)), number(0)) for i in self.words]
        return query.where(any_of(there), copy=False)

    @property
    def _filters_early(self) -> bool:
        """Whether rows are left out by verb and window only.

        A filter on what is dear is dear twice: engines ask it in the filter and again in the row.
        A row without a bit changes no aggregate; other readers of rows are better off without it.
        """
        return self.objects.is_dear and not self._keeps_rows

    @property
    def _keeps_rows(self) -> bool:
        """Whether rows go on one by one."""
        return self.single or self.listed or bool(self._firsts())

    def _extra(self, column: str) -> list[Node]:
        """The time of events, where a later step needs it."""
        needed = self._keeps_rows or any(
            m.kind not in ("count", "milliseconds") for m in self.measures.values()
        )
        return [col(column)] if needed else []

    def _timely(self) -> exp.Select:
        """Events until as_of with the bits that verb, window and object leave on."""
        events = "events"
        at = self.build.call("microseconds", x=name("at", events))
        columns: list[Node] = [self.build.taken(name("lead_id", events)), alias(at, "happened")]
        columns += [self._event_column(c) for c in self._needed_columns()]
        early: list[Node] = []
        for i in self.words:
            by_verb = col(self.bits_column(i), "verb_bits")
            able = self._window_bits(i, at, by_verb, early=self.single)
            early.append(unequal(wrapped(able.copy()), number(0)))
            able = self.objects.allowed(able, self.bits_column(i), self._by_object(i))
            columns.append(alias(able, _numbered("able", i)))
        query = select(*columns).from_(alias_table(self.facts.events, events), copy=False)
        same = equal(col("verb", "verb_bits"), self.build.read(name("verb", events)))
        query = query.join("verb_bits", on=same, copy=False)
        query = query.join("moment", join_type="cross", copy=False)
        query = self.objects.join(query, [self.bits_column(i) for i in self.words])
        query = query.where(self._not_later(at), copy=False)
        filtered = self._filters_early or (self.build.dialect.inlined and self._keeps_rows)
        return query.where(any_of(early), copy=False) if filtered else query

    def _event_column(self, said: str) -> Node:
        """A column of events; seconds are stripped here where that must come before reading."""
        typed = self.facts.seconds_type in ("integer", "number")
        if said != "seconds":
            return self.build.taken(name(said, "events"))
        column = name(said, "events")
        if typed or self.build.can("seconds"):
            return column
        return alias(bare_seconds(self.build, column), said, quoted=True)

    def _not_later(self, at: Node) -> Node:
        if self.facts.no_later_rows:
            return known(name("at", "events"))
        return at_most(at.copy(), col("as_of", "moment"))

    def _identity(self) -> list[str]:
        order = ("lead_id", "source", "event_id", "verb", "object")
        return [c for c in order if c in self.facts.event_columns]

    def _row_columns(self) -> list[str]:
        """Columns of the events table that rows keep."""
        kept = self._identity() if self.single else []
        return [*kept, *(["object"] if self.keeps_objects and "object" not in kept else [])]

    @property
    def keeps_objects(self) -> bool:
        """Whether the rows have the object of the event."""
        return self.assets and "object" in self.facts.event_columns

    def _needed_columns(self) -> list[str]:
        """Columns of the events table that are read besides lead and time."""
        needed = set(self._row_columns())
        if self._timed():
            needed.add("seconds")
        order = ("source", "event_id", "verb", "object", "seconds")
        return [c for c in order if c in needed & self.facts.event_columns]

    # --- windows and objects ----------------------------------------------------------------------

    def _window_bits(self, word: int, at: Node, able: Node, *, early: bool = False) -> Node:
        """The bits that the window leaves on.

        `early`: copies are not one yet. An older copy still gives its seconds, and a later one
        still takes the event out of a window that ends before as_of.
        """
        timed = set(self._timed()) if early else set()
        by_window: dict[p.Window, int] = {}
        for clause, bit in self._by_word(word):
            window = clause.window
            if early:
                window = p.ALWAYS if clause in timed else replace(window, until=None)
            by_window[window] = by_window.get(window, 0) | bit
        always = by_window.pop(p.ALWAYS, 0)
        if not by_window:
            return able
        ages = {w: mask for w, mask in by_window.items() if _is_age(w)}
        parts: list[Node] = [number(always)] if always else []
        if len(ages) > _FEW_WINDOWS:
            parts = [_by_age(ages, at, always)]
            by_window = {w: mask for w, mask in by_window.items() if w not in ages}
        for window, mask in by_window.items():
            parts.append(case([(_inside(window, at), number(mask))], number(0)))
        return exp.BitwiseAnd(this=able, expression=_either(parts))

    def _by_object(self, word: int) -> dict[tuple[p.ObjectTest, ...], int]:
        """The bits of the clauses with the same tests on objects."""
        by_object: dict[tuple[p.ObjectTest, ...], int] = {}
        for clause, bit in self._by_word(word):
            by_object[clause.objects] = by_object.get(clause.objects, 0) | bit
        return by_object

    # --- time spent -------------------------------------------------------------------------------

    def _timed(self) -> list[p.EventClause]:
        """The clauses whose events' time is asked for."""
        timed = [m.events for m in self.measures.values() if m.kind == "milliseconds"]
        return [clause for events in timed for clause in events.clauses]

    def _seconds(self) -> Node:
        if "seconds" in self.facts.event_columns:
            return name("seconds")
        return alias(number(0), "seconds")

    def _milliseconds(self, there: Node) -> Node:
        """Whole milliseconds where `there` holds, else 0; read for those rows only."""
        b = self.build
        seconds, kind = name("seconds"), self.facts.seconds_type
        if kind == "integer" or "seconds" not in self.facts.event_columns:
            whole = within_reason(seconds, exp.Mul(this=seconds, expression=number(1000)))
        else:
            whole = milliseconds(b, seconds, typed=kind == "number")
        return case([(there, greatest([or_else(whole, number(0)), number(0)]))], number(0))

    # --- copies -----------------------------------------------------------------------------------

    def _made_single(self) -> exp.Select:
        """Copies of an event as one, judged by the windows at its latest time."""
        columns: list[Node] = [name("lead_id"), col("happened")]
        columns += [col("times")] if self.has_times else []
        columns += [name("object")] if self.keeps_objects else []
        columns += [col("milliseconds")] if self._timed() else []
        for i in self.words:
            seen = self._window_bits(i, col("happened"), col(_numbered("bits", i)))
            columns.append(alias(seen, _numbered(self._met, i)))
        query = select(*columns).from_(self._once().subquery("single", copy=False), copy=False)
        return query.join("moment", join_type="cross", copy=False)

    def _once(self) -> exp.Select:
        """One row an event. Events without id are not made one: `times` says how many are alike."""
        columns: list[Node] = [name("lead_id"), alias(exp.Max(this=col("happened")), "happened")]
        columns += [name("object")] if self.keeps_objects else []
        has_id = self._has_id()
        if self.has_times:
            alike = case([(has_id, number(1))], exp.Count(this=exp.Star()))
            columns.append(alias(alike, "times"))
        if self._timed():
            columns.append(alias(self._longest(has_id.copy()), "milliseconds"))
        for i in self.words:
            each = self.build.any_bits(col(_numbered("bits", i)), self._bits_in(i))
            columns.append(alias(each, _numbered("bits", i)))
        query = select(*columns).from_(self._heard().subquery("heard", copy=False), copy=False)
        keys = [self._key(c) for c in self._identity()]
        if not self.facts.event_ids_known:
            # Said with its table: a database may else take it for the column that is made.
            own = col("nth" if self.numbered else "happened", "heard")
            keys.append(case([(has_id.copy(), exp.Null())], own))
        return query.group_by(*keys, copy=False)

    def _key(self, column: str) -> Node:
        """A column that copies have in common; a source without a name is none."""
        if column != "source":
            return name(column)
        return or_else(self.build.call("text", x=name(column)), self.build.text(""))

    def _longest(self, has_id: Node) -> Node:
        """The time of an event: of its copies the longest, of events without id all."""
        milliseconds = self._milliseconds(self._timed_bits())
        longest = exp.Max(this=milliseconds)
        return case([(has_id, longest)], exp.Sum(this=milliseconds.copy()))

    def _has_id(self) -> Node:
        if self.facts.event_ids_known:
            return true()
        text = self.build.call("text", x=name("event_id"))
        return surely(unequal(bare_text(self.build, text), self.build.text("")))

    def _timed_bits(self) -> Node:
        masks = self.masks(self._timed())
        return any_of([bits(col(_numbered("bits", i)), mask) for i, mask in masks.items()])

    # --- one row a lead ---------------------------------------------------------------------------

    def _grouped(self, rows: str) -> exp.Select:
        columns: list[Node] = [name("lead_id")]
        if self.asked_any:
            for i in self.words:
                each = self.build.any_bits(col(_numbered("seen", i)), self._bits_in(i))
                columns.append(alias(each, _numbered("seen", i)))
        for measure in self.measures.values():
            made = alias(self._aggregate(measure), measure.column)
            columns.append(self.build.comment(made, measure.said))
        query = select(*columns).from_(rows, copy=False)
        if not self.asked_any:
            met = any_of([unequal(col(_numbered("seen", i)), number(0)) for i in self.words])
            query = query.where(met, copy=False)
        return query.group_by(name("lead_id"), copy=False)

    def _aggregate(self, measure: Measure) -> Node:
        there = self.bits_of(measure.events, "seen")
        match measure.kind:
            case "count" if self.has_times:
                return exp.Sum(this=case([(there, col("times"))], number(0)))
            case "count":
                return exp.Count(this=case([(there, number(1))]))
            case "milliseconds":
                spent = case([(there, col("milliseconds"))], number(0))
                return exp.Sum(this=spent if self.single else self._milliseconds(there))
            case "latest":
                return exp.Max(this=case([(there, col("happened"))]))
            case kind:
                raise AssertionError(kind)


def _inside(window: p.Window, at: Node) -> Node:
    parts: list[Node] = []
    if window.after is not None:
        parts.append(above(at.copy(), moment(window.after)))
    if window.from_ is not None:
        parts.append(at_least(at.copy(), moment(window.from_)))
    if window.until is not None:
        parts.append(at_most(at.copy(), moment(window.until)))
    return all_of(parts)


def _is_age(window: p.Window) -> bool:
    """Whether a window only says how old an event may be."""
    only = window.from_ is None and window.until is None
    return only and window.after is not None and window.after.absolute is None


def _by_age(ages: Mapping[p.Window, int], at: Node, always: int) -> Node:
    """The bits of windows that end at as_of, by halves: what is in one is in all that are longer.

    So an event is compared with a few of many windows, not with each.
    """
    longest_first = sorted(ages, key=lambda w: w.after.offset if w.after else 0)
    bits_within = [*accumulate((ages[w] for w in longest_first), or_, initial=always)]

    def between(low: int, high: int) -> Node:
        if low == high:
            return number(bits_within[low])
        middle = (low + high + 1) // 2
        within = _inside(longest_first[middle - 1], at)
        return case([(within, between(middle, high))], between(low, middle - 1))

    return between(0, len(longest_first))


def _either(parts: Sequence[Node]) -> Node:
    return exp.Paren(this=chain(exp.BitwiseOr, parts)) if len(parts) > 1 else parts[0]


def _numbered(column: str, word: int) -> str:
    return column if word == 0 else f"{column}_{word + 1}"
