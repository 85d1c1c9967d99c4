"""Random cases for the agreement tests: a vocabulary, a card, leads, events and an instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hypothesis import strategies as st

from leadcard.compiler.vocabulary import Vocabulary
from tests.strategies_data import DataWriter
from tests.strategies_events import Row
from tests.strategies_layout import write_card
from tests.strategies_pick import Pick
from tests.strategies_words import MADE, vocabulary_named

LEADS = 20


@dataclass(frozen=True, kw_only=True)
class Case:
    """A card and data for it. `typed` says how columns are typed (see `KINDS`); others are text.
    `informed`: the statement is told all that is known of the tables.

    `words` names the vocabulary (see `strategies_words`): `plain`, `rich` or a number.
    """

    card: str
    words: str
    as_of: datetime
    leads: tuple[Row, ...]
    events: tuple[Row, ...]
    typed: Mapping[str, str]
    informed: bool

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary of the card."""
        return vocabulary_named(self.words)


@st.composite
def cases(draw: st.DrawFn, *, full: bool = False, leads: int = LEADS) -> Case:
    """A case that hypothesis draws; `full` as for `make_case`."""
    pick = Pick(lambda low, high: draw(st.integers(low, high)))
    return make_case(pick, full=full, leads=leads)


def make_case(pick: Pick, *, full: bool = False, leads: int = LEADS) -> Case:
    """A case; `full` allows order and speed, `each asset`, decay and accounts."""
    words = pick.one(["plain", "rich"]) if pick.chance(8) else str(pick.number(0, MADE - 1))
    vocabulary = vocabulary_named(words)
    card = write_card(pick, vocabulary, full=full)
    data = DataWriter(pick, vocabulary, card.hints, zone_of(card.text))
    rows = tuple(data.lead(number) for number in range(leads))
    events = [event for row in rows for event in data.events(row["lead_id"])]
    events += data.events(leads + 7 if isinstance(rows[0]["lead_id"], int) else "nobody's")[:2]
    return Case(
        card=card.text,
        words=words,
        as_of=data.as_of,
        leads=rows,
        events=tuple(pick.shuffled(events)),
        typed=data.typed,
        informed=pick.chance(50),
    )


def zone_of(card: str) -> str:
    """The time zone that a card names."""
    named = [line for line in card.splitlines() if line.startswith("timezone: ")]
    return named[0].removeprefix("timezone: ") if named else "UTC"
