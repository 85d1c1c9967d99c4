"""How high and how low a score, and each section's total, can get: exactly, or by a bound.

A bound adds up what the rules can add, section by section, after the caps. Rules that ask about one
field only are taken together: of `employees under 50: +5` and `employees 500+: +15` no lead gets
both, so they add at most 15 (`worlds.py`). Rules about different things are independent, and then
the bound is exact. Where it might not be (a field and an event in one rule, sections that share a
field), `is_exact` looks for a lead that attains it: it begins with a lead that nothing is known of
and changes one thing at a time as long as that helps. What is found proves the bound; else the
bound still holds, and messages say that it is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, product
from typing import Final, TypeAlias

from leadcard.compiler import plan
from leadcard.compiler.made_events import EventAtom, MadeEvent, happens, made_events
from leadcard.compiler.score_range import (
    Interval,
    best,
    capped,
    gain,
    of_section,
    rule_range,
    total,
)
from leadcard.compiler.worlds import World, Worlds, worlds_of

Atom: TypeAlias = plan.FieldTest | EventAtom
_MOST_ROUNDS: Final = 3
_MOST_TOGETHER: Final = 200
_MOST_WORK: Final = 200_000  # rules that are asked about leads, in one round


def atoms(predicate: plan.Predicate) -> Iterator[Atom]:
    """The tests on fields and events in a predicate."""
    match predicate:
        case plan.And() | plan.Or():
            for part in predicate.parts:
                yield from atoms(part)
        case plan.Not():
            yield from atoms(predicate.part)
        case plan.Constant():
            return
        case _:
            if not isinstance(predicate, plan.ResultTest):
                yield predicate


def scored_rules(card: plan.Plan) -> dict[str, list[plan.Rule]]:
    """The rules of each section that add points."""
    found: dict[str, list[plan.Rule]] = {section.name: [] for section in card.sections}
    for rule in card.rules:
        if rule.scored:
            found[rule.section].append(rule)
    return found


class Reach:
    """What the leads of a plan can get."""

    def __init__(self, card: plan.Plan) -> None:
        self.plan = card
        self._entries = {e.name: frozenset(e.entries) for e in card.lists}
        self._base = {f.column: f.domain_of or f.column for f in card.fields}
        self._when = {s.name: s.when for s in card.sections}
        self._sections: dict[str, Interval] = {}
        self._scored = scored_rules(card)

    def field_of(self, predicate: plan.Predicate) -> str | None:
        """The one field that a predicate is about; None if it is about several, or events."""
        keys = {self.field_key(atom) for atom in atoms(predicate)}
        return keys.pop() if len(keys) == 1 else None

    def field_key(self, atom: Atom) -> str | None:
        """The column that a test on one field looks at; None for other tests."""
        if isinstance(atom, plan.EventTest | plan.AccountTest | plan.SameAs):
            return None
        return self._base.get(atom.field, atom.field)

    def whole(self, rule: plan.Rule) -> plan.Predicate:
        """The condition of a rule together with that of its section."""
        when = self._when[rule.section]
        return rule.when if when == plan.TRUE else plan.And(parts=(when, rule.when))

    def worlds(self, predicates: Sequence[plan.Predicate]) -> Worlds:
        """What can hold together of the tests on one field in the predicates."""
        tests = [
            a
            for p in predicates
            for a in atoms(p)
            if not isinstance(a, plan.EventTest | plan.AccountTest)
        ]
        return worlds_of(tests, self._entries)

    # --- bounds ---

    def score(self) -> Interval:
        """The score, after the clamp."""
        raw = total([self.section(s) for s in self.plan.sections])
        return capped(raw, self.plan.score_low, self.plan.score_high)

    def section(self, section: plan.Section) -> Interval:
        """A section's total, after its caps."""
        known = self._sections.get(section.name)
        if known is None:
            known = self._sections[section.name] = of_section(self._uncapped(section), section)
        return known

    def _uncapped(self, section: plan.Section) -> Interval:
        parts: list[Interval] = []
        groups: dict[str, list[plan.Rule]] = defaultdict(list)
        for rule in self._scored[section.name]:
            key = self.field_of(self.whole(rule)) if rule.repetition is None else None
            if key is None:
                parts.append(rule_range(rule))
            else:
                groups[key].append(rule)
        for group in groups.values():
            parts += self._group(group, section)
        return best(parts) if section.best_only else total(parts)

    def _group(self, rules: list[plan.Rule], section: plan.Section) -> list[Interval]:
        """What rules about one field add together; each for itself where that is not known."""
        if len(rules) > 1:
            possible = self.worlds([self.whole(rule) for rule in rules])
            if possible.complete:
                sums = [self._in_world(rules, world, section) for world in possible.worlds]
                return [Interval(low=min(sums), high=max(sums))]
        return [rule_range(rule) for rule in rules]

    def _in_world(self, rules: list[plan.Rule], world: World, section: plan.Section) -> int:
        won = [gain(rule) or 0 for rule in rules if holds(self.whole(rule), _Fields(world))]
        return max(won, default=0) if section.best_only else sum(won)

    # --- proof ---

    def is_exact(self, *, high: bool, section: plan.Section | None = None) -> bool:
        """Whether some lead, not disqualified, is found to have the bound of a section or score."""
        bound = self.score() if section is None else self.section(section)
        end = bound.high if high else bound.low
        return end is not None and _Search(reach=self, high=high, section=section).finds(end)


