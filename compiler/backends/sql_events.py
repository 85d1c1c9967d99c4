"""What the rules ask of events, gathered into as few passes over the events as can be.

Duplicate rows change counts, times and days, never whether an event is there in a window that ends
at as_of: the latest of some equal rows, none of them after as_of, lies in `(after, as_of]` if and
only if any of them does. So where duplicates are to be expected, questions of existence share one
pass over the rows as they are, and all others one pass over the few rows that they ask of, each
event once. Where events are known to be unique there is one pass for both. Where there are more
than a few different questions about objects, they have a pass apart from all others: it reads the
long column of objects, and leaves out most rows by it.

Bursts and buckets (days, assets, decay) look at events one by one. They share a pass that lists
them, unless the database would make it anew for each; all that asks for events that follow another
one has a pass of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_buckets import Buckets
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
    col,
    name,
    negation,
    number,
    one_of,
    or_else,
    select,
    true,
)
from leadcard.compiler.backends.sql_bursts import Bursts
from leadcard.compiler.backends.sql_facts import Facts
from leadcard.compiler.backends.sql_forms import text_forms
from leadcard.compiler.backends.sql_leads import alias_table
from leadcard.compiler.backends.sql_object_bits import ObjectBits
from leadcard.compiler.backends.sql_streams import Stream
from leadcard.compiler.backends.sql_zone import zone_years


class Events:
    """Gathers what the rules ask of events, then builds the queries that answer it."""

    def __init__(self, build: Build, plan: p.Plan, facts: Facts) -> None:
        self._b = build
        self._plan = plan
        self._facts = facts
        self._copies = "event_id" in facts.event_columns and not facts.events_unique
        self._streams: dict[str, Stream] = {}
        self._listed: dict[p.EventSet, int] = {}
        self._bursts = Bursts(build)
        self._buckets = Buckets(build, plan)
        self._objects = ObjectBits(build, facts)

    # --- what rules ask ---------------------------------------------------------------------------

    def any(self, events: p.EventSet) -> Node:
        """Whether the lead has such an event; never NULL."""
        if _is_ordered(events):
            return self._ordered().any(events)
        if self._copies and any(clause.window.until is not None for clause in events.clauses):
            return at_least(self.count(events, ""), number(1))
        return self._stream("events_met").any(events)

    def count(self, events: p.EventSet, said: str) -> Node:
        """How many such events the lead has; never NULL."""
        return or_else(self._measured("count", events, said), number(0))

    def milliseconds(self, events: p.EventSet, said: str) -> Node:
        """The time of such events in all; never NULL."""
        return or_else(self._measured("milliseconds", events, said), number(0))

    def latest(self, events: p.EventSet, said: str) -> Node:
        """The latest such event in microseconds; NULL where there is none."""
        return self._measured("latest", events, said)

    def points(self, rule: p.Rule, repetition: p.Repetition, said: str) -> Node:
        """The sum of the points of a repeated rule's buckets; never NULL."""
        return self._buckets.points(repetition, rule.points, self._listing(repetition.events), said)

    def _measured(self, kind: str, events: p.EventSet, said: str) -> Node:
        stream = self._measuring(events)
        n = 1 + sum(1 for k, _ in stream.measures if k == kind)
        return stream.measure(kind, events, f"{kind}_{n}", said)

    # --- passes -----------------------------------------------------------------------------------

    def _measuring(self, events: p.EventSet) -> Stream:
        """The pass in which such events are counted."""
        if _is_ordered(events):
            return self._ordered()
        if self._copies:
            return self._stream("events_counted", single=True)
        return self._stream("events_met")

    def _listing(self, events: p.EventSet) -> Stream:
        """The pass that lists such events one by one."""
        if _is_ordered(events):
            return self._ordered()
        if not self._b.dialect.inlined:
            return self._stream("listed", self._copies)
        n = self._listed.setdefault(events, len(self._listed) + 1)
        return self._stream(f"listed_{n}", self._copies)

    def _ordered(self) -> Stream:
        """The pass that tells events what they follow."""
        return self._stream("sequences", self._copies)

    def _stream(self, said: str, single: bool = False) -> Stream:
        if said not in self._streams:
            self._streams[said] = Stream(
                build=self._b,
                plan=self._plan,
                facts=self._facts,
                objects=self._objects,
                name=said,
                single=single,
            )
        return self._streams[said]

    def test(self, test: p.EventTest, said: str) -> Node:
        """A test on events; never NULL."""
        match test:
            case p.EventCount():
                return self._count_test(test, said)
            case p.TimeSpent():
                if test.milliseconds <= 0:
                    return true()
                spent = self.milliseconds(test.events, said)
                return at_least(spent, number(test.milliseconds))
            case p.Bunched():
                if test.low <= 1:
                    return self.any(test.events) if test.low == 1 else true()
                return self._bursts.test(test, self._listing(test.events), said)

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

    # --- queries ----------------------------------------------------------------------------------

    def joins(self) -> list[str]:
        """The queries with one row a lead, to be joined to leads."""
        streams = [stream.name for stream in self._streams.values() if stream.is_grouped]
        return [*streams, *self._bursts.joins(), *self._buckets.joins()]

    def steps(self) -> Iterator[Step]:
        """The queries on events; after all tests are built."""
        if not self._streams:
            return
        yield Step(name="verbs", query=self._verbs(), said="each verb of the data once")
        said = "a bit for each event clause: here for the verb, further on for window and object"
        yield Step(name="verb_bits", query=self._verb_bits(), said=said)
        zone = self._plan.timezone
        if self._buckets.needs_zone:
            said = f"offsets of {zone} from UTC, in microseconds"
            yield Step(name="zone_years", query=zone_years(self._b, zone), said=said)
        self._objects.expect(c.objects for s in self._streams.values() for c in s.clauses)
        made = [step for stream in self._streams.values() for step in stream.steps()]
        yield from self._objects.steps(self._verbs_with_objects())
        yield from made
        yield from self._bursts.steps()
        yield from self._buckets.steps()

    def _verbs_with_objects(self) -> Node:
        """Whether a row of `verb_bits` is a verb whose objects are asked for."""
        found = []
        for stream in self._streams.values():
            masks = stream.masks([clause for clause in stream.clauses if clause.objects])
            for word, mask in masks.items():
                found.append(bits(col(stream.bits_column(word), "verb_bits"), mask))
        return any_of(found)

    def _verbs(self) -> exp.Select:
        """Each verb of the data once."""
        events = alias_table(self._facts.events, "events")
        return self._b.each_once(self._b.read(name("verb", "events")), "verb").from_(
            events, copy=False
        )

    def _verb_bits(self) -> exp.Select:
        """For each verb as the data spells it, the clauses that it can meet."""
        asked = {v for s in self._streams.values() for c in s.clauses for v in c.verbs}
        spellings = {v.name: v.spellings for v in self._plan.verbs if v.name in asked}
        forms = text_forms(self._b, {c for names in spellings.values() for n in names for c in n})
        said = forms.name_form(forms.fold(col("verb")))
        named = select(col("verb"), alias(said, "name")).from_("verbs", copy=False)
        columns: list[Node] = [col("verb")]
        for stream in self._streams.values():
            for word in stream.words:
                mask = self._verb_case(stream, word, spellings)
                columns.append(alias(self._b.call("whole", x=mask), stream.bits_column(word)))
        return select(*columns).from_(named.subquery("named", copy=False), copy=False)

    def _verb_case(self, stream: Stream, word: int, spellings: dict[str, tuple[str, ...]]) -> Node:
        by_mask: dict[int, list[str]] = {}
        for verb, names in spellings.items():
            masks = stream.masks([c for c in stream.clauses if verb in c.verbs])
            if masks.get(word):
                by_mask.setdefault(masks[word], []).extend(names)
        whens = [
            (one_of(col("name"), self._b.texts(sorted(set(names)))), number(mask))
            for mask, names in by_mask.items()
        ]
        return case(whens, number(0))


def _is_ordered(events: p.EventSet) -> bool:
    """Whether some of the events count only where they follow another one."""
    return any(clause.preceded is not None for clause in events.clauses)
