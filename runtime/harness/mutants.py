"""Small mistakes that somebody could make in a card: one changed card for each.

The plan is changed, not the text. Each change says in words what it did. Not every change can be
told from the card: `employees 50+` and `employees over 49` say the same of whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from leadcard.compiler import plan as p
from leadcard.dsl import words
from leadcard.runtime.harness.mutate_tests import Change, changed_tests, replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A changed card: the line that was changed, what was done, and the rule it was done to.

    `changed` is what became of the rule; None where it was left out, or another part was changed.
    """

    line: int
    what: str
    plan: p.Plan
    rule: p.Rule | None = None
    changed: p.Rule | None = None


def mutants(
    card: p.Plan, *, score_line: int = 1, grade_line: int = 1, must_line: int = 1
) -> Iterator[Mutant]:
    """All changed cards, in the order of the card's lines.

    The plan does not know the lines of the settings `score` and `grade from`, and of `must have`.
    """
    found = [
        *_rules(card),
        *_sections(card),
        *_clamp(card, score_line),
        *_must_haves(card, must_line),
        *_tiers(card),
        *_grades(card, grade_line),
        *_stages(card),
    ]
    yield from sorted(found, key=lambda one: one.line)


# --- rules ----------------------------------------------------------------------------------------


def _rules(card: p.Plan) -> Iterator[Mutant]:
    for at, rule in enumerate(card.rules):
        before, after = card.rules[:at], card.rules[at + 1 :]
        yield Mutant(
            line=rule.line,
            what="the rule left out",
            plan=replace(card, rules=(*before, *after)),
            rule=rule,
        )
        for what, other in _changed_rules(rule):
            changed = replace(card, rules=(*before, other, *after))
            yield Mutant(line=rule.line, what=what, plan=changed, rule=rule, changed=other)


def _changed_rules(rule: p.Rule) -> Iterator[tuple[str, p.Rule]]:
    yield from _points(rule)
    yield from _modifiers(rule)
    for change in changed_tests(rule.when, rule.text):
        yield change.what, _applied(rule, change)
    if rule.repetition is not None:
        found = changed_tests(p.EventCount(events=rule.repetition.events), rule.text)
        for change in found:
            if change.moves_window:  # its count and its negation are no part of the rule
                yield change.what, _applied(rule, change)


def _applied(rule: p.Rule, change: Change) -> p.Rule:
    when = replaced(rule.when, change)
    if not change.moves_window:
        return replace(rule, when=when)
    return replace(rule, when=when, repetition=replaced(rule.repetition, change))


def _points(rule: p.Rule) -> Iterator[tuple[str, p.Rule]]:
    if not rule.scored:
        return
    most = rule.maximum
    now = _signed(rule.points)
    other = rule.points + (100 if rule.points >= 0 else -100)
    yield f"{now} became {_signed(other)}", replace(rule, points=other)
    if rule.points:
        turned = replace(rule, points=-rule.points, maximum=None if most is None else -most)
        yield f"{now} became {_signed(-rule.points)}", turned


def _modifiers(rule: p.Rule) -> Iterator[tuple[str, p.Rule]]:
    if rule.maximum is not None:
        yield f"`max {words.points(rule.maximum)}` left out", replace(rule, maximum=None)
        more = rule.maximum + (100 if rule.maximum >= 0 else -100)
        yield (
            f"`max {words.points(rule.maximum)}` became `max {words.points(more)}`",
            replace(rule, maximum=more),
        )
    if rule.disqualify:
        yield "`disqualify` left out", replace(rule, disqualify=False)
    if rule.flag is not None:
        yield f'`flag "{rule.flag}"` left out', replace(rule, flag=None)
    if rule.key_conversion:
        yield "the `*` left out", replace(rule, key_conversion=False)
    if rule.repetition is not None:
        yield from _repetition(rule, rule.repetition)


def _repetition(rule: p.Rule, repeated: p.Repetition) -> Iterator[tuple[str, p.Rule]]:
    some = p.EventCount(events=repeated.events)
    when = some if rule.when == p.TRUE else p.And(parts=(rule.when, some))
    once = replace(rule, repetition=None, maximum=None, when=when)
    if repeated.by is p.Repeat.LATEST:
        yield "the decay left out", once
    elif repeated.by is p.Repeat.EACH:
        yield "`each` left out", once
    else:
        how = "each asset" if repeated.by is p.Repeat.EACH_ASSET else f"once {repeated.by.value}"
        each = replace(repeated, by=p.Repeat.EACH)
        yield f"`{how}` became `each`", replace(rule, repetition=each)
    if repeated.decay is not None and repeated.by is not p.Repeat.LATEST:
        fresh = replace(repeated, decay=None)
        yield "the decay left out", replace(rule, repetition=fresh)
    if repeated.decay is not None:
        slower = replace(repeated.decay, days=repeated.decay.days + 1)
        changed = replace(repeated, decay=slower)
        yield "the decay takes a day longer", replace(rule, repetition=changed)


