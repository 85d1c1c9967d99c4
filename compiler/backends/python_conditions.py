"""Predicates of the plan as conditions of the Python module.

Writing a condition notes in the readers of fields and events what it asks for; the lines that
read a lead and walk its events are written afterwards, from those notes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, assert_never

from leadcard.compiler.backends.python_events import EventReader, between
from leadcard.compiler.backends.python_fields import FieldReader
from leadcard.compiler.backends.python_text import (
    Always,
    Bits,
    Condition,
    Fact,
    Module,
    all_of,
    any_of,
    equal,
    known,
    literal,
    negated,
)
from leadcard.compiler.plan import (
    AccountEvents,
    AccountPeople,
    And,
    Bunched,
    Constant,
    EventCount,
    FieldKind,
    GradeIn,
    HasFlag,
    HasKeyConversion,
    Instant,
    InTime,
    Known,
    MustHavesMet,
    Not,
    Or,
    Plan,
    Predicate,
    ResultTest,
    SameAs,
    ScoreIn,
    TierIn,
    TimeSpent,
)

_NOW: Final = Instant()  # no lead created later gets this far


@dataclass(slots=True)
class Conditions:
    """Turns predicates into conditions; `points` are the local variables of sections' totals."""

    plan: Plan
    module: Module
    fields: dict[str, FieldReader]
    events: EventReader
    points: dict[str, str] = field(default_factory=dict)

    def of(self, predicate: Predicate) -> Condition:
        """The condition that holds exactly where `predicate` does."""
        match predicate:
            case Constant(value=value):
                return Always(value)
            case And(parts=parts):
                return all_of(self.of(part) for part in parts)
            case Or(parts=parts):
                return any_of(self.of(part) for part in parts)
            case Not(part=part):
                return negated(self.of(part))
            case EventCount():
                return self.events.counted(predicate)
            case TimeSpent(milliseconds=least):
                return Fact(f"{self.events.gather('spent', predicate)} >= {least}")
            case Bunched():
                return Fact(self.events.gather("bunched", predicate))
            case AccountPeople(events=events, low=low, high=high):
                return between(self.events.member("people", events), max(low, 0), high)
            case AccountEvents(events=events, low=low, high=high):
                return between(self.events.member("events", events), max(low, 0), high)
            case ScoreIn() | GradeIn() | TierIn() | HasFlag() | HasKeyConversion() | MustHavesMet():
                return self._result(predicate)
            case SameAs():
                return self._same(predicate)
            case InTime():
                return self._in_time(predicate)
            case Known(field=column) if self.fields[column].is_time:
                return known(self.fields[column].variable)
            case _:
                reader = self.fields[predicate.field]
                return Bits(reader.variable, reader.bit(predicate))

    # --- fields ---

    def _in_time(self, test: InTime) -> Condition:
        name = self.fields[test.field].variable
        first = self.events.instants.first
        parts = [known(name)]
        if test.from_ is not None:
            parts.append(Fact(f"{name} >= {first(test.from_, included=True)}"))
        if test.after is not None:
            parts.append(Fact(f"{name} >= {first(test.after, included=False)}"))
        if test.until is not None and not (test.field == "created" and test.until == _NOW):
            parts.append(Fact(f"{name} < {first(test.until, included=False)}"))
        if test.before is not None:
            parts.append(Fact(f"{name} < {first(test.before, included=True)}"))
        return all_of(parts)

    def _same(self, test: SameAs) -> Condition:
        one, other = self.fields[test.field], self.fields[test.other]
        both = (self.of(Known(field=test.field)), self.of(Known(field=test.other)))
        kinds = {one.lead_field.kind, other.lead_field.kind}
        if kinds == {FieldKind.TIME}:
            return all_of((*both, equal(one.variable, other.variable)))
        if kinds == {FieldKind.NUMBER}:
            self.module.needs.add("number")
            same = "_number"
        elif kinds == {FieldKind.BOOLEAN}:
            self.module.needs.add("truth")
            same = "_is_yes"
        else:
            self.module.needs.add("same_name")
            same = "_name_of"
        raws = (f"{same}({self._raw(reader)})" for reader in (one, other))
        return all_of((*both, equal(*raws)))

    def _raw(self, reader: FieldReader) -> str:
        if reader.lead_field.domain_of is None:
            return f"get({literal(reader.lead_field.column)})"
        self.module.needs.add("domain_of")
        return f"_domain_of(get({literal(reader.lead_field.domain_of)}))"

    # --- results ---

    def _result(self, test: ResultTest) -> Condition:
        match test:
            case ScoreIn(low=low, high=high, section=section):
                name = "total" if section is None else self.points[section]
                return _in_range(name, low, high)
            case GradeIn(letters=letters):
                return any_of(equal("grade", literal(letter)) for letter in letters)
            case TierIn(names=names):
                numbers = [i for i, tier in enumerate(self.plan.tiers) if tier.name in names]
                return any_of(equal("tier", str(number)) for number in numbers)
            case HasFlag(flag=flag):
                return self._fired(rule.flag == flag for rule in self.plan.rules)
            case HasKeyConversion():
                return self._fired(rule.key_conversion for rule in self.plan.rules)
            case MustHavesMet():
                return Fact("must_haves") if self.plan.must_haves is not None else Always(True)
            case _:
                assert_never(test)

    def _fired(self, wanted: Iterable[bool]) -> Condition:
        mask = sum(1 << number for number, is_wanted in enumerate(wanted) if is_wanted)
        return Bits("fired", mask) if mask else Always(False)


def _in_range(name: str, low: int | None, high: int | None) -> Condition:
    match low, high:
        case None, None:
            return Always(True)
        case _, None:
            return Fact(f"{name} >= {low}")
        case None, _:
            return Fact(f"{name} < {high}")
        case _:
            return Fact(f"{low} <= {name} < {high}")
