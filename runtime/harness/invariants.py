"""What must be true of every lead, whatever the card: checked on generated ones.

Each invariant says for each of some leads what is wrong with it, or None. Where a card is such that
an invariant does not hold for it, `why_not` says so.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from leadcard.compiler import plan as p
from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.plain import plain_card
from leadcard.compiler.reach import Reach
from leadcard.dsl.format import format_source
from leadcard.dsl.source import Source
from leadcard.runtime.harness.compare import disagreements, number, shown
from leadcard.runtime.harness.engines import Engine
from leadcard.runtime.harness.mentions import only_plus_rules_mention
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.random_leads import LeadGenerator
from leadcard.runtime.harness.samples import Sample, SampleEvent, SampleFile, SampleLead

Wrong: TypeAlias = list[str | None]
_WEEKS: Final = timedelta(weeks=10)
_ANY_TIME: Final = timedelta(days=100, hours=3, minutes=7, seconds=1, microseconds=1)
_LATE: Final = 9990  # after this year there is little room, and all is moved back
_TRIES: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """Something that holds for every lead; `why_not` is set where this card is an exception."""

    name: str
    check: Callable[[SampleFile], Wrong]
    why_not: str | None = None


def invariants(
    checked: Checked,
    card: p.Plan,
    engines: Mapping[str, Engine],
    generator: LeadGenerator,
) -> tuple[Invariant, ...]:
    """All invariants of a card; the first engine is the one that the others are held against."""
    first = next(iter(engines.values()))
    more = _PlusEvents(card, first, generator)
    shift = _Shift(card, first, generator.as_of)
    formatted = _Formatted(checked, card, first)
    return (
        Invariant(name="scores lie in their range", check=_Ranges(card, first).check),
        Invariant(
            name=f"{' and '.join(engines)} agree",
            check=lambda file: _agree(card, engines, file),
            why_not=None if len(engines) > 1 else "only one engine was asked for",
        ),
        Invariant(
            name="the order of events does not matter",
            check=lambda file: _same(card, first, file, reordered(file)),
        ),
        Invariant(
            name="an event that only plus rules mention takes no points",
            check=more.check,
            why_not=more.why_not,
        ),
        Invariant(
            name="moving everything by the same time changes nothing",
            check=shift.check,
            why_not=shift.why_not,
        ),
        Invariant(
            name="formatting the card changes nothing",
            check=formatted.check,
            why_not=formatted.why_not,
        ),
    )


# --- range ----------------------------------------------------------------------------------------


class _Ranges:
    """The score and each section's total lie where the rules and caps allow."""

    def __init__(self, card: p.Plan, run: Engine) -> None:
        self._card, self._run = card, run
        reach = Reach(card)
        self._ranges = {"score": reach.score()}
        self._ranges |= {f"section_{s.column}": reach.section(s) for s in card.sections}

    def check(self, file: SampleFile) -> Wrong:
        return [None if o is None else self._wrong(o) for o in self._run(self._card, file)]

    def _wrong(self, outcome: Outcome) -> str | None:
        for column, allowed in self._ranges.items():
            value = outcome.values[column]
            assert isinstance(value, Decimal)
            low = None if allowed.low is None else Decimal(allowed.low) / 100
            high = None if allowed.high is None else Decimal(allowed.high) / 100
            if (low is not None and value < low) or (high is not None and value > high):
                name = column.replace("_", " ")
                ends = f"{shown(low)} and {shown(high)}"
                return f"{name} is {number(value)}, not between {ends}"
        return None


# --- engines and order ----------------------------------------------------------------------------


def _agree(card: p.Plan, engines: Mapping[str, Engine], file: SampleFile) -> Wrong:
    said = {name: run(card, file) for name, run in engines.items()}
    found: Wrong = []
    for n in range(len(file.samples)):
        apart = disagreements({name: outcomes[n] for name, outcomes in said.items()})
        found.append(f"{apart[0].what}: {apart[0].expected}, {apart[0].actual}" if apart else None)
    return found


def reordered(file: SampleFile) -> SampleFile:
    """The same leads with their events in another order, and their colleagues."""
    chance = random.Random(len(file.samples))

    def shuffled(lead: SampleLead) -> SampleLead:
        events = list(reversed(lead.events))
        if chance.random() < 0.5:
            chance.shuffle(events)
        return replace(lead, events=tuple(events))

    return _mapped(
        file,
        lambda sample: replace(
            sample,
            lead=shuffled(sample.lead),
            colleagues=tuple(shuffled(one) for one in reversed(sample.colleagues)),
        ),
    )


def _mapped(file: SampleFile, change: Callable[[Sample], Sample]) -> SampleFile:
    return replace(file, samples=tuple(change(sample) for sample in file.samples))


def _same(card: p.Plan, run: Engine, file: SampleFile, other: SampleFile) -> Wrong:
    return _apart(run(card, file), run(card, other), "before", "after")


def _apart(
    before: Sequence[Outcome | None], after: Sequence[Outcome | None], one: str, two: str
) -> Wrong:
    found: Wrong = []
    for old, new in zip(before, after, strict=True):
        apart = disagreements({one: old, two: new})
        found.append(f"{apart[0].what}: {apart[0].expected}, {apart[0].actual}" if apart else None)
    return found


# --- more events ----------------------------------------------------------------------------------


