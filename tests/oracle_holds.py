"""How the oracle decides whether a condition holds for a lead, from docs/language.md alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from leadcard.compiler import countries, currencies
from leadcard.compiler.text import BLANKS
from leadcard.compiler.vocabulary import Field, FieldType
from leadcard.dsl import ast
from leadcard.dsl.source import Span
from tests import oracle_values as read
from tests.oracle_conditions import leaves
from tests.oracle_data import Event, Judge, Person, domains_of
from tests.oracle_nodes import (
    AccountCondition,
    AllOf,
    AnyOf,
    BurstCondition,
    CannotJudge,
    Condition,
    EventCondition,
    Events,
    FieldCondition,
    FieldState,
    InactiveCondition,
    Negated,
    Operand,
    ResultCondition,
    SequenceCondition,
    SpentCondition,
)

_NOWHERE = Span(0, 0)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What stages may ask about a lead: totals in 1/100 and names."""

    score: int
    sections: Mapping[str, int]
    grade: str | None
    tier: str | None
    flags: tuple[str, ...]
    key_conversions: tuple[str, ...]
    must_haves: bool | None


class Bench:
    """One lead, its account and, once known, its outcome, ready for questions."""

    def __init__(self, judge: Judge, person: Person, account: tuple[Person, ...]) -> None:
        self.judge = judge
        self.person = person
        self.account = account  # all its people, the lead first; empty without an account
        self.as_of = judge.as_of
        self.outcome: Outcome | None = None

    def behind(self, condition: Condition) -> list[Event]:
        """The events behind a condition: of its event clauses not negated, each once.

        Of a sequence they are the second events that follow a first one.
        """
        found: list[Event] = []
        for leaf in leaves(condition, positive_only=True):
            matching: list[Event]
            match leaf:
                case EventCondition(low=0):
                    matching = []
                case AccountCondition(op=ast.AccountOp.NOBODY):
                    matching = []
                case EventCondition() | SpentCondition() | BurstCondition():
                    matching = [e for e in self.person.events if self._matches(e, leaf.events)]
                case SequenceCondition():
                    matching = self._following(leaf)
                case AccountCondition():
                    everyone = [e for p in self.account for e in p.events]
                    matching = [e for e in everyone if self._matches(e, leaf.event.events)]
                case _:
                    matching = []
            found += [e for e in matching if not any(e is other for other in found)]
        return found

    # --- conditions -------------------------------------------------------------------------------

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds for the lead."""
        match condition:
            case AllOf():
                return all(self.holds(part) for part in condition.parts)
            case AnyOf():
                return any(self.holds(part) for part in condition.parts)
            case Negated():
                return not self.holds(condition.part)
            case FieldCondition():
                return self._field(condition)
            case FieldState():
                return self._state(condition)
            case EventCondition():
                return self._count(condition, self.person.events)
            case InactiveCondition():
                return self._inactive(condition)
            case SpentCondition():
                spent = [
                    e.milliseconds for e in self.person.events if self._matches(e, condition.events)
                ]
                return sum(spent) >= Fraction(str(condition.seconds)) * 1000
            case SequenceCondition():
                return bool(self._following(condition))
            case BurstCondition():
                return self._burst(condition)
            case AccountCondition():
                return self._of_account(condition)
            case ResultCondition():
                return self._of_result(condition)

    def _count(self, condition: EventCondition, events: Iterable[Event]) -> bool:
        count = sum(self._matches(event, condition.events) for event in events)
        return count >= condition.low and (condition.high is None or count <= condition.high)

    def _inactive(self, condition: InactiveCondition) -> bool:
        created = self.judge.created(self.person.row)
        edge = self.as_of - condition.duration.seconds * 1_000_000
        young = created is not None and created > edge
        return not young and not any(self._matches(e, condition.events) for e in self.person.events)

    def _following(self, condition: SequenceCondition) -> list[Event]:
        """The second events that came after some first one, near enough."""
        firsts = [e.at for e in self.person.events if self._matches(e, condition.first)]
        seconds = [e for e in self.person.events if self._matches(e, condition.second)]
        longest = condition.within.seconds * 1_000_000 if condition.within else math.inf
        return [e for e in seconds if any(0 < e.at - at <= longest for at in firsts)]

    def _burst(self, condition: BurstCondition) -> bool:
        longest = condition.within.seconds * 1_000_000
        times = sorted(e.at for e in self.person.events if self._matches(e, condition.events))
        return any(
            sum(1 for at in times if start <= at <= start + longest) >= condition.low
            for start in times
        )

    def _of_account(self, condition: AccountCondition) -> bool:
        if not self.account:
            return False
        meeting = [p for p in self.account if self._count(condition.event, p.events)]
        match condition.op:
            case ast.AccountOp.ANYONE:
                return bool(meeting)
            case ast.AccountOp.NOBODY:
                return not meeting
            case ast.AccountOp.PEOPLE:
                assert condition.people is not None
                high = condition.people.high
                return len(meeting) >= condition.people.low and (
                    high is None or len(meeting) <= high
                )
            case ast.AccountOp.TOTAL:
                return self._count(condition.event, [e for p in self.account for e in p.events])

    def _of_result(self, condition: ResultCondition) -> bool:
        outcome = self.outcome
        if outcome is None:
            raise CannotJudge("a test of the result outside stages")
        names = {read.name(each) for each in condition.names}
        if condition.range is not None:
            asked = condition.section
            total = outcome.score if asked is None else outcome.sections[asked]
            return _in_stage_range(total, condition.range)
        match condition.what:
            case "grade":
                return outcome.grade is not None and read.name(outcome.grade) in names
            case "tier":
                return outcome.tier is not None and read.name(outcome.tier) in names
            case "flag":
                return any(read.name(flag) in names for flag in outcome.flags)
            case "key":
                return bool(outcome.key_conversions)
            case _:
                return bool(outcome.must_haves)

    # --- events -----------------------------------------------------------------------------------

    def _matches(self, event: Event, wanted: Events) -> bool:
        if event.verb not in wanted.verbs or not self._in_window(event.at, wanted.window):
            return False
        objects = (event.object,) if event.told is None else (event.object, event.told)
        if not wanted.objects or any(self._about(x, o) for o in wanted.objects for x in objects):
            return True
        return event.told is not None and any(
            self._about(event.object, rest)
            for each in wanted.objects
            for rest in self._beside(each, event.told)
        )

    def _beside(self, wanted: ast.Words, told: str) -> Iterator[ast.Words]:
        """What is left of an object without the words at its beginning or end that were told."""
        pages = {read.name(page.name) for page in self.judge.vocabulary.pages}
        phrase = " ".join(word.text for word in wanted)
        if any(w.quoted for w in wanted) or phrase.startswith("/") or read.name(phrase) in pages:
            return
        gone = read.name(told)
        for at in range(1, len(wanted)):
            before, after = wanted[:at], wanted[at:]
            if read.name(" ".join(word.text for word in after)) == gone:
                yield before
            if read.name(" ".join(word.text for word in before)) == gone:
                yield after

    def _in_window(self, at: int, window: ast.Window | None) -> bool:
        match window:
            case None:
                return True
            case ast.InLast():
                return at > self.as_of - window.duration.seconds * 1_000_000
            case ast.Since():
                return at >= self._start(window.day)
            case ast.BetweenAgo():
                ages = sorted((window.near.seconds, window.far.seconds))
                near, far = (self.as_of - age * 1_000_000 for age in ages)
                return far < at <= near

    def _start(self, day: ast.Day) -> int:
        if not isinstance(day.value, datetime):
            return read.midnight(day.value, self.judge.zone)
        aware = day.value if day.value.tzinfo else day.value.replace(tzinfo=self.judge.zone)
        return read.instant(aware)

    def _about(self, object_: str | None, wanted: ast.Words) -> bool:
        if object_ is None or read.is_blank(object_):
            return False
        term = " ".join(word.text for word in wanted)
        is_path = read.is_path(object_)
        if len(wanted) == 1 and wanted[0].quoted:
            whole = read.without_query(object_) if is_path else object_
            return read.name(whole) == read.name(term)
        if term.startswith("/"):
            return is_path and read.path_glob(object_, term)
        page = [p for p in self.judge.vocabulary.pages if read.name(p.name) == read.name(term)]
        if page:
            paths = page[0].paths or ("/*",)
            if is_path:
                return any(read.path_glob(object_, path) for path in paths)
        if is_path:
            return read.in_segments(object_, term)
        return read.contains(object_, term)

    # --- fields -----------------------------------------------------------------------------------

    def _state(self, condition: FieldState) -> bool:
        value = self.judge.value(condition.field, self.person.row)
        match condition.op:
            case ast.FieldOp.MISSING | ast.FieldOp.NOT_KNOWN:
                return value is None
            case ast.FieldOp.KNOWN | ast.FieldOp.NOT_MISSING:
                return value is not None
        yes = condition.op is ast.FieldOp.YES
        if isinstance(value, str):
            return read.name(value) == ("yes" if yes else "no")
        return value is yes

    def _field(self, condition: FieldCondition) -> bool:
        value = self.judge.value(condition.field, self.person.row)
        compared = [each.text or "" for each in condition.operands if _compares(each)]
        if value is None or (condition.negated and None in map(self._other, compared)):
            return False
        met = any(self._meets(condition.field, value, each) for each in condition.operands)
        return met is not condition.negated

    def _meets(self, asked: Field, value: object, operand: Operand) -> bool:
        if operand.test is not None:
            return self._in_test(asked, value, operand.test)
        text = operand.text or ""
        if operand.op is ast.FieldOp.SAME_AS:
            return self._same(value, text)
        if isinstance(value, tuple):
            exact = ast.Number(value=_written_number(text), span=_NOWHERE)
            return self._in_range(
                asked, value, ast.NumberRange(low=exact, high=exact, span=_NOWHERE)
            )
        if not isinstance(value, str):
            raise CannotJudge(f"{asked.name} is not a text")
        match operand.op:
            case ast.FieldOp.CONTAINS:
                return read.contains(value, text)
            case ast.FieldOp.STARTS_WITH:
                return read.loose(value).startswith(read.loose(text))
            case ast.FieldOp.ENDS_WITH:
                return read.loose(value).endswith(read.loose(text))
            case ast.FieldOp.MATCHES:
                return read.glob(read.name(value), read.name(text))
        entries = self.judge.lists.get(read.name(text)) if operand.may_be_list else None
        if entries is None:
            return self.is_called(asked, value, text)
        if asked.type is not FieldType.DOMAIN:
            return any(self._meets_entry(asked, value, entry) for entry in entries())
        patterns = [entry for entry in entries() if "*" in entry or "?" in entry]
        return not domains_of(entries).isdisjoint(read.domain_and_above(value)) or any(
            self._meets_entry(asked, value, pattern) for pattern in patterns
        )

    def _meets_entry(self, asked: Field, value: str, entry: str) -> bool:
        if "*" in entry or "?" in entry:
            return read.glob(read.name(value), read.name(entry))
        return self.is_called(asked, value, entry)

    def _other(self, name: str) -> object:
        """The value of the field that another one is compared with."""
        words = tuple(ast.Text(text=part, span=_NOWHERE) for part in name.split())
        found = self.judge.scope.field_at(words)
        if found is None:
            raise CannotJudge(f"no field {name}")
        return self.judge.value(found[0], self.person.row)

    def _same(self, value: object, other_name: str) -> bool:
        other = self._other(other_name)
        if isinstance(value, str) and isinstance(other, str):
            return read.name(value) == read.name(other)
        return value == other

    def is_called(self, asked: Field, value: str, text: str) -> bool:
        """Whether a value is what a card calls `text`, in any spelling of the vocabulary."""
        wanted = {read.name(text)}
        for word, said in asked.values:
            spelled = {read.name(each) for each in (word, *said)}
            wanted |= spelled if read.name(text) in spelled else set()
        if asked.type is FieldType.COUNTRY:
            codes = {code for each in wanted if (code := countries.resolve(each))}
            wanted |= {read.name(each) for code in codes for each in countries.spellings(code)}
            for word, said in asked.values:
                if countries.resolve(word) in codes:
                    wanted |= {read.name(each) for each in (word, *said)}
        return read.name(value) in wanted

    def _in_test(self, asked: Field, value: object, test: object) -> bool:
        match test:
            case ast.NumberRange():
                if not isinstance(value, tuple):
                    raise CannotJudge(f"{asked.name} is not a number")
                return self._in_range(asked, value, test)
            case ast.Before():
                return _moment(value) < self._start(test.day)
            case ast.After():
                return _moment(value) >= self._end(test.day)
            case ast.InNext():
                ahead = test.duration.seconds * 1_000_000
                return self.as_of < _moment(value) <= self.as_of + ahead
            case ast.InLast():
                return self._in_last(value, test.duration)
            case ast.LongAgo():
                return not self._in_last(value, test.duration)
            case ast.Since() | ast.BetweenAgo():
                return self._in_window(_moment(value), test)
        raise CannotJudge(f"{test} on {asked.name}")

    def _in_last(self, value: object, duration: ast.Duration) -> bool:
        return self.as_of - duration.seconds * 1_000_000 < _moment(value) <= self.as_of

    def _end(self, day: ast.Day) -> int:
        if isinstance(day.value, datetime):
            return self._start(day) + 1
        return read.midnight(day.value + timedelta(days=1), self.judge.zone)

    def _in_range(
        self, asked: Field, value: tuple[Fraction, Fraction], test: ast.NumberRange
    ) -> bool:
        of_data, of_low, of_high = Fraction(1), Fraction(1), Fraction(1)
        if asked.type is FieldType.MONEY:
            rate = self.judge.rate(self._currency(asked))
            if rate is None:
                return False
            of_data = rate
            of_low, of_high = self._rate(test.low), self._rate(test.high)
        for end in value:
            amount = end * of_data
            if test.low is not None:
                low = Fraction(test.low.value) * of_low
                if amount < low or (test.low_open and amount == low):
                    return False
            if test.high is not None:
                high = Fraction(test.high.value) * of_high
                if amount > high or (test.high_open and amount == high):
                    return False
        return True

    def _rate(self, number: ast.Number | None) -> Fraction:
        if number is None or number.currency is None:
            return Fraction(1)
        rate = self.judge.rate(currencies.resolve(number.currency))
        if rate is None:
            raise CannotJudge(f"no rate for {number.currency}")
        return rate

    def _currency(self, asked: Field) -> str | None:
        text = read.plain(self.person.row.get(f"{asked.column}_currency"))
        return None if text is None or read.is_blank(text) else text.strip(BLANKS).upper()


def _compares(operand: Operand) -> bool:
    return operand.op is ast.FieldOp.SAME_AS and operand.test is None


def _moment(value: object) -> int:
    if not isinstance(value, int):
        raise CannotJudge("a date test on something else")
    return value


def _in_stage_range(total: int, asked: ast.NumberRange) -> bool:
    """Whether a total in 1/100 lies in a range; `25-49` ends just below 50."""
    points = Decimal(total) / 100
    low, high = asked.low, asked.high
    if low is not None and (points < low.value or (asked.low_open and points == low.value)):
        return False
    if high is None:
        return True
    if asked.high_open:
        return points < high.value
    if low is None or low.value == high.value:
        return points <= high.value
    exponent = high.value.as_tuple().exponent
    assert isinstance(exponent, int)
    return points < high.value + Decimal(1).scaleb(min(0, exponent))


def expiring(condition: Condition, after: ast.Duration | None) -> Condition:
    """A condition whose events count no longer than `after`, where no window was written."""
    if after is None:
        return condition
    match condition:
        case AllOf() | AnyOf():
            return replace(condition, parts=tuple(expiring(p, after) for p in condition.parts))
        case EventCondition() if condition.events.window is None:
            window = ast.InLast(duration=after, span=_NOWHERE)
            return replace(condition, events=replace(condition.events, window=window))
        case SequenceCondition() if condition.second.window is None:
            window = ast.InLast(duration=after, span=_NOWHERE)
            return replace(condition, second=replace(condition.second, window=window))
        case _:
            return condition


def _written_number(text: str) -> Decimal:
    """A number as cards write it: `1,000`, `10k`, `1.5m`, `2bn`."""
    plain = text.replace(",", "").casefold()
    for suffix, size in (("bn", 10**9), ("k", 10**3), ("m", 10**6)):
        if plain.endswith(suffix):
            return Decimal(plain.removesuffix(suffix)) * size
    return Decimal(plain)
