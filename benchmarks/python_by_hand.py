"""The card of `python_backend.py` as an engineer would write it by hand, for speed.

Texts are brought into form once each (`lru_cache`), events walked once, rows of one event put
together where something is counted, and all points added up in whole hundredths. It gives the
score, section totals, stage and the rules that fired; it knows nothing of reasons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from leadcard.compiler.mail_domains import educational, personal

PERSONAL = frozenset(personal())
EDUCATIONAL = frozenset(educational())
_TOP = frozenset(("ceo", "cto", "vp sales"))
_WORD_ENDS = re.compile(r"[^\w#]+|_")
_ENDING = re.compile(r"\.(html|php|aspx|pdf)$")

_D7, _D14, _D30, _D90 = (timedelta(days=n) for n in (7, 14, 30, 90))

# What an event can mean, as bits.
PRICING, DOCS, CAREERS, CASE_STUDY, WHITE_PAPER, WEBINAR = 1, 2, 4, 8, 16, 32
OPENED, CLICKED, REPLIED, DEMO, CONTACT, UNSUBSCRIBED, ACTIVE = 64, 128, 256, 512, 1024, 2048, 4096
ON_PRICING = 8192
_COUNTED = ON_PRICING | DOCS

VERBS = {
    "visited": "visited", "page view": "visited", "downloaded": "downloaded",
    "file download": "downloaded", "attended": "attended", "opened email": "opened email",
    "email open": "opened email", "clicked email": "clicked email",
    "email click": "clicked email", "replied to email": "replied to email",
    "requested": "requested", "submitted": "submitted", "form submit": "submitted",
    "unsubscribed": "unsubscribed",
}  # fmt: skip


@dataclass(slots=True)
class Result:
    """What the function by hand gives; points in hundredths."""

    lead_id: str
    score: int
    raw_score: int
    fit: int
    behavior: int
    stage: str
    fired: int


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """A text in small letters, its words parted by one blank."""
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())


@lru_cache(maxsize=20_000)
def words_of(text: str) -> str:
    """The words of a text, with a blank before and after each."""
    return f" {' '.join(_WORD_ENDS.sub(' ', text.lower()).split())} "


@lru_cache(maxsize=20_000)
def in_domains(domain: str, domains: frozenset[str]) -> bool:
    """Whether a domain, or one above it, is among `domains`."""
    domain = domain.strip().lower()
    while domain:
        if domain in domains:
            return True
        domain = domain.partition(".")[2]
    return False


@lru_cache(maxsize=20_000)
def path_of(text: str) -> str:
    """The path of an address between slashes, without query and ending; empty for other texts."""
    path = text.lower().strip().split("?", 1)[0].split("#", 1)[0]
    if "://" in path:
        path = "/" + path.split("://", 1)[1].partition("/")[2]
    if not path.startswith("/"):
        return ""
    return _ENDING.sub("", path.rstrip("/")).replace("-", " ").replace("_", " ") + "/"


@lru_cache(maxsize=20_000)
def _meaning(verb: str, thing: str | None) -> int:
    """What an event means, as bits."""
    known = VERBS.get(folded(verb))
    if known is None:
        return 0
    if known == "unsubscribed":
        return UNSUBSCRIBED
    path = path_of(thing or "")
    words = path or words_of(thing or "")

    def about(words_of_it: str) -> bool:
        return f"/{words_of_it}/" in path if path else f" {words_of_it} " in words

    found = ACTIVE | (ON_PRICING if about("pricing") else 0)
    match known:
        case "visited":
            found |= PRICING if about("pricing") else 0
            found |= DOCS if path.startswith("/docs/") else 0
            found |= CAREERS if about("careers") else 0
        case "downloaded":
            found |= CASE_STUDY if about("case study") else 0
            found |= WHITE_PAPER if about("white paper") else 0
        case "attended":
            found |= WEBINAR if about("webinar") else 0
        case "opened email":
            found |= OPENED
        case "clicked email":
            found |= CLICKED
        case "replied to email":
            found |= REPLIED
        case "requested":
            found |= DEMO if about("demo") else 0
        case "submitted":
            found |= CONTACT if about("contact") else 0
    return found


def score_by_hand(
    lead: Mapping[str, Any], events: Sequence[Mapping[str, Any]], as_of: datetime
) -> Result | None:
    """The score of a lead; times are datetimes in UTC."""
    created = lead.get("created")
    if created is not None and created > as_of:
        return None
    person, fired = _person(lead)
    fit, more = _company(lead)
    fit += person
    fired |= more
    if created is not None and created > as_of - _D30:
        fit += 300
        fired |= 1 << 14
    if fit > 6000:
        fit = 6000
    behavior, more = _behavior(events, as_of, created)
    fired |= more
    raw = fit + behavior
    score = min(max(raw, 0), 10_000)
    if score >= 6000:
        stage = "hot"
    elif score >= 2500:
        stage = "warm"
    else:
        stage = "cold"
    return Result(lead["lead_id"], score, raw, fit, behavior, stage, fired)


def _person(lead: Mapping[str, Any]) -> tuple[int, int]:
    """Points and rules of title, address and source."""
    points = fired = 0
    title = lead.get("title")
    if title:
        if folded(title) in _TOP:
            points += 2000
            fired |= 1 << 0
        words = words_of(title)
        if " manager " in words or " head of " in words:
            points += 1000
            fired |= 1 << 1
        if " director " in words:
            points += 800
            fired |= 1 << 2
        if " student " in words or " intern " in words:
            points -= 1500
            fired |= 1 << 3
    email = lead.get("email")
    if email and "@" in email:
        domain = email.rpartition("@")[2]
        if in_domains(domain, PERSONAL):
            points -= 1000
            fired |= 1 << 11
        if in_domains(domain, EDUCATIONAL):
            points -= 1000
            fired |= 1 << 12
    source = lead.get("source")
    if source and folded(source) in ("referral", "partner"):
        points += 700
        fired |= 1 << 13
    return points, fired


def _company(lead: Mapping[str, Any]) -> tuple[int, int]:
    """Points and rules of industry, size and place."""
    points = fired = 0
    industry = lead.get("industry")
    if industry:
        industry = folded(industry)
        if industry in ("technology", "manufacturing"):
            points += 1500
            fired |= 1 << 4
        elif industry == "retail":
            points += 300
            fired |= 1 << 5
    employees = lead.get("employees")
    if employees is not None:
        if 50 <= employees <= 500:
            points += 1000
            fired |= 1 << 6
        elif employees > 500:
            points += 1200
            fired |= 1 << 7
    revenue = lead.get("annual_revenue")
    if revenue is not None and revenue > 10_000_000:
        points += 500
        fired |= 1 << 8
    region = lead.get("region")
    if region:
        region = folded(region)
        if region in ("north", "south west"):
            points += 500
            fired |= 1 << 9
        elif region == "overseas":
            points += 200
            fired |= 1 << 10
    return points, fired


def _behavior(
    events: Sequence[Mapping[str, Any]], as_of: datetime, created: datetime | None
) -> tuple[int, int]:
    """Points and rules of the events, within the limit of the section."""
    seen = in_14d = in_30d = in_90d = 0
    since_14d, since_30d, since_90d = as_of - _D14, as_of - _D30, as_of - _D90
    counted: list[tuple[int, datetime, Mapping[str, Any]]] = []
    for event in events:
        at = event["at"]
        if at > as_of:
            continue
        meaning = _meaning(event["verb"], event.get("object"))
        seen |= meaning
        if at > since_90d:
            in_90d |= meaning
            if at > since_30d:
                in_30d |= meaning
                if at > since_14d:
                    in_14d |= meaning
        if meaning & _COUNTED:
            counted.append((meaning, at, event))

    visits = docs = spent = 0
    if counted:
        since_7d = as_of - _D7
        for meaning, at, seconds in _distinct(counted):
            if meaning & ON_PRICING:
                spent += seconds
            if meaning & PRICING and at > since_7d:
                visits += 1
            if meaning & DOCS:
                docs += 1

    behavior, fired = _of_content(seen, in_30d, visits, docs, spent)
    more, rules = _of_contact(seen, in_14d)
    behavior += more
    fired |= rules
    if not in_90d & ACTIVE and (created is None or created <= since_90d):
        behavior -= 2000
        fired |= 1 << 29
    if behavior > 6000:
        behavior = 6000
    return behavior, fired


def _of_content(seen: int, in_30d: int, visits: int, docs: int, spent: int) -> tuple[int, int]:
    """Points and rules of pages and files."""
    behavior = fired = 0
    if seen & PRICING:
        behavior += 1500
        fired |= 1 << 15
    if visits >= 3:
        behavior += 1000
        fired |= 1 << 16
    if docs:
        behavior += min(docs, 5) * 100
        fired |= 1 << 17
    if seen & CAREERS:
        behavior -= 500
        fired |= 1 << 18
    if spent >= 120_000:
        behavior += 500
        fired |= 1 << 19
    if seen & CASE_STUDY:
        behavior += 1000
        fired |= 1 << 20
    if in_30d & WHITE_PAPER:
        behavior += 400
        fired |= 1 << 21
    return behavior, fired


def _of_contact(seen: int, in_14d: int) -> tuple[int, int]:
    """Points and rules of mail, meetings and requests."""
    behavior = fired = 0
    if seen & WEBINAR:
        behavior += 2000
        fired |= 1 << 22
    if in_14d & OPENED:
        behavior += 200
        fired |= 1 << 23
    if seen & CLICKED:
        behavior += 600
        fired |= 1 << 24
    if seen & REPLIED:
        behavior += 800
        fired |= 1 << 25
    if seen & DEMO:
        behavior += 2500
        fired |= 1 << 26
    if seen & CONTACT:
        behavior += 900
        fired |= 1 << 27
    if seen & UNSUBSCRIBED:
        behavior -= 1000
        fired |= 1 << 28
    return behavior, fired


def _distinct(
    counted: Sequence[tuple[int, datetime, Mapping[str, Any]]],
) -> Sequence[tuple[int, datetime, int]]:
    """Rows of one event as one: its latest time, its most milliseconds."""
    found: dict[object, tuple[int, datetime, int]] = {}
    for meaning, at, event in counted:
        seconds = event.get("seconds")
        spent = int(seconds * 1000 + 0.5) if seconds is not None and seconds > 0 else 0
        identity = event.get("event_id")
        key = len(found) if identity is None else (identity, event["verb"], event.get("object"))
        known = found.get(key)
        if known is not None:
            at, spent = max(at, known[1]), max(spent, known[2])
        found[key] = (meaning, at, spent)
    return list(found.values())
