"""One more event of which only rules of positive points speak: it must not take points away."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Final

from leadcard.compiler import plan as p
from leadcard.runtime.harness.compare import number
from leadcard.runtime.harness.engines import Engine
from leadcard.runtime.harness.faults import Fault, Faults
from leadcard.runtime.harness.mentions import only_plus_rules_mention
from leadcard.runtime.harness.random_leads import LeadGenerator
from leadcard.runtime.harness.samples import Sample, SampleEvent, SampleFile
from leadcard.runtime.harness.write_samples import instant_text

_DRAWN: Final = 60
_EACH: Final = 6  # events that are tried with each lead


class MoreEvents:
    """Tries some events with each lead; `why_not` is set where the card has no such event."""

    def __init__(self, card: p.Plan, run: Engine, generator: LeadGenerator) -> None:
        self._card, self._run = card, run
        drawn = (replace(generator.event(), id=None) for _ in range(_DRAWN))
        self._events = [event for event in drawn if only_plus_rules_mention(card, event)]
        self.why_not = None if self._events else "no event is mentioned by plus rules alone"

    def check(self, file: SampleFile) -> Faults:
        """What is wrong with each lead."""
        before = self._run(self._card, file)
        tried = [self._choice(sample) for sample in file.samples]
        found: Faults = [None] * len(file.samples)
        for turn in range(_EACH):
            events = [choice[turn] for choice in tried]
            samples = tuple(map(with_event, file.samples, events))
            after = self._run(self._card, replace(file, samples=samples))
            for n, (old, new) in enumerate(zip(before, after, strict=True)):
                if old is None or new is None or found[n] is not None:
                    continue
                one, two = old.values["score"], new.values["score"]
                assert isinstance(one, Decimal)
                assert isinstance(two, Decimal)
                if two < one:
                    found[n] = _fault(events[n], one, two)
        return found

    def _choice(self, sample: Sample) -> list[SampleEvent]:
        """The events for one lead: the same ones however small the lead is made."""
        return random.Random(sample.name).choices(self._events, k=_EACH)


def with_event(sample: Sample, event: SampleEvent) -> Sample:
    """The sample whose lead does one thing more."""
    return replace(sample, lead=replace(sample.lead, events=(*sample.lead.events, event)))


def _fault(event: SampleEvent, before: Decimal, after: Decimal) -> Fault:
    what = f"{event.verb} {event.object or ''}".strip()
    return Fault(
        told=f"with `{what}` at {instant_text(event.at)}: {number(before)} became {number(after)}",
        expected=(("score", f"{{at least: {number(before)}}}"),),
        event=event,
    )
