"""What the oracle reads of a card and of data: sections, lists, events, values of fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from leadcard.compiler.text import BLANKS
from leadcard.compiler.vocabulary import Field, FieldType, Vocabulary
from leadcard.dsl import ast
from tests import oracle_values as read
from tests.oracle_conditions import Scope, group
from tests.oracle_nodes import Condition

Row: TypeAlias = Mapping[str, object]
Colleague: TypeAlias = tuple[Row, Sequence[Row]]
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event that counts: its verb's plain name, its object, its instant and time spent.

    `told` is the object that the data's word for the verb tells: `webinar` of `webinar_attended`.
    """

    verb: str
    object: str | None
    at: int
    milliseconds: int
    told: str | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """A lead with its events that are not after as_of."""

    row: Row
    events: tuple[Event, ...]


@dataclass(kw_only=True)
class Block:
    """A section of the card and its rules, with the line of each."""

    name: str
    header: ast.SectionHeader | None
    rules: list[tuple[int, ast.Rule]] = field(default_factory=list)


class Judge:
    """A card, its vocabulary and an instant, ready to judge leads."""

    def __init__(self, card: ast.Scorecard, vocabulary: Vocabulary, as_of: int) -> None:
        self.card = card
        self.vocabulary = vocabulary
        self.as_of = as_of
        zones = [s.zone.text for s in self.statements(ast.TimezoneSetting)]
        self.zone = ZoneInfo(zones[0] if zones else "UTC")
        self.blocks = self._blocks()
        self.scope = Scope(vocabulary=vocabulary)
        self.stage_scope = Scope(
            vocabulary=vocabulary, sections=tuple(b.name for b in self.blocks), in_stage=True
        )
        self.lists = self._lists()
        self.personal = domains_of(self.lists["personal"])
        self.spelled = {
            read.name(text): verb.name
            for verb in vocabulary.verbs
            for text in (*verb.spellings, *verb.aka, verb.name)
        }
        self.telling = {
            read.name(text): (verb.name, told)
            for verb in reversed(vocabulary.verbs)
            for told, texts in reversed(verb.implied)
            for text in texts
        }
        self._heard: dict[int, tuple[Iterable[Row], tuple[Event, ...]]] = {}
        self._grouped: dict[tuple[int, bool], Condition] = {}

    # --- the card ---------------------------------------------------------------------------------

    def statements(self, kind: type[_T]) -> list[_T]:
        """All statements of a kind, in the order of the card."""
        return [line.statement for line in self.card.lines if isinstance(line.statement, kind)]

    def _blocks(self) -> list[Block]:
        blocks: list[Block] = []
        for line in self.card.lines:
            match line.statement:
                case ast.SectionHeader() as header:
                    blocks.append(Block(name=header.name.text, header=header))
                case ast.Rule() as rule:
                    if not blocks:
                        blocks.append(Block(name="score", header=None))
                    blocks[-1].rules.append((line.first, rule))
        return blocks

    def _lists(self) -> dict[str, Callable[[], Sequence[str]]]:
        lists: dict[str, Callable[[], Sequence[str]]] = {
            read.name(each.name): each.load for each in self.vocabulary.lists
        }
        for inline in self.statements(ast.ListInline):
            entries = [entry.text for entry in inline.entries]
            lists[read.name(inline.name.text)] = partial(tuple, entries)
        for from_file in self.statements(ast.ListFile):
            path = Path(self.card.source.path).parent / from_file.path.text
            lists[read.name(from_file.name.text)] = partial(entries_of_file, path)
        return lists

    def condition(self, chain: ast.Chain, *, in_stage: bool = False) -> Condition:
        """What a chain means, worked out once."""
        key = (id(chain), in_stage)
        if key not in self._grouped:
            self._grouped[key] = group(chain, self.stage_scope if in_stage else self.scope)
        return self._grouped[key]

    # --- a lead -----------------------------------------------------------------------------------

    def people(
        self, lead: Row, events: Sequence[Row], colleagues: Sequence[Colleague]
    ) -> tuple[Person, tuple[Person, ...]]:
        """A lead, and all people of its account, itself first (none without an account)."""
        person = Person(row=lead, events=self.events(events))
        others = [
            Person(row=row, events=self.events(rows))
            for row, rows in colleagues
            if not self.created_later(row)
        ]
        return person, (person, *others) if colleagues or self._has_account(lead) else ()

    def created_later(self, lead: Row) -> bool:
        """Whether a lead was created after as_of."""
        created = self.created(lead)
        return created is not None and created > self.as_of

    def created(self, lead: Row) -> int | None:
        """When a lead was created, if known."""
        found = [f for f in self.vocabulary.fields if f.column == "created"]
        return (
            self.time(found[0], lead) if found else read.read_time(lead.get("created"), self.zone)
        )

    def accounts(self, leads: Sequence[Row]) -> dict[int, tuple[Row, ...]]:
        """The colleagues of each lead, by the identity of its row."""
        present = [lead for lead in leads if not self.created_later(lead)]
        ids_of: dict[str, set[str]] = {}
        for lead in present:
            account, domain = self.account_id(lead), self.business_domain(lead)
            if account and domain:
                ids_of.setdefault(domain, set()).add(account)
        gathered: dict[tuple[str, str], list[Row]] = {}
        for lead in present:
            account, domain = self.account_id(lead), self.business_domain(lead)
            if account is None and domain and len(ids_of.get(domain, ())) == 1:
                account = next(iter(ids_of[domain]))
            key = ("id", account) if account else ("domain", domain) if domain else None
            if key:
                gathered.setdefault(key, []).append(lead)
        return {
            id(lead): tuple(each for each in people if each is not lead)
            for people in gathered.values()
            for lead in people
        }

    def account_id(self, lead: Row) -> str | None:
        """The account id of a lead, as it stands but for blanks around it."""
        account = (read.plain(lead.get("account_id")) or "").strip(BLANKS)
        column = self.vocabulary.leads.account
        missing = {read.loose(word) for word in column.missing} if column else set()
        return account if account and read.loose(account) not in missing else None

    def business_domain(self, lead: Row) -> str | None:
        """The email domain of a lead unless it is personal."""
        domain = self.email_domain(lead)
        if domain is None or self.personal & set(read.domain_and_above(domain)):
            return None
        return read.name(domain)

    def _has_account(self, lead: Row) -> bool:
        return self.account_id(lead) is not None or self.business_domain(lead) is not None

    def events(self, rows: Iterable[Row]) -> tuple[Event, ...]:
        """The events that count, duplicates gathered into one; worked out once for each lead."""
        known = self._heard.get(id(rows))
        if known is None or known[0] is not rows:
            known = self._heard[id(rows)] = (rows, self._single(rows))
        return known[1]

    def _single(self, rows: Iterable[Row]) -> tuple[Event, ...]:
        single: list[Event] = []
        gathered: dict[tuple[object, ...], Event] = {}
        for row in rows:
            event = self._event(row)
            if event is None:
                continue
            identity = read.plain(row.get("event_id"))
            if identity is None or read.is_blank(identity):
                single.append(event)
                continue
            source = read.plain(row.get("source")) or ""
            key = (source, identity, read.plain(row.get("verb")), event.object)
            known = gathered.get(key, event)
            gathered[key] = Event(
                verb=event.verb,
                object=event.object,
                at=max(known.at, event.at),
                milliseconds=max(known.milliseconds, event.milliseconds),
                told=event.told,
            )
        return (*single, *gathered.values())

    def _event(self, row: Row) -> Event | None:
        at = read.read_time(row.get("at"), self.zone)
        said = read.name(read.plain(row.get("verb")) or "")
        verb, told = self.spelled.get(said), None
        if verb is None:
            verb, told = self.telling.get(said, (None, None))
        if at is None or at > self.as_of or verb is None:
            return None
        return Event(
            verb=verb,
            object=read.plain(row.get("object")),
            at=at,
            milliseconds=read.milliseconds(row.get("seconds")),
            told=told,
        )

    # --- fields -----------------------------------------------------------------------------------

    def raw(self, asked: Field, lead: Row) -> object:
        """A lead's value of a field, None where it is missing or says what counts as missing."""
        value = lead.get(asked.column)
        is_number = asked.type in (FieldType.NUMBER, FieldType.MONEY)
        text = read.in_plain_text(value) if is_number else read.plain(value)
        if text is None or read.is_blank(text):
            return None
        return None if read.loose(text) in {read.loose(m) for m in asked.missing} else value

    def email_domain(self, lead: Row) -> str | None:
        """What follows the last `@` of the email address."""
        email = next(f for f in self.vocabulary.fields if f.column == "email")
        _, at, domain = (read.plain(self.raw(email, lead)) or "").rpartition("@")
        return domain.strip(BLANKS) if at and not read.is_blank(domain) else None

    def text(self, asked: Field, lead: Row) -> str | None:
        """A lead's value of a field as text."""
        if asked.type is FieldType.DOMAIN:
            return self.email_domain(lead)
        return read.plain(self.raw(asked, lead))

    def time(self, asked: Field, lead: Row) -> int | None:
        """A lead's value of a field as an instant."""
        return read.read_time(self.raw(asked, lead), self.zone)

    def value(self, asked: Field, lead: Row) -> object:
        """A lead's value of a field, read by its type; None where missing or unreadable."""
        match asked.type:
            case FieldType.NUMBER | FieldType.MONEY:
                return read.read_number(self.raw(asked, lead))
            case FieldType.TIME:
                return self.time(asked, lead)
            case FieldType.BOOLEAN:
                return read.read_boolean(self.raw(asked, lead))
            case _:
                return self.text(asked, lead)

    def rate(self, code: str | None) -> Fraction | None:
        """What one unit of a currency is worth in the base currency, if a rate is known."""
        base = self.vocabulary.currency.base
        if code is None or code == base:
            return Fraction(1)
        rates = dict(self.vocabulary.currency.rates)
        if code in rates:
            return Fraction(rates[code])
        return None if base else Fraction(1)


_DOMAINS: dict[Callable[[], Sequence[str]], frozenset[str]] = {}


def domains_of(entries: Callable[[], Sequence[str]]) -> frozenset[str]:
    """The entries of a list of mail domains in the form that is compared; long lists are kept."""
    if entries not in _DOMAINS:
        found = frozenset(read.domain_entry(each) for each in entries())
        if len(found) < 1000:
            return found
        _DOMAINS[entries] = found
    return _DOMAINS[entries]


def entries_of_file(path: Path) -> tuple[str, ...]:
    """The entries of a list file: one a line, without comments, blank lines and their quotes."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    bare = [re.split(rf"(?:^|[{BLANKS}])#", line, maxsplit=1)[0].strip(BLANKS) for line in lines]
    return tuple(line[1:-1] if line[0] == line[-1] == '"' else line for line in bare if line)