@dataclass(frozen=True, slots=True)
class _Fields:
    """The truth of field tests in one world."""

    world: World

    def of(self, atom: Atom) -> bool:
        return atom in self.world


@dataclass(slots=True)
class _Lead:
    """A lead thought up: a world for each field, and what happens often."""

    fields: dict[str, World]
    events: tuple[MadeEvent, ...]
    truths: dict[Atom, bool] = field(default_factory=dict)

    def of(self, atom: Atom) -> bool:
        known = self.truths.get(atom)
        if known is None:
            if isinstance(atom, plan.EventTest | plan.AccountTest):
                known = happens(atom, self.events)
            else:
                known = any(atom in world for world in self.fields.values())
            self.truths[atom] = known
        return known


def holds(predicate: plan.Predicate, truths: _Fields | _Lead) -> bool:
    """Whether a predicate without tests on results holds, given the truth of its tests."""
    match predicate:
        case plan.Constant():
            return predicate.value
        case plan.And():
            return all(holds(part, truths) for part in predicate.parts)
        case plan.Or():
            return any(holds(part, truths) for part in predicate.parts)
        case plan.Not():
            return not holds(predicate.part, truths)
        case _:
            return not isinstance(predicate, plan.ResultTest) and truths.of(predicate)


@dataclass(frozen=True, kw_only=True)
class _Search:
    """The search for a lead that attains a bound: one change at a time, as long as it helps."""

    reach: Reach
    high: bool
    section: plan.Section | None

    @cached_property
    def _rules(self) -> tuple[tuple[plan.Rule, plan.Predicate], ...]:
        return tuple((rule, self.reach.whole(rule)) for rule in self.reach.plan.rules)

    @cached_property
    def _worlds(self) -> Mapping[str, tuple[World, ...]]:
        """The worlds of each field; fields in tests that compare two stay unknown."""
        by_key: dict[str, list[plan.Predicate]] = defaultdict(list)
        for _, when in self._rules:
            for atom in atoms(when):
                if not isinstance(atom, plan.EventTest | plan.AccountTest):
                    by_key[self.reach.field_key(atom) or ""].append(atom)
        return {key: self.reach.worlds(tests).worlds for key, tests in by_key.items() if key}

    @cached_property
    def _events(self) -> tuple[MadeEvent, ...]:
        found = [
            a
            for _, w in self._rules
            for a in atoms(w)
            if isinstance(a, plan.EventTest | plan.AccountTest)
        ]
        repeated = [r.repetition.events for r, _ in self._rules if r.repetition is not None]
        sets = [*(a.events for a in found), *repeated]
        return made_events(clause for one in sets for clause in one.clauses)

    @cached_property
    def _mixed(self) -> tuple[dict[str, World], ...]:
        """What several fields hold at once, so that a rule about all of them may fire."""
        found = []
        for _, when in self._rules:
            keys = sorted(
                self._worlds.keys() & {self.reach.field_key(atom) for atom in atoms(when)}
            )
            together = product(*(self._worlds[key] for key in keys)) if len(keys) > 1 else ()
            for worlds in islice(together, _MOST_TOGETHER):
                fields = dict(zip(keys, worlds, strict=True))
                if holds(when, _Lead(fields=fields, events=self._events)):
                    found.append(fields)
        return tuple(found)

    @cached_property
    def _changed_events(self) -> tuple[frozenset[MadeEvent], ...]:
        """What may begin or cease to happen at once: events of one object, and single events."""
        alike: dict[object, set[MadeEvent]] = defaultdict(set)
        for event in self._events:
            alike[event.verb, event.what].add(event)
            alike[event].add(event)
        return tuple(dict.fromkeys(frozenset(some) for some in alike.values()))

    def finds(self, end: int) -> bool:
        """Whether a lead with just this total is found; a large card is not searched."""
        changes = sum(map(len, self._worlds.values())) + 2 * len(self._events)
        if changes * len(self._rules) > _MOST_WORK:
            return False
        lead = _Lead(fields=dict.fromkeys(self._worlds, frozenset()), events=())
        value = self._total(lead)
        for _ in range(_MOST_ROUNDS):
            before = value
            for other in self._changes(lead):
                got = self._total(other)
                if got is not None and (value is None or self._better(got, value)):
                    lead.fields, lead.events, lead.truths = other.fields, other.events, other.truths
                    value = got
            if value in (end, before):
                break
        return value == end

    def _better(self, one: int, other: int) -> bool:
        return one > other if self.high else one < other

    def _changes(self, lead: _Lead) -> Iterator[_Lead]:
        """Leads that differ in one thing; `lead` may change between them."""
        for key, worlds in self._worlds.items():
            for world in worlds:
                yield _Lead(fields={**lead.fields, key: world}, events=lead.events)
        for fields in self._mixed:
            yield _Lead(fields={**lead.fields, **fields}, events=lead.events)
        yield _Lead(fields=lead.fields, events=self._events)
        for changed in self._changed_events:
            without = tuple(e for e in lead.events if e not in changed)
            yield _Lead(fields=lead.fields, events=without)
            yield _Lead(fields=lead.fields, events=(*without, *changed))

    def _total(self, lead: _Lead) -> int | None:
        """What the lead gets; None where it is disqualified, or that cannot be told."""
        won: dict[str, list[int]] = defaultdict(list)
        for rule, when in self._rules:
            if not self._fires(rule, when, lead):
                continue
            if rule.disqualify:
                return None
            if rule.scored:
                points = self._points(rule)
                if points is None:
                    return None
                won[rule.section].append(points)
        card = self.reach.plan
        sections = card.sections if self.section is None else (self.section,)
        added = 0
        for section in sections:
            if holds(section.when, lead):
                got = won[section.name]
                one = max(got, default=0) if section.best_only else sum(got)
                added += _clamped(one, section.minimum, section.maximum)
        return added if self.section else _clamped(added, card.score_low, card.score_high)

    def _fires(self, rule: plan.Rule, when: plan.Predicate, lead: _Lead) -> bool:
        if rule.repetition is None:
            return holds(when, lead)
        counted = plan.EventCount(events=rule.repetition.events)
        return holds(when, lead) and lead.of(counted)

    def _points(self, rule: plan.Rule) -> int | None:
        """What a rule gives where its events happen often; None where that cannot be told."""
        if rule.repetition is None:
            return gain(rule)
        if (rule.points > 0) != self.high:
            return rule.points
        clauses = rule.repetition.events.clauses
        many = rule.repetition.by not in (plan.Repeat.LATEST, plan.Repeat.EACH)
        limited = many and any(c.window != plan.ALWAYS or c.objects for c in clauses)
        aged = rule.repetition.decay is not None and any(c.window.until for c in clauses)
        return None if limited or aged else gain(rule)


def _clamped(points: int, least: int | None, most: int | None) -> int:
    after = points if most is None else min(points, most)
    return after if least is None else max(after, least)


def never(reach: Reach, predicate: plan.Predicate) -> bool:
    """Whether a predicate about one field surely holds for no lead."""
    if reach.field_of(predicate) is None:
        return False
    possible = reach.worlds([predicate])
    return possible.complete and not any(holds(predicate, _Fields(w)) for w in possible.worlds)
