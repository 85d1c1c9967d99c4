"""The generators leave nothing out: each construct and each kind of odd value is soon there."""

from __future__ import annotations

import inspect
from dataclasses import is_dataclass
from enum import Enum
from functools import cache

from leadcard.dsl import ast
from leadcard.dsl.parser import parse
from leadcard.dsl.source import Source
from tests.agreement.__main__ import numbered
from tests.agreement.census import TEXTS, VOCABULARY, constructs, oddities
from tests.strategies_data import KINDS
from tests.strategies_pick import ZONES

CASES = 200
IN_EVENTS = (
    "1 µs longer as asked",
    "1 µs shorter as asked",
    "exactly as long as asked",
)
EVENTS = {
    *(f"events: {what} {how}" for what in ("age", "gap") for how in IN_EVENTS),
    "events: at as_of",
    "events: at one instant",
    "events: later than as_of",
    "events: none of a lead",
    "events: of nobody known",
    "events: out of order",
    "events: told twice, with an id",
    "events: told twice, without an id",
    "events: without an instant",
    "event event_id: NULL",
    "event event_id: blank",
    "event object: NULL",
    "event object: blank",
    "event object: NUL",
    "event verb: NULL",
    "event verb: one that tells its object",
    "event verb: blank",
    "event verb: Cyrillic",
    "event seconds: NULL",
    "event seconds: blank",
    "event seconds: no finite number",
    "event seconds: number below 0",
    "event seconds: number near 0",
    "event seconds: number of 10^18 or more",
    "event seconds: number with an exponent",
    "event seconds: open number",
    "event seconds: range of numbers",
}
LEADS = {
    "lead: NULL",
    "lead: after 2090",
    "lead: before 1970",
    "lead: boolean",
    "lead: date",
    "lead: no finite number",
    "lead: number below 0",
    "lead: number near 0",
    "lead: number of 10^18 or more",
    "lead id: emoji",
    "lead id: number",
    "lead id: single quote",
    "lead id: double quote",
    "account: domain of several leads with 0 ids",
    "account: domain of several leads with 1 ids",
    "account: domain of several leads with 2+ ids",
    "account: id that means nothing",
    "account: neither id nor domain",
    "account: no domain",
    "account: personal domain",
}
# Zones whose clocks still change, half-hour and southern ones among them.
CHANGING = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago")


@cache
def _held() -> tuple[frozenset[str], frozenset[str]]:
    """What the first cases hold: constructs, and kinds of words and data."""
    built: set[str] = set()
    odd: set[str] = set()
    for number in range(CASES):
        case = numbered(number, full=True)
        card, _ = parse(Source("generated.scorecard", case.card))
        for line in card.lines:
            built.update(constructs(line.statement))
        odd |= oddities(case, card)
    return frozenset(built), frozenset(odd)


def _known_constructs() -> set[str]:
    """All nodes of the syntax tree but lines and cards, and all members of its enumerations."""
    kinds = [kind for _, kind in inspect.getmembers(ast, inspect.isclass)]
    own = [kind for kind in kinds if kind.__module__ == ast.__name__]
    nodes = {kind.__name__ for kind in own if is_dataclass(kind)} - {"Line", "Scorecard"}
    members = {
        f"{kind.__name__} {member.name.lower()}"
        for kind in own
        if issubclass(kind, Enum)
        for member in kind
    }
    return nodes | members


def test_each_construct() -> None:
    assert _known_constructs() - _held()[0] == set()


def test_each_kind_of_vocabulary() -> None:
    assert {f"vocabulary: {name}" for name in VOCABULARY} - _held()[1] == set()


def test_each_kind_of_lead() -> None:
    wanted = {f"lead: {name}" for name in TEXTS} | LEADS
    wanted |= {f"column type: {kind}" for kinds in KINDS.values() for kind in kinds}
    assert wanted - _held()[1] == set()


def test_each_kind_of_event() -> None:
    assert EVENTS - _held()[1] == set()


def test_each_zone_and_its_changes() -> None:
    wanted = {f"zone: {zone}" for zone in ZONES}
    wanted |= {f"events: on a day when clocks change in {zone}" for zone in CHANGING}
    assert wanted - _held()[1] == set()
