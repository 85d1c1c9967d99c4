"""Random cases for the agreement tests: a vocabulary, a card, leads, events and an instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from leadcard.compiler.vocabulary import (
    Column,
    Currency,
    Field,
    FieldType,
    Page,
    Verb,
    Vocabulary,
    WordList,
)
from leadcard.compiler.vocabulary_file import builtin
from tests.strategies_card import Pick
from tests.strategies_data import DataWriter, Row
from tests.strategies_layout import write_card

LEADS = 20


@dataclass(frozen=True, kw_only=True)
class Case:
    """A card and data for it. `typed` says how columns are typed (see `KINDS`); others are text.
    `informed`: the statement is told all that is known of the tables.

    `words` names the vocabulary: `plain` or `rich`.
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
        return plain_vocabulary() if self.words == "plain" else rich_vocabulary()


@st.composite
def cases(draw: st.DrawFn, *, full: bool = False, leads: int = LEADS) -> Case:
    """A case that hypothesis draws; `full` as for `make_case`."""
    pick = Pick(lambda low, high: draw(st.integers(low, high)))
    return make_case(pick, full=full, leads=leads)


def make_case(pick: Pick, *, full: bool = False, leads: int = LEADS) -> Case:
    """A case; `full` allows order and speed, `each asset`, decay and accounts."""
    words = pick.one(["plain", "rich"])
    vocabulary = plain_vocabulary() if words == "plain" else rich_vocabulary()
    card = write_card(pick, vocabulary, full=full)
    data = DataWriter(pick, vocabulary, card.hints, zone_of(card.text))
    rows = tuple(data.lead(number) for number in range(leads))
    events = [event for row in rows for event in data.events(str(row["lead_id"]))]
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


@cache
def plain_vocabulary() -> Vocabulary:
    """The built-in words and nothing else."""
    return builtin()


@cache
def rich_vocabulary() -> Vocabulary:
    """The built-in words with fields, verbs, pages, lists, missing words and rates of its own."""
    base = builtin()
    fields = tuple(
        replace(f, missing=("Select", "n/a"), values=(("tech", ("IT", "High-Tech")),))
        if f.column in ("industry", "title")
        else replace(f, missing=("no@mail.example",))
        if f.column == "email"
        else f
        for f in base.fields
    )
    own = (
        Field(
            name="seats",
            column="seats",
            type=FieldType.NUMBER,
            missing=("0", "-1"),
            declared=True,
        ),
        Field(name="renewal", column="renewal", type=FieldType.TIME, declared=True),
        Field(name="deal size", column="deal_size", type=FieldType.MONEY, declared=True),
        Field(name="partner", column="partner", type=FieldType.BOOLEAN, declared=True),
        Field(name="план", column="plan_name", type=FieldType.TEXT, aka=("plan",), declared=True),
    )
    long = (*(f"company {n}" for n in range(400)), "производство", "CEO", "head of", "VP")
    lists = (WordList(name="priority accounts", load=lambda: long),)
    return replace(
        base,
        fields=(*fields, *own),
        verbs=(*base.verbs, Verb(name="посетил", aka=("зашёл",), spellings=("poseshchenie",))),
        pages=(
            *base.pages,
            Page(name="docs", paths=("/docs/*", "/help")),
            Page(name="case study", paths=("/case-study", "/*/cases/*")),
        ),
        lists=(*base.lists, *lists),
        leads=replace(base.leads, account=Column(name="account_id", missing=("n/a",))),
        currency=Currency(base="EUR", rates=(("USD", Decimal("0.92")), ("GBP", Decimal("1.17")))),
    )
