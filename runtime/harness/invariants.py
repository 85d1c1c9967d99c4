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
from typing import Final

from leadcard.compiler import plan as p
from leadcard.compiler.pipeline import Checked, check_source
from leadcard.compiler.plain import plain_card
from leadcard.compiler.reach import Reach
from leadcard.dsl.format import format_source
from leadcard.dsl.source import Source
from leadcard.runtime.harness.compare import Difference, disagreements, number, shown
from leadcard.runtime.harness.engines import Engine
from leadcard.runtime.harness.faults import Fault, Faults
from leadcard.runtime.harness.more_events import MoreEvents
from leadcard.runtime.harness.outcome import Outcome
from leadcard.runtime.harness.random_leads import LeadGenerator
from leadcard.runtime.harness.samples import Sample, SampleFile, SampleLead
from leadcard.runtime.harness.write_samples import scalar

_WEEKS: Final = timedelta(weeks=10)
_ANY_TIME: Final = timedelta(days=100, hours=3, minutes=7, seconds=1, microseconds=1)
_LATE: Final = 9990  # after this year there is little room, and all is moved back


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """Something that holds for every lead; `why_not` is set where this card is an exception.

    `shown` says whether a sample can show it, which has one order of events, one moment and one
    layout of the card.
    """

    name: str
    check: Callable[[SampleFile], Faults]
    why_not: str | None = None
    shown: bool = False


def invariants(
    checked: Checked,
    card: p.Plan,
    engines: Mapping[str, Engine],
    generator: LeadGenerator,
) -> tuple[Invariant, ...]:
    """All invariants of a card; the first engine is the one that the others are held against."""
    first = next(iter(engines.values()))
    more = MoreEvents(card, first, generator)
    shift = _Shift(card, first, generator.as_of)
    formatted = _Formatted(checked, card, first)
    return (
        Invariant(name="scores lie in their range", check=_Ranges(card, first).check, shown=True),
        Invariant(
            name=f"{' and '.join(engines)} agree",
            check=lambda file: _agree(card, engines, file),
            why_not=None if len(engines) > 1 else "only one engine was asked for",
            shown=True,
        ),
        Invariant(
            name="the order of events does not matter",
            check=lambda file: _same(card, first, file, reordered(file)),
        ),
        Invariant(
            name="an event that only plus rules mention takes no points",
            check=more.check,
            why_not=more.why_not,
            shown=True,
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

    def check(self, file: SampleFile) -> Faults:
        return [None if o is None else self._wrong(o) for o in self._run(self._card, file)]

    def _wrong(self, outcome: Outcome) -> Fault | None:
        for column, allowed in self._ranges.items():
            value = outcome.values[column]
            assert isinstance(value, Decimal)
            low = None if allowed.low is None else Decimal(allowed.low) / 100
            high = None if allowed.high is None else Decimal(allowed.high) / 100
            if (low is not None and value < low) or (high is not None and value > high):
                return Fault(
                    told=f"{column.replace('_', ' ')} is {number(value)}, not between"
                    f" {shown(low)} and {shown(high)}",
                    expected=(self._expected(column, low, high),),
                )
        return None

    def _expected(self, column: str, low: Decimal | None, high: Decimal | None) -> tuple[str, str]:
        """What a sample expects of a column with these limits."""
        if low is not None and high is not None:
            limits = f"{number(low)} to {number(high)}"
        else:
            limits = f"{{at most: {shown(high)}}}" if low is None else f"{{at least: {shown(low)}}}"
        name = next((s.name for s in self._card.sections if f"section_{s.column}" == column), None)
        return ("score", limits) if name is None else ("sections", f"{{{scalar(name)}: {limits}}}")


# --- engines and order ----------------------------------------------------------------------------


def _agree(card: p.Plan, engines: Mapping[str, Engine], file: SampleFile) -> Faults:
    said = {name: run(card, file) for name, run in engines.items()}
    found: Faults = []
    for n in range(len(file.samples)):
        apart = disagreements({name: outcomes[n] for name, outcomes in said.items()})
        found.append(_difference(apart))
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


def _same(card: p.Plan, run: Engine, file: SampleFile, other: SampleFile) -> Faults:
    return _apart(run(card, file), run(card, other), "before", "after")


def _apart(
    before: Sequence[Outcome | None], after: Sequence[Outcome | None], one: str, two: str
) -> Faults:
    found: Faults = []
    for old, new in zip(before, after, strict=True):
        apart = disagreements({one: old, two: new})
        found.append(_difference(apart))
    return found


def _difference(apart: Sequence[Difference]) -> Fault | None:
    """The first of some differences."""
    if not apart:
        return None
    return Fault(told=f"{apart[0].what}: {apart[0].expected}, {apart[0].actual}")


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

    def check(self, file: SampleFile) -> Faults:
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

    def check(self, file: SampleFile) -> Faults:
        before = [_unnumbered(one) for one in self._run(self._card, file)]
        if self._other is None:
            return [Fault(told="the formatted card has mistakes")] * len(before)
        after = [_unnumbered(one) for one in self._run(self._other, file)]
        return _apart(before, after, "before", "formatted")


def _unnumbered(outcome: Outcome | None) -> Outcome | None:
    if outcome is None:
        return None
    values = {c: v for c, v in outcome.values.items() if c != "version"}
    reasons = tuple(replace(one, line=n + 1) for n, one in enumerate(outcome.reasons))
    return Outcome(values=values, reasons=reasons)
