"""Leads made up for a condition: for each thing that it asks about, every choice that matters.

Nothing is solved. The choices are put together, all of them where they are few, and the leads are
then asked what they do (`probe.py`). So a made lead may be useless, but what is told of it is true.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from math import prod
from typing import Final, TypeAlias

from leadcard.compiler import plan as p
from leadcard.runtime.harness.made_histories import NOTHING, History, HistoryMaker
from leadcard.runtime.harness.made_values import ValueMaker
from leadcard.runtime.harness.probe import Person
from leadcard.runtime.harness.samples import FieldValue, SampleLead

_MOST_LEADS: Final = 260
_SEED: Final = 7
Choice: TypeAlias = tuple[str, FieldValue] | History


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A made lead: values by column, and what it and its colleagues did."""

    values: tuple[tuple[str, FieldValue], ...] = ()
    history: History = NOTHING

    def person(self) -> Person:
        """The lead as engines take it."""
        lead = SampleLead(values=self.values, events=self.history.events)
        others = tuple(SampleLead(events=events) for events in self.history.colleagues)
        return Person(lead=lead, colleagues=others)

    def joined(self, other: Draft) -> Draft | None:
        """Both leads in one; None where they differ in a field."""
        mine = dict(self.values)
        for column, value in other.values:
            if mine.setdefault(column, value) != value:
                return None
        one, two = self.history, other.history
        history = History(
            events=(*one.events, *two.events), colleagues=(*one.colleagues, *two.colleagues)
        )
        return Draft(values=tuple(sorted(mine.items())), history=history)

    @property
    def size(self) -> int:
        """How much there is to read."""
        deeds = sum(map(len, self.history.colleagues)) + len(self.history.events)
        return 3 * len(self.values) + deeds + 3 * len(self.history.colleagues)


class LeadMaker:
    """Makes leads for conditions of one plan at one moment."""

    def __init__(self, card: p.Plan, as_of: datetime) -> None:
        self._card = card
        self._values = ValueMaker(card, as_of)
        self._histories = HistoryMaker(as_of)
        self._when = {s.name: s.when for s in card.sections}

    def for_rule(self, rule: p.Rule) -> tuple[Draft, ...]:
        """Leads for a rule and its section, the simplest first."""
        whole = (rule.when, self._when[rule.section])
        if rule.repetition is None:
            return self.drafts(whole)
        histories = self._histories.repeated(rule, rule.repetition)
        return self.drafts(whole, (histories,))

    def drafts(
        self, conditions: Iterable[p.Predicate], repeated: Sequence[tuple[History, ...]] = ()
    ) -> tuple[Draft, ...]:
        """Leads for some conditions at once; `repeated` are histories to choose from besides."""
        tests = tuple(dict.fromkeys(t for c in conditions for t in leaves(c)))
        choices = [*self._of_fields(tests), *self._of_events(tests), *repeated]
        found = dict.fromkeys(_draft(picked) for picked in _picked(choices))
        return tuple(sorted(found, key=lambda draft: draft.size))

    def _of_fields(self, tests: Sequence[p.Predicate]) -> Iterator[tuple[Choice, ...]]:
        by_column: dict[str, list[p.FieldTest]] = defaultdict(list)
        for test in tests:
            if isinstance(test, p.FieldTest):
                by_column[self._values.column(test)].append(test)
                if isinstance(test, p.SameAs):
                    by_column[test.other].append(replace(test, field=test.other, other=test.field))
        for column, asked in by_column.items():
            yield tuple((column, value) for value in self._values.values(asked))

    def _of_events(self, tests: Sequence[p.Predicate]) -> Iterator[tuple[History, ...]]:
        for test in tests:
            if isinstance(test, p.EventTest | p.AccountTest):
                yield self._histories.histories(test)


def conditions(card: p.Plan) -> tuple[p.Predicate, ...]:
    """The conditions of a card that are no rules: of sections, must haves, tiers and stages."""
    needed = card.must_haves.requirements if card.must_haves else ()
    return (
        *(section.when for section in card.sections),
        *(requirement.when for requirement in needed),
        *(tier.when for tier in card.tiers),
        *(stage.when for stage in card.stages),
    )


def leaves(predicate: p.Predicate) -> Iterator[p.Predicate]:
    """The single tests of a condition."""
    match predicate:
        case p.And() | p.Or():
            for part in predicate.parts:
                yield from leaves(part)
        case p.Not():
            yield from leaves(predicate.part)
        case p.Constant():
            return
        case _:
            yield predicate


def _picked(choices: list[tuple[Choice, ...]]) -> Iterator[tuple[Choice, ...]]:
    """All ways to choose where they are few; else every choice beside the first of the others."""
    if prod(len(some) for some in choices) <= _MOST_LEADS:
        yield from product(*choices)
        return
    firsts = tuple(some[0] for some in choices)
    lasts = tuple(some[-1] for some in choices)
    for base in (firsts, lasts):
        yield base
        for at, some in enumerate(choices):
            for one in some:
                yield (*base[:at], one, *base[at + 1 :])
    chance = random.Random(_SEED)
    for _ in range(_MOST_LEADS // 2):
        yield tuple(chance.choice(some) for some in choices)


def _draft(picked: Sequence[Choice]) -> Draft:
    values: dict[str, FieldValue] = {}
    history = NOTHING
    for one in picked:
        if isinstance(one, History):
            events = (*history.events, *one.events)
            history = History(events=events, colleagues=(*history.colleagues, *one.colleagues))
        elif one[1] is not None:
            values[one[0]] = one[1]
    return Draft(values=tuple(sorted(values.items())), history=history)
