"""The thirty rules of `python_backend.py` as data, and leads as rule engines want them.

A rule engine knows neither windows nor what a word of a title is: whoever uses one writes a program
that brings leads and events into form first. `prepared` is that program. It is not timed, which
favours the engines: texts are folded and cut into words, verbs are spelled in one way, addresses
are looked up, instants are ages, and rows of one event are one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, TypeAlias

from benchmarks.python_by_hand import (
    EDUCATIONAL,
    PERSONAL,
    VERBS,
    folded,
    in_domains,
    path_of,
    words_of,
)

DAY: Final = 86_400
# Longer than any age: what is never too old, and who came before anyone knows.
EVER: Final = 10**12

Prepared: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Is:
    """A text is one of some."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """A text, its words between slashes, holds one of some phrases written so."""

    field: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A whole number lies in a range, both ends of which belong to it."""

    field: str
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """So many events of a verb, about something, not older than some seconds."""

    verb: str
    about: str = ""
    within: int = EVER
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds spent on something, whatever the verb, add up to so many milliseconds."""

    about: str
    milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """No activity for so long, by someone who is known for at least as long."""

    seconds: int


Condition: TypeAlias = Is | Says | Between | Happened | Spent | Quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition and its points; with `most`, points for each event of it, up to so many."""

    condition: Condition
    points: int
    most: int | None = None


def _is(field: str, *values: str) -> Is:
    return Is(field=field, values=values)


def _says(*phrases: str) -> Says:
    return Says(field="title_words", phrases=tuple(f"/{phrase}/" for phrase in phrases))


FIT: Final = (
    Rule(condition=_is("title", "ceo", "cto", "vp sales"), points=20),
    Rule(condition=_says("manager", "head/of"), points=10),
    Rule(condition=_says("director"), points=8),
    Rule(condition=_says("student", "intern"), points=-15),
    Rule(condition=_is("industry", "technology", "manufacturing"), points=15),
    Rule(condition=_is("industry", "retail"), points=3),
    Rule(condition=Between(field="employees", low=50, high=500), points=10),
    Rule(condition=Between(field="employees", low=501, high=EVER), points=12),
    Rule(condition=Between(field="annual_revenue", low=10_000_001, high=EVER), points=5),
    Rule(condition=_is("region", "north", "south west"), points=5),
    Rule(condition=_is("region", "overseas"), points=2),
    Rule(condition=_is("personal", "yes"), points=-10),
    Rule(condition=_is("educational", "yes"), points=-10),
    Rule(condition=_is("source", "referral", "partner"), points=7),
    Rule(condition=Between(field="age", low=0, high=30 * DAY - 1), points=3),
)
BEHAVIOR: Final = (
    Rule(condition=Happened(verb="visited", about="/pricing/"), points=15),
    Rule(condition=Happened(verb="visited", about="/pricing/", within=7 * DAY, times=3), points=10),
    Rule(condition=Happened(verb="visited", about="//docs/"), points=1, most=5),
    Rule(condition=Happened(verb="visited", about="/careers/"), points=-5),
    Rule(condition=Spent(about="/pricing/", milliseconds=120_000), points=5),
    Rule(condition=Happened(verb="downloaded", about="/case study/"), points=10),
    Rule(condition=Happened(verb="downloaded", about="/white paper/", within=30 * DAY), points=4),
    Rule(condition=Happened(verb="attended", about="/webinar/"), points=20),
    Rule(condition=Happened(verb="opened email", within=14 * DAY), points=2),
    Rule(condition=Happened(verb="clicked email"), points=6),
    Rule(condition=Happened(verb="replied to email"), points=8),
    Rule(condition=Happened(verb="requested", about="/demo/"), points=25),
    Rule(condition=Happened(verb="submitted", about="/contact/"), points=9),
    Rule(condition=Happened(verb="unsubscribed"), points=-10),
    Rule(condition=Quiet(seconds=90 * DAY), points=-20),
)


def prepared(
    lead: Mapping[str, Any], events: Sequence[Mapping[str, Any]], as_of: datetime
) -> Prepared:
    """A lead, created not after `as_of`, with its events in form."""
    domain = lead["email"].rpartition("@")[2]
    return {
        "title": folded(lead["title"] or ""),
        "title_words": _slashed(lead["title"]),
        **{name: folded(lead[name] or "") for name in ("industry", "region", "source")},
        **{name: lead[name] or -1 for name in ("employees", "annual_revenue")},
        "personal": "yes" if in_domains(domain, PERSONAL) else "no",
        "educational": "yes" if in_domains(domain, EDUCATIONAL) else "no",
        "age": int((as_of - lead["created"]).total_seconds()),
        "events": _events(events, as_of),
    }


def _slashed(text: str | None) -> str:
    return words_of(text or "").replace(" ", "/")


def _events(events: Sequence[Mapping[str, Any]], as_of: datetime) -> list[Prepared]:
    found: dict[object, Prepared] = {}
    for event in events:
        verb = VERBS.get(folded(event["verb"]))
        if verb is None or event["at"] > as_of:
            continue
        made = {
            "verb": verb,
            "about": _about(event["object"] or ""),
            "age": int((as_of - event["at"]).total_seconds()),
            "milliseconds": int((event["seconds"] or 0) * 1000),
            "active": 0 if verb == "unsubscribed" else 1,
        }
        identity = event["event_id"]
        key = len(found) if identity is None else (identity, event["verb"], event["object"])
        found.setdefault(key, made)
    return list(found.values())


def _about(thing: str) -> str:
    """The segments of a path, after two slashes; or all phrases of up to two words of a text."""
    path = path_of(thing)
    if path:
        return f"/{path}"
    words = words_of(thing).split()
    pairs = (" ".join(pair) for pair in pairwise(words))
    return f"/{'/'.join((*words, *pairs))}/"
