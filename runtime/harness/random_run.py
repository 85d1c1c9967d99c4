"""Generated leads through the invariants; what fails is made as small as it can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from leadcard.compiler.pipeline import Checked
from leadcard.compiler.plan import Plan
from leadcard.runtime.harness.engines import Engine
from leadcard.runtime.harness.faults import Fault
from leadcard.runtime.harness.invariants import Invariant, invariants
from leadcard.runtime.harness.more_events import with_event
from leadcard.runtime.harness.probe import Person
from leadcard.runtime.harness.random_leads import LeadGenerator
from leadcard.runtime.harness.samples import Sample, SampleFile, SampleLead
from leadcard.runtime.harness.write_samples import Proposal

_MOST_STEPS = 60
_AT_ONCE = 200  # leads that run together


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A lead for which an invariant does not hold: the smallest found, and what is wrong."""

    invariant: str
    wrong: str
    proposal: Proposal
    shown: bool  # whether the lead fails as a sample, too


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomResult:
    """What was checked, on how many leads; what was not, with the reason; and what failed."""

    leads: int
    seed: int
    checked: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    failures: tuple[Failure, ...]


def random_run(
    checked: Checked,
    card: Plan,
    engines: Mapping[str, Engine],
    *,
    as_of: datetime,
    many: int,
    seed: int,
) -> RandomResult:
    """Check every invariant on `many` generated leads; the first failure of each is told."""
    generator = LeadGenerator(card, checked.vocabulary, as_of, seed)
    asked = invariants(checked, card, engines, generator)
    file = generator.file(many)
    open_ = [one for one in asked if one.why_not is None]
    failures = [f for one in open_ if (f := _failure(one, card, engines, file)) is not None]
    return RandomResult(
        leads=many,
        seed=seed,
        checked=tuple(one.name for one in open_),
        left_out=tuple((one.name, one.why_not) for one in asked if one.why_not is not None),
        failures=tuple(failures),
    )


def _failure(
    invariant: Invariant, card: Plan, engines: Mapping[str, Engine], file: SampleFile
) -> Failure | None:
    for start in range(0, len(file.samples), _AT_ONCE):
        part = replace(file, samples=file.samples[start : start + _AT_ONCE])
        for sample, fault in zip(part.samples, invariant.check(part), strict=True):
            if fault is not None:
                small, fault = _smallest(invariant, file, sample, fault)
                return _told(invariant, card, engines, replace(file, samples=(small,)), fault)
    return None


def _told(
    invariant: Invariant, card: Plan, engines: Mapping[str, Engine], file: SampleFile, fault: Fault
) -> Failure:
    """The failure with the lead as the first engine scores it, or as it ought to."""
    (sample,) = file.samples
    if fault.event is not None:
        sample = with_event(sample, fault.event)
    outcome = next(iter(engines.values()))(card, file)[0]
    made = Proposal(
        name=sample.name,
        person=Person(lead=sample.lead, colleagues=sample.colleagues),
        outcome=outcome,
        columns=("score", "stage") if card.stages else ("score",),
        instead=fault.expected,
    )
    return Failure(invariant=invariant.name, wrong=fault.told, proposal=made, shown=invariant.shown)


# --- making small ---------------------------------------------------------------------------------


def _smallest(
    invariant: Invariant, file: SampleFile, sample: Sample, fault: Fault
) -> tuple[Sample, Fault]:
    """A lead with as little in it as still fails, found by leaving out one thing at a time."""
    for _ in range(_MOST_STEPS):
        smaller = tuple(_smaller(sample))
        if not smaller:
            break
        found = invariant.check(replace(file, samples=smaller))
        still = next(((s, f) for s, f in zip(smaller, found, strict=True) if f is not None), None)
        if still is None:
            break
        sample, fault = still
    return sample, fault


def _smaller(sample: Sample) -> Iterator[Sample]:
    """The lead without half of its events, without one thing, or with a plainer event."""
    for n in range(len(sample.colleagues)):
        fewer = (*sample.colleagues[:n], *sample.colleagues[n + 1 :])
        yield replace(sample, colleagues=fewer)
    for lead in _smaller_leads(sample.lead):
        yield replace(sample, lead=lead)
    for n, one in enumerate(sample.colleagues):
        for lead in _smaller_leads(one):
            others = (*sample.colleagues[:n], lead, *sample.colleagues[n + 1 :])
            yield replace(sample, colleagues=others)


def _smaller_leads(lead: SampleLead) -> Iterator[SampleLead]:
    events, values = lead.events, lead.values
    if len(events) > 3:
        half = len(events) // 2
        yield replace(lead, events=events[:half])
        yield replace(lead, events=events[half:])
    for n in range(len(events)):
        yield replace(lead, events=(*events[:n], *events[n + 1 :]))
    for n in range(len(values)):
        yield replace(lead, values=(*values[:n], *values[n + 1 :]))
    for n, event in enumerate(events):
        if event.seconds is not None or event.id is not None:
            plain = replace(event, seconds=None, id=None)
            yield replace(lead, events=(*events[:n], plain, *events[n + 1 :]))
