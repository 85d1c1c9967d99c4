"""The events' side of a statement: one pass over the events, then one row a lead.

Every event clause of the plan is a bit. `verb_bits` says for each verb as the data spells it which clauses
it can meet; the object and the window of an event then switch bits off, so that `seen` holds, for each
event, the clauses that it meets. One grouping by lead answers all of them: whether any event had a bit,
how many had it, their latest, their time.

Duplicate rows change counts and times, never whether an event is there in a window that ends at as_of: the
latest of some equal rows, none of them after as_of, lies in `(after, as_of]` if and only if any does. So
only rows that meet a counted clause, or one whose window ends earlier, are made single.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
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
    negation,
    number,
    one_of,
    or_else,
    select,
    surely,
    true,
    unequal,
)
from leadcard.compiler.backends.sql_facts import Facts, Unsupported
from leadcard.compiler.backends.sql_leads import alias_table, moment
from leadcard.compiler.backends.sql_objects import ObjectTests
from leadcard.compiler.backends.sql_text import TextForms
from leadcard.compiler.backends.sql_zone import local_time

_WORD = 62  # bits in one whole number
_DAY = 86_400_000_000
_CALENDAR = {p.Repeat.PER_DAY: "days", p.Repeat.PER_WEEK: "weeks", p.Repeat.PER_MONTH: "months"}


@dataclass(slots=True)
class _Measure:
    """One aggregate by lead: its column, how it is made, of which events, and for which rule."""

    column: str
    kind: str
    events: p.EventSet
    said: str


class Events:
    """Gathers what the rules ask of events, then builds the queries that answer it."""

    def __init__(self, build: Build, plan: p.Plan, facts: Facts) -> None:
        self._b = build
        self._plan = plan
        self._facts = facts
        self._clauses: dict[p.EventClause, int] = {}
        self._sensitive: set[p.EventClause] = set()
        self._measures: dict[tuple[str, p.EventSet], _Measure] = {}

    # --- what rules ask ---------------------------------------------------------------------------

    @property
    def used(self) -> bool:
        """Whether the plan asks anything of events."""
        return bool(self._clauses)

    def any(self, events: p.EventSet) -> Node:
        """Whether the lead has such an event; never NULL."""
        masks = self._masks(events)
        for clause in events.clauses:
            if clause.window.until is not None:
                self._sensitive.add(clause)
        columns = [bits(col(_seen(i), "per_lead"), mask) for i, mask in masks.items()]
        return surely(any_of(columns))

    def count(self, events: p.EventSet, said: str) -> Node:
        """How many such events the lead has; never NULL."""
        return or_else(col(self._measure("count", events, said), "per_lead"), number(0))

    def milliseconds(self, events: p.EventSet, said: str) -> Node:
        """The time of such events in all; never NULL."""
        return or_else(col(self._measure("milliseconds", events, said), "per_lead"), number(0))

    def latest(self, events: p.EventSet, said: str) -> Node:
        """The latest such event in microseconds; NULL where there is none."""
        return col(self._measure("latest", events, said), "per_lead")

    def calendar(self, events: p.EventSet, by: p.Repeat, said: str) -> Node:
        """On how many days, weeks or months such events lie; never NULL."""
        column = self._measure(_CALENDAR[by], events, said)
        return or_else(col(column, column), number(0))

    def test(self, test: p.EventTest, line: int | None, said: str) -> Node:
        """A test on events; never NULL."""
        match test:
            case p.EventCount():
                return self._count_test(test, said)
            case p.TimeSpent():
                if test.milliseconds <= 0:
                    return true()
                spent = self.milliseconds(test.events, said)
                return at_least(spent, number(test.milliseconds))
            case p.Followed():
                raise Unsupported(line, "`then`")
            case p.Bunched():
                raise Unsupported(line, "`within any`")

    def _count_test(self, test: p.EventCount, said: str) -> Node:
        if test.high is None and test.low <= 0:
            return true()
        if test.high is None and test.low == 1:
            return self.any(test.events)
        if test.high == 0:
            return negation(self.any(test.events)) if test.low <= 0 else exp.Boolean(this=False)
        parts = []
        if test.low > 0:
            parts.append(at_least(self.count(test.events, said), number(test.low)))
        if test.high is not None:
            parts.append(at_most(self.count(test.events, said), number(test.high)))
        return all_of(parts)

    def _measure(self, kind: str, events: p.EventSet, said: str) -> str:
        self._masks(events)
        self._sensitive.update(events.clauses)
        found = self._measures.get((kind, events))
        if found is None:
            n = 1 + sum(1 for k, _ in self._measures if k == kind)
            found = _Measure(f"{kind}_{n}", kind, events, said)
            self._measures[kind, events] = found
        return found.column

    def _masks(self, events: p.EventSet) -> dict[int, int]:
        """For each `seen` column, the bits of the clauses of a set."""
        return self._masks_of(events.clauses)

    def _masks_of(self, clauses: Sequence[p.EventClause]) -> dict[int, int]:
        masks: dict[int, int] = {}
        for clause in clauses:
            place = self._clauses.setdefault(clause, len(self._clauses))
            masks[place // _WORD] = masks.get(place // _WORD, 0) | 1 << (place % _WORD)
        return masks

    # --- queries ----------------------------------------------------------------------------------

    def steps(self) -> Iterator[Step]:
        """The queries on events; after all tests are built."""
        if not self.used:
            return
        yield Step(name="verbs", query=self._verbs(), said="each verb of the data once")
        yield Step(name="verb_bits", query=self._verb_bits(), said=self._legend())
        if self._must_dedupe():
            yield Step(name="event_copies", query=self._heard(), said="events, maybe several times")
            yield Step(
                name="event_rows",
                query=self._single(),
                said="duplicates are one event, at its latest time",
            )
        else:
            yield Step(
                name="event_rows",
                query=self._heard(),
                said="events with the clauses that they meet",
            )
        yield Step(name="per_lead", query=self._per_lead(), said="one row a lead")
        for measure in self._measures.values():
            if measure.kind in _CALENDAR.values():
                yield Step(
                    name=measure.column, query=self._calendar_days(measure), said=measure.said
                )

    def _legend(self) -> str:
        return "a bit for each event clause: here for the verb, further on for object and window"

    def joins(self) -> list[str]:
        """The queries with one row a lead, to be joined to leads."""
        if not self.used:
            return []
        calendars = [m.column for m in self._measures.values() if m.kind in _CALENDAR.values()]
        return ["per_lead", *calendars]

    @property
    def _words(self) -> range:
        """One number for each column of bits."""
        return range((len(self._clauses) - 1) // _WORD + 1)

    def _must_dedupe(self) -> bool:
        facts = self._facts
        has_id = "event_id" in facts.event_columns
        return has_id and not facts.events_unique and bool(self._sensitive)

    def _verbs(self) -> exp.Select:
        """Each verb of the data once."""
        events = alias_table(self._facts.events, "events")
        return self._b.each_once(name("verb", "events"), "verb").from_(events, copy=False)

    def _verb_bits(self) -> exp.Select:
        """One row for each spelling of a verb that some clause takes."""
        spellings = {verb.name: verb.spellings for verb in self._plan.verbs}
        by_mask: dict[tuple[int, ...], list[str]] = {}
        for verb in spellings:
            masks = self._masks_of([c for c in self._clauses if verb in c.verbs])
            if masks:
                key = tuple(masks.get(i, 0) for i in self._words)
                by_mask.setdefault(key, []).extend(spellings[verb])
        forms = TextForms(self._b, {c for names in by_mask.values() for n in names for c in n})
        said = forms.name_form(forms.fold(col("verb")))
        named = select(col("verb"), alias(said, "name")).from_("verbs", copy=False)
        columns: list[Node] = [col("verb")]
        for i in self._words:
            whens = [
                (one_of(col("name"), self._b.texts(sorted(set(names)))), number(key[i]))
                for key, names in by_mask.items()
            ]
            columns.append(alias(self._b.call("whole", x=case(whens, number(0))), _bits(i)))
        return select(*columns).from_(named.subquery("named"), copy=False)

    def _heard(self) -> exp.Select:
        """Events until as_of with the bits that verb, window and object leave on."""
        inner = self._timely()
        columns: list[Node] = [name("lead_id"), col("happened")]
        dedupe = self._must_dedupe()
        if dedupe:
            columns += [name(c) for c in self._identity() if c != "lead_id"]
        if self._times():
            columns.append(alias(self._event_milliseconds(), "milliseconds"))
        for i in self._words:
            columns.append(alias(self._object_bits(i), _bits(i) if dedupe else _seen(i)))
        query = select(*columns).from_(inner.subquery("timely"), copy=False)
        return query.where(
            any_of([unequal(col(_able(i)), number(0)) for i in self._words]), copy=False
        )

    def _timely(self) -> exp.Select:
        """Events until as_of with the bits that verb and window leave on."""
        events = "events"
        at = self._b.call("microseconds", x=name("at", events))
        wanted = [c for c in self._needed_columns() if c != "lead_id"]
        columns: list[Node] = [name("lead_id", events), alias(at, "happened")]
        columns += [name(c, events) for c in wanted]
        early = self._must_dedupe()
        for i in self._words:
            columns.append(alias(self._window_bits(i, at, early=early), _able(i)))
        query = select(*columns).from_(alias_table(self._facts.events, events), copy=False)
        same = equal(col("verb", "verb_bits"), name("verb", events))
        query = query.join("verb_bits", on=same, copy=False)
        query = query.join("moment", join_type="cross", copy=False)
        return query.where(self._not_later(at), copy=False)

    def _not_later(self, at: Node) -> Node:
        if self._facts.no_later_rows:
            return known(name("at", "events"))
        return at_most(at.copy(), col("as_of", "moment"))

    def _identity(self) -> list[str]:
        order = ("lead_id", "source", "event_id", "verb", "object")
        return [c for c in order if c in self._facts.event_columns]

    def _needed_columns(self) -> list[str]:
        """Columns of the events table that are read besides verb and time."""
        needed = set(self._identity() if self._must_dedupe() else ["lead_id"])
        if any(clause.objects for clause in self._clauses):
            needed.add("object")
        if self._times():
            needed.add("seconds")
        order = ("lead_id", "source", "event_id", "verb", "object", "seconds")
        return [c for c in order if c in needed & self._facts.event_columns]

    def _times(self) -> bool:
        return any(m.kind == "milliseconds" for m in self._measures.values())

    def _timed(self) -> list[p.EventClause]:
        timed = [m.events for m in self._measures.values() if m.kind == "milliseconds"]
        return [clause for events in timed for clause in events.clauses]

    def _event_milliseconds(self) -> Node:
        """Whole milliseconds, for the events whose time is asked for."""
        b = self._b
        if "seconds" not in self._facts.event_columns:
            return number(0)
        seconds: Node = name("seconds")
        if self._facts.seconds_type != "integer":
            seconds = b.call("number", x=seconds)
        whole = b.call("round", x=exp.Mul(this=seconds, expression=number(1000)))
        positive = greatest([or_else(whole, number(0)), number(0)])
        masks = self._masks_of(self._timed())
        asked = any_of([bits(col(_able(i)), mask) for i, mask in masks.items()])
        return case([(asked, positive)], number(0))

    def _object_bits(self, word: int) -> Node:
        """The bits that the event's object leaves on, of those that its verb and window did."""
        able = col(_able(word))
        by_object: dict[tuple[p.ObjectTest, ...], int] = {}
        for clause, place in self._clauses.items():
            if place // _WORD == word:
                mask = by_object.get(clause.objects, 0) | 1 << (place % _WORD)
                by_object[clause.objects] = mask
        whatever = by_object.pop((), 0)
        if not by_object:
            return able
        parts: list[Node] = [number(whatever)] if whatever else []
        parts += [self._met_by_object(objects, mask, word) for objects, mask in by_object.items()]
        allowed = exp.Paren(this=chain(exp.BitwiseOr, parts)) if len(parts) > 1 else parts[0]
        return exp.BitwiseAnd(this=able, expression=allowed)

    def _met_by_object(self, objects: tuple[p.ObjectTest, ...], mask: int, word: int) -> Node:
        """`mask` if the object meets the tests; looked at only where verb and window allow a clause."""
        if "object" not in self._facts.event_columns:
            return number(0)
        tests = ObjectTests(self._b, objects, name("object"))
        none = exp.Paren(this=exp.BitwiseAnd(this=col(_able(word)), expression=number(mask)))
        whens = [(equal(none, number(0)), number(0))]
        rejected = tests.rejects()
        if rejected is not None:
            whens.append((rejected, number(0)))
        return case([*whens, (tests.test(), number(mask))], number(0))

    def _single(self) -> exp.Union:
        """Rows that need not be single as they are; the others grouped."""
        masks = self._masks_of(tuple(self._sensitive))
        counted = any_of([bits(col(_bits(i)), mask) for i, mask in masks.items()])
        event_id = name("event_id")
        written = unequal(
            self._b.call("trim", x=self._b.call("text", x=event_id)), self._b.text("")
        )
        grouped = all_of([counted, known(event_id.copy()), written])
        times: list[Node] = [col("milliseconds")] if self._times() else []
        words: list[Node] = [alias(col(_bits(i)), _seen(i)) for i in self._words]
        plain = select(name("lead_id"), col("happened"), *times, *words)
        plain = plain.from_("event_copies", copy=False).where(negation(surely(grouped)), copy=False)
        return exp.union(plain, self._grouped(grouped.copy()), distinct=False, copy=False)

    def _grouped(self, grouped: Node) -> exp.Select:
        """Copies of an event as one, in the windows of its latest time."""
        columns: list[Node] = [name("lead_id"), alias(exp.Max(this=col("happened")), "happened")]
        if self._times():
            columns.append(alias(exp.Max(this=col("milliseconds")), "milliseconds"))
        for i in self._words:
            columns.append(alias(self._b.call("any bits", x=col(_bits(i))), _bits(i)))
        once = select(*columns).from_("event_copies", copy=False).where(grouped, copy=False)
        once = once.group_by(*[name(c) for c in self._identity()], copy=False)
        last: list[Node] = [name("lead_id"), col("happened")]
        if self._times():
            last.append(col("milliseconds"))
        for i in self._words:
            made = self._window_bits(i, col("happened"), from_bits=_bits(i))
            last.append(alias(made, _seen(i)))
        query = select(*last).from_(once.subquery("single"), copy=False)
        return query.join("moment", join_type="cross", copy=False)

    def _window_bits(
        self, word: int, at: Node, *, early: bool = False, from_bits: str | None = None
    ) -> Node:
        """The bits that the window leaves on.

        With `early`, before duplicates are made single: only what no copy of the event can undo is
        switched off. An older copy still gives its seconds, a later one still ends a window.
        """
        able = col(from_bits) if from_bits else col(_bits(word), "verb_bits")
        timed = set(self._timed()) if early else set()
        by_window: dict[p.Window, int] = {}
        for clause, place in self._clauses.items():
            if place // _WORD == word:
                window = clause.window
                if early and clause in self._sensitive:
                    window = replace(window, until=None)
                if clause in timed:
                    window = p.ALWAYS
                by_window[window] = by_window.get(window, 0) | 1 << (place % _WORD)
        always = by_window.pop(p.ALWAYS, 0)
        if not by_window:
            return able
        parts: list[Node] = [number(always)] if always else []
        for window, mask in by_window.items():
            parts.append(case([(self._inside(window, at), number(mask))], number(0)))
        allowed = exp.Paren(this=chain(exp.BitwiseOr, parts)) if len(parts) > 1 else parts[0]
        return exp.BitwiseAnd(this=able, expression=allowed)

    def _inside(self, window: p.Window, at: Node) -> Node:
        parts: list[Node] = []
        if window.after is not None:
            parts.append(exp.GT(this=at.copy(), expression=moment(window.after)))
        if window.from_ is not None:
            parts.append(at_least(at.copy(), moment(window.from_)))
        if window.until is not None:
            parts.append(at_most(at.copy(), moment(window.until)))
        return all_of(parts)

    def _per_lead(self) -> exp.Select:
        columns: list[Node] = [name("lead_id")]
        for i in self._words:
            columns.append(alias(self._b.call("any bits", x=col(_seen(i))), _seen(i)))
        for measure in self._measures.values():
            made = self._aggregate(measure)
            if made is not None:
                columns.append(self._b.comment(alias(made, measure.column), measure.said))
        return (
            select(*columns).from_("event_rows", copy=False).group_by(name("lead_id"), copy=False)
        )

    def _aggregate(self, measure: _Measure) -> Node | None:
        there = self._met(measure.events)
        match measure.kind:
            case "count":
                return exp.Count(this=case([(there, number(1))]))
            case "milliseconds":
                return exp.Sum(this=case([(there, col("milliseconds"))], number(0)))
            case "latest":
                return exp.Max(this=case([(there, col("happened"))]))
            case _:
                return None

    def _met(self, events: p.EventSet) -> Node:
        return any_of([bits(col(_seen(i)), mask) for i, mask in self._masks(events).items()])

    def _calendar_days(self, measure: _Measure) -> exp.Select:
        """On how many calendar days, weeks or months a lead has such events."""
        local = local_time(col("happened"), self._plan.timezone)
        bucket = exp.Distinct(expressions=[self._bucket(local, measure.kind)])
        counted = alias(exp.Count(this=bucket), measure.column)
        query = select(name("lead_id"), counted).from_("event_rows", copy=False)
        query = query.where(self._met(measure.events), copy=False)
        return query.group_by(name("lead_id"), copy=False)

    def _bucket(self, local: Node, kind: str) -> Node:
        b = self._b
        if kind == "months":
            return b.call("month of", x=local)
        if kind == "weeks":
            # 1970-01-01 was a Thursday; weeks begin on Monday.
            local = exp.Add(this=local, expression=number(3 * _DAY))
            return b.call("floor divide", x=local, y=number(7 * _DAY))
        return b.call("floor divide", x=local, y=number(_DAY))


def _seen(word: int) -> str:
    return "seen" if word == 0 else f"seen_{word + 1}"


def _bits(word: int) -> str:
    return "bits" if word == 0 else f"bits_{word + 1}"


def _able(word: int) -> str:
    return "able" if word == 0 else f"able_{word + 1}"