class _PlusEvents:
    """One more event of which only rules of positive points speak."""

    def __init__(self, card: p.Plan, run: Engine, generator: LeadGenerator) -> None:
        self._card, self._run = card, run
        drawn = (replace(generator.event(), id=None) for _ in range(_TRIES))
        self._events = [event for event in drawn if only_plus_rules_mention(card, event)]
        self.why_not = None if self._events else "no event is mentioned by plus rules alone"

    def check(self, file: SampleFile) -> Wrong:
        before = self._run(self._card, file)
        found: Wrong = [None] * len(file.samples)
        for event in self._events[:6]:
            after = self._run(self._card, _mapped(file, partial(_with_event, event=event)))
            for n, (old, new) in enumerate(zip(before, after, strict=True)):
                if old is None or new is None or found[n] is not None:
                    continue
                one, two = old.values["score"], new.values["score"]
                assert isinstance(one, Decimal)
                assert isinstance(two, Decimal)
                if two < one:
                    what = f"{event.verb} {event.object or ''}".strip()
                    found[n] = f"with `{what}` at {event.at}: {number(one)} became {number(two)}"
        return found


def _with_event(sample: Sample, event: SampleEvent) -> Sample:
    return replace(sample, lead=replace(sample.lead, events=(*sample.lead.events, event)))


# --- time -----------------------------------------------------------------------------------------


class _Shift:
    """Every instant moved by the same time, `as_of` too.

    It holds exactly where the card names no fixed date and counts no calendar days, weeks or
    months. Days and weeks in UTC may be moved by whole weeks; in a zone whose clocks change they
    may not, and months are of different lengths.
    """

    def __init__(self, card: p.Plan, run: Engine, as_of: datetime) -> None:
        self._card, self._run = card, run
        self._by = _ANY_TIME
        self.why_not: str | None = None
        kinds = {rule.repetition.by for rule in card.rules if rule.repetition is not None}
        if _fixed_dates(card):
            self.why_not = "the card names fixed dates"
        elif p.Repeat.PER_MONTH in kinds:
            self.why_not = "the card counts calendar months"
        elif kinds & {p.Repeat.PER_DAY, p.Repeat.PER_WEEK}:
            self._by = _WEEKS
            if card.timezone != "UTC":
                self.why_not = f"the card counts calendar days of {card.timezone}"
        if as_of.year > _LATE:
            self._by = -self._by

    def check(self, file: SampleFile) -> Wrong:
        moved = replace(
            _mapped(file, lambda sample: _moved(sample, self._by)), as_of=file.as_of + self._by
        )
        after = [_moved_back(one, self._by) for one in self._run(self._card, moved)]
        return _apart(self._run(self._card, file), after, "before", "moved")


def _fixed_dates(node: object) -> bool:
    """Whether some instant of a plan does not move with `as_of`."""
    if isinstance(node, p.Instant):
        return node.absolute is not None
    if isinstance(node, tuple):
        return any(_fixed_dates(part) for part in node)
    slots = getattr(type(node), "__slots__", ()) if type(node).__module__ == p.__name__ else ()
    return any(_fixed_dates(getattr(node, name)) for name in slots)


def _moved(sample: Sample, by: timedelta) -> Sample:
    return replace(
        sample,
        lead=_moved_lead(sample.lead, by),
        colleagues=tuple(_moved_lead(one, by) for one in sample.colleagues),
    )


def _moved_lead(lead: SampleLead, by: timedelta) -> SampleLead:
    return replace(
        lead,
        values=tuple((c, v + by if isinstance(v, datetime) else v) for c, v in lead.values),
        events=tuple(replace(event, at=event.at + by) for event in lead.events),
    )


def _moved_back(outcome: Outcome | None, by: timedelta) -> Outcome | None:
    if outcome is None:
        return None
    values = {c: v - by if isinstance(v, datetime) else v for c, v in outcome.values.items()}
    reasons = tuple(
        replace(one, latest=None if one.latest is None else one.latest - by)
        for one in outcome.reasons
    )
    return Outcome(values=values, reasons=reasons)


# --- formatting -----------------------------------------------------------------------------------


class _Formatted:
    """The card after `leadcard fmt`: the same results, but for the version and line numbers."""

    def __init__(self, checked: Checked, card: p.Plan, run: Engine) -> None:
        self._card, self._run = card, run
        self._other: p.Plan | None = None
        self.why_not: str | None = None
        assert checked.source is not None
        plain = partial(plain_card, vocabulary=checked.vocabulary)
        text = format_source(checked.source, plain).text
        if text is None:
            self.why_not = "the card cannot be formatted"
            return
        source = Source(checked.source.path, text)
        self._other = check_source(source, checked.vocabulary, folder=Path(source.path).parent).plan

    def check(self, file: SampleFile) -> Wrong:
        before = [_unnumbered(one) for one in self._run(self._card, file)]
        if self._other is None:
            return ["the formatted card has mistakes"] * len(before)
        after = [_unnumbered(one) for one in self._run(self._other, file)]
        return _apart(before, after, "before", "formatted")


def _unnumbered(outcome: Outcome | None) -> Outcome | None:
    if outcome is None:
        return None
    values = {c: v for c, v in outcome.values.items() if c != "version"}
    reasons = tuple(replace(one, line=n + 1) for n, one in enumerate(outcome.reasons))
    return Outcome(values=values, reasons=reasons)