# --- the rest of the card -------------------------------------------------------------------------


def _sections(card: p.Plan) -> Iterator[Mutant]:
    for at, section in enumerate(card.sections):
        if section.line is None:
            continue
        for what, other in _changed_sections(section):
            sections = (*card.sections[:at], other, *card.sections[at + 1 :])
            yield Mutant(line=section.line, what=what, plan=replace(card, sections=sections))


def _changed_sections(section: p.Section) -> Iterator[tuple[str, p.Section]]:
    if section.maximum is not None:
        most = f"`max {words.points(section.maximum)}`"
        more = section.maximum + 100
        yield f"{most} left out", replace(section, maximum=None)
        yield f"{most} became `max {words.points(more)}`", replace(section, maximum=more)
    if section.minimum is not None:
        least = f"`min {words.points(section.minimum)}`"
        yield f"{least} left out", replace(section, minimum=None)
    if section.best_only:
        yield "`best only` left out", replace(section, best_only=False)
    if section.when != p.TRUE:
        yield "`when` left out", replace(section, when=p.TRUE)


def _clamp(card: p.Plan, line: int) -> Iterator[Mutant]:
    if card.score_high is not None:
        top = f"the score's upper end {words.points(card.score_high)} left out"
        yield Mutant(line=line, what=top, plan=replace(card, score_high=None))
    if card.score_low is not None:
        end = f"the score's lower end {words.points(card.score_low)} left out"
        yield Mutant(line=line, what=end, plan=replace(card, score_low=None))


def _must_haves(card: p.Plan, line: int) -> Iterator[Mutant]:
    needed = card.must_haves
    if needed is None:
        return
    for many in (needed.at_least + 1, needed.at_least - 1):
        if 1 <= many <= len(needed.requirements):
            changed = replace(card, must_haves=replace(needed, at_least=many))
            what = f"at least {needed.at_least} became at least {many}"
            yield Mutant(line=line, what=what, plan=changed)
    for at, one in enumerate(needed.requirements):
        rest = (*needed.requirements[:at], *needed.requirements[at + 1 :])
        fewer = replace(needed, requirements=rest)
        yield Mutant(line=one.line, what="the line left out", plan=replace(card, must_haves=fewer))
        for change in changed_tests(one.when, one.text):
            other = replace(one, when=replaced(one.when, change))
            listed = (*needed.requirements[:at], other, *needed.requirements[at + 1 :])
            changed = replace(card, must_haves=replace(needed, requirements=listed))
            yield Mutant(line=one.line, what=change.what, plan=changed)


def _tiers(card: p.Plan) -> Iterator[Mutant]:
    for at, tier in enumerate(card.tiers):
        for change in changed_tests(tier.when, ""):
            other = replace(tier, when=replaced(tier.when, change))
            tiers = (*card.tiers[:at], other, *card.tiers[at + 1 :])
            yield Mutant(line=tier.line, what=change.what, plan=replace(card, tiers=tiers))


def _grades(card: p.Plan, line: int) -> Iterator[Mutant]:
    if card.grades is None:
        return
    for at, (letter, least) in enumerate(card.grades.steps):
        if least is None:
            continue
        for other in (least + 100, least - 100):
            steps = (*card.grades.steps[:at], (letter, other), *card.grades.steps[at + 1 :])
            what = f"{letter} {words.points(least)}+ became {letter} {words.points(other)}+"
            changed = replace(card, grades=replace(card.grades, steps=steps))
            yield Mutant(line=line, what=what, plan=changed)


def _stages(card: p.Plan) -> Iterator[Mutant]:
    for at, (one, two) in enumerate(pairwise(card.stages)):
        stages = (*card.stages[:at], two, one, *card.stages[at + 2 :])
        what = f"`{one.name}` and `{two.name}` swapped"
        yield Mutant(line=one.line, what=what, plan=replace(card, stages=stages))
    for at, stage in enumerate(card.stages):
        for change in changed_tests(stage.when, ""):
            other = replace(stage, when=replaced(stage.when, change))
            stages = (*card.stages[:at], other, *card.stages[at + 1 :])
            yield Mutant(line=stage.line, what=change.what, plan=replace(card, stages=stages))


def _signed(hundredths: int) -> str:
    """Points as rules write them: `+15`, `-10`, `0`."""
    return f"+{words.points(hundredths)}" if hundredths > 0 else words.points(hundredths)
