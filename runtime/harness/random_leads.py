"""Generated leads: near the constants of a card, beside them, odd, repeated, in the future, empty.

The same card, number and seed give the same leads.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from leadcard.compiler import plan as p
from leadcard.compiler.vocabulary import Vocabulary
from leadcard.dsl.source import Source
from leadcard.runtime.harness.made_histories import HistoryMaker
from leadcard.runtime.harness.made_leads import conditions, leaves
from leadcard.runtime.harness.made_values import ValueMaker
from leadcard.runtime.harness.moments import shifted
from leadcard.runtime.harness.samples import (
    FieldValue,
    Sample,
    SampleEvent,
    SampleFile,
    SampleLead,
)

_ODD_TEXTS: Final = ("", "  ", "n/a", "Straße & Söhne", "CEO\u00a0/ CTO", "営業部 経理", "İstanbul")
_ODD_NUMBERS: Final = ("51-200", "10000+", "-3", "0", "0.5", "99999999")
_AMOUNTS: Final = ((2, 0), (2, 1), (12, 0), (12, 1), (12, 20))  # most events, and histories besides
_STEPS: Final = (0, 0, 1, -1, 1_000_000, -1_000_000)  # microseconds beside a moment that matters


class LeadGenerator:
    """Draws leads for one card at one moment."""

    def __init__(self, card: p.Plan, vocabulary: Vocabulary, as_of: datetime, seed: int) -> None:
        self._chance = random.Random(seed)
        self.as_of = as_of
        self._card = card
        self._verbs = tuple(verb.name for verb in vocabulary.verbs)
        self._values = self._field_values()
        self._histories = self._known_histories()
        self._events = tuple(dict.fromkeys(e for events in self._histories for e in events))

    def file(self, many: int) -> SampleFile:
        """So many leads."""
        samples = tuple(
            Sample(
                name=f"generated lead {n + 1}",
                line=1,
                lead=self._apart(n, self._lead()),
                expected=(),
                colleagues=tuple(self._apart(n, one) for one in self._colleagues()),
            )
            for n in range(many)
        )
        return SampleFile(source=Source("generated", ""), as_of=self.as_of, samples=samples)

    def event(self) -> SampleEvent:
        """One event."""
        pick = self._chance
        if self._events and pick.random() < 0.85:
            known = pick.choice(self._events)
            at = shifted(known.at, timedelta(microseconds=pick.choice(_STEPS)))
            verb, what = known.verb, known.object
        else:
            at = self._before(400)
            verb, what = pick.choice(self._verbs), pick.choice((None, "/", "pricing", "Ünïcode x"))
        if pick.random() < 0.25:
            at = self._before(100)
        if pick.random() < 0.04:
            at = shifted(self.as_of, timedelta(seconds=pick.randrange(1, 86_400)))
        seconds = Decimal(pick.randrange(0, 300_000)) / 1000 if pick.random() < 0.3 else None
        id = f"e{pick.randrange(4)}" if pick.random() < 0.1 else None
        return SampleEvent(verb=verb, at=at, object=what, seconds=seconds, id=id)

    def _before(self, days: int) -> datetime:
        """A moment up to so many days before the one that counts."""
        return shifted(self.as_of, -timedelta(seconds=self._chance.randrange(days * 86_400)))

    def _field_values(self) -> dict[str, tuple[FieldValue, ...]]:
        maker = ValueMaker(self._card, self.as_of)
        asked = (*(rule.when for rule in self._card.rules), *conditions(self._card))
        by_column: dict[str, list[p.FieldTest]] = defaultdict(list)
        for condition in asked:
            for test in leaves(condition):
                if isinstance(test, p.FieldTest):
                    by_column[maker.column(test)].append(test)
        return {column: maker.values(tests) for column, tests in sorted(by_column.items())}

    def _known_histories(self) -> tuple[tuple[SampleEvent, ...], ...]:
        """What leads and their colleagues do to meet the tests of the card, or just not to."""
        maker = HistoryMaker(self.as_of)
        found: dict[tuple[SampleEvent, ...], None] = {}
        for rule in self._card.rules:
            histories = [
                history
                for test in leaves(rule.when)
                if isinstance(test, p.EventTest | p.AccountTest)
                for history in maker.histories(test)
            ]
            if rule.repetition is not None:
                histories += maker.repeated(rule, rule.repetition)
            for history in histories:
                found |= dict.fromkeys((history.events, *history.colleagues))
        return tuple(found)

    def _lead(self) -> SampleLead:
        values = {c: v for c in self._values if (v := self._value(c)) is not None}
        # Among many events one on an edge decides nothing, and with few no lead reaches a limit.
        many, histories = self._chance.choice(_AMOUNTS)
        events = [self.event() for _ in range(self._chance.randrange(many + 1))]
        if self._histories:
            events += [event for _ in range(histories) for event in self._history()]
        if events and self._chance.random() < 0.2:
            events.append(self._chance.choice(events))
        return SampleLead(values=tuple(values.items()), events=tuple(events))

    def _history(self) -> list[SampleEvent]:
        """One of the histories that the card asks for, or all of it a little earlier or later."""
        by = timedelta(microseconds=self._chance.choice(_STEPS))
        return [
            replace(event, at=shifted(event.at, by))
            for event in self._chance.choice(self._histories)
        ]

    def _apart(self, number: int, lead: SampleLead) -> SampleLead:
        """The lead in a mail domain below its own, so that few generated leads are colleagues.

        Lists of domains hold what lies below them, too.
        """
        if self._card.personal is None or self._chance.random() < 0.03:
            return lead
        values = tuple(
            (c, v.replace("@", f"@x{number}.") if c == "email" and isinstance(v, str) else v)
            for c, v in lead.values
        )
        return replace(lead, values=values)

    def _value(self, column: str) -> FieldValue:
        pick = self._chance
        value = pick.choice(self._values[column])
        if isinstance(value, datetime) and value < self.as_of:
            return shifted(value, timedelta(microseconds=pick.choice(_STEPS)))
        if not isinstance(value, str) or pick.random() < 0.7:
            return value
        kind = next((f.kind for f in self._card.fields if f.column == column), p.FieldKind.TEXT)
        match kind:
            case p.FieldKind.NUMBER:
                return pick.choice(_ODD_NUMBERS)
            case p.FieldKind.TEXT:
                varied = (value.upper(), f" {value}\u00a0", f"Senior {value}, EMEA", f"{value}s")
                return pick.choice((*varied, *_ODD_TEXTS))
            case _:
                return value

    def _colleagues(self) -> tuple[SampleLead, ...]:
        if self._card.personal is None or self._chance.random() < 0.6:
            return ()
        return tuple(self._lead() for _ in range(self._chance.randrange(1, 4)))
