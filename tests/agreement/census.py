"""What the cases of a run held: constructs of cards, kinds of vocabularies and odd values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite

from leadcard.compiler.vocabulary import FieldType
from leadcard.dsl import ast
from tests import oracle_values as read
from tests.agreement.engines import Results
from tests.strategies import Case, zone_of
from tests.strategies_moments import clock_changes


@dataclass(kw_only=True)
class Census:
    """Counts over many cases; two of them can be put together."""

    cases: int = 0
    leads: int = 0
    events: int = 0
    rules: int = 0  # rules times leads
    fired: int = 0
    written: Counter[str] = field(default_factory=Counter)
    worked: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)

    def add(self, case: Case, card: ast.Scorecard, expected: Results) -> None:
        """One more case, with what the oracle says of it."""
        rules = {
            line.first: line.statement
            for line in card.lines
            if isinstance(line.statement, ast.Rule)
        }
        fired = Counter(
            reason["line"] for found in expected.values() for reason in found["reasons"]
        )
        self.cases += 1
        self.leads += len(expected)
        self.events += len(case.events)
        self.rules += len(rules) * len(expected)
        self.fired += sum(fired.values())
        for line in card.lines:
            self.written.update(set(constructs(line.statement)))
        for number, rule in rules.items():
            if 0 < fired[number] < len(expected):
                self.worked.update(set(constructs(rule)))
        self.odd.update(oddities(case, card))

    def take(self, other: Census) -> None:
        """Add the counts of another census."""
        for part in fields(self):
            mine, more = getattr(self, part.name), getattr(other, part.name)
            setattr(self, part.name, mine + more)

    def lines(self) -> Iterator[str]:
        """The census for people."""
        share = 100 * self.fired / max(1, self.rules)
        yield (
            f"{self.cases:,} cases, {self.leads:,} leads, {self.events:,} events, "
            f"{self.rules:,} rules judged, {share:.0f} % of them fired"
        )
        yield "constructs: lines that held them, and rules with them that some leads met, not all"
        for name, count in sorted(self.written.items()):
            yield f"  {name}: {count:,}, {self.worked[name]:,}"
        yield "words and data: cases that held them"
        for name, count in sorted(self.odd.items()):
            yield f"  {name}: {count:,}"


def constructs(node: object) -> Iterator[str]:
    """The names of all nodes, operators and units within a node."""
    match node:
        case None | bool() | str() | int() | Decimal() | date():
            return
        case Enum():
            yield f"{type(node).__name__} {node.name.lower()}"
        case tuple():
            for each in node:
                yield from constructs(each)
        case _:
            assert is_dataclass(node), node
            yield type(node).__name__
            for part in fields(node):
                if part.name != "span":
                    yield from constructs(getattr(node, part.name))


# --- words and data -------------------------------------------------------------------------------


def oddities(case: Case, card: ast.Scorecard) -> set[str]:
    """The kinds of vocabulary and of odd values that a case holds."""
    found = {f"vocabulary: {name}" for name, holds in VOCABULARY.items() if holds(case)}
    found |= {f"column type: {kind}" for kind in case.typed.values()}
    found |= {f"zone: {zone_of(case.card)}"}
    for row in case.leads:
        for column, value in row.items():
            place = "lead id" if column == "lead_id" else "lead"
            found |= {f"{place}: {name}" for name in _of_value(value)}
    found |= {f"account: {name}" for name in _accounts(case)}
    telling = _telling(case)
    for event in case.events:
        if read.name(str(event["verb"])) in telling:
            found.add("event verb: one that tells its object")
        for column in ("object", "event_id", "verb"):
            found |= {f"event {column}: {name}" for name in _of_value(event[column])}
        found |= {f"event seconds: {name}" for name in _of_value(event["seconds"])}
    return found | {f"events: {name}" for name in _of_events(case, card)}


VOCABULARY: Mapping[str, Callable[[Case], bool]] = {
    "all built-in words": lambda case: case.words in ("plain", "rich"),
    "base currency alone": lambda case: _currency(case) == (True, False),
    "base currency and rates": lambda case: _currency(case) == (True, True),
    "no currency": lambda case: _currency(case) == (False, False),
    "words for values of data": lambda case: any(f.values for f in case.vocabulary.fields),
    "missing words": lambda case: any(f.missing for f in case.vocabulary.fields),
    "account ids that mean nothing": lambda case: bool(_missing_accounts(case)),
    "pages of its own": lambda case: len(case.vocabulary.pages) > 1,
    "lists of its own": lambda case: len(case.vocabulary.lists) > 3,
    "verbs that are no activity": lambda case: not all(v.activity for v in case.vocabulary.verbs),
    "statement told of the tables": lambda case: case.informed,
    "statement told nothing": lambda case: not case.informed,
    **{
        f"own field of type {kind.value}": lambda case, kind=kind: any(  # type: ignore[misc]
            f.declared and f.type is kind for f in case.vocabulary.fields
        )
        for kind in FieldType
        if kind not in (FieldType.EMAIL, FieldType.DOMAIN)
    },
}


def _currency(case: Case) -> tuple[bool, bool]:
    return bool(case.vocabulary.currency.base), bool(case.vocabulary.currency.rates)


def _missing_accounts(case: Case) -> tuple[str, ...]:
    account = case.vocabulary.leads.account
    return account.missing if account else ()


def _telling(case: Case) -> set[str]:
    """Words of data that say verb and object at once."""
    implied = [entry for verb in case.vocabulary.verbs for entry in verb.implied]
    return {read.name(text) for _, texts in implied for text in texts}


TEXTS: Mapping[str, re.Pattern[str]] = {
    "Cyrillic": re.compile("[\u0400-\u04ff]"),
    "Greek": re.compile("[\u0370-\u03ff]"),
    "Arabic": re.compile("[\u0600-\u06ff]"),
    "Hebrew": re.compile("[\u0590-\u05ff]"),
    "Devanagari or Tamil": re.compile("[\u0900-\u0bff]"),
    "Thai": re.compile("[\u0e00-\u0e7f]"),
    "Han": re.compile("[\u4e00-\u9fff]"),
    "Kana": re.compile("[\u3040-\u30ff\uff66-\uff9f]"),
    "Hangul": re.compile("[\uac00-\ud7a3]"),
    "accents": re.compile("[\u00c0-\u017f]"),
    "combining marks": re.compile("[\u0300-\u036f]"),
    "full-width signs": re.compile("[\uff01-\uff5e]"),
    "emoji": re.compile("[\U0001f300-\U0001faff]"),
    "invisible signs": re.compile("[\u200b-\u200f\u202a-\u202e\ufeff]"),
    "unusual blanks": re.compile("[\u00a0\u2003\u2028\u3000]"),
    "line break": re.compile("[\r\n]"),
    "tab": re.compile("\t"),
    "NUL": re.compile("\0"),
    "single quote": re.compile("'"),
    "double quote": re.compile('"'),
    "backslash": re.compile(r"\\"),
    "percent or underline": re.compile("[%_]"),
    "marks of templates or comments": re.compile(r"\{[{%]|--|/\*"),
    "blank": re.compile(r"\s*"),
    "very long": re.compile(r"(?s).{400,}"),
    "digits of other scripts": re.compile("[\u0660-\u0669\uff10-\uff19]"),
    "range of numbers": re.compile(r"-?[\d,.]+[-–]-?[\d,.]+"),
    "open number": re.compile(r"-?[\d,.]+\+"),
    "number with an exponent": re.compile(r"\d+e-?\d+"),
    "two @ signs": re.compile(r"\S+@\S+@\S+"),
    "instant with an offset": re.compile(r"\d{4}-\d\d-\d\dT\S+[+-]\d\d:\d\d"),
    "date as text": re.compile(r"\d{4}-\d\d-\d\d"),
}
_WHOLE = frozenset(
    {"blank", "range of numbers", "open number", "number with an exponent", "date as text",
     "instant with an offset"}
)  # fmt: skip


def _of_value(value: object) -> Iterator[str]:
    match value:
        case None:
            yield "NULL"
        case str():
            yield from _of_text(value)
        case float() if not isfinite(value):
            yield "no finite number"
        case bool():
            yield "boolean"
        case float() | int() | Decimal():
            yield from _of_number(Decimal(value))
        case datetime():
            yield from _of_moment(value)
        case date():
            yield "date"


def _of_number(number: Decimal) -> Iterator[str]:
    yield "number below 0" if number < 0 else "number"
    if abs(number) >= 10**18:
        yield "number of 10^18 or more"
    if 0 < abs(number) < Decimal("0.001"):
        yield "number near 0"


def _of_text(text: str) -> Iterator[str]:
    for name, pattern in TEXTS.items():
        if (pattern.fullmatch if name in _WHOLE else pattern.search)(text):
            yield name


def _of_moment(moment: datetime) -> Iterator[str]:
    if moment.year < 1970:
        yield "before 1970"
    if moment.year > 2090:
        yield "after 2090"


# --- accounts -------------------------------------------------------------------------------------


def _accounts(case: Case) -> Iterator[str]:
    ids_of: dict[str, set[object]] = {}
    leads_of: Counter[str] = Counter()
    for row in case.leads:
        account, email = row.get("account_id"), row.get("email")
        known = isinstance(account, str) and not read.is_blank(account)
        if known:
            yield "id"
            if read.loose(str(account)) in {read.loose(m) for m in _missing_accounts(case)}:
                yield "id that means nothing"
        if not isinstance(email, str) or "@" not in email:
            yield "no domain" if known else "neither id nor domain"
            continue
        domain = read.name(email.rpartition("@")[2])
        leads_of[domain] += 1
        ids_of.setdefault(domain, set()).update({str(account).strip()} if known else ())
        if domain.endswith("gmail.com"):
            yield "personal domain"
    yield from {
        f"domain of several leads with {min(len(ids), 2)}{'+' if len(ids) > 1 else ''} ids"
        for domain, ids in ids_of.items()
        if leads_of[domain] > 1
    }


# --- events ---------------------------------------------------------------------------------------


def _of_events(case: Case, card: ast.Scorecard) -> Iterator[str]:
    now, zone = read.instant(case.as_of), zone_of(case.card)
    known = {str(row["lead_id"]) for row in case.leads}
    changes = {each.date() for each in clock_changes(zone)}
    near = tuple(_lengths(card))
    for lead, events in _by_lead(case).items():
        if lead not in known:
            yield "of nobody known"
        if not events:
            yield "none of a lead"
        yield from _repeats(events)
        times = [read.instant(e["at"]) for e in events if isinstance(e["at"], datetime)]
        if any(at > now for at in times):
            yield "later than as_of"
        if now in times:
            yield "at as_of"
        if times != sorted(times):
            yield "out of order"
        if len(set(times)) < len(times):
            yield "at one instant"
        if len(times) < len(events):
            yield "without an instant"
        if any(_day(at) in changes for at in times):
            yield f"on a day when clocks change in {zone}"
        yield from _edges(times, now, near)


def _by_lead(case: Case) -> dict[str, list[Mapping[str, object]]]:
    found: dict[str, list[Mapping[str, object]]] = {str(row["lead_id"]): [] for row in case.leads}
    for event in case.events:
        found.setdefault(str(event["lead_id"]), []).append(event)
    return found


def _day(at: int) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).date()


def _lengths(node: object) -> Iterator[int]:
    """The lengths in microseconds of all durations in a card."""
    match node:
        case ast.Duration():
            yield node.seconds * 1_000_000
        case tuple():
            for each in node:
                yield from _lengths(each)
        case ast.Scorecard():
            for line in node.lines:
                yield from _lengths(line.statement)
        case _ if is_dataclass(node):
            for part in fields(node):
                yield from _lengths(getattr(node, part.name))


def _repeats(events: list[Mapping[str, object]]) -> Iterator[str]:
    """Rows told twice, with an id and without one."""
    named = Counter(
        (e.get("source"), e["event_id"], e["verb"], e["object"])
        for e in events
        if e["event_id"] and not read.is_blank(str(e["event_id"]))
    )
    if any(count > 1 for count in named.values()):
        yield "told twice, with an id"
    bare = Counter(
        (e["verb"], e["object"], e["at"], e["seconds"]) for e in events if not e["event_id"]
    )
    if any(count > 1 for count in bare.values()):
        yield "told twice, without an id"


def _edges(times: list[int], now: int, lengths: tuple[int, ...]) -> Iterator[str]:
    """Ages and gaps that are as long as the card asks, or a microsecond more or less."""
    ages = {now - at for at in times}
    gaps = {later - at for at in times for later in times if later > at}
    for offset, said in ((0, "exactly as long"), (1, "1 µs longer"), (-1, "1 µs shorter")):
        if any(length + offset in ages for length in lengths):
            yield f"age {said} as asked"
        if any(length + offset in gaps for length in lengths):
            yield f"gap {said} as asked"
